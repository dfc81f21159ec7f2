"""What a total counts: with land use and its removals, or without, as the totals of the Convention are stated.

One rule for the whole system. The headline total, and the total that indicators and targets use, is without land use
(category 3B, LULUCF); where the inventory holds land use, the total with it stands beside under its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import polars as pl

from cocontrol.core.text import Text

LAND_USE = "3B"
"""Category of land and of its removals (IPCC 2006, Vol. 4: 3B)."""


class TotalScope(StrEnum):
    """Which rows of an inventory a total counts."""

    WITHOUT_LAND_USE = "without_land_use"
    WITH_LAND_USE = "with_land_use"


TOTAL_NAMES: Mapping[TotalScope, Text] = {
    TotalScope.WITHOUT_LAND_USE: Text("合计（不含土地利用）", "total without LULUCF"),
    TotalScope.WITH_LAND_USE: Text("合计（含土地利用）", "total with LULUCF"),
}
"""The names under which totals are shown; LULUCF is land use, land-use change and forestry."""


def in_land_use(column: str = "category") -> pl.Expr:
    """Whether a row is of land use (3B or below it); a row without a category is not."""
    return pl.col(column).cast(pl.String).str.starts_with(LAND_USE).fill_null(value=False)


def rows_in_scope(rows: pl.DataFrame, scope: TotalScope) -> pl.DataFrame:
    """The rows of a table with `category` that a total of that scope counts."""
    return rows if scope == TotalScope.WITH_LAND_USE else rows.filter(~in_land_use())
