"""Which runs are there, what do they say, how do they differ? Run history, start, progress, publication."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cocontrol.core.text import Language
from cocontrol.io.exports import FORMATS
from cocontrol.io.exports import export as export_run
from cocontrol.io.runs import Run
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.browse import page_of, select_rows
from cocontrol_web.analysis.compare import changed_figures, changed_inputs, totals_side_by_side
from cocontrol_web.analysis.jobs import queue_run, result_page
from cocontrol_web.analysis.models import RUN, Job, RunRecord
from cocontrol_web.analysis.report_page import HTML, REPORTS, report_page, reports_of
from cocontrol_web.analysis.store import optional_table, run_of, table_of
from cocontrol_web.analysis.views.provenance import run_for
from cocontrol_web.analysis.views.tables import query_of
from cocontrol_web.answers import download
from cocontrol_web.language import active_language, say
from cocontrol_web.registry.checking import fault_from
from cocontrol_web.rights import (
    Permission,
    Person,
    may,
    may_publish,
    may_start_run,
    needs,
    visible_jobs,
    visible_runs,
    visible_workspaces,
)  # fmt: skip
from cocontrol_web.scene import scene_of


@require_safe
@needs(Permission.VIEW)
def runs(request: HttpRequest) -> HttpResponse:
    """The history of runs with their state, open jobs on top, and the button that starts one."""
    scene = scene_of(request)
    return render(
        request,
        "analysis/runs.html",
        {
            "records": visible_runs(scene.person),
            "jobs": visible_jobs(scene.person).filter(kind=RUN)[:10],
            "startable": [w for w in visible_workspaces(scene.person) if may_start_run(scene.person, w)],
        },
    )


@require_POST
@needs(Permission.START_RUN)
def start(request: HttpRequest) -> HttpResponse:
    """Queue a run of a workspace and show its progress."""
    return redirect("job", job_id=queued_run(request.user, request.POST.get("workspace", "")).job_id)


def queued_run(person: Person, workspace_name: str) -> Job:
    """A job for the workspace, if the person may start one there; 404 where it does not exist for them."""
    workspace = visible_workspaces(person).filter(name=workspace_name).first()
    if workspace is None:
        raise Http404
    if not isinstance(person, User) or not may_start_run(person, workspace):
        raise PermissionDenied
    return queue_run(workspace, person)


@require_safe
@needs(Permission.START_RUN)
def job(request: HttpRequest, job_id: str) -> HttpResponse:
    """The progress of one job; its faults when it failed."""
    found = visible_jobs(request.user).filter(job_id=job_id).select_related("run").first()
    if found is None:
        raise Http404
    if (page := result_page(found)) is not None:
        return redirect(page)
    faults = [fault_from(kept) for kept in found.faults]
    return render(request, "analysis/job.html", {"job": found, "faults": faults})


@require_safe
@needs(Permission.VIEW)
def run(request: HttpRequest, run_id: str) -> HttpResponse:
    """One run: what went in, what came out, whether mass was conserved, and what can be downloaded."""
    record = run_for(request.user, run_id)
    opened = run_of(record)
    ledger = optional_table(record, "ledger")
    return render(
        request,
        "analysis/run.html",
        {
            "record": record,
            "manifest": opened.manifest,
            "reports": reports_of(opened.folder, active_language()),
            "packages": [(name, say(form.label)) for name, form in FORMATS.items() if not form.needs],
            "ledger": [] if ledger is None else ledger.to_dicts(),
            "others": visible_runs(request.user).exclude(pk=record.pk),
            "may_publish": may_publish(request.user, record),
            "may_download": may(request.user, Permission.VIEW_INTERNAL),
        },
    )


@require_safe
@needs(Permission.VIEW)
def report(request: HttpRequest, run_id: str, name: str) -> HttpResponseBase:
    """The report of a run: an HTML report as a page, or as a file to save (``save=1``); a Word report as a file."""
    record = run_for(request.user, run_id)
    path = record.folder / "report" / name
    if name not in REPORTS or not path.is_file():
        raise Http404
    if REPORTS[name] == HTML and "save" not in request.GET:
        return report_page(request, record, name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{run_id}-{name}", content_type=REPORTS[name])


@require_safe
@needs(Permission.VIEW_INTERNAL)
def package(request: HttpRequest, run_id: str, kind: str) -> HttpResponseBase:
    """The whole run in one of the export formats; several files come as a ZIP archive."""
    record = run_for(request.user, run_id)
    return download(packed(run_of(record), kind, active_language()), f"{run_id}-{kind}.zip", "application/zip")


def packed(opened: Run, kind: str, language: Language) -> bytes:
    """The folder that an export format makes, as a ZIP archive; `NotFound` lists the formats."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{opened.run_id}-{kind}"
        export_run(opened, kind, target, language=language)
        archive = shutil.make_archive(f"{folder}/packed", "zip", root_dir=folder, base_dir=target.name)
        return Path(archive).read_bytes()


@require_safe
@needs(Permission.VIEW)
def compare(request: HttpRequest) -> HttpResponse:
    """Two runs side by side: inputs, totals, and every figure that differs."""
    scene = scene_of(request)
    first = run_for(scene.person, request.GET.get("first", ""))
    second = run_for(scene.person, request.GET.get("second", ""))
    emissions = (table_of(first, "emission"), table_of(second, "emission"))
    figures = changed_figures(*emissions)
    query = query_of(request.GET)
    return render(
        request,
        "analysis/compare.html",
        {
            "first": first,
            "second": second,
            "inputs": changed_inputs(run_of(first).manifest, run_of(second).manifest),
            "totals": totals_side_by_side(*emissions).to_dicts(),
            "page": page_of(select_rows(figures, query), query),
            "query": query,
        },
    )


@require_POST
@needs(Permission.PUBLISH_RUN)
def publish(request: HttpRequest, run_id: str) -> HttpResponse:
    """Publish a run, or withdraw it (``withdraw=1``). A run that breaks conservation is never published."""
    record = run_for(request.user, run_id)
    if not may_publish(request.user, record) or not isinstance(request.user, User):
        raise PermissionDenied
    if request.POST.get("withdraw"):
        set_published(record, None)
        messages.success(request, _("已撤回发布。"))
    elif not record.conservation_ok:
        messages.error(request, _("守恒检查未通过，不能发布。"))
    else:
        set_published(record, request.user)
        messages.success(request, _("已发布，所有账号可见。"))
    return redirect("run", run_id=run_id)


def set_published(record: RunRecord, by: User | None) -> None:
    """Mark the run as published by a person, or as not published."""
    record.published_at = timezone.now() if by else None
    record.published_by = by
    record.save(update_fields=["published_at", "published_by"])
