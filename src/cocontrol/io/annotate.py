"""A copy of the user's file with the faulty cells marked, and a first sheet that lists every fault."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.hyperlink import Hyperlink

from cocontrol.core.errors import CocontrolError, Fault, Level
from cocontrol.core.raw import RawTable
from cocontrol.core.text import Language, Text
from cocontrol.io.atomic import whole_file
from cocontrol.io.file_kinds import FileKind, detect_kind
from cocontrol.io.limits import DEFAULT_LIMITS, MEBIBYTE, Limits
from cocontrol.io.readers import read_raw
from cocontrol.io.workbook_safety import scan_workbook

COPIED_BYTES = 20 * MEBIBYTE
"""Larger workbooks are not copied: marking them would take minutes and gigabytes."""

COPIED_CELLS = 500_000
"""Larger text and Parquet files are not copied into a workbook."""

_LIST_TITLE = Text("问题清单", "Faults")
_DATA_TITLE = "data"
_AUTHOR = "Cocontrol"
_FILLS = {
    Level.ERROR: PatternFill("solid", fgColor="F4B6B0"),
    Level.HIGH: PatternFill("solid", fgColor="F8D9A8"),
    Level.MEDIUM: PatternFill("solid", fgColor="FBF0B2"),
}
_HEADINGS = (
    (Text("序号", "No."), 6),
    (Text("级别", "level"), 10),
    (Text("规则", "rule"), 24),
    (Text("工作表", "sheet"), 16),
    (Text("单元格", "cell"), 12),
    (Text("列", "column"), 22),
    (Text("值", "value"), 22),
    (Text("说明（中文）", "message (Chinese)"), 44),
    (Text("允许（中文）", "allowed (Chinese)"), 44),
    (Text("处理（中文）", "remedy (Chinese)"), 44),
    (Text("说明（英文）", "message (English)"), 44),
    (Text("允许（英文）", "allowed (English)"), 44),
    (Text("处理（英文）", "remedy (English)"), 44),
)
_CELL_COLUMN = 5


def write_annotated_copy(
    path: str | Path,
    faults: Sequence[Fault],
    target: str | Path,
    *,
    language: Language = "zh",
    limits: Limits = DEFAULT_LIMITS,
) -> None:
    """Write `target` (.xlsx): the contents of the file at `path`, faulty cells coloured and commented.

    The first sheet lists every fault with its rule, a link to its cell, the value, what is allowed and
    what to do, in both languages. Errors are red, leads yellow; notes of level ``low`` are only listed.
    CSV and Parquet contents are copied as text into a sheet, each cell at its address. Of a file that
    cannot be opened or is too large to copy, the list alone is written, and it says so. The target
    appears whole or not at all; the source is never touched.
    """
    book, why_not = _copy(Path(path), limits)
    if why_not is None:
        _mark(book, faults, language)
    _list_faults(book, faults, why_not, language)
    with whole_file(Path(target)) as building:
        book.save(building)


def _copy(path: Path, limits: Limits) -> tuple[Any, Text | None]:
    """A workbook with the contents of the file, and None; or an empty one and why there is no copy."""
    try:
        kind, _ = detect_kind(path, path.name)
        if kind is FileKind.WORKBOOK:
            return _copy_workbook(path, limits)
        raw = read_raw(path, limits=limits)
    except CocontrolError as error:
        return _blank(), error.faults[0].message
    if raw.cells.width * raw.cells.height > COPIED_CELLS:
        return _blank(), _too_large()
    return _from_raw(raw), None


def _copy_workbook(path: Path, limits: Limits) -> tuple[Any, Text | None]:
    if path.stat().st_size > min(COPIED_BYTES, limits.workbook_bytes):
        return _blank(), _too_large()
    scan_workbook(path, path.name, limits)
    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            # openpyxl warns of parts that it cannot carry over; the copy is for reading, not for further use.
            warnings.simplefilter("ignore", UserWarning)
            return openpyxl.load_workbook(stream), None
    except (BadZipFile, InvalidFileException, ValueError, LookupError, TypeError, AttributeError, SyntaxError) as error:
        return _blank(), Text("原工作簿无法复制：{e}", "the workbook cannot be copied: {e}").format(e=error)


def _too_large() -> Text:
    return Text("文件过大，未复制内容", "the file is too large; its contents were not copied")


def _blank() -> Any:
    book = openpyxl.Workbook()
    book.remove(book.active)
    return book


def _from_raw(raw: RawTable) -> Any:
    """A workbook that holds the cells of a text or Parquet file as text, each at its own address."""
    book = _blank()
    sheet = book.create_sheet(_DATA_TITLE)
    _put_row(sheet, raw.header_row, raw.headings)
    for row, cells in zip(raw.rows, raw.cells.iter_rows(), strict=True):
        _put_row(sheet, row, cells)
    return book


def _put_row(sheet: Any, row: int, cells: Iterable[object]) -> None:
    for column, value in enumerate(cells, start=1):
        if value is not None:
            _put_text(sheet.cell(row, column), str(value))


def _put_text(cell: Any, text: str) -> None:
    """Text as text: what begins with ``=`` must not become a formula in somebody's program."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"


