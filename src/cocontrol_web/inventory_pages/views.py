"""The pages: each takes the choices of the address, asks the module that answers, and prints the answer."""

from __future__ import annotations

from functools import lru_cache

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cocontrol.core.errors import CocontrolError, Fault
from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text
from cocontrol.inventory.key_categories import THRESHOLDS
from cocontrol.inventory.uncertainty.of_inventory import UNKNOWN
from cocontrol.io.exports.bulletin import bulletin_tables
from cocontrol.io.exports.bulletin_model import Bulletin
from cocontrol.io.run_completeness import STATES
from cocontrol_web.analysis.boundaries import ATTRIBUTION
from cocontrol_web.analysis.emissions import emission_of
from cocontrol_web.analysis.explorer import measures_in
from cocontrol_web.analysis.figures import fitting_unit
from cocontrol_web.analysis.labels import measure as measure_label
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.scopes import both_totals
from cocontrol_web.analysis.store import optional_table, run_of
from cocontrol_web.analysis.views.inventory import caution
from cocontrol_web.choices import one_of
from cocontrol_web.inventory_pages import dashboard as targets_of
from cocontrol_web.inventory_pages import grid as gridded
from cocontrol_web.inventory_pages import key_categories as keys
from cocontrol_web.inventory_pages import reconciliation as other
from cocontrol_web.inventory_pages import sectors as tree
from cocontrol_web.inventory_pages import uncertainty as sure
from cocontrol_web.inventory_pages.completeness import GROUP_NAMES, completeness_matrix
from cocontrol_web.language import active_language, say
from cocontrol_web.rights import Permission, needs
from cocontrol_web.scene import scene_of


def periods_of(frame: pl.DataFrame) -> list[str]:
    """The years of a table, oldest first."""
    return [str(one) for one in frame["period"].drop_nulls().unique().sort()]


def without_result(request: HttpRequest, active: str, title: str) -> HttpResponse:
    """The page of a run that was made before the result existed, or has nothing to make it from."""
    return render(request, "inventory_pages/no_result.html", {"page": active, "title": title, "active": "inventory"})


@require_safe
@needs(Permission.VIEW)
def sectors(request: HttpRequest) -> HttpResponse:
    """What is it made of? One level of the inventory, from sector down to the cell."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    emission = emission_of(scene.record, scene.gwp_set)
    measures, periods = measures_in(emission, scene.gwp_set), periods_of(emission)
    measure = one_of(request.GET, "measure", measures, "CO2" if "CO2" in measures else measures[0])
    period = one_of(request.GET, "period", periods, periods[-1])
    trail = tree.opened(
        tree.sector_tree(emission, measure, period), request.GET.get("at", ""), request.GET.get("fuel", "")
    )
    here = trail[-1]
    unit = fitting_unit(here.value)
    words = Text("{n}：{m}", "{n}: {m}").format(n=here.name, m=measure_label(measure))
    return render(
        request,
        "inventory_pages/sectors.html",
        {
            "page": "inventory-sectors", "active": "inventory",
            "caution": caution(scene.record, scene.gwp_set, (measure,)), "measures": measures, "measure": measure,
            "periods": periods, "period": period, "trail": trail, "here": here, "unit": unit, "title": capfirst(say(words)),
            "at": next((node.key for node in reversed(trail) if node.level == "category"), ""),
            "rows": [_part(node, here, unit.tonnes) for node in here.children],
            "total": None if here.value is None else here.value / unit.tonnes,
            "both_totals": [] if len(trail) > 1 else both_totals(
                emission.filter(pl.col("period") == period), measure, {"period": period}
            ),
            "chart": tree.treemap(here, unit, capfirst(say(words))) if here.level == "category" else None,
        },
    )  # fmt: skip


def _part(node: tree.Node, whole: tree.Node, tonnes: float) -> dict[str, object]:
    size = sum(one.share_of for one in whole.children)
    return {
        "node": node,
        "value": None if node.value is None else node.value / tonnes,
        "share": node.share_of / size if size and node.value is not None else None,
    }


@require_safe
@needs(Permission.VIEW)
def completeness(request: HttpRequest) -> HttpResponse:
    """What is missing, why, and who owes it? The matrix of categories and pollutants."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    table = optional_table(scene.record, "completeness")
    if table is None or table.is_empty():
        return without_result(request, "inventory-completeness", _("完整性"))
    periods = periods_of(table)
    period = one_of(request.GET, "period", periods, periods[-1])
    group = one_of(request.GET, "group", list(GROUP_NAMES), "main")
    state = one_of(request.GET, "state", [str(one) for one in STATES])
    return render(
        request,
        "inventory_pages/completeness.html",
        {
            "page": "inventory-completeness", "active": "inventory", "periods": periods, "period": period,
            "group": group, "groups": GROUP_NAMES.items(), "state": state, "states": STATES.items(),
            "matrix": completeness_matrix(table, period=period, group=group, state=state),
        },
    )  # fmt: skip


