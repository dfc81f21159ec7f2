"""A judgement matrix as people type it: fractions, rounded reciprocals, one half alone, rows in any order."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from cocontrol.core.errors import Fault, FaultCollector, Level, Location
from cocontrol.core.raw import RawTable
from cocontrol.core.text import Text, same
from cocontrol.measures.weighting import Floats

ROUNDED = 0.05
"""How far the product of a judgement and its reciprocal may be from 1 where one of them was rounded (0.33 for 1/3)."""

_EXACT = 1e-9
_ALLOWED = same("3, 0.5, 1/7")

Cells = list[list[float | None]]


def read_matrix(raw: RawTable) -> tuple[tuple[str, ...], Floats, tuple[Fault, ...]]:
    """Names, judgement matrix, and what was put right: ``a_ij`` says how much more row i counts than column j.

    Names stand above and, where there is a first column of names, at the left, in any order. An empty cell takes the
    reciprocal of its mirror image, on the diagonal 1; a rounded reciprocal (0.33 beside 3) becomes exact.

    Raises
    ------
    InvalidInput
        Cells that are no number above 0, pairs that are not reciprocal, names that differ: each with its place.
    """
    letters = _value_letters(raw)
    names = tuple((raw.headings[raw.letters.index(letter)] or letter).strip() for letter in letters)
    faults = FaultCollector()
    rows = [
        [_number(raw.location(place, letter), cell, faults) for letter, cell in row.items()]
        for place, row in zip(raw.rows, raw.cells.select(letters).iter_rows(named=True), strict=True)
    ]
    order = _row_order(raw, letters, names, faults)
    faults.raise_if_any()
    places = [[raw.location(int(raw.rows[row]), letter) for letter in letters] for row in order]
    cells: Cells = [rows[row] for row in order]
    for i in range(len(names)):
        for j in range(i, len(names)):
            _complete(cells, places, i, j, faults)
    faults.raise_if_any()
    return names, np.array(cells, dtype=np.float64), tuple(faults)


def _value_letters(raw: RawTable) -> list[str]:
    """The columns of judgements: all, or all but a first one of names."""
    letters = list(raw.letters)
    if len(letters) < 2 or (len(letters) != raw.cells.height + 1 and raw.headings[0]):
        return letters
    first = [str(cell or "").strip() for cell in raw.cells[letters[0]]]
    are_names = set(first) == {(heading or "").strip() for heading in raw.headings[1:]}
    return letters[1:] if are_names or not all(map(_is_judgement, first)) else letters


def _is_judgement(cell: str) -> bool:
    return bool(re.fullmatch(r"[\d./]+", unicodedata.normalize("NFKC", cell)))


def _row_order(raw: RawTable, letters: Sequence[str], names: tuple[str, ...], faults: FaultCollector) -> list[int]:
    """Places of the rows in the order of the headings; a matrix that is not square is a fault."""
    if len(names) != raw.cells.height or len(set(names)) != len(names):
        faults.add(
            Fault(
                "ahp.matrix",
                Text("判断矩阵须为方阵，名称不得重复", "a judgement matrix is square, with different names"),
                raw.location(),
                value=f"{raw.cells.height} × {len(names)}",
                remedy=Text("每个指标一行一列，次序相同", "a row and a column for each indicator"),
            )
        )
        return []
    if len(letters) == len(raw.letters):
        return list(range(len(names)))
    left = [str(cell or "").strip() for cell in raw.cells[raw.letters[0]]]
    if not any(left):
        return list(range(len(names)))
    if sorted(left) != sorted(names):
        faults.add(
            Fault(
                "ahp.names",
                Text("行名与列名不一致", "the names of the rows are not those of the columns"),
                raw.location(raw.header_row),
                value=", ".join(left),
                allowed=same(", ".join(names)),
            )
        )
        return []
    return [left.index(name) for name in names]


def _number(place: Location, cell: str | None, faults: FaultCollector) -> float | None:
    text = unicodedata.normalize("NFKC", cell or "").replace("\u2044", "/").replace(" ", "")
    if not text:
        return None
    try:
        value = float(Fraction(text))
    except (ValueError, ZeroDivisionError):
        value = math.nan
    if not value > 0:
        faults.add(
            Fault(
                "ahp.cell",
                Text("判断值须为大于 0 的数", "a judgement is a number above 0"),
                place,
                value=cell,
                allowed=_ALLOWED,
                remedy=Text(
                    "在电子表格中把 1/7 存为文本，否则会变成日期",
                    "in a spreadsheet keep 1/7 as text, or it becomes a date",
                ),
            )
        )
    return value


def _complete(cells: Cells, places: list[list[Location]], i: int, j: int, faults: FaultCollector) -> None:
    """Fill or sharpen the pair (i, j) and (j, i); what cannot be put right goes to `faults`."""
    upper, lower = cells[i][j], cells[j][i]
    if i == j:
        if upper is not None and abs(upper - 1) > _EXACT:
            faults.add(_not_reciprocal(places[i][j], f"{upper:g}", Text("对角线为 1", "the diagonal is 1")))
        cells[i][j] = 1.0
    elif upper is None and lower is None:
        faults.add(_not_reciprocal(places[i][j], None, Text("填入判断值", "enter the judgement")))
    elif upper is None or lower is None:
        cells[i][j], cells[j][i] = upper or 1 / (lower or 1.0), lower or 1 / (upper or 1.0)
    elif abs(upper * lower - 1) > ROUNDED + _EXACT:
        remedy = Text("使 a_ij × a_ji = 1", "let a_ij × a_ji = 1")
        faults.add(_not_reciprocal(places[j][i], f"{upper:g} × {lower:g} = {upper * lower:g}", remedy))
    elif abs(upper * lower - 1) > _EXACT:
        row, column = (j, i) if upper >= 1 else (i, j)
        kept = cells[column][row] or 1.0
        faults.add(_sharpened(places[row][column], cells[row][column], kept))
        cells[row][column] = 1 / kept


def _not_reciprocal(place: Location, value: str | None, remedy: Text) -> Fault:
    words = Text("判断矩阵须为正的互反方阵", "a judgement matrix is square, positive and reciprocal")
    return Fault("ahp.matrix", words, place, value=value, remedy=remedy)


def _sharpened(place: Location, value: float | None, kept: float) -> Fault:
    words = Text("按 1/{k} 计，与对应的判断值互反", "taken as 1/{k}, the reciprocal of its counterpart").format(
        k=f"{kept:g}"
    )
    return Fault("ahp.rounded", words, place, value=f"{value:g}", level=Level.LOW)
