"""What do the rules of a plan say about boilers, units and projects? Verdicts, rules, registers, earlier judgements."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.reference import regions
from cocontrol.rules.labels import template_label
from cocontrol.rules.registers import INDICATOR
from cocontrol_web.analysis.browse import MEDIA_TYPES, page_of
from cocontrol_web.analysis.views.tables import query_of
from cocontrol_web.answers import download
from cocontrol_web.language import say
from cocontrol_web.planning import judged, verdicts
from cocontrol_web.planning.models import PlanDocument, PlanEvaluation, PlanRegister
from cocontrol_web.planning.parameters import parameters_of
from cocontrol_web.planning.parsing import rules_of
from cocontrol_web.planning.views.shared import editable_plan, export_notes, known_person, plan_for, region_choices
from cocontrol_web.planning.workbooks import workbook
from cocontrol_web.rights import Permission, Person, may_edit_plan, may_see_verdicts, needs

TABS = {
    "verdicts": Text("判定", "verdicts"),
    "rules": Text("规则", "rules"),
    "registers": Text("登记表", "registers"),
    "history": Text("历次判定", "earlier judgements"),
}
FILTERS = ("value", "template", "rule", "changed", "q")


@require_safe
@needs(Permission.VIEW)
def plan_rules(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The verdict page, one tab at a time; who may read the plan alone sees its rules and nothing else."""
    document = plan_for(request.user, plan_id)
    inside = may_see_verdicts(request.user, document)
    evaluation = evaluation_for(document, request.GET.get("evaluation", "")) if inside else None
    tab = _tab(request, inside=inside, judged_before=evaluation is not None)
    needed = verdicts.needed_registers(document)
    context: dict[str, Any] = {
        "document": document,
        "tab": tab,
        "tabs": TABS.items() if inside else [("rules", TABS["rules"])],
        "evaluation": evaluation,
        "is_latest": evaluation is not None and evaluation == document.evaluations.first(),
        "outdated": evaluation is not None and verdicts.is_outdated(evaluation),
        "rule_count": len(rules_of(document)),
        "needed": needed,
        "inside": inside,
        "may_edit": may_edit_plan(request.user, document),
        "region": evaluation.region if evaluation else verdicts.region_of_plan(document),
        "regions": region_choices(verdicts.region_of_plan(document)) if tab in {"verdicts", "registers"} else [],
        "today": timezone.localdate(),
        "active": "plans",
    }
    makers = {"verdicts": _verdict_tab, "rules": _rule_tab, "registers": _register_tab, "history": _history_tab}
    return render(request, "planning/rules.html", {**context, **makers[tab](request, document, evaluation)})


def _tab(request: HttpRequest, *, inside: bool, judged_before: bool) -> str:
    wanted = request.GET.get("tab", "")
    if not inside:
        return "rules"
    return wanted if wanted in TABS else "verdicts" if judged_before else "registers"


def evaluation_for(document: PlanDocument, identifier: str) -> PlanEvaluation | None:
    """The judgement of that id, without an id the latest; 404 for an id that the plan does not have."""
    if not identifier:
        return document.evaluations.first()
    try:
        found = document.evaluations.filter(evaluation_id=UUID(identifier)).first()
    except ValueError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


def asked(request: HttpRequest) -> dict[str, str]:
    """The filters of the address."""
    return {name: request.GET.get(name, "") for name in FILTERS}


def _verdict_tab(request: HttpRequest, document: PlanDocument, evaluation: PlanEvaluation | None) -> dict[str, Any]:
    if evaluation is None:
        return {}
    table = verdicts.beside_earlier(evaluation)
    page = page_of(judged.fitting(table, asked(request)), query_of(request.GET))
    rules = {rule["id"]: rule for rule in evaluation.rules}
    seen = dict(table.group_by("template", maintain_order=True).len().iter_rows())
    return {
        "counts": [(v.value, evaluation.counts[v.value]) for v in judged.ORDER if v.value in evaluation.counts],
        "templates": [(code, template_label(code), count) for code, count in seen.items()],
        "page": page,
        "verdicts": [judged.shown_verdict(row, rules, document.text) for row in page.rows],
        "given": asked(request),
        "earlier": verdicts.earlier_than(evaluation),
        "changed": int(table["changed"].sum()),
        "earlier_text": document.versions.first() if evaluation.reason == "text" else None,
        "chosen_rule": rules.get(request.GET.get("rule", "")),
    }


def _rule_tab(request: HttpRequest, document: PlanDocument, evaluation: PlanEvaluation | None) -> dict[str, Any]:
    counts = judged.counts_by_rule(verdicts.verdicts_of(evaluation)) if evaluation else {}
    lines = judged.rule_lines(document, rules_of(document), parameters_of(document), counts)
    register, state = request.GET.get("register", ""), request.GET.get("state", "")
    kept = [line for line in lines if not register or line.register == register]
    wanted = {
        "open": lambda line: any(not m[3] for m in line.missing),
        "set": lambda line: any(m[3] for m in line.missing),
    }
    if state in wanted:
        kept = [line for line in kept if wanted[state](line)]
    names = [
        (name, judged.register_label(name), sum(one.register == name for one in lines))
        for name in {x.register: 0 for x in lines}
    ]
    return {"lines": kept, "register": register, "state": state, "register_names": names}


def _register_tab(_request: HttpRequest, document: PlanDocument, evaluation: PlanEvaluation | None) -> dict[str, Any]:
    present = {row.register: row for row in verdicts.active_registers(document)}
    needed = verdicts.needed_registers(document)
    rows = [(name, judged.register_label(name), count, present.get(name)) for name, count in needed.items()]
    withdrawn = document.registers.filter(withdrawn_at__isnull=False)[:10]
    judged_over = {one["register"]: one for one in evaluation.registers} if evaluation else {}
    of_run = None if INDICATOR in present else judged_over.get(INDICATOR)
    return {
        "registers": rows,
        "of_run": of_run,
        "withdrawn": [(row, judged.register_label(row.register)) for row in withdrawn],
    }


