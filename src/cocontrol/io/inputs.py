"""Reads everything a workspace names: typed tables, checksums, and every fault of every file together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, Level, Location
from cocontrol.core.tables import TABLES
from cocontrol.core.text import Text, same
from cocontrol.core.validation import ORIGIN, Validated, missing_references
from cocontrol.inventory.sectors import SECTORS
from cocontrol.io.balance_input import balance_layout_or_none, fit_to_layout, table_of_layout
from cocontrol.io.lake import file_sha256
from cocontrol.io.plan_rules import PLAN_RULE, read_plan_rules
from cocontrol.io.readers import read_table
from cocontrol.io.runs import Progress, no_progress
from cocontrol.io.workspace import SETTINGS_FILE, TableEntry, Workspace
from cocontrol.reference import categories, fuels, regions

MEASURES: Mapping[str, str] = {
    "energy_balance": "amount",
    "provincial_statistics": "value",
    "target": "value",
    "activity": "amount",
    "road_fleet": "vehicles",
    "livestock": "heads",
    "manure_system": "share",
    "rice_cultivation": "area_ha",
    "cropland_nitrogen": "nitrogen_t",
    "crop_residue_burning": "yield_t",
    "dry_latrine": "people",
    "land_transition": "area_ha",
    "land_area": "area_ha",
    "land_carbon_stock": "carbon_t_per_ha",
    "forest_stock": "volume_m3",
    "landfill_deposit": "deposited_Gg",
    "landfill_mass_balance": "waste_t",
    "waste_composition": "share",
    "waste_incineration": "amount_t",
    "waste_open_burning": "amount_t",
    "biological_treatment": "amount_t",
    "domestic_wastewater": "organic_t",
    "wastewater_nitrogen": "people",
    "industrial_wastewater": "cod_t",
    **{
        name: "amount"
        for module in SECTORS
        for name in (*module.tables, *module.optional_tables)
        if "amount" in TABLES.get(name).column_names
    },
}
"""The column of each table whose cell is meant when a figure says where it comes from."""


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """One input file after validation."""

    table: str
    path: str
    layout: str | None
    validated: Validated

    @property
    def rows(self) -> int:
        """Rows read."""
        return self.validated.frame.height

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything that was found, remarks included."""
        return self.validated.faults

    @property
    def errors(self) -> int:
        """Faults that stop a run."""
        return len(self.validated.errors)

    @property
    def notes(self) -> int:
        """Remarks that stop nothing."""
        return len(self.faults) - self.errors

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"table": self.table, "path": self.path, "rows": self.rows, "errors": self.errors, "notes": self.notes}


@dataclass(frozen=True, slots=True)
class Inputs:
    """All tables of a workspace with the rules of its plans, and what is wrong with them."""

    checked: tuple[CheckedTable, ...]
    across: tuple[Fault, ...]
    plan_rules: pl.DataFrame | None = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Faults of all files, then those between files."""
        return (*(fault for table in self.checked for fault in table.faults), *self.across)

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that stop a run."""
        return tuple(fault for fault in self.faults if fault.level is Level.ERROR)

    def frames(self) -> dict[str, pl.DataFrame]:
        """One frame per table: the rows of all its files, in the order of the settings."""
        made: dict[str, list[pl.DataFrame]] = {}
        for table in self.checked:
            made.setdefault(table.table, []).append(_with_measure_origin(table))
        frames = {name: pl.concat(parts) for name, parts in made.items()}
        return frames if self.plan_rules is None else {**frames, PLAN_RULE: self.plan_rules}

    def of(self, table: str) -> tuple[tuple[str | None, pl.DataFrame], ...]:
        """Layout and frame of every file of one table."""
        return tuple((one.layout, _with_measure_origin(one)) for one in self.checked if one.table == table)


def read_inputs(workspace: Workspace, progress: Progress = no_progress) -> Inputs:
    """Read and validate every table of the workspace. Bad input raises nothing: the faults are in the result."""
    entries = workspace.settings.tables
    checked = []
    for position, entry in enumerate(entries):
        label = Text("读取 {p}", "reading {p}").format(p=entry.path)
        progress("read", label, position, len(entries))
        checked.append(_read(workspace, entry))
    plan_rules, remarks = read_plan_rules(workspace)
    return Inputs(tuple(checked), (*_faults_across(checked), *remarks), plan_rules)


