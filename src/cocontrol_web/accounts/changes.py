"""Making and changing accounts. Every change is written down in the same transaction as the change itself."""

from __future__ import annotations

import secrets

from axes.utils import reset
from django.core.exceptions import PermissionDenied
from django.db import transaction

from cocontrol_web.accounts.models import AccountEvent, User

Action = AccountEvent.Action

_CHANGEABLE = (("first_name", Action.NAME), ("role", Action.ROLE), ("region", Action.REGION))


def one_time_password() -> str:
    """A new random password of 96 bits, to be shown once and replaced by its owner at the first log-in."""
    return secrets.token_urlsafe(12)


def record(account: User, action: Action, actor: User | None, before: str = "", after: str = "") -> AccountEvent:
    """Write down what was done to an account; `actor` None is the command line."""
    return AccountEvent.objects.create(account=account, action=action, actor=actor, before=before, after=after)


@transaction.atomic
def create_account(account: User, actor: User | None) -> str:
    """Save a new account with a one-time password; the password, which nobody can read again."""
    password = _give_one_time_password(account)
    account.save()
    record(account, Action.CREATED, actor, after=f"{account.role}, {account.region}")
    return password


def change_account(account: User, actor: User) -> list[Action]:
    """Save name, role and region of an account; what of them is different from before, each written down.

    Raises
    ------
    PermissionDenied
        The account is the actor's own: nobody lifts or locks out themselves.
    """
    _forbid_own(account, actor)
    return save_changes(account, actor)


@transaction.atomic
def save_changes(account: User, actor: User | None) -> list[Action]:
    """Save name, role and region of an account, and write down what differs; `actor` None is the command line."""
    kept = User.objects.select_for_update().get(pk=account.pk)
    changed = []
    for field, action in _CHANGEABLE:
        before, after = str(getattr(kept, field)), str(getattr(account, field))
        if before != after:
            record(account, action, actor, before, after)
            changed.append(action)
    account.save(update_fields=[field for field, _action in _CHANGEABLE])
    return changed


@transaction.atomic
def set_active(account: User, actor: User, *, active: bool) -> bool:
    """Close an account or open it again; whether that changed anything. A closed account is logged out at once.

    Raises
    ------
    PermissionDenied
        The account is the actor's own.
    """
    _forbid_own(account, actor)
    if account.is_active == active:
        return False
    account.is_active = active
    account.save(update_fields=["is_active"])
    record(account, Action.ACTIVATED if active else Action.DEACTIVATED, actor)
    return True


@transaction.atomic
def reset_password(account: User, actor: User) -> str:
    """Replace the password by a one-time one and lift a log-in lock; the password. Open sessions of the account end.

    Raises
    ------
    PermissionDenied
        The account is the actor's own: that password is changed by giving the old one.
    """
    _forbid_own(account, actor)
    password = _give_one_time_password(account)
    account.save(update_fields=["password", "must_change_password"])
    reset(username=account.username)
    record(account, Action.PASSWORD_RESET, actor)
    return password


@transaction.atomic
def change_own_password(account: User, password: str) -> None:
    """Set the password that its owner chose; checked by the form."""
    account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    record(account, Action.PASSWORD_CHANGED, account)


def _give_one_time_password(account: User) -> str:
    password = one_time_password()
    account.set_password(password)
    account.must_change_password = True
    return password


def _forbid_own(account: User, actor: User) -> None:
    if account.pk == actor.pk:
        raise PermissionDenied
