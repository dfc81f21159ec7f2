from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import polars as pl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from cocontrol_web.accounts.models import Role, User
from cocontrol_web.registry.models import Workspace
from cocontrol_web.rights import (
    GRANTS,
    Permission,
    may,
    may_see_table,
    may_start_run,
    region_holds,
    region_of,
    visible_rows,
    visible_runs,
    visible_workspaces,
)  # fmt: skip

ACTIVITY = pl.DataFrame({"adcode": ["410000", "410100", "410900", "410922", "430000", None], "amount": [1.0] * 6})


def user(role: str, region: str) -> User:
    return User(username="x", role=role, region=region)


def test_every_role_has_grants_and_none_may_do_more_with_data_than_a_bureau() -> None:
    assert set(GRANTS) == set(Role)
    keeping = {Permission.MANAGE_ACCOUNTS}
    assert all(granted - keeping <= GRANTS[Role.BUREAU] for granted in GRANTS.values())


def test_who_keeps_the_accounts_makes_no_figures_and_the_other_way_round() -> None:
    keepers = {role for role, granted in GRANTS.items() if Permission.MANAGE_ACCOUNTS in granted}
    assert keepers == {Role.ADMINISTRATOR}
    assert GRANTS[Role.ADMINISTRATOR] - {Permission.MANAGE_ACCOUNTS} == GRANTS[Role.PUBLIC]


@pytest.mark.django_db
def test_an_administrator_answers_for_accounts_and_for_no_data() -> None:
    keeper = user(Role.ADMINISTRATOR, "410000")
    workspace = Workspace(name="w", region="410000", path="/w")
    assert region_of(keeper) == "410000"
    assert not may_start_run(keeper, workspace)
    workspace.save()
    assert not visible_workspaces(keeper).exists()


def test_with_a_password_made_by_an_administrator_one_may_only_change_it() -> None:
    newcomer = user(Role.BUREAU, "410000")
    newcomer.must_change_password = True
    assert {one for one in Permission if may(newcomer, one)} == {Permission.ANYONE, Permission.OWN_PASSWORD}


def test_nobody_without_an_account_may_see_anything() -> None:
    nobody = AnonymousUser()
    assert [permission for permission in Permission if may(nobody, permission)] == [Permission.ANYONE]


@pytest.mark.django_db
def test_nobody_without_an_account_sees_a_run() -> None:
    assert not visible_runs(AnonymousUser()).exists()


def test_an_account_that_was_closed_may_do_nothing() -> None:
    closed = user(Role.BUREAU, "410000")
    closed.is_active = False
    assert not may(closed, Permission.VIEW)


@pytest.mark.parametrize(
    ("region", "seen"),
    [
        ("410000", ["410000", "410100", "410900", "410922"]),
        ("410900", ["410000", "410900", "410922"]),
        ("410922", ["410000", "410900", "410922"]),
        ("430000", ["430000"]),
    ],
)
def test_internal_rows_are_those_of_the_own_subtree_and_the_aggregates_above_it(region: str, seen: list[str]) -> None:
    assert visible_rows(user(Role.BUREAU, region), "activity", ACTIVITY)["adcode"].to_list() == seen


def test_rows_of_a_public_table_are_seen_whole() -> None:
    assert visible_rows(user(Role.PUBLIC, "100000"), "facility", ACTIVITY).height == ACTIVITY.height


def test_an_internal_table_is_closed_to_the_public() -> None:
    public = user(Role.PUBLIC, "410000")
    assert not may_see_table(public, "activity")
    with pytest.raises(PermissionDenied):
        visible_rows(public, "activity", ACTIVITY)


def test_a_public_account_answers_for_no_region_of_its_own() -> None:
    assert region_of(user(Role.PUBLIC, "410000")) == "100000"


def test_a_directly_administered_county_belongs_to_its_province() -> None:
    assert region_holds("410000", "419001")
    assert not region_holds("419000", "419001")


@given(st.from_regex(r"[1-8]\d{5}", fullmatch=True))
def test_a_region_holds_itself_its_province_holds_it_and_the_nation_holds_all(adcode: str) -> None:
    assert region_holds(adcode, adcode)
    assert region_holds(adcode[:2] + "0000", adcode)
    assert region_holds("100000", adcode)


@pytest.mark.django_db
def test_an_account_made_on_the_command_line_can_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("a long enough pass\n"))
    call_command("create_account", "zhang", role="bureau", region="410900", password_stdin=True, stdout=StringIO())
    made = User.objects.get(username="zhang")
    assert made.check_password("a long enough pass")
    assert (made.role, made.region) == ("bureau", "410900")


@pytest.mark.django_db
def test_a_weak_password_or_a_wrong_region_makes_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("123\n"))
    with pytest.raises(CommandError):
        call_command("create_account", "zhang", role="bureau", region="410900", password_stdin=True)
    with pytest.raises(CommandError):
        call_command("create_account", "zhang", role="bureau", region="Henan")
    assert not User.objects.exists()


def test_superusers_see_everything(person: Callable[[str], User]) -> None:
    admin = user(Role.PUBLIC, "410000")
    admin.is_superuser = True
    assert region_of(admin) == "100000"
    assert may(admin, Permission.PUBLISH_RUN)
