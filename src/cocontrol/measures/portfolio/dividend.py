"""What planning air and carbon together saves: the synergy dividend in its no-regret form, and sequential plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.model import Floats, Instance, Row, Solution
from cocontrol.measures.portfolio.solving import optimise

NO_LIMIT, JOINT = "none", "joint"

ROUNDING = 1e-9
"""Savings below this share of the cost come from rounding: the plans cost the same."""


def parse_groups(text: str, instance: Instance) -> dict[str, tuple[str, ...]]:
    """Two groups of pollutants from ``air=SO2,NOx;carbon=CO2``; raises `InvalidInput` where it is not two such groups."""
    groups: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, members = part.partition("=")
        groups[name.strip()] = tuple(filter(None, (member.strip() for member in members.split(","))))
    wrong = [member for members in groups.values() for member in members if member not in instance.pollutants]
    if len(groups) != 2 or wrong or not all(groups.values()):
        raise InvalidInput(
            Fault(
                "portfolio.groups",
                Text("应为两组已有的污染物", "two groups of pollutants of the problem are needed"),
                value=text,
                allowed=Text("如 air=SO2,NOx;carbon=CO2", "such as air=SO2,NOx;carbon=CO2"),
            )
        )
    return groups


def synergy_dividend(instance: Instance, groups: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Costs of no plan, each plan alone, both at once and one after the other, and what joint planning saves.

    With J0 the optimum without limits, J_A and J_C those under one group of limits, J under all:

    * dividend = (J_A − J0) + (J_C − J0) − (J − J0): measures that pay for themselves are not counted twice;
    * sequential, A then C: A is carried out and its equipment paid whether used or not, then C is added at least cost under
      all limits; dividend = J_seq − J.

    Table keyed `case` (``none``, the two groups, ``joint``, ``A>C``, ``C>A``): `cost`; `dividend` and its `share` of the cost of
    the separate or sequential plans above J0 (null where not meant). A case without a plan has null cost.
    """
    (first, one), (second, other) = groups.items()
    rows = {name: _rows_of(instance, members) for name, members in ((first, one), (second, other))}
    both = tuple(row for row in instance.rows if row.pollutant in (*one, *other))
    free = _solved(instance, ())
    alone = {name: _solved(instance, part) for name, part in rows.items()}
    joint = _solved(instance, both)
    sequential = {f"{a}>{b}": _sequential_cost(instance, alone[a], both) for a, b in ((first, second), (second, first))}
    base = free.cost or 0.0
    separate = None
    if all(solution.cost is not None for solution in alone.values()):
        separate = sum((solution.cost or 0.0) - base for solution in alone.values())
    table: list[tuple[str, float | None, float | None, float | None]] = [
        (NO_LIMIT, free.cost, None, None),
        *((name, solution.cost, None, None) for name, solution in alone.items()),
    ]
    together = None if joint.cost is None else joint.cost - base
    noise = ROUNDING * max(abs(base), abs(joint.cost or 0.0))
    table.append((JOINT, joint.cost, *_saving(separate, together, noise)))
    for case, cost in sequential.items():
        above = None if cost is None else cost - base
        table.append((case, cost, *_saving(above, together, noise)))
    names = ("case", "cost", "dividend", "share")
    schema = dict(zip(names, (pl.String, pl.Float64, pl.Float64, pl.Float64), strict=True))
    return pl.DataFrame(table, schema=schema, orient="row")


def _saving(without: float | None, joint: float | None, noise: float) -> tuple[float | None, float | None]:
    if without is None or joint is None:
        return None, None
    saved = without - joint if abs(without - joint) > noise else 0.0
    return saved, saved / without if without > 0 else None


def _rows_of(instance: Instance, pollutants: Sequence[str]) -> tuple[Row, ...]:
    return tuple(row for row in instance.rows if row.pollutant in pollutants)


def _solved(instance: Instance, rows: tuple[Row, ...]) -> Solution:
    return optimise(instance.with_rows(*rows), prices=False)


def _sequential_cost(instance: Instance, first: Solution, rows: tuple[Row, ...]) -> float | None:
    if first.cost is None:
        return None
    sunk, paid = keep_equipment(instance, first)
    second = _solved(sunk, rows)
    return None if second.cost is None else second.cost + paid


def keep_equipment(instance: Instance, plan: Solution) -> tuple[Instance, float]:
    """The problem after a plan is carried out, and the present value of the equipment that it leaves to be paid.

    In the periods of the plan its devices cost nothing more, nor do its options where they cost anything (savings of an
    option are lost with it); whoever leaves them still pays. With shares that part of the cost is sunk.
    """
    options, devices = instance.options.cost.copy(), instance.devices.cost.copy()
    paid: Floats = np.zeros(len(instance.periods))
    for choice in plan.choices:
        option, period = choice.option, choice.period
        for table, row in ((options, option), *((devices, device) for device in choice.devices)):
            original = instance.options.cost if table is options else instance.devices.cost
            sunk = max(float(original[row, period]), 0.0) * choice.share
            table[row, period] -= sunk
            paid[period] += sunk
    made = replace(
        instance, options=replace(instance.options, cost=options), devices=replace(instance.devices, cost=devices)
    )
    return made, float(paid @ instance.discount)
