"""The entry point ``cocontrol``: builds the command tree in one language and runs it.

A command group is one module of this package with ``register(app, language)``; nothing here names it.
Heavy packages are imported inside the commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType

import typer

import cocontrol.cli
from cocontrol import __version__
from cocontrol.cli.framework import LANGUAGE_HELP, NO, LanguageChoice, default_language, new_group, reader_gone
from cocontrol.core.text import Language, Text

TITLE = Text(
    "协控：减污降碳协同增效的清单、判定与溯源。",
    "Cocontrol: inventories, verdicts and provenance for cutting pollutants and greenhouse gases together.",
)

VERSION_HELP = Text("显示版本后退出", "show the version and exit")


def command_modules() -> Iterator[ModuleType]:
    """Modules of this package that register commands, by their ``ORDER``, then by name."""
    names = [info.name for info in pkgutil.iter_modules(cocontrol.cli.__path__)]
    modules = [importlib.import_module(f"cocontrol.cli.{name}") for name in names if name != "main"]
    registering = [module for module in modules if hasattr(module, "register")]
    return iter(sorted(registering, key=lambda module: (getattr(module, "ORDER", 100), module.__name__)))


def build_app(language: Language) -> typer.Typer:
    """The whole command tree with help in one language."""
    app = new_group(language, TITLE)

    flag = typer.Option(NO, "--version", help=VERSION_HELP.in_language(language))
    chosen = typer.Option(LanguageChoice(language), "--language", help=LANGUAGE_HELP.in_language(language))

    @app.callback(invoke_without_command=True)
    def root(*, version: bool = flag, spoken: LanguageChoice = chosen) -> None:  # noqa: ARG001 (default_language reads it)
        if version:
            sys.stdout.write(f"cocontrol {__version__}\n")
            raise typer.Exit

    for module in command_modules():
        module.register(app, language)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends the process with 0, 1 (faults), 2 (wrong usage) or 141 (the reader has gone)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        build_app(default_language(given))(args=given, prog_name="cocontrol")
    finally:
        _flush()


def _flush() -> None:
    """Print what is still in the buffer; end quietly where the reader has gone, as other tools of the shell do."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(reader_gone())


if __name__ == "__main__":
    main()
