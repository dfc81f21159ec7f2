"""Energy balances: the declared table, its layouts, the reader and the checker."""

from cocontrol.inventory.balance_checks import check_balance
from cocontrol.inventory.balance_layout import Aggregate, BalanceLayout, Process, Role, get_layout, list_layouts
from cocontrol.inventory.balance_reader import (
    BALANCE_SCHEMA,
    ENERGY_BALANCE,
    energy_balance_table,
    read_energy_balance,
    unfit_cells,
)

__all__ = [
    "BALANCE_SCHEMA",
    "ENERGY_BALANCE",
    "Aggregate",
    "BalanceLayout",
    "Process",
    "Role",
    "check_balance",
    "energy_balance_table",
    "get_layout",
    "list_layouts",
    "read_energy_balance",
    "unfit_cells",
]
