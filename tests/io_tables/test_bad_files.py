"""One failing file for each fault that concerns a file or a table as a whole."""

import gzip
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cocontrol.core.errors import Ambiguous, Fault, InvalidInput, Level, NotFound
from cocontrol.core.validation import Validated, missing_references
from cocontrol.io.limits import Limits
from cocontrol.io.readers import read_raw, read_table

from .examples import CODE_LISTS, FUEL_USE, HEADINGS, good_row, write_csv, write_parquet, write_xlsx

ROWS = [good_row(1), good_row(2), good_row(3)]


def read(path: Path, **options: Any) -> Validated:
    return read_table(path, FUEL_USE, code_lists=CODE_LISTS, **options)


def only_error(validated: Validated) -> Fault:
    """The one error; nothing may have been read beside it that the fault does not cover."""
    assert [fault.rule for fault in validated.errors] == [validated.errors[0].rule]
    return validated.errors[0]


def test_a_missing_file(tmp_path: Path) -> None:
    assert only_error(read(tmp_path / "a.csv")).rule == "file.missing"
    with pytest.raises(InvalidInput):
        read_raw(tmp_path / "a.csv")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   \r\n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert only_error(read(tmp_path / "a.csv")).rule == "file.empty"


def test_a_file_with_separators_only(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",,\n,,\n")
    assert only_error(read(tmp_path / "a.csv")).rule == "table.empty"


def test_an_empty_workbook(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert only_error(read(tmp_path / "a.xlsx")).rule == "table.empty"


def test_headings_without_data(tmp_path: Path) -> None:
    for path in (
        write_csv(tmp_path / "a.csv", []),
        write_xlsx(tmp_path / "a.xlsx", []),
        write_parquet(tmp_path / "a.parquet", []),
    ):
        fault = only_error(read(path))
        assert (fault.rule, fault.location.row) == ("table.empty", 1)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "PNG"),
        (b"%PDF-1.7 x", "PDF"),
        (b"\xff\xd8\xff\xe0 JFIF", "JPEG"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML/XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "XLS (97–2003)"),
        (b"a,b\x00\x01\x02", "binary"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
def test_what_is_no_table_at_all(tmp_path: Path, content: bytes, found: str, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    fault = only_error(read(tmp_path / name))
    assert (fault.rule, fault.value) == ("file.kind", found)


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "a.xlsx").write_bytes(content)
    assert only_error(read(tmp_path / "a.xlsx")).rule == "file.encrypted"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_file_cut_off(tmp_path: Path, share: float) -> None:
    rows = [good_row(number) for number in range(500)]
    compressed = tmp_path / "a.csv.gz"
    compressed.write_bytes(gzip.compress(write_csv(tmp_path / "a.csv", rows).read_bytes()))
    for path in (write_xlsx(tmp_path / "a.xlsx", rows), write_parquet(tmp_path / "a.parquet", rows), compressed):
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        assert only_error(read(path)).rule == "file.damaged"


def test_an_encoding_that_is_neither_utf_8_nor_gb(tmp_path: Path) -> None:
    lines = write_csv(tmp_path / "a.csv", ROWS).read_bytes().splitlines(keepends=True)
    lines[2] = b"\xff\xe9," + lines[2]
    (tmp_path / "a.csv").write_bytes(b"".join(lines))
    fault = only_error(read(tmp_path / "a.csv"))
    assert (fault.rule, fault.location.row) == ("file.encoding", 3)


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    path.write_text(path.read_text(encoding="utf-8") + '"plant 4,2013,raw_coal\n', encoding="utf-8")
    assert only_error(read(path)).rule == "file.quotes"


@pytest.mark.parametrize("last", ["", "x", '"a,b"'])
def test_a_row_with_more_cells_than_headings_is_an_error_because_its_cells_are_shifted(
    tmp_path: Path, last: str
) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = f"plant 2,2013,raw_coal,1,234,20,2,2013-05-17,是,D44,{last}"
    path.write_text("\n".join(lines), encoding="utf-8")
    extra = [fault for fault in read(path).errors if fault.rule == "table.extra_cells"]
    assert [fault.location.cell for fault in extra] == ["K3"]


def test_a_separator_at_the_end_of_every_row_shifts_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    heading, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([heading, *(f"{row}," for row in rows)]), encoding="utf-8")
    assert read(path).faults == ()
    path.write_text("\n".join([heading, *(f"{row},x" for row in rows)]), encoding="utf-8")
    assert [fault.rule for fault in read(path).errors] == ["table.extra_cells"] * 3


