"""Indicator rows as series that a target can be held against: one per boundary and variant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.indicators.catalogue import ENERGY_ONLY
from cocontrol.reference.metrics import metric_name

FIRST = 5
"""Sources that a reason names."""

UNEVEN = Text(
    "{a} 年和 {b} 年的合计不可比：{s} 只有一年有估算值，缺失不等于零",
    "the totals of {a} and {b} do not compare: {s} are estimated in one year only, and missing is not zero",
)


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one year; None with the reason of the indicator table.

    `estimated` and `lacking` are the sources (category/fuel) that the total behind it holds, and those that it leaves out.
    """

    value: float | None
    note: Text | None
    estimated: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Observations:
    """The years of one metric of one region under one boundary and variant."""

    metric: str
    adcode: str
    boundary: str
    variant: str
    unit: str
    by_year: Mapping[int, Observation] = field(default_factory=dict)

    def value(self, year: int) -> float | None:
        """The value of that year, None where there is none."""
        found = self.by_year.get(year)
        return found.value if found else None

    def why_missing(self, year: int) -> Text:
        """Why that year has no value."""
        found = self.by_year.get(year)
        if found and found.note:
            return found.note
        return Text("没有 {y} 年的“{m}”", "no value of “{m}” for {y}").format(y=year, m=metric_name(self.metric))

    def uneven(self, one: int, other: int) -> Text | None:
        """Why a change between two years cannot be told: a source is in the total of one and missing in the other."""
        first, second = self.by_year.get(one), self.by_year.get(other)
        if first is None or second is None:
            return None
        sources = (first.lacking & second.estimated) | (second.lacking & first.estimated)
        if self.boundary == ENERGY_ONLY:
            sources = frozenset(name for name in sources if name.startswith("1"))
        return UNEVEN.format(a=one, b=other, s=", ".join(sorted(sources)[:FIRST])) if sources else None

    def known_years(self, *, as_of: date) -> list[int]:
        """Years that have a value and had ended by `as_of`, ascending."""
        return sorted(y for y, o in self.by_year.items() if o.value is not None and date(y, 12, 31) < as_of)

    def fact(self, year: int) -> dict[str, Any]:
        """One value as verdicts show it."""
        return {
            "indicator_id": self.metric,
            "adcode": self.adcode,
            "period": str(year),
            "boundary": self.boundary,
            "variant": self.variant,
            "value": self.value(year),
            "unit": self.unit,
        }


def read_observations(indicators: pl.DataFrame, metric: str, adcode: str) -> list[Observations]:
    """Every series of the metric and region in the table ``indicator``, by boundary and variant.

    Only whole years take part. A series is empty of values where the table says why.
    """
    rows = indicators.filter(
        (pl.col("indicator_id") == metric) & (pl.col("adcode") == adcode) & pl.col("period").str.contains(r"^\d{4}$")
    )
    series = []
    for (boundary, variant, unit), group in rows.group_by(["boundary", "variant", "unit"], maintain_order=True):
        by_year = {int(row["period"]): _observation(row) for row in group.iter_rows(named=True)}
        series.append(Observations(metric, adcode, str(boundary), str(variant), str(unit), by_year))
    return series


def _observation(row: dict[str, Any]) -> Observation:
    written = row["note_zh"] and row["note_en"]
    note = Text(row["note_zh"], row["note_en"]) if written else None
    entries = [entry for entry in json.loads(row.get("inputs") or "[]") if entry.get("role") == "emission"]
    estimated = frozenset(source for entry in entries for source in entry.get("estimated", ()))
    lacking = frozenset(
        f"{gap['category']}/{gap['fuel']}" for entry in entries for gap in entry.get("not_estimated", ())
    )
    return Observation(row["value"], note, estimated, lacking)
