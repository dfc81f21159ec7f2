"""Whole choices from shares: the sources that the linear program splits, and some that cost little to change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.columns import Columns, join_columns
from cocontrol.measures.portfolio.fitting import fit_whole
from cocontrol.measures.portfolio.highs import INFEASIBLE, Program, Solver
from cocontrol.measures.portfolio.model import Booleans, Floats, Instance
from cocontrol.measures.portfolio.neighbours import neighbours

_FREE_SOURCES = 400
_NEAR = 20
_POOLS = ((200, 40), (400, 20))
"""Free sources, and trajectories near each, of the rounds that improve a plan: in turn fewer and closer, more and wider."""

_SECONDS = 40.0
_FIRST_SHARE, _ROUND_SHARE = 0.3, 0.15
_GAP_SHARE = 0.5
_SMALL = 2_000
_WHOLE = 1e-6


def choose_whole(instance: Instance, columns: Columns, share: Floats, prices: Floats, bound: float) -> Columns:
    """One column for each source: a plan that keeps every limit and costs little above the bound.

    All sources but the free ones keep their column of the relaxation. Free are those with a split choice and those
    whose second column is nearly as good at the prices; they choose among many trajectories near those columns. Where
    no whole plan fits, more are free. A plan that misses the gap asked for is improved in rounds around itself, until it is
    well within, the time is up or rounds gain nothing. Raises `InvalidInput` where none is found.
    """
    value = columns.cost + columns.usage @ prices
    split = _split_sources(columns, share)
    if not split.any():
        return columns.take(share > 0.5)
    ease = np.where(split, -np.inf, _second_best(columns, value, share))
    order = np.argsort(ease, kind="stable")
    taken = columns.take(share > _WHOLE)
    free_count = int(split.sum()) + _FREE_SOURCES
    seconds = min(instance.settings.time_limit_s / 4, _SECONDS)
    while True:
        free = np.zeros(len(split), dtype=bool)
        free[order[:free_count]] = True
        found = _solve_free(instance, taken, free, prices, bound, seconds)
        if found is not None:
            missed = found.cost.sum() > bound + instance.settings.gap * abs(bound)
            if not missed or len(split) * _NEAR <= _SMALL:
                return found
            return _improved(_Around(instance, columns, taken, prices, bound, ease, value), found, seconds)
        if free_count >= len(split):
            raise InvalidInput(no_plan_found(instance))
        free_count *= 4


@dataclass(frozen=True, slots=True)
class _Around:
    """What a plan is improved with: the columns of the relaxation and those taken there, prices, bound, ease, values."""

    instance: Instance
    columns: Columns
    taken: Columns
    prices: Floats
    bound: float
    ease: Floats
    value: Floats

    @property
    def good_enough(self) -> float:
        """The cost at which the search ends."""
        return self.bound + _GAP_SHARE * self.instance.settings.gap * abs(self.bound)


def _improved(around: _Around, plan: Columns, seconds: float) -> Columns:
    """The plan after rounds in which the sources that pay most above their best column, and near ones, choose anew.

    The trajectories are those near the present plan and near the relaxation, so that every round reaches further.
    """
    best = np.full(len(around.instance.sources), np.inf)
    np.minimum.at(best, around.columns.source, around.value)
    idle, rounds = 0, 0
    while plan.cost.sum() > around.good_enough and idle < len(_POOLS) and rounds * _ROUND_SHARE < 1 - _FIRST_SHARE:
        free_count, most = _POOLS[rounds % len(_POOLS)]
        plan = plan.take(np.argsort(plan.source))
        paid = plan.cost + plan.usage @ around.prices - best
        order = np.argsort(np.where(paid > _WHOLE * np.abs(best), -np.inf, around.ease), kind="stable")
        free = np.zeros(len(best), dtype=bool)
        free[order[:free_count]] = True
        found = _fitted(around, plan, free, most, seconds * _ROUND_SHARE, rounds)
        gained = found is not None and found.cost.sum() < plan.cost.sum()
        idle, rounds = 0 if gained else idle + 1, rounds + 1
        plan = found if gained and found is not None else plan
    return plan


def _fitted(around: _Around, plan: Columns, free: Booleans, most: int, seconds: float, seed: int) -> Columns | None:
    """The best plan that a search from this one finds in which only the free sources change."""
    fixed, mine = plan.take(~free), plan.take(free)
    others = around.taken.take(free[around.taken.source])
    near = join_columns([mine, neighbours(around.instance, join_columns([mine, others]), around.prices, most)])
    order = np.argsort(near.source, kind="stable")
    near, start = near.take(order), np.flatnonzero(order < len(mine))
    limits = around.instance.limits - fixed.usage.sum(axis=0)
    enough = around.good_enough - float(fixed.cost.sum())
    fit = fit_whole(near, start, limits, around.prices, good_enough=enough, seconds=seconds, seed=seed + 4)
    return None if fit is None else join_columns([fixed, near.take(fit.places)])


def no_plan_found(instance: Instance) -> Fault:
    """The fault of a problem that shares can solve, and for which the search found no whole plan in its time."""
    return Fault(
        "portfolio.no_plan_found",
        Text(
            "按份额可以满足各上限，但没有找到整厂方案",
            "shares can meet the limits, but no plan of whole plants was found",
        ),
        value=f"{instance.settings.time_limit_s:g} s",
        remedy=Text(
            "加大 time_limit，略微放宽上限，或令 integer = false",
            "raise time_limit, relax a ceiling a little, or set integer = false",
        ),
    )


def _split_sources(columns: Columns, share: Floats) -> Booleans:
    largest = np.zeros(int(columns.source.max()) + 1)
    np.maximum.at(largest, columns.source, share)
    return largest < 1.0 - _WHOLE


def _second_best(columns: Columns, value: Floats, share: Floats) -> Floats:
    """How much worse the best column that is not taken is, for each source (∞ where there is none)."""
    sources = int(columns.source.max()) + 1
    best, second = np.full(sources, np.inf), np.full(sources, np.inf)
    np.minimum.at(best, columns.source, value)
    other = share < _WHOLE
    np.minimum.at(second, columns.source[other], value[other])
    made: Floats = second - best
    return made


def _solve_free(
    instance: Instance, taken: Columns, free: Booleans, prices: Floats, bound: float, seconds: float
) -> Columns | None:
    """The plan with the free sources chosen anew among near trajectories; `taken` has the columns of the relaxation."""
    mine = free[taken.source]
    fixed = taken.take(~mine)
    near = neighbours(instance, taken.take(mine), prices, _NEAR)
    limits = instance.limits - fixed.usage.sum(axis=0)
    if len(near) <= _SMALL:
        solved = _solve_program(near, limits, seconds)
        if solved is not None or free.all():
            return None if solved is None else join_columns([fixed, solved])
    enough = bound - float(fixed.cost.sum()) + _GAP_SHARE * instance.settings.gap * abs(bound)
    _, first = np.unique(near.source, return_index=True)
    fit = fit_whole(near, first, limits, prices, good_enough=enough, seconds=_FIRST_SHARE * seconds)
    if fit is not None:
        return join_columns([fixed, near.take(fit.places)])
    solved = _solve_program(near, limits, seconds)
    return None if solved is None else join_columns([fixed, solved])


def _solve_program(near: Columns, limits: Floats, seconds: float) -> Columns | None:
    """The best whole choice among these columns that a mixed-integer program finds in the time."""
    sources, group = np.unique(near.source, return_inverse=True)
    program = Program(near.cost, near.usage, limits, group, len(sources))
    answer = Solver(program, integer=np.ones(len(near), dtype=bool)).solve(time_limit=seconds)
    if answer.status == INFEASIBLE or not np.isfinite(answer.objective):
        return None
    return near.take(answer.share > 0.5)
