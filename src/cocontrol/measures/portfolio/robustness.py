"""How a plan holds when the inventory is uncertain: ceilings evaluated anew under Monte Carlo factors."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.model import Floats, Instance, Solution

_NUMBER = re.compile(r"\d+(\.\d+)?")


def reevaluate(
    solution: Solution, half_width_pct: Mapping[str, float], *, shared: float = 0.5, draws: int = 2_000, seed: int = 1
) -> pl.DataFrame:
    """How often each limit of a plan is met when base emissions are drawn at random.

    Base emissions of a source and pollutant are multiplied by a lognormal factor of mean 1, whose standard deviation of
    the logarithm is ``ln(1 + u)/1.96`` for the half-width u of the 95 % interval. The part `shared` of its variance is one draw
    for all sources (a common emission factor), the rest is drawn for each source. Multipliers and removals stay.

    Table keyed `name` of the row: `limit`, `planned`, `mean`, `p2_5`, `p97_5` (in the unit of the row) and `probability_met`.
    Rows on money or fuel alone do not vary. One random stream for each pollutant: others do not change its draws.

    Raises
    ------
    InvalidInput
        The solution has no plan, or a width or share is out of range, or a pollutant is unknown.
    """
    instance, planned = solution.instance, solution.by_source
    if planned is None:
        raise InvalidInput(_fault("portfolio.no_plan", Text("没有方案可供评估", "there is no plan to evaluate")))
    _check(instance, half_width_pct, shared)
    used = np.zeros((len(instance.rows), draws))
    fixed = _fixed_use(solution)
    for p, pollutant in enumerate(instance.pollutants):
        weighed = np.einsum(
            "ri,it,rt->ri", instance.emission_weights[:, :, p], planned[:, p], instance.period_weights, optimize=True
        )
        used += weighed @ _factors(half_width_pct.get(pollutant, 0.0), shared, (len(instance.sources), draws), seed + p)
    used += fixed[:, None]
    limits = instance.limits
    return pl.DataFrame(
        {
            "name": [row.name for row in instance.rows],
            "limit": limits,
            "planned": _planned_use(instance, planned) + fixed,
            "mean": used.mean(axis=1),
            "p2_5": np.percentile(used, 2.5, axis=1),
            "p97_5": np.percentile(used, 97.5, axis=1),
            "probability_met": (used <= limits[:, None] * (1 + 1e-9 * np.sign(limits[:, None]))).mean(axis=1),
        }
    )


def parse_half_widths(text: str, instance: Instance) -> dict[str, float]:
    """Half-widths in per cent by pollutant from ``SO2=20,CO2=5``; raises `InvalidInput` where it is not such a list."""
    made: dict[str, float] = {}
    wrong = []
    for part in filter(None, (piece.strip() for piece in text.replace(";", ",").split(","))):
        name, _, width = (piece.strip() for piece in part.partition("="))
        if _NUMBER.fullmatch(width.removesuffix("%")) and name in instance.pollutants:
            made[name] = float(width.removesuffix("%"))
        else:
            wrong.append(part)
    if wrong or not made:
        message = Text(
            "应为污染物与 95 % 区间半宽（%）", "pollutants of the problem and their half-widths in per cent are needed"
        )
        raise InvalidInput(
            Fault(
                "portfolio.half_widths", message, value=", ".join(wrong) or text,
                allowed=Text("如 SO2=20,CO2=5", "such as SO2=20,CO2=5"),
            )
        )  # fmt: skip
    return made


def _factors(half_width_pct: float, shared: float, shape: tuple[int, int], seed: int) -> Floats:
    """Lognormal factors of mean 1, (n, draws)."""
    draw = np.random.default_rng(seed)
    spread = np.log1p(half_width_pct / 100.0) / 1.96
    common = draw.standard_normal(shape[1])
    normal = np.sqrt(shared) * common + np.sqrt(1.0 - shared) * draw.standard_normal(shape)
    return np.asarray(np.exp(spread * normal - 0.5 * spread**2))


def _planned_use(instance: Instance, planned: Floats) -> Floats:
    return np.asarray(
        np.einsum("rip,ipt,rt->r", instance.emission_weights, planned, instance.period_weights, optimize=True)
    )


def _fixed_use(solution: Solution) -> Floats:
    """What the plan uses of rows on options and on money."""
    instance = solution.instance
    made = np.zeros(len(instance.rows))
    for r, row in enumerate(instance.rows):
        for choice in solution.choices:
            spent = instance.options.cost[choice.option, choice.period]
            spent += sum(instance.devices.cost[device, choice.period] for device in choice.devices)
            use = row.spending * spent + (0.0 if row.options is None else row.options[choice.option])
            made[r] += use * choice.share * row.periods[choice.period]
    return made


def _check(instance: Instance, half_width_pct: Mapping[str, float], shared: float) -> None:
    wrong = [
        name for name, width in half_width_pct.items() if name not in instance.pollutants or not 0 <= width < np.inf
    ]
    if wrong or not 0 <= shared <= 1:
        message = Text(
            "不确定性应为已有污染物的非负百分数，共用份额在 0 与 1 之间",
            "half-widths are percentages ≥ 0 of known pollutants, the shared part lies between 0 and 1",
        )
        raise InvalidInput(_fault("portfolio.uncertainty", message, ", ".join(wrong) or str(shared)))


def _fault(rule: str, message: Text, value: str | None = None) -> Fault:
    return Fault(rule, message, value=value)
