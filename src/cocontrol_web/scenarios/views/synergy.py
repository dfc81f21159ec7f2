"""How well do cutting pollution and cutting carbon go together, by several methods, and do the methods agree?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from cocontrol.core.errors import CocontrolError, Fault
from cocontrol.core.text import Text
from cocontrol.io.readers import read_raw
from cocontrol.measures.synergy import Indicator
from cocontrol.measures.synergy_presets import NO_OFFICIAL_FORMULA, Preset, presets
from cocontrol.measures.synergy_study import METHODS, WEIGHTINGS, Study, study
from cocontrol.measures.synergy_tables import PERIOD, SUBJECT, Values, read_indicators, read_values
from cocontrol_web.analysis.browse import MEDIA_TYPES, to_csv
from cocontrol_web.answers import download
from cocontrol_web.choices import one_of, some_of
from cocontrol_web.language import active_language, say
from cocontrol_web.rights import Permission, may, needs
from cocontrol_web.scenarios import synergies
from cocontrol_web.scenarios.files import csv_text, given_table, with_sources, workbook
from cocontrol_web.scenarios.library import run_of_measures
from cocontrol_web.scene import scene_of

EXAMPLE = "synergy.csv"
EXPORTS = (("xlsx", "excel", "Excel"), ("csv", "csv", "CSV"))
INDICATORS = "indicators"
OFFERED = ("coupling", "coupling-corrected")
"""Methods that are ticked at first."""


@dataclass(frozen=True, slots=True)
class Table:
    """What is ranked: rows, the indicators that they have, where they come from, remarks."""

    rows: Sequence[Values]
    indicators: tuple[Indicator, ...]
    names: Mapping[str, str]
    source: str
    remarks: tuple[str, ...] = ()
    text: str = ""
    indicator_text: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def synergy(request: HttpRequest) -> HttpResponse:
    """Degrees and ranks of a table under the methods that are ticked; nothing that is brought along is kept."""
    faults: list[Fault] = []
    view: dict[str, Any] = {}
    table: Table | None = None
    try:
        preset, methods = choices_in(request)
        view = {"preset": preset, "methods": methods}
        table = table_of(request, preset)
        view["weightings"] = weightings = weightings_in(request, table)
        if table.rows:
            found = study(table.rows, table.indicators, methods=methods, weightings=weightings)
            view |= page_of(found, table)
    except CocontrolError as error:
        faults = list(error.faults)
    return render(
        request,
        "scenarios/synergy.html",
        {
            "active": "co-benefits", "faults": faults, "table": table, "is_brought": request.method == "POST",
            "presets": presets().values(), "all_methods": METHODS.items(), "all_weightings": WEIGHTINGS.items(),
            "export_kinds": EXPORTS, "may_upload": may(request.user, Permission.CHECK_FILES),
            "may_order": run_of_measures(request) is not None, "no_formula": say(NO_OFFICIAL_FORMULA), **view,
        },
        status=400 if faults else 200,
    )  # fmt: skip


def asked_in(request: HttpRequest) -> QueryDict:
    """The choices of the address, or of the form that sent a table along."""
    return request.POST if request.method == "POST" else request.GET


def choices_in(request: HttpRequest) -> tuple[Preset, list[str]]:
    """The indicator system and the methods; `InvalidInput` for what there is not."""
    asked = asked_in(request)
    preset = presets()[one_of(asked, "preset", list(presets()), next(iter(presets())))]
    offered = list(OFFERED) if preset.filled_from == "run" else [*OFFERED, "composite-system", "topsis"]
    return preset, some_of(asked.getlist("method"), "method", list(METHODS), offered)


def weightings_in(request: HttpRequest, table: Table) -> list[str]:
    """The weightings; without a choice that of the table and, where rows can tell, entropy."""
    usual = ["given", "entropy"] if len(table.rows) > 1 else ["given"]
    return some_of(asked_in(request).getlist("weighting"), "weighting", list(WEIGHTINGS), usual)


def table_of(request: HttpRequest, preset: Preset) -> Table:
    """The rows: of a table that was brought along, of the run, or of the example."""
    names = {member.indicator.name: say(member.label) for member in preset.members}
    if request.method == "POST":
        return _brought(request, preset, names)
    if preset.filled_from == "run":
        record = scene_of(request).record
        rows, remarks = synergies.filled(record, preset) if record else ([], [])
        source = say(_FROM_RUN.format(r=record.run_id)) if record else ""
        return Table(rows, preset.indicators, names, source, tuple(remarks))
    with given_table(request, EXAMPLE) as path:
        rows_read, _remarks = read_values(read_raw(path), list(names))
    return Table(rows_read, preset.indicators, names, say(_EXAMPLE))


_FROM_RUN = Text("运行 {r}", "run {r}")
_EXAMPLE = Text("样表（synthetic）", "example table (synthetic)")
_OWN = Text("自己的表", "own table")


def _brought(request: HttpRequest, preset: Preset, names: Mapping[str, str]) -> Table:
    """A table that was brought along, with its own indicators where they came as well."""
    if not may(request.user, Permission.CHECK_FILES):
        raise PermissionDenied
    indicators, text = preset.indicators, ""
    if INDICATORS in request.FILES or request.POST.get("indicator_text"):
        with given_table(request, EXAMPLE, upload_name=INDICATORS, text_name="indicator_text") as path:
            raw = read_raw(path)
            indicators, text, names = read_indicators(raw), csv_text(raw), {}
    with given_table(request, EXAMPLE) as path:
        raw = read_raw(path)
        rows, remarks = read_values(raw, [item.name for item in indicators])
    return Table(rows, indicators, names, say(_OWN), tuple(say(one.message) for one in remarks), csv_text(raw), text)


def page_of(found: Study, table: Table) -> dict[str, Any]:
    """What the template prints of a study."""
    systems = list(dict.fromkeys(item.system for item in table.indicators))
    shown = synergies.lines(found)
    return {
        "lines": shown, "columns": [(synergies.short_name(one), synergies.column_name(one)) for one in found.columns],
        "systems": synergies.system_names(systems), "pairs": synergies.pair_lines(found.disagreements),
        "weight_rows": synergies.weight_rows(found, table.indicators, table.names),
        "weight_names": [say(WEIGHTINGS[name]) for name in dict.fromkeys(one.weighting for one in found.columns)],
        "chart": synergies.rank_map(found) if len(shown) > 1 else None, "is_alone": len(shown) == 1,
        "uncertain": [line for line in sorted(shown, key=lambda line: -line.spread) if line.spread][:5],
        "agree": not any(one.opposite for one in found.disagreements),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.VIEW)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The degrees of the page with weights, disagreements and what they rest on."""
    preset, methods = choices_in(request)
    table = table_of(request, preset)
    found = study(table.rows, table.indicators, methods=methods, weightings=weightings_in(request, table))
    notes = [
        (say(Text("数据", "data")), table.source),
        (say(Text("指标体系", "indicator system")), say(preset.label) if table.names else say(_OWN)),
        (say(Text("说明", "note")), say(NO_OFFICIAL_FORMULA)),
        *((say(Text("备注", "remark")), words) for words in table.remarks),
    ]
    frame = synergies.degree_table(found)
    if kind == "csv":
        made = with_sources(frame, notes)
        return download(to_csv(made, made.columns), "synergy.csv", MEDIA_TYPES["csv"])
    if kind != "xlsx":
        raise Http404
    sheets = {
        Text("协同度", "degrees"): frame,
        Text("次序分歧", "disagreements"): synergies.disagreement_table(found),
        Text("指标权重", "weights"): synergies.weight_table(found),
        Text("数值", "values"): pl.DataFrame([{SUBJECT: r.subject, PERIOD: r.period, **r.values} for r in table.rows]),
    }
    return download(workbook(sheets, active_language(), notes=notes), "synergy.xlsx", MEDIA_TYPES["xlsx"])


@require_safe
@needs(Permission.VIEW)
def template(_request: HttpRequest, preset_id: str) -> HttpResponse:
    """The empty table of an indicator system, or its indicators (``PRESET-indicators``), as CSV."""
    name, _, what = preset_id.partition("-")
    if name not in presets() or what not in {"", INDICATORS}:
        raise Http404
    members = presets()[name].members
    if not what:
        frame = pl.DataFrame(
            schema=dict.fromkeys((SUBJECT, PERIOD, *(one.indicator.name for one in members)), pl.String)
        )
    else:
        frame = pl.DataFrame(
            [
                {"indicator": one.indicator.name, "system": one.indicator.system,
                 "direction": "positive" if one.indicator.direction > 0 else "negative", "lower": one.indicator.lower,
                 "upper": one.indicator.upper, "weight": one.indicator.weight}
                for one in members
            ]
        )  # fmt: skip
    return download(to_csv(frame, frame.columns), f"{preset_id}.csv", MEDIA_TYPES["csv"])
