"""Browsing any table: search, column filters, sorting and paging over a frame, and export of what is left."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl
import xlsxwriter

PAGE_SIZES = (25, 50, 100, 250)
FILTER_OPTIONS = 40
"""A text column with at most this many values gets a drop-down; others are searched."""

FORMULA_START = r"^([=+\-@\t\r])"
"""Text that a spreadsheet would run as a formula; such a cell gets a leading apostrophe in CSV."""


@dataclass(frozen=True, slots=True)
class Query:
    """What the person asked for. `sort` is a column, with ``-`` before it for descending."""

    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, and where it stands in the whole."""

    rows: tuple[dict[str, Any], ...]
    columns: tuple[str, ...]
    number: int
    pages: int
    total: int
    first: int
    last: int

    @property
    def previous(self) -> int:
        """The page before."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The page after."""
        return self.number + 1

    @property
    def nearby(self) -> list[int | None]:
        """Page numbers to offer: first, last and those around this one; None stands for a gap."""
        shown = sorted({1, self.pages, *range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)})
        made: list[int | None] = []
        for number in shown:
            if made and made[-1] is not None and number > made[-1] + 1:
                made.append(None)
            made.append(number)
        return made


def select_rows(frame: pl.DataFrame, query: Query) -> pl.DataFrame:
    """The rows that fit search and filters, sorted; unknown columns in the query are ignored.

    A filter on a text column asks for equality, or for the text anywhere when it starts with ``~``;
    ``∅`` asks for rows without a value. A filter on a number column may be ``>5``, ``<=3`` or a number.
    """
    kept = frame
    for name, wanted in query.filters.items():
        if wanted and name in frame.columns:
            kept = kept.filter(_condition(name, frame.schema[name], wanted))
    if query.search:
        kept = kept.filter(_anywhere(frame, query.search))
    name = query.sort.removeprefix("-")
    if name in frame.columns:
        kept = kept.sort(name, descending=query.sort.startswith("-"), nulls_last=True, maintain_order=True)
    return kept


def page_of(frame: pl.DataFrame, query: Query) -> Page:
    """The page that the query names, of an already selected frame; a page beyond the end is the last one."""
    pages = max(1, math.ceil(frame.height / query.size))
    number = min(max(1, query.page), pages)
    start = (number - 1) * query.size
    rows = frame.slice(start, query.size)
    return Page(
        tuple(rows.iter_rows(named=True)),
        tuple(frame.columns),
        number,
        pages,
        frame.height,
        start + 1 if frame.height else 0,
        start + rows.height,
    )


def filter_options(frame: pl.DataFrame) -> dict[str, list[str]]:
    """The values of each text column that has few of them, sorted: what its drop-down offers."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    if not texts or frame.is_empty():
        return {}
    counts = frame.select(pl.col(texts).n_unique()).row(0, named=True)
    return {
        name: frame[name].drop_nulls().unique().sort().to_list() for name in texts if 1 < counts[name] <= FILTER_OPTIONS
    }


def _anywhere(frame: pl.DataFrame, search: str) -> pl.Expr:
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    wanted = search.casefold()
    return pl.any_horizontal(
        pl.col(name).str.to_lowercase().str.contains(wanted, literal=True).fill_null(value=False) for name in texts
    )


def _condition(name: str, kind: pl.DataType, wanted: str) -> pl.Expr:
    column = pl.col(name)
    if wanted == "∅":
        return column.is_null()
    if kind == pl.String:
        if wanted.startswith("~"):
            return column.str.to_lowercase().str.contains(wanted[1:].casefold(), literal=True)
        return column == wanted
    if kind.is_numeric():
        return _comparison(column, wanted)
    return column.cast(pl.String) == wanted


def _comparison(column: pl.Expr, wanted: str) -> pl.Expr:
    for sign in (">=", "<=", ">", "<"):
        if wanted.startswith(sign):
            number = _number(wanted.removeprefix(sign))
            compared = {">=": column >= number, "<=": column <= number, ">": column > number, "<": column < number}
            return compared[sign]
    return column == _number(wanted)


def _number(text: str) -> float:
    """The number written; one that nothing equals or exceeds where it is none, so that no row fits."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return math.nan


def to_csv(frame: pl.DataFrame, headings: Sequence[str]) -> bytes:
    """The frame as CSV with these headings: UTF-8 with a byte order mark, so that Excel reads Chinese."""
    plain = _plain(frame)
    texts = [name for name, kind in plain.schema.items() if kind == pl.String]
    guarded = plain.with_columns(pl.col(name).str.replace(FORMULA_START, "'$1") for name in texts)
    guarded.columns = list(headings)
    return b"\xef\xbb\xbf" + guarded.write_csv().encode()


def to_xlsx(frame: pl.DataFrame, headings: Sequence[str], sheet: str, notes: Sequence[tuple[str, str]]) -> bytes:
    """The frame as a workbook: one sheet with headings, filter and frozen first row, one sheet of notes."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(sheet[:31])
    page.write_row(0, 0, list(headings), head)
    plain = _plain(frame)
    for index, name in enumerate(plain.columns):
        page.write_column(1, index, plain[name].to_list())
        page.set_column(index, index, min(40, max(10, len(headings[index]) + 4)))
    page.freeze_panes(1, 1)
    if plain.height and plain.width:
        page.autofilter(0, 0, plain.height, plain.width - 1)
    about = book.add_worksheet("notes")
    for row, (label, text) in enumerate(notes):
        about.write(row, 0, label, head)
        about.write(row, 1, text)
    about.set_column(0, 0, 24)
    about.set_column(1, 1, 80)
    book.close()
    return stream.getvalue()


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that a flat file can hold: lists and structs as JSON text, dates as ISO text, no NaN."""
    return frame.with_columns(_plain_column(name, kind) for name, kind in frame.schema.items())


def _plain_column(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind.is_nested():
        return column.map_elements(str, return_dtype=pl.String)
    if kind.is_temporal() or kind in {pl.Categorical, pl.Enum}:
        return column.cast(pl.String)
    return column.fill_nan(None) if kind.is_float() else column


Format = Literal["csv", "xlsx"]
MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
