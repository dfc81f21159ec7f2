"""The uncertainty of a whole inventory from its emission table: what is known of each figure, drawn, summed.

An emission is activity × coefficient. Each activity (source and period) is drawn once for all its pollutants, each factor
once for all sources whose coefficient uses it, so that what is shared stays shared in every sum
(IPCC 2006 Guidelines, Vol. 1, Ch. 3, section 3.2.3.2). Limits come from the document of the factor, else from what the
place declares; where neither gives any, nothing is assumed: the figure counts at its estimate and the share of the
total that is really covered is said beside every interval.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from cocontrol.core.errors import CocontrolError
from cocontrol.inventory.uncertainty.contributions import rank_contributions
from cocontrol.inventory.uncertainty.declared import ACTIVITY, FACTOR, Lookup
from cocontrol.inventory.uncertainty.distributions import Fixed, Floats, Multiplier, Product, Shape, multiplier
from cocontrol.inventory.uncertainty.model import Model, build_model
from cocontrol.inventory.uncertainty.monte_carlo import Draws, describe, simulate
from cocontrol.reference.factors import factor_table
from cocontrol.reference.scopes import TotalScope, in_land_use, rows_in_scope

UNCERTAINTY_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "period": pl.String,
        "scope": pl.String,
        "category": pl.String,
        "fuel": pl.String,
        "pollutant": pl.String,
        "emission_t": pl.Float64,
        "mean_t": pl.Float64,
        "p2_5_t": pl.Float64,
        "p97_5_t": pl.Float64,
        "half_width_pct": pl.Float64,
        "drift_pct": pl.Float64,
        "interval": pl.String,
        "covered_share": pl.Float64,
        "activity_share": pl.Float64,
        "factor_share": pl.Float64,
        "variance_share": pl.Float64,
        "draws": pl.Int64,
        "seed": pl.Int64,
    }
)
"""Columns of the table `uncertainty`; keyed (`adcode`, `period`, `scope`, `category`, `fuel`, `pollutant`).

