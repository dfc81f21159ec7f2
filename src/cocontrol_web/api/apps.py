"""The API application."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API."""

    name = "cocontrol_web.api"
    label = "api"
