"""What a plan is made of. Every object that came from the text carries offsets into the original."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from cocontrol.core.text import Text


class Role(StrEnum):
    """What a department has to do in a task (牵头, 负责, 配合)."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    COOPERATE = "cooperate"


class Modality(StrEnum):
    """How strongly a clause speaks. Only the first three can be broken."""

    PROHIBIT = "prohibit"
    BINDING = "binding"
    IN_PRINCIPLE = "in_principle"
    PERMIT = "permit"
    GOAL = "goal"
    STRIVE = "strive"
    ENCOURAGE = "encourage"
    PILOT = "pilot"
    PROMOTE = "promote"

    @property
    def binds(self) -> bool:
        """Whether a breach is a violation; every other modality yields candidates."""
        return self in {Modality.PROHIBIT, Modality.BINDING, Modality.IN_PRINCIPLE}


class TargetKind(StrEnum):
    """What sort of statement a target is."""

    QUANTITATIVE = "quantitative_target"
    THRESHOLD = "threshold"
    ZERO = "zero_rule"
    COUNT = "count"
    STAGE = "stage_grade"
    DIRECTIONAL = "directional_goal"
    EXTERNAL = "external_value_goal"
    RELATIVE = "relative_goal"


@dataclass(frozen=True, slots=True)
class Gap:
    """A spot whose characters are lost: marked, listed, never guessed."""

    start: int
    end: int
    found: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader of the result must know; `rule` is stable."""

    rule: str
    message: Text
    start: int | None = None
    end: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, both languages."""
        return {
            "rule": self.rule,
            "message_zh": self.message.zh,
            "message_en": self.message.en,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One department of one task. `open_list` when the plan ends the list with 等.

    `department` is spelled as the plan spells it; `body` is its entry in the department dictionary.
    """

    department: str
    role: Role
    open_list: bool
    start: int
    end: int
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement of a task; `text` is the original between `start` and `end`.

    `deadline` is the day by which the plan wants it done and `begins` the day from which it holds, both ISO 8601,
    where the clause or the opening of its sentence names them.
    """

    id: str
    task_id: str
    text: str
    start: int
    end: int
    type: str
    modality: Modality
    check_class: str
    undefined: tuple[str, ...] = ()
    deadline: str | None = None
    begins: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One target, threshold, zero rule, count, grade or goal.

    `value` is the number as written, in `unit`; a fall is negative. `basis` is ``level``, ``change`` or
    ``reduction`` (an amount saved, as 重点工程减排量: not a level of the metric, and not to be held against one).
    `operator_status` is ``recalled`` where the plan writes no operator and the usual one was taken.
    """

    id: str
    task_id: str | None
    text: str
    start: int
    end: int
    kind: TargetKind
    metric: str
    subject: str
    operator: str | None
    value: float | None
    unit: str | None
    normalised_value: float | None
    normalised_unit: str | None
    base_year: int | None
    target_year: int | None
    qualifier: str | None
    basis: str = "level"
    operator_status: str = "written"

    @property
    def series(self) -> str:
        """The series that the value may be held against: the metric, or its reduction or absolute change.

        A relative change (change_pct) is judged on the metric's own series.
        """
        if self.basis == "reduction" or (self.basis == "change" and self.operator != "change_pct"):
            return f"{self.metric}_{self.basis}"
        return self.metric


@dataclass(frozen=True, slots=True)
class Task:
    """One item of the plan: a leaf of the outline with its departments and clauses.

    `inherited` are departments named once for all following tasks (以下各项任务均需各地政府落实).
    """

    id: str
    number: str
    path: tuple[str, ...]
    title: str
    start: int
    end: int
    section_kind: str
    responsibilities: tuple[Responsibility, ...] = ()
    inherited: tuple[Responsibility, ...] = ()
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole document as objects. A text that is no plan has `is_plan` false and says why."""

    title: str | None
    document_number: str | None
    issuers: tuple[str, ...]
    issued_on: str | None
    region: str | None
    level: str | None
    is_plan: bool
    tasks: tuple[Task, ...] = ()
    targets: tuple[Target, ...] = ()
    gaps: tuple[Gap, ...] = ()
    warnings: tuple[Notice, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause of every task, in order."""
        return tuple(clause for task in self.tasks for clause in task.clauses)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, in the names of the published interface."""
        made = asdict(self)
        made["warnings"] = [warning.as_dict() for warning in self.warnings]
        return made
