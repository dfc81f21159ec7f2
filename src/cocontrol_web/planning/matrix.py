"""Who does what: departments by tasks, as a page and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cocontrol.plans.model import Plan, Responsibility, Role, Task

STRENGTH = (Role.LEAD, Role.RESPONSIBLE, Role.COOPERATE)


@dataclass(frozen=True, slots=True)
class Duty:
    """The role of a department in a task; `inherited` where it is named once for all tasks."""

    role: Role
    inherited: bool
    open_list: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One department with its duties by task id."""

    department: str
    body: str | None
    duties: Mapping[str, Duty]

    def count(self, role: Role) -> int:
        """In how many tasks the department has this role by its own name."""
        return sum(1 for duty in self.duties.values() if duty.role is role and not duty.inherited)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Tasks led, answered for, and helped with."""
        lead, responsible, cooperate = (self.count(role) for role in STRENGTH)
        return lead, responsible, cooperate


@dataclass(frozen=True, slots=True)
class Matrix:
    """Tasks across, departments down."""

    tasks: tuple[Task, ...]
    rows: tuple[Row, ...]


def matrix_of(plan: Plan, *, role: str = "", search: str = "", inherited: bool = True) -> Matrix:
    """The matrix of a plan: the busiest departments first.

    `role` keeps duties of that role, `search` departments and tasks whose name holds it, and `inherited` says
    whether departments named once for all tasks are shown in each.
    """
    duties: dict[str, dict[str, Duty]] = {}
    bodies: dict[str, str | None] = {}
    for task in plan.tasks:
        own = {r.department for r in task.responsibilities}
        named = [(r, False) for r in task.responsibilities]
        named += [(r, True) for r in task.inherited if inherited and r.department not in own]
        for one, is_inherited in named:
            if role and one.role != role:
                continue
            bodies.setdefault(one.department, one.body)
            _enter(duties.setdefault(one.department, {}), task.id, one, is_inherited)
    rows = [Row(name, bodies[name], held) for name, held in duties.items()]
    rows.sort(key=lambda row: (-sum(row.counts), -row.counts[0], -len(row.duties), row.department))
    return _searched(Matrix(plan.tasks, tuple(rows)), search.strip())


def _enter(held: dict[str, Duty], task_id: str, one: Responsibility, inherited: bool) -> None:
    """The stronger role stands where a department is named twice in a task."""
    before = held.get(task_id)
    if before is None or STRENGTH.index(one.role) < STRENGTH.index(before.role):
        held[task_id] = Duty(one.role, inherited, one.open_list)


def _searched(found: Matrix, search: str) -> Matrix:
    if not search:
        return found
    rows = tuple(row for row in found.rows if search in row.department)
    if rows:
        return Matrix(found.tasks, rows)
    tasks = tuple(task for task in found.tasks if search in task.title)
    wanted = {task.id for task in tasks}
    return Matrix(tasks, tuple(row for row in found.rows if wanted & row.duties.keys()))
