"""Addresses of the pages of measures, co-benefits, least-cost plans and pathways."""

from __future__ import annotations

from django.urls import path

from cocontrol_web.scenarios.views import cobenefits, kept_plans, least_cost, measures, orders, pathways, synergy

urlpatterns = [
    path("measures/", measures.measures, name="measures"),
    path("measures/bring/", measures.bring, name="measures-bring"),
    path("measures/template/<slug:name>.xlsx", measures.template, name="measures-template"),
    path("measures/bring/<uuid:catalogue_id>/delete/", measures.delete, name="measures-delete"),
    path("measures/costs/", measures.costs, name="measure-costs"),
    path("measures/costs/export.xlsx", measures.costs_export, name="measure-costs-export"),
    path("measures/<slug:key>/export.xlsx", measures.export, name="measures-export"),
    path("measures/<slug:key>/<slug:measure_id>/", measures.measure, name="measure"),
    path("least-cost/", least_cost.least_cost, name="least-cost"),
    path("least-cost/compare/", least_cost.compare, name="least-cost-compare"),
    path("least-cost/<uuid:plan_id>/", least_cost.plan, name="least-cost-plan"),
    path("least-cost/<uuid:plan_id>/export.<slug:kind>", least_cost.export, name="least-cost-export"),
    path("least-cost/<uuid:plan_id>/rename/", kept_plans.rename, name="least-cost-rename"),
    path("least-cost/<uuid:plan_id>/stop/", kept_plans.stop, name="least-cost-stop"),
    path("least-cost/<uuid:plan_id>/again/", kept_plans.again, name="least-cost-again"),
    path("least-cost/<uuid:plan_id>/relax/", kept_plans.relax, name="least-cost-relax"),
    path("least-cost/<uuid:plan_id>/delete/", kept_plans.delete, name="least-cost-delete"),
    path("least-cost/<uuid:plan_id>/restore/", kept_plans.restore, name="least-cost-restore"),
    path("co-benefits/", cobenefits.co_benefits, name="co-benefits"),
    path("co-benefits/export.<slug:kind>", cobenefits.export, name="co-benefits-export"),
    path("co-benefits/example.csv", cobenefits.example, name="co-benefits-example"),
    path("co-benefits/order/", orders.order, name="measure-order"),
    path("co-benefits/order/export.<slug:kind>", orders.export, name="measure-order-export"),
    path("co-benefits/synergy/", synergy.synergy, name="synergy"),
    path("co-benefits/synergy/export.<slug:kind>", synergy.export, name="synergy-export"),
    path("co-benefits/synergy/template/<slug:preset_id>.csv", synergy.template, name="synergy-template"),
    path("pathways/", pathways.pathways, name="pathways"),
    path("pathways/compare/", pathways.compare, name="pathway-compare"),
    path("pathways/decomposition/", pathways.decomposition, name="pathway-decomposition"),
    path("pathways/decomposition/export.xlsx", pathways.decomposition_export, name="decomposition-export"),
    path("pathways/decomposition/example.csv", pathways.decomposition_example, name="decomposition-example"),
    path("pathways/export.<slug:kind>", pathways.export, name="pathway-export"),
    path("pathways/save/", pathways.save, name="pathway-save"),
    path("pathways/<uuid:pathway_id>/delete/", pathways.delete, name="pathway-delete"),
]
