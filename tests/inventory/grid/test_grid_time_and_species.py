"""Profiles in time and height, and the split into species: sums, calendars, ledgers."""

from __future__ import annotations

import calendar
from datetime import date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.inventory.grid.speciation import speciate, speciation_table
from cocontrol.inventory.grid.temporal import ClassProfile, hour_axis, month_axis, profile_of, time_shares, year_axis
from cocontrol.inventory.grid.vertical import layer_shares, vertical_profiles
from cocontrol.reference.categories import categories
from cocontrol.reference.temporal_profiles import temporal_class, temporal_profile, temporal_profiles

KEYS = (
    temporal_profiles()
    .select("period", "temporal_class", "jurisdiction")
    .unique()
    .sort("period", "temporal_class", "jurisdiction")
    .rows()
)
CLASSES = sorted({name for _, name, _ in KEYS})


@pytest.mark.parametrize(("period", "name", "jurisdiction"), KEYS)
def test_every_profile_adds_to_one_and_remembers_what_was_printed(period, name, jurisdiction):
    profile = temporal_profile(period, name, jurisdiction)
    assert sum(profile.shares) == pytest.approx(1.0, abs=1e-12)
    assert profile.published_sum == pytest.approx(1.0, abs=0.021)


def test_monthly_burning_in_henan_is_printed_with_a_sum_of_0_98():
    assert temporal_profile("month", "biomass_open_burning", "410000").published_sum == pytest.approx(0.98)


def test_an_unpublished_profile_is_not_found_and_the_classes_are_named():
    with pytest.raises(NotFound, match="biomass_open_burning"):
        temporal_profile("month", "industry")


def test_every_category_has_a_temporal_class_of_the_standard_or_none():
    made = {temporal_class(code) for code in categories()["category"]}
    assert made - {None} <= set(CLASSES)
    assert (temporal_class("1A1ai"), temporal_class("1A1aiii"), temporal_class("STORE")) == (
        "power_generation",
        "other_power_heat",
        "oil_storage_sale",
    )


@pytest.mark.parametrize("name", [*CLASSES, None])
@pytest.mark.parametrize("year", [2013, 2024])
def test_hours_of_a_local_year_add_to_one(name, year):
    days = 366 if calendar.isleap(year) else 365
    axis = hour_axis(date(year - 1, 12, 31), (days + 2) * 24)
    shares = time_shares(profile_of(name, "410000"), axis)
    of_year = shares[16 : 16 + days * 24]
    assert of_year.sum() == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("name", CLASSES)
def test_months_add_to_one(name):
    assert time_shares(profile_of(name, "410000"), month_axis(2013)).sum() == pytest.approx(1.0, rel=1e-12)
    assert time_shares(profile_of(name), year_axis(2013)).tolist() == [1.0]


def test_an_hour_in_utc_takes_the_share_of_the_local_hour_eight_hours_on():
    hour = tuple(1.0 if slot == 8 else 0.0 for slot in range(24))
    shares = time_shares(ClassProfile(hour=hour), hour_axis(date(2013, 7, 1)))
    assert np.flatnonzero(shares).tolist() == [0]
    assert shares[0] == pytest.approx(1 / 365)


def test_a_weekday_takes_its_share_among_the_days_of_its_month():
    sunday = (0.0,) * 6 + (1.0,)
    shares = time_shares(ClassProfile(weekday=sunday), hour_axis(date(2013, 6, 30), 48))
    assert shares.sum() == pytest.approx(30 / 365 / 5 * 16 / 24)


def test_an_axis_of_hours_begins_at_midnight_utc():
    axis = hour_axis(date(2013, 7, 1), 2)
    assert axis.starts == (datetime(2013, 7, 1, 0), datetime(2013, 7, 1, 1))
    assert axis.seconds().tolist() == [3600.0, 3600.0]
    with pytest.raises(InvalidInput):
        hour_axis(date(2013, 7, 1), 0)


@pytest.mark.parametrize(
    "profile",
    [ClassProfile(hour=(1.0,) * 24), ClassProfile(month=(1.0,)), ClassProfile(weekday=(-1.0, 2.0, 0, 0, 0, 0, 0))],
)
def test_a_profile_that_does_not_add_to_one_is_refused(profile):
    with pytest.raises(InvalidInput):
        time_shares(profile, month_axis(2013))


