"""Sources of a large problem in chunks of alike ones, as arrays that pricing and bounding run over at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.model import NO_DEVICE, Booleans, Floats, Instance, Integers
from cocontrol.measures.portfolio.sequences import count_sequences, sequences

CHOICE_LIMIT = 5_000
"""Sequences of options, or of the devices of one stage, that one source may have."""

CHUNK_SOURCES = 128
NEVER = 1e15
"""What a choice costs that may not be made."""


@dataclass(slots=True)
class Stage:
    """One stage of a chunk of c sources with up to D devices; place D is the empty stage.

    `devices` (c, D + 1) are device rows, `kept` (c, D + 1, P) their 1 − removal, `barred` (c, D, O) what may not run
    under an option. `choices` (Q, T) are sequences of places, None where every device stays once installed.
    `reference` (c, O, T) is the place taken for granted by the other stages.
    """

    devices: Integers
    kept: Floats
    barred: Booleans
    required: bool
    choices: Integers | None
    reference: Integers

    @property
    def width(self) -> int:
        """Devices of the source that has most."""
        return int(self.devices.shape[1]) - 1

    def reference_kept(self, pollutants: Integers | slice = slice(None)) -> Floats:
        """What the reference keeps of each pollutant: (c, O, T, P)."""
        kept = self.kept[:, :, pollutants]
        return kept[np.arange(len(kept))[:, None, None], self.reference]


@dataclass(slots=True)
class Chunk:
    """Sources alike in number of options, lifetimes and required stages.

    `options` (c, O) are option rows, `paths` (Q, T) the sequences of their places, `closes` (O) which end all.
    """

    sources: Integers
    options: Integers
    paths: Integers
    closes: Booleans
    stages: list[Stage]


def make_chunks(instance: Instance) -> list[Chunk]:
    """All sources in chunks; raises `InvalidInput` for a source with too many sequences."""
    return [
        _chunk(instance, members[start : start + CHUNK_SOURCES])
        for members in _alike(instance)
        for start in range(0, len(members), CHUNK_SOURCES)
    ]


def _alike(instance: Instance) -> list[Integers]:
    """Sources grouped by the lifetimes of their options and devices and by their required stages."""
    groups: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    periods = len(instance.periods)
    closes = instance.options.closes
    for source in range(len(instance.sources)):
        rows = instance.option_rows(source)
        stages = []
        for stage in range(len(instance.stages)):
            devices = instance.device_rows(source, stage)
            lives = tuple(instance.devices.lifetime[devices.start : devices.stop].tolist())
            permanent = all(life >= periods for life in lives)
            must = bool(instance.must_equip[source, stage]) and bool(lives)
            stages.append((() if permanent else lives, must))
        options = slice(rows.start, rows.stop)
        groups[tuple(instance.options.lifetime[options]), tuple(closes[options]), tuple(stages)].append(source)
    return [np.array(members, dtype=np.int64) for members in groups.values()]


def _chunk(instance: Instance, sources: Integers) -> Chunk:
    first = int(sources[0])
    rows = instance.option_rows(first)
    options = instance.options.first[sources][:, None] + np.arange(len(rows))
    lifetimes = instance.options.lifetime[rows.start : rows.stop].tolist()
    return Chunk(
        sources,
        options,
        _sequences(lifetimes, len(instance.periods), instance.sources[first]),
        instance.options.closes[options[0]],
        [_stage(instance, sources, options, stage) for stage in range(len(instance.stages))],
    )


def _sequences(lifetimes: Sequence[int], periods: int, source: str) -> Integers:
    if count_sequences(lifetimes, periods) > CHOICE_LIMIT:
        raise InvalidInput(_too_many(source))
    return sequences(lifetimes, periods)


def _stage_devices(instance: Instance, sources: Integers, stage: int) -> Integers:
    """Device rows of a stage, one line for each source, filled up with the empty stage."""
    place = sources * len(instance.stages) + stage
    first, last = instance.devices.first[place], instance.devices.first[place + 1]
    rows = first[:, None] + np.arange(int((last - first).max(initial=0)))
    return np.where(rows < last[:, None], rows, NO_DEVICE)


def _stage(instance: Instance, sources: Integers, options: Integers, stage: int) -> Stage:
    devices = _stage_devices(instance, sources, stage)
    width, periods = devices.shape[1], len(instance.periods)
    barred = np.repeat((devices == NO_DEVICE)[:, :, None], options.shape[1], axis=2)
    device, option = _forbidden(instance, sources, stage).T
    if len(device):
        line = np.searchsorted(sources, instance.devices.source[device])
        barred[line, device - devices[line, 0], option - options[line, 0]] = True
    rows = instance.device_rows(int(sources[0]), stage)
    lives = instance.devices.lifetime[rows.start : rows.stop].tolist()
    required = bool(instance.must_equip[sources[0], stage]) and bool(lives)
    choices = None
    if any(life < periods for life in lives):
        allowed = list(range(len(lives))) if required else [width, *range(len(lives))]
        lifetimes = lives if required else [1, *lives]
        choices = np.array(allowed)[_sequences(lifetimes, periods, instance.sources[int(sources[0])])]
    with_empty = np.concatenate([devices, np.full((len(sources), 1), NO_DEVICE, dtype=np.int64)], axis=1)
    reference = np.full((len(sources), options.shape[1], periods), width, dtype=np.int64)
    return Stage(with_empty, instance.devices.kept[with_empty], barred, required, choices, reference)


def _forbidden(instance: Instance, sources: Integers, stage: int) -> Integers:
    """The forbidden pairs of devices of this stage; `sources` are in order."""
    device = instance.devices.forbids[:, 0]
    here = (instance.devices.stage[device] == stage) & np.isin(instance.devices.source[device], sources)
    return np.asarray(instance.devices.forbids[here])


def _too_many(source: str) -> Fault:
    return Fault(
        "portfolio.too_large",
        Text(
            "排放源的选项或设备随时期变化的组合过多",
            "a source has too many sequences of options or devices over the periods",
        ),
        value=source,
        allowed=Text(f"至多 {CHOICE_LIMIT}", f"at most {CHOICE_LIMIT}"),
        remedy=Text("给出寿命，或减少时期和选项", "give lifetimes, or fewer periods and options"),
    )
