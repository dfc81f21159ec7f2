"""Small problems solved exactly: every undominated column in one mixed-integer program, prices from its relaxation."""

from __future__ import annotations

import numpy as np

from cocontrol.measures.portfolio.columns import Columns
from cocontrol.measures.portfolio.highs import INFEASIBLE, Program, Solver
from cocontrol.measures.portfolio.model import Booleans, Floats, Instance, Price

_ONE_SIDED_STEP = 1e-6
_ONE_SIDED_ROWS = 400


def program_of(instance: Instance, columns: Columns, limits: Floats | None = None) -> Program:
    """The program over these columns under the limits of the rows."""
    return Program(
        columns.cost,
        columns.usage,
        instance.limits if limits is None else limits,
        columns.source,
        len(instance.sources),
    )


def all_whole(columns: Columns) -> Booleans:
    """Every column taken whole or not at all."""
    return np.ones(len(columns), dtype=bool)


def shadow_prices(instance: Instance, program: Program) -> tuple[Price, ...]:
    """Price of each row by the relaxation in shares: −∂cost/∂limit, zero where the row is slack.

    At a corner of the cost curve a price is one-sided: it is then solved again with the limit moved either way. The
    price of the corner itself is what the solver found, any value between the two. Raises ``ValueError`` where not
    even shares meet the limits.
    """
    solver = Solver(program)
    answer = solver.solve()
    if answer.status == INFEASIBLE:
        raise ValueError("there are no prices: the limits cannot be met, not even in shares")
    prices = answer.price
    if len(prices) > _ONE_SIDED_ROWS or not solver.degenerate():
        return tuple(Price(row, float(p), float(p), float(p)) for row, p in zip(instance.rows, prices, strict=True))
    sides = [
        (_price_beside(solver, program, r, -1.0), _price_beside(solver, program, r, 1.0)) for r in range(len(prices))
    ]
    return tuple(
        Price(row, float(price), tightened, relaxed)
        for row, price, (tightened, relaxed) in zip(instance.rows, prices, sides, strict=True)
    )


def _price_beside(solver: Solver, program: Program, row: int, side: float) -> float | None:
    """The price of a row with its limit moved a little; None where it cannot be met there."""
    limit = float(program.limit[row])
    solver.move_limit(row, limit + side * _ONE_SIDED_STEP * float(program.scale[row]))
    answer = solver.solve()
    solver.move_limit(row, limit)
    return None if answer.status == INFEASIBLE else float(answer.price[row])
