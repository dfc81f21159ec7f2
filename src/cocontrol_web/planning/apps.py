"""The planning application."""

from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Plan documents and the corrections that people made to what was read from them."""

    name = "cocontrol_web.planning"
    label = "planning"
