"""Least-cost plans: asked by a form, solved by the queue, explained on the page, exported, compared."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.jobs import claim_next, queue_work, work_on
from cocontrol_web.analysis.models import Job
from cocontrol_web.scenarios import answers, asking
from cocontrol_web.scenarios.models import LeastCostPlan
from cocontrol_web.scenarios.solving import KIND

from ..conftest import World

Clients = Callable[[str], Client]
MODEST = {"reduction_CO2": "5", "reduction_SO2": "30", "assumptions": "on", "title": "甲"}


def solved(client: Client, form: dict[str, str]) -> LeastCostPlan:
    answer = client.post(reverse("least-cost"), form)
    assert answer.status_code == 302, answer.content.decode()
    job = claim_next()
    assert job is not None
    assert work_on(job).state == Job.State.DONE
    return LeastCostPlan.objects.get(job=job)


def test_a_plan_is_asked_solved_and_explained(world: World, client_of: Clients) -> None:
    client = client_of("analyst")
    plan = solved(client, MODEST)
    assert plan.answer is not None
    assert plan.answer["status"] == "optimal"
    assert plan.answer["synthetic"] is True
    page = client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "再多减 1 吨 CO₂" in page
    assert "badge--synthetic" in page
    assert world.record.run_id in page
    rows = answers.emission_rows(plan.answer)
    carbon = next(row for row in rows if row["pollutant"] == "CO2")
    assert carbon["binds"]
    assert carbon["less"] == pytest.approx(0.05)
    assert all(abs(row["difference_t"]) < 1e-3 * row["plan_t"] for row in plan.answer["recheck"])
    english = client.get(reverse("least-cost-plan", args=[plan.plan_id]), headers={"accept-language": "en"})
    assert english.status_code == 200


@pytest.mark.usefixtures("world")
def test_the_costs_of_the_measures_sum_to_the_cost_of_the_plan(client_of: Clients) -> None:
    plan = solved(client_of("analyst"), MODEST)
    answer = plan.answer or {}
    assert sum(row["cost"] for row in answers.measure_rows(answer)) == pytest.approx(answer["cost"], rel=1e-6)
    shares, table = answers.tighten_table(answer)
    assert shares == [0.01, 0.05]
    assert all(more is None or more >= -1e-9 for _name, cells in table for more in cells)


@pytest.mark.usefixtures("world")
def test_ceilings_that_cannot_be_met_are_named(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = solved(client, {"reduction_CO2": "60", "reduction_NOx": "10", "assumptions": "on", "title": "做不到"})
    answer = plan.answer or {}
    assert answer["status"] == "infeasible"
    assert [row["pollutant"] for row in answer["conflicts"]] == ["CO2"]
    page = client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "用尽目录里的全部措施" in page
    assert "放宽" in page


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "form",
    [{}, {"reduction_CO2": "abc"}, {"reduction_CO2": "120"}, {"reduction_SO2": "5", "cap_SO2": "3"}, {"targets": "EX-G5"}],
)  # fmt: skip
def test_a_question_that_cannot_be_asked_is_refused(client_of: Clients, form: dict[str, str]) -> None:
    answer = client_of("analyst").post(reverse("least-cost"), form)
    assert answer.status_code == 400
    assert 'class="fault fault--' in answer.content.decode()
    assert LeastCostPlan.objects.count() == 0


def test_an_intensity_target_becomes_a_ceiling_with_the_change_of_output(world: World, client_of: Clients) -> None:
    client = client_of("analyst")
    without = client.get(reverse("least-cost")).content.decode()
    assert 'value="EX-G1"' not in without
    page = client.get(reverse("least-cost"), {"output_change": "5", "assumptions": "on"}).content.decode()
    assert 'value="EX-G1"' in page
    plan = solved(client, {"targets": "EX-G1", "output_change": "18", "assumptions": "on", "title": "目标"})
    (ceiling,) = asking.Question.from_dict(plan.request).ceilings
    base = asking.base_totals(world.record, filled=True)["CO2"]
    assert ceiling["cap_t"] == pytest.approx(base * 0.81 * 1.18)
    assert (plan.answer or {})["status"] == "optimal"


@pytest.mark.usefixtures("world")
def test_a_plan_is_hidden_from_those_who_do_not_answer_for_its_region(client_of: Clients) -> None:
    plan = solved(client_of("analyst"), MODEST)
    addresses = [
        reverse("least-cost-plan", args=[plan.plan_id]),
        reverse("least-cost-export", args=[plan.plan_id, "xlsx"]),
        reverse("api:least-cost-plan", args=[plan.plan_id]),
        reverse("api:least-cost-map", args=[plan.plan_id]),
    ]
    for address in addresses:
        assert client_of("province").get(address).status_code == 200
        for role in ("city", "stranger", "public"):
            assert client_of(role).get(address).status_code in {403, 404}
    assert client_of("stranger").post(reverse("least-cost"), MODEST).status_code == 200
    assert LeastCostPlan.objects.count() == 1


@pytest.mark.usefixtures("world")
def test_a_plan_is_taken_away_compared_changed_and_deleted(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = solved(client, MODEST)

    def taken(kind: str) -> bytes:
        return client.get(reverse("least-cost-export", args=[plan.plan_id, kind])).content

    assert taken("xlsx").startswith(b"PK")
    assert b"Emissions|CO2" in taken("csv")
    names = set(zipfile.ZipFile(io.BytesIO(taken("zip"))).namelist())
    assert names == {"sources.csv", "options.csv", "devices.csv", "caps.csv", "settings.toml"}
    assert "甲" in client.get(reverse("least-cost-compare"), {"plan": str(plan.plan_id)}).content.decode()
    form = client.get(reverse("least-cost"), {"from": str(plan.plan_id)}).content.decode()
    assert 'name="reduction_SO2" inputmode="decimal" aria-label="SO₂ 削减（%）" value="30"' in form
    assert client.post(reverse("least-cost-delete", args=[plan.plan_id])).status_code == 302
    assert LeastCostPlan.objects.count() == 0


@pytest.mark.usefixtures("world")
def test_the_job_of_a_plan_leads_to_the_plan(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = solved(client, MODEST)
    assert plan.job is not None
    page = reverse("least-cost-plan", args=[plan.plan_id])
    assert client.get(reverse("job", args=[plan.job.job_id])).headers["Location"] == page
    assert client.get(reverse("api:job", args=[plan.job.job_id])).json()["url"] == page


def test_a_plan_whose_catalogue_was_deleted_says_so(
    world: World, client_of: Clients, person: Callable[[str], User]
) -> None:
    gone = asking.Question(catalogue=str(uuid.UUID(int=7)), ceilings=({"pollutant": "CO2", "reduction": 0.01},))
    plan = LeastCostPlan.objects.create(title="x", run=world.record, request=gone.as_dict())
    plan.job = queue_work(world.workspace, person("analyst"), KIND, str(plan.plan_id))
    plan.save()
    job = claim_next()
    assert job is not None
    assert work_on(job).state == Job.State.FAILED
    page = client_of("analyst").get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "已被删除" in page


@pytest.mark.usefixtures("world")
def test_plants_with_a_place_are_on_the_map(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = solved(client, MODEST)
    answer = plan.answer or {}
    address = reverse("least-cost-plan", args=[plan.plan_id])
    assert "data-map" not in client.get(address).content.decode()
    answer["plan"][0] |= {"longitude": 114.0, "latitude": 34.5, "plant_zh": "示例电厂"}
    LeastCostPlan.objects.filter(pk=plan.pk).update(answer=answer)
    assert "data-map" in client.get(address).content.decode()
    (point,) = client.get(reverse("api:least-cost-map", args=[plan.plan_id])).json()["features"]
    assert point["geometry"]["coordinates"] == [114.0, 34.5]
    assert point["properties"]["name"] == "示例电厂"
