"""What measures do, one after another: emissions through the inventory engine, costs, and the shares of each measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector
from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text, same
from cocontrol.measures.catalogue import Catalogue, CatalogueMeasure
from cocontrol.measures.causes import Cause, Rise, rises
from cocontrol.measures.costing import Cost, cost_of
from cocontrol.measures.metrics import Measure
from cocontrol.measures.removals import basis_notes
from cocontrol.measures.series import may_stand_in_series, series_rule
from cocontrol.measures.streams import CARBON, DIRECT, INDIRECT, Stream, Surroundings, accepts, emissions, treat

_ROUNDING = 1e-12

INDIRECT_CARBON = "CO2_indirect"
"""Column of the CO2 of electricity, kept apart from the CO2 at the source."""


IN_SERIES = "+series"
"""Ending of the name of a device that stands in a row with what is there, instead of replacing it."""


@dataclass(frozen=True, slots=True)
class Application:
    """A measure on sources (None: all that it applies to), for a share of each (None: its largest application).

    A device replaces what stands in its stage, or stands in a row with it where `in_series`.
    """

    measure_id: str
    sources: frozenset[str] | None = None
    share: float | None = None
    in_series: bool = False

    @property
    def name(self) -> str:
        """The measure, with `IN_SERIES` where it stands in a row with what is there."""
        return self.measure_id + (IN_SERIES if self.in_series else "")


def named_application(name: str) -> Application:
    """The application of that name: a measure, or one with `IN_SERIES` at its end."""
    return Application(name.removesuffix(IN_SERIES), in_series=name.endswith(IN_SERIES))


@dataclass(frozen=True, slots=True)
class Change:
    """Reductions in t by pollutant at the treated sources (negative: more).

    Summed over the sources that have a figure before and after; `missing` counts the others, None where there is no
    figure at all. `indirect` is the reduction of CO2 of the electricity that they use.
    """

    reductions: Mapping[str, float | None]
    missing: Mapping[str, int]
    indirect: float | None

    @property
    def net(self) -> dict[str, float | None]:
        """Reductions with CO2 at the source and of electricity together."""
        direct = self.reductions.get(CARBON)
        whole = None if direct is None or self.indirect is None else direct + self.indirect
        return {p: whole if p == CARBON else value for p, value in self.reductions.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """One measure in its place in the order.

    `treated` is the activity that it acts on; `rises` say why it makes something rise, where it does.
    """

    order: int
    application: Application
    measure: CatalogueMeasure
    sources: tuple[str, ...]
    treated: float
    change: Change
    cost: Cost
    rises: tuple[Rise, ...]
    notes: tuple[Text, ...]

    @property
    def name(self) -> str:
        """The name of its application."""
        return self.application.name

    @property
    def reductions(self) -> Mapping[str, float | None]:
        """Reductions in t by pollutant at the source."""
        return self.change.reductions

    @property
    def carbon(self) -> float | None:
        """Reduction of CO2 at the source and of electricity together."""
        return self.change.net.get(CARBON)

    @property
    def loses_removal(self) -> bool:
        """Whether it takes the place of a device that removed more of something."""
        return any(rise.cause is Cause.LOST_REMOVAL for rise in self.rises)


@dataclass(frozen=True, slots=True)
class Effects:
    """The steps in order, emissions by source and boundary before and after, and the streams that are left."""

    pollutants: tuple[str, ...]
    steps: tuple[Step, ...]
    before: pl.DataFrame
    after: pl.DataFrame
    streams: tuple[Stream, ...]


def apply_measures(
    streams: Sequence[Stream],
    catalogue: Catalogue,
    applications: Sequence[Application],
    around: Surroundings,
    *,
    pollutants: Sequence[str],
    discount_rate: float,
) -> Effects:
    """The effect of each measure after all that come before it in the order given.

    Every state goes through `inventory.estimation.estimate`, so that CO2 and pollutants come from one chain and the
    reductions of the steps add up to the difference of the first and last state. What a measure does depends on
    its place: an end-of-pipe device after a change of fuel removes less for the same money.

    Raises
    ------
    InvalidInput
        An unknown measure or source, a share above the largest application of a measure, or a device in a row where
        its stage allows none; all of them.
    NotFound
        No coefficient of the fuel that a measure changes to.
    """
    _check(streams, catalogue, applications)
    first = emissions(streams, pollutants)
    return _steps(streams, catalogue, applications, around, first, pollutants, discount_rate)


def _steps(
    streams: Sequence[Stream],
    catalogue: Catalogue,
    applications: Sequence[Application],
    around: Surroundings,
    first: pl.DataFrame,
    pollutants: Sequence[str],
    discount_rate: float,
) -> Effects:
    """The steps of measures from a state whose emissions are known (`first`)."""
    stages = {name: measure.stage for name, measure in catalogue.measures.items()}
    state, latest, steps = tuple(streams), first, list[Step]()
    for order, wanted in enumerate(applications, start=1):
        measure = catalogue.get(wanted.measure_id)
        made = _Applied(state, measure, wanted, around, stages)
        current = emissions(made.streams, pollutants) if made.before else latest
        change = _difference(latest, current, made.sources, pollutants)
        cost = cost_of(measure, made.before, made.after, catalogue.prices, discount_rate)
        why = rises(measure, made.pairs, change.net)
        notes = (*(rise.words for rise in why), *_notes(measure, made, change))
        steps.append(Step(order, wanted, measure, made.sources, made.treated, change, cost, why, notes))
        state, latest = made.streams, current
    return Effects(tuple(pollutants), tuple(steps), first, latest, state)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a source that went through the same measures: as it was, and what it became with its electricity."""

    before: Stream
    after: tuple[Stream, ...]


