"""A question that had no solution with the limits of its conflict given way by what is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cocontrol.core.text import Text
from cocontrol.measures.ceilings import BUDGET, CAP, WHOLE
from cocontrol_web.scenarios.asking import Question
from cocontrol_web.scenarios.models import LeastCostPlan


def relaxed_question(plan: LeastCostPlan) -> Question | None:
    """The question with each limit of the conflict as far relaxed as the answer says; None where nothing has to give."""
    answer = plan.solved or {}
    moved = [row for row in answer.get("relaxed", ()) if row["relaxed"] > 0]
    if not moved:
        return None
    question = Question.from_dict(plan.request)
    caps = {(row["region"], row["pollutant"], row["period"]): row for row in moved if row["kind"] == CAP}
    budgets = {row["pollutant"]: row for row in moved if row["kind"] == BUDGET}
    receptors = {(row["region"], row["period"]): row for row in moved if row["kind"] not in {CAP, BUDGET}}
    years = [row["period"] for row in answer["years"]]
    return replace(
        question,
        ceilings=tuple(new for one in question.ceilings for new in _ceilings(one, caps, years)),
        budgets=tuple(
            {**one, "total_t": budgets[one["pollutant"]]["limit"]} if one["pollutant"] in budgets else one
            for one in question.budgets
        ),
        receptors=tuple(
            {**one, "aim": one["aim"] + found["relaxed"]} if (found := _receptor(one, receptors, years)) else one
            for one in question.receptors
        ),
    )


Found = Mapping[str, Any]


def _ceilings(one: Found, caps: Mapping[tuple[str, str, int], Found], years: list[int]) -> list[Found]:
    """A ceiling by target year where it gives way in one of them, each year with its own limit."""
    region = one.get("region") or WHOLE
    bound = years if one.get("period") is None else [one["period"]]
    moved = {year: caps[region, one["pollutant"], year] for year in bound if (region, one["pollutant"], year) in caps}
    if not moved:
        return [one]
    note = {"remark_zh": _GIVEN_WAY.zh, "remark_en": _GIVEN_WAY.en}
    return [
        {**one, "cap_t": moved[year]["limit"], "reduction": None, "period": year, **note}
        if year in moved
        else {**one, "period": year}
        for year in bound
    ]


_GIVEN_WAY = Text("因无解而放宽", "given way, as there was no solution")


def _receptor(one: Found, moved: Mapping[tuple[str, int], Found], years: list[int]) -> Found | None:
    bound = years if one.get("period") is None else [one["period"]]
    found = [moved[one["name"], year] for year in bound if (one["name"], year) in moved]
    return max(found, key=lambda row: float(row["relaxed"]), default=None)
