"""Comparing a value with a target: operators, words that bend them, and what stays open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from cocontrol.core.text import Text

APPROXIMATE = ("左右", "约", "上下")
"""Words that make a target a range whose width nobody wrote down."""

BARE_BOUNDS = ("以上", "以下", "以内")
"""Bounds that do not say whether the number itself is meant. 及以上, 及以下 do say so and are not among them."""

STRIVING = ("力争", "争取", "努力")
"""Words that make a target one to strive for. It is judged, and said not to be binding."""


class Outcome(StrEnum):
    """What a comparison comes to."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words around a number, and what somebody has decided about them.

    `tolerance` (unit of the target) is the width of 左右; `inclusive` whether 以上, 以下, 以内 hold the
    number itself. None: nobody has decided.
    """

    qualifier: str = ""
    tolerance: float | None = None
    inclusive: bool | None = None

    @property
    def is_approximate(self) -> bool:
        """Whether the target is a range of unknown width."""
        return any(word in self.qualifier for word in APPROXIMATE)

    @property
    def is_bare_bound(self) -> bool:
        """Whether the words leave open if the number itself counts."""
        return any(word in self.qualifier and f"及{word}" not in self.qualifier for word in BARE_BOUNDS)

    @property
    def is_striving(self) -> bool:
        """Whether the target is one to strive for."""
        return any(word in self.qualifier for word in STRIVING)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome, and why it is open where it is."""

    outcome: Outcome
    reason: Text | None = None


def equal(one: float, other: float) -> bool:
    """Whether two figures are equal but for the last bits of binary arithmetic.

    It forgives 1e-9 of the value, never a rounding that a person made: 4.96 is not 5.0.
    """
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def compare(value: float, operator: str, target: float, wording: Wording) -> Comparison:
    """Whether `value operator target` holds under the wording.

    ``>= > <= < ==`` as written; ``change_pct``: `value` and `target` are changes in percent and a
    target of a fall (negative) or a rise is reached or exceeded. 左右 without a tolerance: it holds where
    the number itself is reached, and is open elsewhere. 以上, 以下, 以内 exactly at the number: open until
    somebody has decided.

    Raises
    ------
    ValueError
        The operator is none of these.
    """
    if wording.is_bare_bound and equal(value, target) and operator != "==":
        return _at_the_bound(wording)
    if _holds(value, operator, target, 0.0):
        return Comparison(Outcome.HOLDS)
    if not wording.is_approximate:
        return Comparison(Outcome.FAILS)
    if wording.tolerance is None:
        return Comparison(Outcome.OPEN, _no_tolerance(wording.qualifier))
    return Comparison(Outcome.HOLDS if _holds(value, operator, target, wording.tolerance) else Outcome.FAILS)


def _holds(value: float, operator: str, target: float, tolerance: float) -> bool:
    if operator == "change_pct":
        operator = "<=" if target <= 0 else ">="
    lower = value > target - tolerance or equal(value, target - tolerance)
    upper = value < target + tolerance or equal(value, target + tolerance)
    match operator:
        case ">=":
            return lower
        case "<=":
            return upper
        case "==":
            return lower and upper
        case ">":
            return value > target - tolerance and not equal(value, target - tolerance)
        case "<":
            return value < target + tolerance and not equal(value, target + tolerance)
    raise ValueError(f"operator cannot be compared: {operator}")


def _at_the_bound(wording: Wording) -> Comparison:
    if wording.inclusive is None:
        reason = Text(
            "数值恰为限值，「{q}」是否含本数未设定（参数 qualifier.{q}.inclusive）",
            "the value is exactly the bound, and nobody has set whether 「{q}」 holds the number itself "
            "(parameter qualifier.{q}.inclusive)",
        )
        return Comparison(Outcome.OPEN, reason.format(q=wording.qualifier))
    return Comparison(Outcome.HOLDS if wording.inclusive else Outcome.FAILS)


def _no_tolerance(qualifier: str) -> Text:
    return Text(
        "「{q}」的容差未设定（参数 qualifier.{q}.tolerance）",
        "the tolerance of 「{q}」 is not set (parameter qualifier.{q}.tolerance)",
    ).format(q=qualifier)
