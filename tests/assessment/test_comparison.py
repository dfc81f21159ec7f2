"""Operators and the words that bend them."""

from __future__ import annotations

import pytest

from cocontrol.assessment.comparison import Outcome, Wording, compare

PLAIN = Wording()


@pytest.mark.parametrize(
    ("value", "operator", "target", "expected"),
    [
        (50.0, ">=", 50.0, Outcome.HOLDS),
        (49.9999, ">=", 50.0, Outcome.FAILS),
        (50.0, ">", 50.0, Outcome.FAILS),
        (50.0001, ">", 50.0, Outcome.HOLDS),
        (200.0, "<=", 200.0, Outcome.HOLDS),
        (200.1, "<=", 200.0, Outcome.FAILS),
        (35.0, "<", 35.0, Outcome.FAILS),
        (34.9, "<", 35.0, Outcome.HOLDS),
        (3.0, "==", 3.0, Outcome.HOLDS),
        (3.1, "==", 3.0, Outcome.FAILS),
        (-20.0, "change_pct", -20.0, Outcome.HOLDS),
        (-19.99, "change_pct", -20.0, Outcome.FAILS),
        (-25.0, "change_pct", -20.0, Outcome.HOLDS),
        (20.0, "change_pct", -20.0, Outcome.FAILS),
        (10.0, "change_pct", 10.0, Outcome.HOLDS),
        (9.9, "change_pct", 10.0, Outcome.FAILS),
        (-10.0, "change_pct", 10.0, Outcome.FAILS),
    ],
)
def test_operators_at_their_edges(value: float, operator: str, target: float, expected: Outcome) -> None:
    assert compare(value, operator, target, PLAIN).outcome is expected


def test_the_last_bit_of_binary_arithmetic_decides_nothing() -> None:
    assert compare(100 * (0.82 / 1.0 - 1), "change_pct", -18.0, PLAIN).outcome is Outcome.HOLDS
    assert compare(0.1 + 0.2, ">", 0.3, PLAIN).outcome is Outcome.FAILS


def test_a_figure_that_a_person_could_round_up_is_not_rounded_up() -> None:
    assert compare(4.96, ">=", 5.0, PLAIN).outcome is Outcome.FAILS


def test_about_is_open_below_the_number_until_a_tolerance_is_set() -> None:
    opened = compare(14.0, ">=", 15.0, Wording("左右"))
    assert opened.outcome is Outcome.OPEN
    assert opened.reason is not None
    assert "qualifier.左右.tolerance" in opened.reason.en
    assert compare(14.0, ">=", 15.0, Wording("左右", tolerance=1.0)).outcome is Outcome.HOLDS
    assert compare(13.9, ">=", 15.0, Wording("左右", tolerance=1.0)).outcome is Outcome.FAILS


def test_about_needs_no_tolerance_where_the_number_itself_is_reached() -> None:
    assert compare(-18.0, "change_pct", -17.0, Wording("左右")).outcome is Outcome.HOLDS


def test_about_with_equality_is_a_range_on_both_sides() -> None:
    wording = Wording("左右", tolerance=1.0)
    assert compare(15.9, "==", 15.0, wording).outcome is Outcome.HOLDS
    assert compare(16.1, "==", 15.0, wording).outcome is Outcome.FAILS
    assert compare(15.9, "==", 15.0, Wording("左右")).outcome is Outcome.OPEN


@pytest.mark.parametrize("word", ["以上", "以下", "以内"])
def test_a_bare_bound_is_open_exactly_at_the_number(word: str) -> None:
    operator = ">=" if word == "以上" else "<="
    assert compare(68.0, operator, 68.0, Wording(word)).outcome is Outcome.OPEN
    assert compare(68.0, operator, 68.0, Wording(word, inclusive=True)).outcome is Outcome.HOLDS
    assert compare(68.0, operator, 68.0, Wording(word, inclusive=False)).outcome is Outcome.FAILS


@pytest.mark.parametrize("word", ["及以上", "及以下"])
def test_a_bound_that_names_the_number_holds_it(word: str) -> None:
    operator = ">=" if word == "及以上" else "<="
    assert compare(68.0, operator, 68.0, Wording(word)).outcome is Outcome.HOLDS


def test_a_bare_bound_is_plain_away_from_the_number() -> None:
    assert compare(68.1, ">=", 68.0, Wording("以上")).outcome is Outcome.HOLDS
    assert compare(67.9, ">=", 68.0, Wording("以上")).outcome is Outcome.FAILS


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="improving"):
        compare(1.0, "improving", 1.0, PLAIN)
