"""Is this file usable? Upload and check, the list of faults, the annotated copy, templates to fill."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocontrol.core.errors import InvalidInput
from cocontrol.core.tables import TABLES
from cocontrol.io.declarations import declared_tables
from cocontrol.io.inputs import code_lists
from cocontrol.io.templates import write_template
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.browse import MEDIA_TYPES
from cocontrol_web.answers import download
from cocontrol_web.language import active_language
from cocontrol_web.registry.checking import annotated_copy, check_upload, fault_groups, faults_of, remove_check
from cocontrol_web.registry.models import FileCheck
from cocontrol_web.rights import Permission, Person, needs, visible_checks

SHOWN_FAULTS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHECK_FILES)
def checks(request: HttpRequest) -> HttpResponse:
    """The form for a file, and the person's earlier checks."""
    faults = []
    if request.method == "POST":
        table, upload = request.POST.get("table", ""), request.FILES.get("file")
        if upload is None:
            messages.error(request, _("请选择要检查的文件。"))
        elif table not in declared_tables():
            raise Http404
        else:
            if not isinstance(request.user, User):
                raise PermissionDenied
            try:
                return redirect("check", check_id=check_upload(upload, table, request.user).check_id)
            except InvalidInput as error:
                faults = list(error.faults)
    return render(
        request,
        "registry/checks.html",
        {
            "tables": [(name, TABLES.get(name)) for name in declared_tables()],
            "checks": visible_checks(request.user)[:50],
            "faults": faults,
            "chosen": request.POST.get("table") or request.GET.get("table", ""),
        },
        status=400 if faults else 200,
    )


@require_safe
@needs(Permission.CHECK_FILES)
def check(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Everything that is wrong with one file, where, what is allowed, and what to do."""
    found = check_for(request.user, check_id)
    faults = faults_of(found)
    rule = request.GET.get("rule", "")
    chosen = [fault for fault in faults if not rule or fault.rule == rule]
    return render(
        request,
        "registry/check.html",
        {
            "check": found,
            "declared": TABLES.get(found.table),
            "faults": chosen[:SHOWN_FAULTS],
            "chosen_count": len(chosen),
            "groups": fault_groups(found.faults),
            "rule": rule,
        },
    )


@require_safe
@needs(Permission.CHECK_FILES)
def annotated(request: HttpRequest, check_id: UUID) -> HttpResponseBase:
    """The uploaded file as a workbook with the faulty cells marked and a sheet that lists them."""
    path = annotated_copy(check_for(request.user, check_id))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=MEDIA_TYPES["xlsx"])


@require_POST
@needs(Permission.CHECK_FILES)
def delete(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Delete a check and its files."""
    remove_check(check_for(request.user, check_id))
    messages.success(request, _("检查记录和文件已删除。"))
    return redirect("checks")


@require_safe
@needs(Permission.CHECK_FILES)
def template(_request: HttpRequest, table: str) -> HttpResponse:
    """The Excel template of a declared table."""
    return download(template_bytes(table), f"{table}.xlsx", MEDIA_TYPES["xlsx"])


def template_bytes(table: str) -> bytes:
    """The template of a table as a workbook in the active language; `NotFound` lists the tables."""
    TABLES.get(table)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{table}.xlsx"
        write_template(table, path, active_language(), code_lists=code_lists())
        return path.read_bytes()


def check_for(person: Person, check_id: UUID) -> FileCheck:
    """The person's own check of that id; 404 otherwise."""
    found = visible_checks(person).filter(check_id=check_id).first()
    if found is None:
        raise Http404
    return found
