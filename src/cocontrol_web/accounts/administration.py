"""Who has an account, and what was done to it? The pages of administrators, and everybody's own password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocontrol_web.accounts import changes
from cocontrol_web.accounts.forms import AccountForm, NewAccountForm, OwnPasswordForm, offered_regions
from cocontrol_web.accounts.models import AccountEvent, Role, User
from cocontrol_web.analysis import labels
from cocontrol_web.language import say
from cocontrol_web.rights import Permission, Person, needs, region_of, visible_accounts

SHOWN_EVENTS = 20


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the history in words."""

    event: AccountEvent
    before: str
    after: str

    @classmethod
    def of(cls, event: AccountEvent) -> EventLine:
        """The line of an event: codes of roles and regions become their names."""
        return cls(event, _in_words(event.before), _in_words(event.after))


def _in_words(kept: str) -> str:
    roles = dict(Role.choices)
    known = [str(roles[word]) if word in roles else _place(word) for word in kept.split(", ")]
    return " · ".join(known)


def _place(word: str) -> str:
    return f"{say(labels.region(word))} {word}" if len(word) == 6 and word.isdigit() else word


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponseBase:
    """The accounts of the administrator's region with what was done lately; a post makes a new one."""
    administrator = _administrator(request)
    form = NewAccountForm(
        request.POST or None, administrator=administrator, initial={"region": region_of(administrator)}
    )
    if request.method == "POST" and form.is_valid():
        password = changes.create_account(form.instance, administrator)
        return _shown_once(request, form.instance, password)
    return _list(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def account(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """One account with its whole history; a post changes name, role or region."""
    administrator, found = _administrator(request), account_for(request.user, account_id)
    form = AccountForm(request.POST or None, instance=found, administrator=administrator)
    if request.method == "POST" and form.is_valid():
        changed = changes.change_account(form.instance, administrator)
        messages.success(request, _("账号已修改。") if changed else _("没有改动。"))
        return redirect("account", account_id=account_id)
    context = {"account": account_for(request.user, account_id), "form": form, **_shared(administrator)}
    context["lines"] = [EventLine.of(event) for event in _events(administrator).filter(account=found)]
    context["is_own"] = found.pk == administrator.pk
    return render(request, "accounts/account.html", context, status=400 if form.errors else 200)


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def account_active(request: HttpRequest, account_id: int) -> HttpResponse:
    """Close an account, or open it again (``active=1``)."""
    active = request.POST.get("active") == "1"
    changes.set_active(account_for(request.user, account_id), _administrator(request), active=active)
    messages.success(request, _("账号已恢复使用。") if active else _("账号已停用，已登录的会话随即失效。"))
    return redirect("account", account_id=account_id)


@require_POST
@never_cache
@needs(Permission.MANAGE_ACCOUNTS)
def account_password(request: HttpRequest, account_id: int) -> HttpResponse:
    """Replace the password of an account by a one-time one, shown in this answer and nowhere else."""
    found = account_for(request.user, account_id)
    return _shown_once(request, found, changes.reset_password(found, _administrator(request)))


@require_safe
@needs(Permission.MANAGE_ACCOUNTS)
def account_events(request: HttpRequest) -> HttpResponse:
    """What was done to the accounts of the administrator's region, all of it, newest first."""
    return render(request, "accounts/events.html", {"lines": [EventLine.of(event) for event in _events(request.user)]})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(Permission.OWN_PASSWORD)
def own_password(request: HttpRequest) -> HttpResponseBase:
    """Change one's own password; whoever still has a one-time one comes here first."""
    person = request.user
    if not isinstance(person, User):
        raise PermissionDenied
    must = person.must_change_password
    form = OwnPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changes.change_own_password(person, form.cleaned_data["new_password1"])
        update_session_auth_hash(request, person)
        messages.success(request, _("密码已修改，其他设备上的登录已失效。"))
        return redirect("home")
    return render(request, "accounts/password.html", {"form": form, "must": must}, status=400 if form.errors else 200)


def account_for(person: Person, account_id: int) -> User:
    """The account of that number; 404 where the person may not manage it."""
    found = visible_accounts(person).filter(pk=account_id).first()
    if found is None:
        raise Http404
    return found


def _administrator(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _events(person: Person) -> QuerySet[AccountEvent]:
    return AccountEvent.objects.filter(account__in=visible_accounts(person)).select_related("actor", "account")


def _shared(administrator: User) -> dict[str, Any]:
    return {"regions": offered_regions(administrator), "Role": Role}


def _list(request: HttpRequest, form: NewAccountForm) -> HttpResponse:
    listed = visible_accounts(request.user).order_by("-is_active", "region", "username")
    lines = [EventLine.of(event) for event in _events(request.user)[:SHOWN_EVENTS]]
    context = {"accounts": listed, "form": form, "lines": lines}
    context |= _shared(_administrator(request))
    return render(request, "accounts/accounts.html", context, status=400 if form.errors else 200)


def _shown_once(request: HttpRequest, made: User, password: str) -> HttpResponse:
    """The page with the one-time password; kept by nobody, not even by the browser's cache."""
    response = render(request, "accounts/one_time_password.html", {"account": made, "password": password})
    response.headers["Cache-Control"] = "no-store"
    return response
