"""Precision and recall of a parse against labels: used by the tests and by the benchmark."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cocontrol.plans import Plan, Target, parse

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Score:
    hits: int = 0
    expected: int = 0
    found: int = 0
    missed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def recall(self) -> float:
        return self.hits / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return self.hits / self.found if self.found else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.hits + other.hits,
            self.expected + other.expected,
            self.found + other.found,
            self.missed + other.missed,
            self.extra + other.extra,
        )


def cases(name: str) -> list[dict[str, Any]]:
    return list(tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))["case"])


def compare(expected: list[str], found: list[str]) -> Score:
    left = list(expected)
    extra = []
    for item in found:
        if item in left:
            left.remove(item)
        else:
            extra.append(item)
    return Score(len(expected) - len(left), len(expected), len(found), tuple(left), tuple(extra))


def target_key(target: Target) -> str:
    value = "" if target.value is None else f"{target.value:g}"
    return "|".join(
        [
            target.kind.value,
            target.metric,
            target.operator or "",
            value,
            target.unit or "",
            str(target.target_year or ""),
            str(target.base_year or ""),
        ]
    )


def department_keys(plan: Plan) -> list[str]:
    return [f"{i}|{r.department}|{r.role.value}" for i, t in enumerate(plan.tasks, 1) for r in t.responsibilities]


def score_case(case: dict[str, Any]) -> dict[str, Score]:
    plan = parse(case["text"])
    head = {"is_plan": plan.is_plan, "region": plan.region, "number": plan.document_number, "issued_on": plan.issued_on}
    scores = {
        "head": compare(
            [f"{k}={case[k]}" for k in head if k in case], [f"{k}={v}" for k, v in head.items() if k in case]
        ),
        "tasks": compare(case["tasks"], [task.number for task in plan.tasks]),
        "targets": compare(case["targets"], [target_key(target) for target in plan.targets]),
    }
    if "departments" in case:
        scores["departments"] = compare(case["departments"], department_keys(plan))
    return scores
