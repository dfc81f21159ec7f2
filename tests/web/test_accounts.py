"""Accounts: who may make, change, close and reset which; the one-time password; one's own password; the history."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from cocontrol_web.accounts.models import AccountEvent, Role, User
from cocontrol_web.rights import visible_accounts

from .conftest import MODEL_BACKEND

ClientOf = Callable[[str], Client]
Person = Callable[[str], User]
NEW = {"username": "zhang", "first_name": "张", "role": "analyst", "region": "410900"}
OWN = "a first pass phrase"
CHOSEN = "another pass phrase"

pytestmark = pytest.mark.django_db


def entered(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=MODEL_BACKEND)
    return client


@pytest.fixture
def city_administrator() -> User:
    return User.objects.create_user("keeper", password=OWN, role=Role.ADMINISTRATOR, region="410900")


def shown_password(response: HttpResponse) -> str:
    found = re.search(r"data-one-time>([^<]+)<", response.content.decode())
    assert found is not None
    return found[1]


def actions(account: User) -> list[str]:
    return list(account.events.order_by("pk").values_list("action", flat=True))


def test_a_new_account_gets_a_password_that_is_shown_once_and_must_be_changed(client_of: ClientOf) -> None:
    answer = client_of("administrator").post(reverse("accounts"), NEW)
    password = shown_password(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    made = User.objects.get(username="zhang")
    assert (made.role, made.region, made.first_name) == ("analyst", "410900", "张")
    assert password not in client_of("administrator").get(reverse("account", args=[made.pk])).content.decode()
    newcomer = Client()
    assert newcomer.login(username="zhang", password=password)
    assert newcomer.get(reverse("overview")).headers["Location"] == reverse("own-password")
    assert newcomer.get(reverse("api:runs")).status_code == 403
    given = {"old_password": password, "new_password1": CHOSEN, "new_password2": CHOSEN}
    assert newcomer.post(reverse("own-password"), given).status_code == 302
    assert newcomer.get(reverse("overview")).status_code == 200
    assert actions(made) == ["created", "password_changed"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"username": "administrator"}, "已存在"),
        ({"username": "two words"}, "用户名"),
        ({"region": "419999"}, "没有这个行政区划代码"),
        ({"region": "河南"}, "没有这个行政区划代码"),
        ({"role": "king"}, "king"),
    ],
)
def test_a_wrong_field_makes_no_account_and_is_told_beside_the_field(
    client_of: ClientOf, changed: dict[str, str], message: str
) -> None:
    answer = client_of("administrator").post(reverse("accounts"), NEW | changed)
    assert answer.status_code == 400
    errors = re.findall(r'<p class="field__error">(.*?)</p>', answer.content.decode())
    assert len(errors) == 1
    assert message in errors[0]
    assert not AccountEvent.objects.exists()


def test_an_administrator_of_a_city_keeps_the_accounts_of_that_city_only(
    city_administrator: User, person: Person
) -> None:
    inside, outside = person("city"), person("province")
    client = entered(city_administrator)
    assert set(visible_accounts(city_administrator)) == {inside, city_administrator}
    assert client.get(reverse("account", args=[inside.pk])).status_code == 200
    assert client.get(reverse("account", args=[outside.pk])).status_code == 404
    assert client.post(reverse("account-password", args=[outside.pk])).status_code == 404
    assert client.post(reverse("account-active", args=[outside.pk])).status_code == 404
    refused = client.post(reverse("accounts"), NEW | {"region": "410000"})
    assert refused.status_code == 400
    assert "不在您管理的范围内" in refused.content.decode()
    assert client.post(reverse("account", args=[inside.pk]), {"role": "bureau", "region": "410000"}).status_code == 400
    inside.refresh_from_db()
    assert inside.region == "410900"


def test_a_superuser_is_managed_by_superusers_only(client_of: ClientOf) -> None:
    root = User.objects.create_superuser("root", password=OWN)
    assert client_of("administrator").get(reverse("account", args=[root.pk])).status_code == 404
    other = User.objects.create_superuser("second", password=OWN)
    assert entered(other).get(reverse("account", args=[root.pk])).status_code == 200


def test_name_role_and_region_change_and_each_change_is_written_down(client_of: ClientOf, person: Person) -> None:
    client, city = client_of("administrator"), person("city")
    given = {"first_name": "市局", "role": "analyst", "region": "410922"}
    assert client.post(reverse("account", args=[city.pk]), given).status_code == 302
    city.refresh_from_db()
    assert (city.first_name, city.role, city.region) == ("市局", "analyst", "410922")
    kept = [(e.action, e.before, e.after, e.actor.username) for e in city.events.order_by("pk") if e.actor]
    assert kept == [
        ("name", "", "市局", "administrator"),
        ("role", "bureau", "analyst", "administrator"),
        ("region", "410900", "410922", "administrator"),
    ]
    assert client.post(reverse("account", args=[city.pk]), given).status_code == 302
    assert city.events.count() == 3
    page = client.get(reverse("account-events")).content.decode()
    assert "生态环境部门" in page
    assert "410922" in page


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(client_of: ClientOf, person: Person) -> None:
    city, inside, keeper = person("city"), client_of("city"), client_of("administrator")
    address = reverse("account-active", args=[city.pk])
    assert inside.get(reverse("about")).status_code == 200
    assert keeper.post(address).status_code == 302
    assert inside.get(reverse("runs")).headers["Location"].startswith(reverse("login"))
    assert inside.get(reverse("api:runs")).status_code == 401
    assert keeper.post(address).status_code == 302
    assert keeper.post(address, {"active": "1"}).status_code == 302
    assert inside.get(reverse("runs")).status_code == 200
    assert actions(city) == ["deactivated", "activated"]


def test_a_reset_replaces_the_password_ends_sessions_and_lifts_the_lock(client_of: ClientOf, person: Person) -> None:
    city = person("city")
    city.set_password(OWN)
    city.save()
    inside = entered(city)
    AccessAttempt.objects.create(username="city", ip_address="127.0.0.1", failures_since_start=9)
    password = shown_password(client_of("administrator").post(reverse("account-password", args=[city.pk])))
    city.refresh_from_db()
    assert city.check_password(password)
    assert not city.check_password(OWN)
    assert city.must_change_password
    assert inside.get(reverse("runs")).headers["Location"].startswith(reverse("login"))
    assert not AccessAttempt.objects.exists()
    assert actions(city) == ["password_reset"]


@pytest.mark.parametrize("name", ["account", "account-active", "account-password"])
def test_nobody_changes_their_own_role_closes_or_resets_themselves(
    client_of: ClientOf, person: Person, name: str
) -> None:
    keeper = person("administrator")
    given = {"role": "bureau", "region": "100000"}
    assert client_of("administrator").post(reverse(name, args=[keeper.pk]), given).status_code == 403
    keeper.refresh_from_db()
    assert (keeper.role, keeper.is_active) == ("administrator", True)
    assert not keeper.events.exists()


def test_everybody_changes_their_own_password_by_giving_the_old_one(person: Person) -> None:
    public = person("public")
    public.set_password(OWN)
    public.save()
    client, elsewhere = entered(public), entered(public)
    given = {"old_password": "wrong", "new_password1": CHOSEN, "new_password2": CHOSEN}
    assert client.post(reverse("own-password"), given).status_code == 400
    weak = {"old_password": OWN, "new_password1": "123", "new_password2": "123"}
    assert client.post(reverse("own-password"), weak).status_code == 400
    assert client.post(reverse("own-password"), given | {"old_password": OWN}).status_code == 302
    assert client.get(reverse("overview")).status_code == 200
    assert elsewhere.get(reverse("overview")).headers["Location"].startswith(reverse("login"))
    assert actions(public) == ["password_changed"]


def test_passwords_are_in_no_event(client_of: ClientOf) -> None:
    password = shown_password(client_of("administrator").post(reverse("accounts"), NEW))
    assert password not in str(list(AccountEvent.objects.values()))


@pytest.mark.parametrize("name", ["accounts", "account", "account-active", "account-password", "own-password"])
def test_every_change_needs_the_csrf_token(person: Person, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("administrator"), backend=MODEL_BACKEND)
    arguments = [] if name in {"accounts", "own-password"} else [person("city").pk]
    assert client.post(reverse(name, args=arguments), NEW).status_code == 403
    assert not AccountEvent.objects.exists()


def test_what_the_command_line_does_to_an_account_is_in_its_history(client_of: ClientOf) -> None:
    for role in ("bureau", "analyst"):
        call_command("create_account", "zhang", role=role, region="410900", stdout=StringIO())
    made = User.objects.get(username="zhang")
    assert actions(made) == ["created", "role"]
    assert not made.must_change_password
    page = client_of("administrator").get(reverse("account", args=[made.pk])).content.decode()
    assert "服务器命令行" in page


def test_the_navigation_leads_administrators_to_the_accounts_and_nobody_else(client_of: ClientOf) -> None:
    address = f'href="{reverse("accounts")}"'
    assert address in client_of("administrator").get(reverse("about")).content.decode()
    assert address not in client_of("province").get(reverse("about")).content.decode()


@override_settings(AXES_ENABLED=True)
def test_a_reset_account_can_log_in_after_a_lock(client_of: ClientOf, person: Person) -> None:
    city = person("city")
    visitor = Client()
    for _attempt in range(5):
        visitor.post(reverse("login"), {"username": "city", "password": "wrong"})
    password = shown_password(client_of("administrator").post(reverse("account-password", args=[city.pk])))
    answer = visitor.post(reverse("login"), {"username": "city", "password": password})
    assert answer.status_code == 302
