"""The daily air quality index of HJ 633, exact: integer arithmetic on thousandths, so that no float rounds up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from cocontrol.reference.air_quality import (
    DAILY_POLLUTANTS,
    HJ633_2012,
    HJ633_2026,
    Segment,
    daily_breakpoints,
    index_change,
)

GOOD = 100
"""Index up to which a day is good (优 or 良)."""

HEAVY = 200
"""Index above which pollution is heavy or worse (重度 and 严重)."""

HIGHEST = 500

_SCALE = 1000

BY_DATE = "by_date"
VARIANTS = {"hj633_2012": HJ633_2012, "hj633_2026": HJ633_2026}
"""Variant of an indicator → edition of the standard."""

COLUMNS = {"SO2": "SO2", "NO2": "NO2", "CO": "CO", "PM10": "PM10", "PM25": "PM25", "O3": "O3_8h"}
"""Pollutant of the index → column of the daily table."""


def with_daily_index(daily: pl.DataFrame) -> pl.DataFrame:
    """The daily table with ``aqi_hj633_2012``, ``aqi_hj633_2026`` and ``aqi_by_date`` (Int64).

    ``IAQI = (I_hi − I_lo)/(C_hi − C_lo)·(C − C_lo) + I_lo`` rounded up; AQI = the largest (HJ 633). The 2026
    edition first rounds concentrations to integers (CO to one decimal), half to even (GB/T 8170). A
    concentration of zero or below is missing. Where a pollutant is missing the index is given only if the
    others already exceed 100, else it is null (rule of the 2026 edition, used for both). Above the last
    breakpoint it is 500. ``aqi_by_date`` takes the edition in force on the day.

    Parameters
    ----------
    daily : keyed (`adcode`, `date`), columns PM25, PM10, SO2, NO2, O3_8h (µg/m³), CO (mg/m³).
    """
    made = daily.with_columns(
        _daily_index(daily, edition, rounds=edition == HJ633_2026).alias(f"aqi_{variant}")
        for variant, edition in VARIANTS.items()
    )
    newer = pl.col("date") >= index_change()
    return made.with_columns(pl.when(newer).then("aqi_hj633_2026").otherwise("aqi_hj633_2012").alias(f"aqi_{BY_DATE}"))


def _daily_index(daily: pl.DataFrame, edition: str, *, rounds: bool) -> pl.Series:
    points = daily_breakpoints(edition)
    scaled = daily.select(_thousandths(p, rounds=rounds).alias(p) for p in DAILY_POLLUTANTS)
    parts = scaled.select(sub_index(pl.col(p), points[p]).alias(p) for p in DAILY_POLLUTANTS)
    highest = parts.max_horizontal()
    complete = parts.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
    kept = complete | (highest > GOOD)
    return parts.select(pl.when(kept).then(highest).alias("index")).to_series()


def _thousandths(pollutant: str, *, rounds: bool) -> pl.Expr:
    """The concentration in thousandths of its unit, null where it is missing; rounded half to even if asked."""
    column = pl.col(COLUMNS[pollutant])
    exact = (pl.when(column > 0).then(column) * _SCALE).round().cast(pl.Int64)
    if not rounds:
        return exact
    step = _SCALE // 10 if pollutant == "CO" else _SCALE
    whole, rest = exact // step, exact % step
    up = (rest * 2 > step) | ((rest * 2 == step) & (whole % 2 == 1))
    return (whole + up.cast(pl.Int64)) * step


def sub_index(thousandths: pl.Expr, segments: Sequence[Segment]) -> pl.Expr:
    """The sub-index of one pollutant from its concentration in thousandths, rounded up."""
    index: Any = pl.when(thousandths.is_null()).then(None)
    for segment in segments:
        low, high = round(segment.low * _SCALE), round(segment.high * _SCALE)
        rise = (segment.index_high - segment.index_low) * (thousandths - low)
        index = index.when(thousandths <= high).then(segment.index_low - (-rise // (high - low)))
    found: pl.Expr = index.otherwise(HIGHEST).cast(pl.Int64)
    return found
