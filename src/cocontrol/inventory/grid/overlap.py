"""Exact areas of polygons in the cells of a grid, for all polygons at once.

Green's theorem instead of clipping: an edge piece inside one cell adds a trapezoid to that cell and a rectangle to
every cell east of it in the same row; summed along the row, the signed parts leave the covered area. The cost is that
of the edges and of the cells that are covered, and no polygon is ever intersected with a box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.inventory.grid.grids import Grid, Integers, Lambert, LonLat, cell_areas
from cocontrol.inventory.grid.segments import Pieces, cut, sums

Geometries = NDArray[np.object_]

_SLIVER = 1e-10
"""Share of a cell below which a covered area is rounding of the sums, not land."""

_EDGE_STEPS = 4
"""Pieces per cell into which edges are cut before projection: a straight line on the map is curved in the plane."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Areas (m²) that zones have in cells: `areas` zones × cells, with the whole area of each zone and cell."""

    areas: sparse.csr_array
    zone_areas: Floats
    cell_areas: Floats

    def zone_shares(self) -> sparse.csr_array:
        """For each zone the share of its area in each cell; a row adds to 1 where the zone lies inside the grid."""
        return _scaled_rows(self.areas, self.zone_areas)

    def cell_shares(self) -> sparse.csr_array:
        """For each cell (row) the share of its area in each zone; less than 1 where no zone covers the cell."""
        return _scaled_rows(sparse.csr_array(self.areas.T), self.cell_areas)


def _scaled_rows(matrix: sparse.csr_array, whole: Floats) -> sparse.csr_array:
    made = matrix.copy()
    made.data = made.data / np.repeat(whole, np.diff(made.indptr))
    return made


@dataclass(frozen=True, slots=True)
class _Edges:
    """Edges of the rings of all zones, shells counter-clockwise, holes clockwise; degrees."""

    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    zone: Integers


def overlap(grid: Grid, zones: Sequence[Any] | Geometries) -> Overlap:
    """The areas of polygons (longitude, latitude) in the cells of the grid.

    Edges are straight in longitude and latitude (RFC 7946). Areas are those of the ellipsoid for a grid in degrees,
    of the model's sphere for Lambert, where a partly covered cell is scaled by its own mean map factor. An invalid
    polygon is mended first (``make_valid``, structure kept).

    Raises
    ------
    InvalidInput
        A zone is empty or has no area; every such zone is named by its place.
    """
    geometries = _valid(zones)
    edges = _edges(grid, geometries)
    u1, v1 = grid.to_cells(edges.x1, edges.y1)
    u2, v2 = grid.to_cells(edges.x2, edges.y2)
    pieces = cut(u1, v1, u2, v2, columns=grid.columns, rows=grid.rows)
    owner = edges.zone[pieces.parent]
    rise = grid.ordinate(pieces.v2) - grid.ordinate(pieces.v1)
    areas = _accumulate(grid, pieces, rise, owner, len(geometries))
    whole = _whole_areas(grid, edges, pieces, rise, owner, len(geometries))
    _refuse_empty(whole)
    return _closed(grid, areas, whole, _inside(grid, edges, u1, v1, len(geometries)))


def _valid(zones: Sequence[Any] | Geometries) -> Geometries:
    geometries = np.asarray(zones, dtype=object)
    bad = ~shapely.is_valid(geometries)
    if bad.any():
        geometries = geometries.copy()
        geometries[bad] = shapely.make_valid(geometries[bad], method="structure")
    return geometries


