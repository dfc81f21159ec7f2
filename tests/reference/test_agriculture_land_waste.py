"""Factors of agriculture, land use and waste: carried over, placed by region, answered by the declared document."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import Ambiguous, NotFound
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text
from cocontrol.reference.agriculture_land_waste import (
    Ask,
    documents,
    factor_region,
    find_factor,
    livestock_classes,
)
from cocontrol.reference.factors import factor_table
from cocontrol.reference.profiles import list_profiles

HENAN, HUNAN = "410000", "430000"
ON = date(2013, 12, 31)
TOPICS = ["agriculture", "land_use", "waste"]


def ask(profile: str, place: str = HENAN, **choices: str) -> Ask:
    return Ask(profile, ON, place, choices)


@pytest.mark.shared
def test_every_row_is_carried_over_with_value_and_status(shared: Path) -> None:
    source = pl.read_csv(shared / "reference/ghg/agri_lulucf_waste.csv", infer_schema=False)
    ours: dict[int, list[dict[str, object]]] = {}
    for row in factor_table().filter(pl.col("topic").is_in(TOPICS)).iter_rows(named=True):
        if match := re.search(r":AW(\d{3})", row["factor_id"]):
            ours.setdefault(int(match[1]), []).append(row)
    compared = 0
    for number, row in enumerate(source.iter_rows(named=True), start=1):
        if row["parameter"] == "method_2011":
            continue
        for held in ours[number]:
            assert held["value"] == (None if row["value"] is None else float(row["value"])), held["factor_id"]
            assert held["status"] == ("recalled" if row["status"] == "not_found" else row["status"]), held["factor_id"]
            assert held["flag"] in ({"not_found"} if row["value"] is None else {None, "suspect"}), held["factor_id"]
            compared += 1
    assert compared >= 652


def test_every_declared_document_and_profile_exists() -> None:
    known = set(factor_table()["profile"])
    sectors = {"enteric_fermentation", "manure_management", "rice_cultivation", "managed_soils", "forest_biomass"}
    sectors |= {"landfill", "incineration", "wastewater", "biological_treatment", "crop_residue_burning", "ammonia"}
    for profile in list_profiles():
        for sector in sectors:
            for choice in documents(profile.profile_id, sector):
                assert choice.document in known
                assert isinstance(choice.reason, Text)


def test_the_provinces_lie_in_the_regions_of_each_table() -> None:
    assert [factor_region(HENAN, name) for name in ("manure_management", "managed_soils", "wastewater")] == [
        "central_south",
        "III",
        "central",
    ]
    assert factor_region(HUNAN, "managed_soils") == "IV"
    assert factor_region("410100", "managed_soils") == "III"
    assert factor_region(HENAN, "enteric_rate") == "any"


def test_the_profile_chooses_the_document() -> None:
    guide = find_factor(
        ask("PROV_GUIDE_2011"), "incineration", "carbon_content", topic="waste", item="municipal_solid_waste"
    )
    edition = find_factor(
        ask("PROV_GUIDE_2025"), "incineration", "carbon_content", topic="waste", item="municipal_solid_waste"
    )
    assert (guide.value, edition.value) == (0.2, 0.4)
    assert guide.proxy is None
    assert (guide.status, edition.status) == (Status.RECALLED, Status.VERIFIED)


def test_a_stand_in_says_that_it_is_one() -> None:
    found = find_factor(
        ask("PROV_GUIDE_2011"),
        "manure_management",
        "emission_factor",
        topic="agriculture",
        item="swine",
        pollutant="CH4",
    )
    assert found.value == 5.85
    assert found.proxy is not None
    assert found.document.startswith("GB/T 32151.22-2024")


def test_a_declared_choice_beats_the_profile() -> None:
    criteria = {"item": "dairy_cattle", "pollutant": "CH4"}
    chosen = ask("PROV_GUIDE_2011", enteric_fermentation="IPCC_2006")
    assert find_factor(chosen, "enteric_fermentation", "emission_factor", topic="agriculture", **criteria).value == 68


def test_several_values_are_asked_about_and_none_is_reported() -> None:
    with pytest.raises(Ambiguous) as several:
        find_factor(
            ask("GBT32151_2024"), "enteric_fermentation", "emission_factor", topic="agriculture", item="dairy_cattle"
        )
    assert "technology" in several.value.describe("en")
    with pytest.raises(NotFound) as none:
        find_factor(ask("NDRC_2013_2015"), "rice_cultivation", "emission_factor", topic="agriculture")
    assert "rice_cultivation" in none.value.describe("en")


def test_a_value_that_was_not_at_hand_never_answers() -> None:
    found = find_factor(ask("PROV_GUIDE_2011"), "forest_biomass", "basic_wood_density", topic="land_use")
    assert (found.value, found.jurisdiction) == (0.462, "100000")
    with pytest.raises(NotFound):
        find_factor(ask("PROV_GUIDE_2011"), "forest_biomass", "stock_growth_rate", topic="land_use")


def test_classes_that_stand_in_for_one_another_exist() -> None:
    classes = livestock_classes()
    assert {one.stands_in for one in classes.values() if one.stands_in} <= set(classes)
    items = set(factor_table().filter(pl.col("sector") == "livestock_whole_manure_chain")["item"])
    assert {one.ammonia_item for one in classes.values() if one.ammonia_item} <= items
