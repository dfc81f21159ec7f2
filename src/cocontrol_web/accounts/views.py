"""Log-in, log-out, the language switch, and the page that says what this is and where its data come from."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from cocontrol.reference.errata import errata
from cocontrol.reference.factors import factor_table
from cocontrol_web.accounts.forms import LoginForm
from cocontrol_web.analysis.boundaries import ATTRIBUTION
from cocontrol_web.analysis.store import run_of
from cocontrol_web.rights import Permission, needs
from cocontrol_web.scene import scene_of


class _LoginView(auth_views.LoginView):
    template_name = "registration/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"demo_accounts": demo_accounts()}


_login = _LoginView.as_view()
_logout = auth_views.LogoutView.as_view()


@needs(Permission.ANYONE)
def login(request: HttpRequest) -> HttpResponseBase:
    """Log in. In demo mode the page also lists the demo accounts."""
    return _login(request)


@needs(Permission.ANYONE)
def logout(request: HttpRequest) -> HttpResponseBase:
    """Log out (POST)."""
    return _logout(request)


@needs(Permission.ANYONE)
def language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language (POST) and go back to the page."""
    return set_language(request)


@require_safe
@needs(Permission.ANYONE)
def about(request: HttpRequest) -> HttpResponse:
    """What Cocontrol is, how it counts, and the sources, versions and known slips of its parameters."""
    scene = scene_of(request)
    factors = factor_table()
    return render(
        request,
        "about.html",
        {
            "manifest": run_of(scene.record).manifest if scene.record else None,
            "documents": factors.group_by("document", "status")
            .len(name="values")
            .sort("document", "status")
            .to_dicts(),
            "factor_count": factors.height,
            "errata": errata().to_dicts(),
            "attribution": ATTRIBUTION,
        },
    )


def demo_accounts() -> list[dict[str, str]]:
    """The accounts that set-up made for the demonstration; none outside demo mode."""
    path = settings.VAR / "demo_accounts.json"
    return json.loads(path.read_text(encoding="utf-8")) if settings.DEMO and path.is_file() else []
