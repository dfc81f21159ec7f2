"""What moves the outcome: every uncertain value at its low and its high end, one at a time, and every policy off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text, same
from cocontrol.pathways.double_attainment import peak_years
from cocontrol.pathways.projection import project
from cocontrol.pathways.scenario_checks import part_name
from cocontrol.pathways.scenario_model import Change, Effect, Scenario, Uncertain


@dataclass(frozen=True, slots=True)
class Outcome:
    """A series on the path of modes: year of its peak (None: still rising at the end), level, sum after the base year."""

    peak_year: int | None
    peak_level: float
    end: float
    cumulative: float


@dataclass(frozen=True, slots=True)
class Swing:
    """One value moved alone: what it is, from what to what, and the outcome at both ends.

    A policy has no ends: `low` and `high` are None, `at_low` is the outcome without it and `at_high` with it.
    """

    name: Text
    low: float | None
    high: float | None
    at_low: Outcome
    at_high: Outcome

    @property
    def spread(self) -> float:
        """How far apart the two cumulative outcomes are."""
        return abs(self.at_high.cumulative - self.at_low.cumulative)


def sensitivity(scenario: Scenario, variable: str = "Emissions|CO2") -> tuple[Swing, ...]:
    """The swings of a variable, widest first; all other values stay at their modes.

    Raises
    ------
    InvalidInput
        The scenario has no such variable, or a value at its end makes it impossible (shares beyond 1).
    """
    middle = _outcome(scenario, variable)
    swings = [
        Swing(name, low, high, _outcome(moved(low), variable), _outcome(moved(high), variable))
        for name, low, high, moved in _uncertain(scenario)
    ]
    for index, policy in enumerate(scenario.policy):
        if policy.on:
            name = Text(policy.title_zh or policy.id, policy.title_en or policy.id)
            without = scenario.model_copy(
                update={"policy": _with(scenario.policy, index, policy.model_copy(update={"on": False}))}
            )
            swings.append(Swing(name, None, None, _outcome(without, variable), middle))
    return tuple(sorted(swings, key=lambda swing: -swing.spread))


def without_policies(scenario: Scenario, off: frozenset[str]) -> Scenario:
    """The scenario with some policies switched off.

    Raises
    ------
    InvalidInput
        A policy that the scenario does not have; all of them at once.
    """
    known = [policy.id for policy in scenario.policy]
    if unknown := sorted(off - set(known)):
        faults = [
            Fault(
                "scenario.policy",
                Text("没有这项政策", "no such policy"),
                value=name,
                allowed=same(", ".join(known) or "–"),
            )
            for name in unknown
        ]
        raise InvalidInput(*faults)
    switched = [p.model_copy(update={"on": False}) if p.id in off else p for p in scenario.policy]
    return scenario.model_copy(update={"policy": switched})


def _outcome(scenario: Scenario, variable: str) -> Outcome:
    made = project(scenario, certain=True)
    if variable not in made.series:
        words = Text("没有这个变量", "there is no such variable")
        raise InvalidInput(Fault("scenario.variable", words, value=variable, allowed=same(", ".join(made.series))))
    values, year = made.series[variable][0], int(peak_years(made, variable)[0])
    within = year <= made.years[-1]
    return Outcome(year if within else None, float(values.max()), float(values[-1]), float(values[1:].sum()))


Moved = Callable[[float], Scenario]
_Part = TypeVar("_Part")


def _with(parts: list[_Part], index: int, part: _Part) -> list[_Part]:
    return [*parts[:index], part, *parts[index + 1 :]]


def _at(value: float) -> dict[str, float | None]:
    """The update that fixes a triangle at a value."""
    return {"value": value, "low": None, "mode": None, "high": None}


def _uncertain(scenario: Scenario) -> Iterator[tuple[Text, float, float, Moved]]:
    """Every triangle: its name, its ends, and how the scenario looks with it fixed."""
    for number, driver in enumerate(scenario.driver):
        for index, rate in enumerate(driver.rate):

            def of_driver(value: float, number: int = number, index: int = index) -> Scenario:
                """The scenario with one growth of a driver fixed."""
                old = scenario.driver[number]
                rates = _with(old.rate, index, old.rate[index].model_copy(update=_at(value)))
                changed = old.model_copy(update={"rate": rates})
                return scenario.model_copy(update={"driver": _with(scenario.driver, number, changed)})

            yield from _ends(same(f"{driver.name} {rate.from_year}–{rate.to_year}"), rate, of_driver)
    for index, change in enumerate(scenario.change):

        def of_change(value: float, index: int = index) -> Scenario:
            """The scenario with one change fixed."""
            old = scenario.change[index]
            return scenario.model_copy(
                update={"change": _with(scenario.change, index, old.model_copy(update=_at(value)))}
            )

        yield from _ends(_change_name(scenario, change), change, of_change)
    for number, policy in enumerate(scenario.policy):
        for index, effect in enumerate(policy.effect if policy.on else ()):

            def of_effect(value: float, number: int = number, index: int = index) -> Scenario:
                """The scenario with one effect of a policy fixed."""
                old = scenario.policy[number]
                one = old.effect[index]
                effects = _with(old.effect, index, one.model_copy(update=_at(value)))
                changed = old.model_copy(update={"effect": effects})
                return scenario.model_copy(update={"policy": _with(scenario.policy, number, changed)})

            yield from _ends(_change_name(scenario, effect), effect, of_effect)


def _ends(name: Text, part: Uncertain, moved: Moved) -> Iterator[tuple[Text, float, float, Moved]]:
    low, _mode, high = part.corners
    if low < high:
        yield name, low, high, moved


def _change_name(scenario: Scenario, part: Change | Effect) -> Text:
    """What is changed, and when."""
    when = part.year if isinstance(part, Change) and part.year is not None else part.from_year
    until = part.full if isinstance(part, Effect) else part.to_year
    return part_name(scenario, part, f"{when}–{until}" if until is not None else f"{when}")
