"""Every planning page and operation with every role; names not listed here fail the first test."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

import pytest
from django.test import Client
from django.urls import reverse

from cocontrol_web.accounts.models import User
from cocontrol_web.planning.documents import add_plan, delete
from cocontrol_web.planning.models import PlanCorrection, PlanDocument
from cocontrol_web.planning.parameters import set_value
from cocontrol_web.planning.parsing import review_of
from cocontrol_web.planning.verdicts import bring_register, evaluate

from .planning_world import TEXT, VALUE, boilers
from .test_access import ALL, STAFF, WITH_ACCOUNT, operations, page_patterns

OWN = ("analyst", "province")
"""Those who answer for the region of the plan; the plan is not published."""

JSON = "application/json"
PAGES: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "plans": (WITH_ACCOUNT, (), ""),
    "plan-compare": (WITH_ACCOUNT, (), ""),
    "plan-compare-export": (OWN, (), "?parent={plan}&child={plan}"),
    "plan-coverage": (WITH_ACCOUNT, (), ""),
    "plan-coverage-export": (WITH_ACCOUNT, ("csv",), ""),
    "plan": (OWN, ("{plan}",), ""),
    "plan-add": (OWN, ("{plan}",), ""),
    "plan-confirm-all": (OWN, ("{plan}",), "POST"),
    "plan-object": (OWN, ("{plan}", "{address}"), ""),
    "plan-history": (OWN, ("{plan}",), ""),
    "plan-undo": (OWN, ("{plan}", "{batch}"), "POST"),
    "plan-matrix": (OWN, ("{plan}",), ""),
    "plan-matrix-export": (OWN, ("{plan}",), ""),
    "plan-rules": (OWN, ("{plan}",), ""),
    "plan-rules-export": (OWN, ("{plan}",), ""),
    "plan-evaluate": (OWN, ("{plan}",), "POST"),
    "plan-register-upload": (OWN, ("{plan}",), "POST"),
    "plan-register-toggle": (OWN, ("{plan}", "{register}"), "POST"),
    "plan-parameters": (OWN, ("{plan}",), ""),
    "plan-parameters-import": (OWN, ("{plan}",), "POST"),
    "plan-parameters-export": (OWN, ("{plan}", "csv"), ""),
    "plan-parameter-toggle": (OWN, ("{plan}", "{parameter}"), "POST"),
    "plan-export": (OWN, ("{plan}", "json"), ""),
    "plan-version": ((), ("{plan}",), "POST"),
    "plan-publish": (("province",), ("{plan}",), "POST"),
    "plan-delete": (OWN, ("{plan}",), "POST"),
    "plan-restore": (OWN, ("{gone}",), "POST"),
}
"""Page → who gets in, arguments, and the query or ``POST``. A new version without a file lets nobody in."""

OPERATIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "plans": (WITH_ACCOUNT, (), "GET"),
    "plan-add-text": (STAFF, (), "POST text"),
    "plan-upload": ((), (), "POST"),
    "plan-compare": (OWN, (), "GET ?parent={plan}&child={plan}"),
    "plan-coverage": (WITH_ACCOUNT, (), "GET"),
    "plan": (OWN, ("{plan}",), "GET"),
    "plan-delete": (OWN, ("{plan}",), "DELETE"),
    "plan-restore": (OWN, ("{gone}",), "POST"),
    "plan-publish": (("province",), ("{plan}",), "POST"),
    "plan-text": (OWN, ("{plan}",), "GET"),
    "plan-text-replace": (OWN, ("{plan}",), "PUT text"),
    "plan-parse": (OWN, ("{plan}",), "GET"),
    "plan-objects": (OWN, ("{plan}",), "GET"),
    "plan-rules": (OWN, ("{plan}",), "GET"),
    "plan-matrix": (OWN, ("{plan}",), "GET"),
    "plan-corrections": (OWN, ("{plan}",), "GET"),
    "plan-correct": (OWN, ("{plan}",), "POST decision"),
    "plan-undo": (OWN, ("{plan}", "{batch}"), "POST"),
    "plan-parameters": (OWN, ("{plan}",), "GET"),
    "plan-parameter-set": (OWN, ("{plan}",), "POST value"),
    "plan-parameters-import": ((), ("{plan}",), "POST"),
    "plan-parameter-undo": (OWN, ("{plan}", "{parameter}"), "POST"),
    "plan-registers": (OWN, ("{plan}",), "GET"),
    "plan-register-upload": ((), ("{plan}",), "POST"),
    "plan-register-undo": (OWN, ("{plan}", "{register}"), "POST"),
    "plan-evaluate": (OWN, ("{plan}",), "POST"),
    "plan-evaluations": (OWN, ("{plan}",), "GET"),
    "plan-verdicts": (OWN, ("{plan}",), "GET"),
}
"""API operation → who gets an answer. An upload without a file lets nobody in (422)."""


@pytest.fixture
def words(person: Callable[[str], User]) -> dict[str, str]:
    """What the arguments above stand for: a plan of the province with one decision, one value and one register, and a
    deleted one.
    """
    plan = add_plan(person("province"), TEXT, "plan.txt")
    gone = delete(add_plan(person("province"), TEXT + "\n", "gone.txt"))
    item = review_of(plan).of_kind("target")[0]
    batch = uuid.uuid4()
    PlanCorrection.objects.create(
        plan=plan, text_digest=plan.text_digest, kind="target", start=item.start, end=item.end, quote="", action="confirm",
        batch=batch, person_name="province",
    )  # fmt: skip
    parameter = set_value(plan, VALUE, person("province"))
    _check, register = bring_register(plan, boilers(), "boiler", person("province"))
    evaluate(plan, person("province"), "register")
    assert register is not None
    more = {"parameter": str(parameter.row_id), "register": str(register.register_id)}
    return more | {"plan": str(plan.plan_id), "gone": str(gone.plan_id), "address": item.address, "batch": str(batch)}


def test_the_lists_name_every_planning_page_and_operation() -> None:
    assert {p.name for p in page_patterns() if str(p.name).startswith("plan")} == set(PAGES)
    assert {o.url_name for o in operations() if str(o.url_name).startswith("plan")} == set(OPERATIONS)


@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize("name", PAGES)
def test_a_planning_page_lets_in_exactly_whom_it_should(
    words: dict[str, str], client_of: Callable[[str], Client], name: str, role: str
) -> None:
    allowed, arguments, query = PAGES[name]
    url = reverse(name, args=[argument.format(**words) for argument in arguments])
    client = client_of(role)
    response = client.post(url, {}) if query == "POST" else client.get(url + query.format(**words))
    to_log_in = response.status_code == 302 and response.headers["Location"].startswith(reverse("login"))
    if role in allowed:
        assert response.status_code in {200, 302}
        assert not to_log_in
    elif role == "anonymous":
        assert to_log_in
    else:
        assert response.status_code in {400, 403, 404}


@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_planning_operation_answers_exactly_whom_it_should(
    words: dict[str, str], client_of: Callable[[str], Client], name: str, role: str
) -> None:
    allowed, arguments, call = OPERATIONS[name]
    method, _, rest = call.partition(" ")
    url = reverse(f"api:{name}", args=[argument.format(**words) for argument in arguments])
    bodies = {
        "value": VALUE | {"effective_from": "2031-01-01", "effective_to": ""},
        "text": {"text": TEXT + "\n\n"},
        "decision": {"action": "reject", "address": words["address"]},
    }
    url += rest.format(**words) if rest.startswith("?") else ""
    client = client_of(role)
    status = client.generic(method, url, *_body(bodies.get(rest))).status_code
    if role in allowed:
        assert status in {200, 201}, status
    elif role == "anonymous":
        assert status == 401
    else:
        assert status in {400, 403, 404, 422}


def _body(given: Mapping[str, str] | None) -> tuple[str, str]:
    import json

    return json.dumps(given or {}), JSON


def test_changes_need_the_csrf_token(words: dict[str, str], person: Callable[[str], User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("province"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("plan-delete", args=[words["plan"]])).status_code == 403
    assert client.delete(reverse("api:plan-delete", args=[words["plan"]])).status_code == 403
    assert PlanDocument.objects.filter(deleted_at__isnull=True).count() == 1


def test_nobody_undoes_a_decision_through_another_plan(
    words: dict[str, str], client_of: Callable[[str], Client], person: Callable[[str], User]
) -> None:
    other = add_plan(person("city"), TEXT.replace("80%", "70%"), "city.txt")
    url = reverse("plan-undo", args=[other.plan_id, words["batch"]])
    assert client_of("city").post(url).status_code == 404
    assert PlanCorrection.objects.get().is_active
