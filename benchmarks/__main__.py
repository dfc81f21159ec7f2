"""Runs every benchmark of this folder, one after another, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> None:
    folder = Path(__file__).parent
    scripts = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    for script in scripts:
        print(f"== {script.stem} ==", flush=True)
        subprocess.run([sys.executable, str(script)], check=True)


if __name__ == "__main__":
    main()
