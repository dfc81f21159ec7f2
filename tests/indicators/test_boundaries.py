"""CO2 under every boundary, GDP at constant prices, shares, and what a plan leaves open."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.indicators.boundaries import co2_boundaries
from cocontrol.indicators.catalogue import BOUNDARIES
from cocontrol.indicators.choices import BOUNDARY_CHOICES, CHOICES, METRIC_BOUNDARIES, choices_of, left_open
from cocontrol.indicators.levels import co2_emission, energy_levels
from cocontrol.indicators.prices import gdp_series
from tests.indicators.test_carbon_intensity import HENAN, emission, lineage, statistics

ROWS = emission(
    ("1A1ai", "raw_coal", 400.0), ("1A3-P", "kerosene", 30.0), ("1A3-P", "diesel", 50.0), ("2A1", "clinker", 20.0)
)

REFERENCE = pl.DataFrame(
    {
        "adcode": [HENAN, HENAN],
        "period": ["2013", "2013"],
        "fuel": ["raw_coal", "diesel"],
        "non_energy_tj": [2.0, 0.0],
        "factor": [90.0, 70.0],
        "CO2_reference": [350.0, 60.0],
        "status": ["verified", "recalled"],
    }
)

POWER = pl.DataFrame(
    {
        "adcode": [HENAN],
        "period": ["2013"],
        "basis": ["net_import"],
        "kind": ["average"],
        "CO2": [25.0],
        "amount": [1.0],
        "unit": ["TJ"],
        "factor_id": ["g"],
        "status": ["verified"],
        "reason_zh": [None],
        "reason_en": [None],
        "origin": ["a"],
    }
)


def test_each_boundary_counts_what_it_says() -> None:
    series = co2_boundaries(ROWS, lineage(), adcode=HENAN, electricity=POWER, reference=REFERENCE)
    found = {name: by_year[2013].value for name, by_year in series.items()}
    assert found == {
        "direct": 500.0,
        "direct_plus_electricity:average": 525.0,
        "energy_only": 480.0,
        "direct_without_aviation": 470.0,
        "direct_plus_feedstock": 680.0,
        "apparent_consumption": 410.0,
        "apparent_plus_electricity:average": 435.0,
    }
    assert any("kerosene" in note.en for note in series["direct_without_aviation"][2013].notes)


def test_removals_of_land_use_change_no_boundary() -> None:
    with_land = pl.concat([ROWS, emission(("3B1a", "forest", -90.0), ("3B2b", "cropland", 5.0))])
    plain, beside = (
        co2_boundaries(rows, lineage(), adcode=HENAN, electricity=POWER, reference=REFERENCE)
        for rows in (ROWS, with_land)
    )
    assert {name: years[2013].value for name, years in beside.items()} == {
        name: years[2013].value for name, years in plain.items()
    }


def test_aviation_whose_co2_is_in_the_balance_leaves_with_the_jet_fuel_of_transport() -> None:
    rows = pl.concat([ROWS, emission(("1A3aii", "jet_kerosene", None))])
    assert co2_boundaries(rows, lineage(), adcode=HENAN)["direct_without_aviation"][2013].value == 470.0


def test_only_rows_that_lack_a_figure_are_gaps_of_a_total() -> None:
    rows = emission(("2A1", "clinker", 1.0), ("2A2", "lime", None), ("1A3c", "diesel", None), ("3A1", "no_fuel", None))
    lines = pl.DataFrame(
        {
            "coefficient_id": ["2A1/clinker", "2A2/lime", "1A3c/diesel", "3A1/no_fuel"],
            "pollutant": ["CO2", "CO2", "CO2", "CH4"],
            "status": ["verified", None, None, "verified"],
            "notation": [None, "NE", "IE", None],
        }
    )
    (entry,) = co2_boundaries(rows, lines, adcode=HENAN)["direct"][2013].inputs
    assert [gap["category"] for gap in entry["not_estimated"]] == ["2A2"]
    assert entry["estimated"] == ["2A1/clinker"]


def test_a_boundary_without_data_is_there_and_says_why() -> None:
    series = co2_boundaries(emission(("1A2", "coke", 1.0)), lineage(), adcode=HENAN)
    for boundary in (
        "direct_plus_electricity",
        "direct_without_aviation",
        "direct_plus_feedstock",
        "apparent_consumption",
    ):
        quantity = series[boundary][2013]
        assert quantity.value is None
        assert quantity.notes


def test_every_boundary_of_a_metric_has_a_name_and_answers_only_questions_that_are_asked() -> None:
    for metric, boundaries in METRIC_BOUNDARIES.items():
        asked = {choice.choice_id for choice in CHOICES[metric]}
        for boundary in boundaries:
            assert boundary in BOUNDARIES
            assert set(BOUNDARY_CHOICES[boundary]) <= asked


def test_a_plan_that_says_nothing_leaves_every_question_open() -> None:
    assert {c.choice_id for c in left_open("co2_per_gdp", "全市单位生产总值二氧化碳排放量比2020年下降20%")} >= {
        "purchased_electricity",
        "aviation",
        "feedstock",
    }
    answered = left_open("co2_per_gdp", "按不变价计算，含电力调入调出")
    assert {"price_basis", "purchased_electricity"}.isdisjoint(c.choice_id for c in answered)
    assert choices_of("direct_plus_electricity:fossil", "constant_later")["grid_factor"] == "fossil"


INDEX = (
    (2019, "gdp", 95.0, "亿元", "current", "later"),
    (2020, "gdp", 100.0, "亿元", "current", "later"),
    (2021, "gdp", 115.0, "亿元", "current", "later"),
    (2020, "gdp_index", 102.0, "%", "none", "single"),
    (2021, "gdp_index", 108.0, "%", "none", "single"),
    (2022, "gdp_index", 103.0, "%", "none", "single"),
)


def test_constant_prices_are_chained_from_the_index() -> None:
    series = gdp_series(statistics(*INDEX), adcode=HENAN)["constant_later"]
    assert series[2019].value == pytest.approx(100 / 1.02)
    assert series[2020].value == pytest.approx(100.0)
    assert series[2022].value == pytest.approx(100 * 1.08 * 1.03)
    assert "2020" in series[2022].notes[0].en


def test_without_an_index_there_is_no_constant_series() -> None:
    assert set(gdp_series(statistics(*INDEX[:3]), adcode=HENAN)) == {"current_later"}


@given(st.floats(90, 115), st.floats(90, 115), st.floats(50, 500))
def test_growth_over_years_does_not_depend_on_the_level_of_the_base(a: float, b: float, base: float) -> None:
    rows = (
        (2020, "gdp", base, "亿元", "current", "x"),
        (2021, "gdp_index", a, "%", "none", "single"),
        (2022, "gdp_index", b, "%", "none", "single"),
    )
    series = gdp_series(statistics(*rows), adcode=HENAN)["constant_x"]
    first, last = series[2020].value, series[2022].value
    assert first is not None
    assert last is not None
    assert last / first == pytest.approx(a * b / 1e4)


def balance(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"adcode": HENAN, "year": 2013, "fuel": f, "process": p, "amount": a, "unit": "Mtce", "origin": "b"}
            for f, p, a in rows
        ]
    )


def test_shares_and_levels_come_from_the_printed_totals() -> None:
    table = energy_levels(
        balance(
            ("total_energy", "total_supply", 200.0),
            ("total_energy", "total_consumption", 150.0),
            ("total_energy", "non_energy_use", 10.0),
            ("total_coal", "total_supply", 160.0),
            ("electricity", "indigenous_production", 3.0),
        ),
        adcode=HENAN,
        years=[2013, 2014],
    )
    known = {(r["indicator_id"], r["boundary"]): r["value"] for r in table.filter(period="2013").to_dicts()}
    assert known["coal_share", "primary_supply"] == pytest.approx(80.0)
    assert known["non_fossil_share", "local_primary_electricity"] == pytest.approx(1.5)
    assert known["coal_consumption", "primary_supply"] == pytest.approx(1.6e8)
    assert known["energy_consumption", "primary_supply_without_feedstock"] == pytest.approx(1.9e8)
    assert table.filter(period="2014")["value"].null_count() == table.filter(period="2014").height


def test_total_co2_is_an_indicator_by_boundary() -> None:
    table = co2_emission(ROWS, lineage(), adcode=HENAN, years=[2013, 2014], reference=REFERENCE)
    assert table.filter(boundary="direct", period="2013")["value"].item() == pytest.approx(500.0)
    assert table.filter(boundary="direct", period="2014")["note_en"].item()
