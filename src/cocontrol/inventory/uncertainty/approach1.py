"""Approach 1, propagation of error: IPCC 2006 Guidelines, Vol. 1, Ch. 3, Tables 3.2 and 3.3."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from cocontrol.core.text import Text
from cocontrol.inventory.uncertainty.rows import combined, prepared, remarks, shared_sum

SQRT_2 = math.sqrt(2.0)


@dataclass(frozen=True, slots=True)
class Propagated:
    """The result of Approach 1. A percentage is None where its total is zero or a year is missing.

    `rows` has, for each input row: combined_uncertainty_pct (column G of Table 3.2), variance_contribution (H, in
    squared percent), variance_share_pct (its share of the total's variance, shared variables included, in sum 100),
    type_a_sensitivity (I) and type_b_sensitivity (J), in points per percent, trend_from_ef_pct (K), trend_from_ad_pct
    (L), trend_variance_contribution (M).
    """

    base_t: float | None
    year_t: float
    total_uncertainty_pct: float | None
    total_uncertainty_t: float
    trend_pct: float | None
    trend_uncertainty_pct: float | None
    rows: pl.DataFrame
    notes: tuple[Text, ...]


def approach_1(frame: pl.DataFrame) -> Propagated:
    """Uncertainty of the total and of its trend.

    With C, D the emissions of base year and year, E, F the uncertainties of activity data and factor:

        H = (√(E² + F²) · D / ΣD)²                    total U = √ΣH
        I = |(0.01·D + ΣD − 0.01·C − ΣC) / (0.01·C + ΣC)·100 − (ΣD − ΣC)/ΣC·100|,   J = |D/ΣC|
        K = I·F where factors are correlated between the years, else J·F·√2
        L = I·E where activities are correlated, else J·E·√2
        M = K² + L²                                   trend U = √ΣM, in percentage points

    Rows that share a variable (same activity_id or factor_id) are added before they are squared, as correlated
    categories must be (Vol. 1, section 3.2.3.1); without shared ids this is Table 3.2 as printed.

    Parameters
    ----------
    frame : table `uncertainty_input`: category, gas, base_t, year_t, ad_uncertainty_pct, ef_uncertainty_pct,
        ad_correlated, ef_correlated and, if they are there, activity_id, factor_id
    """
    rows = prepared(frame)
    year = math.fsum(rows["year_t"])
    base = None if rows["base_t"].null_count() else math.fsum(rows["base_t"])
    rows = _level(rows, year)
    spread = math.sqrt(math.fsum(rows["_variance_t2"]))
    rows = rows.with_columns(variance_share_pct=_share("_variance_t2"))
    trend = _trend(rows, base, year) if base else None
    if trend is not None:
        rows = trend
    kept = [name for name in rows.columns if not name.startswith("_")]
    return Propagated(
        base_t=base,
        year_t=year,
        total_uncertainty_pct=100.0 * spread / abs(year) if year else None,
        total_uncertainty_t=spread,
        trend_pct=100.0 * (year - base) / base if base else None,
        trend_uncertainty_pct=None if trend is None else math.sqrt(max(0.0, math.fsum(trend["_trend_covariance"]))),
        rows=rows.select(kept).select(pl.all().exclude(*_UNUSED)),
        notes=(*remarks(rows, approach=1), *_zero_totals(base, year)),
    )


_UNUSED = ("ad_distribution", "ef_distribution")


def _level(rows: pl.DataFrame, year: float) -> pl.DataFrame:
    """Columns G and H, and the part of each row in the variance of the total in squared tonnes."""
    e = pl.col("ad_uncertainty_pct") * pl.col("year_t") / 100.0
    f = pl.col("ef_uncertainty_pct") * pl.col("year_t") / 100.0
    own = (combined() * pl.col("year_t") / year) ** 2 if year else pl.lit(None, dtype=pl.Float64)
    made = rows.with_columns(combined_uncertainty_pct=combined(), variance_contribution=own, _e=e, _f=f)
    covariance = pl.col("_e") * shared_sum("_e", ["activity_id"]) + pl.col("_f") * shared_sum("_f", ["factor_id"])
    return made.with_columns(_variance_t2=covariance)


def _trend(rows: pl.DataFrame, base: float, year: float) -> pl.DataFrame:
    """Columns I to M, and the part of each row in the variance of the trend in squared points."""
    c, d = pl.col("base_t"), pl.col("year_t")
    type_a = (0.01 * d + year - 0.01 * c - base) / (0.01 * c + base) * 100.0 - (year - base) / base * 100.0
    made = rows.with_columns(_i=type_a, _j=d / base)
    made = made.with_columns(
        type_a_sensitivity=pl.col("_i").abs(),
        type_b_sensitivity=pl.col("_j").abs(),
        _k=_effect("ef"),
        _l=_effect("ad"),
    )
    together = pl.col("_k") * shared_sum("_k", ["factor_id", "ef_correlated"])
    together += pl.col("_l") * shared_sum("_l", ["activity_id", "ad_correlated"])
    return made.with_columns(
        trend_from_ef_pct=pl.col("_k").abs(),
        trend_from_ad_pct=pl.col("_l").abs(),
        trend_variance_contribution=pl.col("_k") ** 2 + pl.col("_l") ** 2,
        _trend_covariance=together,
    )


def _effect(part: str) -> pl.Expr:
    """Signed effect of one uncertainty on the trend: both years move together, or each by itself."""
    spread = pl.col(f"{part}_uncertainty_pct")
    alone = pl.col("_j") * spread * SQRT_2
    return pl.when(pl.col(f"{part}_correlated")).then(pl.col("_i") * spread).otherwise(alone)


def _share(column: str) -> pl.Expr:
    total = pl.col(column).sum()
    return pl.when(total > 0).then(100.0 * pl.col(column) / total)


def _zero_totals(base: float | None, year: float) -> list[Text]:
    found = []
    if year == 0:
        found.append(Text("本年合计为零，没有百分比", "the total of the year is zero and has no percentage"))
    if base == 0:
        found.append(Text("基准年合计为零，趋势没有定义", "the base year total is zero: the trend is undefined"))
    return found
