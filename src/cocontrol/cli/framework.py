"""What every command shares: its options, its language, its output and its way to fail.

A command is a plain function whose first parameter is a `Session`. `add_command` gives it the common
options (``--format``, ``--language``, ``--debug``), turns `Text` in its annotations into help in the
chosen language, and prints errors as one line per fault.
"""

from __future__ import annotations

import copy
import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.models import OptionInfo, ParameterInfo

from cocontrol.cli.output import Output
from cocontrol.cli.wording import command_class, group_class
from cocontrol.core.errors import CocontrolError
from cocontrol.core.text import LANGUAGES, Language, Text

LANGUAGE_VARIABLE = "COCONTROL_LANGUAGE"

NO = False
"""Default of a flag."""

EXIT_FAULTS = 1
"""Exit code when faults were found; wrong usage of the command line itself gives 2."""


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class LanguageChoice(StrEnum):
    """The languages of the messages."""

    ZH = "zh"
    EN = "en"


@dataclass(slots=True)
class Session:
    """One call of one command: language, output, and whether tracebacks are wanted."""

    language: Language
    output: Output
    debug: bool = False
    exit_code: int = field(default=0)

    def say(self, text: Text) -> str:
        """The text in the language of this call."""
        return text.in_language(self.language)

    def fail(self) -> None:
        """End with a non-zero code after the output was printed."""
        self.exit_code = EXIT_FAULTS


FORMAT_HELP = Text("输出格式", "output format")
LANGUAGE_HELP = Text(
    f"消息语言（环境变量 {LANGUAGE_VARIABLE}）", f"language of messages (environment: {LANGUAGE_VARIABLE})"
)
DEBUG_HELP = Text("出错时显示完整的调用栈", "show the traceback of an error")


def default_language(arguments: Sequence[str] | None = None) -> Language:
    """The language of help texts: ``--language`` on the command line, else the environment, else Chinese."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    wanted = os.environ.get(LANGUAGE_VARIABLE, "zh")
    for position, argument in enumerate(given):
        if argument == "--language" and position + 1 < len(given):
            wanted = given[position + 1]
        elif argument.startswith("--language="):
            wanted = argument.partition("=")[2]
    return "en" if wanted == "en" else LANGUAGES[0]


def new_group(language: Language, help_text: Text) -> typer.Typer:
    """An empty group of commands."""
    return typer.Typer(
        cls=group_class(language),
        help=help_text.in_language(language),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def add_command(
    group: typer.Typer, language: Language, name: str, help_text: Text
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorator: make a function that takes a `Session` a command of the group."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        """Make the function a command and hand it back unchanged."""
        group.command(name, cls=command_class(language), help=help_text.in_language(language))(
            _with_session(function, language)
        )
        return function

    return register


def _with_session(function: Callable[..., None], language: Language) -> Callable[..., None]:
    """`function` as Typer wants it: own parameters plus the common ones, help in one language."""
    hints = get_type_hints(function, include_extras=True)
    own = list(inspect.signature(function).parameters.values())[1:]
    parameters = [p.replace(annotation=_in_language(p.name, hints[p.name], language)) for p in own]
    parameters += _common_parameters(language)

    @functools.wraps(function)
    def command(**arguments: Any) -> None:
        """The command with its session made and its errors printed."""
        chosen: Language = "en" if arguments.pop("language") is LanguageChoice.EN else "zh"
        session = Session(chosen, Output(str(arguments.pop("format")), chosen), arguments.pop("debug"))
        _run(function, session, arguments)

    vars(command).pop("__wrapped__")
    vars(command)["__signature__"] = inspect.Signature(parameters)
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _run(function: Callable[..., None], session: Session, arguments: dict[str, Any]) -> None:
    try:
        function(session, **arguments)
    except CocontrolError as error:
        if session.debug:
            traceback.print_exc()
        session.output.faults(error.faults)
        session.fail()
    except OSError as error:
        if session.debug:
            traceback.print_exc()
        session.output.line_to_stderr(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
        session.fail()
    if session.exit_code:
        raise typer.Exit(session.exit_code)


def _in_language(name: str, annotation: Any, language: Language) -> Any:
    """The annotation with every `Text` in it moved into the help of its argument or option."""
    if get_origin(annotation) is not Annotated:
        return annotation
    kind, *extras = get_args(annotation)
    texts = [extra for extra in extras if isinstance(extra, Text)]
    infos = [copy.copy(extra) for extra in extras if isinstance(extra, ParameterInfo)]
    for info in infos:
        info.help = texts[0].in_language(language) if texts else info.help
        is_option = isinstance(info, OptionInfo)
        info.metavar = info.metavar or (_kind_shown(kind) if is_option else name.upper())
    return Annotated[kind, *infos]


def _kind_shown(kind: Any) -> str | None:
    """What stands for the value in help: PATH, TEXT or N; None where the library lists the choices itself."""
    words = {Path: "PATH", str: "TEXT", int: "N", float: "N"}
    if kind in words:
        return words[kind]
    return next(filter(None, map(_kind_shown, get_args(kind))), None)


def _common_parameters(language: Language) -> list[inspect.Parameter]:
    def option(name: str, kind: Any, default: object, info: Any) -> inspect.Parameter:
        """One parameter of the command as the framework wants it."""
        return inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info]
        )

    chosen = LanguageChoice(language)
    return [
        option("format", Format, Format.TABLE, typer.Option(help=FORMAT_HELP.in_language(language))),
        option("language", LanguageChoice, chosen, typer.Option(help=LANGUAGE_HELP.in_language(language))),
        option("debug", bool, NO, typer.Option("--debug", help=DEBUG_HELP.in_language(language))),
    ]
