"""The part of a source that is treated alike, and what one measure makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text
from cocontrol.inventory.estimation import estimate
from cocontrol.measures.catalogue import ELECTRICITY, CatalogueMeasure
from cocontrol.measures.catalogue_tables import MeasureKind
from cocontrol.measures.removals import removal_of

DIRECT, INDIRECT = "direct", "indirect"
"""Where an emission arises: at the source, or where the electricity that it uses is generated."""

ELECTRICITY_UNIT = "MWh"

CARBON = "CO2"

Coefficients = Mapping[str, float | None]
"""Tonnes per unit of activity by pollutant; None where there is no factor."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device of a measure: removal by pollutant, reagent CO2, and what the inventory's own device of its stage let through.

    Reagent CO2 counts only what is removed beyond the inventory's device; `replaced` is empty where there was none.
    """

    measure_id: str
    stage: str
    removal: Mapping[str, float]
    reagent: Mapping[str, float]
    replaced: Mapping[str, float]
    fuel_penalty: float = 0.0

    def kept(self, pollutant: str) -> float:
        """The share that passes: 1 − removal."""
        return 1.0 - removal_of(self.removal, pollutant)


@dataclass(frozen=True, slots=True)
class Stream:
    """A part of the activity of a source.

    `raw` are coefficients before every device; `existing` the removal (application rate × efficiency) of the
    devices that the inventory knows, by pollutant and stage; `devices` those of measures, by measure; `power` MWh per
    unit of activity that measures use (negative: generate), by measure, its CO2 at `grid_co2` t/MWh.
    """

    source_id: str
    adcode: str
    period: str
    category: str
    fuel: str | None
    amount: float | None
    unit: str
    raw: Coefficients
    existing: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    power: Mapping[str, float] = field(default_factory=dict)
    grid_co2: float | None = None
    applied: tuple[str, ...] = ()
    boundary: str = DIRECT

    def coefficient(self, pollutant: str) -> float | None:
        """raw × (1 − Σ existing) × Π (1 − removal); CO2 also Σ reagent CO2 × what the device removes in addition."""
        value = self._passed(pollutant, self.devices.values())
        if value is None or pollutant != CARBON:
            return value
        return value + sum(self._reagent_carbon(device) for device in self.devices.values())

    def passed(self, pollutant: str) -> float | None:
        """The coefficient without reagent CO2: what passes every device."""
        return self._passed(pollutant, self.devices.values())

    def stage_kept(self, pollutant: str, stage: str) -> float:
        """The share that passes a stage: of the inventory's device, of those of measures, or 1 where none stands there.

        The inventory's removals of several stages add up, since each holds for a part of the activity.
        """
        stages = self.existing.get(pollutant, {})
        others = 1.0 - sum(removed for name, removed in stages.items() if name != stage)
        own = 1.0 - stages.get(stage, 0.0) / others if others else 1.0
        return own * prod(device.kept(pollutant) for device in self.devices.values() if device.stage == stage)

    def _passed(self, pollutant: str, devices: Iterable[Device]) -> float | None:
        value = self.raw.get(pollutant)
        if value is None:
            return None
        left = 1.0 - sum(self.existing.get(pollutant, {}).values())
        return value * left * prod(device.kept(pollutant) for device in devices)

    def _reagent_carbon(self, device: Device) -> float:
        others = [other for other in self.devices.values() if other is not device]
        total = 0.0
        for pollutant, factor in device.reagent.items():
            inflow = self._passed(pollutant, others)
            more = device.replaced.get(pollutant, 1.0) - device.kept(pollutant)
            total += 0.0 if inflow is None else factor * inflow * max(0.0, more)
        return total

    @property
    def unknown_reagents(self) -> frozenset[str]:
        """Pollutants whose removal takes a reagent but whose amount is unknown: that reagent CO2 is not counted."""
        return frozenset(p for device in self.devices.values() for p in device.reagent if self.raw.get(p) is None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What measures draw on: coefficients of new fuels by (category, fuel), and CO2 per MWh of the grid (None: unknown)."""

    targets: Mapping[tuple[str, str], Coefficients] = field(default_factory=dict)
    grid_co2: float | None = None


def accepts(stream: Stream, measure: CatalogueMeasure, stage_of: Mapping[str, str | None]) -> bool:
    """Whether a measure can act on a stream: source class, not yet applied, compatible, prerequisites there.

    `stage_of` gives the stage of each measure: a prerequisite that is a device counts as met where the inventory
    already has a device of that stage.
    """
    if stream.boundary != DIRECT or measure.measure_id in stream.applied:
        return False
    if not measure.applies_to(stream.category, stream.fuel, stream.unit):
        return False
    if measure.incompatible & set(stream.applied):
        return False
    there = {stage for stages in stream.existing.values() for stage in stages}
    return all(name in stream.applied or stage_of.get(name) in there for name in measure.requires)


