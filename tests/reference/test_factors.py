"""Asking for a factor: one answer, several, or none."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import Ambiguous, InvalidInput, NotFound
from cocontrol.core.provenance import Status
from cocontrol.reference.factors import CRITERIA, factor_by_id, factor_table, get_factor
from cocontrol.reference.profiles import get_profile, list_profiles, require_valid_profile

ON = date(2013, 12, 31)


def test_one_answer_carries_value_unit_source_and_status() -> None:
    factor = get_factor(profile="NDRC_2013_2015", on=ON, topic="fuel", parameter="ncv", fuel_code="diesel")
    assert (factor.value, factor.unit) == (43.33, "GJ/t")
    assert factor.clause == "附录二 表2.1"
    assert factor.status is Status.VERIFIED
    assert factor.as_input("ncv")["factor_id"] == "NDRC_2013_2015:diesel:ncv"


def test_several_different_values_are_ambiguous_and_all_listed() -> None:
    with pytest.raises(Ambiguous) as raised:
        get_factor(
            profile="GBT2589_2020",
            on=date(2023, 1, 1),
            topic="fuel",
            parameter="standard_coal",
            fuel_code="natural_gas",
        )
    message = raised.value.describe("en")
    assert all(kind in message for kind in (":min", ":max", ":gas_field"))
    assert "add a criterion: kind" in message


def test_equal_values_are_one_answer_that_names_the_others() -> None:
    factor = get_factor(
        profile="TCSES_144_2024", on=ON, topic="air", parameter="emission_factor", fuel_code="coal",
        pollutant="VOCs", sector="power",
    )  # fmt: skip
    assert factor.value == 0.04
    assert "TCSES_144_2024:EF0004" in factor.note
    assert "TCSES_144_2024:EF0006" in factor.note


def test_absence_lists_the_same_fuel_in_other_documents_first() -> None:
    with pytest.raises(NotFound) as raised:
        get_factor(
            profile="GBT32151_2024", on=date(2025, 12, 31), topic="fuel", parameter="ncv", fuel_code="coal_gangue"
        )
    assert "MEE_ETS_2022_2024:coal_gangue:ncv" in raised.value.describe("zh")


def test_a_day_outside_the_validity_is_absence_that_says_when() -> None:
    with pytest.raises(NotFound) as raised:
        get_factor(profile="NDRC_2013_2015", on=date(2012, 12, 31), topic="fuel", parameter="ncv", fuel_code="diesel")
    assert "valid 2013-01-01–…" in raised.value.describe("en")


def test_a_suspect_value_answers_only_when_accepted_and_keeps_its_flag() -> None:
    criteria = {
        "topic": "air",
        "parameter": "emission_factor",
        "fuel_code": "lng",
        "pollutant": "VOCs",
        "sector": "power",
    }
    with pytest.raises(NotFound, match="疑似有误"):
        get_factor(profile="TCSES_144_2024", on=ON, **criteria)
    accepted = get_factor(profile="TCSES_144_2024", on=ON, accept_flagged=True, **criteria)
    assert (accepted.value, accepted.flag) == (33.0, "suspect")


def test_a_printed_zero_is_absence_even_when_flags_are_accepted() -> None:
    with pytest.raises(NotFound, match="原文印 0"):
        get_factor(
            profile="TCSES_144_2024", on=ON, accept_flagged=True, topic="air", parameter="emission_factor",
            fuel_code="natural_gas", pollutant="SO2", sector="power",
        )  # fmt: skip


def test_a_value_of_another_place_does_not_answer() -> None:
    criteria = {"topic": "electricity", "region": "410000", "kind": "average"}
    on = date(2023, 12, 31)
    assert get_factor(profile=None, on=on, jurisdiction="410900", **criteria).value == 0.5897
    with pytest.raises(NotFound, match="适用地区 410000"):
        get_factor(profile=None, on=on, jurisdiction="430000", **criteria)


def test_a_misspelt_criterion_is_refused() -> None:
    with pytest.raises(InvalidInput, match="fuel"):
        get_factor(profile=None, on=ON, topic="fuel", fuel="diesel")


def test_a_question_without_a_topic_is_refused() -> None:
    with pytest.raises(InvalidInput, match="topic"):
        get_factor(profile=None, on=ON, fuel_code="diesel")


def test_an_unknown_identifier_is_absence() -> None:
    with pytest.raises(NotFound, match="no:such:factor"):
        factor_by_id("no:such:factor")


@given(st.sampled_from(factor_table().filter(factor_table()["value"].is_not_null())["factor_id"].to_list()))
def test_a_factor_describes_itself_with_its_source(factor_id: str) -> None:
    factor = factor_by_id(factor_id)
    assert factor.factor_id in factor.describe()
    assert factor.document in factor.describe()
    assert factor.status.value in factor.describe()


def test_the_contracted_profiles_exist() -> None:
    assert [profile.profile_id for profile in list_profiles()] == [
        "PROV_GUIDE_2011", "PROV_GUIDE_2025", "IPCC_2006", "NDRC_2013_2015", "MEE_ETS_2022_2024", "GBT32151_2024",
    ]  # fmt: skip


def test_an_unknown_profile_lists_the_profiles() -> None:
    with pytest.raises(NotFound, match="PROV_GUIDE_2011"):
        get_profile("PROV_GUIDE_2010")


def test_a_profile_outside_its_years_lists_those_that_hold() -> None:
    with pytest.raises(NotFound, match="当日适用：PROV_GUIDE_2011"):
        require_valid_profile("PROV_GUIDE_2025", ON)


def test_every_factor_answers_the_question_that_names_all_its_criteria() -> None:
    rows = factor_table().filter(pl.col("value").is_not_null())
    assert len(rows) > 3800
    for row in rows.iter_rows(named=True):
        criteria = {name: row[name] for name in CRITERIA if row[name] is not None}
        answer = get_factor(
            profile=row["profile"],
            on=row["effective_from"] or date(2020, 1, 1),
            jurisdiction=row["jurisdiction"],
            accept_flagged=True,
            **criteria,
        )
        assert (answer.value, answer.unit) == (row["value"], row["unit"]), row["factor_id"]
