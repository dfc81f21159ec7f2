"""Addresses of log-in, log-out and the language switch."""

from __future__ import annotations

from django.urls import path

from cocontrol_web.accounts import views

urlpatterns = [
    path("accounts/login/", views.login, name="login"),
    path("accounts/logout/", views.logout, name="logout"),
    path("language/", views.language, name="set_language"),
    path("about/", views.about, name="about"),
]
