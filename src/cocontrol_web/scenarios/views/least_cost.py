"""What is the cheapest way to meet these targets together? Ask, wait, read the plan, compare plans."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocontrol.core.errors import CocontrolError, Fault, FaultCollector
from cocontrol.core.text import Text
from cocontrol.io.exports.iamc import write_iamc_table
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
from cocontrol_web.scenarios import answers, asking, catalogues
from cocontrol_web.scenarios.files import file_stem, workbook
from cocontrol_web.scenarios.models import LeastCostPlan
from cocontrol_web.scenarios.solving import KIND, problem_of
from cocontrol_web.scene import scene_of

MOST_COMPARED = 4
OUTPUT_CHANGE_ASKED = 0.0


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_SCENARIOS)
def least_cost(request: HttpRequest) -> HttpResponse:
    """The question: targets of plans to tick, ceilings to type, the measures to choose from; and the plans made so far."""
    scene = scene_of(request)
    record = scene.record
    context: dict[str, Any] = {"plans": visible_least_cost_plans(request.user)[:50]}
    if record is None or not may_start_run(request.user, record.workspace):
        return render(request, "scenarios/least_cost.html", {**context, "may_ask": False})
    faults: list[Fault] = []
    form = form_of(request)
    choices: list[asking.TargetChoice] = []
    try:
        choices, totals = offered(request.user, record, form)
        if request.method == "POST":
            return redirect("least-cost-plan", plan_id=asked(request, record, choices).plan_id)
    except CocontrolError as error:
        faults = list(error.faults)
        totals = asking.base_totals(record, filled=True)
    return render(
        request,
        "scenarios/least_cost.html",
        {
            **context, "may_ask": True, "faults": faults, "form": form, "totals": list(totals.items()),
            "catalogues": catalogues.choices_for(request.user),
            "usable": [c for c in choices if c.ceiling or c.needs_output],
            "unusable": [c for c in choices if not c.ceiling and not c.needs_output],
        },
        status=400 if faults and request.method == "POST" else 200,
    )  # fmt: skip


def form_of(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form: what was sent, else the question of the plan it is made from, else a first proposal."""
    if request.method == "POST":
        return {**{name: request.POST[name] for name in request.POST}, "targets": request.POST.getlist("targets")}
    source = plan_for(request.user, request.GET["from"]) if "from" in request.GET else None
    if source is None:
        return {
            **request.GET.dict(),
            "assumptions": "on",
            "discount_rate": "5",
            "targets": request.GET.getlist("targets"),
        }
    question = asking.Question.from_dict(source.request)
    form: dict[str, Any] = {
        "catalogue": question.catalogue, "discount_rate": f"{100 * question.discount_rate:g}", "title": source.title,
        "targets": [one["target_id"] for one in question.ceilings if one["target_id"]],
        "output_change": "" if question.output_change is None else f"{100 * question.output_change:g}",
    }  # fmt: skip
    form |= {"assumptions": "on"} if question.assumptions else {}
    form |= {"integer": "on"} if question.integer else {}
    for one in question.ceilings:
        if not one["target_id"]:
            typed = one["reduction"] is not None
            form[f"{'reduction' if typed else 'cap'}_{one['pollutant']}"] = (
                f"{100 * one['reduction']:g}" if typed else f"{one['cap_t'] / 1e4:g}"
            )
    return form


def offered(
    person: Person, record: RunRecord, form: Mapping[str, Any]
) -> tuple[list[asking.TargetChoice], dict[str, float]]:
    """The targets that may be ticked under the change of output that the form gives, and the base that they start from."""
    totals = asking.base_totals(record, filled="assumptions" in form)
    faults = FaultCollector()
    output = asking.number_in(form, "output_change", -90.0, 900.0, faults)
    return asking.target_choices(person, record, totals, None if output is None else output / 100.0), totals


def asked(request: HttpRequest, record: RunRecord, choices: list[asking.TargetChoice]) -> LeastCostPlan:
    """The question kept and put in the queue; `InvalidInput` with everything that is wrong with it."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    question = asking.question_of(request.POST, request.POST.getlist("targets"), choices)
    catalogues.catalogue_for(request.user, question.catalogue)
    title = request.POST.get("title", "").strip()[:120] or _("未命名方案")
    with transaction.atomic():
        plan = LeastCostPlan.objects.create(title=title, owner=request.user, run=record, request=question.as_dict())
        plan.job = queue_work(record.workspace, request.user, KIND, str(plan.plan_id))
        plan.save(update_fields=["job"])
    return plan


def plan_for(person: Person, plan_id: UUID | str) -> LeastCostPlan:
    """The plan of that id; 404 where the person has no such one."""
    found = visible_least_cost_plans(person).filter(plan_id=plan_id).first() if _is_uuid(plan_id) else None
    if found is None:
        raise Http404
    return found


def _is_uuid(value: UUID | str) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


@require_safe
@needs(Permission.EDIT_SCENARIOS)
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The answer: cost, plan by source, prices in words, what-ifs, curves, map; or its progress, or why there is none."""
    found = plan_for(request.user, plan_id)
    context: dict[str, Any] = {"active": "least-cost", "plan": found, "job": found.job, "asked": asked_rows(found)}
    if found.answer is None:
        faults = [fault_from(kept) for kept in found.job.faults] if found.job else []
        return render(request, "scenarios/plan.html", {**context, "faults": faults})
    return render(request, "scenarios/plan.html", {**context, **shown(request, found)})


