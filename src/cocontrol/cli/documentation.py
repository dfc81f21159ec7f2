"""Commands about Cocontrol itself: the command reference that ``docs/cli.md`` holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from cocontrol.cli.framework import Session, add_command, new_group
from cocontrol.core.text import LANGUAGES, Language, Text

ORDER = 90

GROUP_HELP = Text("生成文档", "make documentation")

WIDTH = 100
"""Columns of the printed help."""

INTRODUCTION = Text(
    "由 `cocontrol docs cli` 生成，请勿手改。每个命令都有 `--format`、`--language`、`--debug`；"
    "发现问题时每条一行写到标准错误，退出码为 1，用法错误为 2。",
    "Made by `cocontrol docs cli`; do not edit. Every command has `--format`, `--language` and `--debug`; faults go to "
    "standard error, one a line, with exit code 1; wrong usage gives 2.",
)


def register(app: typer.Typer, language: Language) -> None:
    """Add the group ``docs``."""
    group = new_group(language, GROUP_HELP)
    add_command(group, language, "cli", Text("写出命令行参考（Markdown）", "write the command reference (Markdown)"))(
        cli
    )
    app.add_typer(group, name="docs")


def cli(
    session: Session,
    *,
    to: Annotated[
        Path | None, typer.Option(), Text("写到的文件；缺省为标准输出", "file to write; standard output by default")
    ] = None,
) -> None:
    """Write the reference of all commands in both languages."""
    text = command_reference()
    if to is None:
        session.output.line(text.rstrip("\n"))
    else:
        to.write_text(text, encoding="utf-8")


def command_reference() -> str:
    """The Markdown page of every command, Chinese first, then English."""
    parts = ["# 命令行 Command line", ""]
    for language in LANGUAGES:
        parts += ["## 中文" if language == "zh" else "## English", "", INTRODUCTION.in_language(language), ""]
        parts += _reference_in(language)
    return "\n".join(parts).rstrip("\n") + "\n"


def _reference_in(language: Language) -> Iterator[str]:
    from cocontrol.cli.main import build_app

    app = build_app(language)
    for path in _paths(typer.main.get_command(app), ()):
        title = " ".join(("cocontrol", *path))
        help_text = _help(app, path)
        yield from (f"### `{title}` {{ #{language}-{title.replace(' ', '-')} }}", "", "```text", help_text, "```", "")


def _paths(group: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words of every command below a group."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _paths(command, (*path, name))
        else:
            yield (*path, name)


def _help(app: typer.Typer, path: tuple[str, ...]) -> str:
    """What ``--help`` prints, at a fixed width and without blanks at line ends."""
    from typer.testing import CliRunner

    printed = CliRunner().invoke(app, [*path, "--help"], prog_name="cocontrol", terminal_width=WIDTH).stdout
    return "\n".join(line.rstrip() for line in printed.strip().splitlines())
