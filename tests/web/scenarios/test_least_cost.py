"""Least-cost plans: asked by a form, solved by the queue, explained on the page, exported, compared."""

from __future__ import annotations

import copy
import csv
import io
import re
import uuid
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from cocontrol.io.portfolio_folder import read_portfolio
from cocontrol.measures.portfolio.solving import optimise
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.jobs import claim_next, queue_work, work_on
from cocontrol_web.analysis.models import Job
from cocontrol_web.planning.documents import add_plan
from cocontrol_web.scenarios import answers, asking
from cocontrol_web.scenarios.form_fields import field_words
from cocontrol_web.scenarios.models import LeastCostPlan
from cocontrol_web.scenarios.solving import KIND
from cocontrol_web.scenarios.summaries import summary
from cocontrol_web.scenarios.target_choices import target_words

from ..conftest import World

Clients = Callable[[str], Client]
MODEST = {"reduction_CO2": "5", "reduction_SO2": "30", "assumptions": "on", "title": "甲"}


def solved(client: Client, form: Mapping[str, Any]) -> LeastCostPlan:
    answer = client.post(reverse("least-cost"), dict(form))
    assert answer.status_code == 302, answer.content.decode()
    job = claim_next()
    assert job is not None
    assert work_on(job).state == Job.State.DONE
    return LeastCostPlan.objects.get(job=job)


_ANSWERS: dict[str, Any] = {}
"""Answers to the modest question by run, so that it is solved once: how it is solved is the matter of the first test."""


def modest(client: Client) -> LeastCostPlan:
    """The modest plan, asked by the form, with the answer that the queue once found."""
    assert client.post(reverse("least-cost"), MODEST).status_code == 302
    job = claim_next()
    assert job is not None
    plan = LeastCostPlan.objects.get(job=job)
    if plan.run.digest not in _ANSWERS:
        work_on(job)
        plan.refresh_from_db()
        _ANSWERS[plan.run.digest] = plan.answer
    plan.answer = copy.deepcopy(_ANSWERS[plan.run.digest])
    plan.save()
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    plan.refresh_from_db()
    return plan


