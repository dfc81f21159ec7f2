"""Addresses of the planning pages. Every name begins with ``plan``: their access test goes by that."""

from __future__ import annotations

from django.urls import path

from cocontrol_web.planning.views import compare, editing, judging, overviews, parameters, plans, reading

urlpatterns = [
    path("plans/", plans.plans, name="plans"),
    path("plans/compare/", compare.plan_compare, name="plan-compare"),
    path("plans/compare/export.xlsx", compare.plan_compare_export, name="plan-compare-export"),
    path("plans/coverage/", overviews.plan_coverage, name="plan-coverage"),
    path("plans/coverage/export.<slug:kind>", overviews.plan_coverage_export, name="plan-coverage-export"),
    path("plans/<uuid:plan_id>/", reading.plan, name="plan"),
    path("plans/<uuid:plan_id>/add/", editing.plan_add, name="plan-add"),
    path("plans/<uuid:plan_id>/confirm/", editing.plan_confirm_all, name="plan-confirm-all"),
    path("plans/<uuid:plan_id>/objects/<slug:address>/", editing.plan_object, name="plan-object"),
    path("plans/<uuid:plan_id>/history/", editing.plan_history, name="plan-history"),
    path("plans/<uuid:plan_id>/undo/<uuid:batch>/", editing.plan_undo, name="plan-undo"),
    path("plans/<uuid:plan_id>/matrix/", overviews.plan_matrix, name="plan-matrix"),
    path("plans/<uuid:plan_id>/matrix/export.xlsx", overviews.plan_matrix_export, name="plan-matrix-export"),
    path("plans/<uuid:plan_id>/rules/", judging.plan_rules, name="plan-rules"),
    path("plans/<uuid:plan_id>/rules/export.xlsx", judging.plan_rules_export, name="plan-rules-export"),
    path("plans/<uuid:plan_id>/rules/evaluate/", judging.plan_evaluate, name="plan-evaluate"),
    path("plans/<uuid:plan_id>/registers/", judging.plan_register_upload, name="plan-register-upload"),
    path(
        "plans/<uuid:plan_id>/registers/<uuid:register_id>/", judging.plan_register_toggle, name="plan-register-toggle"
    ),
    path("plans/<uuid:plan_id>/parameters/", parameters.plan_parameters, name="plan-parameters"),
    path("plans/<uuid:plan_id>/parameters/import/", parameters.plan_parameters_import, name="plan-parameters-import"),
    path(
        "plans/<uuid:plan_id>/parameters/export.<slug:kind>",
        parameters.plan_parameters_export,
        name="plan-parameters-export",
    ),
    path(
        "plans/<uuid:plan_id>/parameters/<uuid:row_id>/", parameters.plan_parameter_toggle, name="plan-parameter-toggle"
    ),
    path("plans/<uuid:plan_id>/export.<slug:kind>", plans.plan_export, name="plan-export"),
    path("plans/<uuid:plan_id>/version/", plans.new_version, name="plan-version"),
    path("plans/<uuid:plan_id>/publish/", plans.plan_publish, name="plan-publish"),
    path("plans/<uuid:plan_id>/delete/", plans.plan_delete, name="plan-delete"),
    path("plans/<uuid:plan_id>/restore/", plans.plan_restore, name="plan-restore"),
]
