"""Where does this figure come from? The provenance page (the drawer shows the same tree)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cocontrol.core.text import Language
from cocontrol.io.cells import parse_cell
from cocontrol.io.explain import explain as explain_cell
from cocontrol.io.manifest import gwp_entries
from cocontrol.io.results import CO2E_PREFIX
from cocontrol.io.runs import Run
from cocontrol.reference.gwp import GWP_SETS
from cocontrol_web.analysis.emissions import under_gwp_set
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import run_of
from cocontrol_web.rights import Permission, Person, needs, visible_runs
from cocontrol_web.scene import scene_of


@require_safe
@needs(Permission.VIEW)
def explain(request: HttpRequest, run_id: str) -> HttpResponse:
    """The tree from a figure down to source cells, factors and clauses."""
    scene = scene_of(request)
    record = run_for(scene.person, run_id)
    cell = request.GET.get("cell", "")
    if not cell:
        raise Http404
    return render(
        request,
        "analysis/explain.html",
        {"record": record, "cell": cell, "tree": explained(record, cell, scene.language)},
    )


def explained(record: RunRecord, cell: str, language: Language) -> dict[str, Any]:
    """The explanation of one cell as plain values; `NotFound` or `InvalidInput` where the cell means nothing.

    CO2e may be asked for under any GWP set, not only the one of the run.
    """
    measure = parse_cell(cell).measure
    run = run_of(record)
    if measure.startswith(CO2E_PREFIX) and measure.removeprefix(CO2E_PREFIX) in GWP_SETS:
        run = under_set(run, measure.removeprefix(CO2E_PREFIX))
    tree: dict[str, Any] = explain_cell(run, cell, language).as_dict()
    return tree


@dataclass(frozen=True, slots=True)
class RunUnderSet(Run):
    """A run whose CO2e is made anew under another GWP set; everything else is read as it is."""

    gwp_set: str

    def result(self, name: str) -> pl.DataFrame:
        """The result table, its CO2e column exchanged."""
        frame = Run.result(self, name)
        return under_gwp_set(frame, self.gwp_set) if name == "emission" else frame


def under_set(run: Run, gwp_set: str) -> Run:
    """The run as it would read under the GWP set; the run itself where it is its own."""
    if run.manifest["gwp_set"] == gwp_set:
        return run
    return RunUnderSet(run.folder, {**run.manifest, "gwp_set": gwp_set, "gwp": gwp_entries(gwp_set)}, gwp_set)


def run_for(person: Person, run_id: str) -> RunRecord:
    """The run of that id that the person may see; 404 otherwise."""
    record = visible_runs(person).filter(run_id=run_id).first()
    if record is None:
        raise Http404
    return record
