"""Provenance cells: how a figure on a page names itself to `cocontrol.io.explain`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def cell(measure: str, where: Mapping[str, str | None] | None = None) -> str:
    """``CO2@category=1A1ai,fuel=raw_coal``: the measure and the conditions that hold for the figure.

    Conditions without a value are left out; the rest keep their order.

    >>> cell("CO2", {"category": "1A1ai", "fuel": None, "period": "2013"})
    'CO2@category=1A1ai,period=2013'
    """
    conditions = ",".join(f"{name}={value}" for name, value in (where or {}).items() if value not in {None, ""})
    return f"{measure}@{conditions}" if conditions else measure


def indicator_cell(row: Mapping[str, Any]) -> str:
    """The provenance cell of a row of the indicator table."""
    keys = [key for key in ("period", "boundary", "variant") if row.get(key)]
    return f"indicator:{row['indicator_id']}@" + ",".join(f"{key}={row[key]}" for key in keys)
