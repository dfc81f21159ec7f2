"""The form of a least-cost plan: what it proposes, what it asks, and a kept question put back into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from cocontrol.core.errors import Fault, FaultCollector
from cocontrol.core.text import Text, same
from cocontrol.measures.ceilings import WHOLE
from cocontrol.measures.plan_ceilings import Standpoint
from cocontrol.measures.run_base import Base
from cocontrol.measures.streams import CARBON
from cocontrol.measures.workbench import place_name
from cocontrol.reference.categories import ancestors
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.language import say
from cocontrol_web.rights import Person
from cocontrol_web.scenarios.asking import (
    POLLUTANTS,
    Question,
    number_in,
    sources_of,
    totals_within,
)
from cocontrol_web.scenarios.catalogues import DEMONSTRATION
from cocontrol_web.scenarios.form_fields import at_field
from cocontrol_web.scenarios.target_choices import (
    OutputChange,
    TargetChoice,
    field_of,
    output_changes,
    spans_of,
    target_choices,
    target_tables,
    target_years,
)

MOST_YEARS = 6
LAST_YEAR = 2100
SCREENED = ("PM25", "SO2", "NOx", "VOCs")
"""Pollutants behind PM2.5 that the screening asks the shares of."""

Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form shows: years, growth, targets, bases by region, and what stands in the way of ceilings for cities."""

    base: Base
    years: tuple[int, ...]
    regions: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    located: Mapping[str, float]
    totals: Mapping[str, Mapping[str, float]]
    choices: Sequence[TargetChoice]
    outputs: Sequence[OutputChange]
    sectors: Sequence[tuple[str, str]]
    faults: tuple[Fault, ...]


def offer(person: Person, record: RunRecord, form: Form) -> Offer:
    """What may be asked of a run, given what stands in the form."""
    faults = FaultCollector()
    base = sources_of(record, filled="assumptions" in form, plants="plants" in form)
    whole = totals_within(base)
    tables = target_tables(person, record)
    years = years_in(form, base.year, faults) or target_years(tables, whole, base.year) or (base.year,)
    outputs = output_changes(record, spans_of(tables, years), form)
    change = number_in(form, "emission_change", -90.0, 900.0, faults)
    everywhere = number_in(form, "output_change", -90.0, 900.0, faults)
    stand = Standpoint(
        whole, partial(totals_within, base), record.workspace.region, years,
        _outputs(form, outputs, everywhere, faults), 0.0 if change is None else change / 100.0,
    )  # fmt: skip
    places, located = _places(base, record.workspace.region)
    regions = tuple(code for code in _list_of(form, "regions") if code in dict(places))
    totals = {WHOLE: whole} | {code: totals_within(base, code) for code in regions}
    return Offer(
        base, years, (WHOLE, *regions), places, located, totals, target_choices(tables, stand, base.year), outputs,
        _sectors(base), tuple(faults),
    )  # fmt: skip


def _outputs(
    form: Form, outputs: Iterable[OutputChange], everywhere: float | None, faults: FaultCollector
) -> dict[tuple[int | None, int | None], float]:
    """The change of GDP by span as a share: typed, else typed for all spans, else as statistics have it."""
    made: dict[tuple[int | None, int | None], float] = {}
    if everywhere is not None:
        made[None, None] = everywhere / 100.0
    for one in outputs:
        typed = number_in(form, one.name, -90.0, 900.0, faults)
        if typed is not None:
            made[one.span] = typed / 100.0
        elif one.found is not None and everywhere is None:
            made[one.span] = one.found
    return made


def years_in(form: Form, first: int, faults: FaultCollector) -> tuple[int, ...]:
    """The target years of a form, in order; a fault for what is none."""
    text = str(form.get("years") or "")
    parts = [part for part in re.split(r"[^\w.+-]+", text) if part]
    wrong = [part for part in parts if not (part.isdecimal() and first <= int(part) <= LAST_YEAR)]
    if wrong or len(parts) > MOST_YEARS:
        words = Text("目标年须是 {a}—{b} 的年份，至多 {n} 个", "target years: {a} to {b}, {n} at most")
        faults.add(Fault("plan.years", words.format(a=first, b=LAST_YEAR, n=MOST_YEARS), at_field("years"), value=text))
        return ()
    return tuple(sorted({int(part) for part in parts}))


def _list_of(form: Form, name: str) -> list[str]:
    value = form.get(name) or []
    return [value] if isinstance(value, str) else list(value)


