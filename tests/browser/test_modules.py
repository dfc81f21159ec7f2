"""The front end's own tests (``make lint`` checks its types), and its lock."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def npm(repository: Path) -> str:
    found = shutil.which("npm")
    if found is None or not (repository / "node_modules" / "esbuild").is_dir():
        pytest.skip("needs Node and npm ci")
    return found


def test_the_front_end_passes_its_own_tests(npm: str, repository: Path) -> None:
    done = subprocess.run(
        [npm, "run", "-s", "test"], cwd=repository, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


def test_the_lock_names_no_registry_and_every_package_has_a_digest(repository: Path) -> None:
    text = (repository / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert "http" not in re.sub(r'"(url|funding)": "[^"]*"', "", text)
    assert text.count('"integrity"') == text.count('"node_modules/')
