"""Shares of a year's mass in months and hours, from the profiles of a source class."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.reference.temporal_profiles import Period, has_temporal_profile, temporal_profile

LOCAL_OFFSET_HOURS = 8
"""Chinese civil time is UTC+8 without summer time; profiles and statistical years follow it."""

MOST_HOURS = 368 * 24
"""Hours of the longest axis: a leap year and a day on either side."""

Frequency = Literal["year", "month", "hour"]


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Steps of a file: their beginnings, and the end of the last. Steps join without gaps.

    The year and its months are those of local civil time; hours are in UTC, as models want them (`utc_offset_hours`
    is what was added to UTC).
    """

    frequency: Frequency
    edges: tuple[datetime, ...]
    utc_offset_hours: int

    @property
    def starts(self) -> tuple[datetime, ...]:
        """Beginning of each step."""
        return self.edges[:-1]

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.edges) - 1

    def seconds(self) -> Floats:
        """Length of each step."""
        edges = np.array([(edge - self.edges[0]).total_seconds() for edge in self.edges])
        return np.diff(edges)


def year_axis(year: int) -> TimeAxis:
    """One step: the statistical year."""
    return TimeAxis("year", (datetime(year, 1, 1), datetime(year + 1, 1, 1)), LOCAL_OFFSET_HOURS)


def month_axis(year: int) -> TimeAxis:
    """The twelve months of a year."""
    edges = (*(datetime(year, month, 1) for month in range(1, 13)), datetime(year + 1, 1, 1))
    return TimeAxis("month", edges, LOCAL_OFFSET_HOURS)


def hour_axis(first: date, hours: int = 24) -> TimeAxis:
    """`hours` hours from midnight UTC of a day.

    Raises
    ------
    InvalidInput
        There is no hour, or there are more than a year has.
    """
    if not 1 <= hours <= MOST_HOURS:
        raise InvalidInput(
            Fault(
                "grid.hours",
                Text("小时数不可用", "the number of hours cannot be used"),
                value=str(hours),
                allowed=Text("1–{n}", "1–{n}").format(n=MOST_HOURS),
            )
        )
    start = datetime(first.year, first.month, first.day)
    return TimeAxis("hour", tuple(start + timedelta(hours=step) for step in range(hours + 1)), 0)


@dataclass(frozen=True, slots=True)
class ClassProfile:
    """Shares of months, weekdays and hours of one source class; None where nothing is published: even over time."""

    month: tuple[float, ...] | None = None
    weekday: tuple[float, ...] | None = None
    hour: tuple[float, ...] | None = None


def profile_of(temporal_class: str | None, jurisdiction: str | None = None) -> ClassProfile:
    """The published profiles of a class (T/CSES 144-2024); an unpublished period, or no class, is even."""
    return ClassProfile(*(_published(period, temporal_class, jurisdiction) for period in ("month", "weekday", "hour")))


def _published(period: Period, temporal_class: str | None, jurisdiction: str | None) -> tuple[float, ...] | None:
    if temporal_class is None or not has_temporal_profile(period, temporal_class, jurisdiction):
        return None
    return temporal_profile(period, temporal_class, jurisdiction).shares


def time_shares(profile: ClassProfile, axis: TimeAxis) -> Floats:
    """The share of the year's mass in each step of the axis.

    A month takes its share (without one, its share of the days of the year); a day takes its weekday's share among
    the days of the month; an hour its share of the day. Over all hours of a local year the shares add to 1. An axis
    that reaches into the next local year takes that year's calendar and the same annual mass.
    """
    _refuse_unsound(profile)
    if axis.frequency == "year":
        return np.ones(axis.steps)
    if axis.frequency == "month":
        return np.array([_month_share(profile, start.year, start.month) for start in axis.starts])
    shift = timedelta(hours=LOCAL_OFFSET_HOURS - axis.utc_offset_hours)
    local = [start + shift for start in axis.starts]
    hour = profile.hour or (1.0 / 24,) * 24
    return np.array([_day_share(profile, moment.date()) * hour[moment.hour] for moment in local])


def _month_share(profile: ClassProfile, year: int, month: int) -> float:
    if profile.month is not None:
        return profile.month[month - 1]
    return calendar.monthrange(year, month)[1] / (366 if calendar.isleap(year) else 365)


def _day_share(profile: ClassProfile, day: date) -> float:
    weekday = profile.weekday or (1.0 / 7,) * 7
    of_month = _weekday_total(weekday, day.year, day.month)
    return _month_share(profile, day.year, day.month) * weekday[day.weekday()] / of_month


@lru_cache(maxsize=1024)
def _weekday_total(weekday: tuple[float, ...], year: int, month: int) -> float:
    """Sum of the weekday shares over the days of a month."""
    first, days = calendar.monthrange(year, month)
    return sum(weekday[(first + day) % 7] for day in range(days))


def _refuse_unsound(profile: ClassProfile) -> None:
    faults = [
        Fault(
            "temporal_profile.sum",
            Text("时间分配系数之和不为 1 或有负值", "the shares of a profile do not add to 1, or one is negative"),
            value=f"{name}: {sum(shares):.6g}",
            allowed=Text("{n} 个非负数，和为 1", "{n} shares of 0 or more that add to 1").format(n=count),
        )
        for name, shares, count in _periods(profile)
        if len(shares) != count or min(shares) < 0 or abs(sum(shares) - 1.0) > 1e-9
    ]
    if faults:
        raise InvalidInput(*faults)


def _periods(profile: ClassProfile) -> Sequence[tuple[str, tuple[float, ...], int]]:
    given = (("month", profile.month, 12), ("weekday", profile.weekday, 7), ("hour", profile.hour, 24))
    return [(name, shares, count) for name, shares, count in given if shares is not None]
