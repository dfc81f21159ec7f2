"""Who may call an operation: every operation names the permission it needs, as every page does."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.security import APIKeyCookie

from cocontrol_web.accounts.models import User
from cocontrol_web.rights import Permission, may


class Needs(APIKeyCookie):
    """The session cookie of somebody who holds a permission; requests that change something need the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, permission: Permission) -> None:
        self.permission = permission
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ARG002
        """The person, or None (401) without an account; `PermissionDenied` (403) without the permission."""
        person = request.user
        if not isinstance(person, User) or not person.is_active:
            return None
        if not may(person, self.permission):
            raise PermissionDenied
        return person


VIEW = Needs(Permission.VIEW)
VIEW_INTERNAL = Needs(Permission.VIEW_INTERNAL)
CHECK_FILES = Needs(Permission.CHECK_FILES)
START_RUN = Needs(Permission.START_RUN)
PUBLISH_RUN = Needs(Permission.PUBLISH_RUN)
EDIT_PLANS = Needs(Permission.EDIT_PLANS)
PUBLISH_PLANS = Needs(Permission.PUBLISH_PLANS)
