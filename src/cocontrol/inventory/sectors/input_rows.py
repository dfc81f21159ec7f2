"""Rows of the input tables as the land and waste sectors read them: years of the inventory, cells, place and day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Level
from cocontrol.core.text import Text
from cocontrol.inventory.derivation import BIOGENIC
from cocontrol.inventory.findings import Finding
from cocontrol.inventory.sectors.catalogue import SectorContext, Tables
from cocontrol.inventory.sectors.linear import Line
from cocontrol.reference.agriculture_land_waste import Ask

Row = dict[str, Any]

DOCUMENT = "document."
"""Beginning of a declared choice of another document profile for one sector: ``document.rice_cultivation``."""


def rows_of(tables: Tables, name: str, context: SectorContext) -> Iterator[Row]:
    """The rows of a table that belong to the years of the inventory; none where there is no such table."""
    if name in tables:
        yield from tables[name].filter(pl.col("year").is_in(list(context.years))).iter_rows(named=True)


def ask_of(row: Row, context: SectorContext) -> Ask:
    """Under what a factor of the row is asked: the profile of the run, the end of the row's year, the row's area."""
    choices = {
        name.removeprefix(DOCUMENT): str(value)
        for name, value in context.parameters.items()
        if name.startswith(DOCUMENT)
    }
    return Ask(context.document_profile, date(int(row["year"]), 12, 31), row["adcode"], choices)


def declared_number(context: SectorContext, name: str) -> float | None:
    """A declared choice that is a number; None where none is declared. Raises `InvalidInput` where it is no number."""
    given = context.parameters.get(name)
    if given is None:
        return None
    try:
        return float(given)
    except (TypeError, ValueError) as error:
        message = Text("声明的选择 {n} 须为数", "the declared choice {n} must be a number").format(n=name)
        raise InvalidInput(Fault("sector.choice", message, value=str(given))) from error


def origin_of(row: Row) -> str:
    """The cell that the row comes from; empty for tables made in memory."""
    return str(row.get("origin") or "")


def key_of(row: Row, *parts: str | None) -> str:
    """Identifier of a coefficient: the parts that shape it, area and year."""
    return "/".join([*(part for part in parts if part), str(row["adcode"]), str(row["year"])])


def biogenic_memo(sector: str, line: Line, per_unit: float | None) -> Iterator[Finding]:
    """The biogenic CO2 of a line as a finding: stated, never part of a total (IPCC 2006, Vol. 1, Ch. 8)."""
    if line.amount is not None and per_unit is not None:
        yield Finding(
            "memo.biogenic_co2", Level.LOW, f"{sector}:{line.source_id}@{line.period}", None, line.amount * per_unit,
            "t*CO2", BIOGENIC, (line.origin,) if line.origin else (),
        )  # fmt: skip
