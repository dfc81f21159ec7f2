"""Where do we stand? The overview page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cocontrol.core.verdicts import VerdictValue
from cocontrol.indicators.catalogue import DEFINITIONS, boundary_label, indicator_label, variant_label
from cocontrol.reference.gwp import GWP_SETS
from cocontrol_web.analysis import charts
from cocontrol_web.analysis.cells import indicator_cell
from cocontrol_web.analysis.figures import fitting_unit, format_figure
from cocontrol_web.analysis.overview import Overview, Total
from cocontrol_web.analysis.overview import overview as overview_of
from cocontrol_web.analysis.regions import region_choice
from cocontrol_web.analysis.targets import judged_targets
from cocontrol_web.language import say
from cocontrol_web.registry.models import Workspace
from cocontrol_web.rights import Permission, may_see_table, needs
from cocontrol_web.scene import scene_of

FIRST_FINDINGS = 6
FIRST_VERDICTS = 8


@require_safe
@needs(Permission.VIEW)
def home(_request: HttpRequest) -> HttpResponse:
    """Send whoever comes to the front door to the overview."""
    return redirect("overview")


@require_safe
@needs(Permission.VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Totals, sectors, verdicts, findings, gaps; how to get a run where there is none."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    record = scene.record
    stand = overview_of(record, gwp_set=scene.gwp_set, period=request.GET.get("period"))
    verdicts = judged_targets(record)
    return render(
        request,
        "analysis/overview.html",
        {
            "stand": stand,
            "gwp_sets": GWP_SETS,
            "gases": [shown(total, is_gas=True) for total in stand.greenhouse_gases],
            "air": [shown(total, is_gas=False) for total in stand.air_pollutants],
            "sector_chart": charts.by_sector(record, scene.gwp_set, "CO2", stand.period),
            "verdict_counts": stand.verdict_counts.items(),
            "verdicts": most_telling(verdicts),
            "findings": stand.findings[:FIRST_FINDINGS],
            "indicators": indicators_of(stand),
            "may_see_lineage": may_see_table(scene.person, "coefficient_lineage"),
            "gap_figures": sum(gap.figures for gap in stand.gaps),
        },
    )


def warm() -> None:
    """Read the latest run of each workspace, so that the first visitor does not wait for it."""
    for workspace in Workspace.objects.all():
        if (record := workspace.runs.first()) is not None and record.folder.is_dir():
            overview_of(record, gwp_set=record.gwp_set)
            region_choice(workspace, workspace.region)


def shown(total: Total, *, is_gas: bool) -> dict[str, Any]:
    """A total in the unit that fits it, beside everything that it carries."""
    unit = fitting_unit(total.value)
    text = "" if total.value is None else format_figure(total.value / unit.tonnes)
    other = "" if total.with_land_use is None else format_figure(total.with_land_use / unit.tonnes)
    return {**asdict(total), "is_gas": is_gas, "unit": unit.label, "shown": text, "shown_with_land_use": other}


def most_telling(verdicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The verdicts to show first: decided ones before open ones, few of them."""
    return sorted(verdicts, key=lambda one: one["value"] == VerdictValue.UNDETERMINED.value)[:FIRST_VERDICTS]


def indicators_of(stand: Overview) -> list[dict[str, Any]]:
    """The calculated indicators of the year, each as a small table: boundary by price basis and vintage."""
    rows = [row for row in stand.indicators if row["period"] == stand.period and row["indicator_id"] in DEFINITIONS]
    return [
        _indicator([row for row in rows if row["indicator_id"] == name]) for name in _distinct(rows, "indicator_id")
    ]


def _indicator(rows: list[dict[str, Any]]) -> dict[str, Any]:
    variants, boundaries = _distinct(rows, "variant"), _distinct(rows, "boundary")
    by_choice = {(row["boundary"], row["variant"]): {**row, "explain": indicator_cell(row)} for row in rows}
    return {
        "title": say(indicator_label(rows[0]["indicator_id"])),
        "unit": rows[0]["unit"],
        "variants": [say(variant_label(variant)) for variant in variants],
        "rows": [(say(boundary_label(b)), [by_choice.get((b, v)) for v in variants]) for b in boundaries],
    }


def _distinct(rows: list[dict[str, Any]], column: str) -> list[str]:
    return list(dict.fromkeys(row[column] for row in rows))
