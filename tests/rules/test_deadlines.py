"""Deadlines: the day before nothing is broken yet, on the day and after it is; standing rules and late starts."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.verdicts import VerdictValue
from cocontrol.plans import parse
from cocontrol.plans.compiling import compile_plan
from cocontrol.plans.deadlines import dates_in
from cocontrol.rules import evaluate

PLAN = """云港市污染防治实施方案

一、主要任务

1. 清理小型锅炉。{sentence}。（市生态环境局负责）

2. 加强监管。严格执法检查。（市生态环境局负责）
"""
BOILER = {"subject_id": "b", "fuel": "coal", "capacity_tph": 34.9, "status": "operating", "in_heat_network": True}
PROJECT = {"subject_id": "p", "kind": "new", "sector": "钢铁", "capacity_added": 1.0, "exempt_by_text": False}


def judged(sentence, day, template, register, *rows):
    rules = [r.as_dict() for r in compile_plan(parse(PLAN.format(sentence=sentence))) if r.template == template]
    assert rules, sentence
    return evaluate(rules, {register: pl.DataFrame(rows_of(rows))}, as_of=date.fromisoformat(day))


def rows_of(rows):
    return [dict(row) for row in rows]


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2022-06-30", "not_yet_due"),
        ("2024-12-30", "not_yet_due"),
        ("2024-12-31", "violation"),
        ("2025-01-01", "violation"),
    ],
)
def test_a_boiler_is_no_violation_before_the_day_by_which_it_has_to_go(day, value):
    sentence = "2024年底前，35蒸吨/小时以下燃煤锅炉全部淘汰"
    table = judged(sentence, day, "retire_small_boilers", "boiler", BOILER)
    assert table["value"].to_list() == [value]
    assert json.loads(table["parameters"][0])["deadline"] == "2024-12-31"
    assert ("2024-12-31" in table["reasons_zh"][0]) == (value == "not_yet_due")
    assert ("2024-12-31" in table["reasons_en"][0]) == (value == "not_yet_due")


def test_what_is_done_out_of_scope_or_unknown_is_not_called_not_yet_due():
    rows = [
        {**BOILER, "subject_id": "gone", "status": "retired"},
        {**BOILER, "subject_id": "large", "capacity_tph": 35.0},
        {**BOILER, "subject_id": "size unknown", "capacity_tph": None},
        {**BOILER, "subject_id": "state unknown", "status": None},
    ]
    table = judged("2024年底前，35蒸吨/小时以下燃煤锅炉全部淘汰", "2022-01-01", "retire_small_boilers", "boiler", *rows)
    found = dict(table.select("subject_id", "value").rows())
    assert found == {
        "gone": "clear",
        "large": "clear",
        "size unknown": "undetermined",
        "state unknown": "not_yet_due",
    }


def test_a_date_that_opens_a_sentence_governs_what_follows_in_it_and_no_further():
    sentence = "2024年6月底前，淘汰35蒸吨/小时以下燃煤锅炉，淘汰管网覆盖范围内的燃煤锅炉。禁止新建自备燃煤机组"
    rules = {r.template: r.parameters for r in compile_plan(parse(PLAN.format(sentence=sentence)))}
    assert rules["retire_small_boilers"]["deadline"] == "2024-06-30"
    assert rules["retire_boilers_in_heat_network"]["deadline"] == "2024-06-30"
    assert "deadline" not in rules["ban_new_captive_coal_units"]


def test_a_ban_on_new_capacity_holds_before_the_year_its_clause_names():
    sentence = "到2025年，严禁新增钢铁产能"
    for day in ("2022-01-01", "2025-12-30", "2026-01-01"):
        table = judged(sentence, day, "ban_new_capacity", "project", PROJECT)
        assert table["value"].to_list() == ["violation"]


@pytest.mark.parametrize(("day", "value"), [("2024-06-30", "not_yet_due"), ("2024-07-01", "violation")])
def test_a_ban_that_begins_later_breaks_nothing_before(day, value):
    table = judged("自2024年7月1日起，严禁新增钢铁产能", day, "ban_new_capacity", "project", PROJECT)
    assert table["value"].to_list() == [value]
    assert ("施行" in table["reasons_zh"][0]) == (value == "not_yet_due")


def rule(template, modality="goal", **parameters):
    return {"id": "R1", "template": template, "parameters": parameters, "clause_id": "T1", "modality": modality}


def values(one, register, rows, day):
    return evaluate([one], {register: pl.DataFrame(rows)}, as_of=date.fromisoformat(day))["value"].to_list()


SHARE = {"subject_id": "1", "organisation": "o", "category": "绿色建筑", "qualifying": 1, "total": 2}


@pytest.mark.parametrize(("day", "value"), [("2025-12-30", "not_yet_due"), ("2025-12-31", "violation")])
@pytest.mark.parametrize(
    ("template", "register", "row", "parameters"),
    [
        ("min_share", "purchase", SHARE, {"subject": "绿色建筑", "value": 80.0, "operator": ">="}),
        ("zero_stock", "inspection", {"subject_id": "1", "subject": "散煤", "found": 2, "inspected": 9}, {"subject": "散煤"}),
        ("min_count", "built_project", {"subject_id": "1", "category": "园区", "status": "planned"}, {"subject": "园区", "value": 1.0}),
    ],
)  # fmt: skip
def test_shares_zeros_and_counts_are_due_at_the_end_of_their_year(template, register, row, parameters, day, value):
    assert values(rule(template, **parameters, target_year=2025), register, [row], day) == [value]


@pytest.mark.parametrize(
    ("day", "end", "value"),
    [
        ("2022-12-31", None, "not_yet_due"),
        ("2025-12-30", 0.9, "not_yet_due"),
        ("2025-12-31", None, "undetermined"),
        ("2025-12-31", 0.9, "not_met"),
        ("2026-01-01", 0.8, "met"),
    ],
)
def test_a_target_on_an_indicator_is_due_at_the_end_of_its_year(day, end, value):
    goal = rule("indicator_target", metric="m", operator="change_pct", value=-19.0, base_year=2020, target_year=2025)
    rows = [
        {"indicator_id": "m", "adcode": "410900", "period": period, "value": amount}
        for period, amount in (("2020", 1.0), ("2025", end))
    ]
    assert values(goal, "indicator", rows, day) == [value]


def test_an_encouraged_retirement_stays_a_candidate_before_and_after():
    one = rule(
        "retire_small_boilers", "encourage", max_tph=35.0, max_tph_operator="<", fuel="coal", deadline="2024-12-31"
    )
    for day in ("2024-01-01", "2025-01-01"):
        assert values(one, "boiler", [BOILER], day) == ["candidate"]


@pytest.mark.parametrize(
    ("clause", "deadline", "begins"),
    [
        ("2024年底前，全部淘汰", "2024-12-31", None),
        ("到2025年，占比达到80%", "2025-12-31", None),
        ("“十四五”期间，基本淘汰", "2025-12-31", None),
        ("2024年6月底前完成", "2024-06-30", None),
        ("2023年10月1日前完成", "2023-10-01", None),
        ("2024年上半年，完成整治", "2024-06-30", None),
        ("2024年2月底前完成", "2024-02-29", None),
        ("淘汰落后炉窑（2025年底前完成）", "2025-12-31", None),
        ("自2024年7月1日起禁止新建", None, "2024-07-01"),
        ("2024年起，新增公交车全部使用新能源", None, "2024-01-01"),
        ("比2020年下降18%", None, None),
        ("按照《产业结构调整指导目录（2019年本）》淘汰", None, None),
        ("截至2022年底，已淘汰锅炉", None, None),
        ("全面淘汰小锅炉", None, None),
    ],
)
def test_dates_are_read_as_plans_write_them(clause, deadline, begins):
    found = dates_in(clause)
    assert (found.deadline and found.deadline.isoformat(), found.begins and found.begins.isoformat()) == (
        deadline,
        begins,
    )


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(days, days)
def test_a_breach_is_a_violation_exactly_from_the_deadline_on(deadline, day):
    one = rule(
        "retire_small_boilers",
        "binding",
        max_tph=35.0,
        max_tph_operator="<",
        fuel="coal",
        deadline=deadline.isoformat(),
    )
    wanted = VerdictValue.VIOLATION if day >= deadline else VerdictValue.NOT_YET_DUE
    assert values(one, "boiler", [BOILER], day.isoformat()) == [wanted.value]
