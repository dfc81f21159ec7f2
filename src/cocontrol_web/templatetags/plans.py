"""Template filters for plans: what codes are called, in the active language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django import template

from cocontrol.core.text import Text
from cocontrol.plans.labels import CHECK, COVERAGE, NOTICE, RELATION
from cocontrol.plans.model import Task
from cocontrol.reference import metrics
from cocontrol.rules.labels import (
    MODALITY,
    full_parameter,
    listed_missing,
    listed_templates,
)
from cocontrol.rules.parameters import STATUSES
from cocontrol_web.language import active_language, say
from cocontrol_web.planning import labels
from cocontrol_web.planning.models import PlanParameter

register = template.Library()

TABLES: Mapping[str, Mapping[str, Text]] = {
    "kind_name": labels.KIND,
    "state_name": labels.STATE,
    "modality_name": MODALITY,
    "check_name": CHECK,
    "duty_name": labels.ROLE,
    "duty_letter": labels.ROLE_LETTER,
    "relation_name": RELATION,
    "notice_name": NOTICE,
    "scope_name": labels.SCOPE,
    "coverage_name": COVERAGE,
    "level_of_government": labels.LEVEL,
    "reason_name": labels.REASON,
    "parameter_status": STATUSES,
}


def _namer(table: Mapping[str, Text]) -> Callable[[str | None], str]:
    def name(code: str | None) -> str:
        return say(labels.code(table, code))

    return name


for _filter, _table in TABLES.items():
    register.filter(_filter, _namer(_table))


@register.filter
def template_names(codes: str | None) -> str:
    """The names of several rule templates joined as the table joins their codes."""
    return listed_templates(codes or "", active_language())


@register.filter
def missing_names(listed: str | None) -> str:
    """Missing parameters with what they are called: 目录版本（两高一低）."""
    return listed_missing(listed or "", active_language())


@register.filter
def metric_name(identifier: str) -> str:
    """What a metric is called."""
    return say(metrics.metric_name(identifier))


@register.filter
def task_name(task: Task) -> str:
    """Number and title of a task; the aims outside tasks have a name of their own."""
    if task.section_kind == "goals" and not task.number:
        return say(Text("总体目标", "overall aims"))
    return f"{task.number} {task.title}".strip()


@register.filter
def parameter_name(identifier: str) -> str:
    """What a parameter with its template and clause is called; a word of the plan as it stands."""
    return say(full_parameter(identifier))


@register.filter
def span_of(row: PlanParameter) -> str:
    """The span in which a value holds: 2020-01-01–2023-12-31, open ends as dots."""
    if row.effective_from is None and row.effective_to is None:
        return say(Text("不限期", "no dates"))
    return f"{row.effective_from or '…'}–{row.effective_to or '…'}"
