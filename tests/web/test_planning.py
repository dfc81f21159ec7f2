"""The planning pages and operations: plans in and out, reading, deciding, matrix, comparison, coverage."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cocontrol.plans.reading import UNPACKED_LARGEST
from cocontrol_web.accounts.models import User
from cocontrol_web.planning.documents import add_plan, register_workspace_plans
from cocontrol_web.planning.models import PlanCorrection, PlanDocument
from cocontrol_web.planning.parsing import facts_of, parser_version, review_of
from cocontrol_web.registry.models import Workspace

from .conftest import World
from .planning_world import HEAT, NOVEL, TEXT

Browser = Callable[[str], Client]
JSON = "application/json"


@pytest.fixture
def plan(person: Callable[[str], User]) -> PlanDocument:
    """Our own plan, entered by the province and not published."""
    return add_plan(person("province"), TEXT, "plan.txt")


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def address_of(plan: PlanDocument, kind: str, words: str) -> str:
    (item,) = (
        i for i in review_of(plan).of_kind(kind) if words in plan.text[i.start : i.end] or words in str(i.values)
    )
    return item.address


def spreadsheet() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet().write(0, 0, "全市")
    book.close()
    return stream.getvalue()


def word_file(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def scan() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842).close()
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


def upload(client: Client, name: str, content: bytes, **more: str) -> Any:
    return client.post(reverse("plans"), {"file": SimpleUploadedFile(name, content), **more})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.txt", TEXT.encode()),
        ("plan.txt", TEXT.encode("gb18030")),
        ("plan.md", TEXT.encode()),
        ("plan.docx", word_file(TEXT)),
        ("plan.html", ("<html><body>" + "".join(f"<p>{t}</p>" for t in TEXT.splitlines()) + "</body></html>").encode()),
    ],
    ids=["utf-8", "gb18030", "markdown", "word", "html"],
)
def test_a_plan_in_any_format_is_read_into_the_same_objects(client_of: Browser, name: str, content: bytes) -> None:
    response = upload(client_of("province"), name, content)
    kept = PlanDocument.objects.get()
    assert response.headers["Location"] == reverse("plan", args=[kept.plan_id])
    assert (kept.title, kept.facts["tasks"], kept.facts["level"]) == ("云港市减污降碳协同增效实施方案", 4, "city")


@pytest.mark.parametrize(
    ("name", "content", "rule", "said"),
    [
        ("empty.txt", b"", "document.empty", "空"),
        ("blank.txt", b"\n \n\t", "document.empty", "空"),
        ("scan.pdf", scan(), "document.scanned_pdf", "扫描件"),
        ("novel.txt", NOVEL.encode(), "plan.not_a_plan", "仍然保存"),
        ("long.txt", (TEXT * 6000).encode(), "plan.too_long", "拆分文件"),
        ("table.xlsx", spreadsheet(), "document.spreadsheet", "电子表格"),
        ("old.doc", b"\xd0\xcf\x11\xe0" + b"x" * 100, "document.ole", "另存为"),
        ("picture.png", b"\x89PNG" + b"x" * 100, "document.image", "图片"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_reason_and_the_way_out(
    client_of: Browser, name: str, content: bytes, rule: str, said: str
) -> None:
    response = upload(client_of("province"), name, content)
    page = response.content.decode()
    assert response.status_code == 400
    assert rule in page
    assert said in page
    assert name in page or not content
    assert PlanDocument.objects.count() == 0


def test_a_word_file_that_unpacks_to_far_too_much_is_refused_unopened(client_of: Browser) -> None:
    stream = io.BytesIO()
    import zipfile

    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(UNPACKED_LARGEST // 1024**2 + 1):
            part.write(bytes(1024**2))
    response = upload(client_of("province"), "bomb.docx", stream.getvalue())
    assert response.status_code == 400
    assert "document.unpacked_too_large" in response.content.decode()


def test_more_pasted_text_than_a_form_takes_is_told_so(client_of: Browser) -> None:
    response = client_of("province").post(reverse("plans"), {"text": "字" * 2_000_000})
    assert response.status_code == 400
    assert "请改为上传文件" in response.content.decode()


def test_what_is_no_plan_can_be_kept_anyway_and_says_what_it_is_not(client_of: Browser) -> None:
    client = client_of("province")
    refused = client.post(reverse("plans"), {"text": NOVEL})
    assert 'name="anyway"' in refused.content.decode()
    assert NOVEL[:40] in refused.content.decode()
    response = client.post(reverse("plans"), {"text": NOVEL, "anyway": "1"})
    assert "没有被认作方案" in text_of(client, response.headers["Location"])


def test_the_same_text_again_is_the_plan_that_is_there(client_of: Browser, plan: PlanDocument) -> None:
    response = client_of("province").post(reverse("plans"), {"text": TEXT})
    assert response.headers["Location"] == reverse("plan", args=[plan.plan_id])
    assert PlanDocument.objects.count() == 1


def test_an_empty_list_says_what_to_do(client_of: Browser, db: None) -> None:
    assert "还没有方案" in text_of(client_of("province"), reverse("plans"))
    assert "录入方案" not in text_of(client_of("public"), reverse("plans"))


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=云港", True), ("q=冷却塔", False), ("q=绿色微电网", True), ("kind=other", False), ("level=city", True)],
)
def test_the_list_is_searched_and_filtered(client_of: Browser, plan: PlanDocument, query: str, found: bool) -> None:
    page = text_of(client_of("province"), f"{reverse('plans')}?{query}")
    assert (reverse("plan", args=[plan.plan_id]) in page) == found


def test_deleting_a_plan_can_be_undone_with_its_corrections(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    confirm(client, plan, "target", "19%")
    response = client.post(reverse("plan-delete", args=[plan.plan_id]))
    assert client.get(reverse("plan", args=[plan.plan_id])).status_code == 404
    page = text_of(client, response.headers["Location"])
    assert reverse("plan-restore", args=[plan.plan_id]) in page
    client.post(reverse("plan-restore", args=[plan.plan_id]))
    assert "已确认" in text_of(client, reverse("plan", args=[plan.plan_id]) + "?tab=target")


def test_entering_a_deleted_plan_again_brings_it_back(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    client.post(reverse("plan-delete", args=[plan.plan_id]))
    client.post(reverse("plans"), {"text": TEXT})
    assert PlanDocument.objects.get().deleted_at is None


def test_a_plan_is_seen_by_its_region_until_it_is_published(client_of: Browser, plan: PlanDocument) -> None:
    url = reverse("plan", args=[plan.plan_id])
    seen = {
        role: client_of(role).get(url).status_code for role in ("province", "analyst", "city", "stranger", "public")
    }
    assert seen == {"province": 200, "analyst": 200, "city": 404, "stranger": 404, "public": 404}
    client_of("province").post(reverse("plan-publish", args=[plan.plan_id]))
    assert {client_of(role).get(url).status_code for role in ("city", "stranger", "public")} == {200}
    assert client_of("city").post(reverse("plan-delete", args=[plan.plan_id])).status_code == 403
    assert "更正" not in text_of(client_of("public"), url)


def test_the_reading_view_marks_the_words_of_the_tab_and_links_both_ways(
    client_of: Browser, plan: PlanDocument
) -> None:
    page = text_of(client_of("province"), reverse("plan", args=[plan.plan_id]) + "?tab=target")
    address = address_of(plan, "target", "35蒸吨")
    assert f'href="#o-{address}"' in page
    assert f'id="at-{address}"' in page
    assert f'id="o-{address}"' in page
    shown = re.search(r"data-plan-text[^>]*>(.*?)</div>", page, re.DOTALL)
    assert shown is not None
    assert re.sub(r"<[^>]+>", "", shown[1]) == TEXT


def test_a_link_to_an_object_opens_its_tab_with_the_object_active(client_of: Browser, plan: PlanDocument) -> None:
    address = address_of(plan, "clause", "自备燃煤机组")
    page = text_of(client_of("province"), f"{reverse('plan', args=[plan.plan_id])}?object={address}")
    assert re.search(rf'class="object [^"]*is-active" id="o-{address}"', page)


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("tab=clause&f.modality=prohibit", "自备燃煤机组", "绿色微电网"),
        ("tab=clause&f.modality=encourage", "绿色微电网", "自备燃煤机组"),
        ("tab=target&f.kind=threshold", "35蒸吨", "19%"),
        ("tab=responsibility&f.role=lead", "市生态环境局", "市住房城乡建设局"),
        ("tab=target&q=绿色建筑", "绿色建筑", "35蒸吨"),
        ("tab=target&state=confirmed", "没有符合的内容", "35蒸吨"),
    ],
)
def test_objects_are_filtered(client_of: Browser, plan: PlanDocument, query: str, shown: str, hidden: str) -> None:
    page = text_of(client_of("province"), f"{reverse('plan', args=[plan.plan_id])}?{query}")
    objects = page[page.index("reading__objects") :]
    assert shown in objects
    assert hidden not in objects


def confirm(client: Client, plan: PlanDocument, kind: str, words: str, **more: Any) -> Any:
    url = reverse("plan-object", args=[plan.plan_id, address_of(plan, kind, words)])
    return client.post(url, {"action": "confirm"}, **more)


def test_a_confirmation_is_kept_as_data_and_can_be_undone_and_redone(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    response = confirm(client, plan, "target", "19%")
    row = PlanCorrection.objects.get()
    assert (row.action, row.text_digest, row.person_name) == ("confirm", plan.text_digest, "province")
    assert plan.text[row.start : row.end] == row.quote
    undo = reverse("plan-undo", args=[plan.plan_id, row.batch])
    assert undo in text_of(client, response.headers["Location"].partition("#")[0])
    client.post(undo)
    assert (
        "已确认"
        not in text_of(client, reverse("plan", args=[plan.plan_id]) + "?tab=target").split("reading__objects")[1]
    )
    assert "已撤销" in text_of(client, reverse("plan-history", args=[plan.plan_id]))
    client.post(undo)
    row.refresh_from_db()
    assert row.is_active


def test_a_script_gets_the_changed_card_with_an_offer_to_undo(client_of: Browser, plan: PlanDocument) -> None:
    response = confirm(client_of("province"), plan, "target", "19%", headers={"HX-Request": "true"})
    assert 'data-state="confirmed"' in response.content.decode()
    assert "已处理 1 /" in response.content.decode()
    toast = json.loads(response.headers["HX-Trigger"])["toast"]
    assert toast["undo"] == reverse("plan-undo", args=[plan.plan_id, PlanCorrection.objects.get().batch])


def test_a_corrected_number_reaches_everything_that_follows_from_it(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    url = reverse("plan-object", args=[plan.plan_id, address_of(plan, "target", "35蒸吨")])
    assert 'name="value" value="35' in text_of(client, url)
    (item,) = (i for i in review_of(plan).of_kind("target") if i.values["value"] == 35.0)
    values = {name: value for name, value in item.values.items() if value is not None}
    client.post(url, {**values, "action": "set", "value": "65", "note": "核对原件"})
    row = PlanCorrection.objects.get()
    assert (row.field, row.value, row.snapshot["value"], row.note) == ("value", 65.0, 35.0, "核对原件")
    rules = client.get(reverse("api:plan-rules", args=[plan.plan_id])).json()["rules"]
    (boilers,) = (rule for rule in rules if rule["template"] == "retire_small_boilers")
    assert boilers["parameters"]["max_tph"] == 65.0
    raw = client.get(reverse("api:plan-parse", args=[plan.plan_id]) + "?corrected=false").json()
    assert 35.0 in [target["value"] for target in raw["targets"]]
    history = text_of(client, reverse("plan-history", args=[plan.plan_id]))
    assert "核对原件" in history
    assert "35" in history


def test_values_that_cannot_be_are_refused_all_at_once(client_of: Browser, plan: PlanDocument) -> None:
    url = reverse("plan-object", args=[plan.plan_id, address_of(plan, "target", "35蒸吨")])
    given = {"action": "set", "kind": "wish", "metric": "", "value": "many", "target_year": "20250"}
    page = client_of("province").post(url, given).content.decode()
    assert page.count("correction.value") == 4
    assert PlanCorrection.objects.count() == 0


def test_everything_listed_is_confirmed_at_once_and_undone_at_once(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    count = len(review_of(plan).of_kind("clause"))
    client.post(reverse("plan-confirm-all", args=[plan.plan_id]) + "?tab=clause")
    assert PlanCorrection.objects.filter(withdrawn_at__isnull=True).count() == count
    client.post(reverse("plan-undo", args=[plan.plan_id, PlanCorrection.objects.all()[0].batch]))
    assert PlanCorrection.objects.filter(withdrawn_at__isnull=True).count() == 0


def test_what_the_parser_missed_is_added_by_its_words(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    url = reverse("plan-add", args=[plan.plan_id])
    given = {"of": "target", "quote": "建立月调度、年评估制度", "kind": "count", "subject": "调度"}
    assert client.post(url, given).status_code == 400
    assert client.post(url, {**given, "metric": "co2_emission"}).status_code == 302
    made = review_of(plan)
    (added,) = (item for item in made.of_kind("target") if item.state == "added")
    assert plan.text[added.start : added.end] == "建立月调度、年评估制度"
    assert added.object in made.plan.targets


def test_words_that_stand_twice_or_not_at_all_cannot_be_added(client_of: Browser, plan: PlanDocument) -> None:
    client, url = client_of("province"), reverse("plan-add", args=[plan.plan_id])
    for quote, said in (("市生态环境局", "请多取几个字"), ("不在原文里", "逐字相同")):
        response = client.post(url, {"of": "responsibility", "quote": quote, "department": quote, "role": "lead"})
        assert response.status_code == 400
        assert said in response.content.decode()


def test_selected_words_are_filled_in_and_kept_at_their_place(client_of: Browser, plan: PlanDocument) -> None:
    client, url = client_of("province"), reverse("plan-add", args=[plan.plan_id])
    start = TEXT.rindex("市生态环境局")
    assert ">市生态环境局</textarea>" in text_of(client, f"{url}?of=responsibility&start={start}&end={start + 6}")
    given = {
        "of": "responsibility",
        "quote": "市生态环境局",
        "start": str(start),
        "department": "市水利局",
        "role": "lead",
    }
    assert client.post(url, given).status_code == 302
    assert PlanCorrection.objects.get().start == start


def test_a_new_text_keeps_decisions_on_words_that_stand_and_lists_the_others(
    client_of: Browser, plan: PlanDocument
) -> None:
    client = client_of("province")
    confirm(client, plan, "target", "19%")
    confirm(client, plan, "target", "80%")
    changed = TEXT.replace("占比达到80%", "占比达到90%")
    url = reverse("plan-version", args=[plan.plan_id])
    client.post(url, {"file": SimpleUploadedFile("new.txt", changed.encode())})
    plan.refresh_from_db()
    found = review_of(plan)
    assert len(found.orphans) == 1
    assert [i.state for i in found.of_kind("target") if "19%" in plan.text[i.start : i.end]] == ["confirmed"]
    assert "未生效" in text_of(client, reverse("plan-history", args=[plan.plan_id]))
    orphaned = client.get(reverse("api:plan-corrections", args=[plan.plan_id])).json()["orphaned"]
    assert [one["reason"] for one in orphaned] == ["text_changed"]


def test_the_matrix_is_shown_and_exported_alike(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    page = text_of(client, reverse("plan-matrix", args=[plan.plan_id]))
    assert page.count('class="duty duty--lead" title=') == 1
    response = client.get(reverse("plan-matrix-export", args=[plan.plan_id]))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet = book.worksheets[0]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["市生态环境局"][:3] == (1, 1, 0)
    assert rows["市生态环境局"][3:5] == ("牵", "责")
    listed = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert len(listed) == sum(len(task.responsibilities) for task in review_of(plan).plan.tasks)
    found = client.get(reverse("api:plan-matrix", args=[plan.plan_id])).json()
    assert {d["department"] for d in found["departments"]} == set(rows)


@pytest.fixture
def child(person: Callable[[str], User]) -> PlanDocument:
    """A second version: one figure moved, one task gone."""
    text = TEXT.replace("占比达到80%", "占比达到90%").replace("禁止新建企业自备燃煤机组。", "")
    return add_plan(person("province"), text, "child.txt")


def test_a_comparison_shows_the_figure_that_moved_and_is_exported(
    client_of: Browser, plan: PlanDocument, child: PlanDocument
) -> None:
    client = client_of("province")
    query = f"?parent={plan.plan_id}&child={child.plan_id}"
    page = text_of(client, reverse("plan-compare") + query)
    assert "加严" in page
    assert '<del class="changed">80</del>' in page or '<del class="changed">8</del>' in page
    tightened = text_of(client, reverse("plan-compare") + query + "&change=tightened")
    assert tightened.count('class="change"') == 1
    response = client.get(reverse("plan-compare-export") + query)
    rows = list(
        openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows(min_row=2, values_only=True)
    )
    assert [row[3] for row in rows].count("加严") == 1
    found = client.get(reverse("api:plan-compare") + query).json()
    assert found["counts"]["tightened"] == 1


def test_comparing_a_plan_with_itself_finds_nothing(client_of: Browser, plan: PlanDocument) -> None:
    query = f"?parent={plan.plan_id}&child={plan.plan_id}"
    counts = client_of("province").get(reverse("api:plan-compare") + query).json()["counts"]
    assert [counts[kind] for kind in ("tightened", "loosened", "dropped", "added", "reworded")] == [0] * 5


def test_without_two_plans_the_comparison_says_so(client_of: Browser, plan: PlanDocument) -> None:
    assert "需要两份方案" in text_of(client_of("province"), reverse("plan-compare"))
    assert client_of("province").get(reverse("plan-compare") + "?parent=x&child=y").status_code == 404


def test_coverage_counts_every_clause_once_and_names_missing_parameters(
    client_of: Browser, plan: PlanDocument, child: PlanDocument
) -> None:
    client = client_of("province")
    found = client.get(reverse("api:plan-coverage") + f"?plan={plan.plan_id}").json()
    assert found["plans"] == [str(plan.plan_id)]
    assert len(found["rows"]) == plan.facts["clauses"]
    assert {row["words"] for row in found["rows"]} == {c.text for c in review_of(plan).plan.clauses}
    page = text_of(client, f"{reverse('plan-coverage')}?plan={plan.plan_id}&coverage=executable")
    executable = sum(row["coverage"] == "executable" for row in found["rows"])
    assert f"1–{executable} / {executable} 条" in page
    for kind in ("csv", "xlsx"):
        assert client.get(reverse("plan-coverage-export", args=[kind])).status_code == 200


def test_plans_of_one_title_are_told_apart_in_the_coverage_and_its_export(
    client_of: Browser, plan: PlanDocument, person: Callable[[str], User]
) -> None:
    add_plan(person("province"), TEXT.replace("19%", "18%"), "later.txt")
    client = client_of("province")
    page = text_of(client, reverse("plan-coverage"))
    response = client.get(reverse("plan-coverage-export", args=["xlsx"]))
    rows = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows(min_row=2, values_only=True)
    names = {f"{plan.title}（plan.txt）", f"{plan.title}（later.txt）"}
    assert {row[0] for row in rows} == names
    assert [name for name in names if page.count(name) < 3] == []


def test_the_exported_coverage_says_words_and_no_codes(client_of: Browser, person: Callable[[str], User]) -> None:
    add_plan(person("province"), HEAT, "heat.txt")
    exported = client_of("province").get(reverse("plan-coverage-export", args=["csv"])).content.decode("utf-8-sig")
    assert "热电联产供热半径内锅炉整合,半径（km）（供热合理半径）" in exported
    assert [code for code in ("radius_km", "heat_radius_consolidation", "needs_parameter") if code in exported] == []


def test_the_plan_is_exported_as_the_published_json_and_as_a_workbook(client_of: Browser, plan: PlanDocument) -> None:
    client = client_of("province")
    body = json.loads(client.get(reverse("plan-export", args=[plan.plan_id, "json"])).content)
    assert {
        "title",
        "document_number",
        "issuers",
        "issued_on",
        "region",
        "level",
        "is_plan",
        "tasks",
        "targets",
        "warnings",
    } <= set(body)
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("plan-export", args=[plan.plan_id, "xlsx"])).content))
    assert book.sheetnames[:4] == ["任务", "条款", "目标", "责任单位"]
    assert book["目标"].max_row == 1 + plan.facts["targets"]
    assert client.get(reverse("plan-export", args=[plan.plan_id, "txt"])).content.decode() == TEXT
    assert client.get(reverse("plan-export", args=[plan.plan_id, "exe"])).status_code == 404


def test_a_plan_can_be_worked_on_through_the_api_alone(client_of: Browser, db: None) -> None:
    client = client_of("province")
    made = client.post(reverse("api:plan-add-text"), {"text": TEXT, "name": "api.txt"}, content_type=JSON)
    assert made.status_code == 201
    plan_id = made.json()["plan_id"]
    objects = client.get(reverse("api:plan-objects", args=[plan_id]) + "?kind=target").json()
    target = next(o for o in objects if o["values"]["value"] == 80.0)
    url = reverse("api:plan-correct", args=[plan_id])
    rows = client.post(url, {"action": "set", "address": target["address"], "values": {"value": 85}}, content_type=JSON)
    assert rows.status_code == 201
    parsed = client.get(reverse("api:plan-parse", args=[plan_id])).json()
    assert 85.0 in [t["value"] for t in parsed["targets"]]
    assert parsed["parser_version"] == parser_version()
    batch = rows.json()[0]["batch"]
    assert client.post(reverse("api:plan-undo", args=[plan_id, batch])).json()[0]["withdrawn_at"] is not None
    assert client.delete(reverse("api:plan-delete", args=[plan_id])).status_code == 200
    assert client.get(reverse("api:plan", args=[plan_id])).status_code == 404
    assert client.post(reverse("api:plan-restore", args=[plan_id])).status_code == 200
    for body in (
        {"action": "set", "address": target["address"]},
        {"action": "add", "kind": "poem", "start": 0, "end": 3},
    ):
        assert client.post(url, body, content_type=JSON).status_code == 400
    put = client.put(reverse("api:plan-text-replace", args=[plan_id]), {"text": TEXT + "\n"}, content_type=JSON)
    assert put.json()["text_digest"] != made.json()["text_digest"]


def test_facts_from_an_older_parser_are_read_anew(client_of: Browser, plan: PlanDocument) -> None:
    PlanDocument.objects.update(facts={"parser_version": "old"})
    listed = client_of("province").get(reverse("api:plans")).json()
    assert listed[0]["facts"] == facts_of(TEXT)
    assert PlanDocument.objects.get().facts == facts_of(TEXT)


def test_the_workspace_brings_its_fictitious_plan_published_and_only_once(world: World, client_of: Browser) -> None:
    from cocontrol.io.workspace import load_workspace

    folder = load_workspace(world.folder)
    for _ in range(2):
        (made,) = register_workspace_plans(Workspace.objects.get(), folder)
    assert PlanDocument.objects.count() == 1
    assert (made.synthetic, made.is_published) == (True, True)
    assert "虚构" in text_of(client_of("public"), reverse("plans"))


def test_text_of_a_plan_is_never_taken_for_markup(client_of: Browser) -> None:
    text = TEXT.replace("绿色微电网", "<script>alert(1)</script>微电网")
    response = client_of("province").post(reverse("plans"), {"text": text})
    plan_page = response.headers["Location"]
    for tab in ("task", "clause", "target", "rule"):
        assert "<script>alert" not in text_of(client_of("province"), f"{plan_page}?tab={tab}")


@pytest.mark.parametrize("name", ["plans", "plan-compare", "plan-coverage"])
def test_the_pages_are_there_in_english(client_of: Browser, plan: PlanDocument, name: str) -> None:
    client = client_of("province")
    client.cookies["django_language"] = "en"
    assert '<html lang="en">' in text_of(client, reverse(name))
    page = text_of(client, reverse("plan", args=[plan.plan_id]) + "?tab=clause")
    assert "prohibits" in page
    assert "待确认" not in page


def test_a_list_of_tasks_saved_as_csv_is_read_like_a_plan(client_of: Callable[[str], Client]) -> None:
    rows = "序号,任务,责任单位,完成时限\n1,严禁新建燃煤锅炉,市生态环境局,2025年6月\n2,推进钢铁行业超低排放改造,市工业和信息化局,2025年底\n3,建立碳排放核算体系,市统计局,长期\n"
    client = client_of("province")
    assert ".csv" in text_of(client, reverse("plans"))
    assert upload(client, "list.csv", rows.encode("gb18030")).status_code == 302
    (made,) = PlanDocument.objects.all()
    tasks = review_of(made).of_kind("task")
    assert [made.text[item.start : item.end].split("\t")[1] for item in tasks] == [
        "严禁新建燃煤锅炉", "推进钢铁行业超低排放改造", "建立碳排放核算体系",
    ]  # fmt: skip


def test_a_notice_says_in_words_what_it_is_about(
    client_of: Callable[[str], Client], person: Callable[[str], User]
) -> None:
    text = TEXT + "\n（九）管理企业。年排放2.6万吨二氧化碳当量的企业纳入管理。（市生态环境局负责）\n"
    made = add_plan(person("province"), text, "plan.txt")
    page = text_of(client_of("province"), reverse("plan", args=[made.plan_id]) + "?tab=notice")
    assert "plan.operator_recalled" not in page
    assert "关系按惯例取" in page
