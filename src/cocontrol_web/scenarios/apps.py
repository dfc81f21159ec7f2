"""Measures, least-cost plans and pathways as an application."""

from __future__ import annotations

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    """Kept pathways, measure catalogues of one's own, and least-cost plans."""

    name = "cocontrol_web.scenarios"
    label = "scenarios"

    def ready(self) -> None:
        """Tell the queue how a least-cost plan is solved."""
        from cocontrol_web.analysis.jobs import register_work  # noqa: PLC0415 - models are loaded only now
        from cocontrol_web.scenarios.solving import KIND, solve_job  # noqa: PLC0415 - likewise

        register_work(KIND, solve_job, "least-cost-plan")
