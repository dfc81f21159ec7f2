"""Objects as a page shows them: heading, tags, facts, state. One shape for every kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cocontrol.core.registers import TARGET_KINDS, TARGET_OPERATORS
from cocontrol.core.text import Text, same
from cocontrol.plans.compiling import RuleInstance
from cocontrol.plans.labels import CHECK, CLAUSE_TYPE, COVERAGE
from cocontrol.plans.model import Clause, Plan, Responsibility, Target, Task
from cocontrol.reference.metrics import metric_name
from cocontrol.rules.labels import MODALITY, parameter_label, template_label
from cocontrol.rules.wording import parameter_value
from cocontrol_web.analysis.figures import format_exact
from cocontrol_web.planning import labels
from cocontrol_web.planning.marks import Mark, heading_end
from cocontrol_web.planning.objects import Item, State

Label = Text | str
YEAR = "a"
"""Canonical unit of a year; a year converted reads 2 030 a, which helps nobody."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A small word with a tone that the style sheet knows."""

    tone: str
    label: Label


@dataclass(frozen=True, slots=True)
class Card:
    """One object, ready to be shown."""

    address: str
    kind: str
    heading: Label
    words: str
    tags: tuple[Tag, ...]
    facts: tuple[tuple[Label, Label], ...]
    state: str = ""
    state_label: Label = ""
    task: str = ""
    kept: bool = False
    inherited: bool = False
    missing: tuple[tuple[Label, str], ...] = ()

    @property
    def is_editable(self) -> bool:
        """Whether a person may decide about it; rules follow from clauses and targets."""
        return bool(self.state)


def card_of(item: Item, plan: Plan) -> Card:
    """The card of an object; the plan gives the number and title of the task around it."""
    task = next((t for t in plan.tasks if t.id == item.task), None)
    heading, words, tags, facts = _shown(item)
    return Card(
        address=item.address,
        kind=item.kind,
        heading=heading,
        words=words,
        tags=tuple(tags),
        facts=tuple((label, value) for label, value in facts if value != ""),
        state=item.state.value,
        state_label=labels.STATE[item.state],
        task=f"{task.number} {task.title}".strip() if task is not None and item.kind != "task" else "",
        kept=item.kept,
        inherited=item.inherited,
    )


Shown = tuple[Label, str, list[Tag], list[tuple[Label, Label]]]


def _shown(item: Item) -> Shown:
    found = item.object
    if isinstance(found, Task):
        return _of_task(found)
    if isinstance(found, Clause):
        return _of_clause(found)
    if isinstance(found, Target):
        return _of_target(found)
    return _of_responsibility(found)


def _of_task(task: Task) -> Shown:
    facts: list[tuple[Label, Label]] = [
        (Text("位置", "place"), " › ".join(task.path)),
        (Text("条款", "clauses"), str(len(task.clauses))),
        (Text("单位", "departments"), "、".join(r.department for r in task.responsibilities)),
    ]
    tags = [Tag("neutral", labels.code(labels.SECTION, task.section_kind))] if task.section_kind != "tasks" else []
    return f"{task.number} {task.title}".strip(), "", tags, facts


def _of_clause(clause: Clause) -> Shown:
    tags = [
        Tag(clause.modality.value, labels.code(MODALITY, clause.modality.value)),
        Tag(clause.check_class, labels.code(CHECK, clause.check_class)),
        Tag("neutral", labels.code(CLAUSE_TYPE, clause.type)),
    ]
    return "", clause.text, tags, [(labels.field("clause", "undefined"), "、".join(clause.undefined))]


def _of_target(target: Target) -> Shown:
    facts: list[tuple[Label, Label]] = [
        (labels.field("target", "subject"), target.subject),
        (labels.field("target", "base_year"), str(target.base_year or "")),
        (labels.field("target", "target_year"), str(target.target_year or "")),
        (labels.field("target", "qualifier"), target.qualifier or ""),
    ]
    if target.normalised_value is not None and target.normalised_unit not in {target.unit, None, YEAR}:
        facts.append((Text("换算", "converted"), f"{format_exact(target.normalised_value)} {target.normalised_unit}"))
    tags = [Tag(target.kind.value, labels.code(TARGET_KINDS, target.kind.value))]
    if target.operator_status == "recalled":
        tags.append(Tag("recalled", Text("关系按惯例取", "operator by custom")))
    return _sentence(target), target.text, tags, facts


def _sentence(target: Target) -> Label:
    """Metric, operator and figure in one line: 单位地区生产总值能耗 较基准年变化 −17 %."""
    operator = TARGET_OPERATORS.get(target.operator or "")
    signs = {"==": "＝", ">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "change_pct": "Δ"}
    sign: Label = signs.get(target.operator or "") or operator or ""
    figure = "" if target.value is None else f"{target.value:.10g}".replace("-", "−") + f" {target.unit or ''}".rstrip()
    metric = metric_name(target.metric)
    pieces = [same(p) if isinstance(p, str) else p for p in (metric, sign, figure) if p]
    return Text(" ".join(p.zh for p in pieces), " ".join(p.en for p in pieces)) if pieces else ""


def _of_responsibility(found: Responsibility) -> Shown:
    tags = [Tag(found.role.value, labels.code(labels.ROLE, found.role.value))]
    if found.open_list:
        tags.append(Tag("neutral", Text("等", "and others")))
    return found.department, "", tags, []


def rule_card(rule: RuleInstance, plan: Plan, text: str) -> Card:
    """The card of a rule instance; what it lacks stands in `missing`."""
    task = next((t for t in plan.tasks if t.id == rule.task_id), None)
    status = "executable" if rule.status == "executable" else "needs_parameter"
    tags = (
        Tag(status, labels.code(COVERAGE, status)),
        Tag(rule.modality, labels.code(MODALITY, rule.modality)),
    )
    facts: list[tuple[Label, Label]] = [
        (parameter_label(name), parameter_value(rule.template, name, value))
        for name, value in rule.parameters.items()
        if value not in (None, [], {}, "")
    ]
    return Card(
        address=f"rule-{rule.start}-{rule.end}-{rule.id}",
        kind="rule",
        heading=template_label(rule.template),
        words=text[rule.start : rule.end],
        tags=tags,
        facts=tuple(facts),
        task=f"{task.number} {task.title}".strip() if task else "",
        missing=tuple((parameter_label(name), word) for name, word in rule.missing.items()),
    )


def marks_of(items: Iterable[Item], text: str) -> list[Mark]:
    """Where the objects stand in the text; of a task its heading only."""
    return [
        Mark(
            item.address,
            item.start,
            heading_end(text, item.start, item.end) if item.kind == "task" else item.end,
            "rejected" if item.state is State.REJECTED else _tone(item),
        )
        for item in items
    ]


def _tone(item: Item) -> str:
    found = item.object
    if isinstance(found, Clause):
        return found.modality.value
    if isinstance(found, Responsibility):
        return found.role.value
    return item.kind
