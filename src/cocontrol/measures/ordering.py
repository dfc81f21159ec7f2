"""What a measure is worth depends on its place: in the order given, first of all, and after all the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from cocontrol.measures.catalogue import Catalogue
from cocontrol.measures.effects import Application, Effects, Step, apply_measures
from cocontrol.measures.streams import Stream, Surroundings

Amounts = Mapping[str, float | None]
"""Reductions in t by pollutant, CO2 with that of electricity; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Place:
    """One measure in the order given (`here`), as the first of all (`first`) and after all the others (`last`)."""

    here: Step
    first: Step
    last: Step


@dataclass(frozen=True, slots=True)
class Order:
    """Measures one after another, and what they owe to their order.

    `joint` is the reduction of all together, `apart` the sum of each by itself, `interaction` joint − apart: below 0
    where measures act on the same emissions. `cost` is the sum of the steps, None where one is unknown.
    """

    effects: Effects
    places: tuple[Place, ...]
    joint: Amounts
    apart: Amounts
    interaction: Amounts
    cost: float | None


def study_order(
    streams: Sequence[Stream],
    catalogue: Catalogue,
    applications: Sequence[Application],
    around: Surroundings,
    *,
    pollutants: Sequence[str],
    discount_rate: float,
) -> Order:
    """The measures in the order given, and each of them also as the first and as the last of the same set.

    The steps of an order add up to its joint reduction; the first places do not, for interactions are multiplicative.
    Raises as `apply_measures` does.
    """

    def run(wanted: Sequence[Application]) -> Effects:
        return apply_measures(streams, catalogue, wanted, around, pollutants=pollutants, discount_rate=discount_rate)

    effects = run(applications)
    places = []
    for index, step in enumerate(effects.steps):
        others = [*applications[:index], *applications[index + 1 :]]
        first = step if index == 0 else run([applications[index]]).steps[0]
        last = step if index == len(others) else run([*others, applications[index]]).steps[-1]
        places.append(Place(step, first, last))
    joint = {p: _total([step.change.net[p] for step in effects.steps]) for p in pollutants}
    apart = {p: _total([place.first.change.net[p] for place in places]) for p in pollutants}
    interaction = {p: _total([joint[p], _minus(apart[p])]) for p in pollutants}
    return Order(effects, tuple(places), joint, apart, interaction, _total([s.cost.total for s in effects.steps]))


def _total(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def unit_cost(step: Step, pollutant: str) -> float | None:
    """CNY per t of a pollutant (CO2 with that of electricity); None where it does not fall or the cost is unknown."""
    reduction = step.change.net.get(pollutant)
    if reduction is None or reduction <= 0 or step.cost.total is None:
        return None
    return step.cost.total / reduction


def order_table(order: Order, pollutant: str) -> pl.DataFrame:
    """One row per measure in its order: reduction (t) and unit cost (CNY/t) of a pollutant here, first and last."""
    rows = [
        {
            "order": place.here.order, "measure_id": place.here.name, "name_zh": place.here.measure.label.zh,
            "name_en": place.here.measure.label.en, "pollutant": pollutant,
            **{f"reduction_{name}_t": step.change.net.get(pollutant) for name, step in _steps(place)},
            **{f"cost_{name}_CNY": step.cost.total for name, step in _steps(place)},
            **{f"unit_cost_{name}_CNY_per_t": unit_cost(step, pollutant) for name, step in _steps(place)},
            "notes_zh": "；".join(note.zh for note in place.here.notes) or None,
            "notes_en": "; ".join(note.en for note in place.here.notes) or None,
        }
        for place in order.places
    ]  # fmt: skip
    words = ("measure_id", "name_zh", "name_en", "pollutant", "notes_zh", "notes_en")
    names = [f"{what}_{where}_{unit}" for what, unit in _FIGURES for where in ("here", "first", "last")]
    schema = {
        "order": pl.Int64, **dict.fromkeys(words[:4], pl.String), **dict.fromkeys(names, pl.Float64),
        **dict.fromkeys(words[4:], pl.String),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


_FIGURES = (("reduction", "t"), ("cost", "CNY"), ("unit_cost", "CNY_per_t"))


def _steps(place: Place) -> tuple[tuple[str, Step], ...]:
    return (("here", place.here), ("first", place.first), ("last", place.last))
