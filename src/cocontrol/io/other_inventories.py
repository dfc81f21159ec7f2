"""Other inventories from files: their headings found, their cells as text, our run held beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.raw import HEADER_SEARCH_ROWS, RawTable
from cocontrol.inventory.comparison import compare_by_fuel
from cocontrol.inventory.reconciliation.compare import TOLERANCE, compare_cells, sector_changes
from cocontrol.inventory.reconciliation.fuels import ENTERPRISE_FUEL, fuel_findings, reconcile_fuels
from cocontrol.inventory.reconciliation.layouts import ALL, LAYOUTS, Layout, get_layout, read_other
from cocontrol.io.inputs import code_lists
from cocontrol.io.readers import read_raw, read_table
from cocontrol.io.runs import Run

LEDGER = "ledger"
"""The layout of enterprise fuel ledgers, which are held against the energy balance fuel by fuel."""

LAYOUT_NAMES = (*LAYOUTS, LEDGER)

EDGAR_SHEET = "IPCC 2006"


def read_inventory(path: Path, layout: Layout) -> pl.DataFrame:
    """Another inventory from CSV (also .gz), XLSX or Parquet, in our terms (`layouts.OTHER_SCHEMA`).

    Lines above the headings are passed over. Raises `InvalidInput` as `read_other` and the reader do.
    """
    sheet = EDGAR_SHEET if layout.layout_id == "edgar" and path.suffix.lower() in {".xlsx", ".xlsm"} else None
    return read_other(under_headings(read_raw(path, sheet), layout.columns), layout)


def under_headings(raw: RawTable, wanted: Sequence[str]) -> pl.DataFrame:
    """The cells of a file below the row that holds all `wanted` headings; below its first row where none does."""
    if set(wanted) <= set(raw.headings):
        return _renamed(raw.cells, raw.headings)
    for position, row in enumerate(raw.cells.head(HEADER_SEARCH_ROWS).iter_rows()):
        if set(wanted) <= set(row):
            return _renamed(raw.cells.slice(position + 1), row)
    return _renamed(raw.cells, raw.headings)


def _renamed(cells: pl.DataFrame, headings: Sequence[Any]) -> pl.DataFrame:
    """Columns that have a heading, under it; of two alike the first."""
    names: dict[str, str] = {}
    for letter, heading in zip(cells.columns, headings, strict=True):
        if heading is not None and str(heading).strip() not in names.values():
            names[letter] = str(heading).strip()
    return cells.select(pl.col(letter).cast(pl.String).alias(name) for letter, name in names.items())


def reconcile(
    run: Run, path: Path, layout_id: str, *, tolerance: float = TOLERANCE, years: tuple[int, int] | None = None
) -> dict[str, Any]:
    """A run beside another inventory, as plain values ready for JSON.

    ``cells`` (`compare_cells`), ``changes`` (`sector_changes` of the other one between two `years`, for the
    regions of the run), ``fuels`` (`compare_by_fuel`, CO2, where theirs is split by fuel), ``notes`` about the layout, ``from_documentation`` whether the layout was built
    without a copy of its files; for the layout ``ledger`` ``fuels`` and ``findings`` instead.

    Raises
    ------
    NotFound
        No such layout, or the run holds no such table.
    InvalidInput
        The file does not fit its layout.
    """
    if layout_id == LEDGER:
        return {"run_id": run.run_id, "layout": LEDGER, **_ledger(run, path)}
    layout = get_layout(layout_id)
    theirs = read_inventory(path, layout)
    emission = run.result("emission")
    cells = compare_cells(emission, theirs, layout, tolerance=tolerance)
    here = theirs.filter(pl.col("adcode").is_in(emission["adcode"].unique().implode()))
    changes = sector_changes(here, first=years[0], last=years[1]) if years else None
    return {
        "run_id": run.run_id,
        "layout": layout.layout_id,
        "label": asdict(layout.label),
        "from_documentation": layout.from_documentation,
        "notes": [{**asdict(note.text), "pollutant": note.pollutant} for note in layout.notes],
        "tolerance": tolerance,
        "their_years": sorted(set(here["year"])),
        "cells": cells.to_dicts(),
        "fuels": _by_fuel(emission, theirs),
        "changes": [] if changes is None else changes.to_dicts(),
    }


def _by_fuel(emission: pl.DataFrame, theirs: pl.DataFrame) -> list[dict[str, Any]]:
    """CO2 by fuel, where the other inventory splits it; its amounts are not known, so nothing is put down to factors."""
    split = theirs.filter((pl.col("fuel") != ALL) & ~pl.col("is_total") & (pl.col("pollutant") == "CO2"))
    rows: list[dict[str, Any]] = []
    for adcode, period in emission.select("adcode", "period").unique(maintain_order=True).iter_rows():
        other = split.filter((pl.col("adcode") == adcode) & (pl.col("year").cast(pl.String) == period))
        if other.is_empty():
            continue
        ours = emission.filter(adcode=adcode, period=period).drop_nulls("CO2").group_by("fuel", maintain_order=True)
        compared = compare_by_fuel(
            ours.agg(pl.col("amount").sum(), emission_t=pl.col("CO2").sum()),
            other.group_by("fuel", maintain_order=True).agg(
                emission_t=pl.col("value_t").sum(), amount=pl.lit(None, pl.Float64)
            ),
        )
        rows += [{"adcode": adcode, "year": int(period), **row} for row in compared.to_dicts()]
    return rows


def _ledger(run: Run, path: Path) -> dict[str, Any]:
    validated = read_table(path, ENTERPRISE_FUEL, code_lists=code_lists())
    validated.raise_if_any()
    table = reconcile_fuels(run.result("energy_balance"), validated.frame, run.result("activity"))
    return {"fuels": table.to_dicts(), "findings": fuel_findings(table).to_dicts()}
