"""The linear program of single sources over the columns that pricing found: shares, prices, and the certified bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cocontrol.core.errors import InvalidInput
from cocontrol.measures.portfolio.columns import Columns, join_columns
from cocontrol.measures.portfolio.highs import INFEASIBLE, Program, Solver
from cocontrol.measures.portfolio.integer_plan import no_plan_found
from cocontrol.measures.portfolio.model import Floats, Instance, Integers
from cocontrol.measures.portfolio.search import Search

_FINAL_ROUNDS = 12
_MOST_COLUMNS = 8
_ALL_COLUMNS = 12_000
_OPEN_SOURCES = 1_500


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear program of single sources at its optimum: columns with their shares, cost, prices, and the solver.

    The first of `columns`, with share 1, are held; the others are those of the program.
    """

    columns: Columns
    share: Floats
    objective: float
    prices: Floats
    solver: Solver


def relax_sources(search: Search) -> Relaxed:
    """Columns worth keeping and their shares in the linear program of single sources; certifies the bound.

    Where every source is open in that program, its prices are tried too, until the bound meets it. Where most are held
    its prices are those of the few that are not, and the ones of the master program are better.
    """
    instance = search.instance
    target = max(instance.settings.gap / 50, 1e-6)
    for _ in range(_FINAL_ROUNDS):
        relaxed = _solve_open(instance, search.columns(), search.prices)
        if relaxed.objective - search.value <= target * search.gap_size(relaxed.objective):
            break
        if _open_sources(instance) < len(instance.sources):
            break
        search.price(relaxed.prices)
    search.certify()
    return relaxed


def _open_sources(instance: Instance) -> int:
    return _OPEN_SOURCES + len(instance.sources) // 20


def _near_best(instance: Instance, columns: Columns, prices: Floats) -> tuple[Columns, Integers, Floats]:
    """The best columns of each source at the prices, in order of source and value; their rank, and each source's ease.

    Ease is how much worse its second column is (∞ without one).
    """
    value = columns.cost + columns.usage @ prices
    order = np.lexsort([value, columns.source])
    first = np.searchsorted(columns.source[order], np.arange(len(instance.sources)))
    rank = np.arange(len(order)) - first[columns.source[order]]
    chosen = rank < max(_MOST_COLUMNS, _ALL_COLUMNS // len(instance.sources))
    ordered, value, rank = columns.take(order[chosen]), value[order[chosen]], rank[chosen]
    second = np.full(len(instance.sources), np.inf)
    second[ordered.source[rank == 1]] = value[rank == 1]
    return ordered, rank, second - value[rank == 0]


def _solve_open(instance: Instance, columns: Columns, prices: Floats) -> Relaxed:
    """The program where sources whose best column is clear keep it, and the others are open.

    The columns can meet the limits, as the master program did.
    """
    ordered, rank, ease = _near_best(instance, columns, prices)
    by_ease = np.argsort(ease, kind="stable")
    open_count = _open_sources(instance)
    while True:
        is_open = np.zeros(len(instance.sources), dtype=bool)
        is_open[by_ease[:open_count]] = True
        mine = is_open[ordered.source]
        fixed = ordered.take(~mine & (rank == 0))
        part = ordered.take(mine)
        limits = instance.limits - fixed.usage.sum(axis=0)
        group = np.cumsum(is_open)[part.source] - 1
        solver = Solver(Program(part.cost, part.usage, limits, group, int(is_open.sum())))
        answer = solver.solve()
        if answer.status != INFEASIBLE:
            shares = np.concatenate([np.ones(len(fixed)), answer.share])
            objective = answer.objective + float(fixed.cost.sum())
            return Relaxed(join_columns([fixed, part]), shares, objective, answer.price, solver)
        if open_count >= len(instance.sources):
            raise InvalidInput(no_plan_found(instance))
        open_count *= 2
