"""Operations on the inventory as a whole: its tree of sectors, its grid, its target dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from cocontrol_web.analysis.emissions import emission_of
from cocontrol_web.analysis.explorer import measures_in
from cocontrol_web.analysis.views.provenance import run_for
from cocontrol_web.api import access
from cocontrol_web.choices import one_of
from cocontrol_web.inventory_pages import grid as gridded
from cocontrol_web.inventory_pages.dashboard import dashboard
from cocontrol_web.inventory_pages.sectors import as_values, sector_tree
from cocontrol_web.inventory_pages.views import grid_choices, periods_of

router = Router(tags=["inventory"])


@router.get("/runs/{run_id}/sectors", auth=access.VIEW, url_name="sectors")
def sectors(request: HttpRequest, run_id: str) -> dict[str, Any]:
    """The inventory as a tree of sectors, categories, fuels and cells, in tonnes. Query: ``measure``, ``period``, ``gwp``."""
    record = run_for(request.user, run_id)
    gwp_set = request.GET.get("gwp") or record.gwp_set
    emission = emission_of(record, gwp_set)
    periods = periods_of(emission)
    measure = one_of(request.GET, "measure", measures_in(emission, gwp_set), "CO2")
    return as_values(sector_tree(emission, measure, one_of(request.GET, "period", periods, periods[-1])))


@router.get("/runs/{run_id}/grid", auth=access.VIEW, url_name="grid")
def grid(request: HttpRequest, run_id: str) -> dict[str, Any]:
    """One pollutant on a grid as GeoJSON. Query: ``pollutant``, ``cell`` (degrees), ``steps`` (month, hour), ``period``.

    A cell has `t` (all steps) and ``s0``, ``s1`` … (tonnes per km² of each step).
    """
    record = run_for(request.user, run_id)
    emission = emission_of(record, record.gwp_set)
    periods, pollutants = periods_of(emission), grid_choices(emission)
    year = int(one_of(request.GET, "period", periods, periods[-1]))
    pollutant = one_of(request.GET, "pollutant", pollutants, pollutants[0])
    cell = one_of(request.GET, "cell", gridded.CELLS, gridded.CELLS[1])
    axis = gridded.axis_of(one_of(request.GET, "steps", list(gridded.STEPS), "month"), year)
    return gridded.cells_of(gridded.gridded_of(record, cell, year, pollutant), pollutant, axis)


@router.get("/runs/{run_id}/target-dashboard", auth=access.VIEW, url_name="target-dashboard")
def target_dashboard(request: HttpRequest, run_id: str, boundary: str | None = None) -> dict[str, Any]:
    """Every target with verdict, trajectory and what each boundary makes of it, as ``cocontrol targets`` gives it."""
    return dict(dashboard(run_for(request.user, run_id), boundary))