def test_vertical_profiles_add_to_one_and_know_every_class():
    sums = vertical_profiles().group_by("temporal_class").agg(pl.col("share").sum())
    assert sums["share"].to_list() == pytest.approx([1.0] * len(sums), abs=1e-9)
    assert set(sums["temporal_class"]) == set(CLASSES)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(1, 2000), min_size=1, max_size=8, unique=True), st.sampled_from(CLASSES))
def test_layers_and_what_is_above_them_add_to_one(tops, name):
    inside, above = layer_shares(name, sorted(tops))
    assert inside.sum() + above == pytest.approx(1.0, abs=1e-9)
    assert (inside >= 0).all()


def test_half_a_profile_layer_takes_half_of_its_mass():
    inside, above = layer_shares("industry", [20.0, 56.0, 92.0])
    assert inside == pytest.approx([0.06, 0.08, 0.08])
    assert above == pytest.approx(0.78)


def test_without_layers_or_without_a_profile_everything_is_at_the_bottom():
    assert layer_shares("industry", ()) == (pytest.approx([1.0]), 0.0)
    assert layer_shares(None, [10.0, 20.0])[0].tolist() == [1.0, 0.0]
    with pytest.raises(InvalidInput):
        layer_shares("industry", [20.0, 10.0])


MASS = np.array([[[64.066, 0.0], [46.0055, 92.011], [10.0, 20.0], [6.0, 5.0], [1.0, 1.0], [1.0, 6.0], [3.0, 1.0]]])
NAMES = ("SO2", "NOx", "PM10", "PM25", "BC", "OC", "VOCs")


@pytest.fixture(scope="module")
def split():
    return speciate(NAMES, MASS, ("industry",), speciation_table("cmaq"))


def test_gases_become_moles_and_particles_grams(split):
    of = dict(zip(split.species, zip(split.units, split.amounts[0], strict=True), strict=True))
    assert of["SO2"][0] == "mol"
    assert of["SO2"][1] == pytest.approx([1e6, 0])
    assert of["NO"][1] == pytest.approx([0.9e6, 1.8e6])
    assert of["PMC"][0] == "g"
    assert of["PMC"][1] == pytest.approx([4e6, 15e6])
    assert of["PMOTHR"][1] == pytest.approx([4e6, 0.0])


def test_an_unmapped_species_is_in_the_ledger_with_its_mass(split):
    lost = split.ledger.filter(pl.col("pollutant") == "VOCs").row(0, named=True)
    assert (lost["incoming"], lost["outgoing"], lost["dropped"]) == (4.0, 0.0, 4.0)
    assert "机理" in lost["reason_zh"]


def test_parts_above_the_whole_are_in_the_ledger_and_it_balances(split):
    short = split.ledger.filter((pl.col("pollutant") == "PM25_other") & pl.col("reason_zh").is_not_null()).row(
        0, named=True
    )
    assert (short["incoming"], short["outgoing"], short["dropped"]) == (2.0, 4.0, -2.0)
    assert split.ledger["within_tolerance"].all()


def table(*rows):
    return pl.DataFrame(rows, schema=["temporal_class", "pollutant", "species", "share", "molar_mass"], orient="row")


def test_a_class_has_its_own_rows_before_those_for_all_and_the_missing_share_is_dropped():
    shares = table(("*", "VOCs", "PAR", 1.0, 14.0), ("mobile", "VOCs", "PAR", 0.75, 14.0))
    made = speciate(("VOCs",), np.ones((2, 1, 1)), ("mobile", "industry"), shares)
    assert made.amounts.ravel() == pytest.approx([0.75e6 / 14, 1e6 / 14])
    assert made.ledger.filter(pl.col("sector") == "mobile")["dropped"].to_list() == [0.0, 0.25]


@pytest.mark.parametrize(
    "shares",
    [
        table(("*", "VOCs", "PAR", 0.7, 14.0), ("*", "VOCs", "OLE", 0.4, 27.0)),
        table(("*", "VOCs", "PAR", 0.5, 14.0), ("*", "OC", "PAR", 0.4, None)),
    ],
)
def test_an_unsound_table_is_refused(shares):
    with pytest.raises(InvalidInput):
        speciate(("VOCs",), np.ones((1, 1, 1)), ("mobile",), shares)


@pytest.mark.parametrize("mechanism", ["wrfchem", "cmaq"])
def test_the_shipped_shares_add_to_one_for_every_pollutant(mechanism):
    sums = speciation_table(mechanism).group_by("temporal_class", "pollutant").agg(pl.col("share").sum())
    assert sums["share"].to_list() == pytest.approx([1.0] * len(sums), abs=1e-12)
