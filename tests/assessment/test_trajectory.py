"""Paths from base year to target year: the worked example of the method notes, by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.assessment.trajectory import (
    Path,
    change_pct,
    required_annual_change_pct,
    required_change_pct,
    required_level,
)


def test_cumulative_path_of_a_fall_of_18_percent_after_three_of_five_years() -> None:
    assert required_change_pct(-18, elapsed=3, span=5, path=Path.LINEAR) == pytest.approx(-10.8)
    assert required_change_pct(-18, elapsed=3, span=5, path=Path.GEOMETRIC) == pytest.approx(-11.225484, abs=1e-6)


def test_achieved_fall_and_the_rate_still_needed() -> None:
    # C 2020/2023 = 300/322, G = 10 000/11 900 at constant prices
    achieved = change_pct(300 / 10000, 322 / 11900)
    assert achieved == pytest.approx(-9.803922, abs=1e-6)
    assert required_annual_change_pct(-18, achieved, years_left=2) == pytest.approx(-4.651668, abs=1e-6)


def test_levels_between_milestones() -> None:
    assert required_level(120, 124, elapsed=1, span=2, path=Path.LINEAR) == pytest.approx(122)
    assert required_level(120, 124, elapsed=1, span=2, path=Path.GEOMETRIC) == pytest.approx(121.983605, abs=1e-6)
    assert required_level(124, 118, elapsed=2, span=3, path=Path.GEOMETRIC) == pytest.approx(119.967028, abs=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: required_change_pct(-18, elapsed=1, span=0, path=Path.LINEAR),
        lambda: required_change_pct(-100, elapsed=1, span=5, path=Path.GEOMETRIC),
        lambda: required_level(0, 5, elapsed=1, span=5, path=Path.GEOMETRIC),
        lambda: required_level(1, 5, elapsed=1, span=0, path=Path.LINEAR),
        lambda: required_annual_change_pct(-18, -5, years_left=0),
        lambda: required_annual_change_pct(-18, -100, years_left=1),
        lambda: change_pct(0, 1),
    ],
)
def test_what_is_not_defined_raises(call: Callable[[], float]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        call()


@given(target=st.floats(-90, 200), span=st.integers(1, 30), path=st.sampled_from(Path))
def test_a_path_starts_at_nothing_and_ends_at_the_target(target: float, span: int, path: Path) -> None:
    assert required_change_pct(target, elapsed=0, span=span, path=path) == pytest.approx(0, abs=1e-9)
    assert required_change_pct(target, elapsed=span, span=span, path=path) == pytest.approx(target, rel=1e-9, abs=1e-9)


@given(achieved=st.floats(-50, 50), target=st.floats(-60, 60), years=st.integers(1, 10))
def test_the_required_annual_rate_reaches_the_target(achieved: float, target: float, years: int) -> None:
    rate = required_annual_change_pct(target, achieved, years_left=years)
    assert 100 * ((1 + achieved / 100) * (1 + rate / 100) ** years - 1) == pytest.approx(target, rel=1e-6, abs=1e-6)
