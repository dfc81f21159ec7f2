"""The verdict and parameter pages and their operations: registers in, values set, verdicts out, everything undoable."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cocontrol_web.accounts.models import User
from cocontrol_web.planning import verdicts
from cocontrol_web.planning.documents import add_plan, replace_text
from cocontrol_web.planning.models import PlanDocument, PlanEvaluation, PlanParameter, PlanRegister
from cocontrol_web.registry.models import FileCheck

from .conftest import World
from .planning_world import BOILERS, HEAT, RADIUS, VALUE, boilers

Browser = Callable[[str], Client]
HAN = re.compile(r"[\u4e00-\u9fff]")
CANDIDATES = {"15": ["B1"], "20": ["B1", "B2"], "31": ["B1", "B2", "B3"]}


@pytest.fixture
def plan(person: Callable[[str], User]) -> PlanDocument:
    """A plan with an open radius, entered by the province and not published."""
    return add_plan(person("province"), HEAT, "heat.txt")


def page_of(client: Client, plan: PlanDocument, name: str = "plan-rules", query: str = "") -> str:
    response = client.get(reverse(name, args=[plan.plan_id]) + query)
    assert response.status_code == 200
    return response.content.decode()


def bring(client: Client, plan: PlanDocument, text: str = BOILERS, register: str = "boiler") -> Any:
    return client.post(
        reverse("plan-register-upload", args=[plan.plan_id]), {"register": register, "file": boilers(text)}
    )


def set_value(client: Client, plan: PlanDocument, **changes: str) -> Any:
    return client.post(reverse("plan-parameters", args=[plan.plan_id]), VALUE | changes)


def judged(client: Client, plan: PlanDocument, query: str = "") -> dict[str, Any]:
    return dict(client.get(reverse("api:plan-verdicts", args=[plan.plan_id]) + query).json())


def candidates(client: Client, plan: PlanDocument) -> list[str]:
    rows = judged(client, plan)["verdicts"]
    return sorted(row["subject_id"] for row in rows if row["value"] == "candidate")


def test_without_registers_the_page_says_which_are_needed_and_gives_their_templates(
    client_of: Browser, plan: PlanDocument
) -> None:
    page = page_of(client_of("province"), plan)
    assert "还没有登记表" in page
    assert reverse("table-template", args=["boiler"]) in page
    assert 'id="register-boiler"' in page
    assert "还没有判定" in page_of(client_of("province"), plan, query="?tab=verdicts")


def test_a_register_that_passes_is_judged_at_once(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    response = bring(client, plan)
    assert response.headers["Location"].endswith("?tab=verdicts")
    page = page_of(client, plan)
    assert "违反" in page
    assert "无法判定" in page
    assert "供热合理半径" in page
    (row,) = PlanRegister.objects.all()
    assert (row.rows, row.file_name, row.register) == (3, "boilers.csv", "boiler")


def test_a_register_with_errors_is_not_used_and_every_error_is_listed(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    response = bring(client, plan, BOILERS.replace("B1,coal", "B1,coke"))
    check = FileCheck.objects.get()
    assert response.headers["Location"] == reverse("check", args=[check.check_id])
    page = client.get(response.headers["Location"]).content.decode()
    assert "coke" in page
    assert "B2" in page
    assert reverse("check-annotated", args=[check.check_id]) in page
    assert not PlanRegister.objects.exists()


@pytest.mark.parametrize(
    ("register", "name", "content", "status"),
    [
        ("kettle", "boilers.csv", BOILERS, 404),
        ("boiler", "boilers.doc", BOILERS, 400),
    ],
)
def test_what_is_no_register_is_refused(
    client_of: Browser, plan: PlanDocument, register: str, name: str, content: str, status: int
) -> None:
    url = reverse("plan-register-upload", args=[plan.plan_id])
    given = {"register": register, "file": SimpleUploadedFile(name, content.encode())}
    assert client_of("province").post(url, given).status_code == status


def test_more_rows_than_a_page_judges_are_sent_to_the_command_line(
    client_of: Browser, plan: PlanDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "MOST_ROWS", 2)
    response = bring(client_of("province"), plan)
    assert response.status_code == 400
    assert "cocontrol plan evaluate" in response.content.decode()
    assert not PlanRegister.objects.exists()


@pytest.mark.parametrize("radius", CANDIDATES)
def test_setting_the_radius_judges_again_and_each_value_gives_its_own_list(
    client_of: Browser, plan: PlanDocument, radius: str
) -> None:
    client = client_of("province")
    bring(client, plan)
    assert candidates(client, plan) == []
    assert set_value(client, plan, value=radius).status_code == 302
    assert candidates(client, plan) == CANDIDATES[radius]
    page = page_of(client, plan, query="?tab=verdicts&template=heat_radius_consolidation")
    assert f"{radius} km" in page
    assert "示例文件甲 第3条" in page


def test_the_value_of_the_day_and_the_place_counts(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    bring(client, plan)
    set_value(client, plan, value="15", effective_from="2016-01-01", effective_to="2023-12-31")
    set_value(client, plan, value="20", effective_from="2024-01-01", effective_to="")
    set_value(client, plan, value="31", jurisdiction="410900", effective_from="2020-01-01", effective_to="")
    url = reverse("plan-evaluate", args=[plan.plan_id])
    for day, region, found in (
        ("2023-12-31", "410000", CANDIDATES["15"]),
        ("2024-01-01", "410000", CANDIDATES["20"]),
        ("2024-01-01", "410900", CANDIDATES["31"]),
        ("2019-01-01", "410900", CANDIDATES["15"]),
    ):
        assert client.post(url, {"as_of": day, "region": region}).status_code == 302
        assert candidates(client, plan) == found
    used = [row["parameter_rows"] for row in judged(client, plan)["verdicts"] if row["value"] == "candidate"]
    assert all("15 km [2016-01-01–2023-12-31, 410000] 示例文件甲 第3条 (verified) province" in one for one in used)


def test_a_changed_value_is_a_new_row_and_undoing_brings_the_old_one_back(
    client_of: Browser, plan: PlanDocument
) -> None:
    client = client_of("province")
    bring(client, plan)
    set_value(client, plan, value="15")
    first = PlanParameter.objects.get()
    page = page_of(client, plan, "plan-parameters", f"?edit={first.row_id}")
    assert f'name="replaces" value="{first.row_id}"' in page
    assert 'value="2020-01-01"' in page
    response = set_value(client, plan, value="20", replaces=str(first.row_id))
    second = PlanParameter.objects.get(value="20")
    assert candidates(client, plan) == CANDIDATES["20"]
    undo = reverse("plan-parameter-toggle", args=[plan.plan_id, second.row_id])
    assert undo in client.get(response.headers["Location"]).content.decode()
    client.post(undo)
    assert candidates(client, plan) == CANDIDATES["15"]
    client.post(undo)
    assert candidates(client, plan) == CANDIDATES["20"]
    first.refresh_from_db()
    assert not first.is_active
    client.post(reverse("plan-parameter-toggle", args=[plan.plan_id, first.row_id]))
    assert candidates(client, plan) == CANDIDATES["15"]
    assert page_of(client, plan, "plan-parameters").count("row--withdrawn") == 1


def test_two_values_of_one_day_and_place_are_refused(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    set_value(client, plan)
    response = set_value(client, plan, value="20", effective_from="2030-12-31", effective_to="")
    assert response.status_code == 400
    page = response.content.decode()
    assert "parameter.overlap" in page
    assert 'value="20"' in page
    assert set_value(client, plan, value="20", effective_from="2031-01-01", effective_to="").status_code == 302
    assert PlanParameter.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"value": "far"}, "parameter.value"),
        ({"unit": ""}, "parameter.unit"),
        ({"unit": "kg"}, "unit.dimension"),
        ({"effective_to": "2019-01-01"}, "parameter.span"),
        ({"effective_to": "soon"}, "parameter.field"),
        ({"source": ""}, "parameter.field"),
        ({"jurisdiction": "999999"}, "region.unknown"),
        ({"status": "sure"}, "parameter.field"),
        ({"parameter_id": ""}, "parameter.field"),
        ({"clause": "条" * 121}, "parameter.field"),
    ],
)
def test_values_that_cannot_be_are_refused_with_what_is_allowed(
    client_of: Browser, plan: PlanDocument, changes: dict[str, str], rule: str
) -> None:
    response = set_value(client_of("province"), plan, **changes)
    assert response.status_code == 400
    assert rule in response.content.decode()
    assert not PlanParameter.objects.exists()


def test_a_value_that_its_rule_cannot_use_changes_nothing(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    bring(client, plan)
    assert set_value(client, plan, parameter_id="供热合理半径", value="远").status_code == 400
    assert not PlanParameter.objects.exists()
    assert PlanEvaluation.objects.count() == 1
    assert set_value(client, plan, parameter_id="供热合理半径", value="20").status_code == 302
    assert candidates(client, plan) == CANDIDATES["20"]


def test_the_parameter_page_lists_what_is_open_with_its_clause_and_fills_the_form(
    client_of: Browser, plan: PlanDocument
) -> None:
    client = client_of("province")
    page = page_of(client, plan, "plan-parameters", f"?set={RADIUS}")
    assert "供热合理半径" in page
    assert re.search(rf'<option value="{RADIUS}" selected', page)
    assert 'name="unit" value="km"' in page
    assert re.search(r'href="[^"]*tab=rule&amp;object=rule-\d+-\d+-R\d', page)
    assert "未设定" in page
    set_value(client, plan)
    assert "未设定" not in page_of(client, plan, "plan-parameters").split("有效的取值")[0]


def test_a_word_that_no_rule_reads_is_kept_as_a_record_and_said_to_be_one(
    client_of: Browser, plan: PlanDocument
) -> None:
    client = client_of("province")
    set_value(client, plan, parameter_id="左右", value="0.5", unit="%")
    assert "没有规则读取" in page_of(client, plan, "plan-parameters")
    assert client.get(reverse("api:plan-parameters", args=[plan.plan_id])).json()["unread"] == ["左右"]


def test_exported_values_are_imported_into_another_plan(
    client_of: Browser, plan: PlanDocument, person: Callable[[str], User]
) -> None:
    client = client_of("province")
    set_value(client, plan)
    other = add_plan(person("province"), HEAT.replace("30万千瓦", "60万千瓦"), "other.txt")
    for kind in ("csv", "xlsx"):
        content = client.get(reverse("plan-parameters-export", args=[plan.plan_id, kind])).content
        url = reverse("plan-parameters-import", args=[other.plan_id])
        assert client.post(url, {"file": SimpleUploadedFile(f"p.{kind}", content)}).status_code == 302
    (made,) = other.parameters.all()
    assert (made.parameter_id, made.value, made.source, made.clause) == (RADIUS, "15", "示例文件甲", "第3条")


def test_faults_of_an_imported_table_are_located(client_of: Browser, plan: PlanDocument) -> None:
    text = f"parameter_id,value,unit,jurisdiction,source,status\n{RADIUS},far,km,410000,甲,verified\n"
    url = reverse("plan-parameters-import", args=[plan.plan_id])
    response = client_of("province").post(url, {"file": SimpleUploadedFile("p.csv", text.encode())})
    assert response.status_code == 400
    assert "p.csv · B2" in response.content.decode()
    assert not PlanParameter.objects.exists()


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("value=violation", {"B1"}),
        ("value=undetermined", {"B1", "B2", "B3"}),
        ("template=retire_small_boilers", {"B1", "B2", "B3"}),
        ("q=34.9", {"B1"}),
        ("value=candidate", set()),
    ],
)
def test_verdicts_are_filtered_on_the_page_in_the_api_and_in_the_workbook(
    client_of: Browser, plan: PlanDocument, query: str, subjects: set[str]
) -> None:
    client = client_of("province")
    bring(client, plan)
    page = page_of(client, plan, query=f"?tab=verdicts&{query}")
    assert set(re.findall(r'<th scope="row"[^>]*>(B\d)</th>', page)) == subjects
    assert {row["subject_id"] for row in judged(client, plan, f"?{query}")["verdicts"]} == subjects
    content = client.get(reverse("plan-rules-export", args=[plan.plan_id]) + f"?{query}").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert {row[1] for row in rows} == subjects
    assert book.worksheets[1]["B2"].value == "boilers.csv"


def test_reasons_call_columns_and_codes_by_their_labels(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    bring(client, plan, BOILERS.replace("B3,coal,80,operating", "B3,coal,20,retired").replace("B1,coal", "B1,"))
    page = page_of(client, plan, query="?tab=verdicts&template=retire_small_boilers")
    assert "状态 = 已淘汰，不满足 = 在用" in page
    assert "缺少“燃料”" in page


def test_a_verdict_links_to_its_clause_in_the_reading_view(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    bring(client, plan)
    page = page_of(client, plan, query="?tab=verdicts&value=violation")
    link = re.search(r'href="(/plans/[^"]*tab=rule&amp;object=(rule-(\d+)-(\d+)-R\d+))#o-', page)
    assert link is not None
    assert "35蒸吨" in plan.text[int(link[3]) : int(link[4])]
    assert f'id="o-{link[2]}"' in client.get(link[1].replace("&amp;", "&")).content.decode()


def test_the_last_judgements_are_kept_and_can_be_seen_again(
    client_of: Browser, plan: PlanDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "KEPT", 2)
    client = client_of("province")
    bring(client, plan)
    first = PlanEvaluation.objects.get()
    set_value(client, plan)
    page = page_of(client, plan, query="?tab=history")
    assert page.count("?tab=verdicts&amp;evaluation=") == 2
    old = page_of(client, plan, query=f"?evaluation={first.evaluation_id}")
    assert "不是最近一次" in old
    assert "参数变动" in page
    client.post(reverse("plan-evaluate", args=[plan.plan_id]), {})
    assert PlanEvaluation.objects.count() == 2
    assert not first.path.exists()
    assert (
        client.get(reverse("plan-rules", args=[plan.plan_id]) + f"?evaluation={first.evaluation_id}").status_code == 404
    )


def test_a_new_file_takes_the_place_of_the_old_one_which_can_be_brought_back(
    client_of: Browser, plan: PlanDocument
) -> None:
    client = client_of("province")
    bring(client, plan)
    bring(client, plan, BOILERS.replace("34.9", "35.0"))
    old = PlanRegister.objects.get(withdrawn_at__isnull=False)
    assert judged(client, plan, "?value=violation")["total"] == 0
    client.post(reverse("plan-register-toggle", args=[plan.plan_id, old.register_id]))
    assert judged(client, plan, "?value=violation")["total"] == 1
    assert PlanRegister.objects.filter(withdrawn_at__isnull=True).get() == old
    client.post(reverse("plan-register-toggle", args=[plan.plan_id, old.register_id]))
    assert not PlanRegister.objects.filter(withdrawn_at__isnull=True).exists()
    assert (
        "还没有登记表" in client.post(reverse("plan-evaluate", args=[plan.plan_id]), {}, follow=True).content.decode()
    )


def test_a_corrected_plan_says_that_its_verdicts_are_older(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    bring(client, plan)
    assert "请重新判定" not in page_of(client, plan)
    replace_text(plan, HEAT.replace("35蒸吨", "65蒸吨"))
    assert "请重新判定" in page_of(client, plan)
    assert judged(client, plan)["outdated"]
    client.post(reverse("plan-evaluate", args=[plan.plan_id]), {})
    assert "请重新判定" not in page_of(client, plan)
    assert {r["subject_id"] for r in judged(client, plan, "?value=violation")["verdicts"]} == {"B1", "B2"}


def test_a_new_text_is_judged_at_once_and_the_old_verdict_stands_beside_the_new(
    client_of: Browser, plan: PlanDocument
) -> None:
    client = client_of("province")
    bring(client, plan)
    url = reverse("plan-version", args=[plan.plan_id])
    new = SimpleUploadedFile("new.txt", HEAT.replace("35蒸吨", "65蒸吨").encode())
    answer = client.post(url, {"file": new}, follow=True).content.decode()
    assert "规则已按新原文重新判定" in answer
    rows = {r["subject_id"]: r for r in judged(client, plan, "?template=retire_small_boilers")["verdicts"]}
    assert {name: (r["value_before"], r["value"]) for name, r in rows.items()} == {
        "B1": ("violation", "violation"),
        "B2": ("clear", "violation"),
        "B3": ("clear", "clear"),
    }
    page = page_of(client, plan, query="?tab=verdicts&changed=1")
    assert "1 个判定有变化" in page
    assert '<del class="verdict verdict--clear">未发现</del>' in page
    assert set(re.findall(r'<th scope="row"[^>]*>(B\d)</th>', page)) == {"B2"}
    assert "请重新判定" not in page
    link = re.search(r'href="(/plans/compare/[?]parent[^"]*)"', page)
    assert link is not None
    compared = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert "旧版" in compared
    assert re.search(r'<del class="changed">35?</del>', compared)
    assert re.search(r'<ins class="changed">65?</ins>', compared)
    assert client_of("city").get(link[1].replace("&amp;", "&")).status_code == 404
    history = page_of(client, plan, query="?tab=history")
    assert "原文变动" in history


GOALS = """河南省协同增效行动方案

