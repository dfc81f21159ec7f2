"""Excel templates of declared tables: headings with units, drop-downs, checked cells, instructions.

A filled template is read back unchanged: a hidden sheet says which table it is for and which edition of
the declaration it was made from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from cocontrol.core.code_matching import choice
from cocontrol.core.notation import NotationKey
from cocontrol.core.provenance import column_letter
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Language, Text
from cocontrol.core.validation import CodeLists
from cocontrol.io.atomic import whole_file
from cocontrol.io.workbook import META_SHEET, table_edition

_LIST_SHEET = "_lists"
_LAST_ROW = 1_048_575
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WHOLE_LIMIT = 2**53
_PROMPT_LIMIT = 255
_TITLE_LIMIT = 32
_SHEET_NAME_LIMIT = 31

_WORDS = {
    "instructions": Text("填写说明", "Instructions"),
    "column": Text("列", "Column"),
    "name": Text("列名", "Name"),
    "unit": Text("单位", "Unit"),
    "required": Text("必填", "Required"),
    "what": Text("说明", "Description"),
    "allowed": Text("允许的值", "Allowed"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "refused": Text("不允许的值", "Value not allowed"),
}

_RULES = (
    Text(
        "深色标题的列必填；其余可空。空单元格表示缺失，不等于零。",
        "Columns with a dark heading are required. An empty cell means missing, not zero.",
    ),
    Text(
        "数字只填数字；单位见标题方括号。换用其他单位时同时改标题，如 [万吨]。",
        "Digits only; the unit stands in brackets. For another unit change the heading too, for example [kt].",
    ),
    Text("不要合并单元格，不要在数据之下写注释。", "Do not merge cells or write notes below the data."),
    Text(
        "时段写作 2013、2013Q2、2013-05 或 2013-05-17。",
        "Periods are written 2013, 2013Q2, 2013-05 or 2013-05-17.",
    ),
)


class ExactNumber(float):
    """A number that the writer prints with all its digits (it would keep 16; 17 are needed)."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


@dataclass(frozen=True, slots=True)
class _Sheets:
    """The workbook under construction and what its sheets share."""

    book: xlsxwriter.Workbook
    data: Any
    lists: Any
    language: Language


def write_template(
    table: Table | str,
    path: str | Path,
    language: Language = "zh",
    *,
    code_lists: CodeLists | None = None,
    rows: pl.DataFrame | None = None,
) -> None:
    """Write the template of a table as .xlsx, empty or filled with `rows`.

    `code_lists` gives the entries of the drop-downs of columns that name a list. `rows` has declared
    columns (and their ``_notation`` companions) by name; other columns are left out. The file appears
    whole or not at all. Raises `NotFound` for a table that is not declared.
    """
    declared = TABLES.get(table) if isinstance(table, str) else table
    with whole_file(Path(path)) as building, xlsxwriter.Workbook(str(building)) as book:
        book.set_properties({"title": declared.label.in_language(language), "created": _EPOCH})
        name = re.sub(r"[\[\]:*?/\\']+", " ", declared.label.in_language(language))[:_SHEET_NAME_LIMIT]
        data = book.add_worksheet(name)
        instructions = book.add_worksheet(_WORDS["instructions"].in_language(language))
        sheets = _Sheets(book, data, book.add_worksheet(_LIST_SHEET), language)
        entries = {column.name: _entries(column, code_lists or {}) for column in declared.columns}
        _write_headings(sheets, declared)
        for index, column in enumerate(declared.columns):
            _write_checks(sheets, index, column, entries[column.name])
        if rows is not None:
            _write_rows(sheets, declared, rows, entries)
        _write_instructions(sheets, instructions, declared, entries)
        _write_meta(book, declared, name)
        sheets.lists.hide()


def _write_meta(book: xlsxwriter.Workbook, table: Table, sheet: str) -> None:
    """The hidden sheet by which the reader knows the template again."""
    meta = book.add_worksheet(META_SHEET)
    meta.write_row(0, 0, ("table", table.name, sheet))
    meta.write_row(1, 0, ("edition", table_edition(table)))
    meta.very_hidden()


