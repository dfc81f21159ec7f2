"""Shadow prices of a large problem on both sides of its limits, each proven near-optimal by pricing it once more."""

from __future__ import annotations

import time

import numpy as np

from cocontrol.measures.portfolio.highs import INFEASIBLE
from cocontrol.measures.portfolio.model import Floats, Price
from cocontrol.measures.portfolio.relaxation import Relaxed
from cocontrol.measures.portfolio.search import Search

STEP = 1e-6
"""The move of a limit, as a share of its scale, that tells its two sides apart."""

_SHARE_OF_TIME = 0.05


def large_prices(search: Search, relaxed: Relaxed) -> tuple[Price, ...]:
    """The price of each row, zero where it is slack.

    Prices are those of the linear program of single sources where pricing proves that they are within the gap asked
    for of the best bound; else the best ones of the search. Where the program has other optimal prices (a degenerate
    optimum) a binding limit is moved either way and solved from where the program ended; the price there counts if pricing
    all sources at it gives the same bound within the gap. Sides that are not proven so, or not in a twentieth of the time
    limit, are None.
    """
    rows = search.instance.rows
    if not _proven(search, relaxed, relaxed.prices):
        return tuple(Price(row, float(p), None, None) for row, p in zip(rows, search.prices, strict=True))
    prices = relaxed.prices
    if not relaxed.solver.degenerate():
        return tuple(Price(row, float(p), float(p), float(p)) for row, p in zip(rows, prices, strict=True))
    until = time.monotonic() + _SHARE_OF_TIME * search.instance.settings.time_limit_s
    binding = relaxed.solver.binding()
    made = []
    for place, row in enumerate(rows):
        sides: tuple[float | None, float | None] = (0.0, 0.0)
        if binding[place]:
            sides = (_beside(search, relaxed, place, -1.0, until), _beside(search, relaxed, place, 1.0, until))
        made.append(Price(row, float(prices[place]), *sides))
    return tuple(made)


def _beside(search: Search, relaxed: Relaxed, row: int, side: float, until: float) -> float | None:
    if time.monotonic() > until:
        return None
    solver = relaxed.solver
    limit = float(solver.program.limit[row])
    solver.move_limit(row, limit + side * STEP * float(solver.program.scale[row]))
    answer = solver.solve()
    solver.move_limit(row, limit)
    if answer.status == INFEASIBLE or not _proven(search, relaxed, answer.price):
        return None
    return float(answer.price[row])


def _proven(search: Search, relaxed: Relaxed, prices: Floats) -> bool:
    """Whether the Lagrangian value at these prices meets the cost of the relaxation within the gap asked for."""
    target = max(search.instance.settings.gap / 5, 2e-5)
    value = search.value_at(prices)
    return bool(np.isfinite(value) and relaxed.objective - value <= target * search.gap_size(relaxed.objective))
