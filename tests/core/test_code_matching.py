import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.code_matching import CodeList, choice
from cocontrol.core.text import Text

FUELS = CodeList.of({"raw_coal": Text("原煤", "raw coal"), "diesel": Text("柴油", "diesel oil")})
REGIONS = CodeList.of(
    {"110105": Text("朝阳区", "Chaoyang"), "220104": Text("朝阳区", "Chaoyang"), "410100": Text("郑州市", "Zhengzhou")}
)


@pytest.mark.parametrize(
    "word",
    ["raw_coal", "RAW_COAL", " raw_coal ", "原煤", "Raw Coal", "raw_coal 原煤", "raw_coal raw coal", "ｒａｗ_coal"],
)
def test_a_code_is_found_by_code_label_or_drop_down_entry(word: str) -> None:
    assert FUELS.code(word) == "raw_coal"


@pytest.mark.parametrize(
    ("word", "entry"),
    [("raw_cole", "raw_coal raw coal"), ("柴", "diesel diesel oil"), ("dieselöl", "diesel diesel oil")],
)
def test_a_misspelt_word_is_answered_with_the_nearest_entry(word: str, entry: str) -> None:
    near = FUELS.nearest(word)
    assert FUELS.code(word) is None
    assert near is not None
    assert near.en == entry


def test_a_word_that_several_labels_hold_is_answered_with_all_of_them() -> None:
    animals = {
        "sow": Text("母猪", "sows"),
        "fattening_pig": Text("育肥猪", "fattening pigs"),
        "horse": Text("马", "horses"),
    }
    known = CodeList.of(animals)
    assert [one.zh for one in known.likely("猪")] == ["sow 母猪", "fattening_pig 育肥猪"]
    assert [one.zh for one in known.likely("马匹")] == ["horse 马"]
    assert known.likely("xyz") == known.likely("") == ()


def test_a_word_like_no_entry_gets_no_guess() -> None:
    assert FUELS.nearest("xyz") is None


def test_a_label_of_several_codes_is_never_resolved_but_lists_them() -> None:
    assert REGIONS.code("朝阳区") is None
    assert REGIONS.candidates("朝阳区") == ("110105", "220104")
    assert REGIONS.code("220104 朝阳区") == "220104"


def test_a_list_of_bare_codes_knows_only_codes() -> None:
    bare = CodeList.of(["b", "a"])
    assert (bare.code("a"), bare.code("c"), bare.describe()) == ("a", None, Text("a、b", "a, b"))


def test_a_long_list_is_described_by_its_first_entries_and_its_length() -> None:
    described = CodeList.of([f"code{i:03d}" for i in range(50)]).describe()
    assert "50" in described.zh
    assert described.en.endswith("(50 codes)")


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=8), min_size=1, max_size=8))
def test_no_word_leads_to_two_codes(entries: dict[str, str]) -> None:
    listed = CodeList.of({code: Text(label, label) for code, label in entries.items()})
    for word in listed.found:
        assert not listed.candidates(word) or listed.code(word) is None


def test_a_drop_down_entry_shows_code_and_label() -> None:
    assert choice("a", Text("甲", "alpha"), "en") == "a alpha"
    assert choice("a", None) == "a"
    assert choice("MW", Text("兆瓦", "MW"), "en") == "MW"
