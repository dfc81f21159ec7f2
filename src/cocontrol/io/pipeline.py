"""Check and run: from the files of a workspace to an immutable run."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Level
from cocontrol.core.text import Text
from cocontrol.io.inputs import CheckedTable, InputFile, Inputs, input_files, read_inputs
from cocontrol.io.lake import StoredFile, store_tables
from cocontrol.io.manifest import content_digest, make_manifest, run_id_of
from cocontrol.io.parameter_snapshot import write_snapshot
from cocontrol.io.runs import (
    INPUTS,
    REPORT,
    RESULTS,
    RUNS,
    Progress,
    Run,
    free_run_id,
    list_runs,
    new_run_folder,
    no_progress,
    open_run,
    write_manifest,
)
from cocontrol.io.steps import STEPS, Context, Step, check_finding_tables, faults_ahead
from cocontrol.io.workspace import Workspace
from cocontrol.reports.writing import write_reports

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `check` found: files, faults of the input, findings of the balance check."""

    tables: tuple[CheckedTable, ...]
    faults: tuple[Fault, ...]
    findings: pl.DataFrame

    @property
    def ok(self) -> bool:
        """Whether a run would start."""
        return not any(fault.level is Level.ERROR for fault in self.faults)

    @property
    def summary(self) -> Text:
        """How many errors, notes and findings there are, and whether a run would start."""
        errors = sum(fault.level is Level.ERROR for fault in self.faults)
        counts = Text(
            "错误 {e} 处，提示 {n} 处，平衡表核查发现 {f} 条；",
            "{e} errors, {n} notes, {f} findings about the balance; ",
        ).format(e=errors, n=len(self.faults) - errors, f=self.findings.height)
        outcome = (
            Text("可以运行", "a run can start") if self.ok else Text("改正错误后才能运行", "mend the errors first")
        )
        return Text(counts.zh + outcome.zh, counts.en + outcome.en)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": self.ok,
            "tables": [table.as_dict() for table in self.tables],
            "faults": [fault.as_dict() for fault in self.faults],
            "findings": self.findings.to_dicts(),
        }


def check(workspace: Workspace, *, progress: Progress = no_progress) -> CheckReport:
    """Read and validate every table, check the energy balance and whether a run would start. Nothing is written."""
    inputs = read_inputs(workspace, progress)
    faults = list(inputs.faults)
    findings = pl.DataFrame()
    if not inputs.errors:
        try:
            findings = check_finding_tables(inputs)
        except InvalidInput as error:
            faults.extend(error.faults)
        else:
            today = datetime.now(UTC).date()
            faults.extend(faults_ahead(context_of(workspace, inputs, today), inputs))
    return CheckReport(inputs.checked, tuple(faults), findings)


def run(
    workspace: Workspace, *, progress: Progress = no_progress, now: datetime | None = None, if_changed: bool = False
) -> Run:
    """Compute everything that the tables of the workspace allow and write it as a new run.

    With `if_changed`, the newest run made from the same input, settings, code and parameters is handed
    back instead, where there is one.

    Raises
    ------
    InvalidInput
        The input has errors; all of them, of all files. Nothing is written.
    ConservationBroken
        A stage lost or gained something that no reason explains. Nothing is written.
    """
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    inputs = read_inputs(workspace, progress)
    if inputs.errors:
        raise InvalidInput(*inputs.errors)
    context = context_of(workspace, inputs, moment.date())
    files = input_files(workspace, inputs)
    digest = content_digest(files, context)
    if if_changed and (earlier := _run_with(digest, workspace)) is not None:
        return earlier
    tables, skipped = compute(context, inputs, progress)
    return _write(workspace, files, context, tables, skipped, run_id_of(digest, moment), moment)


def _run_with(digest: str, workspace: Workspace) -> Run | None:
    return next((made for made in list_runs(workspace.folder) if made.run_id.endswith(f"-{digest}")), None)


def context_of(workspace: Workspace, inputs: Inputs, today: date) -> Context:
    """The settings of a run as the steps see them."""
    return Context.from_settings(workspace.settings, inputs, as_of=workspace.settings.inventory.as_of or today)


def compute(
    context: Context, inputs: Inputs, progress: Progress = no_progress
) -> tuple[dict[str, pl.DataFrame], list[dict[str, Any]]]:
    """All result tables, and the steps that had nothing to work on with the tables they miss."""
    tables = dict(inputs.frames())
    skipped = []
    for position, step in enumerate(STEPS):
        progress(step.step_id, step.label, position, len(STEPS))
        missing = [name for name in step.needs if name not in tables]
        if missing:
            skipped.append(_skipped(step, missing))
            continue
        tables |= step.make(context, tables)
    progress("done", Text("计算完成", "computed"), len(STEPS), len(STEPS))
    return tables, skipped


def _skipped(step: Step, missing: list[str]) -> dict[str, Any]:
    return {"step": step.step_id, "label_zh": step.label.zh, "label_en": step.label.en, "missing": missing}


def _write(
    workspace: Workspace,
    files: Sequence[InputFile],
    context: Context,
    tables: Tables,
    skipped: list[dict[str, Any]],
    wanted_id: str,
    moment: datetime,
) -> Run:
    runs = workspace.folder / RUNS
    run_id = free_run_id(runs, wanted_id)
    with new_run_folder(runs, run_id) as folder:
        for file in files:
            target = folder / INPUTS / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(workspace.file(file.path), target)
        write_snapshot(folder)
        stored = store_tables(tables, folder / RESULTS)
        _finish(folder, run_id, workspace, context, stored, tables, skipped, moment, files)
    return open_run(runs / run_id)


def _finish(
    folder: Path,
    run_id: str,
    workspace: Workspace,
    context: Context,
    stored: tuple[StoredFile, ...],
    tables: Tables,
    skipped: list[dict[str, Any]],
    moment: datetime,
    files: Sequence[InputFile],
) -> None:
    """Write the manifest and, from the finished folder, the reports."""
    manifest = make_manifest(run_id, workspace, context, files, stored, tables, skipped, moment)
    write_manifest(manifest, folder)
    write_reports(open_run(folder), folder / REPORT)
