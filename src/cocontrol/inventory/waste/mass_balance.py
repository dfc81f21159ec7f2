"""Methane of landfills by mass balance, the method of the provincial guide of 2011 (省级温室气体清单编制指南（试行）)."""

from __future__ import annotations

import polars as pl

from cocontrol.inventory.waste.landfill import METHANE_PER_CARBON

MASS_BALANCE_COLUMNS = (
    "waste_t", "landfilled_share", "mcf", "doc", "docf", "methane_fraction", "recovered_t", "oxidation",
)  # fmt: skip


def mass_balance_methane(sites: pl.DataFrame) -> pl.DataFrame:
    """Methane of the waste deposited in the year, all of it counted in that year.

        L0  = MCF · DOC · DOCf · F · 16/12
        CH4 = (MSW_T · MSW_F · L0 − R) · (1 − OX)

    Provincial guide 2011, waste chapter; the default method (Tier 1) of the Revised 1996 IPCC Guidelines. It overstates a
    growing and understates a shrinking landfill against first-order decay, which the IPCC prefers.

    Parameters
    ----------
    sites : table with waste_t, landfilled_share, mcf, doc, docf, methane_fraction, recovered_t, oxidation

    Returns
    -------
    The rows with methane_potential (L0, t CH4 per t of waste), generated_t and emitted_t. Null where an input is
    missing: neither recovery nor oxidation is taken as 0 unless it says 0.
    """
    potential = pl.col("mcf") * pl.col("doc") * pl.col("docf") * pl.col("methane_fraction") * METHANE_PER_CARBON
    made = sites.with_columns(methane_potential=potential)
    made = made.with_columns(generated_t=pl.col("waste_t") * pl.col("landfilled_share") * pl.col("methane_potential"))
    return made.with_columns(emitted_t=(pl.col("generated_t") - pl.col("recovered_t")) * (1.0 - pl.col("oxidation")))
