"""Key categories by level and trend, Approaches 1 and 2: IPCC 2006 Guidelines, Vol. 1, Ch. 4; jointly for several metrics."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.uncertainty.rows import combined
from cocontrol.inventory.uncertainty.tables import DEFAULT_METRIC

THRESHOLDS = {1: 0.95, 2: 0.90}
"""Cumulative share up to which categories are key: Vol. 1, sections 4.3.1 and 4.3.2."""

Approach = Literal[1, 2]


def key_categories(frame: pl.DataFrame, *, approach: Approach = 1, threshold: float | None = None) -> pl.DataFrame:
    """Level and trend assessment of every row, the largest level first within each metric.

    With E_0, E_t the emissions of base year and year, and Σ over the rows of one metric:

        level  L = |E_t| / Σ|E_t|                                                        (Eq. 4.1)
        trend  T = |E_0|/Σ|E_0| · |(E_t − E_0)/|E_0| − (ΣE_t − ΣE_0)/|ΣE_0||             (Eq. 4.2)
               T = |E_t| / Σ|E_0| where E_0 = 0                                          (Eq. 4.3)

    Approach 2 takes L·U and T·U instead (Eq. 4.4, 4.5) with U the combined uncertainty. Rows are sorted and their shares
    cumulated to 95 % (Approach 2: 90 %); the row that crosses the threshold is key too.

    Parameters
    ----------
    frame : table `key_category_input`: category, gas, base_t, year_t, metric (CO2e where absent); for Approach 2
        ad_uncertainty_pct and ef_uncertainty_pct as well
    threshold : cumulative share, where another than the Guidelines' is wanted

    Returns
    -------
    The rows with level, level_share, level_cumulative, is_key_level and the same four for the trend; those of the
    trend are null in a metric where a base year emission is missing or their total is 0.

    Raises
    ------
    InvalidInput
        An emission of the year is missing, or Approach 2 lacks an uncertainty; every row is named.
    """
    rows = _prepared(frame)
    _check(rows, approach)
    limit = THRESHOLDS[approach] if threshold is None else threshold
    weight = combined() if approach == 2 else pl.lit(1.0)
    rows = rows.with_columns(level=_level(), trend=_trend())
    rows = rows.with_columns(_level=pl.col("level") * weight, _trend=pl.col("trend") * weight)
    for name in ("level", "trend"):
        rows = _assess(rows, name, limit)
    return rows.sort("metric", "level_rank").select(pl.all().exclude("_level", "_trend"))


_NUMBERS = ("base_t", "year_t", "ad_uncertainty_pct", "ef_uncertainty_pct")


def _prepared(frame: pl.DataFrame) -> pl.DataFrame:
    texts = [_column(frame, name, pl.String) for name in ("category", "gas")]
    numbers = [_column(frame, name, pl.Float64) for name in _NUMBERS]
    metric = _column(frame, "metric", pl.String).fill_null(DEFAULT_METRIC)
    return frame.select(pl.int_range(1, pl.len() + 1).alias("row"), metric, *texts, *numbers)


def _column(frame: pl.DataFrame, name: str, kind: type[pl.DataType]) -> pl.Expr:
    return pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)


def _check(rows: pl.DataFrame, approach: Approach) -> None:
    needed = ["year_t", "ad_uncertainty_pct", "ef_uncertainty_pct"] if approach == 2 else ["year_t"]
    message = Text("第 {r} 行（{c}）缺少 {n}", "row {r} ({c}) has no {n}")
    faults = [
        Fault(
            "key_categories.absent",
            message.format(r=row["row"], c=row["category"], n=name),
            remedy=Text("缺失不是零：补全，或按方法 1 判定", "missing is not zero: fill it in, or use Approach 1"),
        )
        for row in rows.iter_rows(named=True)
        for name in needed
        if row[name] is None
    ]
    if faults:
        raise InvalidInput(*faults)


def _level() -> pl.Expr:
    magnitude = pl.col("year_t").abs()
    total = magnitude.sum().over("metric")
    return pl.when(total > 0).then(magnitude / total)


def _trend() -> pl.Expr:
    base, year = pl.col("base_t"), pl.col("year_t")
    magnitude = base.abs().sum().over("metric")
    total = base.sum().over("metric")
    whole = (year.sum().over("metric") - total) / total.abs()
    own = base.abs() / magnitude * ((year - base) / base.abs() - whole).abs()
    value = pl.when(base == 0).then(year.abs() / magnitude).otherwise(own)
    defined = (base.null_count().over("metric") == 0) & (total != 0)
    return pl.when(defined).then(value)


def _assess(rows: pl.DataFrame, name: str, limit: float) -> pl.DataFrame:
    """Share, rank, cumulative share and verdict of one criterion, within each metric."""
    total = pl.col(f"_{name}").sum().over("metric")
    share = pl.when(total > 0).then(pl.col(f"_{name}") / total)
    rows = rows.with_columns(share.alias(f"{name}_share"))
    ordered = rows.sort("metric", f"{name}_share", "row", descending=[False, True, False], nulls_last=True)
    before = pl.col(f"{name}_share").cum_sum().over("metric") - pl.col(f"{name}_share")
    # Sums of shares end a few last bits off 1: a threshold of 1 must not lose its last row to them.
    key = (before < limit - 1e-12) & (pl.col(f"{name}_share") > 0)
    return ordered.with_columns(
        pl.col(f"{name}_share").cum_sum().over("metric").alias(f"{name}_cumulative"),
        pl.int_range(1, pl.len() + 1).over("metric").alias(f"{name}_rank"),
        key.alias(f"is_key_{name}"),
    )


def joint_key_categories(assessed: pl.DataFrame) -> pl.DataFrame:
    """One row for each category: in which metrics it is key, and by what.

    Parameters
    ----------
    assessed : result of `key_categories` with one or more metrics

    Returns
    -------
    Table keyed category (``row 7`` where a row has none), those that are key in most metrics first, then by their mean level share: metric_count,
    is_key_in_all, key_for (text such as ``CO2e: CO2 level, CO2 trend; APE: SO2 level``), mean_level_share (over the
    metrics; a metric without the category counts as 0), and level_share_<metric> for each metric (null where it has
    no row). A category that is key in every metric is where one measure moves both.
    """
    metrics = assessed["metric"].unique().sort().to_list()
    named = assessed.with_columns(pl.col("category").fill_null(pl.format("row {}", "row")))
    found = []
    for (category,), part in named.group_by(["category"], maintain_order=True):
        reasons = {metric: _reasons(part.filter(pl.col("metric") == metric)) for metric in metrics}
        key = [metric for metric in metrics if reasons[metric]]
        present = set(part["metric"])
        sums = part.group_by("metric").agg(pl.col("level_share").sum())
        shares = dict(sums.iter_rows())
        found.append(
            {
                "category": category,
                "metric_count": len(key),
                "is_key_in_all": len(key) == len(metrics),
                "key_for": "; ".join(f"{metric}: {', '.join(reasons[metric])}" for metric in key),
                "mean_level_share": math.fsum(shares.values()) / len(metrics),
                **{f"level_share_{metric}": shares[metric] if metric in present else None for metric in metrics},
            }
        )
    made = pl.DataFrame(found, infer_schema_length=None)
    return made.sort("metric_count", "mean_level_share", descending=True) if found else made


def _reasons(part: pl.DataFrame) -> list[str]:
    return [
        f"{row['gas'] or ''} {name}".strip()
        for row in part.iter_rows(named=True)
        for name in ("level", "trend")
        if row[f"is_key_{name}"]
    ]


def in_equivalents(frame: pl.DataFrame, weights: Mapping[str, float], *, metric: str) -> pl.DataFrame:
    """The rows of the gases that have a weight, with base_t and year_t multiplied by it and `metric` set.

    For CO2e the weights are a GWP set; for pollutants the equivalents of a named source (no default is built in, because
    every such set is a policy choice). Rows of other gases are left out: they have no part in this metric.

    Raises
    ------
    InvalidInput
        A weight that no row uses: a misspelt gas would otherwise vanish from the metric.
    """
    gases = set(frame["gas"].drop_nulls())
    message = Text("没有这种气体的行", "no row has this gas")
    faults = [Fault("key_categories.weight", message, value=gas) for gas in weights if gas not in gases]
    if faults:
        raise InvalidInput(*faults)
    table = pl.DataFrame({"gas": list(weights), "_weight": [float(value) for value in weights.values()]})
    joined = frame.join(table, on="gas", how="inner", maintain_order="left")
    scaled = [pl.col(name) * pl.col("_weight") for name in ("base_t", "year_t")]
    return joined.with_columns(*scaled, metric=pl.lit(metric)).drop("_weight")
