"""The master program of column generation: blocks of sources, one aggregated column for each block and pricing round."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from cocontrol.measures.portfolio.highs import new_highs
from cocontrol.measures.portfolio.model import Floats, Integers

BLOCK_SOURCES = 50
"""Sources of one block: the master stays small, and its prices are still good."""

LEAST_BLOCKS = 100
"""Blocks of a problem of few sources, as far as it has so many sources."""


@dataclass(frozen=True, slots=True)
class MasterAnswer:
    """Objective without penalties, row prices ≥ 0, and by what share of its scale each row is exceeded."""

    objective: float
    prices: Floats
    excess: Floats


class Master:
    """``min Σ cost λ + penalty × excess`` over block columns, kept in HiGHS and solved from where it ended."""

    def __init__(self, limits: Floats, scale: Floats, blocks: int, penalty: float) -> None:
        self._scale, self._rows, self._blocks, self._penalty = scale, len(limits), blocks, penalty
        self._highs = new_highs(output_flag=False, threads=1)
        inf = highspy.kHighsInf
        for limit in limits / scale:
            self._highs.addRow(-inf, float(limit), 0, np.empty(0, dtype=np.int32), np.empty(0))
        for _ in range(blocks):
            self._highs.addRow(1.0, 1.0, 0, np.empty(0, dtype=np.int32), np.empty(0))
        for row in range(self._rows):
            self._highs.addCol(penalty, 0.0, inf, 1, np.array([row], dtype=np.int32), np.array([-1.0]))

    def add(self, cost: Floats, usage: Floats) -> None:
        """A column for every block: its cost (B) and use of the rows (B, R)."""
        width = self._rows + 1
        values = np.concatenate([usage / self._scale, np.ones((self._blocks, 1))], axis=1)
        index = np.tile(np.arange(width, dtype=np.int32), (self._blocks, 1))
        index[:, -1] = self._rows + np.arange(self._blocks)
        self._highs.addCols(
            self._blocks,
            cost,
            np.zeros(self._blocks),
            np.full(self._blocks, highspy.kHighsInf),
            values.size,
            np.arange(self._blocks, dtype=np.int32) * width,
            index.ravel(),
            values.ravel(),
        )

    def move_limit(self, row: int, limit: float) -> None:
        """Change the limit of a row; ∞ for none."""
        bound = limit / self._scale[row] if np.isfinite(limit) else highspy.kHighsInf
        self._highs.changeRowBounds(row, -highspy.kHighsInf, float(bound))

    def use_of(self, row: int) -> float:
        """How much of a row the present optimum uses."""
        return float(self._highs.getSolution().row_value[row] * self._scale[row])

    def solve(self) -> MasterAnswer:
        """The present optimum."""
        self._highs.run()
        solution = self._highs.getSolution()
        excess = np.array(solution.col_value[: self._rows])
        dual = np.array(solution.row_dual[: self._rows])
        objective = self._highs.getInfo().objective_function_value - self._penalty * excess.sum()
        return MasterAnswer(float(objective), np.maximum(-dual, 0.0) / self._scale, excess)


def block_of(sources: int, seed: int = 7) -> Integers:
    """The block of each source; neighbours are spread, so that blocks are alike."""
    blocks = min(sources, max(LEAST_BLOCKS, round(sources / BLOCK_SOURCES)))
    return np.random.default_rng(seed).permutation(np.arange(sources) % blocks)
