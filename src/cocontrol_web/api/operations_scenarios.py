"""Operations on measures, pathways and least-cost plans: what the pages show, as values."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from cocontrol.measures.catalogue import measure_table
from cocontrol_web.api import access
from cocontrol_web.rights import Permission
from cocontrol_web.scenarios import answers
from cocontrol_web.scenarios.catalogues import DEMONSTRATION, catalogue_for
from cocontrol_web.scenarios.pathways import outlook_of, peak_lines
from cocontrol_web.scenarios.views.least_cost import plan_for
from cocontrol_web.scenarios.views.pathways import choice_for, start_choice

router = Router(tags=["scenarios"])
EDIT_SCENARIOS = access.Needs(Permission.EDIT_SCENARIOS)


@router.get("/measures", auth=access.VIEW, url_name="measures")
def measures(request: HttpRequest, catalogue: str = DEMONSTRATION) -> list[dict[str, Any]]:
    """The measures of a catalogue, one row each."""
    return measure_table(catalogue_for(request.user, catalogue)).to_dicts()


@router.get("/pathways", auth=access.VIEW, url_name="pathway")
def pathway(request: HttpRequest, scenario: str = "") -> dict[str, Any]:
    """A pathway: its series with bands, its peaks, the probability of meeting all targets."""
    result = outlook_of(choice_for(request.user, scenario, start_choice(request)).text)
    return {
        "scenario": result.scenario.scenario.name, "synthetic": result.scenario.scenario.synthetic,
        "bands": result.bands.to_dicts(), "peaks": peak_lines(result),
        "joint_probability": result.joint_probability, "budget": result.budget,
    }  # fmt: skip


@router.get("/least-cost/{plan_id}", auth=EDIT_SCENARIOS, url_name="least-cost-plan")
def least_cost_plan(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """A least-cost plan: what was asked and what was found (null until solved)."""
    found = plan_for(request.user, plan_id)
    return {"title": found.title, "run": found.run.run_id, "request": found.request, "answer": found.answer}


@router.get("/least-cost/{plan_id}/map", auth=EDIT_SCENARIOS, url_name="least-cost-map")
def least_cost_map(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """The plants that a plan changes, as GeoJSON points."""
    return answers.located(plan_for(request.user, plan_id).solved or {"plan": []}, "")
