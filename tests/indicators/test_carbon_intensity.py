"""CO2 per GDP and per capita: golden figures, missing years, side-by-side boundaries and vintages."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.tables import TABLES
from cocontrol.indicators.carbon_intensity import co2_per_capita, co2_per_gdp
from cocontrol.indicators.table import INDICATOR

HENAN = "410000"


def emission(*rows: tuple[str, str, float | None], period: str = "2013") -> pl.DataFrame:
    """Rows of (category, fuel, CO2)."""
    return pl.DataFrame(
        [
            {
                "adcode": HENAN,
                "period": period,
                "category": category,
                "fuel": fuel,
                "amount": 1.0,
                "unit": "TJ",
                "coefficient_id": f"{category}/{fuel}",
                "CO2": co2,
            }
            for category, fuel, co2 in rows
        ],
        schema_overrides={"CO2": pl.Float64},
    )


def lineage(**statuses: str) -> pl.DataFrame:
    return pl.DataFrame(
        [{"coefficient_id": key.replace("__", "/"), "pollutant": "CO2", "status": s} for key, s in statuses.items()],
        schema=dict.fromkeys(("coefficient_id", "pollutant", "status"), pl.String),
    )


def statistics(*rows: tuple[int, str, float | None, str, str, str]) -> pl.DataFrame:
    """Rows of (year, indicator, value, unit, price basis, vintage)."""
    return pl.DataFrame(
        [
            {
                "adcode": HENAN,
                "year": year,
                "indicator": indicator,
                "value": value,
                "unit": unit,
                "price_basis": basis,
                "vintage": vintage,
                "source": "made for this test",
                "origin": f"statistics.csv!A{number}",
            }
            for number, (year, indicator, value, unit, basis, vintage) in enumerate(rows, start=2)
        ],
        schema_overrides={"value": pl.Float64},
    )


GDP = ((2013, "gdp", 30000.0, "亿元", "current", "earlier"), (2013, "gdp", 25000.0, "亿元", "current", "later"))


def pick(table: pl.DataFrame, **wanted: str) -> dict[str, object]:
    found = table.filter(**wanted)
    assert found.height == 1, found
    return found.to_dicts()[0]


def test_co2_per_gdp_is_tonnes_per_ten_thousand_yuan_for_each_vintage() -> None:
    # 600 Mt over 30 000 × 10^8 yuan = 3 × 10^8 times 10^4 yuan: 2.0 t; over 25 000: 2.4 t
    table = co2_per_gdp(
        emission(("1A1ai", "raw_coal", 4e8), ("1A2", "diesel", 2e8)),
        lineage(),
        statistics(*GDP),
        adcode=HENAN,
        years=[2013],
    )
    assert pick(table, boundary="direct", variant="current_earlier")["value"] == pytest.approx(2.0, rel=1e-12)
    assert pick(table, boundary="direct", variant="current_later")["value"] == pytest.approx(2.4, rel=1e-12)
    assert set(table["unit"]) == {"t/10^4 yuan"}


def test_co2_per_capita_divides_by_residents() -> None:
    people = (2013, "population", 10000.0, "万人", "none", "single")
    table = co2_per_capita(emission(("1A2", "coke", 5e8)), lineage(), statistics(people), adcode=HENAN, years=[2013])
    assert pick(table, boundary="direct", variant="single")["value"] == pytest.approx(5.0, rel=1e-12)


def test_a_year_without_inventory_has_no_value_and_says_so() -> None:
    later = (2014, "gdp", 31000.0, "亿元", "current", "earlier")
    table = co2_per_gdp(
        emission(("1A2", "coke", 5e8)), lineage(), statistics(*GDP, later), adcode=HENAN, years=[2013, 2014]
    )
    row = pick(table, boundary="direct", variant="current_earlier", period="2014")
    assert row["value"] is None
    assert "2014" in str(row["note_en"])
    assert "2014" in str(row["note_zh"])


def test_a_year_without_gdp_has_no_value_and_says_so() -> None:
    table = co2_per_gdp(
        pl.concat([emission(("1A2", "coke", 5e8)), emission(("1A2", "coke", 5e8), period="2014")]),
        lineage(),
        statistics(*GDP),
        adcode=HENAN,
        years=[2013, 2014],
    )
    row = pick(table, boundary="direct", variant="current_earlier", period="2014")
    assert row["value"] is None
    assert row["note_en"] == "no GDP for 2014"


def test_constant_prices_are_empty_with_a_reason_where_none_are_known() -> None:
    table = co2_per_gdp(emission(("1A2", "coke", 5e8)), lineage(), statistics(*GDP), adcode=HENAN, years=[2013])
    row = pick(table, boundary="direct", variant="constant")
    assert row["value"] is None
    assert "deflator" in str(row["note_en"])


def test_constant_prices_are_used_where_they_are_known() -> None:
    constant = (2013, "gdp", 20000.0, "亿元", "constant", "prices_2010")
    table = co2_per_gdp(
        emission(("1A2", "coke", 5e8)), lineage(), statistics(*GDP, constant), adcode=HENAN, years=[2013]
    )
    assert pick(table, boundary="direct", variant="constant_prices_2010")["value"] == pytest.approx(2.5)
    assert table.filter(variant="constant").is_empty()


def test_rows_not_estimated_are_left_out_and_named() -> None:
    table = co2_per_gdp(
        emission(("1A2", "coke", 6e8), ("1A2", "other_energy", None)),
        lineage(),
        statistics(*GDP),
        adcode=HENAN,
        years=[2013],
    )
    row = pick(table, boundary="direct", variant="current_earlier")
    assert row["value"] == pytest.approx(2.0)
    assert "其他能源" in str(row["note_zh"])
    inputs = json.loads(str(row["inputs"]))
    assert inputs[0]["not_estimated"] == [{"amount": 1.0, "category": "1A2", "fuel": "other_energy", "unit": "TJ"}]


def test_an_inventory_without_any_value_gives_none() -> None:
    table = co2_per_gdp(
        emission(("1A2", "other_energy", None)), lineage(), statistics(*GDP), adcode=HENAN, years=[2013]
    )
    assert pick(table, boundary="direct", variant="current_earlier")["value"] is None


def test_one_recalled_factor_makes_the_indicator_recalled() -> None:
    table = co2_per_gdp(
        emission(("a", "x", 1e8), ("b", "y", 1e8)),
        lineage(a__x="verified", b__y="recalled"),
        statistics(*GDP),
        adcode=HENAN,
        years=[2013],
    )
    assert pick(table, boundary="direct", variant="current_earlier")["status"] == "recalled"


def test_without_an_electricity_table_the_second_boundary_is_empty_with_a_reason() -> None:
    table = co2_per_gdp(emission(("1A2", "coke", 5e8)), lineage(), statistics(*GDP), adcode=HENAN, years=[2013])
    row = pick(table, boundary="direct_plus_electricity", variant="current_earlier")
    assert row["value"] is None
    assert "purchased electricity" in str(row["note_en"])


def electricity(*rows: tuple[str, str, float | None, str | None]) -> pl.DataFrame:
    """Rows of (basis, kind, CO2, status)."""
    return pl.DataFrame(
        [
            {
                "adcode": HENAN,
                "period": "2013",
                "basis": basis,
                "kind": kind,
                "amount": 1.0,
                "unit": "MWh",
                "CO2": co2,
                "factor_id": f"grid:{kind}",
                "status": status,
                "reason_zh": None if co2 is not None else "没有因子",
                "reason_en": None if co2 is not None else "no factor of that kind",
                "origin": "b.csv!A9",
            }
            for basis, kind, co2, status in rows
        ],
        schema_overrides={"CO2": pl.Float64, "status": pl.String, "reason_zh": pl.String, "reason_en": pl.String},
    )


def with_electricity(*rows: tuple[str, str, float | None, str | None]) -> pl.DataFrame:
    return co2_per_gdp(
        emission(("1A2", "coke", 6e8)),
        lineage(),
        statistics(*GDP),
        adcode=HENAN,
        years=[2013],
        electricity=electricity(*rows),
    )


def test_each_kind_of_grid_factor_is_its_own_boundary_and_none_is_added_to_another() -> None:
    table = with_electricity(("net_import", "average", 3e7, "verified"), ("net_import", "legacy", 6e7, "recalled"))
    average = pick(table, boundary="direct_plus_electricity:average", variant="current_earlier")
    legacy = pick(table, boundary="direct_plus_electricity:legacy", variant="current_earlier")
    assert average["value"] == pytest.approx(2.1)
    assert legacy["value"] == pytest.approx(2.2)
    assert legacy["status"] == "recalled"
    assert pick(table, boundary="direct", variant="current_earlier")["value"] == pytest.approx(2.0)


def test_electricity_of_the_regions_own_plants_is_not_counted_twice() -> None:
    table = with_electricity(("consumption", "average", 9e8, "verified"), ("net_import", "average", 3e7, "verified"))
    row = pick(table, boundary="direct_plus_electricity:average", variant="current_earlier")
    assert row["value"] == pytest.approx(2.1)


def test_a_kind_without_a_factor_has_no_value_and_gives_its_reason() -> None:
    table = with_electricity(("net_import", "average", None, None))
    row = pick(table, boundary="direct_plus_electricity:average", variant="current_earlier")
    assert row["value"] is None
    assert "no factor of that kind" in str(row["note_en"])


def test_inputs_name_the_source_cell_of_every_part() -> None:
    table = co2_per_gdp(emission(("1A2", "coke", 5e8)), lineage(), statistics(*GDP), adcode=HENAN, years=[2013])
    inputs = json.loads(str(pick(table, boundary="direct", variant="current_later")["inputs"]))
    assert [part["role"] for part in inputs] == ["emission", "gdp"]
    assert inputs[0]["cell"] == "CO2@adcode=410000,period=2013"
    assert inputs[1]["origin"] == "statistics.csv!A3"
    assert inputs[1]["vintage"] == "later"


def test_another_region_does_not_enter() -> None:
    other = emission(("1A2", "coke", 9e8)).with_columns(adcode=pl.lit("430000"))
    table = co2_per_gdp(
        pl.concat([emission(("1A2", "coke", 6e8)), other]), lineage(), statistics(*GDP), adcode=HENAN, years=[2013]
    )
    assert pick(table, boundary="direct", variant="current_earlier")["value"] == pytest.approx(2.0)


def test_a_zero_denominator_is_missing_not_infinite() -> None:
    zero = (2013, "gdp", 0.0, "亿元", "current", "earlier")
    table = co2_per_gdp(emission(("1A2", "coke", 6e8)), lineage(), statistics(zero), adcode=HENAN, years=[2013])
    row = pick(table, boundary="direct", variant="current_earlier")
    assert row["value"] is None
    assert "zero" in str(row["note_en"])


def test_the_table_is_the_declared_one() -> None:
    table = co2_per_gdp(emission(("1A2", "coke", 6e8)), lineage(), statistics(*GDP), adcode=HENAN, years=[2013])
    assert tuple(table.columns) == INDICATOR.column_names == TABLES.get("indicator").column_names
    assert table.select(INDICATOR.key).is_unique().all()


@settings(max_examples=30, deadline=None)
@given(
    co2=st.floats(1e3, 1e10),
    gdp=st.floats(1.0, 1e6),
    scale=st.floats(0.1, 10.0),
)
def test_intensity_is_linear_in_co2_and_inverse_in_gdp(co2: float, gdp: float, scale: float) -> None:
    def value(total: float, output: float) -> float:
        table = co2_per_gdp(
            emission(("1A2", "coke", total)),
            lineage(),
            statistics((2013, "gdp", output, "亿元", "current", "earlier")),
            adcode=HENAN,
            years=[2013],
        )
        return float(str(pick(table, boundary="direct", variant="current_earlier")["value"]))

    assert value(co2 * scale, gdp) == pytest.approx(value(co2, gdp) * scale, rel=1e-9)
    assert value(co2, gdp * scale) == pytest.approx(value(co2, gdp) / scale, rel=1e-9)
