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