def test_rows_with_too_few_cells_are_a_lead(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    path.write_bytes(path.read_bytes()[:-20])
    leads = [fault for fault in read(path).faults if fault.level is Level.MEDIUM]
    assert [(fault.rule, fault.location.row) for fault in leads] == [("table.short_rows", 4)]


def test_cells_beside_the_table_in_a_sheet_are_noted(tmp_path: Path) -> None:
    validated = read(write_xlsx(tmp_path / "a.xlsx", [good_row(1), [*good_row(2), None, "核对过"]]))
    assert [(f.rule, f.level, f.location.cell) for f in validated.faults] == [
        ("table.cells_without_heading", Level.MEDIUM, "L3")
    ]


def test_no_row_of_headings_names_those_expected(tmp_path: Path) -> None:
    fault = only_error(read(write_csv(tmp_path / "a.csv", [[1, 2]], ("x", "y"))))
    assert (fault.rule, fault.value) == ("table.header_missing", "x、y")
    assert fault.allowed is not None
    assert "企业（plant）" in fault.allowed.zh
    assert fault.remedy is not None
    assert "cocontrol template fuel_use_example" in fault.remedy.en


def test_every_missing_required_column_is_listed(tmp_path: Path) -> None:
    faults = read(write_csv(tmp_path / "a.csv", [["p", 1]], ("企业", "消费量（t）"))).errors
    assert [(fault.rule, fault.location.column) for fault in faults] == [
        ("table.required", "period"),
        ("table.required", "fuel"),
    ]


def test_two_columns_of_one_meaning(tmp_path: Path) -> None:
    fault = only_error(read(write_csv(tmp_path / "a.csv", [[*good_row(1), "x"]], [*HEADINGS, "plant"])))
    assert (fault.rule, fault.location.cell) == ("table.column_twice", "K1")
    assert "A1" in fault.message.en


@pytest.mark.parametrize(
    ("unit", "rule"), [("TJ", "unit.dimension"), ("万立方米", "unit.dimension"), ("担", "unit.unknown")]
)
def test_a_wrong_unit_in_a_heading(tmp_path: Path, unit: str, rule: str) -> None:
    headings = [f"消费量（{unit}）" if name.startswith("消费量") else name for name in HEADINGS]
    fault = only_error(read(write_csv(tmp_path / "a.csv", ROWS, headings)))
    assert (fault.rule, fault.location.cell, fault.value) == (rule, "D1", unit)


def test_a_unit_where_none_is_declared_is_a_lead(tmp_path: Path) -> None:
    headings = ["锅炉数（台）" if name == "锅炉数" else name for name in HEADINGS]
    validated = read(write_csv(tmp_path / "a.csv", ROWS, headings))
    assert [(f.rule, f.level) for f in validated.faults] == [("unit.not_declared", Level.MEDIUM)]


def test_merged_cells_inside_the_data_are_named_by_their_range(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", ROWS, above=[["标题"]]))
    book["数据"].merge_cells("A1:E1")
    book["数据"].merge_cells("C4:C5")
    book.save(tmp_path / "a.xlsx")
    fault = only_error(read(tmp_path / "a.xlsx"))
    assert (fault.rule, fault.location.cell) == ("table.merged_cells", "C4:C5")


def test_a_sheet_that_is_not_there_lists_those_that_are(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    fault = only_error(read(path, sheet="别的"))
    assert fault.rule == "sheet.not_found"
    assert fault.allowed is not None
    assert "数据" in fault.allowed.zh
    with pytest.raises(NotFound):
        read_raw(path, "别的")


def test_two_sheets_that_both_hold_the_table_are_ambiguous(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", ROWS))
    book.copy_worksheet(book["数据"]).title = "数据 二"
    book.save(tmp_path / "a.xlsx")
    fault = only_error(read(tmp_path / "a.xlsx"))
    assert (fault.rule, fault.value) == ("sheet.ambiguous", "数据、数据 二")
    assert read(tmp_path / "a.xlsx", sheet="数据 二").ok
    with pytest.raises(Ambiguous):
        raise Ambiguous(fault)


def test_no_sheet_fits_and_the_nearest_is_judged(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", [["p", 1]], ("企业", "消费量（t）")))
    book.create_sheet("说明", 0).append(["说明"])
    book.save(tmp_path / "a.xlsx")
    validated = read(tmp_path / "a.xlsx")
    assert validated.sheet == "数据"
    assert [fault.rule for fault in validated.errors] == ["table.required", "table.required"]


def test_a_file_above_the_limit_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    small = Limits(workbook_bytes=100, text_bytes=100, parquet_bytes=100)
    for path in (
        write_csv(tmp_path / "a.csv", ROWS),
        write_xlsx(tmp_path / "a.xlsx", ROWS),
        write_parquet(tmp_path / "a.parquet", ROWS),
    ):
        fault = only_error(read(path, limits=small))
        assert (fault.rule, fault.value) == ("file.too_large", str(path.stat().st_size))


def test_a_table_whose_key_is_empty_has_no_duplicates(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [good_row(1), [None, *good_row(1)[1:]], [None, *good_row(1)[1:]]])
    assert [fault.rule for fault in read(path).errors] == ["cell.required", "cell.required"]


def test_an_unknown_table_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_table(write_csv(tmp_path / "a.csv", ROWS), "no such table")


def test_a_code_list_that_is_not_given_is_said(tmp_path: Path) -> None:
    validated = read_table(write_csv(tmp_path / "a.csv", ROWS), FUEL_USE)
    assert [(f.rule, f.level) for f in validated.faults] == [("table.code_list_absent", Level.MEDIUM)]


def test_errors_are_raised_together_when_asked_for(tmp_path: Path) -> None:
    validated = read(write_csv(tmp_path / "a.csv", [["p", 1]], ("企业", "消费量（t）")))
    with pytest.raises(InvalidInput) as caught:
        validated.raise_if_any()
    assert caught.value.faults == validated.errors
    read(write_csv(tmp_path / "b.csv", ROWS)).raise_if_any()


def test_nothing_is_checked_against_tables_that_are_not_given(tmp_path: Path) -> None:
    assert missing_references(read(write_csv(tmp_path / "a.csv", ROWS)), {}) == ()
