"""The world of the web tests: the example workspace with one run, and one account per role."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from cocontrol.io.workspace import load_workspace
from cocontrol_web.accounts.models import Role, User
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import index_runs
from cocontrol_web.demonstration import register_workspace
from cocontrol_web.registry.models import Workspace
from cocontrol_web.translations import compile_catalogues

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"

PROVINCE, CITY, OTHER_PROVINCE = "410000", "410900", "430000"


@pytest.fixture(scope="session", autouse=True)
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings of the tests: own folders, compiled translations, cheap passwords, no log-in throttle."""
    var = tmp_path_factory.mktemp("var")
    compile_catalogues(var / "locale")
    with override_settings(
        VAR=var,
        DEMO=False,
        UPLOAD_FOLDER=var / "uploads",
        LOCALE_PATHS=[var / "locale"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        AXES_ENABLED=False,
    ):
        yield


@pytest.fixture(scope="session")
def example(example_with_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example workspace with one run."""
    return shutil.copytree(example_with_run, tmp_path_factory.mktemp("example") / "henan")


@dataclass(frozen=True)
class World:
    """The example, indexed: its workspace and its one published run."""

    workspace: Workspace
    record: RunRecord
    folder: Path

    def publish(self, *, published: bool) -> None:
        """Publish the run, or withdraw it."""
        RunRecord.objects.filter(pk=self.record.pk).update(published_at=timezone.now() if published else None)


@pytest.fixture
def world(db: None, example: Path) -> World:
    workspace = register_workspace(load_workspace(example))
    (record,) = index_runs(workspace)
    made = World(workspace, record, example)
    made.publish(published=True)
    return made


ROLES: dict[str, tuple[str, str]] = {
    "province": (Role.BUREAU, PROVINCE),
    "city": (Role.BUREAU, CITY),
    "stranger": (Role.BUREAU, OTHER_PROVINCE),
    "analyst": (Role.ANALYST, PROVINCE),
    "public": (Role.PUBLIC, "100000"),
    "administrator": (Role.ADMINISTRATOR, "100000"),
}


@pytest.fixture
def person(db: None) -> Callable[[str], User]:
    """An account by its well-known name."""

    def make(name: str) -> User:
        role, region = ROLES[name]
        user, _ = User.objects.get_or_create(username=name, defaults={"role": role, "region": region})
        return user

    return make


@pytest.fixture
def client_of(person: Callable[[str], User]) -> Callable[[str], Client]:
    """A browser in which that account is logged in; ``anonymous`` is nobody."""

    def make(name: str) -> Client:
        client = Client()
        if name != "anonymous":
            client.force_login(person(name), backend=MODEL_BACKEND)
        return client

    return make
