"""The registry application."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Workspaces, declared tables, file checks."""

    name = "cocontrol_web.registry"
    label = "registry"
