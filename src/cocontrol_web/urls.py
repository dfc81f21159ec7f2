"""Addresses of the site."""

from __future__ import annotations

from django.urls import include, path

from cocontrol_web.api.documentation import documentation
from cocontrol_web.api.routes import api

urlpatterns = [
    path("", include("cocontrol_web.analysis.urls")),
    path("", include("cocontrol_web.inventory_pages.urls")),
    path("", include("cocontrol_web.planning.urls")),
    path("", include("cocontrol_web.scenarios.urls")),
    path("", include("cocontrol_web.registry.urls")),
    path("", include("cocontrol_web.accounts.urls")),
    path("api/docs/", documentation, name="api-docs"),
    path("api/", api.urls),
]

handler400 = "cocontrol_web.errors.bad_request"
handler403 = "cocontrol_web.errors.forbidden"
handler404 = "cocontrol_web.errors.not_found"
handler500 = "cocontrol_web.errors.server_error"
