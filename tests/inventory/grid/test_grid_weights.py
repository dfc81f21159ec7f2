"""Shares of points, lines and zones in cells: hand-made cases, conservation, the adjoint, and what is lost."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.grid.grids import Grid, Lambert, LonLat, cell_areas, lonlat_grid
from cocontrol.inventory.grid.overlap import overlap
from cocontrol.inventory.grid.proxies import density_from_cells, density_from_points, spacing
from cocontrol.inventory.grid.weights import (
    Blank,
    Cause,
    cells_to_zones,
    joined,
    line_weights,
    point_weights,
    unplaced,
    zone_weights,
)

FOUR = Grid(LonLat(), 112.0, 33.0, 0.5, 0.5, 2, 2)
HENAN = Lambert(25.0, 47.0, 34.0, 114.0)


def row(weights, source=0):
    return weights.matrix[[source]].toarray().ravel()


def test_cell_area_is_that_of_the_ellipsoid():
    geod = pyproj.Geod(ellps="WGS84")
    box = shapely.segmentize(shapely.box(112.0, 33.0, 112.5, 33.5), 0.001)
    assert cell_areas(FOUR)[0] == pytest.approx(geod.geometry_area_perimeter(box)[0], rel=1e-9)


def test_all_cells_of_the_globe_add_to_the_surface_of_the_ellipsoid():
    globe = Grid(LonLat(), -180.0, -90.0, 5.0, 5.0, 72, 36)
    assert cell_areas(globe).sum() == pytest.approx(510_065_621_724_088.4, rel=1e-12)


def test_lambert_cell_has_its_true_area_on_the_sphere():
    grid = Grid(HENAN, -54_000.0, -27_000.0, 27_000.0, 27_000.0, 4, 2)
    x = np.array([0, 1, 1, 0, 0])
    corners = shapely.segmentize(
        shapely.Polygon(np.c_[-54_000 + 27_000 * x, -27_000 + 27_000 * np.array([0, 0, 1, 1, 0])]), 50
    )
    points = shapely.get_coordinates(corners)
    longitude, latitude = grid.to_lonlat(points[:, 0], points[:, 1])
    flat = np.c_[np.radians(longitude) * HENAN.radius, HENAN.radius * np.sin(np.radians(latitude))]
    assert cell_areas(grid)[0] == pytest.approx(shapely.Polygon(flat).area, rel=1e-7)


def test_points_go_whole_into_their_cells_and_an_edge_belongs_to_the_east_and_north():
    weights = point_weights(FOUR, [112.25, 112.5, 113.0, 112.0], [33.25, 33.0, 34.0, 33.5])
    assert weights.matrix.toarray().argmax(axis=1).tolist() == [0, 1, 3, 2]
    assert weights.place([[1.0], [2.0], [4.0], [8.0]]).ravel().tolist() == [1.0, 2.0, 8.0, 4.0]


def test_a_point_outside_and_one_without_coordinates_are_lost_with_their_cause():
    weights = point_weights(FOUR, [111.9, math.nan], [33.2, 33.2])
    assert weights.lost[Cause.OUTSIDE].tolist() == [1.0, 0.0]
    assert weights.lost[Cause.NO_PLACE].tolist() == [0.0, 1.0]
    assert weights.matrix.nnz == 0


def test_a_line_is_shared_by_length():
    weights = line_weights(FOUR, [shapely.LineString([(112.25, 33.1), (112.75, 33.1)])])
    assert row(weights) == pytest.approx([0.5, 0.5, 0, 0])


def test_a_line_half_outside_loses_half():
    weights = line_weights(FOUR, [shapely.MultiLineString([[(112.9, 33.2), (113.1, 33.2)]])])
    assert weights.lost[Cause.OUTSIDE][0] == pytest.approx(0.5, rel=1e-9)


def test_a_line_without_length_is_refused():
    with pytest.raises(InvalidInput, match="长度"):
        line_weights(FOUR, [shapely.LineString([(112.1, 33.1), (112.1, 33.1)])])


def test_a_zone_of_four_quarters_is_shared_by_the_area_of_each():
    shares = row(zone_weights(overlap(FOUR, [shapely.box(112.25, 33.25, 112.75, 33.75)])))
    south = cell_areas(Grid(LonLat(), 112.25, 33.25, 0.25, 0.25, 1, 1))[0]
    north = cell_areas(Grid(LonLat(), 112.25, 33.50, 0.25, 0.25, 1, 1))[0]
    whole = 2 * (south + north)
    assert shares == pytest.approx([south / whole, south / whole, north / whole, north / whole], rel=1e-12)


def test_a_hole_takes_its_part_away():
    ring = shapely.Polygon(
        shapely.box(112.0, 33.0, 113.0, 34.0).exterior, [shapely.box(112.0, 33.0, 112.5, 33.5).exterior.coords]
    )
    areas = overlap(FOUR, [ring]).areas.toarray().ravel()
    assert areas[0] == 0
    assert areas[1:] == pytest.approx(cell_areas(FOUR)[1:], rel=1e-12)


def test_a_zone_partly_outside_loses_the_share_of_its_area():
    weights = zone_weights(overlap(FOUR, [shapely.box(112.5, 33.0, 113.5, 33.5)]))
    assert weights.lost[Cause.OUTSIDE][0] == pytest.approx(0.5, rel=1e-9)
    assert row(weights)[1] == pytest.approx(0.5, rel=1e-9)


def test_a_zone_that_does_not_touch_the_grid_is_lost_whole():
    weights = zone_weights(overlap(FOUR, [shapely.box(100, 20, 101, 21), shapely.box(110, 33, 111, 33.4)]))
    assert weights.lost[Cause.OUTSIDE].tolist() == [1.0, 1.0]


def test_a_self_crossing_polygon_is_mended_first():
    bow = shapely.Polygon([(112, 33), (112.5, 33.5), (112.5, 33), (112, 33.5)])
    assert overlap(FOUR, [bow]).areas.sum() == pytest.approx(cell_areas(FOUR)[0] / 2, rel=1e-3)


def test_a_zone_without_area_is_refused():
    with pytest.raises(InvalidInput, match="面积"):
        overlap(FOUR, [shapely.LineString([(112, 33), (113, 34)])])


def counties(seed, count):
    random = np.random.default_rng(seed)
    seeds = shapely.MultiPoint(np.c_[random.uniform(112, 114, count), random.uniform(33, 35, count)])
    frame = shapely.box(112, 33, 114, 35)
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    return shapely.intersection(cells, frame)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 30), st.sampled_from([0.05, 0.11, 0.4, 3.0]))
def test_counties_that_tile_an_area_cover_every_cell_once_and_conserve_mass(seed, count, cell):
    zones = counties(seed, count)
    grid = lonlat_grid((112, 33, 114, 35), cell)
    areas = overlap(grid, zones)
    frame = overlap(grid, [shapely.box(112, 33, 114, 35)])
    # straight edges in degrees bend against the parallels only inside a cell
    assert areas.areas.sum(axis=0) == pytest.approx(frame.areas.sum(axis=0), rel=1e-9, abs=1.0)
    mass = np.random.default_rng(seed).lognormal(size=(count, 3))
    assert zone_weights(areas).place(mass).sum(axis=0) == pytest.approx(mass.sum(axis=0), rel=1e-12)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_areas_agree_with_intersecting_every_box(seed):
    zones = counties(seed, 6)
    grid = lonlat_grid((112.3, 33.3, 113.1, 34.2), 0.3)
    x, y = grid.x_edges(), grid.y_edges()
    areas = overlap(grid, zones).areas.toarray()
    size = cell_areas(grid)
    for cell in range(grid.size):
        r, c = divmod(cell, grid.columns)
        box = shapely.box(x[c], y[r], x[c + 1], y[r + 1])
        shares = shapely.area(shapely.intersection(zones, box)) / box.area
        assert areas[:, cell] / size[cell] == pytest.approx(shares, abs=2e-3)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_placing_and_reading_are_adjoint(seed):
    weights = zone_weights(overlap(lonlat_grid((112, 33, 114, 35), 0.2), counties(seed, 7)))
    random = np.random.default_rng(seed)
    mass, field = random.normal(size=7), random.normal(size=weights.matrix.shape[1])
    assert weights.place(mass) @ field == pytest.approx(mass @ weights.read(field), rel=1e-12)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_cells_back_to_counties_conserve_mass_and_name_what_lies_in_none(seed):
    zones = counties(seed, 5)
    areas = overlap(lonlat_grid((111.9, 32.9, 114.1, 35.1), 0.1), zones)
    mass = np.random.default_rng(seed).lognormal(size=(areas.areas.shape[1], 2))
    back, left = cells_to_zones(areas, mass)
    assert back.sum(axis=0) + left == pytest.approx(mass.sum(axis=0), rel=1e-9)
    assert (left > 0).all()


def test_even_density_survives_the_way_to_the_grid_and_back():
    zones = counties(3, 5)
    areas = overlap(lonlat_grid((112, 33, 114, 35), 0.1), zones)
    back, _ = cells_to_zones(areas, zone_weights(areas).place(areas.zone_areas))
    assert back == pytest.approx(areas.zone_areas, rel=1e-6)


def test_lambert_grid_conserves_zones_inside_and_tiles_its_cells():
    grid = Grid(HENAN, -300_000.0, -300_000.0, 27_000.0, 27_000.0, 22, 22)
    areas = overlap(grid, counties(1, 12))
    assert zone_weights(areas).matrix.sum(axis=1) == pytest.approx(np.ones(12), rel=1e-12)
    covered = np.asarray(areas.areas.sum(axis=0)).ravel() / cell_areas(grid)
    assert covered.max() == pytest.approx(1.0, rel=1e-9)


PROXY_ZONE = [shapely.box(112.0, 33.0, 113.0, 33.5)]


def test_a_proxy_weighs_area_by_density():
    weights = zone_weights(overlap(FOUR, PROXY_ZONE), [1.0, 3.0, 9.0, 9.0])
    assert row(weights) == pytest.approx([0.25, 0.75, 0, 0])


def test_a_blank_proxy_cell_puts_its_area_share_into_the_ledger():
    weights = zone_weights(overlap(FOUR, PROXY_ZONE), [math.nan, 3.0, 1, 1])
    assert weights.lost[Cause.BLANK_PROXY][0] == pytest.approx(0.5)
    assert row(weights) == pytest.approx([0, 0.5, 0, 0])


def test_a_blank_proxy_cell_is_filled_by_area_where_that_is_declared():
    weights = zone_weights(overlap(FOUR, PROXY_ZONE), [math.nan, 3.0, 1, 1], blank=Blank.AREA)
    assert weights.by_area[0] == pytest.approx(0.5)
    assert row(weights) == pytest.approx([0.5, 0.5, 0, 0])


@pytest.mark.parametrize("density", [[0.0, 0.0, 1, 1], [math.nan, math.nan, 1, 1], [math.nan, 0.0, 1, 1]])
def test_a_zone_without_any_proxy_is_lost_whole_or_spread_by_area(density):
    areas = overlap(FOUR, PROXY_ZONE)
    assert zone_weights(areas, density).lost[Cause.BLANK_PROXY][0] == pytest.approx(1.0)
    assert row(zone_weights(areas, density, blank=Blank.AREA)) == pytest.approx([0.5, 0.5, 0, 0])


def test_a_negative_proxy_is_refused():
    with pytest.raises(InvalidInput, match="负值"):
        zone_weights(overlap(FOUR, PROXY_ZONE), [-1.0, 1, 1, 1])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(st.floats(0, 1e6), st.just(math.nan)), min_size=4, max_size=4), st.sampled_from(list(Blank)))
def test_with_any_proxy_placed_and_lost_shares_add_to_one(density, blank):
    zones = [shapely.box(111.7, 32.8, 112.9, 33.7), shapely.box(112.1, 33.1, 112.2, 33.2)]
    weights = zone_weights(overlap(FOUR, zones), density, blank=blank)
    total = weights.matrix.sum(axis=1) + sum(weights.lost.values())
    assert total == pytest.approx([1.0, 1.0], rel=1e-9)


def test_density_from_coarser_cells_keeps_the_value_and_leaves_the_uncovered_blank():
    density = density_from_cells(FOUR, [112.5, 112.5], [33.25, 33.75], [7.0, math.nan], cell=(1.0, 0.5))
    assert density[:2] == pytest.approx([7.0, 7.0])
    assert np.isnan(density[2:]).all()


def test_density_far_from_the_grid_is_blank_everywhere():
    assert np.isnan(density_from_cells(FOUR, [80.0, 81.0], [20.0, 21.0], [1.0, 1.0], cell=(1, 1))).all()


def test_density_from_points_times_area_gives_the_amounts_back():
    density = density_from_points(FOUR, [112.1, 112.9], [33.1, 33.9], [5.0, 2.0])
    assert density * cell_areas(FOUR) == pytest.approx([5.0, 0, 0, 2.0])


def test_spacing_needs_two_values():
    assert spacing([1.0, 1.2, 1.4]) == pytest.approx(0.2)
    with pytest.raises(InvalidInput):
        spacing([1.0, 1.0])


def test_parts_join_below_one_another_with_their_causes():
    whole = joined([point_weights(FOUR, [112.1], [33.1]), unplaced(2, 4)], 4)
    assert whole.sources == 3
    assert whole.lost[Cause.NO_PLACE].tolist() == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("west", "dx", "columns"),
    [(110.0, 0.0, 4), (110.0, -1.0, 4), (math.nan, 1.0, 4), (110.0, 1.0, 0), (0.0, 1e-5, 10**8)],
)
def test_an_unusable_grid_is_refused(west, dx, columns):
    with pytest.raises(InvalidInput):
        Grid(LonLat(), west, 30.0, dx, 1.0, columns, 2)


def test_the_grid_of_an_extent_has_edges_at_multiples_of_the_cell():
    grid = lonlat_grid((110.36, 31.38, 116.65, 36.37), 0.05)
    assert (grid.west, grid.south) == (110.35, 31.35)
    assert grid.x_edges()[-1] == pytest.approx(116.65)
    assert grid.y_edges()[-1] == pytest.approx(36.4)
