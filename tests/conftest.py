"""Fixtures that every part of the suite shares."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

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


class OneBrowserAtATime(LoadScopeScheduling):
    """Gives a worker whole files, and all browser tests to one worker: two browsers on two cores time out."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowserAtATime:
    """How tests are shared out among workers (`-n 2`)."""
    return OneBrowserAtATime(config, log)
