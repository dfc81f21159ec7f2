"""Mann–Kendall, Sen, the exact null, peak status and double attainment: goldens of the method sheet."""

from __future__ import annotations

import itertools

import pymannkendall
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.indicators.attainment import DoubleState, attainment_year, double_attainment, three_year_means
from cocontrol.indicators.peak import PeakRule, PeakStatus, assess_peak
from cocontrol.indicators.trend import exact_p, hamed_rao, mann_kendall

PEAKED = [70, 76, 83, 90, 97, 103, 108, 106, 104, 103, 99, 96, 94, 93, 90]
PLATEAU = [60, 66, 72, 80, 86, 92, 97, 100, 99, 100, 98, 99, 97, 99, 98]


def years(values: list[float], first: int = 2005) -> dict[int, float]:
    return {first + i: float(value) for i, value in enumerate(values)}


def test_golden_series_that_peaked() -> None:
    peak = assess_peak(years(PEAKED))
    assert (peak.status, peak.year, peak.years_after, peak.provisional) == (PeakStatus.PEAKED, 2011, 8, False)
    test = peak.test
    assert test is not None
    assert (test.n, test.s, test.variance) == (9, -36, 92)
    assert test.z == pytest.approx(-3.649002, abs=1e-6)
    assert test.p_normal == pytest.approx(0.000263, abs=1e-6)
    assert test.slope == pytest.approx(-2.267857, abs=1e-6)
    assert test.method == "exact"
    assert test.p == pytest.approx(2 / 362880, rel=1e-12)


def test_golden_series_on_a_plateau() -> None:
    peak = assess_peak(years(PLATEAU))
    assert (peak.status, peak.year) == (PeakStatus.PLATEAU, 2012)
    test = peak.test
    assert test is not None
    assert (test.n, test.s) == (8, -13)
    assert test.variance == pytest.approx(59.666667, abs=1e-6)
    assert test.z == pytest.approx(-1.553515, abs=1e-6)
    assert test.p_normal == pytest.approx(0.120300, abs=1e-6)


def test_the_test_without_the_maximum_is_reported_too() -> None:
    peak = assess_peak(years([90, 100, 99.5, 99.9, 99.4, 99.6, 99.3]))
    assert peak.test is not None
    assert peak.test_without_maximum is not None
    assert peak.test_without_maximum.n == peak.test.n - 1
    assert peak.test_without_maximum.p > peak.test.p


def test_a_short_time_after_the_maximum_is_provisional_and_says_until_when() -> None:
    peak = assess_peak(years([90, 100, 98, 96]))
    assert (peak.status, peak.provisional, peak.confirmed_from) == (PeakStatus.NOT_PEAKED, True, 2011)
    assert "2011" in peak.reasons[0].en


def test_a_missing_year_leaves_the_peak_undetermined() -> None:
    series = years(PEAKED)
    del series[2010]
    assert assess_peak(series).status is PeakStatus.UNDETERMINED
    assert "2010" in assess_peak(series).reasons[0].zh


def test_shock_years_are_left_out_beside_the_full_test() -> None:
    peak = assess_peak(years(PEAKED, first=2010))
    assert peak.test is not None
    assert peak.without_shocks is not None
    assert peak.without_shocks.n == peak.test.n - 2


def test_a_deep_fall_without_trend_is_no_plateau() -> None:
    series = years([90, 100, 80, 99, 81, 98, 82, 97])
    assert assess_peak(series).status is PeakStatus.NOT_PEAKED
    assert assess_peak(series, rule=PeakRule(plateau=0.3)).status is PeakStatus.PLATEAU


def test_the_exact_null_of_five_falling_values_is_two_in_120() -> None:
    assert exact_p(-10, [1] * 5) == pytest.approx(2 / 120, rel=1e-15)


@pytest.mark.parametrize("values", [(1, 2, 3, 4), (1, 1, 2, 3, 3), (1, 1, 1, 2, 2, 3)])
def test_the_exact_null_is_that_of_all_orders(values: tuple[int, ...]) -> None:
    def score(order: tuple[int, ...]) -> int:
        return sum((b > a) - (b < a) for a, b in itertools.combinations(order, 2))

    scores = [score(order) for order in itertools.permutations(values)]
    ties = [values.count(value) for value in sorted(set(values))]
    for s in set(scores):
        assert exact_p(s, ties) == pytest.approx(sum(abs(x) >= abs(s) for x in scores) / len(scores), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=12, max_size=25).filter(lambda values: len(set(values)) > 2))
def test_long_series_agree_with_the_reference_program(values: list[int]) -> None:
    expected = pymannkendall.original_test(values)
    found = mann_kendall([float(v) for v in values])
    assert (found.s, found.method) == (expected.s, "normal")
    assert found.z == pytest.approx(expected.z, abs=1e-12)
    assert found.p == pytest.approx(expected.p, abs=1e-12)
    assert found.slope == pytest.approx(expected.slope, abs=1e-12)
    corrected = hamed_rao([float(v) for v in values])
    if corrected.method == "hamed_rao":
        assert corrected.z == pytest.approx(pymannkendall.hamed_rao_modification_test(values).z, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1, 100), min_size=3, max_size=9, unique=True), st.floats(0.5, 5))
def test_peak_status_does_not_depend_on_the_unit(values: list[float], scale: float) -> None:
    one, other = assess_peak(years(values)), assess_peak(years([v * scale for v in values]))
    assert one.year == other.year


def test_double_attainment_names_both_years_and_their_gap() -> None:
    pm25 = {2011: 60.0, 2012: 50.0, 2013: 34.0, 2014: 36.0, 2015: 35.0, 2016: 33.0}
    found = double_attainment(pm25, years(PEAKED))
    assert (found.state, found.air_year, found.co2_year, found.sync_gap) == (DoubleState.BOTH, 2015, 2011, -4)
    assert double_attainment({2015: 50.0}, years(PEAKED)).state is DoubleState.CO2_ONLY
    assert double_attainment(pm25, years(PEAKED[:7])).state is DoubleState.AIR_ONLY
    assert double_attainment({}, years(PEAKED)).state is DoubleState.UNDETERMINED


def test_the_limit_of_the_year_decides_attainment() -> None:
    assert double_attainment({2025: 32.0}, years(PEAKED)).air_year == 2025
    assert double_attainment({2026: 32.0}, years(PEAKED)).air_year is None


def test_a_later_year_above_its_limit_undoes_attainment() -> None:
    limits = dict.fromkeys(range(2010, 2014), 35.0)
    assert attainment_year({2010: 30.0, 2011: 36.0, 2012: 34.0, 2013: 33.0}, limits) == 2012
    assert attainment_year({2010: 30.0, 2011: 36.0}, limits) is None
    assert three_year_means({2010: 30.0, 2011: 33.0, 2012: 36.0, 2014: 1.0}) == {2012: 33.0}
