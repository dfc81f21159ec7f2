"""What the planning pages share: finding a plan that the person may see, and naming it in exports."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from cocontrol.core.parameters import NATIONAL, jurisdictions_above
from cocontrol.core.text import Text
from cocontrol.reference import regions
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis import labels as regional
from cocontrol_web.language import say
from cocontrol_web.planning.models import PlanDocument, PlanVersion
from cocontrol_web.planning.parsing import parser_version, refreshed
from cocontrol_web.rights import Person, may_edit_plan, visible_plans


def plan_for(person: Person, plan_id: UUID | str) -> PlanDocument:
    """The plan of that id, its facts from today's parser; 404 where the person may not see it."""
    found = visible_plans(person).filter(plan_id=plan_id).first()
    if found is None:
        raise Http404
    return refreshed(found)


def editable_plan(person: Person, plan_id: UUID | str) -> PlanDocument:
    """The plan of that id for changing it; 403 where the person may only read it."""
    found = plan_for(person, plan_id)
    if not may_edit_plan(person, found):
        raise PermissionDenied
    return found


def checked_id(text: str) -> UUID:
    """The identifier that an address names; 404 where it is none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def known_person(request: HttpRequest) -> User:
    """The account behind the request; decisions are always somebody's."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def export_notes(*documents: PlanDocument | PlanVersion) -> list[tuple[str, str]]:
    """What a workbook says about where its rows come from."""
    made = []
    for document in documents:
        plan = document.plan if isinstance(document, PlanVersion) else document
        mark = say(Text("（虚构示例）", " (fictitious example)")) if plan.synthetic else ""
        made += [
            (say(Text("方案", "plan")), f"{document.title}{mark}"),
            (say(Text("原文校验值", "digest of the text")), f"sha256:{document.text_digest}"),
        ]
    made.append((say(Text("解析器版本", "parser version")), parser_version()))
    made.append(
        (
            say(Text("说明", "note")),
            say(
                Text(
                    "由软件从原文读出，人工更正已计入；以原文为准。",
                    "Read from the text by software, with the corrections people made; the text itself prevails.",
                )
            ),
        )
    )
    return made


def region_choices(region: str) -> list[tuple[str, str]]:
    """The nation, the places above the region, the region and everything in force inside it, with their names."""
    above = list(reversed(jurisdictions_above(region)))
    below: list[str] = []
    waiting = [] if region == NATIONAL else list(regions.children(region))
    while waiting:
        code = waiting.pop(0)
        below.append(code)
        waiting += regions.children(code)
    return [(code, say(regional.region(code))) for code in (*above, *sorted(below))]
