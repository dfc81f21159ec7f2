"""Approach 2, Monte Carlo, of the same input that Approach 1 takes: IPCC 2006 Guidelines, Vol. 1, section 3.2.3.2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.uncertainty.contributions import decompose, moments
from cocontrol.inventory.uncertainty.distributions import Floats
from cocontrol.inventory.uncertainty.model import Model, build_model, sum_by_group
from cocontrol.inventory.uncertainty.monte_carlo import describe, simulate
from cocontrol.inventory.uncertainty.rows import prepared, remarks

ROWS_AT_ONCE = 200
"""Rows drawn at a time, so that memory does not grow with their number."""

VALUE = "value"
PERIODS = ("base", "year")


@dataclass(frozen=True, slots=True)
class Simulated:
    """The result of Approach 2. Figures of the trend are None where a base year emission is missing.

    `total_uncertainty_pct` is half of the 95 % interval in percent of the mean, `trend_uncertainty_pct` half of the 95 %
    interval of the trend in points: the counterparts of Approach 1. `drift_pct` says whether the draws suffice.
    `rows` has mean, percentiles and half-width of every row and its share of the total's variance.
    """

    draws: int
    seed: int
    base_t: float | None
    year_t: float
    mean_t: float
    lower_t: float
    upper_t: float
    total_uncertainty_pct: float | None
    drift_pct: float | None
    trend_pct: float | None
    trend_lower_pct: float | None
    trend_upper_pct: float | None
    trend_uncertainty_pct: float | None
    rows: pl.DataFrame
    notes: tuple[Text, ...]


def approach_2(frame: pl.DataFrame, *, draws: int, seed: int) -> Simulated:
    """Uncertainty of the total and of its trend by Monte Carlo simulation.

    Each draw of a variable serves every row that shares it (activity_id, factor_id) and, where it is correlated
    between the years, both years; the trend is taken within each draw. Distributions as in
    `distributions.multiplier`; ``auto`` is normal up to a half-width of 60 %, else lognormal with the estimate as
    its mean.

    Raises
    ------
    InvalidInput
        Rows that share a variable give it different uncertainties; draws or seed out of range.
    """
    rows = prepared(frame)
    _check_shared(rows)
    totals = np.zeros((len(PERIODS), draws))
    statistics = []
    for part in rows.iter_slices(ROWS_AT_ONCE):
        drawn = _draw_rows(part, draws, seed)
        totals += drawn.sum(axis=0)
        statistics.append(pl.DataFrame(describe(drawn[:, 1])))
    described = pl.concat(statistics).with_columns(pl.Series("variance_share_pct", variance_shares(rows)))
    return _result(pl.concat([rows, described], how="horizontal"), totals, draws, seed)


def _result(rows: pl.DataFrame, totals: Floats, draws: int, seed: int) -> Simulated:
    total = {name: float(value) for name, value in describe(totals[1]).items()}
    complete = not rows["base_t"].null_count()
    undefined = not complete or bool((totals[0] == 0).any())
    trend = None if undefined else np.percentile(100.0 * (totals[1] / totals[0] - 1.0), [2.5, 50.0, 97.5])
    base = float(rows["base_t"].sum()) if complete else None
    year = float(rows["year_t"].sum())
    return Simulated(
        draws=draws,
        seed=seed,
        base_t=base,
        year_t=year,
        mean_t=total["mean_t"],
        lower_t=total["p2.5_t"],
        upper_t=total["p97.5_t"],
        total_uncertainty_pct=_finite(total["half_width_pct"]),
        drift_pct=_finite(total["drift_pct"]),
        trend_pct=100.0 * (year - base) / base if base else None,
        trend_lower_pct=None if trend is None else float(trend[0]),
        trend_upper_pct=None if trend is None else float(trend[2]),
        trend_uncertainty_pct=None if trend is None else float(trend[2] - trend[0]) / 2.0,
        rows=rows.with_columns(pl.col("half_width_pct", "drift_pct").fill_nan(None)),
        notes=(*remarks(rows, approach=2), *_drift_note(_finite(total["drift_pct"]))),
    )


def _draw_rows(part: pl.DataFrame, draws: int, seed: int) -> Floats:
    """Rows × periods × draws."""
    drawn = simulate(year_model(part), draws=draws, seed=seed).values[:, 0]
    return drawn.reshape(part.height, len(PERIODS), draws)


def year_model(rows: pl.DataFrame) -> Model:
    """The prepared rows as a model of two years, grouped by row and period; a missing base year counts nothing."""
    return build_model(
        pl.concat(list(_activities(rows))),
        pl.concat([rows.select(coefficient_id=_line(period), value=pl.lit(1.0)) for period in PERIODS]),
        pl.concat(list(_factors(rows))),
        pollutants=[VALUE],
        group_by=["row", "period"],
    )


def _line(period: str) -> pl.Expr:
    return pl.format("{} {}", pl.lit(period), "row")


def _variable(identifier: str, correlated: str, period: str) -> pl.Expr:
    """One variable for both years where they are correlated, else one for each."""
    apart = pl.format("{} {}", identifier, pl.lit(period))
    return pl.when(pl.col(correlated)).then(pl.col(identifier)).otherwise(apart)


def _activities(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for period in PERIODS:
        yield rows.select(
            "row",
            pl.lit(period).alias("period"),
            _variable("activity_id", "ad_correlated", period).alias("activity_id"),
            _line(period).alias("coefficient_id"),
            pl.col(f"{period}_t").alias("amount"),
            pl.col("ad_distribution").alias("distribution"),
            pl.col("ad_uncertainty_pct").alias("lower_pct"),
            pl.col("ad_uncertainty_pct").alias("upper_pct"),
        )


def _factors(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for period in PERIODS:
        yield rows.select(
            _line(period).alias("coefficient_id"),
            pl.lit(VALUE).alias("pollutant"),
            _variable("factor_id", "ef_correlated", period).alias("factor_id"),
            pl.col("ef_distribution").alias("distribution"),
            pl.col("ef_uncertainty_pct").alias("lower_pct"),
            pl.col("ef_uncertainty_pct").alias("upper_pct"),
        )


def variance_shares(rows: pl.DataFrame) -> pl.Series:
    """Share of each prepared row in the variance of the year's total, in percent; they sum to 100.

    The covariance of the row with the total, from the exact decomposition: what two rows share is split between them.
    """
    model = year_model(rows)
    of_year = (model.groups["period"] == "year").to_numpy().astype(np.float64)
    whole = decompose(model, pollutants={VALUE: 1.0}, groups=of_year).variance
    if whole <= 0:
        return pl.Series([None] * rows.height, dtype=pl.Float64)
    return pl.Series(_row_covariances(model, of_year), dtype=pl.Float64) * (100.0 / whole)


def _row_covariances(model: Model, of_year: Floats) -> Floats:
    """Covariance with the total of each cell of the year; a row is one cell of one activity and one factor."""
    factor = model.factor_of[model.cell_coefficient, 0]
    table = model.amounts.tocoo()
    amount, activity = np.zeros(len(factor)), np.zeros(len(factor), dtype=np.int64)
    amount[table.row], activity[table.row] = table.data, table.col
    amount *= of_year[model.cell_group]
    mean_a, var_a = moments([model.activity_multipliers[place] for place in activity])
    mean_f, var_f = moments([model.factor_multipliers[place] for place in factor])
    slope_a = np.bincount(activity, amount * mean_f, minlength=len(model.activity_ids))[activity]
    slope_f = np.bincount(factor, amount * mean_a, minlength=len(model.factor_ids))[factor]
    pair = activity * len(model.factor_ids) + factor
    _, place = np.unique(pair, return_inverse=True)
    both = np.bincount(place, amount)[place]
    cells = amount * (mean_f * var_a * slope_a + mean_a * var_f * slope_f + var_a * var_f * both)
    by_group: Floats = sum_by_group(cells, model.cell_group, len(of_year))
    return by_group[of_year > 0]


def _check_shared(rows: pl.DataFrame) -> None:
    """Rows that share a variable must give it one uncertainty and one distribution."""
    faults = []
    for identifier, part in (("activity_id", "ad"), ("factor_id", "ef")):
        said = [f"{part}_uncertainty_pct", f"{part}_distribution", f"{part}_correlated"]
        each = rows.select(identifier, *said).unique().group_by(identifier).len().filter(pl.col("len") > 1)
        message = Text(
            "共用同一变量的行，不确定性、分布或相关性不一致",
            "rows that share a variable disagree about its uncertainty",
        )
        faults += [
            Fault("uncertainty.shared", message, value=f"{identifier} {name}") for name in each[identifier].sort()
        ]
    if faults:
        raise InvalidInput(*faults)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _drift_note(drift: float | None) -> list[Text]:
    if drift is None or drift < 1.0:
        return []
    return [
        Text(
            "区间界限在抽样后半程仍移动 {d:.2g}%，请增加抽样次数",
            "a bound of the interval still moved by {d:.2g} % in the second half of the draws: take more draws",
        ).format(d=drift)
    ]
