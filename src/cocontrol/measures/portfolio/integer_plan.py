"""Whole choices from shares: the sources that the linear program splits, and some that cost little to change."""

from __future__ import annotations

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.columns import Columns, join_columns
from cocontrol.measures.portfolio.fitting import fit_whole
from cocontrol.measures.portfolio.highs import INFEASIBLE, Program, Solver
from cocontrol.measures.portfolio.model import Booleans, Floats, Instance
from cocontrol.measures.portfolio.neighbours import neighbours

_FREE_SOURCES = 200
_NEAR = 40
_SECONDS = 40.0
_GAP_SHARE = 0.5
_SMALL = 2_000
_WHOLE = 1e-6


def choose_whole(instance: Instance, columns: Columns, share: Floats, prices: Floats, bound: float) -> Columns:
    """One column for each source: a plan that keeps every limit and costs little above the bound.

    All sources but the free ones keep their column of the relaxation. Free are those with a split choice and those
    whose second column is nearly as good at the prices; they choose among many trajectories near those columns. Where
    no whole plan fits, more are free. Raises `InvalidInput` where none is found.
    """
    value = columns.cost + columns.usage @ prices
    split = _split_sources(columns, share)
    if not split.any():
        return columns.take(share > 0.5)
    order = np.argsort(np.where(split, -np.inf, _second_best(columns, value, share)), kind="stable")
    taken = columns.take(share > _WHOLE)
    free_count = int(split.sum()) + _FREE_SOURCES
    seconds = min(instance.settings.time_limit_s / 4, _SECONDS)
    while True:
        free = np.zeros(len(split), dtype=bool)
        free[order[:free_count]] = True
        found = _solve_free(instance, taken, free, prices, bound, seconds)
        if found is not None:
            return found
        if free_count >= len(split):
            raise InvalidInput(no_plan_found(instance))
        free_count *= 4


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
    fit = fit_whole(near, first, limits, prices, good_enough=enough, seconds=seconds)
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
