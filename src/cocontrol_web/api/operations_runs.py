"""Operations on runs: list, results, cross tables, charts, provenance, comparison, start, progress, publication."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Status

from cocontrol.core.text import Language, Text
from cocontrol.io.affected import affected_by
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis import charts, labels
from cocontrol_web.analysis.browse import page_of, select_rows
from cocontrol_web.analysis.compare import changed_figures, changed_inputs, totals_side_by_side
from cocontrol_web.analysis.emissions import emission_of
from cocontrol_web.analysis.energy import energy_flows, sankey
from cocontrol_web.analysis.explorer import Answer, answer, answer_title, measures_in, question_of
from cocontrol_web.analysis.jobs import result_page
from cocontrol_web.analysis.models import Job, RunRecord
from cocontrol_web.analysis.overview import overview
from cocontrol_web.analysis.store import run_of, table_of
from cocontrol_web.analysis.targets import judged_targets
from cocontrol_web.analysis.views.provenance import explained, run_for
from cocontrol_web.analysis.views.runs import packed, queued_run, set_published
from cocontrol_web.analysis.views.tables import query_of, table_file, table_for
from cocontrol_web.answers import download
from cocontrol_web.api import access, schemas
from cocontrol_web.api.states import JOB_STATES
from cocontrol_web.language import active_language, say
from cocontrol_web.rights import may_publish, may_see_table, visible_jobs, visible_runs

router = Router(tags=["runs"])

FLOWS_TITLE = Text("能源流向", "energy flows")


@router.get("/runs", response=list[schemas.RunOut], auth=access.VIEW, url_name="runs")
def runs(request: HttpRequest, workspace: str | None = None) -> Any:
    """Runs that you may see, newest first."""
    found = visible_runs(request.user)
    return list(found.filter(workspace__name=workspace) if workspace else found)


@router.post("/runs", response={202: schemas.JobOut}, auth=access.START_RUN, url_name="run-start")
def start_run(request: HttpRequest, body: schemas.StartRun) -> Any:
    """Queue a run of a workspace; watch the job it returns."""
    return Status(202, job_state(queued_run(request.user, body.workspace)))


@router.get("/compare", auth=access.VIEW, url_name="compare")
def compare(request: HttpRequest, first: str, second: str, limit: int = 1000) -> dict[str, Any]:
    """Two runs side by side: what went in differently, totals, and the figures that differ (largest first)."""
    records = (run_for(request.user, first), run_for(request.user, second))
    emissions = [table_of(record, "emission") for record in records]
    figures = changed_figures(emissions[0], emissions[1])
    return {
        "inputs": [asdict(change) for change in changed_inputs(*(run_of(r).manifest for r in records))],
        "totals": totals_side_by_side(emissions[0], emissions[1]).to_dicts(),
        "changed": figures.height,
        "figures": figures.head(max(0, limit)).to_dicts(),
    }


@router.get("/runs/{run_id}", auth=access.VIEW, url_name="run")
def run(request: HttpRequest, run_id: str) -> dict[str, Any]:
    """The manifest of a run."""
    return run_of(run_for(request.user, run_id)).manifest


@router.post("/runs/{run_id}/publication", response=schemas.RunOut, auth=access.PUBLISH_RUN, url_name="run-publish")
def publish(request: HttpRequest, run_id: str, published: bool = True) -> Any:
    """Publish a run or withdraw it; 409 for a run that breaks conservation."""
    record = run_for(request.user, run_id)
    if not may_publish(request.user, record) or not isinstance(request.user, User):
        raise Http404
    if published and not record.conservation_ok:
        return HttpResponse(status=409)
    set_published(record, request.user if published else None)
    return record


@router.get("/runs/{run_id}/overview", auth=access.VIEW, url_name="overview")
def run_overview(
    request: HttpRequest, run_id: str, gwp: str | None = None, period: str | None = None
) -> dict[str, Any]:
    """Totals, verdicts, findings, gaps: what the overview page says."""
    record = run_for(request.user, run_id)
    return asdict(overview(record, gwp_set=gwp or record.gwp_set, period=period))


@router.get("/runs/{run_id}/targets", auth=access.VIEW, url_name="targets")
def targets(request: HttpRequest, run_id: str) -> list[dict[str, Any]]:
    """Targets with their verdicts, reasons, facts and parameters."""
    return [
        {**one, "title_zh": one["title"].zh, "title_en": one["title"].en, "title": say(one["title"])}
        for one in judged_targets(run_for(request.user, run_id))
    ]


@router.get("/runs/{run_id}/results", response=list[schemas.ResultOut], auth=access.VIEW, url_name="results")
def results(request: HttpRequest, run_id: str) -> list[dict[str, Any]]:
    """Tables of the run that you may open."""
    made = []
    for entry in run_of(run_for(request.user, run_id)).manifest["results"]:
        if may_see_table(request.user, entry["name"]):
            label = labels.table(entry["name"])
            made.append({"name": entry["name"], "title_zh": label.zh, "title_en": label.en, "rows": entry["rows"]})
    return made


@router.get("/runs/{run_id}/results/{name}", response=schemas.RowsOut, auth=access.VIEW, url_name="result")
def result(request: HttpRequest, run_id: str, name: str) -> dict[str, Any]:
    """Rows of a table. Query: ``q`` search, ``f.<column>`` filter, ``sort`` (``-`` descending), ``page``, ``size``."""
    query = query_of(request.GET)
    frame = select_rows(table_for(request.user, run_for(request.user, run_id), name), query)
    page = page_of(frame, query)
    return {
        "table": name, "total": page.total, "page": page.number, "pages": page.pages, "size": query.size,
        "columns": page.columns, "rows": page.rows,
    }  # fmt: skip


@router.get("/runs/{run_id}/results/{name}/file", auth=access.VIEW, url_name="result-file")
def result_file(request: HttpRequest, run_id: str, name: str, kind: Literal["csv", "xlsx"] = "csv") -> HttpResponse:
    """The rows that fit the same query as a file."""
    record = run_for(request.user, run_id)
    frame = select_rows(table_for(request.user, record, name), query_of(request.GET))
    return table_file(record, name, frame, kind)


@router.get("/runs/{run_id}/package/{kind}", auth=access.VIEW_INTERNAL, url_name="package")
def package(request: HttpRequest, run_id: str, kind: str) -> HttpResponse:
    """The whole run in an export format, as a ZIP archive."""
    record = run_for(request.user, run_id)
    return download(packed(run_of(record), kind, active_language()), f"{run_id}-{kind}.zip", "application/zip")


@router.get("/runs/{run_id}/pivot", response=schemas.PivotOut, auth=access.VIEW, url_name="pivot")
def pivot(request: HttpRequest, run_id: str) -> dict[str, Any]:
    """A cross table in tonnes. Query: ``rows``, ``columns``, ``measure``, ``gwp``, and ``category``, ``fuel``, ``period``."""
    answered = _answered(request, run_for(request.user, run_id))
    table, question = answered.table, answered.question
    return {
        "rows_dimension": question.rows, "columns_dimension": question.columns, "measures": question.measures,
        "unit": "t", "rows": table.rows, "columns": table.columns,
        "cells": [[asdict(c) for c in row] for row in table.cells],
        "total": asdict(table.total) if table.total else None,
    }  # fmt: skip


@router.get("/runs/{run_id}/flows", auth=access.VIEW_INTERNAL, url_name="flows")
def flows(request: HttpRequest, run_id: str, period: str | None = None) -> dict[str, Any]:
    """Energy flows of a year as a Sankey description, and what it leaves out (TJ)."""
    activity = table_for(request.user, run_for(request.user, run_id), "activity")
    found = energy_flows(activity.filter(pl.col("period") == period) if period else activity)
    return {"left_out_tj": found.left_out, "chart": sankey(found, say(FLOWS_TITLE))}


@router.get("/runs/{run_id}/chart/{kind}", auth=access.VIEW, url_name="chart")
def chart(request: HttpRequest, run_id: str, kind: Literal["bar", "heatmap"]) -> dict[str, Any]:
    """The same cross table as a chart description for the front end; labels in the language of the session."""
    answered = _answered(request, run_for(request.user, run_id))
    question = answered.question
    maker = {"bar": charts.stacked_bars, "heatmap": charts.heatmap}[kind]
    made = maker(answered.table, question.rows, question.columns, answered.unit, answer_title(answered))
    if made is None:
        raise Http404
    return made


def _answered(request: HttpRequest, record: RunRecord) -> Answer:
    gwp = request.GET.get("gwp") or record.gwp_set
    given = request.GET.dict()
    return answer(record, gwp, question_of(given, measures_in(emission_of(record, gwp), gwp)))


@router.get("/runs/{run_id}/explain", auth=access.VIEW, url_name="explain")
def explain(request: HttpRequest, run_id: str, cell: str, language: Language | None = None) -> dict[str, Any]:
    """The tree behind a figure: from the total to source cell, factor and clause."""
    record = run_for(request.user, run_id)
    return {
        "title": cell,
        "cell": cell,
        "page": f"{reverse('explain', args=[run_id])}?cell={cell}",
        "tree": explained(record, cell, language or active_language()),
    }


@router.get("/runs/{run_id}/affected", auth=access.VIEW_INTERNAL, url_name="affected")
def affected(request: HttpRequest, run_id: str, factor: str) -> dict[str, Any]:
    """The result cells that a factor touches."""
    frame: pl.DataFrame = affected_by(run_of(run_for(request.user, run_id)), factor)
    return {"factor_id": factor, "total": frame.height, "cells": frame.to_dicts()}


@router.get("/jobs/{job_id}", response=schemas.JobOut, auth=access.START_RUN, url_name="job")
def job(request: HttpRequest, job_id: UUID) -> dict[str, Any]:
    """Where a job stands."""
    found = visible_jobs(request.user).filter(job_id=job_id).select_related("run").first()
    if found is None:
        raise Http404
    return job_state(found)


def job_state(found: Job) -> dict[str, Any]:
    """A job in the words of the progress module of the front end."""
    return {
        "job_id": found.job_id,
        "state": JOB_STATES[Job.State(found.state)],
        "fraction": found.done / found.total if found.total else None,
        "message": say(found.step) or str(Job.State(found.state).label),
        "detail": f"{found.done} / {found.total}" if found.total else None,
        "url": reverse("run", args=[found.run.run_id]) if found.run else result_page(found),
        "faults": found.faults,
    }
