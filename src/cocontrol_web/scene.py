"""The scene of a page: who looks, at which workspace and run, for which region, under which GWP set.

What a person chose last is kept in the session; an address may always name it (``?run=``, ``?region=``,
``?gwp=``), so that a link shows everybody the same page.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from cocontrol.core.text import Language
from cocontrol.reference.gwp import GWP_SETS
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.regions import RegionChoice, region_choice
from cocontrol_web.language import active_language
from cocontrol_web.registry.models import Workspace
from cocontrol_web.rights import Person, region_of, visible_runs, visible_workspaces

_KEPT = "cocontrol.scene"
"""Where a request keeps its scene: a page and its frame ask for it several times."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the page is about. Without a workspace or a run the page shows how to get one."""

    person: Person
    language: Language
    workspace: Workspace | None
    record: RunRecord | None
    region: RegionChoice | None
    gwp_set: str

    @property
    def run(self) -> RunRecord:
        """The run, for pages that make no sense without one; 404 where there is none."""
        if self.record is None:
            raise Http404
        return self.record


def scene_of(request: HttpRequest) -> Scene:
    """The scene that the address, the session and the person's rights make, in this order."""
    cached = request.META.get(_KEPT)
    if isinstance(cached, Scene):
        return cached
    person = request.user
    record = _chosen_run(request, person)
    workspace = record.workspace if record else visible_workspaces(person).first()
    scene = Scene(
        person=person,
        language=active_language(),
        workspace=workspace,
        record=record,
        region=region_choice(workspace, _chosen_region(request, person)) if workspace else None,
        gwp_set=_chosen_gwp_set(request, record),
    )
    request.META[_KEPT] = scene
    return scene


def _chosen(request: HttpRequest, name: str) -> str:
    """What the address names, remembered for the next page; else what was remembered."""
    given = request.GET.get(name)
    if given is None:
        return str(request.session.get(name, ""))
    if request.session.get(name) != given and len(given) <= 80:
        request.session[name] = given
    return given


def _chosen_run(request: HttpRequest, person: Person) -> RunRecord | None:
    """The run that the address names (404 where the person may not see it), else the remembered or latest one."""
    runs = visible_runs(person)
    if (named := request.GET.get("run")) is not None and not runs.filter(run_id=named).exists():
        raise Http404
    wanted = _chosen(request, "run")
    return runs.filter(run_id=wanted).first() or runs.first()


def _chosen_region(request: HttpRequest, person: Person) -> str:
    return _chosen(request, "region") or region_of(person)


def _chosen_gwp_set(request: HttpRequest, record: RunRecord | None) -> str:
    wanted = _chosen(request, "gwp")
    if wanted in GWP_SETS:
        return wanted
    return record.gwp_set if record else GWP_SETS[0]
