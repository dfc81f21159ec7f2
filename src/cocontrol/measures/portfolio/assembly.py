"""From shares of columns to a solution: cost, emissions, plan and gap."""

from __future__ import annotations

import numpy as np

from cocontrol.measures.portfolio.columns import Columns, emissions_of
from cocontrol.measures.portfolio.model import NO_DEVICE, Choice, Floats, Instance, Price, Solution

_SMALLEST_SHARE = 1e-9
_EXACT = 1e-9


def assemble(
    instance: Instance, columns: Columns, share: Floats, bound: float, method: str, prices: tuple[Price, ...] = ()
) -> Solution:
    """The solution that takes these shares of the columns."""
    used = np.flatnonzero(share > _SMALLEST_SHARE)
    taken, part = columns.take(used), share[used]
    part = part / np.bincount(taken.source, part, minlength=len(instance.sources))[taken.source]
    cost = float(taken.cost @ part)
    by_source = np.zeros(instance.base.shape)
    np.add.at(
        by_source,
        taken.source,
        (emissions_of(instance, taken.source, taken.state) * part[:, None, None]).transpose(0, 2, 1),
    )
    bound = min(bound, cost)
    gap = relative_gap(instance, cost, bound)
    bound = cost if gap == 0.0 else bound
    return Solution(
        instance,
        "optimal" if gap <= max(instance.settings.gap, _EXACT) else "feasible",
        method,
        cost,
        bound,
        gap,
        _choices(taken, part),
        by_source,
        prices,
    )


def relative_gap(instance: Instance, cost: float, bound: float) -> float:
    """(cost − bound) / size, where size is the larger of the cost and the cost of abatement.

    The cost of abatement is what the plan costs above the cheapest choices without limits, so that a plan whose
    savings cancel its costs still has a gap. Differences in the last digits count as none.
    """
    size = max(abs(cost), abs(bound), abs(cost - cheapest(instance)))
    return 0.0 if cost - bound <= _EXACT * max(size, 1e-300) else (cost - bound) / size


def cheapest(instance: Instance) -> float:
    """A lower bound on the cost without limits: the cheapest option and devices of every source in every period."""
    devices = instance.devices
    options = np.minimum.reduceat(instance.options.cost, instance.options.first[:-1], axis=0)
    saving = np.minimum(devices.cost[:-1], 0.0)
    return float((options.sum(axis=0) + saving.sum(axis=0)) @ instance.discount)


def dearest(instance: Instance) -> float:
    """An upper bound on the cost of any plan: the dearest option, and device of each stage, of every source and period."""
    devices = instance.devices
    options = np.maximum.reduceat(instance.options.cost, instance.options.first[:-1], axis=0)
    kit = np.zeros((len(instance.sources) * max(1, len(instance.stages)), len(instance.periods)))
    np.maximum.at(kit, devices.source * len(instance.stages) + devices.stage, devices.cost[:-1])
    return float((options.sum(axis=0) + kit.sum(axis=0)) @ instance.discount)


def _choices(columns: Columns, share: Floats) -> tuple[Choice, ...]:
    """What each source does in each period, equal states of different trajectories added."""
    total: dict[tuple[int, int, tuple[int, ...]], float] = {}
    for source, state, part in zip(columns.source.tolist(), columns.state.tolist(), share.tolist(), strict=True):
        for period, (option, *devices) in enumerate(state):
            key = (source, period, (option, *(device for device in devices if device != NO_DEVICE)))
            total[key] = total.get(key, 0.0) + part
    return tuple(
        Choice(source, option, tuple(devices), period, part)
        for (source, period, (option, *devices)), part in sorted(total.items())
    )
