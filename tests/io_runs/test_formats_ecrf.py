"""The eCRF workbook, with a test for each of the eight faults seen in a template in use."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cocontrol.core.errors import InvalidInput
from cocontrol.io.exports.ecrf import (
    SCOPES,
    Ecrf,
    dropped_rows,
    ecrf_books,
    emission_totals,
    read_ecrf,
    ref_of,
    write_ecrf,
)
from cocontrol.io.exports.ecrf_lines import COLUMNS
from cocontrol.io.runs import Run
from tests.io_runs.formats_world import EQUIVALENT, made_run, sums


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return made_run(tmp_path / "run")


@pytest.fixture
def book(run: Run) -> Ecrf:
    return ecrf_books(run)["410000", "2014"]


def row(book: Ecrf, subsector: str, section: str | None = None) -> dict[str, object]:
    rows = book.summary.filter(pl.col("subsector") == subsector)
    rows = rows.filter(pl.col("section") == section) if section else rows
    return rows.row(0, named=True)


def test_the_workbooks_hold_what_the_run_holds_and_read_back_equal(run: Run, tmp_path: Path) -> None:
    write_ecrf(run, tmp_path, "zh")
    expected = {
        name: v for name, v in sums(run, dropped_rows(run)).items() if name in {"CO2", "CH4", "N2O", EQUIVALENT}
    }
    assert emission_totals(tmp_path, run) == pytest.approx(expected, rel=1e-12)
    for (adcode, year), made in ecrf_books(run).items():
        read = read_ecrf(tmp_path / f"ecrf_{adcode}_{year}.xlsx")
        assert read.info == made.info
        assert_frame_equal(read.summary, made.summary, check_exact=True)
        assert_frame_equal(read.detail, made.detail, check_exact=True)


def test_the_lines_have_the_33_columns_of_the_format() -> None:
    assert COLUMNS.height == 33
    assert COLUMNS.get_column("column").to_list()[:3] == ["year", "ref", "sector"]


def test_a_notation_key_stands_wherever_a_figure_is_absent(book: Ecrf) -> None:
    for line in book.summary.iter_rows(named=True):
        for scope in SCOPES:
            assert (line[scope] is None) == (line[f"{scope}_key"] is not None), (line["subsector"], scope)


def test_the_gwp_set_stands_in_the_file(book: Ecrf) -> None:
    assert book.info["gwp"] == "AR5GWP100"


def test_fault_1_the_direct_cell_of_solid_waste_holds_only_its_own_reference(book: Ecrf) -> None:
    assert row(book, "Solid waste disposal")["direct_refs"] == "III.1.1"
    assert row(book, "Solid waste disposal")["direct"] == 2.8e-8


def test_fault_2_the_indirect_reference_of_off_road_is_its_own(book: Ecrf) -> None:
    assert row(book, "Off-road")["indirect_refs"] == "II.5.2"


def test_fault_3_product_use_is_iv_2(book: Ecrf) -> None:
    assert row(book, "Product use")["direct_refs"] == "IV.2"
    assert ref_of("2F1") == "IV.2"


def test_fault_4_no_reference_holds_a_stray_bar(book: Ecrf) -> None:
    references = [value for scope in SCOPES for value in book.summary.get_column(f"{scope}_refs").drop_nulls()]
    assert references
    assert not [value for value in references if "|" in value]
    assert row(book, "Industrial process")["direct_refs"] == "IV.1"


def test_fault_5_the_institutional_row_has_a_value(book: Ecrf) -> None:
    assert row(book, "Institutional buildings & facilities")["direct"] == 561.0
    assert row(book, "Commercial buildings & facilities")["direct_key"] == "IE"


def test_fault_6_the_grand_total_is_filled_and_leaves_out_grid_supplied_energy(book: Ecrf) -> None:
    totals = book.summary.filter(pl.col("kind") == "total")
    counted = totals.filter(pl.col("section") != "Generation of grid-supplied energy")
    assert book.summary.row(-1, named=True)["kind"] == "grand_total"
    assert book.summary.row(-1, named=True)["direct"] == pytest.approx(counted.get_column("direct").sum())


def test_fault_7_grid_supplied_energy_is_filled(book: Ecrf) -> None:
    assert row(book, "Electricity-only generation")["direct"] == 104528.05
    assert row(book, "Total", "Generation of grid-supplied energy")["direct"] == 104528.05


def test_fault_8_waste_treated_elsewhere_stands_in_the_outside_column(book: Ecrf) -> None:
    waste = book.summary.filter((pl.col("section") == "Waste") & (pl.col("kind") == "row"))
    assert waste.get_column("outside_refs").to_list() == ["III.1.2", "III.2.2", "III.3.2", "III.4.2"]
    assert waste.get_column("indirect_refs").null_count() == 4
    assert set(waste.get_column("indirect_key")) == {"NA"}
    assert all("apart" in text for text in waste.get_column("explanation"))


def test_undivided_transport_is_not_put_on_the_road(book: Ecrf) -> None:
    assert row(book, "Transport not divided by mode")["direct"] == 3630.0
    assert row(book, "On-road")["direct_key"] == "IE"


def test_a_gas_without_a_column_is_named_and_counted_in_the_equivalent(run: Run, book: Ecrf) -> None:
    dropped = dropped_rows(run)
    assert dropped.filter(pl.col("pollutant") == "HFC23").get_column("reason_en")[0].endswith("total CO2e")
    assert row(book, "Industrial process")["direct"] == pytest.approx(1530.864)


def test_a_workbook_without_a_sheet_or_column_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "eCRF_1"
    book.create_sheet("eCRF_2")
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InvalidInput) as caught:
        read_ecrf(tmp_path / "x.xlsx")
    assert {fault.rule for fault in caught.value.faults} == {"ecrf.sheet", "ecrf.column"}
