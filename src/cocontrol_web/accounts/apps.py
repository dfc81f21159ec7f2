"""The accounts application."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts with role and region."""

    name = "cocontrol_web.accounts"
    label = "accounts"
