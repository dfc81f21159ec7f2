"""What rules are judged over, read from files: registers and parameters, every fault with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cocontrol.core.errors import CocontrolError, Fault, InvalidInput
from cocontrol.core.validation import Validated
from cocontrol.io.inputs import code_lists
from cocontrol.io.readers import read_table
from cocontrol.io.runs import list_runs
from cocontrol.io.workspace import SETTINGS_FILE, Workspace, load_workspace
from cocontrol.rules.parameters import RULE_PARAMETER, RuleParameters, rule_parameters
from cocontrol.rules.registers import INDICATOR, register_names, register_table


def read_register(name: str, path: Path) -> Validated:
    """A register from CSV, XLSX or Parquet; bad input is in its faults. `NotFound` lists the registers."""
    return read_table(path, register_table(name), code_lists=code_lists())


def read_registers(files: Iterable[tuple[str, Path]]) -> dict[str, pl.DataFrame]:
    """Registers by name; several files of one register are read as one.

    Raises
    ------
    InvalidInput
        Every error of every file.
    NotFound
        A name that is no register.
    """
    made: dict[str, list[pl.DataFrame]] = {}
    faults: list[Fault] = []
    for name, path in files:
        validated = read_register(name, path)
        faults += validated.errors
        made.setdefault(name, []).append(validated.frame)
    if faults:
        raise InvalidInput(*faults)
    return {name: pl.concat(parts) for name, parts in made.items()}


def read_parameters(path: Path) -> RuleParameters:
    """The rule parameters of a file; raises `InvalidInput` with every fault."""
    return rule_parameters(read_table(path, RULE_PARAMETER, code_lists=code_lists()))


@dataclass(frozen=True, slots=True)
class WorkspaceInputs:
    """What a workspace gives to a judgement: registers, parameters, and the run that the indicators are from."""

    registers: Mapping[str, pl.DataFrame]
    parameters: RuleParameters
    run_id: str | None


def workspace_of(path: Path) -> Workspace | None:
    """The workspace of a folder, or the nearest one above a file; None where there is none."""
    start = path.resolve()
    found = next((folder for folder in (start, *start.parents) if (folder / SETTINGS_FILE).is_file()), None)
    return load_workspace(found) if found else None


def workspace_inputs(workspace: Workspace, *, skip: Iterable[str] = ()) -> WorkspaceInputs:
    """The registers among the tables of a workspace, its rule parameters, and the indicators of its latest run.

    `skip` names registers that are given elsewhere. Raises `InvalidInput` with every error of every file.
    """
    wanted = {*register_names(), RULE_PARAMETER.name} - set(skip)
    entries = [(one.table, workspace.file(one.path)) for one in workspace.settings.tables if one.table in wanted]
    registers = read_registers((name, path) for name, path in entries if name != RULE_PARAMETER.name)
    given = [one for name, path in entries if name == RULE_PARAMETER.name for one in read_parameters(path).given]
    latest = latest_indicators(workspace.folder) if INDICATOR in wanted and INDICATOR not in registers else None
    if latest is None:
        return WorkspaceInputs(registers, RuleParameters(tuple(given)), None)
    return WorkspaceInputs({**registers, INDICATOR: latest[1]}, RuleParameters(tuple(given)), latest[0])


def latest_indicators(folder: Path) -> tuple[str, pl.DataFrame] | None:
    """The latest run of a workspace folder and its indicators; None without a run, or where it made none."""
    run = next(iter(list_runs(folder)), None)
    return (run.run_id, run.result(INDICATOR)) if run is not None and INDICATOR in run.names() else None


def read_rule_inputs(
    registers: Iterable[tuple[str, Path]], parameters: Path | None
) -> tuple[dict[str, pl.DataFrame], RuleParameters]:
    """Registers and parameters of one judgement; the faults of all files together."""
    faults: list[Fault] = []
    frames: Mapping[str, pl.DataFrame] = {}
    given = RuleParameters()
    try:
        frames = read_registers(registers)
    except InvalidInput as error:
        faults += error.faults
    try:
        given = read_parameters(parameters) if parameters is not None else given
    except CocontrolError as error:
        faults += error.faults
    if faults:
        raise InvalidInput(*faults)
    return dict(frames), given
