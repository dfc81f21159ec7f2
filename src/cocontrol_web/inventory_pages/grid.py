"""The inventory on a grid: cells of one pollutant with a value for every month of the year or hour of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.inventory.grid.grids import cell_areas
from cocontrol.inventory.grid.service import Gridded
from cocontrol.inventory.grid.summary import grid_summary, step_totals
from cocontrol.inventory.grid.temporal import LOCAL_OFFSET_HOURS, TimeAxis, hour_axis, month_axis
from cocontrol.io.gridding import Placement, grid_run
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.analysis.figures import MassUnit, fitting_unit
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import run_of
from cocontrol_web.language import say

CELLS = ("0.25", "0.1", "0.05")
"""Cell sizes in degrees that the page offers."""

STEPS: Mapping[str, Text] = {
    "month": Text("逐月（全年）", "months of the year"),
    "hour": Text("逐时（7 月的一个周三）", "hours of a Wednesday in July"),
}
SIGNIFICANT = 4
"""Digits of the cell values sent to the map; the file export has them all."""

CACHED_GRIDS = 24

__all__ = [
    "CELLS", "STEPS", "axis_of", "cells_of", "gridded_of", "losses", "map_settings", "step_names", "step_totals",
    "totals_chart", "unit_of",
]  # fmt: skip


@lru_cache(maxsize=CACHED_GRIDS)
def _gridded(path: str, digest: str, cell: str, year: int, pollutant: str) -> Gridded:
    placement = Placement(cell=float(cell))
    return grid_run(run_of(RunRecord(path=path, digest=digest)), placement, year=year, pollutants=[pollutant])


def gridded_of(record: RunRecord, cell: str, year: int, pollutant: str) -> Gridded:
    """One pollutant of a run on a grid; raises as `cocontrol.io.gridding.grid_run` does."""
    return _gridded(record.path, record.digest, cell, year, pollutant)


def axis_of(steps: str, year: int) -> TimeAxis:
    """The months of the year, or the hours of the second Wednesday of July, an ordinary working day."""
    if steps == "month":
        return month_axis(year)
    july = date(year, 7, 8)
    return hour_axis(july + timedelta(days=(2 - july.weekday()) % 7))


def step_names(axis: TimeAxis) -> list[str]:
    """What each step is called: the month, or the hour in Chinese civil time."""
    if axis.frequency == "month":
        return [f"{start:%Y-%m}" for start in axis.starts]
    shift = timedelta(hours=LOCAL_OFFSET_HOURS - axis.utc_offset_hours)
    return [f"{start + shift:%m-%d %H}:00" for start in axis.starts]


def cells_of(gridded: Gridded, pollutant: str, axis: TimeAxis) -> dict[str, Any]:
    """The cells as GeoJSON for the map: `t` over all steps, and ``s0``, ``s1`` … in tonnes per km² of each step."""
    made = grid_summary(gridded, pollutant, axis, digits=4)
    areas = cell_areas(gridded.grid) * 1e-6
    for feature in made["features"]:
        values = feature.pop("properties")
        area = float(areas[values["cell"]])
        feature["properties"] = {
            "cell": values["cell"],
            "t": _short(values["t"]),
            **{f"s{step}": _short(tonnes / area) for step, tonnes in enumerate(values["steps"])},
        }
    return {**made, "steps": step_names(axis), "unit": "t/km²"}


def _short(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT}g}")


def totals_chart(totals: list[float], axis: TimeAxis, unit: MassUnit, title: str) -> Chart:
    """Mass of every step as upright bars."""
    return {
        "type": "bar", "orientation": "vertical", "stacked": False, "title": title, "unit": say(unit.label),
        "categories": step_names(axis),
        "series": [{"key": "total", "name": title, "values": [value / unit.tonnes for value in totals]}],
    }  # fmt: skip


def map_settings(cells: str, boundaries: str, steps: list[str], attribution: str) -> dict[str, Any]:
    """What the map module is told: where cells and boundaries are, and what the steps are called."""
    return {"cells": cells, "boundaries": boundaries, "steps": steps, "unit": "t/km²", "attribution": attribution}


def losses(gridded: Gridded) -> list[dict[str, Any]]:
    """What did not reach a cell, or reached it by a fallback, with its mass and the reason."""
    found = gridded.ledger.filter(pl.col("reason_zh").is_not_null()).group_by("reason_zh", "reason_en").agg(
        pl.col("dropped", "incoming").sum(), pl.col("sector").unique().sort()
    ).sort("incoming", descending=True)  # fmt: skip
    return found.to_dicts()


def unit_of(totals: list[float]) -> MassUnit:
    """The unit that fits the largest step."""
    return fitting_unit(max(totals, default=None))
