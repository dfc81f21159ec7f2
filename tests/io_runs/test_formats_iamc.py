from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cocontrol.core.errors import InvalidInput
from cocontrol.io.exports.iamc import INDEX, dropped_rows, iamc_table, read_iamc_table
from cocontrol.io.exports.iamc_workbook import iamc_meta, read_iamc_workbook, write_iamc_workbook
from tests.io_runs.formats_world import EQUIVALENT, made_run, sums


def test_the_workbook_reads_back_equal_with_its_meta_sheet(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run")
    long = iamc_table(run)
    write_iamc_workbook(long, iamc_meta(run, long), tmp_path / "t.xlsx")
    read, meta = read_iamc_workbook(tmp_path / "t.xlsx")
    assert_frame_equal(read, long, check_exact=True, check_column_order=False)
    assert meta.get_column("Scenario").to_list() == ["Inventory", "Inventory before emission control"]
    assert set(meta.get_column("GWP Set")) == {"AR5GWP100"}


def test_top_variables_hold_what_the_run_holds_and_each_variable_has_one_unit(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run")
    long, expected = iamc_table(run), sums(run, dropped_rows(run))
    top = long.filter(pl.col("Variable") == "Emissions|Kyoto Gases (AR5-GWP100)").get_column("Value").sum()
    assert top * 1e6 == pytest.approx(expected[EQUIVALENT], rel=1e-12)
    assert long.group_by("Variable").agg(pl.col("Unit").n_unique()).get_column("Unit").max() == 1


def test_the_long_form_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(
        "MODEL,scenario,Region,Variable,Unit,year,value\nm,s,r,v,Mt,2014,2\nm,s,r,v,Mt,2013,1.5\nm,s,r,v,Mt,2015,\n",
        encoding="utf-8",
    )
    read = read_iamc_table(path)
    assert read.select("Year", "Value").rows() == [(2013, 1.5), (2014, 2.0)]
    assert set(read.columns) == {*INDEX, "Year", "Value"} - {"Region Code"}


def test_a_workbook_without_the_data_sheet_is_refused(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(InvalidInput, match="data"):
        read_iamc_workbook(tmp_path / "x.xlsx")
