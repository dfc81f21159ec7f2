"""Report the parser's figures on a labelled folder: `python -m tests.plans.measure_heldback [FOLDER] [--detail]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.plans.heldback_scoring import HELDBACK, measure_folder, report


def main() -> None:
    """Print the report for the given folder, or for the held-back set."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, default=HELDBACK)
    options.add_argument("--detail", action="store_true", help="list every miss")
    chosen = options.parse_args()
    print(report(measure_folder(chosen.folder), detail=chosen.detail))  # noqa: T201 - a command's output


if __name__ == "__main__":
    main()
