"""Which measures cut pollution and carbon together, and which trade one for the other?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from cocontrol.core.errors import CocontrolError, Fault
from cocontrol.core.text import Text
from cocontrol.io.readers import read_raw
from cocontrol.measures.equivalents import WeightSet, presets
from cocontrol.measures.metrics import AIR
from cocontrol.measures.metrics_tables import MeasureTable, read_measures
from cocontrol.reference.gwp import GWP_SETS
from cocontrol.reports.plane import plane_drawing
from cocontrol_web.analysis.browse import MEDIA_TYPES, to_csv
from cocontrol_web.answers import download
from cocontrol_web.choices import one_of
from cocontrol_web.language import active_language, say
from cocontrol_web.rights import Permission, may, needs
from cocontrol_web.scenarios import cobenefits as plane
from cocontrol_web.scenarios.effects import effects_alone
from cocontrol_web.scenarios.files import csv_text, example_file, given_table, with_sources, workbook
from cocontrol_web.scenarios.library import FACTS, Asked, about_step, asked_of, provenance, run_of_measures

EXAMPLE = "measures.csv"
SAMPLE = "sample"
SAMPLE_NAME = Text("样表（synthetic）", "an example table (synthetic)")
OWN_NAME = Text("自己的表", "an own table")
SCALES = ("root", "linear")
EXPORTS = (("xlsx", "excel", "Excel"), ("csv", "csv", "CSV"), ("svg", "download", "SVG"))
"""Kind of an export, its icon, its name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The measures of a page: of a catalogue on a run (`asked`), of the example, or of a table that was brought along."""

    table: MeasureTable
    asked: Asked | None = None
    about: Mapping[str, plane.About] = field(default_factory=dict)
    idle: int = 0
    text: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def co_benefits(request: HttpRequest) -> HttpResponse:
    """The plane of a catalogue on a run, of an example, or of a table that a person brings along; nothing of it is kept."""
    faults: list[Fault] = []
    view: dict[str, Any] = {}
    try:
        shown = shown_for(request)
        faults = list(shown.table.remarks)
        view = {**page_of(choices_in(request), shown), **library_choices(shown.asked), "table_text": shown.text}
    except CocontrolError as error:
        faults = list(error.faults)
    return render(
        request,
        "scenarios/cobenefits.html",
        {
            "faults": faults, "export_kinds": EXPORTS, "source": source_of(request), "may_choose": run_of_measures(request) is not None,
            "sample": SAMPLE, "sample_name": say(SAMPLE_NAME), "gwp": choices_in(request).get("gwp", ""),
            "gwp_sets": GWP_SETS, "may_upload": may(request.user, Permission.CHECK_FILES), **view,
        },
        status=400 if faults and not view else 200,
    )  # fmt: skip


def choices_in(request: HttpRequest) -> Mapping[str, str]:
    """The choices of a page: of its address, or of the form that sent a table along."""
    return request.POST if request.method == "POST" else request.GET


def source_of(request: HttpRequest) -> str:
    """``brought``, ``sample`` or ``library``: what the measures of the page come from."""
    if request.method == "POST":
        return "brought"
    is_sample = request.GET.get("catalogue") == SAMPLE or run_of_measures(request) is None
    return SAMPLE if is_sample else "library"


def shown_for(request: HttpRequest) -> Shown:
    """The measures that the request asks for; `InvalidInput` for a table or choice that cannot be read."""
    if request.method == "POST" and not may(request.user, Permission.CHECK_FILES):
        raise PermissionDenied
    record, source = run_of_measures(request), source_of(request)
    if source == "library" and record is not None:
        asked = asked_of(request, record, request.GET)
        found = effects_alone(asked.scope)
        about = {step.name: about_step(asked, step) for step in found.steps}
        return Shown(found.table, asked, about, found.idle)
    if record is None and source == SAMPLE:
        one_of(request.GET, "catalogue", [SAMPLE], SAMPLE)
    with given_table(request, EXAMPLE) as path:
        raw = read_raw(path)
        table = read_measures(raw, gwp=choices_in(request).get("gwp") or None)
        return Shown(table, text="" if source == SAMPLE else csv_text(raw))


def library_choices(asked: Asked | None) -> dict[str, Any]:
    """What the filters of a library offer."""
    if asked is None:
        return {}
    return {
        "asked": asked, "catalogues": asked.catalogues, "facts": [(key, say(words)) for key, words in FACTS.items()],
        "notes": provenance(asked),
    }  # fmt: skip


def page_of(values: Mapping[str, str], shown: Shown) -> dict[str, Any]:
    """What the template prints of measures."""
    sets, table = presets(), shown.table
    names = plane.sides(table.measures)
    side = one_of(values, "side", [name for name, _words in names], AIR)
    weight_set = one_of(values, "weights", list(sets), next(iter(sets)))
    scale = one_of(values, "scale", SCALES, SCALES[0])
    weights = sets[weight_set]
    everything = plane.lines(table.measures, weights, table.baseline, side, shown.about)
    corners = plane.corners(everything)
    quadrant = one_of(values, "quadrant", [corner.key for corner in corners])
    wanted = [line for line in everything if not quadrant or line.quadrant == quadrant]
    lines, shared = plane.without_shared(wanted)
    return {
        "sides": names, "side": side, "sets": [(name, say(one.label)) for name, one in sets.items()],
        "weight_set": weight_set, "weights": weights, "scale": scale, "lines": lines, "shared_notes": shared,
        "corners": corners, "quadrant": quadrant, "chart": plane.plane(lines, side, weights, scale), "idle": shown.idle,
        "orders": plane.order_by_set(table.measures, sets, shown.about), "weight_rows": sorted(weights.weights.items()),
    }  # fmt: skip


@require_safe
@needs(Permission.VIEW)
def example(_request: HttpRequest) -> HttpResponse:
    """The example table, to be filled with one's own measures."""
    return download(example_file(EXAMPLE), EXAMPLE, MEDIA_TYPES["csv"])


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The measures of the page with what they rest on: a workbook, a CSV file, or the plane as a picture."""
    shown = shown_for(request)
    page = page_of(choices_in(request), shown)
    if kind == "svg":
        return download(plane_drawing(page["chart"]).encode(), "co-benefits.svg", "image/svg+xml")
    notes = sources_of(shown, page["weights"])
    frame = plane.table_of(page["lines"])
    if kind == "csv":
        made = with_sources(frame, notes)
        return download(to_csv(made, made.columns), "co-benefits.csv", MEDIA_TYPES["csv"])
    if kind != "xlsx":
        raise Http404
    sheets = {Text("协同效应", "co-benefits"): frame}
    return download(workbook(sheets, active_language(), notes=notes), "co-benefits.xlsx", MEDIA_TYPES["xlsx"])


def sources_of(shown: Shown, weights: WeightSet) -> list[tuple[str, str]]:
    """What the figures of an export rest on."""
    name = OWN_NAME if shown.text else SAMPLE_NAME
    rows = provenance(shown.asked) if shown.asked else [(say(Text("来源", "source")), say(name))]
    return [
        *rows,
        (say(Text("权重", "weights")), say(weights.label)),
        (say(Text("权重来源", "source of the weights")), say(weights.source)),
    ]
