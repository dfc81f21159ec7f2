"""Workbooks (.xlsx): sheets as raw tables, values as the user's program last calculated them."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine

from cocontrol.core.errors import Ambiguous, Fault, InvalidInput, Level, Location, NotFound
from cocontrol.core.provenance import column_letter
from cocontrol.core.raw import (
    UNUSABLE,
    CellRange,
    RawTable,
    locate_header,
    matched_columns,
    raw_table,
    required_columns,
)
from cocontrol.core.tables import TABLES, Table
from cocontrol.core.text import Text
from cocontrol.io.file_kinds import damaged
from cocontrol.io.limits import Limits, too_large
from cocontrol.io.workbook_safety import SheetScan, scan_workbook

META_SHEET = "_cocontrol"
"""The hidden sheet of our templates: which table the workbook is for, and in which version."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """An opened workbook whose contents were found safe."""

    file: str
    sha256: str
    book: python_calamine.CalamineWorkbook
    scans: dict[str, SheetScan]
    notes: tuple[Fault, ...]

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the visible sheets, in order."""
        worksheet, visible = python_calamine.SheetTypeEnum.WorkSheet, python_calamine.SheetVisibleEnum.Visible
        return tuple(s.name for s in self.book.sheets_metadata if s.typ == worksheet and s.visible == visible)


def open_workbook(path: Path, file: str, sha256: str, limits: Limits, notes: tuple[Fault, ...] = ()) -> Workbook:
    """The workbook behind `path`; raises `InvalidInput` where it is too large, damaged or unsafe."""
    if (size := path.stat().st_size) > limits.workbook_bytes:
        raise InvalidInput(too_large(file, size, limits.workbook_bytes))
    scans = scan_workbook(path, file, limits)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError) as error:
        raise InvalidInput(damaged(file, str(error))) from error
    return Workbook(file, sha256, book, scans, notes)


def read_sheet(workbook: Workbook, name: str | None = None) -> RawTable:
    """The sheet of that name, else the first visible one, as a raw table.

    Raises `NotFound` for a name that is not there; the fault lists the sheets.
    """
    if name is not None and name not in workbook.book.sheet_names:
        raise NotFound(_no_such_sheet(workbook, name))
    if name is None and not workbook.sheets:
        raise InvalidInput(_no_such_sheet(workbook, ""))
    chosen = name or workbook.sheets[0]
    try:
        sheet = workbook.book.get_sheet_by_name(chosen)
        values = sheet.to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        raise InvalidInput(damaged(workbook.file, str(error))) from error
    merged = tuple(
        CellRange(first[0] + 1, last[0] + 1, first[1], last[1]) for first, last in sheet.merged_cell_ranges or ()
    )
    grid = _grid(values, workbook.scans.get(chosen, SheetScan()))
    return raw_table(
        grid, file=workbook.file, sha256=workbook.sha256, sheet=chosen, merged=merged, notes=workbook.notes
    )


def sheet_for(workbook: Workbook, table: Table) -> RawTable:
    """The sheet that holds the table: the one our template names, else the one whose headings fit best.

    Raises `Ambiguous` where several sheets have every required heading and data below them, and not just one of
    them bears the name of the table.
    """
    meta = _template_meta(workbook)
    if meta.get("table", ("",))[0] == table.name and (named := meta["table"][1]) in workbook.sheets:
        raw = read_sheet(workbook, named)
        outdated = meta.get("edition", ("",))[0] != table_edition(table)
        return replace(raw, notes=(*raw.notes, _outdated(workbook, named))) if outdated else raw
    if len(workbook.sheets) <= 1:
        return read_sheet(workbook)
    raws = [read_sheet(workbook, name) for name in workbook.sheets]
    located = [(raw, *locate_header(raw, table)) for raw in raws]
    complete = [raw for raw, found, _ in located if _has_required(found, table) and found.cells.height]
    called_so = [raw for raw in complete if raw.sheet in titles_of(table)]
    if len(called_so) == 1:
        return called_so[0]
    if len(complete) > 1:
        raise Ambiguous(_several_sheets(workbook, table, [raw.sheet or "" for raw in complete]))
    if complete:
        return complete[0]
    return max(located, key=lambda entry: entry[2])[0]


def titles_of(table: Table) -> set[str]:
    """What a sheet with the table may be called: its code, or its name in either language."""
    return {table.name, table.label.zh, table.label.en}


def _has_required(raw: RawTable, table: Table) -> bool:
    named = {column.name for _, column, _ in matched_columns(raw.headings, table)}
    needed = required_columns(table)
    return bool(named) and all(column.name in named for column in needed)


def table_edition(table: Table) -> str:
    """Twelve hex digits that change when the declaration does; our templates carry them.

    A table that a layout gives a unit (the energy balance) counts as the declaration it was made from.
    """
    declared = TABLES.get(table.name) if table.name in TABLES.names() else table
    text = json.dumps(declared.schema(), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _template_meta(workbook: Workbook) -> dict[str, tuple[str, ...]]:
    """What the hidden sheet of our templates says, by the word in its first column; empty for other workbooks."""
    if META_SHEET not in workbook.book.sheet_names:
        return {}
    rows = workbook.book.get_sheet_by_name(META_SHEET).to_python()
    return {str(row[0]): (*(str(value) for value in row[1:]), "", "") for row in rows if row}


def _outdated(workbook: Workbook, sheet: str) -> Fault:
    return Fault(
        "template.outdated",
        Text("模板由另一版表声明生成", "the template was made from another edition of the declaration"),
        Location(workbook.file, sheet),
        remedy=Text("如有疑问，重新生成模板", "if in doubt, make a new template"),
        level=Level.MEDIUM,
    )


def _grid(values: Sequence[Sequence[Any]], scan: SheetScan) -> pl.DataFrame:
    """The values as text, one column per column of the sheet; unusable cells are marked."""
    width = max((len(row) for row in values), default=0)
    columns = [[_text(row[index]) for row in values] for index in range(width)]
    for cell, found in scan.unusable.items():
        letters = cell.rstrip("0123456789")
        row, index = int(cell[len(letters) :]) - 1, _index(letters)
        if index < width and row < len(values):
            columns[index][row] = f"{UNUSABLE}{found}"
    return pl.DataFrame({column_letter(i): pl.Series(c, dtype=pl.String) for i, c in enumerate(columns)})


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _text(value: Any) -> str | None:
    """A cell as text: whole numbers without a decimal point, dates as ISO 8601, empty as null."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2.0**53 else repr(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return None if value is None else str(value)


def _no_such_sheet(workbook: Workbook, name: str) -> Fault:
    return Fault(
        "sheet.not_found",
        Text("没有这个工作表", "there is no such sheet"),
        Location(file=workbook.file),
        value=name or None,
        allowed=Text("现有工作表：{s}", "sheets: {s}").format(s="、".join(workbook.sheets) or "-"),
        remedy=Text("改正工作表名称", "mend the name of the sheet"),
    )


def _several_sheets(workbook: Workbook, table: Table, sheets: list[str]) -> Fault:
    return Fault(
        "sheet.ambiguous",
        Text("多个工作表都像是“{t}”", "several sheets look like “{t}”").format(t=table.label),
        Location(file=workbook.file),
        value="、".join(sheets),
        remedy=Text("指定工作表名称", "name the sheet to read"),
    )