def _places(base: Base, region: str) -> tuple[tuple[tuple[str, str], ...], dict[str, float]]:
    """The cities in which sources stand, with names; and by pollutant the share of the base that is told apart by city."""
    cities = sorted({f"{code[:4]}00" for code in base.places if code != region and code[:4] != region[:4]})
    if not cities:
        return (), {}
    whole = totals_within(base)
    inside = {code: totals_within(base, code) for code in cities}
    located = {p: sum(one.get(p, 0.0) for one in inside.values()) / total for p, total in whole.items() if total > 0}
    return tuple((code, say(place_name(code))) for code in cities), located


def _sectors(base: Base) -> list[tuple[str, str]]:
    """The groups of categories (second level of the code) whose growth may be typed, in order, with names."""
    groups = {([*reversed(ancestors(one.category)), one.category])[:3][-1] for one in base.streams}
    return [(code, say(labels.category(code))) for code in sorted(groups)]


def question_of(form: Form, given: Offer) -> Question:
    """The question that a form asks.

    Raises
    ------
    InvalidInput
        Every field that is no number or outside its range; no ceiling at all; a ticked target that is none.
    """
    faults = FaultCollector()
    faults.extend(given.faults)
    ceilings, receptors = _ticked(form, given, faults)
    for region in given.regions:
        for pollutant in POLLUTANTS:
            ceilings += _typed_everywhere(form, pollutant, region, given, faults)
    budget = number_in(form, f"budget_{CARBON}", 0.0, 1e9, faults)
    budgets = () if budget is None else ({"pollutant": CARBON, "total_t": budget * 1e4},)
    rate = number_in(form, "discount_rate", 0.0, 30.0, faults)
    change = number_in(form, "emission_change", -90.0, 900.0, faults)
    if not (ceilings or receptors or budgets) and not len(faults):
        faults.add(Fault("plan.no_ceiling", Text("至少要有一个上限", "at least one ceiling is needed"),
                         remedy=Text("勾选目标，或填写削减比例或吨数", "tick a target, or type a reduction or tonnes")))  # fmt: skip
    growth = _growth(form, given, faults)
    everywhere = number_in(form, "output_change", -90.0, 900.0, faults)
    outputs = _outputs(form, given.outputs, everywhere, faults)
    faults.raise_if_any()
    return Question(
        str(form.get("catalogue") or DEMONSTRATION), "assumptions" in form, tuple(ceilings),
        None if everywhere is None else everywhere / 100.0, 0.05 if rate is None else rate / 100.0, "integer" in form,
        given.years, growth, budgets, tuple(receptors), {f"{b}-{t}": v for (b, t), v in outputs.items() if b},
        0.0 if change is None else change / 100.0, "plants" in form,
    )  # fmt: skip


Kept = list[dict[str, Any]]


def _ticked(form: Form, given: Offer, faults: FaultCollector) -> tuple[Kept, Kept]:
    """The ceilings and concentrations of the ticked targets."""
    known = {choice.target_id: choice for choice in given.choices}
    ceilings, receptors = Kept(), Kept()
    for name in _list_of(form, "targets"):
        choice = known.get(name)
        if choice is not None and choice.ceiling is not None:
            remark = choice.remark
            ceilings.append(
                asdict(choice.ceiling)
                | {"words_zh": choice.words.zh, "words_en": choice.words.en, "source": choice.source}
                | ({"remark_zh": remark.zh, "remark_en": remark.en} if remark else {})
            )
        elif choice is not None and choice.aim is not None:
            receptors += _screened(form, choice, given, faults)
        else:
            reason = Text("这个目标不能作为上限", "this target cannot be a ceiling")
            faults.add(
                Fault(
                    "plan.target", reason, value=name, allowed=same(choice.reason) if choice and choice.reason else None
                )
            )
    return ceilings, receptors


def _screened(form: Form, choice: TargetChoice, given: Offer, faults: FaultCollector) -> Kept:
    """A concentration target through the screening of the form; a fault where it is not filled in."""
    concentration = number_in(form, "pm_now", 1.0, 500.0, faults)
    background = number_in(form, "pm_background", 0.0, 200.0, faults)
    shares = {p: number_in(form, f"share_{p}", 0.0, 100.0, faults) for p in SCREENED}
    told = {p: share / 100.0 for p, share in shares.items() if share}
    if concentration is None or background is None or not told:
        words = Text("浓度目标要先填筛查参数", "a concentration needs the screening to be filled in")
        faults.add(Fault("plan.screening", words, at_field("pm_now"), value=say(choice.words)))
        return []
    if background >= concentration or sum(told.values()) > 1.0 + 1e-9:
        words = Text(
            "背景须低于现状浓度，贡献合计不超过 100 %",
            "the background lies below today's figure; shares sum to 100 % at most",
        )
        faults.add(Fault("plan.screening", words, at_field("pm_background"), value=f"{background:g}"))
        return []
    totals = given.totals[WHOLE]
    return [
        {"name": f"PM2.5 {choice.target_id}"[:60], "aim": choice.aim, "concentration": concentration, "background": background,
         "shares": told, "base": {p: totals.get(p, 0.0) for p in told}, "period": choice.period,
         "target_id": choice.target_id, "words_zh": choice.words.zh, "words_en": choice.words.en}
    ]  # fmt: skip


