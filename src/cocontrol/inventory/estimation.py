"""Emissions in wide form: amount × coefficient, a column for each pollutant, in whatever engine holds the activity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoFrame, IntoFrameT

from cocontrol.inventory import _dense
from cocontrol.inventory._engines import same_engine, to_polars
from cocontrol.inventory._estimate_checks import (
    OURS,
    Frame,
    Request,
    check_coefficients,
    check_columns,
    check_finite,
    check_found,
    check_lazy,
    check_units,
    column_names,
)


def estimate(
    activity: IntoFrameT,
    coefficients: IntoFrame,
    *,
    on: str | Sequence[str],
    pollutants: Sequence[str],
    amount: str = "amount",
    group_by: str | Sequence[str] | None = None,
    unit: str = "unit",
) -> IntoFrameT:
    """Emission of each activity row, or of each group of rows: Σ amount × coefficient.

    IPCC 2006 Guidelines, Vol. 1, Ch. 1, Eq. 1.1 (emission = activity data × emission factor), for all
    pollutants at once. Tables held in memory (Polars, pandas, PyArrow) go through one sparse matrix
    product; lazy ones (Polars LazyFrame, DuckDB, PySpark) through one join that their engine runs when it
    is asked to, after one scan of the keys here.

    Parameters
    ----------
    activity : any table that Narwhals knows; `on`, `amount`, `group_by` and, if it is there, `unit`
    coefficients : table keyed `on`, one column for each pollutant in tonnes per unit of amount; any
        engine, moved to the one of `activity`
    on : columns that join the two
    pollutants : columns of `coefficients` to estimate
    amount : column of the activity data; null or NaN is missing
    group_by : columns of `activity` to sum over; empty for the grand total, None for one result per row
    unit : where both tables have this column, its values must agree for every joined row

    Returns
    -------
    Same kind as `activity`. Without `group_by` its rows, in order where the engine has one, with a column in
    tonnes for each pollutant; else one row for each group that occurs, order unspecified. A missing amount or
    coefficient makes the result *null* for that pollutant, and so the sum of any group it is part of:
    nothing is filled with zero. `completeness` says what is missing.

    Raises
    ------
    MissingCoefficient
        Keys of the activity that the coefficients do not have; the first are listed, all are counted.
    InvalidInput
        A column is absent or taken, a coefficient key occurs twice, units disagree, a number is infinite.
    """
    frame: Frame = nw.from_native(activity)
    table: Frame = nw.from_native(coefficients)
    request = Request(
        on=_names(on),
        pollutants=tuple(pollutants),
        amount=amount,
        group_by=None if group_by is None else _names(group_by),
        units=(unit,) if unit in column_names(frame) and unit in column_names(table) else (),
    )
    check_columns(frame, table, request)
    small = to_polars(table.select(*dict.fromkeys([*request.on, *request.units, *pollutants])))
    check_coefficients(small, request)
    if isinstance(frame, nw.LazyFrame):
        return cast("IntoFrameT", _estimate_lazy(frame, small, request).to_native())
    return cast("IntoFrameT", _estimate_in_memory(frame, small, request).to_native())


def _names(columns: str | Sequence[str]) -> tuple[str, ...]:
    """Column names as a tuple; one name may be given bare."""
    return (columns,) if isinstance(columns, str) else tuple(columns)


def _estimate_in_memory(frame: nw.DataFrame[Any], small: pl.DataFrame, ask: Request) -> nw.DataFrame[Any]:
    rows = frame.select(*dict.fromkeys([*ask.on, *ask.units, *(ask.group_by or ()), ask.amount])).to_polars()
    check_finite(rows[ask.amount], ask.amount)
    coded = _encode(rows.drop(ask.amount), small.select(*ask.on, *ask.units))
    keys = _dense.combine([[coded[name][side] for name in ask.on] for side in (0, 1)])
    place = _dense.find_rows(keys.codes[0], keys.codes[1], keys.size)
    check_found(rows.select(ask.on), place)
    for name in ask.units:
        check_units(rows.select(*ask.on, name), small[name], coded[name], place)
    factors = small.select(ask.pollutants)
    if ask.group_by is None:
        return _append(frame, [_dense.multiply(rows[ask.amount], factors[name], place) for name in ask.pollutants])
    if not rows.height:
        return _append(frame.select(*ask.group_by), [pl.Series(name, [], dtype=pl.Float64) for name in ask.pollutants])
    groups = _groups(ask.group_by, coded, rows.height)
    sums = _dense.sum_by_group(rows[ask.amount], factors, place, groups)
    if not ask.group_by:
        return _native(pl.DataFrame(sums), frame)
    return _append(frame.select(*ask.group_by)[groups.example, :], sums)


def _encode(rows: pl.DataFrame, small: pl.DataFrame) -> dict[str, tuple[_dense.Coded, ...]]:
    """Every column of `rows`, coded together with the column of that name in `small` where there is one."""
    columns = [[table[name] for table in (rows, small) if name in table.columns] for name in rows.columns]
    return dict(
        zip(rows.columns, _dense.side_by_side(lambda pair: _dense.encode_together(*pair), columns), strict=True)
    )


def _groups(group_by: Sequence[str], coded: dict[str, tuple[_dense.Coded, ...]], height: int) -> _dense.Groups:
    if not group_by:
        return _dense.Groups(np.zeros(height, np.int32), np.zeros(1, np.int32))
    combined = _dense.combine([[coded[name][0] for name in group_by]])
    return _dense.find_groups(combined.codes[0], combined.size)


def _append(frame: nw.DataFrame[Any], columns: Sequence[pl.Series]) -> nw.DataFrame[Any]:
    made = _native(pl.DataFrame(columns), frame)
    return nw.concat([frame, made], how="horizontal") if frame.columns else made


def _native(made: pl.DataFrame, like: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    if like.implementation.is_polars():
        return nw.from_native(made)
    return nw.from_arrow(made.to_arrow(), backend=like.implementation)


def _estimate_lazy(frame: nw.LazyFrame[Any], small: pl.DataFrame, ask: Request) -> nw.LazyFrame[Any]:
    check_lazy(frame, small, ask)
    # NaN carries "missing" through product and sum in every engine; null would be skipped by SUM.
    renamed = small.select(
        *ask.on, *(pl.col(p).cast(pl.Float64).fill_null(float("nan")).alias(OURS + p) for p in ask.pollutants)
    )
    joined = frame.join(same_engine(nw.from_native(renamed), frame), on=list(ask.on), how="left")
    amounts = nw.col(ask.amount).cast(nw.Float64).fill_null(float("nan"))
    parts = joined.with_columns(*((amounts * nw.col(OURS + p)).alias(OURS + p) for p in ask.pollutants))
    if ask.group_by is None:
        kept = [nw.col(name) for name in column_names(frame)]
        return parts.select(*kept, *(_nan_as_null(OURS + p).alias(p) for p in ask.pollutants))
    sums = [nw.col(OURS + p).sum() for p in ask.pollutants]
    if ask.group_by:
        summed = parts.group_by(*ask.group_by).agg(*sums)
    else:
        summed = parts.select(*sums, nw.len().alias(OURS)).filter(nw.col(OURS) > 0)
    return summed.select(*ask.group_by, *(_nan_as_null(OURS + p).alias(p) for p in ask.pollutants))


def _nan_as_null(name: str) -> nw.Expr:
    return nw.when(~nw.col(name).is_nan()).then(nw.col(name))
