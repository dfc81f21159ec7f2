"""Serve the site on the loopback address with a worker in the same process."""

from __future__ import annotations

from typing import Any

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cocontrol_web.analysis.jobs import Worker
from cocontrol_web.analysis.views.overview import warm
from cocontrol_web.translations import compile_catalogues
from cocontrol_web.wsgi import application


class Command(BaseCommand):
    help = "Serve the site with waitress; jobs run in the same process unless --no-worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=6)
        parser.add_argument("--no-worker", action="store_true", help="leave the jobs to run_worker")

    def handle(self, *_args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("the database is not set up; run: python -m cocontrol_web setup_demo")
        compile_catalogues(settings.LOCALE_PATHS[0])
        worker = None if options["no_worker"] else Worker()
        if worker:
            worker.start()
        warm()
        self.stdout.write(f"http://{options['host']}:{options['port']}/")
        try:
            waitress.serve(
                application, host=options["host"], port=options["port"], threads=options["threads"],
                max_request_body_size=settings.UPLOAD_LIMIT_BYTES + 2**20, ident="cocontrol", _quiet=True,
            )  # fmt: skip
        finally:
            if worker:
                worker.stop()
