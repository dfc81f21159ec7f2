"""Limits and index breakpoints of ambient air, by edition and date (GB 3095, HJ 633)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text
from cocontrol.reference._data import optional_date, read_text_table

HJ633_2012, HJ633_2026 = "HJ 633-2012", "HJ 633-2026"

DAILY_POLLUTANTS = ("SO2", "NO2", "CO", "PM10", "PM25", "O3")
"""The six pollutants of the daily index; O3 by the daily maximum of 8-hour means."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One straight piece of a sub-index: concentration from `low` to `high` maps to `index_low` … `index_high`.

    Concentrations in the unit of the table (CO mg/m³, others µg/m³).
    """

    low: float
    high: float
    index_low: int
    index_high: int


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of GB 3095 for one pollutant and averaging time, class 2 areas, with its edition and status."""

    standard: str
    pollutant: str
    averaging: str
    value: float
    unit: str
    status: Status
    valid_from: date | None
    valid_to: date | None


@lru_cache(maxsize=4)
def daily_breakpoints(edition: str) -> dict[str, tuple[Segment, ...]]:
    """Segments of the daily sub-index by pollutant (HJ 633, table 1; O3 by the 8-hour column).

    Raises
    ------
    NotFound
        There is no such edition; the message lists those there are.
    """
    table = read_text_table("aqi_breakpoints.csv")
    rows = table.filter((table["standard"] == edition) & table["averaging"].is_in(["24h", "8h"]))
    if rows.is_empty():
        raise NotFound(_no_edition(edition, sorted(table["standard"].unique())))
    made: dict[str, list[Segment]] = {}
    for row in rows.iter_rows(named=True):
        segment = Segment(
            float(row["concentration_low"]),
            float(row["concentration_high"]),
            int(row["iaqi_low"]),
            int(row["iaqi_high"]),
        )
        made.setdefault(row["pollutant"], []).append(segment)
    return {pollutant: tuple(sorted(segments, key=lambda s: s.low)) for pollutant, segments in made.items()}


@lru_cache(maxsize=1)
def index_change() -> date:
    """The day from which HJ 633-2026 holds; before it HJ 633-2012 does."""
    table = read_text_table("aqi_breakpoints.csv")
    return date.fromisoformat(table.filter(table["standard"] == HJ633_2026)["valid_from"][0])


def limit(pollutant: str, averaging: str, *, on: date) -> Limit:
    """The class 2 limit of GB 3095 in force on that day; before 2016 that of the 2012 edition.

    Raises
    ------
    NotFound
        GB 3095 has no such limit here.
    """
    rows = [limit_ for limit_ in _limits() if (limit_.pollutant, limit_.averaging) == (pollutant, averaging)]
    for found in rows:
        starts = found.valid_from is None or found.valid_from <= on or found is rows[0]
        if starts and (found.valid_to is None or on <= found.valid_to):
            return found
    raise NotFound(_no_limit(pollutant, averaging))


@lru_cache(maxsize=1)
def _limits() -> tuple[Limit, ...]:
    return tuple(
        Limit(
            row["standard"],
            row["pollutant"],
            row["averaging"],
            float(row["class_2"]),
            row["unit"],
            Status(row["status"]),
            optional_date(row["valid_from"]),
            optional_date(row["valid_to"]),
        )
        for row in read_text_table("ambient_limits.csv").iter_rows(named=True)
    )


def _no_edition(edition: str, known: list[str]) -> Fault:
    return Fault(
        "air_quality.edition_unknown",
        Text("没有这一版标准", "no such edition"),
        value=edition,
        allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(known)),
    )


def _no_limit(pollutant: str, averaging: str) -> Fault:
    return Fault(
        "air_quality.limit_unknown",
        Text("GB 3095 没有这一限值", "GB 3095 has no such limit here"),
        value=f"{pollutant} {averaging}",
    )
