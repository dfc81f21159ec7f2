"""What is the cheapest way to meet these targets together? Ask, wait, read the plan, compare plans."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cocontrol.core.errors import CocontrolError, Fault
from cocontrol.core.text import Text
from cocontrol.io.exports.iamc import write_iamc_table
from cocontrol.measures.ceilings import RECEPTOR, WHOLE
from cocontrol.measures.workbench import place_name
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.browse import MEDIA_TYPES
from cocontrol_web.analysis.jobs import queue_work
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.views.maps import map_config
from cocontrol_web.answers import download
from cocontrol_web.language import active_language, pick, say
from cocontrol_web.registry.checking import fault_from
from cocontrol_web.rights import Permission, Person, may_start_run, needs, visible_least_cost_plans
from cocontrol_web.scenarios import answers, catalogues, exports
from cocontrol_web.scenarios.asking import Question
from cocontrol_web.scenarios.files import file_stem, workbook
from cocontrol_web.scenarios.models import LeastCostPlan
from cocontrol_web.scenarios.question_forms import SCREENED, Offer, form_from, offer, question_of
from cocontrol_web.scenarios.solving import KIND
from cocontrol_web.scenarios.summaries import summary
from cocontrol_web.scene import scene_of

MOST_COMPARED = 4
MOST_LISTED = 50
LISTS = ("targets", "regions")
"""Fields of the form that hold several values."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_SCENARIOS)
def least_cost(request: HttpRequest) -> HttpResponse:
    """The question: years, targets of plans to tick, ceilings to type, the measures to choose from; and the plans made so far."""
    scene = scene_of(request)
    record = scene.record
    context: dict[str, Any] = {
        "plans": visible_least_cost_plans(request.user)[:MOST_LISTED],
        "deleted": found_plan(request.user, request.GET.get("deleted"), deleted=True),
    }  # fmt: skip
    if record is None or not may_start_run(request.user, record.workspace):
        return render(request, "scenarios/least_cost.html", {**context, "may_ask": False})
    form = form_of(request)
    given = offer(request.user, record, form)
    faults: list[Fault] = list(given.faults)
    if request.method == "POST" and "refresh" not in request.POST:
        try:
            return redirect("least-cost-plan", plan_id=asked(request, record, form, given).plan_id)
        except CocontrolError as error:
            faults = list(error.faults)
    return render(
        request, "scenarios/least_cost.html", {**context, **form_context(request.user, form, given), "faults": faults},
        status=400 if faults else 200,
    )  # fmt: skip


def _uuid(text: str) -> UUID | None:
    """The identifier in an address, None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def form_context(person: Person, form: dict[str, Any], given: Offer) -> dict[str, Any]:
    """What the template prints of the form."""
    blocks = [_block(form, given, region) for region in given.regions]
    could = [c for c in given.choices if c.ceiling or c.needs_output or c.aim is not None]
    return {
        "may_ask": True, "form": form, "years": given.years, "base_year": given.base.year, "blocks": blocks,
        "places": given.places, "located": [(p, share) for p, share in given.located.items() if share < 1 - 1e-6],
        "outputs": given.outputs, "sectors": [(c, n, form.get(f"growth_{c}", "")) for c, n in given.sectors], "usable": could,
        "shares": [(p, f"share_{p}", form.get(f"share_{p}", "")) for p in SCREENED],
        "has_aims": any(c.aim is not None for c in could),
        "unusable": [c for c in given.choices if c not in could],
        "catalogues": catalogues.choices_for(person), "plants": given.base.plants.height,
        "years_text": ", ".join(map(str, given.years)),
    }  # fmt: skip


def _block(form: dict[str, Any], given: Offer, region: str) -> dict[str, Any]:
    """The table of one region: by pollutant its base, and by target year the two fields of its ceiling with what stands in them."""
    place = "" if region == WHOLE else f"_{region}"

    def cell(kind: str, pollutant: str, year: int) -> dict[str, Any]:
        name = f"{kind}_{pollutant}_{year}{place}"
        return {"name": name, "value": form.get(name) or form.get(f"{kind}_{pollutant}{place}") or ""}

    rows = [
        (
            pollutant,
            total,
            [(year, cell("reduction", pollutant, year), cell("cap", pollutant, year)) for year in given.years],
        )
        for pollutant, total in given.totals[region].items()
    ]
    return {"region": region, "name": say(_WHOLE if region == WHOLE else place_name(region)), "rows": rows}


_WHOLE = Text("全域", "the whole area")


def form_of(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form: what was sent, else the question of the plan it is made from, else a first proposal."""
    sent = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        return {**{name: sent[name] for name in sent}, **{name: sent.getlist(name) for name in LISTS}}
    source = plan_for(request.user, sent["from"]) if "from" in sent else None
    if source is not None:
        return form_from(Question.from_dict(source.request), source.title)
    first = {"assumptions": "on", "plants": "on", "discount_rate": "5"}
    return {**first, **sent.dict(), **{name: sent.getlist(name) for name in LISTS}}


