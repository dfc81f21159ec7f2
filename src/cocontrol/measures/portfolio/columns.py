"""Columns: complete trajectories of a source with their exact cost, emissions and use of the shared limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cocontrol.measures.portfolio.model import NO_DEVICE, Booleans, Floats, Instance, Integers
from cocontrol.measures.portfolio.sequences import count_sequences, sequences

_BLOCK = 20_000
_DOMINANCE_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Columns:
    """Trajectories: `source` (J), `state` (J, T, 1 + S) of option and device rows, present-value `cost` (J), `usage` (J, R)."""

    source: Integers
    state: Integers
    cost: Floats
    usage: Floats

    def __len__(self) -> int:
        return len(self.source)

    def take(self, which: Integers | Booleans) -> Columns:
        """The columns of these places, or under this mask."""
        return Columns(self.source[which], self.state[which], self.cost[which], self.usage[which])


def emissions_of(instance: Instance, source: Integers, state: Integers) -> Floats:
    """Tonnes of each trajectory: base × multiplier × Π(1 − removal), (J, T, P)."""
    made: Floats = instance.base[source].transpose(0, 2, 1) * instance.options.multiplier[state[:, :, 0]]
    for stage in range(len(instance.stages)):
        made *= instance.devices.kept[state[:, :, 1 + stage]]
    return made


def spending_of(instance: Instance, state: Integers) -> Floats:
    """Undiscounted cost of each trajectory in each period, (J, T)."""
    period = np.arange(len(instance.periods))
    made: Floats = instance.options.cost[state[:, :, 0], period].copy()
    for stage in range(len(instance.stages)):
        made += instance.devices.cost[state[:, :, 1 + stage], period]
    return made


def evaluate(instance: Instance, source: Integers, state: Integers) -> Columns:
    """Columns of these trajectories with exact cost and use of every row."""
    weights, periods = instance.emission_weights, instance.period_weights
    cost = np.empty(len(source))
    usage = np.empty((len(source), len(instance.rows)))
    for start in range(0, len(source), _BLOCK):
        part = slice(start, start + _BLOCK)
        spent = spending_of(instance, state[part])
        cost[part] = spent @ instance.discount
        if not instance.rows:
            continue
        emitted = emissions_of(instance, source[part], state[part])
        for r, row in enumerate(instance.rows):
            weighed = np.einsum("jtp,jp->jt", emitted, weights[r][source[part]])
            if row.options is not None:
                weighed += row.options[state[part][:, :, 0]]
            usage[part, r] = (weighed + row.spending * spent) @ periods[r]
    return Columns(source, state, cost, usage)


def count_columns(instance: Instance) -> int:
    """An upper bound on the number of columns of the whole problem."""
    return sum(_count(instance, source) for source in range(len(instance.sources)))


def _count(instance: Instance, source: int) -> int:
    periods = len(instance.periods)
    rows = instance.option_rows(source)
    made = count_sequences(instance.options.lifetime[rows.start : rows.stop].tolist(), periods)
    for stage in range(len(instance.stages)):
        made *= count_sequences(_stage_lifetimes(instance, source, stage)[1], periods)
    return made


def _stage_lifetimes(instance: Instance, source: int, stage: int) -> tuple[list[int], list[int]]:
    """Device rows of a stage, the empty one first where it is allowed, and their lifetimes."""
    rows = instance.device_rows(source, stage)
    lifetimes = instance.devices.lifetime[rows.start : rows.stop].tolist()
    if instance.must_equip[source, stage] and len(rows):
        return list(rows), lifetimes
    return [NO_DEVICE, *rows], [1, *lifetimes]


def enumerate_columns(instance: Instance) -> Columns:
    """Every column of every source that is not dominated by another one of the same source.

    A column is dominated where another costs no more and uses no more of any row; of equal ones the first stays.
    """
    parts = [_undominated(evaluate(instance, *trajectories(instance, i))) for i in range(len(instance.sources))]
    return join_columns(parts)


def join_columns(parts: list[Columns]) -> Columns:
    """Columns one after another."""
    return Columns(
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.state for part in parts]),
        np.concatenate([part.cost for part in parts]),
        np.concatenate([part.usage for part in parts]),
    )


def trajectories(instance: Instance, source: int) -> tuple[Integers, Integers]:
    """Every trajectory of one source: its place repeated, and the states (J, T, 1 + S)."""
    parts = parts_of(instance, source)
    places = np.meshgrid(*(np.arange(len(part)) for part in parts), indexing="ij")
    state = np.stack([part[place.ravel()] for part, place in zip(parts, places, strict=True)], axis=2)
    closed = instance.options.closes[state[:, :, 0]]
    state[:, :, 1:][closed] = NO_DEVICE
    state = state[allowed(instance, source, state)]
    if closed.any():
        state = np.unique(state, axis=0)
    return np.full(len(state), source, dtype=np.int64), state


def parts_of(instance: Instance, source: int) -> list[Integers]:
    """Sequences of option rows of one source, then those of device rows of each stage: (Q, T) each."""
    periods = len(instance.periods)
    rows = instance.option_rows(source)
    lifetimes = instance.options.lifetime[rows.start : rows.stop].tolist()
    parts = [sequences(lifetimes, periods) + rows.start]
    for stage in range(len(instance.stages)):
        devices, lives = _stage_lifetimes(instance, source, stage)
        parts.append(np.array(devices, dtype=np.int64)[sequences(lives, periods)])
    return parts


def allowed(instance: Instance, source: int, state: Integers) -> Booleans:
    """Trajectories in which no device runs under an option that it forbids."""
    fits = np.ones(len(state), dtype=bool)
    forbids = instance.devices.forbids
    for device, option in forbids[instance.devices.source[forbids[:, 0]] == source]:
        with_device = state[:, :, 1 + instance.devices.stage[device]] == device
        fits &= ~(with_device & (state[:, :, 0] == option)).any(axis=1)
    return fits


def _undominated(columns: Columns) -> Columns:
    """The columns that no cheaper or equal one beats in every row, cheapest first."""
    order = np.lexsort([*columns.usage.T[::-1], columns.cost])
    sorted_columns = columns.take(order)
    kept = np.zeros(len(sorted_columns), dtype=bool)
    front = np.empty((0, columns.usage.shape[1]))
    for block in _blocks(len(sorted_columns)):
        usage = sorted_columns.usage[block]
        beaten = _beaten_by(front, usage)
        inside = (usage[:, None, :] <= usage[None, :, :]).all(axis=2)
        # Within a block the order by cost holds: only an earlier column beats a later one.
        beaten |= np.triu(inside, 1).any(axis=0)
        kept[block] = ~beaten
        front = np.concatenate([front, usage[~beaten]])
    return sorted_columns.take(kept)


def _beaten_by(front: Floats, usage: Floats) -> Booleans:
    beaten = np.zeros(len(usage), dtype=bool)
    for block in _blocks(len(front)):
        beaten |= (front[block][:, None, :] <= usage[None, :, :]).all(axis=2).any(axis=0)
    return beaten


def _blocks(length: int) -> Iterator[slice]:
    return (slice(start, start + _DOMINANCE_BLOCK) for start in range(0, length, _DOMINANCE_BLOCK))
