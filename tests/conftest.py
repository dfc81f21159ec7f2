"""Fixtures that every part of the suite shares."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from xdist.scheduler import LoadScopeScheduling

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference files and plans beside the checkout; the test skips where it is absent."""
    folder = Path(os.environ.get("COCONTROL_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"reference files are not beside the checkout ({folder.name}/data); set COCONTROL_SHARED")
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def example_with_run(repository: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The example workspace with one run, made once for all workers. Nobody writes to it: copy it to change it."""
    from cocontrol.io.pipeline import run
    from cocontrol.io.workspace import load_workspace

    base = tmp_path_factory.getbasetemp()
    common = base if worker_id == "master" else base.parent
    folder, marker = common / "example-with-run" / "henan", common / "example-with-run.done"
    with (common / "example-with-run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists():
            shutil.copytree(repository / "examples" / "henan", folder, ignore=shutil.ignore_patterns("runs"))
            run(load_workspace(folder))
            marker.touch()
    return folder


class OneBrowserAtATime(LoadScopeScheduling):
    """Gives a worker whole files, and all browser tests to one worker: two browsers on two cores time out."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid.partition("::")[0]


LONGEST_FIRST = ("tests/browser/", "tests/docs/", "tests/inventory/test_estimation", "tests/io_runs/", "tests/web/")
"""Beginnings of the tests that take longest: begun last, one of them would keep one worker busy alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest files first, the others as they come."""
    items.sort(key=lambda item: next((i for i, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start)), 99))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowserAtATime:
    """How tests are shared out among workers (`-n 2`): in the order of the collection, not by how many they are."""
    config.option.loadscopereorder = False
    return OneBrowserAtATime(config, log)


class Outcome(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Call = Callable[..., Outcome]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command line in this process and keeps what it printed and how it ended."""
    from cocontrol.cli.main import main

    monkeypatch.delenv("COCONTROL_LANGUAGE", raising=False)

    def run(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        code = caught.value.code
        return Outcome(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run
