"""The declared tables that a workspace may hold. Importing this module declares them all."""

from __future__ import annotations

import cocontrol.air.tables
import cocontrol.core.registers
import cocontrol.core.verdicts
import cocontrol.indicators.air_quality_tables
import cocontrol.indicators.table
import cocontrol.inventory.balance
import cocontrol.inventory.choices
import cocontrol.inventory.circumstances
import cocontrol.inventory.grid.tables
import cocontrol.inventory.reconciliation.fuels
import cocontrol.inventory.sectors
import cocontrol.inventory.uncertainty.declared
import cocontrol.inventory.uncertainty.tables
import cocontrol.inventory.waste.tables
import cocontrol.rules.parameters
import cocontrol.rules.registers  # noqa: F401 - these imports declare the tables
from cocontrol.core.tables import TABLES, Table

MADE_BY_RUNS = frozenset({"indicator", "verdict"})
"""Declared tables that a run makes; they are not input."""


def declared_tables() -> tuple[str, ...]:
    """Names of every table that a file of a workspace may hold, sorted."""
    return tuple(name for name in TABLES.names() if name not in MADE_BY_RUNS)


def declared_table(name: str) -> Table | None:
    """The declaration of a table, whether input or made by a run; None where there is none."""
    return TABLES.get(name) if name in TABLES.names() else None
