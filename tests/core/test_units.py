import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core import units
from cocontrol.core.errors import InvalidInput

WORDS = {**units._CHINESE, **units._SPELLINGS}
PREFIXES = {"万": 1e4, "亿": 1e8, "百万": 1e6, "千": 1e3, "兆": 1e6, "毫": 1e-3, "微": 1e-6, "纳": 1e-9}


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("tce", "GJ", 29.3076),
        ("万吨标准煤", "TJ", 293.076),
        ("Mtce", "TJ", 29307.6),
        ("千克标准煤", "kWh", 29.3076 / 3.6),
        ("亿千瓦时", "TJ", 360.0),
        ("万千瓦时", "GJ", 36.0),
        ("百万千焦", "GJ", 1.0),
        ("万吨", "t", 1e4),
        ("亿元", "万元", 1e4),
        ("万元/吨", "元/千克", 10.0),
        ("Gg", "t", 1e3),
        ("Tg", "万吨", 100.0),
        ("ug/m3", "mg/m3", 1e-3),
        ("微克/立方米", "ug/m3", 1.0),
        ("%", "1", 0.01),
        ("平方公里", "公顷", 100.0),
        ("万立方米", "m3", 1e4),
        ("吨/小时", "kg/hour", 1e3),
        ("kcal", "kJ", 4.184),
    ],
)
def test_hand_checked_conversions(source: str, target: str, expected: float) -> None:
    assert units.factor(source, target) == pytest.approx(expected, rel=1e-12)


def test_the_constant_of_standard_coal_is_that_of_the_unit() -> None:
    assert units.factor("tce", "TJ") == pytest.approx(units.STANDARD_COAL_TJ_PER_T, rel=1e-15)


@pytest.mark.parametrize("word", [word for word in WORDS if word.strip() and "degC" not in WORDS[word]])
def test_every_word_of_the_unit_table_converts_there_and_back(word: str) -> None:
    expression = re.sub(r"^1e-?\d+\*", "", WORDS[word])
    there, back = units.factor(word, expression), units.factor(expression, word)
    assert there * back == pytest.approx(1.0, rel=1e-12)
    assert units.convert(units.convert(123.456, word, expression), expression, word) == pytest.approx(
        123.456, rel=1e-12
    )


@pytest.mark.parametrize("word", sorted(units._CHINESE))
def test_chinese_number_prefixes_mean_their_number(word: str) -> None:
    longest = max(
        (p for p in PREFIXES if word.startswith(p) and word[len(p) :] in units._CHINESE), key=len, default=None
    )
    if longest is None:
        assert units._CHINESE[word]
    else:
        assert units.factor(word, word[len(longest) :]) == pytest.approx(PREFIXES[longest], rel=1e-12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("t", "TJ"),
        ("万立方米", "tce"),
        ("m3", "Nm3"),
        ("t CO2", "t CH4"),
        ("t CO2", "t"),
        ("元", "t"),
        ("个", "%"),
        ("°C", "K"),
    ],
)
def test_what_measures_another_thing_does_not_convert(one: str, other: str) -> None:
    assert not units.commensurable(one, other)
    with pytest.raises(InvalidInput) as caught:
        units.factor(one, other)
    assert caught.value.faults[0].rule == "unit.dimension"


@pytest.mark.parametrize(
    "word",
    ["含外购", "≥6000 kW", "t'", "t/", "(t", "t)", "1+", "t+kg", "t[0]", "0*t", "2013", "5", "1e400*t", "10^10^10^10",
     "((9^99)^99)^99", "t" * 100, "t\\", "t;kg", "__import__('os')"],
)  # fmt: skip
def test_what_is_not_written_like_a_unit_is_unknown_and_never_guessed(word: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        units.factor(word, "t")
    assert caught.value.faults[0].rule == "unit.unknown"


def positive_or_fault(text: str, target: str) -> bool:
    try:
        return units.factor(text, target) > 0
    except InvalidInput as error:
        return error.faults[0].rule in {"unit.unknown", "unit.dimension", "unit.ambiguous"}


@given(st.text(max_size=30))
def test_any_text_is_a_unit_or_a_fault(text: str) -> None:
    assert positive_or_fault(text, "t")


@given(st.text(alphabet="0123456789.^*/()-+eE tTkgJ%°个万吨 ", max_size=14))
def test_near_units_are_units_or_faults(text: str) -> None:
    assert positive_or_fault(text, "TJ")


def test_a_scale_with_its_own_zero_converts_only_to_itself() -> None:
    assert units.factor("℃", "摄氏度") == 1.0


@pytest.mark.parametrize("word", ["ton", "tons", "kg/ton", "mt", "mtce", "mtoe", "元/ton"])
def test_a_word_with_more_than_one_meaning_is_asked_about_not_taken(word: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        units.factor(word, "t")
    assert caught.value.faults[0].rule == "unit.ambiguous"
    assert caught.value.faults[0].allowed


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [("万kWh", "kWh", 1e4), ("亿kWh", "MWh", 1e5), ("万t", "t", 1e4), ("万tce", "tce", 1e4), ("kgce", "tce", 1e-3)],
)
def test_chinese_number_words_stand_before_latin_units(source: str, target: str, expected: float) -> None:
    assert units.factor(source, target) == pytest.approx(expected, rel=1e-12)
