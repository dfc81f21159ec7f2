"""Fuel parameters under document profiles, proxies, names in statistics."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import Ambiguous, NotFound
from cocontrol.core.provenance import Status
from cocontrol.core.units import convert
from cocontrol.reference.fuels import (
    fuel_aliases,
    fuel_from_alias,
    fuel_name,
    fuel_parameter,
    fuel_proxy,
    fuels,
)

Y2013, Y2025 = date(2013, 12, 31), date(2025, 12, 31)

BURNT_FUELS = (
    "raw_coal", "washed_coal", "other_washed_coal", "coal_gangue", "briquette", "coke", "coke_oven_gas",
    "blast_furnace_gas", "converter_gas", "other_coal_gas", "other_coking_products", "crude_oil", "gasoline",
    "kerosene", "diesel", "fuel_oil", "lpg", "refinery_gas", "natural_gas", "lng", "naphtha",
    "other_petroleum_products", "lubricants", "paraffin_waxes", "white_spirit", "bitumen", "petroleum_coke",
)  # fmt: skip


def co2_per_tonne(fuel_code: str, profile: str, on: date) -> float:
    """t CO2 per t of fuel: NCV × carbon content × oxidation × 44/12."""
    ncv, carbon, oxidation = (
        fuel_parameter(fuel_code, parameter, profile=profile, on=on)
        for parameter in ("ncv", "carbon_content", "oxidation_factor")
    )
    return (
        convert(ncv.value, ncv.unit, "GJ/t") * convert(carbon.value, carbon.unit, "t*C/GJ") * oxidation.value * 44 / 12
    )


def test_the_four_families_of_lng_lie_37_percent_apart() -> None:
    tables = {
        "NDRC_2013_2015": co2_per_tonne("lng", "NDRC_2013_2015", Y2025),
        "MEE_ETS_2022_2024": co2_per_tonne("lng", "MEE_ETS_2022_2024", Y2025),
        "GBT32151_2024": co2_per_tonne("lng", "GBT32151_2024", Y2025),
        "PROV_GUIDE_2025": co2_per_tonne("lng", "PROV_GUIDE_2025", Y2025),
    }
    assert tables["NDRC_2013_2015"] == pytest.approx(41.868 * 0.0153 * 0.99 * 44 / 12)
    assert tables["MEE_ETS_2022_2024"] == pytest.approx(51.498 * 0.0172 * 0.98 * 44 / 12)
    assert max(tables.values()) / min(tables.values()) == pytest.approx(1.37, abs=0.005)


def test_a_gas_is_given_per_ten_thousand_standard_cubic_metres() -> None:
    factor = fuel_parameter("natural_gas", "ncv", profile="NDRC_2013_2015", on=Y2013)
    assert (factor.value, factor.unit) == (389.31, "GJ/10^4 Nm3")
    assert convert(factor.value, factor.unit, "MJ/Nm3") == pytest.approx(38.931)


def test_an_ipcc_parameter_has_its_95_percent_limits() -> None:
    carbon = fuel_parameter("bituminous", "carbon_content", profile="IPCC_2006", on=Y2013)
    assert (carbon.value, carbon.lower, carbon.upper, carbon.clause) == (0.0258, 0.0244, 0.0272, "Table 1.3")
    ncv = fuel_parameter("bituminous", "ncv", profile="IPCC_2006", on=Y2013)
    assert (ncv.value, ncv.lower, ncv.upper, ncv.clause) == (25.8, 19.9, 30.5, "Table 1.2")


def test_raw_coal_has_no_carbon_content_until_its_proxy_is_asked_for() -> None:
    with pytest.raises(NotFound) as raised:
        fuel_parameter("raw_coal", "carbon_content", profile="PROV_GUIDE_2011", on=Y2013)
    message = raised.value.describe("en")
    assert "PROV_GUIDE_2011:anthracite:carbon_content" in message
    assert "a proxy is declared: raw_coal takes the value of PROV_GUIDE_2011:bituminous" in message


def test_a_proxy_travels_with_the_factor_and_keeps_the_status_of_its_source() -> None:
    factor = fuel_parameter("raw_coal", "carbon_content", profile="PROV_GUIDE_2011", on=Y2013, use_proxy=True)
    assert (factor.value, factor.status) == (0.0261, Status.RECALLED)
    assert factor.proxy is not None
    assert "能源平衡表不分煤种" in factor.proxy.zh
    assert factor.as_input("carbon_content")["proxy_en"] == factor.proxy.en


def test_a_document_that_gives_the_value_is_never_replaced_by_a_proxy() -> None:
    factor = fuel_parameter("diesel", "carbon_content", profile="PROV_GUIDE_2011", on=Y2013, use_proxy=True)
    assert (factor.factor_id, factor.proxy) == ("PROV_GUIDE_2011:diesel:carbon_content", None)


def test_a_proxy_does_not_rescue_a_profile_outside_its_years() -> None:
    with pytest.raises(NotFound, match="不适用于"):
        fuel_parameter("raw_coal", "carbon_content", profile="PROV_GUIDE_2011", on=date(2030, 1, 1), use_proxy=True)


@pytest.mark.parametrize(
    ("profile", "on"),
    [("PROV_GUIDE_2011", Y2013), ("PROV_GUIDE_2025", Y2025), ("IPCC_2006", Y2013), ("NDRC_2013_2015", Y2013)],
)
def test_every_burnt_fuel_of_the_balance_resolves_with_declared_proxies(profile: str, on: date) -> None:
    for fuel_code in BURNT_FUELS:
        for parameter, low, high in (("ncv", 2, 500), ("carbon_content", 0.01, 0.08), ("oxidation_factor", 0.8, 1.0)):
            factor = fuel_parameter(fuel_code, parameter, profile=profile, on=on, use_proxy=True)
            assert low <= factor.value <= high, factor.describe()


def test_oxidation_given_by_equipment_is_ambiguous_until_the_equipment_is_named() -> None:
    with pytest.raises(Ambiguous) as raised:
        fuel_parameter("anthracite", "oxidation_factor", profile="MEE_ETS_2022_2024", on=Y2025)
    assert "cement_kiln" in raised.value.describe("en")
    kiln = fuel_parameter(
        "anthracite", "oxidation_factor", profile="MEE_ETS_2022_2024", on=Y2025, equipment="cement_kiln"
    )
    assert kiln.value == 0.99


def test_a_range_in_the_standard_coal_table_is_ambiguous_until_the_end_is_named() -> None:
    with pytest.raises(Ambiguous):
        fuel_parameter("coke_oven_gas", "standard_coal", profile="PROV_GUIDE_2011", on=Y2013)
    low = fuel_parameter("coke_oven_gas", "standard_coal", profile="PROV_GUIDE_2011", on=Y2013, kind="min")
    assert (low.value, low.unit) == (5.714, "tce/10^4 Nm3")


def test_standard_coal_is_the_same_under_every_profile() -> None:
    first = fuel_parameter("raw_coal", "standard_coal", profile="PROV_GUIDE_2011", on=Y2013)
    second = fuel_parameter("raw_coal", "standard_coal", profile="IPCC_2006", on=Y2013)
    assert first == second
    assert convert(first.value, first.unit, "GJ/t") == pytest.approx(20.934, abs=1e-3)


def test_unknown_fuels_and_parameters_are_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="raw_coal"):
        fuel_parameter("unobtainium", "ncv", profile="IPCC_2006", on=Y2013)
    with pytest.raises(NotFound, match="oxidation_factor"):
        fuel_parameter("diesel", "calories", profile="IPCC_2006", on=Y2013)


def test_biogenic_fuels_are_marked_and_carriers_are_neither() -> None:
    marks = dict(fuels().select("fuel_code", "is_biogenic").iter_rows())
    assert marks["wood"] is True
    assert marks["raw_coal"] is False
    assert marks["electricity"] is None


def test_names_of_both_statistical_systems_lead_to_the_same_fuels() -> None:
    assert fuel_from_alias("Coal Raw", "lbnl_databook_v9") == fuel_from_alias("原煤", "cesy") == "raw_coal"
    assert fuel_from_alias("Coal Gas not Coke Source", "lbnl_databook_v9") == "other_coal_gas"
    with pytest.raises(NotFound, match="Coal Raw"):
        fuel_from_alias("Coal Cooked", "lbnl_databook_v9")


@pytest.mark.shared
def test_every_fuel_of_the_henan_balance_has_an_alias(shared: Path) -> None:
    path = shared / "data" / "henan_energy_balance_2013" / "henan_energy_balance_2013_mtce.csv"
    named = set(pl.read_csv(path)["fuel"])
    assert named == set(fuel_aliases().filter(pl.col("system") == "lbnl_databook_v9")["alias"])


def test_a_fuel_has_a_name_in_both_languages() -> None:
    assert (fuel_name("raw_coal").zh, fuel_name("raw_coal").en) == ("原煤", "raw coal")


def test_a_proxy_that_was_not_declared_does_not_exist() -> None:
    assert fuel_proxy("raw_coal", "carbon_content", "MEE_ETS_2022_2024") is None
    with pytest.raises(NotFound):
        fuel_parameter("raw_coal", "carbon_content", profile="MEE_ETS_2022_2024", on=Y2025, use_proxy=True)