def _mark(book: Any, faults: Sequence[Fault], language: Language) -> None:
    """Colour and comment the cells of all faults but notes; the gravest fault of a cell gives the colour."""
    by_cell: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        place = _place(book, fault)
        if place is not None and fault.level in _FILLS:
            by_cell.setdefault(place, []).append(fault)
    gravity = list(_FILLS)
    for (title, address), found in by_cell.items():
        fill = _FILLS[min((fault.level for fault in found), key=gravity.index)]
        left, top, right, bottom = range_boundaries(address)
        sheet = book[title]
        for row in sheet.iter_rows(top, bottom, left, right):
            for cell in row:
                cell.fill = fill
        text = "\n".join(_comment(fault, language) for fault in found)
        first = sheet.cell(top, left)
        if first.comment is not None:
            text = f"{first.comment.text}\n{text}"
        first.comment = Comment(text, _AUTHOR, width=320, height=40 + 40 * len(found))


def _comment(fault: Fault, language: Language) -> str:
    parts = (fault.message, fault.allowed, fault.remedy)
    return "\n".join([f"[{fault.rule}]", *(part.in_language(language) for part in parts if part is not None)])


def _place(book: Any, fault: Fault) -> tuple[str, str] | None:
    """Sheet and address of a fault in the copy; None where it concerns no cell."""
    sheet = fault.location.sheet or _DATA_TITLE
    if sheet not in book.sheetnames:
        return None
    if fault.location.cell:
        return sheet, fault.location.cell
    return (sheet, f"A{fault.location.row}") if fault.location.row else None


def _list_faults(book: Any, faults: Sequence[Fault], why_not: Text | None, language: Language) -> None:
    title = _LIST_TITLE.in_language(language)
    while title in book.sheetnames:
        title += "_"
    sheet = book.create_sheet(title, 0)
    _put_row(sheet, 1, [_summary(faults, why_not).in_language(language)])
    sheet.cell(1, 1).font = Font(bold=True, size=13)
    _put_row(sheet, 2, [heading.in_language(language) for heading, _ in _HEADINGS])
    for column, (_, width) in enumerate(_HEADINGS, start=1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = width
        sheet.cell(2, column).font = Font(bold=True)
    for number, fault in enumerate(faults, start=1):
        _list_fault(book, sheet, number, fault)
    sheet.freeze_panes = "A3"
    sheet.auto_filter.ref = f"A2:{openpyxl.utils.get_column_letter(len(_HEADINGS))}{len(faults) + 2}"
    book.active = 0


def _summary(faults: Sequence[Fault], why_not: Text | None) -> Text:
    errors = sum(fault.level is Level.ERROR for fault in faults)
    counts = Text("错误 {e} 项，提示 {n} 项", "{e} errors, {n} notes").format(e=errors, n=len(faults) - errors)
    return counts if why_not is None else Text("{c}。{w}", "{c}. {w}").format(c=counts, w=why_not)


def _list_fault(book: Any, sheet: Any, number: int, fault: Fault) -> None:
    row = number + 2
    texts = (fault.message, fault.allowed, fault.remedy)
    cells = (
        fault.level.value,
        fault.rule,
        fault.location.sheet,
        fault.location.cell or (f"A{fault.location.row}" if fault.location.row else None),
        fault.location.column,
        fault.value,
        *(text.zh if text else None for text in texts),
        *(text.en if text else None for text in texts),
    )
    _put_row(sheet, row, [str(number), *cells])
    sheet.cell(row, 1).value = number
    for cell in sheet[row]:
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    if (place := _place(book, fault)) is not None:
        quoted = place[0].replace("'", "''")
        link = sheet.cell(row, _CELL_COLUMN)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{quoted}'!{place[1]}")
        link.font = Font(color="1F5A8B", underline="single")
