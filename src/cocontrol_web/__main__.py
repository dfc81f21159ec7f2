"""``python -m cocontrol_web <command>``: the management commands of the site."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one management command with this project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cocontrol_web.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
