"""HiGHS behind one door: linear and mixed-integer programs over columns, one convexity row for each group.

``min c·λ`` with ``Σ usage λ ≤ limit`` for every shared row and ``Σ λ = 1`` for every group of columns. Shared rows
are divided by a scale of their own, so that a tolerance means the same share of every limit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from cocontrol.measures.portfolio.model import Booleans, Floats, Integers

TOLERANCE = 1e-9

_COSTS = 1e6
"""Costs above this are scaled down."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program over columns: `cost` (J), `usage` (J, R), `limit` (R), `group` (J) from 0 to `groups` − 1."""

    cost: Floats
    usage: Floats
    limit: Floats
    group: Integers
    groups: int

    @property
    def scale(self) -> Floats:
        """What each shared row is divided by: its limit, or its largest use where the limit is small."""
        largest = np.abs(self.usage).max(axis=0, initial=0.0)
        return np.where(np.abs(self.limit) > 1e-9 * largest, np.abs(self.limit), np.where(largest > 0, largest, 1.0))

    @property
    def cost_scale(self) -> float:
        """What costs are divided by: 1, or the power of ten that brings them to `_COSTS` where they are above it.

        HiGHS gives up on objectives of 1e9 and more (yuan of a province) under the tolerances that are asked for here.
        """
        largest = float(np.abs(self.cost).max(initial=0.0))
        return 1.0 if largest <= _COSTS else 10.0 ** math.ceil(math.log10(largest / _COSTS))


@dataclass(frozen=True, slots=True)
class Answer:
    """What HiGHS found: `share` (J) of each column, objective, bound, and prices (R) ≥ 0 of linear programs."""

    status: str
    objective: float
    bound: float
    share: Floats
    price: Floats
    convexity: Floats
    slack: Floats


OPTIMAL, INFEASIBLE, LIMIT = "optimal", "infeasible", "limit"


def new_highs(**options: bool | float) -> Any:
    """An empty model with these options."""
    make: Any = highspy.Highs
    made = make()
    for name, value in options.items():
        made.setOptionValue(name, value)
    return made


