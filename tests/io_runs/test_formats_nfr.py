from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cocontrol.core.errors import InvalidInput
from cocontrol.io.exports.nfr import (
    COLUMNS_FILE,
    FILE,
    ROWS_FILE,
    dropped_rows,
    emission_totals,
    load_layout,
    nfr_table,
    read_nfr,
    row_of,
    write_nfr,
)
from cocontrol.io.runs import Run
from cocontrol.reference import categories
from tests.io_runs.formats_world import made_run, sums


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return made_run(tmp_path / "run")


def cell(table: pl.DataFrame, nfr: str, heading: str, period: str = "2014") -> tuple[float | None, str | None]:
    rows = table.filter((pl.col("nfr") == nfr) & (pl.col("heading") == heading) & (pl.col("period") == period))
    return rows.select("value", "notation").row(0)


def test_the_workbook_holds_what_the_run_holds_less_the_named_drops_and_reads_back_equal(
    run: Run, tmp_path: Path
) -> None:
    write_nfr(run, tmp_path, "zh")
    assert emission_totals(tmp_path, run) == pytest.approx(
        {name: value for name, value in sums(run, dropped_rows(run)).items() if name in {"SO2", "NOx", "PM10"}},
        rel=1e-12,
    )
    assert_frame_equal(read_nfr(tmp_path / FILE), nfr_table(run, load_layout()), check_exact=True)


def test_columns_stand_in_the_order_of_the_layout_with_their_units(run: Run, tmp_path: Path) -> None:
    write_nfr(run, tmp_path, "zh")
    book = openpyxl.load_workbook(tmp_path / FILE)
    assert book.sheetnames == ["410000_2013", "410000_2014"]
    sheet = book["410000_2014"]
    heads = [value.value for value in sheet[9]]
    assert heads[:9] == [
        "GNFR",
        "NFR Code",
        "Longname",
        "Notes",
        "NOx (as NO2)",
        "NMVOC",
        "SOx (as SO2)",
        "NH3",
        "PM2.5",
    ]
    assert [value.value for value in sheet[10]][4:6] == ["kt", "kt"]
    assert [sheet.cell(row, 2).value for row in range(2, 6)] == ["河南省 Henan", "410000", "2026-01-01", "2014"]


def test_amounts_before_removal_are_dropped_and_the_row_says_why(run: Run) -> None:
    table = nfr_table(run, load_layout())
    assert cell(table, "1A1a", "SOx (as SO2)") == (0.88, None)
    assert cell(table, "1A1a", "NOx (as NO2)") == (None, "NE")
    reasons = dropped_rows(run).filter((pl.col("pollutant") == "NOx") & (pl.col("category") == "1A1ai"))
    assert reasons.get_column("amount").to_list() == [630.0]


def test_an_undivided_category_stands_under_a_joint_code_and_its_rows_carry_ie(run: Run) -> None:
    table = nfr_table(run, load_layout())
    placed = row_of("1A3-P", load_layout())
    assert placed is not None
    assert cell(table, placed[0], "NOx (as NO2)") == (0.04, None)
    assert {cell(table, code, "NOx (as NO2)") for code in placed[1]} == {(None, "IE")}
    total = cell(table, "NATIONAL TOTAL", "NOx (as NO2)")
    assert total == (0.04, None)


def test_a_code_that_only_heads_rows_is_joint(run: Run) -> None:
    placed = row_of("3A2", load_layout())
    assert placed is not None
    assert placed[0] == "3B"
    assert {"3B1a", "3B4h"} <= set(placed[1])
    assert row_of("DUST-R", load_layout()) is None


def test_fuel_burnt_stands_in_terajoules(run: Run) -> None:
    table = nfr_table(run, load_layout())
    assert cell(table, "1A1a", "Solid Fuels") == (1100.0, None)
    assert cell(table, "1A1a", "Liquid Fuels") == (None, "NE")
    assert cell(table, "2C1", "Solid Fuels") == (None, "NA")
    assert cell(table, "2C1", "Other activity (specified)") == (7.0, None)


def test_every_mapped_category_has_a_row_and_every_row_a_sector() -> None:
    layout = load_layout()
    for code in categories.categories().filter(pl.col("nfr").is_not_null()).get_column("category"):
        assert row_of(code, layout) is not None, code
    assert layout.rows.filter(pl.col("kind") == "row").get_column("gnfr").null_count() == 0


def test_another_edition_of_the_layout_is_followed(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "layout"
    own.mkdir()
    data = files("cocontrol.io.exports").joinpath("data")
    (own / ROWS_FILE).write_bytes(data.joinpath(ROWS_FILE).read_bytes())
    (own / COLUMNS_FILE).write_text(
        "heading,unit,kind,pollutant,tonnes_per_unit\nSOx,t,pollutant,SO2,1\n", encoding="utf-8"
    )
    out = tmp_path / "out"
    out.mkdir()
    write_nfr(run, out, "zh", layout=own)
    assert emission_totals(out, run) == pytest.approx({"SO2": 1680.0})
    assert {"PM10", "CO2"} <= set(dropped_rows(run, layout=own).get_column("pollutant"))


def test_a_layout_that_lacks_a_file_or_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=COLUMNS_FILE):
        load_layout(tmp_path)
    for name in (COLUMNS_FILE, ROWS_FILE):
        (tmp_path / name).write_text("heading,nfr\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_layout(tmp_path)
    assert len(caught.value.faults) == 7


def test_a_sheet_without_the_heading_row_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "empty"
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InvalidInput, match="empty"):
        read_nfr(tmp_path / "x.xlsx")
    shutil.copy(tmp_path / "x.xlsx", tmp_path / "y.csv")
    (tmp_path / "z.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InvalidInput):
        read_nfr(tmp_path / "z.xlsx")
