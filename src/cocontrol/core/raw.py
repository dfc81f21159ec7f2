"""A table as it stands in a file: headings, text cells and their addresses, before any meaning is read into it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import polars as pl

from cocontrol.core.errors import Fault, Location
from cocontrol.core.provenance import column_letter
from cocontrol.core.tables import Column, Table

HEADER_SEARCH_ROWS = 20
"""How many rows below the first filled one may hold a title before the headings must have come."""

UNUSABLE = "\x00"
"""First character of a cell that a reader found but could not take: an error value or an uncalculated formula."""


@dataclass(frozen=True, slots=True)
class CellRange:
    """A block of cells, rows counted from 1 and columns from 0, all bounds inclusive."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    def __str__(self) -> str:
        first, last = column_letter(self.first_column), column_letter(self.last_column)
        return f"{first}{self.first_row}:{last}{self.last_row}"

    def covered_rows(self, letter: str) -> range:
        """Rows whose cell under `letter` is hidden by the range: all but the upper left cell, which holds the value."""
        letters = [column_letter(index) for index in range(self.first_column, self.last_column + 1)]
        if letter not in letters:
            return range(0)
        return range(self.first_row + (letter == letters[0]), self.last_row + 1)

    def touches(self, letters: set[str]) -> bool:
        """Whether the range lies, in part, under one of the letters."""
        return any(column_letter(index) in letters for index in range(self.first_column, self.last_column + 1))


@dataclass(frozen=True, slots=True)
class RawTable:
    """What a reader found, addressable cell by cell.

    `cells` has one column per column of the file, named by its letter (``A``, ``B`` …), one row per row
    below `header_row`; text, with null for an empty cell (Parquet keeps its own types). `rows` holds the
    row number of each, as the user's program counts. `headings` are the texts of `header_row`, in the
    order of the columns. `merged` are the merged ranges of the sheet; `notes` what the reader has to say.
    Rows of a text file may differ in their number of cells, empty ones counted: `widths` holds it for each
    row, `header_width` for the headings (None where a reader cannot tell). `title_unit` is the unit that a
    line above the headings states (``单位：万吨``).
    """

    file: str
    sheet: str | None
    sha256: str
    headings: tuple[str | None, ...]
    header_row: int
    cells: pl.DataFrame
    rows: pl.Series
    merged: tuple[CellRange, ...] = ()
    notes: tuple[Fault, ...] = ()
    widths: pl.Series | None = None
    header_width: int | None = None
    title_unit: str | None = None

    @property
    def letters(self) -> tuple[str, ...]:
        """Column letters in order."""
        return tuple(self.cells.columns)

    @property
    def prefix(self) -> str:
        """The part of a cell's origin that all cells share: ``file!sheet!`` or ``file!``."""
        return "".join(f"{part}!" for part in (self.file, self.sheet) if part)

    def location(self, row: int | None = None, letter: str | None = None, column: str | None = None) -> Location:
        """The place of a cell, a row, a column or the whole sheet."""
        cell = f"{letter}{row}" if row is not None and letter is not None else None
        return Location(self.file, self.sheet, row, column, cell)


def raw_table(
    grid: pl.DataFrame,
    *,
    file: str,
    sha256: str,
    sheet: str | None = None,
    merged: tuple[CellRange, ...] = (),
    notes: tuple[Fault, ...] = (),
    widths: pl.Series | None = None,
) -> RawTable:
    """The raw table of a grid of text that holds every row of the file, blank ones too.

    Blank rows are left out; the first filled row counts as the headings until `locate_header` knows better.
    """
    letters = [column_letter(index) for index in range(grid.width)]
    cells = grid.rename(dict(zip(grid.columns, letters, strict=True)))
    filled = cells.select(
        pl.any_horizontal(
            pl.lit(value=False), *(pl.col(letter).str.contains(r"[^\s\u{200b}\u{feff}]") for letter in letters)
        ).alias("filled")
    )["filled"]
    rows = pl.int_range(1, grid.height + 1, dtype=pl.UInt32, eager=True).filter(filled)
    made = RawTable(
        file,
        sheet,
        sha256,
        (None,) * grid.width,
        1,
        cells.filter(filled),
        rows,
        merged,
        notes,
        None if widths is None else widths.filter(filled),
    )
    return _headings_at(made, 0) if rows.len() else made


def _headings_at(raw: RawTable, index: int) -> RawTable:
    """The same table with the row of that index (into `cells`) as its headings; rows above it are dropped."""
    return replace(
        raw,
        headings=raw.cells.row(index),
        header_row=int(raw.rows[index]),
        cells=raw.cells[index + 1 :],
        rows=raw.rows[index + 1 :],
        widths=None if raw.widths is None else raw.widths[index + 1 :],
        header_width=None if raw.widths is None else raw.widths[index],
    )


def matched_columns(headings: tuple[str | None, ...], table: Table) -> list[tuple[int, Column, str | None]]:
    """For every heading that the table knows: its position, the column and the unit written in the heading."""
    matches = table.match_headings(headings)
    return [(index, match[0], match[1]) for index, match in enumerate(matches) if match is not None]


def heading_score(headings: tuple[str | None, ...], table: Table) -> int:
    """How many different declared columns the headings name."""
    return len({column.name for _, column, _ in matched_columns(headings, table)})


def required_columns(table: Table) -> tuple[Column, ...]:
    """The columns that a file must have: required ones and those of the key."""
    return tuple(column for column in table.columns if column.required or column.name in table.key)


def locate_header(raw: RawTable, table: Table) -> tuple[RawTable, int]:
    """The raw table with its headings where `table` finds them, and the number of columns found.

    The row of the first `HEADER_SEARCH_ROWS` filled rows that names most columns wins, the upper one
    among equals. Where none names a column the table comes back as it was, with 0.
    """
    if raw.cells.dtypes != [pl.String] * raw.cells.width:
        return raw, heading_score(raw.headings, table)
    below = [heading_score(row, table) for row in raw.cells.head(HEADER_SEARCH_ROWS - 1).iter_rows()]
    scores = [heading_score(raw.headings, table), *below]
    best = max(scores)
    index = scores.index(best)
    if index == 0 or best == 0:
        return raw, best
    above = [raw.headings, *raw.cells.head(index - 1).iter_rows()]
    return replace(_headings_at(raw, index - 1), title_unit=_stated_unit(above)), best


_UNIT_LINE = re.compile(r"(?:计量单位|单位|[Uu]nits?)\s*[:：]\s*(?P<unit>[^\s,，;；)）]+(?: [A-Za-z]+)?)")


def _stated_unit(lines: list[tuple[str | None, ...]]) -> str | None:
    """The unit that the lines above the headings state; None where they state none, or several."""
    stated = {found["unit"] for line in lines for cell in line if cell for found in _UNIT_LINE.finditer(cell)}
    return stated.pop() if len(stated) == 1 else None


_CELL = re.compile(r"[A-Z]+(?=\d+$)")


def origin_in_column(origin: str, letter: str) -> str:
    """The origin of the cell in another column of the same row.

    >>> origin_in_column("a.xlsx!Sheet1!A5", "D")
    'a.xlsx!Sheet1!D5'
    """
    return _CELL.sub(letter, origin)
