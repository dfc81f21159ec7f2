"""The index of runs, and the queue of jobs that make them. Results themselves stay in the run folders."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cocontrol.core.text import Text
from cocontrol_web.registry.models import Workspace


class RunRecord(models.Model):
    """One immutable run folder. `digest` is the checksum of its manifest: it pins what is shown."""

    run_id = models.CharField(max_length=64, unique=True)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="runs")
    path = models.CharField(max_length=1024)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    years = models.JSONField(default=list)
    document_profile = models.CharField(max_length=80)
    gwp_set = models.CharField(max_length=40)
    code_version = models.CharField(max_length=120)
    parameter_version = models.CharField(max_length=120)
    conservation_ok = models.BooleanField()
    counts = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="started_runs"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="published_runs"
    )

    class Meta:
        ordering = ("-created_at", "-run_id")

    def __str__(self) -> str:
        return self.run_id

    @property
    def folder(self) -> Path:
        """Where the run stands."""
        return Path(self.path)

    @property
    def is_published(self) -> bool:
        """Whether everybody with an account may see it."""
        return self.published_at is not None


RUN = "run"
"""The kind of job that makes a run."""


class Job(models.Model):
    """Long work that can be left and found again. A worker takes the oldest queued one.

    `kind` names the work, `subject` the object that it is done for (empty for a run, which makes its own).
    """

    class State(models.TextChoices):
        """Where the job stands."""

        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("运行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    job_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, default=RUN)
    subject = models.CharField(max_length=64, default="", blank=True)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="jobs")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="jobs")
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    step_zh = models.CharField(max_length=200, default="", blank=True)
    step_en = models.CharField(max_length=200, default="", blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    run = models.ForeignKey(RunRecord, on_delete=models.SET_NULL, null=True, related_name="jobs")

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.job_id} ({self.state})"

    @property
    def step(self) -> Text | None:
        """What the job is doing now."""
        return Text(self.step_zh, self.step_en) if self.step_zh and self.step_en else None

    @property
    def is_open(self) -> bool:
        """Whether the job still waits or works."""
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def fraction_text(self) -> str:
        """Share of the steps that are done, 0–1, as an attribute of a progress bar."""
        return f"{self.done / self.total:.3f}" if self.total else "0"