`scope` is one of `SCOPES`. `interval` is ``full`` where activity and coefficient of every part have
limits, ``at_least`` where most has some (the interval is then at least this wide), else ``unknown`` (no figures:
an interval made of a small part would pass for certainty). Shares are of the absolute emission: `covered_share` with limits of both, `activity_share` and `factor_share`
with limits of one.
"""

CONTRIBUTION_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "period": pl.String,
        "pollutant": pl.String,
        "rank": pl.Int64,
        "role": pl.String,
        "variable_id": pl.String,
        "first_order_pct": pl.Float64,
        "total_order_pct": pl.Float64,
    }
)
"""Columns of the table `uncertainty_contribution`; keyed (`adcode`, `period`, `pollutant`, `rank`)."""

TOTAL, WITH_LAND_USE = "total", "total_with_land_use"
"""Scopes of totals: without land use, and with it where the inventory holds land use (`cocontrol.reference.scopes`)."""

SCOPES = {TOTAL: (), WITH_LAND_USE: (), "category": ("category",), "fuel": ("fuel",)}
FULL, AT_LEAST, UNKNOWN = "full", "at_least", "unknown"

CONTRIBUTIONS = 20
"""Variables listed for each total, the largest first."""

LEAST_SHARE = 0.5
"""Share of the emission that must have limits of activity or coefficient before an interval is shown at all."""

EXACT_ROLES = frozenset({"molar_ratio", "standard_coal"})
"""Inputs without uncertainty: a ratio of molar masses, and the conversion by which the balance itself was made."""

_PRODUCT = re.compile(r"^[\w\s×÷/.]+$")
"""A formula of products and quotients only: relative limits of its inputs are those of the result."""

_GROUP = ["category", "fuel"]
_SET = ["adcode", "period"]


@dataclass(frozen=True, slots=True)
class Spread:
    """What is known of one quantity: the distribution of its multiplier, its name, and whether that is all of it."""

    variable: str
    what: Multiplier
    known: bool


@dataclass(frozen=True, slots=True)
class InventoryUncertainty:
    """The tables `UNCERTAINTY_SCHEMA` and `CONTRIBUTION_SCHEMA`."""

    rows: pl.DataFrame
    contributions: pl.DataFrame


def inventory_uncertainty(
    emission: pl.DataFrame,
    lineage: pl.DataFrame,
    *,
    pollutants: Sequence[str],
    combinations: Mapping[str, Mapping[str, float]],
    declared: Lookup,
    draws: int,
    seed: int,
) -> InventoryUncertainty:
    """Intervals of the totals, categories and fuels of every area and period, and who brings the variance.

    Parameters
    ----------
    emission : table `emission`: cell_id, source_id, adcode, period, category, fuel, coefficient_id, pollutants in t
    lineage : table `coefficient_lineage`; its inputs name the factors
    pollutants : columns of `emission`
    combinations : weighted sums made within each draw, such as CO2e with the values of one GWP set
    declared : what the place declares, see `declared.declared_uncertainties`
    """
    spreads = _coefficient_spreads(lineage)
    rows, ranked = [], []
    for keys, part in sorted(emission.group_by(_SET), key=lambda one: tuple(map(str, one[0]))):
        cells = _cells(part, pollutants, spreads, declared)
        if not cells.height:
            continue
        model = _model(cells, pollutants)
        measures = _measures(cells, pollutants, combinations)
        drawn = simulate(model, draws=draws, seed=seed)
        for name, weights in measures.items():
            made = _intervals(drawn, cells, weights)
            rows.append(_labelled(made, dict(zip(_SET, keys, strict=True)), name, draws, seed))
            ranked.append(_ranking(model, dict(zip(_SET, keys, strict=True)), name, weights))
    return InventoryUncertainty(_stacked(rows, UNCERTAINTY_SCHEMA), _stacked(ranked, CONTRIBUTION_SCHEMA))


def _stacked(parts: Iterable[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=schema), *(_cast(part, schema) for part in parts)])


def _cast(part: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    return part.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _measures(
    cells: pl.DataFrame, pollutants: Sequence[str], combinations: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """What is summed: every pollutant that has a figure, and each combination of those that have."""
    present = set(cells["pollutant"].unique())
    single = {name: {name: 1.0} for name in pollutants if name in present}
    sums = {
        name: {gas: weight for gas, weight in weights.items() if gas in single}
        for name, weights in combinations.items()
    }
    return single | {name: weights for name, weights in sums.items() if weights}


@lru_cache(maxsize=1)
def factor_limits() -> Mapping[str, Multiplier]:
    """The distribution of every factor whose document prints limits, by factor_id, as a multiple of its value."""
    found = factor_table().drop_nulls(["factor_id", "value", "lower", "upper"])
    usable = found.filter(
        (pl.col("value") > 0) & (pl.col("lower") <= pl.col("value")) & (pl.col("value") <= pl.col("upper"))
    )
    made: dict[str, Multiplier] = {}
    for name, value, lower, upper in usable.select("factor_id", "value", "lower", "upper").iter_rows():
        try:
            made[name] = _between(100.0 * (value - lower) / value, 100.0 * (upper - value) / value)
        except CocontrolError:
            continue
    return made


def _between(below_pct: float, above_pct: float) -> Multiplier:
    """``auto``; triangular where the lower limit is zero, which no lognormal reaches."""
    return multiplier(Shape.TRIANGULAR if below_pct >= 100.0 else Shape.AUTO, below_pct, above_pct)


def _coefficient_spreads(lineage: pl.DataFrame) -> dict[tuple[str, str], tuple[str, Spread]]:
    """For each (coefficient, pollutant) with a value: the name of what it rests on, and what its factors' limits say."""
    limits = factor_limits()
    return {
        (row["coefficient_id"], row["pollutant"]): _spread_of(row, limits)
        for row in lineage.drop_nulls("value").iter_rows(named=True)
    }


def _spread_of(row: Mapping[str, Any], limits: Mapping[str, Multiplier]) -> tuple[str, Spread]:
    inputs = [one for one in json.loads(row["inputs"] or "[]") if one.get("role") not in EXACT_ROLES]
    names = [one.get("factor_id") for one in inputs]
    basis = " × ".join(sorted(str(name) for name in names)) if names and all(names) else row["coefficient_id"]
    if not names or not _PRODUCT.match(row["formula"] or ""):
        return basis, Spread(basis, Fixed(), known=False)
    parts = tuple(sorted((name, limits[name]) for name in names if name in limits))
    what: Multiplier = Fixed() if not parts else parts[0][1] if len(parts) == 1 else Product(parts)
    variable = " × ".join(name for name, _ in parts) or basis
    return basis, Spread(variable, what, known=len(parts) == len(names))


