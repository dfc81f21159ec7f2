"""Small workbooks of the exchange formats: the same table gives the same bytes, and every number keeps all its digits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.io.exports.workbook import CELL_LIMIT, EPOCH
from cocontrol.io.templates import ExactNumber

Cell = str | float | int | bool | None
"""What a cell holds; None is a blank cell."""

Rows = list[list[Cell]]


@contextmanager
def new_book(path: Path, title: str) -> Iterator[Any]:
    """A workbook to write, with a fixed creation date; texts are never taken for formulas or addresses."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": title, "created": EPOCH})
        yield book


def put_rows(sheet: Any, rows: Iterable[Iterable[Cell]], *, first: int = 0, style: Any = None) -> int:
    """Write rows from row `first` (0-based) on; the row after the last. None leaves a cell blank.

    Raises
    ------
    InvalidInput
        A text is longer than a cell of a workbook can hold.
    """
    position = first
    for row in rows:
        for column, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(position, column, value, style)
            elif isinstance(value, int | float):
                sheet.write_number(position, column, ExactNumber(value), style)
            elif value is not None and sheet.write_string(position, column, value, style) < 0:
                raise InvalidInput(_too_long(sheet.get_name(), position, value))
        position += 1
    return position


def _too_long(sheet: str, row: int, value: str) -> Fault:
    return Fault(
        "workbook.text",
        Text("文本超过单元格能容纳的长度", "the text is longer than a cell can hold"),
        Location(sheet=sheet, row=row + 1),
        value=f"{value[:40]}…",
        allowed=Text("{n} 个字符", "{n} characters").format(n=CELL_LIMIT),
    )


def read_sheets(path: Path) -> Mapping[str, Rows]:
    """All sheets of a workbook by name, from its first cell on; blanks and empty texts are None.

    Raises
    ------
    InvalidInput
        The file cannot be read as a workbook.
    """
    try:
        book = CalamineWorkbook.from_path(path)
        return {
            name: [
                [_cell_of(value) for value in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    except (CalamineError, OSError) as error:
        fault = Fault(
            "workbook.unreadable",
            Text("无法按工作簿读取", "cannot be read as a workbook"),
            Location(file=path.name),
            value=str(error),
        )
        raise InvalidInput(fault) from error


def _cell_of(value: object) -> Cell:
    """A cell as it is used; dates and times as text."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str | float | int | bool) else str(value)


def cell(rows: Rows, row: int, column: int) -> Cell:
    """The cell at a 0-based position; None outside what the sheet holds."""
    return rows[row][column] if 0 <= row < len(rows) and 0 <= column < len(rows[row]) else None


def word(value: Cell) -> str:
    """A cell as text; a whole number without its decimal point."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