def act_out(
    stream: Stream, catalogue: Catalogue, applications: Sequence[Application], around: Surroundings
) -> tuple[Piece, ...]:
    """The pieces of a stream after all measures in order, without the shares of each; raises as `apply_measures` does.

    What the pieces were before adds up to the stream.
    """
    _check((stream,), catalogue, applications)
    stages = {name: measure.stage for name, measure in catalogue.measures.items()}
    pieces: tuple[Piece, ...] = (Piece(stream, (stream,)),)
    for wanted in applications:
        measure = catalogue.get(wanted.measure_id)
        pieces = tuple(made for piece in pieces for made in _act_on(piece, measure, wanted, around, stages))
    return pieces


def _act_on(
    piece: Piece,
    measure: CatalogueMeasure,
    wanted: Application,
    around: Surroundings,
    stages: Mapping[str, str | None],
) -> tuple[Piece, ...]:
    """The treated part of a piece and the rest of it; electricity of earlier measures is shared between both."""
    main, *others = piece.after
    made = _Applied((main,), measure, wanted, around, stages)
    if not made.before:
        return (piece,)
    rest = made.streams[: -len(made.after)]
    parts = [(made.share, tuple(made.after)), *((1 - made.share, (stream,)) for stream in rest)]
    return tuple(
        Piece(_part(piece.before, share), (*streams, *(_part(other, share) for other in others)))
        for share, streams in parts
    )


class _Applied:
    """One measure acted out: the streams after it, and the treated parts before and after."""

    def __init__(
        self,
        state: Sequence[Stream],
        measure: CatalogueMeasure,
        wanted: Application,
        around: Surroundings,
        stages: Mapping[str, str | None],
    ) -> None:
        share = measure.value("max_application", 1.0) if wanted.share is None else wanted.share
        self.share = share
        kept: list[Stream] = []
        self.before: list[Stream] = []
        self.after: list[Stream] = []
        self.pairs: list[tuple[Stream, Stream]] = []
        self.in_series = wanted.in_series
        for stream in state:
            named = wanted.sources is None or stream.source_id in wanted.sources
            if not named or share == 0 or not accepts(stream, measure, stages):
                kept.append(stream)
                continue
            if share < 1:
                kept.append(_part(stream, 1 - share))
            part = _part(stream, share)
            after = treat(part, measure, around, in_series=wanted.in_series)
            self.before.append(part)
            self.pairs.append((part, after[0]))
            self.after.extend(after)
        self.streams = (*kept, *self.after)
        self.sources = tuple(sorted({stream.source_id for stream in self.before}))
        self.treated = sum(stream.amount or 0.0 for stream in self.before)


def _part(stream: Stream, share: float) -> Stream:
    return replace(stream, amount=None if stream.amount is None else stream.amount * share)


