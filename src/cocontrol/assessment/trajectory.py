"""Where a target should have got to by a year on the way, and what rate is left.

A cumulative change T by year n can be spread over the years in more than one way; plans do not say
which. The linear and the geometric path differ by up to about half a percentage point for T = 18 %, so
the path is always named.
"""

from __future__ import annotations

import math
from enum import StrEnum

from cocontrol.core.text import Text


class Path(StrEnum):
    """How a cumulative change is spread over the years."""

    LINEAR = "linear"
    GEOMETRIC = "geometric"

    @property
    def label(self) -> Text:
        """What people call it."""
        return {
            Path.LINEAR: Text("线性", "linear"),
            Path.GEOMETRIC: Text("等比", "geometric"),
        }[self]


def required_change_pct(target_pct: float, *, elapsed: int, span: int, path: Path) -> float:
    """Change from the base year, in percent, that the path asks for after `elapsed` of `span` years.

    Linear: ``T · k/n``. Geometric: ``(1 + T)^(k/n) − 1``, T as a fraction. A fall is negative.

    Raises
    ------
    ValueError
        `span` is not positive, or a geometric path is asked for a fall of 100 % or more.
    """
    if span <= 0:
        raise ValueError(f"span must be positive: {span}")
    share = elapsed / span
    if path is Path.LINEAR:
        return target_pct * share
    if target_pct <= -100:
        raise ValueError(f"no geometric path leads to a fall of {-target_pct} %")
    return 100 * (math.pow(1 + target_pct / 100, share) - 1)


def required_level(base: float, target: float, *, elapsed: int, span: int, path: Path) -> float:
    """Level that the path from `base` to `target` asks for after `elapsed` of `span` years.

    Linear: ``b + (t − b)·k/n``. Geometric: ``b·(t/b)^(k/n)``.

    Raises
    ------
    ValueError
        `span` is not positive, or a geometric path is asked between levels that are not both positive.
    """
    if span <= 0:
        raise ValueError(f"span must be positive: {span}")
    share = elapsed / span
    if path is Path.LINEAR:
        return base + (target - base) * share
    if base <= 0 or target <= 0:
        raise ValueError("a geometric path needs positive levels")
    return base * math.pow(target / base, share)


def required_annual_change_pct(target_pct: float, achieved_pct: float, *, years_left: int) -> float:
    """Yearly change, in percent, that still reaches the target: ``((1+T)/(1+a))^(1/m) − 1``.

    Raises
    ------
    ValueError
        No year is left, or the change achieved is −100 % or less.
    """
    if years_left <= 0:
        raise ValueError(f"no year is left: {years_left}")
    if achieved_pct <= -100:
        raise ValueError(f"nothing is left to change after {achieved_pct} %")
    return 100 * (math.pow((1 + target_pct / 100) / (1 + achieved_pct / 100), 1 / years_left) - 1)


def change_pct(base: float, value: float) -> float:
    """Change from `base` to `value` in percent, ``100·(value/base − 1)``; a fall is negative.

    Raises
    ------
    ValueError
        `base` is not positive.
    """
    if base <= 0:
        raise ValueError(f"the base must be positive: {base}")
    return 100 * (value / base - 1)
