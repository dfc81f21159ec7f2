"""Grids and time axes as plain values, for files whose format has no place for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cocontrol.inventory.grid.grids import Grid, Lambert, LonLat
from cocontrol.inventory.grid.temporal import TimeAxis


def grid_as_dict(grid: Grid) -> dict[str, Any]:
    """Every parameter of a grid; `grid_from_dict` gives it back to the last bit."""
    made: dict[str, Any] = {
        "projection": "lonlat" if isinstance(grid.projection, LonLat) else "lambert",
        "west": grid.west, "south": grid.south, "dx": grid.dx, "dy": grid.dy,
        "columns": grid.columns, "rows": grid.rows,
    }  # fmt: skip
    if isinstance(grid.projection, Lambert):
        made |= {name: getattr(grid.projection, name) for name in _LAMBERT}
    return made


_LAMBERT = ("standard_parallel_1", "standard_parallel_2", "origin_latitude", "central_meridian", "radius")


def grid_from_dict(given: Mapping[str, Any]) -> Grid:
    """The grid that `grid_as_dict` described."""
    projection = LonLat() if given["projection"] == "lonlat" else Lambert(*(float(given[name]) for name in _LAMBERT))
    west, south, dx, dy = (float(given[name]) for name in ("west", "south", "dx", "dy"))
    return Grid(projection, west, south, dx, dy, int(given["columns"]), int(given["rows"]))


def axis_as_dict(axis: TimeAxis) -> dict[str, Any]:
    """Frequency, edges (ISO) and what was added to UTC."""
    return {
        "frequency": axis.frequency,
        "edges": [edge.isoformat() for edge in axis.edges],
        "utc_offset_hours": axis.utc_offset_hours,
    }


def axis_from_dict(given: Mapping[str, Any]) -> TimeAxis:
    """The axis that `axis_as_dict` described."""
    edges = tuple(datetime.fromisoformat(edge) for edge in given["edges"])
    return TimeAxis(given["frequency"], edges, int(given["utc_offset_hours"]))