def _notes(measure: CatalogueMeasure, made: _Applied, change: Change) -> tuple[Text, ...]:
    notes = [
        Text("{n} 个源没有 {p}，未计入", "{n} sources without {p} are not counted").format(n=count, p=pollutant)
        for pollutant, count in change.missing.items()
        if count
    ]
    if not made.before:
        notes.append(Text("没有适用的源，措施没有作用", "no source that it applies to: the measure does nothing"))
    unknown = sorted({p for stream in made.after for p in stream.unknown_reagents})
    if unknown:
        notes.append(
            Text("{p} 的量未知，药剂 CO2 未计入", "the amount of {p} is unknown: reagent CO2 is not counted").format(
                p=", ".join(unknown)
            )
        )
    if made.in_series:
        notes.append(_PRODUCT)
    else:
        notes.extend(basis_notes(measure, (stream.existing for stream in made.before)))
    if measure.status != "verified":
        notes.append(Text("含 {s} 数值", "rests on {s} figures").format(s=measure.status))
    return tuple(notes)


_PRODUCT = Text(
    "与原设施串联，去除率相乘；后级进口浓度低，实际去除可能更少",
    "in a row with what is there: removals multiply; behind another device less may be removed",
)


def _difference(before: pl.DataFrame, after: pl.DataFrame, sources: Sequence[str], pollutants: Sequence[str]) -> Change:
    """Before less after, source by source, over the treated ones; a source without a figure is counted, not added."""
    changes = _by_source(before, sources, DIRECT).join(
        _by_source(after, sources, DIRECT), on="source_id", how="left", suffix="_after"
    )
    differences = changes.select(pl.col(p) - pl.col(f"{p}_after") for p in pollutants)
    reductions = {p: _without_noise(_sum(differences[p]), _sum(changes[p])) for p in pollutants}
    missing = {p: differences[p].null_count() for p in pollutants}
    indirect = None
    if CARBON in pollutants:
        used = [_sum(_by_source(frame, sources, INDIRECT)[CARBON], empty=0.0) for frame in (before, after)]
        indirect = None if used[0] is None or used[1] is None else used[0] - used[1]
    return Change(reductions, missing, indirect)


def _without_noise(change: float | None, scale: float | None) -> float | None:
    """The change, 0 where it is no more than the rounding of the sums that it is the difference of."""
    return 0.0 if change is not None and abs(change) <= _ROUNDING * abs(scale or 0.0) else change


def _by_source(frame: pl.DataFrame, sources: Sequence[str], boundary: str) -> pl.DataFrame:
    return frame.filter((pl.col("boundary") == boundary) & pl.col("source_id").is_in(sources)).drop("boundary")


def _sum(values: pl.Series, *, empty: float | None = None) -> float | None:
    """The sum of what is known; None where nothing is."""
    if not values.len():
        return 0.0 if empty is None else empty
    return float(values.sum()) if values.null_count() < values.len() else None


def _check(streams: Sequence[Stream], catalogue: Catalogue, applications: Sequence[Application]) -> None:
    faults = FaultCollector()
    known = {stream.source_id for stream in streams}
    for wanted in applications:
        if wanted.measure_id not in catalogue.measures:
            faults.add(_fault("measures.unknown", _NO_MEASURE, wanted.measure_id, ", ".join(catalogue.measures)))
            continue
        highest = catalogue.get(wanted.measure_id).value("max_application", 1.0)
        if wanted.share is not None and not 0 <= wanted.share <= highest:
            faults.add(
                _fault("measures.share", _TOO_MUCH, f"{wanted.measure_id}: {wanted.share:g}", f"0 … {highest:g}")
            )
        if wanted.in_series and not may_stand_in_series(catalogue.get(wanted.measure_id)):
            faults.add(_no_series(catalogue.get(wanted.measure_id)))
        for source in sorted((wanted.sources or frozenset()) - known):
            faults.add(_fault("measures.source_unknown", _NO_SOURCE, source, None))
    faults.raise_if_any()


_NO_MEASURE = Text("目录中没有这项措施", "the catalogue has no such measure")
_TOO_MUCH = Text("实施比例超出最大适用比例", "the share is above the largest application of the measure")
_NO_SOURCE = Text("清单中没有这个排放源", "the inventory has no such source")


