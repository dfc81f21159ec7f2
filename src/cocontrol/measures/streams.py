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
    """A device of a measure: removal by pollutant, reagent CO2, and what the device that it replaces let through."""

    measure_id: str
    stage: str
    removal: Mapping[str, float]
    reagent: Mapping[str, float]
    replaced: Mapping[str, float]

    def kept(self, pollutant: str) -> float:
        """The share that passes: 1 − removal."""
        return 1.0 - removal_of(self.removal, pollutant)


@dataclass(frozen=True, slots=True)
class Stream:
    """A part of the activity of a source.

    `raw` are coefficients before every device; `existing` the removal (application rate × efficiency) of the
    devices that the inventory knows, by pollutant and stage; `devices` those of measures, by stage.
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
    applied: tuple[str, ...] = ()
    boundary: str = DIRECT

    def coefficient(self, pollutant: str) -> float | None:
        """raw × (1 − Σ existing) × Π (1 − removal); CO2 also Σ reagent CO2 × what the device removes in addition."""
        value = self._passed(pollutant, self.devices.values())
        if value is None or pollutant != CARBON:
            return value
        return value + sum(self._reagent_carbon(device) for device in self.devices.values())

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


def treat(stream: Stream, measure: CatalogueMeasure, around: Surroundings) -> tuple[Stream, ...]:
    """What a stream becomes under a measure, wholly treated: itself changed, and the electricity that it then uses.

    Order of action: activity or fuel, then the process, then the stages at the end of pipe. A change of fuel takes the
    coefficients of the new fuel without any device: the kit of the old fuel is stranded.

    Raises
    ------
    NotFound
        There is no coefficient of the new fuel.
    """
    changed = replace(stream, applied=(*stream.applied, measure.measure_id))
    if measure.kind is MeasureKind.FUEL and measure.target_fuel != ELECTRICITY:
        changed = _with_new_fuel(changed, measure, around)
    if measure.kind is MeasureKind.END_OF_PIPE:
        changed = _with_device(changed, measure)
    else:
        removal = measure.by_subject("removal")
        changed = replace(
            changed, raw={p: None if v is None else v * (1.0 - removal_of(removal, p)) for p, v in changed.raw.items()}
        )
    scale = measure.value("activity_multiplier", 1.0) * (1.0 + measure.value("fuel_penalty", 0.0))
    changed = replace(changed, amount=None if changed.amount is None else changed.amount * scale)
    used = measure.value("electricity_use", 0.0)
    if used and stream.amount is not None:
        return (changed, _electricity(changed, used * stream.amount, around))
    return (changed,)


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
    ratio = measure.value("replacement_ratio", 1.0)
    amount = None if stream.amount is None else stream.amount * ratio
    return replace(stream, fuel=fuel, amount=amount, raw={p: raw[p] for p in stream.raw}, existing={}, devices={})


def _with_device(stream: Stream, measure: CatalogueMeasure) -> Stream:
    """The device in its stage; what stood there before, of the inventory or of a measure, is backed out."""
    stage = measure.stage or ""
    left = {
        pollutant: {name: removed for name, removed in stages.items() if name != stage}
        for pollutant, stages in stream.existing.items()
    }
    old = stream.devices.get(stage)
    replaced = {
        pollutant: (1.0 - sum(stages.values())) / (1.0 - sum(left[pollutant].values()))
        for pollutant, stages in stream.existing.items()
        if stage in stages
    }
    if old is not None:
        replaced = {**dict(old.replaced), **{p: old.kept(p) for p in old.removal}}
    device = Device(
        measure.measure_id, stage, measure.by_subject("removal"), measure.by_subject("reagent_co2"), replaced
    )
    return replace(stream, existing=left, devices={**stream.devices, stage: device})


def _electricity(stream: Stream, amount: float, around: Surroundings) -> Stream:
    return replace(
        stream,
        fuel=ELECTRICITY,
        amount=amount,
        unit=ELECTRICITY_UNIT,
        raw={p: around.grid_co2 if p == CARBON else 0.0 for p in stream.raw},
        existing={},
        devices={},
        boundary=INDIRECT,
    )


def emissions(streams: Sequence[Stream], pollutants: Sequence[str]) -> pl.DataFrame:
    """Tonnes by source and boundary, through the engine of the inventory (`estimate`).

    Keyed (`source_id`, `boundary`), a column for each pollutant; null where an amount or a coefficient of any part of
    the source is missing.
    """
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
