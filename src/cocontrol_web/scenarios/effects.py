"""What the measures of a catalogue do to a run: base, effects of each alone, effects in an order; kept between requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text, same
from cocontrol.measures.catalogue import Catalogue
from cocontrol.measures.effects import (
    IN_SERIES,
    Step,
    air_pollutants,
    as_measures,
    each_alone,
    named_application,
)
from cocontrol.measures.instance import tonnes_known
from cocontrol.measures.metrics import Baseline
from cocontrol.measures.metrics_tables import MeasureTable
from cocontrol.measures.ordering import Order, study_order
from cocontrol.measures.run_base import Base
from cocontrol.measures.streams import CARBON, Stream
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.language import say
from cocontrol_web.scenarios.asking import base_of
from cocontrol_web.scenarios.catalogues import NAMES, measure_name, own_catalogue, shipped
from cocontrol_web.scenarios.models import OwnCatalogue

DISCOUNT_RATE = 0.05


@dataclass(frozen=True, slots=True)
class Scope:
    """Which run, catalogue, year and place; `filled` takes invented facts where the run knows none.

    A run is pinned by its digest and a kept catalogue never changes, so that what was found holds for ever.
    """

    record_id: int
    digest: str
    catalogue: str
    period: str
    place: str
    filled: bool

    @property
    def record(self) -> RunRecord:
        """The run."""
        return RunRecord.objects.select_related("workspace").get(pk=self.record_id, digest=self.digest)


@dataclass(frozen=True, slots=True)
class Alone:
    """Each measure by itself: the steps that do something, as measures with their baseline, and how many do nothing."""

    steps: tuple[Step, ...]
    table: MeasureTable
    idle: int


def catalogue_of(key: str) -> Catalogue:
    """A catalogue that ships, or a kept one; whether the person may see it is asked before."""
    return shipped(key) if key in NAMES else own_catalogue(OwnCatalogue.objects.get(catalogue_id=key))


@lru_cache(maxsize=6)
def _base(record_id: int, digest: str, key: str, period: str, *, filled: bool) -> Base:
    record = RunRecord.objects.select_related("workspace").get(pk=record_id, digest=digest)
    return base_of(record, catalogue_of(key), filled=filled, period=period)


def base_for(scope: Scope) -> Base:
    """The base of the whole run."""
    return _base(scope.record_id, scope.digest, scope.catalogue, scope.period, filled=scope.filled)


def streams_in(base: Base, place: str) -> tuple[Stream, ...]:
    """The streams at a place or inside it."""
    return tuple(stream for stream in base.streams if _holds(place, stream.adcode))


def _holds(place: str, adcode: str) -> bool:
    return adcode.startswith(place.rstrip("0")) or adcode == place


def places_of(base: Base, region: str) -> list[tuple[str, str]]:
    """The region of the run and the cities in it where single sources stand, with their names."""
    cities = sorted({f"{adcode[:4]}00" for adcode in base.places if not adcode.endswith("0000")} - {region})
    return [(adcode, say(labels.region(adcode))) for adcode in (region, *cities)]


@lru_cache(maxsize=12)
def effects_alone(scope: Scope) -> Alone:
    """Each measure of the catalogue by itself, devices that lose co-removal also in a row with what is there."""
    base, catalogue = base_for(scope), catalogue_of(scope.catalogue)
    streams = streams_in(base, scope.place)
    found = each_alone(
        streams, catalogue, list(catalogue.measures), base.around, pollutants=base.pollutants,
        discount_rate=DISCOUNT_RATE, with_series=True,
    )  # fmt: skip
    acting = tuple(step for step in found.steps if any(step.change.net.values()))
    measures = tuple(as_measures(replace(found, steps=acting)))
    totals = {pollutant: tonnes_known(streams, pollutant) for pollutant in base.pollutants}
    air = {pollutant: totals[pollutant] for pollutant in air_pollutants(base.pollutants)}
    return Alone(acting, MeasureTable(measures, Baseline(air, totals.get(CARBON)), ()), len(found.steps) - len(acting))


@lru_cache(maxsize=24)
def effects_in_order(scope: Scope, names: tuple[str, ...]) -> Order:
    """The measures of these names one after another."""
    base = base_for(scope)
    return study_order(
        streams_in(base, scope.place), catalogue_of(scope.catalogue), [named_application(name) for name in names],
        base.around, pollutants=base.pollutants, discount_rate=DISCOUNT_RATE,
    )  # fmt: skip


def step_name(catalogue: Catalogue, name: str) -> str:
    """The name of a measure in the language of the page, and that it stands in a row with what is there."""
    words = measure_name(catalogue, name.removesuffix(IN_SERIES))
    return say(_IN_A_ROW.format(m=words)) if name.endswith(IN_SERIES) else words


_IN_A_ROW = Text("{m}（与原设施串联）", "{m} (in a row with what is there)")

FEWEST, MOST = 2, 6
"""How many measures an order may have."""


def require_order(names: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """The names of an order; `InvalidInput` for too few or many, one that comes twice, or one that is unknown."""
    faults = []
    if not FEWEST <= len(names) <= MOST:
        words = Text("选择 {a} 到 {b} 项措施", "choose {a} to {b} measures").format(a=FEWEST, b=MOST)
        faults.append(Fault("order.count", words, value=str(len(names))))
    for name in dict.fromkeys(names):
        if list(names).count(name) > 1:
            faults.append(Fault("order.twice", Text("一项措施只能出现一次", "a measure stands once"), value=name))
        if name.removesuffix(IN_SERIES) not in catalogue.measures:
            known = same(", ".join(catalogue.measures))
            faults.append(
                Fault("order.unknown", Text("目录中没有这项措施", "no such measure"), value=name, allowed=known)
            )
    if faults:
        raise InvalidInput(*faults)
    return tuple(names)
