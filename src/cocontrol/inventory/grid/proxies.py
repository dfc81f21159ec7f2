"""Proxies: a density for each cell of a grid, from cells or points of another resolution; blank stays blank."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.inventory.grid.grids import Grid, cell_areas
from cocontrol.inventory.grid.overlap import overlap
from cocontrol.inventory.grid.weights import line_weights, point_weights


def density_from_cells(
    grid: Grid, longitude: ArrayLike, latitude: ArrayLike, density: ArrayLike, *, cell: tuple[float, float]
) -> Floats:
    """Density on the grid from cells given by their centres: the mean over the covered part, weighted by area.

    `cell` is width and height of the given cells in degrees. NaN where no given cell with a value covers anything.
    """
    x, y, value = (np.asarray(a, dtype=np.float64) for a in (longitude, latitude, density))
    near = _near(grid, x, y, cell) & np.isfinite(value)
    if not near.any():
        return np.full(grid.size, np.nan)
    half_x, half_y = cell[0] / 2, cell[1] / 2
    x, y, value = x[near], y[near], value[near]
    boxes: Any = shapely.box(x - half_x, y - half_y, x + half_x, y + half_y)
    areas = overlap(grid, boxes).areas
    covered = np.asarray(areas.sum(axis=0), dtype=np.float64).ravel()
    held = covered > 1e-6 * cell_areas(grid)
    total = np.asarray(areas.T @ value, dtype=np.float64)
    made = np.full(grid.size, np.nan)
    np.divide(total, covered, out=made, where=held)
    return made


def _near(grid: Grid, x: Floats, y: Floats, cell: tuple[float, float]) -> Any:
    """Which given cells can touch the grid."""
    across, up = grid.centres()
    margin_x, margin_y = cell[0] + _reach(across), cell[1] + _reach(up)
    inside_x = (x >= across.min() - margin_x) & (x <= across.max() + margin_x)
    return inside_x & (y >= up.min() - margin_y) & (y <= up.max() + margin_y)


def _reach(degrees: Floats) -> float:
    """The largest step between neighbouring centres: half a cell and more."""
    steps = [np.abs(np.diff(degrees, axis=axis)).max() for axis in (0, 1) if degrees.shape[axis] > 1]
    return float(max(steps, default=1.0))


def density_from_points(grid: Grid, longitude: ArrayLike, latitude: ArrayLike, amount: ArrayLike) -> Floats:
    """Amount per m² from points that carry amounts (people, addresses); a cell without a point has a known 0."""
    weights = point_weights(grid, longitude, latitude)
    return weights.place(np.asarray(amount, dtype=np.float64)) / cell_areas(grid)


def density_from_lines(grid: Grid, lines: Any, amount: ArrayLike) -> Floats:
    """Amount per m² from lines (roads) that carry amounts (traffic, or their length); 0 where there is no road."""
    return line_weights(grid, lines).place(np.asarray(amount, dtype=np.float64)) / cell_areas(grid)


def spacing(values: ArrayLike) -> float:
    """The step of regularly spaced coordinates: the median of the differences of the distinct values.

    Raises
    ------
    InvalidInput
        There are fewer than two distinct values.
    """
    distinct = np.unique(np.round(np.asarray(values, dtype=np.float64), 9))
    if len(distinct) < 2:
        raise InvalidInput(
            Fault(
                "grid.proxy_spacing",
                Text(
                    "代理数据只有一行或一列，看不出格距",
                    "the proxy has one row or column: its cell size cannot be seen",
                ),
                remedy=Text("至少给出两行两列", "give at least two rows and two columns"),
            )
        )
    return float(np.median(np.diff(distinct)))
