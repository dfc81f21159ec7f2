"""The abatement curve of a large problem: points solved one after another from the same columns, enclosed by proven lines.

The least cost is a convex function of the emission allowed. A point that is attained lies on it or above, and so does the
straight line between two such points; prices that are proven at one emission give a straight line below it everywhere. The next
point is taken where the two are furthest apart.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.model import Floats, Instance
from cocontrol.measures.portfolio.search import FEASIBLE, Progress, Search, run_rounds

_LABEL = Text("求曲线上的点", "solving points of the curve")
_ROUNDS_A_POINT = 40
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve: emission allowed, the cost at which it is attained in shares, and the proven lower bound."""

    emission: float
    cost: float
    bound: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How far to go: points at most, seconds at most, and the distance between the enclosing lines that is good enough.

    `tolerance` is a share of the difference between the ends of the curve.
    """

    points: int = 25
    seconds: float = 240.0
    tolerance: float = 2e-3


def large_curve(instance: Instance, effort: Effort, progress: Progress) -> tuple[list[Point], bool]:
    """Points of the least cost by the use of the last row of the problem, dirtiest first; whether time cut it short.

    The limit of the last row does not count. Points are on a convex line; where the time is up before both ends are known, only
    those found are given.

    Raises
    ------
    InvalidInput
        The other limits cannot be met.
    """
    until = time.monotonic() + effort.seconds
    curve = _Curve(_unlimited(instance), until)
    curve.find_ends()
    while len(curve.points) < effort.points and time.monotonic() < until:
        progress("curve", _LABEL, len(curve.points), effort.points)
        widest = curve.widest()
        if widest is None or widest[0] <= effort.tolerance * curve.height():
            break
        if not curve.solve(widest[1]):
            break
    return curve.hull(), time.monotonic() >= until


def _unlimited(instance: Instance) -> Instance:
    """The last row with a limit that nothing reaches, so that its scale is that of present emissions."""
    last = instance.rows[-1]
    present = float(np.einsum("ip,ipt,t->", np.abs(last.emission), instance.base, np.abs(last.periods)))
    return instance.with_rows(*instance.rows[:-1], replace(last, limit=max(present, 1e-9)))


class _Curve:
    """The search for the points of one curve."""

    def __init__(self, instance: Instance, until: float) -> None:
        self._until = until
        self._row = len(instance.rows) - 1
        self._cleanest = Search(instance, cost_weight=0.0, aim=np.eye(len(instance.rows))[self._row])
        self._search = Search(instance, pricer=self._cleanest.pricer)
        self.points: list[Point] = []

    def find_ends(self) -> None:
        """The cheapest plan without a limit on the row, and the least use of it; raises where there is none."""
        others = [row for row in range(self._row + 1) if row != self._row]
        self._search.set_active(others)
        free = run_rounds(self._search)
        if free.excess.max(initial=0.0) > FEASIBLE:
            raise InvalidInput(others_conflict())
        self._search.certify()
        highest = self._search.master.use_of(self._row)
        self._keep(highest, free.objective)
        self._cleanest.add_all_of(self._search)
        self._cleanest.set_active(others)
        run_rounds(self._cleanest, until=self._until)
        lowest = self._cleanest.master.use_of(self._row)
        self._search.add_all_of(self._cleanest)
        self._search.set_active(range(self._row + 1))
        span = highest - lowest
        if span > _CLOSE * max(abs(highest), 1e-9):
            self.solve(lowest + _CLOSE * span)

    def solve(self, emission: float) -> bool:
        """One more point; whether it was attained."""
        self._search.move_limit(self._row, emission)
        answer = run_rounds(self._search, rounds=_ROUNDS_A_POINT, until=self._until)
        if answer.excess.max(initial=0.0) > FEASIBLE:
            return False
        self._search.certify()
        self._keep(emission, answer.objective)
        return True

    def _keep(self, emission: float, cost: float) -> None:
        self.points.append(Point(emission, cost, -np.inf))

    def height(self) -> float:
        """The difference between the highest and the lowest cost."""
        costs = [point.cost for point in self.points]
        return max(max(costs) - min(costs), 1e-9 * max(map(abs, costs)), 1e-12)

    def widest(self) -> tuple[float, float] | None:
        """Where the line through the points is furthest above the proven lines: by how much, and at which emission."""
        hull = self.hull()
        best: tuple[float, float] | None = None
        for right, left in itertools.pairwise(hull):
            emission = self._between(left, right)
            if emission is None:
                continue
            chord = left.cost + (right.cost - left.cost) * (emission - left.emission) / (right.emission - left.emission)
            distance = chord - self._bound_at(emission)
            if best is None or distance > best[0]:
                best = distance, emission
        return best

    def _between(self, left: Point, right: Point) -> float | None:
        """The emission between two points where the proven lines are lowest under the chord."""
        span = right.emission - left.emission
        if span <= 1e-4 * (self.points[0].emission - min(point.emission for point in self.points)):
            return None
        tried = left.emission + span * np.linspace(0.02, 0.98, 49)
        chord = left.cost + (right.cost - left.cost) * (tried - left.emission) / span
        under: Floats = chord - np.array([self._bound_at(float(emission)) for emission in tried])
        return float(tried[int(under.argmax())])

    def _bound_at(self, emission: float) -> float:
        return self._search.bound_at(self._row, emission)

    def hull(self) -> list[Point]:
        """The points that no straight line between two others undercuts, dirtiest first, each with its bound."""
        made: list[Point] = []
        for point in sorted(self.points, key=lambda one: (-one.emission, one.cost)):
            if made and point.emission >= made[-1].emission:
                continue
            while made and point.cost <= made[-1].cost:
                made.pop()
            while len(made) > 1 and _above(made[-2], made[-1], point):
                made.pop()
            made.append(point)
        return [replace(point, bound=min(self._bound_at(point.emission), point.cost)) for point in made]


def _above(first: Point, middle: Point, last: Point) -> bool:
    """Whether the middle point lies on or above the line between the others."""
    straight = first.cost + (last.cost - first.cost) * (middle.emission - first.emission) / (
        last.emission - first.emission
    )
    return middle.cost >= straight


def prices_between(points: Sequence[Point]) -> list[float | None]:
    """Cost of one tonne less from each point to the next, None at the last."""
    slopes: list[float | None] = [(b.cost - a.cost) / (a.emission - b.emission) for a, b in itertools.pairwise(points)]
    return [*slopes, None]


def others_conflict() -> Fault:
    """The fault of a curve whose other ceilings leave no plan."""
    return Fault("portfolio.infeasible", Text("其余上限不能同时满足", "the other ceilings cannot be met together"))
