"""Templates: what the spreadsheet program will enforce, and that a filled template is read back unchanged."""

import math
import string
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import Level, NotFound
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Language, Text, same
from cocontrol.core.validation import frame_schema
from cocontrol.io import declarations
from cocontrol.io.readers import read_table
from cocontrol.io.templates import write_template

from .examples import CODE_LISTS, FUEL_USE, good_row

LISTS = {"fuel": CODE_LISTS["fuel"], "region": {"410000": Text("河南省", "Henan")}}


def template(path: Path, language: Language = "zh", **options: Any) -> openpyxl.Workbook:
    write_template(FUEL_USE, path, language, code_lists=LISTS, **options)
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize(("language", "first", "unit"), [("zh", "企业", "消费量 [t]"), ("en", "plant", "amount [t]")])
def test_headings_are_in_the_language_asked_for_with_units(
    tmp_path: Path, language: Language, first: str, unit: str
) -> None:
    sheet = template(tmp_path / "t.xlsx", language).worksheets[0]
    assert [cell.value for cell in sheet[1]][:4:3] == [first, unit]
    assert sheet.freeze_panes == "A2"


def test_hidden_sheets_hold_the_lists_and_the_name_of_the_table(tmp_path: Path) -> None:
    book = template(tmp_path / "t.xlsx")
    states = {sheet.title: sheet.sheet_state for sheet in book.worksheets}
    assert states == {"燃料消费示例": "visible", "填写说明": "visible", "_lists": "hidden", "_cocontrol": "veryHidden"}
    assert [cell.value for cell in book["_cocontrol"][1]] == ["table", "fuel_use_example", "燃料消费示例"]
    assert [row[2].value for row in book["_lists"].iter_rows()] == ["raw_coal 原煤", "diesel 柴油"]


def test_every_column_is_checked_by_the_spreadsheet_program(tmp_path: Path) -> None:
    sheet = template(tmp_path / "t.xlsx").worksheets[0]
    checks = {str(check.sqref).split(":")[0]: check for check in sheet.data_validations.dataValidation}
    assert {address: check.type for address, check in checks.items() if check.type} == {
        "B2": "custom", "C2": "list", "D2": "custom", "E2": "custom", "F2": "custom", "G2": "date", "H2": "list",
    }  # fmt: skip
    assert checks["C2"].formula1 == "_lists!$C$1:$C$2"
    assert checks["E2"].formula1 == "IF(ISNUMBER(E2),AND(ISNUMBER(E2),E2>=0,E2<=100),FALSE)"
    assert 'D2="NE"' in checks["D2"].formula1
    assert "F2=INT(F2)" in checks["F2"].formula1
    assert all(str(check.sqref).endswith("1048576") for check in checks.values())


def test_text_and_period_columns_are_text_cells_so_that_no_code_turns_into_a_number(tmp_path: Path) -> None:
    sheet = template(tmp_path / "t.xlsx").worksheets[0]
    formats = {letter: sheet.column_dimensions[letter].number_format for letter in "ABCDI"}
    assert formats == {"A": "@", "B": "@", "C": "@", "D": "General", "I": "@"}


