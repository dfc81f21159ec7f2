"""Addresses of the pages about the inventory as a whole."""

from __future__ import annotations

from django.urls import path

from cocontrol_web.inventory_pages import views

urlpatterns = [
    path("inventory/sectors/", views.sectors, name="inventory-sectors"),
    path("inventory/completeness/", views.completeness, name="inventory-completeness"),
    path("inventory/uncertainty/", views.uncertainty, name="inventory-uncertainty"),
    path("inventory/key-categories/", views.key_categories, name="inventory-key-categories"),
    path("inventory/grid/", views.grid, name="inventory-grid"),
    path("inventory/reconciliation/", views.reconciliation, name="inventory-reconciliation"),
    path("inventory/bulletin/", views.bulletin, name="inventory-bulletin"),
    path("targets/dashboard/", views.target_dashboard, name="target-dashboard"),
]
