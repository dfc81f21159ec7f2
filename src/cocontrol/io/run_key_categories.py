"""Key categories of a run, by level and trend, for CO2e and for each air pollutant; results `key_category`, `key_category_joint`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text
from cocontrol.inventory.choices import POLLUTANT_EQUIVALENT
from cocontrol.inventory.key_categories import Approach, joint_key_categories, key_categories
from cocontrol.inventory.uncertainty.of_inventory import FULL
from cocontrol.io.run_uncertainty import gwp_weights
from cocontrol.reference import gwp

KEY_CATEGORY_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "period": pl.String,
        "base_period": pl.String,
        "approach": pl.Int64,
        "metric": pl.String,
        "category": pl.String,
        "pollutant": pl.String,
        "base_t": pl.Float64,
        "year_t": pl.Float64,
        "uncertainty_pct": pl.Float64,
        "level": pl.Float64,
        "level_share": pl.Float64,
        "level_cumulative": pl.Float64,
        "level_rank": pl.Int64,
        "trend": pl.Float64,
        "trend_share": pl.Float64,
        "trend_cumulative": pl.Float64,
        "trend_rank": pl.Int64,
        "is_key_level": pl.Boolean,
        "is_key_trend": pl.Boolean,
        "reason_zh": pl.String,
        "reason_en": pl.String,
    }
)
"""Columns of the table `key_category`; keyed (`adcode`, `approach`, `metric`, `category`, `pollutant`).

