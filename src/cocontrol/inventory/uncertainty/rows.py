"""What both Approaches make of the declared input: defaults filled, ids of shared variables, remarks."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from cocontrol.core.text import Text
from cocontrol.inventory.uncertainty.distributions import SYMMETRIC_UP_TO_PCT, Shape

SINKS_SHARE = 0.1
"""A net total below this share of the sum of magnitudes makes percentages of it meaningless."""

_DEFAULTS = {
    "category": (pl.String, None),
    "gas": (pl.String, None),
    "base_t": (pl.Float64, None),
    "year_t": (pl.Float64, None),
    "ad_uncertainty_pct": (pl.Float64, None),
    "ef_uncertainty_pct": (pl.Float64, None),
    "ad_correlated": (pl.Boolean, False),
    "ef_correlated": (pl.Boolean, True),
    "ad_distribution": (pl.String, Shape.AUTO.value),
    "ef_distribution": (pl.String, Shape.AUTO.value),
    "activity_id": (pl.String, None),
    "factor_id": (pl.String, None),
}
"""Columns of the input with type and what an empty cell means; the correlations are those of IPCC 2006, Table 3.2."""


def prepared(frame: pl.DataFrame) -> pl.DataFrame:
    """The input with every column there is, defaults filled in, `row` from 1, and an id for each variable.

    A row without activity_id or factor_id has a variable of its own, named after its category and gas (and its
    place among the rows of both), so that the order of the rows changes no draw.
    """
    columns = []
    for name, (kind, default) in _DEFAULTS.items():
        column = pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
        columns.append(column if default is None else column.fill_null(pl.lit(default, dtype=kind)))
    made = frame.select(pl.int_range(1, pl.len() + 1).alias("row"), *columns)
    place = pl.int_range(1, pl.len() + 1).over("category", "gas")
    own = pl.format("own {}|{}|{}", pl.col("category").fill_null(""), pl.col("gas").fill_null(""), place)
    return made.with_columns(pl.col("activity_id").fill_null(own), pl.col("factor_id").fill_null(own))


def remarks(rows: pl.DataFrame, *, approach: int) -> list[Text]:
    """What a reader of the result must know: near-cancelling sinks, wide intervals, repeated rows, missing years."""
    found = []
    total, magnitude = float(rows["year_t"].sum()), float(rows["year_t"].abs().sum())
    if magnitude and abs(total) < SINKS_SHARE * magnitude:
        found.append(
            Text(
                "合计因清除抵消而接近零，百分比没有意义，请看吨数",
                "removals nearly cancel the total: its percentages mean little, look at the tonnes",
            )
        )
    wide = rows.filter(combined() > SYMMETRIC_UP_TO_PCT)
    if approach == 1 and wide.height:
        found.append(
            Text(
                "{n} 行合成不确定性超过 {u:g}%，误差传递只是近似，请用方法 2",
                "{n} rows have a combined uncertainty above {u:g} %: propagation of error only approximates, use Approach 2",
            ).format(n=wide.height, u=SYMMETRIC_UP_TO_PCT)
        )
    named = rows.drop_nulls(["category", "gas"]).select("category", "gas", "activity_id", "factor_id")
    repeated = named.height - named.select("category", "gas").n_unique()
    if repeated:
        found.append(
            Text(
                "{n} 行与其他行的类别和气体相同，请确认不是重复录入",
                "{n} rows have the category and gas of another row: make sure that nothing is entered twice",
            ).format(n=repeated)
        )
    if rows["base_t"].null_count():
        found.append(
            Text(
                "{n} 行没有基准年排放量，趋势无法判定（缺失不是零）",
                "{n} rows have no base year emission: the trend is undetermined (missing is not zero)",
            ).format(n=rows["base_t"].null_count())
        )
    return found


def combined() -> pl.Expr:
    """Combined uncertainty √(AD² + EF²), IPCC 2006 Guidelines, Vol. 1, Eq. 3.1."""
    return (pl.col("ad_uncertainty_pct") ** 2 + pl.col("ef_uncertainty_pct") ** 2).sqrt()


def shared_sum(value: str, identifier: Sequence[str]) -> pl.Expr:
    """Sum of a column over the rows that share a variable."""
    return pl.col(value).sum().over(list(identifier))
