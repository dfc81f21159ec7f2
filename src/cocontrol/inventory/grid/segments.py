"""Cuts segments at the lines of a grid, all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.inventory.grid.grids import Integers


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of segments that cross no grid line, in positions counted in cells; `parent` is the segment's number."""

    u1: Floats
    v1: Floats
    u2: Floats
    v2: Floats
    parent: Integers


def cut(u1: Floats, v1: Floats, u2: Floats, v2: Floats, *, columns: int, rows: int) -> Pieces:
    """The segments cut wherever they cross one of the lines 0 … `columns` and 0 … `rows`; whole ones first.

    Outside the grid nothing is cut: there are no lines.
    """
    (owner_x, lines_x), (owner_y, lines_y) = _crossed(u1, u2, columns), _crossed(v1, v2, rows)
    crossing = np.zeros(len(u1), dtype=bool)
    crossing[owner_x] = crossing[owner_y] = True
    whole, split = np.flatnonzero(~crossing), np.flatnonzero(crossing)
    du, dv = u2 - u1, v2 - v1
    places = [np.zeros(len(split)), np.ones(len(split))]
    places += [(lines_x - u1[owner_x]) / du[owner_x], (lines_y - v1[owner_y]) / dv[owner_y]]
    owner, place = np.concatenate([split, split, owner_x, owner_y]), np.clip(np.concatenate(places), 0.0, 1.0)
    order = np.lexsort((place, owner))
    owner, place = owner[order], place[order]
    same = owner[:-1] == owner[1:]
    parent, begin, finish = owner[:-1][same], place[:-1][same], place[1:][same]
    return Pieces(
        np.concatenate([u1[whole], u1[parent] + begin * du[parent]]),
        np.concatenate([v1[whole], v1[parent] + begin * dv[parent]]),
        np.concatenate([u2[whole], u1[parent] + finish * du[parent]]),
        np.concatenate([v2[whole], v1[parent] + finish * dv[parent]]),
        np.concatenate([whole, parent]),
    )


def sums(owner: Integers, values: ArrayLike, count: int) -> Floats:
    """The sum of the values of each owner 0 … `count` − 1."""
    return np.bincount(owner, np.asarray(values, dtype=np.float64), minlength=count).astype(np.float64)


def _crossed(start: Floats, end: Floats, most: int) -> tuple[Integers, Floats]:
    """Numbers of the segments and the whole lines (0 … `most`) strictly between their ends."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    first = np.clip(np.floor(low) + 1, 0, most + 1).astype(np.int64)
    last = np.clip(np.ceil(high) - 1, -1, most).astype(np.int64)
    counts = np.maximum(last - first + 1, 0)
    owner = np.repeat(np.arange(len(start), dtype=np.int64), counts)
    offset = np.arange(counts.sum(), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, (first[owner] + offset).astype(np.float64)
