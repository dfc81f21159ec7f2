"""One failing file for each rule that a cell can break, in text files, workbooks and Parquet alike."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from cocontrol.core.tables import Column, ForeignKey, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.core.validation import Validated, missing_references
from cocontrol.io.readers import read_table

from .examples import CODE_LISTS, FUEL_USE, HEADINGS, bad_rows, good_row, write_csv, write_xlsx


@pytest.fixture(params=["csv", "xlsx"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[list[list[object]]], Path]:
    def written(rows: list[list[object]]) -> Path:
        path = tmp_path / f"a.{request.param}"
        return write_csv(path, rows) if request.param == "csv" else write_xlsx(path, rows)

    return written


def read(path: Path, **options: Any) -> Validated:
    return read_table(path, FUEL_USE, code_lists=CODE_LISTS, **options)


@pytest.mark.parametrize(
    ("column", "value", "rule", "cell"),
    [
        ("plant", None, "cell.required", "A3"),
        ("plant", "　 ", "cell.required", "A3"),
        ("period", "2013-13", "cell.period", "B3"),
        ("period", "上半年", "cell.period", "B3"),
        ("fuel", None, "cell.required", "C3"),
        ("fuel", "raw_cole", "cell.code", "C3"),
        ("amount", "约12", "cell.number", "D3"),
        ("amount", "-", "cell.number", "D3"),
        ("amount", "-0.5", "cell.minimum", "D3"),
        ("amount", -0.5, "cell.minimum", "D3"),
        ("share", "NE", "cell.number", "E3"),
        ("share", 100.5, "cell.maximum", "E3"),
        ("boilers", 2.5, "cell.integer", "F3"),
        ("day", "2013-02-30", "cell.date", "G3"),
        ("measured", "也许", "cell.boolean", "H3"),
        ("industry", "d44", "cell.pattern", "I3"),
    ],
)
def test_a_broken_cell_is_named_with_its_value(
    write: Callable[[list[list[object]]], Path], column: str, value: object, rule: str, cell: str
) -> None:
    validated = read(write(bad_rows(column, value)))
    fault = validated.errors[0]
    assert [f.rule for f in validated.errors] == [rule]
    assert (fault.location.cell, fault.location.row) == (cell, 3)
    assert fault.location.column == HEADINGS[FUEL_USE.column_names.index(column)]
    assert fault.value == (None if value is None else str(value))
    assert validated.frame[column].to_list()[1] is None
    assert fault.allowed is not None or fault.remedy is not None


def test_an_unknown_code_is_answered_with_the_nearest_and_the_list(write: Callable[[list[list[object]]], Path]) -> None:
    fault = read(write(bad_rows("fuel", "dieesel"))).errors[0]
    assert fault.remedy == Text("是否为 diesel 柴油？", "did you mean diesel diesel oil?")
    assert fault.allowed == Text("raw_coal 原煤、diesel 柴油", "raw_coal raw coal, diesel diesel oil")


def test_a_name_of_several_codes_is_answered_with_the_codes(tmp_path: Path) -> None:
    lists = {"fuel": {"coal_1": Text("煤", "coal"), "coal_2": Text("煤", "coal"), "raw_coal": Text("原煤", "raw coal")}}
    fault = read_table(write_csv(tmp_path / "a.csv", bad_rows("fuel", "煤")), FUEL_USE, code_lists=lists).errors[0]
    assert fault.rule == "cell.code"
    assert fault.remedy is not None
    assert "coal_1, coal_2" in fault.remedy.en


def test_both_rows_of_a_repeated_key_are_named(write: Callable[[list[list[object]]], Path]) -> None:
    rows = [good_row(1), good_row(2), good_row(1), good_row(1)]
    faults = read(write(rows)).errors
    assert [(fault.rule, fault.location.cell, fault.value) for fault in faults] == [
        ("table.key_duplicate", "A4", "plant 1 / 2013"),
        ("table.key_duplicate", "A5", "plant 1 / 2013"),
    ]
    assert all("row 2 (A2)" in fault.message.en for fault in faults)


def test_the_same_period_written_in_two_ways_is_the_same_key(write: Callable[[list[list[object]]], Path]) -> None:
    rows = [good_row(1), good_row(1)]
    rows[1][1] = "2013年"
    assert [fault.rule for fault in read(write(rows)).errors] == ["table.key_duplicate"]


def test_an_error_value_and_an_uncalculated_formula_are_told_from_empty_cells(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", [good_row(1), good_row(2), good_row(3), good_row(4)]))
    sheet = book["数据"]
    sheet["D2"], sheet["E3"], sheet["J4"], sheet["J5"] = "=1+1", "#N/A", "=A4&A5", "'=text"
    book.save(tmp_path / "a.xlsx")
    assert [(f.rule, f.location.cell, f.value) for f in read(tmp_path / "a.xlsx").errors] == [
        ("cell.formula_uncached", "D2", "=1+1"),
        ("cell.formula_error", "E3", "#N/A"),
        ("cell.formula_uncached", "J4", "=A4&A5"),
    ]


def test_a_formula_saved_with_its_result_is_read_and_one_that_failed_is_not(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, HEADINGS)
        for row in (1, 2):
            sheet.write_row(row, 0, [str(value) for value in good_row(row) if value is not None])
        sheet.write_formula("D2", "=1/8", None, 0.125)
        sheet.write_formula("D3", "=1/0", None, "#DIV/0!")
    validated = read(tmp_path / "a.xlsx")
    assert validated.frame["amount"].to_list() == [0.125, None]
    assert [(f.rule, f.location.cell, f.value) for f in validated.errors] == [("cell.formula_error", "D3", "#DIV/0!")]


def test_parquet_values_are_checked_too(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "plant": ["a", "b", None],
            "period": [2013, 2013, 2013],
            "fuel": ["raw_coal"] * 3,
            "amount": [1.0, float("nan"), -1.0],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    assert [(f.rule, f.location.cell) for f in read(tmp_path / "a.parquet").errors] == [
        ("cell.number", "D3"),
        ("cell.required", "A4"),
        ("cell.minimum", "D4"),
    ]


def test_faults_beyond_the_limit_are_counted_and_not_lost(tmp_path: Path) -> None:
    rows = [[*good_row(number)[:3], "x", -1, *good_row(number)[5:]] for number in range(30)]
    faults = read(write_csv(tmp_path / "a.csv", rows), fault_limit=10).errors
    listed = [fault.rule for fault in faults]
    assert (listed.count("cell.number"), listed.count("cell.minimum")) == (10, 10)
    more = {fault.rule: fault for fault in faults if fault.rule.endswith(".more")}
    assert {rule: fault.value for rule, fault in more.items()} == {"cell.number.more": "20", "cell.minimum.more": "20"}
    assert more["cell.number.more"].location.column == "消费量（t）"


def test_repeated_keys_beyond_the_limit_are_counted(tmp_path: Path) -> None:
    faults = read(write_csv(tmp_path / "a.csv", [good_row(1)] * 8), fault_limit=3).errors
    assert [fault.rule for fault in faults] == ["table.key_duplicate.more", *["table.key_duplicate"] * 3]
    assert faults[0].value == "4"


def test_bounds_can_exclude_their_limit(tmp_path: Path) -> None:
    column = Column("x", Kind.NUMBER, Text("数", "number"), same("d"), minimum=0, exclusive_minimum=True)
    table = Table("bounds_example", Text("例", "example"), same("d"), (), (column,))
    (tmp_path / "a.csv").write_text("x\n0\n0.1\n")
    faults = read_table(tmp_path / "a.csv", table).errors
    assert [(fault.rule, fault.location.cell, str(fault.allowed)) for fault in faults] == [
        ("cell.minimum", "A2", "> 0")
    ]


def test_bounds_are_those_of_the_declared_unit(tmp_path: Path) -> None:
    headings = ["份额 [1]" if name.startswith("份额") else name for name in HEADINGS]
    rows = [good_row(1), good_row(2)]
    rows[0][4], rows[1][4] = 0.99, 1.01
    validated = read(write_csv(tmp_path / "a.csv", rows, headings))
    assert [(f.rule, f.location.cell, f.value) for f in validated.errors] == [("cell.maximum", "E3", "1.01")]
    assert validated.frame["share"].to_list() == [99.0, None]


def test_a_key_that_another_table_does_not_hold_is_named(tmp_path: Path) -> None:
    columns = (
        Column("plant", Kind.TEXT, Text("企业", "plant"), same("d")),
        Column("x", Kind.NUMBER, same("x"), same("d")),
    )
    table = Table(
        "reference_example", Text("例", "example"), same("d"), (), columns, (ForeignKey(("plant",), "plants", ("id",)),)
    )
    path = write_csv(tmp_path / "a.csv", [[1, "a"], [2, "b"], [3, None], [4, "c"]], ("x", "plant"))
    faults = missing_references(read_table(path, table), {"plants": pl.DataFrame({"id": ["a"]})})
    assert [(f.rule, f.location.cell, f.value) for f in faults] == [
        ("table.reference", "B3", "b"),
        ("table.reference", "B5", "c"),
    ]
    capped = missing_references(read_table(path, table), {"plants": pl.DataFrame({"id": ["a"]})}, fault_limit=1)
    assert [f.rule for f in capped] == ["table.reference", "table.reference.more"]
