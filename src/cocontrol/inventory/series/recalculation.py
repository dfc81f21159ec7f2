"""The recalculation journal: two versions of an inventory, and what made each difference."""

from __future__ import annotations

import json
from collections.abc import Collection
from enum import StrEnum

import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text

CAUSES: dict[str, Text] = {
    "data": Text("数据", "data"),
    "factor": Text("因子", "factor"),
    "method": Text("方法", "method"),
    "boundary": Text("边界", "boundary"),
    "correction": Text("更正", "correction"),
}
"""What can make a figure differ."""


class Split(StrEnum):
    """How the joint effect of a changed amount and a changed coefficient is shared.

    Symmetric: half each (Shapley; no order). Sequential: the amount first at the old coefficient, then the
    coefficient at the new amount.
    """

    SYMMETRIC = "symmetric"
    SEQUENTIAL = "sequential"


JOURNAL_SCHEMA = pl.Schema(
    {
        "cell_id": pl.String,
        "period": pl.String,
        "category": pl.String,
        "fuel": pl.String,
        "pollutant": pl.String,
        "before_t": pl.Float64,
        "after_t": pl.Float64,
        "difference_t": pl.Float64,
        **{f"{cause}_t": pl.Float64 for cause in CAUSES},
        "cause": pl.String,
    }
)
"""Columns of the journal by cell; keyed (`cell_id`, `pollutant`). The five causes sum to the difference."""


def recalculation_journal(
    before: pl.DataFrame,
    after: pl.DataFrame,
    *,
    lineage_before: pl.DataFrame,
    lineage_after: pl.DataFrame,
    corrections: Collection[str] = (),
    split: Split = Split.SYMMETRIC,
) -> pl.DataFrame:
    """Every cell × pollutant whose emission differs, its difference split into causes without remainder.

    With emission E = A·f in both versions: amount effect by `split`, coefficient effect = difference − amount
    effect. The amount effect is *correction* where the source is named in `corrections` (an error put right),
    else *data*. The coefficient effect is *method* where the formula of the coefficient changed, else
    *factor*. A cell that one version lacks, or estimates and the other does not, is *boundary*. An emission
    that is not amount × coefficient (a model with memory) goes whole to *method* where its formula changed,
    else to *factor* where the factors did, else to *data*.

    Parameters
    ----------
    before, after : tables ``emission`` (pollutants in t).
    lineage_before, lineage_after : tables ``coefficient_lineage``.
    corrections : `source_id` or `cell_id` of records that were wrong before.

    Returns
    -------
    Table with the columns of `JOURNAL_SCHEMA`, largest difference first.
    """
    both = _long(before, lineage_before).join(
        _long(after, lineage_after), on=["cell_id", "pollutant"], how="full", coalesce=True, suffix="_after"
    )
    changed = both.filter(pl.col("emission").ne_missing(pl.col("emission_after")))
    named = pl.Series(sorted(corrections), dtype=pl.String)
    corrected = pl.col("cell_id").is_in(named.implode()) | pl.coalesce("source_id", "source_id_after").is_in(
        named.implode()
    )
    return (
        changed.with_columns(_difference(), corrected=corrected)
        .with_columns(_effects(split))
        .with_columns(_causes())
        .with_columns(period=_kept("period"), category=_kept("category"), fuel=_kept("fuel"), cause=_main_cause())
        .rename({"emission": "before_t", "emission_after": "after_t"})
        .select(JOURNAL_SCHEMA.names())
        .sort(pl.col("difference_t").abs(), "cell_id", "pollutant", descending=[True, False, False])
    )


