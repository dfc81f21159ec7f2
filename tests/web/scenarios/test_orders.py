"""The page of the order of measures: moved by buttons, told step by step, taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cocontrol_web.scenarios.orders import moved

Clients = Callable[[str], Client]
NAMES = ["industrial_efficiency", "wet_fgd", "boiler_gas"]


@pytest.mark.parametrize(
    ("button", "after"),
    [
        ({"move": "wet_fgd.up"}, ["wet_fgd", "industrial_efficiency", "boiler_gas"]),
        ({"move": "wet_fgd.down"}, ["industrial_efficiency", "boiler_gas", "wet_fgd"]),
        ({"move": "industrial_efficiency.up"}, NAMES),
        ({"move": "nothing.up"}, NAMES),
        ({"drop": "wet_fgd"}, ["industrial_efficiency", "boiler_gas"]),
        ({"add": "scr"}, [*NAMES, "scr"]),
        ({"add": "wet_fgd"}, NAMES),
    ],
)
def test_buttons_move_drop_and_add(button: dict[str, str], after: list[str]) -> None:
    assert moved(NAMES, button) == after


@pytest.mark.usefixtures("world")
def test_a_button_leads_to_the_address_of_the_new_order(client_of: Clients) -> None:
    answer = client_of("province").get(reverse("measure-order"), {"m": NAMES, "move": "wet_fgd.up", "side": "SO2"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("?m=wet_fgd&m=industrial_efficiency&m=boiler_gas&side=SO2")


@pytest.mark.usefixtures("world")
def test_another_order_has_the_same_end_and_other_steps(client_of: Clients) -> None:
    client, url = client_of("province"), reverse("measure-order")
    one, other = (client.get(url, {"m": names, "side": "SO2"}).context for names in (NAMES[:2], NAMES[1::-1]))
    assert one["joint"] == pytest.approx(other["joint"], rel=1e-9)
    first = {line.key: line for line in one["lines"]}
    second = {line.key: line for line in other["lines"]}
    assert first["wet_fgd"].reductions[0] < second["wet_fgd"].reductions[0]
    assert first["industrial_efficiency"].unit_costs[0] < second["industrial_efficiency"].unit_costs[0]
    assert one["chart"]["steps"][-1]["to"] == pytest.approx(other["chart"]["steps"][-1]["to"])
    assert one["joint"] < one["apart"]
    assert "同一批排放" in one["words"]


@pytest.mark.usefixtures("world")
def test_a_set_that_raises_carbon_is_told_as_a_rise(client_of: Clients) -> None:
    found = client_of("province").get(reverse("measure-order"), {"m": ["wet_fgd", "bag_filter"], "side": "CO2"}).context
    assert found["joint"] < 0
    assert "负数是增加" in found["words"]
    assert found["lines"][0].unit_costs == (None, None, None)


@pytest.mark.usefixtures("world")
def test_the_page_begins_with_a_suggestion_and_refuses_too_few_and_unknown(client_of: Clients) -> None:
    client, url = client_of("province"), reverse("measure-order")
    assert 2 <= len(client.get(url).context["lines"]) <= 6
    for names in (["wet_fgd"], ["wet_fgd", "nothing"], ["wet_fgd", "wet_fgd"]):
        assert client.get(url, {"m": names}).status_code == 400


@pytest.mark.usefixtures("world")
def test_those_who_do_not_answer_for_the_region_see_why_there_is_nothing(client_of: Clients) -> None:
    assert "没有可用的运行" in client_of("stranger").get(reverse("measure-order")).content.decode()
    assert client_of("stranger").get(reverse("measure-order-export", args=["csv"])).status_code == 404


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("kind", ["xlsx", "csv", "svg"])
def test_the_order_is_taken_away(client_of: Clients, kind: str) -> None:
    answer = client_of("analyst").get(reverse("measure-order-export", args=[kind]), {"m": NAMES})
    assert answer.status_code == 200
    assert len(answer.content) > 500
