"""One plan held against another: a province's against its city's, or two versions of one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from cocontrol.core.text import Text
from cocontrol.plans.alignment import Side, TaskGroup, clause_pairs, levelled, likeness, plain, task_groups
from cocontrol.plans.model import Clause, Plan, Target, TargetKind, Task
from cocontrol.plans.normalise import LOST
from cocontrol.plans.strictness import PUBLISHED, Change, by_consequence, by_items, by_modality, by_value, items
from cocontrol.plans.vocabulary import bodies


@dataclass(frozen=True, slots=True)
class Pair:
    """Tasks that answer to each other, how they relate, and every difference between them."""

    parents: tuple[Task, ...]
    children: tuple[Task, ...]
    relation: str
    changes: tuple[Change, ...]
    kept: int
    noise: int

    @property
    def published_relation(self) -> str:
        """The relation in the six words of the published interface.

        What is both tightened and loosened is ``loosened``: somebody must look at it. A task split into several is
        what its changes make it.
        """
        if self.relation in PUBLISHED:
            return self.relation
        tight, loose = _directions(list(self.changes))
        return "loosened" if loose else "tightened" if tight else "kept"

    def as_dict(self) -> dict[str, Any]:
        """Plain values in the names of the published interface; `nuance` is our finer word, where there is one."""
        return {
            "parent": [_brief(task) for task in self.parents],
            "child": [_brief(task) for task in self.children],
            "relation": self.published_relation,
            "nuance": None if self.relation in PUBLISHED else self.relation,
            "changes": [change.as_dict() for change in self.changes],
            "clauses_kept": self.kept,
            "noise": self.noise,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole comparison: pairs, departments that took over from each other, targets side by side, counts."""

    pairs: tuple[Pair, ...]
    departments: tuple[tuple[str, str], ...]
    targets: tuple[dict[str, Any], ...]
    counts: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Plain values in the names of the published interface."""
        return {
            "counts": self.counts,
            "pairs": [pair.as_dict() for pair in self.pairs],
            "departments": [{"parent": one, "child": other} for one, other in self.departments],
            "targets": list(self.targets),
        }


_AIMS = Task("AIMS", "", (), "目标", 0, 0, "goals")


def _brief(task: Task) -> dict[str, str]:
    return {"id": task.id, "number": task.number, "title": task.title}


def compare(parent: Plan, child: Plan) -> Comparison:
    """What the child plan keeps, tightens, loosens, drops, adds and merges of the parent plan.

    Clauses are paired by likeness of wording, tasks by their clauses and titles. A difference of blanks,
    script, brackets, page breaks or lost characters is noise and counted apart.
    """
    sides = Side.of(parent), Side.of(child)
    pairs = clause_pairs(*sides)
    groups = task_groups(*sides, pairs)
    twins = {one.id: other for one, other, _ in pairs}
    made = (*_aims(parent, child), *(_pair(group, twins, *sides) for group in groups))
    return Comparison(made, _departments(groups), tuple(_target_table(parent, child)), _counts(parent, child, made))


def _pair(group: TaskGroup, twins: dict[str, Clause], parent: Side, child: Side) -> Pair:
    if not group.children or not group.parents:
        return _lone(group)
    changes: list[Change] = []
    kept = noise = 0
    answered = {twin.id for twin in twins.values()}
    for clause in [c for task in group.parents for c in task.clauses]:
        twin = twins.get(clause.id)
        if twin is None:
            changes.append(_gone(clause))
        elif _same_words(parent.plain[clause.id], child.plain[twin.id]):
            kept += 1
            noise += clause.text != twin.text
        else:
            changes += _differences(clause, twin, parent.plan, child.plan)
    changes += [_new(c) for task in group.children for c in task.clauses if c.id not in answered]
    return Pair(group.parents, group.children, _relation(group, changes), tuple(changes), kept, noise)


def _aims(parent: Plan, child: Plan) -> tuple[Pair, ...]:
    """The aims outside the tasks, as one pair: figures that moved, that are new and that are gone."""
    mine = [t for t in parent.targets if t.task_id is None]
    theirs = [t for t in child.targets if t.task_id is None]
    if not mine or not theirs:
        return ()
    changes: list[Change] = []
    answered: set[str] = set()
    for target in mine:
        years = [t for t in theirs if t.target_year == target.target_year]
        twin = _twin(target, years) or next((t for t in years if t.metric == target.metric), None)
        if twin is None:
            changes.append(
                Change("dropped", target.text, None, Text("下级方案没有对应目标", "no target answers to it"), "value")
            )
            continue
        answered.add(twin.id)
        if target.value is None and twin.value is not None:
            reason = Text("由定性或外部要求变为具体数值{v}", "made exact: {v}").format(
                v=f"{twin.value:g}{twin.unit or ''}"
            )
            changes.append(Change("tightened", target.text, twin.text, reason, "value"))
        elif (change := by_value(target, twin)) is not None:
            changes.append(change)
    changes += [
        Change("added", None, t.text, Text("上级方案没有对应目标", "nothing in the parent answers to it"), "value")
        for t in theirs
        if t.id not in answered
    ]
    group = TaskGroup((_AIMS,), (_AIMS,))
    kept = len(mine) - sum(change.kind != "added" for change in changes)
    return (Pair(group.parents, group.children, _relation(group, changes), tuple(changes), kept, 0),)


def _lone(group: TaskGroup) -> Pair:
    tasks = group.parents or group.children
    kind = "dropped" if group.parents else "added"
    maker = _gone if group.parents else _new
    return Pair(group.parents, group.children, kind, tuple(maker(c) for task in tasks for c in task.clauses), 0, 0)


def _gone(clause: Clause) -> Change:
    return Change("dropped", clause.text, None, Text("下级方案没有对应条款", "no clause answers to it"), "clause")


def _new(clause: Clause) -> Change:
    return Change(
        "added", None, clause.text, Text("上级方案没有对应条款", "nothing in the parent answers to it"), "clause"
    )


def _same_words(a: str, b: str) -> bool:
    """Whether two plain texts are the same but for lost spots, each of which fits up to a dozen characters."""
    if a == b:
        return True
    if LOST not in a + b:
        return False
    broken, whole = (a, b) if LOST in a else (b, a)
    pattern = ".{0,12}".join(re.escape(part) for part in broken.split(LOST))
    return re.fullmatch(pattern, whole.replace(LOST, "")) is not None


def _differences(one: Clause, other: Clause, parent: Plan, child: Plan) -> list[Change]:
    """The judged differences of two clauses; where none is judged, the rewording itself with its words."""
    made = by_modality(one.modality, other.modality, one.text, other.text)
    made += by_consequence(one.text, other.text)
    mine, theirs = _targets_in(parent, one), _targets_in(child, other)
    for target in mine:
        twin = _twin(target, theirs)
        if twin is not None and (change := by_value(target, twin)) is not None:
            made.append(change)
    made += [_moved(change, child, mine) for change in by_items(*_lists(mine, theirs))]
    return made or [_reworded(one, other)]


def _twin(target: Target, others: list[Target]) -> Target | None:
    """The target of the same metric and kind whose subject is most alike; a grade or count needs a like subject."""
    same = [t for t in others if t.metric == target.metric and t.kind is target.kind]
    best = max(same, key=lambda t: likeness(levelled(target.subject), levelled(t.subject)), default=None)
    picky = target.kind in {TargetKind.STAGE, TargetKind.COUNT, TargetKind.ZERO} or len(same) > 1
    if best is not None and picky and likeness(levelled(target.subject), levelled(best.subject)) < 0.5:
        return None
    return best


def _lists(mine: list[Target], theirs: list[Target]) -> tuple[str, str]:
    """The lists to compare: the subjects of two targets of one metric, else nothing."""
    listed = [(t, o) for t in mine for o in theirs if t.metric == o.metric and len(items(t.subject)) >= 3]
    best = max(listed, key=lambda pair: likeness(levelled(pair[0].subject), levelled(pair[1].subject)), default=None)
    return (best[0].subject, best[1].subject) if best else ("", "")


def _moved(change: Change, child: Plan, mine: list[Target]) -> Change:
    """A list member that is gone here but has a figure of its own elsewhere in the child plan."""
    if change.kind != "dropped" or change.parent_text is None:
        return change
    for target in child.targets:
        for source in mine:
            same = (
                target.metric == source.metric
                and change.parent_text in target.subject
                and change.parent_text in source.subject
            )
            if same and (judged := by_value(source, target)) is not None:
                reason = Text("“{n}”改为单独要求：{r}", "{n} now has a figure of its own: {r}").format(
                    n=change.parent_text, r=judged.reason
                )
                return Change(judged.kind, source.text, target.text, reason, "item")
    return change


def _reworded(one: Clause, other: Clause) -> Change:
    a, b = plain(one.text), plain(other.text)
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    gone = "｜".join(a[i:j] for tag, i, j, _, _ in blocks if tag != "equal" and j > i)
    new = "｜".join(b[i:j] for tag, _, _, i, j in blocks if tag != "equal" and j > i)
    reason = Text("措辞：去掉“{g}”，改为“{n}”", "wording: {g} → {n}").format(g=gone or "-", n=new or "-")
    return Change("reworded", one.text, other.text, reason, "wording")


def _targets_in(plan: Plan, clause: Clause) -> list[Target]:
    return [t for t in plan.targets if t.start < clause.end and clause.start < t.end]


def _relation(group: TaskGroup, changes: list[Change]) -> str:
    """One word for a pair: ``merged`` or ``split`` first; then the direction, ``mixed`` where both occur."""
    if len(group.parents) > 1:
        return "merged"
    if len(group.children) > 1:
        return "split"
    return {(True, True): "mixed", (True, False): "tightened", (False, True): "loosened"}.get(
        _directions(changes), "kept"
    )


def _directions(changes: list[Change]) -> tuple[bool, bool]:
    """Whether anything is tightened, and whether anything is loosened."""
    tight = any(c.kind == "tightened" or (c.kind == "added" and c.scope == "clause") for c in changes)
    return tight, any(c.kind in {"loosened", "dropped"} for c in changes)


def _departments(groups: list[TaskGroup]) -> tuple[tuple[str, str], ...]:
    """Departments of the same kind that stand in tasks that answer to each other."""
    made: dict[tuple[str, str], None] = {}
    for group in groups:
        mine = [r for task in group.parents for r in task.responsibilities]
        theirs = [r for task in group.children for r in task.responsibilities]
        for one in mine:
            for other in theirs:
                if one.body is not None and one.body == other.body:
                    made[one.department, other.department] = None
    return tuple(made)


def counterpart(department: str, body: str | None, level: str) -> str | None:
    """The name that a department's kind has at another level; None where the dictionary has none."""
    entry = bodies().get(body or "")
    return entry.at_level(level) if entry else department if department.startswith("各") else None


