"""Openings of plans as web pages give them, and texts that look like plans and are none."""

from __future__ import annotations

import pytest

from cocontrol.plans import parse
from cocontrol.plans.normalise import normalise

OPENING = """索引号：000014349/2022-00031 发文机关：琼海省人民政府 文号 瓊府〔2022〕27号
琼海省人民政府关于印发琼海省碳达峰实施方案的通知
各市、县、自治县人民政府：
现将《琼海省碳达峰实施方案》印发给你们，请认真贯彻执行。
                                   琼海省人民政府
                                     2022年8月9日
琼海省碳达峰实施方案
为深入贯彻落实决策部署，制定本方案。
一、总体要求
（一）指导思想。以生态文明思想为指导，推动主要污染物排放总量持续减少。
（二）主要目标。到2025年，非化石能源消费比重提高至22%以上。
"""


def test_an_opening_without_tasks_is_a_plan_and_its_head_is_read() -> None:
    plan = parse(OPENING)
    assert (plan.is_plan, plan.title, plan.document_number) == (True, "琼海省碳达峰实施方案", "瓊府〔2022〕27号")
    assert (plan.issuers, plan.issued_on, plan.level) == (("琼海省人民政府",), "2022-08-09", "province")
    assert [(t.metric, t.target_year) for t in plan.targets] == [("non_fossil_share", 2025)]
    assert "plan.no_tasks" in {w.rule for w in plan.warnings}


def test_names_of_bodies_parted_by_blanks_or_lines_are_bodies_of_their_own() -> None:
    text = OPENING.replace(
        "                                   琼海省人民政府\n", "发展改革委 公安部\n琼海省生态环境厅　琼海省能源局\n"
    )
    assert parse(text).issuers == ("发展改革委", "公安部", "琼海省生态环境厅", "琼海省能源局")


@pytest.mark.parametrize(
    ("head", "title", "issued_on"),
    [
        ("临安市2023年大气污染防治\n重点工作任务\n发布时间：2023-03-02 来源：市生态环境局", "临安市2023年大气污染防治重点工作任务", "2023-03-02"),
        ("临安市碳达峰实施方案 发布时间：2022-10-10 14:04\n", "临安市碳达峰实施方案", "2022-10-10"),
        ("临安市深入打好柴油货车治理、\n臭氧污染防治攻坚行动方案\n", "临安市深入打好柴油货车治理、臭氧污染防治攻坚行动方案", None),
        ("关于印发《临安市节能减排方案（2021-2025年）》的通知（临政发〔2022〕18号）\n二〇二二年五月十日\n", "临安市节能减排方案（2021-2025年）", "2022-05-10"),
    ],
)  # fmt: skip
def test_titles_of_pages(head: str, title: str, issued_on: str | None) -> None:
    plan = parse(
        f"{head}\n一、工作目标\n优良天数比率达到82%以上。\n二、重点任务\n1.推进治理。责任单位：市生态环境局\n2.加强监管。责任单位：市工信局\n"
    )
    assert (plan.title, plan.issued_on, plan.region) == (title, issued_on, "临安市")


def test_a_piece_with_aims_is_read_as_an_excerpt_and_says_so() -> None:
    plan = parse(
        "到2025年，非化石能源占比达到20%，煤炭消费量下降5%。到2030年，非化石能源占比达到25%，单位GDP二氧化碳排放持续下降。"
    )
    assert plan.is_plan
    assert len(plan.targets) == 4
    assert [w.rule for w in plan.warnings] == ["plan.excerpt"]


def test_a_report_on_a_named_plan_is_read_as_a_digest_and_says_so() -> None:
    plan = parse(
        "近日，云川省政府印发《云川省节能减排实施方案》。《方案》提出，到2025年，单位GDP能耗较2020年下降13%，非化石能源占比达到20%。"
    )
    assert [w.rule for w in plan.warnings] == ["plan.digest"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("临江市2023年生态环境状况公报\n一、大气。2023年，PM2.5年均浓度31微克/立方米，同比下降6%。\n二、水。优良比例达到100%。\n三、行动。推进改造，加强执法。", "plan.bulletin"),
        ("全市减污降碳工作推进情况\n一、做法\n（一）能源。新能源装机由2020年的320万千瓦增长至2023年的610万千瓦。\n（二）产业。累计淘汰落后产能120万吨。\n二、打算\n加快推进重点工程。", "plan.bulletin"),
        ("人民网讯 记者获悉，一年来，我市打好攻坚战。\n一、空气改善。2023年，PM2.5浓度32微克/立方米，较上年下降5%。\n二、转型加快。截至2023年底，新能源装机达到820万千瓦，占比由15.9%提升至17.9%，超额完成任务。\n三、下一步，继续推进减污降碳。", "plan.bulletin"),
        ("关于公布2023年度绿色工厂名单的通知\n各市工信局：\n确定了120家绿色工厂，现予以公布。请各地加强指导，推动企业提升水平，到2026年复核。", "plan.bulletin"),
    ],
)  # fmt: skip
def test_reports_of_results_are_no_plans(text: str, rule: str) -> None:
    plan = parse(text)
    assert (plan.is_plan, plan.targets) == (False, ())
    assert rule in {w.rule for w in plan.warnings}


@pytest.mark.parametrize(
    ("noisy", "readable"),
    [
        ("推動碳(tan)達(da)峰行(xing)動", "推动碳达峰行动"),
        ("到2025年,,优良率达到85%@@，继续改善", "到2025年，优良率达到85%，继续改善"),
        ("一,、总体要求", "一、总体要求"),
        ("碳排放增长得到控制;到 2025 年 — 3 — 比重达到 8%", "碳排放增长得到控制；到2025年比重达到8%"),
        ("环境空氣品質達標，最佳化結構，達到先進水準", "环境空气质量达标，优化结构，达到先进水平"),
        ("装机达到 88.6\n万千瓦", "装机达到88.6万千瓦"),
        ("比例达到88.6\n%以上", "比例达到88.6%以上"),
        ("??????  泰川市人民政府\n????? 2018年12月24日", "泰川市人民政府\n2018年12月24日"),
    ],
)
def test_noise_of_pages_is_taken_out(noisy: str, readable: str) -> None:
    assert normalise(noisy).text == readable


def test_the_place_is_the_official_one_where_the_table_knows_it() -> None:
    def region(title: str) -> tuple[str | None, str | None]:
        plan = parse(f"{title}\n一、任务\n（一）推进治理。（生态环境局牵头）\n（二）加强监管。（工信局牵头）\n")
        return plan.region, plan.level

    assert region("重庆市黔江区节能减排方案") == ("重庆市黔江区", "county")
    assert region("安澜市美丽城市建设行动方案") == ("安澜市", "city")
    assert region("长三角地区秋冬季攻坚行动方案") == (None, None)
    assert region("内蒙古自治区应对气候变化规划") == ("内蒙古自治区", "province")
