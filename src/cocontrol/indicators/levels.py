"""Levels and shares: total CO2, energy and coal use, share of coal and of non-fossil energy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from cocontrol.core.text import Text
from cocontrol.core.units import convert
from cocontrol.indicators.boundaries import co2_boundaries
from cocontrol.indicators.catalogue import LOCAL_PRIMARY_ELECTRICITY, PRIMARY_SUPPLY
from cocontrol.indicators.energy_intensity import BALANCE_TOTALS, NO_BALANCE, EnergyQuantity, energy_totals
from cocontrol.indicators.quantities import Quantity, Series
from cocontrol.indicators.table import IndicatorRow, indicator_table

SINGLE = "single"

COAL = (EnergyQuantity(PRIMARY_SUPPLY, "total_coal", "total_supply"),)
SUPPLY = (EnergyQuantity(PRIMARY_SUPPLY, "total_energy", "total_supply"),)
PRIMARY_ELECTRICITY = (EnergyQuantity(LOCAL_PRIMARY_ELECTRICITY, "electricity", "indigenous_production"),)

CALORIFIC = Text(
    "一次电力按平衡表所用折标系数计；发电煤耗法会更高",
    "primary electricity at the coal equivalent that the balance uses; by heat rate it would be higher",
)
LOWER_BOUND = Text(
    "不含调入电力中的非化石部分和生物质，为下限",
    "without the non-fossil part of imported power and without biomass: a lower bound",
)


def co2_emission(
    emission: pl.DataFrame,
    lineage: pl.DataFrame,
    *,
    adcode: str,
    years: Iterable[int],
    electricity: pl.DataFrame | None = None,
    reference: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Total CO2 in t for each year and boundary: table ``indicator``. Arguments as `co2_boundaries`."""
    series = co2_boundaries(emission, lineage, adcode=adcode, electricity=electricity, reference=reference)
    missing = Text("没有 {y} 年清单，不作内插", "no inventory for {y}; nothing is interpolated")
    return indicator_table(_rows("co2_emission", "t", series, adcode, tuple(years), missing))


def energy_levels(balance: pl.DataFrame, *, adcode: str, years: Iterable[int]) -> pl.DataFrame:
    """Energy and coal use (tce), share of coal and of non-fossil energy (%): table ``indicator``.

    ``energy_consumption`` under every energy boundary; ``coal_consumption`` = total supply of coal;
    ``coal_share`` = coal / energy; ``non_fossil_share`` = indigenous production of electricity / energy.
    The printed totals of the balance are used.

    Raises
    ------
    Ambiguous
        The balance holds one total twice.
    """
    asked = tuple(years)
    coal = energy_totals(balance, COAL, adcode=adcode)
    supply = energy_totals(balance, SUPPLY, adcode=adcode)[PRIMARY_SUPPLY]
    primary = energy_totals(balance, PRIMARY_ELECTRICITY, adcode=adcode)
    shares = (("coal_share", coal, ()), ("non_fossil_share", primary, (CALORIFIC, LOWER_BOUND)))
    rows = [
        *_rows(
            "energy_consumption",
            "tce",
            energy_totals(balance, BALANCE_TOTALS, adcode=adcode),
            adcode,
            asked,
            NO_BALANCE,
        ),
        *_rows("coal_consumption", "tce", coal, adcode, asked, NO_BALANCE),
    ]
    for name, parts, notes in shares:
        series = {boundary: share_of(by_year, supply, notes) for boundary, by_year in parts.items()}
        rows += _rows(name, "%", series, adcode, asked, NO_BALANCE)
    return indicator_table(rows)


def share_of(
    parts: Mapping[int, Quantity], whole: Mapping[int, Quantity], notes: tuple[Text, ...]
) -> dict[int, Quantity]:
    """``100 · part / whole`` in percent by year, for years in which both are known and the whole is positive."""
    made = {}
    for year, part in parts.items():
        total = whole.get(year)
        if total is None or not total.value or part.value is None:
            continue
        value = 100 * convert(part.value, part.unit, total.unit) / total.value
        made[year] = Quantity(value, "%", (*part.inputs, *total.inputs), None, notes)
    return made


def _rows(
    indicator_id: str, unit: str, series: Series, adcode: str, years: tuple[int, ...], missing: Text
) -> Iterator[IndicatorRow]:
    for boundary, by_year in series.items():
        for year in years:
            found = by_year.get(year) or Quantity(None, unit, (), None, (missing.format(y=year),))
            value = None if found.value is None else convert(found.value, found.unit, unit)
            yield IndicatorRow(
                indicator_id, adcode, str(year), boundary, SINGLE, value, unit,
                found.status if value is not None else None, "", found.inputs, found.notes,
            )  # fmt: skip
