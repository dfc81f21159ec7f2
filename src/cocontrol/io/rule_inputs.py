"""What rules are judged over, read from files: registers and parameters, every fault with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

from cocontrol.core.errors import CocontrolError, Fault, InvalidInput
from cocontrol.core.validation import Validated
from cocontrol.io.inputs import code_lists
from cocontrol.io.readers import read_table
from cocontrol.reference import regions
from cocontrol.rules.parameters import RULE_PARAMETER, RuleParameters, rule_parameters
from cocontrol.rules.registers import register_table


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


@lru_cache(maxsize=1)
def _codes() -> dict[str, list[str]]:
    """Adcodes by name, and by the name of the province or city before it; places in force today only."""
    rows = regions.regions().filter(pl.col("valid_to").is_null()).select("adcode", "name_zh", "level").rows()
    made: dict[str, list[str]] = {}
    for adcode, name, level in rows:
        if level in {"province", "city", "county"}:
            above = [regions.name(code) for code in regions.ancestors(adcode)]
            for written in {name, *(f"{one}{name}" for one in above)}:
                made.setdefault(written, []).append(adcode)
    return made


def region_code(name: str | None) -> str | None:
    """The adcode of the one place of that name (濮阳市, 重庆市黔江区); None where there is none or several."""
    found = _codes().get(name or "", [])
    return found[0] if len(found) == 1 else None
