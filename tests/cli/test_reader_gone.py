"""A command whose reader goes away (``cocontrol … | head``) ends as other tools of the shell do: without a word."""

from __future__ import annotations

import os
import subprocess
import sys

from cocontrol.cli.framework import READER_GONE


def run_without_reader(*arguments: str) -> tuple[int, str]:
    """Exit code and standard error of a command whose standard output nobody reads."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cocontrol.cli.main", *arguments],
            stdout=write, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
        )  # fmt: skip
    finally:
        os.close(write)
    return done.returncode, done.stderr


def test_long_output_without_a_reader_ends_quietly() -> None:
    assert run_without_reader("docs", "cli") == (READER_GONE, "")


def test_output_that_fits_the_buffer_ends_quietly_too() -> None:
    code, said = run_without_reader("--version")
    assert (code != 0, said) == (True, "")
