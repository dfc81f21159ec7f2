"""Operations on plans: text in, objects out, corrections, matrix, comparison, coverage."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol_web.api import access, schemas_plans
from cocontrol_web.language import say
from cocontrol_web.planning import documents, editing, labels
from cocontrol_web.planning.models import PlanCorrection, PlanDocument
from cocontrol_web.planning.parsing import comparison_of, parsed, parser_version, refreshed, review_of, rules_of
from cocontrol_web.planning.views.editing import batch_for, item_for, toggle
from cocontrol_web.planning.views.overviews import asked_matrix, chosen_plans, coverage_table, missing_parameters
from cocontrol_web.planning.views.plans import replace_and_judge, set_published
from cocontrol_web.planning.views.shared import editable_plan, known_person, plan_for
from cocontrol_web.rights import deleted_plans, may_publish_plan, visible_plans

router = Router(tags=["plans"])


@router.get("/plans", response=list[schemas_plans.PlanOut], auth=access.VIEW, url_name="plans")
def plans(request: HttpRequest) -> Any:
    """Plans that you may see, newest first."""
    return [refreshed(plan) for plan in visible_plans(request.user)]


@router.post("/plans", response={201: schemas_plans.PlanOut}, auth=access.EDIT_PLANS, url_name="plan-add-text")
def add_text(request: HttpRequest, given: schemas_plans.PastedPlan) -> Any:
    """Enter a plan as text; the same text again gives the plan that is there already."""
    text = documents.readable(given.text, given.name)
    return Status(201, documents.add_plan(known_person(request), text, given.name, anyway=given.anyway))


@router.post("/plans/upload", response={201: schemas_plans.PlanOut}, auth=access.EDIT_PLANS, url_name="plan-upload")
def upload(request: HttpRequest, file: File[UploadedFile], anyway: Form[bool] = False) -> Any:
    """Enter a plan as a TXT, Markdown, DOCX, PDF or HTML file."""
    name = file.name or ""
    text = documents.text_of_file(name, file.read())
    return Status(201, documents.add_plan(known_person(request), text, name, anyway=anyway))


@router.get("/plans/compare", auth=access.VIEW, url_name="plan-compare")
def compare(request: HttpRequest, parent: UUID, child: UUID) -> dict[str, Any]:
    """What the child plan keeps, tightens, loosens, drops, adds and merges of the parent plan."""
    return comparison_of(plan_for(request.user, parent), plan_for(request.user, child)).as_dict()


@router.get("/plans/coverage", auth=access.VIEW, url_name="plan-coverage")
def coverage(request: HttpRequest, plan: Query[list[str]] = []) -> dict[str, Any]:  # noqa: B006 - the framework's way
    """How far each clause can be executed, and which parameters are missing; all visible plans unless some are named."""
    _everything, chosen = chosen_plans(request.user, plan)
    table = coverage_table(chosen)
    missing = [{"parameter": name, "word": word, "clauses": count} for name, word, count in missing_parameters(table)]
    return {"plans": [str(one.plan_id) for one in chosen], "missing_parameters": missing, "rows": table.to_dicts()}


@router.get("/plans/{uuid:plan_id}", response=schemas_plans.PlanOut, auth=access.VIEW, url_name="plan")
def plan(request: HttpRequest, plan_id: UUID) -> PlanDocument:
    """One plan."""
    return plan_for(request.user, plan_id)


@router.delete("/plans/{uuid:plan_id}", response=schemas_plans.PlanOut, auth=access.EDIT_PLANS, url_name="plan-delete")
def delete(request: HttpRequest, plan_id: UUID) -> PlanDocument:
    """Take a plan off the list; it can be restored."""
    return documents.delete(editable_plan(request.user, plan_id))


@router.post(
    "/plans/{uuid:plan_id}/restore", response=schemas_plans.PlanOut, auth=access.EDIT_PLANS, url_name="plan-restore"
)
def restore(request: HttpRequest, plan_id: UUID) -> PlanDocument:
    """Bring back a deleted plan with its corrections."""
    found = deleted_plans(request.user).filter(plan_id=plan_id).first()
    if found is None:
        raise Http404
    return documents.restore(found)


@router.post(
    "/plans/{uuid:plan_id}/publish", response=schemas_plans.PlanOut, auth=access.PUBLISH_PLANS, url_name="plan-publish"
)
def publish(request: HttpRequest, plan_id: UUID, published: bool = True) -> PlanDocument:
    """Show a plan to everybody with an account, or take it back."""
    found = plan_for(request.user, plan_id)
    if not may_publish_plan(request.user, found):
        raise PermissionDenied
    set_published(found, published=published)
    return found


@router.get("/plans/{uuid:plan_id}/text", response=schemas_plans.PlanText, auth=access.VIEW, url_name="plan-text")
def text(request: HttpRequest, plan_id: UUID) -> dict[str, str]:
    """The text that all offsets refer to."""
    found = plan_for(request.user, plan_id)
    return {"text": found.text, "digest": found.text_digest}


@router.put(
    "/plans/{uuid:plan_id}/text", response=schemas_plans.PlanOut, auth=access.EDIT_PLANS, url_name="plan-text-replace"
)
def replace_text(request: HttpRequest, plan_id: UUID, given: schemas_plans.PastedPlan) -> PlanDocument:
    """Give a plan a new text; corrections stay with the words that they were made on."""
    found = editable_plan(request.user, plan_id)
    replace_and_judge(found, documents.readable(given.text, given.name), given.name, known_person(request))
    return found


@router.get("/plans/{uuid:plan_id}/parse", auth=access.VIEW, url_name="plan-parse")
def parse(request: HttpRequest, plan_id: UUID, corrected: bool = True) -> dict[str, Any]:
    """The plan as objects, in the names of ``cocontrol plan parse``; with `corrected` false as the parser alone sees it."""
    found = plan_for(request.user, plan_id)
    made = review_of(found).plan if corrected else parsed(found.text, found.text_digest)
    return made.as_dict() | {"parser_version": parser_version(), "text_digest": found.text_digest}


@router.get(
    "/plans/{uuid:plan_id}/objects", response=list[schemas_plans.ObjectOut], auth=access.VIEW, url_name="plan-objects"
)
def objects(request: HttpRequest, plan_id: UUID, kind: str | None = None) -> Any:
    """Objects with lasting addresses and the state that people gave them; rejected ones too."""
    return [item for item in review_of(plan_for(request.user, plan_id)).items if kind is None or item.kind == kind]


@router.get("/plans/{uuid:plan_id}/rules", auth=access.VIEW, url_name="plan-rules")
def rules(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """Rule instances, in the names of ``cocontrol plan rules``."""
    return {"rules": [rule.as_dict() for rule in rules_of(plan_for(request.user, plan_id))]}


@router.get("/plans/{uuid:plan_id}/matrix", auth=access.VIEW, url_name="plan-matrix")
def matrix(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """Departments by tasks. Filters: ``role``, ``q``, and ``own`` to leave out departments named once for all."""
    found = asked_matrix(request, plan_for(request.user, plan_id))
    return {
        "tasks": [{"id": task.id, "number": task.number, "title": task.title} for task in found.tasks],
        "departments": [
            {
                "department": row.department,
                "body": row.body,
                "duties": {
                    task: {"role": duty.role.value, "inherited": duty.inherited, "open_list": duty.open_list}
                    for task, duty in row.duties.items()
                },
            }
            for row in found.rows
        ],
    }


@router.get("/plans/{uuid:plan_id}/corrections", auth=access.VIEW, url_name="plan-corrections")
def corrections(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """Every decision with its history, and those whose words are no longer found."""
    found = plan_for(request.user, plan_id)
    orphans = {o.correction.id: o.reason for o in review_of(found).orphans}
    rows = list(found.corrections.order_by("-id"))
    return {
        "corrections": [schemas_plans.CorrectionOut.from_orm(row).dict() for row in rows],
        "orphaned": [
            {
                "batch": row.batch,
                "quote": row.quote,
                "reason": orphans[row.pk],
                "message": say(labels.REASON[orphans[row.pk]]),
            }
            for row in rows
            if row.pk in orphans
        ],
    }


@router.post(
    "/plans/{uuid:plan_id}/corrections",
    response={201: list[schemas_plans.CorrectionOut]},
    auth=access.EDIT_PLANS,
    url_name="plan-correct",
)
def correct(request: HttpRequest, plan_id: UUID, given: schemas_plans.Decision) -> Any:
    """Confirm, reject or correct an object, or add one at words that the parser passed over."""
    found, person = editable_plan(request.user, plan_id), known_person(request)
    if given.action == "add":
        return Status(201, editing.add(found, given.kind, (given.start, given.end), given.values, person, given.note))
    item = item_for(found, given.address)
    if given.action == "confirm":
        return Status(201, editing.confirm(found, item, person, given.note))
    if given.action == "reject":
        return Status(201, editing.reject(found, item, person, given.note))
    if not given.values:
        raise InvalidInput(Fault("correction.empty", Text("没有给出要更正的字段", "no field to correct was given")))
    return Status(201, editing.correct(found, item, given.values, person, given.note))


@router.post(
    "/plans/{uuid:plan_id}/corrections/{uuid:batch}/undo",
    response=list[schemas_plans.CorrectionOut],
    auth=access.EDIT_PLANS,
    url_name="plan-undo",
)
def undo(request: HttpRequest, plan_id: UUID, batch: UUID) -> list[PlanCorrection]:
    """Take back a decision, or let a withdrawn one hold again."""
    rows = batch_for(editable_plan(request.user, plan_id), batch)
    toggle(rows, request)
    return rows
