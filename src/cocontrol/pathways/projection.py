"""From a scenario to its series: Kaya from above, or sectors, fuels and transformation from below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.pathways.drawing import Draws, Floats
from cocontrol.pathways.scenario_model import Base, Change, Concentration, Scenario, Sector


@dataclass(frozen=True, slots=True)
class Projection:
    """Series by variable (``Emissions|CO2``, ``Emissions|CO2|steel``, ``Energy|coal`` …), each (draws, years)."""

    years: tuple[int, ...]
    series: dict[str, Floats]
    remarks: tuple[Text, ...] = ()


def project(scenario: Scenario, *, certain: bool = False) -> Projection:
    """The series of a scenario over its draws; `certain` takes the mode of every value instead, one row.

    Kaya: C_{t+1} = C_t Π_k (1 + g_k). Sectors: E_p = Σ_s A I Σ_f share f_p (1 − η_p); a sector that produces
    a fuel works for the use of it by all others: A = Σ use / (1 − loss). A change of activity, intensity,
    share, factor or removal moves carbon and pollutants together.

    Raises
    ------
    InvalidInput
        Sectors that produce for each other in a circle; shares outside [0, 1], or whose sum leaves 1.
    """
    draws = Draws(None if certain else scenario.sampling, scenario.years)
    series = _sectors(scenario, draws) if scenario.base is None else _kaya(scenario, scenario.base, draws)
    remarks: list[Text] = []
    if scenario.concentration is not None:
        series |= _concentration(scenario.concentration, series, remarks)
    full = {name: np.broadcast_to(values, (draws.count, len(draws.years))) for name, values in series.items()}
    return Projection(tuple(int(year) for year in draws.years), full, tuple(remarks))


def _kaya(scenario: Scenario, base: Base, draws: Draws) -> dict[str, Floats]:
    total: Floats = np.full((1, len(draws.years)), base.value)
    series = {}
    for driver in scenario.driver:
        index = draws.growth(driver.rate)
        series[f"Driver|{driver.name}"] = index
        total = total * index
    return {f"Emissions|{base.pollutant}": total, **series}


class Values:
    """The variables of the sectors after changes and policies."""

    def __init__(self, scenario: Scenario, draws: Draws) -> None:
        self._draws = draws
        self._changes: dict[object, list[Change]] = {}
        for change in scenario.change:
            self._changes.setdefault(change.target, []).append(change)
        self._effects: dict[object, list[Floats]] = {}
        for policy in scenario.policy:
            for effect in policy.effect if policy.on else ():
                key = (effect.sector, effect.variable, effect.fuel, effect.pollutant)
                self._effects.setdefault(key, []).append(draws.phased(effect))

    def of(
        self, sector: str, variable: str, base: float, fuel: str | None = None, pollutant: str | None = None
    ) -> Floats:
        """The variable over draws and years."""
        key = (sector, variable, fuel, pollutant)
        changes = self._changes.get(key, [])
        growing = bool(changes) and changes[0].year is None
        value = base * self._draws.growth(changes) if growing else self._draws.milestones(base, changes)
        for multiplier in self._effects.get(key, []):
            value = 1 - (1 - value) * multiplier if variable == "removal" else value * multiplier
        return value

    def shares(self, sector: Sector) -> dict[str, Floats]:
        """Shares of the fuels over draws and years; the balancing fuel takes what the others leave."""
        shares = {fuel.id: self.of(sector.id, "share", fuel.share, fuel.id) for fuel in sector.fuel}
        if sector.balance is not None:
            others: Floats = sum((share for fuel, share in shares.items() if fuel != sector.balance), np.zeros((1, 1)))
            shares[sector.balance] = 1 - others
        total: Floats = sum(shares.values(), np.zeros((1, 1)))
        fits = bool((np.abs(total - 1) < 1e-6).all()) and all(bool((share >= -1e-9).all()) for share in shares.values())
        _require(
            fits,
            sector.id,
            "share",
            Text(
                "燃料占比合计不是 1，或有负值；可用 balance 指定平衡燃料",
                "the shares do not sum to 1, or one is negative; name a balance",
            ),
        )
        return shares


def values_of(scenario: Scenario) -> Values:
    """The variables of the sectors on the path of modes."""
    return Values(scenario, Draws(None, scenario.years))


def _sectors(scenario: Scenario, draws: Draws) -> dict[str, Floats]:
    values = Values(scenario, draws)
    series: dict[str, Floats] = {}
    demand: dict[str, Floats] = {}
    for sector in _in_order(scenario.sector):
        if sector.produces is None:
            activity = values.of(sector.id, "activity", sector.activity or 0.0)
        else:
            activity = demand.get(sector.produces, np.zeros((1, len(draws.years)))) / (1 - sector.loss)
        _require(bool((activity >= 0).all()), sector.id, "activity", Text("活动水平为负", "the activity is negative"))
        energy = activity * values.of(sector.id, "intensity", sector.intensity)
        series[f"Activity|{sector.id}"] = activity
        for fuel, share in values.shares(sector).items():
            used = energy * share
            demand[fuel] = demand.get(fuel, np.zeros((1, 1))) + used
            _add_emissions(series, sector, fuel, used, values)
    return series | {f"Energy|{fuel}": used for fuel, used in demand.items()}


def _add_emissions(series: dict[str, Floats], sector: Sector, fuel_id: str, used: Floats, values: Values) -> None:
    fuel = next(fuel for fuel in sector.fuel if fuel.id == fuel_id)
    for pollutant, factor in fuel.factors.items():
        rate = values.of(sector.id, "factor", factor, fuel.id, pollutant)
        removal = values.of(sector.id, "removal", fuel.removal.get(pollutant, 0.0), fuel.id, pollutant)
        _require(bool((removal <= 1).all()), sector.id, "removal", Text("去除率大于 1", "a removal above 1"))
        emitted = used * rate * (1 - removal)
        for name in (f"Emissions|{pollutant}", f"Emissions|{pollutant}|{sector.id}"):
            series[name] = series.get(name, np.zeros((1, 1))) + emitted


def _require(fits: bool, sector: str, variable: str, message: Text) -> None:
    if not fits:
        raise InvalidInput(Fault("scenario.range", message, value=f"{sector}: {variable}"))


def _in_order(sectors: Iterable[Sector]) -> list[Sector]:
    """Final sectors first, then each transformation after all that use what it makes."""
    final = [sector for sector in sectors if sector.produces is None]
    waiting = [sector for sector in sectors if sector.produces is not None]
    ordered = list(final)
    while waiting:
        ready = [
            sector
            for sector in waiting
            if not any(sector.produces in {fuel.id for fuel in other.fuel} for other in waiting if other is not sector)
        ]
        if not ready:
            raise InvalidInput(
                Fault(
                    "scenario.circle",
                    Text("转换部门互相供应，无法求解", "transformation sectors supply each other in a circle"),
                    value=", ".join(sector.id for sector in waiting),
                )
            )
        ordered += ready
        waiting = [sector for sector in waiting if sector not in ready]
    return ordered


def _concentration(row: Concentration, series: dict[str, Floats], remarks: list[Text]) -> dict[str, Floats]:
    """C = C0 + Σ a_p (E_p − E_p base), never below the background (told where it would be)."""
    missing = [name for name in row.coefficients if f"Emissions|{name}" not in series]
    if missing:
        raise InvalidInput(
            Fault(
                "scenario.concentration",
                Text("受体系数中的污染物没有排放序列", "the receptor row names pollutants without emissions"),
                value=", ".join(missing),
            )
        )
    change: Floats = np.zeros((1, 1))
    for name, coefficient in row.coefficients.items():
        emitted = series[f"Emissions|{name}"]
        change = change + coefficient * (emitted - emitted[:, :1])
    level = row.base + change
    if bool((level < row.background).any()):
        remarks.append(
            Text("浓度低于背景值处按背景值计", "concentrations below the background count as the background")
        )
    return {f"Concentration|{row.name}": np.maximum(level, row.background)}
