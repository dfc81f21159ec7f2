"""Redo a run and hold the outcome against it, without touching it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.io.code_version import code_version
from cocontrol.io.comparison import DIFFERENCE_SCHEMA, Comparison, attributed, compare_tables
from cocontrol.io.lake import file_sha256, read_parquet
from cocontrol.io.parameter_snapshot import unpack_snapshot
from cocontrol.io.runs import Progress, Run, no_progress, open_run
from cocontrol.reference import parameter_version
from cocontrol.reference._data import REFERENCE_VARIABLE


def rerun(
    manifest_path: str | Path, *, current_parameters: bool = False, progress: Progress = no_progress
) -> Comparison:
    """Redo a run from its own inputs and parameter snapshot and compare every result.

    ``identical`` means bit for bit: the checksum of every result file is that of the manifest. With
    `current_parameters` today's reference data are used instead, which shows what a changed factor
    would do. The differences name a cause: *data* where an input copy was altered, *factor* where a
    parameter differs, *method* where the code does.

    Raises
    ------
    InvalidInput
        The recomputation failed; its faults.
    NotFound
        There is no run at the path, or it holds no snapshot.
    """
    run = open_run(manifest_path)
    progress("rerun", Text("重算", "recomputing"), 0, 2)
    damaged = run.damaged()
    with tempfile.TemporaryDirectory(prefix="cocontrol-rerun-") as scratch:
        target = Path(scratch) / "results"
        reference = None if current_parameters else unpack_snapshot(run.folder, Path(scratch) / "reference")
        recompute_apart(run, target, reference)
        progress("rerun", Text("比对", "comparing"), 1, 2)
        outcome = _compare(run, target, damaged, current_parameters=current_parameters)
    progress("done", Text("完成", "done"), 2, 2)
    return outcome


def recompute_apart(run: Run, target: Path, reference: Path | None) -> None:
    """Recompute the run into `target` in a process of its own, under the reference files given."""
    environment = {key: value for key, value in os.environ.items() if key != REFERENCE_VARIABLE}
    if reference is not None:
        environment[REFERENCE_VARIABLE] = str(reference)
    source = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [source, environment.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "cocontrol.io.recompute", str(run.folder), str(target)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603 - our own module, no shell
    if done.returncode:
        raise InvalidInput(
            Fault(
                "rerun.failed",
                Text("重算失败", "the recomputation failed"),
                Location(file=run.run_id),
                value=done.stderr.strip() or None,
            )
        )


def _compare(run: Run, target: Path, damaged: tuple[str, ...], *, current_parameters: bool) -> Comparison:
    stored = {entry["name"]: entry for entry in run.manifest["results"]}
    made = {path.stem: path for path in sorted(target.glob("*.parquet"))}
    unlike = [name for name in stored.keys() | made.keys() if not _same_bytes(stored.get(name), made.get(name))]
    intact = [name for name in unlike if name in stored and stored[name]["path"] not in damaged]
    before = {name: frame for name in stored if (frame := _readable(run, name)) is not None}
    after = {name: read_parquet(path) for name, path in made.items()}
    differences = compare_tables(before, after) if unlike else pl.DataFrame(schema=DIFFERENCE_SCHEMA)
    versions = _versions(run, current_parameters=current_parameters)
    differences = attributed(
        differences,
        data=any(path.startswith("inputs/") for path in damaged),
        factor=not versions["same_parameters"],
        method=not versions["same_code"],
    )
    details = {
        "run": run.run_id, "unlike_tables": sorted(unlike), "unlike_intact": sorted(intact),
        "damaged": list(damaged), **versions,
    }  # fmt: skip
    identical = not unlike and not damaged
    return Comparison(identical, differences, _summary(unlike, differences, damaged), details)


def _readable(run: Run, name: str) -> pl.DataFrame | None:
    """A result table, None where its file is gone or broken (which `damaged` says)."""
    try:
        return run.result(name)
    except InvalidInput:
        return None


def _same_bytes(entry: dict[str, Any] | None, path: Path | None) -> bool:
    return entry is not None and path is not None and file_sha256(path) == entry["sha256"]


def _versions(run: Run, *, current_parameters: bool) -> dict[str, bool]:
    same_parameters = not current_parameters or run.manifest["parameter_version"] == parameter_version()
    return {"same_code": run.manifest["code_version"] == code_version(), "same_parameters": same_parameters}


def _summary(unlike: list[str], differences: pl.DataFrame, damaged: tuple[str, ...]) -> Text:
    if damaged:
        return Text("运行文件已被改动：{d}", "files of the run were altered: {d}").format(d=", ".join(damaged))
    if not unlike:
        return Text(
            "逐位一致：每个结果文件的校验和相同", "identical bit for bit: every result file has the same checksum"
        )
    if differences.is_empty():
        return Text("数值一致，文件字节不同：{u}", "same values, different bytes: {u}").format(
            u=", ".join(sorted(unlike))
        )
    return Text("{n} 个数值不同", "{n} values differ").format(n=differences.height)