def asked_rows(found: LeastCostPlan) -> list[str]:
    """The ceilings of the question in words."""
    reduction = Text("{p} 比基准减 {v} %", "{p} {v} % below the base")
    cap = Text("{p} 不高于 {v} 万吨", "{p} at most {v} × 10⁴ t")
    made = []
    for one in asking.Question.from_dict(found.request).ceilings:
        symbol = labels.symbol(one["pollutant"])
        if one["reduction"] is not None:
            words = say(reduction.format(p=symbol, v=f"{100 * one['reduction']:g}"))
        else:
            words = say(cap.format(p=symbol, v=f"{one['cap_t'] / 1e4:,.6g}"))
        made.append(f"{words} · {one['words']}" if one.get("words") else words)
    return made


def shown(request: HttpRequest, found: LeastCostPlan) -> dict[str, Any]:
    """What the template prints of an answer."""
    answer = found.answer or {}
    scene = scene_of(request)
    points = answers.located(answer, "")["features"]
    config = None
    if points and scene.workspace is not None and scene.region is not None and scene.workspace == found.run.workspace:
        config = map_config(scene.workspace, found.run, scene.region, "facilities", ["facilities"])
        config |= {"points": reverse("api:least-cost-map", args=[found.plan_id])}
    rows = answers.plan_rows(answer)
    tight_shares, tightened = answers.tighten_table(answer)
    return {
        "answer": answer, "status_words": say(answers.STATUSES[answer["status"]]), "cost": scaled(answer["cost"]),
        "bound": scaled(answer["lower_bound"]), "money": say(answers.MONEY_NAME), "emissions": answers.emission_rows(answer),
        "measures": answers.measure_rows(answer), "cost_chart": answers.cost_chart(answer), "rows": rows,
        "plants": len({row["source_id"] for row in rows if row["is_plant"]}),
        "prices": answers.price_rows(answer), "tight_shares": tight_shares, "tightened": tightened,
        "conflicts": answers.conflict_rows(answer), "curves": answers.curve_charts(answer), "config": config,
        "notes": [say(Text(note["zh"], note["en"])) for note in answer["notes"]],
        "left_out": [{**row, "reason": pick(row, "reason")} for row in answer["left_out"]],
        "curve_faults": [fault_from(kept) for kept in answer.get("curve_faults", ())],
        "worst_recheck": max((abs(row["difference_t"]) / max(row["plan_t"], 1.0) for row in answer["recheck"]), default=None),
        "ceilings": [row for row in answers.emission_rows(answer) if row["cap"] is not None],
    }  # fmt: skip


def scaled(yuan: float | None) -> float | None:
    """Yuan in the unit of money of the pages."""
    return None if yuan is None else yuan / answers.MONEY


@require_safe
@needs(Permission.EDIT_SCENARIOS)
def export(request: HttpRequest, plan_id: UUID, kind: str) -> HttpResponse:
    """The answer as a workbook, as an IAMC table, or the problem as the folder that ``cocontrol optimise`` reads (zip)."""
    found = plan_for(request.user, plan_id)
    if found.answer is None or kind not in {"xlsx", "csv", "zip"}:
        raise Http404
    stem = file_stem(found.title)
    if kind == "xlsx":
        return download(workbook(answers.sheets_of(found), active_language()), f"{stem}.xlsx", MEDIA_TYPES["xlsx"])
    if kind == "zip":
        return download(problem_folder(found), f"{stem}.zip", "application/zip")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "iamc.csv"
        write_iamc_table(answers.iamc_rows(found), path)
        return download(path.read_bytes(), f"{stem}-iamc.csv", MEDIA_TYPES["csv"])


def problem_folder(found: LeastCostPlan) -> bytes:
    """The problem as a zipped folder: sources, options, devices, ceilings, settings."""
    problem = problem_of(found)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, frame in problem.frames().items():
            archive.writestr(name, frame.write_csv())
        settings = problem.settings().items()
        archive.writestr("settings.toml", "".join(f"{name} = {str(value).lower()}\n" for name, value in settings))
    return stream.getvalue()


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def delete(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Delete a plan with its answer."""
    plan_for(request.user, plan_id).delete()
    messages.success(request, _("方案已删除。"))
    return redirect("least-cost")


@require_safe
@needs(Permission.EDIT_SCENARIOS)
def compare(request: HttpRequest) -> HttpResponse:
    """Plans side by side: cost, emissions, measures."""
    solved = [one for one in visible_least_cost_plans(request.user) if one.answer is not None]
    keys = list(dict.fromkeys(request.GET.getlist("plan")))[:MOST_COMPARED]
    sides = [plan_for(request.user, key) for key in keys] or solved[:2]
    sides = [one for one in sides if one.answer is not None]
    found = [answers.emission_rows(one.answer or {}) for one in sides]
    names = [row["pollutant"] for row in found[0]] if found else []
    measures = [{row["measure"]: row for row in answers.measure_rows(one.answer or {})} for one in sides]
    return render(
        request,
        "scenarios/plan_compare.html",
        {
            "active": "least-cost", "plans": solved, "sides": sides, "keys": [str(one.plan_id) for one in sides],
            "money": say(answers.MONEY_NAME), "costs": [scaled((one.answer or {}).get("cost")) for one in sides],
            "statuses": [say(answers.STATUSES[(one.answer or {})["status"]]) for one in sides],
            "questions": [asked_rows(one) for one in sides],
            "emissions": [(name, [{row["pollutant"]: row for row in rows}.get(name) for rows in found]) for name in names],
            "measures": [
                (name, [one.get(name) for one in measures]) for name in dict.fromkeys(n for one in measures for n in one)
            ],
        },
    )  # fmt: skip
