"""What does each measure do in its place, and what would it do first or last?"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cocontrol.core.errors import CocontrolError, Fault
from cocontrol.core.text import Text
from cocontrol.measures.effects import air_pollutants
from cocontrol.measures.instance import tonnes_known
from cocontrol.measures.ordering import order_table
from cocontrol.reports.plane import waterfall_drawing
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.browse import MEDIA_TYPES, to_csv
from cocontrol_web.answers import download
from cocontrol_web.choices import one_of
from cocontrol_web.language import active_language, say
from cocontrol_web.rights import Permission, needs
from cocontrol_web.scenarios import orders
from cocontrol_web.scenarios.cobenefits import MONEY
from cocontrol_web.scenarios.effects import (
    FEWEST,
    MOST,
    base_for,
    effects_alone,
    effects_in_order,
    require_order,
    step_name,
    streams_in,
)
from cocontrol_web.scenarios.files import with_sources, workbook
from cocontrol_web.scenarios.library import FACTS, Asked, about_step, asked_of, provenance, run_of_measures
from cocontrol_web.scenarios.views.cobenefits import EXPORTS

_BUTTONS = ("move", "drop", "add")


@require_safe
@needs(Permission.EDIT_SCENARIOS)
def order(request: HttpRequest) -> HttpResponse:
    """The measures that the address names, in its order; a button of the form leads to the address of its change."""
    record = run_of_measures(request)
    if record is None:
        return render(request, "scenarios/order.html", {"active": "co-benefits"})
    if any(request.GET.get(name) for name in _BUTTONS):
        return redirect(f"{reverse('measure-order')}?{changed_query(request)}")
    faults: list[Fault] = []
    view: dict[str, Any] = {}
    try:
        asked = asked_of(request, record, request.GET)
        view = choices_of(request, asked)
        view |= page_of(asked, view["chosen"], view["side"])
        view["reverse_url"] = f"?{query_of(request, view['chosen'][::-1])}"
    except CocontrolError as error:
        faults = list(error.faults)
    return render(
        request,
        "scenarios/order.html",
        {"active": "co-benefits", "faults": faults, "has_run": True, "export_kinds": EXPORTS, **view},
        status=400 if faults else 200,
    )


def changed_query(request: HttpRequest) -> str:
    """The query of the page after a button: measures moved, dropped or added."""
    return query_of(request, orders.moved(request.GET.getlist("m"), request.GET.dict()))


def query_of(request: HttpRequest, names: list[str]) -> str:
    """The query of the page with these measures."""
    query = request.GET.copy()
    query.setlist("m", names)
    for name in _BUTTONS:
        query.pop(name, None)
    return query.urlencode()


def choices_of(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What may be chosen: pollutant, and measures that find a source."""
    base, alone = base_for(asked.scope), effects_alone(asked.scope)
    first = next(iter(air_pollutants(base.pollutants)), base.pollutants[0])
    side = one_of(request.GET, "side", base.pollutants, first)
    chosen = request.GET.getlist("m") or orders.suggestion(alone, side)
    offered = [(step.name, step_name(asked.catalogue, step.name)) for step in alone.steps if step.name not in chosen]
    return {
        "asked": asked, "catalogues": asked.catalogues, "facts": [(key, say(words)) for key, words in FACTS.items()],
        "side": side, "sides": [(code, labels.symbol(code)) for code in base.pollutants], "chosen": chosen,
        "rows": [(name, step_name(asked.catalogue, name)) for name in chosen],
        "offered": offered, "is_full": len(chosen) >= MOST, "few": FEWEST, "most": MOST, "notes": provenance(asked),
    }  # fmt: skip


def page_of(asked: Asked, names: list[str], side: str) -> dict[str, Any]:
    """What the template prints of an order."""
    found = effects_in_order(asked.scope, require_order(names, asked.catalogue))
    about = {step.name: about_step(asked, step) for step in found.effects.steps}
    base = tonnes_known(streams_in(base_for(asked.scope), asked.scope.place), side)
    return {
        "lines": orders.order_lines(found, about, side), "words": orders.joint_words(found, side),
        "chart": orders.waterfall(found, about, base, side), "joint": found.joint[side],
        "apart": found.apart[side], "cost": None if found.cost is None else found.cost / MONEY, "found": found,
    }  # fmt: skip


@require_safe
@needs(Permission.EDIT_SCENARIOS)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The order of the page with what it rests on: a workbook, a CSV file, or the waterfall as a picture."""
    record = run_of_measures(request)
    if record is None:
        raise Http404
    asked = asked_of(request, record, request.GET)
    choices = choices_of(request, asked)
    page = page_of(asked, choices["chosen"], choices["side"])
    if kind == "svg":
        return download(waterfall_drawing(page["chart"]).encode(), "measure-order.svg", "image/svg+xml")
    frame = order_table(page["found"], choices["side"])
    if kind == "csv":
        made = with_sources(frame, provenance(asked))
        return download(to_csv(made, made.columns), "measure-order.csv", MEDIA_TYPES["csv"])
    if kind != "xlsx":
        raise Http404
    content = workbook({Text("措施次序", "order of measures"): frame}, active_language(), notes=provenance(asked))
    return download(content, "measure-order.xlsx", MEDIA_TYPES["xlsx"])
