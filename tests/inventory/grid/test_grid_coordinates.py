"""GCJ-02 and BD-09 into WGS 84."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.inventory.grid.coordinates import Datum, from_wgs84, to_wgs84


def test_the_shift_of_tiananmen_is_that_of_published_converters():
    x, y = from_wgs84(116.404, 39.915, Datum.GCJ02)
    assert (float(x), float(y)) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.floats(73.5, 135.0), st.floats(3.5, 53.5), st.sampled_from([Datum.GCJ02, Datum.BD09]))
def test_there_and_back_is_the_same_place_in_china(x, y, datum):
    moved = from_wgs84(x, y, datum)
    back = to_wgs84(*moved, datum)
    assert (float(back[0]), float(back[1])) == pytest.approx((x, y), abs=1e-9)
    assert np.hypot(float(moved[0]) - x, float(moved[1]) - y) > 1e-5


@pytest.mark.parametrize("datum", list(Datum))
def test_outside_china_nothing_moves(datum):
    x, y = np.array([-0.1276, 151.2, 20.0]), np.array([51.5, -33.9, 10.0])
    assert np.array_equal(to_wgs84(x, y, datum), (x, y))


def test_cgcs2000_is_taken_as_it_stands_and_a_missing_coordinate_stays_missing():
    assert to_wgs84(113.6, 34.7, Datum.CGCS2000) == (113.6, 34.7)
    assert np.isnan(to_wgs84(np.nan, 34.7, Datum.BD09)[0])
