"""Where does the energy go, and do the accounts agree? Flows, reference approach, indirect electricity."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cocontrol_web.analysis.energy import energy_flows, flow_rows, sankey
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import optional_table, table_of
from cocontrol_web.rights import Permission, may_see_table, needs, visible_rows
from cocontrol_web.scene import Scene, scene_of


@require_safe
@needs(Permission.VIEW)
def energy(request: HttpRequest) -> HttpResponse:
    """Energy flows of one year, carbon by supply beside carbon by use, and electricity from outside."""
    scene = scene_of(request)
    if scene.record is None:
        return render(request, "analysis/no_run.html")
    activity = _activity(scene, scene.record)
    periods = table_of(scene.record, "emission")["period"].drop_nulls().unique().sort().to_list()
    period = request.GET.get("period", "")
    period = period if period in periods else (periods[-1] if periods else "")
    year = None if activity is None else activity.filter(pl.col("period") == period)
    flows = None if year is None else energy_flows(year)
    return render(
        request,
        "analysis/energy.html",
        {
            "period": period,
            "periods": periods,
            "chart": sankey(flows, _("能源流向")) if flows else None,
            "left_out": flows.left_out if flows else 0.0,
            "flows": flow_rows(year) if year is not None else [],
            "reference": _rows(scene.record, "reference_approach", period),
            "terms": _rows(scene.record, "reference_difference", period),
            "electricity": _rows(scene.record, "electricity_indirect", period),
        },
    )


def _activity(scene: Scene, record: RunRecord) -> pl.DataFrame | None:
    """The activity table, for those who may see it."""
    frame = optional_table(record, "activity")
    if frame is None or not may_see_table(scene.person, "activity"):
        return None
    return visible_rows(scene.person, "activity", frame)


def _rows(record: RunRecord, name: str, period: str) -> list[dict[str, Any]]:
    """Rows of a result table for one year; all of them where no year is chosen."""
    frame = optional_table(record, name)
    if frame is None:
        return []
    return (frame.filter(pl.col("period") == period) if period else frame).to_dicts()
