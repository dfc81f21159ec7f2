"""Mobile fuel, dust, banks of HFCs, the balance of substances, and the CO2 of pollution control itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.core.tables import TABLES
from cocontrol.inventory.sectors import SECTORS
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorResult, empty_result, join_results
from cocontrol.inventory.sectors.linear import modelled_coefficient
from cocontrol.reference.categories import category
from tests.inventory.golden_cases import golden, mobile_flows

HENAN = "410000"
BY_ID = {module.sector_id: module for module in SECTORS}


def rows(*entries: dict[str, Any], year: int = 2021) -> pl.DataFrame:
    made = [{"year": year, "adcode": HENAN, "source": "synthetic", **entry} for entry in entries]
    return pl.DataFrame(made, infer_schema_length=None)


def estimate(sector: str, year: int = 2021, **tables: pl.DataFrame) -> SectorResult:
    return BY_ID[sector].estimate(tables, SectorContext(HENAN, (year,), "PROV_GUIDE_2011", date(year, 12, 31)))


def fuel(source_type: str, amount: float | None, **more: Any) -> dict[str, Any]:
    return {"source_type": source_type, "fuel": "diesel", "amount": amount, "unit": "t", "sulphur_ppm": 10.0, **more}


def test_rail_and_ships_give_gases_and_pollutants_from_one_amount() -> None:
    made = estimate("mobile_fuel", mobile_fuel=rows(fuel("rail", 1000.0), fuel("inland_shipping", 1000.0))).emission
    assert made["NOx"].to_list() == pytest.approx([55.73, 47.6])
    assert made["PM25"].to_list() == pytest.approx([1.97, 3.65])
    assert made["SO2"].to_list() == pytest.approx([0.02, 0.02])
    assert all(3000 < value < 3250 for value in made["CO2"])
    assert made["category"].to_list() == ["1A3c", "1A3dii"]


def test_aviation_fuel_has_co2_and_no_pollutant_factor() -> None:
    made = estimate("mobile_fuel", mobile_fuel=rows(fuel("domestic_aviation", 100.0, fuel="jet_kerosene")))
    assert made.emission["CO2"][0] > 290
    assert made.emission["NOx"].to_list() == [None]


def test_a_unit_of_fuel_that_is_no_mass_or_volume_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"标准立方米"):
        estimate("mobile_fuel", mobile_fuel=rows(fuel("rail", 1.0, unit="kWh")))


def test_road_dust_follows_the_equation_worked_by_hand() -> None:
    given = {"name": "主干道", "vehicle_km": 1e9, "silt_loading": 1.0, "mean_weight": 2.0, "rain_days": 73.0}
    made = estimate("road_dust", road_dust=rows(given)).emission
    expected = 0.62 * (2.0 * 1.1023113109) ** 1.02 * (1 - 73 / 1460) * 1e-6 * 1e9
    assert made["PM10"][0] == pytest.approx(expected, rel=1e-9)


def test_road_dust_without_silt_loading_takes_no_default() -> None:
    given = {"name": "支路", "vehicle_km": 1e9, "silt_loading": None, "mean_weight": 2.0, "rain_days": 73.0}
    assert estimate("road_dust", road_dust=rows(given)).emission["PM10"].to_list() == [None]


def test_pile_dust_follows_the_equation() -> None:
    given = {"name": "煤", "handled": 1e6, "wind_speed": 2.2, "moisture": 2.0}
    made = estimate("storage_pile", storage_pile=rows(given)).emission
    assert made["PM10"][0] == pytest.approx(0.35 * 0.0016 * 1e6 / 1000)


def operation(name: str, amount: float, unit: str = "t", purity: float | None = None) -> dict[str, Any]:
    return {"operation": name, "amount": amount, "unit": unit, "purity": purity}


def test_reagents_of_pollution_control_have_co2_rows_of_their_own() -> None:
    given = rows(
        operation("limestone_used", 1000.0, purity=0.9),
        operation("urea_stationary", 1000.0, purity=1.0),
        operation("vocs_burnt", 10.0),
    )
    made = estimate("pollution_control", control_operation=given).emission
    assert made["category"].to_list() == ["2A4d", "2D-U", "2D3-O"]
    assert made["CO2"].to_list() == pytest.approx([396.0, 732.8, 33.43])


def test_auxiliary_electricity_is_a_memo_and_never_a_second_emission() -> None:
    made = estimate("pollution_control", control_operation=rows(operation("auxiliary_electricity", 1e6, "kWh")))
    assert made.emission["CO2"].to_list() == [None]
    assert made.coefficient_lineage["notation"].to_list() == ["IE"]
    memo = made.finding.row(by_predicate=pl.col("rule") == "memo.auxiliary_electricity", named=True)
    assert memo["found"] == pytest.approx(636.9)


def test_limestone_by_use_and_by_removal_together_is_refused() -> None:
    both = rows(operation("limestone_used", 1.0, purity=0.9), operation("so2_removed_limestone", 1.0))
    with pytest.raises(InvalidInput, match=r"重复计算"):
        estimate("pollution_control", control_operation=both)


MARKET = pl.concat(
    [
        rows({"substance": "HFC134a", "application": "foam", "new_agent": agent}, year=year)
        for year, agent in ((2019, 10.0), (2020, 20.0), (2021, 5.0))
    ]
)
PARAMETERS = pl.DataFrame(
    {
        "substance": ["HFC134a"], "application": ["foam"], "loss_share": [0.15], "lifetime_years": [10],
        "destroyed_share": [0.0], "source": ["synthetic"],
    }
)  # fmt: skip


def test_a_bank_emits_what_it_loses_though_little_flows_in() -> None:
    made = estimate("hfc_bank", hfc_market=MARKET, hfc_bank_parameter=PARAMETERS)
    bank = (10 * 0.85 + 20) * 0.85 + 5
    assert made.emission["HFC134a"].to_list() == pytest.approx([bank * 0.15])
    assert made.emission["category"].to_list() == ["2F2"]
    assert made.coefficient["HFC134a"][0] * 5 == pytest.approx(bank * 0.15)


def test_what_rests_on_the_users_own_figures_is_declared_and_not_verified() -> None:
    made = estimate("hfc_bank", hfc_market=MARKET, hfc_bank_parameter=PARAMETERS)
    assert made.coefficient_lineage["status"].unique().to_list() == ["declared"]


def test_a_year_without_inflow_still_has_its_emission_and_a_lineage() -> None:
    none = MARKET.with_columns(new_agent=pl.when(pl.col("year") == 2021).then(0.0).otherwise("new_agent"))
    made = estimate("hfc_bank", hfc_market=none, hfc_bank_parameter=PARAMETERS)
    assert made.emission["HFC134a"][0] == pytest.approx((10 * 0.85 + 20) * 0.85 * 0.15)
    assert made.coefficient_lineage["notation"].to_list() == ["NA"]


def test_a_use_without_parameters_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"库参数"):
        estimate("hfc_bank", hfc_market=MARKET, hfc_bank_parameter=PARAMETERS.head(0))


def test_a_year_after_the_last_of_the_market_is_not_estimated_and_said_so() -> None:
    made = estimate("hfc_bank", hfc_market=MARKET.filter(pl.col("year") < 2021), hfc_bank_parameter=PARAMETERS)
    assert made.emission["HFC134a"].to_list() == [None]
    assert made.coefficient_lineage["notation"].to_list() == ["NE"]
    assert made.finding["rule"].to_list() == ["sector.amount_missing"]


def flows_of_the_worksheet() -> pl.DataFrame:
    """The 2019 worksheet of mobile air conditioning, moved so that its last year is that of the tests."""
    shift = 2021 - 2017
    return mobile_flows().with_columns(
        pl.col("year") + shift, adcode=pl.lit(HENAN), substance=pl.lit("HFC134a"), source=pl.lit("synthetic"),
        application=pl.lit("air_conditioning_mobile"),
    )  # fmt: skip


STAGES = PARAMETERS.with_columns(
    application=pl.lit("air_conditioning_mobile"),
    loss_share=pl.lit(0.10),
    lifetime_years=pl.lit(12),
    fill_loss_share=pl.lit(0.02),
)


def test_flows_by_stage_give_the_emission_of_the_2019_worksheet() -> None:
    made = estimate("hfc_flow_bank", hfc_flow=flows_of_the_worksheet(), hfc_bank_parameter=STAGES)
    expected = golden("ipcc_2019_2F1_tier2_mac_hfc134a").row(-1, named=True)
    assert made.emission["HFC134a"].to_list() == pytest.approx([expected["total_emission_kg"] / 1000], rel=1e-12)
    assert made.emission["amount"].to_list() == pytest.approx([expected["F_domestic_sales"] / 1000])
    assert made.emission["category"].to_list() == ["2F1"]
    assert "use_emission_kg" in made.coefficient_lineage["formula"][0]


def test_flows_without_a_filling_loss_are_refused() -> None:
    without = STAGES.drop("fill_loss_share")
    with pytest.raises(InvalidInput, match=r"充灌损失率"):
        estimate("hfc_flow_bank", hfc_flow=flows_of_the_worksheet(), hfc_bank_parameter=without)


def test_a_use_in_both_the_market_and_the_flows_is_refused() -> None:
    market = MARKET.with_columns(application=pl.lit("air_conditioning_mobile"))
    with pytest.raises(InvalidInput, match=r"重复计算"):
        estimate("hfc_flow_bank", hfc_flow=flows_of_the_worksheet(), hfc_bank_parameter=STAGES, hfc_market=market)


def balance(**flows: float | None) -> pl.DataFrame:
    zero = dict.fromkeys(("production", "imported", "exported", "feedstock", "destroyed"), 0.0)
    return rows({"substance": "HFC134a", **zero, **flows})


def test_the_balance_gives_consumption_and_no_emission() -> None:
    made = estimate("ods_hfc_balance", ods_hfc_balance=balance(production=100.0, exported=30.0, feedstock=20.0))
    assert made.activity["amount"].to_list() == [50.0]
    assert made.emission["HFC134a"].to_list() == [None]
    assert made.coefficient_lineage["notation"].to_list() == ["NE"]


def test_negative_consumption_and_a_gap_to_the_market_are_findings() -> None:
    negative = estimate("ods_hfc_balance", ods_hfc_balance=balance(exported=30.0))
    assert negative.finding["rule"].to_list() == ["ods_balance.negative"]
    gap = estimate("ods_hfc_balance", ods_hfc_balance=balance(production=50.0), hfc_market=MARKET)
    assert gap.finding["rule"].to_list() == ["ods_balance.market"]
    assert gap.coefficient_lineage["notation"].to_list() == ["IE"]


def test_the_balance_knows_what_the_flows_by_stage_sold() -> None:
    flows = flows_of_the_worksheet().with_columns(produced=pl.lit(50_000.0), imported_bulk=0.0, exported_bulk=0.0)
    made = estimate("ods_hfc_balance", ods_hfc_balance=balance(production=50.0), hfc_flow=flows)
    assert made.finding.is_empty()
    assert made.coefficient_lineage["notation"].to_list() == ["IE"]


def test_a_flow_that_is_missing_leaves_consumption_missing() -> None:
    made = estimate("ods_hfc_balance", ods_hfc_balance=balance(production=50.0, imported=None))
    assert made.activity["amount"].to_list() == [None]


def test_every_sector_is_described_in_both_languages_and_its_tables_and_categories_exist() -> None:
    assert len({module.sector_id for module in SECTORS}) == len(SECTORS)
    for module in SECTORS:
        for text in (module.label, module.method, module.source):
            assert text.zh, module.sector_id
            assert text.en, module.sector_id
        for name in (*module.tables, *module.optional_tables):
            assert TABLES.get(name).columns
        for code in module.categories:
            assert category(code)["category"] == code


def test_a_coefficient_without_inflow_is_not_defined_instead_of_zero() -> None:
    assert modelled_coefficient(3.0, 0.0, "f", []).value is None
    assert modelled_coefficient(3.0, 2.0, "f", []).value == 1.5


def test_joining_nothing_gives_empty_tables_with_their_columns() -> None:
    assert join_results([]).emission.columns == empty_result().emission.columns
    assert empty_result().finding.height == 0


def test_a_sector_says_which_pollutant_it_covers_in_which_category() -> None:
    chemical = BY_ID["chemical"]
    assert chemical.covers("2B9", "HFC23")
    assert not chemical.covers("2B1", "HFC23")
    assert not chemical.covers("2A1", "CO2")
    assert BY_ID["road"].covers("1A3bv", "VOCs")
    assert not BY_ID["road"].covers("1A3bv", "NOx")
