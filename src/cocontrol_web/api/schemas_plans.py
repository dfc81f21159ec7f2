"""Shapes of the answers about plans."""

from __future__ import annotations

from datetime import datetime
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