@require_safe
@needs(Permission.VIEW)
def uncertainty(request: HttpRequest) -> HttpResponse:
    """How sure are the figures? Intervals of totals and parts, what they cover, and what makes them wide."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    table, contribution = _both(scene.record, "uncertainty", "uncertainty_contribution")
    if table is None or contribution is None:
        return without_result(request, "inventory-uncertainty", _("不确定性"))
    periods = periods_of(table)
    period = one_of(request.GET, "period", periods, periods[-1])
    totals = sure.totals(table, period)
    measures = [row["pollutant"] for row in totals]
    telling = next((row["pollutant"] for row in totals if row["interval"] != UNKNOWN), measures[0])
    measure = one_of(request.GET, "measure", measures, telling)
    scope = one_of(request.GET, "scope", list(sure.SCOPES), "category")
    rows = sure.parts(table, period, measure, scope)
    words = Text("{s}：{m}", "{s}: {m}").format(s=sure.SCOPES[scope], m=measure_label(measure))
    return render(
        request,
        "inventory_pages/uncertainty.html",
        {
            "page": "inventory-uncertainty", "active": "inventory",
            "caution": caution(scene.record, scene.gwp_set, (measure,)), "periods": periods, "period": period,
            "totals": totals, "measures": measures, "measure": measure, "scope": scope, "scopes": sure.SCOPES.items(),
            "rows": rows, "chart": sure.bands(rows, scope, capfirst(say(words))), "title": capfirst(say(words)),
            "contributions": sure.contributions(contribution, period, measure), "roles": sure.ROLES,
            "intervals": sure.INTERVALS, "draws": totals[0]["draws"], "seed": totals[0]["seed"],
        },
    )  # fmt: skip


def _both(record: RunRecord, first: str, second: str) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    tables = [optional_table(record, name) for name in (first, second)]
    return (None, None) if tables[0] is None or tables[0].is_empty() else (tables[0], tables[1])


@require_safe
@needs(Permission.VIEW)
def key_categories(request: HttpRequest) -> HttpResponse:
    """Where does effort pay most? Key categories of one metric, and those of several at once."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    table, joint = _both(scene.record, "key_category", "key_category_joint")
    if table is None or joint is None:
        return without_result(request, "inventory-key-categories", _("关键类别"))
    metrics = keys.metrics_in(table)
    metric = one_of(request.GET, "metric", metrics, metrics[0])
    approach = int(one_of(request.GET, "approach", [str(one) for one in keys.APPROACHES], "1"))
    criterion: keys.Criterion = (
        "trend" if one_of(request.GET, "by", list(keys.CRITERIA), "level") == "trend" else "level"
    )
    rows = keys.assessed(table, metric, approach, criterion)
    words = Text("{m}：{c}", "{m}: {c}").format(m=keys.metric_name(metric), c=keys.CRITERIA[criterion])
    return render(
        request,
        "inventory_pages/key_categories.html",
        {
            "page": "inventory-key-categories", "active": "inventory",
            "caution": caution(scene.record, scene.gwp_set, (metric,)),
            "metrics": [(code, say(keys.metric_name(code))) for code in metrics], "metric": metric,
            "approach": approach, "approaches": keys.APPROACHES.items(), "by": criterion,
            "criteria": keys.CRITERIA.items(), "rows": rows, "threshold": THRESHOLDS[approach],
            "keys": sum(bool(row["is_key"]) for row in rows), "period": rows[0]["period"] if rows else "",
            "base_period": rows[0]["base_period"] if rows else None, "title": capfirst(say(words)),
            "chart": keys.cumulated(rows, approach, capfirst(say(words))), "joint": keys.joint(joint),
        },
    )  # fmt: skip


@require_safe
@needs(Permission.VIEW)
def target_dashboard(request: HttpRequest) -> HttpResponse:
    """Are the targets on their way, and does the answer depend on what is counted?"""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    boundaries = targets_of.boundaries_in(targets_of.dashboard(scene.record, None))
    boundary = one_of(request.GET, "boundary", [code for code, _name in boundaries])
    view = targets_of.dashboard(scene.record, boundary or None)
    tiles = targets_of.tiles(view)
    return render(
        request,
        "inventory_pages/dashboard.html",
        {
            "active": "targets", "page": "target-dashboard", "boundary": boundary, "boundaries": boundaries,
            "as_of": view["as_of"], "measured": [tile for tile in tiles if tile["is_measured"]],
            "others": [tile for tile in tiles if not tile["is_measured"]],
        },
    )  # fmt: skip


