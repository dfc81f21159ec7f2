"""Indicators of ambient air from monitoring: annual figures and days of good air, with rules of completeness."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.indicators.air_quality_index import BY_DATE, GOOD, HEAVY, VARIANTS, with_daily_index
from cocontrol.indicators.catalogue import MONITORED, MONTHLY_MEANS
from cocontrol.indicators.table import IndicatorRow, indicator_table

SINGLE = "single"
FEBRUARY, MONTHS = 2, 12


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many daily values a year needs: in all, in each month, and in February (GB 3095, validity of data)."""

    year: int = 324
    month: int = 27
    february: int = 25
    hours: int = 20


GB_3095 = Completeness()

_PER_SUBSTANCE = {
    "pm25": ("PM25", None, "ug/m3"),
    "pm10": ("PM10", None, "ug/m3"),
    "so2_concentration": ("SO2", None, "ug/m3"),
    "no2_concentration": ("NO2", None, "ug/m3"),
    "co_concentration": ("CO", 0.95, "mg/m3"),
    "ozone": ("O3_8h", 0.90, "ug/m3"),
}
"""Indicator → column, percentile of the daily values (None: mean), unit (HJ 663)."""


def air_quality_indicators(
    daily: pl.DataFrame, *, monthly: pl.DataFrame | None = None, rule: Completeness = GB_3095
) -> pl.DataFrame:
    """Annual air quality of every city and year in the tables: table ``indicator``.

    Means of daily values for PM2.5, PM10, SO2 and NO2; the 95th percentile for CO and the 90th for O3 (linear
    between ranks, position 1 + (n − 1)p, HJ 663). ``good_air_days_share`` = days with an index ≤ 100 / days
    with an index, in percent, and ``heavy_pollution_days`` = days with an index > 200, each under three
    variants: HJ 633-2012, HJ 633-2026, and the edition in force on the day. Zero and empty are missing.
    A year short of valid days gives no value: what the days there are come to stands in `inputs`.

    Parameters
    ----------
    daily : table ``air_quality_daily``.
    monthly : table ``air_quality_monthly`` or None: means by month weighted with their days, boundary
        ``monthly_means``, only for years in which all twelve are there.
    """
    indexed = with_daily_index(daily).with_columns(year=pl.col("date").dt.year(), month=pl.col("date").dt.month())
    rows: list[IndicatorRow] = []
    for (adcode, year), days in indexed.group_by("adcode", "year", maintain_order=True):
        place = (str(adcode), int(str(year)))
        rows += _concentrations(days, place, rule)
        rows += _day_counts(days, place, rule)
    if monthly is not None:
        rows += _from_months(monthly)
    return indicator_table(rows)


def daily_from_hourly(hourly: pl.DataFrame, rule: Completeness = GB_3095) -> pl.DataFrame:
    """City days from station hours: the table ``air_quality_daily``.

    City hour = mean over its stations; city day = mean of the hours where at least 20 are there; O3 = the
    largest 8-hour running mean from 8 h on, of at least 14 there are (GB 3095; HJ 663, recalled). Repeated
    rows of a station and hour count once. Zero is missing.
    """
    kinds = ("PM25", "PM10", "SO2", "NO2", "CO", "O3_8h")
    hours = (
        hourly.unique(["adcode", "station", "time"], keep="first", maintain_order=True)
        .with_columns(pl.when(pl.col(kind) > 0).then(pl.col(kind)) for kind in kinds)
        .group_by("adcode", "time", maintain_order=True)
        .agg(pl.col(kinds).mean())
        .with_columns(
            date=pl.col("time").str.slice(0, 10).str.to_date(), hour=pl.col("time").str.slice(11, 2).cast(pl.Int32)
        )
    )
    means = [pl.when(pl.col(kind).count() >= rule.hours).then(pl.col(kind).mean()).alias(kind) for kind in kinds[:-1]]
    windows = pl.col("O3_8h").filter(pl.col("hour") >= EIGHT_HOURS)
    ozone = pl.when(windows.count() >= OZONE_WINDOWS).then(windows.max()).alias("O3_8h")
    return hours.group_by("adcode", "date", maintain_order=True).agg(*means, ozone)


EIGHT_HOURS, OZONE_WINDOWS = 8, 14
"""First hour whose running 8-hour mean lies within the day, and how many such means a day needs."""