class Solver:
    """A program held in HiGHS, so that a small change is solved from where the last solve ended."""

    def __init__(self, program: Program, *, integer: Booleans | None = None, elastic: Floats | None = None) -> None:
        """`integer` marks whole columns; `elastic` (R) gives the cost of exceeding each row by one unit (∞: never)."""
        self.program = program
        self._scale = program.scale
        self._cost_scale = program.cost_scale
        self._elastic = elastic
        self._highs = new_highs(
            output_flag=False,
            threads=1,
            primal_feasibility_tolerance=TOLERANCE,
            dual_feasibility_tolerance=TOLERANCE,
            mip_feasibility_tolerance=TOLERANCE,
            mip_rel_gap=0.0,
            mip_abs_gap=0.0,
        )
        self._highs.passModel(self._model(integer))

    def solve(self, *, time_limit: float | None = None, gap: float = 0.0, start: Floats | None = None) -> Answer:
        """Solve, from a known whole plan where `start` gives its shares."""
        if time_limit is not None:
            self._highs.setOptionValue("time_limit", max(0.1, time_limit + self._highs.getRunTime()))
        self._highs.setOptionValue("mip_rel_gap", gap)
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = list(start)
            self._highs.setSolution(known)
        self._highs.run()
        return self._answer()

    def move_limit(self, row: int, limit: float) -> None:
        """Change the limit of one row."""
        self._highs.changeRowBounds(row, -highspy.kHighsInf, limit / self._scale[row])

    def degenerate(self) -> bool:
        """Whether a basic variable of the last linear solve stands at a bound, so that prices may be one-sided."""
        basis, solution = self._highs.getBasis(), self._highs.getSolution()
        basic = highspy.HighsBasisStatus.kBasic
        columns = np.array([status == basic for status in basis.col_status])
        rows = np.array([status == basic for status in basis.row_status])
        value, activity = np.array(solution.col_value), np.array(solution.row_value)
        shared = len(self.program.limit)
        limit = np.array(self._highs.getLp().row_upper_)[:shared]
        at_limit = rows[:shared] & (np.abs(activity[:shared] - limit) <= 10 * TOLERANCE)
        return bool((columns & (np.abs(value) <= 10 * TOLERANCE)).any() or at_limit.any())

    def binding(self) -> Booleans:
        """Whether each shared row of the last linear solve is used up."""
        activity = np.array(self._highs.getSolution().row_value)[: len(self.program.limit)]
        limit = np.array(self._highs.getLp().row_upper_)[: len(self.program.limit)]
        return np.asarray(activity >= limit - 10 * TOLERANCE * np.maximum(1.0, np.abs(limit)))

    def _model(self, integer: Booleans | None) -> Any:
        program = self.program
        columns, shared = program.usage.shape
        extra = 0 if self._elastic is None else shared
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns + extra, shared + program.groups
        model.col_cost_ = np.concatenate([program.cost, self._elastic_cost()]) / self._cost_scale
        model.col_lower_ = np.zeros(columns + extra)
        model.col_upper_ = np.concatenate([np.full(columns, highspy.kHighsInf), self._elastic_room()])
        ones = np.ones(program.groups)
        model.row_lower_ = np.concatenate([np.full(shared, -highspy.kHighsInf), ones])
        model.row_upper_ = np.concatenate([program.limit / self._scale, ones])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = self._matrix(extra)
        if integer is not None:
            kinds = [highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger]
            model.integrality_ = [kinds[int(whole)] for whole in integer] + [kinds[0]] * extra
        return model

    def _elastic_cost(self) -> Floats:
        if self._elastic is None:
            return np.empty(0)
        return np.where(np.isfinite(self._elastic), self._elastic, 0.0) * self._scale

    def _elastic_room(self) -> Floats:
        return np.empty(0) if self._elastic is None else np.where(np.isfinite(self._elastic), highspy.kHighsInf, 0.0)

    def _matrix(self, extra: int) -> tuple[Integers, Integers, Floats]:
        """Starts, row places and values, column by column: uses of the shared rows, then a one in the group's row."""
        program = self.program
        columns, shared = program.usage.shape
        value = np.concatenate([program.usage / self._scale, np.ones((columns, 1))], axis=1)
        index = np.concatenate([np.tile(np.arange(shared), (columns, 1)), shared + program.group[:, None]], axis=1)
        filled = value != 0.0
        start = np.concatenate([[0], np.cumsum(filled.sum(axis=1))])
        relief = start[-1] + 1 + np.arange(extra)
        return (
            np.concatenate([start, relief]),
            np.concatenate([index[filled], np.arange(extra)]),
            np.concatenate([value[filled], np.full(extra, -1.0)]),
        )

    def _answer(self) -> Answer:
        status = _STATUS.get(self._highs.getModelStatus(), LIMIT)
        info, solution = self._highs.getInfo(), self._highs.getSolution()
        columns, shared = self.program.usage.shape
        value = np.array(solution.col_value)
        if status != INFEASIBLE and len(value) == 0:
            status = INFEASIBLE if status == OPTIMAL else LIMIT
        known = info.primal_solution_status == highspy.kSolutionStatusFeasible or status == OPTIMAL
        found = len(value) >= columns and status != INFEASIBLE and known
        dual = (
            np.array(solution.row_dual) if found and len(solution.row_dual) else np.zeros(shared + self.program.groups)
        )
        bound = info.mip_dual_bound if len(self._highs.getLp().integrality_) else info.objective_function_value
        return Answer(
            status,
            info.objective_function_value * self._cost_scale if found else np.inf,
            bound * self._cost_scale if found or status == LIMIT else np.inf,
            value[:columns] if found else np.zeros(columns),
            np.maximum(-dual[:shared], 0.0) / self._scale * self._cost_scale,
            dual[shared:] * self._cost_scale,
            value[columns:] * self._scale if found and self._elastic is not None else np.zeros(shared),
        )


_STATUS = {
    highspy.HighsModelStatus.kOptimal: OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: INFEASIBLE,
}
