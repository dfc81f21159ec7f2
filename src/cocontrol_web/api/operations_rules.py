"""Operations on rules: parameters that plans leave open, registers, judgements and verdicts."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.reference import regions
from cocontrol.rules.judging import unread
from cocontrol_web.api import access, schemas_plans
from cocontrol_web.planning import judged, parameters, verdicts
from cocontrol_web.planning.models import PlanEvaluation, PlanParameter
from cocontrol_web.planning.parsing import rules_of
from cocontrol_web.planning.views.judging import evaluation_for, judged_plan, register_for
from cocontrol_web.planning.views.parameters import (
    IMPORT_LIMIT,
    import_and_judge,
    row_for,
    set_and_judge,
    toggle_and_judge,
)
from cocontrol_web.planning.views.shared import editable_plan, known_person, plan_for
from cocontrol_web.registry.checking import safe_name

router = Router(tags=["rules"])
MOST_VERDICTS = 5000


@router.get("/plans/{uuid:plan_id}/parameters", auth=access.VIEW, url_name="plan-parameters")
def open_and_set(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """What the plan leaves open, the values that people set for it, and every decision with its history."""
    found = plan_for(request.user, plan_id)
    opened, held = parameters.open_parameters_of(found), parameters.parameters_of(found)
    return {
        "open": [
            {
                "parameter_id": one.parameter_id, "template": one.template, "parameter": one.name, "word": one.word,
                "unit": one.unit, "numeric": one.numeric, "narrower": one.narrower,
                "rules": [rule.id for rule in one.rules], "clauses": [rule.clause_id for rule in one.rules],
            }
            for one in opened
        ],
        "words": [{"word": one.word, "clauses": [c[0] for c in one.clauses]} for one in parameters.open_words_of(found)],
        "values": [schemas_plans.ParameterOut.from_orm(row).dict() for row in parameters.active_parameters(found)],
        "unread": unread([rule.as_dict() for rule in rules_of(found)], held),
        "history": [schemas_plans.ParameterOut.from_orm(row).dict() for row in found.parameters.order_by("-id")],
    }  # fmt: skip


@router.post(
    "/plans/{uuid:plan_id}/parameters",
    response={201: schemas_plans.ParameterOut},
    auth=access.EDIT_PLANS,
    url_name="plan-parameter-set",
)
def set_parameter(request: HttpRequest, plan_id: UUID, given: schemas_plans.ParameterIn) -> Any:
    """Set a value; with `replaces` in place of an earlier one. The rules are judged again."""
    found = editable_plan(request.user, plan_id)
    earlier = row_for(found, given.replaces) if given.replaces else None
    return Status(201, set_and_judge(found, given.dict(), known_person(request), earlier))


@router.post(
    "/plans/{uuid:plan_id}/parameters/import",
    response={201: list[schemas_plans.ParameterOut]},
    auth=access.EDIT_PLANS,
    url_name="plan-parameters-import",
)
def import_parameters(request: HttpRequest, plan_id: UUID, file: File[UploadedFile]) -> Any:
    """Set every row of a file of the table `rule_parameter`."""
    found = editable_plan(request.user, plan_id)
    if (file.size or 0) > IMPORT_LIMIT:
        message = Text("文件过大", "the file is too large")
        raise InvalidInput(Fault("upload.too_large", message, allowed=Text("不超过 2 MB", "at most 2 MB")))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / safe_name(file.name or "")
        path.write_bytes(file.read())
        return Status(201, import_and_judge(found, path, known_person(request)))


@router.post(
    "/plans/{uuid:plan_id}/parameters/{uuid:row_id}/undo",
    response=schemas_plans.ParameterOut,
    auth=access.EDIT_PLANS,
    url_name="plan-parameter-undo",
)
def undo_parameter(request: HttpRequest, plan_id: UUID, row_id: UUID) -> PlanParameter:
    """Take a value back, or let a withdrawn one hold again. The rules are judged again."""
    found = editable_plan(request.user, plan_id)
    return toggle_and_judge(row_for(found, row_id), known_person(request))


@router.get("/plans/{uuid:plan_id}/registers", auth=access.VIEW_INTERNAL, url_name="plan-registers")
def registers(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """Registers that the rules need, with how many rules read each, and every file that was brought."""
    found = judged_plan(request.user, plan_id)
    return {
        "needed": [{"register": name, "rules": count} for name, count in verdicts.needed_registers(found).items()],
        "files": [schemas_plans.RegisterOut.from_orm(row).dict() for row in found.registers.all()],
    }


@router.post("/plans/{uuid:plan_id}/registers", auth=access.EDIT_PLANS, url_name="plan-register-upload")
def bring_register(request: HttpRequest, plan_id: UUID, table: Form[str], file: File[UploadedFile]) -> dict[str, Any]:
    """Check a register; without errors it is used and the rules are judged. Every fault comes back at once."""
    found, person = editable_plan(request.user, plan_id), known_person(request)
    check, row = verdicts.bring_register(found, file, table, person)
    made = verdicts.evaluate(found, person, "register") if row is not None else None
    return {
        "check_id": check.check_id,
        "faults": check.faults,
        "register": schemas_plans.RegisterOut.from_orm(row).dict() if row is not None else None,
        "evaluation": schemas_plans.EvaluationOut.from_orm(made).dict() if made is not None else None,
    }


@router.post(
    "/plans/{uuid:plan_id}/registers/{uuid:register_id}/undo",
    response=schemas_plans.RegisterOut,
    auth=access.EDIT_PLANS,
    url_name="plan-register-undo",
)
def undo_register(request: HttpRequest, plan_id: UUID, register_id: UUID) -> Any:
    """Put a register out of use, or back into use. The rules are judged again."""
    found, person = editable_plan(request.user, plan_id), known_person(request)
    row = verdicts.toggle_register(register_for(found, register_id), person)
    verdicts.evaluate(found, person, "register")
    return row


@router.post(
    "/plans/{uuid:plan_id}/evaluations",
    response={201: schemas_plans.EvaluationOut},
    auth=access.EDIT_PLANS,
    url_name="plan-evaluate",
)
def evaluate(request: HttpRequest, plan_id: UUID, given: schemas_plans.EvaluationIn) -> Any:
    """Judge the rules over the registers in use, for a day and a region; without them those of the last judgement."""
    found = editable_plan(request.user, plan_id)
    place = regions.region(given.region)["adcode"] if given.region else None
    made = verdicts.evaluate(found, known_person(request), "asked", as_of=given.as_of, region=place)
    if made is None:
        message = Text("还没有登记表，无法判定", "there is no register, so nothing can be judged")
        remedy = Text("先上传规则需要的登记表", "bring a register that the rules need")
        raise InvalidInput(Fault("register.none", message, remedy=remedy))
    return Status(201, made)


@router.get(
    "/plans/{uuid:plan_id}/evaluations",
    response=list[schemas_plans.EvaluationOut],
    auth=access.VIEW_INTERNAL,
    url_name="plan-evaluations",
)
def evaluations(request: HttpRequest, plan_id: UUID) -> Any:
    """The judgements that are kept, newest first, each with its registers, parameters and counts."""
    return list(judged_plan(request.user, plan_id).evaluations.all())


@router.get("/plans/{uuid:plan_id}/verdicts", auth=access.VIEW_INTERNAL, url_name="plan-verdicts")
def verdict_rows(
    request: HttpRequest, plan_id: UUID, filters: Query[schemas_plans.VerdictFilters], evaluation: str = ""
) -> dict[str, Any]:
    """Verdicts of a judgement (the latest unless one is named) that fit the filters, `limit` from `offset` on."""
    found = judged_plan(request.user, plan_id)
    made = evaluation_for(found, evaluation)
    if made is None:
        raise Http404
    return _verdicts(made, filters)


def _verdicts(made: PlanEvaluation, filters: schemas_plans.VerdictFilters) -> dict[str, Any]:
    kept = judged.fitting(verdicts.beside_earlier(made), filters.dict(include={"value", "template", "rule", "q"}))
    rows = kept.slice(filters.offset, min(filters.limit, MOST_VERDICTS)).to_dicts()
    for row in rows:
        row["facts"], row["parameters"] = json.loads(row["facts"]), json.loads(row["parameters"])
    return {
        "evaluation": schemas_plans.EvaluationOut.from_orm(made).dict(),
        "outdated": verdicts.is_outdated(made),
        "total": kept.height,
        "verdicts": rows,
    }
