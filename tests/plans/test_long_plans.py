"""Boxes, tables of places, tables without a head and heads that pages run together, as long plans have them."""

from __future__ import annotations

from cocontrol.plans import parse
from tests.plans.readings import short

PLAN = "{title}\n为做好生态环境保护，制定本规划。\n一、主要目标\n{aims}\n二、重点任务\n（一）推进治理。加快整治。（市生态环境局牵头）\n"


def tabled(table: str, title: str = "东山市“十四五”生态环境保护规划") -> list[str]:
    return [short(target) for target in parse(PLAN.format(title=title, aims=table)).targets]


def test_a_column_of_totals_is_read_where_the_year_has_no_figure() -> None:
    table = (
        "指标\t2020年\t2025年\t五年累计\t属性\n环境质量\tPM2.5浓度（微克/立方米）\t44\t36\t-\t约束性\n"
        "\t优良天数比率（%）\t79\t≥84\t-\t约束性\n减排\t单位GDP能耗降低（%）\t-\t-\t〔13.5〕\t约束性\n"
    )
    assert tabled(table) == [
        "pm25 <= 36微克/立方米 y2025",
        "good_air_days_share >= 84% y2025",
        "energy_per_gdp change_pct -13.5% y2025 b2020",
    ]


def test_a_line_that_names_a_group_of_indicators_does_not_end_the_table() -> None:
    table = "| 指标 | 2020年 | 2025年 | 属性 |\n环境质量\n| PM2.5浓度（微克/立方米） | 44 | 36 | 约束性 |\n生态保护\n| 森林覆盖率（%） | 30 | 31 | 预期性 |\n"
    assert tabled(table) == ["pm25 <= 36微克/立方米 y2025", "forest_coverage >= 31% y2025"]


def test_years_below_present_and_aim_are_read_as_one_head() -> None:
    table = "| 指标 | 现状值 | 目标值 || 属性 |\n| | 2020年 | 2025年 | 2030年 | |\n| 非化石能源消费比重（%） | 15 | 19 | 24 | 预期性 |\n"
    assert tabled(table) == ["non_fossil_share >= 19% y2025", "non_fossil_share >= 24% y2030"]


def test_two_years_ahead_are_both_aims() -> None:
    table = "| 领域 | 指标 | 2025年 | 2030年 |\n| 能源 | 煤炭消费总量（万吨） | 1250 | 1100 |\n| | 单位GDP能耗较2020年下降（%） | 14 | 24 |\n"
    assert tabled(table) == [
        "coal_consumption <= 1250万吨 y2025",
        "coal_consumption <= 1100万吨 y2030",
        "energy_per_gdp change_pct -14% y2025 b2020",
        "energy_per_gdp change_pct -24% y2030 b2020",
    ]


def test_a_table_without_a_head_is_read_by_its_properties() -> None:
    table = "| 1 | PM2.5浓度（微克/立方米） | 44 | 36 | 约束性 |\n| 2 | 森林覆盖率（%） | 30 | 31 | 预期性 |\n"
    assert tabled(table) == ["pm25 <= 36微克/立方米 y2025", "forest_coverage >= 31% y2025"]
    assert tabled(table, title="东山市生态环境保护规划") == []


def test_a_table_of_places_gives_each_place_its_aims() -> None:
    table = "2025年各县区目标\n| 县区 | 2023年PM2.5浓度实际值 | PM2.5浓度（微克/立方米） |\n|---|---|---|\n| 甲县 | 39 | 36 |\n| 乙区 | 35 | 33 |\n"
    found = parse(PLAN.format(title="东山市空气质量改善方案", aims=table)).targets
    assert [(t.subject, t.metric, t.value, t.target_year) for t in found] == [
        ("甲县", "pm25", 36.0, 2025),
        ("乙区", "pm25", 33.0, 2025),
    ]


def test_a_table_of_tasks_without_a_head_names_departments_but_no_leader() -> None:
    text = (
        "东山市2024年大气污染防治任务清单\n| 1 | 整治锅炉 | 淘汰老旧锅炉 | 市市场监管局 | 2024年12月 |\n"
        "| 2 | 治理扬尘 | 落实防尘措施 | 市住房城乡建设局、市城管局 | 全年 |\n| 3 | 管好油品 | 抽检加油站 | 市商务局 | 全年 |\n"
    )
    plan = parse(text)
    assert plan.is_plan
    assert [(task.number, task.title) for task in plan.tasks] == [
        ("1", "整治锅炉"),
        ("2", "治理扬尘"),
        ("3", "管好油品"),
    ]
    assert [(r.department, r.role.value) for r in plan.tasks[1].responsibilities] == [
        ("市住房城乡建设局", "responsible"),
        ("市城管局", "responsible"),
    ]


def test_the_projects_of_a_box_belong_to_the_task_above_it() -> None:
    text = (
        "东山市“十四五”能源规划\n为做好能源工作，制定本规划。\n第一章 推动转型\n第一节 优化结构\n控制煤炭消费。\n"
        "专栏1 能源工程\n1. 建设光伏项目80万千瓦。\n2. 建设风电项目40万千瓦。\n第二节 节约用能\n推进节能改造。\n"
    )
    plan = parse(text)
    assert [(task.number, task.title) for task in plan.tasks] == [("第一节", "优化结构"), ("第二节", "节约用能")]
    assert [(target.value, target.task_id) for target in plan.targets] == [(80.0, "T1"), (40.0, "T1")]


def test_a_title_is_parted_from_the_date_before_it_and_the_words_behind_it() -> None:
    head = "东山省人民政府办公厅 2024年5月7日东山省空气质量改善2024年行动计划\n为改善空气质量，制定本计划。\n一、重点任务\n（一）治理扬尘。加强监管。（省住房城乡建设厅负责）\n"
    plan = parse(head)
    assert (plan.title, plan.issued_on) == ("东山省空气质量改善2024年行动计划", "2024-05-07")


def test_bodies_that_sign_on_one_line_are_parted() -> None:
    head = "关于印发《东山省建筑领域实施方案》的通知\n东山省住房和城乡建设厅东山省发展和改革委员会\n2024年5月7日\n东山省建筑领域实施方案\n为推动转型，制定本方案。\n一、重点任务\n（一）推进改造。（省住房城乡建设厅负责）\n"
    assert parse(head).issuers == ("东山省住房和城乡建设厅", "东山省发展和改革委员会")
