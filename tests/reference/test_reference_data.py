"""The reference files themselves: complete, parsable, unique, without overlaps."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from cocontrol.core.provenance import Status
from cocontrol.core.units import registry, spelling
from cocontrol.reference import parameter_version
from cocontrol.reference._data import data_files, read_text_table
from cocontrol.reference.errata import DECISIONS, errata, errata_of
from cocontrol.reference.factors import CRITERIA, FLAGS, factor_by_id, factor_table
from cocontrol.reference.fuels import PARAMETERS, fuel_aliases, fuel_proxies, fuels
from cocontrol.reference.profiles import list_profiles


def test_every_factor_has_its_own_identifier() -> None:
    duplicated = factor_table().filter(pl.col("factor_id").is_duplicated())["factor_id"].to_list()
    assert duplicated == []


@pytest.mark.parametrize(
    "column", ["factor_id", "topic", "profile", "unit", "document", "clause", "status", "jurisdiction"]
)
def test_every_factor_says_its(column: str) -> None:
    assert factor_table().filter(pl.col(column).is_null())["factor_id"].to_list() == []


def test_status_is_verified_or_recalled_and_never_the_users_own() -> None:
    assert set(factor_table()["status"]) == {Status.VERIFIED, Status.RECALLED}


def test_a_factor_without_a_value_says_why() -> None:
    silent = factor_table().filter(pl.col("value").is_null() & pl.col("flag").is_null())
    assert silent["factor_id"].to_list() == []


def test_a_flag_is_one_of_the_known_flags() -> None:
    assert set(factor_table()["flag"].drop_nulls()) == set(FLAGS)


def test_a_printed_zero_is_never_a_value() -> None:
    zeros = factor_table().filter(pl.col("flag") == "printed_zero")
    assert len(zeros) == 100
    assert zeros["value"].null_count() == len(zeros)


def test_every_unit_is_known_to_the_unit_registry() -> None:
    for unit in factor_table()["unit"].unique():
        quantity = registry().Quantity(1.0, "dimensionless") * registry().parse_expression(spelling(unit))
        assert float(quantity.to_base_units().magnitude) > 0, unit


def test_the_unit_of_an_emission_factor_names_its_pollutant() -> None:
    rows = factor_table().filter(
        pl.col("topic").is_in(["air", "combustion", "electricity"])
        & (pl.col("parameter") == "emission_factor")
        & pl.col("pollutant").is_in(
            ["CO2", "CH4", "N2O", "SO2", "NOx", "PM10", "PM25", "BC", "OC", "CO", "VOCs", "NH3", "Hg"]
        )
    )
    assert len(rows) > 2000
    wrong = [row["factor_id"] for row in rows.iter_rows(named=True) if f"*{row['pollutant']}" not in row["unit"]]
    assert wrong == []


def test_limits_enclose_the_value() -> None:
    outside = factor_table().filter(
        (pl.col("lower") > pl.col("value") + 1e-9) | (pl.col("upper") < pl.col("value") - 1e-9)
    )
    assert outside["factor_id"].to_list() == []


def test_spans_of_the_same_question_do_not_overlap() -> None:
    key = ["topic", "profile", "jurisdiction", *(name for name in CRITERIA if name not in {"topic", "data_year"})]
    dated = factor_table().filter(pl.col("effective_from").is_not_null() & (pl.col("topic") != "air"))
    for group in dated.partition_by(key):
        spans = group.sort("effective_from").select("effective_from", "effective_to", "factor_id").rows()
        for earlier, later in pairwise(spans):
            assert earlier[1] is not None, (earlier[2], later[2])
            assert earlier[1] < later[0], (earlier[2], later[2])


def test_rates_and_shares_lie_between_zero_and_one() -> None:
    shares = factor_table().filter(
        pl.col("parameter").is_in(
            [
                "oxidation_factor",
                "removal",
                "capture",
                "sulphur_retention",
                "ash_retention",
                "particle_fraction",
                "share_of_pm25",
            ]
        )
        & pl.col("value").is_not_null()
        & (pl.col("unit") == "1")
    )
    assert len(shares) > 300
    assert shares.filter(~pl.col("value").is_between(0, 1))["factor_id"].to_list() == []


def test_every_factor_can_be_found_by_its_identifier() -> None:
    rows = factor_table().filter(pl.col("value").is_not_null())
    for factor_id, value in rows.select("factor_id", "value").iter_rows():
        assert factor_by_id(factor_id).value == value


def test_every_fuel_a_factor_names_is_a_declared_fuel() -> None:
    named = set(factor_table()["fuel_code"].drop_nulls())
    assert named - set(fuels()["fuel_code"]) == set()


def test_aliases_and_proxies_point_to_declared_fuels() -> None:
    codes = set(fuels()["fuel_code"])
    assert set(fuel_aliases()["fuel_code"]) <= codes
    assert set(fuel_proxies()["fuel_code"]) | set(fuel_proxies()["proxy_fuel_code"]) <= codes
    assert set(fuel_proxies()["parameter"]) <= {*PARAMETERS, "combustion"}


def test_keys_are_unique() -> None:
    keys = {
        "fuels.csv": ["fuel_code"],
        "fuel_aliases.csv": ["system", "alias"],
        "fuel_proxies.csv": ["profile", "fuel_code", "parameter"],
        "source_categories.csv": ["category"],
        "regions.csv": ["adcode"],
        "industries.csv": ["industry_code"],
        "profiles.csv": ["profile_id"],
        "errata.csv": ["erratum_id"],
        "control_technologies.csv": ["technology"],
    }
    for file, key in keys.items():
        assert not read_text_table(file).select(key).is_duplicated().any(), file


def test_a_profile_names_a_gwp_set_and_a_fuel_family_that_exist() -> None:
    families = set(factor_table()["profile"])
    for profile in list_profiles():
        assert profile.fuel_family in families
        assert profile.gwp_set in families


def test_no_file_is_too_large_to_read_in_a_review() -> None:
    for name in data_files():
        assert len(read_text_table(name).write_csv()) < 1_500_000, name


def test_the_parameter_version_is_a_digest_of_the_files() -> None:
    assert len(parameter_version()) == 64
    assert parameter_version() == parameter_version()


def test_an_erratum_has_a_decision_a_reason_and_a_source() -> None:
    table = errata()
    assert set(table["decision"]) <= set(DECISIONS)
    for column in ("place", "reason_zh", "reason_en", "source", "status"):
        assert table[column].null_count() == 0, column


def test_an_erratum_names_factors_that_exist() -> None:
    known = set(factor_table()["factor_id"])
    for row in errata().iter_rows(named=True):
        for entry in (row["factor_ids"] or "").split():
            assert entry in known or any(name.startswith(entry.removesuffix("*")) for name in known), entry


def test_every_suspect_or_zero_row_has_an_erratum() -> None:
    flagged = factor_table().filter(pl.col("flag").is_in(["suspect", "printed_zero"]))["factor_id"]
    assert [name for name in flagged if errata_of(name).is_empty()] == []
