"""Pricing: for every source a trajectory that is cheapest, or nearly so, when every shared row has a price.

Given the option of each period, and what the other stages keep of each pollutant, the devices of one stage part from all
others: the best device and installation period follow from sums from the end. Stages take turns with the choices of the
others as reference, first for every option, then along the best sequence of options until nothing changes. The value of
the trajectory is exact; that none is better is proven elsewhere (`bounding`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from cocontrol.measures.portfolio.chunks import NEVER, Chunk, Stage, make_chunks
from cocontrol.measures.portfolio.model import NO_DEVICE, Floats, Instance, Integers

THREADS = 2
_SWEEPS = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """Prices laid on the problem: tonnes (n, P, T, base included), option rows (m, T) and device rows (k + 1, T)."""

    tonnes: Floats
    options: Floats
    devices: Floats


class Pricer:
    """Prices a problem again and again; keeps what does not change, and the references."""

    def __init__(self, instance: Instance) -> None:
        """Prepare the sources in chunks; raises `InvalidInput` for a source with too many sequences."""
        self._instance = instance
        self._flat_weights = instance.emission_weights.reshape(len(instance.rows), instance.base[:, :, 0].size)
        self._period_weights = instance.period_weights
        self._spending = np.array([row.spending for row in instance.rows])
        self.chunks = make_chunks(instance)

    def weights(self, prices: Floats, cost_weight: float = 1.0) -> Weights:
        """What tonnes, options and devices cost where rows have these prices and costs count `cost_weight` times."""
        instance = self._instance
        by_period = prices[:, None] * self._period_weights
        tonnes = (self._flat_weights.T @ by_period).reshape(instance.base.shape) * instance.base
        money = cost_weight * instance.discount + self._spending @ by_period
        options = instance.options.cost * money
        for row, price in zip(instance.rows, by_period, strict=True):
            if row.options is not None:
                options = options + row.options[:, None] * price
        return Weights(tonnes, options, instance.devices.cost * money)

    def price(self, weights: Weights) -> Integers:
        """The trajectory (n, T, 1 + S) found for each source; its devices become the reference of the next call."""
        instance = self._instance
        state = np.empty((len(instance.sources), len(instance.periods), 1 + len(instance.stages)), dtype=np.int64)

        def one(chunk: Chunk) -> None:
            """Writes the trajectories of one chunk."""
            state[chunk.sources] = _price_chunk(instance, chunk, weights)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(one, self.chunks))
        return state


def _price_chunk(instance: Instance, chunk: Chunk, weights: Weights) -> Integers:
    path = _best_path(instance, chunk, weights)
    line, step = np.arange(len(chunk.sources)), np.arange(path.shape[1])
    state = np.full((*path.shape, 1 + len(chunk.stages)), NO_DEVICE, dtype=np.int64)
    state[:, :, 0] = chunk.options[line[:, None], path]
    closed = chunk.closes[path]
    tonnes = weights.tonnes[chunk.sources].transpose(0, 2, 1) * instance.options.multiplier[state[:, :, 0]]
    places = [stage.reference[line[:, None], path, step] for stage in chunk.stages]
    kept = [stage.kept[line[:, None], place] for stage, place in zip(chunk.stages, places, strict=True)]
    for _ in range(_SWEEPS):
        before = [place.copy() for place in places]
        for s, stage in enumerate(chunk.stages):
            if stage.width == 0:
                continue
            slope = product_of(kept, tonnes, without=s)
            value = np.einsum("cdp,ctp->cdt", stage.kept[:, :-1] - 1.0, slope, optimize=True)
            value += weights.devices[stage.devices[:, :-1]]
            barred = stage.barred[line[:, None], :, path].transpose(0, 2, 1)
            value[barred] = NEVER
            value[np.repeat(closed[:, None], stage.width, axis=1)] = 0.0
            places[s] = places_along(stage, value)
            kept[s] = stage.kept[line[:, None], places[s]]
        if all(np.array_equal(a, b) for a, b in zip(before, places, strict=True)):
            break
    for s, stage in enumerate(chunk.stages):
        stage.reference[line[:, None], path, step] = places[s]
        state[:, :, 1 + s] = np.where(closed, NO_DEVICE, stage.devices[line[:, None], places[s]])
    return state


def product_of(kept: list[Floats], weight: Floats, *, without: int | None = None) -> Floats:
    """Weight times what the stages keep, but for one of them."""
    made = weight.copy()
    for place, part in enumerate(kept):
        if place != without:
            made *= part
    return made


def _best_path(instance: Instance, chunk: Chunk, weights: Weights) -> Integers:
    """The sequence of options (c, T) of least value, devices near the references; moves the references.

    Value of a path: options, devices and emissions at the references, corrected stage by stage for what the
    sequence of devices may really be.
    """
    periods = len(instance.periods)
    tonnes = (
        weights.tonnes[chunk.sources].transpose(0, 2, 1)[:, None]
        * instance.options.multiplier[chunk.options][:, :, None, :]
    )
    kept = [stage.reference_kept() for stage in chunk.stages]
    step = np.arange(periods)
    total = np.zeros((len(chunk.sources), len(chunk.paths)))
    alone = weights.options[chunk.options]
    for s, stage in enumerate(chunk.stages):
        if stage.width == 0:
            continue
        value = _stage_values(chunk, stage, product_of(kept, tonnes, without=s), weights)
        best = value.argmin(axis=1)
        least = np.take_along_axis(value, best[:, None], axis=1)[:, 0]
        stage.reference = np.where(least < 0.0, best, stage.width)
        kept[s] = stage.reference_kept()
        total += best_of_stage(stage, value[:, :, chunk.paths, step])
        device_cost = weights.devices[stage.devices[np.arange(len(best))[:, None, None], stage.reference], step]
        alone = alone - np.minimum(least, 0.0) + np.where(chunk.closes[:, None], 0.0, device_cost)
    alone = alone + product_of(kept, tonnes).sum(axis=3)
    total += alone[:, chunk.paths, step].sum(axis=2)
    return np.asarray(chunk.paths[total.argmin(axis=1)])


def _stage_values(chunk: Chunk, stage: Stage, slope: Floats, weights: Weights) -> Floats:
    """What each device changes beside the empty stage, the others at their references: (c, D, O, T)."""
    count, options, periods, pollutants = slope.shape
    flat = slope.reshape(count, options * periods, pollutants).transpose(0, 2, 1)
    value: Floats = ((stage.kept[:, :-1] - 1.0) @ flat).reshape(count, stage.width, options, periods)
    return with_costs(chunk, stage, value, weights)


def with_costs(chunk: Chunk, stage: Stage, value: Floats, weights: Weights) -> Floats:
    """Values (c, D, O, T) with the cost of the devices; barred ones never, and nothing where the source is closed."""
    value += weights.devices[stage.devices[:, :-1]][:, :, None, :]
    value[stage.barred] = NEVER
    value[:, :, chunk.closes] = 0.0
    return value


def best_of_stage(stage: Stage, along: Floats) -> Floats:
    """The least sum over the periods for each source and path of options, from values (c, D, q, T)."""
    count, _, paths, periods = along.shape
    if stage.choices is not None:
        step = np.arange(periods)
        with_none = np.concatenate([along, np.zeros((count, 1, paths, periods))], axis=1)
        least = np.full((count, paths), np.inf)
        for choice in stage.choices:
            np.minimum(least, with_none[:, choice, :, step].sum(axis=0), out=least)
        return least
    if stage.required:
        return np.asarray(along.sum(axis=3).min(axis=1))
    running = along[..., -1]
    least = np.minimum(running.min(axis=1), 0.0)
    for period in range(periods - 2, -1, -1):
        running = running + along[..., period]
        np.minimum(least, running.min(axis=1), out=least)
    return np.asarray(least)


def places_along(stage: Stage, along: Floats) -> Integers:
    """Places of the devices (c, T) that are best for values (c, D, T)."""
    count, width, periods = along.shape
    line = np.arange(count)
    if stage.choices is not None:
        with_none = np.concatenate([along, np.zeros((count, 1, periods))], axis=1)
        sums = np.stack([with_none[:, choice, np.arange(periods)].sum(axis=1) for choice in stage.choices], axis=1)
        return np.asarray(stage.choices[sums.argmin(axis=1)])
    from_end = np.cumsum(along[:, :, ::-1], axis=2)[:, :, ::-1]
    if stage.required:
        return np.repeat(from_end[:, :, 0].argmin(axis=1)[:, None], periods, axis=1)
    flat = from_end.reshape(count, -1)
    place = flat.argmin(axis=1)
    device, start = np.divmod(place, periods)
    runs = (flat[line, place] < 0.0)[:, None] & (np.arange(periods) >= start[:, None])
    return np.asarray(np.where(runs, device[:, None], width))
