"""The target years of a least-cost problem: how long each stands, what a yuan in it is worth, how activity changes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.reference.categories import ancestors

EVERYTHING = "*"
"""Stands for all categories among the growth rates."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """Target years in order, and growth of activity per year by category (share: 0.02 is 2 %) since `base_year`.

    A rate holds for a category and those below it; the nearest one counts, ``*`` where none is given. Nothing given:
    activity stays as it is in the inventory. Costs grow with the activity.
    """

    years: tuple[int, ...]
    base_year: int
    growth: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = []
        if not self.years or any(later <= earlier for earlier, later in itertools.pairwise(self.years)):
            words = Text("目标年须至少一个，由早到晚、不重复", "target years: at least one, in order, none twice")
            faults.append(Fault("workbench.years", words, value=", ".join(map(str, self.years))))
        if self.years and self.years[0] < self.base_year:
            words = Text("目标年不能早于清单年 {y}", "no target year before the inventory of {y}").format(
                y=self.base_year
            )
            faults.append(Fault("workbench.years", words, value=str(self.years[0])))
        for category, rate in self.growth.items():
            if not -1.0 < rate < math.inf:
                words = Text("年增长率须大于 −100 %", "a growth rate is above −100 % a year")
                faults.append(Fault("workbench.growth", words, value=f"{category}: {rate}"))
        if faults:
            raise InvalidInput(*faults)

    @property
    def lengths(self) -> tuple[int, ...]:
        """Years that each period stands for: up to the next target year; the last as long as the one before it, or 1."""
        gaps = [later - earlier for earlier, later in itertools.pairwise(self.years)]
        return (*gaps, gaps[-1] if gaps else 1)

    def weights(self, rate: float) -> tuple[float, ...]:
        """Present value in the first target year of one yuan in every year of each period: ``Σ_k (1+r)^−(y−y₁+k)``."""
        first = self.years[0]
        return tuple(
            sum((1.0 + rate) ** -(year - first + k) for k in range(length))
            for year, length in zip(self.years, self.lengths, strict=True)
        )

    def periods_of(self, lifetime: float | None) -> int | None:
        """A lifetime in years as a number of periods, not less than 1 (None: as long as there are periods)."""
        if lifetime is None:
            return None
        mean = sum(self.lengths) / len(self.lengths)
        return max(1, math.ceil(lifetime / mean - 1e-9))

    def rate_of(self, category: str) -> float:
        """Growth per year of a category."""
        for name in (category, *ancestors(category), EVERYTHING):
            if name in self.growth:
                return self.growth[name]
        return 0.0

    def factors(self, category: str) -> tuple[float, ...]:
        """Activity in each target year ÷ that of the inventory: ``(1 + g)^(year − base year)``."""
        rate = self.rate_of(category)
        return tuple((1.0 + rate) ** (year - self.base_year) for year in self.years)

    @property
    def grows(self) -> bool:
        """Whether any activity changes."""
        return any(rate != 0 for rate in self.growth.values())


def constant(years: Sequence[int], base_year: int) -> Horizon:
    """Target years in which activity is as in the inventory."""
    return Horizon(tuple(years), base_year)
