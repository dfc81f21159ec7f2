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
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

START_SECONDS = 60
SETUP_SECONDS = 240
SESSION_COOKIE = "cocontrol_session"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the answer: the page behind it is the browser's to open."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        return None


@dataclass(frozen=True)
class Site:
    """Where the site answers, who may enter, and the sessions of those who have."""

    address: str
    passwords: dict[str, str]
    sessions: dict[str, CookieJar] = field(default_factory=dict)

    def session_of(self, username: str) -> dict[str, str]:
        """The cookies of somebody logged in, who has chosen nothing yet: no region, no set of GWPs, no workspace."""
        if username not in self.sessions:
            self.sessions[username] = self._log_in(username)
        jar = self.sessions[username]
        self._ask(jar, "/about/?region=&gwp=&workspace=")
        return {cookie.name: cookie.value or "" for cookie in jar}

    def _log_in(self, username: str) -> CookieJar:
        jar = CookieJar()
        self._ask(jar, "/accounts/login/")
        token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
        form = {"username": username, "password": self.passwords[username], "csrfmiddlewaretoken": token}
        self._ask(jar, "/accounts/login/", urlencode(form).encode())
        if not any(cookie.name == SESSION_COOKIE for cookie in jar):
            raise RuntimeError(f"{username} could not log in")
        return jar

    def _ask(self, jar: CookieJar, path: str, data: bytes | None = None) -> None:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _NoRedirect)
        try:
            opener.open(self.address + path, data, timeout=30).close()
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.FOUND:
                raise
            error.close()


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
            time.sleep(0.1)
    raise TimeoutError(f"the site did not answer:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def running_site(repository: Path, example: Path, folder: Path) -> Iterator[Site]:
    """Sets up a copy of the example with its run in `folder`, serves it, and ends the server afterwards."""
    workspace = shutil.copytree(example, folder / "henan")
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
