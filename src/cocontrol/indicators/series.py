"""All indicators of a region in one call, and the statistics themselves as indicators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from cocontrol.indicators.carbon_intensity import co2_per_capita, co2_per_gdp
from cocontrol.indicators.catalogue import AS_PUBLISHED
from cocontrol.indicators.energy_intensity import BALANCE_TOTALS, EnergyQuantity, energy_per_capita, energy_per_gdp
from cocontrol.indicators.quantities import statistic
from cocontrol.indicators.table import IndicatorRow, indicator_table


def compute_indicators(
    *,
    adcode: str,
    statistics: pl.DataFrame,
    emission: pl.DataFrame,
    lineage: pl.DataFrame,
    electricity: pl.DataFrame | None = None,
    balance: pl.DataFrame | None = None,
    quantities: Sequence[EnergyQuantity] = BALANCE_TOTALS,
    also_years: Iterable[int] = (),
) -> pl.DataFrame:
    """Every indicator that the given tables allow, for every year that any of them knows: table ``indicator``.

    CO2 per GDP and per capita, energy per GDP and per capita (where a balance is given), and the
    statistics as published. Arguments as in `co2_per_gdp` and `energy_per_gdp`. `also_years` are years that
    somebody asks for (base and target years of a plan): they get a row that says what is missing.
    """
    years = sorted({*known_years(statistics, emission, adcode=adcode), *also_years})
    parts = [
        co2_per_gdp(emission, lineage, statistics, adcode=adcode, years=years, electricity=electricity),
        co2_per_capita(emission, lineage, statistics, adcode=adcode, years=years, electricity=electricity),
    ]
    if balance is not None:
        parts += [
            energy_per_gdp(balance, statistics, adcode=adcode, years=years, quantities=quantities),
            energy_per_capita(balance, statistics, adcode=adcode, years=years, quantities=quantities),
        ]
    return pl.concat([*parts, published_statistics(statistics, adcode=adcode)])


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
