"""The words of the command line itself: Chinese when Chinese is spoken, the same facts in English."""

from __future__ import annotations

import re

import pytest
import typer

from cocontrol.cli.documentation import command_reference
from cocontrol.cli.main import build_app
from cocontrol.cli.output import Output
from cocontrol.cli.wording import error_in, help_in
from cocontrol.core.text import Text

from .conftest import Call

ENGLISH = re.compile(r"Usage|Options:|Arguments:|Commands:|Show this message|\[default|\brequired\b|\[OPTIONS\]")


def test_chinese_help_holds_no_english_word_of_the_library() -> None:
    chinese = command_reference().partition("## English")[0]
    assert ENGLISH.findall(chinese) == []
    assert "用法：cocontrol run [选项]" in chinese


def test_english_help_is_that_of_the_library(call: Call) -> None:
    printed = call("--language", "en", "run", "--help").out
    assert "Usage: cocontrol run [OPTIONS] [WORKSPACE]" in printed
    assert "Show this message and exit." in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--nonsense"), "没有选项 --nonsense"),
        (("bogus",), "没有命令 bogus"),
        (("rn",), "相近的有"),
        (("explain", "latest"), "缺少参数 CELL"),
        (("run", "a", "b"), "多出的参数：b"),
        (("run", "--format", "xml"), "--format 的值 xml 不对"),
        (("run", "--format"), "选项 --format 要给出值"),
        (("result", "latest", "--limit", "many"), "要填整数"),
        (("result", "latest", "--limit", "0"), "不得小于 1"),
    ],
)
def test_wrong_usage_is_said_in_chinese(call: Call, arguments: tuple[str, ...], said: str) -> None:
    outcome = call(*arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert "Error" not in outcome.err
    assert outcome.out == ""


def test_wrong_usage_is_said_in_english_on_request(call: Call) -> None:
    outcome = call("run", "--format", "xml", "--language", "en")
    assert outcome.code == 2
    assert "Error: Invalid value for '--format': 'xml' is not one of 'table', 'json', 'csv'." in outcome.err


def test_no_command_prints_the_help_on_standard_error(call: Call) -> None:
    outcome = call()
    assert (outcome.code, outcome.out) == (2, "")
    assert "命令：" in outcome.err


def test_a_message_nobody_knows_stays_as_it_is() -> None:
    assert error_in("zh", "Something new happened.") == "Something new happened."
    assert help_in("en", "Usage: x [OPTIONS]") == "Usage: x [OPTIONS]"


def test_the_language_may_stand_before_the_command(call: Call) -> None:
    assert "list the document profiles" in call("--language", "en", "reference", "--help").out


def test_both_languages_have_the_same_commands() -> None:
    trees = [typer.main.get_command(build_app(language)) for language in ("zh", "en")]
    assert len({tuple(getattr(tree, "commands", ())) for tree in trees}) == 1


def test_tables_print_codes_as_they_are_and_years_without_separators(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"cell": "410000:construction:diesel@2013", "year": 2013, "rows": 2013, "facts": '{"a": "' + "x" * 99 + '"}'}
    Output("table", "en").rows([row], {name: Text(name, name) for name in row})
    printed = capsys.readouterr().out
    assert "410000:construction:diesel@2013" in printed
    assert " 2013 " in printed
    assert "2,013" in printed
    assert "x…" in printed
