"""Regular grids in longitude and latitude or in a Lambert conformal projection, with exact cell areas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.grid.geodesy import Floats, sphere_ordinate, zone_ordinate

Integers = NDArray[np.int64]

MODEL_SPHERE_M = 6_370_000.0
"""Radius of the sphere on which WRF and CMAQ project."""

MOST_CELLS = 4_000_000
"""Largest number of cells of one grid: beyond it a slip in the cell size is likelier than a wish."""

_SNAP = 1e-9
"""Distance to a cell edge (in cells) below which a point lies on the edge: coordinates carry rounding."""


@dataclass(frozen=True, slots=True)
class LonLat:
    """Degrees of longitude and latitude on CGCS2000 / WGS 84; areas are those of the ellipsoid."""


@dataclass(frozen=True, slots=True)
class Lambert:
    """Lambert conformal conic on a sphere, as WRF and CMAQ use it; metres. Areas are those of the sphere."""

    standard_parallel_1: float
    standard_parallel_2: float
    origin_latitude: float
    central_meridian: float
    radius: float = MODEL_SPHERE_M

    def proj4(self) -> str:
        """The PROJ string."""
        return (
            f"+proj=lcc +lat_1={self.standard_parallel_1!r} +lat_2={self.standard_parallel_2!r} "
            f"+lat_0={self.origin_latitude!r} +lon_0={self.central_meridian!r} +R={self.radius!r} +no_defs"
        )

    def scale(self, latitude: ArrayLike) -> Floats:
        """The map factor k(φ): grid length over true length (Snyder 1987, eq. 15-4)."""
        first, second = math.radians(self.standard_parallel_1), math.radians(self.standard_parallel_2)
        cone = math.sin(first)
        if abs(first - second) > 1e-12:
            cone = math.log(math.cos(first) / math.cos(second)) / math.log(_half(second) / _half(first))
        phi = np.radians(np.asarray(latitude, dtype=np.float64))
        ratio = _half(first) / np.tan(math.pi / 4 + phi / 2)
        return np.asarray(math.cos(first) / np.cos(phi) * ratio**cone, dtype=np.float64)


def _half(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


Projection = LonLat | Lambert


@lru_cache(maxsize=16)
def _transformer(projection: Lambert) -> pyproj.Proj:
    return pyproj.Proj(projection.proj4())


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid of `rows` × `columns` equal cells; `west`, `south` are the outer edges in the units of the projection.

    Row 0 is the southernmost, cells are numbered row by row. Units: degrees (`LonLat`) or metres (`Lambert`).
    """

    projection: Projection
    west: float
    south: float
    dx: float
    dy: float
    columns: int
    rows: int

    def __post_init__(self) -> None:
        faults = tuple(_grid_faults(self))
        if faults:
            raise InvalidInput(*faults)

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.rows * self.columns

    def x_edges(self) -> Floats:
        """The `columns` + 1 cell edges from west to east."""
        return self.west + self.dx * np.arange(self.columns + 1, dtype=np.float64)

    def y_edges(self) -> Floats:
        """The `rows` + 1 cell edges from south to north."""
        return self.south + self.dy * np.arange(self.rows + 1, dtype=np.float64)

    def centres(self) -> tuple[Floats, Floats]:
        """Longitude and latitude of every cell's centre (rows × columns)."""
        x, y = self.x_edges(), self.y_edges()
        across, up = np.meshgrid(0.5 * (x[:-1] + x[1:]), 0.5 * (y[:-1] + y[1:]))
        return self.to_lonlat(across, up)

    def to_lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Longitude and latitude of points in the units of the grid."""
        across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        if isinstance(self.projection, LonLat):
            return across, up
        longitude, latitude = _transformer(self.projection)(across, up, inverse=True)
        return np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)

    def to_cells(self, longitude: ArrayLike, latitude: ArrayLike) -> tuple[Floats, Floats]:
        """Positions counted in cells from the south-west corner; 0 … `columns`, 0 … `rows` inside."""
        x, y = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
        if isinstance(self.projection, Lambert):
            x, y = _transformer(self.projection)(x, y)
        return (np.asarray(x) - self.west) / self.dx, (np.asarray(y) - self.south) / self.dy

    def locate(self, longitude: ArrayLike, latitude: ArrayLike) -> Integers:
        """The cell number of each point, −1 outside or where a coordinate is missing.

        A point on an inner edge belongs to the cell east or north of it, on the outer edge to the cell inside.
        """
        across, up = self.to_cells(longitude, latitude)
        column, inside_x = _index(across, self.columns)
        row, inside_y = _index(up, self.rows)
        return np.where(inside_x & inside_y, row * self.columns + column, -1).astype(np.int64)

    def ordinate(self, up: ArrayLike) -> Floats:
        """Area (m², one cell wide) from a fixed line up to a position counted in cells.

        The difference between two positions is the area of that part of a column: exact on the ellipsoid for
        longitude and latitude; in the plane of the projection for Lambert.
        """
        position = np.asarray(up, dtype=np.float64)
        if isinstance(self.projection, LonLat):
            return zone_ordinate(self.south + self.dy * position) * math.radians(self.dx)
        return position * (self.dx * self.dy)

    def surface_ordinate(self, latitude: ArrayLike) -> Floats:
        """Area (m² per radian of longitude) from the equator to a latitude, on the surface of this projection."""
        if isinstance(self.projection, LonLat):
            return zone_ordinate(latitude)
        return sphere_ordinate(latitude, self.projection.radius)


def _index(position: Floats, count: int) -> tuple[Integers, NDArray[np.bool_]]:
    nearest = np.round(position)
    snapped = np.where(np.abs(position - nearest) < _SNAP, nearest, position)
    inside = (snapped >= 0) & (snapped <= count)
    safe = np.where(inside, snapped, 0.0)
    return np.minimum(np.floor(safe).astype(np.int64), count - 1), inside


def _grid_faults(grid: Grid) -> list[Fault]:
    faults = []
    numbers = (grid.west, grid.south, grid.dx, grid.dy)
    if not all(map(math.isfinite, numbers)) or grid.dx <= 0 or grid.dy <= 0 or grid.columns < 1 or grid.rows < 1:
        faults.append(_grid_fault("grid.cell", f"{grid.dx} × {grid.dy}, {grid.columns} × {grid.rows}"))
    elif grid.columns * grid.rows > MOST_CELLS:
        faults.append(_grid_fault("grid.cells", f"{grid.columns} × {grid.rows}"))
    elif isinstance(grid.projection, LonLat) and not _on_earth(grid):
        faults.append(_grid_fault("grid.extent", f"{grid.south} … {grid.south + grid.dy * grid.rows}"))
    return faults


def _on_earth(grid: Grid) -> bool:
    north, width = grid.south + grid.dy * grid.rows, grid.dx * grid.columns
    return grid.south >= -90 - 1e-9 and north <= 90 + 1e-9 and width <= 360 + 1e-9


_GRID_FAULTS = {
    "grid.cell": (
        Text("网格的格距或格数不可用", "the cell size or the number of cells of the grid cannot be used"),
        Text("格距为正数，行列数至少为 1", "a positive cell size, at least one row and one column"),
    ),
    "grid.cells": (
        Text("网格过密", "the grid has too many cells"),
        Text("不超过 {n} 个格点", "at most {n} cells").format(n=MOST_CELLS),
    ),
    "grid.extent": (
        Text("网格超出地球范围", "the grid reaches beyond the globe"),
        Text("纬度 −90…90，经度跨度不超过 360", "latitudes −90 … 90, at most 360 degrees of longitude"),
    ),
}


def _grid_fault(rule: str, value: str) -> Fault:
    message, allowed = _GRID_FAULTS[rule]
    return Fault(rule, message, value=value, allowed=allowed)


@lru_cache(maxsize=8)
def cell_areas(grid: Grid) -> Floats:
    """The area of every cell (m², flat, row by row) on the surface: ellipsoid (`LonLat`) or sphere (`Lambert`).

    For Lambert ∬ dx dy / k² by Gauss–Legendre quadrature of order 4 (relative error below 10⁻¹²).
    """
    if isinstance(grid.projection, LonLat):
        areas = np.repeat(np.diff(grid.ordinate(np.arange(grid.rows + 1))), grid.columns)
    else:
        areas = _lambert_areas(grid, grid.projection)
    areas.flags.writeable = False
    return areas


def _lambert_areas(grid: Grid, projection: Lambert) -> Floats:
    nodes, weights = np.polynomial.legendre.leggauss(4)
    x, y = grid.x_edges()[:-1], grid.y_edges()[:-1]
    total = np.zeros((grid.rows, grid.columns))
    for across, weight_x in zip(nodes, weights, strict=True):
        for up, weight_y in zip(nodes, weights, strict=True):
            at_x, at_y = np.meshgrid(x + grid.dx * (across + 1) / 2, y + grid.dy * (up + 1) / 2)
            _, latitude = grid.to_lonlat(at_x, at_y)
            total += weight_x * weight_y / 4.0 / projection.scale(latitude) ** 2
    return np.asarray((total * grid.dx * grid.dy).ravel(), dtype=np.float64)


def lonlat_grid(bounds: tuple[float, float, float, float], cell: float) -> Grid:
    """The grid of `cell` degrees whose edges are multiples of the cell and that holds `bounds` (west, south, east, north).

    Two provinces gridded apart with one cell size therefore share their grid lines.
    """
    if not (math.isfinite(cell) and cell > 0):
        raise InvalidInput(_grid_fault("grid.cell", str(cell)))
    west, south, east, north = bounds
    first_x, first_y = (math.floor(edge / cell + _SNAP) for edge in (west, south))
    last_x, last_y = (math.ceil(edge / cell - _SNAP) for edge in (east, north))
    return Grid(
        LonLat(),
        round(first_x * cell, 12),
        round(first_y * cell, 12),
        cell,
        cell,
        max(last_x - first_x, 1),
        max(last_y - first_y, 1),
    )
