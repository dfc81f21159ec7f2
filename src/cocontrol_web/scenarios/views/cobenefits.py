"""Which measures cut pollution and carbon together, and which trade one for the other?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from cocontrol.core.errors import CocontrolError, Fault
from cocontrol.core.text import Text
from cocontrol.io.readers import read_raw
from cocontrol.measures.equivalents import presets
from cocontrol.measures.metrics import AIR
from cocontrol.measures.metrics_tables import MeasureTable, read_measures
from cocontrol.reference.gwp import GWP_SETS
from cocontrol_web.analysis.browse import MEDIA_TYPES
from cocontrol_web.answers import download
from cocontrol_web.language import active_language, say
from cocontrol_web.rights import Permission, may, may_start_run, needs
from cocontrol_web.scenarios import cobenefits as plane
from cocontrol_web.scenarios.asking import effects_alone
from cocontrol_web.scenarios.catalogues import DEMONSTRATION, measure_name, shipped
from cocontrol_web.scenarios.files import csv_text, example_file, given_table, one_of, workbook
from cocontrol_web.scene import scene_of

EXAMPLE = "measures.csv"
LIBRARY, SAMPLE, BROUGHT = "library", "sample", "brought"
SOURCES = {
    LIBRARY: Text("措施库用于当前运行", "the library on the current run"),
    SAMPLE: Text("样表（synthetic）", "an example table (synthetic)"),
}
SCALES = ("root", "linear")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def co_benefits(request: HttpRequest) -> HttpResponse:
    """The plane of an example, or of a table that a person brings along; nothing of it is kept."""
    if request.method == "POST" and not may(request.user, Permission.CHECK_FILES):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    sources = sources_for(request)
    source = BROUGHT if request.method == "POST" else one_of(asked, "source", list(sources), next(iter(sources)))
    faults: list[Fault] = []
    view: dict[str, Any] = {}
    try:
        if source == LIBRARY:
            table, idle = library_table(request)
            view = {**page_of(asked, table), "idle": idle}
        else:
            with given_table(request, EXAMPLE) as path:
                raw = read_raw(path)
                table = read_measures(raw, gwp=asked.get("gwp") or None)
                view = {**page_of(asked, table), "table_text": csv_text(raw)}
                faults = list(table.remarks)
    except CocontrolError as error:
        faults = list(error.faults)
    return render(
        request,
        "scenarios/cobenefits.html",
        {
            "faults": faults, "source": source, "sources": [(code, say(name)) for code, name in sources.items()],
            "gwp": asked.get("gwp", ""), "gwp_sets": GWP_SETS,
            "may_upload": may(request.user, Permission.CHECK_FILES), **view,
        },
        status=400 if faults and not view else 200,
    )  # fmt: skip


def sources_for(request: HttpRequest) -> dict[str, Text]:
    """Where the measures may come from: the library on the run, for those who answer for its region, and an example."""
    record = scene_of(request).record
    allowed = record is not None and may(request.user, Permission.EDIT_SCENARIOS)
    return (
        SOURCES if allowed and record and may_start_run(request.user, record.workspace) else {SAMPLE: SOURCES[SAMPLE]}
    )


def library_table(request: HttpRequest) -> tuple[MeasureTable, int]:
    """The library's measures, each by itself on the run of the page, under their names; and how many find no source."""
    record = scene_of(request).run
    table, idle = effects_alone(record.pk, record.digest)
    catalogue = shipped(DEMONSTRATION)
    named = tuple(replace(one, name=measure_name(catalogue, one.name)) for one in table.measures)
    return replace(table, measures=named), idle


def page_of(asked: Mapping[str, str], table: MeasureTable) -> dict[str, Any]:
    """What the template prints of a table of measures."""
    sets = presets()
    names = plane.sides(table.measures)
    side = one_of(asked, "side", [name for name, _words in names], AIR)
    weight_set = one_of(asked, "weights", list(sets), next(iter(sets)))
    scale = one_of(asked, "scale", SCALES, SCALES[0])
    weights = sets[weight_set]
    shown, shared = plane.without_shared(plane.lines(table.measures, weights, table.baseline, side))
    return {
        "sides": names, "side": side, "sets": [(name, say(one.label)) for name, one in sets.items()],
        "weight_set": weight_set, "weights": weights, "scale": scale, "lines": shown, "shared_notes": shared,
        "quadrants": plane.quadrant_counts(shown), "chart": plane.plane(shown, side, weights, scale),
        "orders": plane.order_by_set(table.measures, sets), "weight_rows": sorted(weights.weights.items()),
    }  # fmt: skip


@require_safe
@needs(Permission.VIEW)
def example(_request: HttpRequest) -> HttpResponse:
    """The example table, to be filled with one's own measures."""
    return download(example_file(EXAMPLE), EXAMPLE, MEDIA_TYPES["csv"])


@require_safe
@needs(Permission.VIEW)
def export(request: HttpRequest) -> HttpResponse:
    """The measures of the page as a workbook: the library's on the run, or the example's."""
    sources = sources_for(request)
    if one_of(request.GET, "source", list(sources), next(iter(sources))) == LIBRARY:
        table, _idle = library_table(request)
    else:
        with given_table(request, EXAMPLE) as path:
            table = read_measures(read_raw(path))
    found = page_of(request.GET, table)
    sheets = {Text("协同效应", "co-benefits"): plane.table_of(found["lines"])}
    return download(workbook(sheets, active_language()), "co-benefits.xlsx", MEDIA_TYPES["xlsx"])
