"""What people keep: pathways as text, measure catalogues of their own, and questions for a least-cost plan with the answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from cocontrol_web.analysis.models import Job, RunRecord


class Pathway(models.Model):
    """A pathway scenario: its text is all there is, results are computed from it when they are looked at."""

    pathway_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=120)
    region = models.CharField(max_length=6)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-changed_at", "-id")

    def __str__(self) -> str:
        return self.title


class OwnCatalogue(models.Model):
    """Measures that people brought along: the rows of the two declared tables, as they passed the check."""

    catalogue_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=120)
    region = models.CharField(max_length=6)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    measures = models.JSONField(default=list)
    numbers = models.JSONField(default=list)
    prices = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.title


ANSWER_VERSION = 2
"""The form of kept answers; an older one is solved again."""


class LeastCostPlan(models.Model):
    """A least-cost plan: what was asked (`request`) of which run, and what was found (`answer`, null until solved).

    A deleted plan keeps its row, so that deleting can be undone. `is_stopped`: somebody cancelled the solution.
    """

    plan_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    run = models.ForeignKey(RunRecord, on_delete=models.CASCADE, related_name="least_cost_plans")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    request = models.JSONField(default=dict)
    answer = models.JSONField(null=True)
    is_stopped = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.title

    @property
    def solved(self) -> dict[str, Any] | None:
        """The answer, None where there is none, or one of an older form."""
        made: dict[str, Any] | None = self.answer
        return made if made is not None and made.get("version") == ANSWER_VERSION else None
