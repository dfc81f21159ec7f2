"""The tables of ambient air quality that indicators read: city days and city months."""

from __future__ import annotations

from cocontrol.core.common_columns import ADCODE
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text, same


def _concentration(name: str, symbol: str, unit: str, alias: str) -> Column:
    what = Text("浓度；空白为缺测，0 也按缺测", "concentration; empty is missing, and so is 0")
    return Column(name, Kind.NUMBER, same(symbol), what, unit=unit, minimum=0, aliases=(alias,))


_CONCENTRATIONS = (
    _concentration("PM25", "PM2.5", "ug/m3", "pm25"),
    _concentration("PM10", "PM10", "ug/m3", "pm10"),
    _concentration("SO2", "SO2", "ug/m3", "so2"),
    _concentration("NO2", "NO2", "ug/m3", "no2"),
    _concentration("CO", "CO", "mg/m3", "co"),
    _concentration("O3_8h", "O3 8h", "ug/m3", "o3"),
)

AIR_QUALITY_DAILY = TABLES.declare(
    Table(
        name="air_quality_daily",
        label=Text("城市空气质量日值", "daily air quality by city"),
        description=Text(
            "城市日均值；O3 为日最大 8 小时平均。空白为缺测，不是零。",
            "Daily means by city; O3 is the daily maximum of 8-hour means. Empty is missing, not zero.",
        ),
        key=("adcode", "date"),
        columns=(
            ADCODE,
            Column("date", Kind.DATE, Text("日期", "date"), Text("北京时间", "Beijing time"), required=True),
            *_CONCENTRATIONS,
        ),
    )
)

AIR_QUALITY_MONTHLY = TABLES.declare(
    Table(
        name="air_quality_monthly",
        label=Text("城市空气质量月均值", "monthly air quality by city"),
        description=Text(
            "城市月均值，只用于没有日值的年份；有效日数未知。",
            "Monthly means by city, used only for years without daily values; days of valid data are not known.",
        ),
        key=("adcode", "month"),
        columns=(
            ADCODE,
            Column(
                "month",
                Kind.PERIOD,
                Text("月份", "month"),
                Text("如 2015-07", "such as 2015-07"),
                required=True,
                pattern=r"\d{4}-\d{2}",
            ),
            *_CONCENTRATIONS,
        ),
    )
)
