"""A finished run made by hand for the exchange formats: two years, every kind of row that a format must place or name. Synthetic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.io.runs import Run

EQUIVALENT = "CO2e_AR5GWP100"
POLLUTANTS = ("CO2", "CH4", "N2O", "HFC23", "SO2", "NOx", "PM10", EQUIVALENT)

CELLS: tuple[tuple[str, str, str, float | None, str, dict[str, float | None]], ...] = (
    ("2013", "1A1ai", "raw_coal", 1000.0, "TJ", {"CO2": 94600.0, "CH4": 1.0, "N2O": 1.5, "SO2": 800.0, "NOx": 300.0, EQUIVALENT: 95025.5}),
    ("2014", "1A1ai", "raw_coal", 1100.0, "TJ", {"CO2": 104060.0, "CH4": 1.1, "N2O": 1.65, "SO2": 880.0, "NOx": 330.0, EQUIVALENT: 104528.05}),
    ("2014", "1A3-P", "diesel", 50.0, "TJ", {"CO2": 3630.0, "NOx": 40.0, EQUIVALENT: 3630.0}),
    ("2014", "1A4a-O", "natural_gas", 10.0, "TJ", {"CO2": 561.0, EQUIVALENT: 561.0}),
    ("2014", "2B9", "", 3.0, "t", {"HFC23": 0.1234567891, EQUIVALENT: 1530.864}),
    ("2014", "2C1", "", 7.0, "t", {"PM10": 12.0}),
    ("2014", "3A2", "", 40.0, "head", {"CH4": 200.0, EQUIVALENT: 5600.0}),
    ("2014", "4A", "", 9.0, "t", {"CH4": 1e-9, EQUIVALENT: 2.8e-8}),
    ("2014", "DUST-R", "", 5.0, "km", {"PM10": 70.0}),
    ("2014", "1A2m", "raw_coal", None, "TJ", {"CO2": None}),
)  # fmt: skip
"""Period, category, fuel, amount, unit, tonnes by substance (None: a coefficient without a value)."""

BEFORE_CONTROL = {("1A1ai", "NOx")}
"""Pairs of category and substance whose amounts are before removal."""


def made_run(folder: Path) -> Run:
    """The run, its tables written as Parquet files below `folder`."""
    (folder / "results").mkdir(parents=True)
    emission, lineage, coefficient = [], [], []
    for number, (period, category, fuel, amount, unit, values) in enumerate(CELLS):
        identifier = f"k{number}"
        origin = f"made.csv!B{number + 2}"
        place = {"cell_id": f"c{number}", "source_id": f"s{number}", "adcode": "410000", "period": period}
        cell = {
            "category": category,
            "fuel": fuel,
            "amount": amount,
            "unit": unit,
            "coefficient_id": identifier,
            "origin": origin,
        }
        emission.append({**place, **cell, **{name: values.get(name) for name in POLLUTANTS}})
        coefficient.append({"coefficient_id": identifier, "category": category, "fuel": fuel, "unit": unit})
        lineage += [
            _line(identifier, category, name, value, amount) for name, value in values.items() if name != EQUIVALENT
        ]
    tables = {
        "emission": emission,
        "coefficient_lineage": lineage,
        "coefficient": coefficient,
        "completeness": [_gap()],
    }
    results = []
    for name, rows in tables.items():
        frame = pl.DataFrame(rows, infer_schema_length=None)
        nulls = [column for column, kind in frame.schema.items() if kind == pl.Null]
        text = {column: pl.Float64 if column in POLLUTANTS else pl.String for column in nulls}
        frame.cast(text).write_parquet(folder / "results" / f"{name}.parquet")
        results.append({"name": name, "path": f"results/{name}.parquet", "sha256": "", "rows": frame.height})
    return Run(folder, _manifest(results))


def _line(identifier: str, category: str, name: str, value: float | None, amount: float | None) -> dict[str, Any]:
    known = value is not None and amount is not None
    stage = "generation" if (category, name) in BEFORE_CONTROL else "emission"
    return {
        "coefficient_id": identifier, "pollutant": name, "value": value / amount if value is not None and amount else None,
        "unit": "t/unit", "stage": stage if known else None, "formula": "a × b", "inputs": "[]",
        "status": "verified" if known else None, "notation": None if known else "NE",
        "reason_zh": None if known else "没有系数", "reason_en": None if known else "no coefficient",
    }  # fmt: skip


def _gap() -> dict[str, Any]:
    return {
        "adcode": "410000", "period": "2014", "category": "4D1", "pollutant": "N2O", "pollutant_group": "greenhouse_gas",
        "state": "declared", "value_t": None, "cells": 0, "missing_cells": 0, "notation": "NO", "reason_zh": "未发生",
        "reason_en": "does not occur",
    }  # fmt: skip


def _manifest(results: list[dict[str, Any]]) -> dict[str, Any]:
    workspace = {"name": "made", "title_zh": "虚构省", "title_en": "Made Province", "region": "410000"}
    return {
        "run_id": "20260101T000000Z-00000000", "created_at": "2026-01-01T00:00:00Z", "code_version": "0", "parameter_version": "0" * 64,
        "workspace": workspace, "years": [2013, 2014], "document_profile": "IPCC_2006", "gwp_set": "AR5GWP100", "inputs": [],
        "results": results, "conservation_ok": True, "counts": {}, "recalled": {"CO2": 0.5}, "synthetic": ["made.csv"],
    }  # fmt: skip


def sums(run: Run, dropped: pl.DataFrame) -> dict[str, float]:
    """Tonnes per substance that a format must hold: the run less what it declares as dropped."""
    gone = dict(dropped.group_by("pollutant").agg(pl.col("amount").sum()).iter_rows()) if dropped.height else {}
    emission = run.result("emission")
    return {name: float(emission[name].sum()) - gone.get(name, 0.0) for name in POLLUTANTS}
