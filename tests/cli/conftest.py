"""Calls the command line in this process and keeps what it printed and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cocontrol.cli.main import main
from tests.io_runs.conftest import make_workspace


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Call = Callable[..., Outcome]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.delenv("COCONTROL_LANGUAGE", raising=False)

    def run(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        code = caught.value.code
        return Outcome(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run


@pytest.fixture
def workspace_folder(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "small")


@pytest.fixture(scope="session")
def run_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one finished run."""
    from cocontrol.io.pipeline import run
    from cocontrol.io.workspace import load_workspace

    folder = make_workspace(tmp_path_factory.mktemp("cli") / "small")
    run(load_workspace(folder))
    return folder
