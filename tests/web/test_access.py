"""Every page and every API operation, with every role: a door without a declared policy fails here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cocontrol_web.api.access import Needs
from cocontrol_web.api.routes import api
from cocontrol_web.rights import Permission

from .conftest import World

ALL = ("anonymous", "public", "administrator", "stranger", "analyst", "city", "province")
EVERYBODY, WITH_ACCOUNT, STAFF, ADMINISTRATORS = ALL, ALL[1:], ALL[3:], ("administrator",)

PAGES: dict[str, tuple[tuple[str, ...], dict[str, str], str]] = {
    "home": (WITH_ACCOUNT, {}, ""),
    "overview": (WITH_ACCOUNT, {}, ""),
    "inventory": (WITH_ACCOUNT, {}, ""),
    "inventory-export": (WITH_ACCOUNT, {"kind": "csv"}, ""),
    "inventory-sectors": (WITH_ACCOUNT, {}, ""),
    "inventory-completeness": (WITH_ACCOUNT, {}, ""),
    "inventory-uncertainty": (WITH_ACCOUNT, {}, ""),
    "inventory-key-categories": (WITH_ACCOUNT, {}, ""),
    "inventory-grid": (WITH_ACCOUNT, {}, "?cell=0.25"),
    "inventory-bulletin": (WITH_ACCOUNT, {}, ""),
    "inventory-reconciliation": (STAFF, {}, ""),
    "target-dashboard": (WITH_ACCOUNT, {}, ""),
    "energy": (WITH_ACCOUNT, {}, ""),
    "map": (WITH_ACCOUNT, {}, ""),
    "targets": (WITH_ACCOUNT, {}, ""),
    "tables": (WITH_ACCOUNT, {}, ""),
    "table": (WITH_ACCOUNT, {"name": "emission"}, ""),
    "table-export": (WITH_ACCOUNT, {"name": "emission", "kind": "csv"}, ""),
    "runs": (WITH_ACCOUNT, {}, ""),
    "run-start": (("analyst", "province"), {}, "POST"),
    "run-compare": (WITH_ACCOUNT, {}, "?first={run}&second={run}"),
    "run": (WITH_ACCOUNT, {"run_id": "{run}"}, ""),
    "explain": (WITH_ACCOUNT, {"run_id": "{run}"}, "?cell=CO2"),
    "run-publish": (("province",), {"run_id": "{run}"}, "POST"),
    "run-report": (WITH_ACCOUNT, {"run_id": "{run}", "name": "report.html"}, ""),
    "run-package": (STAFF, {"run_id": "{run}", "kind": "csv"}, ""),
    "job": ((), {"job_id": str(uuid.UUID(int=0))}, ""),
    "checks": (STAFF, {}, ""),
    "table-template": (STAFF, {"table": "facility"}, ""),
    "check": ((), {"check_id": str(uuid.UUID(int=0))}, ""),
    "check-annotated": ((), {"check_id": str(uuid.UUID(int=0))}, ""),
    "check-delete": ((), {"check_id": str(uuid.UUID(int=0))}, "POST"),
    "measures": (WITH_ACCOUNT, {}, ""),
    "measure": (WITH_ACCOUNT, {"key": "built-in", "measure_id": "wet_fgd"}, ""),
    "measure-costs": (WITH_ACCOUNT, {}, ""),
    "measure-costs-export": (WITH_ACCOUNT, {}, ""),
    "measures-export": (WITH_ACCOUNT, {"key": "built-in"}, ""),
    "measures-bring": (STAFF, {}, ""),
    "measures-template": (STAFF, {"name": "measure"}, ""),
    "measures-delete": ((), {"catalogue_id": str(uuid.UUID(int=0))}, "POST"),
    "co-benefits": (WITH_ACCOUNT, {}, ""),
    "co-benefits-export": (WITH_ACCOUNT, {"kind": "xlsx"}, ""),
    "measure-order": (STAFF, {}, ""),
    "measure-order-export": (("province", "analyst"), {"kind": "xlsx"}, ""),
    "synergy": (WITH_ACCOUNT, {}, ""),
    "synergy-export": (WITH_ACCOUNT, {"kind": "csv"}, ""),
    "synergy-template": (WITH_ACCOUNT, {"preset_id": "city_table"}, ""),
    "co-benefits-example": (WITH_ACCOUNT, {}, ""),
    "least-cost": (STAFF, {}, ""),
    "least-cost-compare": (STAFF, {}, ""),
    "least-cost-plan": ((), {"plan_id": str(uuid.UUID(int=0))}, ""),
    "least-cost-export": ((), {"plan_id": str(uuid.UUID(int=0)), "kind": "xlsx"}, ""),
    "least-cost-rename": ((), {"plan_id": str(uuid.UUID(int=0))}, "POST"),
    "least-cost-stop": ((), {"plan_id": str(uuid.UUID(int=0))}, "POST"),
    "least-cost-again": ((), {"plan_id": str(uuid.UUID(int=0))}, "POST"),
    "least-cost-relax": ((), {"plan_id": str(uuid.UUID(int=0))}, "POST"),
    "least-cost-delete": ((), {"plan_id": str(uuid.UUID(int=0))}, "POST"),
    "least-cost-restore": ((), {"plan_id": str(uuid.UUID(int=0))}, "POST"),
    "pathways": (WITH_ACCOUNT, {}, ""),
    "pathway-compare": (WITH_ACCOUNT, {}, ""),
    "pathway-decomposition": (WITH_ACCOUNT, {}, ""),
    "decomposition-export": (STAFF, {}, "POST"),
    "decomposition-example": (WITH_ACCOUNT, {}, ""),
    "pathway-export": (WITH_ACCOUNT, {"kind": "csv"}, ""),
    "pathway-save": (STAFF, {}, "POST"),
    "pathway-delete": ((), {"pathway_id": str(uuid.UUID(int=0))}, "POST"),
    "accounts": (ADMINISTRATORS, {}, ""),
    "account": ((), {"account_id": "999999"}, ""),
    "account-active": ((), {"account_id": "999999"}, "POST"),
    "account-password": ((), {"account_id": "999999"}, "POST"),
    "account-events": (ADMINISTRATORS, {}, ""),
    "own-password": (WITH_ACCOUNT, {}, ""),
    "login": (EVERYBODY, {}, ""),
    "logout": (EVERYBODY, {}, "POST"),
    "set_language": (EVERYBODY, {}, "POST"),
    "about": (EVERYBODY, {}, ""),
    "api-docs": (EVERYBODY, {}, ""),
}
"""Page → who gets in, arguments, and the query or ``POST``. Objects of other people (uuid 0) let nobody in."""

OPERATIONS: dict[str, tuple[tuple[str, ...], dict[str, str], str]] = {
    "runs": (WITH_ACCOUNT, {}, ""),
    "run-start": (("analyst", "province"), {}, "POST"),
    "compare": (WITH_ACCOUNT, {}, "?first={run}&second={run}"),
    "run": (WITH_ACCOUNT, {"run_id": "{run}"}, ""),
    "run-publish": (("province",), {"run_id": "{run}"}, "POST"),
    "overview": (WITH_ACCOUNT, {"run_id": "{run}"}, ""),
    "targets": (WITH_ACCOUNT, {"run_id": "{run}"}, ""),
    "results": (WITH_ACCOUNT, {"run_id": "{run}"}, ""),
    "result": (WITH_ACCOUNT, {"run_id": "{run}", "name": "emission"}, ""),
    "result-file": (WITH_ACCOUNT, {"run_id": "{run}", "name": "emission"}, ""),
    "package": (STAFF, {"run_id": "{run}", "kind": "csv"}, ""),
    "pivot": (WITH_ACCOUNT, {"run_id": "{run}"}, ""),
    "sectors": (WITH_ACCOUNT, {"run_id": "{run}"}, ""),
    "grid": (WITH_ACCOUNT, {"run_id": "{run}"}, "?cell=0.25"),
    "target-dashboard": (WITH_ACCOUNT, {"run_id": "{run}"}, ""),
    "flows": (STAFF, {"run_id": "{run}"}, ""),
    "chart": (WITH_ACCOUNT, {"run_id": "{run}", "kind": "bar"}, ""),
    "explain": (WITH_ACCOUNT, {"run_id": "{run}"}, "?cell=CO2"),
    "affected": (STAFF, {"run_id": "{run}"}, "?factor={factor}"),
    "job": ((), {"job_id": str(uuid.UUID(int=0))}, ""),
    "measures": (WITH_ACCOUNT, {}, ""),
    "pathway": (WITH_ACCOUNT, {}, ""),
    "least-cost-plan": ((), {"plan_id": str(uuid.UUID(int=0))}, ""),
    "least-cost-map": ((), {"plan_id": str(uuid.UUID(int=0))}, ""),
    "workspaces": (WITH_ACCOUNT, {}, ""),
    "regions": (WITH_ACCOUNT, {}, "?workspace=henan"),
    "boundaries": (WITH_ACCOUNT, {}, ""),
    "facilities": (WITH_ACCOUNT, {}, ""),
    "tables": (WITH_ACCOUNT, {}, ""),
    "table": (WITH_ACCOUNT, {"name": "facility"}, ""),
    "table-template": (STAFF, {"name": "facility"}, ""),
    "checks": (STAFF, {}, ""),
    "check-upload": ((), {}, "POST"),
    "check": ((), {"check_id": str(uuid.UUID(int=0))}, ""),
    "check-delete": ((), {"check_id": str(uuid.UUID(int=0))}, "DELETE"),
    "check-annotated": ((), {"check_id": str(uuid.UUID(int=0))}, ""),
}
"""API operation → who gets an answer. An upload without a file lets nobody in (422)."""

FRAMEWORK = {"openapi-json", "api-root"}
"""Addresses of the API framework that hold no data."""

PARTS_WITH_OWN_ACCESS_TEST = ("plan",)
"""Beginnings of page and operation names whose roles are walked by their own test module."""


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def page_patterns() -> list[URLPattern]:
    found = []
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLPattern):
            found.append(entry)
        elif entry.namespace != "api":
            found.extend(patterns(entry))
    return found


def operations() -> list[Any]:
    return [
        operation
        for _prefix, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
    ]


def test_every_page_declares_the_permission_it_needs() -> None:
    undeclared = [
        p.name for p in page_patterns() if not isinstance(getattr(p.callback, "permission", None), Permission)
    ]
    assert undeclared == []


def test_every_operation_declares_the_permission_it_needs() -> None:
    undeclared = [
        operation.path
        for operation in operations()
        if not operation.auth_callbacks or not all(isinstance(c, Needs) for c in operation.auth_callbacks)
    ]
    assert undeclared == []


def test_the_matrix_below_knows_every_page_and_every_operation() -> None:
    pages = {p.name for p in page_patterns()}
    named = {operation.url_name for operation in operations()}
    assert {name for name in pages if name and not name.startswith(PARTS_WITH_OWN_ACCESS_TEST)} == set(PAGES)
    assert {name for name in named if not name.startswith(PARTS_WITH_OWN_ACCESS_TEST)} == set(OPERATIONS)


def filled(arguments: dict[str, str], world: World) -> dict[str, str]:
    return {key: value.format(run=world.record.run_id) for key, value in arguments.items()}


def let_in(status: int) -> bool:
    return status in {200, 201, 202} or status == 302


@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_lets_in_exactly_whom_it_should(
    world: World, client_of: Callable[[str], Client], name: str, role: str
) -> None:
    allowed, arguments, query = PAGES[name]
    url = reverse(name, kwargs=filled(arguments, world))
    client = client_of(role)
    query = query.format(run=world.record.run_id)
    response = client.post(url, {"workspace": "henan"}) if query == "POST" else client.get(url + query)
    response.close()
    sent_to_log_in = response.status_code == 302 and response.headers["Location"].startswith(reverse("login"))
    if role in allowed:
        assert response.status_code in {200, 302}, response.status_code
        assert not sent_to_log_in or name == "logout"
    elif role == "anonymous":
        assert sent_to_log_in
    else:
        assert response.status_code in {403, 404}


@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_exactly_whom_it_should(
    world: World, client_of: Callable[[str], Client], name: str, role: str
) -> None:
    allowed, arguments, query = OPERATIONS[name]
    url = reverse(f"api:{name}", kwargs=filled(arguments, world))
    client = client_of(role)
    query = query.format(run=world.record.run_id, factor="PROV_GUIDE_2011:bituminous:carbon_content")
    if query == "POST":
        status = client.post(url, {"workspace": "henan"}, content_type="application/json").status_code
    elif query == "DELETE":
        status = client.delete(url).status_code
    else:
        status = client.get(url + query).status_code
    if role in allowed:
        assert let_in(status), status
    elif role == "anonymous":
        assert status == 401
    else:
        assert status in {400, 403, 404, 422}


@pytest.mark.parametrize("role", ["city", "stranger", "public"])
def test_an_unpublished_run_is_hidden_from_those_whose_region_does_not_hold_it(
    world: World, client_of: Callable[[str], Client], role: str
) -> None:
    world.publish(published=False)
    client = client_of(role)
    assert client.get(reverse("run", args=[world.record.run_id])).status_code == 404
    assert client.get(reverse("api:run", args=[world.record.run_id])).status_code == 404
    assert client.get(reverse("api:runs")).json() == []
    assert world.record.run_id not in client.get(reverse("overview")).content.decode()


@pytest.mark.parametrize("role", ["province", "analyst"])
def test_an_unpublished_run_is_shown_to_those_who_answer_for_its_region(
    world: World, client_of: Callable[[str], Client], role: str
) -> None:
    world.publish(published=False)
    assert client_of(role).get(reverse("run", args=[world.record.run_id])).status_code == 200


def test_the_public_may_not_open_an_internal_table(world: World, client_of: Callable[[str], Client]) -> None:
    public = client_of("public")
    assert public.get(reverse("table", args=["activity"])).status_code == 403
    assert public.get(reverse("api:result", args=[world.record.run_id, "activity"])).status_code == 403
    listed = {entry["name"] for entry in public.get(reverse("api:results", args=[world.record.run_id])).json()}
    assert "activity" not in listed
    assert "emission" in listed


def test_a_change_through_the_api_needs_the_csrf_token(world: World, person: Callable[[str], Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("province"), backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(reverse("api:run-start"), {"workspace": "henan"}, content_type="application/json")
    assert response.status_code == 403
