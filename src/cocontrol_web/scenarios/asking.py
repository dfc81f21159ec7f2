"""What is asked of a least-cost plan: the run, the measures, and the ceilings, typed or taken from the targets of plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, Location
from cocontrol.core.text import Text, same
from cocontrol.measures.catalogue import Catalogue
from cocontrol.measures.effects import as_measures, each_alone
from cocontrol.measures.instance import tonnes_known
from cocontrol.measures.metrics import Baseline
from cocontrol.measures.metrics_tables import MeasureTable
from cocontrol.measures.plan_ceilings import ceilings_from_targets
from cocontrol.measures.run_base import DEFAULT_POLLUTANTS, Base, base_from_run, demonstration_assumptions
from cocontrol.measures.workbench import Ceiling
from cocontrol.plans.target_table import target_table
from cocontrol.reference.metrics import metric_name
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import optional_table, table_of
from cocontrol_web.language import pick, say
from cocontrol_web.planning.parsing import review_of
from cocontrol_web.rights import Person, visible_plans
from cocontrol_web.scenarios.catalogues import DEMONSTRATION, shipped

POLLUTANTS = DEFAULT_POLLUTANTS
CARBON = "CO2"


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it is kept: plain values only.

    `ceilings` are mappings of `pollutant`, `cap_t` or `reduction`, `target_id` and the words of the target.
    """

    catalogue: str = DEMONSTRATION
    assumptions: bool = True
    ceilings: tuple[Mapping[str, Any], ...] = ()
    output_change: float | None = None
    discount_rate: float = 0.05
    integer: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The values to keep."""
        return {**asdict(self), "ceilings": [dict(one) for one in self.ceilings]}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Question:
        """The question that was kept."""
        return cls(**{**kept, "ceilings": tuple(kept["ceilings"])})

    def limits(self) -> list[Ceiling]:
        """The ceilings as the library takes them."""
        return [
            Ceiling(one["pollutant"], one.get("cap_t"), one.get("reduction"), target_id=one.get("target_id"))
            for one in self.ceilings
        ]


def base_of(record: RunRecord, catalogue: Catalogue, *, filled: bool) -> Base:
    """What measures start from in a run; `filled` takes invented facts where the run knows none."""
    tables = {name: table_of(record, name) for name in ("emission", "coefficient")}
    for name in ("control", "facility"):
        if (found := optional_table(record, name)) is not None:
            tables[name] = found
    return base_from_run(
        tables, catalogue, profile=record.document_profile, region=record.workspace.region, pollutants=POLLUTANTS,
        assumptions=demonstration_assumptions() if filled else None,
    )  # fmt: skip


@lru_cache(maxsize=8)
def _totals(record_id: int, digest: str, *, filled: bool) -> tuple[tuple[str, float], ...]:
    record = RunRecord.objects.get(pk=record_id, digest=digest)
    base = base_of(record, shipped(DEMONSTRATION), filled=filled)
    return tuple((pollutant, tonnes_known(base.streams, pollutant)) for pollutant in base.pollutants)


def base_totals(record: RunRecord, *, filled: bool) -> dict[str, float]:
    """Tonnes of the base by pollutant, of the sources that have a figure."""
    return dict(_totals(record.pk, record.digest, filled=filled))


@lru_cache(maxsize=8)
def effects_alone(record_id: int, digest: str) -> tuple[MeasureTable, int]:
    """What each measure of the demonstration catalogue does by itself to the sources of a run, and how many find none.

    Measures stand under their identifiers; the baseline is that of the sources with a figure.
    """
    record = RunRecord.objects.get(pk=record_id, digest=digest)
    catalogue = shipped(DEMONSTRATION)
    base = base_of(record, catalogue, filled=True)
    found = each_alone(
        base.streams, catalogue, list(catalogue.measures), base.around, pollutants=base.pollutants, discount_rate=0.05
    )
    made = as_measures(found)
    acting = tuple(one for one in made if one.greenhouse != 0 or any(value != 0 for value in one.reductions.values()))
    totals = {pollutant: tonnes_known(base.streams, pollutant) for pollutant in base.pollutants}
    carbon = totals.pop(CARBON)
    return MeasureTable(acting, Baseline(totals, carbon), ()), len(made) - len(acting)


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """A target that somebody may tick, or that cannot be a ceiling and why."""

    target_id: str
    source: str
    words: str
    ceiling: Ceiling | None
    reason: str
    needs_output: bool


def target_choices(
    person: Person, record: RunRecord, base: Mapping[str, float], output_change: float | None
) -> list[TargetChoice]:
    """The targets of the run and of the plans that the person may read; those that bound emissions first."""
    tables = [(say(Text("运行中的目标", "targets of the run")), optional_table(record, "target"))]
    tables += [
        (plan.title, target_table(review_of(plan).plan, document=_short(plan.title))) for plan in visible_plans(person)
    ]
    made = [
        choice
        for source, table in tables
        if table is not None
        for choice in _choices(source, table, base, output_change)
    ]
    return sorted(made, key=lambda choice: (choice.ceiling is None, not choice.needs_output))


def _short(title: str) -> str:
    return title[:24]


def _choices(
    source: str, table: pl.DataFrame, base: Mapping[str, float], output_change: float | None
) -> Iterable[TargetChoice]:
    ceilings, skipped = ceilings_from_targets(table, base, output_change=output_change)
    possible, _ = ceilings_from_targets(table, base, output_change=0.0)
    by_target = {one.target_id: one for one in ceilings}
    could = {one.target_id for one in possible}
    reasons = {row["target_id"]: pick(row, "reason") for row in skipped.iter_rows(named=True)}
    for row in table.iter_rows(named=True):
        name = row["target_id"]
        yield TargetChoice(
            name, source, target_words(row), by_target.get(name), reasons.get(name, ""),
            name in could and name not in by_target,
        )  # fmt: skip


_CHANGE = Text("{m}变化 {v} %", "{m}: change by {v} %")
_LEVEL = Text("{m} {o} {v} {u}", "{m} {o} {v} {u}")
_IN_YEAR = Text("{w}（{y}）", "{w} ({y})")
_SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "<": "<", ">": ">"}


def target_words(row: Mapping[str, Any]) -> str:
    """A target in a few words: metric, figure, year."""
    metric = metric_name(row["metric"] or "")
    if row["value"] is None:
        words = say(metric)
    elif row["operator"] == "change_pct":
        words = say(_CHANGE.format(m=metric, v=f"{row['value']:g}".replace("-", "−")))
    else:
        sign = _SIGNS.get(row["operator"] or "", row["operator"] or "")
        words = say(_LEVEL.format(m=metric, o=sign, v=f"{row['value']:g}", u=row["unit"] or ""))
    return say(_IN_YEAR.format(w=words, y=row["target_year"])) if row["target_year"] else words


def question_of(form: Mapping[str, Any], ticked: Iterable[str], choices: Iterable[TargetChoice]) -> Question:
    """The question that a form asks.

    Raises
    ------
    InvalidInput
        Every field that is no number or outside its range; no ceiling at all; a ticked target that is none.
    """
    faults = FaultCollector()
    known = {choice.target_id: choice for choice in choices}
    ceilings: list[dict[str, Any]] = []
    for name in ticked:
        choice = known.get(name)
        if choice is None or choice.ceiling is None:
            reason = Text("这个目标不能作为上限", "this target cannot be a ceiling")
            faults.add(Fault("plan.target", reason, value=name, allowed=same(choice.reason) if choice else None))
            continue
        made = asdict(choice.ceiling)
        ceilings.append(
            {key: made[key] for key in ("pollutant", "cap_t", "reduction", "target_id")} | {"words": choice.words}
        )
    for pollutant in POLLUTANTS:
        ceilings += _typed(form, pollutant, faults)
    rate = number_in(form, "discount_rate", 0.0, 30.0, faults)
    output = number_in(form, "output_change", -90.0, 900.0, faults)
    if not ceilings and not len(faults):
        faults.add(Fault("plan.no_ceiling", Text("至少要有一个上限", "at least one ceiling is needed"),
                         remedy=Text("勾选目标，或填写削减比例或吨数", "tick a target, or type a reduction or tonnes")))  # fmt: skip
    faults.raise_if_any()
    return Question(
        str(form.get("catalogue") or DEMONSTRATION), "assumptions" in form, tuple(ceilings),
        None if output is None else output / 100.0, 0.05 if rate is None else rate / 100.0, "integer" in form,
    )  # fmt: skip


def _typed(form: Mapping[str, Any], pollutant: str, faults: FaultCollector) -> list[dict[str, Any]]:
    """The ceiling typed for a pollutant: per cent less, or thousands of tonnes."""
    less = number_in(form, f"reduction_{pollutant}", 0.0, 100.0, faults)
    cap = number_in(form, f"cap_{pollutant}", 0.0, 1e9, faults)
    if less is not None and cap is not None:
        words = Text("削减比例与上限只填一个", "type either a reduction or tonnes")
        faults.add(Fault("plan.ceiling", words, Location(column=pollutant), value=f"{less:g} %, {cap:g}"))
        return []
    if less is None and cap is None:
        return []
    limit = (
        {"cap_t": None, "reduction": less / 100.0}
        if less is not None
        else {"cap_t": (cap or 0.0) * 1e4, "reduction": None}
    )
    return [{"pollutant": pollutant, **limit, "target_id": None, "words": None}]


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
        faults.add(Fault("plan.number", words, Location(column=name), value=text, allowed=same(f"{low:g} – {high:g}")))
        return None
    return value
