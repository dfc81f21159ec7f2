"""Bring the catalogue up to date with the messages in use, and compile it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from cocontrol_web.translations import compile_catalogues, update_catalogue


class Command(BaseCommand):
    help = "Compile the translations; with --update also rewrite the catalogue from the messages in use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--update", action="store_true", help="rewrite locale/en/LC_MESSAGES/django.po")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["update"]:
            self.stdout.write(f"untranslated: {update_catalogue('en')}")
        for path in compile_catalogues(settings.LOCALE_PATHS[0]):
            self.stdout.write(f"compiled {path.name} ({path.parts[-3]})")
