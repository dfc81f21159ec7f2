"""Energy per GDP and per capita from the printed totals of a balance."""

from __future__ import annotations

import json

import polars as pl
import pytest

from cocontrol.core.errors import Ambiguous
from cocontrol.indicators.energy_intensity import BALANCE_TOTALS, energy_per_capita, energy_per_gdp
from tests.indicators.test_carbon_intensity import HENAN, pick, statistics

BALANCE = pl.DataFrame(
    {
        "adcode": [HENAN] * 3,
        "year": [2013] * 3,
        "fuel": ["total_energy", "total_energy", "raw_coal"],
        "process": ["total_supply", "total_consumption", "total_consumption"],
        "amount": [200.0, 150.0, 90.0],
        "unit": ["Mtce"] * 3,
        "origin": ["b.csv!A2", "b.csv!A3", "b.csv!A4"],
    }
)
STATISTICS = statistics(
    (2013, "gdp", 25000.0, "亿元", "current", "later"),
    (2014, "gdp", 26000.0, "亿元", "current", "later"),
    (2013, "population", 10000.0, "万人", "none", "single"),
)


def test_energy_per_gdp_gives_both_boundaries_side_by_side() -> None:
    table = energy_per_gdp(BALANCE, STATISTICS, adcode=HENAN, years=[2013])
    # 200 Mtce / (25 000 × 10^4 × 10^4 yuan) = 0.8 tce per 10^4 yuan
    assert pick(table, boundary="primary_supply", variant="current_later")["value"] == pytest.approx(0.8)
    assert pick(table, boundary="final_consumption", variant="current_later")["value"] == pytest.approx(0.6)
    assert set(table["unit"]) == {"tce/10^4 yuan"}


def test_energy_per_capita_is_tce_per_person() -> None:
    table = energy_per_capita(BALANCE, STATISTICS, adcode=HENAN, years=[2013])
    assert pick(table, boundary="primary_supply")["value"] == pytest.approx(2.0)


def test_a_year_without_balance_is_empty_with_a_reason() -> None:
    table = energy_per_gdp(BALANCE, STATISTICS, adcode=HENAN, years=[2014])
    row = pick(table, boundary="primary_supply", variant="current_later")
    assert row["value"] is None
    assert "no energy balance for 2014" in str(row["note_en"])


def test_the_printed_total_is_said_to_be_printed_and_its_cell_is_named() -> None:
    row = pick(
        energy_per_gdp(BALANCE, STATISTICS, adcode=HENAN, years=[2013]),
        boundary="final_consumption",
        variant="current_later",
    )
    assert "printed total" in str(row["note_en"])
    assert json.loads(str(row["inputs"]))[0]["origin"] == "b.csv!A3"


def test_a_total_that_stands_twice_is_refused() -> None:
    with pytest.raises(Ambiguous, match="total_supply"):
        energy_per_gdp(
            pl.concat([BALANCE, BALANCE]), STATISTICS, adcode=HENAN, years=[2013], quantities=BALANCE_TOTALS[1:]
        )
