"""The objects of a plan as a flat list: tasks, clauses, targets, responsibilities, each with a lasting address.

An address is kind, offsets and ordinal (``target-120-168-0``); the ordinal tells apart objects that share the same
words, such as the two figures of 分别达到20%、25%. It does not depend on the parser's own numbering.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

from cocontrol.plans.model import Clause, Modality, Plan, Responsibility, Role, Target, TargetKind, Task
from cocontrol.plans.vocabulary import body_of, units

PlanObject: TypeAlias = Task | Clause | Target | Responsibility

KINDS = ("task", "clause", "target", "responsibility")

EDITABLE: dict[str, tuple[str, ...]] = {
    "task": ("number", "title", "section_kind"),
    "clause": ("type", "modality", "check_class", "undefined"),
    "target": (
        "kind", "metric", "subject", "operator", "value", "unit", "base_year", "target_year", "qualifier",
    ),
    "responsibility": ("department", "role", "open_list"),
}  # fmt: skip
"""What a person may correct in an object of each kind."""

_CODES = {("clause", "modality"): Modality, ("target", "kind"): TargetKind, ("responsibility", "role"): Role}


class State(StrEnum):
    """What people decided about an object; `PROPOSED` is what nobody has looked at yet."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    ADDED = "added"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Item:
    """One object with its place, what the parser proposed, and what people made of it.

    `task` is the id of the task that holds it (its own id for a task), None outside tasks. `inherited` marks a
    department that is named once for all following tasks. `kept` marks an object that the parser no longer
    proposes and that stands because a person had decided so. `decided` are the numbers of the corrections behind it.
    """

    kind: str
    start: int
    end: int
    ordinal: int
    object: PlanObject
    proposed: PlanObject | None
    task: str | None
    state: State = State.PROPOSED
    inherited: bool = False
    kept: bool = False
    decided: tuple[int, ...] = ()

    @property
    def address(self) -> str:
        """The lasting name of the object within its text."""
        return f"{self.kind}-{self.start}-{self.end}-{self.ordinal}"

    @property
    def values(self) -> dict[str, Any]:
        """The editable fields as plain values."""
        return plain_values(self.kind, self.object)


def items_of(plan: Plan) -> list[Item]:
    """Every object of a plan in the order of the text; within a kind no two share an address."""
    made = [Item("task", t.start, t.end, 0, t, t, t.id) for t in plan.tasks]
    made += [Item("clause", c.start, c.end, 0, c, c, t.id) for t in plan.tasks for c in t.clauses]
    made += [Item("target", g.start, g.end, 0, g, g, g.task_id) for g in plan.targets]
    made += [Item("responsibility", r.start, r.end, 0, r, r, t.id) for t in plan.tasks for r in t.responsibilities]
    once = {(r.start, r.end): (r, t.id) for t in reversed(plan.tasks) for r in t.inherited}
    made += [Item("responsibility", r.start, r.end, 0, r, r, first, inherited=True) for r, first in once.values()]
    made.sort(key=lambda item: (KINDS.index(item.kind), item.start, item.end))
    return _numbered(made)


def _numbered(items: list[Item]) -> list[Item]:
    seen: Counter[tuple[str, int, int]] = Counter()
    made = []
    for item in items:
        place = item.kind, item.start, item.end
        made.append(replace(item, ordinal=seen[place]))
        seen[place] += 1
    return made


def plain_values(kind: str, found: PlanObject) -> dict[str, Any]:
    """The editable fields of an object as JSON can hold them."""
    values = asdict(found)
    return {name: list(v) if isinstance(v := values[name], tuple) else v for name in EDITABLE[kind]}


def with_values(kind: str, found: PlanObject, values: dict[str, Any]) -> PlanObject:
    """The object with some of its editable fields set from plain values; what follows from them is worked out anew.

    Raises
    ------
    ValueError
        A code that the vocabulary no longer knows, or a field that nobody may edit.
    """
    given = {name: _value(kind, name, value) for name, value in values.items()}
    if isinstance(found, Target):
        return _normalised(
            replace(found, **given, operator_status="written" if "operator" in given else found.operator_status)
        )
    if isinstance(found, Responsibility) and "department" in given:
        return replace(found, **given, body=body_of(given["department"]))
    return replace(found, **given)


def _value(kind: str, name: str, value: Any) -> Any:
    if name not in EDITABLE[kind]:
        raise ValueError(f"{kind}.{name} is not editable")
    code = _CODES.get((kind, name))
    if code is not None:
        return code(value)
    return tuple(value) if name == "undefined" else value


def _normalised(target: Target) -> Target:
    """The target with its value in the canonical unit of the unit as written."""
    unit = units().get(target.unit or "")
    if target.value is None or unit is None:
        return replace(target, normalised_value=target.value, normalised_unit=target.unit)
    return replace(target, normalised_value=round(target.value * unit.factor, 9), normalised_unit=unit.canonical)


def blank(kind: str, text: str, start: int, end: int, ordinal: int, task: str | None) -> PlanObject:
    """An object at these words that the parser did not propose, before its fields are set."""
    words, mark = text[start:end], f"+{start}.{end}.{ordinal}"
    if kind == "task":
        return Task(f"T{mark}", "", (), words.strip()[:40], start, end, "tasks")
    if kind == "clause":
        return Clause(f"C{mark}", task or "", words, start, end, "campaign", Modality.PROMOTE, "partly")
    if kind == "responsibility":
        return Responsibility(
            words.strip(), Role.RESPONSIBLE, open_list=False, start=start, end=end, body=body_of(words)
        )
    return Target(
        f"G{mark}",
        task,
        words,
        start,
        end,
        TargetKind.QUANTITATIVE,
        "",
        "",
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    )
