"""Table declarations: one per table, from which validation, template, docs page and descriptor follow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    PERIOD = "period"


_FRICTIONLESS = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.PERIOD: "string",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in code, its heading in both languages, its unit and what a cell may hold.

    `required` means that no cell may be empty. `allowed` is a closed list (code → label); `code_list`
    names a list given at validation (regions, fuels …). `minimum`/`maximum` are inclusive unless
    `exclusive_minimum`. `accepts_notation` lets a notation key stand in a number cell: the number is
    then missing and the key lands in the companion column ``<name>_notation``. `unit_headings` are units
    under which alone the column may stand (``Mtce``): the heading is then the unit.
    """

    name: str
    kind: Kind
    label: Text
    description: Text
    unit: str | None = None
    required: bool = False
    minimum: float | None = None
    exclusive_minimum: bool = False
    maximum: float | None = None
    allowed: Mapping[str, Text] = field(default_factory=dict)
    code_list: str | None = None
    pattern: str | None = None
    aliases: tuple[str, ...] = ()
    accepts_notation: bool = False
    unit_headings: tuple[str, ...] = ()

    def headings(self) -> tuple[str, ...]:
        """Every heading under which the column may stand in a file, without its unit."""
        return (self.name, self.label.zh, self.label.en, *self.aliases)

    def heading_with_unit(self, language: str = "zh") -> str:
        """The heading of a template: label and, where there is one, the unit in brackets."""
        label = self.label.zh if language == "zh" else self.label.en
        return f"{label} [{self.unit}]" if self.unit else label

    def constraints(self) -> dict[str, Any]:
        """Constraints in the words of the Frictionless table schema."""
        made: dict[str, Any] = {}
        if self.required:
            made["required"] = True
        if self.minimum is not None:
            made["exclusiveMinimum" if self.exclusive_minimum else "minimum"] = self.minimum
        if self.maximum is not None:
            made["maximum"] = self.maximum
        if self.allowed:
            made["enum"] = list(self.allowed)
        if self.pattern:
            made["pattern"] = self.pattern
        return made


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values must occur in another table."""

    columns: tuple[str, ...]
    table: str
    reference: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table. `key` is unique and never empty."""

    name: str
    label: Text
    description: Text
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"table {self.name}: a column is declared twice")
        if unknown := set(self.key) - set(names):
            raise ValueError(f"table {self.name}: key columns not declared: {sorted(unknown)}")

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in declared order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; `NotFound` lists what there is."""
        for column in self.columns:
            if column.name == name:
                return column
        raise NotFound(_not_found("table.column_unknown", name, self.column_names))

    def match_heading(self, heading: str) -> tuple[Column, str | None] | None:
        """The column that a heading of a file means, and the unit written in it.

        Case, full-width brackets and blanks do not matter: ``燃料消费量（万吨）`` and
        ``fuel_amount [t]`` both match. A heading that is a label as it stands, brackets and all
        (``理由（英文）``), names no unit. None when no column fits.
        """
        return self.match_headings((heading,))[0]

    def match_headings(self, headings: Sequence[str | None]) -> list[tuple[Column, str | None] | None]:
        """For each heading what `match_heading` gives; None also for a heading that is missing."""
        known: dict[str, Column] = {}
        for column in self.columns:
            for candidate in column.headings():
                known.setdefault(_fold(candidate), column)
        units = {_fold(unit): (column, unit) for column in self.columns for unit in column.unit_headings}
        return [units.get(_fold(heading)) or _match(heading, known) if heading else None for heading in headings]

    def schema(self) -> dict[str, Any]:
        """The Frictionless table schema (Table Schema 1.0) of this table."""
        made: dict[str, Any] = {
            "fields": [
                {
                    "name": column.name,
                    "type": _FRICTIONLESS[column.kind],
                    "title": column.label.zh,
                    "title_en": column.label.en,
                    "description": column.description.zh,
                    **({"unit": column.unit} if column.unit else {}),
                    "constraints": column.constraints(),
                }
                for column in self.columns
            ],
            "primaryKey": list(self.key),
            "missingValues": [""],
        }
        if self.foreign_keys:
            made["foreignKeys"] = [
                {"fields": list(k.columns), "reference": {"resource": k.table, "fields": list(k.reference)}}
                for k in self.foreign_keys
            ]
        return made


_HEADING = re.compile(r"^\s*(?P<label>.*?)\s*[\[(（【](?P<unit>[^\])）】]*)[\])）】]\s*$")


def split_heading(heading: str) -> tuple[str, str | None]:
    """Label and unit of a heading such as ``煤炭 (万吨)``; the unit is None where none is written."""
    if match := _HEADING.match(heading):
        return match["label"], match["unit"].strip()
    return heading.strip(), None


def _match(heading: str, known: Mapping[str, Column]) -> tuple[Column, str | None] | None:
    for label, unit in ((heading, None), split_heading(heading)):
        if (column := known.get(_fold(label))) is not None:
            return column, unit
    return None


_NARROW = str.maketrans({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"【": "[", "】": "]"})


def _fold(text: str) -> str:
    return re.sub(r"[\s_\-\u200b\ufeff]+", "", text.translate(_NARROW)).casefold()


class TableRegistry:
    """The declared tables by name. A package registers its own at import."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}

    def declare(self, table: Table) -> Table:
        """Register a table and hand it back; a second table of the same name is a programming error."""
        if self._tables.setdefault(table.name, table) != table:
            raise ValueError(f"table {table.name} is declared twice, differently")
        return table

    def get(self, name: str) -> Table:
        """The table of that name; `NotFound` lists what there is."""
        if name not in self._tables:
            raise NotFound(_not_found("table.unknown", name, tuple(sorted(self._tables))))
        return self._tables[name]

    def names(self) -> tuple[str, ...]:
        """All declared names, sorted."""
        return tuple(sorted(self._tables))


TABLES = TableRegistry()
"""Every declared table of the platform."""


def _not_found(rule: str, name: str, known: tuple[str, ...]) -> Fault:
    return Fault(
        rule,
        Text("没有这个表或列：{n}", "no such table or column: {n}").format(n=name),
        value=name,
        allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(known)),
    )