def test_a_plan_is_asked_solved_and_explained(world: World, client_of: Clients) -> None:
    client = client_of("analyst")
    plan = solved(client, MODEST)
    assert plan.answer is not None
    assert plan.answer["status"] == "optimal"
    assert plan.answer["synthetic"] is True
    page = client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "再多减 1 吨二氧化碳（CO₂）" in page
    assert "一页说明" in page
    assert "相当于每位常住人口" in page
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
    plan = modest(client_of("analyst"))
    answer = plan.answer or {}
    assert sum(row["cost"] for row in answers.measure_rows(answer)) == pytest.approx(answer["cost"], rel=1e-6)
    shares, table = answers.tighten_table(answer)
    assert shares == [0.01, 0.05, 0.1]
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
    [
        {}, {"reduction_CO2": "abc"}, {"reduction_CO2": "120"}, {"reduction_SO2": "5", "cap_SO2": "3"}, {"targets": "EX-G5"},
        {"targets": "EX-G2"}, {"years": "1999", "reduction_SO2": "5"}, {"years": "soon", "reduction_SO2": "5"},
        {"targets": "EX-G5", "pm_now": "50", "pm_background": "60", "share_SO2": "20"}, {"growth": "x", "reduction_SO2": "5"},
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_asked_is_refused(client_of: Clients, form: dict[str, str]) -> None:
    answer = client_of("analyst").post(reverse("least-cost"), form)
    assert answer.status_code == 400
    assert 'class="fault fault--' in answer.content.decode()
    assert LeastCostPlan.objects.count() == 0


def test_an_intensity_target_takes_the_change_of_gdp_from_the_statistics_or_from_the_form(
    world: World, client_of: Clients
) -> None:
    client = client_of("analyst")
    page = client.get(reverse("least-cost")).content.decode()
    assert 'value="EX-G1"' in page
    assert "统计：2020—2024 年 +17.3%" in page
    assert "还没有 2025 年数据" in page
    assert "这里以 2013 年排放代替 2020 年" in page
    base = asking.base_totals(world.record, filled=True)["CO2"]
    for form, change in (({"output_change": "18"}, 0.18), ({"output_2020_2025": "20"}, 0.2)):
        plan = solved(client, {"targets": "EX-G1", "assumptions": "on", "title": "目标", **form})
        (ceiling,) = asking.Question.from_dict(plan.request).ceilings
        assert ceiling["cap_t"] == pytest.approx(base * 0.81 * (1 + change))
        assert ceiling["period"] == 2025
        assert (plan.answer or {})["status"] == "optimal"
    shown = client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "这里以 2013 年排放代替 2020 年" in shown


SCREENING = {"pm_now": "50", "pm_background": "15", "share_PM25": "25", "share_SO2": "20", "share_NOx": "15"}


@pytest.mark.usefixtures("world")
def test_a_concentration_target_is_met_through_the_labelled_screening(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = solved(client, {"targets": "EX-G5", "assumptions": "on", "title": "浓度", **SCREENING})
    (row,) = (plan.answer or {})["ceilings"]
    assert (row["kind"], row["limit"]) == ("receptor", pytest.approx(44.0))
    assert row["base"] == pytest.approx(50.0)
    assert row["reached"] <= 44.0 + 1e-6
    page = client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "筛查" in page
    again = client.get(reverse("least-cost"), {"from": str(plan.plan_id)}).content.decode()
    assert 'name="pm_now" inputmode="decimal" value="50"' in again


TOWN_PLAN = """示例县人民政府办公室关于印发示例县减污降碳行动方案的通知

示例县减污降碳行动方案

一、工作目标

到2025年，氮氧化物排放总量控制在80万吨以内，挥发性有机物排放总量比2020年下降3%，氮氧化物和挥发性有机物重点工程减排量分别达到5万吨、0.1万吨，单位地区生产总值二氧化碳排放比2020年下降18%。

二、主要任务

1. 治理工业炉窑。砖瓦窑炉改用天然气。（县生态环境局负责）
"""


@pytest.mark.usefixtures("world")
def test_targets_in_tonnes_of_a_plan_that_somebody_brings_are_picked_and_solved(
    client_of: Clients, person: Callable[[str], User]
) -> None:
    add_plan(person("analyst"), TOWN_PLAN, "town.txt", anyway=True)
    client = client_of("analyst")
    page = client.get(reverse("least-cost"))
    choices = [one for one in page.context["usable"] if one.source.startswith("示例县")]
    bound = {one.ceiling.pollutant for one in choices if one.ceiling}
    assert {"NOx", "VOCs", "CO2"} <= bound
    names = [one.target_id for one in choices if one.ceiling]
    plan = solved(client, {"targets": names, "assumptions": "on", "title": "示例县", "output_change": "18"})
    assert (plan.answer or {})["status"] == "optimal"
    assert all(row["reached"] <= row["limit"] * (1 + 1e-6) for row in (plan.answer or {})["ceilings"])


TWO_YEARS = {
    "years": "2025, 2030", "growth": "0.5", "growth_1A3": "2", "reduction_SO2_2025": "15", "reduction_SO2_2030": "30",
    "reduction_CO2_2030": "3", "assumptions": "on", "title": "两个目标年", "budget_CO2": "900000",
}  # fmt: skip


@pytest.mark.usefixtures("world")
def test_a_plan_over_two_years_says_what_is_installed_when_and_its_folder_solves_to_the_same_cost(
    client_of: Clients, tmp_path: Path
) -> None:
    client = client_of("analyst")
    plan = solved(client, TWO_YEARS)
    answer = plan.answer or {}
    assert answer["status"] == "optimal"
    assert [row["period"] for row in answer["yearly"]] == [2025, 2030]
    assert {(row["pollutant"], row["period"], row["kind"]) for row in answer["ceilings"]} == {
        ("SO2", 2025, "ceiling"), ("SO2", 2030, "ceiling"), ("CO2", 2030, "ceiling"), ("CO2", None, "budget"),
    }  # fmt: skip
    page = client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "什么时候装什么" in page
    timeline = answers.timeline_rows(answer)
    assert all(cell["sources"] >= cell["new"] for row in timeline for cell in row["cells"])
    content = client.get(reverse("least-cost-export", args=[plan.plan_id, "zip"])).content
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    again, _ = read_portfolio(tmp_path)
    assert optimise(again, prices=False).cost == pytest.approx(answer["cost"], rel=1e-6)
    form = client.get(reverse("least-cost"), {"from": str(plan.plan_id)}).content.decode()
    for name, value in (("growth", "0.5"), ("growth_1A3", "2"), ("reduction_SO2_2030", "30"), ("budget_CO2", "900000")):
        assert re.search(rf'name="{name}"[^>]* value="{value}"', form), name


@pytest.mark.usefixtures("world")
def test_a_city_may_have_a_ceiling_of_its_own_as_far_as_sources_are_known_to_stand_in_it(client_of: Clients) -> None:
    client = client_of("analyst")
    ask = {"assumptions": "on", "plants": "on", "years": "2025"}
    page = client.post(reverse("least-cost"), {**ask, "regions": "410300", "refresh": "1"})
    assert page.status_code == 200
    assert 'name="reduction_SO2_2025_410300"' in page.content.decode()
    assert "只有一部分排放分到了市" in page.content.decode()
    plan = solved(client, {**ask, "regions": "410300", "reduction_SO2_2025_410300": "30", "title": "洛阳"})
    (row,) = (plan.answer or {})["ceilings"]
    assert row["region"] == "410300"
    assert row["reached"] <= row["limit"] * (1 + 1e-6)
    shown = client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "洛阳市" in shown
    assert "分摊 allocated" in shown.replace("</span>", "").replace("<span>", "")
    nowhere = client.post(
        reverse("least-cost"), {"assumptions": "on", "years": "2025", "refresh": "1"}
    ).content.decode()
    assert "不能给市单独定上限" in nowhere


@pytest.mark.usefixtures("world")
def test_a_plan_is_hidden_from_those_who_do_not_answer_for_its_region(client_of: Clients) -> None:
    plan = modest(client_of("analyst"))
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


def assert_exports_hold_the_answer(plan: LeastCostPlan, workbook: bytes, table: bytes) -> None:
    """Workbook (t) and IAMC table (Mt, species and region of the inventory's own) hold the figures of the answer."""
    assert plan.answer is not None
    carbon = next(row for row in plan.answer["emissions"] if row["pollutant"] == "CO2")
    sheet = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)["排放"]
    cells = [cell for line in sheet.iter_rows(values_only=True) for cell in line if isinstance(cell, float)]
    assert all(pytest.approx(carbon[name]) in cells for name in ("base_t", "plan_t"))
    rows = [*csv.DictReader(io.StringIO(table.decode("utf-8-sig")))]
    found = {(row["Scenario"], row["Variable"], row["Unit"]): row for row in rows}
    planned = found[plan.title, "Emissions|CO2", "Mt CO2/yr"]
    assert float(planned[str(carbon["period"])]) == pytest.approx(carbon["plan_t"] / 1e6)
    assert planned["Region"] == "China|Henan"
    assert (plan.title, "Emissions|Sulfur", "Mt SO2/yr") in found


@pytest.mark.usefixtures("world")
def test_a_plan_is_taken_away_compared_changed_and_deleted(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = modest(client)

    def taken(kind: str) -> bytes:
        return client.get(reverse("least-cost-export", args=[plan.plan_id, kind])).content

    assert taken("xlsx").startswith(b"PK")
    assert b"Emissions|CO2" in taken("csv")
    assert_exports_hold_the_answer(plan, taken("xlsx"), taken("csv"))
    names = set(zipfile.ZipFile(io.BytesIO(taken("zip"))).namelist())
    assert {"sources.csv", "options.csv", "devices.csv", "caps.csv", "settings.toml", "left_out.csv"} <= names
    assert "甲" in client.get(reverse("least-cost-compare"), {"plan": str(plan.plan_id)}).content.decode()
    form = client.get(reverse("least-cost"), {"from": str(plan.plan_id)}).content.decode()
    assert re.search(r'name="reduction_SO2_2025"[^>]* value="30"', form)
    assert client.post(reverse("least-cost-rename", args=[plan.plan_id]), {"title": "乙"}).status_code == 302
    assert LeastCostPlan.objects.get().title == "乙"


@pytest.mark.usefixtures("world")
def test_deleting_can_be_undone(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = modest(client)
    listed = client.post(reverse("least-cost-delete", args=[plan.plan_id]), follow=True).content.decode()
    assert "撤销删除" in listed
    address = reverse("least-cost-plan", args=[plan.plan_id])
    assert client.get(address).status_code == 404
    assert client_of("stranger").post(reverse("least-cost-restore", args=[plan.plan_id])).status_code == 404
    assert client.post(reverse("least-cost-restore", args=[plan.plan_id])).status_code == 302
    assert client.get(address).status_code == 200


@pytest.mark.usefixtures("world")
def test_a_waiting_plan_is_cancelled_at_once_and_solved_when_asked_again(client_of: Clients) -> None:
    client = client_of("analyst")
    client.post(reverse("least-cost"), MODEST)
    plan = LeastCostPlan.objects.get()
    client.post(reverse("least-cost-stop", args=[plan.plan_id]))
    assert claim_next() is None
    page = client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "求解已取消" in page
    assert client.post(reverse("least-cost-again", args=[plan.plan_id])).status_code == 302
    job = claim_next()
    assert job is not None
    assert work_on(job).state == Job.State.DONE
    plan.refresh_from_db()
    assert plan.solved is not None


@pytest.mark.usefixtures("world")
def test_a_running_plan_is_cancelled_before_its_next_step(client_of: Clients) -> None:
    client = client_of("analyst")
    client.post(reverse("least-cost"), MODEST)
    plan = LeastCostPlan.objects.get()
    job = claim_next()
    assert job is not None
    client.post(reverse("least-cost-stop", args=[plan.plan_id]))
    done = work_on(job)
    assert done.state == Job.State.FAILED
    assert [fault["rule"] for fault in done.faults] == ["plan.stopped"]


@pytest.mark.usefixtures("world")
def test_ceilings_in_conflict_give_way_as_a_plan_of_its_own_and_are_then_met(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = solved(client, {"reduction_CO2": "60", "reduction_NOx": "10", "assumptions": "on", "title": "做不到"})
    assert client.post(reverse("least-cost-relax", args=[plan.plan_id])).status_code == 302
    job = claim_next()
    assert job is not None
    assert work_on(job).state == Job.State.DONE
    relaxed = LeastCostPlan.objects.get(job=job)
    assert (relaxed.answer or {})["status"] == "optimal"
    assert relaxed.title == "做不到（放宽）"
    page = client.get(reverse("least-cost-plan", args=[relaxed.plan_id])).content.decode()
    assert "因无解而放宽" in page
    assert client.post(reverse("least-cost-relax", args=[relaxed.plan_id])).status_code == 404


def test_an_answer_of_an_older_form_is_solved_again(world: World, client_of: Clients) -> None:
    asked = asking.Question(ceilings=({"pollutant": "CO2", "cap_t": None, "reduction": 0.01, "target_id": None},))
    plan = LeastCostPlan.objects.create(
        title="旧", run=world.record, request={**asked.as_dict(), "unheard_of": 1}, answer={"status": "optimal"}
    )
    client = client_of("analyst")
    assert "须重新求解" in client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "须重新求解" in client.get(reverse("least-cost")).content.decode()
    assert client.get(reverse("least-cost-export", args=[plan.plan_id, "xlsx"])).status_code == 404


@pytest.mark.usefixtures("world")
def test_the_job_of_a_plan_leads_to_the_plan(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = modest(client)
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
    plan = modest(client)
    answer = plan.answer or {}
    address = reverse("least-cost-plan", args=[plan.plan_id])
    assert "data-map" not in client.get(address).content.decode()
    answer["plan"][0] |= {"longitude": 114.0, "latitude": 34.5, "plant_zh": "示例电厂", "capacity": 300.0}
    LeastCostPlan.objects.filter(pk=plan.pk).update(answer=answer)
    assert "data-map" in client.get(address).content.decode()
    (point,) = client.get(reverse("api:least-cost-map", args=[plan.plan_id])).json()["features"]
    assert point["geometry"]["coordinates"] == [114.0, 34.5]
    assert point["properties"]["name"] == "示例电厂"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("reduction_SO2_2025", "SO₂ · 2025 · 比清单年减（%）"),
        ("cap_NOx_2030_410300", "NOₓ · 2030 · 洛阳市 · 上限（万吨）"),
        ("output_2020_2025", "2020—2025 年地区生产总值变化（%）"),
        ("budget_CO2", "CO₂ · 累计预算（万吨）"),
    ],
)
def test_a_fault_names_the_field_of_the_form_as_the_page_does(field: str, words: str) -> None:
    assert field_words(field) == words


@pytest.mark.usefixtures("world")
def test_a_plan_that_saves_says_what_savings_leave_out_and_what_the_ceiling_takes(client_of: Clients) -> None:
    """A total below zero is not explained by a ceiling: the dearest one only makes the saving smaller."""
    plan = modest(client_of("analyst"))
    assert plan.answer is not None
    rows = [row | {"cost": -2e8} for row in plan.answer["plan"][:2]]
    limit = plan.answer["ceilings"][0]["name"]
    drivers = [row | {"saved": 1e8 if row["name"] == limit else 0.0} for row in plan.answer["drivers"]]
    drivers.sort(key=lambda row: -row["saved"])
    said = summary(plan.answer | {"cost": -4e8, "plan": rows, "drivers": drivers, "dividend": []})
    assert any("不等于全社会或财政省下的钱" in one and "4" in one for one in said)
    assert any("没有它，还能多省" in one for one in said)
    assert not any("方案反而省钱" in one for one in said)


def test_a_year_aimed_at_is_written_as_a_year() -> None:
    row = {
        "metric": "co2_peak_year",
        "operator": "<=",
        "value": 2030.0,
        "unit": None,
        "base_year": None,
        "target_year": 2030,
    }
    assert "≤ 2030" in target_words(row).zh


def test_a_limit_that_need_not_give_is_said_to_stay_and_one_without_a_figure_says_nothing() -> None:
    rows = [
        {"name": name, "region": "*", "pollutant": "SO2", "period": 2025, "cap_t": 5e5, "relax_t": relax, "relax_alone_t": None}
        for name, relax in (("a", 0.0), ("b", 2e4), ("c", None))
    ]  # fmt: skip
    shared = [row["shared"] for row in answers.conflict_rows({"ceilings": [], "conflicts": rows})]
    assert shared == ["一起放宽时，这一个不用放宽", "一起放宽时，放宽 2.000 万吨 就够", ""]


@pytest.mark.usefixtures("world")
def test_a_plan_says_how_many_of_its_numbers_are_recalled(client_of: Clients) -> None:
    client = client_of("analyst")
    plan = modest(client)
    assert plan.answer is not None
    assert plan.answer["statuses"]["synthetic"] > 0
    plan.answer |= {"synthetic": False, "statuses": {"recalled": 31, "verified": 12}}
    plan.save()
    page = client.get(reverse("least-cost-plan", args=[plan.plan_id])).content.decode()
    assert "31 个含凭记忆录入的依据，12 个已核对原文" in page
