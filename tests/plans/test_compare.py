"""A province's plan against its city's, and two versions of one."""

from __future__ import annotations

from typing import Any

import pytest

from cocontrol.plans import parse
from cocontrol.plans.compare import compare, counterpart
from cocontrol.plans.strictness import items

PARENT = """东山省减污降碳实施方案
一、主要目标
到2025年，全省单位生产总值能耗比2020年下降14%。
二、重点任务
（一）严格准入。原则上严禁新增钢铁（不含短流程炼钢）、电解铝、焦化、铅锌冶炼等行业产能。（省发展改革委负责）
（二）治理炉窑。支持铸造等行业冲天炉改为电炉。淘汰35蒸吨/小时以下的燃煤锅炉。（省生态环境厅负责）
（三）强化考核。对未完成任务的地方政府进行约谈。（省生态环境厅负责）
"""
CHILD = """西川市减污降碳实施方案
一、主要目标
到2025年，全市单位生产总值能耗比2020年下降15%。
二、重点任务
（一）严格准入。原则上禁止新增钢铁、电解铝、焦化等行业产能。（市发展改革委负责）
（二）治理炉窑。铸造等行业杜绝使用冲天炉。淘汰65蒸吨/小时以下的燃煤锅炉。（市生态环境局负责）
（三）强化考核。对未完成任务的县区政府进行考核问责。（市生态环境局负责）
"""


def changes(one, other):
    return [
        (c.kind, c.scope, c.parent_text, c.child_text)
        for pair in compare(parse(one), parse(other)).pairs
        for c in pair.changes
    ]


def test_each_kind_of_tightening_and_loosening_is_seen():
    found = changes(PARENT, CHILD)
    kinds = {(kind, scope) for kind, scope, _, _ in found}
    assert ("tightened", "exemption") in kinds
    assert ("dropped", "item") in kinds
    assert ("tightened", "modality") in kinds
    assert ("tightened", "consequence") in kinds
    assert [k for k, scope, _, _ in found if scope == "value"] == ["tightened", "tightened"]
    assert ("dropped", "item", "铅锌冶炼", None) in found


def test_a_plan_compared_with_itself_has_no_change():
    found = compare(parse(PARENT), parse(PARENT))
    assert {pair.relation for pair in found.pairs} == {"kept"}
    assert changes(PARENT, PARENT) == []


def test_one_edited_number_is_found_and_nothing_else():
    assert [c[:2] for c in changes(PARENT, PARENT.replace("下降14%", "下降13%"))] == [("loosened", "value")]


def test_noise_is_told_from_real_rewording():
    noisy = (
        PARENT.replace("铸造", "铸 造")
        .replace("（省生态环境厅负责）", "【省生态环境厅负责】")
        .replace("进行约谈", "进\n\n行约谈")
    )
    found = compare(parse(PARENT), parse(noisy))
    assert all(pair.changes == () for pair in found.pairs)
    assert found.counts["noise"] >= 1


def test_departments_map_between_levels():
    found = compare(parse(PARENT), parse(CHILD))
    assert set(found.departments) == {("省发展改革委", "市发展改革委"), ("省生态环境厅", "市生态环境局")}
    assert counterpart("省生态环境厅", "ecology_environment", "city") == "市生态环境局"


def test_lists_keep_their_exemptions():
    assert [(i.name, i.exempt) for i in items("钢铁（不含短流程）、平板玻璃（光伏除外）、砖瓦等行业产能")] == [
        ("钢铁", "不含短流程"),
        ("平板玻璃", "光伏除外"),
        ("砖瓦", None),
    ]


@pytest.mark.shared
def test_the_province_and_its_city_show_the_five_known_differences(plans):
    found = compare(plans["henan_synergy"], plans["puyang_synergy"])
    assert (found.counts["parent"]["tasks"], found.counts["child"]["tasks"]) == (28, 26)
    merged = [[t.number for t in pair.parents] for pair in found.pairs if pair.relation == "merged"]
    assert merged == [["11", "12"], ["24", "25"]]
    listed = [c for pair in found.pairs for c in pair.changes]

    def seen(kind, words, scope):
        return any(
            c.kind == kind and c.scope == scope and words in f"{c.parent_text}{c.child_text}{c.reason.zh}"
            for c in listed
        )

    assert seen("tightened", "杜绝使用冲天炉", "modality")
    assert seen("loosened", "不低于50%", "item")
    assert seen("dropped", "铅锌冶炼", "item")
    assert seen("tightened", "问责", "consequence")
    assert seen("tightened", "下降 20%", "value")
    assert any(t["relation"] == "quantified" for t in found.targets)


@pytest.mark.shared
def test_the_damaged_copy_shows_its_real_differences_only(plans):
    found = compare(plans["henan_synergy"], plans["henan_synergy_corrupted_page"])
    reworded = [c.reason.zh for pair in found.pairs for c in pair.changes if c.kind == "reworded"]
    assert any("沿" in reason and "临" in reason for reason in reworded)
    assert len([c for pair in found.pairs for c in pair.changes]) <= 7
    assert found.counts["noise"] > 200


@pytest.mark.shared
def test_editing_twenty_to_nineteen_in_the_city_plan_shows_up(plans, plan_text):
    edited = parse(plan_text("puyang_synergy").replace("下降 20%", "下降 19%"))
    found = [c for pair in compare(plans["puyang_synergy"], edited).pairs for c in pair.changes]
    assert [(c.kind, c.scope) for c in found] == [("loosened", "value")]


WORDS = {"kept", "tightened", "loosened", "dropped", "added", "merged"}


def _two(parent: str, child: str) -> dict[str, Any]:
    return compare(parse(parent), parse(child)).as_dict()


def test_the_published_words_are_those_of_the_interface_and_finer_ones_stand_beside_them(plans):
    made = compare(plans["henan_synergy"], plans["puyang_synergy"]).as_dict()
    changes = [change for pair in made["pairs"] for change in pair["changes"]]
    assert {pair["relation"] for pair in made["pairs"]} <= WORDS
    assert {change["kind"] for change in changes} <= WORDS
    assert set(made["counts"]["relations"]) <= WORDS
    assert {pair["nuance"] for pair in made["pairs"]} <= {None, "mixed", "split"}
    assert {change["nuance"] for change in changes} <= {None, "reworded"}
    assert all(change["kind"] == "kept" for change in changes if change["nuance"] == "reworded")


def test_what_is_both_tightened_and_loosened_is_published_as_loosened():
    head = "云港市减污降碳实施方案\n一、重点任务\n1. 治理工业炉窑。"
    tail = "（市生态环境局负责）\n2. 推进绿色出行。公共机构新能源汽车占比达到{b}%以上。（市交通运输局负责）\n"
    parent = head + "可再生能源占比达到20%以上，城镇绿色建筑占比达到80%以上。" + tail.format(b=50)
    child = head + "可再生能源占比达到25%以上，城镇绿色建筑占比达到70%以上。" + tail.format(b=50)
    pair = _two(parent, child)["pairs"][0]
    assert {change["kind"] for change in pair["changes"]} == {"tightened", "loosened"}
    assert (pair["relation"], pair["nuance"]) == ("loosened", "mixed")
