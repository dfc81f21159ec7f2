"""IPCC combustion factors, pollutant factors, control efficiencies and electricity: golden cells and refusals."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import Ambiguous, NotFound
from cocontrol.core.provenance import Status
from cocontrol.core.units import convert
from cocontrol.reference.air_factors import air_factor, mass_balance_parameter, product_factor
from cocontrol.reference.categories import categories
from cocontrol.reference.controls import capture_efficiency, control_technologies, pm10_removal, removal_efficiency
from cocontrol.reference.electricity import electricity_factor, grid_of, heat_factor
from cocontrol.reference.factors import factor_table
from cocontrol.reference.ipcc import combustion_factor

ON = date(2013, 12, 31)

IPCC_CELLS = [
    # fuel, pollutant, sector, value, lower, upper, table: read in IPCC 2006 Vol. 2
    ("crude_oil", "CO2", "energy", 73300, 71100, 75500, "Table 1.4"),
    ("natural_gas", "CO2", "residential", 56100, 54300, 58300, "Table 1.4"),
    ("bituminous", "CO2", "energy", 94600, 89500, 99700, "Table 1.4"),
    ("bituminous", "CH4", "energy", 1, 0.3, 3, "Table 2.2"),
    ("bituminous", "CH4", "manufacturing", 10, 3, 30, "Table 2.3"),
    ("bituminous", "CH4", "residential", 300, 100, 900, "Table 2.5"),
    ("bituminous", "N2O", "energy", 1.5, 0.5, 5, "Table 2.2"),
    ("natural_gas", "CH4", "energy", 1, 0.3, 3, "Table 2.2"),
    ("natural_gas", "CH4", "residential", 5, 1.5, 15, "Table 2.5"),
    ("natural_gas", "N2O", "energy", 0.1, 0.03, 0.3, "Table 2.2"),
    ("diesel", "CH4", "manufacturing", 3, 1, 10, "Table 2.3"),
    ("wood", "CH4", "energy", 30, 10, 100, "Table 2.2"),
]


@pytest.mark.parametrize("cell", IPCC_CELLS)
def test_ipcc_cell_reads_as_printed(cell: tuple[str, str, str, float, float, float, str]) -> None:
    fuel, pollutant, sector, *printed = cell
    factor = combustion_factor(fuel, pollutant, sector, on=ON)
    assert [factor.value, factor.lower, factor.upper, factor.clause] == printed
    assert factor.unit == f"kg*{pollutant}/TJ"
    assert factor.status is Status.VERIFIED


def test_ipcc_co2_follows_from_the_carbon_content_to_rounding() -> None:
    table = factor_table()
    carbon = dict(
        table.filter((pl.col("profile") == "IPCC_2006") & (pl.col("parameter") == "carbon_content"))
        .select("fuel_code", "value")
        .iter_rows()
    )
    printed = table.filter((pl.col("topic") == "combustion") & (pl.col("sector") == "all"))
    assert len(printed) == 53
    for fuel, value in printed.select("fuel_code", "value").iter_rows():
        assert value == pytest.approx(carbon[fuel] * 1e6 * 44 / 12, rel=0.006), fuel


def test_the_ipcc_slip_of_coal_tar_is_corrected_and_recorded() -> None:
    factor = combustion_factor("coal_tar", "CH4", "commercial", on=ON)
    assert (factor.lower, factor.value, factor.upper) == (3, 10, 30)
    assert "勘误" in factor.note


def test_road_methane_of_gasoline_needs_the_vehicle_technology() -> None:
    with pytest.raises(Ambiguous, match="oxidation_catalyst"):
        combustion_factor("gasoline", "CH4", "road", on=ON)
    assert combustion_factor("gasoline", "CH4", "road", technology="uncontrolled", on=ON).value == 33
    assert combustion_factor("diesel", "N2O", "road", on=ON).value == 3.9


def test_a_chinese_fuel_takes_its_declared_ipcc_fuel_only_when_asked() -> None:
    with pytest.raises(NotFound):
        combustion_factor("raw_coal", "CO2", "energy", on=ON)
    factor = combustion_factor("raw_coal", "CO2", "energy", on=ON, use_proxy=True)
    assert factor.factor_id == "IPCC_2006:bituminous:CO2"
    assert factor.proxy is not None


def test_every_ipcc_sector_of_the_categories_has_factors() -> None:
    sectors = set(categories()["ipcc_sector"].drop_nulls())
    assert sectors == {"energy", "manufacturing", "commercial", "residential"}
    for sector in sectors:
        assert combustion_factor("bituminous", "N2O", sector, on=ON).value == 1.5


def test_every_coal_is_looked_up_as_coal_in_the_guide() -> None:
    for fuel in ("raw_coal", "bituminous", "washed_coal"):
        factor = air_factor(fuel, "NOx", sector="industry", technology="pulverised_coal", on=ON)
        assert (factor.value, factor.unit) == (5.47, "g*NOx/kg")


def test_nox_of_coal_power_depends_on_the_size_of_the_unit() -> None:
    with pytest.raises(Ambiguous) as raised:
        air_factor("raw_coal", "NOx", sector="power", technology="pulverised_coal", on=ON)
    assert "unit_ge_300_mw" in raised.value.describe("en")
    large = air_factor("raw_coal", "NOx", sector="power", technology="pulverised_coal", item="unit_ge_300_mw", on=ON)
    assert large.value == 7.21


def test_a_gas_factor_is_per_standard_cubic_metre() -> None:
    factor = air_factor("natural_gas", "NOx", sector="industry", on=ON)
    assert (factor.value, factor.unit) == (2.09, "g*NOx/Nm3")
    assert convert(factor.value, factor.unit, "kg*NOx/10^4 Nm3") == pytest.approx(20.9)


def test_a_fuel_outside_the_lists_of_the_guide_is_absence() -> None:
    with pytest.raises(NotFound, match="燃料表"):
        air_factor("wood", "NOx", sector="power", on=ON)


def test_coal_sulphur_and_ash_have_shares_but_no_default_content() -> None:
    common = {"sector": "power", "technology": "pulverised_coal", "on": ON}
    assert mass_balance_parameter("sulphur_retention", "SO2", **common).value == 0.15
    assert mass_balance_parameter("ash_retention", "PM", **common).value == 0.25
    assert mass_balance_parameter("particle_fraction", "PM10", **common).value == 0.23
    with pytest.raises(NotFound, match="原文印 0"):
        mass_balance_parameter("share_of_pm25", "OC", **common)
    with pytest.raises(NotFound, match="sulphur_retention"):
        mass_balance_parameter("sulphur_content", "SO2", **common)


def test_stack_and_fugitive_parts_of_a_product_stand_apart() -> None:
    stack = product_factor("sinter", "PM25", technology="sintering_stack", on=ON)
    fugitive = product_factor("sinter", "PM25", technology="sintering_fugitive", on=ON)
    assert (stack.value, fugitive.value, stack.unit) == (2.52, 0.1, "g*PM25/kg")


def test_fleet_average_and_design_efficiency_are_two_answers() -> None:
    fleet = removal_efficiency("scr", "NOx", on=ON)
    assert (fleet.value, fleet.unit) == (0.42, "1")
    with pytest.raises(Ambiguous):
        removal_efficiency("scr", "NOx", on=ON, profile=None)
    with pytest.raises(Ambiguous, match="coal_power"):
        removal_efficiency("scr", "NOx", on=ON, profile=None, basis="design")


def test_the_suspect_dust_removal_of_scr_is_not_applied_by_itself() -> None:
    with pytest.raises(NotFound, match="疑似有误"):
        removal_efficiency("scr", "PM25", on=ON)
    assert removal_efficiency("scr", "PM25", on=ON, accept_flagged=True).flag == "suspect"


def test_capture_is_no_removal() -> None:
    assert capture_efficiency("full_enclosure", "VOCs", on=ON).value == 0.95
    with pytest.raises(NotFound):
        removal_efficiency("full_enclosure", "VOCs", on=ON)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_pm10_removal_lies_between_that_of_its_parts(share: float, fine: float, coarse: float) -> None:
    total = pm10_removal(share, fine, coarse)
    assert min(fine, coarse) - 1e-12 <= total <= max(fine, coarse) + 1e-12


def test_every_control_technology_has_names_in_both_languages() -> None:
    assert control_technologies().null_count().sum_horizontal().item() == 0
    assert len(control_technologies()) == 96


def test_the_kinds_of_the_national_electricity_factor_must_be_told_apart() -> None:
    with pytest.raises(Ambiguous) as raised:
        electricity_factor("100000", 2023)
    assert all(value in raised.value.describe("en") for value in ("0.5306", "0.6096", "0.8273"))
    assert electricity_factor("100000", 2023, "average").value == 0.5306
    assert electricity_factor("100000", 2023, "fossil").value == 0.8273


def test_a_city_takes_the_factor_of_its_province() -> None:
    assert electricity_factor("410900", 2022).value == electricity_factor("410000", 2022).value == 0.6058


def test_a_year_without_a_factor_names_what_there_is_nearby() -> None:
    with pytest.raises(NotFound) as raised:
        electricity_factor("410000", 2013)
    assert "electricity:2012:CN-CC:legacy_grid_average" in raised.value.describe("en")
    legacy = electricity_factor("410000", 2013, "legacy_grid_average")
    assert (legacy.value, legacy.status) == (0.5257, Status.RECALLED)


def test_a_life_cycle_footprint_never_answers_for_an_inventory() -> None:
    footprint = electricity_factor("100000", 2023, "carbon_footprint")
    assert footprint.unit == "kg*CO2e/kWh"
    with pytest.raises(NotFound):
        electricity_factor("100000", 2024)


def test_the_carbon_market_factor_of_a_year_is_that_of_its_letter() -> None:
    values = [electricity_factor("100000", year, "ets_reporting").value for year in (2019, 2020, 2021, 2022)]
    assert values == [0.6101, 0.6101, 0.5810, 0.5703]


def test_inner_mongolia_lies_in_two_grids() -> None:
    with pytest.raises(Ambiguous, match="CN-NC, CN-NE"):
        electricity_factor("150000", 2013, "legacy_grid_average")
    assert grid_of("410000", 2023) == "CN-CC"
    assert grid_of("500000", 2013) == "CN-CC"
    assert grid_of("500000", 2023) == "CN-SW"
    with pytest.raises(NotFound):
        grid_of("710000", 2023)


def test_purchased_heat_has_one_default() -> None:
    assert (heat_factor(ON).value, heat_factor(ON).unit) == (0.11, "t*CO2/GJ")
