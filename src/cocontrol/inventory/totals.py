"""Sums of a ledger by any of its keys, on any engine, with what is missing counted and never taken for zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import narwhals as nw
from narwhals.typing import IntoFrameT

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text

MISSING = "_missing"
"""Suffix of the column that counts the rows without a value."""

ROWS = "_rows"


def totals(
    ledger: IntoFrameT,
    by: Sequence[str],
    values: Sequence[str],
    *,
    where: Mapping[str, Sequence[Any]] | None = None,
) -> IntoFrameT:
    """One row per combination of `by` with the sum of each value column and how many rows lack it.

    `ledger` is any frame that Narwhals knows, wide (one column per pollutant, t); the same kind comes back:
    ``by…, <value>, <value>_missing`` for each value. A sum is null where every row of the group lacks the
    value. `where` keeps the rows whose columns hold one of the given values. Nothing is read but the columns
    named, so a Parquet scan of a wide ledger stays cheap. The order of the rows is the engine's.

    Raises
    ------
    InvalidInput
        A column is not there; a name stands in `by` twice; nothing to sum.
    """
    frame: nw.DataFrame[Any] | nw.LazyFrame[Any] = nw.from_native(ledger)
    lazy = frame if isinstance(frame, nw.LazyFrame) else frame.lazy()
    _require(lazy.collect_schema().names(), by, values, where or {})
    for column, allowed in (where or {}).items():
        lazy = lazy.filter(nw.col(column).is_in(list(allowed)))
    summed = (
        lazy.select(*by, *values)
        .group_by(*by)
        .agg(
            *(nw.col(value).sum() for value in values),
            *(nw.col(value).count().alias(value + MISSING) for value in values),
            nw.len().alias(ROWS),
        )
        .select(
            *by,
            *(nw.when(nw.col(value + MISSING) > 0).then(nw.col(value)).alias(value) for value in values),
            *((nw.col(ROWS) - nw.col(value + MISSING)).alias(value + MISSING) for value in values),
        )
    )
    if isinstance(frame, nw.LazyFrame):
        return cast("IntoFrameT", summed.to_native())
    return cast("IntoFrameT", summed.collect(backend=frame.implementation).to_native())


def _require(
    columns: Sequence[str], by: Sequence[str], values: Sequence[str], where: Mapping[str, Sequence[Any]]
) -> None:
    faults = [
        Fault(
            "totals.column",
            Text("没有这一列", "there is no such column"),
            value=name,
            allowed=Text("{c}", "{c}").format(c=", ".join(columns)),
        )
        for name in dict.fromkeys([*by, *values, *where])
        if name not in columns
    ]
    if len(set(by)) != len(by) or not by:
        faults.append(
            Fault("totals.keys", Text("分组列须至少一个且不重复", "keys are needed, each once"), value=", ".join(by))
        )
    if not values or set(values) & set(by):
        faults.append(
            Fault(
                "totals.values",
                Text("要有求和的列，且不同于分组列", "columns to sum are needed, other than the keys"),
                value=", ".join(values),
            )
        )
    if faults:
        raise InvalidInput(*faults)
