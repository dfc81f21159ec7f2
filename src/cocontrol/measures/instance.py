"""From the streams of a run and a catalogue to the tables of ``cocontrol optimise``: sources, options, devices, ceilings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from cocontrol.core.errors import CocontrolError
from cocontrol.core.raw import RawTable, raw_table
from cocontrol.core.text import Text
from cocontrol.measures.catalogue import Catalogue, CatalogueMeasure
from cocontrol.measures.catalogue_tables import MeasureKind
from cocontrol.measures.costing import cost_of
from cocontrol.measures.horizon import Horizon
from cocontrol.measures.run_base import Base
from cocontrol.measures.streams import CARBON, DIRECT, Stream, accepts, treat, with_electricity

BASE_OPTION = "base"
"""The option to go on as it is, at no cost."""

SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Choices:
    """The tables of a problem, and what could not be put into it, with the reason.

    `left_out` is keyed (`source_id`, `measure_id`, `pollutant`); a source's own pollutants without figure have no
    measure. A measure without known cost is no choice.
    """

    sources: pl.DataFrame
    options: pl.DataFrame
    devices: pl.DataFrame
    left_out: pl.DataFrame


class _LeftOut:
    """What is left out, collected in order."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str | None, str | None, str, str]] = []

    def add(self, source: str, measure: str | None, pollutant: str | None, reason: Text) -> None:
        """One entry."""
        self.rows.append((source, measure, pollutant, reason.zh, reason.en))

    def table(self) -> pl.DataFrame:
        """The entries as a table."""
        schema = dict.fromkeys(("source_id", "measure_id", "pollutant", "reason_zh", "reason_en"), pl.String)
        return pl.DataFrame(self.rows, schema=schema, orient="row")


_NO_FIGURE = Text("没有数值，不计入总量与上限", "no figure: neither in the total nor under the ceiling")
_NO_TARGET = Text("新燃料没有该污染物的系数，不计其减排", "the new fuel has no coefficient: no reduction is counted")
_NEEDS = Text("前提措施 {m} 未到位", "the prerequisite {m} is not there")
_NO_BASE = Text("基准为 0，新增排放无法表示", "the base is 0: what it adds cannot be expressed")


