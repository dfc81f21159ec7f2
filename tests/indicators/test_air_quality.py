"""Annual air quality: the index, completeness, zero is missing, hours to days."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import NotFound
from cocontrol.indicators.air_quality import air_quality_indicators, daily_from_hourly
from cocontrol.indicators.air_quality_index import sub_index, with_daily_index
from cocontrol.indicators.series import monitored_indicators
from cocontrol.reference.air_quality import daily_breakpoints, limit

PUYANG = "410900"
CLEAN = {"PM25": 20.0, "PM10": 40.0, "SO2": 10.0, "NO2": 20.0, "CO": 0.5, "O3_8h": 80.0}


def days(count: int, *, first: date = date(2015, 1, 1), **changes: float | None) -> pl.DataFrame:
    rows = [{"adcode": PUYANG, "date": first + timedelta(days=i), **CLEAN, **changes} for i in range(count)]
    kinds = {"adcode": pl.String, "date": pl.Date, **dict.fromkeys(CLEAN, pl.Float64)}
    return pl.DataFrame(rows, schema=kinds)


def index(**concentrations: float | None) -> dict[str, int | None]:
    row = with_daily_index(days(1, **concentrations)).to_dicts()[0]
    return {name: row[f"aqi_{name}"] for name in ("hj633_2012", "hj633_2026", "by_date")}


def test_the_breakpoint_of_a_good_day_moved_in_2026() -> None:
    assert index(PM25=75.0)["hj633_2012"] == 100
    assert index(PM25=60.0)["hj633_2026"] == 100
    assert index(PM25=75.0)["hj633_2026"] == ceil(50 * 15 / Fraction(55) + 100)


def test_the_newer_edition_rounds_the_concentration_half_to_even_first() -> None:
    assert index(PM25=60.5)["hj633_2026"] == 100
    assert index(PM25=61.5)["hj633_2026"] == ceil(50 * 2 / Fraction(55) + 100)
    assert index(PM25=75.1)["hj633_2012"] == 101


def test_the_edition_of_the_day_is_used() -> None:
    both = pl.concat([days(1, first=date(2026, 2, 28), PM25=70.0), days(1, first=date(2026, 3, 1), PM25=70.0)])
    made = with_daily_index(both)
    assert made["aqi_by_date"].to_list() == [made["aqi_hj633_2012"][0], made["aqi_hj633_2026"][1]]
    assert made["aqi_by_date"][0] < 100 < made["aqi_by_date"][1]


def test_the_sub_index_is_exact_at_every_thousandth() -> None:
    thousandths = pl.Series(range(1, 520_000, 7), dtype=pl.Int64)
    points = daily_breakpoints("HJ 633-2012")["PM25"]
    found = pl.DataFrame({"x": thousandths}).select(sub_index(pl.col("x"), points)).to_series().to_list()
    for value, got in zip(thousandths.to_list()[::97], found[::97], strict=True):
        concentration = Fraction(value, 1000)
        inside = [one for one in points if concentration <= Fraction(one.high)]
        if not inside:
            assert got == 500
            continue
        rise = Fraction(inside[0].index_high - inside[0].index_low)
        slope = rise / (Fraction(inside[0].high) - Fraction(inside[0].low))
        assert got == ceil(slope * (concentration - Fraction(inside[0].low)) + inside[0].index_low)
    assert found == sorted(found)


def test_a_missing_pollutant_leaves_the_index_open_unless_the_day_is_bad_anyway() -> None:
    assert index(O3_8h=None)["hj633_2012"] is None
    assert index(O3_8h=0.0)["hj633_2012"] is None
    assert index(O3_8h=None, PM25=200.0)["hj633_2012"] == 250


def pick(table: pl.DataFrame, indicator_id: str, variant: str = "single", period: str = "2015") -> dict[str, object]:
    found = table.filter(indicator_id=indicator_id, variant=variant, period=period)
    assert found.height == 1
    return found.to_dicts()[0]


def test_a_full_year_gives_means_percentiles_and_days() -> None:
    table = air_quality_indicators(pl.concat([days(300), days(65, first=date(2015, 10, 28), PM25=80.0, CO=2.0)]))
    assert pick(table, "pm25")["value"] == pytest.approx((300 * 20 + 65 * 80) / 365)
    assert pick(table, "co_concentration")["value"] == pytest.approx(2.0)
    assert pick(table, "good_air_days_share", "hj633_2012")["value"] == pytest.approx(100 * 300 / 365)
    assert pick(table, "heavy_pollution_days", "by_date")["value"] == pytest.approx(0)


def test_zero_is_missing_and_a_month_short_of_days_leaves_the_year_empty() -> None:
    table = air_quality_indicators(pl.concat([days(360), days(5, first=date(2015, 12, 27), PM25=0.0)]))
    row = pick(table, "pm25")
    assert row["value"] is None
    assert "12" in str(row["note_en"])
    assert '"incomplete_year"' in str(row["inputs"])
    assert pick(table, "pm10")["value"] == pytest.approx(40.0)


def test_twelve_months_make_a_year_and_eleven_do_not() -> None:
    months = [{"adcode": PUYANG, "month": f"2016-{m:02}", **CLEAN, "PM25": float(m)} for m in range(1, 13)]
    table = monitored_indicators(monthly=pl.DataFrame(months))
    assert pick(table, "pm25", period="2016")["boundary"] == "monthly_means"
    assert pick(table, "pm25", period="2016")["value"] == pytest.approx(6.5137, abs=1e-3)
    assert pick(monitored_indicators(monthly=pl.DataFrame(months[:11])), "pm25", period="2016")["value"] is None


def test_hours_become_days_only_where_there_are_twenty() -> None:
    hours = pl.DataFrame(
        [
            {"adcode": PUYANG, "station": station, "time": f"2020-04-0{day}T{hour:02}:00:00", **CLEAN, "PM25": value}
            for station, value in (("a", 10.0), ("b", 30.0))
            for day, count in ((1, 24), (2, 19))
            for hour in range(count)
        ]
    )
    daily = daily_from_hourly(pl.concat([hours, hours.head(5)]))
    assert daily["PM25"].to_list() == [20.0, None]
    assert daily["O3_8h"].to_list() == [80.0, None]


def test_limits_follow_the_date() -> None:
    assert [limit("PM25", "year", on=date(y, 12, 31)).value for y in (2015, 2025, 2026, 2031)] == [35, 35, 30, 25]
    with pytest.raises(NotFound):
        limit("Hg", "year", on=date(2026, 1, 1))
    with pytest.raises(NotFound, match="HJ 633-2012"):
        daily_breakpoints("HJ 1")


@pytest.mark.shared
def test_puyang_2015_is_that_of_the_monitoring_network(shared: Path) -> None:
    path = shared / "data" / "air_quality_daily" / "henan_hunan_daily_201312_201606.csv.gz"
    names = {"pm25": "PM25", "pm10": "PM10", "so2": "SO2", "no2": "NO2", "co": "CO", "o3": "O3_8h"}
    daily = pl.read_csv(path, try_parse_dates=True, schema_overrides={"adcode": pl.String}).rename(names)
    table = monitored_indicators(daily=daily.filter(adcode=PUYANG))
    assert pick(table, "pm25")["value"] == pytest.approx(81.2, abs=0.05)
    assert pick(table, "pm10")["value"] == pytest.approx(139.6, abs=0.05)
    assert pick(table, "pm25", period="2016")["value"] is None
