"""The two totals of an inventory that holds land use, by name, for pages that sum its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from cocontrol.reference.scopes import TOTAL_NAMES, TotalScope, in_land_use, rows_in_scope
from cocontrol_web.analysis.cells import cell


def both_totals(rows: pl.DataFrame, measure: str, where: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Total without and with land use: ``name``, ``value`` (t), ``explain``; empty where no land use has a value.

    Parameters
    ----------
    rows : rows of `emission` that `where` leaves
    where : conditions of the page, for the name of the figure
    """
    if not rows.filter(in_land_use())[measure].count():
        return []
    return [
        {
            "name": TOTAL_NAMES[scope],
            "value": float(counted[measure].sum()) if counted[measure].count() else None,
            "explain": cell(measure, {**where, "scope": scope.value}),
        }
        for scope in TotalScope
        for counted in [rows_in_scope(rows, scope)]
    ]
