from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from cocontrol.core.errors import Fault, Level, Location
from cocontrol.core.text import Text
from cocontrol.io.annotate import write_annotated_copy
from cocontrol.io.limits import Limits
from cocontrol.io.readers import read_table

from .examples import CODE_LISTS, FUEL_USE, bad_rows, good_row, write_csv, write_xlsx


def annotate(path: Path, target: Path, **options: Any) -> openpyxl.Workbook:
    faults = read_table(path, FUEL_USE, code_lists=CODE_LISTS).faults
    write_annotated_copy(path, faults, target, **options)
    return openpyxl.load_workbook(target)


def test_the_first_sheet_lists_rule_link_value_allowed_and_remedy_in_both_languages(tmp_path: Path) -> None:
    book = annotate(write_xlsx(tmp_path / "a.xlsx", bad_rows("fuel", "dieesel")), tmp_path / "out.xlsx")
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "错误 1 项，提示 0 项"
    row = [cell.value for cell in sheet[3]]
    assert row[:7] == [1, "error", "cell.code", "数据", "C3", "燃料", "dieesel"]
    assert row[7:] == [
        "代码不在清单中", "raw_coal 原煤、diesel 柴油", "是否为 diesel 柴油？",
        "the code is not in the list", "raw_coal raw coal, diesel diesel oil", "did you mean diesel diesel oil?",
    ]  # fmt: skip
    assert sheet["E3"].hyperlink.location == "'数据'!C3"
    assert "[cell.code]" in book["数据"]["C3"].comment.text


def test_the_list_can_be_headed_in_english(tmp_path: Path) -> None:
    book = annotate(write_xlsx(tmp_path / "a.xlsx", bad_rows("fuel", "x")), tmp_path / "out.xlsx", language="en")
    assert book.worksheets[0].title == "Faults"
    assert book.worksheets[0]["A1"].value == "1 errors, 0 notes"
    assert "the code is not in the list" in book["数据"]["C3"].comment.text


def test_the_contents_of_a_text_file_are_copied_cell_by_cell_as_text(tmp_path: Path) -> None:
    rows = bad_rows("amount", "-1")
    rows[0][9] = "=HYPERLINK(1)"
    book = annotate(write_csv(tmp_path / "a.csv", rows, above=["标题", ""]), tmp_path / "out.xlsx")
    sheet = book["data"]
    assert (sheet["A1"].value, sheet["A3"].value, sheet["A4"].value) == ("标题", "企业", "plant 1")
    assert (sheet["D5"].value, sheet["D5"].fill.fgColor.rgb) == ("-1", "00F4B6B0")
    assert (sheet["J4"].value, sheet["J4"].data_type) == ("=HYPERLINK(1)", "s")


def test_leads_are_yellow_notes_unmarked_and_earlier_comments_kept(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", [good_row(1)]))
    book["数据"]["B2"].comment = Comment("核对过", "someone")
    book.create_sheet("问题清单")
    book.save(tmp_path / "a.xlsx")
    faults = [
        Fault("demo.lead", Text("疑", "odd"), Location("a.xlsx", "数据", 2, "时段", "B2"), level=Level.MEDIUM),
        Fault("demo.note", Text("注", "note"), Location("a.xlsx", "数据", 2, "企业", "A2"), level=Level.LOW),
        Fault("demo.row", Text("行", "row"), Location("a.xlsx", "数据", 3)),
        Fault("demo.elsewhere", Text("他", "other"), Location("b.xlsx", "别处", 3, cell="A3")),
    ]
    write_annotated_copy(tmp_path / "a.xlsx", faults, tmp_path / "out.xlsx")
    marked = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert marked.sheetnames[0] == "问题清单_"
    assert marked["数据"]["B2"].fill.fgColor.rgb == "00FBF0B2"
    assert marked["数据"]["B2"].comment.text.startswith("核对过\n[demo.lead]")
    assert marked["数据"]["A2"].fill.fill_type is None
    assert marked["数据"]["A3"].fill.fgColor.rgb == "00F4B6B0"
    assert [row[2].value for row in marked.worksheets[0].iter_rows(min_row=3)] == [fault.rule for fault in faults]


def test_a_merged_range_is_marked_as_a_whole(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", [good_row(1), good_row(2), good_row(3)]))
    book["数据"].merge_cells("C2:C3")
    book.save(tmp_path / "a.xlsx")
    marked = annotate(tmp_path / "a.xlsx", tmp_path / "out.xlsx")["数据"]
    assert marked["C2"].fill.fill_type == "solid"
    assert "C2:C3" in marked["C2"].comment.text


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, b"PK\x03\x04broken"])
def test_of_a_file_that_cannot_be_opened_the_list_is_written_and_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    book = annotate(tmp_path / "a.xlsx", tmp_path / "out.xlsx")
    assert book.sheetnames == ["问题清单"]
    assert book.worksheets[0]["B3"].value == "error"
    assert "。" in book.worksheets[0]["A1"].value


def test_a_workbook_above_the_limit_is_listed_only(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", bad_rows("fuel", "x"))
    book = annotate(path, tmp_path / "out.xlsx", limits=Limits(workbook_bytes=10))
    assert book.sheetnames == ["问题清单"]
    assert "未复制内容" in book.worksheets[0]["A1"].value


def test_a_failed_copy_leaves_the_earlier_file_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", bad_rows("fuel", "x"))
    (tmp_path / "out.xlsx").write_bytes(b"earlier")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(openpyxl.Workbook, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        write_annotated_copy(path, [], tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_bytes() == b"earlier"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.xlsx", "out.xlsx"]
