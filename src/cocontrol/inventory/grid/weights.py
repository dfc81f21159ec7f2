"""Shares of sources in cells: points, lines and zones; one sparse matrix serves every pollutant and hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike
from scipy import sparse

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.grid.geodesy import Floats, segment_lengths
from cocontrol.inventory.grid.grids import Grid, Integers, Lambert
from cocontrol.inventory.grid.overlap import Overlap
from cocontrol.inventory.grid.segments import cut, sums


class Cause(StrEnum):
    """Why a share of a source is in no cell, or is there by a stand-in."""

    OUTSIDE = "outside"
    NO_PLACE = "no_place"
    BLANK_PROXY = "blank_proxy"
    BLANK_BY_AREA = "blank_by_area"


class Blank(StrEnum):
    """What becomes of the mass where the proxy is blank: written into the ledger, or spread by area (declared)."""

    LEDGER = "ledger"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of each source (row) in each cell (column); `lost` holds by cause what is in no cell.

    Row sum + lost = 1 for every source. `by_area` is the part of the row that a blank proxy left to the area.
    """

    matrix: sparse.csr_array
    lost: Mapping[Cause, Floats]
    by_area: Floats

    @property
    def sources(self) -> int:
        """Number of sources."""
        return int(self.matrix.shape[0])

    def place(self, mass: ArrayLike) -> Floats:
        """Masses in the cells (cells × columns) from masses of the sources (sources × columns)."""
        return np.asarray(self.matrix.T @ np.asarray(mass, dtype=np.float64), dtype=np.float64)

    def read(self, field: ArrayLike) -> Floats:
        """The adjoint of `place`: for each source the mean of a cell field under its shares."""
        return np.asarray(self.matrix @ np.asarray(field, dtype=np.float64), dtype=np.float64)


def joined(parts: Sequence[Weights], cells: int) -> Weights:
    """The sources of all parts, one below the other."""
    if not parts:
        return Weights(sparse.csr_array((0, cells)), {}, np.zeros(0))
    causes = dict.fromkeys(cause for part in parts for cause in part.lost)
    lost = {cause: np.concatenate([part.lost.get(cause, np.zeros(part.sources)) for part in parts]) for cause in causes}
    matrix = sparse.csr_array(sparse.vstack([part.matrix for part in parts], format="csr"))
    return Weights(matrix, lost, np.concatenate([part.by_area for part in parts]))


def unplaced(count: int, cells: int) -> Weights:
    """Sources of which nobody knows where they are: all of their mass goes into the ledger."""
    return Weights(sparse.csr_array((count, cells)), {Cause.NO_PLACE: np.ones(count)}, np.zeros(count))


def point_weights(grid: Grid, longitude: ArrayLike, latitude: ArrayLike) -> Weights:
    """Each point whole in its cell; outside the grid, or without coordinates, whole in the ledger."""
    x, y = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
    cell = grid.locate(x, y)
    held = cell >= 0
    starts = np.concatenate([[0], np.cumsum(held)]).astype(np.int64)
    matrix = sparse.csr_array((np.ones(int(held.sum())), cell[held], starts), shape=(len(cell), grid.size))
    known = np.isfinite(x) & np.isfinite(y)
    lost = {Cause.OUTSIDE: (~held & known).astype(np.float64), Cause.NO_PLACE: (~known).astype(np.float64)}
    return Weights(matrix, lost, np.zeros(len(cell)))


def line_weights(grid: Grid, lines: Sequence[Any]) -> Weights:
    """The share of each line's length in each cell; lengths on the ellipsoid.

    Raises
    ------
    InvalidInput
        A line is empty or has no length.
    """
    geometries = np.asarray(lines, dtype=object)
    if isinstance(grid.projection, Lambert):
        geometries = shapely.segmentize(geometries, grid.dx / 111_000.0 / 4)
    parts, line_of_part = shapely.get_parts(geometries, return_index=True)
    points, part_of_point = shapely.get_coordinates(parts, return_index=True)
    same = part_of_point[:-1] == part_of_point[1:]
    u, v = grid.to_cells(points[:, 0], points[:, 1])
    pieces = cut(u[:-1][same], v[:-1][same], u[1:][same], v[1:][same], columns=grid.columns, rows=grid.rows)
    ends = [
        grid.to_lonlat(grid.west + grid.dx * across, grid.south + grid.dy * up)
        for across, up in ((pieces.u1, pieces.v1), (pieces.u2, pieces.v2))
    ]
    length = segment_lengths(ends[0][0], ends[0][1], ends[1][0], ends[1][1])
    owner = line_of_part[part_of_point[:-1][same]][pieces.parent].astype(np.int64)
    whole = sums(owner, length, len(geometries))
    _refuse_no_length(whole)
    middle = (0.5 * (ends[0][0] + ends[1][0]), 0.5 * (ends[0][1] + ends[1][1]))
    return _by_cell(grid.locate(*middle), owner, length / whole[owner], len(geometries), grid.size)


