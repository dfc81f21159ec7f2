"""Published unit costs to compare: what the filters offer, and the rows as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.measures.published import cost_figure_table, cost_references
from cocontrol.measures.published_tables import QUANTITIES, USES
from cocontrol_web.analysis import labels
from cocontrol_web.language import one_side, pick, say

COUNTRIES = {
    "CN": Text("中国", "China"),
    "US": Text("美国", "United States"),
    "DK": Text("丹麦", "Denmark"),
}
"""Names of the countries that figures come from."""


def offered(column: str) -> list[str]:
    """The values of a column that occur among figures of costs, in order."""
    figures = cost_figure_table().filter(pl.col("quantity") != "conversion")
    return sorted(figures[column].drop_nulls().unique().to_list())


def choices() -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, with its name."""
    return {
        "pollutant": [(code, labels.symbol(code)) for code in offered("pollutant")],
        "quantity": [(code, say(QUANTITIES[code])) for code in offered("quantity")],
        "place": [(code, say(COUNTRIES.get(code, code))) for code in offered("place")],
    }


def rows(figures: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `cost_references` in the words of the page."""
    return [
        {
            **row,
            **{name: one_side(row[name]) for name in ("applies_to", "clause", "note", "source")},
            "technology": pick(row, "technology"),
            "quantity_name": say(QUANTITIES[row["quantity"]]),
            "about": labels.symbol(row["pollutant"]) if row["pollutant"] else "",
            "country": say(COUNTRIES.get(row["place"], row["place"])),
            "use_name": say(USES[row["use"]]),
        }
        for row in figures
    ]


def found(asked: dict[str, str]) -> pl.DataFrame:
    """The figures that the filters leave: `words`, `pollutant`, `quantity`, `place`."""
    return cost_references(**asked)
