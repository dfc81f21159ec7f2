"""Duties said in sentences, bounds behind brackets, and several years with several values."""

from __future__ import annotations

import pytest

from cocontrol.plans import parse

HEAD = "东江省减污降碳协同增效实施方案\n一、主要目标\n"
TASK = "二、重点任务\n（一）调整结构。"


def duties(said: str) -> list[tuple[str, str]]:
    plan = parse(f"{HEAD}到2025年，碳排放强度持续下降。\n{TASK}推进改造。{said}\n")
    return [(r.role.value, r.department) for r in plan.tasks[0].responsibilities]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("由市能源局牵头，市财政局配合。", [("lead", "市能源局"), ("cooperate", "市财政局")]),
        ("此项工作由市工信局牵头，各县（市、区）政府负责落实。", [("lead", "市工信局"), ("responsible", "各县（市、区）政府")]),
        ("市能源局牵头，市水利局配合，2025年底前完成。", [("lead", "市能源局"), ("cooperate", "市水利局")]),
        ("（市公安局牵头、市交通运输局配合）", [("lead", "市公安局"), ("cooperate", "市交通运输局")]),
        ("（省科技厅和生态环境厅负责）", [("responsible", "省科技厅"), ("responsible", "生态环境厅")]),
        ("（省商务厅牵头，省科技厅以及省财政厅参加）", [("lead", "省商务厅"), ("cooperate", "省科技厅"), ("cooperate", "省财政厅")]),
        ("（各市、州人民政府负责）", [("responsible", "各市、州人民政府")]),
        ("（各地级以上市人民政府落实）", [("responsible", "各地级以上市人民政府")]),
        ("加强指导，市级部门要切实履职尽责。", []),
        ("企业是减排的责任主体，由企业自行落实。", []),
    ],
)  # fmt: skip
def test_departments_and_roles_of_one_task(said: str, expected: list[tuple[str, str]]) -> None:
    assert duties(said) == expected


def test_the_adverb_before_the_verb_is_no_part_of_an_inherited_name() -> None:
    plan = parse(
        f"{HEAD}到2025年，碳排放强度持续下降。\n{TASK}推进改造。（省能源局牵头；以下任务均需各市（州）政府具体落实）\n（二）治理扬尘。加强覆盖。（省住房城乡建设厅负责）\n"
    )
    assert [r.department for r in plan.tasks[1].inherited] == ["各市（州）政府"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("年排放2.6万吨二氧化碳当量（综合能源消费量约1万吨标准煤）及以上的企业", {"annual_emission": ">=", "annual_energy_use": ">="}),
        ("年排放1万吨二氧化碳当量（年综合能耗约5000吨标准煤）以下的企业", {"annual_emission": "<", "annual_energy_use": "<"}),
    ],
)  # fmt: skip
def test_a_bound_behind_a_bracket_holds_for_both_figures(words: str, expected: dict[str, str]) -> None:
    plan = parse(f"{HEAD}到2025年，碳排放强度持续下降。\n{TASK}将{words}纳入名录管理。（省生态环境厅负责）\n")
    found = {t.metric: t.operator for t in plan.targets if t.kind.value == "threshold"}
    assert found == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("到2025年、2030年，森林覆盖率分别达到36%和37%。", [(36.0, 2025), (37.0, 2030)]),
        ("到2025年，2030年，森林覆盖率分别为36%，37%。", [(36.0, 2025), (37.0, 2030)]),
        ("森林覆盖率由2020年的30%提高到2025年的36%、2030年的37%。", [(36.0, 2025), (37.0, 2030)]),
        ("到“十四五”末、“十五五”末，森林覆盖率分别达到36%、37%。", [(36.0, 2025), (37.0, 2030)]),
        ("到2025年和2030年，碳排放强度较2020年分别下降18%、35%。", [(-18.0, 2025), (-35.0, 2030)]),
        (
            "到2025年、2030年，森林覆盖率、森林蓄积量分别达到25%、2亿立方米和26%、2.2亿立方米。",
            [(25.0, 2025), (2.0, 2025), (26.0, 2030), (2.2, 2030)],
        ),
        ("——2024年，清洁取暖率达到80%；\n——2025年，清洁取暖率达到90%。", [(80.0, 2024), (90.0, 2025)]),
        ("2030年前，城乡建设领域碳排放达到峰值。", [(2030.0, 2030)]),
    ],
)
def test_several_years_meet_their_values(words: str, expected: list[tuple[float, int]]) -> None:
    plan = parse(f"{HEAD}{words}\n{TASK}推进改造。（省生态环境厅负责）\n")
    assert [(t.value, t.target_year) for t in plan.targets] == expected


def test_one_verb_of_cutting_governs_every_figure_of_its_list() -> None:
    plan = parse(f"{HEAD}2025年，全省压减粗钢产能527万吨、生铁产能175万吨。\n{TASK}推进改造。（省生态环境厅负责）\n")
    assert [(t.operator, t.value) for t in plan.targets] == [("<=", -527.0), ("<=", -175.0)]


def test_brackets_that_never_close_cost_time_in_proportion() -> None:
    assert parse("（" * 50_000).is_plan is False
