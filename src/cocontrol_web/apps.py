"""The project itself as an application: template tags and management commands."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Template tags and management commands."""

    name = "cocontrol_web"
    label = "cocontrol_site"
