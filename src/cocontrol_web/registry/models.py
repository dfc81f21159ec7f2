"""Workspaces known to the site and the files that people had checked."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models

from cocontrol.core.text import Text


class Workspace(models.Model):
    """A workspace folder. The folder is the truth; this row is how the site finds it."""

    name = models.SlugField(max_length=80, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    region = models.CharField(max_length=6)
    path = models.CharField(max_length=1024, unique=True)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> Text:
        """The name that people read."""
        return Text(self.title_zh, self.title_en)

    @property
    def folder(self) -> Path:
        """Where the workspace stands."""
        return Path(self.path)


class FileCheck(models.Model):
    """One uploaded file with everything that is wrong with it. Files belong to whoever sent them."""

    check_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="file_checks")
    table = models.CharField(max_length=80)
    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    rows = models.PositiveBigIntegerField(null=True)
    faults = models.JSONField(default=list)
    fault_count = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.file_name} → {self.table}"

    @property
    def passed(self) -> bool:
        """Whether nothing stops the file from being used."""
        return self.error_count == 0

    @property
    def folder(self) -> Path:
        """Where the upload and its annotated copy are kept."""
        return Path(settings.UPLOAD_FOLDER) / str(self.check_id)
