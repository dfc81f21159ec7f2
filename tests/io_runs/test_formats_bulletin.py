from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from docx import Document

from cocontrol.core.errors import InvalidInput
from cocontrol.io.exports.bulletin import (
    DOCUMENT,
    PAGE,
    WORKBOOK,
    bulletin_report,
    bulletin_tables,
    emission_totals,
    sector_of,
    write_bulletin,
)
from cocontrol.io.exports.bulletin_model import Bulletin, Value
from cocontrol.io.exports.bulletin_sheets import read_bulletin
from cocontrol.io.runs import Run
from tests.io_runs.formats_world import POLLUTANTS, made_run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return made_run(tmp_path / "run")


def cell(bulletin: Bulletin, table_id: str, row_id: str, column_id: str) -> Value:
    table = next(table for table in bulletin.tables if table.table_id == table_id)
    at = [column.column_id for column in table.columns].index(column_id)
    return next(row for row in table.rows if row.row_id == row_id).values[at]


def test_the_workbook_holds_what_the_run_holds_and_reads_back_equal(run: Run, tmp_path: Path) -> None:
    write_bulletin(run, tmp_path, "zh")
    emission = run.result("emission")
    assert emission_totals(tmp_path, run) == pytest.approx(
        {name: emission[name].sum() for name in POLLUTANTS}, rel=1e-12
    )
    assert read_bulletin(tmp_path / WORKBOOK) == bulletin_tables(run)


def test_generation_stands_apart_from_emission(run: Run) -> None:
    bulletin = bulletin_tables(run)
    assert cell(bulletin, "totals", "NOx", "emission_2014") == 40.0
    assert cell(bulletin, "totals", "NOx", "before_removal_2014") == 330.0
    assert cell(bulletin, "totals", "NOx", "emission_2013") is None


def test_the_change_on_the_year_before_is_given_only_for_equal_scope(run: Run) -> None:
    bulletin = bulletin_tables(run)
    assert cell(bulletin, "totals", "SO2", "change_2014") == pytest.approx(10.0)
    assert cell(bulletin, "totals", "CO2", "missing_2014") == 1
    assert cell(bulletin, "totals", "CO2", "change_2014") is None
    assert cell(bulletin, "totals", "SO2", "change_2013") is None
    assert cell(bulletin, "greenhouse_gas_by_sector", "1A1", "CO2_change") == pytest.approx(10.0)


def test_sectors_add_up_to_the_total_and_absent_ones_carry_their_key(run: Run) -> None:
    bulletin = bulletin_tables(run)
    table = next(table for table in bulletin.tables if table.table_id == "greenhouse_gas_by_sector")
    figures = [row.values[0] for row in table.rows[:-1]]
    assert table.rows[-1].values[0] == pytest.approx(sum(value for value in figures if isinstance(value, float)))
    assert cell(bulletin, "greenhouse_gas_by_sector", "4", "N2O") == "NO"


def test_sectors_are_the_categories_below_the_roots() -> None:
    assert [sector_of(code) for code in ("1A1ai", "1B1ai1", "2C1", "3A2", "DUST-R")] == ["1A1", "1B", "2", "3", "DUST"]


def test_notes_name_gwp_recalled_and_synthetic_data(run: Run) -> None:
    notes = " ".join(note.en for note in bulletin_tables(run).notes)
    for word in ("AR5GWP100", "CO₂ 50.0%", "made.csv", "no interval"):
        assert word in notes


def test_the_document_and_the_page_are_the_same_tables(run: Run, tmp_path: Path) -> None:
    write_bulletin(run, tmp_path, "en")
    document = Document(str(tmp_path / DOCUMENT))
    tables = bulletin_tables(run).tables
    assert len(document.tables) == len(tables)
    assert document.tables[0].cell(1, 0).text == tables[0].rows[0].label.en
    assert tables[1].title.en in (tmp_path / PAGE).read_text(encoding="utf-8")


def test_the_report_prints_dashes_for_nothing_and_keys_for_reasons(run: Run) -> None:
    report = bulletin_report(bulletin_tables(run), "zh")
    printed = {
        value
        for section in report.sections
        for block in section.blocks
        for row in getattr(block, "rows", ())
        for value in row
    }
    assert {"–", "NO"} <= printed


def test_intensities_carry_boundary_unit_and_status(small_run: Run) -> None:
    bulletin = bulletin_tables(small_run)
    rows = next(table for table in bulletin.tables if table.table_id == "intensity").rows
    assert any("单位地区生产总值" in row.label.zh and "吨/万元" in row.label.zh for row in rows)


def test_a_workbook_that_is_no_bulletin_is_refused(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(InvalidInput) as caught:
        read_bulletin(tmp_path / "x.xlsx")
    assert {fault.rule for fault in caught.value.faults} == {"bulletin.row"}
