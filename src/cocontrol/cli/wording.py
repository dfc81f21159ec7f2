"""The command-line library's own words (usage, headings, wrong usage) in the language of the call.

Typer prints them in English only. Help texts are put into Chinese line by line, errors by their message;
a message that nothing here knows stays as it is, so nothing is lost when the library changes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, ClassVar, cast

import typer
from typer.core import TyperCommand, TyperGroup

from cocontrol.core.text import Language

EXIT_USAGE = 2

USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__base__)
"""The class of every wrong usage; the library exports only its child by a public name."""

_HELP_ZH = (
    (r"^Usage: ", "用法："),
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 [参数]..."),
    (r"^Arguments:$", "参数："),
    (r"^Options:$", "选项："),
    (r"^Commands:$", "命令："),
    (r"Show this message and exit\.$", "显示帮助后退出"),
    (r"\[default: ", "[缺省："),
    (r"\[required\]", "[必填]"),
    (r"; required\]", "；必填]"),
)

_ERRORS_ZH = (
    (r"No such option: (.+?)(?: \(Possible options: (.+)\))?$", r"没有选项 \1", "；相近的有：{}"),
    (r"No such command '(.+)'\.? ?(?:Did you mean (.+)\?)?$", r"没有命令 \1", "；相近的有：{}"),
    (r"Missing argument '?(.+?)'?\.(.*)$", r"缺少参数 \1", ""),
    (r"Missing option '?(.+?)'?\.(.*)$", r"缺少选项 \1", ""),
    (r"Missing command\.()$", "缺少命令", ""),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)()$", r"多出的参数：\1", ""),
    (r"Option '(.+)' does not take a value\.()$", r"选项 \1 不带值", ""),
    (r"Option '(.+?)' requires (.*)$", r"选项 \1 要给出值", ""),
    (r"Invalid value for '(.+?)': '?(.*?)'? is not one of (.+?)\.?$", r"\1 的值 \2 不对", "；可用：{}"),
    (r"Invalid value for '(.+?)': (.+)$", r"\1 的值不对", "（{}）"),
)
"""Pattern, what it says, and how the last group (alternatives, detail) is added where there is one."""

_DETAILS_ZH = (
    (r"Input should be a valid integer.*", "要填整数"),
    (r"Input should be a valid number.*", "要填数"),
    (r"Input should be greater than or equal to (\S+)", r"不得小于 \1"),
    (r"Input should be less than or equal to (\S+)", r"不得大于 \1"),
)
"""What the library says about a value of the wrong kind."""


def help_in(language: Language, text: str) -> str:
    """A printed help text with the library's own words in `language`.

    >>> help_in("zh", "Usage: cocontrol run [OPTIONS]")
    '用法：cocontrol run [选项]'
    """
    if language == "en":
        return text
    return "\n".join(_replaced(line) for line in text.split("\n"))


def _replaced(line: str) -> str:
    for pattern, words in _HELP_ZH:
        line = re.sub(pattern, words, line)
    return line


def error_in(language: Language, message: str) -> str:
    """One message about wrong usage in `language`.

    >>> error_in("zh", "No such option: --nonsense")
    '没有选项 --nonsense'
    """
    plain = message.replace("Value error, ", "")
    if language == "en":
        return plain
    for pattern, words in _DETAILS_ZH:
        plain = re.sub(pattern, words, plain)
    for pattern, words, detail in _ERRORS_ZH:
        if found := re.match(pattern, plain, re.DOTALL):
            last = found.groups()[-1]
            return found.expand(words) + (detail.format(last) if last else "")
    return plain


def show_error(language: Language, error: Exception) -> int:
    """Print wrong usage on standard error: the usage line, where help is, what is wrong; returns the exit code."""
    context = cast("Any", error).ctx
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{context.get_help()}\n")
        return EXIT_USAGE
    if context is not None:
        path = context.command_path
        hint = f"Try '{path} --help' for help." if language == "en" else f"用法详见 {path} --help"
        sys.stderr.write(f"{context.get_usage()}\n{hint}\n\n")
    said = error_in(language, cast("Any", error).format_message())
    sys.stderr.write(f"{'Error: ' if language == 'en' else '错误：'}{said}\n")
    return EXIT_USAGE


class _Speaking:
    """Help and usage of a command in the language of its class."""

    language: ClassVar[Language] = "en"

    def get_help(self, ctx: Any) -> str:
        """The help text in the language of the class."""
        return help_in(self.language, cast("Any", super()).get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """The usage line in the language of the class."""
        return help_in(self.language, cast("Any", super()).get_usage(ctx))


class Command(_Speaking, TyperCommand):
    """A command in English."""


class Group(_Speaking, TyperGroup):
    """A group in English; as root it prints wrong usage in its language."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """As the library's, but with wrong usage in the language of the class."""
        try:
            code = super().main(
                args,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except USAGE_ERROR as error:
            if not standalone_mode:
                raise
            code = show_error(self.language, error)
        except typer.Abort:
            if not standalone_mode:
                raise
            sys.stderr.write("Stopped.\n" if self.language == "en" else "已中止。\n")
            code = 1
        if not standalone_mode:
            return code
        sys.exit(code if isinstance(code, int) else 0)


class ChineseCommand(Command):
    """A command in Chinese."""

    language: ClassVar[Language] = "zh"


class ChineseGroup(Group):
    """A group in Chinese."""

    language: ClassVar[Language] = "zh"


def command_class(language: Language) -> type[TyperCommand]:
    """The class of commands that speak `language`."""
    return ChineseCommand if language == "zh" else Command


def group_class(language: Language) -> type[TyperGroup]:
    """The class of groups that speak `language`."""
    return ChineseGroup if language == "zh" else Group
