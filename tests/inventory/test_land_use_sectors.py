"""Land use: stock change by hand, conservation of area and carbon, signs, what is missing."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.land_use.stock_change import Change, area_in_transition
from cocontrol.inventory.land_use.tables import LAND_CATEGORIES
from cocontrol.inventory.sectors.catalogue import SectorResult
from tests.inventory.sector_tables import context, reasons, run, table, total

CARBON = 44 / 12
STOCKS = {"forest_land": (50.0, 5.0, 90.0), "cropland": (5.0, 0.0, 60.0), "grassland": (6.0, 0.0, 80.0)}
Row = dict[str, object]


def stocks(held: dict[str, tuple[float, float, float]] | None = None) -> pl.DataFrame:
    pools = ("biomass", "dead_organic_matter", "soil")
    return table(
        "land_carbon_stock",
        *(
            {"land_category": land, "pool": pool, "carbon_t_per_ha": carbon, "source": "synthetic"}
            for land, carbons in (held or STOCKS).items()
            for pool, carbon in zip(pools, carbons, strict=True)
        ),
    )


def change(before: str, after: str, area: float | None, start: int = 2012, end: int = 2013) -> Row:
    return {"start_year": start, "year": end, "from_category": before, "to_category": after, "area_ha": area}


def convert(*rows: Row, years: tuple[int, ...] = (2013,), **named: pl.DataFrame) -> SectorResult:
    held = {"land_transition": table("land_transition", *rows), "land_carbon_stock": stocks()} | named
    return run("land_conversion", context("IPCC_2006", *years), **held)


def pools(result: SectorResult) -> dict[str, float | None]:
    return {cell.split("/")[4]: value for cell, value in result.emission.select("source_id", "CO2").rows()}


def test_forest_turned_into_cropland_by_hand() -> None:
    found = convert(change("forest_land", "cropland", 100.0))
    assert pools(found) == {
        "biomass": pytest.approx(100 * 45 * CARBON),
        "dead_organic_matter": pytest.approx(100 * 5 * CARBON),
        "soil": pytest.approx(100 * 30 / 20 * CARBON),
    }
    assert set(found.emission["category"]) == {"3B2b"}


def test_gains_are_negative_and_rows_of_their_own() -> None:
    found = convert(change("cropland", "forest_land", 100.0), change("forest_land", "cropland", 50.0))
    joined = found.emission.join(found.activity.select("source_id", "process"), on="source_id")
    assert (joined.filter(pl.col("process") == "removal")["CO2"] < 0).all()
    assert (joined.filter(pl.col("process") == "emission")["CO2"] >= 0).all()
    assert set(joined["process"]) == {"removal", "emission"}


def test_soil_goes_on_for_twenty_years_and_biomass_for_one() -> None:
    row = change("forest_land", "cropland", 100.0, 2000, 2001)
    found = convert(row, years=(2001, 2002, 2020, 2021))
    rows = found.emission.with_columns(pool=pl.col("source_id").str.split("/").list.get(4))
    assert rows.filter(pl.col("pool") == "soil")["period"].to_list() == ["2001", "2002", "2020"]
    assert rows.filter(pl.col("pool") == "biomass")["period"].to_list() == ["2001"]


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 1e6), st.integers(1, 12), st.integers(1, 30))
def test_over_all_years_every_hectare_is_counted_once_for_each_year_of_transition(
    area: float, length: int, years: int
) -> None:
    one = Change("410000", 2000, 2000 + length, "cropland", "forest_land", area, "")
    span = range(1990, 2000 + length + years + 5)
    counted = math.fsum(area_in_transition(one, year, years) or 0.0 for year in span)
    assert counted == pytest.approx(area * years)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 1e5))
def test_carbon_that_comes_and_goes_cancels_and_area_scales(area: float) -> None:
    both = convert(change("cropland", "forest_land", area), change("forest_land", "cropland", area))
    assert math.fsum(both.emission["CO2"]) == pytest.approx(0.0, abs=1e-6 * area)
    one, two = (convert(change("grassland", "cropland", factor * area)) for factor in (1.0, 2.0))
    assert total(two, "CO2") == pytest.approx(2 * (total(one, "CO2") or 0))


def matrix() -> list[Row]:
    return [
        change("forest_land", "forest_land", 900.0),
        change("forest_land", "cropland", 100.0),
        change("cropland", "cropland", 2000.0),
        change("cropland", "forest_land", 50.0),
    ]


def areas(*held: tuple[int, str, float]) -> pl.DataFrame:
    return table("land_area", *({"year": year, "land_category": land, "area_ha": area} for year, land, area in held))


def test_a_matrix_that_conserves_area_has_no_finding() -> None:
    held = areas(
        (2012, "forest_land", 1000.0),
        (2012, "cropland", 2050.0),
        (2013, "forest_land", 950.0),
        (2013, "cropland", 2100.0),
    )
    assert convert(*matrix(), land_area=held).finding.is_empty()


def test_a_matrix_that_loses_area_is_found_out() -> None:
    held = areas(
        (2012, "forest_land", 1000.0), (2012, "cropland", 2050.0), (2012, "wetlands", 7.0),
        (2013, "forest_land", 950.0), (2013, "cropland", 2000.0),
    )  # fmt: skip
    gaps = convert(*matrix(), land_area=held).finding.sort("subject")
    assert gaps.select("subject", "expected", "found").rows() == [
        ("410000/2012/wetlands", 7.0, 0.0),
        ("410000/2013/cropland", 2000.0, 2100.0),
    ]
    assert set(gaps["level"]) == {"high"}


def test_a_matrix_without_areas_says_that_it_was_not_checked() -> None:
    found = convert(*matrix()).finding
    assert found["rule"].to_list() == ["land_use.area_unchecked"] * 2


def test_a_pool_that_nobody_measured_is_not_estimated() -> None:
    found = convert(change("cropland", "settlements", 10.0))
    assert found.emission["CO2"].null_count() == 3
    assert {key for key, _ in reasons(found, "CO2")} == {"NE"}


def test_an_area_that_is_missing_is_not_zero_and_an_interval_runs_forward() -> None:
    assert total(convert(change("cropland", "forest_land", None)), "CO2") is None
    with pytest.raises(InvalidInput, match="起始年"):
        convert(change("cropland", "forest_land", 1.0, 2013, 2013))


def forest(**row: object) -> SectorResult:
    held = table("forest_stock", {"forest_type": "arbor_forest", **row})
    return run("forest_biomass", context(), forest_stock=held)


def test_growing_stock_by_hand() -> None:
    """10⁶ m³ · 6 % growth, 2 % use; 0.462 t/m³ · 1.787 · 0.5 · 44/12."""
    found = forest(volume_m3=1e6, growth_rate=0.06, consumption_rate=0.02)
    held = 0.462 * 1.787 * 0.5 * CARBON
    assert found.emission["CO2"].to_list() == pytest.approx([-6e4 * held, 2e4 * held])
    assert "national mean" in str(found.coefficient_lineage["reason_en"][0])


def test_local_values_of_the_forest_come_first_and_rates_have_no_default() -> None:
    local = forest(volume_m3=1e6, growth_rate=0.06, wood_density=0.5, biomass_expansion=1.5, carbon_fraction=0.47)
    assert local.emission["CO2"].to_list() == [pytest.approx(-6e4 * 0.5 * 1.5 * 0.47 * CARBON), None]
    assert local.finding["rule"].to_list() == ["sector.amount_missing"]


def test_bamboo_by_area() -> None:
    assert total(forest(forest_type="bamboo", area_change_ha=10.0), "CO2") == pytest.approx(-10 * 68.48 * 0.5 * CARBON)
    lost = forest(forest_type="shrub", area_change_ha=-10.0)
    assert total(lost, "CO2") == pytest.approx(10 * 17.99 * 0.5 * CARBON)


def test_new_forest_is_not_counted_twice_beside_the_growing_stock() -> None:
    held = table("forest_stock", {"forest_type": "arbor_forest", "volume_m3": 1e6})
    found = convert(change("cropland", "forest_land", 100.0), forest_stock=held)
    assert pools(found)["biomass"] is None
    assert reasons(found, "CO2")[0][0] == "IE"


def test_the_six_categories_are_those_of_the_ipcc() -> None:
    assert list(LAND_CATEGORIES) == ["forest_land", "cropland", "grassland", "wetlands", "settlements", "other_land"]


@pytest.mark.parametrize("years", [0, 2.5, "long"])
def test_the_years_of_transition_are_a_whole_number(years: object) -> None:
    held = {
        "land_transition": table("land_transition", change("cropland", "forest_land", 1.0)),
        "land_carbon_stock": stocks(),
    }
    with pytest.raises(InvalidInput):
        run("land_conversion", context("IPCC_2006", land_use__soil_transition_years=years), **held)
    ten = run("land_conversion", context("IPCC_2006", land_use__soil_transition_years="10"), **held)
    assert pools(ten)["soil"] == pytest.approx(-30 / 10 * CARBON)
