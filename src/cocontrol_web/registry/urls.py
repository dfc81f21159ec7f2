"""Addresses of the registry pages."""

from __future__ import annotations

from django.urls import path

from cocontrol_web.registry import views

urlpatterns = [
    path("checks/", views.checks, name="checks"),
    path("checks/templates/<slug:table>.xlsx", views.template, name="table-template"),
    path("checks/<uuid:check_id>/", views.check, name="check"),
    path("checks/<uuid:check_id>/annotated/", views.annotated, name="check-annotated"),
    path("checks/<uuid:check_id>/delete/", views.delete, name="check-delete"),
]
