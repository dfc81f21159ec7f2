"""What did the lower plan make of the upper one? Two plans side by side, task by task."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cocontrol.plans.compare import Comparison, Pair
from cocontrol.plans.strictness import Change
from cocontrol_web.analysis.browse import MEDIA_TYPES
from cocontrol_web.answers import download
from cocontrol_web.planning.differences import Piece, changed_words
from cocontrol_web.planning.models import PlanDocument, PlanVersion
from cocontrol_web.planning.parsing import comparison_of, refreshed
from cocontrol_web.planning.views.shared import checked_id, export_notes, plan_for
from cocontrol_web.planning.workbooks import comparison_workbook
from cocontrol_web.rights import Permission, Person, may_edit_plan, needs, visible_plans

RANKS = {"national": 0, "province": 1, "city": 2, "county": 3}
Side = PlanDocument | PlanVersion
"""What may stand on a side of the comparison."""

SHOWN_TOTALS = ("tightened", "loosened", "dropped", "added", "reworded")


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One difference with the characters that changed."""

    change: Change
    parent: list[Piece]
    child: list[Piece]


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A pair of tasks with the differences that the filters let through."""

    pair: Pair
    changes: list[ShownChange]


@require_safe
@needs(Permission.VIEW)
def plan_compare(request: HttpRequest) -> HttpResponse:
    """The comparison of two chosen plans; without a choice, the two that suggest themselves are offered."""
    everything = [plan for plan in map(refreshed, visible_plans(request.user)) if plan.facts["is_plan"]]
    chosen = chosen_pair(request.user, request.GET.get("parent", ""), request.GET.get("child", ""))
    relation, search = request.GET.get("relation", ""), request.GET.get("q", "").strip()
    kind = request.GET.get("change", "")
    context: dict[str, Any] = {
        "plans": everything,
        "versions": earlier_texts(request.user, everything),
        "suggested": suggested(everything),
        "relation": relation,
        "change": kind,
        "search": search,
        "shown_totals": SHOWN_TOTALS,
    }
    if chosen is not None:
        parent, child = chosen
        found = comparison_of(parent, child)
        context |= {
            "parent": parent,
            "child": child,
            "comparison": found,
            "pairs": shown_pairs(found, relation, kind, search),
            "relations": Counter(pair.relation for pair in found.pairs).most_common(),
            "totals": [(name, found.counts[name]) for name in SHOWN_TOTALS],
        }
    return render(request, "planning/compare.html", context)


@require_safe
@needs(Permission.VIEW)
def plan_compare_export(request: HttpRequest) -> HttpResponseBase:
    """The comparison as a workbook."""
    chosen = chosen_pair(request.user, request.GET.get("parent", ""), request.GET.get("child", ""))
    if chosen is None:
        return plan_compare(request)
    parent, child = chosen
    content = comparison_workbook(comparison_of(parent, child), export_notes(parent, child))
    return download(content, f"{parent.title} - {child.title}.xlsx"[-160:], MEDIA_TYPES["xlsx"])


def chosen_pair(person: Person, parent: str, child: str) -> tuple[Side, Side] | None:
    """The two plans named; 404 where the person may not see one; None where one is not named."""
    if not parent or not child:
        return None
    return _side(person, parent), _side(person, child)


def _side(person: Person, reference: str) -> Side:
    """A plan, or with ``plan.version`` an earlier text of it, which only those who may edit the plan see."""
    plan_id, _dot, version = reference.partition(".")
    plan = plan_for(person, checked_id(plan_id))
    if not version:
        return plan
    found = plan.versions.filter(version_id=checked_id(version)).first() if may_edit_plan(person, plan) else None
    if found is None:
        raise Http404
    return found


def earlier_texts(person: Person, plans: list[PlanDocument]) -> list[PlanVersion]:
    """The earlier texts of the plans that the person may edit, newest first."""
    return list(
        PlanVersion.objects.filter(plan__in=[plan.pk for plan in plans if may_edit_plan(person, plan)]).select_related(
            "plan"
        )
    )


def suggested(plans: list[PlanDocument]) -> tuple[PlanDocument, PlanDocument] | None:
    """Two plans of different levels, the upper first; failing that, the two newest."""
    ranked = sorted(plans, key=lambda plan: RANKS.get(plan.facts["level"] or "", 9))
    if len(ranked) < 2:
        return None
    return ranked[0], ranked[-1]


def shown_pairs(found: Comparison, relation: str, kind: str, search: str) -> list[ShownPair]:
    """The pairs that fit the filters, each with the differences that fit."""
    made = []
    for pair in found.pairs:
        if relation and pair.relation != relation:
            continue
        changes = [c for c in pair.changes if (not kind or c.kind == kind) and _holds(c, search)]
        titled = search and any(search in task.title for task in (*pair.parents, *pair.children))
        if (kind or search) and not changes and not (titled and not kind):
            continue
        made.append(ShownPair(pair, [ShownChange(c, *changed_words(c.parent_text, c.child_text)) for c in changes]))
    return made


def _holds(change: Change, search: str) -> bool:
    words = (change.parent_text or "", change.child_text or "", change.reason.zh, change.reason.en)
    return not search or any(search in text for text in words)
