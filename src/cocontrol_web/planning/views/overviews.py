"""Who does what, and how much can be executed? The responsibility matrix and the coverage of a set of plans."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import polars as pl
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cocontrol.core.text import Text
from cocontrol.plans.labels import CHECK, CLAUSE_TYPE, COVERAGE
from cocontrol.rules.labels import MODALITY, listed_missing, listed_templates
from cocontrol_web.analysis.browse import MEDIA_TYPES, page_of, to_csv, to_xlsx
from cocontrol_web.analysis.views.tables import query_of
from cocontrol_web.answers import download
from cocontrol_web.language import active_language, say
from cocontrol_web.planning import labels
from cocontrol_web.planning.matrix import Matrix, matrix_of
from cocontrol_web.planning.models import PlanDocument
from cocontrol_web.planning.parsing import coverage_of, refreshed, review_of
from cocontrol_web.planning.views.shared import export_notes, plan_for
from cocontrol_web.planning.workbooks import matrix_workbook
from cocontrol_web.rights import Permission, Person, needs, visible_plans

COVERAGE_COLUMNS = (
    "plan", "task_number", "clause_id", "words", "coverage", "templates", "missing_parameters", "undefined", "modality",
    "type", "check_class", "start", "end",
)  # fmt: skip
_MISSING = re.compile(r"(?P<name>\w+)（(?P<word>[^（）]*)）")


@require_safe
@needs(Permission.VIEW)
def plan_matrix(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Departments by tasks of one plan."""
    document = plan_for(request.user, plan_id)
    matrix = asked_matrix(request, document)
    return render(
        request,
        "planning/matrix.html",
        {
            "document": document,
            "matrix": matrix,
            "lines": [(row, [(task, row.duties.get(task.id)) for task in matrix.tasks]) for row in matrix.rows],
            "per_task": [sum(1 for row in matrix.rows if task.id in row.duties) for task in matrix.tasks],
            "role": request.GET.get("role", ""),
            "roles": labels.ROLE.items(),
            "search": request.GET.get("q", ""),
            "own": "own" in request.GET,
            "active": "plans",
        },
    )


@require_safe
@needs(Permission.VIEW)
def plan_matrix_export(request: HttpRequest, plan_id: UUID) -> HttpResponseBase:
    """The same matrix, filtered alike, as a workbook."""
    document = plan_for(request.user, plan_id)
    legend = say(
        Text(
            "牵＝牵头，责＝负责，配＝配合；括号内为统一写明、各任务均适用的单位。",
            "L lead, R responsible, C cooperate; in brackets: named once for all tasks.",
        )
    )
    notes = [*export_notes(document), (say(Text("图例", "legend")), legend)]
    content = matrix_workbook(asked_matrix(request, document), notes)
    name = say(Text("责任矩阵", "responsibility matrix"))
    return download(content, f"{document.title} {name}.xlsx", MEDIA_TYPES["xlsx"])


def asked_matrix(request: HttpRequest, document: PlanDocument) -> Matrix:
    """The matrix under the filters of the address."""
    return matrix_of(
        review_of(document).plan,
        role=request.GET.get("role", ""),
        search=request.GET.get("q", ""),
        inherited="own" not in request.GET,
    )


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """How many clauses of a plan, or of all, stand where."""

    document: PlanDocument | None
    total: int
    counts: list[tuple[str, int]]

    @property
    def plan(self) -> str:
        """The id of the plan; nothing for the line over all plans."""
        return str(self.document.plan_id) if self.document else ""

    @property
    def bars(self) -> list[tuple[str, str, str]]:
        """Code, left edge and width of each part of a bar of width 100."""
        made, edge = [], 0.0
        for code, count in self.counts:
            width = 100 * count / self.total if self.total else 0.0
            made.append((code, f"{edge:.3f}", f"{width:.3f}"))
            edge += width
        return made


@require_safe
@needs(Permission.VIEW)
def plan_coverage(request: HttpRequest) -> HttpResponse:
    """Clauses of a set of plans: executable, short of a parameter, evidence only, or without a template."""
    everything, chosen = chosen_plans(request.user, request.GET.getlist("plan"))
    table = coverage_table(chosen)
    kept = fitting(table, request)
    return render(
        request,
        "planning/coverage.html",
        {
            "plans": everything,
            "titles": titles_apart(everything),
            "chosen": {str(plan.plan_id) for plan in chosen},
            "lines": coverage_lines(chosen, table),
            "missing": missing_parameters(table),
            "page": page_of(kept, query_of(request.GET)),
            "kinds": COVERAGE.items(),
            "modalities": [(code, label) for code, label in MODALITY.items() if code in set(table["modality"])],
            "given": {name: request.GET.get(name, "") for name in ("coverage", "modality", "missing", "q")},
        },
    )