def treat(
    stream: Stream, measure: CatalogueMeasure, around: Surroundings, *, in_series: bool = False
) -> tuple[Stream, ...]:
    """What a stream becomes under a measure, wholly treated: itself changed, and the electricity that it then uses.

    Order of action: activity or fuel, then the process, then the stages at the end of pipe. A change of fuel takes the
    coefficients of the new fuel without any device: the kit of the old fuel is stranded. A device takes the place of
    what stands in its stage, or stands behind it where `in_series`.

    Raises
    ------
    NotFound
        There is no coefficient of the new fuel.
    """
    changed = replace(stream, applied=(*stream.applied, measure.measure_id))
    if measure.kind is MeasureKind.FUEL and measure.target_fuel != ELECTRICITY:
        changed = _with_new_fuel(changed, measure, around)
    if measure.kind is MeasureKind.END_OF_PIPE:
        changed = _with_device(changed, measure, in_series=in_series)
    else:
        removal = measure.by_subject("removal")
        changed = replace(
            changed, raw={p: None if v is None else v * (1.0 - removal_of(removal, p)) for p, v in changed.raw.items()}
        )
    treated = changed.amount if measure.kind is MeasureKind.END_OF_PIPE else stream.amount
    scale = measure.value("activity_multiplier", 1.0) * (1.0 + measure.value("fuel_penalty", 0.0))
    changed = replace(_scaled(changed, scale), grid_co2=around.grid_co2)
    used = measure.value("electricity_use", 0.0) * (treated or 0.0)
    if not used:
        return (changed,)
    if changed.amount:
        return (replace(changed, power={**changed.power, measure.measure_id: used / changed.amount}),)
    return (changed, _electricity(changed, used))


def _scaled(stream: Stream, scale: float) -> Stream:
    return replace(stream, amount=None if stream.amount is None else stream.amount * scale)


def with_electricity(streams: Iterable[Stream]) -> tuple[Stream, ...]:
    """The streams, each followed by the electricity that its measures use: what emissions and energy costs count.

    Electricity goes with the activity: a cut of the activity after a device cuts what the device uses.
    """
    made: list[Stream] = []
    for stream in streams:
        made.append(stream)
        if stream.power and stream.amount is not None:
            made.append(_electricity(stream, sum(stream.power.values()) * stream.amount))
    return tuple(made)


def _with_new_fuel(stream: Stream, measure: CatalogueMeasure, around: Surroundings) -> Stream:
    fuel = measure.target_fuel or ""
    found = around.targets.get((stream.category, fuel))
    if found is None:
        raise NotFound(
            Fault(
                "measures.target_coefficient",
                Text("新燃料 {f} 在类别 {c} 没有排放系数", "there is no coefficient of {f} in {c}").format(
                    f=fuel, c=stream.category
                ),
                value=measure.measure_id,
            )
        )
    raw = {p: found.get(p) for p in stream.raw} | measure.by_subject("target_coefficient")
    bare = _without_devices(stream, stream.devices)
    scaled = _scaled(bare, measure.value("replacement_ratio", 1.0))
    return replace(scaled, fuel=fuel, raw={p: raw[p] for p in stream.raw}, existing={})


def _without_devices(stream: Stream, names: Iterable[str]) -> Stream:
    """The stream without these devices of measures, the fuel that they burnt and the electricity that they used."""
    gone = frozenset(names)
    penalty = prod(1.0 + stream.devices[name].fuel_penalty for name in gone)
    return replace(
        stream,
        amount=None if stream.amount is None else stream.amount / penalty,
        devices={name: device for name, device in stream.devices.items() if name not in gone},
        power={name: used for name, used in stream.power.items() if name not in gone},
    )


def _with_device(stream: Stream, measure: CatalogueMeasure, *, in_series: bool) -> Stream:
    """The device in its stage; what stood there, of the inventory or of a measure, is backed out or kept (`in_series`)."""
    stage = measure.stage or ""
    replaced = dict[str, float]()
    if not in_series:
        replaced = {p: replace(stream, devices={}).stage_kept(p, stage) for p in stream.raw}
        old = {name: device for name, device in stream.devices.items() if device.stage == stage}
        for device in old.values():
            replaced |= {p: min(kept, replaced[p]) for p, kept in device.replaced.items()}
        existing = {
            pollutant: {name: removed for name, removed in stages.items() if name != stage}
            for pollutant, stages in stream.existing.items()
        }
        stream = replace(_without_devices(stream, old), existing=existing)
    made = Device(
        measure.measure_id, stage, measure.by_subject("removal"), measure.by_subject("reagent_co2"),
        {p: kept for p, kept in replaced.items() if kept < 1}, measure.value("fuel_penalty", 0.0),
    )  # fmt: skip
    return replace(stream, devices={**stream.devices, measure.measure_id: made})


def _electricity(stream: Stream, amount: float) -> Stream:
    return replace(
        stream,
        fuel=ELECTRICITY,
        amount=amount,
        unit=ELECTRICITY_UNIT,
        raw={p: stream.grid_co2 if p == CARBON else 0.0 for p in stream.raw},
        existing={},
        devices={},
        power={},
        boundary=INDIRECT,
    )


def emissions(streams: Sequence[Stream], pollutants: Sequence[str]) -> pl.DataFrame:
    """Tonnes by source and boundary, through the engine of the inventory (`estimate`).

    Keyed (`source_id`, `boundary`), a column for each pollutant; null where an amount or a coefficient of any part of
    the source is missing.
    """
    streams = with_electricity(streams)
    activity = pl.DataFrame(
        {
            "source_id": [stream.source_id for stream in streams],
            "boundary": [stream.boundary for stream in streams],
            "coefficient_id": [str(index) for index in range(len(streams))],
            "amount": [stream.amount for stream in streams],
            "unit": [stream.unit for stream in streams],
        },
        schema_overrides={"amount": pl.Float64},
    )
    coefficients = pl.DataFrame(
        {
            "coefficient_id": [str(index) for index in range(len(streams))],
            "unit": [stream.unit for stream in streams],
            **{p: [stream.coefficient(p) for stream in streams] for p in pollutants},
        },
        schema_overrides=dict.fromkeys(pollutants, pl.Float64),
    )
    return estimate(
        activity, coefficients, on="coefficient_id", pollutants=list(pollutants), group_by=["source_id", "boundary"]
    ).sort("source_id", "boundary")
