"""Addresses of log-in, log-out, accounts, one's own password and the language switch."""

from __future__ import annotations

from django.urls import path

from cocontrol_web.accounts import administration, views

urlpatterns = [
    path("accounts/login/", views.login, name="login"),
    path("accounts/logout/", views.logout, name="logout"),
    path("accounts/password/", administration.own_password, name="own-password"),
    path("accounts/", administration.accounts, name="accounts"),
    path("accounts/events/", administration.account_events, name="account-events"),
    path("accounts/<int:account_id>/", administration.account, name="account"),
    path("accounts/<int:account_id>/active/", administration.account_active, name="account-active"),
    path("accounts/<int:account_id>/password/", administration.account_password, name="account-password"),
    path("language/", views.language, name="set_language"),
    path("about/", views.about, name="about"),
]
