"""The solution as plain values: the interface of ``cocontrol optimise``."""

from __future__ import annotations

from typing import Any

from cocontrol.measures.portfolio.model import Choice, Conflict, Price, Solution


def solution_as_dict(solution: Solution) -> dict[str, Any]:
    """`status`, `cost`, `lower_bound`, `gap`, `emissions`, `plan`, `duals`, `conflicts` and the method.

    `emissions` are tonnes of all sources by pollutant and period. With several periods a row of `plan` names its
    `period`; with shares it has the `share` of the source that it holds for. Costs and prices are present values.
    """
    instance = solution.instance
    return {
        "status": solution.status,
        "cost": solution.cost,
        "lower_bound": solution.lower_bound,
        "gap": solution.gap,
        "emissions": _emissions(solution),
        "plan": [_choice_as_dict(solution, choice) for choice in solution.choices],
        "duals": [_price_as_dict(price) for price in solution.prices],
        "conflicts": [_conflict_as_dict(conflict) for conflict in solution.conflicts],
        "method": solution.method,
        "periods": list(instance.periods),
    }


def _emissions(solution: Solution) -> dict[str, dict[str, float]]:
    if solution.by_source is None:
        return {}
    instance, totals = solution.instance, solution.emissions
    return {
        pollutant: {str(period): float(totals[p, t]) for t, period in enumerate(instance.periods)}
        for p, pollutant in enumerate(instance.pollutants)
    }


def _choice_as_dict(solution: Solution, choice: Choice) -> dict[str, Any]:
    instance = solution.instance
    made: dict[str, Any] = {
        "source_id": instance.sources[choice.source],
        "option_id": instance.options.ids[choice.option],
        "devices": [instance.devices.ids[device] for device in choice.devices],
    }
    if len(instance.periods) > 1:
        made["period"] = instance.periods[choice.period]
    if not instance.settings.integer:
        made["share"] = choice.share
    return made


def _price_as_dict(price: Price) -> dict[str, Any]:
    return {
        "region": price.row.region,
        "pollutant": price.row.pollutant,
        "period": price.row.period,
        "price": price.price,
        "price_tightened": price.tightened,
        "price_relaxed": price.relaxed,
        "name": price.row.name,
    }


def _conflict_as_dict(conflict: Conflict) -> dict[str, Any]:
    return {
        "region": conflict.row.region,
        "pollutant": conflict.row.pollutant,
        "period": conflict.row.period,
        "cap_t": conflict.row.limit,
        "relax_t": conflict.relax,
        "relax_alone_t": conflict.relax_alone,
        "name": conflict.row.name,
    }
