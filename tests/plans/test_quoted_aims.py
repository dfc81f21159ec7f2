"""Texts that are no plans: aims they state for a coming year are read as quoted, results and stories are not."""

from __future__ import annotations

import pytest

from cocontrol.plans import Plan, parse


def _read(plan: Plan) -> list[tuple[str, str | None, float | None, int | None]]:
    return [(t.metric, t.operator, t.value, t.target_year) for t in plan.targets]


NEWS = (
    "本报讯（记者） 记者从云川省发展改革部门获悉，2023年，全省PM2.5平均浓度同比下降4%。"
    "下一步，到2027年，全省PM2.5平均浓度控制在28微克/立方米以内，非化石能源消费比重达到23%。\n"
    "据统计，到2022年底，全省风电装机容量达到600万千瓦。\n"
)
TABLE = (
    "专栏2 “十五五”绿色发展主要指标\n| 指标 | 2025年 | 2030年 | 属性 |\n"
    "| 森林覆盖率（%） | 41.2 | 43 | 约束性 |\n| 非化石能源消费比重（%） | 20 | 26 | 预期性 |\n"
)
RESULT_TABLE = (
    "云川市环境质量数据\n| 指标 | 2022年 | 2023年 | 变化 |\n| PM2.5浓度（微克/立方米） | 38 | 36 | -2 |\n"
    "| 优良天数比率（%） | 80.1 | 82.4 | 2.3 |\n"
)


def test_a_report_keeps_its_judgement_and_gives_the_aims_it_announces() -> None:
    plan = parse(NEWS)
    assert plan.is_plan is False
    assert plan.tasks == ()
    assert _read(plan) == [("pm25", "<=", 28.0, 2027), ("non_fossil_share", ">=", 23.0, 2027)]
    assert [w.rule for w in plan.warnings] == ["plan.news", "plan.quoted_aims"]
    assert all(t.text == NEWS[t.start : t.end] and t.task_id is None for t in plan.targets)


def test_a_table_standing_alone_gives_the_column_of_aims() -> None:
    plan = parse(TABLE)
    assert plan.is_plan is False
    assert [(t.value, t.target_year) for t in plan.targets] == [(43.0, 2030), (26.0, 2030)]
    assert "plan.quoted_aims" in {w.rule for w in plan.warnings}


def test_a_bulletin_gives_only_what_it_sets_for_a_later_year() -> None:
    told = "临江市2023年生态环境状况公报\n2023年，全市PM2.5年均浓度为33微克/立方米，同比下降6%。到2023年，地表水优良比例达到92%。\n"
    assert parse(told).targets == ()
    ahead = parse(told + "力争到2025年，全市PM2.5年均浓度降至30微克/立方米。\n")
    assert ahead.is_plan is False
    assert _read(ahead) == [("pm25", "<=", 30.0, 2025)]


@pytest.mark.parametrize(
    "text",
    [
        RESULT_TABLE,
        "本报讯 “十三五”期间，全市单位GDP能耗降低16%，达到预期，PM2.5浓度下降28%。记者看到，干部们正忙碌着。\n",
        "记者获悉，2022年，全市将绿色发展摆在首位，优良天数比率达到88%，森林覆盖率达到43%。\n",
        "第一章 归途\n他说，到2030年，煤炭消费量要下降10%。她笑了，他望着窗外，他不再说话。\n",
        "到2030年，小店的顾客要增加20%，门店面积达到300平方米，老板这样盘算着，伙计们都笑了起来。\n",
        "新华网讯 记者获悉，到2023年底，全市已建成充电桩1.2万个，新能源公交车占比达到80%，较上年提高5个百分点。\n",
        "记者获悉（2024年3月5日），统计数据显示，到2023年，全市非化石能源消费比重达到18%，比上年提高1个百分点。\n",
        "行政区,年份,PM2.5,优良天数\n甲区,2022,38,291\n乙区,2023,35,300\n各区监测站负责填报并逐级汇总审核后上报主管部门留存备查资料。\n",
    ],
)
def test_results_stories_and_measured_tables_set_nothing(text: str) -> None:
    plan = parse(text)
    assert (plan.is_plan, plan.targets) == (False, ())
    assert "plan.quoted_aims" not in {w.rule for w in plan.warnings}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("到2030年，单位GDP能耗降低累计13%", ("energy_per_gdp", "change_pct", -13.0, 2030)),
        ("到2030年，城市黑臭水体总体得到消除", ("black_water", "==", 0.0, 2030)),
        ("到2030年，劣Ⅴ类断面比例为0", ("surface_water_poor_share", "==", 0.0, 2030)),
    ],
)
def test_less_usual_wording_of_aims(sentence: str, expected: tuple[str, str, float, int]) -> None:
    plan = parse(f"东山省方案\n一、目标\n{sentence}。\n二、任务\n（一）推进治理。（省生态环境厅牵头）\n")
    assert [read[1:] for read in _read(plan)] == [expected[1:]]


def test_each_of_the_listed_indicators_is_set_elsewhere() -> None:
    plan = parse(
        "东山市方案\n一、目标\n确保优良天数比率、PM2.5平均浓度等指标达到省考核要求。\n二、任务\n（一）推进治理。（市生态环境局牵头）\n"
    )
    assert [(t.kind.value, t.metric) for t in plan.targets] == [
        ("external_value_goal", "good_air_days_share"),
        ("external_value_goal", "pm25"),
    ]


def test_the_coming_five_years_end_with_the_period_of_the_title() -> None:
    plan = parse(
        "云川省“十五五”生态环境保护规划\n现印发给你们。\n一、目标\n未来五年，全省PM2.5平均浓度下降到27微克/立方米。\n二、任务\n（一）推进治理。（省生态环境厅牵头）\n"
    )
    assert _read(plan) == [("pm25", "<=", 27.0, 2030)]


def test_a_bound_before_a_figure_is_no_mark_of_a_quotation() -> None:
    table = TABLE.replace("| 43 |", "| >43 |").replace("| 26 |", "| <26 |")
    assert [t.operator for t in parse(table).targets] == [">", "<"]
