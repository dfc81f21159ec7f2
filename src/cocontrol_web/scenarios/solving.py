"""The background work of a least-cost plan: built from the run, solved, checked again, and asked what-ifs."""

from __future__ import annotations

import math
import time
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.text import Text
from cocontrol.measures import workbench
from cocontrol.measures.catalogue import Catalogue
from cocontrol.measures.run_base import Base
from cocontrol_web.analysis.jobs import Progress
from cocontrol_web.analysis.models import Job
from cocontrol_web.scenarios.asking import Question, base_of
from cocontrol_web.scenarios.catalogues import NAMES, own_catalogue, shipped
from cocontrol_web.scenarios.models import LeastCostPlan, OwnCatalogue

KIND = "least_cost_plan"

STEPS = (
    Text("从运行取各源排放", "taking the sources from the run"),
    Text("配上可选措施", "adding the measures"),
    Text("求最省方案", "looking for the cheapest plan"),
    Text("用清单引擎复核", "checking it with the inventory engine"),
    Text("试算收紧上限", "trying tighter ceilings"),
    Text("画减排曲线", "drawing abatement curves"),
)


def solve_job(job: Job, progress: Progress) -> None:
    """Solve the plan that the job names and keep the answer with it."""
    plan = LeastCostPlan.objects.select_related("run__workspace").get(plan_id=job.subject)

    def say_step(number: int) -> None:
        progress(str(number), STEPS[number], number, len(STEPS))

    plan.answer = answer_of(plan, say_step)
    plan.save(update_fields=["answer"])


def problem_of(plan: LeastCostPlan, say_step: Any = lambda _number: None) -> workbench.Problem:
    """The problem of a kept question: the run's sources, the measures, the ceilings."""
    question = Question.from_dict(plan.request)
    catalogue = _catalogue(question.catalogue)
    say_step(0)
    base = base_of(plan.run, catalogue, filled=question.assumptions)
    say_step(1)
    return workbench.build(
        base, catalogue, question.limits(), discount_rate=question.discount_rate, integer=question.integer
    )


def _catalogue(key: str) -> Catalogue:
    if key in NAMES:
        return shipped(key)
    kept = OwnCatalogue.objects.filter(catalogue_id=key).first()
    if kept is None:
        words = Text("方案所用的措施目录已被删除", "the catalogue of measures that the plan uses was deleted")
        raise NotFound(Fault("plan.catalogue_gone", words, value=key))
    return own_catalogue(kept)


def answer_of(plan: LeastCostPlan, say_step: Any) -> dict[str, Any]:
    """Everything that the page shows, as plain values."""
    began = time.monotonic()
    problem = problem_of(plan, say_step)
    say_step(2)
    found = workbench.solve(problem)
    base = problem.base
    answer: dict[str, Any] = {
        "status": found.status, "cost": found.cost, "lower_bound": found.lower_bound, "gap": found.gap,
        "plan": _placed(rows(found.plan), base), "emissions": rows(found.emissions), "prices": rows(found.prices),
        "conflicts": rows(found.conflicts), "caps": rows(problem.caps), "synthetic": problem.synthetic,
        "notes": [{"zh": note.zh, "en": note.en} for note in base.notes],
        "sources": len(base.streams), "measures": len(problem.catalogue.measures),
        "unknown": rows(base.unknown.group_by("pollutant", maintain_order=True).len(name="sources")),
        "left_out": rows(
            problem.choices.left_out.filter(pl.col("measure_id").is_not_null())
            .group_by("measure_id", "reason_zh", "reason_en", maintain_order=True)
            .len(name="sources")
        ),
        "recheck": [], "tighten": [], "curves": {},
    }  # fmt: skip
    if found.solution.choices:
        say_step(3)
        answer["recheck"] = rows(workbench.recheck(problem, found))
        say_step(4)
        answer["tighten"] = rows(workbench.tighten(problem, found))
        say_step(5)
        answer["curves"], answer["curve_faults"] = _curves(problem)
    return {**answer, "seconds": round(time.monotonic() - began, 1)}


def _placed(plan: list[dict[str, Any]], base: Base) -> list[dict[str, Any]]:
    """The rows of a plan with category and fuel of their sources."""
    streams = {stream.source_id: stream for stream in base.streams}
    return [
        {**row, "category": streams[row["source_id"]].category, "fuel": streams[row["source_id"]].fuel} for row in plan
    ]


def _curves(problem: workbench.Problem) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
    """The abatement curve of every pollutant with a ceiling; a problem too large for it says so."""
    curves, faults = dict[str, list[dict[str, Any]]](), list[dict[str, Any]]()
    for pollutant in problem.caps["pollutant"].unique(maintain_order=True):
        try:
            curves[pollutant] = rows(workbench.curve(problem, pollutant))
        except InvalidInput as error:
            faults += [fault.as_dict() for fault in error.faults]
    return curves, faults


def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain values; a number without end is none."""
    return [{name: _finite(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
