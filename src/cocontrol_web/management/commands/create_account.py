"""Make an account, or change its role and region. The password is read from standard input or made here."""

from __future__ import annotations

import secrets
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cocontrol_web.accounts.changes import Action, record, save_changes
from cocontrol_web.accounts.models import Role, User


class Command(BaseCommand):
    help = "Make an account; an existing one gets the role and region, and a password only with --password-stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=[role.value for role in Role], required=True)
        parser.add_argument("--region", required=True, help="GB/T 2260 code of the root of the person's region")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first() or User(username=options["username"])
        is_new = user.pk is None
        user.role, user.region = options["role"], options["region"]
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else secrets.token_urlsafe(12)
        try:
            if is_new or options["password_stdin"]:
                validate_password(password, user)
                user.set_password(password)
            user.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self._save(user, is_new=is_new, with_password=bool(options["password_stdin"]))
        self.stdout.write(str(user))
        if is_new and not options["password_stdin"]:
            self.stdout.write(f"password (shown once): {password}")

    @staticmethod
    @transaction.atomic
    def _save(user: User, *, is_new: bool, with_password: bool) -> None:
        """Save the account with its history, as the pages write it; the command line is nobody's account."""
        if is_new:
            user.save()
            record(user, Action.CREATED, None, after=f"{user.role}, {user.region}")
            return
        save_changes(user, None)
        if with_password:
            user.must_change_password = False
            user.save(update_fields=["password", "must_change_password"])
            record(user, Action.PASSWORD_RESET, None)
