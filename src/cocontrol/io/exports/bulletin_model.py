"""What a bulletin is made of: tables of figures with labels in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from cocontrol.core.text import Text

Value = float | int | str | None
"""A figure, a notation key or word, or nothing."""


@dataclass(frozen=True, slots=True)
class BulletinColumn:
    """A column: identifier, label, unit (None where rows have their own or there is none)."""

    column_id: str
    label: Text
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """A row: identifier, label, one value per column."""

    row_id: str
    label: Text
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class BulletinTable:
    """One table with its notes."""

    table_id: str
    title: Text
    columns: tuple[BulletinColumn, ...]
    rows: tuple[BulletinRow, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """All tables of a bulletin, and what is said of all of them."""

    run_id: str
    title: Text
    gwp_set: str
    tables: tuple[BulletinTable, ...]
    notes: tuple[Text, ...]
