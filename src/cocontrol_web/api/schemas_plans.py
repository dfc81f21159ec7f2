"""Shapes of the answers about plans."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema


class PlanOut(Schema):
    """A plan as the list shows it."""

    plan_id: UUID
    title: str
    file_name: str
    region: str
    synthetic: bool
    text_digest: str
    facts: dict[str, Any]
    created_at: datetime
    published_at: datetime | None


class PlanText(Schema):
    """The text of a plan; all offsets count in its characters."""

    text: str
    digest: str


class ObjectOut(Schema):
    """One object with what people made of it."""

    address: str
    kind: str
    start: int
    end: int
    task: str | None
    state: str
    inherited: bool
    kept: bool
    values: dict[str, Any]


class CorrectionOut(Schema):
    """One decision of a person."""

    batch: UUID
    kind: str
    start: int
    end: int
    ordinal: int
    action: str
    field: str
    value: Any = None
    note: str
    person_name: str
    created_at: datetime
    withdrawn_at: datetime | None
    text_digest: str


class Decision(Schema):
    """A decision about an object by its address, or about words that have none yet (`action` ``add``)."""

    action: Literal["confirm", "reject", "set", "add"]
    address: str = ""
    kind: str = ""
    start: int = -1
    end: int = -1
    values: dict[str, Any] = Field(default_factory=dict)
    note: str = ""


class PastedPlan(Schema):
    """A plan as text. `anyway` keeps a text that is not recognised as a plan."""

    text: str
    name: str = ""
    anyway: bool = False


class ParameterIn(Schema):
    """A value for what a plan leaves open. `replaces` names the row (`row_id`) that it takes the place of."""

    parameter_id: str
    value: str
    unit: str = ""
    effective_from: str = ""
    effective_to: str = ""
    jurisdiction: str
    source: str
    clause: str = ""
    status: Literal["verified", "recalled"] = "recalled"
    replaces: str = ""


class ParameterOut(Schema):
    """A value that somebody set, in force or withdrawn."""

    row_id: UUID
    parameter_id: str
    value: str
    unit: str
    effective_from: date | None
    effective_to: date | None
    jurisdiction: str
    source: str
    clause: str
    status: str
    person_name: str
    created_at: datetime
    withdrawn_at: datetime | None


class RegisterOut(Schema):
    """A register that somebody brought, in use or not."""

    register_id: UUID
    table: str = Field(alias="register")
    file_name: str
    sha256: str
    rows: int
    person_name: str
    created_at: datetime
    withdrawn_at: datetime | None


class EvaluationIn(Schema):
    """The day and the region to judge for."""

    as_of: date | None = None
    region: str = ""


class EvaluationOut(Schema):
    """One judgement: when, for which day and region, over which files, with which values."""

    evaluation_id: UUID
    as_of: date
    region: str
    reason: str
    registers: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    counts: dict[str, int]
    person_name: str
    created_at: datetime


class VerdictFilters(Schema):
    """Which verdicts: value, rule template, rule id, words in subject, reasons or facts."""

    value: str = ""
    template: str = ""
    rule: str = ""
    q: str = ""
    offset: int = Field(0, ge=0)
    limit: int = Field(1000, ge=1)
