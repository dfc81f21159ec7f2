"""What is emitted, by which sector and fuel? The inventory explorer."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cocontrol_web.analysis import charts
from cocontrol_web.analysis.browse import MEDIA_TYPES, to_csv, to_xlsx
from cocontrol_web.analysis.emissions import emission_of
from cocontrol_web.analysis.explorer import (
    FILTERS,
    Answer,
    Question,
    answer,
    answer_frame,
    answer_title,
    measures_in,
    question_of,
)  # fmt: skip
from cocontrol_web.analysis.figures import MASS_UNITS
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.overview import Total, overview
from cocontrol_web.analysis.pivot import DIMENSION_NAMES, PivotCell
from cocontrol_web.analysis.scopes import both_totals
from cocontrol_web.answers import download
from cocontrol_web.language import say
from cocontrol_web.rights import Permission, needs, visible_runs
from cocontrol_web.scene import Scene, scene_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row of two runs side by side, in the unit of the page."""

    code: str
    first: PivotCell
    second: PivotCell | None

    @property
    def difference(self) -> float | None:
        """First less second, in tonnes; None where either has no value."""
        if self.second is None or self.first.value is None or self.second.value is None:
            return None
        return self.first.value - self.second.value


@require_safe
@needs(Permission.VIEW)
def inventory(request: HttpRequest) -> HttpResponse:
    """The cross table with its chart, the choices that make it, and a second run beside it when asked for."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    answered = answered_by(request, scene, scene.record)
    other = _other_run(request, scene)
    question, table = answered.question, answered.table
    title = answer_title(answered)
    return render(
        request,
        "analysis/inventory.html",
        {
            "answer": answered,
            "title": title,
            "grid": list(zip(table.rows, table.cells, table.row_totals or [None] * len(table.rows), strict=True)),
            "row_name": dimension_name(question.rows),
            "caution": caution(scene.record, scene.gwp_set, question.measures),
            "both_totals": _both_totals(scene, scene.record, question),
            "choices": choices(scene, scene.record),
            "bar": None if "pollutant" in {question.rows, question.columns}
            else charts.stacked_bars(table, question.rows, question.columns, answered.unit, title),
            "heat": charts.heatmap(table, question.rows, question.columns, answered.unit, title),
            "other": other,
            "comparison": _comparison(answered, other, scene) if other else [],
            "runs": visible_runs(scene.person).filter(workspace=scene.workspace),
        },
    )  # fmt: skip


@require_safe
@needs(Permission.VIEW)
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The cross table as CSV or Excel, unrounded."""
    scene = scene_of(request)
    if kind not in MEDIA_TYPES:
        raise Http404
    answered = answered_by(request, scene, scene.run)
    frame = answer_frame(answered)
    name = f"inventory-{scene.run.run_id}.{kind}"
    if kind == "csv":
        return download(to_csv(frame, frame.columns), name, MEDIA_TYPES[kind])
    notes = [
        (_("标题"), answer_title(answered)),
        (_("单位"), say(answered.unit.label)),
        (_("运行"), scene.run.run_id),
        (_("GWP 集"), scene.gwp_set),
    ]
    return download(to_xlsx(frame, frame.columns, "inventory", notes), name, MEDIA_TYPES[kind])


def answered_by(request: HttpRequest, scene: Scene, record: RunRecord) -> Answer:
    """The answer to the question in the address, over one run."""
    emission = emission_of(record, scene.gwp_set)
    return answer(record, scene.gwp_set, question_of(request.GET.dict(), measures_in(emission, scene.gwp_set)))


def choices(scene: Scene, record: RunRecord) -> dict[str, object]:
    """What the controls of the explorer offer."""
    emission = emission_of(record, scene.gwp_set)
    return {
        "measures": measures_in(emission, scene.gwp_set),
        "dimensions": [(name, dimension_name(name)) for name in DIMENSION_NAMES],
        "units": [(unit.code, say(unit.label)) for unit in MASS_UNITS.values()],
        "filters": [
            (
                name,
                dimension_name(name),
                [(c, charts.dimension_label(name, c)) for c in emission[name].drop_nulls().unique().sort().to_list()],
            )
            for name in FILTERS
        ],
    }


def _both_totals(scene: Scene, record: RunRecord, question: Question) -> list[dict[str, object]]:
    """The totals without and with land use of what is shown; none for several substances or a chosen category."""
    if len(question.measures) != 1 or "category" in question.where:
        return []
    rows = emission_of(record, scene.gwp_set)
    for name, value in question.where.items():
        rows = rows.filter(pl.col(name) == value)
    return both_totals(rows, question.measures[0], question.where)


def caution(record: RunRecord, gwp_set: str, measures: tuple[str, ...]) -> Total | None:
    """The total of the one substance shown, for what a reader must know beside it; None for several."""
    if len(measures) != 1:
        return None
    stand = overview(record, gwp_set=gwp_set)
    return next((t for t in (*stand.greenhouse_gases, *stand.air_pollutants) if t.measure in measures), None)


def dimension_name(name: str) -> str:
    """What people call a dimension."""
    return {
        "category": _("部门"), "fuel": _("燃料"), "pollutant": _("污染物"), "period": _("年份"), "adcode": _("地区"),
    }[name]  # fmt: skip


def _other_run(request: HttpRequest, scene: Scene) -> RunRecord | None:
    wanted = request.GET.get("with")
    if not wanted:
        return None
    found = visible_runs(scene.person).filter(run_id=wanted).first()
    if found is None:
        raise Http404
    return found


def _comparison(answered: Answer, other: RunRecord, scene: Scene) -> list[Comparison]:
    """Row totals of both runs by code; rows that only the other run has come last."""
    question: Question = answered.question
    if "pollutant" in {question.rows, question.columns}:
        return []
    second = answer(other, scene.gwp_set, question).table
    theirs = dict(zip(second.rows, second.row_totals or (), strict=False))
    ours = dict(zip(answered.table.rows, answered.table.row_totals or (), strict=False))
    nothing = PivotCell(None, 0, "")
    return [Comparison(code, ours.get(code, nothing), theirs.get(code)) for code in dict.fromkeys([*ours, *theirs])]
