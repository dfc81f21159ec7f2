"""What every command shares: its options, its language, its output and its way to fail.

A command is a plain function whose first parameter is a `Session`. `add_command` gives it the common
options (``--format``, ``--language``, ``--debug``), turns `Text` in its annotations into help in the
chosen language, and prints errors as one line per fault.
"""

from __future__ import annotations

import copy
import errno
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
from cocontrol.core.errors import CocontrolError, Fault, Location
from cocontrol.core.text import LANGUAGES, Language, Text

LANGUAGE_VARIABLE = "COCONTROL_LANGUAGE"

NO = False
"""Default of a flag."""

FULL_WIDTH = str.maketrans("，；＝：", ",;=:")
"""Separators as a Chinese keyboard writes them, for values that list several things."""

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


def argument_missing(name: str, remedy: Text) -> Fault:
    """The fault of a command called without an argument that only some of its options can do without."""
    return Fault("cli.argument_missing", Text("缺少参数", "an argument is missing"), value=name, remedy=remedy)


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
    except BrokenPipeError as error:
        raise typer.Exit(reader_gone()) from error
    except OSError as error:
        if session.debug:
            traceback.print_exc()
        session.output.faults([_fault_of(error)])
        session.fail()
    if session.exit_code:
        raise typer.Exit(session.exit_code)


READER_GONE = 141
"""Exit code of a command whose reader has gone (``| head``), as the shell prints it for SIGPIPE: 128 + 13."""


def reader_gone() -> int:
    """Nothing more can be printed: what is left in the buffer goes nowhere. Returns the exit code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return READER_GONE


_REFUSALS = {
    errno.ENOENT: ("file.missing", Text("没有这个文件或文件夹", "no such file or folder")),
    errno.EACCES: ("file.forbidden", Text("没有读写这个文件的权限", "no permission to read or write this file")),
    errno.EPERM: ("file.forbidden", Text("系统不允许这样改动文件", "the system does not allow this change")),
    errno.EISDIR: ("file.is_folder", Text("这是文件夹，需要的是文件", "this is a folder, a file is wanted")),
    errno.ENOTDIR: ("file.is_no_folder", Text("路径中有一段不是文件夹", "a part of the path is no folder")),
    errno.EEXIST: ("file.exists", Text("文件或文件夹已存在", "the file or folder is there already")),
    errno.ENOSPC: ("file.no_space", Text("磁盘空间不足", "no space left on the disk")),
    errno.EROFS: ("file.read_only", Text("文件系统只读", "the file system is read-only")),
}
"""What people read when the operating system refuses, by its error number."""


def _fault_of(error: OSError) -> Fault:
    """The refusal of the operating system as a fault, in words where we have them, else in the system's own."""
    system = str(error.strerror or error)
    other = ("file.refused", Text("读写失败（{e}）", "reading or writing failed ({e})").format(e=system))
    rule, message = _REFUSALS.get(error.errno or 0, other)
    return Fault(rule, message, Location(file=str(error.filename) if error.filename else None))


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
