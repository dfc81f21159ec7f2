"""The background work of a least-cost plan: built from the run, solved, checked again, and asked what-ifs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.text import Text
from cocontrol.indicators.prices import gdp_series
from cocontrol.indicators.quantities import statistic
from cocontrol.measures import what_ifs, workbench
from cocontrol.measures.catalogue import Catalogue
from cocontrol.measures.run_base import Base
from cocontrol.measures.years import Trials
from cocontrol_web.analysis.jobs import Progress
from cocontrol_web.analysis.models import Job, RunRecord
from cocontrol_web.analysis.store import optional_table
from cocontrol_web.scenarios.asking import Question, base_of
from cocontrol_web.scenarios.catalogues import NAMES, own_catalogue, shipped
from cocontrol_web.scenarios.models import ANSWER_VERSION, LeastCostPlan, OwnCatalogue

KIND = "least_cost_plan"

STEPS = (
    Text("从运行取各源排放", "taking the sources from the run"),
    Text("配上可选措施", "adding the measures"),
    Text("求最省方案", "looking for the cheapest plan"),
    Text("用清单引擎复核", "checking it with the inventory engine"),
    Text("试算收紧上限", "trying tighter ceilings"),
    Text("找出费用主因", "finding what drives the cost"),
    Text("比较一起规划与分开规划", "comparing joint with separate plans"),
    Text("画减排曲线", "drawing abatement curves"),
)

Step = Callable[[int], None]


def _nobody(_number: int) -> None:
    """Nobody watches the steps."""


def solve_job(job: Job, progress: Progress) -> None:
    """Solve the plan that the job names and keep the answer with it; between two solutions it can be stopped."""
    plan = LeastCostPlan.objects.select_related("run__workspace").get(plan_id=job.subject)

    def say_step(number: int) -> None:
        if LeastCostPlan.objects.filter(pk=plan.pk, is_stopped=True).exists():
            raise InvalidInput(Fault("plan.stopped", Text("求解已被取消", "the solution was cancelled")))
        progress(str(number), STEPS[number], number, len(STEPS))

    plan.answer = answer_of(plan, say_step)
    plan.save(update_fields=["answer"])


def problem_of(plan: LeastCostPlan, say_step: Step = _nobody) -> workbench.Problem:
    """The problem of a kept question: the run's sources, the measures, the ceilings."""
    question = Question.from_dict(plan.request)
    catalogue = catalogue_of(question.catalogue)
    say_step(0)
    base = base_of(plan.run, catalogue, filled=question.assumptions, plants=question.plants)
    say_step(1)
    return workbench.build(
        base, catalogue, question.limits(), horizon=question.horizon(base), limits=question.more_limits(),
        discount_rate=question.discount_rate, integer=question.integer,
    )  # fmt: skip


def catalogue_of(key: str) -> Catalogue:
    """The catalogue of a kept question; `NotFound` where it was deleted."""
    if key in NAMES:
        return shipped(key)
    kept = OwnCatalogue.objects.filter(catalogue_id=key).first()
    if kept is None:
        words = Text("方案所用的措施目录已被删除", "the catalogue of measures that the plan uses was deleted")
        raise NotFound(Fault("plan.catalogue_gone", words, value=key))
    return own_catalogue(kept)


def answer_of(plan: LeastCostPlan, say_step: Step) -> dict[str, Any]:
    """Everything that the page shows, as plain values."""
    began = time.monotonic()
    problem = problem_of(plan, say_step)
    say_step(2)
    found = workbench.solve(problem)
    answer = _told(problem, found) | {
        "version": ANSWER_VERSION, "asked": [dict(one) for one in Question.from_dict(plan.request).ceilings],
        "scale": scale_of(plan.run, problem.base.year), "recheck": [], "tighten": [], "drivers": [], "dividend": [],
        "curves": {}, "relaxed": [],
    }  # fmt: skip
    if found.solution.choices:
        answer |= _what_ifs(problem, found, say_step)
    elif found.solution.conflicts:
        answer["relaxed"] = rows(what_ifs.relaxed(problem, found))
    return {**answer, "seconds": round(time.monotonic() - began, 1)}


