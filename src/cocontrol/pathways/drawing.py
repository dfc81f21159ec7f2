"""Random values of a scenario: triangles, drawn once per stated value or every year anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cocontrol.pathways.scenario_model import Change, Effect, Rate, Sampling, Uncertain

Floats = NDArray[np.float64]


class Draws:
    """Gives values as arrays of shape (draws, years); with no sampling, one row of modes.

    The same order of questions with the same seed gives the same values.
    """

    def __init__(self, sampling: Sampling | None, years: range) -> None:
        self.years = np.array(years)
        self._sampling = sampling
        self.count = 1 if sampling is None else sampling.draws
        self._random = None if sampling is None else np.random.default_rng(sampling.seed)

    def triangle(self, part: Uncertain) -> Floats:
        """One value per draw and year; the same in every year unless the design is ``per_year``."""
        low, mode, high = part.corners
        length = len(self.years)
        if self._random is None or self._sampling is None or low == high:
            return np.full((1, length), mode)
        width = length if self._sampling.design == "per_year" else 1
        drawn = self._random.triangular(low, mode, high, size=(self.count, width))
        return np.repeat(drawn, length // width, axis=1)

    def growth(self, parts: Sequence[Rate | Change]) -> Floats:
        """Index with 1 in the base year: Π (1 + g / 100); years that no part names do not grow."""
        rates = np.zeros((1, len(self.years)))
        for part in parts:
            during = (
                (self.years >= (part.from_year or 0))
                & (self.years <= (part.to_year or 0))
                & (self.years > self.years[0])
            )
            rates = rates + np.where(during, self.triangle(part), 0.0)
        return np.asarray(np.cumprod(1 + rates / 100, axis=1), dtype=np.float64)

    def milestones(self, base: float, parts: Sequence[Change]) -> Floats:
        """`base` in the base year, each part's value in its year, straight lines between, the last kept on."""
        ordered = sorted((part for part in parts if part.year is not None), key=lambda part: part.year or 0)
        at = [int(self.years[0]), *(part.year or 0 for part in ordered)]
        values = [np.full((1, len(self.years)), base), *(self.triangle(part) for part in ordered)]
        result = np.broadcast_to(values[0], (1, len(self.years))).astype(float)
        for before, after, first, last in zip(values, values[1:], at, at[1:], strict=False):
            position = np.clip((self.years - first) / max(last - first, 1), 0.0, 1.0)
            reached = before + (after - before) * position
            result = np.where(self.years > first, reached, result)
        return result

    def phased(self, part: Effect) -> Floats:
        """1 before the policy starts, its multiplier from the year of full effect on, a straight line between."""
        span = max(part.full - part.from_year + 1, 1)
        position = np.clip((self.years - part.from_year + 1) / span, 0.0, 1.0)
        return 1 + (self.triangle(part) - 1) * position
