"""The analysis application."""

from __future__ import annotations

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """Runs and their pages."""

    name = "cocontrol_web.analysis"
    label = "analysis"
