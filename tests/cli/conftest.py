"""Workspaces for the commands to work on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Call
from tests.io_runs.conftest import make_workspace

__all__ = ["Call"]


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
