"""The step that says how sure the figures of a run are; results `uncertainty` and `uncertainty_contribution`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from cocontrol.inventory.uncertainty.declared import declared_uncertainties
from cocontrol.inventory.uncertainty.of_inventory import inventory_uncertainty
from cocontrol.io.results import CO2E_GASES, CO2E_PREFIX, substance_columns
from cocontrol.reference import gwp

DRAWS = 10_000
"""Draws of a run: the bounds of a 95 % interval then move by about one percent of the mean or less."""

SEED = 20060301
"""Seed of every run, so that two runs differ only by what was changed in them."""


def uncertainty_tables(
    emission: pl.DataFrame, lineage: pl.DataFrame, declared: pl.DataFrame | None, gwp_set: str
) -> Mapping[str, pl.DataFrame]:
    """Intervals of every pollutant and of the CO2 equivalent, and what contributes most to their variance.

    Parameters
    ----------
    emission, lineage : tables `emission` and `coefficient_lineage` of the run
    declared : table `uncertainty_default` of the workspace, None where it has none
    gwp_set : the set of the CO2 equivalent

    Raises
    ------
    InvalidInput
        Declared limits that no distribution can have, or the same conditions declared twice.
    """
    pollutants = [name for name in substance_columns(emission) if not name.startswith(CO2E_PREFIX)]
    made = inventory_uncertainty(
        emission,
        lineage,
        pollutants=pollutants,
        combinations={gwp.co2e_column(gwp_set): gwp_weights(pollutants, gwp_set)},
        declared=declared_uncertainties(declared),
        draws=DRAWS,
        seed=SEED,
    )
    return {"uncertainty": made.rows, "uncertainty_contribution": made.contributions}


def gwp_weights(pollutants: list[str], gwp_set: str) -> dict[str, float]:
    """The potentials of the gases that the table holds, t CO2e per t."""
    known = gwp.gwp_set(gwp_set)
    return {gas: known[gas].value for gas in CO2E_GASES if gas in pollutants and gas in known}
