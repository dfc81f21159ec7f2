"""One series of yearly values, each with the method that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cocontrol.core.text import Text

CHAPTER = "IPCC 2006 Guidelines, Vol. 1, Ch. 5"


class Method(StrEnum):
    """How a value came about. Only the first was not filled in."""

    REPORTED = "reported"
    INTERPOLATED = "interpolated"
    EXTRAPOLATED = "extrapolated"
    SURROGATE = "surrogate"
    OVERLAP = "overlap"
    MISSING = "missing"

    @property
    def label(self) -> Text:
        """What people read."""
        return _LABELS[self]


_LABELS = {
    Method.REPORTED: Text("原值", "as reported"),
    Method.INTERPOLATED: Text("内插", "interpolated"),
    Method.EXTRAPOLATED: Text("趋势外推", "extrapolated"),
    Method.SURROGATE: Text("替代数据法", "surrogate data"),
    Method.OVERLAP: Text("重叠法拼接", "spliced by overlap"),
    Method.MISSING: Text("缺失", "missing"),
}


@dataclass(frozen=True, slots=True)
class YearValue:
    """The value of a year with its method, formula, the years it rests on, and why it is missing where it is."""

    year: int
    value: float | None
    method: Method
    formula: str = ""
    rests_on: tuple[int, ...] = ()
    note: Text | None = None


Filled = dict[int, YearValue]
"""Year → value, every year asked for."""


def reported(series: Mapping[int, float | None]) -> Filled:
    """The values of a series as they stand; years without a value are left out."""
    return {y: YearValue(y, value, Method.REPORTED) for y, value in sorted(series.items()) if value is not None}


def missing(year: int, reason: Text) -> YearValue:
    """A year that no method fills, with the reason."""
    return YearValue(year, None, Method.MISSING, note=reason)
