"""Work off the queue of jobs in a process of its own."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cocontrol_web.analysis.jobs import fail_stale, work_once


class Command(BaseCommand):
    help = "Take jobs from the queue and do them; --once ends when the queue is empty."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when the queue is empty")
        parser.add_argument("--idle", type=float, default=1.0, help="seconds to wait when the queue is empty")

    def handle(self, *_args: Any, **options: Any) -> None:
        fail_stale()
        while True:
            if work_once():
                continue
            if options["once"]:
                return
            time.sleep(options["idle"])
