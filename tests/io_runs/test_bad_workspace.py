"""Bad input through a whole workspace: every fault with its cell, nothing half-written, earlier runs untouched."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.core.units import factor
from cocontrol.io.pipeline import CheckReport, check, run
from cocontrol.io.runs import Run
from cocontrol.io.scaffold import annotate_faulty
from cocontrol.io.workspace import load_workspace

from .conftest import BALANCE, SETTINGS, make_workspace

LINES = BALANCE.splitlines()


def rows() -> list[list[str]]:
    return [line.split(",") for line in LINES]


def written(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def balance_in(unit: str, per_mtce: float) -> str:
    body = [[*row[:4], repr(float(row[4]) * per_mtce)] for row in rows()[1:]]
    return "\n".join([f"province,year,fuel,process,{unit}", *(",".join(row) for row in body)]) + "\n"


def found(report: CheckReport, rule: str) -> list[tuple[str | None, str | None]]:
    return [(fault.location.cell, fault.value) for fault in report.faults if fault.rule == rule]


def refused(folder: Path) -> CheckReport:
    """The check of a faulty workspace that has one good run; the run refuses it and touches nothing."""
    workspace = load_workspace(folder)
    before = written(folder)
    report = check(workspace)
    with pytest.raises(InvalidInput) as caught:
        run(workspace)
    assert {fault.rule for fault in caught.value.faults} <= {fault.rule for fault in report.faults}
    assert not report.ok
    assert written(folder) == before
    return report


@pytest.fixture
def faulty(small_run: Run, tmp_path: Path) -> Callable[[str | bytes], Path]:
    """A workspace with one finished run, whose balance is then replaced."""

    def make(balance: str | bytes) -> Path:
        folder = shutil.copytree(small_run.folder.parents[1], tmp_path / "w")
        target = folder / "tables" / "balance.csv"
        if isinstance(balance, bytes):
            target.write_bytes(balance)
        else:
            target.write_text(balance, encoding="utf-8")
        return folder

    return make


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("TJ", "TJ"),
        ("万吨标准煤", "万吨标准煤"),
        ("amount (TJ)", "TJ"),
        ("标准量 [万吨标准煤]", "万吨标准煤"),
        ("value（万tce）", "万吨标准煤"),
    ],
)
def test_a_balance_in_another_unit_is_converted_to_that_of_its_layout(
    small_run: Run, tmp_path: Path, heading: str, unit: str
) -> None:
    balance = balance_in(heading, factor("Mtce", unit))
    other = run(load_workspace(make_workspace(tmp_path / "b", balance=balance)))
    totals = [made.result("emission").get_column("CO2").sum() for made in (small_run, other)]
    assert totals[1] == pytest.approx(totals[0], rel=1e-12)


def test_a_unit_in_a_line_above_the_headings_counts_for_the_only_column_that_has_one(
    small_run: Run, tmp_path: Path
) -> None:
    balance = "小省能源平衡表,,,,\n单位：万吨标准煤,,,,\n" + balance_in("数量", 100.0)
    other = run(load_workspace(make_workspace(tmp_path / "b", balance=balance)))
    totals = [made.result("emission").get_column("CO2").sum() for made in (small_run, other)]
    assert totals[1] == pytest.approx(totals[0], rel=1e-12)


@pytest.mark.parametrize("heading", ["amount (万吨)", "数量（万千瓦时/吨）", "value [ton]", "标准量（mtce）"])
def test_a_unit_that_measures_something_else_or_two_things_is_refused(
    faulty: Callable[[str], Path], heading: str
) -> None:
    report = refused(faulty(balance_in(heading, 1.0)))
    assert {fault.rule for fault in report.faults if fault.location.cell == "E1"} & {
        "unit.dimension",
        "unit.ambiguous",
        "unit.unknown",
    }


def test_a_row_in_another_unit_than_the_layout_is_refused(faulty: Callable[[str], Path]) -> None:
    units = ["unit", *("TJ" if i == 3 else "Mtce" for i in range(len(LINES) - 1))]
    balance = "\n".join(f"{line},{unit}" for line, unit in zip(LINES, units, strict=True))
    assert found(refused(faulty(balance)), "balance.unit_differs") == [("F5", "TJ")]


def test_names_that_the_layout_does_not_know_are_all_listed_with_their_cells(faulty: Callable[[str], Path]) -> None:
    balance = BALANCE.replace("Coal Raw,Agriculture", "Raw Coals,Agriculture").replace("Diesel Oil", "Unobtainium")
    report = refused(faulty(balance))
    assert found(report, "balance.fuel_unknown") == [("C4", "Raw Coals"), ("C8", "Unobtainium")]
    remedies = [fault.remedy.en for fault in report.faults if fault.rule == "balance.fuel_unknown" and fault.remedy]
    assert "Coal Raw" in remedies[0] or "raw_coal" in remedies[0]


def test_the_layout_whose_names_the_file_uses_is_named(faulty: Callable[[str], Path]) -> None:
    folder = faulty(BALANCE)
    settings = folder / "cocontrol.toml"
    settings.write_text(SETTINGS.replace("lbnl_databook_v9", "cesy"), encoding="utf-8")
    first = next(fault for fault in refused(folder).faults if fault.rule == "balance.layout_differs")
    assert (first.value, first.allowed and first.allowed.en) == ("cesy", "lbnl_databook_v9")


def test_a_layout_that_does_not_exist_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "w")
    (folder / "cocontrol.toml").write_text(SETTINGS.replace("lbnl_databook_v9", "lbnl"), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"tables\[0\]\.layout"):
        load_workspace(folder)


def test_use_below_zero_is_refused_and_a_transformation_below_zero_is_not(faulty: Callable[[str], Path]) -> None:
    report = refused(faulty(BALANCE.replace("Diesel Oil,Agriculture,1.25", "Diesel Oil,Agriculture,-1.25")))
    assert found(report, "balance.negative_use") == [("E8", "-1.25")]


def test_faults_of_cells_keys_and_names_come_together(faulty: Callable[[str], Path]) -> None:
    balance = (
        BALANCE.replace("Agriculture,1.25", "Agriculture,约1").replace("Other Energy", "Fairy Dust") + LINES[1] + "\n"
    )
    rules = {fault.rule for fault in refused(faulty(balance)).faults}
    assert {"table.key_duplicate", "balance.fuel_unknown"} <= rules
    assert any(rule.startswith("cell.") for rule in rules)


def test_an_amount_column_that_is_not_there_is_a_fault_not_an_empty_inventory(faulty: Callable[[str], Path]) -> None:
    balance = "\n".join(",".join(row[:4]) for row in rows())
    assert "table.required" in {fault.rule for fault in refused(faulty(balance)).faults}


def workbook(path: Path, table: list[list[str]], merged: str | None = None) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "平衡表"
    for row in table:
        sheet.append([float(cell) if cell.replace(".", "").lstrip("-").isdigit() else cell for cell in row])
    if merged:
        sheet.merge_cells(merged)
    book.save(path)


def with_workbook(folder: Path, sheet: str = "") -> Path:
    line = f'path = "tables/balance.xlsx"\nsheet = "{sheet}"' if sheet else 'path = "tables/balance.xlsx"'
    settings = folder / "cocontrol.toml"
    settings.write_text(SETTINGS.replace('path = "tables/balance.csv"', line), encoding="utf-8")
    return folder / "tables" / "balance.xlsx"


def test_a_faulty_workbook_is_annotated_in_the_cell_and_on_its_first_sheet(
    faulty: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = faulty(BALANCE)
    table = rows()
    table[3][2], table[7][4] = "Raw Coals", "-1.25"
    workbook(with_workbook(folder), table)
    report = refused(folder)
    (copy,) = annotate_faulty(load_workspace(folder), report, tmp_path / "marked")
    book = openpyxl.load_workbook(copy)
    marked = {cell.coordinate for row in book["平衡表"].iter_rows() for cell in row if cell.comment}
    assert {"C4", "E8"} <= marked
    listed = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell]
    assert any("C4" in cell for cell in listed)
    assert any("E8" in cell for cell in listed)


def test_a_wrong_sheet_and_merged_cells_are_refused(faulty: Callable[[str], Path]) -> None:
    folder = faulty(BALANCE)
    workbook(with_workbook(folder, sheet="Sheet9"), rows())
    assert found(refused(folder), "sheet.not_found") == [(None, "Sheet9")]
    workbook(with_workbook(folder), rows(), merged="A2:A4")
    assert found(refused(folder), "table.merged_cells") == [("A2:A4", "A2:A4")]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x00\x01\x02" * 99, os.urandom(4096), LINES[0].encode()])
def test_what_is_no_table_is_one_fault_and_no_traceback(faulty: Callable[[bytes], Path], content: bytes) -> None:
    report = refused(faulty(content))
    assert all(fault.location.file == "tables/balance.csv" for fault in report.faults)


def test_a_zip_bomb_named_xlsx_is_not_opened(faulty: Callable[[str], Path]) -> None:
    folder = faulty(BALANCE)
    target = with_workbook(folder)
    workbook(target, rows())
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, b" " * 300_000_000 if name.endswith("sheet1.xml") else content)
    assert "200" in str(refused(folder).faults[0].allowed)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("years = [2013]", "years = [2012, 2013]", "workspace.year_without_balance"),
        ('document_profile = "PROV_GUIDE_2011"', 'document_profile = "PROV_GUIDE_2025"', "profile.not_valid"),
    ],
)
def test_the_check_says_what_would_stop_the_run(tmp_path: Path, before: str, after: str, rule: str) -> None:
    folder = make_workspace(tmp_path / "w")
    (folder / "cocontrol.toml").write_text(SETTINGS.replace(before, after), encoding="utf-8")
    report = check(load_workspace(folder))
    assert [(fault.rule, fault.location.file) for fault in report.faults if fault.rule == rule] == [
        (rule, "cocontrol.toml")
    ]
    assert not report.ok
    with pytest.raises((InvalidInput, NotFound)):
        run(load_workspace(folder))
    assert not (folder / "runs").exists()


def test_the_summary_of_a_check_counts_and_says_whether_a_run_starts(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "w")
    assert check(load_workspace(folder)).summary.en.endswith("a run can start")
    (folder / "tables" / "balance.csv").write_text("", encoding="utf-8")
    summary = check(load_workspace(folder)).summary
    assert summary.en.startswith("1 errors")
    assert summary.zh.endswith("改正错误后才能运行")
