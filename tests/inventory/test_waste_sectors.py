"""Waste: golden cases by hand, the two landfill methods, memo items, what is missing, linearity."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.sectors.catalogue import SectorResult
from cocontrol.inventory.waste.landfill import first_order_decay
from cocontrol.inventory.waste.mass_balance import mass_balance_methane
from tests.inventory.sector_tables import context, reasons, run, table, total

CARBON = 44 / 12
MIXED = {"food": 0.5, "paper": 0.2, "plastics": 0.2, "other_inert": 0.1}


def composition(stream: str, shares: dict[str, float] | None = None) -> pl.DataFrame:
    rows = [{"stream": stream, "component": name, "share": share} for name, share in (shares or MIXED).items()]
    return table("waste_composition", *rows)


def landfill(profile: str = "PROV_GUIDE_2011", **row: object) -> SectorResult:
    full = {"site_type": "managed_anaerobic", "waste_t": 1e6, "landfilled_share": 0.8, **row}
    return run(
        "landfill_mass_balance",
        context(profile),
        landfill_mass_balance=table("landfill_mass_balance", full),
        waste_composition=composition("landfilled"),
    )


def test_mass_balance_by_hand_and_as_the_kernel_gives_it() -> None:
    """DOC = 0.5 · 0.15 + 0.2 · 0.40 = 0.155; L0 = 1 · 0.155 · 0.5 · 0.5 · 16/12; OX 0.1."""
    found = landfill(recovered_ch4_t=1000.0)
    assert total(found, "CH4") == pytest.approx((8e5 * 0.155 * 0.25 * 16 / 12 - 1000) * 0.9)
    site = {
        "waste_t": [1e6], "landfilled_share": [0.8], "mcf": [1.0], "doc": [0.155], "docf": [0.5],
        "methane_fraction": [0.5], "recovered_t": [1000.0], "oxidation": [0.1],
    }  # fmt: skip
    assert total(found, "CH4") == pytest.approx(mass_balance_methane(pl.DataFrame(site))["emitted_t"][0])
    assert found.emission["NH3"].to_list() == [pytest.approx(448.0), None]


def test_more_methane_recovered_than_generated_is_a_fault() -> None:
    with pytest.raises(InvalidInput, match="回收的甲烷多于产生的"):
        landfill(recovered_ch4_t=1e6)


def test_the_oxidation_of_the_ipcc_needs_the_cover() -> None:
    open_site = landfill("IPCC_2006", methane_fraction=0.5)
    assert "several" in str(reasons(open_site, "CH4")[0][1])
    covered = landfill("IPCC_2006", methane_fraction=0.5, cover="managed_with_cover")
    assert total(covered, "CH4") == pytest.approx(8e5 * 0.155 * 0.25 * 16 / 12 * 0.9)


def test_recovery_is_not_estimated_where_the_methane_generated_is_not() -> None:
    found = landfill("IPCC_2006", recovered_ch4_t=10.0)
    assert found.emission["CH4"].to_list() == [None, None]


def test_a_composition_that_does_not_sum_to_one_is_a_fault() -> None:
    with pytest.raises(InvalidInput, match="垃圾组成之和不是 1"):
        run(
            "waste_open_burning",
            context(),
            waste_open_burning=table("waste_open_burning", {"amount_t": 1.0}),
            waste_composition=composition("open_burnt", {"food": 0.7}),
        )


def deposits() -> pl.DataFrame:
    base = {"doc": 0.15, "docf": 0.5, "mcf": 1.0, "k_per_year": 0.185, "methane_fraction": 0.5}
    return table(
        "landfill_deposit",
        *(
            {"component": "food", "year": year, "deposited_Gg": 100.0 + year - 2000, **base}
            for year in range(2000, 2016)
        ),
    )


def test_first_order_decay_gives_what_the_model_gives() -> None:
    held = deposits()
    choices = context("IPCC_2006", 2012, 2013, landfill__oxidation=0.1)
    found = run("landfill_decay", choices, landfill_deposit=held)
    model = first_order_decay(held.filter(pl.col("year") <= 2013), first=2000, last=2013, oxidation=0.1)
    expected = model.years.filter(pl.col("year") >= 2012)["methane_emitted_Gg"] * 1000
    assert found.emission["CH4"].to_list() == pytest.approx(expected.to_list())
    carbon = model.components.filter(pl.col("year") >= 2012)["carbon_decomposed_Gg"] * 1000
    assert found.emission["amount"].to_list() == pytest.approx(carbon.to_list())
    assert found.coefficient_lineage["formula"][0].startswith("first-order decay")
    roles = {entry["role"] for entry in json.loads(found.coefficient_lineage["inputs"][0])}
    assert roles == {"doc", "docf", "mcf", "k_per_year", "methane_fraction", "oxidation"}


def test_a_closed_landfill_goes_on_and_keeps_the_status_of_its_factors() -> None:
    closed = deposits().filter(pl.col("year") < 2005)
    found = run("landfill_decay", context(), landfill_deposit=closed)
    assert (total(found, "CH4") or 0) > 0
    assert found.coefficient_lineage["status"].to_list() == ["recalled"]


def test_first_order_decay_without_cover_is_not_estimated() -> None:
    found = run("landfill_decay", context("IPCC_2006"), landfill_deposit=deposits())
    assert found.emission["CH4"].to_list() == [None]
    assert "landfill.cover" in str(reasons(found, "CH4")[0][1])
    covered = run(
        "landfill_decay", context("IPCC_2006", landfill__cover="managed_with_cover"), landfill_deposit=deposits()
    )
    assert total(covered, "CH4") is not None


def test_constant_deposits_need_a_first_year() -> None:
    held = deposits().head(1).with_columns(year=pl.lit(None, dtype=pl.Int64))
    with pytest.raises(InvalidInput, match="没有起始年"):
        run("landfill_decay", context(), landfill_deposit=held)
    stated = run("landfill_decay", context(landfill__first_year=1990), landfill_deposit=held)
    assert total(stated, "CH4") is not None


@pytest.mark.parametrize(
    ("profile", "choice", "counted"),
    [
        ("PROV_GUIDE_2011", None, "landfill_mass_balance"),
        ("PROV_GUIDE_2025", None, "landfill_decay"),
        ("PROV_GUIDE_2011", "first_order_decay", "landfill_decay"),
    ],
)
def test_of_two_landfill_methods_one_counts_and_the_other_stands_beside(
    profile: str, choice: str | None, counted: str
) -> None:
    named = {"landfill__method": choice} if choice else {}
    choices = context(profile, landfill__oxidation=0.1, **named)
    tables = {
        "landfill_deposit": deposits(),
        "waste_composition": composition("landfilled"),
        "landfill_mass_balance": table(
            "landfill_mass_balance",
            {
                "site_type": "managed_anaerobic", "waste_t": 1e6, "landfilled_share": 0.8,
                "methane_fraction": 0.5, "oxidation": 0.1,
            },
        ),
    }  # fmt: skip
    results = {name: run(name, choices, **tables) for name in ("landfill_decay", "landfill_mass_balance")}
    for name, result in results.items():
        beside = result.finding.filter(pl.col("rule") == "landfill.other_method")
        assert (result.emission.height > 0) == (name == counted)
        assert beside.height == (0 if name == counted else 1)
        assert name == counted or (beside["found"][0] or 0) > 0


def incineration(profile: str, waste: str = "municipal_solid_waste", **row: object) -> SectorResult:
    full = {"waste_type": waste, "furnace": "continuous_stoker", "amount_t": 1e6, **row}
    return run(
        "waste_incineration",
        context(profile),
        waste_incineration=table("waste_incineration", full),
        waste_composition=composition("incinerated"),
    )


def test_incineration_by_hand_under_three_documents() -> None:
    old, new, ipcc = (incineration(name) for name in ("PROV_GUIDE_2011", "PROV_GUIDE_2025", "IPCC_2006"))
    assert total(old, "CO2") == pytest.approx(1e6 * 0.2 * 0.39 * 0.95 * CARBON)
    assert total(new, "CO2") == pytest.approx(1e6 * 0.4 * 0.4 * 0.95 * CARBON)
    fossil = 0.2 * 0.9 * 0.46 * 0.01 + 0.2 * 1.0 * 0.75 * 1.0 + 0.1 * 0.9 * 0.03 * 1.0
    assert total(ipcc, "CO2") == pytest.approx(1e6 * fossil * CARBON)
    assert (total(ipcc, "CH4"), total(ipcc, "N2O")) == (pytest.approx(0.2), pytest.approx(50.0))


@pytest.mark.parametrize("profile", ["PROV_GUIDE_2011", "PROV_GUIDE_2025", "IPCC_2006"])
def test_fossil_and_biogenic_carbon_are_all_the_carbon_that_burns(profile: str) -> None:
    found = incineration(profile)
    memo = found.finding.filter(pl.col("rule") == "memo.biogenic_co2")["found"][0]
    carbon = {
        "PROV_GUIDE_2011": 0.2 * 0.95,
        "PROV_GUIDE_2025": 0.4 * 0.95,
        "IPCC_2006": 0.5 * 0.4 * 0.38 + 0.2 * 0.9 * 0.46 + 0.2 * 0.75 + 0.1 * 0.9 * 0.03,
    }[profile]
    assert (total(found, "CO2") or 0) + memo == pytest.approx(1e6 * carbon * CARBON)


def test_the_doubtful_carbon_of_hazardous_waste_is_not_taken_but_a_local_value_is() -> None:
    doubtful = incineration("PROV_GUIDE_2011", "hazardous_waste")
    assert total(doubtful, "CO2") is None
    assert "suspect: used only when confirmed" in str(reasons(doubtful, "CO2")[0][1])
    local = incineration("PROV_GUIDE_2011", "hazardous_waste", carbon_content=0.5)
    assert total(local, "CO2") == pytest.approx(1e6 * 0.5 * 0.9 * 0.97 * CARBON)


def test_dry_matter_of_the_place_lets_the_dry_factor_answer() -> None:
    found = incineration("IPCC_2006", "clinical_waste", dry_matter=0.65)
    assert total(found, "CO2") == pytest.approx(1e6 * 0.65 * 0.6 * 0.4 * CARBON)


def test_pollutants_without_factor_are_not_estimated_with_a_reason() -> None:
    found = incineration("IPCC_2006")
    for pollutant in ("SO2", "NOx", "PM25", "CO"):
        assert reasons(found, pollutant)[0][0] == "NE"


def test_open_burning_by_hand() -> None:
    found = run(
        "waste_open_burning",
        context("IPCC_2006"),
        waste_open_burning=table("waste_open_burning", {"amount_t": 1000.0}),
        waste_composition=composition("open_burnt"),
    )
    fossil = 0.2 * 0.9 * 0.46 * 0.01 + 0.2 * 0.75 + 0.1 * 0.9 * 0.03
    assert total(found, "CO2") == pytest.approx(1000 * fossil * 0.58 * CARBON)
    assert total(found, "N2O") == pytest.approx(1000 * (0.5 * 0.4 + 0.2 * 0.9 + 0.2 * 1.0 + 0.1 * 0.9) * 150e-6)
    assert total(found, "CH4") is None


def test_composting_by_hand() -> None:
    row = {"treatment": "composting", "basis": "wet", "amount_t": 1e5, "recovered_ch4_t": 10.0}
    found = run("biological_treatment", context(), biological_treatment=table("biological_treatment", row))
    assert total(found, "CH4") == pytest.approx(390.0)
    assert found.emission["N2O"][0] == pytest.approx(24.0)
    assert found.emission["NH3"][0] == pytest.approx(127.5)


def sewage(profile: str, **row: object) -> SectorResult:
    full = {"system": "septic_tank", "measure": "bod", "organic_t": 1e5, **row}
    return run("domestic_wastewater", context(profile), domestic_wastewater=table("domestic_wastewater", full))


def test_domestic_wastewater_by_hand() -> None:
    assert total(sewage("PROV_GUIDE_2011", system="national_average"), "CH4") == pytest.approx(1e5 * 0.6 * 0.165)
    taken = sewage("IPCC_2006", sludge_t=1e4, recovered_ch4_t=100.0)
    assert total(taken, "CH4") == pytest.approx(9e4 * 0.6 * 0.5 - 100)
    assert total(sewage("PROV_GUIDE_2011", measure="cod"), "CH4") == pytest.approx(1e5 * 0.49 * 0.6 * 0.5)
    assert total(sewage("IPCC_2006", measure="cod"), "CH4") == pytest.approx(1e5 * 0.25 * 0.5)
    assert total(sewage("IPCC_2006", system="national_average"), "CH4") is None


def test_the_refinement_stands_in_for_ways_that_2006_does_not_have() -> None:
    found = sewage("IPCC_2006", system="aerobic_plant")
    assert total(found, "CH4") == pytest.approx(1e5 * 0.6 * 0.03)
    entries = json.loads(found.coefficient_lineage["inputs"][0])
    assert any("2019 Refinement" in entry.get("proxy_en", "") for entry in entries)


def test_more_sludge_than_sewage_is_a_fault() -> None:
    with pytest.raises(InvalidInput, match="随污泥去除的多于进入的"):
        sewage("IPCC_2006", sludge_t=2e5)


def test_nitrogen_of_wastewater_by_hand() -> None:
    row = {"people": 1e6, "protein_kg_per_person": 29.0, "sludge_nitrogen_t": 10.0}
    guide = run("wastewater_nitrogen", context(), wastewater_nitrogen=table("wastewater_nitrogen", row))
    nitrogen = 1e6 * 29 / 1000 * 0.16 * 1.5 * 1.25
    assert total(guide, "N2O") == pytest.approx((nitrogen - 10) * 0.005 * 44 / 28)
    asked = run("wastewater_nitrogen", context("IPCC_2006"), wastewater_nitrogen=table("wastewater_nitrogen", row))
    assert "several" in str(reasons(asked, "N2O")[0][1])


def test_industrial_wastewater_has_no_default_for_the_treatment() -> None:
    rows = [{"industry": "paper", "cod_t": 1e5, "mcf": 0.1}, {"industry": "beer", "cod_t": 1e4}]
    found = run("industrial_wastewater", context(), industrial_wastewater=table("industrial_wastewater", *rows))
    assert found.emission["CH4"].to_list() == [pytest.approx(1e5 * 0.25 * 0.1), None]
    assert reasons(found, "CH4")[0][0] == "NE"


@settings(max_examples=25, deadline=None)
@given(st.floats(1, 1e7), st.floats(0, 1))
def test_incineration_is_linear_and_rises_with_the_fossil_share(amount: float, share: float) -> None:
    one = incineration("PROV_GUIDE_2011", amount_t=amount, fossil_share=share)
    two = incineration("PROV_GUIDE_2011", amount_t=2 * amount, fossil_share=share)
    more = incineration("PROV_GUIDE_2011", amount_t=amount, fossil_share=min(1.0, share + 0.1))
    assert two.emission["CO2"][0] == pytest.approx(2 * one.emission["CO2"][0])
    assert more.emission["CO2"][0] >= one.emission["CO2"][0]


@pytest.mark.parametrize(
    ("choice", "rule"),
    [
        ({"landfill__oxidation": "much"}, "sector.choice"),
        ({"landfill__oxidation": 1.5}, "landfill.options"),
        ({"landfill__method": "guess"}, "landfill.method"),
    ],
)
def test_a_declared_choice_that_cannot_be_used_is_a_fault(choice: dict[str, object], rule: str) -> None:
    sites = table("landfill_mass_balance", {"site_type": "managed_anaerobic", "waste_t": 1.0, "landfilled_share": 1.0})
    with pytest.raises(InvalidInput) as raised:
        run("landfill_decay", context(**choice), landfill_deposit=deposits(), landfill_mass_balance=sites)
    assert raised.value.faults[0].rule == rule
