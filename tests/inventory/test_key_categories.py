"""Key categories: the tables of the Guidelines, both Approaches, several metrics."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.key_categories import in_equivalents, joint_key_categories, key_categories
from tests.inventory.golden_cases import finland, golden


def level_table() -> pl.DataFrame:
    return golden("ipcc_2006_v1ch4_table4_5_level_finland").rename({"year_t_GgCO2e": "year_t"})


def trend_table() -> pl.DataFrame:
    table = golden("ipcc_2006_v1ch4_table4_6_trend_finland")
    return table.rename({"base_year_GgCO2e": "base_t", "year_t_GgCO2e": "year_t"})


def test_table_4_5_level() -> None:
    found, printed = key_categories(level_table()).sort("row"), level_table()
    assert found["is_key_level"].sum() == 25
    assert (found["level"] - printed["level_L_printed"]).abs().to_numpy().max() < 6e-4
    assert (found["level_cumulative"] - printed["cumulative_printed"]).abs().to_numpy().max() < 6e-4
    assert found["trend"].null_count() == found.height


def test_table_4_6_trend() -> None:
    found, printed = key_categories(trend_table()).sort("row"), trend_table()
    assert found["trend"].sum() == pytest.approx(0.5313, abs=5e-5)
    assert (found["trend"] - printed["trend_T_printed"]).abs().to_numpy().max() < 6e-4
    assert (found["trend_share"] - printed["share_printed"]).abs().to_numpy().max() < 6e-4
    assert found["trend_cumulative"][23] == pytest.approx(printed["cumulative_printed"][23], abs=6e-4)
    assert found["is_key_trend"].sum() == 24


def test_the_row_that_crosses_the_threshold_is_key() -> None:
    rows = pl.DataFrame({"category": list("abc"), "gas": ["CO2"] * 3, "base_t": [1.0] * 3, "year_t": [90.0, 6.0, 4.0]})
    assert key_categories(rows)["is_key_level"].to_list() == [True, True, False]
    assert key_categories(rows, threshold=1.0)["is_key_level"].to_list() == [True, True, True]


def test_a_new_category_counts_in_the_trend_with_its_level() -> None:
    rows = pl.DataFrame({"category": ["old", "new"], "gas": ["CO2"] * 2, "base_t": [50.0, 0.0], "year_t": [50.0, 20.0]})
    found = {row["category"]: row["trend"] for row in key_categories(rows).iter_rows(named=True)}
    assert found["new"] == pytest.approx(20 / 50)
    assert found["old"] == pytest.approx(20 / 50)


def test_approach_2_weighs_with_the_combined_uncertainty() -> None:
    found = key_categories(finland(), approach=2)
    plain = key_categories(finland())
    soils = found.filter(pl.col("row") == 90)
    combined = 227.0
    weights = (
        finland()["year_t"].abs() * (finland()["ad_uncertainty_pct"] ** 2 + finland()["ef_uncertainty_pct"] ** 2).sqrt()
    )
    assert soils["level_share"].item() == pytest.approx(2608 * combined / weights.sum())
    assert soils["level_rank"].item() == 2
    assert plain.filter(pl.col("row") == 90)["level_rank"].item() > 5


def test_approach_2_without_an_uncertainty_names_the_row() -> None:
    rows = finland().with_columns(ef_uncertainty_pct=pl.when(pl.col("row") != 3).then("ef_uncertainty_pct"))
    with pytest.raises(InvalidInput, match="第 3 行") as caught:
        key_categories(rows, approach=2)
    assert len(caught.value.faults) == 1


def test_metrics_are_judged_alone_and_then_joined() -> None:
    rows = pl.DataFrame(
        {
            "category": ["power", "power", "power", "cement", "straw"],
            "gas": ["CO2", "SO2", "NOx", "CO2", "SO2"],
            "base_t": [900.0, 5.0, 6.0, 100.0, 1.0],
            "year_t": [950.0, 4.0, 7.0, 50.0, 9.0],
        }
    )
    air = in_equivalents(rows, {"SO2": 1 / 0.95, "NOx": 1 / 0.95}, metric="pollution equivalents")
    climate = in_equivalents(rows, {"CO2": 1.0}, metric="CO2e")
    joint = joint_key_categories(key_categories(pl.concat([climate, air])))
    assert joint["category"].to_list()[0] == "power"
    first = joint.row(0, named=True)
    assert (first["metric_count"], first["is_key_in_all"]) == (2, True)
    assert first["level_share_CO2e"] == pytest.approx(0.95)
    assert first["level_share_pollution equivalents"] == pytest.approx(11 / 20)
    assert "CO2 level" in first["key_for"]
    straw = joint.filter(pl.col("category") == "straw").row(0, named=True)
    assert (straw["metric_count"], straw["level_share_CO2e"]) == (1, None)


def test_a_weight_for_a_gas_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(InvalidInput, match="没有这种气体"):
        in_equivalents(level_table(), {"SOX": 1.0}, metric="x")


@given(
    years=st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=12),
    scale=st.floats(1e-3, 1e3),
)
def test_shares_sum_to_one_and_units_do_not_matter(years: list[tuple[float, float]], scale: float) -> None:
    rows = pl.DataFrame(
        {
            "category": [str(place) for place in range(len(years))],
            "base_t": [round(base, 3) for base, _ in years],
            "year_t": [round(year, 3) for _, year in years],
        }
    )
    found = key_categories(rows).sort("row")
    scaled = key_categories(rows.with_columns(pl.col("base_t", "year_t") * scale)).sort("row")
    if rows["year_t"].abs().sum() > 0:
        assert found["level_share"].sum() == pytest.approx(1)
        assert scaled["level_share"].to_list() == pytest.approx(found["level_share"].to_list(), rel=1e-9)
    else:
        assert found["level_share"].null_count() == found.height