def _edges(grid: Grid, geometries: Geometries) -> _Edges:
    parts, zone_of_part = shapely.get_parts(geometries, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    nested = shapely.get_type_id(parts) == shapely.GeometryType.MULTIPOLYGON
    if nested.any():
        inner, place = shapely.get_parts(parts[nested], return_index=True)
        parts = np.concatenate([parts[areal], inner])
        zone_of_part = np.concatenate([zone_of_part[areal], zone_of_part[nested][place]])
    else:
        parts, zone_of_part = parts[areal], zone_of_part[areal]
    if isinstance(grid.projection, Lambert):
        parts = shapely.segmentize(parts, grid.dx / 111_000.0 / _EDGE_STEPS)
    rings, part_of_ring = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    joined = ring_of_point[:-1] == ring_of_point[1:]
    x, y = points[:, 0], points[:, 1]
    zone = zone_of_part[part_of_ring[ring_of_point[:-1][joined]]]
    return _Edges(x[:-1][joined], y[:-1][joined], x[1:][joined], y[1:][joined], zone.astype(np.int64))


def _accumulate(grid: Grid, pieces: Pieces, rise: Floats, owner: Integers, zones: int) -> sparse.csr_array:
    """Signed areas of the pieces, summed eastwards along each row of each zone."""
    middle_u, middle_v = 0.5 * (pieces.u1 + pieces.u2), 0.5 * (pieces.v1 + pieces.v2)
    kept = (middle_v > 0) & (middle_v < grid.rows) & (middle_u < grid.columns) & (pieces.v1 != pieces.v2)
    middle_u, middle_v, owner = np.maximum(middle_u[kept], 0.0), middle_v[kept], owner[kept]
    height = -rise[kept]
    column, row = middle_u.astype(np.int64), middle_v.astype(np.int64)
    key = (owner * grid.rows + row) * grid.columns + column
    cells, place = np.unique(key, return_inverse=True)
    own = sums(place, height * (column + 1 - middle_u), len(cells))
    cover = sums(place, height, len(cells))
    return _filled(grid, cells, own, cover, zones)


def _filled(grid: Grid, cells: Integers, own: Floats, cover: Floats, zones: int) -> sparse.csr_array:
    """The touched cells and the runs of fully covered cells between them, as zones × cells."""
    line, column = np.divmod(cells, grid.columns)
    running = np.cumsum(cover)
    starts = np.flatnonzero(np.r_[True, line[1:] != line[:-1]]) if len(cells) else np.zeros(0, dtype=np.int64)
    base = np.repeat((running - cover)[starts], np.diff(np.r_[starts, len(cells)]))
    after = running - base
    ends_line = np.r_[line[1:] != line[:-1], True] if len(cells) else np.zeros(0, dtype=bool)
    next_column = np.where(ends_line, grid.columns, np.r_[column[1:], grid.columns][: len(cells)])
    size = cell_areas(grid)
    plane = np.diff(grid.ordinate(np.arange(grid.rows + 1)))
    row = line % grid.rows
    run = np.where(np.abs(after) > _SLIVER * plane[row], next_column - column - 1, 0)
    source = np.repeat(np.arange(len(cells)), run)
    step = np.arange(run.sum()) - np.repeat(np.cumsum(run) - run, run)
    rows = np.concatenate([row, row[source]])
    place = rows * grid.columns + np.concatenate([column, column[source] + 1 + step])
    values = np.concatenate([own + after - cover, after[source]]) * (size[place] / plane[rows])
    zone = np.concatenate([line // grid.rows, line[source] // grid.rows])
    held = values > _SLIVER * size[place]
    shape = (zones, grid.size)
    return sparse.csr_array(sparse.coo_array((values[held], (zone[held], place[held])), shape=shape))


def _whole_areas(grid: Grid, edges: _Edges, pieces: Pieces, rise: Floats, owner: Integers, zones: int) -> Floats:
    """The area of each zone on the surface, inside and outside the grid alike."""
    if isinstance(grid.projection, LonLat):
        return sums(owner, 0.5 * (pieces.u1 + pieces.u2) * rise, zones)
    middle = np.radians(0.5 * (edges.x1 + edges.x2) - grid.projection.central_meridian)
    climb = grid.surface_ordinate(edges.y2) - grid.surface_ordinate(edges.y1)
    return sums(edges.zone, middle * climb, zones)


def _inside(grid: Grid, edges: _Edges, u: Floats, v: Floats, zones: int) -> NDArray[np.bool_]:
    """Which zones lie in the grid as a whole."""
    out = (u < -_SLIVER) | (v < -_SLIVER) | (u > grid.columns + _SLIVER) | (v > grid.rows + _SLIVER)
    return np.asarray(sums(edges.zone, out, zones) == 0)


def _closed(grid: Grid, areas: sparse.csr_array, whole: Floats, inside: NDArray[np.bool_]) -> Overlap:
    """Whole areas that the parts add up to: equal to their sum for a zone inside the grid, never below it."""
    held = np.asarray(areas.sum(axis=1)).ravel()
    return Overlap(areas, np.where(inside, held, np.maximum(whole, held)), cell_areas(grid))


def _refuse_empty(whole: Floats) -> None:
    empty = np.flatnonzero(~(whole > 0))
    if len(empty):
        raise InvalidInput(
            *(
                Fault(
                    "grid.zone_empty",
                    Text("区域没有面积", "a zone has no area"),
                    value=str(place),
                    allowed=Text("面或多面（经纬度）", "a polygon or multipolygon in longitude and latitude"),
                )
                for place in empty.tolist()
            )
        )