def _history_tab(_request: HttpRequest, document: PlanDocument, _evaluation: PlanEvaluation | None) -> dict[str, Any]:
    return {
        "history": [
            (one, verdicts.REASONS[one.reason], [(v.value, one.counts.get(v.value, 0)) for v in judged.ORDER])
            for one in document.evaluations.all()
        ],
        "values": [value.value for value in judged.ORDER],
        "kept": verdicts.KEPT,
    }


def judged_plan(person: Person, plan_id: UUID) -> PlanDocument:
    """The plan of that id for its verdicts and registers; 403 where the person may read its words alone."""
    document = plan_for(person, plan_id)
    if not may_see_verdicts(person, document):
        raise PermissionDenied
    return document


@require_safe
@needs(Permission.VIEW_INTERNAL)
def plan_rules_export(request: HttpRequest, plan_id: UUID) -> HttpResponseBase:
    """The verdicts under the filters of the address as a workbook, with the rules and parameters behind them."""
    document = judged_plan(request.user, plan_id)
    evaluation = evaluation_for(document, request.GET.get("evaluation", ""))
    if evaluation is None:
        raise Http404
    name = say(Text("规则判定", "rule verdicts"))
    return download(
        verdict_workbook(document, evaluation, asked(request)), f"{document.title} {name}.xlsx", MEDIA_TYPES["xlsx"]
    )


def verdict_workbook(document: PlanDocument, evaluation: PlanEvaluation, filters: dict[str, str]) -> bytes:
    """Verdicts, registers, parameters and notes of a judgement."""
    rules = {rule["id"]: rule for rule in evaluation.rules}
    table = judged.fitting(verdicts.beside_earlier(evaluation), filters)
    rows = [judged.export_row(judged.shown_verdict(row, rules, document.text)) for row in table.iter_rows(named=True)]
    registers = [
        [say(judged.register_label(r["register"])), r["file_name"], r["rows"], r["sha256"]]
        for r in evaluation.registers
    ]
    parameters = [list(one.values()) for one in evaluation.parameters]
    heads = list(evaluation.parameters[0]) if evaluation.parameters else [say(Text("参数", "parameter"))]
    notes = [
        *export_notes(document),
        (say(Text("判定日", "as of")), evaluation.as_of.isoformat()),
        (say(Text("判定地区", "region")), f"{evaluation.region} {regions.name(evaluation.region)}"),
    ]
    return workbook(
        [
            (say(Text("判定", "verdicts")), [say(one) for one in judged.EXPORT_HEADINGS], rows),
            (
                say(Text("登记表", "registers")),
                [say(Text("登记表", "register")), say(Text("文件", "file")), say(Text("行数", "rows")), "SHA-256"],
                registers,
            ),
            (say(Text("参数", "parameters")), heads, parameters),
        ],
        notes,
    )


@require_POST
@needs(Permission.EDIT_PLANS)
def plan_evaluate(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Judge again, for a day and a region of the person's choice."""
    document = editable_plan(request.user, plan_id)
    day, region = asked_day(request.POST.get("as_of", "")), request.POST.get("region", "").strip()
    place = regions.region(region)["adcode"] if region else None
    made = verdicts.evaluate(document, known_person(request), "asked", as_of=day, region=place)
    if made is None:
        messages.error(request, _("还没有登记表，无法判定。"))
        return redirect(rules_url(document, "registers"))
    messages.success(request, _("已重新判定。"))
    return redirect(rules_url(document, "verdicts"))


def asked_day(written: str) -> date | None:
    """The day that is written; None without one, `InvalidInput` where it is none."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        fault = Fault("plan.date", Text("日期应写成 2025-12-31", "write the day as 2025-12-31"), value=written[:40])
        raise InvalidInput(fault) from error


@require_POST
@needs(Permission.EDIT_PLANS)
def plan_register_upload(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Bring a register: without errors it is used and the rules are judged; else every error is listed."""
    document, person = editable_plan(request.user, plan_id), known_person(request)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("请选择登记表文件。"))
        return redirect(rules_url(document, "registers"))
    check, row = verdicts.bring_register(document, upload, request.POST.get("register", ""), person)
    if row is None:
        messages.error(request, _("登记表有错误，没有采用。改正后请重新上传。"))
        return redirect("check", check_id=check.check_id)
    verdicts.evaluate(document, person, "register")
    messages.success(request, _("登记表已采用，规则已判定。"))
    return redirect(rules_url(document, "verdicts"))


@require_POST
@needs(Permission.EDIT_PLANS)
def plan_register_toggle(request: HttpRequest, plan_id: UUID, register_id: UUID) -> HttpResponse:
    """Put a register out of use, or back into use; the rules are judged again."""
    document, person = editable_plan(request.user, plan_id), known_person(request)
    row = verdicts.toggle_register(register_for(document, register_id), person)
    verdicts.evaluate(document, person, "register")
    messages.success(request, _("登记表已恢复使用。") if row.is_active else _("登记表已停用，可以恢复。"))
    return redirect(rules_url(document, "registers"))


def register_for(document: PlanDocument, register_id: UUID) -> PlanRegister:
    """The register of that id; 404 where the plan has none."""
    found = document.registers.filter(register_id=register_id).first()
    if found is None:
        raise Http404
    return found


def rules_url(document: PlanDocument, tab: str) -> str:
    """The address of a tab of the verdict page."""
    return f"{reverse('plan-rules', args=[document.plan_id])}?tab={tab}"
