"""Operations on workspaces, regions, maps, declared tables and file checks."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from cocontrol.core.tables import TABLES, Table
from cocontrol.io.declarations import declared_tables
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.boundaries import boundaries_of
from cocontrol_web.analysis.browse import MEDIA_TYPES
from cocontrol_web.analysis.mapping import area_collection, area_metrics, facility_points
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.regions import rows_of_region
from cocontrol_web.analysis.views.maps import areas_of_level, facilities_of
from cocontrol_web.analysis.views.provenance import run_for
from cocontrol_web.answers import download
from cocontrol_web.api import access, schemas
from cocontrol_web.registry.checking import annotated_copy, check_upload, remove_check
from cocontrol_web.registry.models import FileCheck, Workspace
from cocontrol_web.registry.views import check_for, template_bytes
from cocontrol_web.rights import Person, visible_checks, visible_runs, visible_workspaces

router = Router(tags=["data"])


@router.get("/workspaces", response=list[schemas.WorkspaceOut], auth=access.VIEW, url_name="workspaces")
def workspaces(request: HttpRequest) -> Any:
    """Workspaces that you may see."""
    return list(visible_workspaces(request.user))


@router.get("/regions", response=list[schemas.RegionOut], auth=access.VIEW, url_name="regions")
def regions(request: HttpRequest, workspace: str, parent: str | None = None) -> Any:
    """Regions of a workspace that have a boundary; only those right below `parent` when it is given."""
    found = boundaries_of(_workspace(request.user, workspace).folder)
    return [
        {"adcode": b.adcode, "name": b.name, "level": b.level, "parent": b.parent}
        for b in found
        if b.adcode and (parent is None or b.parent == parent)
    ]


@router.get("/boundaries.geojson", auth=access.VIEW, url_name="boundaries")
def boundaries(
    request: HttpRequest, run: str | None = None, parent: str = "410000", level: Literal["city", "county"] = "city"
) -> dict[str, Any]:
    """Areas of a level inside `parent` with the metrics of the map, as GeoJSON."""
    record = _run(request.user, run)
    areas = areas_of_level(record.workspace, parent, level)
    plants = facilities_of(request.user, record)
    return area_collection(areas, area_metrics(plants, areas) if plants is not None else {}, reverse("map"))


@router.get("/facilities.geojson", auth=access.VIEW, url_name="facilities")
def facilities(request: HttpRequest, run: str | None = None, region: str | None = None) -> dict[str, Any]:
    """Facilities with coordinates as GeoJSON; labels in the language of the session."""
    record = _run(request.user, run)
    plants = facilities_of(request.user, record)
    if plants is None:
        return {"type": "FeatureCollection", "features": []}
    return facility_points(rows_of_region(plants, region) if region else plants, reverse("table", args=["facility"]))


@router.get("/tables", response=list[schemas.TableOut], auth=access.VIEW, url_name="tables")
def tables(request: HttpRequest) -> Any:  # noqa: ARG001 - the framework passes it
    """Declared tables: what a file may hold."""
    return [_declaration(TABLES.get(name)) for name in declared_tables()]


@router.get("/tables/{name}", response=schemas.TableOut, auth=access.VIEW, url_name="table")
def table(request: HttpRequest, name: str) -> Any:  # noqa: ARG001 - the framework passes it
    """One declared table."""
    return _declaration(TABLES.get(name))


@router.get("/tables/{name}/template.xlsx", auth=access.CHECK_FILES, url_name="table-template")
def template(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 - the framework passes it
    """The Excel template of a declared table."""
    return download(template_bytes(name), f"{name}.xlsx", MEDIA_TYPES["xlsx"])


@router.get("/checks", response=list[schemas.CheckOut], auth=access.CHECK_FILES, url_name="checks")
def checks(request: HttpRequest) -> Any:
    """Your own file checks, newest first."""
    return list(visible_checks(request.user))


@router.post("/checks", response={201: schemas.CheckOut}, auth=access.CHECK_FILES, url_name="check-upload")
def upload(request: HttpRequest, table: Form[str], file: File[UploadedFile]) -> Any:
    """Check a file against a declared table; every fault comes back at once."""
    TABLES.get(table)
    if not isinstance(request.user, User):
        raise PermissionDenied
    return Status(201, check_upload(file, table, request.user))


@router.get("/checks/{check_id}", response=schemas.CheckOut, auth=access.CHECK_FILES, url_name="check")
def check(request: HttpRequest, check_id: UUID) -> FileCheck:
    """One file check with its faults."""
    return check_for(request.user, check_id)


@router.delete("/checks/{check_id}", response={204: None}, auth=access.CHECK_FILES, url_name="check-delete")
def delete_check(request: HttpRequest, check_id: UUID) -> Any:
    """Delete a file check and its files."""
    remove_check(check_for(request.user, check_id))
    return Status(204, None)


@router.get("/checks/{check_id}/annotated", auth=access.CHECK_FILES, url_name="check-annotated")
def annotated(request: HttpRequest, check_id: UUID) -> HttpResponseBase:
    """The file as a workbook with the faulty cells marked."""
    path = annotated_copy(check_for(request.user, check_id))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=MEDIA_TYPES["xlsx"])


def _workspace(person: Person, name: str) -> Workspace:
    found = visible_workspaces(person).filter(name=name).first()
    if found is None:
        raise Http404
    return found


def _run(person: Person, run_id: str | None) -> RunRecord:
    """The run named, or the latest that the person may see."""
    if run_id is not None:
        return run_for(person, run_id)
    latest = visible_runs(person).first()
    if latest is None:
        raise Http404
    return latest


def _declaration(declared: Table) -> dict[str, Any]:
    return {
        "name": declared.name,
        "title_zh": declared.label.zh,
        "title_en": declared.label.en,
        "description_zh": declared.description.zh,
        "description_en": declared.description.en,
        "key": list(declared.key),
        "columns": [
            {
                "name": c.name, "kind": c.kind.value, "label_zh": c.label.zh, "label_en": c.label.en,
                "description_zh": c.description.zh, "description_en": c.description.en, "unit": c.unit,
                "required": c.required, "allowed": {code: label.zh for code, label in c.allowed.items()},
            }
            for c in declared.columns
        ],
    }  # fmt: skip
