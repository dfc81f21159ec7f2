"""Which task and which clause of one plan answers to which of another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cocontrol.plans.model import Clause, Plan, Task
from cocontrol.plans.normalise import LOST, normalise

_LEVEL = re.compile(r"全[省市县区]|我[省市县区]|各省辖市|各地市|(?<![一-鿿])[省市县]")
_VARIANTS = str.maketrans("炭督査", "碳督查")
CLAUSE_LIKE = 0.42
"""Least likeness (Dice of letter pairs) of two clauses that say the same thing in other words."""
TASK_LIKE = 0.2
"""Least weight, as a share of the smaller task's clauses, that ties two tasks."""


def plain(text: str) -> str:
    """Text for comparison: readable, without blanks and stops, 督察 and 督查 alike."""
    return re.sub(r"[\s，。；、“”]+", "", normalise(text).text).translate(_VARIANTS)


def levelled(text: str) -> str:
    """`plain` with the words of the level of government taken out, so that 全省 and 全市 are alike."""
    return _LEVEL.sub("", plain(text))


def likeness(one: str, other: str) -> float:
    """Dice coefficient of the letter pairs of two plain texts; lost characters count for nothing.

    >>> likeness("禁止新建自备机组", "禁止新建自备机组")
    1.0
    """
    if one == other:
        return 1.0
    left, right = _pairs(one), _pairs(other)
    size = left.total() + right.total()
    return 2 * (left & right).total() / size if size else 0.0


def _pairs(text: str) -> Counter[str]:
    clean = text.replace(LOST, "")
    return Counter(clean[i : i + 2] for i in range(len(clean) - 1))


@dataclass(frozen=True, slots=True)
class Side:
    """One plan with the comparison texts of its clauses: `plain` as they stand, `texts` without the level."""

    plan: Plan
    plain: dict[str, str]
    texts: dict[str, str]

    @classmethod
    def of(cls, plan: Plan) -> Side:
        """The plan prepared for comparison."""
        marked = {clause.id: _with_gaps(clause, plan) for clause in plan.clauses}
        return cls(plan, {k: plain(v) for k, v in marked.items()}, {k: levelled(v) for k, v in marked.items()})


def _with_gaps(clause: Clause, plan: Plan) -> str:
    """The text of a clause with the plan's lost spots marked; alone, a clause does not show that it is damaged."""
    text = clause.text
    for gap in reversed(plan.gaps):
        if clause.start <= gap.start and gap.end <= clause.end:
            text = text[: gap.start - clause.start] + LOST + text[gap.end - clause.start :]
    return text


def clause_pairs(parent: Side, child: Side) -> list[tuple[Clause, Clause, float]]:
    """Clauses that answer to each other, one to one, best likeness first decided.

    Only clauses that share at least one rare letter pair are measured, which keeps long plans quick.
    """
    index: dict[str, list[Clause]] = defaultdict(list)
    for clause in child.plan.clauses:
        for pair in _pairs(child.texts[clause.id]):
            index[pair].append(clause)
    measured: list[tuple[float, int, Clause, Clause]] = []
    for order, clause in enumerate(parent.plan.clauses):
        text = parent.texts[clause.id]
        shared = Counter(c.id for pair in _pairs(text) for c in index.get(pair, ()))
        by_id = {c.id: c for pair in _pairs(text) for c in index.get(pair, ())}
        for identifier, _ in shared.most_common(12):
            measured.append((likeness(text, child.texts[identifier]), -order, clause, by_id[identifier]))
    taken_parent: set[str] = set()
    taken_child: set[str] = set()
    made = []
    for score, _, one, other in sorted(measured, key=lambda m: (m[0], m[1]), reverse=True):
        if score < CLAUSE_LIKE or one.id in taken_parent or other.id in taken_child:
            continue
        taken_parent.add(one.id)
        taken_child.add(other.id)
        made.append((one, other, score))
    return made


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks of the parent and of the child that answer to each other; either side may be empty."""

    parents: tuple[Task, ...]
    children: tuple[Task, ...]


def task_groups(parent: Side, child: Side, pairs: Sequence[tuple[Clause, Clause, float]]) -> list[TaskGroup]:
    """The tasks in groups: each parent goes to the child that holds most of it; a child left over to its best parent."""
    ties = _Ties(_weights(parent, child, pairs), _sizes(parent.plan), _sizes(child.plan))
    home: dict[str, list[Task]] = defaultdict(list)
    dropped = []
    for task in parent.plan.tasks:
        best = ties.best_child(task, child.plan.tasks)
        if best is None:
            dropped.append(task)
        else:
            home[best.id].append(task)
    split: dict[str, list[Task]] = defaultdict(list)
    added = []
    for task in [t for t in child.plan.tasks if not home[t.id]]:
        origin = ties.best_parent(task, parent.plan.tasks)
        if origin is None:
            added.append(task)
        else:
            split[origin.id].append(task)
    groups = [
        TaskGroup(tuple(home[task.id]), (task, *(extra for p in home[task.id] for extra in split.pop(p.id, []))))
        for task in child.plan.tasks
        if home[task.id]
    ]
    alone = [*added, *(task for tasks in split.values() for task in tasks)]
    return [*groups, *(TaskGroup((), (t,)) for t in alone), *(TaskGroup((t,), ()) for t in dropped)]


@dataclass(frozen=True, slots=True)
class _Ties:
    """How strongly tasks of the two plans hang together."""

    weight: dict[tuple[str, str], float]
    parent_size: dict[str, int]
    child_size: dict[str, int]

    def best_child(self, task: Task, others: Sequence[Task]) -> Task | None:
        """The child task that holds most of a parent task; None where none holds enough."""
        best = max(others, key=lambda other: self.weight[task.id, other.id], default=None)
        return best if best is not None and self._strong(task.id, best.id) else None

    def best_parent(self, task: Task, others: Sequence[Task]) -> Task | None:
        """The parent task that a child task comes from; None where none is near enough."""
        best = max(others, key=lambda other: self.weight[other.id, task.id], default=None)
        return best if best is not None and self._strong(best.id, task.id) else None

    def _strong(self, parent: str, child: str) -> bool:
        smaller = min(self.parent_size[parent], self.child_size[child])
        return self.weight[parent, child] >= (max(0.75, TASK_LIKE * smaller) if smaller > 1 else 0.75)


def _sizes(plan: Plan) -> dict[str, int]:
    return {task.id: max(1, len(task.clauses)) for task in plan.tasks}


def _weights(parent: Side, child: Side, pairs: Sequence[tuple[Clause, Clause, float]]) -> dict[tuple[str, str], float]:
    """Likeness of the paired clauses, of the titles, and of a parent's title to a clause of the child."""
    weight: dict[tuple[str, str], float] = defaultdict(float)
    for one, other, score in pairs:
        weight[one.task_id, other.task_id] += score
    titles = {task.id: levelled(task.title) for task in child.plan.tasks}
    for task in parent.plan.tasks:
        title = levelled(task.title)
        for identifier, own in titles.items():
            alike = likeness(title, own)
            weight[task.id, identifier] += 1.5 * alike * alike
        for clause in child.plan.clauses:
            text = child.texts[clause.id]
            if abs(len(text) - len(title)) <= len(title) and (named := likeness(title, text)) >= 0.8:
                weight[task.id, clause.task_id] += named
    return weight