def _told(problem: workbench.Problem, found: workbench.Answer) -> dict[str, Any]:
    """The problem and its solution."""
    base, horizon = problem.base, problem.horizon
    years = zip(horizon.years, horizon.lengths, strict=True)
    return {
        "status": found.status, "cost": found.cost, "lower_bound": found.lower_bound, "gap": found.gap,
        "years": [{"period": year, "years": length} for year, length in years], "base_year": base.year,
        "growth": dict(horizon.growth), "plan": _placed(rows(found.plan), base), "yearly": rows(found.yearly),
        "emissions": rows(found.emissions), "ceilings": rows(found.ceilings), "prices": rows(found.prices),
        "conflicts": rows(found.conflicts), "caps": rows(problem.caps), "looser": rows(problem.looser),
        "synthetic": problem.synthetic, "notes": [{"zh": note.zh, "en": note.en} for note in base.notes],
        "sources": len(base.streams), "plants": base.plants.height,
        "located": 0 if base.plants.is_empty() else base.plants["longitude"].count(),
        "measures": len(problem.catalogue.measures),
        "statuses": workbench.number_statuses(problem.catalogue, found.plan["measure_id"].unique()),
        "unknown": rows(base.unknown.group_by("pollutant", maintain_order=True).len(name="sources")),
        "left_out": rows(
            problem.choices.left_out.filter(pl.col("measure_id").is_not_null())
            .group_by("measure_id", "reason_zh", "reason_en", maintain_order=True)
            .len(name="sources")
        ),
    }  # fmt: skip


def _what_ifs(problem: workbench.Problem, found: workbench.Answer, say_step: Step) -> dict[str, Any]:
    """The plan checked, and what would change with other ceilings."""
    say_step(3)
    made: dict[str, Any] = {"recheck": rows(what_ifs.recheck(problem, found))}
    say_step(4)
    trials = Trials(problem.instance)
    made["tighten"] = rows(what_ifs.tighten(problem, found, watch=lambda: say_step(4), trials=trials))
    say_step(5)
    made["drivers"] = rows(what_ifs.drivers(problem, found, watch=lambda: say_step(5), trials=trials))
    say_step(6)
    made["dividend"] = rows(what_ifs.joint_or_separate(problem))
    say_step(7)
    made["curves"], made["curve_faults"] = _curves(problem)
    return made


def scale_of(record: RunRecord, year: int) -> dict[str, float | int]:
    """People and GDP (yuan, current prices) of the region in the year of the inventory, as far as the run knows them."""
    statistics = optional_table(record, "provincial_statistics")
    if statistics is None:
        return {}
    region = record.workspace.region
    made: dict[str, float | int] = {}
    for by_year in statistic(statistics, "population", adcode=region).values():
        quantity = by_year.get(year)
        if quantity is not None and quantity.value and quantity.unit == "万人":
            made |= {"population": quantity.value * 1e4, "population_year": year}
    series = gdp_series(statistics, adcode=region)
    for variant in sorted(series, reverse=True):
        quantity = series[variant].get(year)
        if (
            "gdp" not in made
            and variant.startswith("current")
            and quantity
            and quantity.value
            and quantity.unit == "亿元"
        ):
            made |= {"gdp": quantity.value * 1e8, "gdp_year": year}
    return made


def _placed(plan: list[dict[str, Any]], base: Base) -> list[dict[str, Any]]:
    """The rows of a plan with place, category and fuel of their sources."""
    streams = {stream.source_id: stream for stream in base.streams}
    return [
        {**row, "adcode": stream.adcode, "category": stream.category, "fuel": stream.fuel}
        for row in plan
        for stream in [streams[row["source_id"]]]
    ]


def _curves(problem: workbench.Problem) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
    """The abatement curve of every pollutant with a ceiling; a problem too large for it says so."""
    curves, faults = dict[str, list[dict[str, Any]]](), list[dict[str, Any]]()
    for pollutant in problem.caps["pollutant"].unique(maintain_order=True):
        try:
            curves[pollutant] = rows(what_ifs.curve(problem, pollutant))
        except InvalidInput as error:
            faults += [fault.as_dict() for fault in error.faults]
    return curves, faults


def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain values; a number without end is none."""
    return [{name: _finite(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
