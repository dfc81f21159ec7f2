"""Wording that once gave a wrong number or a reversed meaning without a word of warning."""

from __future__ import annotations

import pytest

from cocontrol.plans import parse
from tests.plans.readings import readings


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("能源消费总量不突破90万吨标准煤", "energy_consumption <= 90万吨标准煤"),
        ("PM2.5平均浓度不应高于30微克/立方米", "pm25 <= 30微克/立方米"),
        ("煤炭消费量不得突破2500万吨", "coal_consumption <= 2500万吨"),
        ("重污染天数比率不能超过1%", "heavy_pollution_days <= 1%"),
        ("降尘量决不超过6吨/平方公里·月", "other <= 6吨/平方公里·月"),
        ("重污染天数比率稳定控制在0.3%（1天）以内", "heavy_pollution_days <= 0.3%"),
        ("非化石能源占比不能低于20%", "non_fossil_share >= 20%"),
        ("绿色出行比例不得少于70%", "green_travel_share >= 70%"),
    ],
)
def test_a_negation_turns_a_bound_round(sentence: str, expected: str) -> None:
    assert readings(sentence) == [expected]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("PM2.5平均浓度达到35微克/立方米", "pm25 <= 35微克/立方米"),
        ("煤炭消费比重达到50%", "coal_share <= 50%"),
        ("煤炭消费比重提高到50%", "coal_share >= 50%"),
        ("氮氧化物重点工程累计减排总量达到4.7万吨", "nox >= 4.7万吨"),
        ("化学需氧量重点工程减排量较2020年完成6.86万吨", "cod >= 6.86万吨 b2020"),
        ("形成节能量5000万吨标准煤、减排二氧化碳约1.3亿吨", "co2_emission >= 1.3亿吨"),
        ("低VOCs含量涂料使用率达到100%", "share >= 100%"),
    ],
)
def test_reaching_is_a_limit_only_where_the_level_itself_should_fall(sentence: str, expected: str) -> None:
    assert readings(sentence)[-1] == expected


def test_an_amount_saved_is_never_held_against_the_level() -> None:
    plan = parse(
        "东山省方案\n一、目标\n到2025年，氮氧化物重点工程减排量达到4.7万吨，煤炭消费量压减300万吨。\n二、任务\n（一）推进治理。（省生态环境厅牵头）\n"
    )
    assert [(t.basis, t.series) for t in plan.targets] == [
        ("reduction", "nox_reduction"),
        ("change", "coal_consumption_change"),
    ]


def test_negative_growth_is_a_fall_and_no_zero() -> None:
    assert readings("煤炭消费量实现负增长") == ["coal_consumption decreasing"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("单位GDP能耗下降百分之十三点五", "energy_per_gdp change_pct -13.5%"),
        ("能耗强度下降一成", "energy_per_gdp change_pct -10%"),
        ("PM2.5浓度控制在三十微克/立方米以内", "pm25 <= 30微克/立方米"),
        ("七成以上的乡镇实现清洁取暖", "share >= 70%"),
    ],
)
def test_numbers_in_characters_keep_their_decimals(sentence: str, expected: str) -> None:
    assert readings(sentence) == [expected]


@pytest.mark.parametrize(
    "sentence", ["推进全国一体化碳市场建设", "建设全国统一大市场", "打造国家一级能源站", "深化中国一流园区建设"]
)
def test_a_country_is_no_emission_stage(sentence: str) -> None:
    assert readings(sentence) == []


def test_a_grade_that_only_says_which_vehicles_leaves_the_zero_rule() -> None:
    assert readings("国三及以下营运柴油货车基本清零") == ["stock == 0"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("深化《产业结构调整指导目录》（2019年本）应用，淘汰50家企业落后产能", ["project_count == 50家"]),
        ("公共充电桩达到2023年的2.5倍，营运货车单位周转量碳排放下降5%", ["charging_facilities >= 2.5倍 b2023", "freight_intensity change_pct -5%"]),
        ("2024年能耗强度降低2.8%，2025年较2020年降低13%", ["energy_per_gdp change_pct -2.8% y2024", "energy_per_gdp change_pct -13% y2025 b2020"]),
        ("到2025年，煤炭消费量较2022年压减300万吨", ["coal_consumption <= -300万吨 y2025 b2022"]),
        ("优良天数比例2025年达到88%、2027年达到90%、2035年达到93%", ["good_air_days_share >= 88% y2025", "good_air_days_share >= 90% y2027", "good_air_days_share >= 93% y2035"]),
        ("“十五五”末，非化石能源消费比重达到25%", ["non_fossil_share >= 25% y2030"]),
        ("单位GDP能耗降低14%（较2020年），碳排放强度下降16%", ["energy_per_gdp change_pct -14% b2020", "co2_per_gdp change_pct -16%"]),
        ("“十一五”期间，万元GDP能耗下降20%", ["energy_per_gdp change_pct -20% y2010"]),
    ],
)  # fmt: skip
def test_years_are_taken_from_where_they_belong(sentence: str, expected: list[str]) -> None:
    assert readings(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "截至2022年底，全市建成充电桩3万个，清洁取暖率达到80%",
        "2023年，新能源发电占比由15.9%提升至17.9%",
        "“十三五”以来，单位GDP能耗累计下降18%，优良天数比率达到85%",
    ],
)
def test_results_are_no_targets(sentence: str) -> None:
    assert readings(sentence) == []


def test_the_year_of_an_annual_plan_governs_what_names_none() -> None:
    title = "东山省2024年减污降碳工作要点"
    assert readings("年底前建成充电桩500个", title) == ["charging_facilities == 500个 y2024"]
    assert readings("单位GDP能耗同比下降2.5%", title) == ["energy_per_gdp change_pct -2.5% y2024"]
    assert readings("2023年，单位GDP能耗同比下降2.5%", title) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("70%以上的城市全面消除重污染天气", ["share >= 70%"]),
        ("100%的县级城市建成清新空气示范区", ["share == 100%"]),
        ("新增光伏80万千瓦、抽水蓄能开工规模120万千瓦", ["renewable_capacity >= 80万千瓦", "renewable_capacity >= 120万千瓦"]),
        ("整治300家“低散乱”企业", ["project_count == 300家"]),
        ("完成营造林4.5万公顷", ["area >= 4.5万公顷"]),
        ("不出现重度污染天数", ["heavy_pollution_days == 0"]),
        ("确保火点数为零", ["stock == 0"]),
        ("禁燃区散煤“零销售、零使用”", ["stock == 0"]),
        ("空气质量达到或优于国家二级标准", ["air_quality -"]),
        ("可吸入颗粒物年均浓度不超过2012年水平", ["pm10 <="]),
        ("出境水质不低于上游来水水质", ["other >="]),
        ("淘汰30万千瓦级以下机组", ["installed_capacity < 30万千瓦"]),
        ("淘汰每小时10蒸吨及以下燃煤锅炉", ["boiler_capacity <= 10蒸吨/小时"]),
        ("二氧化硫（SO2）、氮氧化物（NOX）排放量分别下降10%、12%", ["so2 change_pct -10%", "nox change_pct -12%"]),
    ],
)  # fmt: skip
def test_wording_that_was_once_missed(sentence: str, expected: list[str]) -> None:
    assert readings(sentence) == expected