`year_t` and `base_t` are in the metric: t CO2e for a ``CO2e_…`` metric, t of the pollutant or declared equivalents
otherwise. Figures of Approach 2 are null, with the reason, where an uncertainty is not known.
"""

JOINT_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "period": pl.String,
        "category": pl.String,
        "metric_count": pl.Int64,
        "metrics": pl.Int64,
        "is_key_in_all": pl.Boolean,
        "key_for": pl.String,
        "mean_level_share": pl.Float64,
    }
)
"""Columns of the table `key_category_joint`; keyed (`adcode`, `category`)."""


def key_category_tables(
    emission_by_sector: pl.DataFrame,
    uncertainty: pl.DataFrame,
    *,
    gwp_set: str,
    equivalents: pl.DataFrame | None = None,
) -> Mapping[str, pl.DataFrame]:
    """Level (and, from two years on, trend against the first year) of every category and pollutant, in each metric.

    Metrics are CO2e, every air pollutant by itself, and the declared equivalents. A category without a figure for
    the last year takes no part: it is not zero, and `completeness` says why it is missing.

    Parameters
    ----------
    emission_by_sector : table keyed (adcode, period, category), pollutants in t
    uncertainty : table `uncertainty`, for Approach 2
    equivalents : table `pollutant_equivalent` of the workspace, None where it has none
    """
    assessed, joint = [], []
    for (adcode,), part in sorted(emission_by_sector.group_by(["adcode"]), key=lambda one: str(one[0])):
        rows = _input(part, gwp_set, equivalents)
        if rows is None:
            continue
        periods = sorted(part["period"].unique())
        keys = {"adcode": adcode, "period": periods[-1], "base_period": periods[0] if len(periods) > 1 else None}
        rows = _with_uncertainty(rows, uncertainty, keys)
        found = key_categories(rows, approach=1)
        assessed += [_labelled(found, keys, 1), *_second(rows, keys)]
        joint.append(_joint(found, keys))
    return {
        "key_category": _stacked(assessed, KEY_CATEGORY_SCHEMA),
        "key_category_joint": _stacked(joint, JOINT_SCHEMA),
    }


def _stacked(parts: list[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=schema), *(_cast(part, schema) for part in parts)])


def _cast(part: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    return part.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _input(part: pl.DataFrame, gwp_set: str, equivalents: pl.DataFrame | None) -> pl.DataFrame | None:
    """Rows of the input of `key_categories` in every metric; None where nothing has a figure."""
    periods = sorted(part["period"].unique())
    made = list(_metric_rows(part, periods, gwp_set, equivalents))
    rows = pl.DataFrame(made, schema=_INPUT, infer_schema_length=None).drop_nulls("year_t")
    return rows if rows.height else None


_INPUT = {
    "metric": pl.String, "category": pl.String, "gas": pl.String, "base_t": pl.Float64, "year_t": pl.Float64
}  # fmt: skip


def _metric_rows(
    part: pl.DataFrame, periods: list[str], gwp_set: str, equivalents: pl.DataFrame | None
) -> Iterator[dict[str, Any]]:
    metrics = {gwp.co2e_column(gwp_set): gwp_weights(part.columns, gwp_set)}
    metrics |= {name: {name: 1.0} for name in codes("air_pollutant") if name in part.columns}
    if equivalents is not None:
        weights = equivalents.select("pollutant", "weight").iter_rows()
        metrics[POLLUTANT_EQUIVALENT.name] = {name: weight for name, weight in weights if name in part.columns}
    at = {(row["period"], row["category"]): row for row in part.iter_rows(named=True)}
    for metric, weights_of in metrics.items():
        for category in sorted(part["category"].unique()):
            for gas, weight in weights_of.items():
                base, year = (at.get((period, category), {}).get(gas) for period in (periods[0], periods[-1]))
                yield {
                    "metric": metric, "category": category, "gas": gas,
                    "base_t": None if base is None or len(periods) < 2 else base * weight,
                    "year_t": None if year is None else year * weight,
                }  # fmt: skip


def _with_uncertainty(rows: pl.DataFrame, uncertainty: pl.DataFrame, keys: Mapping[str, Any]) -> pl.DataFrame:
    """The half-width of each category and pollutant where all of it is known, as the uncertainty of the factor."""
    known = uncertainty.filter(
        (pl.col("adcode") == keys["adcode"]) & (pl.col("period") == keys["period"])
        & (pl.col("scope") == "category") & (pl.col("interval") == FULL)
    ).select("category", pl.col("pollutant").alias("gas"), pl.col("half_width_pct").alias("ef_uncertainty_pct"))  # fmt: skip
    joined = rows.join(known, on=["category", "gas"], how="left", maintain_order="left")
    return joined.with_columns(pl.lit(0.0).alias("ad_uncertainty_pct"))


def _second(rows: pl.DataFrame, keys: Mapping[str, Any]) -> Iterator[pl.DataFrame]:
    """Approach 2 of each metric; without figures where an uncertainty of the metric is not known."""
    for (metric,), part in sorted(rows.group_by(["metric"], maintain_order=True), key=lambda one: str(one[0])):
        lacking = part.filter(pl.col("ef_uncertainty_pct").is_null())
        if not lacking.height:
            yield _labelled(key_categories(part, approach=2), keys, 2)
            continue
        share = float(lacking["year_t"].abs().sum()) / (float(part["year_t"].abs().sum()) or 1.0)
        reason = _UNKNOWN.format(s=f"{100 * share:.0f}")
        yield _labelled(part, keys, 2).with_columns(
            pl.lit(reason.zh).alias("reason_zh"), pl.lit(reason.en).alias("reason_en"), pl.lit(metric).alias("metric")
        )


_UNKNOWN = Text(
    "{s}% 的排放没有完整的不确定性，方法 2 无法判定",
    "{s} % of the emission has no full uncertainty: Approach 2 is undetermined",
)


def _labelled(found: pl.DataFrame, keys: Mapping[str, Any], approach: Approach) -> pl.DataFrame:
    made = found.rename({"gas": "pollutant", "ef_uncertainty_pct": "uncertainty_pct"}).with_columns(
        *(pl.lit(value, dtype=pl.String).alias(name) for name, value in keys.items()),
        pl.lit(approach).alias("approach"),
    )
    blank = [pl.lit(None, dtype=kind).alias(n) for n, kind in KEY_CATEGORY_SCHEMA.items() if n not in made.columns]
    return made.with_columns(blank)


def _joint(found: pl.DataFrame, keys: Mapping[str, Any]) -> pl.DataFrame:
    made = joint_key_categories(found)
    return made.with_columns(
        pl.lit(keys["adcode"]).alias("adcode"),
        pl.lit(keys["period"]).alias("period"),
        pl.lit(found["metric"].n_unique()).alias("metrics"),
    )
