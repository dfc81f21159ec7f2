"""What is asked of a least-cost plan, as it is kept; and the sources of the run that it starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from typing import Any

from cocontrol.core.errors import Fault, FaultCollector
from cocontrol.core.text import Text, same
from cocontrol.measures.catalogue import Catalogue
from cocontrol.measures.ceilings import WHOLE, Budget, Ceiling, ReceptorLimit, rollback_limit
from cocontrol.measures.horizon import Horizon
from cocontrol.measures.instance import tonnes_known
from cocontrol.measures.portfolio.ceilings import members
from cocontrol.measures.run_base import DEFAULT_POLLUTANTS, Base, base_from_run, demonstration_assumptions
from cocontrol.measures.workbench import Limits
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import optional_table, table_of
from cocontrol_web.scenarios.catalogues import DEMONSTRATION, shipped
from cocontrol_web.scenarios.form_fields import at_field

POLLUTANTS = DEFAULT_POLLUTANTS

SCREENING = Text(
    "等比例筛查：假定浓度随排放按比例变化，仅供参考",
    "screening by rollback: concentrations follow emissions; indicative only",
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it is kept: plain values only.

    `ceilings` are mappings of `pollutant`, `cap_t` or `reduction`, `region`, `period`, `target_id`, the words of the target
    and what must be said beside it (`remark_zh`, `remark_en`); `years` the target years (empty: the year of the run);
    `growth` shares per year by category; `budgets` mappings of `pollutant` and `total_t`; `receptors` what
    `rollback_limit` takes; `outputs` the change of GDP by ``<base year>-<target year>``.
    """

    catalogue: str = DEMONSTRATION
    assumptions: bool = True
    ceilings: tuple[Mapping[str, Any], ...] = ()
    output_change: float | None = None
    discount_rate: float = 0.05
    integer: bool = False
    years: tuple[int, ...] = ()
    growth: Mapping[str, float] = field(default_factory=dict)
    budgets: tuple[Mapping[str, Any], ...] = ()
    receptors: tuple[Mapping[str, Any], ...] = ()
    outputs: Mapping[str, float] = field(default_factory=dict)
    emission_change: float = 0.0
    plants: bool = True

    def as_dict(self) -> dict[str, Any]:
        """The values to keep."""
        lists = {name: [dict(one) for one in getattr(self, name)] for name in _LISTS}
        return {**asdict(self), **lists, "years": list(self.years)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Question:
        """The question that was kept; what an older one does not say takes its usual value."""
        tuples = {*_LISTS, "years"}
        known = {one.name for one in fields(cls)} & set(kept)
        values: dict[str, Any] = {name: tuple(kept[name]) if name in tuples else kept[name] for name in known}
        return cls(**values)

    def limits(self) -> list[Ceiling]:
        """The ceilings as the library takes them."""
        return [
            Ceiling(
                one["pollutant"], one.get("cap_t"), one.get("reduction"), one.get("region") or WHOLE, one.get("target_id"),
                one.get("period"),
            )
            for one in self.ceilings
        ]  # fmt: skip

    def more_limits(self) -> Limits:
        """Budgets and concentrations as the library takes them."""
        return Limits(
            tuple(Budget(one["pollutant"], one["total_t"]) for one in self.budgets),
            tuple(_receptor(one) for one in self.receptors),
        )

    def horizon(self, base: Base) -> Horizon:
        """The target years, and how activity changes up to them."""
        return Horizon(self.years or (base.year,), base.year, dict(self.growth))


_LISTS = ("ceilings", "budgets", "receptors")


def _receptor(kept: Mapping[str, Any]) -> ReceptorLimit:
    return rollback_limit(
        kept["name"], aim=kept["aim"], concentration=kept["concentration"], background=kept["background"],
        shares=kept["shares"], base=kept["base"], label=SCREENING, period=kept.get("period"),
        target_id=kept.get("target_id"),
    )  # fmt: skip


def base_of(
    record: RunRecord, catalogue: Catalogue, *, filled: bool, period: str | None = None, plants: bool = True
) -> Base:
    """What measures start from in a period of a run (None: the last); `filled` takes invented facts where the run knows none.

    `plants` allocates coal-fired power to its units.
    """
    tables = {name: table_of(record, name) for name in ("emission", "coefficient")}
    for name in ("control", "facility"):
        if (found := optional_table(record, name)) is not None:
            tables[name] = found
    return base_from_run(
        tables, catalogue, profile=record.document_profile, region=record.workspace.region, pollutants=POLLUTANTS,
        period=period, assumptions=demonstration_assumptions() if filled else None, plants=plants,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _base(record_id: int, digest: str, *, filled: bool, plants: bool) -> Base:
    record = RunRecord.objects.get(pk=record_id, digest=digest)
    return base_of(record, shipped(DEMONSTRATION), filled=filled, plants=plants)


def sources_of(record: RunRecord, *, filled: bool, plants: bool = True) -> Base:
    """The sources of a run, whatever the measures; kept between requests, as a run never changes."""
    return _base(record.pk, record.digest, filled=filled, plants=plants)


def totals_within(base: Base, region: str = WHOLE) -> dict[str, float]:
    """Tonnes by pollutant of the sources in a region that have a figure; nothing where no source stands there."""
    inside = members(region, [stream.adcode for stream in base.streams])
    streams = [stream for stream, is_in in zip(base.streams, inside, strict=True) if is_in]
    return {pollutant: tonnes_known(streams, pollutant) for pollutant in base.pollutants} if streams else {}


def base_totals(record: RunRecord, *, filled: bool) -> dict[str, float]:
    """Tonnes of the base by pollutant, of the sources that have a figure."""
    return totals_within(sources_of(record, filled=filled))


def number_in(form: Mapping[str, Any], name: str, low: float, high: float, faults: FaultCollector) -> float | None:
    """The number in a field, None where it is empty; a fault where it is none or outside its range."""
    text = str(form.get(name) or "").strip().replace("−", "-").removesuffix("%").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        words = Text("不是这个范围内的数", "not a number in this range")
        faults.add(Fault("plan.number", words, at_field(name), value=text, allowed=same(f"{low:g} – {high:g}")))
        return None
    return value