def _fault(rule: str, message: Text, value: str, allowed: str | None) -> Fault:
    return Fault(rule, message, value=value, allowed=None if allowed is None else same(allowed))


def _no_series(measure: CatalogueMeasure) -> Fault:
    reason = series_rule(measure).reason
    return Fault("measures.no_series", _NOT_IN_A_ROW, value=measure.measure_id, remedy=reason)


_NOT_IN_A_ROW = Text("这项措施不能与原设施串联", "this measure cannot stand in a row with what is there")


def step_table(effects: Effects) -> pl.DataFrame:
    """One row per step: reductions (t, negative for more) at the source, ``CO2_indirect``, and the parts of the cost.

    Costs in CNY a year; `cost` is null where a part is unknown, which `unknown_zh`/`unknown_en` name.
    """
    rows = [
        {
            "order": step.order,
            "measure_id": step.name,
            "name_zh": step.measure.label.zh,
            "name_en": step.measure.label.en,
            "kind": step.measure.kind.value,
            "sources": len(step.sources),
            "treated": step.treated,
            "unit": step.measure.activity_unit,
            **step.reductions,
            INDIRECT_CARBON: step.change.indirect,
            "capital": step.cost.capital,
            "operating": step.cost.operating,
            "energy": step.cost.energy,
            "cost": step.cost.total,
            "status": step.measure.status,
            "unknown_zh": "；".join(text.zh for text in step.cost.unknown) or None,
            "unknown_en": "; ".join(text.en for text in step.cost.unknown) or None,
            "notes_zh": "；".join(text.zh for text in step.notes) or None,
            "notes_en": "; ".join(text.en for text in step.notes) or None,
        }
        for step in effects.steps
    ]
    words = ("measure_id", "name_zh", "name_en", "kind", "unit", "status")
    remarks = ("unknown_zh", "unknown_en", "notes_zh", "notes_en")
    numbers = ("treated", *effects.pollutants, INDIRECT_CARBON, "capital", "operating", "energy", "cost")
    overrides = {
        "order": pl.Int64, "sources": pl.Int64, **dict.fromkeys(numbers, pl.Float64),
        **dict.fromkeys((*words, *remarks), pl.String),
    }  # fmt: skip
    order = ("order", *words[:4], "sources", "treated", "unit", *numbers[1:], "status", *remarks)
    return pl.DataFrame(rows, schema={name: overrides[name] for name in order})


def as_measures(effects: Effects, *, with_indirect: bool = True) -> list[Measure]:
    """The steps as `metrics.evaluate` takes them; `with_indirect` counts the CO2 of electricity in the greenhouse gases."""
    return [
        Measure(
            step.name,
            {p: value for p, value in step.reductions.items() if p in air_pollutants(effects.pollutants)},
            step.carbon if with_indirect else step.reductions.get(CARBON),
            step.cost.total,
        )
        for step in effects.steps
    ]


def air_pollutants(pollutants: Sequence[str]) -> tuple[str, ...]:
    """Those of the pollutants that are air pollutants, in order."""
    return tuple(p for p in pollutants if p in codes("air_pollutant"))


def each_alone(
    streams: Sequence[Stream],
    catalogue: Catalogue,
    measures: Sequence[str],
    around: Surroundings,
    *,
    pollutants: Sequence[str],
    discount_rate: float,
    with_series: bool = False,
) -> Effects:
    """Every measure by itself against the same base, to its largest application: to compare measures, not to add up.

    `with_series` adds, after each device that loses removal of the one that it replaces, the same device in a row with
    it, where its stage allows that (`series.series_rule`). `after` and `streams` are those of the base. Raises as
    `apply_measures` does.
    """

    _check(streams, catalogue, [named_application(name) for name in measures])
    base = emissions(streams, pollutants)

    def alone(wanted: Application) -> Step:
        return _steps(streams, catalogue, [wanted], around, base, pollutants, discount_rate).steps[0]

    made: list[Step] = []
    for name in measures:
        step = alone(named_application(name))
        made.append(step)
        if with_series and step.loses_removal and may_stand_in_series(step.measure):
            made.append(alone(replace(step.application, in_series=True)))
    steps = tuple(replace(one, order=order) for order, one in enumerate(made, start=1))
    return Effects(tuple(pollutants), steps, base, base, tuple(streams))
