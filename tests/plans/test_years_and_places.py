"""Years in brackets and above lists, places that go on with an indicator, and what 全部 and 实现对 say."""

from __future__ import annotations

import pytest

from cocontrol.plans import parse
from tests.plans.readings import readings, short

AIMS = "东山省减污降碳实施方案\n为推进减污降碳，制定本方案。\n一、主要目标\n{aims}\n二、重点任务\n（一）推进治理。加快整治。（省生态环境厅牵头）\n"


def aims(words: str) -> list[str]:
    return [short(target) for target in parse(AIMS.format(aims=words)).targets]


@pytest.mark.parametrize(
    "sentence",
    [
        "到2026年（2031年），新能源公交车占比达到70%（90%）",
        "新能源公交车占比达到70%（2026年）、90%（2031年）",
        "到2026年，新能源公交车占比达到70%（2031年达到90%）",
    ],
)
def test_a_year_in_brackets_goes_with_its_own_figure(sentence: str) -> None:
    assert readings(sentence) == ["nev_share >= 70% y2026", "nev_share >= 90% y2031"]


@pytest.mark.parametrize(
    "words",
    [
        "到2026年，实现以下目标：\n1. 煤炭消费比重降至41%以下。\n2. 森林覆盖率稳定在33%。",
        "到2026年，实现以下目标：（1）煤炭消费比重降至41%以下；（2）森林覆盖率稳定在33%。",
    ],
)
def test_the_year_above_a_list_governs_its_items(words: str) -> None:
    assert aims(words) == ["coal_share < 41% y2026", "forest_coverage >= 33% y2026"]


def test_another_place_goes_on_with_the_indicator_and_its_base_year() -> None:
    words = "到2026年，全省PM2.5浓度比2021年下降9%。甲市、乙市PM2.5浓度分别下降12%、11%，丙市控制在31微克/立方米以内。"
    assert aims(words) == [
        "pm25 change_pct -9% y2026 b2021",
        "pm25 change_pct -12% y2026 b2021",
        "pm25 change_pct -11% y2026 b2021",
        "pm25 <= 31微克/立方米 y2026",
    ]


def test_the_base_year_of_the_year_before_is_known_in_an_annual_plan() -> None:
    found = readings("氮氧化物排放量较上年下降3%，重污染天数较上年减少", title="东山市2024年大气污染防治行动计划")
    assert found == ["nox change_pct -3% y2024 b2023", "heavy_pollution_days decreasing y2024"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("到2026年，全部焦化企业完成超低排放改造", ["ultra_low_emission_share == 100% y2026"]),
        ("2026年底前全面完成水泥行业超低排放改造", ["ultra_low_emission_share == 100% y2026"]),
        ("2026年，城区环卫车全部电动化", ["nev_share == 100% y2026"]),
        ("实现对150家重点用能单位的在线监测", ["project_count == 150家"]),
        ("到2030年，实现对2.5亿平方米公共建筑的能耗监测", ["area >= 2.5亿平方米 y2030"]),
        ("严禁以任何名义新增焦化产能", ["new_capacity == 0"]),
        ("到2026年，电炉钢产量占比提升至17%，严禁以任何方式新增炼铁产能", ["eaf_steel_share >= 17% y2026", "new_capacity == 0"]),
        ("“十五五”期间完成造林60万亩", ["area >= 60万亩 y2030"]),
    ],
)  # fmt: skip
def test_all_of_a_group_and_things_acted_on_are_read(sentence: str, expected: list[str]) -> None:
    assert readings(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "metrics"),
    [
        ("二氧化硫、氮氧化物和挥发性有机物等主要污染物排放总量比2020年分别下降8%、9%和11%", ["so2", "nox", "vocs"]),
        ("PM2.5未达标城市浓度比2020年下降15%", ["pm25"]),
        ("全省挥发性有机物排放总量消减12%以上", ["vocs"]),
        ("碳市场配额清缴率达到100%", ["offset_or_trading"]),
    ],
)
def test_the_indicator_is_the_one_the_words_name(sentence: str, metrics: list[str]) -> None:
    assert [found.split()[0] for found in readings(sentence)] == metrics


def test_what_is_so_today_is_no_target() -> None:
    assert aims("部分城市优良天数比率仍不到60%，北部县区空气质量仍然较差。") == []


def test_an_order_from_above_without_a_figure_is_kept_as_such() -> None:
    assert aims("完成国家下达我省的大气环境约束性指标。") == ["other -"]


def test_a_report_before_the_plan_gives_its_aims() -> None:
    report = "东山市印发《东山市车辆污染治理行动方案》，加快车辆更新。到2026年，环卫车使用清洁能源的比例达到75%，全市公交车全部更换为电动车。"
    text = f"{report}\n东山市车辆污染治理行动方案\n为治理车辆污染，制定本方案。\n一、总体要求\n（一）指导思想。\n坚持系统治理。"
    assert [(target.value, target.target_year) for target in parse(text).targets] == [(75.0, 2026), (100.0, 2026)]


def test_efforts_of_three_years_end_in_the_last_year_of_the_title() -> None:
    sentence = "经过三年努力，全省优良天数比率达到81%"
    assert readings(sentence, title="东山省蓝天行动方案（2022—2024年）") == ["good_air_days_share >= 81% y2024"]
    assert readings(sentence) == ["good_air_days_share >= 81%"]


def test_figures_that_do_not_match_the_indicators_in_number_name_none_of_them() -> None:
    found = readings("到2026年，化学需氧量、氨氮排放总量分别控制在10万吨、2万吨、3万吨以内")
    assert [reading.split()[0] for reading in found] == ["other", "other", "other"]
