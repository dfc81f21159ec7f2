"""A scenario's emission as a product of factors, so that its change falls apart into source, structure and end of pipe.

E = Σ_sector Σ_fuel activity × intensity × share × factor × (1 − removal). The first three are shared by carbon
and pollutants: what they take away is cut at the source and cuts both; the last is the end of the pipe.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cocontrol.core.text import Text
from cocontrol.pathways.decomposition import CELL, PERIOD
from cocontrol.pathways.drawing import Floats
from cocontrol.pathways.projection import project, values_of
from cocontrol.pathways.scenario_model import Scenario

ACTIVITY, INTENSITY, SHARE, FACTOR, PASSED = "activity", "intensity", "share", "factor", "passed"

NAMES = {
    ACTIVITY: Text("活动水平", "activity"),
    INTENSITY: Text("能源强度", "energy intensity"),
    SHARE: Text("燃料结构", "fuel mix"),
    FACTOR: Text("排放因子", "emission factor"),
    PASSED: Text("末端治理", "end-of-pipe removal"),
}

AT_SOURCE = (ACTIVITY, INTENSITY, SHARE)
"""The factors that carbon and pollutants share."""


def change_factors(scenario: Scenario, pollutant: str, first: int, last: int) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The table for `decomposition.decompose` between two years on the path of modes, and its factors.

    A Kaya scenario gives its drivers beside its base; one of sectors a row per sector and fuel that emits
    the pollutant. `passed` (1 − removal) is among the factors only where something is removed.
    """
    if scenario.base is not None:
        names = tuple(driver.name for driver in scenario.driver)
        return pl.DataFrame(list(_kaya(scenario, (first, last)))), ("base", *names)
    table = pl.DataFrame(list(_sectors(scenario, pollutant, (first, last))))
    factors = (ACTIVITY, INTENSITY, SHARE, FACTOR, PASSED)
    return table, factors if (table[PASSED] != 1).any() else factors[:-1]


def _kaya(scenario: Scenario, years: tuple[int, int]) -> Iterator[dict[str, object]]:
    made = project(scenario, certain=True)
    for year in years:
        at = made.years.index(year)
        drivers = {driver.name: float(made.series[f"Driver|{driver.name}"][0, at]) for driver in scenario.driver}
        yield {CELL: "all", PERIOD: str(year), "base": scenario.base.value if scenario.base else 0.0, **drivers}


def _sectors(scenario: Scenario, pollutant: str, years: tuple[int, int]) -> Iterator[dict[str, object]]:
    made, values = project(scenario, certain=True), values_of(scenario)
    for sector in scenario.sector:
        shares = values.shares(sector)
        intensity = values.of(sector.id, "intensity", sector.intensity)
        for fuel in sector.fuel:
            if pollutant not in fuel.factors:
                continue
            rate = values.of(sector.id, "factor", fuel.factors[pollutant], fuel.id, pollutant)
            removal = values.of(sector.id, "removal", fuel.removal.get(pollutant, 0.0), fuel.id, pollutant)
            for year in years:
                at = made.years.index(year)
                yield {
                    CELL: f"{sector.id} / {fuel.id}",
                    PERIOD: str(year),
                    ACTIVITY: float(made.series[f"Activity|{sector.id}"][0, at]),
                    INTENSITY: _at(intensity, at),
                    SHARE: max(_at(shares[fuel.id], at), 0.0),
                    FACTOR: _at(rate, at),
                    PASSED: 1 - _at(removal, at),
                }


def _at(values: Floats, index: int) -> float:
    """The value of a year; what never changes may be kept once for all years."""
    return float(values[0, index if values.shape[1] > 1 else 0])
