"""Columns that the input tables of many sectors share: quantities and shares by area and year."""

from __future__ import annotations

from cocontrol.core.common_columns import ADCODE, YEAR
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text


def quantity(name: str, label: Text, unit: str, *, required: bool = True, text: Text | None = None) -> Column:
    """A number not below zero; where `required` the cell may hold a notation key instead of a number."""
    return Column(
        name, Kind.NUMBER, label, text or label, unit=unit, required=required, minimum=0, accepts_notation=required
    )


def share(name: str, label: Text, text: Text, *, required: bool = True) -> Column:
    """A number from 0 to 1."""
    return Column(name, Kind.NUMBER, label, text, unit="1", required=required, minimum=0, maximum=1)


def year_table(name: str, label: Text, description: Text, key: tuple[str, ...], *columns: Column) -> Table:
    """Declare a table keyed by area, year and `key`."""
    return TABLES.declare(Table(name, label, description, ("adcode", "year", *key), (ADCODE, YEAR, *columns)))
