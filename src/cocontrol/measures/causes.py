"""Why a measure makes something rise: co-removal of the replaced device, stranded kit, fuel, reagents, electricity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cocontrol.core.text import Text
from cocontrol.measures.catalogue import ELECTRICITY, CatalogueMeasure
from cocontrol.measures.catalogue_tables import MeasureKind
from cocontrol.measures.streams import CARBON, Stream

_SMALL = 1e-9


class Cause(StrEnum):
    """What makes emissions rise."""

    LOST_REMOVAL = "lost_removal"
    STRANDED = "stranded"
    FUEL = "fuel"
    REAGENT = "reagent"
    ELECTRICITY = "electricity"


CAUSES = {
    Cause.LOST_REMOVAL: Text("失去被替换设施的协同去除", "co-removal of the replaced device is lost"),
    Cause.STRANDED: Text("原燃料的治理设施闲置", "the kit of the old fuel is stranded"),
    Cause.FUEL: Text("设备运行多烧燃料", "the device makes more fuel burn"),
    Cause.REAGENT: Text("药剂放出 CO2", "CO2 of the reagent"),
    Cause.ELECTRICITY: Text("设备用电", "electricity of the device"),
}
"""Each cause in words."""

_SHARES = Text(
    "少去除 {v:,.0f} t {p}：{c}（原来去除 {b:.0%}，现在 {a:.0%}）",
    "{v:,.0f} t less {p} removed: {c} ({b:.0%} removed before, {a:.0%} now)",
)
_PLAIN = Text("多排 {v:,.0f} t {p}：{c}", "{v:,.0f} t more {p}: {c}")


@dataclass(frozen=True, slots=True)
class Rise:
    """One cause of a rise in t a year; `before` and `after` the share removed where a device is lost, else None."""

    pollutant: str
    cause: Cause
    tonnes: float
    before: float | None = None
    after: float | None = None

    @property
    def words(self) -> Text:
        """In one sentence, with the numbers."""
        form = _PLAIN if self.before is None else _SHARES
        return form.format(p=self.pollutant, v=self.tonnes, c=CAUSES[self.cause], b=self.before, a=self.after)


Pairs = Sequence[tuple[Stream, Stream]]
"""The treated parts, each before and after the measure."""


def rises(measure: CatalogueMeasure, pairs: Pairs, net: Mapping[str, float | None]) -> tuple[Rise, ...]:
    """The causes of what rises under a measure, the larger first within each pollutant.

    Removal that is lost is told whether or not other sources make up for it; the other causes only where the reduction
    `net` (t by pollutant, CO2 with that of electricity) is negative. Of one source with the emission E = a · c,
    lost = a c (1 − k₀ / k₁), k the share that passes the stage before and after; fuel = E f / (1 + f).
    """
    made: list[Rise] = []
    for pollutant, reduction in net.items():
        found = list(_lost(measure, pairs, pollutant))
        if reduction is not None and reduction < 0:
            found += _penalties(measure, pairs, pollutant)
        scale = sum((b.passed(pollutant) or 0.0) * (b.amount or 0.0) for b, _ in pairs)
        made += sorted((one for one in found if one.tonnes > _SMALL * scale), key=lambda one: -one.tonnes)
    return tuple(made)


def _lost(measure: CatalogueMeasure, pairs: Pairs, pollutant: str) -> Iterator[Rise]:
    """Removal by what stood there, and no longer does."""
    inflow = passed_before = passed_after = 0.0
    for before, after in pairs:
        kept = _kept(measure, before, after, pollutant)
        coefficient = after.passed(pollutant)
        if kept is None or not coefficient or kept[1] - kept[0] <= _SMALL:
            continue
        arriving = coefficient * (after.amount or 0.0) / (1.0 + measure.value("fuel_penalty", 0.0)) / kept[1]
        inflow += arriving
        passed_before += arriving * kept[0]
        passed_after += arriving * kept[1]
    if inflow > 0:
        cause = Cause.LOST_REMOVAL if measure.kind is MeasureKind.END_OF_PIPE else Cause.STRANDED
        shares = (1.0 - passed_before / inflow, 1.0 - passed_after / inflow)
        yield Rise(pollutant, cause, passed_after - passed_before, *shares)


def _kept(measure: CatalogueMeasure, before: Stream, after: Stream, pollutant: str) -> tuple[float, float] | None:
    """The share that passes before and after: the stage of a device, or every device of the fuel that is given up."""
    if measure.kind is MeasureKind.END_OF_PIPE:
        stage = measure.stage or ""
        return before.stage_kept(pollutant, stage), after.stage_kept(pollutant, stage)
    raw = before.raw.get(pollutant)
    if measure.kind is not MeasureKind.FUEL or measure.target_fuel == ELECTRICITY or not raw:
        return None
    return (before.passed(pollutant) or 0.0) / raw, 1.0


def _penalties(measure: CatalogueMeasure, pairs: Pairs, pollutant: str) -> Iterator[Rise]:
    """What the measure itself burns, gives off and draws from the grid."""
    share = measure.value("fuel_penalty", 0.0)
    burnt = sum((a.passed(pollutant) or 0.0) * (a.amount or 0.0) for _, a in pairs) * share / (1.0 + share)
    yield Rise(pollutant, Cause.FUEL, burnt)
    if pollutant != CARBON:
        return
    yield Rise(pollutant, Cause.REAGENT, sum(_reagent(a) - _reagent(b) for b, a in pairs))
    used = sum(after.power.get(measure.measure_id, 0.0) * (after.amount or 0.0) for _, after in pairs)
    factor = next((after.grid_co2 for _, after in pairs if after.grid_co2 is not None), None)
    if factor is not None:
        yield Rise(pollutant, Cause.ELECTRICITY, used * factor)


def _reagent(stream: Stream) -> float:
    whole, passed = stream.coefficient(CARBON), stream.passed(CARBON)
    return 0.0 if whole is None or passed is None else (whole - passed) * (stream.amount or 0.0)
