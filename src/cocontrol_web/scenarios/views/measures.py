"""Which measures are there, what do they change, and how well are their numbers known?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile as DjangoFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocontrol.core.errors import CocontrolError, Fault
from cocontrol.core.text import Text
from cocontrol.io.inputs import code_lists
from cocontrol.io.templates import write_template
from cocontrol.measures.catalogue_tables import KINDS
from cocontrol.measures.published import BASE_YEAR, coverage
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.browse import MEDIA_TYPES, page_of
from cocontrol_web.analysis.views.tables import query_of
from cocontrol_web.answers import download
from cocontrol_web.choices import one_of
from cocontrol_web.language import active_language
from cocontrol_web.registry.checking import refuse_upload, safe_name
from cocontrol_web.rights import Permission, may, needs, region_of, visible_catalogues
from cocontrol_web.scenarios import catalogues, cost_references
from cocontrol_web.scenarios.files import as_json_rows, workbook
from cocontrol_web.scenarios.models import OwnCatalogue


@require_safe
@needs(Permission.VIEW)
def measures(request: HttpRequest) -> HttpResponse:
    """The library: every measure with what it changes, what it removes and what it costs."""
    choices = catalogues.choices_for(request.user)
    key = one_of(request.GET, "catalogue", [name for name, _title in choices], choices[0][0])
    kind = one_of(request.GET, "kind", [one.value for one in KINDS], "")
    cost = one_of(request.GET, "cost", ["known", "unknown"], "")
    words = request.GET.get("q", "")[:80]
    catalogue = catalogues.catalogue_for(request.user, key)
    return render(
        request,
        "scenarios/measures.html",
        {
            "catalogues": choices, "key": key, "kinds": [(one.value, text) for one, text in KINDS.items()], "kind": kind,
            "cost": cost, "words": words, "rows": catalogues.list_rows(catalogue, words=words, kind=kind, cost=cost),
            "count": len(catalogue.measures), "is_own": key not in catalogues.NAMES,
            "is_synthetic": key == catalogues.DEMONSTRATION, "known": coverage() if key == catalogues.PUBLISHED else None,
            "numbers_total": coverage().numbers.total(), "base_year": BASE_YEAR, "may_bring": may(request.user, Permission.EDIT_SCENARIOS),
        },
    )  # fmt: skip


@require_safe
@needs(Permission.VIEW)
def measure(request: HttpRequest, key: str, measure_id: str) -> HttpResponse:
    """One measure with every number: unit, source, status."""
    catalogue = catalogues.catalogue_for(request.user, key)
    found = catalogue.get(measure_id)
    (row,) = [one for one in catalogues.list_rows(catalogue) if one["measure_id"] == measure_id]
    numbers = catalogues.number_rows(catalogue, measure_id, key)
    return render(
        request,
        "scenarios/measure.html",
        {
            "active": "measures", "key": key, "measure": row, "found": found, "fuels": catalogues.fuel_names(found.fuels),
            "numbers": numbers, "has_lineage": any(row["lineage"] for row in numbers), "base_year": BASE_YEAR,
            "incompatible": [catalogues.measure_name(catalogue, one) for one in found.incompatible],
            "requires": [catalogues.measure_name(catalogue, one) for one in found.requires],
        },
    )  # fmt: skip


@require_safe
@needs(Permission.VIEW)
def export(request: HttpRequest, key: str) -> HttpResponse:
    """A catalogue as a workbook."""
    content = workbook(catalogues.sheets_of(catalogues.catalogue_for(request.user, key)), active_language())
    return download(content, f"measures-{key}.xlsx", MEDIA_TYPES["xlsx"])


def _asked_costs(request: HttpRequest) -> dict[str, str]:
    """The filters of published unit costs as asked; 400 for a value that is not offered."""
    offered = cost_references.choices()
    picked = {name: one_of(request.GET, name, [code for code, _name in offered[name]], "") for name in offered}
    return {**picked, "words": request.GET.get("q", "")[:80]}


@require_safe
@needs(Permission.VIEW)
def costs(request: HttpRequest) -> HttpResponse:
    """Published unit costs as their documents give them: to compare, not to put into a problem."""
    asked = _asked_costs(request)
    found = cost_references.found(asked)
    page = page_of(found, query_of(request.GET))
    return render(
        request,
        "scenarios/cost_references.html",
        {
            "active": "measures", "page": page, "rows": cost_references.rows(page.rows), "asked": asked,
            "offered": cost_references.choices(),
        },
    )  # fmt: skip


@require_safe
@needs(Permission.VIEW)
def costs_export(request: HttpRequest) -> HttpResponse:
    """The published unit costs that the filters leave, as a workbook."""
    sheets = {Text("费用参考", "cost references"): cost_references.found(_asked_costs(request))}
    return download(workbook(sheets, active_language()), "cost-references.xlsx", MEDIA_TYPES["xlsx"])


@require_safe
@needs(Permission.EDIT_SCENARIOS)
def template(_request: HttpRequest, name: str) -> HttpResponse:
    """The Excel template of one of the tables of a catalogue."""
    table = next((one for one in catalogues.TABLES_OF_A_CATALOGUE if one.name == name), None)
    if table is None:
        raise Http404
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xlsx"
        write_template(table, path, active_language(), code_lists=code_lists())
        return download(path.read_bytes(), f"{name}.xlsx", MEDIA_TYPES["xlsx"])


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_SCENARIOS)
def bring(request: HttpRequest) -> HttpResponse:
    """Bring one's own catalogue along: templates, upload, every fault at once."""
    faults: list[Fault] = []
    if request.method == "POST":
        if not isinstance(request.user, User):
            raise PermissionDenied
        try:
            kept = kept_catalogue(request, request.user)
        except CocontrolError as error:
            faults = list(error.faults)
        else:
            messages.success(request, _("措施目录已保存。"))
            return redirect(f"{reverse('measures')}?{urlencode({'catalogue': str(kept.catalogue_id)})}")
    return render(
        request,
        "scenarios/bring_measures.html",
        {
            "active": "measures", "faults": faults, "tables": catalogues.TABLES_OF_A_CATALOGUE,
            "own": visible_catalogues(request.user), "title": request.POST.get("title", ""),
        },
        status=400 if faults else 200,
    )  # fmt: skip


