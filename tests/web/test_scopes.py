"""The two totals that pages name where an inventory holds land use."""

from __future__ import annotations

import polars as pl

from cocontrol_web.analysis.compare import totals_side_by_side
from cocontrol_web.analysis.overview import totals_of
from cocontrol_web.analysis.scopes import both_totals
from cocontrol_web.analysis.views.overview import shown

ROWS = pl.DataFrame(
    {
        "coefficient_id": ["a", "b"], "category": ["1A1ai", "3B1a"], "amount": [30.0, 1.0], "unit": ["TJ", "hectare"],
        "CO2": [5e6, -1e6], "period": ["2013", "2013"],
    }
)  # fmt: skip
LINEAGE = pl.DataFrame(
    {"coefficient_id": ["a", "b"], "pollutant": "CO2", "status": "verified", "stage": "emission"},
)


def test_the_tile_of_the_overview_shows_both_totals_in_one_unit() -> None:
    (co2,) = totals_of(ROWS, LINEAGE, "2013")
    assert (co2.value, co2.with_land_use) == (5e6, 4e6)
    assert co2.explain == "CO2@period=2013,scope=without_land_use"
    tile = shown(co2, is_gas=True)
    assert (tile["shown"], tile["shown_with_land_use"]) == ("500.0", "400.0")


def test_a_tile_without_land_use_shows_one_total() -> None:
    (co2,) = totals_of(ROWS.head(1), LINEAGE, "2013")
    assert (co2.value, co2.with_land_use, co2.explain) == (5e6, None, "CO2@period=2013")
    assert shown(co2, is_gas=True)["shown_with_land_use"] == ""


def test_pages_that_sum_rows_name_both_totals_and_none_without_land_use() -> None:
    both = both_totals(ROWS, "CO2", {"period": "2013"})
    assert [(one["name"].en, one["value"]) for one in both] == [
        ("total without LULUCF", 5e6),
        ("total with LULUCF", 4e6),
    ]
    assert both[1]["explain"] == "CO2@period=2013,scope=with_land_use"
    assert both_totals(ROWS.head(1), "CO2", {}) == []


def test_two_runs_are_compared_under_each_scope() -> None:
    rows = totals_side_by_side(ROWS.select("category", "CO2"), ROWS.head(1).select("category", "CO2")).to_dicts()
    assert [(row["scope"], row["first"], row["second"]) for row in rows] == [
        ("without_land_use", 5e6, 5e6),
        ("with_land_use", 4e6, 5e6),
    ]
