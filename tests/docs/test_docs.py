"""The documentation: it builds, loads nothing from elsewhere, and what it shows works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer

from cocontrol.cli.main import build_app
from cocontrol.core.tables import TABLES
from cocontrol.indicators.table import indicator_table
from cocontrol.io.inputs import read_inputs
from cocontrol.io.workspace import load_workspace


@pytest.fixture(scope="module")
def site(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built documentation: that of ``make docs`` where nothing has changed since, else built here."""
    made = repository / "site"
    if _is_up_to_date(made, repository):
        return made
    folder = tmp_path_factory.mktemp("site")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=repository,
        env={**environment, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def _is_up_to_date(site: Path, repository: Path) -> bool:
    """Whether the last page was written after everything that pages are made from."""
    pages = [page.stat().st_mtime for page in site.rglob("*.html")]
    sources = [repository / "mkdocs.yml", *(repository / "docs").rglob("*.*"), *(repository / "src").rglob("*.*")]
    newest = max(path.stat().st_mtime for path in sources if "__pycache__" not in path.parts)
    return (site / "index.html").is_file() and min(pages) > newest


def blocks(page: Path, language: str) -> Iterator[str]:
    """Fenced blocks of one language, without the indentation of a list they may stand in."""
    for indent, body in re.findall(rf"^([ ]*)```{language}\n(.*?)^[ ]*```", page.read_text("utf-8"), re.M | re.S):
        yield "\n".join(line.removeprefix(indent) for line in body.splitlines())


def pages(repository: Path) -> list[Path]:
    folders = ("tutorial", "how-to", "reference", "explanation")
    return [page for folder in folders for page in sorted((repository / "docs" / folder).glob("*.md"))]


def test_no_page_loads_anything_from_another_address(site: Path) -> None:
    loading = re.compile(r"""<(?:script|img|iframe|source|link)\b[^>]*\b(?:src|href)=["'](?:https?:)?//""")
    importing = re.compile(r"""@import\s+(?:url\()?["']?https?:|url\(["']?https?:""")
    found = [p.relative_to(site) for p in site.rglob("*.html") if loading.search(p.read_text("utf-8"))]
    found += [p.relative_to(site) for p in site.rglob("*.css") if importing.search(p.read_text("utf-8"))]
    assert found == []


def test_every_declared_table_has_its_page(site: Path) -> None:
    for name in TABLES.names():
        page = (site / "reference" / "tables" / f"{name}.html").read_text("utf-8")
        for column in TABLES.get(name).columns:
            assert f"<code>{column.name}</code>" in page, (name, column.name)


def test_every_page_speaks_both_languages(repository: Path) -> None:
    for page in pages(repository):
        text = page.read_text("utf-8")
        assert re.search(r"[\u4e00-\u9fff]{4}", text), page.name
        assert re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", text), page.name


def test_toml_in_the_pages_is_toml(repository: Path) -> None:
    found = [(page.name, block) for page in pages(repository) for block in blocks(page, "toml")]
    assert found
    for _, block in found:
        tomllib.loads(block)


def test_commands_in_the_pages_exist_with_their_options(repository: Path) -> None:
    root = typer.main.get_command(build_app("en"))
    commands: dict[str, Any] = vars(root)["commands"]
    found = 0
    for page in pages(repository):
        for line in "\n".join(blocks(page, "sh")).splitlines():
            words = line.split("#")[0].split()
            if words[:1] == ["cocontrol"]:
                command = commands.get(words[1])
                assert command is not None, (page.name, line)
                if len(words) > 2 and words[2] in getattr(command, "commands", {}):
                    command = command.commands[words[2]]
                known = {option for parameter in command.params for option in parameter.opts}
                assert {word for word in words if word.startswith("--")} <= known, (page.name, line)
                found += 1
    assert found > 15


def test_the_python_of_the_tutorial_runs(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = read_inputs(load_workspace(repository / "examples" / "henan")).frames()
    names = {"targets": frames["target"], "indicators": indicator_table(()), "date": date}
    for block in blocks(repository / "docs" / "tutorial" / "in-python.md", "python"):
        exec(compile(block, "in-python.md", "exec"), names)  # noqa: S102 - our own page
    emission = names["emission"]
    assert isinstance(emission, pl.DataFrame)
    assert emission["CO2"].to_list() == pytest.approx([120 * 94.6, 40 * 56.1])
    assert emission["NOx"].to_list() == [pytest.approx(30.0), None]
    printed = capsys.readouterr().out
    assert "undetermined" in printed
