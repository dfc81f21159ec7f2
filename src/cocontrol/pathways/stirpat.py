"""STIRPAT by ridge regression: elasticities of an impact to its drivers, with the penalty chosen by a named rule.

ln I = a + Σ b_j ln x_j (Dietz & Rosa 1997). Drivers such as population and wealth grow together, so plain
least squares gives wild coefficients; ridge shrinks them. The penalty decides the figures: it is never
chosen silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.pathways.choices import Rule

Floats = NDArray[np.float64]

GRID = np.concatenate([[0.0], np.logspace(-4, 1, 201)])
"""Penalties that the rules choose from."""

VIF_LIMIT = 10.0
"""Variance inflation above which collinearity is held to spoil a coefficient (usual rule of thumb, recalled)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted STIRPAT model.

    `elasticities` are per cent of I per per cent of the driver; `standardised` the coefficients the penalty
    acts on. `variance_inflation` is of the drivers before the penalty, `inflation_at_penalty` with it.
    `rule` is None where the user gave the penalty.
    """

    drivers: tuple[str, ...]
    penalty: float
    rule: Rule | None
    intercept: float
    elasticities: dict[str, float]
    standardised: dict[str, float]
    variance_inflation: dict[str, float]
    inflation_at_penalty: dict[str, float]
    r_squared: float
    observations: int
    trace: pl.DataFrame


def fit(
    table: pl.DataFrame,
    dependent: str,
    drivers: Sequence[str],
    *,
    rule: Rule = Rule.GCV,
    penalty: float | None = None,
) -> Fit:
    """The model of `dependent` on `drivers`, one row of `table` per year, all values above 0.

    β(k) = (X'X/n + k I)^{-1} X'y/n on standardised ln X and centred ln I; the intercept is not penalised.
    (A library's α on the same data is n k.) `trace` has the standardised coefficients at every penalty of `GRID`.

    Raises
    ------
    InvalidInput
        A value missing or not above 0, a driver that never changes, or no more rows than drivers + 1.
    """
    names = tuple(drivers)
    _require(table, dependent, names)
    logs = table.select(dependent, *names).to_numpy().astype(float)
    y, x = np.log(logs[:, 0]), np.log(logs[:, 1:])
    scale = x.std(axis=0)
    z, centred = (x - x.mean(axis=0)) / scale, y - y.mean()
    gram, moment = z.T @ z / len(y), z.T @ centred / len(y)
    chosen = penalty if penalty is not None else _choose(rule, gram, z, centred)
    beta = _ridge(gram, moment, chosen)
    back = beta / scale
    left = centred - z @ beta
    return Fit(
        names,
        float(chosen),
        None if penalty is not None else rule,
        float(y.mean() - x.mean(axis=0) @ back),
        _named(names, back),
        _named(names, beta),
        _named(names, inflation(gram, 0.0)),
        _named(names, inflation(gram, chosen)),
        float(1 - (left @ left) / (centred @ centred)) if centred.any() else 1.0,
        len(y),
        pl.DataFrame(
            {"penalty": GRID, **dict(zip(names, np.array([_ridge(gram, moment, k) for k in GRID]).T, strict=True))}
        ),
    )


def _ridge(gram: Floats, moment: Floats, penalty: float) -> Floats:
    return np.asarray(np.linalg.lstsq(gram + penalty * np.eye(len(gram)), moment, rcond=None)[0], dtype=np.float64)


def inflation(gram: Floats, penalty: float) -> Floats:
    """Variance inflation of ridge coefficients: the diagonal of (R + kI)^{-1} R (R + kI)^{-1}, R the correlations."""
    inverse = np.linalg.pinv(gram + penalty * np.eye(len(gram)), hermitian=True)
    found: Floats = np.diag(inverse @ gram @ inverse)
    return found


def _choose(rule: Rule, gram: Floats, z: Floats, y: Floats) -> float:
    if rule is Rule.VIF:
        calm = [k for k in GRID if inflation(gram, k).max() <= VIF_LIMIT]
        return float(calm[0] if calm else GRID[-1])
    return float(GRID[np.argmin([_cross_validation(k, gram, z, y) for k in GRID])])


def _cross_validation(penalty: float, gram: Floats, z: Floats, y: Floats) -> float:
    """GCV(k) = (RSS / n) / (1 − tr H / n)², the intercept counted in tr H (Golub, Heath & Wahba 1979)."""
    eigen = np.clip(np.linalg.eigvalsh(gram), 0.0, None)
    trace = 1 + float(np.divide(eigen, eigen + penalty, out=np.zeros_like(eigen), where=eigen + penalty > 0).sum())
    left = y - z @ _ridge(gram, z.T @ y / len(y), penalty)
    return float(left @ left / len(y) / (1 - trace / len(y)) ** 2)


def _named(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def value_fault(value: float | None, place: Location) -> Fault:
    """The fault of a number that has no logarithm."""
    return Fault(
        "stirpat.value",
        Text("取对数须有大于 0 的数", "a logarithm needs a number above 0"),
        place,
        value=None if value is None else str(value),
        allowed=Text("大于 0 的数", "a number above 0"),
        remedy=Text("补上数值，或去掉这一年", "give the value, or take the year out"),
    )


def _require(table: pl.DataFrame, dependent: str, names: tuple[str, ...]) -> None:
    faults = []
    for name in (dependent, *names):
        bad = table.filter(pl.col(name).is_null() | (pl.col(name) <= 0))[name].to_list()
        faults += [value_fault(value, Location(column=name)) for value in bad]
        if name != dependent and table[name].n_unique() < 2:
            faults.append(
                Fault("stirpat.constant", Text("该因素没有变化", "the driver never changes"), Location(column=name))
            )
    if table.height <= len(names) + 1:
        faults.append(
            Fault(
                "stirpat.rows",
                Text("年份太少：须多于因素数加一", "too few years: more than the drivers plus one are needed"),
                value=str(table.height),
                allowed=Text("不少于 {n} 年", "{n} years or more").format(n=len(names) + 2),
                remedy=Text("加长序列，或减少因素", "lengthen the series, or take drivers out"),
            )
        )
    if faults:
        raise InvalidInput(*faults)
