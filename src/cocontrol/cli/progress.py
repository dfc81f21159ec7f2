"""Progress on standard error: a bar on a terminal for work over a second, silence in a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from cocontrol.core.text import Language, Text

PATIENCE_SECONDS = 1.0
"""Shorter work shows nothing."""

Report = Callable[[str, Text, int, int], None]


@contextmanager
def progress_bar(language: Language) -> Iterator[Report]:
    """A progress function for the pipeline; draws only on a terminal and only after a second."""
    if not sys.stderr.isatty():
        yield lambda _step_id, _label, _done, _total: None
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(file=sys.stderr, emoji=False), transient=True,
    )  # fmt: skip
    started = time.monotonic()
    task: TaskID | None = None

    def report(_step_id: str, label: Text, done: int, total: int) -> None:
        """Draw the step under way once waiting takes long enough to be noticed."""
        nonlocal task
        if task is None and time.monotonic() - started < PATIENCE_SECONDS:
            return
        if task is None:
            bar.start()
            task = bar.add_task("", total=total)
        bar.update(task, description=label.in_language(language), completed=done, total=total)

    try:
        yield report
    finally:
        bar.stop()
