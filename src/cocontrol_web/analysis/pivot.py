"""Cross tables of emissions: any two of sector, fuel, pollutant, year and region against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from cocontrol_web.analysis.cells import cell
from cocontrol_web.analysis.labels import category_order, fuel_order

Dimension = Literal["category", "fuel", "pollutant", "period", "adcode"]
DIMENSION_NAMES: tuple[Dimension, ...] = get_args(Dimension)


@dataclass(frozen=True, slots=True)
class PivotCell:
    """One figure in tonnes, how many rows behind it have no value, and what it is called for provenance.

    `value` is None when no row has one; `notation` is then the key shared by all of them, if there is one.
    """

    value: float | None
    missing: int
    explain: str
    notation: str | None = None


@dataclass(frozen=True, slots=True)
class Pivot:
    """A cross table: codes of rows and columns, cells by position, totals where adding makes sense."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[PivotCell, ...], ...]
    row_totals: tuple[PivotCell, ...] | None
    column_totals: tuple[PivotCell, ...] | None
    total: PivotCell | None


def pivot(
    emission: pl.DataFrame,
    gaps: pl.DataFrame,
    *,
    rows: Dimension,
    columns: Dimension,
    pollutants: Sequence[str],
    where: dict[str, str] | None = None,
) -> Pivot:
    """The cross table of `emission` (tonnes) by two dimensions.

    A sum counts only rows that have a value; how many have none is kept beside it. Totals across
    pollutants are never made: tonnes of different substances do not add.

    Parameters
    ----------
    emission : table ``emission`` with the columns `pollutants`
    gaps : table of `cocontrol_web.analysis.emissions.GAP_SCHEMA`
    rows, columns : the two dimensions; they differ
    pollutants : one pollutant, or several when one of the dimensions is ``pollutant``
    where : conditions (dimension → code) that hold for the whole table

    Raises
    ------
    ValueError
        The dimensions are equal, or several pollutants are asked for without a dimension for them.
    """
    if rows == columns:
        raise ValueError("rows and columns must differ")
    if len(pollutants) != 1 and "pollutant" not in {rows, columns}:
        raise ValueError("several pollutants need a dimension of their own")
    conditions = dict(where or {})
    long = _long(_keep(emission, conditions), pollutants)
    keys = _notation_by_group(_keep(gaps, conditions), rows, columns)
    sums = _sums(long, [rows, columns])
    made = _Maker(conditions, pollutants[0] if len(pollutants) == 1 else None, rows, columns)
    row_codes, column_codes = _codes(long, rows, pollutants), _codes(long, columns, pollutants)
    found = {(r[rows], r[columns]): r for r in sums.iter_rows(named=True)}
    cells = tuple(
        tuple(made.cell(found.get((r, c)), {rows: r, columns: c}, keys.get((r, c))) for c in column_codes)
        for r in row_codes
    )
    return Pivot(
        row_codes,
        column_codes,
        cells,
        made.totals(long, rows, row_codes) if columns != "pollutant" else None,
        made.totals(long, columns, column_codes) if rows != "pollutant" else None,
        made.grand_total(long) if len(pollutants) == 1 else None,
    )


def _keep(frame: pl.DataFrame, conditions: dict[str, str]) -> pl.DataFrame:
    present = {name: value for name, value in conditions.items() if name in frame.columns}
    return frame.filter(pl.lit(value=True), *(pl.col(name) == value for name, value in present.items()))


def _long(emission: pl.DataFrame, pollutants: Sequence[str]) -> pl.DataFrame:
    index = [name for name in DIMENSION_NAMES if name != "pollutant" and name in emission.columns]
    return emission.select(*index, *pollutants).unpivot(index=index, variable_name="pollutant", value_name="value")


def _sums(long: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Sum of the values that exist (null where none does) and the number of rows without one."""
    return long.group_by(by).agg(
        pl.when(pl.col("value").count() > 0).then(pl.col("value").sum()).alias("value"),
        pl.col("value").null_count().alias("missing"),
    )


def _codes(long: pl.DataFrame, dimension: str, pollutants: Sequence[str]) -> tuple[str, ...]:
    if dimension == "pollutant":
        return tuple(pollutants)
    found = [str(code) for code in long[dimension].drop_nulls().unique().sort().to_list()]
    orders: dict[str, Callable[[], Mapping[str, int]]] = {"category": category_order, "fuel": fuel_order}
    order = orders[dimension]() if dimension in orders else {}
    return tuple(sorted(found, key=lambda code: (order.get(code, len(order)), code)))


def _notation_by_group(gaps: pl.DataFrame, rows: str, columns: str) -> dict[tuple[str, str], str]:
    """The notation key of each group in which every gap has the same one."""
    agreed = (
        gaps.group_by(rows, columns)
        .agg(pl.col("notation").unique().alias("keys"))
        .filter(pl.col("keys").list.len() == 1)
    )
    return {(r[rows], r[columns]): r["keys"][0] for r in agreed.iter_rows(named=True) if r["keys"][0] is not None}


@dataclass(frozen=True, slots=True)
class _Maker:
    """Turns sums into cells that know their own name."""

    conditions: dict[str, str]
    pollutant: str | None
    rows: str
    columns: str

    def cell(self, found: dict[str, object] | None, at: dict[str, str], notation: str | None = None) -> PivotCell:
        where = {**self.conditions, **at}
        measure = where.pop("pollutant", None) or self.pollutant or ""
        if found is None:
            return PivotCell(None, 0, cell(measure, where))
        value, missing = found["value"], found["missing"]
        number = value if isinstance(value, float) else None
        return PivotCell(
            number,
            missing if isinstance(missing, int) else 0,
            cell(measure, where),
            None if number is not None else notation,
        )

    def totals(self, long: pl.DataFrame, dimension: str, codes: Sequence[str]) -> tuple[PivotCell, ...]:
        found = {r[dimension]: r for r in _sums(long, [dimension]).iter_rows(named=True)}
        return tuple(self.cell(found.get(code), {dimension: code}) for code in codes)

    def grand_total(self, long: pl.DataFrame) -> PivotCell:
        return self.cell(next(_sums(long, ["pollutant"]).iter_rows(named=True), None), {})
