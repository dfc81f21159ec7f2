"""Made-up plans with many habits of layout and wording, with floors for precision and recall."""

from __future__ import annotations

import pytest

from cocontrol.plans import parse
from tests.plans.scoring import Score, cases, score_case, target_key


def total(name):
    made: dict[str, Score] = {}
    for case in cases(name):
        for what, found in score_case(case).items():
            made[what] = made.get(what, Score()) + found
    return made


@pytest.mark.parametrize(
    "case", [*cases("synthetic_tuned.toml"), *cases("synthetic_heldback.toml")], ids=lambda c: c["name"]
)
def test_known_layouts_are_read_wholly(case):
    for what, found in score_case(case).items():
        assert (found.missed, found.extra) == ((), ()), what


def test_there_are_at_least_thirty_odd_layouts():
    assert len(cases("synthetic_heldback.toml")) >= 30


def test_layouts_written_last_reach_nine_in_ten():
    found = total("synthetic_unseen.toml")
    for what in ("head", "tasks", "departments", "targets"):
        assert found[what].precision >= 0.9, found[what].extra
        assert found[what].recall >= 0.9, found[what].missed


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("到2027年，充电桩数量达到2023年的3倍", "quantitative_target|charging_facilities|>=|3|倍|2027|2023"),
        ("新能源汽车保有量较2022年翻两番", "quantitative_target|nev_stock|change_pct|300|%||2022"),
        ("降尘量不高于6吨/平方公里·月", "quantitative_target|other|<=|6|吨/平方公里·月||"),
        ("六成以上企业完成改造", "quantitative_target|share|>=|60|%||"),
        ("原生生活垃圾零填埋", "zero_rule|stock|==|0|||"),
        ("数据中心电能利用效率降至1.3以下", "quantitative_target|pue|<|1.3|||"),
        ("新能源汽车新车销售量达到汽车新车销售量的50%左右", "quantitative_target|nev_sales_share|>=|50|%||"),
        ("煤炭消费比重由2020年的76%下降到2025年的70%以下", "quantitative_target|coal_share|<|70|%|2025|"),
        ("投资5000万元以上的项目开展碳评价", "threshold|investment|>=|5000|万元||"),
        ("年处理畜禽粪污30万吨", "quantitative_target|other|>=|30|万吨||"),
    ],
)
def test_single_sentences_give_one_target(sentence, expected):
    text = f"东山省减污降碳实施方案\n一、重点任务\n（一）推进治理。{sentence}。（省生态环境厅牵头）\n（二）加强领导。（省发展改革委牵头）\n"
    assert [target_key(target) for target in parse(text).targets] == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "2020年，全省PM2.5浓度同比下降5%",
        "按照《2030年前碳达峰行动方案》要求",
        "每3个月调度一次",
        "聚焦7个方面18项重点工作",
        "落实“三线一单”“十大行动”",
        "依据国发〔2021〕23号文件",
        "截至目前已建成充电桩1.2万个",
        "利用5G和CO2监测技术",
    ],
)
def test_numbers_that_are_no_targets_are_left_alone(sentence):
    text = f"东山省减污降碳实施方案\n一、重点任务\n（一）推进治理。{sentence}。（省生态环境厅牵头）\n（二）加强领导。（省发展改革委牵头）\n"
    assert parse(text).targets == ()
