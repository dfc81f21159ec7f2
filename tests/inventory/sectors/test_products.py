"""Products × factors − recovery: golden cases worked by hand, and the rules that keep removal honest."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.core.units import commensurable
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorResult
from cocontrol.inventory.sectors.product_coefficients import mass_per_unit
from cocontrol.inventory.sectors.product_sectors import PRODUCT_MODULES
from cocontrol.inventory.sectors.product_tables import ACTIVITY_TABLES
from cocontrol.inventory.sectors.products import factor_routes, product_lines
from cocontrol.reference.categories import category
from cocontrol.reference.factors import factor_by_id, factor_table

HENAN = "410000"
MODULES = {module.sector_id: module for module in PRODUCT_MODULES}


def context(profile: str = "PROV_GUIDE_2011") -> SectorContext:
    return SectorContext(HENAN, (2020,), profile, date(2020, 12, 31))


def activity(*rows: tuple[str, float | None, str]) -> pl.DataFrame:
    schema = {"product": pl.String, "amount": pl.Float64, "unit": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.select(pl.lit(2020).alias("year"), pl.lit(HENAN).alias("adcode"), pl.all(), source=pl.lit("synthetic"))


def estimate(sector: str, *rows: tuple[str, float | None, str], profile: str = "PROV_GUIDE_2011", **more: pl.DataFrame) -> SectorResult:  # fmt: skip
    return MODULES[sector].estimate({f"{sector}_activity": activity(*rows), **more}, context(profile))


def control(rate: float, efficiency: float | None, basis: str, technology: str = "bag_filter", pollutant: str = "PM25") -> pl.DataFrame:  # fmt: skip
    return pl.DataFrame(
        {
            "product": ["clinker_precalciner"], "pollutant": [pollutant], "technology": [technology],
            "application_rate": [rate], "removal_efficiency": [efficiency], "basis": [basis], "source": ["synthetic"],
        },
        schema_overrides={"removal_efficiency": pl.Float64},
    )  # fmt: skip


GOLDEN = [
    # product, amount, unit, pollutant, tonnes worked by hand
    ("mineral", "clinker_precalciner", 100.0, "万吨", "CO2", 1e6 * 0.538),
    ("mineral", "clinker_precalciner", 100.0, "万吨", "NOx", 1e6 * 1.88e-3),
    ("mineral", "clinker_precalciner", 1e6, "t", "Hg", 1e6 * 0.09e-6),
    ("mineral", "lime", 10.0, "万吨", "CO2", 1e5 * 0.683),
    ("mineral", "cement_raw_carbide_slag", 1000.0, "t", "CO2", -480.0),
    ("mineral", "carbonate_caco3", 1000.0, "t", "CO2", 440.0),
    ("mineral", "glass_carbon_powder", 3.0, "t", "CO2", 11.0),
    ("mineral", "flat_glass_float", 100.0, "t", "CO2", 21.0),
    ("chemical", "nitric_acid_high_pressure", 1000.0, "t", "N2O", 13.9),
    ("chemical", "adipic_acid", 1000.0, "t", "N2O", 293.0),
    ("chemical", "calcium_carbide", 1000.0, "t", "CO2", 1154.0),
    ("chemical", "hcfc22", 1000.0, "t", "HFC23", 29.2),
    ("chemical", "hfc23_destroyed", 70.0, "t", "CO2", 44.0),
    ("chemical", "production_hfc134a", 1000.0, "t", "HFC134a", 5.0),
    ("chemical", "ammonia_gas_average", 1000.0, "t", "CO2", 2104.0),
    ("metal", "steel_limestone", 1000.0, "t", "CO2", 430.0),
    ("metal", "steel_output_crude_steel", 1000.0, "t", "CO2", -37.0),
    ("metal", "ferroalloy_fesi_75", 1000.0, "t", "CO2", 4000.0),
    ("metal", "aluminium_prebake", 1e6, "t", "CF4", 88.8),
    ("metal", "aluminium_prebake", 1e6, "t", "C2F6", 11.4),
    ("metal", "magnesium_primary", 1000.0, "t", "SF6", 0.49),
    ("metal", "sinter", 1e6, "t", "PM25", 1e6 * (2.52 + 0.1) * 1e-3),
    ("electronics_power_equipment", "semiconductor_wafer", 1000.0, "m^2", "C2F6", 1.0),
    ("electronics_power_equipment", "sf6_equipment_manufacture", 100.0, "t", "SF6", 8.6),
    ("oil_gas", "gas_gathering_station", 10.0, "座", "CH4", 10 * (23.6 + 27.9)),
    ("oil_gas", "gas_processing", 5.0, "亿标准立方米", "CH4", 5 * 40.34),
    ("coal_mining", "coal_open_pit", 100.0, "万吨", "CH4", 1e6 * (1.34 + 0.34) * 1e-3),
    ("solvent", "solvent_gravure_ink", 100.0, "t", "VOCs", 60.0),
    ("solvent", "household_solvents", 100.0, "万人", "VOCs", 100.0),
    ("storage", "gasoline_road_rail_loading", 1e6, "m^3", "VOCs", 1624.0),
    ("other_process", "baijiu", 1000.0, "t", "VOCs", 25.0),
]


@pytest.mark.parametrize(("sector", "product", "amount", "unit", "pollutant", "expected"), GOLDEN)
def test_emission_is_amount_times_factor_as_worked_by_hand(
    sector: str, product: str, amount: float, unit: str, pollutant: str, expected: float
) -> None:
    made = estimate(sector, (product, amount, unit)).emission
    assert made[pollutant].sum() == pytest.approx(expected, rel=1e-9)


def test_a_document_profile_takes_its_own_factor_and_else_the_common_one() -> None:
    tonnes = {
        profile: estimate("mineral", ("clinker_precalciner", 1000.0, "t"), profile=profile).emission["CO2"][0]
        for profile in ("PROV_GUIDE_2011", "IPCC_2006", "MEE_ETS_2022_2024")
    }
    assert tonnes == pytest.approx({"PROV_GUIDE_2011": 538.0, "IPCC_2006": 520.0, "MEE_ETS_2022_2024": 535.0})


def test_the_status_of_a_recalled_factor_travels_with_the_coefficient() -> None:
    lineage = estimate("mineral", ("clinker_precalciner", 1.0, "t")).coefficient_lineage
    status = dict(lineage.select("pollutant", "status").iter_rows())
    assert status["CO2"] == "recalled"
    assert status["NOx"] == "verified"


def test_a_product_without_a_factor_is_not_estimated_and_says_why() -> None:
    made = estimate("chemical", ("ammonia_coal", 1000.0, "t"))
    assert made.emission["CO2"].to_list() == [None]
    row = made.coefficient_lineage.row(by_predicate=pl.col("pollutant") == "CO2", named=True)
    assert row["notation"] == "NE"
    assert "碳平衡" in row["reason_zh"]
    assert "carbon balance" in row["reason_en"]


def test_a_missing_amount_is_missing_and_reported() -> None:
    made = estimate("mineral", ("lime", None, "t"))
    assert made.emission["CO2"].to_list() == [None]
    assert made.finding.filter(pl.col("rule") == "sector.amount_missing").height == 1


def test_a_suspect_factor_is_not_used() -> None:
    assert estimate("mineral", ("ceramics", 100.0, "t")).emission["VOCs"].to_list() == [None]


def test_underground_mining_takes_only_a_local_factor() -> None:
    local = pl.DataFrame(
        {
            "product": ["coal_underground_high_gas"], "line": ["mining"], "pollutant": ["CH4"], "value": [6.7],
            "unit": ["kg/t"], "after_control": [True], "source": ["synthetic"],
        }
    )  # fmt: skip
    row = ("coal_underground_high_gas", 1e6, "t")
    assert estimate("coal_mining", row).emission["CH4"].to_list() == [None, pytest.approx(2010.0)]
    made = estimate("coal_mining", row, process_local_factor=local)
    assert made.emission["CH4"].to_list() == pytest.approx([6700.0, 2010.0])


def recovery(amount: float, unit: str, product: str = "coal_open_pit") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "year": [2020], "adcode": [HENAN], "product": [product], "pollutant": ["CH4"], "recovered": [amount],
            "unit": [unit], "source": ["synthetic"],
        }
    )  # fmt: skip


def test_recovery_is_a_row_of_its_own_and_deducted_once() -> None:
    made = estimate("coal_mining", ("coal_open_pit", 1e6, "t"), process_recovery=recovery(100.0, "1e4*Nm3"))
    assert made.emission["CH4"].to_list() == pytest.approx([1340.0, 340.0, -717.0])
    assert made.emission["CH4"].sum() == pytest.approx(963.0)


def test_more_recovered_than_generated_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"回收量超过产生量"):
        estimate("coal_mining", ("coal_open_pit", 1000.0, "t"), process_recovery=recovery(100.0, "t"))


def test_recovery_of_what_is_not_estimated_is_not_deducted() -> None:
    low = recovery(1.0, "t", "coal_open_pit").with_columns(pollutant=pl.lit("CO2"))
    made = estimate("coal_mining", ("coal_open_pit", 1000.0, "t"), process_recovery=low)
    assert made.emission["CO2"].drop_nulls().to_list() == []


def test_removal_acts_once_with_the_fleet_average_of_the_standard() -> None:
    eta = factor_table().filter(
        (pl.col("technology") == "bag_filter") & (pl.col("pollutant") == "PM25") & (pl.col("kind") == "fleet_average")
    )["value"][0]
    made = estimate("mineral", ("clinker_precalciner", 1e6, "t"), process_control=control(0.9, None, "fleet_average"))
    assert made.emission["PM25"][0] == pytest.approx(1e6 * 26.5e-3 * (1 - 0.9 * eta))
    stage = dict(made.coefficient_lineage.select("pollutant", "stage").iter_rows())
    assert (stage["PM25"], stage["NOx"], stage["CO2"]) == ("emission", "generation", "emission")


def test_fugitive_parts_never_reach_the_device() -> None:
    device = control(1.0, 0.99, "measured").with_columns(product=pl.lit("sinter"))
    made = estimate("metal", ("sinter", 1e6, "t"), process_control=device)
    assert made.emission["PM25"][0] == pytest.approx(1e6 * (2.52e-3 * 0.01 + 0.1e-3))


def test_fleet_average_and_design_efficiencies_are_not_mixed() -> None:
    mixed = pl.concat([control(0.5, None, "fleet_average"), control(0.5, 0.999, "design", "dry_esp")])
    with pytest.raises(InvalidInput, match=r"混用"):
        estimate("mineral", ("clinker_precalciner", 1.0, "t"), process_control=mixed)


def test_a_device_on_a_factor_after_control_is_refused() -> None:
    local = pl.DataFrame(
        {
            "product": ["clinker_precalciner"], "line": ["-"], "pollutant": ["PM25"], "value": [0.1], "unit": ["kg/t"],
            "after_control": [True], "source": ["synthetic"],
        }
    )  # fmt: skip
    with pytest.raises(InvalidInput, match=r"重复计算"):
        estimate(
            "mineral",
            ("clinker_precalciner", 1.0, "t"),
            process_control=control(0.9, 0.9, "measured"),
            process_local_factor=local,
        )


def test_application_rates_over_one_are_refused() -> None:
    both = pl.concat([control(0.6, 0.9, "measured"), control(0.6, 0.9, "measured", "dry_esp")])
    with pytest.raises(InvalidInput, match=r"超过 1"):
        estimate("mineral", ("clinker_precalciner", 1.0, "t"), process_control=both)


def test_a_unit_that_does_not_fit_is_refused_with_the_unit_that_would() -> None:
    with pytest.raises(InvalidInput, match=r"可换算为 t"):
        estimate("mineral", ("lime", 1.0, "kWh"))


def test_every_factor_of_a_product_is_uncontrolled_so_that_removal_is_never_applied_twice() -> None:
    kinds = dict(factor_table().select("factor_id", "kind").iter_rows())
    used = {route.factor_id for route in factor_routes() if route.factor_id}
    assert {kinds[str(name)] for name in used} <= {"uncontrolled", "parameter"}


def test_every_route_has_a_factor_that_fits_its_product_or_a_reason() -> None:
    units = {(line.product, line.line): line.unit for line in product_lines()}
    for route in factor_routes():
        if route.factor_id is None:
            assert route.reason is not None
            assert route.reason.en
        else:
            unit = units[route.product, route.line]
            assert mass_per_unit(factor_by_id(route.factor_id).unit, unit) > 0, route


def test_every_product_has_a_category_a_unit_and_names_in_both_languages() -> None:
    for line in product_lines():
        assert category(line.category)["class_8"], line.product
        assert commensurable(line.unit, line.unit), line.product
        assert line.label.zh
        assert line.label.en


def test_every_sector_has_a_table_that_offers_its_products() -> None:
    assert {table.name for table in ACTIVITY_TABLES} == {m.tables[0] for m in PRODUCT_MODULES}
    assert all(table.column("product").allowed for table in ACTIVITY_TABLES)


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1e9), st.floats(0, 1), st.floats(0, 1))
def test_emission_is_linear_in_the_amount_and_falls_with_removal(amount: float, rate: float, efficiency: float) -> None:
    free = estimate("mineral", ("clinker_precalciner", amount, "t")).emission["PM25"][0]
    held = estimate(
        "mineral", ("clinker_precalciner", amount, "t"), process_control=control(rate, efficiency, "measured")
    ).emission["PM25"][0]
    assert math.isclose(free, amount * 26.5e-3, rel_tol=1e-9)
    assert math.isclose(held, free * (1 - rate * efficiency), rel_tol=1e-9, abs_tol=1e-12)
