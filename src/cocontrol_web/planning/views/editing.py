"""Is what was read right? Confirming, correcting, rejecting and adding objects; history and undo."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol_web.language import say
from cocontrol_web.planning import editing, labels
from cocontrol_web.planning.cards import card_of
from cocontrol_web.planning.corrections import Action
from cocontrol_web.planning.models import PlanCorrection, PlanDocument
from cocontrol_web.planning.objects import EDITABLE, KINDS, Item, State, blank, plain_values
from cocontrol_web.planning.parsing import review_of
from cocontrol_web.planning.views.reading import progress, shown_items, tab_of
from cocontrol_web.planning.views.shared import editable_plan, known_person, plan_for
from cocontrol_web.rights import Permission, may_edit_plan, needs


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of an object's form."""

    name: str
    label: Text
    widget: str
    value: Any
    options: tuple[tuple[str, str], ...]
    proposed: str
    needed: bool


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_PLANS)
def plan_object(request: HttpRequest, plan_id: UUID, address: str) -> HttpResponseBase:
    """The form of one object, and what the person decides with it."""
    document = editable_plan(request.user, plan_id)
    item = item_for(document, address)
    if request.method != "POST":
        return _form(request, document, item, [])
    try:
        made = decided(document, item, request)
    except InvalidInput as error:
        return _form(request, document, item, list(error.faults))
    return _after(request, document, item, made[0])


def item_for(document: PlanDocument, address: str) -> Item:
    """The object of that address; 404 where the plan has none."""
    found = review_of(document).find(address)
    if found is None:
        raise Http404
    return found


def decided(document: PlanDocument, item: Item, request: HttpRequest) -> list[PlanCorrection]:
    """The corrections that a posted form makes."""
    person, note = known_person(request), request.POST.get("note", "")
    action = request.POST.get("action", "")
    if action == Action.CONFIRM:
        return editing.confirm(document, item, person, note)
    if action == Action.REJECT:
        return editing.reject(document, item, person, note)
    given = {name: request.POST.get(name, "") for name in EDITABLE[item.kind]}
    return editing.correct(document, item, given, person, note)


def _form(request: HttpRequest, document: PlanDocument, item: Item, faults: list[Fault]) -> HttpResponse:
    review = review_of(document)
    given = request.POST.dict() if faults else item.values
    context = {
        "document": document,
        "card": card_of(item, review.plan),
        "fields": form_fields(item.kind, given, item),
        "faults": faults,
        "may_edit": True,
        "history": PlanCorrection.objects.filter(pk__in=item.decided).order_by("-id"),
        "active": "plans",
    }
    if "card" in request.GET:
        return render(request, "planning/card.html", context)
    return render(request, "planning/card_form.html" if is_part(request) else "planning/object.html", context)


def form_fields(kind: str, values: dict[str, Any], item: Item | None = None) -> list[FormField]:
    """The fields of an object of a kind, filled; where a value was changed, with what the parser had proposed."""
    before = plain_values(kind, item.proposed) if item is not None and item.proposed is not None else {}
    made = []
    for name in EDITABLE[kind]:
        known = labels.codes(kind, name)
        value = values.get(name)
        proposed = before.get(name)
        differs = item is not None and bool(before) and proposed != item.values[name]
        made.append(
            FormField(
                name=name,
                label=labels.field(kind, name),
                widget=_widget(name, bool(known)),
                value="、".join(value) if isinstance(value, list) else "" if value is None else value,
                options=tuple((code, say(label)) for code, label in known.items()),
                proposed=(say(labels.code(known, str(proposed))) if known else str(proposed))
                if differs and proposed not in {None, ""}
                else "",
                needed=name in editing.NEEDED,
            )
        )
    return made


def _widget(name: str, coded: bool) -> str:
    if coded:
        return "choice"
    if name in editing.FLAGS:
        return "flag"
    return "number" if name in editing.NUMBERS | editing.YEARS else "text"


def is_part(request: HttpRequest) -> bool:
    """Whether a script asks for a part of the page rather than the page."""
    return request.headers.get("HX-Request") == "true"


def _after(request: HttpRequest, document: PlanDocument, item: Item, made: PlanCorrection) -> HttpResponse:
    """The changed card for a script, else the reading view with an offer to undo."""
    review = review_of(document)
    now = review.find(item.address)
    if not is_part(request) or now is None:
        return redirect(reading_url(document, item.kind, item.address, done=made.batch))
    response = render(
        request,
        "planning/card.html",
        {
            "document": document,
            "card": card_of(now, review.plan),
            "progress": progress(review),
            "may_edit": True,
            "swapped": True,
        },
    )
    text = f"{say(labels.KIND[item.kind])}{say(Text('：', ': '))}{say(labels.STATE[now.state])}"
    undo = reverse("plan-undo", args=[document.plan_id, made.batch])
    response.headers["HX-Trigger"] = json.dumps({"toast": {"level": "ok", "text": text, "undo": undo}})
    return response


