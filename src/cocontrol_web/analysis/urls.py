"""Addresses of the analysis pages."""

from __future__ import annotations

from django.urls import path

from cocontrol_web.analysis.views import energy, inventory, maps, overview, provenance, runs, tables, targets

urlpatterns = [
    path("", overview.home, name="home"),
    path("overview/", overview.overview, name="overview"),
    path("inventory/", inventory.inventory, name="inventory"),
    path("inventory/export.<slug:kind>", inventory.export, name="inventory-export"),
    path("energy/", energy.energy, name="energy"),
    path("map/", maps.map_page, name="map"),
    path("targets/", targets.targets, name="targets"),
    path("tables/", tables.tables, name="tables"),
    path("tables/<slug:name>/", tables.table, name="table"),
    path("tables/<slug:name>/export.<slug:kind>", tables.export, name="table-export"),
    path("runs/", runs.runs, name="runs"),
    path("runs/start/", runs.start, name="run-start"),
    path("runs/compare/", runs.compare, name="run-compare"),
    path("runs/<slug:run_id>/", runs.run, name="run"),
    path("runs/<slug:run_id>/explain/", provenance.explain, name="explain"),
    path("runs/<slug:run_id>/publish/", runs.publish, name="run-publish"),
    path("runs/<slug:run_id>/report/<str:name>", runs.report, name="run-report"),
    path("runs/<slug:run_id>/package/<slug:kind>/", runs.package, name="run-package"),
    path("jobs/<uuid:job_id>/", runs.job, name="job"),
]
