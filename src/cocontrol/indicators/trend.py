"""Monotonic trend of a series: Mann–Kendall with the exact null for short series, Sen's slope, autocorrelation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import polars as pl

EXACT_BELOW = 10
"""Series shorter than this are tested against the exact null distribution of S; the normal is too rough for them."""

Method = Literal["exact", "normal", "hamed_rao"]


@dataclass(frozen=True, slots=True)
class Trend:
    """Outcome of a Mann–Kendall test: S, its variance, Z, two-sided p by `method`, and Sen's slope per step.

    `p_normal` is the p of the normal approximation, for comparison with other programs.
    """

    n: int
    s: int
    variance: float
    z: float
    p: float
    slope: float
    method: Method
    p_normal: float

    def is_falling(self, alpha: float) -> bool:
        """Whether the series falls at the two-sided level `alpha`."""
        return self.s < 0 and self.p < alpha

    def is_significant(self, alpha: float) -> bool:
        """Whether the series rises or falls at the two-sided level `alpha`."""
        return self.p < alpha


def mann_kendall(values: Sequence[float], *, exact_below: int = EXACT_BELOW) -> Trend:
    """Mann–Kendall test of a series in order of time.

    ``S = Σ_{i<j} sgn(x_j − x_i)``; ``Var = [n(n−1)(2n+5) − Σ t(t−1)(2t+5)]/18`` over groups of t ties;
    ``Z = (S − sgn S)/√Var``. p from the exact distribution of S for n < `exact_below` (ties counted), else
    from the normal. Kendall 1975; Mann 1945.

    Raises
    ------
    ValueError
        Fewer than three values.
    """
    if len(values) < MINIMUM:
        raise ValueError(f"a trend needs at least {MINIMUM} values, there are {len(values)}")
    s, variance = _score(values), _variance(values)
    z = _standardised(s, variance)
    exact = len(values) < exact_below
    normal = _two_sided(z)
    p = exact_p(s, _ties(values)) if exact else normal
    return Trend(len(values), s, variance, z, p, sen_slope(values), "exact" if exact else "normal", normal)


MINIMUM = 3


def hamed_rao(values: Sequence[float], *, alpha: float = 0.05) -> Trend:
    """Mann–Kendall with the variance corrected for autocorrelation.

    ``Var* = Var · [1 + 2/(n(n−1)(n−2)) · Σ_k (n−k)(n−k−1)(n−k−2) ρ_k]`` over the lags whose autocorrelation
    of the ranks of the detrended series is significant at `alpha` (Hamed and Rao 1998, J. Hydrol. 204:182–196).
    Where the corrected variance is not positive the uncorrected test is returned.
    """
    plain = mann_kendall(values)
    n = len(values)
    ranks = pl.Series(np.asarray(values) - plain.slope * np.arange(1, n + 1)).rank("average").to_numpy()
    centred = ranks - ranks.mean()
    power = float(centred @ centred)
    if power == 0 or plain.variance == 0:
        return plain
    bound = NormalDist().inv_cdf(1 - alpha / 2) / math.sqrt(n)
    lags = np.arange(1, n - 1)
    correlation = np.array([float(centred[k:] @ centred[: n - k]) / power for k in lags])
    weight = (n - lags) * (n - lags - 1) * (n - lags - 2)
    inflation = 1 + 2 / (n * (n - 1) * (n - 2)) * float(np.sum(weight * correlation * (np.abs(correlation) > bound)))
    if inflation <= 0:
        return plain
    variance = plain.variance * inflation
    z = _standardised(plain.s, variance)
    p = _two_sided(z)
    return Trend(n, plain.s, variance, z, p, plain.slope, "hamed_rao", p)


def sen_slope(values: Sequence[float]) -> float:
    """Median of the slopes of all pairs, per step (Sen 1968)."""
    slopes = [(values[j] - values[i]) / (j - i) for i in range(len(values)) for j in range(i + 1, len(values))]
    return float(np.median(slopes))


def exact_p(s: int, ties: Sequence[int]) -> float:
    """P(\\|S\\| ≥ \\|s\\|) when every order of the values is equally likely; `ties` are the sizes of the groups of equals.

    The number of inversions of a multiset has the Gaussian multinomial as its generating function, so the
    distribution is exact with ties too: ``Π_{i≤n}[i] / Π_g Π_{i≤t_g}[i]`` with ``[i] = 1 + q + … + q^{i−1}``.
    """
    counts = _inversions(ties)
    pairs = len(counts) - 1
    extreme = sum(count for k, count in enumerate(counts) if abs(pairs - 2 * k) >= abs(s))
    return extreme / sum(counts)


def _inversions(ties: Sequence[int]) -> list[int]:
    """How many orders of the multiset have 0, 1, 2 … inversions (exact integers)."""
    made = [1]
    for size in range(1, sum(ties) + 1):
        made = _times(made, size)
    for group in ties:
        for size in range(2, group + 1):
            made = _divided(made, size)
    return made


def _times(series: list[int], size: int) -> list[int]:
    """The polynomial times 1 + q + … + q^(size−1)."""
    return [sum(series[max(0, k - size + 1) : k + 1]) for k in range(len(series) + size - 1)]


def _divided(series: list[int], size: int) -> list[int]:
    """The polynomial divided by 1 + q + … + q^(size−1), which goes without remainder."""
    made: list[int] = []
    for k in range(len(series) - size + 1):
        made.append(series[k] - sum(made[max(0, k - size + 1) : k]))
    return made


def _score(values: Sequence[float]) -> int:
    array = np.asarray(values, dtype=float)
    return int(np.sign(array[None, :] - array[:, None])[np.triu_indices(len(array), 1)].sum())


def _ties(values: Sequence[float]) -> list[int]:
    return list(Counter(values).values())


def _variance(values: Sequence[float]) -> float:
    n = len(values)
    tied = sum(t * (t - 1) * (2 * t + 5) for t in _ties(values))
    return (n * (n - 1) * (2 * n + 5) - tied) / 18


def _two_sided(z: float) -> float:
    """The two-sided p of a standard normal deviate, ``erfc(|z|/√2)``; scipy.stats would double the start of every run."""
    return math.erfc(abs(z) / math.sqrt(2))


def _standardised(s: int, variance: float) -> float:
    if s == 0 or variance <= 0:
        return 0.0
    return (s - math.copysign(1, s)) / math.sqrt(variance)
