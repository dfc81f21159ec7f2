"""Energy balances: the declared table, its layouts, the reader and the checker."""

from cocontrol.inventory.balance_checks import check_balance
from cocontrol.inventory.balance_layout import Aggregate, BalanceLayout, Process, Role, get_layout, list_layouts
from cocontrol.inventory.balance_reader import BALANCE_SCHEMA, ENERGY_BALANCE, read_energy_balance

__all__ = [
    "BALANCE_SCHEMA",
    "ENERGY_BALANCE",
    "Aggregate",
    "BalanceLayout",
    "Process",
    "Role",
    "check_balance",
    "get_layout",
    "list_layouts",
    "read_energy_balance",
]
