"""Reads the golden cases of this folder."""

from __future__ import annotations

from pathlib import Path

import polars as pl

FOLDER = Path(__file__).parent / "golden"


def golden(name: str) -> pl.DataFrame:
    """One golden table as its file has it."""
    return pl.read_csv(FOLDER / f"{name}.csv", infer_schema_length=None)


def finland() -> pl.DataFrame:
    """Table 3.4 with the headings of `uncertainty_input`; the figures are Gg CO2e."""
    return golden("ipcc_2006_v1ch3_table3_4_finland").rename(
        {"printed_label_fragment": "category", "base_year_GgCO2e": "base_t", "year_t_GgCO2e": "year_t"}
    )


def mobile_flows() -> pl.DataFrame:
    """The flows of the 2019 worksheet of mobile air conditioning, by the names of the bank model."""
    names = {
        "produced": "A_produced",
        "imported_bulk": "B_imported_bulk",
        "exported_bulk": "C_exported_bulk",
        "imported_in_equipment": "D_imported_in_equipment",
        "exported_in_equipment": "E_exported_in_equipment",
        "recycled": "N_recycled",
        "destroyed": "O_destroyed",
        "exported_used": "P_exported_used",
    }
    table = golden("ipcc_2019_2F1_tier2_mac_hfc134a")
    return table.select("year", *(pl.col(given).fill_null(0).alias(name) for name, given in names.items()))
