"""Columns that the input tables of many sectors share: area, year, quantities, shares, choices."""

from __future__ import annotations

from collections.abc import Mapping

from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text

ADCODE = Column(
    "adcode",
    Kind.TEXT,
    Text("行政区划代码", "adcode"),
    Text("GB/T 2260 代码", "code of GB/T 2260"),
    required=True,
    code_list="region",
)
YEAR = Column(
    "year",
    Kind.INTEGER,
    Text("年份", "year"),
    Text("数据年份", "year of the data"),
    required=True,
    minimum=1900,
    maximum=2200,
)


def quantity(name: str, label: Text, unit: str, *, required: bool = True, text: Text | None = None) -> Column:
    """A number not below zero; where `required` the cell may hold a notation key instead of a number."""
    return Column(
        name, Kind.NUMBER, label, text or label, unit=unit, required=required, minimum=0, accepts_notation=required
    )


def share(name: str, label: Text, text: Text, *, required: bool = True) -> Column:
    """A number from 0 to 1."""
    return Column(name, Kind.NUMBER, label, text, unit="1", required=required, minimum=0, maximum=1)


def choice(name: str, label: Text, text: Text, allowed: Mapping[str, Text], *, required: bool = True) -> Column:
    """A word from a closed list."""
    return Column(name, Kind.TEXT, label, text, required=required, allowed=allowed)


def year_table(name: str, label: Text, description: Text, key: tuple[str, ...], *columns: Column) -> Table:
    """Declare a table keyed by area, year and `key`."""
    return TABLES.declare(Table(name, label, description, ("adcode", "year", *key), (ADCODE, YEAR, *columns)))