def make_choices(base: Base, catalogue: Catalogue, *, discount_rate: float, horizon: Horizon | None = None) -> Choices:
    """What every source may do, each measure acted out by the effect engine to its largest application.

    Activity, fuel and process measures are options (one of them, or the base); end-of-pipe measures are devices by
    stage. Multipliers and removals are ratios of emissions with and without the measure; existing devices are backed
    out; CO2 of the electricity that a measure uses is counted with the CO2 of the source. Costs are yearly. Over several
    target years (`horizon`) options and devices have a `lifetime` in periods.
    """
    left_out = _LeftOut()
    sources, options, devices = [], [], []
    stages = {name: measure.stage for name, measure in catalogue.measures.items()}
    for stream in base.streams:
        amounts = {p: tonnes((stream,), p) for p in base.pollutants}
        for pollutant, amount in amounts.items():
            if amount is None:
                left_out.add(stream.source_id, None, pollutant, _NO_FIGURE)
        known = {p: amount or 0.0 for p, amount in amounts.items()}
        sources.append({"source_id": stream.source_id, "region": stream.adcode, **known})
        own = [
            found
            for measure in catalogue.measures.values()
            if (found := _choice(stream, measure, base, catalogue, stages, discount_rate, left_out)) is not None
        ]
        options.append({"source_id": stream.source_id, "option_id": BASE_OPTION, "cost": 0.0})
        options += [
            one.as_option() | one.life(horizon) for one in own if one.measure.kind is not MeasureKind.END_OF_PIPE
        ]
        devices += [
            one.as_device(own) | one.life(horizon) for one in own if one.measure.kind is MeasureKind.END_OF_PIPE
        ]
    numbers = dict.fromkeys(base.pollutants, pl.Float64)
    lifetime = {} if horizon is None else {"lifetime": pl.Int64}
    return Choices(
        pl.DataFrame(sources, schema={"source_id": pl.String, "region": pl.String, **numbers}),
        pl.DataFrame(
            options, schema={"source_id": pl.String, "option_id": pl.String, "cost": pl.Float64, **lifetime, **numbers}
        ),
        pl.DataFrame(
            devices,
            schema={
                **dict.fromkeys(("source_id", "stage", "device_id"), pl.String),
                "cost": pl.Float64,
                **lifetime,
                "forbids_options": pl.String,
                **numbers,
            },
        ),
        left_out.table(),
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    """A measure at a source: the ratio of emissions with it to those without, its cost, and what the source becomes."""

    stream: Stream
    measure: CatalogueMeasure
    ratio: Mapping[str, float]
    cost: float
    after: Stream

    def as_option(self) -> dict[str, Any]:
        """Its row of the options."""
        return {
            "source_id": self.stream.source_id, "option_id": self.measure.measure_id, "cost": self.cost, **self.ratio
        }  # fmt: skip

    def as_device(self, own: Iterable[_Choice]) -> dict[str, Any]:
        """Its row of the devices; an option that changes the whole source to what it cannot stand at is forbidden.

        With an option of a part the device serves the rest; `workbench.recheck` shows what the product of both ratios
        overlooks there.
        """
        forbidden = [
            one.measure.measure_id
            for one in own
            if one.measure.kind is not MeasureKind.END_OF_PIPE and not self._goes_with(one)
        ]
        return {
            "source_id": self.stream.source_id,
            "stage": self.measure.stage,
            "device_id": self.measure.measure_id,
            "cost": self.cost,
            "forbids_options": ";".join(forbidden) or None,
            **{p: 1.0 - ratio for p, ratio in self.ratio.items()},
        }

    def life(self, horizon: Horizon | None) -> dict[str, int | None]:
        """Its lifetime in periods of the horizon, empty where it is not known; nothing without a horizon."""
        return {} if horizon is None else {"lifetime": horizon.periods_of(self.measure.number("lifetime"))}

    def _goes_with(self, option: _Choice) -> bool:
        if option.measure.measure_id in self.measure.incompatible or (
            self.measure.measure_id in option.measure.incompatible
        ):
            return False
        if option.measure.value("max_application", 1.0) < 1.0:
            return True
        after = option.after
        return bool(after.amount) and self.measure.applies_to(after.category, after.fuel, after.unit)


def _choice(
    stream: Stream,
    measure: CatalogueMeasure,
    base: Base,
    catalogue: Catalogue,
    stages: Mapping[str, str | None],
    rate: float,
    left_out: _LeftOut,
) -> _Choice | None:
    """The measure at the source, None where it cannot be a choice; the reason is noted unless it does not concern it."""
    if not measure.applies_to(stream.category, stream.fuel, stream.unit):
        return None
    if not accepts(stream, measure, stages):
        needed = Text(", ".join(sorted(measure.requires)), ", ".join(sorted(measure.requires)))
        left_out.add(stream.source_id, measure.measure_id, None, _NEEDS.format(m=needed))
        return None
    share = measure.value("max_application", 1.0)
    amount = stream.amount or 0.0
    part = replace(stream, amount=amount * share)
    try:
        treated = treat(part, measure, base.around)
    except CocontrolError as error:
        left_out.add(stream.source_id, measure.measure_id, None, error.faults[0].message)
        return None
    cost = cost_of(measure, (part,), treated, catalogue.prices, rate)
    if cost.total is None:
        for reason in cost.unknown:
            left_out.add(stream.source_id, measure.measure_id, None, reason)
        return None
    rest = replace(stream, amount=amount * (1.0 - share))
    ratio = _ratios(stream, (rest, *treated), measure, base.pollutants, left_out)
    return None if ratio is None else _Choice(stream, measure, ratio, cost.total, treated[0])


def _ratios(
    stream: Stream, after: Sequence[Stream], measure: CatalogueMeasure, pollutants: Sequence[str], left_out: _LeftOut
) -> dict[str, float] | None:
    """Emission after ÷ before by pollutant; 1 where it is not known, so that no reduction is made up.

    None where a pollutant rises from nothing, or where a pollutant falls below nothing: neither is a ratio.
    """
    made = {}
    for pollutant in pollutants:
        before = tonnes((stream,), pollutant)
        if before is None:
            made[pollutant] = 1.0
            continue
        amount = tonnes(after, pollutant)
        if amount is None:
            left_out.add(stream.source_id, measure.measure_id, pollutant, _NO_TARGET)
            made[pollutant] = 1.0
        elif before == 0:
            if amount > 0:
                left_out.add(stream.source_id, measure.measure_id, pollutant, _NO_BASE)
                return None
            made[pollutant] = 1.0
        else:
            ratio = amount / before
            made[pollutant] = 1.0 if abs(ratio - 1.0) < SAME else max(ratio, 0.0)
    return made


def tonnes(streams: Iterable[Stream], pollutant: str) -> float | None:
    """Tonnes of the streams, None where one has no figure; CO2 with that of electricity, others at the source alone."""
    total = 0.0
    for stream in with_electricity(streams):
        if stream.boundary != DIRECT and pollutant != CARBON:
            continue
        coefficient = stream.coefficient(pollutant)
        if stream.amount == 0:
            continue
        if coefficient is None or stream.amount is None:
            return None
        total += coefficient * stream.amount
    return total


def tonnes_known(streams: Iterable[Stream], pollutant: str) -> float:
    """Tonnes of the streams that have a figure; the others are what `Choices.left_out` names."""
    amounts = (tonnes((stream,), pollutant) for stream in streams)
    return sum(amount for amount in amounts if amount is not None)


def as_raw_table(frame: pl.DataFrame, file: str) -> RawTable:
    """A table as a reader would find it in a file; numbers keep every digit."""
    rows = [list(frame.columns), *([None if v is None else _text(v) for v in row] for row in frame.iter_rows())]
    names = [str(index) for index in range(frame.width)]
    grid = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return raw_table(grid, file=file, sha256="")


def _text(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)
