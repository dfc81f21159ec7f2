"""The reference data that a run used, kept inside the run, so that it can be redone after a factor has changed."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text
from cocontrol.reference._data import data_files, read_bytes

SNAPSHOT = "parameters/reference.zip"

_DATE = (1980, 1, 1, 0, 0, 0)
"""Date of every entry, so that the same data give the same bytes."""


def write_snapshot(folder: Path) -> None:
    """Write every reference file into ``parameters/reference.zip`` of a run folder."""
    target = folder / SNAPSHOT
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in data_files():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, read_bytes(name))


def unpack_snapshot(run_folder: Path, target: Path) -> Path:
    """Unpack the reference files of a run into `target`; `NotFound` where the run has none."""
    source = run_folder / SNAPSHOT
    if not source.is_file():
        raise NotFound(
            Fault(
                "run.no_snapshot",
                Text("运行中没有参数快照", "the run holds no snapshot of its parameters"),
                value=str(source),
                remedy=Text(
                    "用 --current-parameters 按现行参数比较",
                    "compare under today's parameters with --current-parameters",
                ),
            )
        )
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            (target / Path(entry.filename).name).write_bytes(archive.read(entry))
    return target
