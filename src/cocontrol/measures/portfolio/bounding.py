"""A proven lower bound on the value of every trajectory of a source at given prices.

Emissions are products over stages, so stages that act on the same pollutant do not part. For each pollutant let ``f`` be
what its main stage keeps (the one with the widest range), ``h ∈ [l, u]`` what the others keep, and ``f0, h0`` a
reference. For weights w ≥ 0

``w f h ≥ w (φ(f) + f0 (h − h0))``,  ``φ(f) = f h0 − (f − f0)⁺ (h0 − l) − (f0 − f)⁺ (u − h0)``,

because the two sides differ by ``(f − f0)(h − h0)`` at the least; several others enter by the tangent of ``h`` in their
logarithms. The right side is a sum over stages, exact at the reference, and so each stage is bounded by itself. Sequences of
options that this cannot rule out are taken again for every sequence of devices of the stage that couples most, and what is left for those of a
second stage; what is fixed is exact.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from cocontrol.measures.portfolio.chunks import NEVER, Chunk, Stage
from cocontrol.measures.portfolio.model import Booleans, Floats, Instance, Integers
from cocontrol.measures.portfolio.pricing import THREADS, Pricer, Weights, best_of_stage, with_costs
from cocontrol.measures.portfolio.sequences import sequences

_LEAST_KEPT = 1e-12
_SLACK = 1e-5
_DEPTH = 2


def bound_sources(instance: Instance, pricer: Pricer, weights: Weights, upper: Floats) -> Floats:
    """For each source a value that no trajectory goes below; `upper` (n) are values that some trajectory attains."""
    made = np.empty(len(instance.sources))

    def one(chunk: Chunk) -> None:
        """Writes the bounds of one chunk."""
        made[chunk.sources] = _bound_chunk(instance, chunk, weights, upper[chunk.sources])

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, pricer.chunks))
    return np.minimum(made, upper)


@dataclass(slots=True)
class _Nodes:
    """Problems of one kind bounded together: weights (N, O, T, P), options in force, stages still open."""

    tonnes: Floats
    stages: list[Stage]
    reference: list[Floats]


def _bound_chunk(instance: Instance, chunk: Chunk, weights: Weights, upper: Floats) -> Floats:
    tonnes = (
        weights.tonnes[chunk.sources].transpose(0, 2, 1)[:, None]
        * instance.options.multiplier[chunk.options][:, :, None, :]
    )
    stages = [stage for stage in chunk.stages if stage.width]
    nodes = _Nodes(tonnes, stages, [stage.reference_kept() for stage in stages])
    values, constant = _underestimate(nodes)
    step = np.arange(len(instance.periods))
    alone = weights.options[chunk.options] + constant
    total = alone[:, chunk.paths, step].sum(axis=2)
    for stage, value in zip(stages, values, strict=True):
        total += best_of_stage(stage, with_costs(chunk, stage, value, weights)[:, :, chunk.paths, step])
    if _coupling_stage(stages, tonnes) is None:
        return np.asarray(total.min(axis=1))
    still = total < (upper - _SLACK * np.abs(upper))[:, None]
    line, path = np.nonzero(still)
    made: Floats = np.where(still, np.inf, total).min(axis=1)
    if len(line):
        np.minimum.at(made, line, _bound_paths(instance, chunk, weights, (line, chunk.paths[path]), upper[line]))
    return made


def _bound_paths(
    instance: Instance, chunk: Chunk, weights: Weights, where: tuple[Integers, Integers], upper: Floats
) -> Floats:
    """Bounds of sources `line` along paths (N, T); `upper` (N) is what need not be bounded further."""
    line, path = where
    step = np.arange(len(instance.periods))
    options = chunk.options[line[:, None], path]
    tonnes = weights.tonnes[chunk.sources[line]].transpose(0, 2, 1) * instance.options.multiplier[options]
    known = weights.options[options, step].sum(axis=1)
    stages = [stage for stage in _along(chunk, line, path).stages if stage.width]
    return _branch(_Paths(stages, tonnes, known, chunk.closes[path], upper), weights, _DEPTH)


@dataclass(slots=True)
class _Paths:
    """Sources along one path each: open stages, weights (N, T, P), value so far (N), closed periods (N, T), upper (N)."""

    stages: list[Stage]
    tonnes: Floats
    known: Floats
    closed: Booleans
    upper: Floats


def _branch(paths: _Paths, weights: Weights, depth: int) -> Floats:
    """Bounds (N); what is not ruled out is taken through all sequences of the stage that couples most."""
    nodes = _Nodes(paths.tonnes[:, None], paths.stages, [stage.reference_kept() for stage in paths.stages])
    values, constant = _underestimate(nodes)
    total: Floats = paths.known + constant.sum(axis=(1, 2))
    for stage, value in zip(paths.stages, values, strict=True):
        total += best_of_stage(stage, _with_costs_along(stage, value, weights, paths.closed))[:, 0]
    coupling = _coupling_stage(paths.stages, nodes.tonnes)
    still = np.flatnonzero(total < paths.upper - _SLACK * np.abs(paths.upper))
    if coupling is None or depth == 0 or not len(still):
        return total
    made = np.full(len(still), np.inf)
    fixed = _take_stage(paths.stages[coupling], still)
    others = [stage for place, stage in enumerate(paths.stages) if place != coupling]
    periods = paths.tonnes.shape[1]
    for choice in _choices(fixed, periods):
        cost, fits = _cost_of(fixed, choice, paths.closed[still], weights)
        part = np.flatnonzero(fits)
        if not len(part):
            continue
        rows = still[part]
        kept = fixed.kept[part[:, None], choice]
        inner = _Paths(
            [_take_stage(stage, rows) for stage in others],
            paths.tonnes[rows] * kept,
            paths.known[rows] + cost[part],
            paths.closed[rows],
            paths.upper[rows],
        )
        made[part] = np.minimum(made[part], _branch(inner, weights, depth - 1))
    total[still] = np.maximum(total[still], made)
    return total


def _cost_of(stage: Stage, choice: Integers, closed: Booleans, weights: Weights) -> tuple[Floats, Booleans]:
    """What a sequence of places of a stage costs each source, and whether nothing bars it."""
    runs = (choice < stage.width) & ~closed
    step = np.arange(len(choice))
    cost = np.where(runs, weights.devices[stage.devices[:, choice], step], 0.0).sum(axis=1)
    barred = stage.barred[:, np.minimum(choice, stage.width - 1), step] & runs
    return cost, np.asarray(~barred.any(axis=1))


def _take_stage(stage: Stage, rows: Integers) -> Stage:
    return Stage(
        stage.devices[rows], stage.kept[rows], stage.barred[rows], stage.required, stage.choices, stage.reference[rows]
    )


def _along(chunk: Chunk, line: Integers, path: Integers) -> Chunk:
    """The sources of `line` with one sequence of options each: every stage for those, (N, …)."""
    stages = []
    step = np.arange(path.shape[1])
    for stage in chunk.stages:
        barred = stage.barred[line[:, None], :, path].transpose(0, 2, 1)
        reference = stage.reference[line[:, None], path, step][:, None]
        stages.append(Stage(stage.devices[line], stage.kept[line], barred, stage.required, stage.choices, reference))
    return Chunk(chunk.sources[line], chunk.options[line], path, chunk.closes, stages)


def _with_costs_along(stage: Stage, value: Floats, weights: Weights, closed: Booleans) -> Floats:
    """Values (N, D, 1, T) along one path with the cost of the devices, as `with_costs` does for every option."""
    made: Floats = value + weights.devices[stage.devices[:, :-1]][:, :, None, :]
    made[stage.barred[:, :, None]] = NEVER
    made[np.repeat(closed[:, None, None], stage.width, axis=1)] = 0.0
    return made


def _choices(stage: Stage, periods: int) -> Integers:
    if stage.choices is not None:
        return stage.choices
    lifetimes = [periods] * stage.width
    return sequences(lifetimes, periods) if stage.required else _with_empty_last(lifetimes, periods)


def _with_empty_last(lifetimes: list[int], periods: int) -> Integers:
    return sequences([*lifetimes, 1], periods)


def _coupling_stage(stages: list[Stage], tonnes: Floats) -> int | None:
    """The stage whose own range weighs most where it is not the main one; None where no two stages meet."""
    if not stages:
        return None
    low, high = _ranges(stages)
    main = _main(low, high)
    size = np.abs(tonnes).mean(axis=(1, 2))
    weighed = [float((size * (high[s] - low[s]) * (main != s)).sum()) for s in range(len(stages))]
    best = int(np.argmax(weighed))
    return best if weighed[best] > 0.0 else None


def _ranges(stages: list[Stage]) -> tuple[Floats, Floats]:
    """The least and the most that each stage keeps: (S, N, P) each."""
    low = np.stack([stage.kept.min(axis=1) for stage in stages])
    high = np.stack([stage.kept.max(axis=1) for stage in stages])
    return low, high


def _main(low: Floats, high: Floats) -> Integers:
    """The stage with the widest range, in logarithms, for each source and pollutant: (N, P)."""
    return np.asarray((np.log(np.maximum(high, _LEAST_KEPT)) - np.log(np.maximum(low, _LEAST_KEPT))).argmax(axis=0))


def _underestimate(nodes: _Nodes) -> tuple[list[Floats], Floats]:
    """Separable bound: for each stage what a device changes beside the empty one (N, D, O, T), and constants (N, O, T)."""
    if not nodes.stages:
        return [], nodes.tonnes.sum(axis=3)
    low, high = _ranges(nodes.stages)
    main = _main(low, high)
    is_main = np.arange(len(nodes.stages))[:, None, None] == main
    acts = high > low
    others = (acts & ~is_main).sum(axis=0)
    ones = np.ones(main.shape)
    lowest = np.where(is_main, ones, low).prod(axis=0)[:, None, None]
    highest = np.where(is_main, ones, high).prod(axis=0)[:, None, None]
    f0, h0 = np.ones(nodes.tonnes.shape), np.ones(nodes.tonnes.shape)
    for s, kept in enumerate(nodes.reference):
        mine = is_main[s][:, None, None]
        f0, h0 = np.where(mine, kept, f0), np.where(mine, h0, h0 * np.maximum(kept, _LEAST_KEPT))
    weight = np.maximum(nodes.tonnes, 0.0)
    down, up = np.maximum(h0 - lowest, 0.0), np.maximum(highest - h0, 0.0)
    phi_one = h0 - np.maximum(1.0 - f0, 0.0) * down - np.maximum(f0 - 1.0, 0.0) * up
    single = (others == 1)[:, None, None]
    rest = np.where(single, f0 * (1.0 - h0), np.where((others > 1)[:, None, None], -f0 * h0 * np.log(h0), 0.0))
    constant = (weight * (phi_one + rest)).sum(axis=3) + _negative(nodes.tonnes, high)
    values = [
        _stage_bound(stage, (weight, f0, h0, down, up, phi_one), is_main[s], others)
        for s, stage in enumerate(nodes.stages)
    ]
    return values, constant


def _negative(tonnes: Floats, high: Floats) -> Floats:
    """What negative weights can bring at most: everything kept that can be kept."""
    negative = np.minimum(tonnes, 0.0)
    return (
        np.asarray((negative * high.prod(axis=0)[:, None, None]).sum(axis=3))
        if negative.any()
        else np.zeros(tonnes.shape[:3])
    )


def _stage_bound(
    stage: Stage, parts: tuple[Floats, Floats, Floats, Floats, Floats, Floats], is_main: Booleans, others: Integers
) -> Floats:
    """Bound of one stage, (N, D, O, T): main pollutants by φ, others by value or by logarithm."""
    weight, f0, h0, down, up, phi_one = parts
    kept = stage.kept[:, :-1]
    count, options, periods, pollutants = weight.shape
    coupled = (is_main & (others > 0)).any(axis=0)
    plain = is_main & ~coupled
    single = ~is_main & (others == 1)
    effect = np.where(
        is_main | single, kept.transpose(1, 0, 2) - 1.0, np.log(np.maximum(kept.transpose(1, 0, 2), _LEAST_KEPT))
    )
    here = np.where(single[:, None, None], f0, np.where(plain[:, None, None], h0, f0 * h0))
    here = np.where((is_main & coupled)[:, None, None], 0.0, here) * weight
    flat = here.reshape(count, options * periods, pollutants).transpose(0, 2, 1)
    value: Floats = (effect.transpose(1, 0, 2) @ flat).reshape(count, stage.width, options, periods)
    for p in np.flatnonzero(coupled):
        f = kept[:, :, p][:, :, None, None]
        more = f - f0[:, None, :, :, p]
        phi = (
            f * h0[:, None, :, :, p]
            - np.maximum(more, 0.0) * down[:, None, :, :, p]
            - np.maximum(-more, 0.0) * up[:, None, :, :, p]
        )
        value += (
            np.where(is_main[:, p], 1.0, 0.0)[:, None, None, None]
            * weight[:, None, :, :, p]
            * (phi - phi_one[:, None, :, :, p])
        )
    return value