def test_the_instructions_describe_every_column(tmp_path: Path) -> None:
    sheet = template(tmp_path / "t.xlsx")["填写说明"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    described = {row[1]: row for row in rows if row[1]}
    assert set(described) - {"列名"} == set(FUEL_USE.column_names)
    assert described["fuel"][3] == "是"
    assert described["fuel"][5] == "raw_coal 原煤、diesel 柴油"


def test_an_empty_template_is_read_as_a_table_without_rows(tmp_path: Path) -> None:
    template(tmp_path / "t.xlsx")
    assert [f.rule for f in read_table(tmp_path / "t.xlsx", FUEL_USE, code_lists=LISTS).faults] == ["table.empty"]


def test_the_template_names_its_sheet_even_among_others_like_it(tmp_path: Path) -> None:
    book = template(tmp_path / "t.xlsx")
    book.worksheets[0].append(good_row(1))
    book.copy_worksheet(book.worksheets[0]).title = "旧表"
    book.save(tmp_path / "t.xlsx")
    validated = read_table(tmp_path / "t.xlsx", FUEL_USE, code_lists=LISTS)
    assert (validated.sheet, validated.faults) == ("燃料消费示例", ())


def test_a_template_of_another_edition_is_read_with_a_lead(tmp_path: Path) -> None:
    book = template(tmp_path / "t.xlsx")
    book.worksheets[0].append(good_row(1))
    book["_cocontrol"]["B2"] = "000000000000"
    book.save(tmp_path / "t.xlsx")
    validated = read_table(tmp_path / "t.xlsx", FUEL_USE, code_lists=LISTS)
    assert [(f.rule, f.level) for f in validated.faults] == [("template.outdated", Level.MEDIUM)]


def test_a_changed_unit_in_the_heading_of_a_template_is_honoured(tmp_path: Path) -> None:
    book = template(tmp_path / "t.xlsx")
    book.worksheets[0].append(good_row(1))
    book.worksheets[0]["D1"] = "消费量 [万吨]"
    book.save(tmp_path / "t.xlsx")
    assert read_table(tmp_path / "t.xlsx", FUEL_USE, code_lists=LISTS).frame["amount"].to_list() == [15000.0]


def test_a_label_that_is_no_sheet_name_is_made_one(tmp_path: Path) -> None:
    label = "产品/服务: [全部]?" + "长" * 40
    table = Table("odd_label", Text(label, "odd"), same("d"), (), (Column("x", Kind.TEXT, same("x"), same("d")),))
    write_template(table, tmp_path / "t.xlsx", rows=pl.DataFrame({"x": ["y"]}))
    assert read_table(tmp_path / "t.xlsx", table).frame["x"].to_list() == ["y"]


def test_an_undeclared_table_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        write_template("no such table", tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_earlier_file_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.xlsx").write_bytes(b"earlier")

    def fail(_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(xlsxwriter.Workbook, "close", fail)
    with pytest.raises(OSError, match="disk full"):
        write_template(FUEL_USE, tmp_path / "t.xlsx")
    assert (tmp_path / "t.xlsx").read_bytes() == b"earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["t.xlsx"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", declarations.declared_tables())
def test_every_declared_table_has_a_template_whose_headings_are_read_back(
    tmp_path: Path, name: str, language: Language
) -> None:
    table = TABLES.get(name)
    write_template(table, tmp_path / "t.xlsx", language, code_lists=LISTS)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    headings = [cell.value for cell in book.worksheets[0][1]]
    assert [match and match[0].name for match in table.match_headings(headings)] == list(table.column_names)


PRINTABLE = string.ascii_letters + string.digits + " -–.,;:'\"=+@#/()（）煤炭万吨年度河南省é€😀"
WORDS = st.text(alphabet=PRINTABLE, min_size=1, max_size=25).map(str.strip).filter(bool)
NUMBERS = st.floats(min_value=0, max_value=1e300, allow_nan=False)
ROWS = st.fixed_dictionaries(
    {
        "period": st.one_of(st.dates(date(1000, 1, 1)).map(date.isoformat), st.integers(1000, 9999).map(str)),
        "fuel": st.sampled_from(["raw_coal", "diesel"]),
        "amount": st.one_of(
            NUMBERS.map(lambda number: (number, None)), st.sampled_from([(None, "NE"), (None, "C"), (None, None)])
        ),
        "share": st.one_of(st.none(), st.floats(0, 100)),
        "boilers": st.one_of(st.none(), st.integers(0, 2**63 - 1)),
        "day": st.one_of(st.none(), st.dates(date(1900, 3, 1), date(9999, 12, 31))),
        "measured": st.one_of(st.none(), st.booleans()),
        "industry": st.one_of(st.none(), st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True)),
        "note": st.one_of(st.none(), WORDS),
    }
)


def as_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {name: kind for name, kind in frame_schema(FUEL_USE).items() if name != "origin"}
    made = [
        {**row, "plant": f"plant {number}", "amount": row["amount"][0], "amount_notation": row["amount"][1]}
        for number, row in enumerate(rows)
    ]
    return pl.DataFrame(made, schema=schema)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=6), language=st.sampled_from(["zh", "en"]))
def test_a_filled_template_is_read_back_as_it_was_written(
    tmp_path: Path, rows: list[dict[str, Any]], language: Language
) -> None:
    frame = as_frame(rows)
    write_template(FUEL_USE, tmp_path / "t.xlsx", language, code_lists=LISTS, rows=frame)
    validated = read_table(tmp_path / "t.xlsx", FUEL_USE, code_lists=LISTS)
    assert validated.errors == ()
    assert validated.frame.drop("origin").equals(frame)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=6))
def test_text_and_parquet_files_are_read_back_as_they_were_written(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    frame = as_frame(rows)
    written = frame.with_columns(pl.coalesce(pl.col("amount").cast(pl.String), "amount_notation").alias("amount"))
    written.drop("amount_notation").write_csv(tmp_path / "t.csv")
    written.drop("amount_notation").write_parquet(tmp_path / "t.parquet")
    for name in ("t.csv", "t.parquet"):
        validated = read_table(tmp_path / name, FUEL_USE, code_lists=LISTS)
        assert validated.errors == ()
        assert validated.frame.drop("origin").equals(frame)


def test_all_seventeen_digits_of_a_number_survive(tmp_path: Path) -> None:
    numbers = [0.1 + 0.2, 1 / 3, 2**53 - 1.0, math.pi * 1e-300]
    frame = as_frame([{**good, "amount": (number, None)} for number in numbers for good in [GOOD]])
    write_template(FUEL_USE, tmp_path / "t.xlsx", rows=frame, code_lists=LISTS)
    assert read_table(tmp_path / "t.xlsx", FUEL_USE, code_lists=LISTS).frame["amount"].to_list() == numbers


GOOD: dict[str, Any] = {
    "period": "2013", "fuel": "diesel", "share": None, "boilers": None, "day": None,
    "measured": None, "industry": None, "note": None,
}  # fmt: skip
