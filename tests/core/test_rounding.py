from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.rounding import round_half_even, round_half_up, truncate

DECIMALS = st.decimals(min_value=-(10**9), max_value=10**9, places=6)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("2.675", 2, "2.68"),
        ("2.665", 2, "2.67"),
        ("-2.675", 2, "-2.68"),
        ("0.5", 0, "1"),
        ("1.4", 0, "1"),
        (2.675, 2, "2.68"),
    ],
)
def test_half_up_goes_away_from_zero(value: str | float, places: int, expected: str) -> None:
    assert round_half_up(value, places) == Decimal(expected)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [("2.5", 0, "2"), ("3.5", 0, "4"), ("2.51", 0, "3"), ("-2.5", 0, "-2"), ("0.125", 2, "0.12"), ("0.135", 2, "0.14")],
)
def test_half_even_goes_to_the_even_digit(value: str, places: int, expected: str) -> None:
    assert round_half_even(value, places) == Decimal(expected)


@pytest.mark.parametrize(("value", "expected"), [("1999.99", "1999"), ("-1.9", "-1"), ("0.999999", "0")])
def test_truncation_never_rounds_up(value: str, expected: str) -> None:
    assert truncate(value) == Decimal(expected)


@given(DECIMALS, st.integers(0, 5))
def test_rounding_moves_a_value_by_half_a_step_at_most_and_rests_there(value: Decimal, places: int) -> None:
    step = Decimal(1).scaleb(-places)
    for rule in (round_half_up, round_half_even):
        rounded = rule(value, places)
        assert abs(rounded - value) <= step / 2
        assert rule(rounded, places) == rounded


@given(DECIMALS, st.integers(0, 5))
def test_truncation_stays_within_one_step_towards_zero(value: Decimal, places: int) -> None:
    cut = truncate(value, places)
    assert abs(cut) <= abs(value) < abs(cut) + Decimal(1).scaleb(-places)


@given(DECIMALS)
def test_half_up_is_odd(value: Decimal) -> None:
    assert round_half_up(-value, 2) == -round_half_up(value, 2)
