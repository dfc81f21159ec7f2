"""Filling the gaps of a yearly series, one method a call; what was observed is never touched.

The techniques and their limits: IPCC 2006 Guidelines, Vol. 1, Ch. 5, section 5.3.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from cocontrol.core.text import Text
from cocontrol.inventory.series.values import Filled, Method, YearValue, missing, reported

Series = Mapping[int, float | None]

EXTRAPOLATION_YEARS = 3
"""How far a trend may be carried on; the Guidelines ask for short spans without a number, this one is ours."""

TREND_YEARS = 5
"""Newest known years that a trend is drawn through."""

NOT_BETWEEN = Text("{y} 年两侧没有已知年份，不能内插", "no known years on both sides of {y}: nothing to interpolate")
NO_DRIVER = Text("没有 {y} 年的替代数据", "no surrogate data for {y}")
TOO_FAR = Text("{y} 年距已知年份超过 {n} 年，不外推", "{y} is more than {n} years from what is known")
TOO_FEW = Text("已知年份少于两年，没有趋势", "fewer than two known years: no trend")


def interpolate(series: Series, years: Iterable[int]) -> Filled:
    """Linear between the nearest known years: ``y(t) = y(a) + (y(b) − y(a))·(t − a)/(b − a)``.

    Years outside what is known stay missing with the reason. Values of any one unit.
    """
    known = reported(series)
    made: Filled = {}
    for year in sorted(set(years) | set(known)):
        made[year] = known.get(year) or _between(series, sorted(known), year)
    return made


def _between(series: Series, known: list[int], year: int) -> YearValue:
    ends = _neighbours(known, year)
    if ends is None:
        return missing(year, NOT_BETWEEN.format(y=year))
    before, after = ends
    low, high = _value(series, before), _value(series, after)
    value = low + (high - low) * (year - before) / (after - before)
    return YearValue(year, value, Method.INTERPOLATED, "y(a) + (y(b) − y(a))·(t − a)/(b − a)", (before, after))


def _neighbours(known: list[int], year: int) -> tuple[int, int] | None:
    before = [y for y in known if y < year]
    after = [y for y in known if y > year]
    return (before[-1], after[0]) if before and after else None


def _value(series: Series, year: int) -> float:
    value = series[year]
    if value is None:
        raise ValueError(f"{year} has no value")
    return value


def surrogate(series: Series, driver: Series, years: Iterable[int]) -> Filled:
    """By another quantity that moves with the source: ``y(t) = y(a)·s(t)/s(a)`` (Eq. 5.2).

    Between two known years the ratio y/s is interpolated between theirs, so that the filled years meet both
    ends; outside it is that of the nearest known year. Years without driver stay missing with the reason.

    Parameters
    ----------
    driver : the surrogate s by year (output, population, freight …), of any unit; zero counts as no data.
    """
    known = reported(series)
    usable = [year for year in sorted(known) if driver.get(year)]
    made: Filled = {}
    for year in sorted(set(years) | set(known)):
        made[year] = known.get(year) or _driven(series, driver, usable, year)
    return made


def _driven(series: Series, driver: Series, usable: list[int], year: int) -> YearValue:
    here = driver.get(year)
    if here is None or not usable:
        return missing(year, NO_DRIVER.format(y=year))
    ratios = {y: _value(series, y) / _value(driver, y) for y in usable}
    ends = _neighbours(usable, year)
    if ends is None:
        nearest = min(usable, key=lambda y: abs(y - year))
        return YearValue(year, here * ratios[nearest], Method.SURROGATE, "y(a)·s(t)/s(a)", (nearest,))
    before, after = ends
    ratio = ratios[before] + (ratios[after] - ratios[before]) * (year - before) / (after - before)
    return YearValue(year, here * ratio, Method.SURROGATE, "s(t)·(y/s between a and b)", ends)


def extrapolate(
    series: Series, years: Iterable[int], *, span: int = EXTRAPOLATION_YEARS, trend: int = TREND_YEARS
) -> Filled:
    """Along the straight line through the `trend` known years nearest to the end, at most `span` years beyond it.

    Gaps between known years stay missing: interpolate those. A value below zero is not given where all
    known ones are not below it.
    """
    known = reported(series)
    order = sorted(known)
    made: Filled = {}
    for year in sorted(set(years) | set(known)):
        made[year] = known.get(year) or _carried_on(series, order, year, span, trend)
    return made


def _carried_on(series: Series, known: list[int], year: int, span: int, trend: int) -> YearValue:
    if len(known) < 2:
        return missing(year, TOO_FEW)
    if known[0] < year < known[-1]:
        return missing(
            year, Text("{y} 年在已知年份之间，应内插", "{y} lies between known years: interpolate").format(y=year)
        )
    forward = year > known[-1]
    end = known[-1] if forward else known[0]
    if abs(year - end) > span:
        return missing(year, TOO_FAR.format(y=year, n=span))
    base = known[-trend:] if forward else known[:trend]
    slope, level = np.polynomial.polynomial.polyfit([y - end for y in base], [_value(series, y) for y in base], 1)[::-1]
    value = float(level + slope * (year - end))
    if value < 0 <= min(_value(series, y) for y in known):
        return missing(year, Text("趋势外推得负值", "the trend leads below zero"))
    return YearValue(year, value, Method.EXTRAPOLATED, "least-squares line", tuple(base))


def splice_overlap(new: Series, old: Series, years: Iterable[int]) -> Filled:
    """Years that only the old method has, brought to the level of the new one (Eq. 5.1).

    ``y(t) = x(t) · mean over the overlap of y/x``: x by the old method, y by the new. Years of the new method
    stay as they are. Without a year in which both are known and x is not zero nothing is spliced.
    """
    known = reported(new)
    shared = tuple(year for year in sorted(known) if old.get(year))
    none = Text("新旧方法没有重叠年份", "the two methods share no year")
    ratio = sum(_value(new, y) / _value(old, y) for y in shared) / len(shared) if shared else None
    made: Filled = {}
    for year in sorted(set(years) | set(known)):
        before = old.get(year)
        if year in known:
            made[year] = known[year]
        elif ratio is None or before is None:
            made[year] = missing(
                year, none if ratio is None else Text("旧方法没有这一年", "the old method lacks the year")
            )
        else:
            made[year] = YearValue(year, before * ratio, Method.OVERLAP, "x(t)·mean(y/x)", shared)
    return made