@require_safe
@needs(Permission.VIEW)
def grid(request: HttpRequest) -> HttpResponse:
    """Where is it emitted, and when? One pollutant on a grid, month by month or hour by hour."""
    scene = scene_of(request)
    if scene.record is None or scene.workspace is None:
        return render(request, "analysis/no_run.html")
    emission = emission_of(scene.record, scene.gwp_set)
    pollutants = grid_choices(emission)
    if not pollutants or not has_boundaries(scene.record):
        return render(request, "inventory_pages/no_grid.html", {"page": "inventory-grid", "active": "inventory"})
    periods = periods_of(emission)
    period = one_of(request.GET, "period", periods, periods[-1])
    pollutant = one_of(request.GET, "pollutant", pollutants, pollutants[0])
    cell = one_of(request.GET, "cell", gridded.CELLS, gridded.CELLS[1])
    steps = one_of(request.GET, "steps", list(gridded.STEPS), "month")
    result, axis = gridded.gridded_of(scene.record, cell, int(period), pollutant), gridded.axis_of(steps, int(period))
    totals = [float(one) for one in gridded.step_totals(result, pollutant, axis).sum(axis=1)]
    words = Text("{m}：{s}", "{m}: {s}").format(m=measure_label(pollutant), s=gridded.STEPS[steps])
    query = {"pollutant": pollutant, "cell": cell, "period": period, "steps": steps}
    return render(
        request,
        "inventory_pages/grid.html",
        {
            "page": "inventory-grid", "active": "inventory",
            "caution": caution(scene.record, scene.gwp_set, (pollutant,)), "pollutants": pollutants, "pollutant": pollutant,
            "periods": periods, "period": period, "cells": gridded.CELLS, "cell": cell,
            "kinds": gridded.STEPS.items(), "steps": steps, "title": capfirst(say(words)),
            "chart": gridded.totals_chart(totals, axis, gridded.unit_of(totals), capfirst(say(words))),
            "losses": gridded.losses(result), "unit": fitting_unit(float(result.mass.sum())),
            "total": float(result.mass.sum()) / fitting_unit(float(result.mass.sum())).tonnes,
            "config": gridded.map_settings(
                f"{reverse('api:grid', args=[scene.record.run_id])}?{urlencode(query)}",
                f"{reverse('api:boundaries')}?{urlencode({'run': scene.record.run_id, 'parent': scene.workspace.region})}",
                gridded.step_names(axis),
                say(ATTRIBUTION),
            ),
            "first_step": gridded.step_names(axis)[0], "last": axis.steps - 1,
        },
    )  # fmt: skip


def grid_choices(emission: pl.DataFrame) -> list[str]:
    """The pollutants with a figure, which can be put on a grid."""
    return [name for name in codes() if name in emission.columns and emission[name].is_not_null().any()]


def has_boundaries(record: RunRecord) -> bool:
    """Whether the run holds boundaries, without which an area has no place."""
    return any(entry["table"] == "document:boundaries" for entry in run_of(record).manifest["inputs"])


@require_safe
@needs(Permission.VIEW)
def bulletin(request: HttpRequest) -> HttpResponse:
    """What would the bulletin of this run print? Its tables and notes, as the export writes them."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    made = bulletin_of(scene.record)
    return render(
        request,
        "inventory_pages/bulletin.html",
        {
            "page": "inventory-bulletin",
            "active": "inventory",
            "bulletin": made,
            "tables": [t for t in made.tables if t.rows and t.columns],
        },
    )


@lru_cache(maxsize=16)
def _bulletin(path: str, digest: str) -> Bulletin:
    return bulletin_tables(run_of(RunRecord(path=path, digest=digest)))


def bulletin_of(record: RunRecord) -> Bulletin:
    """The bulletin of a run, made once."""
    return _bulletin(record.path, record.digest)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHECK_FILES)
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Does another inventory say the same? A file brought along, compared cell by cell; nothing of it is kept."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    view, faults = None, list[Fault]()
    layout, upload = request.POST.get("layout", ""), request.FILES.get("file")
    if request.method == "POST" and upload is None:
        faults = [Fault("reconcile.no_file", Text("请选择对方清单的文件", "choose the file of the other inventory"))]
    elif request.method == "POST" and upload is not None:
        try:
            view = other.compared(scene.record, upload, layout)
        except CocontrolError as error:
            faults = list(error.faults)
    return render(
        request,
        "inventory_pages/reconciliation.html",
        {
            "page": "inventory-reconciliation", "active": "inventory", "layouts": other.layout_names(),
            "layout": layout, "view": view, "faults": faults, "file_name": upload.name if upload else "",
            "blocks": other.blocks(view) if view else [],
            "notes": [said[active_language()] for said in (view or {}).get("notes", ())],
        },
        status=400 if faults else 200,
    )  # fmt: skip