def kept_catalogue(request: HttpRequest, person: User) -> OwnCatalogue:
    """The uploaded tables, checked and kept; `InvalidInput` with every fault."""
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for table in catalogues.TABLES_OF_A_CATALOGUE:
            if (upload := request.FILES.get(table.name)) is not None:
                files[table.name] = _written(upload, Path(folder) / table.name)
        rows = {name: as_json_rows(found) for name, found in catalogues.read_catalogue(files).items()}
    title = request.POST.get("title", "").strip()[:120] or _("自己的措施目录")
    measures_table, numbers, prices = (table.name for table in catalogues.TABLES_OF_A_CATALOGUE)
    return OwnCatalogue.objects.create(
        title=title, region=region_of(person), owner=person, measures=rows[measures_table], numbers=rows[numbers],
        prices=rows.get(prices, []),
    )  # fmt: skip


def _written(upload: DjangoFile[bytes], folder: Path) -> Path:
    name = safe_name(upload.name or "")
    refuse_upload(name, upload.size or 0)
    folder.mkdir()
    path = folder / name
    path.write_bytes(b"".join(upload.chunks()))
    return path


@require_POST
@needs(Permission.EDIT_SCENARIOS)
def delete(request: HttpRequest, catalogue_id: UUID) -> HttpResponse:
    """Delete a catalogue of one's own."""
    found = visible_catalogues(request.user).filter(catalogue_id=catalogue_id).first()
    if found is None:
        raise Http404
    found.delete()
    messages.success(request, _("措施目录已删除。"))
    return redirect("measures-bring")
