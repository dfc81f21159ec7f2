"""What a sum could not hold: rows and amounts without a number, by group and pollutant."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from cocontrol.inventory._engines import to_polars
from cocontrol.inventory._estimate_checks import OURS, Frame

_ROWS, _BLANK, _KNOWN = OURS + "rows", OURS + "blank", OURS + "known"


def completeness(
    activity: IntoFrame,
    coefficients: IntoFrame,
    *,
    on: Sequence[str],
    pollutants: Sequence[str],
    amount: str = "amount",
    group_by: Sequence[str] = (),
) -> pl.DataFrame:
    """How much of the activity each figure of `estimate` covers, so that a null total can be explained.

    The activity is aggregated to (`group_by`, `on`) in its own engine; the rest is small.

    Parameters
    ----------
    activity, coefficients, on, pollutants, amount, group_by : as in `estimate`

    Returns
    -------
    Polars table keyed (`group_by`, pollutant): `rows`; `rows_without_amount`; `rows_without_coefficient`
    (no such key, or an empty coefficient); `amount` and `amount_without_coefficient`, sums of the amounts
    that are known; `is_complete`.
    """
    frame: Frame = nw.from_native(activity)
    keyed = _aggregate(frame, [*dict.fromkeys([*group_by, *on])], amount)
    table = to_polars(nw.from_native(coefficients).select(*on, *pollutants))
    joined = keyed.join(table, on=list(on), how="left", nulls_equal=False)
    return pl.concat([_of_pollutant(joined, group_by, name) for name in pollutants])


def _aggregate(frame: Frame, keys: Sequence[str], amount: str) -> pl.DataFrame:
    value = nw.col(amount).cast(nw.Float64)
    number = nw.when(~value.is_nan()).then(value)
    marked = frame.select(*keys, number.fill_null(0.0).alias(_KNOWN), number.is_null().cast(nw.Int64).alias(_BLANK))
    summed = marked.group_by(*keys).agg(nw.col(_KNOWN).sum(), nw.col(_BLANK).sum(), nw.len().alias(_ROWS))
    return to_polars(summed)


def _of_pollutant(joined: pl.DataFrame, group_by: Sequence[str], name: str) -> pl.DataFrame:
    absent = pl.col(name).is_null() | pl.col(name).cast(pl.Float64).is_nan()
    figures = [
        pl.col(_ROWS).sum().cast(pl.Int64).alias("rows"),
        pl.col(_BLANK).sum().cast(pl.Int64).alias("rows_without_amount"),
        pl.col(_ROWS).filter(absent).sum().cast(pl.Int64).alias("rows_without_coefficient"),
        pl.col(_KNOWN).sum().alias("amount"),
        pl.col(_KNOWN).filter(absent).sum().alias("amount_without_coefficient"),
    ]
    made = joined.group_by(group_by, maintain_order=True).agg(figures) if group_by else joined.select(figures)
    complete = (pl.col("rows_without_amount") == 0) & (pl.col("rows_without_coefficient") == 0)
    return made.select(*group_by, pl.lit(name).alias("pollutant"), pl.exclude(*group_by), complete.alias("is_complete"))
