"""Addresses of the pages of measures, co-benefits, least-cost plans and pathways."""

from __future__ import annotations

from django.urls import path

from cocontrol_web.scenarios.views import cobenefits, least_cost, measures, pathways

urlpatterns = [
    path("measures/", measures.measures, name="measures"),
    path("measures/bring/", measures.bring, name="measures-bring"),
    path("measures/template/<slug:name>.xlsx", measures.template, name="measures-template"),
    path("measures/bring/<uuid:catalogue_id>/delete/", measures.delete, name="measures-delete"),
    path("measures/<slug:key>/export.xlsx", measures.export, name="measures-export"),
    path("measures/<slug:key>/<slug:measure_id>/", measures.measure, name="measure"),
    path("least-cost/", least_cost.least_cost, name="least-cost"),
    path("least-cost/compare/", least_cost.compare, name="least-cost-compare"),
    path("least-cost/<uuid:plan_id>/", least_cost.plan, name="least-cost-plan"),
    path("least-cost/<uuid:plan_id>/export.<slug:kind>", least_cost.export, name="least-cost-export"),
    path("least-cost/<uuid:plan_id>/delete/", least_cost.delete, name="least-cost-delete"),
    path("co-benefits/", cobenefits.co_benefits, name="co-benefits"),
    path("co-benefits/export.xlsx", cobenefits.export, name="co-benefits-export"),
    path("co-benefits/example.csv", cobenefits.example, name="co-benefits-example"),
    path("pathways/", pathways.pathways, name="pathways"),
    path("pathways/compare/", pathways.compare, name="pathway-compare"),
    path("pathways/decomposition/", pathways.decomposition, name="pathway-decomposition"),
    path("pathways/export.<slug:kind>", pathways.export, name="pathway-export"),
    path("pathways/save/", pathways.save, name="pathway-save"),
    path("pathways/<uuid:pathway_id>/delete/", pathways.delete, name="pathway-delete"),
]
