"""Recompute the tables of a run from its own inputs, in a process of its own.

Run as ``python -m cocontrol.io.recompute RUN_FOLDER TARGET``. The process is apart because the reference
data of a process are fixed when it starts: with ``COCONTROL_REFERENCE`` it computes under the snapshot
that the run keeps, without it under the data of today.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cocontrol.core.errors import CocontrolError, InvalidInput
from cocontrol.io.inputs import read_inputs
from cocontrol.io.lake import store_tables
from cocontrol.io.pipeline import compute, context_of
from cocontrol.io.runs import INPUTS, open_run
from cocontrol.io.workspace import load_workspace


def recompute(run_folder: Path, target: Path) -> None:
    """Write every result table of the run, computed anew, into `target`; raises as `pipeline.run` does."""
    run = open_run(run_folder)
    workspace = load_workspace(run.folder / INPUTS)
    inputs = read_inputs(workspace)
    if inputs.errors:
        raise InvalidInput(*inputs.errors)
    context = context_of(workspace, inputs, date.fromisoformat(run.manifest["as_of"]))
    tables, _ = compute(context, inputs)
    store_tables(tables, target)


def main(arguments: Sequence[str]) -> int:
    """Recompute; faults go to standard error, one a line, and give 1."""
    run_folder, target = arguments
    try:
        recompute(Path(run_folder), Path(target))
    except CocontrolError as error:
        sys.stderr.write(error.describe("zh") + "\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
