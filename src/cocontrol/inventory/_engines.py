"""Moving a small table to the engine of a large one, so that the two can be joined there."""

from __future__ import annotations

from typing import Any, cast

import narwhals as nw
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text


def to_polars(frame: nw.DataFrame[Any] | nw.LazyFrame[Any]) -> pl.DataFrame:
    """The table in memory; a lazy one is computed."""
    return frame.collect("polars").to_polars() if isinstance(frame, nw.LazyFrame) else frame.to_polars()


def same_engine(small: nw.DataFrame[Any] | nw.LazyFrame[Any], like: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """`small` as a lazy table of the engine that holds `like`.

    A DuckDB table is moved into the connection of `like`; a PySpark table into its session.
    """
    if isinstance(small, nw.LazyFrame) and small.implementation is like.implementation:
        return small
    rows = to_polars(small)
    native = like.to_native()
    if like.implementation.is_polars():
        return nw.from_native(rows.lazy())
    if like.implementation.is_duckdb():
        return cast("nw.LazyFrame[Any]", nw.from_native(_into_duckdb(rows, native)))
    if like.implementation.is_pyspark():
        return cast("nw.LazyFrame[Any]", nw.from_native(native.sparkSession.createDataFrame(rows.to_arrow())))
    raise InvalidInput(
        Fault(
            "estimate.engine",
            Text("不支持的计算引擎", "engine not supported"),
            value=str(like.implementation),
            allowed=Text("Polars、pandas、PyArrow、DuckDB、PySpark", "Polars, pandas, PyArrow, DuckDB, PySpark"),
        )
    )


def _into_duckdb(rows: pl.DataFrame, relation: Any) -> Any:
    # A relation keeps its connection to itself; a query made from it sees local tables by name and
    # belongs to the same connection, which a join demands.
    coefficient_rows = rows.to_arrow()
    made = relation.query("activity_rows", "SELECT * FROM coefficient_rows")
    del coefficient_rows
    return made