def asked(request: HttpRequest, record: RunRecord, form: dict[str, Any], given: Offer) -> LeastCostPlan:
    """The question kept and put in the queue; `InvalidInput` with everything that is wrong with it."""
    question = question_of(form, given)
    catalogues.catalogue_for(request.user, question.catalogue)
    return queued(request.user, record, question, str(form.get("title", "")).strip())


def queued(person: Person, record: RunRecord, question: Question, title: str) -> LeastCostPlan:
    """A new plan in the queue."""
    if not isinstance(person, User):
        raise PermissionDenied
    with transaction.atomic():
        plan = LeastCostPlan.objects.create(
            title=title[:120] or _("未命名方案"), owner=person, run=record, request=question.as_dict()
        )
        plan.job = queue_work(record.workspace, person, KIND, str(plan.plan_id))
        plan.save(update_fields=["job"])
    return plan


def found_plan(person: Person, plan_id: UUID | str | None, *, deleted: bool = False) -> LeastCostPlan | None:
    """The plan of that id, None where the person has no such one."""
    name = _uuid(str(plan_id))
    return None if name is None else visible_least_cost_plans(person, deleted=deleted).filter(plan_id=name).first()


def plan_for(person: Person, plan_id: UUID | str, *, deleted: bool = False) -> LeastCostPlan:
    """The plan of that id; 404 where the person has no such one."""
    found = found_plan(person, plan_id, deleted=deleted)
    if found is None:
        raise Http404
    return found