@require_safe
@needs(Permission.VIEW)
def plan_coverage_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The clauses that fit the filters, as CSV or Excel."""
    _everything, chosen = chosen_plans(request.user, request.GET.getlist("plan"))
    frame = named(fitting(coverage_table(chosen), request), chosen)
    headings = [say(label) for label in COVERAGE_HEADINGS]
    name = say(Text("可执行程度", "coverage"))
    if kind == "csv":
        return download(to_csv(frame, headings), f"{name}.csv", MEDIA_TYPES["csv"])
    return download(to_xlsx(frame, headings, name, export_notes(*chosen)), f"{name}.xlsx", MEDIA_TYPES["xlsx"])


COVERAGE_HEADINGS = (
    Text("方案", "plan"), Text("任务序号", "task"), Text("条款", "clause"), Text("原文", "words"),
    Text("可执行程度", "coverage"), Text("规则模板", "rule templates"), Text("所缺参数", "missing parameters"),
    Text("未定义用语", "words without a value"), Text("约束力", "strength"), Text("条款类型", "type"),
    Text("核查程度", "checkability"), Text("起", "start"), Text("止", "end"),
)  # fmt: skip


def chosen_plans(person: Person, wanted: list[str]) -> tuple[list[PlanDocument], list[PlanDocument]]:
    """Every plan that the person sees, and those of them that are named; without names all of them."""
    everything = [plan for plan in map(refreshed, visible_plans(person)) if plan.facts["is_plan"]]
    chosen = [plan for plan in everything if str(plan.plan_id) in wanted] if wanted else everything
    return everything, chosen


def titles_apart(plans: list[PlanDocument]) -> dict[str, str]:
    """Titles by id of the plan; where two have one title, the name of the file behind it, or the day it was entered."""
    found = Counter(plan.title for plan in plans)
    return {
        str(plan.plan_id): plan.title
        if found[plan.title] == 1
        else f"{plan.title}（{plan.file_name or plan.created_at.date()}）"
        for plan in plans
    }


def coverage_table(chosen: list[PlanDocument]) -> pl.DataFrame:
    """The coverage of the plans in one table, keyed (plan, clause_id)."""
    made = [coverage_of(plan).select(COVERAGE_COLUMNS) for plan in chosen]
    return pl.concat(made) if made else pl.DataFrame(schema=dict.fromkeys(COVERAGE_COLUMNS, pl.String))


def fitting(table: pl.DataFrame, request: HttpRequest) -> pl.DataFrame:
    """The rows that fit the filters of the address."""
    kept = table
    for name in ("coverage", "modality"):
        if value := request.GET.get(name):
            kept = kept.filter(pl.col(name) == value)
    if missing := request.GET.get("missing"):
        kept = kept.filter(pl.col("missing_parameters").str.contains(missing, literal=True))
    if search := request.GET.get("q", "").strip():
        kept = kept.filter(pl.col("words").str.contains(search, literal=True))
    return kept


def coverage_lines(chosen: list[PlanDocument], table: pl.DataFrame) -> list[CoverageLine]:
    """Counts by plan, and over all plans where there are several."""
    made = [_line(plan, table.filter(pl.col("plan") == str(plan.plan_id))) for plan in chosen]
    return [*made, _line(None, table)] if len(made) > 1 else made


def _line(plan: PlanDocument | None, table: pl.DataFrame) -> CoverageLine:
    found = Counter(table["coverage"].to_list())
    return CoverageLine(plan, table.height, [(code, found[code]) for code in COVERAGE])


def missing_parameters(table: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Parameters that somebody has to set: name, the plan's word, and in how many clauses."""
    cells = table["missing_parameters"].drop_nulls().to_list()
    found = Counter((m["name"], m["word"]) for cell in cells for m in _MISSING.finditer(cell))
    return [(name, word, count) for (name, word), count in found.most_common()]


def named(frame: pl.DataFrame, chosen: list[PlanDocument]) -> pl.DataFrame:
    """The table in words: titles of plans and labels of codes in the language of the page."""
    coded = {
        "plan": titles_apart(chosen),
        "coverage": {code: say(label) for code, label in COVERAGE.items()},
        "modality": {code: say(label) for code, label in MODALITY.items()},
        "type": {code: say(label) for code, label in CLAUSE_TYPE.items()},
        "check_class": {code: say(label) for code, label in CHECK.items()},
    }
    language = active_language()
    listed = {"templates": listed_templates, "missing_parameters": listed_missing}
    return frame.with_columns(
        *(pl.col(name).replace(mapping) for name, mapping in coded.items() if mapping),
        *(
            pl.Series(name, [words(cell, language) for cell in frame[name]], pl.String)
            for name, words in listed.items()
        ),
    )
