"""Methane of manure: the box model of a store, the digester, herds."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.agriculture.manure import (
    decay_fraction,
    digester_conversion_factor,
    manure_methane,
    methane_conversion_factor,
)

YEAR = [0.0, 2.0, 7.0, 14.0, 20.0, 25.0, 27.0, 26.0, 21.0, 15.0, 8.0, 2.0]
"""Monthly temperatures of a place like the North China Plain."""


def test_the_decay_fraction_is_one_at_the_reference_temperature() -> None:
    assert decay_fraction(308.16 - 273.15) == pytest.approx(1.0)
    assert decay_fraction(50.0) == 1.0
    assert decay_fraction(10.0) == pytest.approx(math.exp(19347 * (283.15 - 308.16) / (1.987 * 283.15 * 308.16)))


def test_a_store_that_is_emptied_clean_every_month_converts_one_month_only() -> None:
    found = methane_conversion_factor([20.0] * 12, range(1, 13), emptied_share=1.0)
    assert found == pytest.approx(decay_fraction(20.0))


def test_a_store_that_is_never_emptied_converges_to_all_of_it() -> None:
    assert methane_conversion_factor([20.0] * 12, [], years=40) == pytest.approx(1.0)


def test_constant_temperature_by_hand() -> None:
    """Emptied clean in January: month m holds what is left of m loads, a geometric sum."""
    kept = 1 - decay_fraction(15.0)
    left_in_december = sum(kept**month for month in range(1, 13))
    found = methane_conversion_factor([15.0] * 12, [1], emptied_share=1.0)
    assert found == pytest.approx(1 - left_in_december / 12)


@given(warmer=st.floats(0, 8), emptied=st.sets(st.integers(1, 12), max_size=6), share=st.floats(0.5, 1))
def test_warmer_or_fuller_stores_never_convert_less(warmer: float, emptied: set[int], share: float) -> None:
    base = methane_conversion_factor(YEAR, emptied, emptied_share=share, years=10)
    warm = methane_conversion_factor([month + warmer for month in YEAR], emptied, emptied_share=share, years=10)
    fuller = methane_conversion_factor(YEAR, sorted(emptied)[1:], emptied_share=share, years=10)
    assert 0 < base <= 1 + 1e-9
    assert warm >= base - 1e-9 or not emptied
    assert fuller >= base - 1e-9


@pytest.mark.parametrize(
    ("months", "emptied", "share"), [([1.0] * 11, [1], 0.9), ([1.0] * 12, [13], 0.9), ([1.0] * 12, [1], 1.1)]
)
def test_what_is_no_store_is_a_fault(months: list[float], emptied: list[int], share: float) -> None:
    with pytest.raises(InvalidInput):
        methane_conversion_factor(months, emptied, emptied_share=share)


def test_digester_by_hand() -> None:
    found = digester_conversion_factor(b0=0.24, produced=0.16, used_or_flared=0.15, storage_mcf=0.2)
    assert found == pytest.approx((0.16 - 0.15 + 0.2 * 0.08) / 0.24)
    with pytest.raises(InvalidInput):
        digester_conversion_factor(b0=0.24, produced=0.3, used_or_flared=0.1, storage_mcf=0.2)


def herds() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "herd_id": ["dairy", "pigs"],
            "heads": [1000.0, 50_000.0],
            "volatile_solids_kg_per_day": [3.5, 0.3],
            "b0_m3_per_kg": [0.24, 0.29],
        }
    )


def systems() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "herd_id": ["dairy", "dairy", "pigs"],
            "system": ["lagoon", "solid", "lagoon"],
            "share": [0.25, 0.75, 1.0],
            "mcf": [0.74, 0.04, 0.74],
        }
    )


def test_herds_by_hand() -> None:
    dairy = manure_methane(herds(), systems()).row(0, named=True)
    assert dairy["weighted_mcf"] == pytest.approx(0.215)
    assert dairy["ef_kg_per_head"] == pytest.approx(3.5 * 365 * 0.24 * 0.67 * 0.215)
    assert dairy["methane_t"] == pytest.approx(dairy["ef_kg_per_head"])


def test_a_missing_mcf_is_missing_and_shares_must_close() -> None:
    blank = systems().with_columns(mcf=pl.when(pl.col("system") != "solid").then("mcf"))
    assert manure_methane(herds(), blank)["methane_t"].is_null().to_list() == [True, False]
    with pytest.raises(InvalidInput, match="之和不是 1"):
        manure_methane(herds(), systems().with_columns(share=pl.lit(0.4)))
    with pytest.raises(InvalidInput, match="对不上"):
        manure_methane(herds().head(1), systems())