@require_safe
@needs(Permission.EDIT_SCENARIOS)
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The answer: summary, cost, plan by source, prices in words, what-ifs, curves, map; or its progress, or why there is none."""
    found = plan_for(request.user, plan_id)
    context: dict[str, Any] = {
        "active": "least-cost", "plan": found, "job": found.job, "asked": asked_rows(found),
        "may_ask": may_start_run(request.user, found.run.workspace),
    }  # fmt: skip
    if found.solved is None:
        faults = [fault_from(kept) for kept in found.job.faults] if found.job else []
        return render(
            request, "scenarios/plan.html", {**context, "faults": faults, "outdated": found.answer is not None}
        )
    return render(request, "scenarios/plan.html", {**context, **shown(request, found, found.solved)})


def asked_rows(found: LeastCostPlan) -> list[dict[str, str]]:
    """The limits of the question in words, with what must be said beside them."""
    question = Question.from_dict(found.request)
    made = [
        {"words": _ceiling_words(one), "remark": pick(one, "remark"), "source": one.get("source") or ""}
        for one in question.ceilings
    ]
    for one in question.budgets:
        words = _BUDGET.format(p=labels.symbol(one["pollutant"]), v=f"{one['total_t'] / 1e4:,.6g}")
        made.append({"words": say(words), "remark": "", "source": ""})
    return made + [{"words": pick(one, "words"), "remark": say(_SCREENED), "source": ""} for one in question.receptors]


def _ceiling_words(one: Any) -> str:
    symbol = labels.symbol(one["pollutant"])
    if one["reduction"] is not None:
        words = say(_REDUCTION.format(p=symbol, v=f"{100 * one['reduction']:.6g}"))
    else:
        words = say(_CAP.format(p=symbol, v=f"{one['cap_t'] / 1e4:,.6g}"))
    place = "" if one.get("region") in {None, WHOLE} else say(place_name(one["region"]))
    head = " ".join(part for part in (str(one.get("period") or ""), place) if part)
    parts = [f"{head} {words}".strip(), pick(one, "words")]
    return " · ".join(part for part in parts if part)


_REDUCTION = Text("{p} 比清单年减 {v} %", "{p} {v} % below the inventory")
_CAP = Text("{p} 不高于 {v} 万吨", "{p} at most {v} × 10⁴ t")
_BUDGET = Text("{p} 累计不超过 {v} 万吨", "{p} not more than {v} × 10⁴ t over all years")
_SCREENED = Text("经等比例筛查换算，仅供参考", "by rollback screening; indicative only")


def shown(request: HttpRequest, found: LeastCostPlan, answer: dict[str, Any]) -> dict[str, Any]:
    """What the template prints of an answer."""
    rows = answers.plan_rows(answer)
    tight_shares, tightened = answers.tighten_table(answer)
    years = answers.years_of(answer)
    several = len(years) > 1
    worst = max((abs(r["difference_t"]) / max(r["plan_t"], 1.0) for r in answer["recheck"]), default=None)
    return {
        "screened": any(row["kind"] == RECEPTOR for row in answer["ceilings"]),
        "answer": answer, "summary": summary(answer), "several": several, "years": years,
        "status_words": say(answers.STATUSES[answer["status"]]), "cost": scaled(answer["cost"]),
        "money": say(answers.MONEY_NAME), "money_total": say(answers.MONEY_TOTAL if several else answers.MONEY_NAME),
        "by_year": [(year, answers.emission_rows(answer, year)) for year in years],
        "limits": answers.limit_rows(answer), "measures": answers.measure_rows(answer), "timeline": answers.timeline_rows(answer),
        "cost_chart": answers.cost_chart(answer), "sector_chart": answers.sector_chart(answer),
        "emission_charts": answers.emission_charts(answer), "rows": rows,
        "plants": len({row["source_id"] for row in rows if row["is_plant"]}),
        "sources": len({row["source_id"] for row in rows}), "prices": answers.price_rows(answer),
        "tight_shares": tight_shares, "tightened": tightened, "drivers": answers.driver_rows(answer),
        "dividend": answers.dividend_rows(answer), "conflicts": answers.conflict_rows(answer),
        "curves": answers.curve_charts(answer), "config": map_of(request, found, answer),
        "notes": [say(Text(note["zh"], note["en"])) for note in answer["notes"]],
        "left_out": left_out_rows(answer), "worst_recheck": worst,
        "looser": [say(answers.limit_name(row)) for row in answer["looser"]],
        "curve_faults": [fault_from(kept) for kept in answer.get("curve_faults", ())],
    }  # fmt: skip


def map_of(request: HttpRequest, found: LeastCostPlan, answer: dict[str, Any]) -> dict[str, Any] | None:
    """What the map is told; None where no source of the plan has coordinates."""
    scene = scene_of(request)
    if not answers.placed_rows(answer, answers.years_of(answer)):
        return None
    if scene.workspace is None or scene.region is None or scene.workspace != found.run.workspace:
        return None
    config = map_config(scene.workspace, found.run, scene.region, "facilities", ["facilities"])
    return config | {"points": reverse("api:least-cost-map", args=[found.plan_id])}


def left_out_rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """What could not be put into the problem, by measure and reason, with the name of the measure."""
    names = {row["measure_id"]: pick(row, "name") for row in answer["plan"]}
    return [
        {**row, "measure": names.get(row["measure_id"], row["measure_id"]), "reason": pick(row, "reason")}
        for row in answer["left_out"]
    ]


def scaled(yuan: float | None) -> float | None:
    """Yuan in the unit of money of the pages."""
    return None if yuan is None else yuan / answers.MONEY


@require_safe
@needs(Permission.EDIT_SCENARIOS)
def export(request: HttpRequest, plan_id: UUID, kind: str) -> HttpResponse:
    """The answer as a workbook, as an IAMC table, or the problem as the folder that ``cocontrol optimise`` reads (zip)."""
    found = plan_for(request.user, plan_id)
    if found.solved is None or kind not in {"xlsx", "csv", "zip"}:
        raise Http404
    stem = file_stem(found.title)
    if kind == "xlsx":
        return download(workbook(exports.sheets_of(found), active_language()), f"{stem}.xlsx", MEDIA_TYPES["xlsx"])
    if kind == "zip":
        return download(exports.problem_folder(found), f"{stem}.zip", "application/zip")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "iamc.csv"
        write_iamc_table(exports.iamc_rows(found), path)
        return download(path.read_bytes(), f"{stem}-iamc.csv", MEDIA_TYPES["csv"])


@require_safe
@needs(Permission.EDIT_SCENARIOS)
def compare(request: HttpRequest) -> HttpResponse:
    """Plans side by side: cost, emissions, measures, of the last target year of each."""
    solved = [one for one in visible_least_cost_plans(request.user) if one.solved is not None]
    keys = list(dict.fromkeys(request.GET.getlist("plan")))[:MOST_COMPARED]
    sides = [plan_for(request.user, key) for key in keys] or solved[:2]
    sides = [one for one in sides if one.solved is not None]
    found = [one.solved or {} for one in sides]
    emissions = [answers.emission_rows(answer) for answer in found]
    names = list(dict.fromkeys(row["pollutant"] for rows in emissions for row in rows))
    measures = [{row["measure"]: row for row in answers.measure_rows(answer)} for answer in found]
    context = {
        "active": "least-cost", "plans": solved, "sides": sides, "keys": [str(one.plan_id) for one in sides],
        "money": say(answers.MONEY_NAME), "years": [answers.years_of(answer) for answer in found],
        "costs": [scaled(answer["yearly"][-1]["cost"]) if answer["yearly"] else None for answer in found],
        "totals": [scaled(answer["cost"]) if len(answer["years"]) > 1 else None for answer in found],
        "statuses": [say(answers.STATUSES[answer["status"]]) for answer in found],
        "questions": [[row["words"] for row in asked_rows(one)] for one in sides],
        "emissions": [(name, [{row["pollutant"]: row for row in rows}.get(name) for rows in emissions]) for name in names],
        "measures": [
            (name, [one.get(name) for one in measures]) for name in dict.fromkeys(n for one in measures for n in one)
        ],
    }  # fmt: skip
    return render(request, "scenarios/plan_compare.html", context)
