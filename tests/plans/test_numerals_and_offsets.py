"""Numerals, the map of offsets, and what is undone before a plan is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.plans import parse
from cocontrol.plans.normalise import LOST, normalise
from cocontrol.plans.numerals import number, ordinal

PIECES = [
    "一、总体要求\n", "（一）推进", "1. ", "２０２５年", "到2025年，", "下降 18 %", "達到35蒸噸/小時以下", "（省生态环境厅牵头，", "负责）",
    "協(xié)同", "【hé】", "规?;痉秴^", "\n\n", "　　", "。", "；", "**", "# ", "《方案》", "不低于50%", "PM_{2.5}", "严禁新建", "\x00", "🙂",
]  # fmt: skip
odd_text = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2.6万", 26000), ("二十三", 23), ("1,000", 1000), ("千万", 1e7), ("百万", 1e6), ("5000亿", 5e11), ("一百二十", 120),
        ("十", 10), ("二〇二五", 2025), ("两", 2), ("三千五百", 3500), ("一亿二千万", 120000000),
    ],
)  # fmt: skip
def test_numerals_have_their_value(written, value):
    assert number(written) == value


@pytest.mark.parametrize("written", ["", "生态", "十个", "2.6.1"])
def test_what_is_no_numeral_has_no_value(written):
    assert number(written) is None


def test_ordinals_in_every_script():
    assert [ordinal(text) for text in ("三", "12", "③", "Ⅳ", "二十三", "碳")] == [3, 12, 3, 4, 23, None]


@given(odd_text)
def test_the_map_of_offsets_never_decreases(text):
    mapped = normalise(text).mapped
    assert len(mapped.text) == len(mapped.starts) == len(mapped.ends)
    assert list(mapped.starts) == sorted(mapped.starts)
    assert list(mapped.ends) == sorted(mapped.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(mapped.starts, mapped.ends, strict=True))


@given(odd_text)
@settings(max_examples=150, deadline=None)
def test_parsing_never_raises_and_every_object_is_its_span(text):
    framed = f"东山市减污降碳实施方案\n一、重点任务\n（一）推进治理。{text}\n（二）加强领导。（市生态环境局负责）\n"
    for source in (text, framed):
        plan = parse(source)
        for item in (*plan.targets, *plan.clauses):
            assert item.text == source[item.start : item.end]
        for task in plan.tasks:
            assert 0 <= task.start <= task.end <= len(source)


def test_a_page_break_inside_a_sentence_is_closed_and_the_span_covers_it():
    text = (
        "一、任务\n1. 落实要求。推动实现碳排放作为建设项目环评管理的约束指标，落实\n\n— 3 —\n\n区域和行业达峰行动方案。"
    )
    made = normalise(text)
    assert "落实区域和行业达峰行动方案" in made.text
    at = made.text.index("落实区域")
    start, end = made.span(at, at + 4)
    assert text[start:end].startswith("落实")
    assert text[start:end].endswith("区域")


def test_headings_without_a_stop_stay_lines_of_their_own():
    text = "二、重点任务\n\n（一）协同推进能源领域减污降碳\n\n1. 优化结构。"
    assert normalise(text).text.split("\n") == ["二、重点任务", "（一）协同推进能源领域减污降碳", "1.优化结构。"]


@pytest.mark.parametrize(
    ("found", "read"),
    [
        ("到 2025 年底，減排２０％", "到2025年底，减排20%"),
        ("減污降碳協(xié)同增效，統(tǒng)籌推進工業(yè)轉型", "减污降碳协同增效，统筹推进工业转型"),
        ("单位 GDP 能耗下降 14. 5 %。", "单位GDP能耗下降14.5%。"),
        ("**（省生态环境厅负责）**", "（省生态环境厅负责）"),
        ("加强PM_{2.5}治理", "加强PM2.5治理"),
        ("到二〇二五年，", "到2025年，"),
    ],
)
def test_noise_is_undone(found, read):
    assert normalise(found).text == read


def test_lost_characters_are_marked_and_listed_and_never_guessed():
    text = "落實 “三個統(tǒng)籌?!?,推動園區(qū)規(guī)?;\ue1f5\ue380檬痉秴^(qū)擴建,企業(yè)等級??冃Х旨?A 級單位"
    made = normalise(text)
    assert made.text.count(LOST) == len(made.gaps) == 3
    assert [text[gap.start : gap.end] for gap in made.gaps] == [gap.found for gap in made.gaps]
    assert "规模" not in made.text
    assert "绩效" not in made.text


def test_a_question_in_ordinary_prose_is_no_loss():
    assert normalise("“你怎么才回来?”母亲问。怎么办?\n下一段").gaps == ()