def _concentrations(days: pl.DataFrame, place: tuple[str, int], rule: Completeness) -> Iterator[IndicatorRow]:
    for indicator_id, (column, percentile, unit) in _PER_SUBSTANCE.items():
        valid = days.filter(pl.col(column) > 0)
        figures = valid.get_column(column)
        value = figures.mean() if percentile is None else figures.quantile(percentile, "linear")
        formula = f"mean of daily {column}" if percentile is None else f"P{percentile * 100:.0f} of daily {column}"
        lacking = why_incomplete(valid, place[1], rule)
        yield _row(indicator_id, place, SINGLE, value, unit, formula, valid.height, lacking)


def _day_counts(days: pl.DataFrame, place: tuple[str, int], rule: Completeness) -> Iterator[IndicatorRow]:
    for variant in (BY_DATE, *VARIANTS):
        column = f"aqi_{variant}"
        valid = days.drop_nulls(column)
        lacking = why_incomplete(valid, place[1], rule)
        good = valid.filter(pl.col(column) <= GOOD).height
        heavy = valid.filter(pl.col(column) > HEAVY).height
        share = 100 * good / valid.height if valid.height else None
        yield _row("good_air_days_share", place, variant, share, "%", "100 · days ≤ 100 / days", valid.height, lacking)
        yield _row("heavy_pollution_days", place, variant, float(heavy), "day", "days > 200", valid.height, lacking)


def why_incomplete(valid: pl.DataFrame, year: int, rule: Completeness) -> Text | None:
    """Why the days of a year are too few to speak for it; None where they suffice. `valid` has a column ``month``."""
    by_month = dict(valid.group_by("month").len().iter_rows())
    short = [
        month
        for month in range(1, MONTHS + 1)
        if by_month.get(month, 0) < (rule.february if month == FEBRUARY else rule.month)
    ]
    if valid.height >= rule.year and not short:
        return None
    return Text(
        "{y} 年有效日 {n} 天，不足：全年须 {a} 天、每月 {m} 天（2 月 {f} 天）；不足的月份：{s}",
        "{y} has {n} valid days; a year needs {a}, a month {m} (February {f}); months that fall short: {s}",
    ).format(y=year, n=valid.height, a=rule.year, m=rule.month, f=rule.february, s=", ".join(map(str, short)) or "–")


def _row(
    indicator_id: str,
    place: tuple[str, int],
    variant: str,
    value: Any,
    unit: str,
    formula: str,
    days: int,
    lacking: Text | None,
) -> IndicatorRow:
    number = None if value is None else float(value)
    entry = {"role": "monitoring", "table": "air_quality_daily", "valid_days": days, "unit": unit, "value": number}
    role = {**entry, "role": "incomplete_year"} if lacking else entry
    shown = None if lacking else number
    return IndicatorRow(
        indicator_id, place[0], str(place[1]), MONITORED, variant, shown, unit, None, formula, (role,),
        (lacking,) if lacking else (),
    )  # fmt: skip


MONTHS_ONLY = Text("由月均值按日数加权；每月有效日数未知", "months weighted with their days; valid days are not known")


def _from_months(monthly: pl.DataFrame) -> Iterator[IndicatorRow]:
    """Annual means from twelve monthly means; percentiles cannot be had from months."""
    table = monthly.with_columns(year=pl.col("month").str.slice(0, 4).cast(pl.Int32), m=pl.col("month").str.slice(5, 2))
    for (adcode, year), months in table.group_by("adcode", "year", maintain_order=True):
        place = str(adcode), int(str(year))
        for indicator_id, (column, percentile, unit) in _PER_SUBSTANCE.items():
            if percentile is None:
                yield _month_row(indicator_id, place, months.filter(pl.col(column) > 0), column, unit)


def _month_row(indicator_id: str, place: tuple[str, int], months: pl.DataFrame, column: str, unit: str) -> IndicatorRow:
    by_month = {int(m): float(v) for m, v in months.select("m", column).iter_rows()}
    complete = len(by_month) == MONTHS
    weights = {month: calendar.monthrange(place[1], month)[1] for month in by_month}
    value = sum(by_month[m] * w for m, w in weights.items()) / sum(weights.values()) if complete else None
    few = Text("只有 {n} 个月有值", "only {n} months have a value").format(n=len(by_month))
    entry = {"role": "monitoring", "table": "air_quality_monthly", "months": len(by_month)}
    return IndicatorRow(
        indicator_id, place[0], str(place[1]), MONTHLY_MEANS, SINGLE, value, unit, None,
        f"mean of monthly {column}, weighted with days", (entry,), (MONTHS_ONLY if complete else few,),
    )  # fmt: skip
