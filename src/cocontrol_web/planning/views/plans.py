"""Which plans are there? The list, and plans coming in and going out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.browse import MEDIA_TYPES
from cocontrol_web.answers import download
from cocontrol_web.planning import labels, verdicts
from cocontrol_web.planning.documents import (
    ENDINGS,
    add_plan,
    delete,
    readable,
    replace_text,
    restore,
    text_of_file,
)  # fmt: skip
from cocontrol_web.planning.models import PlanDocument, PlanEvaluation
from cocontrol_web.planning.parsing import refreshed, review_of
from cocontrol_web.planning.views.shared import checked_id, editable_plan, export_notes, known_person, plan_for
from cocontrol_web.planning.workbooks import plan_workbook
from cocontrol_web.rights import Permission, deleted_plans, may, may_edit_plan, may_publish_plan, needs, visible_plans

MEDIA_JSON = "application/json; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def plans(request: HttpRequest) -> HttpResponse:
    """The list of plans with search and filters, and the form that takes a new one."""
    faults: list[Fault] = []
    if request.method == "POST":
        if not may(request.user, Permission.EDIT_PLANS):
            raise PermissionDenied
        try:
            return redirect("plan", plan_id=_taken_in(request).plan_id)
        except InvalidInput as error:
            faults = list(error.faults)
    search, level, kind = (request.GET.get(name, "").strip() for name in ("q", "level", "kind"))
    everything = [refreshed(plan) for plan in visible_plans(request.user)]
    return render(
        request,
        "planning/plans.html",
        {
            "plans": [
                (plan, may_edit_plan(request.user, plan), may_publish_plan(request.user, plan))
                for plan in everything
                if _fits(plan, search, level, kind)
            ],
            "all_plans": len(everything),
            "levels": [
                (code, label)
                for code, label in labels.LEVEL.items()
                if any(p.facts["level"] == code for p in everything)
            ],
            "query": {"q": search, "level": level, "kind": kind},
            "faults": faults,
            "refused": any(fault.rule.startswith("plan.") and fault.rule != "plan.too_long" for fault in faults),
            "pasted": request.POST.get("text", "") if faults else "",
            "may_add": may(request.user, Permission.EDIT_PLANS),
            "endings": ",".join(ENDINGS),
            "gone": _just_deleted(request),
        },
        status=400 if faults else 200,
    )


def _just_deleted(request: HttpRequest) -> PlanDocument | None:
    """The plan that was just deleted, so that the page can offer to bring it back."""
    wanted = request.GET.get("deleted")
    return deleted_plans(request.user).filter(plan_id=checked_id(wanted)).first() if wanted else None


def _fits(plan: PlanDocument, search: str, level: str, kind: str) -> bool:
    facts = plan.facts
    words = " ".join(str(v) for v in (plan.title, plan.file_name, facts["document_number"], facts["region"]) if v)
    kinds = {"plan": facts["is_plan"], "other": not facts["is_plan"], "synthetic": plan.synthetic}
    return (
        (not search or search.casefold() in words.casefold() or search in plan.text)
        and (not level or facts["level"] == level)
        and (not kind or kinds.get(kind, False))
    )


def _taken_in(request: HttpRequest) -> PlanDocument:
    """The plan from the file or the text of the form; a file goes before pasted text."""
    anyway = bool(request.POST.get("anyway"))
    upload = request.FILES.get("file")
    if upload is not None:
        name = upload.name or ""
        return add_plan(known_person(request), text_of_file(name, upload.read()), name, anyway=anyway)
    text = readable(request.POST.get("text", ""))
    return add_plan(known_person(request), text, request.POST.get("name", "").strip(), anyway=anyway)


@require_POST
@needs(Permission.EDIT_PLANS)
def new_version(request: HttpRequest, plan_id: UUID) -> HttpResponseBase:
    """Replace the text of a plan; corrections stay with the words that they were made on."""
    document = editable_plan(request.user, plan_id)
    upload = request.FILES.get("file")
    if upload is None:
        raise InvalidInput(*_no_file())
    name = upload.name or ""
    made = replace_and_judge(document, text_of_file(name, upload.read()), name, known_person(request))
    orphans = len(review_of(document).orphans)
    if orphans:
        messages.warning(request, _("原文已更新，%(n)s 条人工更正找不到原来的文字，见修改记录。") % {"n": orphans})
    else:
        messages.success(request, _("原文已更新，人工更正全部保留。"))
    if made is not None:
        messages.success(request, _("规则已按新原文重新判定，旧判定列在旁边。"))
    return redirect("plan", plan_id=document.plan_id)


def replace_and_judge(document: PlanDocument, text: str, name: str, person: User) -> PlanEvaluation | None:
    """Give the plan a new text and judge its rules again; None where nothing can be judged.

    The text is replaced in any case: where a value that somebody set no longer fits a rule, the last judgement stays
    and is shown as outdated.
    """
    replace_text(document, text, name, person.username)
    try:
        return verdicts.evaluate(document, person, "text") if document.evaluations.exists() else None
    except InvalidInput:
        return None


def _no_file() -> list[Fault]:
    try:
        readable("")
    except InvalidInput as error:
        return list(error.faults)
    return []


@require_POST
@needs(Permission.EDIT_PLANS)
def plan_delete(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Take a plan off the list; the list then offers to bring it back."""
    document = delete(editable_plan(request.user, plan_id))
    return redirect(f"{reverse('plans')}?deleted={document.plan_id}")


@require_POST
@needs(Permission.EDIT_PLANS)
def plan_restore(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Bring back a deleted plan with its corrections."""
    document = deleted_plans(request.user).filter(plan_id=plan_id).first()
    if document is None:
        raise Http404
    restore(document)
    messages.success(request, _("方案已恢复。"))
    return redirect("plan", plan_id=document.plan_id)


@require_POST
@needs(Permission.PUBLISH_PLANS)
def plan_publish(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show a plan to everybody with an account, or take it back."""
    document = plan_for(request.user, plan_id)
    if not may_publish_plan(request.user, document):
        raise PermissionDenied
    set_published(document, published=not document.is_published)
    messages.success(request, _("方案已公开。") if document.is_published else _("方案已撤回，只有本地区可见。"))
    return redirect("plans")


def set_published(document: PlanDocument, *, published: bool) -> None:
    """Publish the plan or withdraw it."""
    document.published_at = timezone.now() if published else None
    document.save(update_fields=["published_at", "changed_at"])


@require_safe
@needs(Permission.VIEW)
def plan_export(request: HttpRequest, plan_id: UUID, kind: str) -> HttpResponseBase:
    """The corrected plan as JSON in the published interface, as a workbook, or its original text."""
    document = plan_for(request.user, plan_id)
    review = review_of(document)
    if kind == "json":
        answer = JsonResponse(review.plan.as_dict(), json_dumps_params={"ensure_ascii": False, "indent": 2})
        return download(answer.content, f"{document.title}.json", MEDIA_JSON)
    if kind == "txt":
        return download(document.text.encode("utf-8", "replace"), f"{document.title}.txt", "text/plain; charset=utf-8")
    if kind == "xlsx":
        return download(plan_workbook(review, export_notes(document)), f"{document.title}.xlsx", MEDIA_TYPES["xlsx"])
    raise Http404
