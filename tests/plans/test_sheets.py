"""A list of tasks saved from a spreadsheet as CSV or TSV, and which text its offsets count in."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from cocontrol.plans import Plan, parse
from cocontrol.plans.deadlines import due_in_cell
from cocontrol.plans.labels import NOTICE
from cocontrol.plans.reading import Document, read_document
from tests.conftest import Call

LIST = """云港市2025年减污降碳重点任务分解表,,,,
序号,类别,重点任务,责任单位,完成时限
1,能源,"淘汰35蒸吨/小时以下燃煤锅炉，
严禁新建燃煤锅炉。","市生态环境局牵头,市发展改革委配合",6月底前
2,,新增光伏装机50万千瓦,市能源局,2025/9/30
3,工业,"完成5家钢铁企业超低排放改造。2024年底前，关停焦炉2座。",市工业和信息化局,2025年12月
4,管理,建立碳排放统计核算体系,市统计局;各县（市、区）人民政府,长期坚持
"""
PROSE = "东山市减污降碳实施方案\n一、重点任务\n（一）推进治理。到2025年，森林覆盖率达到25%。（市生态环境局负责）\n"


def read(text: str, encoding: str = "utf-8") -> tuple[Document, Plan]:
    document = read_document(text.encode(encoding), "list.csv")
    return document, parse(document.text)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_each_row_of_a_list_is_a_task_with_its_departments(encoding: str, line_end: str) -> None:
    document, plan = read(LIST.replace("\n", line_end), encoding)
    assert document.format == "sheet"
    assert plan.is_plan
    assert [(task.number, task.path) for task in plan.tasks] == [
        ("1", ("能源",)), ("2", ("能源",)), ("3", ("工业",)), ("4", ("管理",)),
    ]  # fmt: skip
    duties = [[(r.department, r.role.value) for r in task.responsibilities] for task in plan.tasks]
    assert duties[0] == [("市生态环境局", "lead"), ("市发展改革委", "cooperate")]
    assert duties[3] == [("市统计局", "responsible"), ("各县（市、区）人民政府", "responsible")]


def test_the_column_of_times_is_the_deadline_of_clauses_that_name_none() -> None:
    _, plan = read(LIST)
    found = {clause.text: clause.deadline for task in plan.tasks for clause in task.clauses}
    assert found == {
        "淘汰35蒸吨/小时以下燃煤锅炉": "2025-06-30",
        "严禁新建燃煤锅炉": "2025-06-30",
        "新增光伏装机50万千瓦": "2025-09-30",
        "完成5家钢铁企业超低排放改造": "2025-12-31",
        "2024年底前，关停焦炉2座": "2024-12-31",
        "建立碳排放统计核算体系": None,
    }


def test_the_words_of_every_object_stand_at_its_offsets_in_the_text_that_was_read() -> None:
    document, plan = read(LIST)
    for task in plan.tasks:
        for clause in task.clauses:
            assert document.text[clause.start : clause.end] == clause.text
    for target in plan.targets:
        assert document.text[target.start : target.end] == target.text
    assert "\r" not in document.text


def test_cells_parted_by_tabs_or_semicolons_give_the_same_tasks() -> None:
    usual = [task.title for task in read(LIST)[1].tasks]
    plain = re.sub(r'"([^"]*)"', lambda m: m[1].replace("\n", "").replace(",", "，"), LIST)
    for delimiter in ("\t", ";"):
        text = plain.replace(";", "、").replace(",", delimiter)
        assert [task.title for task in read(text)[1].tasks] == usual


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "甲,乙\n1,2\n3,4\n",
        "第一条，应当，报告。\n第二条，不得，排放,扩散,转移。\n第三条，应当，停产。\n",
        '序号,任务,"责任单位\n1,a,b\n2,c,d\n',
    ],
    ids=["prose", "two columns", "commas in prose", "an open quote"],
)
def test_what_is_no_sheet_stays_as_it_is(text: str) -> None:
    assert read(text)[0] == Document(text, "text")


def test_a_sheet_of_figures_is_no_plan_and_says_so() -> None:
    _, plan = read("年份,煤炭,石油,天然气\n2020,1,2,3\n2021,1,2,3\n2022,1,2,3\n")
    assert not plan.is_plan
    assert [notice.rule for notice in plan.warnings] == ["plan.too_little_text"]


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_offsets_count_without_the_byte_order_mark_and_every_line_end_once(head: bytes, line_end: str) -> None:
    document = read_document(head + PROSE.replace("\n", line_end).encode(), "plan.txt")
    (target,) = parse(document.text).targets
    assert document.text == PROSE
    assert PROSE[target.start : target.end] == target.text


@pytest.mark.parametrize(
    ("cell", "due"),
    [
        ("2025年底", date(2025, 12, 31)),
        ("2025年2月", date(2025, 2, 28)),
        ("2024.6", date(2024, 6, 30)),
        ("2024-06-15", date(2024, 6, 15)),
        ("上半年", date(2026, 6, 30)),
        ("二季度", date(2026, 6, 30)),
        ("3月底前印发方案，11月底前完成", date(2026, 11, 30)),
        ("2021-2025年", date(2025, 12, 31)),
        ("持续推进", None),
        ("2月30日", None),
        ("", None),
    ],
)
def test_cells_of_times_are_read_as_offices_write_them(cell: str, due: date | None) -> None:
    assert due_in_cell(cell, 2026) == due


def test_a_row_merged_into_the_one_above_keeps_its_time() -> None:
    text = "重点任务,具体措施,责任单位,完成时限\n治理锅炉,淘汰小锅炉,市生态环境局,2025年6月\n,改造大锅炉,市能源局,\n治理窑炉,整治窑炉,市生态环境局,\n"
    deadlines = [task.clauses[-1].deadline for task in read(text)[1].tasks]
    assert deadlines == ["2025-06-30", "2025-06-30", None]


def test_every_notice_has_a_name_that_people_read() -> None:
    folder = Path(str(parse.__code__.co_filename)).parent
    rules = {rule for file in folder.glob("*.py") for rule in re.findall(r'"(plan\.[a-z_]+)"', file.read_text("utf-8"))}
    assert rules == set(NOTICE)


@pytest.mark.parametrize(("language", "words"), [("zh", "没有这个文件或文件夹"), ("en", "no such file or folder")])
def test_a_file_that_is_not_there_is_told_in_the_language_of_the_call(call: Call, language: str, words: str) -> None:
    told = call("plan", "parse", "nowhere.txt", "--language", language)
    assert (told.code, told.out) == (1, "")
    assert told.err == f"nowhere.txt: {words}\n"


def test_a_folder_in_place_of_a_file_is_a_fault_in_json_too(call: Call, tmp_path: Path) -> None:
    told = call("plan", "parse", tmp_path, "--format", "json")
    assert '"rule": "file.is_folder"' in told.out