def _growth(form: Form, given: Offer, faults: FaultCollector) -> dict[str, float]:
    """Growth of activity per year by category as shares; what is empty stays as it is."""
    named = {"*": "growth"} | {code: f"growth_{code}" for code, _ in given.sectors}
    found = {code: number_in(form, name, -50.0, 50.0, faults) for code, name in named.items()}
    return {code: rate / 100.0 for code, rate in found.items() if rate is not None}


def _typed_everywhere(
    form: Form, pollutant: str, region: str, given: Offer, faults: FaultCollector
) -> list[dict[str, Any]]:
    """The ceilings typed for a pollutant in a region: of each target year, and one for all of them."""
    place = "" if region == WHOLE else f"_{region}"
    made = [_typed(form, pollutant, f"{pollutant}{place}", region, None, faults)]
    made += [_typed(form, pollutant, f"{pollutant}_{year}{place}", region, year, faults) for year in given.years]
    return [one for one in made if one is not None]


def _typed(
    form: Form, pollutant: str, field: str, region: str, year: int | None, faults: FaultCollector
) -> dict[str, Any] | None:
    """The ceiling of two fields: per cent less, or 10⁴ tonnes."""
    less = number_in(form, f"reduction_{field}", 0.0, 100.0, faults)
    cap = number_in(form, f"cap_{field}", 0.0, 1e9, faults)
    if less is not None and cap is not None:
        words = Text("削减比例与上限只填一个", "type either a reduction or tonnes")
        faults.add(Fault("plan.ceiling", words, at_field(field), value=f"{less:g} %, {cap:g}"))
        return None
    if less is None and cap is None:
        return None
    limit = (
        {"cap_t": (cap or 0.0) * 1e4, "reduction": None} if less is None else {"cap_t": None, "reduction": less / 100.0}
    )
    return {"pollutant": pollutant, **limit, "target_id": None, "region": region, "period": year}


def form_from(question: Question, title: str) -> dict[str, Any]:
    """A kept question as the form would hold it."""
    form: dict[str, Any] = {
        "catalogue": question.catalogue, "discount_rate": f"{100 * question.discount_rate:g}", "title": title,
        "years": ", ".join(map(str, question.years)),
        "targets": [one["target_id"] for one in (*question.ceilings, *question.receptors) if one.get("target_id")],
        "regions": sorted({one["region"] for one in question.ceilings if one.get("region") not in {None, WHOLE}}),
    }  # fmt: skip
    form |= {name: "on" for name in ("assumptions", "integer", "plants") if getattr(question, name)}
    form |= {"output_change": _percent(question.output_change)} if question.output_change is not None else {}
    form |= {"emission_change": _percent(question.emission_change)} if question.emission_change else {}
    for key, value in question.outputs.items():
        base, _, target = key.partition("-")
        form[field_of((int(base), int(target)))] = _percent(value)
    for code, rate in question.growth.items():
        form["growth" if code == "*" else f"growth_{code}"] = _percent(rate)
    for one in question.ceilings:
        if not one.get("target_id"):
            form |= _field_of_ceiling(one)
    for one in question.budgets:
        form[f"budget_{one['pollutant']}"] = f"{one['total_t'] / 1e4:.10g}"
    for one in question.receptors:
        form |= {"pm_now": f"{one['concentration']:g}", "pm_background": f"{one['background']:g}"}
        form |= {f"share_{p}": _percent(share) for p, share in one["shares"].items()}
    return form


def _percent(share: float) -> str:
    return f"{100 * share:.6g}"


def _field_of_ceiling(one: Mapping[str, Any]) -> dict[str, str]:
    place = "" if one.get("region") in {None, WHOLE} else f"_{one['region']}"
    year = f"_{one['period']}" if one.get("period") else ""
    if one["reduction"] is not None:
        return {f"reduction_{one['pollutant']}{year}{place}": _percent(one["reduction"])}
    return {f"cap_{one['pollutant']}{year}{place}": f"{one['cap_t'] / 1e4:.10g}"}
