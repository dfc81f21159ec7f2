"""Weights of indicators from judgement or from data, and ranking by distance: every method by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text

Floats = NDArray[np.float64]

RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45}
"""Mean consistency index of random reciprocal matrices by order (Saaty)."""

ACCEPTED_RATIO = 0.1
"""A judgement matrix with a consistency ratio below this is accepted."""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Weights of a judgement matrix with its consistency.

    `ratio` is None for orders without a random index (1, 2: always consistent; above 9: not tabulated).
    """

    weights: Floats
    eigenvalue: float
    index: float
    ratio: float | None

    @property
    def consistent(self) -> bool | None:
        """Whether the ratio is accepted; None where there is no ratio to judge by."""
        if self.ratio is None:
            return True if len(self.weights) <= 2 else None
        return self.ratio < ACCEPTED_RATIO


def ahp(matrix: ArrayLike) -> Hierarchy:
    """Analytic hierarchy process by the principal eigenvector: CI = (λ − n)/(n − 1), CR = CI / RI.

    Raises
    ------
    InvalidInput
        The matrix is not square, not positive, or not reciprocal (a_ij a_ji ≠ 1).
    """
    a = np.asarray(matrix, dtype=float)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or not (a > 0).all() or np.abs(a * a.T - 1).max() > 1e-6:
        raise InvalidInput(
            Fault(
                "ahp.matrix",
                Text("判断矩阵须为正的互反方阵", "a judgement matrix is square, positive and reciprocal"),
                remedy=Text("使 a_ij × a_ji = 1", "let a_ij × a_ji = 1"),
            )
        )
    values, vectors = np.linalg.eig(a)
    chosen = int(np.argmax(values.real))
    vector = np.abs(vectors[:, chosen].real)
    order = a.shape[0]
    index = (values[chosen].real - order) / (order - 1) if order > 1 else 0.0
    known = RANDOM_INDEX.get(order)
    return Hierarchy(
        vector / vector.sum(), float(values[chosen].real), float(index), None if known is None else float(index / known)
    )


def entropy_weights(table: ArrayLike) -> Floats:
    """Entropy weights of the columns of a non-negative table (rows: alternatives), 1 − e_j scaled to 1.

    P_ij = y_ij / Σ_i y_ij, e_j = −Σ P ln P / ln m with 0 ln 0 = 0. A constant column tells nothing and
    weighs 0. `InvalidInput` for negative values, fewer than two rows, or columns that are all constant.
    """
    y = _table(table)
    if (y < 0).any():
        raise InvalidInput(
            Fault(
                "entropy.negative",
                Text("熵权法的数值不能为负", "entropy weights need values not below 0"),
                value=f"{y.min():g}",
                remedy=Text(
                    "用 --directions 给出方向，数值先换算到 0–1",
                    "give --directions: values are then scaled to 0–1",
                ),
            )
        )
    sums = y.sum(axis=0)
    shares = np.divide(y, sums, out=np.zeros_like(y), where=sums > 0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    information = 1 + (shares * logs).sum(axis=0) / np.log(len(y))
    information[np.ptp(y, axis=0) == 0] = 0.0
    return _scaled(information)


_PARALLEL = 1e-12
"""Two columns whose correlation is this near to 1 move alike."""


def critic_weights(table: ArrayLike) -> Floats:
    """CRITIC weights: σ_j Σ_k (1 − r_jk) scaled to 1, σ the sample deviation. A constant column weighs 0.

    `InvalidInput` where no column varies or all vary alike.
    """
    y = _table(table)
    varying = np.ptp(y, axis=0) > 0
    contrast = np.zeros(y.shape[1])
    if varying.any():
        r = np.atleast_2d(np.corrcoef(y[:, varying], rowvar=False))
        conflict = np.where(np.abs(1 - r) < _PARALLEL, 0.0, 1 - r).sum(axis=1)
        contrast[varying] = y[:, varying].std(axis=0, ddof=1) * conflict
    if varying.any() and not contrast.any():
        raise InvalidInput(
            Fault(
                "critic.parallel",
                Text(
                    "只有一列有差异，或各列变化完全一致：CRITIC 无法定权",
                    "one column alone varies, or all move alike: CRITIC has nothing to weigh by",
                ),
                remedy=Text("改用熵权法或 AHP", "use entropy or AHP"),
            )
        )
    return _scaled(contrast)


Normalisation = Literal["vector", "min-max"]


def topsis(
    table: ArrayLike, directions: Sequence[int], weights: ArrayLike, *, normalisation: Normalisation = "vector"
) -> Floats:
    """Closeness d⁻ / (d⁺ + d⁻) of every row to the best values, in [0, 1].

    `directions` is +1 (more is better) or −1 by column. The normalisation changes the figures and is named.
    Adding an alternative may turn the order of others (rank reversal). NaN for rows that are all alike: none is nearer.
    """
    y = _table(table)
    shares = np.asarray(weights, dtype=float)
    if not ((shares >= 0).all() and 0 < shares.sum() < np.inf):
        raise InvalidInput(
            Fault(
                "topsis.weights",
                Text("权重不能为负，也不能全为零", "weights may not be negative, nor all zero"),
                value=", ".join(f"{share:g}" for share in shares),
            )
        )
    if normalisation == "vector":
        size = np.linalg.norm(y / _largest(y), axis=0) * _largest(y)
        scaled = np.divide(y, size, out=np.zeros_like(y), where=size > 0)
    else:
        span = np.ptp(y, axis=0)
        scaled = np.divide(y - y.min(axis=0), span, out=np.zeros_like(y), where=span > 0)
    weighed = scaled * shares * np.asarray(directions)
    far = np.sqrt(((weighed - weighed.max(axis=0)) ** 2).sum(axis=1))
    near = np.sqrt(((weighed - weighed.min(axis=0)) ** 2).sum(axis=1))
    total = far + near
    closeness: Floats = np.divide(near, total, out=np.full(len(y), np.nan), where=total > 0)
    return closeness


def _largest(y: Floats) -> Floats:
    """The greatest amount of each column, 1 for a column of zeros."""
    largest: Floats = np.abs(y).max(axis=0)
    return np.where(largest > 0, largest, 1.0)


def _table(table: ArrayLike) -> Floats:
    y = np.asarray(table, dtype=float)
    if y.ndim != 2 or len(y) < 2 or not np.isfinite(y).all():
        raise InvalidInput(
            Fault(
                "weighting.table",
                Text("至少两行，且没有缺失值", "two rows at least, and no value missing"),
                value=str(len(y)),
            )
        )
    return y


def _scaled(parts: Floats) -> Floats:
    total = parts.sum()
    if total <= 0:
        raise InvalidInput(
            Fault(
                "weighting.constant", Text("各列都没有差异，无法定权", "no column varies: there is nothing to weigh by")
            )
        )
    scaled: Floats = parts / total
    return scaled
