"""Why there is no plan: the smallest group of limits that cannot be met together, and by how much each must give way."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from cocontrol.measures.portfolio.columns import Columns
from cocontrol.measures.portfolio.enumeration import all_whole
from cocontrol.measures.portfolio.highs import INFEASIBLE, Program, Solver
from cocontrol.measures.portfolio.model import Booleans, Conflict, Floats, Instance

_SUBSETS = 400
_SEARCH_SECONDS = 30.0
_ROUNDING = 1e-9


def explain_conflict(instance: Instance, columns: Columns, *, integer: bool) -> tuple[Conflict, ...]:
    """The smallest conflicting group of limits, over columns that no plan can be made of.

    First a limit that even the cleanest choice of every source exceeds; else every pair, triple … as far as some
    hundreds of groups go; else an irreducible group by the deletion filter. Empty where the limits can be met.
    """
    test = _Feasibility(instance, columns, integer=integer)
    everything = tuple(range(len(instance.rows)))
    if test.feasible(everything):
        return ()
    group = _smallest(test, _irreducible(test, everything))
    shared = test.least_relaxation(group)
    return tuple(
        Conflict(instance.rows[row], relax, test.alone(row, group)) for row, relax in zip(group, shared, strict=True)
    )


class _Feasibility:
    """Whether groups of limits can be met, over one set of columns."""

    def __init__(self, instance: Instance, columns: Columns, *, integer: bool) -> None:
        self._limits = instance.limits
        self._columns = columns
        self._groups = len(instance.sources)
        self._whole: Booleans | None = all_whole(columns) if integer else None

    @property
    def rows(self) -> int:
        """How many limits there are."""
        return len(self._limits)

    def feasible(self, rows: tuple[int, ...]) -> bool:
        """Whether these limits can be met together."""
        if len(rows) == 1:
            return self._least_use(rows[0]) <= self._room(rows[0])
        program = self._program(rows, np.zeros(len(self._columns)))
        if Solver(program).solve().status == INFEASIBLE:
            return False
        return (
            self._whole is None
            or Solver(program, integer=self._whole).solve(time_limit=_SEARCH_SECONDS).status != INFEASIBLE
        )

    def least_relaxation(self, rows: tuple[int, ...]) -> list[float]:
        """By how much each limit gives way where the sum of relative relaxations is least."""
        program = self._program(rows, np.zeros(len(self._columns)))
        solver = Solver(program, integer=self._whole, elastic=1.0 / program.scale)
        slack = solver.solve(time_limit=_SEARCH_SECONDS).slack
        return [
            float(value) if value > _ROUNDING * scale else 0.0
            for value, scale in zip(slack, program.scale, strict=True)
        ]

    def alone(self, row: int, group: tuple[int, ...]) -> float | None:
        """By how much this limit must give way where the others of the group hold."""
        others = tuple(other for other in group if other != row)
        if not others:
            return self._least_use(row) - float(self._limits[row])
        program = self._program(others, self._columns.usage[:, row])
        answer = Solver(program, integer=self._whole).solve(time_limit=_SEARCH_SECONDS)
        return None if answer.status == INFEASIBLE else answer.objective - float(self._limits[row])

    def _program(self, rows: tuple[int, ...], cost: Floats) -> Program:
        chosen = list(rows)
        return Program(cost, self._columns.usage[:, chosen], self._limits[chosen], self._columns.source, self._groups)

    def _least_use(self, row: int) -> float:
        least = np.full(self._groups, np.inf)
        np.minimum.at(least, self._columns.source, self._columns.usage[:, row])
        return float(least.sum())

    def _room(self, row: int) -> float:
        limit = float(self._limits[row])
        return limit + _ROUNDING * max(abs(limit), float(np.abs(self._columns.usage[:, row]).max(initial=0.0)))


def _irreducible(test: _Feasibility, rows: tuple[int, ...]) -> tuple[int, ...]:
    """A conflicting group from which no limit can be left out: each is dropped in turn unless the rest then fits."""
    for row in rows:
        if not test.feasible((row,)):
            return (row,)
    group = rows
    for row in rows:
        rest = tuple(other for other in group if other != row)
        if rest and not test.feasible(rest):
            group = rest
    return group


def _smallest(test: _Feasibility, group: tuple[int, ...]) -> tuple[int, ...]:
    """A smaller conflicting group anywhere, as far as the number of groups to try allows."""
    rows = range(test.rows)
    tried = 0
    for size in range(2, len(group)):
        for candidate in combinations(rows, size):
            tried += 1
            if tried > _SUBSETS:
                return group
            if not test.feasible(candidate):
                return candidate
    return group
