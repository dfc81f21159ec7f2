"""Gridded masses for a map page: cells with values over months or hours, as plain GeoJSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.inventory.grid.grids import Grid, cell_areas
from cocontrol.inventory.grid.service import Gridded
from cocontrol.inventory.grid.temporal import TimeAxis, profile_of, time_shares


def cell_rings(grid: Grid) -> Floats:
    """Corners of every cell (cell × 5 × 2, longitude and latitude), counter-clockwise and closed."""
    x, y = np.meshgrid(grid.x_edges(), grid.y_edges())
    longitude, latitude = grid.to_lonlat(x, y)
    corners = np.stack([longitude, latitude], axis=-1)
    south, north = corners[:-1], corners[1:]
    ring = [south[:, :-1], south[:, 1:], north[:, 1:], north[:, :-1], south[:, :-1]]
    return np.asarray(np.stack(ring, axis=2).reshape(grid.size, 5, 2), dtype=np.float64)


def step_totals(result: Gridded, pollutant: str, axis: TimeAxis) -> Floats:
    """Tonnes of one pollutant in every step and cell (step × cell)."""
    shares = np.array([time_shares(profile_of(name, result.province), axis) for name in result.classes])
    made = shares.T @ result.mass[:, result.pollutants.index(pollutant)]
    return np.asarray(made, dtype=np.float64)


def grid_summary(result: Gridded, pollutant: str, axis: TimeAxis, *, digits: int = 6) -> dict[str, Any]:
    """A GeoJSON feature collection of the cells that hold anything, for a map with a time slider.

    Each feature has `cell`, `t` (tonnes in the whole axis), `t_per_km2` and `steps` (tonnes in each step). Beside the
    features: `pollutant`, `unit`, `frequency`, `step_starts` (ISO), `step_totals` and `utc_offset_hours`.
    """
    steps = step_totals(result, pollutant, axis)
    whole = steps.sum(axis=0)
    held = np.flatnonzero(whole)
    rings = np.round(cell_rings(result.grid)[held], digits).tolist()
    density = whole[held] / (cell_areas(result.grid)[held] * 1e-6)
    features = [
        {
            "type": "Feature",
            "id": int(cell),
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"cell": int(cell), "t": float(whole[cell]), "t_per_km2": float(per_km2), "steps": of_cell},
        }
        for cell, ring, per_km2, of_cell in zip(held, rings, density, steps[:, held].T.tolist(), strict=True)
    ]
    return {
        "type": "FeatureCollection",
        "pollutant": pollutant,
        "unit": "t",
        "year": result.year,
        "frequency": axis.frequency,
        "utc_offset_hours": axis.utc_offset_hours,
        "step_starts": [start.isoformat() for start in axis.starts],
        "step_totals": steps.sum(axis=1).tolist(),
        "features": features,
    }
