"""CO2 per GDP and per capita of a region, year by year."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from cocontrol.core.text import Text
from cocontrol.indicators.boundaries import co2_boundaries
from cocontrol.indicators.catalogue import CO2_PER_CAPITA, CO2_PER_GDP, Definition
from cocontrol.indicators.prices import gdp_series
from cocontrol.indicators.quantities import Series, statistic
from cocontrol.indicators.ratios import ratio_rows
from cocontrol.indicators.table import indicator_table

NO_INVENTORY = Text("没有 {y} 年清单，不作内插", "no inventory for {y}; nothing is interpolated")
NO_GDP = Text("没有 {y} 年地区生产总值", "no GDP for {y}")
NO_POPULATION = Text("没有 {y} 年常住人口", "no resident population for {y}")


def co2_per_gdp(
    emission: pl.DataFrame,
    lineage: pl.DataFrame,
    statistics: pl.DataFrame,
    *,
    adcode: str,
    years: Iterable[int],
    electricity: pl.DataFrame | None = None,
    reference: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """CO2 per GDP, t/10^4 yuan: table ``indicator``.

    ``CO2 / gdp``. Rows for each year × boundary (`co2_boundaries`) × variant of GDP (price basis and vintage;
    constant prices also from a chained index, `gdp_series`). The variant ``constant`` is always there, empty with its reason where no
    GDP at constant prices is known: reductions are assessed at constant prices, and current prices never
    stand in.

    Parameters
    ----------
    emission, lineage : tables ``emission`` (CO2 in t) and ``coefficient_lineage``.
    statistics : table ``provincial_statistics`` with ``gdp``.
    years : years of the series. A year without inventory gives no value and says so.
    electricity : table ``electricity_indirect`` (CO2 in t by basis and kind), or None.
    reference : table ``reference_approach``, or None.
    """
    totals = co2_boundaries(emission, lineage, adcode=adcode, electricity=electricity, reference=reference)
    return _table(
        CO2_PER_GDP, totals, gdp_series(statistics, adcode=adcode), adcode=adcode, years=years, missing=NO_GDP
    )


def co2_per_capita(
    emission: pl.DataFrame,
    lineage: pl.DataFrame,
    statistics: pl.DataFrame,
    *,
    adcode: str,
    years: Iterable[int],
    electricity: pl.DataFrame | None = None,
    reference: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """CO2 per resident, t/person: table ``indicator``.

    ``CO2 / population``, population being residents at the end of the year. Arguments as `co2_per_gdp`.
    """
    totals = co2_boundaries(emission, lineage, adcode=adcode, electricity=electricity, reference=reference)
    people = statistic(statistics, "population", adcode=adcode)
    return _table(CO2_PER_CAPITA, totals, people, adcode=adcode, years=years, missing=NO_POPULATION)


def _table(
    definition: Definition, tops: Series, bottoms: Series, *, adcode: str, years: Iterable[int], missing: Text
) -> pl.DataFrame:
    rows = ratio_rows(
        definition,
        tops,
        bottoms,
        adcode=adcode,
        years=tuple(years),
        missing_numerator=NO_INVENTORY,
        missing_denominator=missing,
    )
    return indicator_table(rows)
