"""Corrections laid over a fresh parse: pure functions, no database.

Corrections are applied in the order in which people made them. Each finds its words in the text of today: at the
same offsets, else where the same words stand exactly once. Words that are gone make an orphan, which is listed and
never dropped. What a person confirmed, corrected or added stands even when a new parser proposes something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cocontrol.plans.model import Clause, Plan, Responsibility, Target, Task
from cocontrol_web.planning.marks import heading_end
from cocontrol_web.planning.objects import EDITABLE, Item, State, blank, items_of, with_values

LIKE_ENOUGH = 0.6
"""Least share of common characters (overlap by union) at which a proposal is the object that was corrected."""


class Action(StrEnum):
    """What a person did to an object."""

    CONFIRM = "confirm"
    SET = "set"
    REJECT = "reject"
    ADD = "add"


class Reason(StrEnum):
    """Why a correction has no effect."""

    TEXT_CHANGED = "text_changed"
    AMBIGUOUS = "ambiguous"
    CODE_UNKNOWN = "code_unknown"


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision about one object. `quote` are the words it was made on, `snapshot` the fields at that time."""

    id: int
    kind: str
    start: int
    end: int
    ordinal: int
    quote: str
    action: Action
    field: str
    value: Any
    snapshot: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Orphan:
    """A correction that could not be applied, and why."""

    correction: Correction
    reason: Reason


@dataclass(frozen=True, slots=True)
class Review:
    """A parse with the corrections laid over it: objects with their states, the plan they make, what was orphaned."""

    plan: Plan
    items: tuple[Item, ...]
    orphans: tuple[Orphan, ...]

    def of_kind(self, kind: str) -> list[Item]:
        """The objects of one kind, rejected ones too, in the order of the text."""
        return [item for item in self.items if item.kind == kind]

    def find(self, address: str) -> Item | None:
        """The object of that address."""
        return next((item for item in self.items if item.address == address), None)


def quote_of(kind: str, text: str, start: int, end: int) -> str:
    """The words by which an object is found again; of a task its heading, so that an edit deep inside is none of it."""
    return text[start : heading_end(text, start, end) if kind == "task" else end]


def review(plan: Plan, text: str, corrections: Sequence[Correction]) -> Review:
    """`plan`, freshly parsed from `text`, with every correction laid over it in order."""
    items = {item.address: item for item in items_of(plan)}
    orphans = []
    for one in corrections:
        reason = _apply(items, one, text)
        if reason is not None:
            orphans.append(Orphan(one, reason))
    rehomed = _rehomed(items.values())
    return Review(_plan_of(plan, rehomed), tuple(rehomed), tuple(orphans))


def _apply(items: dict[str, Item], one: Correction, text: str) -> Reason | None:
    place = _place(one, text)
    if isinstance(place, Reason):
        return place
    found = _find(items, one, *place)
    if found is None and one.action is Action.REJECT:
        return None
    try:
        before = found or _restored(items, one, *place, text)
        made = replace(_changed(before, one), decided=(*before.decided, one.id))
    except ValueError:
        return Reason.CODE_UNKNOWN
    items[made.address] = made
    return None


def _place(one: Correction, text: str) -> tuple[int, int] | Reason:
    """Where the words of a correction stand today."""
    if text[one.start : one.start + len(one.quote)] == one.quote:
        return one.start, one.end
    times = text.count(one.quote) if one.quote else 0
    if times != 1:
        return Reason.AMBIGUOUS if times else Reason.TEXT_CHANGED
    start = text.index(one.quote)
    return start, min(len(text), start + one.end - one.start)


def _find(items: dict[str, Item], one: Correction, start: int, end: int) -> Item | None:
    """The object that a correction means: same words and ordinal, else the one that overlaps it most."""
    exact = items.get(f"{one.kind}-{start}-{end}-{one.ordinal}")
    if exact is not None:
        return exact
    near = [item for item in items.values() if item.kind == one.kind and item.start < end and start < item.end]
    if one.kind == "task":
        return next((item for item in near if item.start == start), None)
    best = max(near, key=lambda item: _overlap(item, start, end), default=None)
    return best if best is not None and _overlap(best, start, end) >= LIKE_ENOUGH else None


def _overlap(item: Item, start: int, end: int) -> float:
    common = min(item.end, end) - max(item.start, start)
    return common / (max(item.end, end) - min(item.start, start))


def _restored(items: dict[str, Item], one: Correction, start: int, end: int, text: str) -> Item:
    """The object as the person knew it, where the parser proposes none."""
    task = _task_at(items.values(), start, end)
    made = blank(one.kind, text, start, end, one.ordinal, task)
    made = with_values(one.kind, made, {k: v for k, v in one.snapshot.items() if k in EDITABLE[one.kind]})
    home = made.id if isinstance(made, Task) else task
    return Item(one.kind, start, end, one.ordinal, made, None, home, kept=one.action is not Action.ADD)


def _changed(item: Item, one: Correction) -> Item:
    if one.action is Action.REJECT:
        return replace(item, state=State.REJECTED)
    if one.action is Action.SET:
        made = with_values(item.kind, item.object, {one.field: one.value})
        return replace(item, object=made, state=State.ADDED if item.state is State.ADDED else State.CORRECTED)
    known = {k: v for k, v in one.snapshot.items() if k in EDITABLE[item.kind]}
    changed = {name: value for name, value in known.items() if item.values[name] != value}
    made = with_values(item.kind, item.object, changed) if changed else item.object
    if one.action is Action.ADD:
        return replace(item, object=made, state=State.ADDED)
    earlier = item.state in {State.CORRECTED, State.ADDED}
    return replace(item, object=made, state=item.state if earlier else State.CONFIRMED)


def _task_at(items: Iterable[Item], start: int, end: int) -> str | None:
    """The task that holds these words."""
    for item in items:
        if item.kind == "task" and item.state is not State.REJECTED and item.start <= start and end <= item.end:
            return item.task
    return None


def _rehomed(items: Iterable[Item]) -> list[Item]:
    """Objects of rejected tasks given to the task that holds their words now, if there is one."""
    known = list(items)
    gone = {item.task for item in known if item.kind == "task" and item.state is State.REJECTED}
    made = [
        replace(item, task=_task_at(known, item.start, item.end))
        if item.kind != "task" and not item.inherited and (item.task in gone or item.task is None)
        else item
        for item in known
    ]
    return sorted(made, key=lambda item: (item.start, -item.end, item.kind, item.ordinal))


def _plan_of(plan: Plan, items: list[Item]) -> Plan:
    """The plan that the objects make: rejected ones left out, each in its task."""
    live = [item for item in items if item.state is not State.REJECTED]
    tasks = []
    for item in live:
        if not isinstance(task := item.object, Task):
            continue
        mine = [other for other in live if other.task == item.task and not other.inherited]
        named = {(r.start, r.end) for r in task.inherited}
        tasks.append(
            replace(
                task,
                responsibilities=tuple(i.object for i in mine if isinstance(i.object, Responsibility)),
                inherited=tuple(
                    i.object
                    for i in live
                    if i.inherited and isinstance(i.object, Responsibility) and (i.start, i.end) in named
                ),
                clauses=tuple(replace(i.object, task_id=task.id) for i in mine if isinstance(i.object, Clause)),
            )
        )
    targets = tuple(replace(i.object, task_id=i.task) for i in live if isinstance(i.object, Target))
    return replace(plan, tasks=tuple(tasks), targets=targets, is_plan=plan.is_plan or bool(tasks))
