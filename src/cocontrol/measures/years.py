"""Least-cost problems over several years: each year by itself, and a conflict that shows in one year already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from cocontrol.measures.portfolio.columns import count_columns, enumerate_columns
from cocontrol.measures.portfolio.enumeration import program_of
from cocontrol.measures.portfolio.highs import INFEASIBLE, Solver
from cocontrol.measures.portfolio.model import Instance, PeriodLabel, Solution
from cocontrol.measures.portfolio.solving import COLUMN_LIMIT, optimise


def year_alone(instance: Instance, year: PeriodLabel) -> Instance:
    """The problem of one period by itself: its base, ceilings and yearly costs; budgets and the other periods left out.

    Every state that a plan over all periods may have in this one is a choice here, so that what cannot be met here cannot
    be met there either, and a year costs at least as much in a plan over all periods.
    """
    place = instance.periods.index(year)
    at = slice(place, place + 1)
    options, devices = instance.options, instance.devices
    return replace(
        instance,
        periods=(year,),
        discount=np.ones(1),
        base=instance.base[:, :, at],
        options=replace(options, cost=options.cost[:, at], lifetime=np.ones_like(options.lifetime)),
        devices=replace(devices, cost=devices.cost[:, at], lifetime=np.ones_like(devices.lifetime)),
        rows=tuple(replace(row, periods=np.ones(1)) for row in instance.rows if row.period == year),
    )


SHARES_LIMIT = 1_000_000
"""Trajectories up to which a problem in shares over several years is enumerated: slower than generating columns, and exact."""


def column_limit(instance: Instance) -> int:
    """Trajectories up to which a problem is enumerated."""
    several = len(instance.periods) > 1 and not instance.settings.integer
    return SHARES_LIMIT if several else COLUMN_LIMIT


def solve_years(instance: Instance, *, prices: bool = True) -> Solution:
    """`optimise`, with every year looked at by itself first: small problems that find a conflict sooner and name it exactly."""
    if len(instance.periods) > 1:
        for year in instance.periods:
            alone = optimise(year_alone(instance, year), prices=False)
            if alone.conflicts:
                return Solution(instance, alone.status, alone.method, conflicts=alone.conflicts)
    return optimise(instance, prices=prices, column_limit=column_limit(instance))


class Trials:
    """The least cost of one problem under other limits of its rows, again and again.

    A problem in shares that can be enumerated is solved from the basis of the last answer, which takes a fraction of the
    time; any other is solved anew.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._solver: Solver | None = None
        self._moved: dict[int, float] = {}
        if not instance.settings.integer and count_columns(instance) <= column_limit(instance):
            self._program = program_of(instance, enumerate_columns(instance))
            self._solver = Solver(self._program)

    def cost(self, limits: Mapping[int, float | None]) -> tuple[str, float | None]:
        """Status and least cost with these limits by row (None: the row is left out), every other row as it is."""
        if self._solver is None:
            given = {place: row.limit for place, row in enumerate(self._instance.rows)} | dict(limits)
            rows = [
                replace(row, limit=limit)
                for place, row in enumerate(self._instance.rows)
                if (limit := given[place]) is not None
            ]
            made = solve_years(self._instance.with_rows(*rows), prices=False)
            return made.status, made.cost
        for place, limit in {**self._moved, **{k: _free(self._instance, k, v) for k, v in limits.items()}}.items():
            self._solver.move_limit(place, limit)
        self._moved = {place: self._instance.rows[place].limit for place in limits}
        answer = self._solver.solve()
        if answer.status == INFEASIBLE:
            return "infeasible", None
        return "optimal", float(answer.objective)


def _free(instance: Instance, place: int, limit: float | None) -> float:
    """A limit, or for None one that nothing reaches: twice what all sources emit without measures, and more."""
    if limit is not None:
        return limit
    row = instance.rows[place]
    largest = float((np.abs(row.emission)[:, :, None] * instance.base).sum(axis=(0, 1)) @ np.abs(row.periods))
    return 10.0 * largest + abs(row.limit) + 1.0
