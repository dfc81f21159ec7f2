"""From the rows of tables of tasks to tasks and their targets."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from cocontrol.plans.clauses import clause_spans, clauses_of
from cocontrol.plans.context import Setting
from cocontrol.plans.deadlines import due_in_cell
from cocontrol.plans.model import Clause, Responsibility, Role, Target, Task
from cocontrol.plans.normalise import normalise
from cocontrol.plans.responsibilities import listed
from cocontrol.plans.tables import Cell
from cocontrol.plans.targets import Scope, find_targets
from cocontrol.plans.task_tables import TaskRow, TaskTable

_SHORTEST_TITLE = 4


@dataclass(frozen=True, slots=True)
class Tabled:
    """A task that a row of a table states, with the targets in its cells; its identifier is still to be given."""

    task: Task
    targets: tuple[Target, ...]


def without_tables(original: str, tables: list[TaskTable]) -> str:
    """`original` at unchanged length with the tables of tasks blank, so that they are not read as prose."""
    made = original
    for table in tables:
        blank = re.sub(r"[^\n]", " ", original[table.start : table.end])
        made = made[: table.start] + blank + made[table.end :]
    return made


def tabled_tasks(original: str, tables: list[TaskTable], setting: Setting) -> list[Tabled]:
    """The tasks of all rows, in order. The column of times governs figures and clauses that name no time themselves."""
    return [_task(original, row, setting) for table in tables for row in table.rows]


def _task(original: str, row: TaskRow, setting: Setting) -> Tabled:
    duties = _merged([item for role, cell in row.duties for item in _shifted_duties(original, cell, role)])
    when = replace(setting, annual=row.due or setting.annual)
    due = due_in_cell(row.time, setting.annual)
    clauses: list[Clause] = []
    targets: list[Target] = []
    for cell in row.said:
        source = normalise(original[cell.start : cell.end])
        spans = clause_spans(source.text, 0, len(source.text))
        clauses += [_moved(c, cell.start, due) for c in clauses_of(source, "", spans, original[cell.start : cell.end])]
        scope = Scope(0, len(source.text), None, goals=False, setting=when)
        found = find_targets(source, [scope], original[cell.start : cell.end])
        targets += [replace(t, start=t.start + cell.start, end=t.end + cell.start) for t in found]
    path = (row.category,) if row.category else ()
    task = Task("", row.number, path, row.title, row.start, row.end, "tasks", duties, (), tuple(clauses))
    return Tabled(task, tuple(targets))


def _shifted_duties(original: str, cell: Cell, role: Role) -> list[Responsibility]:
    source = normalise(original[cell.start : cell.end])
    return [replace(r, start=r.start + cell.start, end=r.end + cell.start) for r in listed(source, role)]


def _moved(clause: Clause, by: int, due: date | None) -> Clause:
    """The clause at its place in the document, with the deadline of its row where it names none."""
    deadline = clause.deadline or (due.isoformat() if due else None)
    return replace(clause, start=clause.start + by, end=clause.end + by, deadline=deadline)


def _merged(duties: list[Responsibility]) -> tuple[Responsibility, ...]:
    """Each department and role once: one that leads does not stand among the responsible as well."""
    made: dict[tuple[str, Role], Responsibility] = {}
    for item in duties:
        made.setdefault((item.department, item.role), item)
    return tuple(made.values())


def joined(
    tasks: list[Task], tabled: list[Tabled], path: dict[int, tuple[str, ...]]
) -> tuple[list[Task], list[Target]]:
    """All tasks in the order of the text, numbered T1 …, and the targets of the rows that are tasks of their own.

    A row whose title is that of a task in the prose is no second task: it only gives its departments to a task that
    names none. `path` gives the headings above a row by where it begins.
    """
    by_title = {_plain(task.title): i for i, task in enumerate(tasks) if len(_plain(task.title)) >= _SHORTEST_TITLE}
    kept = list(tasks)
    own: list[Tabled] = []
    for item in tabled:
        index = by_title.get(_plain(item.task.title))
        if index is None:
            own.append(item)
        elif not kept[index].responsibilities:
            kept[index] = replace(kept[index], responsibilities=item.task.responsibilities)
    everything = [*((task, ()) for task in kept), *((_under(i.task, path), i.targets) for i in own)]
    ordered = sorted(everything, key=lambda pair: (pair[0].start, pair[0].end))
    made: list[Task] = []
    targets: list[Target] = []
    for number, (task, found) in enumerate(ordered, 1):
        made.append(_numbered(task, f"T{number}"))
        targets += [replace(target, task_id=f"T{number}") for target in found]
    return made, targets


def _under(task: Task, path: dict[int, tuple[str, ...]]) -> Task:
    return replace(task, path=(*path.get(task.start, ()), *task.path))


def _numbered(task: Task, identifier: str) -> Task:
    clauses = tuple(
        replace(clause, id=f"{identifier}.{index}", task_id=identifier) for index, clause in enumerate(task.clauses, 1)
    )
    return replace(task, id=identifier, clauses=clauses)


def _plain(title: str) -> str:
    return re.sub(r"[^一-鿿A-Za-z0-9]", "", title)
