"""All indicators of a region in one call, and the statistics themselves as indicators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from cocontrol.indicators.air_quality import air_quality_indicators, daily_from_hourly
from cocontrol.indicators.carbon_intensity import co2_per_capita, co2_per_gdp
from cocontrol.indicators.catalogue import AS_PUBLISHED
from cocontrol.indicators.energy_intensity import BALANCE_TOTALS, EnergyQuantity, energy_per_capita, energy_per_gdp
from cocontrol.indicators.levels import co2_emission, energy_levels
from cocontrol.indicators.quantities import statistic
from cocontrol.indicators.table import IndicatorRow, indicator_table


def compute_indicators(
    *,
    adcode: str,
    statistics: pl.DataFrame,
    emission: pl.DataFrame,
    lineage: pl.DataFrame,
    electricity: pl.DataFrame | None = None,
    reference: pl.DataFrame | None = None,
    balance: pl.DataFrame | None = None,
    quantities: Sequence[EnergyQuantity] = BALANCE_TOTALS,
    also_years: Iterable[int] = (),
) -> pl.DataFrame:
    """Every indicator that the given tables allow, for every year that any of them knows: table ``indicator``.

    CO2 total, per GDP and per capita, energy per GDP and per capita, levels and shares of energy (where a
    balance is given), and the statistics as published. Arguments as in `co2_per_gdp` and `energy_per_gdp`. `also_years` are years that
    somebody asks for (base and target years of a plan): they get a row that says what is missing.
    """
    years = sorted({*known_years(statistics, emission, adcode=adcode), *also_years})
    carbon: dict[str, Any] = {"adcode": adcode, "years": years, "electricity": electricity, "reference": reference}
    parts = [
        co2_per_gdp(emission, lineage, statistics, **carbon),
        co2_per_capita(emission, lineage, statistics, **carbon),
        co2_emission(emission, lineage, **carbon),
    ]
    if balance is not None:
        parts += [
            energy_per_gdp(balance, statistics, adcode=adcode, years=years, quantities=quantities),
            energy_per_capita(balance, statistics, adcode=adcode, years=years, quantities=quantities),
            energy_levels(balance, adcode=adcode, years=years),
        ]
    return pl.concat([*parts, published_statistics(statistics, adcode=adcode)])


def monitored_indicators(
    *,
    hourly: pl.DataFrame | None = None,
    daily: pl.DataFrame | None = None,
    monthly: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Annual air quality of every city in the tables of monitoring that are there: table ``indicator``.

    Daily values go before those made from hours; a city and day that both hold is taken from `daily`.
    """
    days = [
        table.select(DAILY_COLUMNS)
        for table in (daily, None if hourly is None else daily_from_hourly(hourly))
        if table is not None
    ]
    if not days:
        return indicator_table(()) if monthly is None else air_quality_indicators(_no_days(), monthly=monthly)
    together = pl.concat(days, how="vertical_relaxed").unique(["adcode", "date"], keep="first", maintain_order=True)
    return air_quality_indicators(together.sort("adcode", "date"), monthly=monthly)


DAILY_COLUMNS = ("adcode", "date", "PM25", "PM10", "SO2", "NO2", "CO", "O3_8h")


def _no_days() -> pl.DataFrame:
    kinds = {"adcode": pl.String, "date": pl.Date}
    return pl.DataFrame(schema={name: kinds.get(name, pl.Float64) for name in DAILY_COLUMNS})


def known_years(statistics: pl.DataFrame, emission: pl.DataFrame, *, adcode: str) -> tuple[int, ...]:
    """Years that the statistics or the inventory of the region hold, ascending."""
    counted = set(statistics.filter(pl.col("adcode") == adcode)["year"].to_list())
    listed = emission.filter((pl.col("adcode") == adcode) & pl.col("period").str.contains(r"^\d{4}$"))
    return tuple(sorted(counted | {int(period) for period in listed["period"].unique()}))


def published_statistics(statistics: pl.DataFrame, *, adcode: str) -> pl.DataFrame:
    """The region's statistics as rows of the table ``indicator``: same value, same unit, boundary ``as_published``."""
    return indicator_table(_published_rows(statistics, adcode))


def _published_rows(statistics: pl.DataFrame, adcode: str) -> Iterator[IndicatorRow]:
    names = statistics.filter(pl.col("adcode") == adcode)["indicator"].unique().sort().to_list()
    for name in names:
        for variant, by_year in statistic(statistics, name, adcode=adcode).items():
            for year, figure in by_year.items():
                yield IndicatorRow(
                    name,
                    adcode,
                    str(year),
                    AS_PUBLISHED,
                    variant,
                    figure.value,
                    figure.unit,
                    None,
                    "",
                    figure.inputs,
                    (),
                )
