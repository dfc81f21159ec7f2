"""A sheet saved as text (CSV, TSV): its rows as lines whose cells are parted by tabs, as Word tables are read."""

from __future__ import annotations

import csv
import io
from collections import Counter

_DELIMITERS = (",", ";", "\t")
_FEWEST_CELLS = 3
_FEWEST_ROWS = 3
_LIKE_ENOUGH = 0.6
"""The share of rows that must have the same number of cells; titles and notes above and below have fewer."""
_LONGEST_LABEL = 14


def sheet_text(text: str) -> str | None:
    """The text with one line per row, cells parted by tabs; None where it is no sheet.

    A line break inside a cell becomes a blank. A row with words in its first cell only (a title above the table,
    a note below it) becomes a line without tabs. Text that is parted by tabs already and quotes nothing stays as
    it is, so that offsets count in the file itself.
    """
    for delimiter in _DELIMITERS:
        if delimiter not in text or (delimiter == "\t" and '"' not in text):
            continue
        rows = _rows(text, delimiter)
        if rows and _is_sheet(rows):
            return "".join(f"{_line(row)}\n" for row in rows)
    return None


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """The rows that hold anything; none where the quoting is broken."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    return [row for row in rows if any(cell.strip() for cell in row)]


def _is_sheet(rows: list[list[str]]) -> bool:
    """Whether most rows have as many cells, and one of the first is a head of short labels, all different."""
    width, alike = Counter(len(row) for row in rows).most_common(1)[0]
    if len(rows) < _FEWEST_ROWS or width < _FEWEST_CELLS or alike < _LIKE_ENOUGH * len(rows):
        return False
    return any(_is_head([cell.strip() for cell in row]) for row in rows[:_FEWEST_ROWS] if len(row) == width)


def _is_head(cells: list[str]) -> bool:
    named = [cell for cell in cells if cell]
    short = all(len(cell) <= _LONGEST_LABEL and not any(mark in cell for mark in "。；，") for cell in named)
    return len(named) >= _FEWEST_CELLS and short and len(set(named)) == len(named)


def _line(row: list[str]) -> str:
    cells = [" ".join(cell.split()) for cell in row]
    return cells[0] if not any(cells[1:]) else "\t".join(cells)