def _cells(
    part: pl.DataFrame,
    pollutants: Sequence[str],
    spreads: Mapping[tuple[str, str], tuple[str, Spread]],
    declared: Lookup,
) -> pl.DataFrame:
    """One row per emission cell and pollutant with a value: its group, variables and what is known of them."""
    keys = ["cell_id", "source_id", "period", "coefficient_id", *_GROUP]
    long = part.unpivot(pollutants, index=keys, variable_name="pollutant", value_name="value").drop_nulls("value")
    said = []
    for row in long.iter_rows(named=True):
        own = declared(ACTIVITY, row["category"], row["fuel"], None)
        basis, spread = spreads.get((row["coefficient_id"], row["pollutant"]), (row["coefficient_id"], _NOTHING))
        if not spread.known:
            spread = _declared_spread(basis or row["cell_id"], row, spread, declared)
        said.append(
            {
                "activity_variable": f"{row['source_id']}@{row['period']}",
                "activity": own or Fixed(),
                "activity_known": own is not None,
                "factor_variable": spread.variable or f"{row['cell_id']} {row['pollutant']}",
                "factor": spread.what,
                "factor_known": spread.known,
            }
        )
    schema = {
        "activity_variable": pl.String, "activity": pl.Object, "activity_known": pl.Boolean,
        "factor_variable": pl.String, "factor": pl.Object, "factor_known": pl.Boolean,
    }  # fmt: skip
    columns = {name: pl.Series(name, [one[name] for one in said], dtype=kind) for name, kind in schema.items()}
    return long.with_columns(**columns)


_NOTHING = Spread("", Fixed(), known=False)


def _declared_spread(basis: str, row: Mapping[str, Any], spread: Spread, declared: Lookup) -> Spread:
    """The declared distribution in place of limits that are not all known; sources of one basis share its draw."""
    what = declared(FACTOR, row["category"], row["fuel"], row["pollutant"])
    return spread if what is None else Spread(f"declared {row['pollutant']} {basis} {what!r}", what, known=True)


def _model(cells: pl.DataFrame, pollutants: Sequence[str]) -> Model:
    """Every emission cell as one amount of 1 with the emission as its coefficient."""
    fixed = (pl.lit(Shape.FIXED.value).alias("distribution"), pl.lit(0.0).alias("lower_pct"))
    each = cells.unique("cell_id", maintain_order=True)
    activity = each.select(
        *_GROUP,
        pl.col("activity_variable").alias("activity_id"),
        pl.col("cell_id").alias("coefficient_id"),
        pl.lit(1.0).alias("amount"),
        *fixed,
        pl.lit(0.0).alias("upper_pct"),
    )
    wide = cells.select("cell_id", "pollutant", "value").pivot("pollutant", index="cell_id", values="value")
    blank = [pl.lit(None, dtype=pl.Float64).alias(name) for name in pollutants if name not in wide.columns]
    spread = cells.select(
        pl.col("cell_id").alias("coefficient_id"), "pollutant", pl.col("factor_variable").alias("factor_id"),
        *fixed, pl.lit(0.0).alias("upper_pct"),
    )  # fmt: skip
    model = build_model(
        activity, wide.rename({"cell_id": "coefficient_id"}).with_columns(blank), spread,
        pollutants=pollutants, group_by=_GROUP,
    )  # fmt: skip
    drawn_activities = dict(cells.select("activity_variable", "activity").iter_rows())
    drawn_factors = dict(cells.select("factor_variable", "factor").iter_rows())
    return replace(
        model,
        activity_multipliers=tuple(drawn_activities[name] for name in model.activity_ids),
        factor_multipliers=tuple(drawn_factors[name] for name in model.factor_ids),
    )


def _intervals(drawn: Draws, cells: pl.DataFrame, weights: Mapping[str, float]) -> pl.DataFrame:
    """Totals, categories and fuels of one measure: estimate, interval, coverage, share of the variance of all of it.

    Categories and fuels, and the variance of which they are shares, are of the inventory with land use.
    """
    values = drawn.of(weights)
    known = _coverage(cells, weights)
    apart = drawn.model.groups.select(in_land_use()).to_series().to_numpy()
    tables = []
    for scope, names in SCOPES.items():
        if scope == WITH_LAND_USE and not known.filter(in_land_use()).height:
            continue
        counted, kept = values, known
        if scope == TOTAL:
            counted, kept = values * ~apart[:, None], rows_in_scope(known, TotalScope.WITHOUT_LAND_USE)
        groups = (
            kept.sort(_GROUP)
            .group_by(names or pl.lit("").alias("_"), maintain_order=True)
            .agg(pl.col("emission_t", "_size", "_both", "_activity", "_factor", "_spread").sum())
        )
        if groups.is_empty():
            continue
        sums = np.stack(list(_sums(counted, drawn.model.groups, groups, names)))
        statistics = pl.DataFrame(describe(sums, (2.5, 97.5))).fill_nan(None)
        shares = pl.Series("variance_share", _variance_shares(sums, values.sum(axis=0)))
        tables.append(
            pl.concat([groups, statistics], how="horizontal").with_columns(shares, pl.lit(scope).alias("scope"))
        )
    return _worded(pl.concat(tables, how="diagonal"))


