"""Run folders: immutable, written whole or not at all, opened by path.

::

    <workspace>/runs/<run_id>/
        manifest.json     what went in, what came out, with which code and parameters
        inputs/           copies of every input file, so that the run can be redone alone
        results/          one Parquet file per table
        report/           report.html, report.docx
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Location, NotFound
from cocontrol.core.text import Text
from cocontrol.io.lake import file_sha256, read_parquet
from cocontrol.io.workspace import SETTINGS_FILE

RUNS = "runs"
MANIFEST = "manifest.json"
RESULTS = "results"
INPUTS = "inputs"
REPORT = "report"

REQUIRED_KEYS = (
    "run_id", "created_at", "code_version", "parameter_version", "workspace", "years",
    "document_profile", "gwp_set", "inputs", "results", "conservation_ok", "counts", "recalled",
)  # fmt: skip
"""What every manifest holds."""


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run. Results are read from disk when asked for; nothing is ever written back."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def run_id(self) -> str:
        """UTC stamp and content digest."""
        return str(self.manifest["run_id"])

    def names(self) -> tuple[str, ...]:
        """Names of the result tables, sorted."""
        return tuple(sorted(entry["name"] for entry in self.manifest["results"]))

    def has(self, name: str) -> bool:
        """Whether the run made that table."""
        return name in self.names()

    def result(self, name: str) -> pl.DataFrame:
        """One result table; `NotFound` lists what the run holds."""
        for entry in self.manifest["results"]:
            if entry["name"] == name:
                return read_parquet(self.folder / entry["path"])
        raise NotFound(
            Fault(
                "run.no_result",
                Text("该运行没有结果表：{n}", "the run holds no table {n}").format(n=name),
                Location(file=self.run_id),
                value=name,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(self.names())),
            )
        )

    def result_or_empty(self, name: str, schema: dict[str, Any]) -> pl.DataFrame:
        """The table, or an empty one of that schema where the run had no input for it."""
        return self.result(name) if self.has(name) else pl.DataFrame(schema=schema)

    def damaged(self) -> tuple[str, ...]:
        """Paths of files whose checksum is no longer that of the manifest (or that are gone)."""
        pinned = [*self.manifest["results"], *({**e, "path": e["copy"]} for e in self.manifest["inputs"])]
        return tuple(
            entry["path"]
            for entry in pinned
            if not (self.folder / entry["path"]).is_file()
            or file_sha256(self.folder / entry["path"]) != entry["sha256"]
        )


def open_run(path: str | Path) -> Run:
    """The run in a folder; `path` may also be its ``manifest.json``.

    Raises
    ------
    NotFound
        There is no manifest.
    InvalidInput
        The manifest is not JSON or lacks a key; every missing key is listed.
    """
    folder = Path(path)
    folder = folder.parent if folder.name == MANIFEST else folder
    file = folder / MANIFEST
    if not file.is_file():
        raise NotFound(
            Fault(
                "run.not_found",
                Text("这里没有运行结果：缺少 manifest.json", "no run here: manifest.json is missing"),
                Location(file=str(path)),
                remedy=Text("用 cocontrol runs 列出已有运行", "list the runs with: cocontrol runs"),
            )
        )
    return Run(folder.resolve(), _read_manifest(file))


def _read_manifest(file: Path) -> dict[str, Any]:
    place = Location(file=f"{file.parent.name}/{MANIFEST}")
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            Fault("run.manifest_json", Text("清单不是有效的 JSON", "the manifest is not JSON"), place, value=str(error))
        ) from error
    present = manifest if isinstance(manifest, dict) else {}
    if missing := [key for key in REQUIRED_KEYS if key not in present]:
        raise InvalidInput(
            *(
                Fault("run.manifest_key", Text("清单缺少字段", "the manifest lacks a key"), place, value=key)
                for key in missing
            )
        )
    return present


def list_runs(workspace_path: str | Path) -> list[Run]:
    """Every finished run of a workspace, newest first. Half-written folders do not exist by construction.

    A run whose manifest can no longer be read does not keep the others from being used: it is left out
    here and named by `unreadable_runs`.
    """
    return _open_all(workspace_path)[0]


def unreadable_runs(workspace_path: str | Path) -> tuple[Fault, ...]:
    """What is wrong with the manifests of the runs that `list_runs` leaves out."""
    return _open_all(workspace_path)[1]


def _open_all(workspace_path: str | Path) -> tuple[list[Run], tuple[Fault, ...]]:
    folder = Path(workspace_path) / RUNS
    finished: list[Run] = []
    faults = FaultCollector()
    for child in sorted(folder.iterdir()) if folder.is_dir() else []:
        if (child / MANIFEST).is_file():
            try:
                finished.append(open_run(child))
            except InvalidInput as error:
                faults.extend(error.faults)
    newest_first = sorted(finished, key=lambda run: (run.manifest["created_at"], run.run_id), reverse=True)
    return newest_first, tuple(faults)


def resolve_run(reference: str | Path, workspace_path: str | Path = ".") -> Run:
    """The run that a person means: a path, ``latest``, a run id (the name of its folder), or the unique beginning of one.

    The folder of a workspace means its latest run.

    Raises
    ------
    NotFound
        Nothing fits; the message lists the runs there are.
    """
    text = str(reference)
    if (Path(text) / MANIFEST).is_file() or (Path(text).name == MANIFEST and Path(text).is_file()):
        return open_run(text)
    if (Path(text) / SETTINGS_FILE).is_file():
        text, workspace_path = "latest", text
    inside = Path(workspace_path) / RUNS / text
    if Path(text).name == text and (inside / MANIFEST).is_file():
        return open_run(inside)
    runs = list_runs(workspace_path)
    if text == "latest" and runs:
        return runs[0]
    fitting = [run for run in runs if run.run_id == text] or [run for run in runs if run.run_id.startswith(text)]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(run.run_id for run in runs) or "-"
    raise NotFound(
        Fault(
            "run.not_found",
            Text("找不到该运行，或简写不唯一", "no such run, or the abbreviation fits several"),
            value=text,
            allowed=Text("latest 或：{r}", "latest, or: {r}").format(r=listed),
            remedy=Text("用 --workspace 指明工作区", "name the workspace with --workspace"),
        )
    )


@contextmanager
def new_run_folder(runs: Path, run_id: str) -> Iterator[Path]:
    """A hidden folder that becomes ``runs/<run_id>`` when the block ends well and vanishes otherwise.

    The rename is one step on one file system: a reader sees the whole run or none. Files are made
    read-only before it. An existing run is never touched: a taken name makes the rename fail.
    """
    runs.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=runs))
    try:
        yield building
        _make_read_only(building)
        building.chmod(0o755)
        building.rename(runs / run_id)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def free_run_id(runs: Path, wanted: str) -> str:
    """`wanted`, or `wanted` with a counter where a run of that second and content stands already."""
    taken, counter = wanted, 2
    while (runs / taken).exists():
        taken, counter = f"{wanted}-{counter}", counter + 1
    return taken


def _make_read_only(folder: Path) -> None:
    for root, _, files in os.walk(folder):
        for name in files:
            Path(root, name).chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)


def write_manifest(manifest: dict[str, Any], folder: Path) -> None:
    """Write ``manifest.json``: UTF-8, keys in the order given, two blanks of indent."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


Progress = Callable[[str, Text, int, int], None]
"""Called as ``progress(step_id, label, done, total)`` before each step and once at the end."""


def no_progress(_step_id: str, _label: Text, _done: int, _total: int) -> None:
    """Progress that tells nobody."""