def _entries(column: Column, lists: CodeLists) -> Mapping[str, Text | None]:
    """Codes with labels of the closed list of a column; empty where it has none."""
    if column.allowed:
        return dict(column.allowed)
    given: Mapping[str, Text] | Collection[str] = lists.get(column.code_list, ()) if column.code_list else ()
    return dict(given) if isinstance(given, Mapping) else dict.fromkeys(sorted(given))


def _write_headings(sheets: _Sheets, table: Table) -> None:
    look = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#B8C4CC"}
    required = sheets.book.add_format({**look, "bg_color": "#1F5A6B", "font_color": "#FFFFFF"})
    optional = sheets.book.add_format({**look, "bg_color": "#E4ECEF", "font_color": "#1B2A30"})
    for index, column in enumerate(table.columns):
        must = column.required or column.name in table.key
        heading = column.heading_with_unit(sheets.language)
        sheets.data.write_string(0, index, heading, required if must else optional)
        width = max(12, min(36, 2 + sum(2 if ord(character) > 0x2E7F else 1 for character in heading)))
        sheets.data.set_column(index, index, width, _column_format(sheets.book, column))
    sheets.data.set_row(0, 32)
    sheets.data.freeze_panes(1, 0)


def _column_format(book: xlsxwriter.Workbook, column: Column) -> Any:
    """Text columns are text cells, so that the program turns no code or period into a number or a date."""
    if column.kind in {Kind.TEXT, Kind.PERIOD}:
        return book.add_format({"num_format": "@"})
    return book.add_format({"num_format": "yyyy-mm-dd"}) if column.kind is Kind.DATE else book.add_format()


def _write_checks(sheets: _Sheets, index: int, column: Column, entries: Mapping[str, Text | None]) -> None:
    check = _check(column, column_letter(index))
    if entries:
        words = [choice(code, label, sheets.language) for code, label in entries.items()]
        sheets.lists.write_column(0, index, words)
        letter = column_letter(index)
        check = {"validate": "list", "source": f"={_LIST_SHEET}!${letter}$1:${letter}${len(words)}"}
    elif column.kind is Kind.BOOLEAN:
        check = {
            "validate": "list",
            "source": [_WORDS["yes"].in_language(sheets.language), _WORDS["no"].in_language(sheets.language)],
        }
    prompt = column.description.in_language(sheets.language)[:_PROMPT_LIMIT]
    sheets.data.data_validation(
        1,
        index,
        _LAST_ROW,
        index,
        {
            **check,
            "input_title": column.label.in_language(sheets.language)[:_TITLE_LIMIT],
            "input_message": prompt,
            "error_title": _WORDS["refused"].in_language(sheets.language),
            "error_message": _allowed(column, entries).in_language(sheets.language)[:_PROMPT_LIMIT] or prompt,
        },
    )


def _check(column: Column, letter: str) -> dict[str, Any]:
    """The rule by which the spreadsheet program refuses a cell."""
    if column.kind in {Kind.NUMBER, Kind.INTEGER}:
        return {"validate": "custom", "value": f"={_number_rule(column, letter)}"}
    if column.kind is Kind.DATE:
        return {"validate": "date", "criteria": "between", "minimum": date(1900, 1, 1), "maximum": date(2199, 12, 31)}
    if column.kind is Kind.PERIOD:
        cell = f"{letter}2"
        return {"validate": "custom", "value": f"=AND(LEN({cell})>=4,ISNUMBER(VALUE(LEFT({cell},4))))"}
    return {"validate": "any"}


def _number_rule(column: Column, letter: str) -> str:
    cell = f"{letter}2"
    parts = [f"ISNUMBER({cell})"]
    if column.kind is Kind.INTEGER:
        parts.append(f"{cell}=INT({cell})")
    if column.minimum is not None:
        parts.append(f"{cell}{'>' if column.exclusive_minimum else '>='}{column.minimum:g}")
    if column.maximum is not None:
        parts.append(f"{cell}<={column.maximum:g}")
    number = f"IF(ISNUMBER({cell}),AND({','.join(parts)}),FALSE)"
    if not column.accepts_notation:
        return number
    keys = ",".join(f'{cell}="{key.value}"' for key in NotationKey)
    return f"OR({number},{keys})"


