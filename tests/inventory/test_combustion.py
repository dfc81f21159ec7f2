"""Fuel burnt and its coefficients: golden cells worked out by hand, and nothing estimated without a factor."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.inventory.balance import BalanceLayout
from cocontrol.inventory.combustion import (
    ACTIVITY_SCHEMA,
    COMBUSTION_POLLUTANTS,
    LINEAGE_SCHEMA,
    Circumstances,
    combustion_activity,
    combustion_coefficients,
    combustion_emissions,
    make_circumstances,
)
from cocontrol.inventory.combustion_checks import check_product_fuels, check_recovered_gases, product_fuels

RAW_COAL_POWER = "1A1ai/raw_coal/uncontrolled/2013"


def coefficients(
    activity: pl.DataFrame, profile: str = "PROV_GUIDE_2011", local: Circumstances | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    return combustion_coefficients(activity, profile=profile, jurisdiction="410000", circumstances=local)


@pytest.fixture(scope="module")
def guide(activity: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    return coefficients(activity)


@pytest.fixture(scope="module")
def local(layout: BalanceLayout) -> Circumstances:
    """Local facts for the tests: round figures, not Henan's."""
    power = {"category": "1A1ai", "fuel": "coal", "source": "test"}
    return make_circumstances(
        technologies=pl.DataFrame(
            [
                {**power, "technology": "pulverised_coal", "item": "unit_ge_300_mw", "share": 0.75, "sector": None},
                {**power, "technology": "circulating_fluidised_bed", "item": "unit_ge_300_mw", "share": 0.25, "sector": None},
                {"category": "1A3-P", "fuel": "diesel", "technology": "all", "item": "-", "share": 1.0, "sector": "road", "source": "test"},
            ]
        ),
        coal_quality=pl.DataFrame([{**power, "sulphur_content": 0.01, "ash_content": 0.2}]),
        controls=pl.DataFrame(
            [
                {**power, "pollutant": "SO2", "technology": "wet_limestone_gypsum_fgd", "application_rate": 0.9, "removal_efficiency": None},
                {**power, "pollutant": "PM25", "technology": "dry_esp", "application_rate": 1.0, "removal_efficiency": 0.99},
            ],
            schema_overrides={"removal_efficiency": pl.Float64},
        ),
        standard_coal=layout.standard_coal,
    )  # fmt: skip


def cell(table: pl.DataFrame, **where: Any) -> dict[str, Any]:
    return table.row(by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in where.items()), named=True)


def by_hand(mtce: str, carbon: str, oxidation: str) -> float:
    """10⁶ tce × 29.3076 GJ/tce × t C/GJ × oxidised × 44/12, in tonnes."""
    energy_gj = Decimal(mtce) * 10**6 * Decimal("29.3076")
    return float(energy_gj * Decimal(carbon) * Decimal(oxidation) * 44 / 12)


def test_what_is_burnt_and_what_is_not(activity: pl.DataFrame) -> None:
    assert activity.schema == ACTIVITY_SCHEMA
    assert activity.select("source_id", "period").is_unique().all()
    uses = dict(activity.group_by("use").len().iter_rows())
    assert uses == {"combusted": 97, "non_energy": 1, "transformation": 29, "carrier": 20}
    assert activity.filter(pl.col("use") != "combusted")["coefficient_id"].null_count() == 50
    assert set(activity.filter(use="carrier")["fuel"]) == {"electricity", "heat"}
    assert "total_coal" not in activity["fuel"]


def test_industry_burns_its_final_use_less_what_becomes_material(activity: pl.DataFrame) -> None:
    row = cell(activity, source_id="410000:industry:raw_coal")
    assert row["amount"] == pytest.approx((24.1290588 - 5.970111) * 29307.6, rel=1e-12)
    assert row["category"] == "1A2m"
    assert len(row["origin"].split("; ")) == 2
    material = cell(activity, use="non_energy")
    assert (material["category"], material["amount"]) == ("2D-N", pytest.approx(5.970111 * 29307.6, rel=1e-12))
    assert "not burnt" in material["reason_en"]


def test_residential_use_is_split_into_urban_and_rural(activity: pl.DataFrame) -> None:
    rows = activity.filter((pl.col("fuel") == "raw_coal") & pl.col("category").str.starts_with("1A4b"))
    assert dict(rows.select("category", "amount").iter_rows()) == {
        "1A4b-U": pytest.approx(1.129548 * 29307.6),
        "1A4b-R": pytest.approx(2.797452 * 29307.6),
    }


