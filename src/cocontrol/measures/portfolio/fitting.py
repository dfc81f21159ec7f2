"""Fitting whole choices to many limits at once: a tabu search around the relaxation.

With many shared limits a mixed-integer program of near-indifferent sources finds plans slowly, while changing one source
at a time is cheap. The search minimises ``cost + Σ weight × excess``; weights start near the prices and grow on limits
that stay exceeded, so that it moves along the border of what is feasible (strategic oscillation). It proves nothing: the
certified bound says how good its plan is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from cocontrol.measures.portfolio.columns import Columns
from cocontrol.measures.portfolio.model import Floats, Integers

_TENURE = (5, 25)
_GROWTH = 1.02
_DECAY = 1.002
_FIRST_WEIGHT = 3.0
_RESTART_MOVES = 3_000
_ROUNDING = 1e-12
_BUSY = 3.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The cheapest plan found: the places of its columns, and its cost."""

    places: Integers
    cost: float


def fit_whole(
    columns: Columns,
    start: Integers,
    limits: Floats,
    prices: Floats,
    *,
    good_enough: float,
    seconds: float,
    seed: int = 3,
) -> Fit | None:
    """The cheapest choice of one column for each source that keeps every limit; None where the search finds none.

    `start` holds the place of a column for each source, in the order of the sources. Ends after so many seconds of
    the processor (three times as many by the clock on a busy machine), or when the cost is not above `good_enough`.
    """
    search = _Search(columns, start, limits, prices, seed)
    end, busy_end = time.monotonic() + _BUSY * seconds, time.thread_time() + seconds
    while time.monotonic() < end and time.thread_time() < busy_end:
        for _ in range(50):
            search.move()
        if search.best is not None and search.best.cost <= good_enough:
            break
    return search.best


class _Search:
    def __init__(self, columns: Columns, start: Integers, limits: Floats, prices: Floats, seed: int) -> None:
        self._columns = columns
        _, self._source = np.unique(columns.source, return_inverse=True)
        self._first = np.searchsorted(self._source, np.arange(int(self._source.max()) + 2))
        scale = np.maximum(np.abs(columns.usage).max(axis=0), 1e-12)
        self._usage = columns.usage / scale
        self._limits = limits / scale
        floor = 0.05 * float((prices * scale).mean()) + 1e-9
        self._least = np.maximum(prices * scale, floor)
        self._weights = self._least * _FIRST_WEIGHT
        self._draw = np.random.default_rng(seed)
        self._current = start.copy()
        self._total = self._usage[start].sum(axis=0)
        self._cost = float(columns.cost[start].sum())
        self._step = self._usage - self._usage[start][self._source]
        self._dearer = columns.cost - columns.cost[start][self._source]
        self._tabu = np.zeros(len(start), dtype=np.int64)
        self._moves = self._since = 0
        self.best: Fit | None = None

    def move(self) -> None:
        """Change the source whose change lowers cost and weighed excess most, or raises them least."""
        self._moves += 1
        self._since += 1
        excess = np.maximum(self._step + (self._total - self._limits), 0.0)
        value = self._dearer + excess @ self._weights
        value[self._tabu[self._source] > self._moves] = np.inf
        value[self._current] = np.inf
        place = int(value.argmin())
        if not np.isfinite(value[place]):
            return
        self._take(place)
        over = self._total > self._limits + _ROUNDING * np.abs(self._limits)
        if not over.any() and (self.best is None or self._cost < self.best.cost - 1e-12 * abs(self.best.cost)):
            self.best, self._since = Fit(self._current.copy(), self._cost), 0
        self._weights = np.clip(
            np.where(over, self._weights * _GROWTH, self._weights / _DECAY), self._least, 1e4 * self._least
        )
        if self._since > _RESTART_MOVES and self.best is not None:
            self._return_to_best()

    def _take(self, place: int) -> None:
        source = int(self._source[place])
        before = self._current[source]
        self._total = self._total + self._usage[place] - self._usage[before]
        self._cost += float(self._columns.cost[place] - self._columns.cost[before])
        self._current[source] = place
        mine = slice(int(self._first[source]), int(self._first[source + 1]))
        self._step[mine] = self._usage[mine] - self._usage[place]
        self._dearer[mine] = self._columns.cost[mine] - self._columns.cost[place]
        self._tabu[source] = self._moves + int(self._draw.integers(*_TENURE))

    def _return_to_best(self) -> None:
        """Start again from the best plan with a few sources changed at random."""
        if self.best is None:
            return
        self._since = 0
        for source in np.flatnonzero(self._current != self.best.places):
            self._take(int(self.best.places[source]))
        for source in self._draw.choice(len(self._current), min(10, len(self._current)), replace=False):
            self._take(int(self._draw.integers(self._first[source], self._first[source + 1])))
        self._total = self._usage[self._current].sum(axis=0)
        self._cost = float(self._columns.cost[self._current].sum())