def _sums(values: Floats, groups: pl.DataFrame, wanted: pl.DataFrame, names: Sequence[str]) -> Iterator[Floats]:
    for row in wanted.iter_rows(named=True):
        inside = [pl.col(name).eq_missing(pl.lit(row[name], dtype=pl.String)) for name in names]
        places = groups.select(pl.all_horizontal(pl.lit(value=True), *inside).alias("_"))["_"].to_numpy()
        yield values[np.broadcast_to(places, len(values))].sum(axis=0)


def _variance_shares(sums: Floats, total: Floats) -> list[float | None]:
    """Covariance of each sum with the total, as a share of the total's variance; the parts of one scope sum to 1."""
    centred = total - total.mean()
    whole = float(centred @ centred)
    if whole <= 0:
        return [None] * len(sums)
    return [float((each - each.mean()) @ centred) / whole for each in sums]


def _coverage(cells: pl.DataFrame, weights: Mapping[str, float]) -> pl.DataFrame:
    """The cells of a measure with their weighted emission and the parts of it that have limits."""
    used = cells.filter(pl.col("pollutant").is_in(list(weights)))
    value = pl.col("value") * pl.col("pollutant").replace_strict(dict(weights), return_dtype=pl.Float64)
    drawn = (not (isinstance(a, Fixed) and isinstance(f, Fixed)) for a, f in used.select("activity", "factor").rows())
    wide = pl.Series(drawn, dtype=pl.Boolean)
    sized = used.select(*_GROUP, "activity_known", "factor_known", value.alias("emission_t")).with_columns(
        pl.col("emission_t").abs().alias("_size"), _spread=wide
    )
    return sized.with_columns(
        _spread=pl.col("_size") * pl.col("_spread"),
        _both=pl.col("_size") * (pl.col("activity_known") & pl.col("factor_known")),
        _activity=pl.col("_size") * pl.col("activity_known"),
        _factor=pl.col("_size") * pl.col("factor_known"),
    )


def _worded(table: pl.DataFrame) -> pl.DataFrame:
    """Shares, the word for the interval, and no figures where nothing is known."""
    shares = {"covered_share": "_both", "activity_share": "_activity", "factor_share": "_factor"}
    made = table.with_columns(
        pl.when(pl.col("_size") > 0).then(pl.col(part) / pl.col("_size")).alias(name) for name, part in shares.items()
    )
    full = pl.col("covered_share") >= 1 - 1e-12
    some = pl.col("_spread") >= LEAST_SHARE * pl.col("_size")
    word = pl.when(full).then(pl.lit(FULL)).when(some & (pl.col("_size") > 0)).then(pl.lit(AT_LEAST))
    made = made.with_columns(interval=word.otherwise(pl.lit(UNKNOWN)))
    figures = {"mean_t": "mean_t", "p2_5_t": "p2.5_t", "p97_5_t": "p97.5_t", "half_width_pct": "half_width_pct",
               "drift_pct": "drift_pct", "variance_share": "variance_share"}  # fmt: skip
    known = pl.col("interval") != UNKNOWN
    return made.with_columns(pl.when(known).then(pl.col(source)).alias(name) for name, source in figures.items())


def _labelled(made: pl.DataFrame, keys: Mapping[str, Any], name: str, draws: int, seed: int) -> pl.DataFrame:
    texts = [pl.lit(value, dtype=pl.String).alias(key) for key, value in {**keys, "pollutant": name}.items()]
    return made.with_columns(*texts, pl.lit(draws).alias("draws"), pl.lit(seed).alias("seed"))


def _ranking(model: Model, keys: Mapping[str, Any], name: str, weights: Mapping[str, float]) -> pl.DataFrame:
    ranked = rank_contributions(model, pollutants=weights).filter(pl.col("total_order_pct") > 0).head(CONTRIBUTIONS)
    texts = [pl.lit(value, dtype=pl.String).alias(key) for key, value in {**keys, "pollutant": name}.items()]
    return ranked.with_columns(*texts, pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("rank"))