def reading_url(document: PlanDocument, tab: str, address: str = "", *, done: UUID | None = None) -> str:
    """The address of the reading view with an object opened."""
    query = f"?tab={tab}" + (f"&object={address}" if address else "") + (f"&done={done}" if done else "")
    return reverse("plan", args=[document.plan_id]) + query + (f"#o-{address}" if address else "")


@require_POST
@needs(Permission.EDIT_PLANS)
def plan_confirm_all(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Confirm every object that the filters show and nobody has looked at yet."""
    document = editable_plan(request.user, plan_id)
    tab = tab_of(request.GET)
    open_items = [i for i in shown_items(review_of(document), tab, request.GET) if i.state is State.PROPOSED]
    if not open_items:
        return redirect(reading_url(document, tab))
    batch = editing.confirm_all(document, open_items, known_person(request))
    return redirect(reading_url(document, tab, done=batch))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_PLANS)
def plan_add(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The form for an object that the parser missed: its words in the text, its kind, its fields."""
    document = editable_plan(request.user, plan_id)
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("of", "")
    kind = kind if kind in KINDS else "target"
    near = int(start) if (start := given.get("start", "")).isdecimal() and len(start) < 9 else None
    quote, faults = given.get("quote", ""), list[Fault]()
    if not quote and near is not None and (end := given.get("end", "")).isdecimal() and len(end) < 9:
        quote = document.text[near : int(end)]
    if request.method == "POST":
        try:
            place = editing.find_words(document, quote, near)
            (made,) = editing.add(
                document, kind, place, request.POST.dict(), known_person(request), given.get("note", "")
            )
        except InvalidInput as error:
            faults = list(error.faults)
        else:
            address = f"{kind}-{made.start}-{made.end}-{made.ordinal}"
            return redirect(reading_url(document, kind, address, done=made.batch))
    values = (
        given.dict() if request.method == "POST" else plain_values(kind, blank(kind, quote, 0, len(quote), 0, None))
    )
    context = {
        "document": document, "kind": kind, "kinds": [(k, labels.KIND[k]) for k in KINDS], "quote": quote, "start": near,
        "fields": form_fields(kind, values), "faults": faults, "active": "plans",
    }  # fmt: skip
    return render(request, "planning/add.html", context, status=400 if faults else 200)


@require_safe
@needs(Permission.VIEW)
def plan_history(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Every decision about a plan, newest first: by whom, on which words, in force, withdrawn or orphaned."""
    document = plan_for(request.user, plan_id)
    review = review_of(document)
    reasons = {orphan.correction.id: labels.REASON[orphan.reason] for orphan in review.orphans}
    places = {number: item.address for item in review.items for number in item.decided}
    return render(
        request,
        "planning/history.html",
        {
            "document": document,
            "rows": [
                _history_row(row, reasons.get(row.pk), places.get(row.pk, ""))
                for row in document.corrections.order_by("-id")
            ],
            "orphans": len(review.orphans),
            "may_edit": may_edit_plan(request.user, document),
            "active": "plans",
        },
    )


def _history_row(row: PlanCorrection, reason: Text | None, address: str) -> dict[str, Any]:
    known = labels.codes(row.kind, row.field)
    return {
        "row": row,
        "kind": labels.KIND[row.kind],
        "action": labels.ACTION[row.action],
        "field": labels.field(row.kind, row.field) if row.field else "",
        "before": _said(row.snapshot.get(row.field), known) if row.field else "",
        "after": _said(row.value, known) if row.field else "",
        "orphaned": reason,
        "url": reading_url(row.plan, row.kind, address) if address else "",
    }


def _said(value: Any, known: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if value is None or value == "":
        return "—"
    return say(known[value]) if value in known else str(value)


@require_POST
@needs(Permission.EDIT_PLANS)
def plan_undo(request: HttpRequest, plan_id: UUID, batch: UUID) -> HttpResponse:
    """Take back a decision, or let it hold again; the history keeps both."""
    document = editable_plan(request.user, plan_id)
    rows = batch_for(document, batch)
    toggle(rows, request)
    if request.POST.get("next") == "history":
        return redirect("plan-history", plan_id=plan_id)
    return redirect(reading_url(document, rows[0].kind))


def batch_for(document: PlanDocument, batch: UUID) -> list[PlanCorrection]:
    """The corrections that were made together; 404 where there are none."""
    rows = list(document.corrections.filter(batch=batch))
    if not rows:
        raise Http404
    return rows


def toggle(rows: list[PlanCorrection], request: HttpRequest) -> None:
    """Withdraw corrections that hold, reinstate withdrawn ones."""
    if rows[0].is_active:
        editing.withdraw(rows, known_person(request))
    else:
        editing.reinstate(rows)
