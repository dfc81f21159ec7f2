"""Energy per GDP and per capita of a region, from the total rows of its energy balance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.errors import Ambiguous, Fault
from cocontrol.core.text import Text
from cocontrol.core.units import convert
from cocontrol.indicators.carbon_intensity import NO_GDP, NO_POPULATION
from cocontrol.indicators.catalogue import (
    ENERGY_PER_CAPITA,
    ENERGY_PER_GDP,
    FINAL_CONSUMPTION,
    PRIMARY_SUPPLY,
    SUPPLY_WITHOUT_FEEDSTOCK,
)
from cocontrol.indicators.prices import gdp_series
from cocontrol.indicators.quantities import Quantity, Series, statistic
from cocontrol.indicators.ratios import ratio_rows
from cocontrol.indicators.table import indicator_table

NO_BALANCE = Text("没有 {y} 年能源平衡表，不作内插", "no energy balance for {y}; nothing is interpolated")
AS_PRINTED = Text(
    "取平衡表所印合计，未按分项重算；合计与分项不符时见平衡核查",
    "the printed total of the balance, not summed again; see the balance check where total and parts differ",
)


@dataclass(frozen=True, slots=True)
class EnergyQuantity:
    """Which row of a balance holds an energy total: the boundary it stands for, and its fuel and process.

    `less` is a process of the same fuel that is taken off the total.
    """

    boundary: str
    fuel: str
    process: str
    less: str | None = None


BALANCE_TOTALS = (
    EnergyQuantity(PRIMARY_SUPPLY, "total_energy", "total_supply"),
    EnergyQuantity(SUPPLY_WITHOUT_FEEDSTOCK, "total_energy", "total_supply", less="non_energy_use"),
    EnergyQuantity(FINAL_CONSUMPTION, "total_energy", "total_consumption"),
)
"""The totals of a balance that has been read under a declared layout, by the codes of the platform."""


def energy_per_gdp(
    balance: pl.DataFrame,
    statistics: pl.DataFrame,
    *,
    adcode: str,
    years: Iterable[int],
    quantities: Sequence[EnergyQuantity] = BALANCE_TOTALS,
) -> pl.DataFrame:
    """Energy per GDP, tce/10^4 yuan: table ``indicator``.

    ``energy / gdp`` for each year × energy boundary × variant of GDP.

    Parameters
    ----------
    balance : energy balance in codes (adcode, year, fuel, process, amount, unit, origin).
    statistics : table ``provincial_statistics`` with ``gdp``.
    quantities : which rows are the totals.

    Raises
    ------
    Ambiguous
        The balance holds one total twice; the rows are listed.
    """
    rows = ratio_rows(
        ENERGY_PER_GDP,
        energy_totals(balance, quantities, adcode=adcode),
        gdp_series(statistics, adcode=adcode),
        adcode=adcode,
        years=tuple(years),
        missing_numerator=NO_BALANCE,
        missing_denominator=NO_GDP,
    )
    return indicator_table(rows)


def energy_per_capita(
    balance: pl.DataFrame,
    statistics: pl.DataFrame,
    *,
    adcode: str,
    years: Iterable[int],
    quantities: Sequence[EnergyQuantity] = BALANCE_TOTALS,
) -> pl.DataFrame:
    """Energy per resident, tce/person: table ``indicator``. ``energy / population``; as `energy_per_gdp`."""
    rows = ratio_rows(
        ENERGY_PER_CAPITA,
        energy_totals(balance, quantities, adcode=adcode),
        statistic(statistics, "population", adcode=adcode),
        adcode=adcode,
        years=tuple(years),
        missing_numerator=NO_BALANCE,
        missing_denominator=NO_POPULATION,
    )
    return indicator_table(rows)


def energy_totals(balance: pl.DataFrame, quantities: Sequence[EnergyQuantity], *, adcode: str) -> Series:
    """The printed totals of the balance: boundary → year → quantity. Raises as `energy_per_gdp`."""
    series: Series = {}
    for quantity in quantities:
        totals = _printed(balance, quantity.fuel, quantity.process, adcode)
        if quantity.less:
            taken = _printed(balance, quantity.fuel, quantity.less, adcode)
            totals = {year: _less(total, taken.get(year)) for year, total in totals.items()}
        series[quantity.boundary] = totals
    return series


def _printed(balance: pl.DataFrame, fuel: str, process: str, adcode: str) -> dict[int, Quantity]:
    """The printed figures of one fuel and process by year."""
    rows = balance.filter((pl.col("adcode") == adcode) & (pl.col("fuel") == fuel) & (pl.col("process") == process))
    made: dict[int, Quantity] = {}
    for row in rows.drop_nulls("amount").iter_rows(named=True):
        year = int(row["year"])
        if year in made:
            raise Ambiguous(_twice(fuel, process, year))
        made[year] = Quantity(row["amount"], row["unit"], (_input(row),), None, (AS_PRINTED,))
    return made


NO_FEEDSTOCK = Text("平衡表没有非能源利用的合计", "the balance prints no total of non-energy use")


def _less(total: Quantity, taken: Quantity | None) -> Quantity:
    if total.value is None or taken is None or taken.value is None:
        return Quantity(None, total.unit, total.inputs, None, (NO_FEEDSTOCK,))
    amount = convert(taken.value, taken.unit, total.unit)
    return Quantity(total.value - amount, total.unit, (*total.inputs, *taken.inputs), None, total.notes)


def _input(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("fuel", "process", "year", "unit", "origin")
    return {
        "role": "energy",
        "table": "energy_balance",
        "value": row["amount"],
        **{name: row[name] for name in kept if row.get(name) is not None},
    }


def _twice(fuel: str, process: str, year: int) -> Fault:
    return Fault(
        "indicator.energy_twice",
        Text("能源平衡表中同一合计出现多次", "the energy balance holds one total more than once"),
        value=f"{year} {fuel} / {process}",
        remedy=Text("只保留一张该年的平衡表", "keep one balance for that year"),
    )