def _by_cell(cell: Integers, owner: Integers, share: Floats, count: int, cells: int) -> Weights:
    held = cell >= 0
    matrix = sparse.csr_array(sparse.coo_array((share[held], (owner[held], cell[held])), shape=(count, cells)))
    return Weights(matrix, {Cause.OUTSIDE: sums(owner, share * ~held, count)}, np.zeros(count))


def _refuse_no_length(whole: Floats) -> None:
    empty = np.flatnonzero(~(whole > 0))
    if len(empty):
        faults = (Fault("grid.line_empty", Text("线没有长度", "a line has no length"), value=str(i)) for i in empty)
        raise InvalidInput(*faults)


def zone_weights(areas: Overlap, proxy: ArrayLike | None = None, *, blank: Blank = Blank.LEDGER) -> Weights:
    """The shares of zones in cells: by area, or by area × proxy density.

    `proxy` is a density for each cell; NaN is blank, 0 is a known nothing. The share of a zone outside the grid is
    that of its area. Of the rest, the area share of blank cells goes where `blank` says; what remains is spread over
    the known cells in proportion to area × density. A zone whose known cells are all 0 counts as blank throughout.
    """
    by_area = areas.zone_shares()
    outside = np.maximum(1.0 - _row_sums(by_area), 0.0)
    outside[outside < 1e-12] = 0.0
    if proxy is None:
        return Weights(by_area, {Cause.OUTSIDE: outside}, np.zeros(by_area.shape[0]))
    density = np.asarray(proxy, dtype=np.float64)
    _refuse_negative(density)
    weighted = _columns_scaled(by_area, np.nan_to_num(density, nan=0.0))
    total = _row_sums(weighted)
    blank_cells = _columns_scaled(by_area, np.isnan(density).astype(np.float64))
    known = np.where(total > 0, 1.0 - outside - _row_sums(blank_cells), 0.0)
    shares = _rows_scaled(_rows_to_one(weighted, total), np.maximum(known, 0.0))
    left = _by_area_left(by_area, blank_cells, total)
    remaining = _row_sums(left)
    if blank is Blank.AREA:
        return Weights(sparse.csr_array(shares + left), {Cause.OUTSIDE: outside}, remaining)
    lost = {Cause.OUTSIDE: outside, Cause.BLANK_PROXY: remaining}
    return Weights(shares, lost, np.zeros(len(outside)))


def _rows_to_one(matrix: sparse.csr_array, total: Floats) -> sparse.csr_array:
    """Each row divided by its total, value by value: the inverse of a tiny total would overflow."""
    of_value = np.repeat(total, np.diff(matrix.indptr))
    made = matrix.copy()
    made.data = np.divide(made.data, of_value, out=np.zeros_like(made.data), where=of_value > 0)
    return made


def _by_area_left(by_area: sparse.csr_array, blank_cells: sparse.csr_array, total: Floats) -> sparse.csr_array:
    """Area shares of the blank cells; of all cells where a zone has no proxy anywhere."""
    made = _rows_scaled(blank_cells, (total > 0).astype(np.float64)) + _rows_scaled(
        by_area, (total <= 0).astype(np.float64)
    )
    left = sparse.csr_array(made)
    left.eliminate_zeros()
    return left


def _row_sums(matrix: sparse.csr_array) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()


def _columns_scaled(matrix: sparse.csr_array, factors: Floats) -> sparse.csr_array:
    made = matrix.copy()
    made.data = made.data * factors[made.indices]
    made.eliminate_zeros()
    return made


def _rows_scaled(matrix: sparse.csr_array, factors: Floats) -> sparse.csr_array:
    made = matrix.copy()
    made.data = made.data * np.repeat(factors, np.diff(made.indptr))
    return made


def _refuse_negative(density: Floats) -> None:
    if (density < 0).any():
        raise InvalidInput(
            Fault(
                "grid.proxy_negative",
                Text("代理数据有负值", "the proxy has negative values"),
                value=str(float(np.nanmin(density))),
                allowed=Text("≥ 0；未知留空", "≥ 0; blank where unknown"),
            )
        )


def cells_to_zones(areas: Overlap, mass: ArrayLike) -> tuple[Floats, Floats]:
    """Masses of zones from masses of cells, and what lies in no zone: (zones × columns, columns).

    A cell's mass is spread evenly over its area; each zone takes the share of the cell that it covers.
    """
    values = np.asarray(mass, dtype=np.float64)
    shares = areas.cell_shares()
    zones = np.asarray(shares.T @ values, dtype=np.float64)
    uncovered = np.clip(1.0 - _row_sums(shares), 0.0, None)
    uncovered[uncovered < 1e-9] = 0.0
    return zones, np.asarray(uncovered @ values, dtype=np.float64)
