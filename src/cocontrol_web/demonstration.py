"""The demonstration: accounts for each role, the example workspace, its runs. Safe to repeat."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cocontrol.core.parameters import NATIONAL
from cocontrol.io.pipeline import run
from cocontrol.io.workspace import Workspace as WorkspaceFolder
from cocontrol.io.workspace import load_workspace
from cocontrol_web.accounts.models import Role, User
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import index_runs
from cocontrol_web.analysis.views.runs import set_published
from cocontrol_web.registry.models import Workspace

ACCOUNTS_FILE = "demo_accounts.json"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A demonstration account; the password is made on the machine and kept in ``var``."""

    username: str
    role: str
    region: str
    password: str = ""


def demo_roster(region: str, city: str) -> tuple[DemoAccount, ...]:
    """One account per role: bureau of the province, bureau of a city in it, analyst, public, keeper of the accounts."""
    return (
        DemoAccount("province", Role.BUREAU, region),
        DemoAccount("city", Role.BUREAU, city),
        DemoAccount("analyst", Role.ANALYST, region),
        DemoAccount("public", Role.PUBLIC, NATIONAL),
        DemoAccount("administrator", Role.ADMINISTRATOR, NATIONAL),
    )


def ensure_accounts(roster: tuple[DemoAccount, ...], var: Path) -> list[DemoAccount]:
    """Make the accounts that are missing; passwords made earlier stay. Writes them where only the owner reads."""
    path = var / ACCOUNTS_FILE
    known = (
        {a["username"]: a["password"] for a in json.loads(path.read_text(encoding="utf-8"))} if path.is_file() else {}
    )
    made = [
        DemoAccount(a.username, str(a.role), a.region, known.get(a.username) or secrets.token_urlsafe(9))
        for a in roster
    ]
    for account in made:
        user, is_new = User.objects.get_or_create(
            username=account.username, defaults={"role": account.role, "region": account.region}
        )
        if is_new or not user.check_password(account.password):
            user.set_password(account.password)
        user.role, user.region, user.must_change_password = account.role, account.region, False
        user.save()
    _write_private(path, json.dumps([asdict(a) for a in made], ensure_ascii=False, indent=2))
    return made


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)


def register_workspace(folder: WorkspaceFolder) -> Workspace:
    """Enter the workspace folder into the index, or bring its entry up to date."""
    section = folder.settings.workspace
    workspace, _ = Workspace.objects.update_or_create(
        name=section.name,
        defaults={
            "title_zh": section.title_zh,
            "title_en": section.title_en,
            "region": section.region,
            "path": str(folder.folder),
        },
    )
    return workspace


def load_runs(workspace: Workspace, *, run_if_none: bool) -> RunRecord | None:
    """Index the runs of the workspace, making one where there is none; the latest."""
    index_runs(workspace)
    if run_if_none and not workspace.runs.exists():
        run(load_workspace(workspace.folder))
        index_runs(workspace)
    return workspace.runs.first()


def publish_latest(record: RunRecord, username: str) -> bool:
    """Publish the run for the demonstration, if it conserves mass; whether it is published."""
    if record.conservation_ok and not record.is_published:
        set_published(record, User.objects.get(username=username))
    return record.is_published
