"""Emission tables of a run, made ready for pages: pollutants present, CO2e added, gaps with their reasons."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.io.results import can_arise
from cocontrol.io.steps import add_co2_equivalent
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import optional_table, table_of

DIMENSIONS = ("category", "fuel", "period", "adcode")
"""Columns of the emission table by which figures may be grouped."""

GAP_SCHEMA = {
    "coefficient_id": pl.String, "category": pl.String, "fuel": pl.String, "period": pl.String,
    "adcode": pl.String, "pollutant": pl.String, "notation": pl.String, "reason_zh": pl.String,
    "reason_en": pl.String, "amount": pl.Float64, "unit": pl.String,
}  # fmt: skip


def pollutants_in(frame: pl.DataFrame) -> tuple[str, ...]:
    """Codes of the pollutants that the table has a column for, in printed order."""
    return tuple(code for code in codes() if code in frame.columns)


def co2e_column(gwp_set: str) -> str:
    """The column of CO2e under a named GWP set."""
    return f"CO2e_{gwp_set}"


@lru_cache(maxsize=32)
def _with_co2e(path: str, digest: str, gwp_set: str) -> pl.DataFrame:
    emission = table_of(RunRecord(path=path, digest=digest), "emission")
    return emission if co2e_column(gwp_set) in emission.columns else under_gwp_set(emission, gwp_set)


def under_gwp_set(emission: pl.DataFrame, gwp_set: str) -> pl.DataFrame:
    """The emission table with its CO2e made anew under another GWP set; two sets never stand in one table."""
    return add_co2_equivalent(emission.drop(n for n in emission.columns if n.startswith("CO2e_")), gwp_set)


def emission_of(record: RunRecord, gwp_set: str) -> pl.DataFrame:
    """The emission table with ``CO2e_<gwp_set>``; tonnes throughout."""
    return _with_co2e(record.path, record.digest, gwp_set)


@lru_cache(maxsize=32)
def _gaps(path: str, digest: str) -> pl.DataFrame:
    record = RunRecord(path=path, digest=digest)
    emission = table_of(record, "emission")
    lineage = optional_table(record, "coefficient_lineage")
    if lineage is None:
        return pl.DataFrame(schema=GAP_SCHEMA)
    return find_gaps(emission, lineage)


def gaps_of(record: RunRecord) -> pl.DataFrame:
    """Every emission row and pollutant without a value, with notation key and reason (`GAP_SCHEMA`)."""
    return _gaps(record.path, record.digest)


def find_gaps(emission: pl.DataFrame, lineage: pl.DataFrame) -> pl.DataFrame:
    """Rows of `emission` where a pollutant is null, one per pollutant, joined with why.

    Parameters
    ----------
    emission : table ``emission``
    lineage : table ``coefficient_lineage``, keyed (coefficient_id, pollutant)

    Returns
    -------
    Table of `GAP_SCHEMA`; `notation` is null where the lineage gives none.
    """
    keys = ["coefficient_id", "category", "fuel", "period", "adcode", "amount", "unit"]
    gaps = (
        emission.select(*keys, *pollutants_in(emission))
        .unpivot(index=keys, variable_name="pollutant", value_name="value")
        .filter(pl.col("value").is_null())
        .pipe(can_arise, lineage)
        .join(
            lineage.select("coefficient_id", "pollutant", "notation", "reason_zh", "reason_en"),
            on=["coefficient_id", "pollutant"],
            how="left",
        )
    )
    return gaps.select(pl.col(name).cast(kind) for name, kind in GAP_SCHEMA.items())
