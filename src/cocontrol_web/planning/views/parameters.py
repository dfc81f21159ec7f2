"""Which words of the plan have no value, and who set one? Parameters with dates, places and sources; history and undo."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.rules.judging import unread
from cocontrol.rules.parameters import RULE_PARAMETER, STATUSES, parameter_frame
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.browse import MEDIA_TYPES, to_csv, to_xlsx
from cocontrol_web.answers import download
from cocontrol_web.language import active_language
from cocontrol_web.planning import parameters, verdicts
from cocontrol_web.planning.models import PlanDocument, PlanParameter
from cocontrol_web.planning.parsing import rules_of
from cocontrol_web.planning.views.shared import (
    checked_id,
    editable_plan,
    export_notes,
    known_person,
    plan_for,
    region_choices,
)
from cocontrol_web.registry.checking import safe_name
from cocontrol_web.rights import Permission, may_edit_plan, needs

IMPORT_LIMIT = 2 * 1024**2
"""Bytes of a file of parameters; nobody sets more by hand."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def plan_parameters(request: HttpRequest, plan_id: UUID) -> HttpResponseBase:
    """What is open, what is set, the form, and the history; a post writes one value down."""
    document = plan_for(request.user, plan_id)
    if request.method != "POST":
        return _page(request, document, _form_values(request, document), [])
    document = editable_plan(request.user, plan_id)
    earlier = row_for(document, request.POST["replaces"]) if request.POST.get("replaces") else None
    try:
        made = set_and_judge(document, request.POST.dict(), known_person(request), earlier)
    except InvalidInput as error:
        return _page(request, document, request.POST.dict(), list(error.faults))
    messages.success(request, _("取值已记下，规则已按它重新判定。"))
    return redirect(f"{reverse('plan-parameters', args=[plan_id])}?done={made.row_id}")


@transaction.atomic
def set_and_judge(
    document: PlanDocument, given: Mapping[str, Any], person: User, earlier: PlanParameter | None
) -> PlanParameter:
    """Write a value down and judge the rules again; neither happens where one of them cannot."""
    made = parameters.set_value(document, given, person, earlier)
    verdicts.evaluate(document, person, "parameter")
    return made


@transaction.atomic
def toggle_and_judge(row: PlanParameter, person: User) -> PlanParameter:
    """Take a value back, or let it hold again, and judge the rules again."""
    made = parameters.toggle_value(row, person)
    verdicts.evaluate(row.plan, person, "parameter")
    return made


def row_for(document: PlanDocument, row_id: str | UUID) -> PlanParameter:
    """The value of that id; 404 where the plan has none."""
    found = document.parameters.filter(row_id=checked_id(str(row_id))).first()
    if found is None:
        raise Http404
    return found


def _form_values(request: HttpRequest, document: PlanDocument) -> dict[str, Any]:
    """What the form begins with: the value to be changed, or the parameter that the address names."""
    if edited := request.GET.get("edit"):
        row = row_for(document, edited)
        made = {name: getattr(row, name) for name in parameters.FIELDS}
        dates = {name: made[name].isoformat() if made[name] else "" for name in parameters.DATES}
        return {**made, **dates, "replaces": str(row.row_id)}
    wanted = request.GET.get("set", "")
    unit = next((one.unit for one in parameters.open_parameters_of(document) if one.parameter_id == wanted), "")
    return {
        "parameter_id": wanted,
        "unit": unit,
        "jurisdiction": verdicts.region_of_plan(document),
        "status": "recalled",
    }


def _page(request: HttpRequest, document: PlanDocument, form: dict[str, Any], faults: list[Fault]) -> HttpResponse:
    opened, words = parameters.open_parameters_of(document), parameters.open_words_of(document)
    active = parameters.active_parameters(document)
    held = parameters.parameters_of(document)
    by_name: dict[str, list[PlanParameter]] = {}
    for row in active:
        by_name.setdefault(row.parameter_id, []).append(row)
    context = {
        "document": document,
        "opened": [
            (one, [row for name in (one.parameter_id, *one.narrower, one.word) for row in by_name.get(name, [])])
            for one in opened
        ],
        "unset": sum(not any(n in by_name for n in (one.parameter_id, *one.narrower, one.word)) for one in opened),
        "words": [(one, by_name.get(one.word, [])) for one in words],
        "rows": active,
        "unread": set(unread([rule.as_dict() for rule in rules_of(document)], held)),
        "history": document.parameters.order_by("-id"),
        "form": form,
        "known": {name for one in opened for name in (one.parameter_id, *one.narrower)} | {one.word for one in words},
        "faults": faults,
        "regions": region_choices(verdicts.region_of_plan(document)),
        "statuses": STATUSES.items(),
        "may_edit": may_edit_plan(request.user, document),
        "done": _done(document, request.GET.get("done", "")),
        "active": "plans",
    }
    return render(request, "planning/parameters.html", context, status=400 if faults else 200)


def _done(document: PlanDocument, identifier: str) -> PlanParameter | None:
    """The value just written down, so that the page can offer to take it back."""
    return row_for(document, identifier) if identifier else None


@require_POST
@needs(Permission.EDIT_PLANS)
def plan_parameter_toggle(request: HttpRequest, plan_id: UUID, row_id: UUID) -> HttpResponse:
    """Take a value back, or let it hold again."""
    document = editable_plan(request.user, plan_id)
    row = toggle_and_judge(row_for(document, row_id), known_person(request))
    messages.success(request, _("取值已恢复，规则已重新判定。") if row.is_active else _("取值已撤销，规则已重新判定。"))
    return redirect("plan-parameters", plan_id=plan_id)


@require_POST
@needs(Permission.EDIT_PLANS)
def plan_parameters_import(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Write down every row of a file of the table of rule parameters."""
    document, person = editable_plan(request.user, plan_id), known_person(request)
    upload = request.FILES.get("file")
    if upload is None or (upload.size or 0) > IMPORT_LIMIT:
        messages.error(request, _("请选择不超过 2 MB 的参数表文件。"))
        return redirect("plan-parameters", plan_id=plan_id)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / safe_name(upload.name or "")
        path.write_bytes(upload.read())
        made = import_and_judge(document, path, person)
    messages.success(request, _("已记下 %(n)s 个取值，规则已重新判定。") % {"n": len(made)})
    return redirect("plan-parameters", plan_id=plan_id)


@transaction.atomic
def import_and_judge(document: PlanDocument, path: Path, person: User) -> list[PlanParameter]:
    """Write down the values of a file and judge the rules again."""
    made = parameters.import_values(document, path, person)
    if made:
        verdicts.evaluate(document, person, "parameter")
    return made


@require_safe
@needs(Permission.VIEW)
def plan_parameters_export(request: HttpRequest, plan_id: UUID, kind: str) -> HttpResponseBase:
    """The values that hold as the table of rule parameters, which any plan takes in again."""
    document = plan_for(request.user, plan_id)
    frame = parameter_frame(parameters.parameters_of(document).given)
    if kind == "csv":
        return download(to_csv(frame, list(RULE_PARAMETER.column_names)), "rule_parameter.csv", MEDIA_TYPES["csv"])
    if kind != "xlsx":
        raise Http404
    headings = [column.heading_with_unit(active_language()) for column in RULE_PARAMETER.columns]
    return download(
        to_xlsx(frame, headings, "rule_parameter", export_notes(document)), "rule_parameter.xlsx", MEDIA_TYPES["xlsx"]
    )
