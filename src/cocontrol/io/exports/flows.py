"""The emission of a run as the exchange formats need it: sums by category and substance, or the key that says why none.

Every format that lays a run out by category starts from `flow_table`, so that they all sum the same
cells, and names what it cannot hold with `dropped_flows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import polars as pl

from cocontrol.core.notation import NotationKey
from cocontrol.core.text import Text
from cocontrol.io.results import CO2E_MISSING, CO2E_PREFIX, generation_pairs, substance_columns
from cocontrol.io.runs import Run

NOTATION_FILE = "notation.csv"
"""Companion of formats that cannot hold notation keys, and of sums that lack a cell."""

FLOW_SCHEMA = {
    "adcode": pl.String, "period": pl.String, "category": pl.String, "pollutant": pl.String,
    "before_control": pl.Boolean, "amount": pl.Float64, "missing_cells": pl.Int64,
    "notation": pl.String, "reason_zh": pl.String, "reason_en": pl.String,
}  # fmt: skip
"""Columns of `flow_table`."""

FLOW_KEY = ("adcode", "period", "category", "pollutant", "before_control")

KEY_ORDER = (NotationKey.NE, NotationKey.C, NotationKey.IE, NotationKey.NO, NotationKey.NA)
"""Which key a sum without any figure carries: what is not estimated outweighs what is elsewhere or does not occur."""

WHOLE_YEAR = r"^\d{4}$"
"""Periods of formats that go by calendar year."""

NOT_A_YEAR = Text("该格式按年，时段不是整年", "the format goes by year; the period is not a year")
BEFORE_CONTROL = Text("未扣除治理的产生量，不作为排放量上报", "an amount before removal is not reported as an emission")
NO_SUBSTANCE = Text("该格式没有此物质的列", "the format has no column for the substance")
NO_CATEGORY = Text("该源类别在该格式中没有对应行", "the format has no row for the category")


def data_table(name: str) -> pl.DataFrame:
    """A table beside the writers, all columns as text."""
    content = files("cocontrol.io.exports").joinpath("data", name).read_bytes()
    return pl.read_csv(content, infer_schema=False)


@lru_cache(maxsize=16)
def substance_units(name: str) -> Mapping[str, tuple[str, str, float]]:
    """Name, unit and tonnes per unit of each substance column in one format's table."""
    return {row[0]: (row[1], row[2], float(row[3])) for row in data_table(name).iter_rows()}


def joint_key(keys: Iterable[str | None]) -> str | None:
    """The one key of a sum that has no figure, by `KEY_ORDER`; None where no part has a key."""
    held = set(keys)
    return next((key.value for key in KEY_ORDER if key.value in held), None)


def flow_table(run: Run) -> pl.DataFrame:
    """Emission by area, period, category and substance.

    Returns
    -------
    Table of `FLOW_SCHEMA`: ``amount`` in tonnes, null where no cell has a value (then ``notation`` says why);
    ``missing_cells`` counts the cells that the amount leaves out. ``before_control`` marks amounts before
    removal, which stand in rows of their own. Categories without any cell come from the table `completeness`
    where the run made it.
    """
    cells = _cells(run)
    rank = {key.value: position for position, key in enumerate(KEY_ORDER)}
    worst = pl.col("notation").replace_strict(rank, default=len(rank), return_dtype=pl.Int64).arg_min()
    known = pl.col("amount").is_not_null().any()
    sums = cells.group_by(FLOW_KEY, maintain_order=True).agg(
        pl.when(known).then(pl.col("amount").sum()).alias("amount"),
        pl.col("lacking").sum().cast(pl.Int64).alias("missing_cells"),
        pl.when(~known).then(pl.col("notation").get(worst)).alias("notation"),
        pl.col("reason_zh").get(worst),
        pl.col("reason_en").get(worst),
    )
    return pl.concat([sums.select(*FLOW_SCHEMA), _without_cells(run, sums)]).sort(FLOW_KEY)


def _cells(run: Run) -> pl.DataFrame:
    """One row per emission cell and substance that can arise from it."""
    emission, lineage = run.result("emission"), run.result("coefficient_lineage")
    index = ["coefficient_id", "adcode", "period", "category"]
    partial = pl.col(CO2E_MISSING) if CO2E_MISSING in emission.columns else pl.lit(None, dtype=pl.String)
    long = (
        emission.with_columns(partial.is_not_null().alias("_partial"))
        .select(*index, "_partial", *substance_columns(emission))
        .unpivot(index=[*index, "_partial"], variable_name="pollutant", value_name="amount")
    )
    lines = lineage.select("coefficient_id", "pollutant", "notation", "reason_zh", "reason_en").unique(
        subset=("coefficient_id", "pollutant"), keep="first", maintain_order=True
    )
    before = generation_pairs(lineage).unique().with_columns(pl.lit(value=True).alias("before_control"))
    keys = ["coefficient_id", "pollutant"]
    is_equivalent = pl.col("pollutant").str.starts_with(CO2E_PREFIX)
    elsewhere = pl.col("notation").eq_missing(NotationKey.IE.value)
    return (
        long.join(lines.with_columns(pl.lit(value=True).alias("_line")), on=keys, how="left", maintain_order="left")
        .join(before, on=keys, how="left", maintain_order="left")
        .filter(pl.col("amount").is_not_null() | pl.col("_line"))
        .with_columns(
            pl.col("before_control").fill_null(value=False),
            ((pl.col("amount").is_null() & ~elsewhere) | (is_equivalent & pl.col("_partial"))).alias("lacking"),
        )
    )


def _without_cells(run: Run, sums: pl.DataFrame) -> pl.DataFrame:
    """Notation keys of categories and substances that have no emission cell."""
    if not run.has("completeness"):
        return pl.DataFrame(schema=FLOW_SCHEMA)
    found = run.result("completeness").filter(pl.col("notation").is_not_null())
    absent = found.join(sums, on=("adcode", "period", "category", "pollutant"), how="anti")
    return absent.with_columns(
        pl.lit(value=False).alias("before_control"),
        pl.lit(None, dtype=pl.Float64).alias("amount"),
        pl.lit(0, dtype=pl.Int64).alias("missing_cells"),
    ).select(*FLOW_SCHEMA)


def dropped_flows(flows: pl.DataFrame, reasons: Mapping[str, Text]) -> pl.DataFrame:
    """Dropped rows for the export ledger: what of `flows` has a reason in ``why_dropped`` (a key of `reasons`)."""
    gone = flows.filter(pl.col("why_dropped").is_not_null() & pl.col("amount").is_not_null())
    return (
        gone.group_by("pollutant", "category", "why_dropped", maintain_order=True)
        .agg(pl.col("amount").sum())
        .select(
            "pollutant", "category", "amount",
            pl.col("why_dropped").replace_strict({k: t.zh for k, t in reasons.items()}, return_dtype=pl.String)
            .alias("reason_zh"),
            pl.col("why_dropped").replace_strict({k: t.en for k, t in reasons.items()}, return_dtype=pl.String)
            .alias("reason_en"),
        )
    )  # fmt: skip


def write_notation(flows: pl.DataFrame, folder: Path) -> None:
    """Write `NOTATION_FILE`: every sum without a figure with its key and reason, and every sum that lacks cells."""
    rows = flows.filter(pl.col("notation").is_not_null() | (pl.col("missing_cells") > 0))
    rows.with_columns(pl.col("amount").is_not_null().alias("has_figure")).drop("amount").write_csv(
        folder / NOTATION_FILE
    )
