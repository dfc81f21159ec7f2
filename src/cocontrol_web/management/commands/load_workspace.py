"""Enter a workspace and its runs into the index of the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cocontrol.core.errors import CocontrolError
from cocontrol.io.workspace import load_workspace
from cocontrol_web.demonstration import load_runs, register_workspace
from cocontrol_web.planning.documents import register_workspace_plans


class Command(BaseCommand):
    help = "Enter a workspace folder and its runs into the index."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--run", action="store_true", help="make a run where there is none")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            folder = load_workspace(options["folder"])
            workspace = register_workspace(folder)
            register_workspace_plans(workspace, folder)
            load_runs(workspace, run_if_none=options["run"])
        except CocontrolError as error:
            raise CommandError(error.describe("zh")) from error
        self.stdout.write(f"{workspace.name}: {workspace.runs.count()} run(s)")