def test_transformation_is_listed_but_not_burnt(activity: pl.DataFrame) -> None:
    into_coke = cell(activity, source_id="410000:coking:washed_coal")
    coke_out = cell(activity, source_id="410000:coking:coke")
    assert (into_coke["use"], coke_out["use"]) == ("transformation", "transformation")
    assert into_coke["amount"] == pytest.approx(28.95723 * 29307.6)
    assert coke_out["amount"] == pytest.approx(-26.2714731 * 29307.6)


GOLDEN = [
    ("PROV_GUIDE_2011", "thermal_power:raw_coal", "82.9591602", "0.0261", "0.93", 216.3911),
    ("PROV_GUIDE_2011", "transport:diesel", "6.62935", "0.0202", "0.98", 14.1026),
    ("PROV_GUIDE_2011", "residential_urban:natural_gas", "1.3433", "0.0153", "0.99", 2.1865),
    ("PROV_GUIDE_2011", "industry:coke", "17.6476337", "0.0295", "0.93", 52.0287),
    ("IPCC_2006", "thermal_power:raw_coal", "82.9591602", "0.0258", "1", 230.0042),
    ("IPCC_2006", "transport:gasoline", "3.728985", "0.0189", "1", 7.5736),
]


@pytest.mark.parametrize(("profile", "source", "mtce", "carbon", "oxidation", "megatonnes"), GOLDEN)
def test_golden_cells_of_henan_2013(
    activity: pl.DataFrame, profile: str, source: str, mtce: str, carbon: str, oxidation: str, megatonnes: float
) -> None:
    table, _ = coefficients(activity, profile)
    row = cell(combustion_emissions(activity, table, pollutants=["CO2"]), cell_id=f"410000:{source}@2013")
    assert row["CO2"] == pytest.approx(by_hand(mtce, carbon, oxidation), rel=1e-12)
    assert row["CO2"] == pytest.approx(megatonnes * 1e6, abs=51)


