"""Two inventories of the same thing: the difference by fuel, split into activity and factor."""

from __future__ import annotations

import polars as pl

COMPARISON_SCHEMA = pl.Schema(
    {
        "fuel": pl.String,
        "ours_t": pl.Float64,
        "theirs_t": pl.Float64,
        "difference_t": pl.Float64,
        "activity_effect_t": pl.Float64,
        "factor_effect_t": pl.Float64,
        "unsplit_t": pl.Float64,
        "ours_only_t": pl.Float64,
        "theirs_only_t": pl.Float64,
    }
)
"""Columns of a comparison; keyed `fuel`. The five effects sum to the difference."""


def compare_by_fuel(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Ours less theirs by fuel, without a residual.

    With amount A and emission E = A·f of each side: activity effect = (A₁ − A₂)(f₁ + f₂)/2, factor effect
    = (f₁ − f₂)(A₁ + A₂)/2 (the joint effect shared equally, Sun 1998). Where their amount is not known the
    difference is left unsplit rather than put down to the factor; a fuel that only one side has is an
    effect of its own (boundary).

    Parameters
    ----------
    ours, theirs : tables keyed `fuel` with `emission_t` and `amount` (same unit; null in `theirs` = not known)

    Returns
    -------
    Table with the columns of `COMPARISON_SCHEMA`, in t.
    """
    both = ours.select("fuel", a1="amount", e1="emission_t").join(
        theirs.select("fuel", a2="amount", e2="emission_t"),
        on="fuel",
        how="full",
        coalesce=True,
        maintain_order="left_right",
    )
    shared = pl.col("e1").is_not_null() & pl.col("e2").is_not_null()
    known = shared & pl.col("a2").is_not_null()
    factor1, factor2 = pl.col("e1") / pl.col("a1"), pl.col("e2") / pl.col("a2")
    effects = {
        "activity_effect_t": (known, (pl.col("a1") - pl.col("a2")) * (factor1 + factor2) / 2),
        "factor_effect_t": (known, (factor1 - factor2) * (pl.col("a1") + pl.col("a2")) / 2),
        "unsplit_t": (shared & ~known, pl.col("e1") - pl.col("e2")),
        "ours_only_t": (pl.col("e2").is_null(), pl.col("e1")),
        "theirs_only_t": (pl.col("e1").is_null(), -pl.col("e2")),
    }
    return both.select(
        "fuel",
        pl.col("e1").alias("ours_t"),
        pl.col("e2").alias("theirs_t"),
        (pl.col("e1").fill_null(0.0) - pl.col("e2").fill_null(0.0)).alias("difference_t"),
        *(pl.when(applies).then(effect).otherwise(0.0).alias(name) for name, (applies, effect) in effects.items()),
    ).match_to_schema(COMPARISON_SCHEMA)
