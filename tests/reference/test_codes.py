"""Regions, industries and source categories."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import NotFound
from cocontrol.core.parameters import jurisdictions_above
from cocontrol.reference import industries as industry_codes
from cocontrol.reference import regions as area
from cocontrol.reference.categories import ancestors, categories, category, category_name
from cocontrol.reference.industries import industries
from cocontrol.reference.regions import regions

ADCODES = regions()["adcode"].to_list()


def test_every_parent_is_itself_an_area() -> None:
    assert set(regions()["parent"].drop_nulls()) <= set(ADCODES)


@given(st.sampled_from(ADCODES))
def test_every_area_ends_at_the_nation(adcode: str) -> None:
    chain = (adcode, *area.ancestors(adcode))
    assert chain[-1] == "100000"
    assert len(chain) <= 4


@given(st.sampled_from([code for code in ADCODES if area.region(code)["level"] not in ("grouping", "zone")]))
def test_the_tree_agrees_with_the_chain_of_jurisdictions(adcode: str) -> None:
    above = [
        code for code in jurisdictions_above(adcode) if code in ADCODES and area.region(code)["level"] != "grouping"
    ]
    assert [adcode, *area.ancestors(adcode)] == above


def test_the_86_orphans_of_the_municipalities_have_inserted_groups_and_a_province_above() -> None:
    inserted = regions().filter(pl.col("is_inserted"))["adcode"].to_list()
    assert inserted == ["110100", "120100", "310100", "500100", "500200"]
    orphans = regions().filter(pl.col("parent").is_in(inserted))["adcode"].to_list()
    assert len(orphans) == 86
    assert {area.parent(code) for code in orphans} == {"110000", "120000", "310000", "500000"}
    assert area.parent("110101") == "110000"


def test_a_directly_administered_county_belongs_to_its_province() -> None:
    assert area.parent("419001") == "410000"
    assert area.name("419001") == "济源市"
    assert "419001" in area.children("410000")
    assert "419000" not in area.children("410000")


def test_henan_has_seventeen_cities_and_one_county_below_it() -> None:
    below = area.children("410000")
    assert len(below) == 18
    assert sum(area.region(code)["level"] == "city" for code in below) == 17


def test_statistical_zones_appear_only_when_asked_for() -> None:
    assert "410971" not in area.children("410900")
    assert {"410971", "410972"} <= set(area.children("410900", with_zones=True))


def test_succeeded_codes_lead_to_their_successors() -> None:
    assert area.current_code("410306", date(2020, 12, 31)) == "410306"
    assert area.current_code("410306", date(2022, 1, 1)) == "410308"
    assert area.current_code("410322", date(2022, 1, 1)) == "410308"
    assert area.current_code("410381", date(2022, 1, 1)) == "410307"


def test_a_day_selects_the_codes_in_force() -> None:
    before, after = area.children("410300", on=date(2013, 6, 1)), area.children("410300", on=date(2022, 6, 1))
    assert {"410306", "410322", "410381"} <= set(before)
    assert {"410307", "410308"} <= set(after)
    assert not set(before) & {"410307", "410308"}
    assert not set(after) & {"410306", "410322", "410381"}


def test_an_unknown_code_lists_codes_near_it() -> None:
    with pytest.raises(NotFound, match="410902"):
        area.name("410999")


def test_names_in_english_fall_back_to_chinese() -> None:
    assert area.name("410000", "en") == "Henan"
    assert area.name("110101", "en") == "东城区"
    assert area.province("410902") == "410000"
    assert area.province("100000") is None


def test_the_industry_list_has_the_known_counts() -> None:
    counts = dict(industries().group_by("level").len().iter_rows())
    assert counts == {"section": 20, "division": 97, "group": 473, "class": 1381}


def test_every_industry_hangs_under_another_one() -> None:
    codes = set(industries()["industry_code"])
    assert set(industries()["parent"].drop_nulls()) <= codes


def test_an_industry_may_carry_its_letter_and_a_wrong_letter_is_refused() -> None:
    assert industry_codes.name("D4411") == industry_codes.name("4411") == "火力发电"
    with pytest.raises(NotFound, match="4411"):
        industry_codes.industry("C4411")
    assert industry_codes.industry("D")["level"] == "section"


def test_our_own_categories_are_marked_and_keep_the_ipcc_code_of_their_parent() -> None:
    own = categories().filter(pl.col("is_ours") & pl.col("parent").is_not_null())
    assert len(own) >= 6
    for row in own.iter_rows(named=True):
        assert row["ipcc_2006_code"] == category(row["parent"])["ipcc_2006_code"], row["category"]
    assert category("1A4b-R")["ipcc_sector"] == "residential"


def test_the_category_tree_leads_upwards() -> None:
    assert ancestors("1A1aiii") == ("1A1a", "1A1", "1A", "1")
    assert category_name("1A2k").en == "Construction"
    with pytest.raises(NotFound, match="1A1ai"):
        category("9Z")


def test_the_crosswalk_uses_the_classes_of_the_two_guides() -> None:
    assert set(categories()["class_8"].drop_nulls()) == {
        "power_heat", "industry", "mobile_oil", "domestic", "agriculture", "dust", "biomass_open_burning", "waste",
    }  # fmt: skip
    assert set(categories()["class_10"].drop_nulls()) == {
        "fossil_fuel_combustion", "industrial_process", "mobile", "solvent_use", "agriculture", "dust",
        "biomass_burning", "storage_transport", "waste_treatment", "other",
    }  # fmt: skip
