"""The demonstration site in a process of its own, on the loopback address."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60
SETUP_SECONDS = 240


@dataclass(frozen=True)
class Site:
    """Where the site answers, and who may enter."""

    address: str
    passwords: dict[str, str]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(repository: Path, var: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    environment = {**os.environ, "COCONTROL_VAR": str(var), "PYTHONPATH": str(repository / "src")}
    return [sys.executable, "-m", "cocontrol_web", *arguments], environment


def _wait_until_it_answers(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the site ended at once:\n{log.read_text(encoding='utf-8')}")
        try:
            with urllib.request.urlopen(f"{address}/accounts/login/", timeout=5):  # noqa: S310 loopback
                return
        except urllib.error.URLError:
            time.sleep(0.3)
    raise TimeoutError(f"the site did not answer:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def running_site(repository: Path, folder: Path) -> Iterator[Site]:
    """Sets up a copy of the example in `folder`, serves it, and ends the server afterwards."""
    workspace = shutil.copytree(
        repository / "examples" / "henan", folder / "henan", ignore=shutil.ignore_patterns("runs")
    )
    var = folder / "var"
    arguments, environment = _command(repository, var, "setup_demo", "--workspace", str(workspace))
    subprocess.run(arguments, env=environment, check=True, timeout=SETUP_SECONDS, capture_output=True)
    accounts = json.loads((var / "demo_accounts.json").read_text(encoding="utf-8"))
    address = f"http://127.0.0.1:{(port := _free_port())}"
    arguments, environment = _command(repository, var, "serve", "--port", str(port))
    log = folder / "server.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(arguments, env=environment, stdout=stream, stderr=subprocess.STDOUT)
        try:
            _wait_until_it_answers(address, server, log)
            yield Site(address, {account["username"]: account["password"] for account in accounts})
        finally:
            server.terminate()
            server.wait(timeout=20)
