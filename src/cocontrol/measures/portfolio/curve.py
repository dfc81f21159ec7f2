"""The portfolio abatement curve: the least cost at every level of one pollutant, by parametric solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.columns import count_columns, enumerate_columns
from cocontrol.measures.portfolio.enumeration import program_of
from cocontrol.measures.portfolio.highs import INFEASIBLE, Solver
from cocontrol.measures.portfolio.large_curve import Effort, Point, large_curve, others_conflict, prices_between
from cocontrol.measures.portfolio.model import Instance, Row
from cocontrol.measures.portfolio.search import Progress, no_progress

POINT_LIMIT = 400
"""Corners of the curve that are looked for; a longer curve is given between the ones found."""

_ROUNDING = 1e-9


def total_row(instance: Instance, pollutant: str) -> Row:
    """The emission of one pollutant of all sources over all periods, without a limit."""
    if pollutant not in instance.pollutants:
        raise NotFound(_unknown_pollutant(instance, pollutant))
    emission = np.zeros((len(instance.sources), len(instance.pollutants)))
    emission[:, instance.pollutants.index(pollutant)] = 1.0
    return Row(f"* {pollutant}", np.inf, emission, np.ones(len(instance.periods)), region="*", pollutant=pollutant)


def abatement_curve(
    instance: Instance,
    pollutant: str,
    *,
    column_limit: int = 200_000,
    effort: Effort | None = None,
    progress: Progress = no_progress,
) -> pl.DataFrame:
    """Corners of the least cost as a function of the emission of one pollutant, dirtiest first.

    Table keyed `emission_t` (all sources and periods); `cost` (present value, measures in shares) and `price`, the cost of
    one tonne less on the way to the next corner (null at the last). Between corners the cost is linear. The other
    ceilings of the problem hold; ceilings of this pollutant alone are left out. Unlike a curve of sorted unit costs
    it is right about interactions and negative costs, and another corner may undo a measure of an earlier one.

    `lower_bound` is proven; `gap` is (cost − lower bound) / larger of both; `exact` says that the row is a corner and
    nothing is left out between corners. A problem too large to be enumerated has points instead of corners, as far as
    `effort` goes: each is attained and certified within its gap, and the true curve lies on the line between them
    or below, and nowhere further below than `effort.tolerance` unless points or time ran out.

    Raises
    ------
    NotFound
        The problem has no such pollutant.
    InvalidInput
        The other ceilings cannot be met.
    """
    row = total_row(instance, pollutant)
    others = tuple(other for other in instance.rows if other.pollutant != pollutant)
    made = instance.with_rows(*others, row)
    if count_columns(instance) > column_limit:
        points, _ = large_curve(made, effort or Effort(), progress)
        return _table_of(points, exact=False)
    return _table_of([Point(x, y, y) for x, y in _straightened(_all_corners(made))], exact=True)


def _all_corners(instance: Instance) -> dict[float, float]:
    """Cost by emission at every corner; the last row of the problem is the one that is varied."""
    columns = enumerate_columns(instance)
    limits = np.array([*instance.limits[:-1], float(np.abs(columns.usage[:, -1]).sum()) + 1.0])
    program = program_of(instance, columns, limits)
    cleanest = Solver(replace(program, cost=columns.usage[:, -1])).solve()
    if cleanest.status == INFEASIBLE:
        raise InvalidInput(others_conflict())
    solver = Solver(program)
    free = solver.solve()
    # Of all cheapest plans the cleanest is the first corner.
    tie = 1e-9 * _slope_size(columns.cost, columns.usage[:, -1]) * columns.usage[:, -1]
    cheapest = Solver(replace(program, cost=columns.cost + tie)).solve()
    highest, lowest = float(columns.usage[:, -1] @ cheapest.share), cleanest.objective
    corners = {highest: free.objective}
    if lowest < highest - _ROUNDING * max(abs(highest), 1.0):
        _find_corners(solver, len(limits) - 1, (lowest, highest), corners)
    return corners


def _slope_size(cost: np.ndarray, usage: np.ndarray) -> float:
    return float(max(np.abs(cost).max(), 1e-9) / max(np.abs(usage).max(), 1e-9))


def _find_corners(solver: Solver, row: int, ends: tuple[float, float], corners: dict[float, float]) -> None:
    """All corners between two emissions: where the tangents of two known ones meet is a corner, or parts the search."""

    def point(emission: float) -> tuple[float, float]:
        """Least cost and price at that emission."""
        solver.move_limit(row, emission)
        answer = solver.solve()
        return answer.objective, float(answer.price[row])

    lowest, highest = ends
    span = highest - lowest
    left, right = point(lowest + 1e-7 * span), point(highest - 1e-7 * span)
    corners[lowest] = left[0] + left[1] * 1e-7 * span
    todo = [((lowest, corners[lowest], left[1]), (highest, corners[highest], right[1]))]
    while todo and len(corners) < POINT_LIMIT:
        (x0, y0, p0), (x1, y1, p1) = todo.pop()
        if p0 - p1 <= _ROUNDING * max(p0, 1e-9):
            continue
        meet = (y1 - y0 + p1 * x1 - p0 * x0) / (p1 - p0)
        if not x0 + 1e-9 * span < meet < x1 - 1e-9 * span:
            continue
        cost, _ = point(meet)
        tangent = y0 - p0 * (meet - x0)
        if cost <= tangent + 1e-7 * max(abs(y0 - y1), 1e-9):
            corners[meet] = cost
            continue
        below, above = point(meet - 1e-7 * span)[1], point(meet + 1e-7 * span)[1]
        corners[meet] = cost
        todo += [((x0, y0, p0), (meet, cost, below)), ((meet, cost, above), (x1, y1, p1))]


def _straightened(corners: dict[float, float]) -> list[tuple[float, float]]:
    """Corners in order, points on a straight line between their neighbours left out."""
    points = sorted(corners.items(), reverse=True)
    kept = [points[0]]
    for place in range(1, len(points)):
        if place + 1 < len(points):
            (x0, y0), (x1, y1), (x2, y2) = kept[-1], points[place], points[place + 1]
            straight = y0 + (y2 - y0) * (x1 - x0) / (x2 - x0)
            if abs(y1 - straight) <= 1e-6 * max(abs(points[-1][1] - points[0][1]), 1e-12):
                continue
        kept.append(points[place])
    return kept


def _table_of(points: Sequence[Point], *, exact: bool) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "emission_t": [point.emission for point in points],
            "cost": [point.cost for point in points],
            "price": prices_between(points),
            "lower_bound": [point.bound for point in points],
            "gap": [(p.cost - p.bound) / max(abs(p.cost), abs(p.bound), 1e-300) for p in points],
            "exact": [exact] * len(points),
        },
        schema={
            **dict.fromkeys(("emission_t", "cost", "price", "lower_bound", "gap"), pl.Float64),
            "exact": pl.Boolean,
        },
    )


def _unknown_pollutant(instance: Instance, pollutant: str) -> Fault:
    known = ", ".join(instance.pollutants)
    return Fault(
        "portfolio.pollutant_unknown",
        Text("没有这种污染物", "there is no such pollutant"),
        value=pollutant,
        allowed=Text(known, known),
    )
