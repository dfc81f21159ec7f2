"""Tables of indicators: Markdown, tabs, blanks; and tables that cannot be read are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.plans import parse
from tests.plans.readings import short

TASKS = "\n二、重点任务\n（一）推进治理。（市生态环境局牵头）\n（二）加强领导。（市发展改革委牵头）\n"
ROWS = [
    ["序号", "指标名称", "单位", "2025年", "2030年", "属性"],
    ["1", "单位地区生产总值二氧化碳排放降低", "%", "[18]", "[17]", "约束性"],
    ["2", "非化石能源占能源消费总量比重", "%", "20", "25", "预期性"],
    ["3", "煤炭消费总量", "万吨", "8000", "7500", "约束性"],
    ["4", "细颗粒物（PM2.5）浓度", "微克/立方米", "30", "≤28", "约束性"],
    ["5", "重点工程减排量：氮氧化物", "万吨", "—", "2.5", "约束性"],
    ["6", "森林覆盖率", "%", "24.5", "完成国家下达任务", "预期性"],
]
EXPECTED = [
    "co2_per_gdp change_pct -17% y2030 b2025",
    "non_fossil_share >= 25% y2030",
    "coal_consumption <= 7500万吨 y2030",
    "pm25 <= 28微克/立方米 y2030",
    "nox >= 2.5万吨 y2030",
    "forest_coverage - y2030",
]


def plan(rows: list[list[str]], separator: str) -> str:
    lines = [f"| {' | '.join(row)} |" if separator == "|" else separator.join(row) for row in rows]
    return "东山市绿色低碳发展规划\n一、主要目标\n主要指标如下。\n" + "\n".join(lines) + TASKS


@pytest.mark.parametrize("separator", ["|", "\t", "   "])
def test_an_indicator_table_is_read_row_by_row(separator: str) -> None:
    text = plan(ROWS, separator)
    parsed = parse(text)
    assert [short(target) for target in parsed.targets] == EXPECTED
    assert all(target.text == text[target.start : target.end] for target in parsed.targets)
    assert [notice.rule for notice in parsed.warnings if "table" in notice.rule] == ["plan.table_read"]


def test_binding_and_expected_indicators_and_unwritten_signs_are_told_apart() -> None:
    targets = parse(plan(ROWS, "|")).targets
    assert [t.qualifier for t in targets[:3]] == ["约束性", "预期性", "约束性"]
    assert [t.operator_status for t in targets[2:4]] == ["recalled", "written"]


def test_a_single_target_column_without_a_year_takes_the_plan_period() -> None:
    rows = [["指标", "单位", "目标值"], ["优良天数比率", "%", "88"], ["森林覆盖率", "%", "24"]]
    text = plan(rows, "\t").replace("绿色低碳发展规划", "“十五五”绿色低碳发展规划")
    assert [short(t) for t in parse(text).targets] == [
        "good_air_days_share >= 88% y2030",
        "forest_coverage >= 24% y2030",
    ]


def test_a_table_with_figures_and_no_known_columns_is_named_and_not_guessed() -> None:
    rows = [["地区", "甲", "乙"], ["城北", "12", "15"], ["城南", "20", "21"]]
    parsed = parse(plan(rows, "\t"))
    assert "plan.table_not_read" in {notice.rule for notice in parsed.warnings}


@given(st.lists(st.lists(st.text("指标单位20年目35%[]|\t（）≥-约束性", max_size=8), max_size=6), max_size=8))
def test_no_table_raises_and_every_target_is_its_span(rows: list[list[str]]) -> None:
    text = plan([["指标", "2025年", *row] for row in rows], "|")
    assert all(target.text == text[target.start : target.end] for target in parse(text).targets)
