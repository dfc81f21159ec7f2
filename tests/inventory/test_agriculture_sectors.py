"""Agriculture: golden cases by hand, what is missing, linearity, conservation of nitrogen and straw."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.agriculture import crops
from cocontrol.inventory.agriculture.manure import manure_methane
from cocontrol.inventory.sectors.catalogue import SectorResult
from tests.inventory.sector_tables import context, reasons, run, table, total

N2O = 44 / 28


def herd(animal: str, stage: str, heads: float | None, temperature: float | None = None) -> dict[str, object]:
    return {"animal": animal, "stage": stage, "heads": heads, "temperature_c": temperature}


def livestock(sector: str, *rows: dict[str, object], profile: str = "PROV_GUIDE_2011") -> SectorResult:
    return run(sector, context(profile), livestock=table("livestock", *rows))


def test_enteric_methane_by_hand_under_three_documents() -> None:
    guide = livestock("enteric_fermentation", herd("dairy_cattle", "intensive", 1000), herd("swine", "household", 5e5))
    assert guide.emission["CH4"].to_list() == pytest.approx([88.1, 500.0])
    standard = livestock("enteric_fermentation", herd("dairy_cattle", "breeding_female", 1000), profile="GBT32151_2024")
    assert total(standard, "CH4") == pytest.approx(109.9)
    ipcc = livestock("enteric_fermentation", herd("dairy_cattle", "any", 1000), profile="IPCC_2006")
    assert total(ipcc, "CH4") == pytest.approx(68.0)


def test_a_class_that_stands_in_is_named() -> None:
    found = livestock("enteric_fermentation", herd("beef_cattle", "intensive", 1000))
    assert total(found, "CH4") == pytest.approx(52.9)
    assert "non-dairy cattle" in str(found.coefficient_lineage["reason_en"][0])
    assert found.coefficient_lineage["status"][0] == "recalled"


def test_a_herd_that_is_not_divided_is_asked_about_where_the_factor_depends_on_it() -> None:
    found = livestock("enteric_fermentation", herd("dairy_cattle", "any", 1000))
    assert total(found, "CH4") is None
    ((key, why),) = reasons(found, "CH4")
    assert key == "NE"
    assert "intensive 88.1, household 89.3, grazing 99.3" in str(why)
    assert "规模化饲养 88.1、农户散养 89.3、放牧饲养 99.3" in str(found.coefficient_lineage["reason_zh"][0])
    assert "technology" not in str(why)


def test_heads_that_are_missing_are_not_zero() -> None:
    found = livestock("enteric_fermentation", herd("swine", "intensive", None))
    assert found.emission["CH4"].to_list() == [None]
    assert found.finding["rule"].to_list() == ["sector.amount_missing"]


def test_manure_by_region_and_by_system() -> None:
    """Central South: pigs 5.85 kg CH4 and 0.157 kg N2O a head; by system VS 0.3 · 365 · B0 0.29 · 0.67 · MCF."""
    tier1 = livestock("manure_management", herd("swine", "any", 1e5))
    assert (total(tier1, "CH4"), total(tier1, "N2O")) == (pytest.approx(585.0), pytest.approx(15.7))
    shares = {"solid_storage": 0.6, "liquid_without_crust": 0.4}
    systems = table(
        "manure_system",
        *({"animal": "swine", "stage": "any", "system": name, "share": share} for name, share in shares.items()),
    )
    herds = table("livestock", herd("swine", "any", 1e5, 15.2))
    tier2 = run("manure_management", context(), livestock=herds, manure_system=systems)
    weighted = 0.6 * 0.04 + 0.4 * 0.27
    assert total(tier2, "CH4") == pytest.approx(1e5 * 0.3 * 365 * 0.29 * 0.67 * weighted / 1000)
    assert total(tier2, "N2O") == pytest.approx(1e5 * 11 * (0.6 * 0.005) * N2O / 1000)


def test_the_sector_agrees_with_the_kernel_of_manure() -> None:
    systems = table(
        "manure_system", {"animal": "dairy_cattle", "stage": "any", "system": "lagoon", "share": 1.0, "mcf": 0.7}
    )
    herds = table("livestock", herd("dairy_cattle", "any", 1000))
    sector = run("manure_management", context(), livestock=herds, manure_system=systems)
    kernel = manure_methane(
        pl.DataFrame({"herd_id": [1], "heads": [1000.0], "volatile_solids_kg_per_day": [3.5], "b0_m3_per_kg": [0.24]}),
        pl.DataFrame({"herd_id": [1], "system": ["lagoon"], "share": [1.0], "mcf": [0.7]}),
    )
    assert total(sector, "CH4") == pytest.approx(kernel["methane_t"][0])


def test_systems_without_temperature_or_with_wrong_shares() -> None:
    one = {"animal": "swine", "stage": "any", "system": "lagoon"}
    herds = table("livestock", herd("swine", "any", 1000))
    cold = run(
        "manure_management", context(), livestock=herds, manure_system=table("manure_system", {**one, "share": 1.0})
    )
    assert reasons(cold, "CH4")[0][0] == "NE"
    assert cold.emission["N2O"].to_list() == [0.0]
    with pytest.raises(InvalidInput, match="份额之和不是 1"):
        run(
            "manure_management", context(), livestock=herds, manure_system=table("manure_system", {**one, "share": 0.9})
        )


def test_a_doubtful_value_of_the_standard_is_not_taken() -> None:
    systems = table("manure_system", {"animal": "swine", "stage": "any", "system": "pit_storage", "share": 1.0})
    warm = table("livestock", herd("swine", "any", 1000, 26.4))
    mild = table("livestock", herd("swine", "any", 1000, 25.0))
    assert total(run("manure_management", context(), livestock=warm, manure_system=systems), "CH4") is None
    assert total(run("manure_management", context(), livestock=mild, manure_system=systems), "CH4") == pytest.approx(
        1000 * 0.3 * 365 * 0.29 * 0.67 * 0.03 / 1000
    )


def test_ammonia_of_livestock_needs_classes_that_the_table_has() -> None:
    found = livestock("livestock_ammonia", herd("sow", "any", 1000), herd("swine", "any", 1000))
    assert found.emission["NH3"].to_list() == [pytest.approx(15.1), None]
    assert "sows and fattening pigs" in str(reasons(found, "NH3")[0][1])


def rice(profile: str, **row: object) -> SectorResult:
    full = {"rice_type": "single_season_rice", "field": "all", "area_ha": 6e5, **row}
    return run("rice_cultivation", context(profile), rice_cultivation=table("rice_cultivation", full))


def test_rice_by_region_and_by_water() -> None:
    assert total(rice("PROV_GUIDE_2011"), "CH4") == pytest.approx(6e5 * 0.2367)
    regime = {"days": 110.0, "water_regime": "multiple_aeration", "pre_season": "non_flooded_lt_180_d"}
    bare = rice("IPCC_2006", **regime)
    assert total(bare, "CH4") == pytest.approx(6e5 * 1.3 * 110 * 0.52 / 1000)
    manured = rice("IPCC_2006", **regime, amendment="farmyard_manure", amendment_t_per_ha=2.0)
    assert total(manured, "CH4") == pytest.approx(6e5 * 1.3 * 110 * 0.52 * (1 + 2 * 0.14) ** 0.59 / 1000)
    assert reasons(rice("IPCC_2006"), "CH4")[0][0] == "NE"
    assert reasons(rice("IPCC_2006", **regime, amendment="compost"), "CH4")[0][0] == "NE"


def nitrogen(profile: str, *rows: dict[str, object]) -> SectorResult:
    full = [{"fertiliser": "none", "land": "cropland", **row} for row in rows]
    return run("agricultural_soils", context(profile), cropland_nitrogen=table("cropland_nitrogen", *full))


def by_process(result: SectorResult, pollutant: str = "N2O") -> dict[str, float | None]:
    joined = result.emission.join(result.activity.select("source_id", "process"), on="source_id")
    return dict(joined.select("process", pollutant).rows())


def test_soil_n2o_by_hand_under_guide_and_ipcc() -> None:
    """Henan is in zone III: 0.0057; IPCC 0.01. Leached 20 % and 30 %, volatilised 10 %."""
    row = {"nitrogen_source": "synthetic_fertiliser", "fertiliser": "urea", "nitrogen_t": 1000.0, "soil_ph": "gt7"}
    guide = nitrogen("PROV_GUIDE_2011", row)
    assert by_process(guide) == {
        "field": pytest.approx(5.7 * N2O),
        "deposition": pytest.approx(1000 * 0.1 * 0.01 * N2O),
        "leaching": pytest.approx(1000 * 0.2 * 0.0075 * N2O),
    }
    assert by_process(guide, "NH3")["field"] == pytest.approx(168.0)
    ipcc = nitrogen("IPCC_2006", row)
    assert by_process(ipcc)["leaching"] == pytest.approx(1000 * 0.3 * 0.0075 * N2O)


def test_what_volatilises_follows_the_document() -> None:
    organic = {"nitrogen_source": "organic_fertiliser", "nitrogen_t": 1000.0}
    excreted = {"nitrogen_source": "livestock_excretion", "nitrogen_t": 1000.0}
    assert by_process(nitrogen("PROV_GUIDE_2011", organic))["deposition"] == pytest.approx(1.0 * N2O)
    assert by_process(nitrogen("IPCC_2006", organic))["deposition"] == pytest.approx(2.0 * N2O)
    guide = by_process(nitrogen("PROV_GUIDE_2011", excreted))
    assert (guide["field"], guide["deposition"], guide["leaching"]) == (None, pytest.approx(2.0 * N2O), None)
    residues = nitrogen("IPCC_2006", {"nitrogen_source": "crop_residue", "nitrogen_t": 1000.0})
    assert ("NA", "this nitrogen does not volatilise under the document") in reasons(residues, "N2O")


def test_flooded_rice_has_its_own_factor_in_the_guidelines() -> None:
    row = {"nitrogen_source": "synthetic_fertiliser", "land": "flooded_rice", "nitrogen_t": 1000.0}
    assert by_process(nitrogen("IPCC_2006", row))["field"] == pytest.approx(3.0 * N2O)


def test_fertiliser_ammonia_without_kind_or_soil_is_not_estimated() -> None:
    row = {"nitrogen_source": "synthetic_fertiliser", "nitrogen_t": 1000.0}
    assert "not given" in str(reasons(nitrogen("PROV_GUIDE_2011", {**row, "fertiliser": "not_divided"}), "NH3")[0][1])
    assert "several" in str(reasons(nitrogen("PROV_GUIDE_2011", {**row, "fertiliser": "urea"}), "NH3")[0][1])
    carbonate = nitrogen("PROV_GUIDE_2011", {**row, "fertiliser": "ammonium_bicarbonate"})
    assert by_process(carbonate, "NH3")["field"] == pytest.approx(260.0)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["synthetic_fertiliser", "organic_fertiliser", "crop_residue"]), min_size=1, unique=True)
)
def test_no_more_nitrogen_is_lost_as_n2o_than_is_applied(sources: list[str]) -> None:
    found = nitrogen("IPCC_2006", *({"nitrogen_source": name, "nitrogen_t": 1000.0} for name in sources))
    lost = math.fsum(value for value in found.emission["N2O"] if value is not None) / N2O
    assert 0 < lost < 0.05 * 1000 * len(sources)


def straw(yield_t: float | None = 1e6, share: float = 0.05, efficiency: float | None = None) -> SectorResult:
    row = {"crop": "wheat", "yield_t": yield_t, "residue_per_yield": 1.2, "dry_matter": 0.89, "burnt_share": share}
    held = table("crop_residue_burning", {**row, "combustion_efficiency": efficiency})
    return run("crop_residue_burning", context(), crop_residue_burning=held)


def test_straw_by_hand() -> None:
    burnt = 1e6 * 1.2 * 0.89 * 0.05 * 0.9
    found = straw()
    assert found.activity["amount"].to_list() == [pytest.approx(burnt)]
    grams = {
        "CH4": 2.7,
        "N2O": 0.07,
        "CO": 92,
        "NOx": 2.5,
        "SO2": 0.4,
        "NH3": 2.17,
        "BC": 0.75,
        "OC": 2.3,
        "PM25": 6.26,
    }
    for pollutant, factor in grams.items():
        assert total(found, pollutant) == pytest.approx(burnt * factor / 1000), pollutant
    assert total(found, "PM10") is None
    assert reasons(found, "PM10")[0][0] == "NE"


def test_biogenic_carbon_dioxide_is_a_memo_and_in_no_total() -> None:
    found = straw()
    assert found.emission["CO2"].to_list() == [None]
    assert reasons(found, "CO2") == [("NA", "biogenic CO2 is a memo item outside the total")]
    memo = found.finding.filter(pl.col("rule") == "memo.biogenic_co2")
    assert memo["found"].to_list() == [pytest.approx(1e6 * 1.2 * 0.89 * 0.05 * 0.9 * 1.515)]


@settings(max_examples=25, deadline=None)
@given(st.floats(1, 1e8), st.floats(0.0, 1.0), st.floats(0.1, 1.0))
def test_straw_is_linear_and_never_burns_more_than_grows(yield_t: float, share: float, efficiency: float) -> None:
    one, two = straw(yield_t, share, efficiency), straw(2 * yield_t, share, efficiency)
    assert two.emission["CO"][0] == pytest.approx(2 * one.emission["CO"][0])
    assert one.activity["amount"][0] <= yield_t * 1.2 * (1 + 1e-12)


def test_latrines() -> None:
    found = run("human_ammonia", context(), dry_latrine=table("dry_latrine", {"people": 1e6}))
    assert total(found, "NH3") == pytest.approx(787.0)
    assert found.emission["category"].to_list() == ["HUMAN"]


def test_the_lineage_names_factor_document_limits_and_stand_in() -> None:
    found = rice("PROV_GUIDE_2011")
    (entry,) = json.loads(found.coefficient_lineage["inputs"][0])
    assert entry["document"].startswith("省级温室气体清单编制指南")
    assert (entry["lower"], entry["upper"]) == (170.2, 320.1)
    (animal,) = json.loads(livestock("livestock_ammonia", herd("goat", "any", 1)).coefficient_lineage["inputs"][0])
    assert "European conditions" in animal["proxy_en"]


def test_only_years_of_the_inventory_are_estimated() -> None:
    rows = table("livestock", herd("swine", "any", 10), {**herd("swine", "any", 10), "year": 2012})
    assert run("enteric_fermentation", context("IPCC_2006", 2013), livestock=rows).emission.height == 1


def test_every_source_of_nitrogen_has_a_rule_in_both_documents() -> None:
    assert set(crops.VOLATILISED_2011) == set(crops.VOLATILISED_IPCC)


def manure(profile: str = "GBT32151_2024", **own: float) -> SectorResult:
    """Indirect N2O of a thousand sows whose manure is half in a pit, half stored solid."""
    shares = [{"system": "pit_storage", "share": 0.5, **own}, {"system": "solid_storage", "share": 0.5, **own}]
    return run(
        "manure_indirect", context(profile), livestock=table("livestock", herd("swine", "any", 1000)),
        manure_system=table("manure_system", *({"animal": "swine", "stage": "any", **one} for one in shares)),
    )  # fmt: skip


def test_indirect_n2o_of_manure_follows_equations_10_26_to_10_29() -> None:
    """Nex of swine of GB/T 32151.22-2024; 25 % of a pit and 45 % of a heap volatilise; EF4 0.01, EF5 0.0075."""
    found = manure(leached_share=0.1)
    by_way = dict(found.emission.select("source_id", "N2O").rows())
    (air,) = [value for name, value in by_way.items() if name.endswith("by_air")]
    (water,) = [value for name, value in by_way.items() if name.endswith("by_water")]
    inputs = json.loads(found.coefficient_lineage["inputs"][0])
    excreted = next(one["value"] for one in inputs if one["role"] == "nitrogen_excretion")
    assert set(found.emission["category"]) == {"3C6"}
    assert air == pytest.approx(excreted / 1000 * 1000 * (0.5 * 0.25 + 0.5 * 0.45) * 0.01 * 44 / 28)
    assert air / water == pytest.approx(0.35 * 0.01 / (0.1 * 0.0075))
    assert found.coefficient_lineage["status"][0] == "recalled"


def test_without_a_local_share_nothing_is_said_to_leach() -> None:
    found = manure()
    ways = found.coefficient_lineage.filter(pl.col("value").is_null())
    assert ways["notation"].to_list() == ["NE"]
    assert "no default" in ways["reason_en"][0]


def test_the_places_own_volatilised_share_goes_before_the_default() -> None:
    both = [manure(volatilised_share=share).emission["N2O"].sum() for share in (0.2, 0.4)]
    assert both[1] == pytest.approx(2 * both[0])


def test_the_guide_of_2011_holds_the_air_path_in_the_deposition_on_soils() -> None:
    found = manure("PROV_GUIDE_2011").coefficient_lineage
    assert found.filter(pl.col("reason_en").str.contains("3C5"))["notation"].to_list() == ["IE"]


@pytest.mark.parametrize(("animals", "share"), [("cattle_poultry_pigs", 0.02), ("sheep_and_other", 0.01)])
def test_nitrogen_left_on_pasture_has_the_factors_of_table_11_1(animals: str, share: float) -> None:
    """IPCC 2006: EF3PRP direct, 20 % volatilised × 0.01, 30 % leached × 0.0075, each × 44/28."""
    row = {"nitrogen_source": f"grazing_{animals}", "fertiliser": "none", "land": "cropland", "nitrogen_t": 1000.0}
    found = run("agricultural_soils", context("IPCC_2006"), cropland_nitrogen=table("cropland_nitrogen", row))
    assert found.emission["N2O"].to_list() == pytest.approx([1000 * part * N2O for part in (share, 0.002, 0.00225)])
