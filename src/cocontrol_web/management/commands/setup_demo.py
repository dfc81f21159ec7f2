"""Prepare the site and the demonstration; every step may be repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cocontrol.core.errors import CocontrolError
from cocontrol.core.text import Language
from cocontrol.io.workspace import load_workspace
from cocontrol_web.configuration import write_secret_key
from cocontrol_web.demonstration import demo_roster, ensure_accounts, load_runs, publish_latest, register_workspace
from cocontrol_web.planning.documents import register_workspace_plans
from cocontrol_web.translations import compile_catalogues


class Command(BaseCommand):
    help = "Make secrets, database, translations, demo accounts, and load a workspace with its runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", default=str(settings.DEMO_WORKSPACE), help="workspace folder")
        parser.add_argument("--city", default="410900", help="region of the demo city account")
        parser.add_argument("--no-run", action="store_true", help="do not make a run where there is none")
        parser.add_argument("--language", choices=["zh", "en"], default="zh", help="language of messages")

    def handle(self, *_args: Any, **options: Any) -> None:
        write_secret_key(settings.VAR)
        compile_catalogues(settings.LOCALE_PATHS[0])
        call_command("migrate", verbosity=0, interactive=False)
        language: Language = options["language"]
        try:
            self._load(Path(options["workspace"]), options["city"], run_if_none=not options["no_run"])
        except CocontrolError as error:
            raise CommandError(error.describe(language)) from error

    def _load(self, folder: Path, city: str, *, run_if_none: bool) -> None:
        opened = load_workspace(folder)
        accounts = ensure_accounts(demo_roster(opened.region, city), settings.VAR)
        workspace = register_workspace(opened)
        plans = register_workspace_plans(workspace, opened)
        latest = load_runs(workspace, run_if_none=run_if_none)
        if latest is not None and publish_latest(latest, accounts[0].username):
            self.stdout.write(f"{workspace.name}: {workspace.runs.count()} run(s), latest {latest.run_id}, published")
        else:
            self.stdout.write(f"{workspace.name}: {workspace.runs.count()} run(s), none published")
        self.stdout.write(f"{workspace.name}: {len(plans)} plan(s)")
        self.stdout.write("demo accounts:")
        for account in accounts:
            self.stdout.write(f"  {account.username:<13} {account.password:<14} {account.role:<13} {account.region}")
