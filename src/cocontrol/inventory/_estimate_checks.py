"""What `estimate` demands of its two tables, and the faults it raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, MissingCoefficient
from cocontrol.core.text import Text, same
from cocontrol.inventory._dense import MISSING, Coded, Codes
from cocontrol.inventory._engines import to_polars

LISTED = 20
"""So many faulty keys are named one by one; all are counted."""

OURS = "__coefficient_"
"""Prefix of helper columns, so that none of ours meets one of the user's."""

Frame: TypeAlias = nw.DataFrame[Any] | nw.LazyFrame[Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; `units` is the unit column where both tables have one."""

    on: tuple[str, ...]
    pollutants: tuple[str, ...]
    amount: str
    group_by: tuple[str, ...] | None
    units: tuple[str, ...]


def column_names(frame: Frame) -> list[str]:
    """Column names; of a lazy table without computing it."""
    return frame.collect_schema().names()


def check_columns(frame: Frame, table: Frame, ask: Request) -> None:
    """Every column that is needed exists, and none that will be made does yet."""
    faults = FaultCollector()
    have, offered = column_names(frame), column_names(table)
    if not ask.on or not ask.pollutants:
        faults.add(
            Fault(
                "estimate.empty",
                Text("至少需要一个连接列和一个污染物", "at least one key column and one pollutant are needed"),
            )
        )
    needed = [
        ("activity", have, [*ask.on, ask.amount, *(ask.group_by or ())]),
        ("coefficients", offered, [*ask.on, *ask.pollutants]),
    ]
    for name, columns, wanted in needed:
        for column in dict.fromkeys(wanted):
            if column not in columns:
                faults.add(_column_fault("estimate.column_absent", name, column, columns))
    faults.extend(_type_faults(frame, table, ask))
    for column in ask.pollutants:
        if column in (have if ask.group_by is None else ask.group_by):
            faults.add(_column_fault("estimate.column_taken", "activity", column, have))
    faults.raise_if_any(InvalidInput)


def _type_faults(frame: Frame, table: Frame, ask: Request) -> list[Fault]:
    """Key columns that hold text on one side and numbers or dates on the other would never meet."""
    ours, theirs = frame.collect_schema(), table.collect_schema()
    shared = [name for name in ask.on if name in ours and name in theirs]
    return [
        Fault(
            "estimate.key_type",
            Text("键列 {c} 在两张表中的类型不同", "key column {c} has different types in the two tables").format(
                c=name
            ),
            value=str(ours[name]),
            allowed=same(str(theirs[name])),
            remedy=Text("把代码列都存为文本", "keep codes as text in both"),
        )
        for name in shared
        if not _comparable(ours[name], theirs[name])
    ]


def _comparable(one: Any, other: Any) -> bool:
    kinds = [
        "text"
        if dtype in {nw.String, nw.Categorical, nw.Enum, nw.Object}
        else "number"
        if dtype.is_numeric()
        else str(dtype)
        for dtype in (one, other)
        if dtype != nw.Unknown
    ]
    return len(set(kinds)) < 2


def _column_fault(rule: str, table: str, column: str, columns: Sequence[str]) -> Fault:
    words = {
        "estimate.column_absent": Text("表 {t} 缺少列 {c}", "table {t} has no column {c}"),
        "estimate.column_taken": Text("表 {t} 已有名为 {c} 的列", "table {t} already has a column {c}"),
    }[rule]
    return Fault(
        rule,
        words.format(t=table, c=column),
        value=column,
        allowed=Text("现有列：{k}", "columns: {k}").format(k=", ".join(columns)),
    )


def check_coefficients(small: pl.DataFrame, ask: Request) -> None:
    """Each key once and whole; no infinite coefficient."""
    faults = FaultCollector()
    repeated = small.group_by(ask.on, maintain_order=True).len().filter(pl.col("len") > 1)
    for row in repeated.head(LISTED).iter_rows(named=True):
        faults.add(
            Fault(
                "estimate.coefficient_repeated",
                Text("系数表的键重复 {n} 次", "the key of the coefficient table occurs {n} times").format(
                    n=row.pop("len")
                ),
                value=_key_text(row),
                remedy=Text("每个键只保留一行系数", "keep one row of coefficients for each key"),
            )
        )
    for name in ask.on:
        if small[name].null_count():
            faults.add(
                Fault(
                    "estimate.key_empty",
                    Text(
                        "系数表的键列 {c} 有空值", "key column {c} of the coefficient table is empty in places"
                    ).format(c=name),
                )
            )
    faults.raise_if_any(InvalidInput)
    for name in ask.pollutants:
        check_finite(small[name], name)


def check_finite(column: pl.Series, name: str) -> None:
    """No number of the column is infinite."""
    if column.dtype.is_float() and (infinite := int(column.is_infinite().sum() or 0)):
        raise InvalidInput(_infinite_fault(name, infinite))


def _infinite_fault(name: str, count: int) -> Fault:
    return Fault(
        "estimate.infinite",
        Text("列 {c} 有 {n} 个无穷值", "column {c} holds {n} infinite numbers").format(c=name, n=count),
        remedy=Text("检查产生该列的除法", "look at the division that made the column"),
    )


def check_found(keys: pl.DataFrame, place: Codes) -> None:
    """Every activity row has a coefficient row."""
    missing = place == MISSING
    if missing.any():
        raise _missing(keys.filter(pl.Series(missing)).group_by(pl.all(), maintain_order=True).len())


def _missing(counted: pl.DataFrame) -> MissingCoefficient:
    """The error for keys without coefficient; `counted` holds each key once with its number of rows, `len`."""
    total = Fault(
        "estimate.coefficient_missing",
        Text("{k} 个键（{n} 行活动数据）没有系数", "{k} keys ({n} activity rows) have no coefficient").format(
            k=counted.height, n=counted["len"].sum()
        ),
        remedy=Text("补充系数，或在活动数据中更正键", "add the coefficients, or correct the keys of the activity"),
    )
    listed = [
        Fault(
            "estimate.coefficient_missing",
            Text("没有系数（{n} 行）", "no coefficient ({n} rows)").format(n=row.pop("len")),
            value=_key_text(row),
        )
        for row in counted.sort(pl.exclude("len"), nulls_last=True).head(LISTED).iter_rows(named=True)
    ]
    return MissingCoefficient(total, *listed)


def _key_text(row: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items())


def check_units(keyed: pl.DataFrame, offered: pl.Series, coded: tuple[Coded, ...], place: Codes) -> None:
    """The unit of each activity row (last column of `keyed`) must be the one of its coefficient (`offered`)."""
    which = np.flatnonzero(coded[0].codes != coded[1].codes[place])
    if len(which):
        pairs = keyed[which].with_columns(offered.gather(place[which]).alias(OURS)).unique(maintain_order=True)
        raise _unit_error(pairs, keyed.columns[:-1], keyed.columns[-1])


def _unit_error(pairs: pl.DataFrame, on: Sequence[str], name: str) -> InvalidInput:
    """The error for keys whose unit in the activity (`name`) is not the one of the coefficient."""
    return InvalidInput(
        *(
            Fault(
                "estimate.unit",
                Text("活动数据与系数的单位不一致（{k}）", "activity and coefficient have different units ({k})").format(
                    k=_key_text({column: row[column] for column in on})
                ),
                value=str(row[name]),
                allowed=same(str(row[OURS])),
                remedy=Text("把活动数据换算为系数的单位", "convert the activity to the unit of the coefficient"),
            )
            for row in pairs.head(LISTED).iter_rows(named=True)
        )
    )


def check_lazy(frame: nw.LazyFrame[Any], small: pl.DataFrame, ask: Request) -> None:
    """One aggregation over the activity: every key (and unit) with its rows and infinite amounts."""
    infinite = (nw.col(ask.amount).cast(nw.Float64).abs() == float("inf")).cast(nw.Int64).fill_null(0)
    keys = to_polars(
        frame.select(*ask.on, *ask.units, infinite.alias(OURS))
        .group_by(*ask.on, *ask.units)
        .agg(nw.col(OURS).sum().alias(OURS + "infinite"), nw.len().alias("len"))
    )
    if count := int(keys[OURS + "infinite"].sum()):
        raise InvalidInput(_infinite_fault(ask.amount, count))
    known = small.select(
        *ask.on, *(pl.col(name).alias(OURS + name) for name in ask.units), pl.lit(value=True).alias(OURS)
    )
    found = keys.drop(OURS + "infinite").join(known, on=list(ask.on), how="left")
    if (missing := found.filter(pl.col(OURS).is_null())).height:
        raise _missing(missing.group_by(ask.on).agg(pl.col("len").sum()))
    for name in ask.units:
        pairs = found.filter(pl.col(name).ne_missing(pl.col(OURS + name)))
        if pairs.height:
            raise _unit_error(pairs.select(*ask.on, name, pl.col(OURS + name).alias(OURS)), ask.on, name)
