"""Periods of time as the field writes them: ``2013``, ``2013Q2``, ``2013-05``, ``2013-05-17``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text

_YEAR = re.compile(r"^(\d{4})$", re.ASCII)
_QUARTER = re.compile(r"^(\d{4})Q([1-4])$", re.ASCII)
_MONTH = re.compile(r"^(\d{4})-(\d{2})$", re.ASCII)
_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A closed span of days with the name it is known by; orders by first day, then last."""

    start: date
    end: date
    name: str

    def contains(self, other: Period) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    @property
    def days(self) -> int:
        """Number of days, first and last counted."""
        return (self.end - self.start).days + 1

    def __str__(self) -> str:
        return self.name


def parse_period(text: str) -> Period:
    """The period that `text` names.

    Raises
    ------
    InvalidInput
        `text` is none of the four written forms, or names a date that does not exist.
    """
    cleaned = text.strip()
    try:
        period = _parse(cleaned)
    except ValueError:
        period = None
    if period is None:
        raise InvalidInput(
            Fault(
                "period.form",
                Text("不是有效的时段", "not a period"),
                value=text,
                allowed=Text("2013、2013Q2、2013-05 或 2013-05-17", "2013, 2013Q2, 2013-05 or 2013-05-17"),
            )
        )
    return period


def _parse(text: str) -> Period | None:
    if match := _YEAR.match(text):
        return year(int(match[1]))
    if match := _QUARTER.match(text):
        first_month = 3 * int(match[2]) - 2
        start = date(int(match[1]), first_month, 1)
        return Period(start, _month_end(int(match[1]), first_month + 2), text)
    if match := _MONTH.match(text):
        start = date(int(match[1]), int(match[2]), 1)
        return Period(start, _month_end(start.year, start.month), text)
    if match := _DAY.match(text):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return Period(day, day, text)
    return None


def year(number: int) -> Period:
    """The calendar year."""
    return Period(date(number, 1, 1), date(number, 12, 31), f"{number:04d}")


def _month_end(year_number: int, month: int) -> date:
    following = date(year_number + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
