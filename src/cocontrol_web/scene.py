"""The scene of a page: who looks, at which workspace and run, for which region, under which GWP set.

What a person chose last is kept in the session; an address may always name it (``?workspace=``, ``?run=``,
``?region=``, ``?gwp=``), so that a link shows everybody the same page. A run belongs to one workspace: naming
a run chooses its workspace, and another workspace shows its own latest run.
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
    workspaces: tuple[Workspace, ...] = ()

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
    offered = tuple(visible_workspaces(person))
    workspace, record = _chosen_workspace_and_run(request, person, offered)
    scene = Scene(
        person=person,
        language=active_language(),
        workspace=workspace,
        record=record,
        region=region_choice(workspace, _chosen_region(request, person)) if workspace else None,
        gwp_set=_chosen_gwp_set(request, record),
        workspaces=offered,
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


def _chosen_workspace_and_run(
    request: HttpRequest, person: Person, offered: tuple[Workspace, ...]
) -> tuple[Workspace | None, RunRecord | None]:
    """The run that the address names (404 where the person may not see it), else one of the chosen workspace.

    In a workspace it is the run remembered, if it is one of that workspace, else the latest. Where nobody chose
    a workspace yet it is the latest run of all.
    """
    runs = visible_runs(person)
    if (named := request.GET.get("run")) is not None and not runs.filter(run_id=named).exists():
        raise Http404
    wanted = _chosen(request, "run")
    if named is None and (workspace := _chosen_workspace(request, offered)) is not None:
        own = runs.filter(workspace=workspace)
        return workspace, own.filter(run_id=wanted).first() or own.first()
    record = runs.filter(run_id=wanted).first() or runs.first()
    if named is not None and record is not None and len(offered) > 1:
        request.session["workspace"] = record.workspace.name
    return record.workspace if record else next(iter(offered), None), record


def _chosen_workspace(request: HttpRequest, offered: tuple[Workspace, ...]) -> Workspace | None:
    """The workspace that the address or the session names; 404 for an address that names none that is visible."""
    wanted = _chosen(request, "workspace")
    found = next((one for one in offered if one.name == wanted), None)
    if found is None and request.GET.get("workspace"):
        raise Http404
    return found


def _chosen_region(request: HttpRequest, person: Person) -> str:
    return _chosen(request, "region") or region_of(person)


def _chosen_gwp_set(request: HttpRequest, record: RunRecord | None) -> str:
    wanted = _chosen(request, "gwp")
    if wanted in GWP_SETS:
        return wanted
    return record.gwp_set if record else GWP_SETS[0]
