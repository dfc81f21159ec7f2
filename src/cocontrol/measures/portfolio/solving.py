"""The least-cost portfolio: small problems by enumeration of every trajectory, large ones by generating columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.assembly import assemble
from cocontrol.measures.portfolio.columns import count_columns, enumerate_columns
from cocontrol.measures.portfolio.conflicts import explain_conflict
from cocontrol.measures.portfolio.enumeration import all_whole, program_of, shadow_prices
from cocontrol.measures.portfolio.generation import generate
from cocontrol.measures.portfolio.highs import INFEASIBLE, OPTIMAL, Solver
from cocontrol.measures.portfolio.model import Instance, Solution
from cocontrol.measures.portfolio.search import Progress, no_progress

COLUMN_LIMIT = 200_000
"""Trajectories up to which a problem is enumerated."""

_ENUMERATING = Text("列举轨迹", "enumerating trajectories")
_SOLVING = Text("求整数规划", "solving the integer program")


def optimise(
    instance: Instance,
    *,
    column_limit: int = COLUMN_LIMIT,
    prices: bool = True,
    progress: Progress = no_progress,
) -> Solution:
    """The cheapest choice of every source under the limits that they share.

    ``min Σ c_ij λ_ij``, ``Σ_j λ_ij = 1`` for every source, ``Σ usage_ijr λ_ij ≤ limit_r``; j runs over complete
    trajectories, so that every interaction of options and devices is exact. `status` is ``optimal`` (gap not above
    the one asked for), ``feasible`` or ``infeasible``; `lower_bound` is certified. Prices are those of the relaxation
    in shares (mixed-integer programs have none); `prices` false leaves them out. `progress` is called between steps
    and rounds; what it raises ends the search (cancel).

    Raises
    ------
    InvalidInput
        A source has more trajectories than can be searched.
    """
    _check_sources(instance)
    if count_columns(instance) > column_limit:
        return generate(instance, prices=prices, progress=progress)
    progress("columns", _ENUMERATING, 0, 2)
    columns = enumerate_columns(instance)
    progress("program", _SOLVING, 1, 2)
    program = program_of(instance, columns)
    whole = all_whole(columns) if instance.settings.integer else None
    answer = Solver(program, integer=whole).solve(time_limit=instance.settings.time_limit_s)
    if answer.status == INFEASIBLE:
        conflicts = explain_conflict(instance, columns, integer=instance.settings.integer)
        return Solution(instance, "infeasible", "enumeration", conflicts=conflicts)
    if not np.isfinite(answer.objective):
        raise InvalidInput(_out_of_time(instance))
    share = np.round(answer.share) if whole is not None else answer.share
    bound = answer.objective if answer.status == OPTIMAL else answer.bound
    made = assemble(instance, columns, share, bound, "enumeration")
    return replace(made, prices=shadow_prices(instance, program)) if prices else made


def _check_sources(instance: Instance) -> None:
    if not instance.sources:
        raise InvalidInput(Fault("portfolio.no_sources", Text("没有排放源", "there are no sources")))


def _out_of_time(instance: Instance) -> Fault:
    return Fault(
        "portfolio.time_limit",
        Text("在时限内没有找到方案", "no plan was found within the time limit"),
        value=f"{instance.settings.time_limit_s:g} s",
        remedy=Text(
            "在 settings.toml 中加大 time_limit，或令 integer = false",
            "raise time_limit in settings.toml, or set integer = false",
        ),
    )
