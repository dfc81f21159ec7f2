"""Fuel combustion by sector and fuel: from an energy balance to emissions of gases and pollutants together."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from cocontrol.inventory.activity import ACTIVITY_SCHEMA, Use, burnt, combustion_activity
from cocontrol.inventory.circumstances import Circumstances, make_circumstances
from cocontrol.inventory.coefficients import COMBUSTION_POLLUTANTS, combustion_coefficients
from cocontrol.inventory.estimation import estimate
from cocontrol.inventory.lineage import LINEAGE_SCHEMA

__all__ = [
    "ACTIVITY_SCHEMA",
    "COMBUSTION_POLLUTANTS",
    "LINEAGE_SCHEMA",
    "Circumstances",
    "Use",
    "burnt",
    "combustion_activity",
    "combustion_coefficients",
    "combustion_emissions",
    "make_circumstances",
]

_COLUMNS = ("source_id", "adcode", "period", "category", "fuel", "amount", "unit", "coefficient_id", "origin")


def combustion_emissions(
    activity: pl.DataFrame, coefficients: pl.DataFrame, *, pollutants: Sequence[str] = COMBUSTION_POLLUTANTS
) -> pl.DataFrame:
    """The emission table: one row for each source that burns fuel, keyed `cell_id`, pollutants in tonnes.

    `estimate` over the burnt rows of `activity`; raises as it does. A null stands where the coefficient or the
    amount is missing; the lineage of the coefficient says why.
    """
    rows = burnt(activity).select(_COLUMNS)
    emission = estimate(rows, coefficients, on=["coefficient_id"], pollutants=pollutants)
    return emission.select(pl.format("{}@{}", "source_id", "period").alias("cell_id"), pl.all())