def _target_table(parent: Plan, child: Plan) -> list[dict[str, Any]]:
    """Targets of the aims side by side by metric: how the parent's is taken on, made exact or left out."""
    made = []
    scalar = {TargetKind.QUANTITATIVE, TargetKind.EXTERNAL, TargetKind.DIRECTIONAL, TargetKind.RELATIVE}
    for target in [t for t in parent.targets if t.task_id is None and t.kind in scalar]:
        twins = [t for t in child.targets if t.metric == target.metric and t.kind in scalar and t.task_id is None]
        twin = next((t for t in twins if t.target_year == target.target_year), None)
        made.append({
            "metric": target.metric,
            "parent": target.text,
            "child": twin.text if twin else None,
            "target_year": target.target_year,
            "relation": _target_relation(target, twin),
        })  # fmt: skip
    return made


def _target_relation(one: Target, other: Target | None) -> str:
    if other is None:
        return "dropped"
    if one.value is None and other.value is not None:
        return "quantified"
    change = by_value(one, other)
    return change.kind if change else "kept"


def _counts(parent: Plan, child: Plan, pairs: tuple[Pair, ...]) -> dict[str, Any]:
    def sized(plan: Plan) -> dict[str, int]:
        """How many tasks the plan has, those of its assurance sections apart."""
        return {
            "tasks": sum(1 for t in plan.tasks if t.section_kind != "assurance"),
            "assurance": sum(1 for t in plan.tasks if t.section_kind == "assurance"),
        }

    kinds = [c.kind for pair in pairs for c in pair.changes]
    return {
        "parent": sized(parent),
        "child": sized(child),
        "clauses_kept": sum(pair.kept for pair in pairs),
        "noise": sum(pair.noise for pair in pairs),
        **{kind: kinds.count(kind) for kind in ("tightened", "loosened", "dropped", "added", "reworded")},
        "relations": dict(sorted(Counter(pair.published_relation for pair in pairs).items())),
    }
