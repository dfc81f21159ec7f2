"""Who brings the variance: Sobol indices of the uncertain inventory, exactly and without draws.

A total is Σ m_av · A_a · F_v with independent multipliers A (activities) and F (factors), so its variance parts
exactly (Sobol 1993; Saltelli et al. 2008, ch. 4) into

    first order of an activity   (Σ_v m_av · E F_v)² · Var A_a
    first order of a factor      (Σ_a m_av · E A_a)² · Var F_v
    interaction of the two       m_av² · Var A_a · Var F_v
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from cocontrol.inventory.uncertainty.distributions import Floats, Multiplier
from cocontrol.inventory.uncertainty.model import Model


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Exact mean and variance of one total and its parts by variable."""

    mean: float
    variance: float
    activity_first: Floats
    activity_total: Floats
    factor_first: Floats
    factor_total: Floats


def decompose(model: Model, *, pollutants: Mapping[str, float], groups: Floats | None = None) -> Decomposition:
    """Mean and variance of Σ over groups and pollutants of weight × emission, and the part of each variable.

    `pollutants` gives the weight of each pollutant (1 for one alone, GWP values for CO2e); `groups` one weight per
    group of the model, all 1 by default: +1 and −1 for two years give their difference, the trend.
    """
    products = _products(model, pollutants, np.ones(len(model.rows)) if groups is None else groups)
    mean_a, var_a = moments(model.activity_multipliers)
    mean_f, var_f = moments(model.factor_multipliers)
    slope_a, slope_f = products @ mean_f, products.T @ mean_a
    first_a, first_f = slope_a**2 * var_a, slope_f**2 * var_f
    squares = products.power(2)
    both_a, both_f = var_a * (squares @ var_f), var_f * (squares.T @ var_a)
    variance = float(first_a.sum() + first_f.sum() + both_a.sum())
    return Decomposition(
        float(mean_a @ slope_a), variance, first_a, first_a + both_a, first_f, first_f + both_f
    )  # fmt: skip


def rank_contributions(model: Model, *, pollutants: Mapping[str, float], groups: Floats | None = None) -> pl.DataFrame:
    """One row for each variable, the largest first: role, variable_id, first_order_pct, total_order_pct.

    Percent of the variance of the total that `decompose` describes. First orders sum to 100 less the interactions;
    null where the total has no variance.
    """
    parts = decompose(model, pollutants=pollutants, groups=groups)
    scale = 100.0 / parts.variance if parts.variance > 0 else None
    count = len(model.activity_ids)
    table = pl.DataFrame(
        {
            "role": ["activity"] * count + ["factor"] * len(model.factor_ids),
            "variable_id": [*model.activity_ids, *model.factor_ids],
            "first_order_pct": np.concatenate([parts.activity_first, parts.factor_first]),
            "total_order_pct": np.concatenate([parts.activity_total, parts.factor_total]),
        }
    )
    shares = [pl.col(name) * scale for name in ("first_order_pct", "total_order_pct")]
    return table.with_columns(shares).sort(
        "total_order_pct", "role", "variable_id", descending=[True, False, False], nulls_last=True
    )


def _products(model: Model, pollutants: Mapping[str, float], groups: Floats) -> sparse.csr_array:
    """Activities × factors: emission of each pair, weighted."""
    cells = np.arange(len(model.cell_group))
    made = sparse.csr_array((len(model.activity_ids), len(model.factor_ids)))
    weighted = model.amounts.multiply(groups[model.cell_group][:, None]).tocsr()
    for name, weight in pollutants.items():
        column = model.pollutants.index(name)
        factor = model.factor_of[model.cell_coefficient, column]
        used = factor >= 0
        values = weight * model.coefficients[model.cell_coefficient[used], column]
        spread = sparse.csr_array((values, (cells[used], factor[used])), shape=(len(cells), len(model.factor_ids)))
        made = made + weighted.T @ spread
    return made.tocsr()


def moments(multipliers: Sequence[Multiplier]) -> tuple[Floats, Floats]:
    """Exact means and variances."""
    return np.array([each.mean for each in multipliers]), np.array([each.variance for each in multipliers])