def _read(workspace: Workspace, entry: TableEntry) -> CheckedTable:
    layout = balance_layout_or_none(entry.layout) if entry.table == "energy_balance" else None
    table = table_of_layout(layout) if layout else entry.table
    validated = read_table(
        workspace.file(entry.path), table, sheet=entry.sheet, code_lists=code_lists(), name=entry.path
    )
    if layout:
        validated = fit_to_layout(validated, layout)
    return CheckedTable(entry.table, entry.path, entry.layout, validated)


@lru_cache(maxsize=1)
def code_lists() -> dict[str, dict[str, Text]]:
    """The code lists that declared columns name: regions, fuels, source categories, with labels."""
    return {
        "region": _labelled(regions.regions(), "adcode"),
        "fuel": _labelled(fuels.fuels(), "fuel_code"),
        "category": _labelled(categories.categories(), "category"),
    }


def _labelled(frame: pl.DataFrame, key: str) -> dict[str, Text]:
    rows = frame.select(key, "name_zh", "name_en").iter_rows()
    return {code: Text(zh or code, en or zh or code) if zh or en else same(code) for code, zh, en in rows}


def _with_measure_origin(table: CheckedTable) -> pl.DataFrame:
    """The frame with `origin` pointing at the cell of the figure, not at the first cell of the row."""
    measure = MEASURES.get(table.table)
    frame = table.validated.frame
    return frame.with_columns(table.validated.origin_expression(measure).alias(ORIGIN)) if measure else frame


def _faults_across(checked: Iterable[CheckedTable]) -> Iterator[Fault]:
    """Faults that no file shows by itself: one key in two files, a reference to a row that is nowhere."""
    usable = [table for table in checked if not table.errors]
    frames: dict[str, list[pl.DataFrame]] = {}
    for table in usable:
        frames.setdefault(table.table, []).append(table.validated.frame)
    joined = {name: pl.concat(parts) for name, parts in frames.items()}
    for name, parts in frames.items():
        if len(parts) > 1:
            yield from _repeated_keys(name, joined[name])
    for table in usable:
        yield from missing_references(table.validated, joined)


def _repeated_keys(name: str, frame: pl.DataFrame) -> Iterator[Fault]:
    key = list(TABLES.get(name).key)
    if not key:
        return
    repeated = frame.filter(frame.select(key).is_duplicated())
    for _, group in repeated.group_by(key, maintain_order=True):
        values = ", ".join(str(value) for value in group.select(key).row(0))
        first, *others = group.get_column(ORIGIN).to_list()
        for other in others:
            yield Fault(
                "table.key_in_two_files",
                Text("同一主键在两个文件中出现：{k}", "the same key stands in two files: {k}").format(k=values),
                Location(file=str(other)),
                value=values,
                allowed=Text("首次出现于 {o}", "first seen at {o}").format(o=first),
                remedy=Text("删除其中一行，或修改编号", "remove one of the rows, or change its id"),
            )


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that went into a run."""

    table: str
    path: str
    sha256: str
    bytes: int
    rows: int | None

    def as_dict(self) -> dict[str, Any]:
        """The entry of the manifest; ``copy`` is where the run keeps its own copy."""
        return {
            "table": self.table, "path": self.path, "copy": f"inputs/{self.path}",
            "sha256": self.sha256, "bytes": self.bytes, "rows": self.rows,
        }  # fmt: skip


def input_files(workspace: Workspace, inputs: Inputs) -> tuple[InputFile, ...]:
    """Every file that the run reads: settings, tables, documents; with checksum and size."""
    named: list[tuple[str, str, int | None]] = [("settings", SETTINGS_FILE, None)]
    named += [(table.table, table.path, table.rows) for table in inputs.checked]
    named += [(f"document:{entry.kind}", entry.path, None) for entry in workspace.settings.documents]
    unique = {path: (table, rows) for table, path, rows in reversed(named)}
    made = []
    for path, (table, rows) in reversed(unique.items()):
        file = workspace.file(path)
        made.append(InputFile(table, path, file_sha256(file), file.stat().st_size, rows))
    return tuple(made)
