"""Intervals of a whole inventory: what is known is drawn, what is shared stays shared, nothing is assumed."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.uncertainty.declared import declared_uncertainties
from cocontrol.inventory.uncertainty.distributions import Lognormal, Normal, Product
from cocontrol.inventory.uncertainty.of_inventory import InventoryUncertainty, factor_limits, inventory_uncertainty

METHANE = "IPCC_2006:bituminous:CH4:energy"
OTHER = "IPCC_2006:bituminous:CH4:manufacturing"
DRAWS = 4000


def emission(*cells: tuple[str, str, float | None]) -> pl.DataFrame:
    """Cells of category, coefficient and CH4 in t."""
    return pl.DataFrame(
        [
            {
                "cell_id": f"s{n}@2013", "source_id": f"s{n}", "adcode": "410000", "period": "2013", "category": category,
                "fuel": "bituminous", "coefficient_id": coefficient, "CH4": value,
            }
            for n, (category, coefficient, value) in enumerate(cells)
        ]
    )  # fmt: skip


def lineage(factors: dict[str, str | None], formula: str = "emission_factor") -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "coefficient_id": coefficient, "pollutant": "CH4", "value": 1.0, "formula": formula,
                "inputs": json.dumps([{"role": "emission_factor", "factor_id": factor, "value": 1.0}]),
            }
            for coefficient, factor in factors.items()
        ]
    )  # fmt: skip


def declared(*rows: tuple[str, str | None, str | None, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "quantity": quantity, "category": category, "fuel": None, "pollutant": pollutant, "lower_pct": width,
                "upper_pct": width, "distribution": None, "source": "test", "origin": f"declared.csv!A{n}",
            }
            for n, (quantity, category, pollutant, width) in enumerate(rows, start=2)
        ],
        schema_overrides=dict.fromkeys(("category", "fuel", "pollutant", "distribution"), pl.String),
    )  # fmt: skip


def found(table: pl.DataFrame, made: pl.DataFrame, said: pl.DataFrame | None = None) -> InventoryUncertainty:
    return inventory_uncertainty(
        table, made, pollutants=["CH4"], combinations={"CO2e": {"CH4": 25.0}}, declared=declared_uncertainties(said),
        draws=DRAWS, seed=7,
    )  # fmt: skip


def total(made: InventoryUncertainty, pollutant: str = "CH4") -> dict[str, object]:
    return made.rows.filter((pl.col("scope") == "total") & (pl.col("pollutant") == pollutant)).row(0, named=True)


def test_without_limits_of_the_activity_the_interval_is_at_least_that_of_the_factor() -> None:
    row = total(found(emission(("1A1ai", "c", 100.0)), lineage({"c": METHANE})))
    assert row["interval"] == "at_least"
    assert (row["covered_share"], row["activity_share"], row["factor_share"]) == (0.0, 0.0, 1.0)
    below = factor_limits()[METHANE]
    assert isinstance(below, Lognormal)
    assert row["p2_5_t"] == pytest.approx(100 * math.exp(below.log_mean - 1.96 * below.log_deviation), rel=0.1)


def test_with_declared_activity_the_interval_is_full() -> None:
    row = total(
        found(emission(("1A1ai", "c", 100.0)), lineage({"c": METHANE}), declared(("activity", "1A", None, 5.0)))
    )
    assert (row["interval"], row["covered_share"]) == ("full", 1.0)


def test_nothing_is_assumed_where_nothing_is_known() -> None:
    row = total(found(emission(("1A1ai", "c", 100.0)), lineage({"c": None})))
    assert row["interval"] == "unknown"
    assert [row[name] for name in ("mean_t", "p2_5_t", "p97_5_t", "half_width_pct", "variance_share")] == [None] * 5
    assert row["emission_t"] == 100.0


def test_an_interval_of_a_small_part_is_not_shown_for_the_whole() -> None:
    row = total(found(emission(("1A1ai", "c", 1.0), ("1A2m", "d", 99.0)), lineage({"c": METHANE, "d": None})))
    assert (row["interval"], row["factor_share"]) == ("unknown", 0.01)


def test_sources_of_one_factor_move_together_and_those_of_two_do_not() -> None:
    table = emission(("1A1ai", "c", 50.0), ("1A2m", "d", 50.0))
    shared = total(found(table, lineage({"c": METHANE, "d": METHANE})))["half_width_pct"]
    apart = total(found(table, lineage({"c": METHANE, "d": OTHER})))["half_width_pct"]
    alone = total(found(emission(("1A1ai", "c", 100.0)), lineage({"c": METHANE})))["half_width_pct"]
    assert isinstance(shared, float)
    assert isinstance(apart, float)
    assert shared == pytest.approx(alone)
    assert apart < 0.85 * shared


def test_a_sum_in_the_formula_leaves_the_limits_of_its_inputs_unused() -> None:
    row = total(found(emission(("1A1ai", "c", 1.0)), lineage({"c": METHANE}, "Σ technology_share × (emission_factor)")))
    assert row["interval"] == "unknown"


def test_the_closest_declaration_wins() -> None:
    find = declared_uncertainties(
        declared(("factor", None, None, 50.0), ("factor", "1A", None, 20.0), ("factor", None, "CO2", 5.0))
    )
    said = [
        find("factor", *what) for what in (("1A1ai", "coke", "CO2"), ("1A1ai", "coke", "SO2"), ("2A1", None, "SO2"))
    ]
    assert [one.variance for one in said if one] == [pytest.approx((w / 196) ** 2, rel=1e-2) for w in (5, 20, 50)]
    assert find("activity", "1A1ai", "coke", None) is None


def test_the_same_conditions_twice_are_refused_with_their_place() -> None:
    with pytest.raises(InvalidInput, match=r"declared\.csv!A3"):
        declared_uncertainties(declared(("factor", None, None, 5.0), ("factor", None, None, 6.0)))


def test_shares_of_the_variance_sum_to_one_and_co2e_follows_its_gases() -> None:
    made = found(
        emission(("1A1ai", "c", 70.0), ("1A2m", "d", 30.0)),
        lineage({"c": METHANE, "d": OTHER}),
        declared(("activity", None, None, 10.0)),
    )
    shares = made.rows.filter((pl.col("scope") == "category") & (pl.col("pollutant") == "CH4"))["variance_share"]
    assert shares.sum() == pytest.approx(1.0)
    assert total(made, "CO2e")["mean_t"] == pytest.approx(25.0 * total(made)["mean_t"])
    ranked = made.contributions.filter(pl.col("pollutant") == "CH4")
    assert ranked["variable_id"][0] == METHANE
    assert ranked["total_order_pct"].is_sorted(descending=True)


def test_the_same_seed_gives_the_same_figures_whatever_the_order_of_the_rows() -> None:
    table, made = emission(("1A1ai", "c", 70.0), ("1A2m", "d", 30.0)), lineage({"c": METHANE, "d": OTHER})
    once, again = found(table, made).rows, found(table.reverse(), made.reverse()).rows
    keys = ["scope", "category", "fuel", "pollutant"]
    for name in ("mean_t", "p2_5_t", "p97_5_t"):
        assert once.sort(keys)[name].to_list() == pytest.approx(again.sort(keys)[name].to_list())


def test_a_product_has_the_moments_of_its_independent_parts() -> None:
    made = Product((("a", Normal(0.1)), ("b", Normal(0.2))))
    assert made.mean == 1.0
    assert made.variance == pytest.approx(1.01 * 1.04 - 1.0)
