"""All indicators in one call."""

from __future__ import annotations

import polars as pl
import pytest

from cocontrol.core.errors import NotFound
from cocontrol.indicators.catalogue import (
    DEFINITIONS,
    boundary_label,
    definition,
    indicator_label,
    variant_label,
)
from cocontrol.indicators.series import compute_indicators, known_years
from cocontrol.indicators.table import INDICATOR, IndicatorRow
from tests.indicators.test_carbon_intensity import HENAN, emission, lineage, pick, statistics
from tests.indicators.test_energy_intensity import BALANCE

STATISTICS = statistics(
    (2012, "gdp", 24000.0, "亿元", "current", "earlier"),
    (2013, "gdp", 25000.0, "亿元", "current", "earlier"),
    (2013, "population", 10000.0, "万人", "none", "single"),
    (2013, "urbanisation", None, "%", "none", "single"),
)


def test_every_defined_indicator_is_computed_and_keys_are_unique() -> None:
    table = compute_indicators(
        adcode=HENAN,
        statistics=STATISTICS,
        emission=emission(("1A2", "coke", 5e8)),
        lineage=lineage(),
        balance=BALANCE,
    )
    levels = {"co2_emission", "energy_consumption"}
    assert set(DEFINITIONS) | levels | {"gdp", "population"} <= set(table["indicator_id"])
    assert table.select(INDICATOR.key).is_unique().all()
    empty = table.filter(pl.col("value").is_null())
    assert empty.select("note_zh", "note_en").null_count().row(0) == (0, 0)


def test_published_figures_pass_through_unchanged_and_gaps_stay_gaps() -> None:
    table = compute_indicators(
        adcode=HENAN, statistics=STATISTICS, emission=emission(("1A2", "coke", 5e8)), lineage=lineage()
    )
    assert pick(table, indicator_id="gdp", period="2012")["value"] == pytest.approx(24000.0)
    assert pick(table, indicator_id="gdp", period="2012")["unit"] == "亿元"
    assert table.filter(indicator_id="urbanisation").is_empty()


def test_years_come_from_statistics_and_inventory() -> None:
    assert known_years(STATISTICS, emission(("1A2", "coke", 1.0), period="2015"), adcode=HENAN) == (2012, 2013, 2015)


def test_an_unknown_indicator_lists_the_known_ones() -> None:
    with pytest.raises(NotFound, match="co2_per_gdp"):
        definition("co2_per_cow")


def test_a_row_without_value_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="must say why"):
        IndicatorRow("co2_per_gdp", HENAN, "2013", "direct", "single", None, "t", None, "", (), ())


def test_labels_name_indicators_boundaries_and_variants() -> None:
    assert indicator_label("co2_per_gdp").zh == "单位地区生产总值二氧化碳排放"
    assert indicator_label("gdp").en == "gross regional product"
    assert indicator_label("unheard_of").en == "unheard_of"
    assert boundary_label("direct").en == "direct emissions inside the region only"
    assert boundary_label("direct_plus_electricity:average").en.endswith("(factor: grid average)")
    assert variant_label("current_later").zh == "当年价，较新版次"
    assert variant_label("constant").en == "constant prices"
    assert variant_label("single").en == "only vintage"
