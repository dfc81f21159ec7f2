"""Plan documents, and what people decide as data: corrections, parameter values, registers, and the verdicts made of them."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from cocontrol_web.planning.corrections import Action, Correction
from cocontrol_web.registry.models import Workspace


def digest_of(text: str) -> str:
    """Hex SHA-256 of a text in UTF-8; lone surrogates, which no file holds, count as they stand."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class PlanDocument(models.Model):
    """The text of one plan. Everything else about it is read from the text, or is a correction.

    `region` is the region of whoever entered it: the plan is theirs until it is published. A deleted plan
    keeps its row, so that deleting can be undone and its corrections are not lost.
    """

    plan_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=255, default="", blank=True)
    region = models.CharField(max_length=6)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="plans")
    workspace = models.ForeignKey(Workspace, on_delete=models.SET_NULL, null=True, related_name="plans")
    source = models.CharField(max_length=255, default="", blank=True)
    synthetic = models.BooleanField(default=False)
    text = models.TextField()
    text_digest = models.CharField(max_length=64, db_index=True)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        """Whether everybody with an account may read it."""
        return self.published_at is not None

    @property
    def reference(self) -> str:
        """How the comparison names it in its address."""
        return str(self.plan_id)


class PlanVersion(models.Model):
    """An earlier text of a plan, kept when another one took its place."""

    plan = models.ForeignKey(PlanDocument, on_delete=models.CASCADE, related_name="versions")
    version_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=255, default="", blank=True)
    text = models.TextField()
    text_digest = models.CharField(max_length=64)
    person_name = models.CharField(max_length=150, default="", blank=True)
    replaced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.title} ({self.replaced_at:%Y-%m-%d})"

    @property
    def reference(self) -> str:
        """How the comparison names it in its address: the plan, then the version."""
        return f"{self.plan.plan_id}.{self.version_id}"


class PlanCorrection(models.Model):
    """One decision of a person about one object of a plan. Rows are never changed, only withdrawn.

    The object is named by its kind, its offsets and the words there, in the text whose digest is kept: it
    outlives a new parser, and in a new text it is found again by its words or listed as orphaned.
    """

    plan = models.ForeignKey(PlanDocument, on_delete=models.CASCADE, related_name="corrections")
    text_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    ordinal = models.PositiveSmallIntegerField(default=0)
    quote = models.TextField()
    action = models.CharField(max_length=16, choices=[(action.value, action.value) for action in Action])
    field = models.CharField(max_length=32, default="", blank=True)
    value = models.JSONField(null=True)
    snapshot = models.JSONField(default=dict)
    note = models.CharField(max_length=500, default="", blank=True)
    batch = models.UUIDField(default=uuid.uuid4)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, default="", blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.start}–{self.end} {self.field}".strip()

    @property
    def is_active(self) -> bool:
        """Whether the correction holds."""
        return self.withdrawn_at is None

    def as_correction(self) -> Correction:
        """The correction as the pure functions take it."""
        return Correction(
            id=self.pk,
            kind=self.kind,
            start=self.start,
            end=self.end,
            ordinal=self.ordinal,
            quote=self.quote,
            action=Action(self.action),
            field=self.field,
            value=self.value,
            snapshot=self.snapshot,
        )


class Withdrawable(models.Model):
    """Something a person entered about a plan. Rows are never changed, only withdrawn and let hold again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, default="", blank=True)

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        """Whether it holds."""
        return self.withdrawn_at is None

    def withdraw(self, now: datetime, by: str) -> None:
        """Take it back."""
        self.withdrawn_at, self.withdrawn_by = now, by
        self.save(update_fields=["withdrawn_at", "withdrawn_by"])

    def reinstate(self) -> None:
        """Let it hold again."""
        self.withdrawn_at, self.withdrawn_by = None, ""
        self.save(update_fields=["withdrawn_at", "withdrawn_by"])


class PlanParameter(Withdrawable):
    """A value for something that the plan leaves open, as it was written. A changed value is a new row."""

    plan = models.ForeignKey(PlanDocument, on_delete=models.CASCADE, related_name="parameters")
    row_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="replaced_by")
    parameter_id = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    unit = models.CharField(max_length=40, default="", blank=True)
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)
    jurisdiction = models.CharField(max_length=6)
    source = models.CharField(max_length=300)
    clause = models.CharField(max_length=120, default="", blank=True)
    status = models.CharField(max_length=16)

    class Meta:
        ordering = ("parameter_id", "jurisdiction", "effective_from", "id")

    def __str__(self) -> str:
        return f"{self.parameter_id} = {self.value} {self.unit}".strip()

    def as_row(self) -> dict[str, Any]:
        """The value as a row of the table `rule_parameter`; its origin is whoever entered it, and when."""
        names = ("parameter_id", "value", "unit", "effective_from", "effective_to", "jurisdiction", "source", "clause")
        made = {name: getattr(self, name) for name in names}
        day = "" if self._state.adding else f" {self.created_at:%Y-%m-%d}"
        return {**made, "status": self.status, "origin": f"{self.person_name}{day}"}


class PlanRegister(Withdrawable):
    """A register that the rules of a plan are judged over: a checked file, kept as it was read."""

    plan = models.ForeignKey(PlanDocument, on_delete=models.CASCADE, related_name="registers")
    register_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    register = models.CharField(max_length=80)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.file_name} → {self.register}"

    @property
    def path(self) -> Path:
        """Where the rows are kept."""
        return Path(settings.UPLOAD_FOLDER) / "registers" / f"{self.register_id}.parquet"


class PlanEvaluation(models.Model):
    """One judgement of the rules of a plan, with everything that it depends on."""

    plan = models.ForeignKey(PlanDocument, on_delete=models.CASCADE, related_name="evaluations")
    evaluation_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    as_of = models.DateField()
    region = models.CharField(max_length=6)
    reason = models.CharField(max_length=16)
    rules = models.JSONField(default=list)
    registers = models.JSONField(default=list)
    parameters = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    person_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.as_of}"

    @property
    def path(self) -> Path:
        """Where the verdicts are kept."""
        return Path(settings.UPLOAD_FOLDER) / "evaluations" / f"{self.evaluation_id}.parquet"
