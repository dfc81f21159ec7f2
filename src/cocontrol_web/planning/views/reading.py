"""What does the plan say, and what was read from it? The original beside its objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cocontrol.core.text import Text
from cocontrol.plans.compiling import RuleInstance
from cocontrol.plans.labels import COVERAGE
from cocontrol.plans.model import Notice
from cocontrol_web.language import say
from cocontrol_web.planning import labels
from cocontrol_web.planning.cards import Card, card_of, marks_of, rule_card
from cocontrol_web.planning.corrections import Review
from cocontrol_web.planning.marks import Mark, segments
from cocontrol_web.planning.models import PlanCorrection, PlanDocument
from cocontrol_web.planning.objects import KINDS, Item, State
from cocontrol_web.planning.parsing import review_of, rules_of
from cocontrol_web.planning.views.shared import plan_for
from cocontrol_web.rights import Permission, may_edit_plan, may_publish_plan, needs

TABS = ("task", "clause", "target", "responsibility", "rule", "notice")
LOST = "plan.lost_characters"
"""Notices of this rule say in words what the list of gaps shows; a page shows the gaps."""

FILTERS: Mapping[str, tuple[str, ...]] = {
    "task": ("section_kind",),
    "clause": ("modality", "check_class", "type"),
    "target": ("kind",),
    "responsibility": ("role",),
}
"""Coded fields by which each tab may be filtered, beside state and words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One drop-down of the filter bar."""

    name: str
    label: str
    options: tuple[tuple[str, str, int], ...]
    chosen: str


@require_safe
@needs(Permission.VIEW)
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The reading view: one tab of objects at a time, marked in the text."""
    document = plan_for(request.user, plan_id)
    review = review_of(document)
    tab = tab_of(request.GET)
    items = shown_items(review, tab, request.GET)
    rules = rules_of(document)
    asked = request.GET.get("f.status", "")
    shown = [rule for rule in rules if not asked or rule.status == asked]
    cards, marks = _cards_and_marks(document, review, tab, items, shown)
    return render(
        request,
        "planning/plan.html",
        {
            "document": document,
            "plan": review.plan,
            "tab": tab,
            "kinds": KINDS,
            "tabs": [(name, labels.TAB[name], _count(document, review, name)) for name in TABS],
            "cards": cards,
            "segments": segments(document.text, [*marks, *_gap_marks(review)]),
            "choices": rule_choices(rules, asked) if tab == "rule" else choices(review, tab, request.GET),
            "search": request.GET.get("q", ""),
            "open": request.GET.get("object", ""),
            "progress": progress(review),
            "unreviewed": sum(item.state is State.PROPOSED for item in items),
            "notices": _notices(review),
            "gaps": review.plan.gaps,
            "orphans": review.orphans,
            "may_edit": may_edit_plan(request.user, document),
            "may_publish": may_publish_plan(request.user, document),
            "undo": undoable(document, request.GET.get("done", "")),
            "active": "plans",
        },
    )


def tab_of(given: QueryDict) -> str:
    """The tab that the address names: by `tab`, by the kind of the opened object, else tasks."""
    wanted = given.get("tab") or given.get("object", "").partition("-")[0]
    return wanted if wanted in TABS else TABS[0]


def shown_items(review: Review, tab: str, given: QueryDict) -> list[Item]:
    """The objects of a tab that fit its filters."""
    search, state = given.get("q", "").strip(), given.get("state", "")
    wanted = {name: given.get(f"f.{name}", "") for name in FILTERS.get(tab, ())}
    return [
        item
        for item in review.of_kind(tab)
        if (not state or item.state == state)
        and all(not value or item.values[name] == value for name, value in wanted.items())
        and (not search or search in _words(item))
    ]


def _words(item: Item) -> str:
    return " ".join(str(value) for value in (getattr(item.object, "text", ""), *item.values.values()) if value)


def choices(review: Review, tab: str, given: QueryDict) -> list[Choice]:
    """The drop-downs of a tab with how many objects each value has."""
    items = review.of_kind(tab)
    made = [
        Choice(
            f"f.{name}",
            say(labels.field(tab, name)),
            tuple(
                (code, say(label), count)
                for code, label in labels.codes(tab, name).items()
                if (count := sum(item.values[name] == code for item in items))
            ),
            given.get(f"f.{name}", ""),
        )
        for name in FILTERS.get(tab, ())
    ]
    if items:
        states = tuple(
            (state.value, say(labels.STATE[state]), count)
            for state in State
            if (count := sum(item.state is state for item in items))
        )
        made.append(Choice("state", say(Text("处理状态", "state")), states, given.get("state", "")))
    return [choice for choice in made if len(choice.options) > 1 or choice.chosen]


def rule_choices(rules: tuple[RuleInstance, ...], chosen: str) -> list[Choice]:
    """The drop-down of the rules tab."""
    options = tuple(
        (code, say(COVERAGE[code]), count)
        for code in ("executable", "needs_parameter")
        if (count := sum(rule.status == code for rule in rules))
    )
    return [Choice("f.status", say(Text("可执行程度", "coverage")), options, chosen)] if options else []


def progress(review: Review) -> dict[str, int]:
    """How many objects people have looked at."""
    total = len(review.items)
    done = sum(item.state is not State.PROPOSED for item in review.items)
    return {"done": done, "total": total}


def undoable(document: PlanDocument, batch: str) -> PlanCorrection | None:
    """The decision just made, so that the page can offer to take it back."""
    try:
        wanted = UUID(batch)
    except ValueError:
        return None
    return document.corrections.filter(batch=wanted).first()


def _count(document: PlanDocument, review: Review, tab: str) -> int:
    if tab == "rule":
        return len(rules_of(document))
    if tab == "notice":
        return len(_notices(review)) + len(review.plan.gaps)
    return sum(item.state is not State.REJECTED for item in review.of_kind(tab))


def _cards_and_marks(
    document: PlanDocument, review: Review, tab: str, items: list[Item], shown: list[RuleInstance]
) -> tuple[list[Card], list[Mark]]:
    if tab == "rule":
        cards = [rule_card(rule, review.plan, document.text) for rule in shown]
        tones = {card.address: card.tags[0].tone for card in cards}
        return cards, [_mark_of(card, tones[card.address]) for card in cards]
    if tab == "notice":
        return [], [
            Mark(f"notice-{index}", notice.start, notice.end, "notice")
            for index, notice in enumerate(_notices(review))
            if notice.start is not None and notice.end is not None and notice.end - notice.start < 200
        ]
    return [card_of(item, review.plan) for item in items], marks_of(items, document.text)


def _notices(review: Review) -> list[Notice]:
    return [notice for notice in review.plan.warnings if notice.rule != LOST]


def _mark_of(card: Card, tone: str) -> Mark:
    _kind, start, end, _rest = card.address.split("-", 3)
    return Mark(card.address, int(start), int(end), tone)


def _gap_marks(review: Review) -> list[Mark]:
    return [Mark(f"gap-{index}", gap.start, gap.end, "gap") for index, gap in enumerate(review.plan.gaps)]