def test_henan_2013_totals_by_fuel(activity: pl.DataFrame, guide: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    """Burnt energy by fuel as the file's README gives it, times the guide's factor."""
    emission = combustion_emissions(activity, guide[0])
    totals = emission.group_by("fuel").agg(pl.col("amount", "CO2").sum())
    for fuel, mtce, carbon, oxidation in (
        ("raw_coal", "114.8814435", "0.0261", "0.93"),
        ("diesel", "11.3293406", "0.0202", "0.98"),
        ("gasoline", "8.1922932", "0.0189", "0.98"),
        ("natural_gas", "10.42986", "0.0153", "0.99"),
    ):
        row = cell(totals, fuel=fuel)
        assert row["amount"] == pytest.approx(float(Decimal(mtce)) * 29307.6, rel=2e-5)
        assert row["CO2"] == pytest.approx(by_hand(mtce, carbon, oxidation), rel=2e-5)


def test_other_energy_has_no_factor_and_says_so(guide: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    table, lineage = guide
    assert table.filter(fuel="other_energy").select(COMBUSTION_POLLUTANTS).null_count().row(0) == (4,) * 13
    row = cell(lineage, coefficient_id="1A1ai/other_energy/uncontrolled/2013", pollutant="CO2")
    assert (row["value"], row["notation"], row["status"]) == (None, "NE", None)
    assert "其他能源 的单位热值含碳量" in row["reason_zh"]


def test_every_coefficient_has_a_lineage_and_no_coefficient_is_zero(guide: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    table, lineage = guide
    assert lineage.schema == LINEAGE_SCHEMA
    assert lineage.height == table.height * len(COMBUSTION_POLLUTANTS)
    assert lineage.filter(pl.col("value") <= 0).height == 0
    assert lineage.filter(pl.col("value").is_null()).select("notation", "reason_zh", "reason_en").null_count().row(
        0
    ) == (0, 0, 0)
    assert lineage.filter(pl.col("value").is_not_null()).select("formula", "status", "stage").null_count().row(0) == (
        0,
        0,
        0,
    )
    long = table.unpivot(COMBUSTION_POLLUTANTS, index="coefficient_id", variable_name="pollutant", value_name="wide")
    both = long.join(lineage, on=["coefficient_id", "pollutant"], how="inner")
    assert both.filter(pl.col("wide").ne_missing(pl.col("value"))).height == 0


def test_the_lineage_of_carbon_dioxide_multiplies_to_its_value(guide: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    row = cell(guide[1], coefficient_id=RAW_COAL_POWER, pollutant="CO2")
    inputs = {entry["role"]: entry for entry in json.loads(row["inputs"])}
    product = (
        inputs["carbon_content"]["value"] * 1000 * inputs["oxidation_factor"]["value"] * inputs["molar_ratio"]["value"]
    )
    assert row["value"] == pytest.approx(product, rel=1e-12)
    assert row["status"] == "recalled"
    assert "bituminous" in inputs["carbon_content"]["proxy_en"]


def test_methane_keeps_the_limits_of_the_guidelines(guide: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    row = cell(guide[1], coefficient_id="1A4b-R/raw_coal/uncontrolled/2013", pollutant="CH4")
    (entry,) = json.loads(row["inputs"])
    assert row["value"] == pytest.approx(0.3)
    assert (entry["lower"], entry["value"], entry["upper"]) == (100, 300, 900)
    assert row["status"] == "verified"


def test_transport_has_no_methane_factor_until_a_sector_is_named(activity: pl.DataFrame, local: Circumstances) -> None:
    _, lineage = coefficients(activity)
    unnamed = cell(lineage, coefficient_id="1A3-P/diesel/uncontrolled/2013", pollutant="CH4")
    assert (unnamed["notation"], "technology table" in unnamed["reason_en"]) == ("NE", True)
    _, lineage = coefficients(activity, local=local)
    assert cell(lineage, coefficient_id="1A3-P/diesel/uncontrolled/2013", pollutant="CH4")["value"] == pytest.approx(
        0.0039
    )


def test_pollutants_of_coal_wait_for_technology_and_coal_quality(guide: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    reasons = {
        name: cell(guide[1], coefficient_id=RAW_COAL_POWER, pollutant=name)["reason_en"]
        for name in ("NOx", "SO2", "PM25")
    }
    assert "combustion_technology" in reasons["NOx"]
    assert "sulphur_content" in reasons["SO2"]
    assert "ash_content" in reasons["PM25"]


def test_a_factor_per_mass_is_turned_by_the_heating_value_of_the_balance(
    activity: pl.DataFrame, local: Circumstances
) -> None:
    """Diesel in power plants, NOx 7.4 g/kg, 1.457 tce/t × 29.3076 GJ/tce; gas 4.1 g/Nm³ at 13.3 tce per 10⁴ Nm³."""
    table, _ = coefficients(activity, local=local)
    diesel = cell(table, coefficient_id="1A1ai/diesel/uncontrolled/2013")
    assert diesel["NOx"] == pytest.approx(7.4 / (1.457 * 29.3076), rel=1e-12)
    gas = cell(table, coefficient_id="1A1ai/natural_gas/uncontrolled/2013")
    assert gas["NOx"] == pytest.approx(4.1 * 1e-6 / (13.3 * 29.3076e-3 / 1e4), rel=1e-12)


def test_local_facts_give_coal_its_factors(balance: pl.DataFrame, layout: BalanceLayout, local: Circumstances) -> None:
    """75 % pulverised coal, 25 % fluidised bed; 1 % sulphur, 20 % ash; 0.714 tce/t; all figures of annex C by hand."""
    table, lineage = coefficients(combustion_activity(balance, layout, circumstances=local), local=local)
    state = "1A1ai/raw_coal/controlled/2013"
    coal = cell(table, coefficient_id=state)
    heat = 0.714 * 29.3076e-3
    assert coal["control_state"] == "controlled"
    assert coal["SO2"] == pytest.approx(2 * 0.01 * (1 - 0.15) * (1 - 0.9 * 0.8) / heat, rel=1e-12)
    fine = 0.2 * (0.75 * (1 - 0.25) * 0.06 + 0.25 * (1 - 0.44) * 0.07) / heat
    assert coal["PM25"] == pytest.approx(fine * (1 - 0.99), rel=1e-9)
    assert coal["PM10"] == pytest.approx(0.2 * (0.75 * (1 - 0.25) * 0.23 + 0.25 * (1 - 0.44) * 0.29) / heat, rel=1e-12)
    assert coal["BC"] == pytest.approx(fine * 0.002, rel=1e-12)
    assert coal["NOx"] == pytest.approx(7.21e-3 / heat, rel=1e-12)
    assert coal["OC"] is None
    stages = {
        name: cell(lineage, coefficient_id=state, pollutant=name)["stage"] for name in ("SO2", "PM10", "CO2", "OC")
    }
    assert stages == {"SO2": "emission", "PM10": "generation", "CO2": "emission", "OC": None}


def test_particles_up_to_10_um_are_removed_by_the_mean_of_their_two_sizes(
    balance: pl.DataFrame, layout: BalanceLayout, local: Circumstances
) -> None:
    """Dry electrostatic precipitators: 93 % of PM2.5 and 98 % of the coarse part (annex A.1)."""
    device = pl.DataFrame(
        [{"category": "1A1ai", "fuel": "coal", "pollutant": "PM10", "technology": "dry_esp", "application_rate": 1.0, "source": "test"}]
    )  # fmt: skip
    with_device = Circumstances(local.technologies, local.coal_quality, make_circumstances(controls=device).controls)
    table, _ = coefficients(combustion_activity(balance, layout, circumstances=with_device), local=with_device)
    coal = cell(table, coefficient_id="1A1ai/raw_coal/controlled/2013")
    small, whole = (0.75 * (1 - 0.25) * a + 0.25 * (1 - 0.44) * b for a, b in ((0.06, 0.07), (0.23, 0.29)))
    removed = 0.93 * small / whole + 0.98 * (1 - small / whole)
    bare, _ = coefficients(
        combustion_activity(balance, layout), local=Circumstances(local.technologies, local.coal_quality)
    )
    before = cell(bare, coefficient_id=RAW_COAL_POWER)["PM10"]
    assert coal["PM10"] == pytest.approx(before * (1 - removed), rel=1e-9)


def test_removal_that_nobody_gives_leaves_the_emission_not_estimated(
    balance: pl.DataFrame, layout: BalanceLayout, local: Circumstances
) -> None:
    device = pl.DataFrame(
        [{"category": "1A1ai", "fuel": "coal", "pollutant": "SO2", "technology": "magic", "application_rate": 1.0, "source": "test"}]
    )  # fmt: skip
    with_device = Circumstances(local.technologies, local.coal_quality, make_circumstances(controls=device).controls)
    table, lineage = coefficients(combustion_activity(balance, layout, circumstances=with_device), local=with_device)
    row = cell(lineage, coefficient_id="1A1ai/raw_coal/controlled/2013", pollutant="SO2")
    assert (row["value"], row["notation"]) == (None, "NE")
    assert "magic" in row["reason_en"]
    assert table.filter(coefficient_id=row["coefficient_id"])["SO2"].to_list() == [None]


def test_shares_that_do_not_sum_to_one_are_refused() -> None:
    row = {"category": "1A1ai", "fuel": "coal", "item": "-", "sector": None, "source": "test"}
    shares = pl.DataFrame([{**row, "technology": "a", "share": 0.5}, {**row, "technology": "b", "share": 0.4}])
    device = {"category": "1A1ai", "fuel": "coal", "pollutant": "SO2", "removal_efficiency": 0.9, "source": "test"}
    rates = pl.DataFrame([{**device, "technology": t, "application_rate": 0.6} for t in ("a", "b")])
    with pytest.raises(InvalidInput) as caught:
        make_circumstances(technologies=shares, controls=rates)
    assert [(fault.value, str(fault.allowed)) for fault in caught.value.faults] == [("0.9", "1"), ("1.2", "≤ 1")]


def test_a_profile_that_does_not_hold_for_the_year_is_refused(activity: pl.DataFrame) -> None:
    with pytest.raises(NotFound, match="PROV_GUIDE_2011"):
        coefficients(activity, "MEE_ETS_2022_2024")


def test_a_null_coefficient_gives_a_null_emission(
    activity: pl.DataFrame, guide: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    emission = combustion_emissions(activity, guide[0])
    assert emission.height == 97
    assert emission["cell_id"].is_unique().all()
    assert emission.filter(fuel="other_energy")["CO2"].to_list() == [None] * 4
    assert emission["NH3"].null_count() == 97


def test_recovered_gases_are_named_as_counted_twice(
    activity: pl.DataFrame, guide: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    found = check_recovered_gases(activity, guide[0])
    assert found["subject"].to_list() == [
        "410000/2013/blast_furnace_gas/recovery",
        "410000/2013/converter_gas/recovery",
    ]
    expected = 3.2367334e6 * 29.3076 * 0.0708 * 0.99 * 44 / 12
    assert found["found"][0] == pytest.approx(expected, rel=1e-9)


def test_fuels_used_as_products_are_named_where_they_count_as_burnt(
    activity: pl.DataFrame, guide: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    found = check_product_fuels(activity, guide[0])
    assert found["rule"].to_list() == ["combustion.product_burnt"]
    by_fuel = dict(combustion_emissions(activity, guide[0]).group_by("fuel").agg(pl.col("CO2").sum()).iter_rows())
    assert found["found"][0] == pytest.approx(sum(by_fuel[fuel] for fuel in product_fuels()), rel=1e-12)
    assert "沥青" in found["message_zh"][0]


def test_products_that_the_balance_takes_out_as_raw_material_are_no_finding(
    activity: pl.DataFrame, guide: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    taken_out = activity.with_columns(
        pl.when(pl.col("fuel").is_in(list(product_fuels()))).then(0.0).otherwise("amount").alias("amount")
    )
    assert check_product_fuels(taken_out, guide[0]).is_empty()
