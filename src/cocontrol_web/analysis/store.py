"""Runs opened once per process: the database says where a run stands, the folder says what it holds.

Runs are immutable, so whatever was read under one manifest digest holds for ever; the caches below are
keyed by folder and digest and bounded by count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.db import transaction
from django.utils.dateparse import parse_datetime

from cocontrol.core.errors import Fault, InvalidInput, Location, NotFound
from cocontrol.core.text import Text
from cocontrol.io.runs import MANIFEST, Run, list_runs, open_run
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.registry.models import Workspace

CACHED_RUNS = 16
CACHED_TABLES = 96


@lru_cache(maxsize=CACHED_RUNS)
def _open(path: str, digest: str) -> Run:
    run = _standing(path)
    if manifest_digest(run) != digest:
        raise InvalidInput(
            Fault(
                "run.manifest_changed",
                Text("运行清单在登记之后被改动", "the manifest was changed after the run was indexed"),
                Location(file=f"{Path(path).name}/{MANIFEST}"),
                remedy=Text("从备份恢复运行文件夹，或重新运行", "restore the run folder from a backup, or run again"),
            )
        )
    return run


def _standing(path: str) -> Run:
    """The run in its folder. A page names a run, never a path of the server."""
    try:
        return open_run(path)
    except NotFound as error:
        raise NotFound(
            Fault(
                "run.folder_gone",
                Text("这次运行的文件夹已不在原处", "the folder of this run is no longer where it was"),
                value=Path(path).name,
                remedy=Text(
                    "从备份恢复运行文件夹，或在「运行记录」中重新运行",
                    "restore the run folder from a backup, or start a new run under Run history",
                ),
            )
        ) from error


@lru_cache(maxsize=CACHED_TABLES)
def _table(path: str, digest: str, name: str) -> pl.DataFrame:
    return _open(path, digest).result(name)


def run_of(record: RunRecord) -> Run:
    """The opened run; raises `InvalidInput` when its manifest is not the one that was indexed."""
    return _open(record.path, record.digest)


def table_of(record: RunRecord, name: str) -> pl.DataFrame:
    """One result table of the run, read from disk once; `NotFound` lists what the run holds."""
    return _table(record.path, record.digest, name)


def optional_table(record: RunRecord, name: str) -> pl.DataFrame | None:
    """The table, or None where the run did not make it."""
    return table_of(record, name) if run_of(record).has(name) else None


def manifest_digest(run: Run) -> str:
    """Hex SHA-256 of the manifest file."""
    return hashlib.sha256((run.folder / MANIFEST).read_bytes()).hexdigest()


def index_runs(workspace: Workspace) -> list[RunRecord]:
    """Enter every run of the workspace that the index does not hold yet; the new records, oldest first.

    A record whose folder is gone is removed: the index never shows what nobody can open.
    """
    runs = list_runs(workspace.folder)
    return index_these(workspace, reversed(runs), {run.run_id for run in runs})


@transaction.atomic
def index_these(workspace: Workspace, runs: Iterable[Run], standing: set[str]) -> list[RunRecord]:
    """Enter `runs` where missing, follow those that moved, and drop records whose run id is not in `standing`."""
    workspace.runs.exclude(run_id__in=standing).delete()
    known = dict(workspace.runs.values_list("run_id", "path"))
    new = []
    for run in runs:
        if run.run_id not in known:
            new.append(_enter(workspace, run))
        elif known[run.run_id] != str(run.folder):
            workspace.runs.filter(run_id=run.run_id).update(path=str(run.folder))
    return new


def _enter(workspace: Workspace, run: Run) -> RunRecord:
    manifest = run.manifest
    return RunRecord.objects.create(
        run_id=run.run_id,
        workspace=workspace,
        path=str(run.folder),
        digest=manifest_digest(run),
        created_at=_instant(manifest["created_at"]),
        years=manifest["years"],
        document_profile=manifest["document_profile"],
        gwp_set=manifest["gwp_set"],
        code_version=str(manifest["code_version"])[:120],
        parameter_version=str(manifest["parameter_version"])[:120],
        conservation_ok=manifest["conservation_ok"],
        counts=manifest["counts"],
    )


def _instant(text: str) -> datetime:
    instant = parse_datetime(text)
    if instant is None or instant.tzinfo is None:
        raise InvalidInput(
            Fault(
                "run.created_at",
                Text("运行时间不是带时区的时刻", "created_at is not an instant with a time zone"),
                Location(file=MANIFEST),
                value=text,
            )
        )
    return instant
