import pytest

from cocontrol.core.text import LANGUAGES, Text, same


def test_a_text_gives_each_language_its_own_words() -> None:
    text = Text("错", "wrong")
    assert [text.in_language(language) for language in LANGUAGES] == ["错", "wrong"]
    assert str(text) == "错"


def test_both_languages_are_filled_from_the_same_values() -> None:
    filled = Text("第 {n} 行", "row {n}").format(n=7)
    assert filled == Text("第 7 行", "row 7")


def test_a_text_inside_a_text_is_filled_in_its_own_language() -> None:
    assert Text("缺 {c}", "no {c}").format(c=Text("燃料", "fuel")) == Text("缺 燃料", "no fuel")


@pytest.mark.parametrize(("zh", "en"), [("", "x"), ("x", "")])
def test_a_text_without_one_language_is_refused(zh: str, en: str) -> None:
    with pytest.raises(ValueError, match="both languages"):
        Text(zh, en)


def test_a_symbol_reads_alike_in_both_languages() -> None:
    assert same("CO₂") == Text("CO₂", "CO₂")
