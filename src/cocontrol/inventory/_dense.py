"""The in-memory kernel of `estimate`: key columns become small integers, grouping a sparse matrix product.

A grouped estimate is the product  E = A·C, where A (groups × coefficient rows) holds the amounts and
C (coefficient rows × pollutants) the coefficients. A is stored sparsely: one entry for each activity row,
so that nothing is joined, copied or materialised per pollutant. NaN carries *missing* through the product
(a sum with a missing part is missing) and is turned back into null at the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

Item = TypeVar("Item")
Made = TypeVar("Made")

Codes: TypeAlias = npt.NDArray[np.int32]
Numbers: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.float64]

_DENSE_CELLS = 1 << 24
"""Up to this many combinations of codes are addressed directly; beyond it they are sorted and renumbered."""

MISSING = -1
"""Row number of a coefficient that does not exist."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as integers: ``values[codes]`` is the column again; a null is a value like any other."""

    codes: Codes
    values: pl.Series

    @property
    def size(self) -> int:
        """Number of different values."""
        return self.values.len()


def side_by_side(work: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
    """`work` on each item in a few threads; the array libraries below let go of the interpreter lock."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as workers:
        return list(workers.map(work, items))


def encode_together(*columns: pl.Series) -> tuple[Coded, ...]:
    """Columns of one meaning, coded by one dictionary, so that equal values have equal codes."""
    if all(column.dtype in {pl.String, pl.Categorical, pl.Enum} for column in columns):
        coded, values = _encode_words(columns)
    else:
        coded, values = _encode_sorted(columns)
    size = values.len()
    values = pl.concat([values, pl.Series([None], dtype=values.dtype)])
    return tuple(Coded(column.fill_null(size).cast(pl.Int32).to_numpy(), values) for column in coded)


def _encode_words(columns: Sequence[pl.Series]) -> tuple[list[pl.Series], pl.Series]:
    # A registry of its own: in the shared one codes would grow with every word the process has ever seen.
    # It lives as long as a column that uses it, so the columns are kept until it has been read.
    categories = pl.Categories.random()
    words = [column.cast(pl.Categorical(categories)) for column in columns]
    values = categories.to_series()
    return [column.to_physical() for column in words], values


def _encode_sorted(columns: Sequence[pl.Series]) -> tuple[list[pl.Series], pl.Series]:
    occurring = [column.unique().alias("").to_frame() for column in columns]
    values = pl.concat(occurring, how="vertical_relaxed").to_series().unique().drop_nulls().sort()
    coded = [
        pl.select(pl.when(column.is_not_null()).then(values.search_sorted(column.cast(values.dtype)))).to_series()
        for column in columns
    ]
    return coded, values


@dataclass(frozen=True, slots=True)
class Combined:
    """Several coded columns as one code: `codes` < `size`."""

    codes: tuple[Codes, ...]
    size: int


def combine(tables: Sequence[Sequence[Coded]]) -> Combined:
    """One code for each row of each table; the tables have the same columns, coded together.

    Mixed-radix numbers while they stay small, else ranks of the numbers that occur.
    """
    numbers: list[Numbers] = [columns[0].codes for columns in tables]
    size = tables[0][0].size
    for place in range(1, len(tables[0])):
        radix = tables[0][place].size
        size *= radix
        wide = np.dtype(np.int32 if size <= np.iinfo(np.int32).max else np.int64)
        numbers = [
            number.astype(wide) * radix + columns[place].codes.astype(wide, copy=False)
            for number, columns in zip(numbers, tables, strict=True)
        ]
        if size > _DENSE_CELLS:
            numbers, size = _renumber(numbers)
    return Combined(tuple(number.astype(np.int32, copy=False) for number in numbers), size)


def _renumber(numbers: Sequence[Numbers]) -> tuple[list[Numbers], int]:
    occurring, ranks = np.unique(np.concatenate(numbers), return_inverse=True)
    ends = np.cumsum([len(number) for number in numbers])[:-1]
    return list(np.split(ranks.astype(np.int32, copy=False), ends)), len(occurring)


def find_rows(activity_keys: Codes, coefficient_keys: Codes, size: int) -> Codes:
    """For each activity row the row of its coefficient, `MISSING` where there is none."""
    place = np.full(max(size, 1), MISSING, dtype=np.int32)
    place[coefficient_keys] = np.arange(len(coefficient_keys), dtype=np.int32)
    return place[activity_keys]


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups numbered from 0 without gaps: the group of each row, and one row of each group."""

    of_row: Codes
    example: Codes

    @property
    def count(self) -> int:
        """Number of groups."""
        return len(self.example)


def find_groups(codes: Codes, size: int) -> Groups:
    """The groups that occur among `codes` < `size`."""
    place = np.full(max(size, 1), MISSING, dtype=np.int32)
    place[codes[::-1]] = np.arange(len(codes) - 1, -1, -1, dtype=np.int32)
    occurring = np.flatnonzero(place != MISSING)
    example = place[occurring]
    if len(occurring) == size:
        return Groups(codes, example)
    place[occurring] = np.arange(len(occurring), dtype=np.int32)
    return Groups(place[codes], example)


def with_missing_as_nan(column: pl.Series) -> Floats:
    """The numbers of a column; null becomes NaN."""
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def multiply(amount: pl.Series, coefficient: pl.Series, rows: Codes) -> pl.Series:
    """amount × coefficient row by row; missing where either is."""
    product = with_missing_as_nan(amount) * with_missing_as_nan(coefficient)[rows]
    return pl.Series(coefficient.name, product, nan_to_null=True)


def sum_by_group(amount: pl.Series, coefficients: pl.DataFrame, rows: Codes, groups: Groups) -> list[pl.Series]:
    """Σ amount × coefficient of every group, one series for each column of `coefficients`.

    A group with any missing part is null for that pollutant.
    """
    shape = (groups.count, coefficients.height)
    amounts = sparse.csr_array((with_missing_as_nan(amount), (groups.of_row, rows)), shape=shape)

    def of_pollutant(column: pl.Series) -> pl.Series:
        return pl.Series(column.name, amounts @ with_missing_as_nan(column), nan_to_null=True)

    return side_by_side(of_pollutant, coefficients.get_columns())