一、工作目标

到2013年，全省单位地区生产总值二氧化碳排放比2012年下降20%。

二、主要任务

1. 清理小型锅炉。2024年底前，35蒸吨/小时以下燃煤锅炉全部淘汰。（省生态环境厅负责）
"""
INDICATORS = pl.DataFrame(
    {
        "indicator_id": "co2_per_gdp",
        "adcode": "410000",
        "period": ["2012", "2013"],
        "value": [1.0, 0.805],
    }
)


def test_twenty_per_cent_made_nineteen_turns_the_verdict_of_the_target(
    client_of: Browser, person: Callable[[str], User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "run_indicators", lambda _document: ("20260101T000000Z-aaaaaaaa", INDICATORS))
    client, plan = client_of("province"), add_plan(person("province"), GOALS, "goals.txt")
    client.post(reverse("plan-evaluate", args=[plan.plan_id]), {"as_of": "2014-06-30"})
    assert {r["value"] for r in judged(client, plan)["verdicts"]} == {"not_met"}
    new = SimpleUploadedFile("goals.txt", GOALS.replace("下降20%", "下降19%").encode())
    client.post(reverse("plan-version", args=[plan.plan_id]), {"file": new})
    (row,) = judged(client, plan)["verdicts"]
    assert (row["value_before"], row["value"], row["changed"]) == ("not_met", "met", True)
    assert row["parameters"]["value"] == -19.0
    page = page_of(client, plan, query="?tab=verdicts")
    assert "已达成" in page
    assert '<del class="verdict verdict--not-met">未达成</del>' in page
    version = plan.versions.get()
    query = f"?parent={version.reference}&child={plan.reference}"
    compared = client.get(reverse("plan-compare") + query).content.decode()
    assert "20%" in compared or re.search(r'<del class="changed">20?</del>', compared)
    assert re.search(r'<ins class="changed">[^<]*19?', compared)
    assert client.get(reverse("plan-compare-export") + query).status_code == 200


def test_indicators_come_from_the_latest_run_of_the_workspace_of_the_region(
    client_of: Browser, person: Callable[[str], User], world: World
) -> None:
    client, plan = client_of("province"), add_plan(person("province"), GOALS, "goals.txt")
    client.post(reverse("plan-evaluate", args=[plan.plan_id]), {"as_of": "2014-06-30"})
    found = judged(client, plan)
    assert {r["template"] for r in found["verdicts"]} == {"indicator_target"}
    assert [one["file_name"] for one in found["evaluation"]["registers"]] == [world.record.run_id]
    assert f"最近一次运行 {world.record.run_id}" in page_of(client, plan, query="?tab=registers")


@pytest.mark.parametrize(("day", "value"), [("2024-12-30", "未到期"), ("2024-12-31", "违反"), ("2025-01-01", "违反")])
def test_a_deadline_is_judged_by_day(client_of: Browser, plan: PlanDocument, day: str, value: str) -> None:
    client = client_of("province")
    bring(client, plan)
    client.post(reverse("plan-evaluate", args=[plan.plan_id]), {"as_of": day})
    page = page_of(client, plan, query="?tab=verdicts&template=retire_small_boilers&q=34.9")
    assert f">{value}</span>" in page
    assert ("期限为 2024-12-31" in page) == (value == "未到期")


def test_a_published_plan_shows_its_rules_and_parameters_but_no_subjects(
    client_of: Browser, plan: PlanDocument
) -> None:
    bring(client_of("province"), plan)
    PlanDocument.objects.update(published_at=timezone.now())
    for role in ("public", "stranger", "city"):
        client = client_of(role)
        for query in ("", "?tab=verdicts", "?tab=registers", "?tab=history"):
            page = page_of(client, plan, query=query)
            assert ">B1<" not in page
            assert "boilers.csv" not in page
            assert "淘汰小型燃煤锅炉" in page
        assert "供热合理半径" in page_of(client, plan, "plan-parameters")
        for name in ("plan-rules-export",):
            assert client.get(reverse(name, args=[plan.plan_id])).status_code == 403
        for name in ("plan-verdicts", "plan-registers", "plan-evaluations"):
            assert client.get(reverse(f"api:{name}", args=[plan.plan_id])).status_code == 403
        assert set_value(client, plan).status_code == 403
        assert bring(client, plan).status_code == 403


def test_nothing_is_reached_through_another_plan(
    client_of: Browser, plan: PlanDocument, person: Callable[[str], User]
) -> None:
    client = client_of("province")
    bring(client, plan)
    set_value(client, plan)
    other = add_plan(person("city"), HEAT.replace("30万千瓦", "60万千瓦"), "other.txt")
    register, value = PlanRegister.objects.get(), PlanParameter.objects.get()
    evaluation = PlanEvaluation.objects.first()
    assert evaluation is not None
    city = client_of("city")
    for name, argument in (("plan-register-toggle", register.register_id), ("plan-parameter-toggle", value.row_id)):
        assert city.post(reverse(name, args=[other.plan_id, argument])).status_code == 404
    url = reverse("plan-rules", args=[other.plan_id]) + f"?evaluation={evaluation.evaluation_id}"
    assert city.get(url).status_code == 404
    assert set_value(city, other, replaces=str(value.row_id)).status_code == 404


def test_the_api_sets_judges_and_undoes_as_the_pages_do(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    url = reverse("api:plan-register-upload", args=[plan.plan_id])
    faulty = client.post(url, {"table": "boiler", "file": boilers(BOILERS.replace("B1,coal", "B1,coke"))}).json()
    assert (faulty["register"], faulty["faults"][0]["cell"]) == (None, "B2")
    made = client.post(url, {"table": "boiler", "file": boilers()}).json()
    assert made["evaluation"]["counts"]["violation"] == 1
    assert client.get(reverse("api:plan-registers", args=[plan.plan_id])).json()["needed"][0]["register"] == "boiler"
    values = reverse("api:plan-parameter-set", args=[plan.plan_id])
    row = client.post(values, json.dumps(VALUE), content_type="application/json").json()
    assert candidates(client, plan) == CANDIDATES["15"]
    opened = client.get(reverse("api:plan-parameters", args=[plan.plan_id])).json()
    assert (opened["open"][0]["parameter_id"], opened["open"][0]["unit"]) == (RADIUS, "km")
    client.post(reverse("api:plan-parameter-undo", args=[plan.plan_id, row["row_id"]]))
    assert candidates(client, plan) == []
    evaluate = reverse("api:plan-evaluate", args=[plan.plan_id])
    answer = client.post(evaluate, json.dumps({"as_of": "2022-01-01"}), content_type="application/json")
    assert (answer.status_code, answer.json()["as_of"], answer.json()["region"]) == (201, "2022-01-01", "410000")
    assert len(client.get(reverse("api:plan-evaluations", args=[plan.plan_id])).json()) == 4
    undo = reverse("api:plan-register-undo", args=[plan.plan_id, made["register"]["register_id"]])
    assert client.post(undo).json()["withdrawn_at"] is not None
    assert client.post(evaluate, "{}", content_type="application/json").status_code == 400


@pytest.mark.parametrize("query", ["?tab=verdicts", "?tab=rules", "?tab=registers", "?tab=history", "parameters"])
def test_the_pages_speak_both_languages_and_hold_nothing_inline(
    client_of: Browser, plan: PlanDocument, query: str
) -> None:
    client = client_of("province")
    bring(client, plan)
    set_value(client, plan, source="document A", clause="3")
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    name, rest = ("plan-parameters", "") if query == "parameters" else ("plan-rules", query)
    page_of(client, plan)  # takes the messages of the two requests above away
    page = page_of(client, plan, name, rest)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    main = page[page.index('<main class="page') : page.index("</main>")].replace(plan.title, "")
    own_words = r'<option.*?</option>|lang="zh-Hans".*?</(?:span|a|td|dd)>|title="[^"]*"|set=[^"#]*'
    left = set(re.findall(r"[\u4e00-\u9fff]+", re.sub(own_words, "", main, flags=re.S)))
    assert left <= {"供热合理半径", "锅炉"} | set(re.findall(r"[\u4e00-\u9fff]+", plan.text)), left


def test_a_register_of_thousands_of_rows_is_judged_within_seconds(client_of: Browser, plan: PlanDocument) -> None:
    rows = 5000
    frame = pl.DataFrame(
        {"subject_id": [str(i) for i in range(rows)], "fuel": "coal", "capacity_tph": 20.0, "status": "operating"}
    )
    client = client_of("province")
    bring(client, plan, frame.write_csv())
    assert judged(client, plan, "?value=violation&limit=1")["total"] == rows
    assert f"1–50 / {2 * rows}" in page_of(client, plan)
