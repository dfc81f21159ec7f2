"""Why a large problem has no plan: conflicting limits found by the prices that prove it, on columns that are kept."""

from __future__ import annotations

import time

import numpy as np

from cocontrol.core.text import Text
from cocontrol.measures.portfolio.model import Conflict, Instance
from cocontrol.measures.portfolio.pricing import Pricer
from cocontrol.measures.portfolio.search import FEASIBLE, Progress, Search, no_progress, run_rounds

_SHARE_OF_TIME = 0.5
_LEAST_SECONDS = 15.0
_LAST_ROUNDS = 30
_NEARLY = 1e-4
_LABEL = Text("找相互冲突的上限", "looking for limits that conflict")


def explain_large(instance: Instance, pricer: Pricer, *, progress: Progress = no_progress) -> tuple[Conflict, ...]:
    """A conflicting group of limits, proven by the bound on the least relative excess; empty if there is none.

    The rows with a price at the best bound conflict by themselves (Farkas): ``Σ_i min_j Σ_r π_r u_ijr > Σ_r π_r limit_r``.
    One that conflicts alone is the group; else each is dropped unless the rest fits, every time from the columns and
    prices known. After half of the time limit no more are dropped: the group still conflicts, but may not be the
    smallest. Relaxations are attained in shares.
    """
    until = time.monotonic() + max(_SHARE_OF_TIME * instance.settings.time_limit_s, _LEAST_SECONDS)
    search = Search(instance, cost_weight=0.0, pricer=pricer)
    everything = tuple(range(len(instance.rows)))
    group = _conflicting(search, everything, until=np.inf)
    if group is None:
        return ()
    single = next((row for row in group if _exceeded_alone(search, row)), None)
    group = group if single is None else (single,)
    for place, row in enumerate(candidates := group):
        progress("conflict", _LABEL, place, len(candidates))
        rest = tuple(other for other in group if other != row)
        if not rest or row not in group or time.monotonic() > until:
            continue
        smaller = _conflicting(search, rest, until=until)
        group = group if smaller is None else smaller
    search.set_active(group)
    shared = run_rounds(search, rounds=_LAST_ROUNDS).excess * search.scale
    return tuple(Conflict(instance.rows[row], float(shared[row]), _alone(search, row, group, until)) for row in group)


def _exceeded_alone(search: Search, row: int) -> bool:
    """Whether even the least use of this row by every source is above its limit, with proof."""
    prices = np.zeros(len(search.limits))
    prices[row] = 1.0 / search.scale[row]
    search.set_active([row])
    return search.value_at(prices) > FEASIBLE and search.certify(prices) > FEASIBLE


def _conflicting(search: Search, rows: tuple[int, ...], *, until: float) -> tuple[int, ...] | None:
    """The rows with a price in the proof that these conflict; None where they can be met in shares, or it is not proven."""
    search.set_active(rows)
    run_rounds(search, stop_above=FEASIBLE, until=until)
    if search.value <= FEASIBLE or search.certify() <= FEASIBLE:
        return None
    scaled = search.prices * search.scale
    return tuple(int(row) for row in np.flatnonzero(scaled > 1e-9 * scaled.max()))


def _alone(search: Search, row: int, group: tuple[int, ...], until: float) -> float | None:
    """By how much a limit gives way where the others of the group hold: its least use under them, in shares.

    The others hold within a ten-thousandth. None where they cannot be met without it, or the time is up.
    """
    aim = np.zeros(len(search.limits))
    aim[row] = 1.0
    least = Search(search.instance, cost_weight=0.0, aim=aim, pricer=search.pricer)
    least.add_all_of(search)
    least.set_active(other for other in group if other != row)
    if time.monotonic() > until:
        return None
    answer = run_rounds(least, until=until)
    if answer.excess.max(initial=0.0) > _NEARLY:
        return None
    return max(max(answer.objective, least.value) - float(search.limits[row]), 0.0)