def _allowed(column: Column, entries: Mapping[str, Text | None]) -> Text:
    """What a cell may hold, in words."""
    if entries:
        shown = list(entries.items())[:6]
        more = " …" if len(entries) > len(shown) else ""
        zh = "、".join(choice(code, label, "zh") for code, label in shown) + more
        return Text(zh, ", ".join(choice(code, label, "en") for code, label in shown) + more)
    kinds = {
        Kind.TEXT: Text("文字", "text"),
        Kind.INTEGER: Text("整数", "whole number"),
        Kind.NUMBER: Text("数字", "number"),
        Kind.BOOLEAN: Text("是、否", "yes, no"),
        Kind.DATE: Text("日期", "date"),
        Kind.PERIOD: Text("2013、2013Q2、2013-05 或 2013-05-17", "2013, 2013Q2, 2013-05 or 2013-05-17"),
    }
    low = f" {'>' if column.exclusive_minimum else '≥'} {column.minimum:g}" if column.minimum is not None else ""
    high = f" ≤ {column.maximum:g}" if column.maximum is not None else ""
    form = f" {column.pattern}" if column.pattern else ""
    keys = f" / {' '.join(key.value for key in NotationKey)}" if column.accepts_notation else ""
    base = kinds[column.kind]
    return Text(f"{base.zh}{low}{high}{form}{keys}", f"{base.en}{low}{high}{form}{keys}")


def _write_rows(
    sheets: _Sheets, table: Table, rows: pl.DataFrame, entries: Mapping[str, Mapping[str, Text | None]]
) -> None:
    for index, column in enumerate(table.columns):
        if column.name not in rows.columns:
            continue
        notation = f"{column.name}_notation"
        keys = rows[notation] if notation in rows.columns else [None] * rows.height
        for row, (value, key) in enumerate(zip(rows[column.name], keys, strict=True), start=1):
            _write_value(sheets, row, index, key if value is None else value, entries[column.name])


def _write_value(sheets: _Sheets, row: int, index: int, value: Any, entries: Mapping[str, Text | None]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheets.data.write_string(row, index, _WORDS["yes" if value else "no"].in_language(sheets.language))
    elif isinstance(value, date):
        sheets.data.write_datetime(row, index, datetime(value.year, value.month, value.day))
    elif isinstance(value, int) and abs(value) >= _WHOLE_LIMIT:
        sheets.data.write_string(row, index, str(value))
    elif isinstance(value, int | float) and math.isfinite(value):
        sheets.data.write_number(row, index, ExactNumber(value))
    else:
        word = str(value)
        sheets.data.write_string(row, index, choice(word, entries[word], sheets.language) if word in entries else word)


def _write_instructions(
    sheets: _Sheets, sheet: Any, table: Table, entries: Mapping[str, Mapping[str, Text | None]]
) -> None:
    language = sheets.language
    title = sheets.book.add_format({"bold": True, "font_size": 14})
    head = sheets.book.add_format({"bold": True, "bg_color": "#E4ECEF", "border": 1, "border_color": "#B8C4CC"})
    wrap = sheets.book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, f"{table.label.zh} / {table.label.en}", title)
    lines = [table.description.in_language(language), *(rule.in_language(language) for rule in _RULES)]
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line)
    top = len(lines) + 2
    names = ("column", "name", "unit", "required", "what", "allowed")
    sheet.write_row(top, 0, [_WORDS[name].in_language(language) for name in names], head)
    for row, column in enumerate(table.columns, start=top + 1):
        must = "yes" if column.required or column.name in table.key else "no"
        cells = (
            f"{column.label.zh} / {column.label.en}",
            column.name,
            column.unit or "",
            _WORDS[must].in_language(language),
            column.description.in_language(language),
            _allowed(column, entries[column.name]).in_language(language),
        )
        for index, text in enumerate(cells):
            sheet.write_string(row, index, text, wrap)
    for index, width in enumerate((30, 20, 12, 8, 50, 50)):
        sheet.set_column(index, index, width)
