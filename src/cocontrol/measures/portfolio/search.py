"""The state of column generation: trajectories found, prices tried and what they prove; kept when limits move.

At prices π ≥ 0 the Lagrangian value ``Σ_i min_j (c_ij + Σ_r π_r u_ijr) − Σ_r π_r limit_r`` is below every plan. Its first
sum does not depend on the limits, so that prices tried once bound the problem at all limits, and trajectories found once
are trajectories at all limits: a limit that moves, or a row that is dropped, starts from both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from cocontrol.core.text import Text
from cocontrol.measures.portfolio.assembly import cheapest
from cocontrol.measures.portfolio.bounding import bound_sources
from cocontrol.measures.portfolio.columns import Columns, evaluate, join_columns
from cocontrol.measures.portfolio.master import Master, MasterAnswer, block_of
from cocontrol.measures.portfolio.model import Booleans, Floats, Instance, Integers
from cocontrol.measures.portfolio.pricing import Pricer

Progress = Callable[[str, Text, int, int], None]
"""Called as ``progress(step_id, label, done, total)`` from time to time; whatever it raises ends the search."""

FEASIBLE = 1e-7
"""Excess, as a share of the scale of a row, that counts as none."""

ROUNDS = 80
_SMOOTHING = 0.6
_START_LEVELS = (0.0, 0.03, 0.3, 3.0, 300.0)
_PENALTY = 1e3
_ROUND_LABEL = Text("逐轮定价", "pricing round by round")


def no_progress(_step_id: str, _label: Text, _done: int, _total: int) -> None:
    """Say nothing."""


class _Lines:
    """Prices tried (K, R) and the sums that they give (K): a concave function of the prices, linear in the limits."""

    def __init__(self) -> None:
        self._prices: list[Floats] = []
        self._sums: list[float] = []

    def add(self, prices: Floats, total: float) -> None:
        """One more line."""
        self._prices.append(prices)
        self._sums.append(total)

    def best(self, limits: Floats, active: Booleans) -> tuple[float, Floats] | None:
        """The highest value at these limits and its prices; lines with a price on a row that is not active are out."""
        if not self._sums:
            return None
        prices = np.array(self._prices)
        value = np.array(self._sums) - prices[:, active] @ limits[active]
        value[(prices[:, ~active] > 0.0).any(axis=1)] = -np.inf
        place = int(value.argmax())
        return (float(value[place]), self._prices[place]) if np.isfinite(value[place]) else None


class Search:
    """Pricing and master program of one problem: ``min cost_weight × cost + aim · usage`` under the active rows.

    `value` is the Lagrangian value as far as pricing found the cheapest trajectories, `prices` what attains it; `bound`
    is proven.
    """

    def __init__(
        self,
        instance: Instance,
        *,
        cost_weight: float = 1.0,
        aim: Floats | None = None,
        pricer: Pricer | None = None,
        progress: Progress = no_progress,
    ) -> None:
        """Prepare the search; `aim` (R) weighs the use of rows in the objective, `pricer` may be that of another one.

        Raises `InvalidInput` for a source with too many sequences.
        """
        self.instance = instance
        self.limits = instance.limits
        self.active = np.ones(len(instance.rows), dtype=bool)
        self.pricer = Pricer(instance) if pricer is None else pricer
        self.progress = progress
        self.cost_weight = cost_weight
        self._aim = np.zeros(len(instance.rows)) if aim is None else aim
        self.scale = scale_of(instance)
        self.size = _size(instance) if cost_weight else max(float(np.abs(self._aim) @ self.scale), 1.0)
        self._block = block_of(len(instance.sources))
        self._everyone = np.arange(len(instance.sources))
        self.master = Master(self.limits, self.scale, int(self._block.max()) + 1, self._penalty)
        self._tried, self._proven = _Lines(), _Lines()
        self._rounds: list[tuple[Floats, Floats]] = []
        self._parts: list[Columns] = []
        self._seen: list[Integers] = []

    @property
    def _penalty(self) -> float:
        """What exceeding a row by its scale costs; 1 where nothing else is to be least."""
        return _PENALTY * self.size if self.cost_weight or self._aim.any() else 1.0

    @property
    def only_excess(self) -> bool:
        """Whether the search looks for the least relative excess, and nothing else."""
        return not self.cost_weight and not self._aim.any()

    @property
    def value(self) -> float:
        """The best Lagrangian value so far at the present limits."""
        found = self._tried.best(self.limits, self.active)
        return -np.inf if found is None else found[0]

    @property
    def prices(self) -> Floats:
        """The prices of the best value."""
        found = self._tried.best(self.limits, self.active)
        return np.zeros(len(self.limits)) if found is None else found[1]

    @property
    def bound(self) -> float:
        """The best proven lower bound at the present limits."""
        found = self._proven.best(self.limits, self.active)
        return -np.inf if found is None else found[0]

    def value_at(self, prices: Floats) -> float:
        """The Lagrangian value of these prices at the present limits, priced now; its columns are kept."""
        columns = self.price(prices)
        return float(self._priced(columns, prices).sum() - prices[self.active] @ self.limits[self.active])

    def bound_at(self, row: int, limit: float) -> float:
        """The proven lower bound if the limit of one row were another."""
        limits = self.limits.copy()
        limits[row] = limit
        found = self._proven.best(limits, self.active)
        return -np.inf if found is None else found[0]

    def move_limit(self, row: int, limit: float) -> None:
        """Change the limit of a row; what is known stays."""
        self.limits = self.limits.copy()
        self.limits[row] = limit
        self.instance = self.instance.with_rows(
            *(replace(old, limit=limit) if place == row else old for place, old in enumerate(self.instance.rows))
        )
        self.master.move_limit(row, limit)

    def set_active(self, rows: Iterable[int]) -> None:
        """Hold these rows alone; the others have no limit."""
        self.active = np.zeros(len(self.limits), dtype=bool)
        self.active[list(rows)] = True
        for row, holds in enumerate(self.active):
            self.master.move_limit(row, float(self.limits[row]) if holds else np.inf)

    def price(self, prices: Floats) -> Columns:
        """The columns found at these prices, which are new lines and columns."""
        whole = prices + self._aim
        state = self.pricer.price(self.pricer.weights(whole, self.cost_weight))
        columns = evaluate(self.instance, self._everyone, state)
        self._tried.add(prices, float(self._priced(columns, prices).sum()))
        self._parts.append(columns.take(self._new(columns.state)))
        return columns

    def certify(self, prices: Floats | None = None) -> float:
        """Prove the value of these prices, or of the best ones, as far as it holds; the bound."""
        chosen = self.prices if prices is None else prices
        columns = self.price(chosen)
        weights = self.pricer.weights(chosen + self._aim, self.cost_weight)
        least = bound_sources(self.instance, self.pricer, weights, self._priced(columns, chosen))
        self._proven.add(chosen, float(least.sum()))
        return self.bound

    def columns(self) -> Columns:
        """Every distinct column found."""
        return join_columns(self._parts)

    def add(self, columns: Columns) -> None:
        """Let the master combine these columns, one for each source."""
        blocks = int(self._block.max()) + 1
        usage = np.zeros((blocks, columns.usage.shape[1]))
        np.add.at(usage, self._block, columns.usage)
        self._add_blocks(np.bincount(self._block, columns.cost, minlength=blocks).astype(np.float64), usage)

    def add_all_of(self, other: Search) -> None:
        """Let the master combine what another search of the same rows found, pricing round by pricing round."""
        for cost, usage in other._rounds:
            self._add_blocks(cost, usage)

    def _add_blocks(self, cost: Floats, usage: Floats) -> None:
        self._rounds.append((cost, usage))
        self.master.add(self.cost_weight * cost + usage @ self._aim, usage)

    @property
    def started(self) -> bool:
        """Whether the master has columns."""
        return bool(self._rounds)

    def gap_size(self, value: float) -> float:
        """What a gap is relative to: the objective, or what it is above the cheapest choices."""
        if not self.cost_weight:
            return max(abs(value), 1e-9 * self.size) if self._aim.any() else 1.0
        return max(abs(value), abs(value - cheapest(self.instance)))

    def _priced(self, columns: Columns, prices: Floats) -> Floats:
        return self.cost_weight * columns.cost + columns.usage @ (prices + self._aim)

    def _new(self, state: Integers) -> Integers:
        """Places of the states that were not found before, by a 64-bit mark of each."""
        flat = state.reshape(len(state), -1)
        factors = np.random.default_rng(11).integers(1, 2**62, flat.shape[1], dtype=np.int64) | 1
        mark = (flat + 2) @ factors
        fresh = np.ones(len(state), dtype=bool)
        for earlier in self._seen:
            fresh &= earlier != mark
        self._seen.append(mark)
        return np.flatnonzero(fresh)


def run_rounds(
    search: Search, *, rounds: int = ROUNDS, stop_above: float = np.inf, until: float = np.inf
) -> MasterAnswer:
    """Pricing and master in turn until the bound meets the master, or rises above `stop_above`.

    Ends too after so many rounds, or when `time.monotonic()` is past `until`. A search that has run goes on from what it
    knows.
    """
    count = len(search.limits)
    if not search.started:
        for level in _START_LEVELS:
            search.add(search.price(np.where(search.active, level * search.size / (search.scale * max(1, count)), 0.0)))
    target = max(search.instance.settings.gap / 5, 2e-5)
    answer = search.master.solve()
    for done in range(rounds):
        search.progress("price", _ROUND_LABEL, done, rounds)
        value = float(answer.excess.sum()) if search.only_excess else answer.objective
        met = answer.excess.max(initial=0.0) <= FEASIBLE or search.only_excess
        best = search.value
        if best > stop_above or (met and value - best <= target * search.gap_size(value)):
            break
        if time.monotonic() > until:
            break
        smoothed = _SMOOTHING * search.prices + (1 - _SMOOTHING) * answer.prices
        search.add(search.price(np.where(search.active, smoothed, 0.0)))
        answer = search.master.solve()
    return answer


def scale_of(instance: Instance) -> Floats:
    """The size of each row: its limit, or the use of it by all sources as they are where that is smaller by far."""
    present = np.einsum(
        "rip,ipt,rt->r",
        np.abs(instance.emission_weights),
        instance.base,
        np.abs(instance.period_weights),
        optimize=True,
    )
    return np.asarray(np.maximum.reduce([np.abs(instance.limits), 1e-3 * present, np.full(len(instance.rows), 1e-9)]))


def _size(instance: Instance) -> float:
    """The order of the costs: the mean of the dearest option and devices of each source, summed."""
    worst = np.abs(instance.options.cost).max(initial=0.0) + np.abs(instance.devices.cost).max(initial=0.0)
    mean = np.abs(instance.options.cost).mean() + np.abs(instance.devices.cost).mean()
    return float(max(mean * len(instance.sources), worst, 1e-9) * instance.discount.sum())
