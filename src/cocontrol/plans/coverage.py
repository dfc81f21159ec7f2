"""How much of a set of plans can be executed: per clause, by what rule, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from cocontrol.plans.compiling import compile_plan
from cocontrol.plans.model import Clause, Plan

SCHEMA = {
    "plan": pl.String, "task_id": pl.String, "task_number": pl.String, "clause_id": pl.String, "start": pl.Int64, "end": pl.Int64,
    "type": pl.String, "modality": pl.String, "check_class": pl.String, "coverage": pl.String, "templates": pl.String,
    "missing_parameters": pl.String, "undefined": pl.String,
}  # fmt: skip


def coverage(plans: Mapping[str, Plan]) -> pl.DataFrame:
    """One row a clause, keyed (plan, clause_id).

    `coverage` is ``executable``, ``needs_parameter`` (named in `missing_parameters`), ``evidence_only`` or
    ``not_compiled``; the last says honestly that no template fits yet.
    """
    rows = [row for name, plan in plans.items() for row in _of_plan(name, plan)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _of_plan(name: str, plan: Plan) -> list[tuple[object, ...]]:
    rules: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for rule in compile_plan(plan):
        rules.setdefault(rule.clause_id, []).append((rule.template, rule.missing))
    numbers = {task.id: task.number for task in plan.tasks}
    return [_row(name, numbers[clause.task_id], clause, rules.get(clause.id, [])) for clause in plan.clauses]


def _row(name: str, number: str, clause: Clause, rules: list[tuple[str, dict[str, str]]]) -> tuple[object, ...]:
    missing = sorted({f"{parameter}（{word}）" for _, lacking in rules for parameter, word in lacking.items()})
    if any(not lacking for _, lacking in rules):
        kind = "executable"
    elif rules:
        kind = "needs_parameter"
    else:
        kind = "evidence_only" if clause.check_class == "evidence_only" else "not_compiled"
    return (
        name, clause.task_id, number, clause.id, clause.start, clause.end, clause.type, clause.modality.value, clause.check_class,
        kind, "、".join(template for template, _ in rules), "、".join(missing), "、".join(clause.undefined),
    )  # fmt: skip


def summary(table: pl.DataFrame) -> pl.DataFrame:
    """Clauses by plan and coverage, keyed (plan, coverage)."""
    return table.group_by("plan", "coverage").agg(pl.len().alias("clauses")).sort("plan", "coverage")