def journal_by(journal: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """The journal summed by `keys` (``category``, ``pollutant`` by default); the causes still sum to the difference."""
    by = keys or ("category", "pollutant")
    sums = [pl.col(name).fill_null(0.0).sum() for name in ("before_t", "after_t", "difference_t", *_CAUSE_COLUMNS)]
    return journal.group_by(by, maintain_order=True).agg(*sums, cells=pl.len()).sort(by)


_CAUSE_COLUMNS = tuple(f"{cause}_t" for cause in CAUSES)


def _kept(name: str) -> pl.Expr:
    return pl.coalesce(name, f"{name}_after")


def _long(emission: pl.DataFrame, lineage: pl.DataFrame) -> pl.DataFrame:
    """One row for each cell and pollutant: amount, emission, coefficient, formula and factor values."""
    present = [code for code in codes() if code in emission.columns]
    keys = ["cell_id", "source_id", "period", "category", "fuel", "amount", "coefficient_id"]
    long = emission.select(*keys, *present).unpivot(
        present, index=keys, variable_name="pollutant", value_name="emission"
    )
    known = lineage.select(
        "coefficient_id",
        "pollutant",
        coefficient="value",
        formula="formula",
        factors=pl.col("inputs").map_elements(_factor_values, return_dtype=pl.String),
    ).unique(["coefficient_id", "pollutant"], keep="first", maintain_order=True)
    return long.join(known, on=["coefficient_id", "pollutant"], how="left")


def _factor_values(inputs: str) -> str:
    """The factors of a lineage and their values, as one comparable text."""
    listed = json.loads(inputs)
    return json.dumps([[one.get("factor_id"), one.get("value")] for one in listed], sort_keys=True)


def _difference() -> pl.Expr:
    values = [pl.col(name).fill_null(0.0) for name in ("emission", "emission_after")]
    return (values[1] - values[0]).alias("difference_t")


def _effects(split: Split) -> list[pl.Expr]:
    """Whether a cell splits, and the effect of its amount."""
    there = pl.col("emission").is_not_null() & pl.col("emission_after").is_not_null()
    linear = there & _is_product("") & _is_product("_after")
    at = (
        (pl.col("coefficient") + pl.col("coefficient_after")) / 2 if split is Split.SYMMETRIC else pl.col("coefficient")
    )
    effect = (pl.col("amount_after") - pl.col("amount")) * at
    return [there.alias("there"), linear.fill_null(value=False).alias("linear"), effect.alias("amount_effect")]


_RELATIVE = 1e-9


def _is_product(suffix: str) -> pl.Expr:
    """Whether the emission is amount × coefficient."""
    product = pl.col(f"amount{suffix}") * pl.col(f"coefficient{suffix}")
    return (product - pl.col(f"emission{suffix}")).abs() <= _RELATIVE * pl.col(f"emission{suffix}").abs()


def _causes() -> list[pl.Expr]:
    """The five effects; for every row they sum to the difference."""
    difference, linear, there = pl.col("difference_t"), pl.col("linear"), pl.col("there")
    by_method = pl.col("formula").ne_missing(pl.col("formula_after"))
    by_factor = ~by_method & pl.col("factors").ne_missing(pl.col("factors_after"))
    amount = pl.when(linear).then("amount_effect").when(there & ~by_method & ~by_factor).then(difference).otherwise(0.0)
    rest = pl.when(there).then(difference - amount).otherwise(0.0)
    corrected = pl.col("corrected")
    return [
        pl.when(corrected).then(0.0).otherwise(amount).alias("data_t"),
        pl.when(by_method).then(0.0).otherwise(rest).alias("factor_t"),
        pl.when(by_method).then(rest).otherwise(0.0).alias("method_t"),
        pl.when(there | corrected).then(0.0).otherwise(difference).alias("boundary_t"),
        pl.when(corrected).then(pl.when(there).then(amount).otherwise(difference)).otherwise(0.0).alias("correction_t"),
    ]


def _main_cause() -> pl.Expr:
    """The cause with the largest part of the difference."""
    largest = pl.concat_list([pl.col(name).abs() for name in _CAUSE_COLUMNS]).list.arg_max()
    return pl.lit(pl.Series(list(CAUSES))).implode().list.get(largest)
