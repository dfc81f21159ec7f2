"""Energy per GDP and per capita of a region, from the total rows of its energy balance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.errors import Ambiguous, Fault
from cocontrol.core.text import Text
from cocontrol.indicators.carbon_intensity import NO_GDP, NO_POPULATION
from cocontrol.indicators.catalogue import ENERGY_PER_CAPITA, ENERGY_PER_GDP, FINAL_CONSUMPTION, PRIMARY_SUPPLY
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
    """Which row of a balance holds an energy total: the boundary it stands for, and its fuel and process."""

    boundary: str
    fuel: str
    process: str


BALANCE_TOTALS = (
    EnergyQuantity(PRIMARY_SUPPLY, "total_energy", "total_supply"),
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
        statistic(statistics, "gdp", adcode=adcode),
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
    series: Series = {quantity.boundary: {} for quantity in quantities}
    for quantity in quantities:
        rows = balance.filter(
            (pl.col("adcode") == adcode) & (pl.col("fuel") == quantity.fuel) & (pl.col("process") == quantity.process)
        ).drop_nulls("amount")
        for row in rows.iter_rows(named=True):
            year = int(row["year"])
            if year in series[quantity.boundary]:
                raise Ambiguous(_twice(quantity, year))
            series[quantity.boundary][year] = Quantity(row["amount"], row["unit"], (_input(row),), None, (AS_PRINTED,))
    return series


def _input(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("fuel", "process", "year", "unit", "origin")
    return {
        "role": "energy",
        "table": "energy_balance",
        "value": row["amount"],
        **{name: row[name] for name in kept if row.get(name) is not None},
    }


def _twice(quantity: EnergyQuantity, year: int) -> Fault:
    return Fault(
        "indicator.energy_twice",
        Text("能源平衡表中同一合计出现多次", "the energy balance holds one total more than once"),
        value=f"{year} {quantity.fuel} / {quantity.process}",
        remedy=Text("只保留一张该年的平衡表", "keep one balance for that year"),
    )
