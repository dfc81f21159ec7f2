"""Approach 1, Approach 2, distributions, contributions."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput, MissingCoefficient
from cocontrol.inventory.uncertainty import monte_carlo
from cocontrol.inventory.uncertainty.approach1 import approach_1
from cocontrol.inventory.uncertainty.approach2 import approach_2, variance_shares
from cocontrol.inventory.uncertainty.contributions import decompose, rank_contributions
from cocontrol.inventory.uncertainty.distributions import Fixed, Lognormal, TruncatedNormal, multiplier
from cocontrol.inventory.uncertainty.model import Model, build_model
from cocontrol.inventory.uncertainty.monte_carlo import simulate, summarise
from cocontrol.inventory.uncertainty.rows import prepared
from cocontrol.inventory.uncertainty.streams import BLOCK, block_sizes, stream
from tests.inventory.golden_cases import finland

MISPRINTED_L = {2, 4, 84}


def worked_example() -> pl.DataFrame:
    """Five categories with every figure worked out by hand."""
    return pl.DataFrame(
        {
            "category": ["coal", "gas", "cement", "waste", "soil"],
            "gas": ["CO2", "CO2", "CO2", "CH4", "N2O"],
            "base_t": [5200.0, 600.0, 900.0, 300.0, 250.0],
            "year_t": [6100.0, 1400.0, 1100.0, 260.0, 240.0],
            "ad_uncertainty_pct": [3.0, 2.0, 2.0, 20.0, 10.0],
            "ef_uncertainty_pct": [4.0, 2.0, 5.0, 40.0, 100.0],
        }
    )


class TestApproach1:
    def test_finland_table_3_4_total_and_trend(self) -> None:
        result = approach_1(finland())
        assert result.total_uncertainty_pct == pytest.approx(15.876222, abs=1e-6)
        assert result.trend_uncertainty_pct == pytest.approx(18.695905, abs=1e-6)

    def test_finland_table_3_4_every_printed_column(self) -> None:
        """To the printed digits; the table was printed from inputs with more digits than it shows."""
        printed, found = finland(), approach_1(finland()).rows
        pairs = {
            "combined_uncertainty_pct": ("combined_uncertainty_pct_printed", 0.9, 1.0),
            "variance_contribution": ("contribution_to_variance_H_printed", 6.5e-5, 1e-4),
            "type_a_sensitivity": ("type_A_printed", 1e-4, 1.0),
            "type_b_sensitivity": ("type_B_printed", 6e-5, 1.0),
        }
        for name, (column, tolerance, scale) in pairs.items():
            gap = (found[name] * scale - printed[column]).abs()
            assert gap.to_numpy().max() <= tolerance, name
        gap = (found["trend_from_ad_pct"] - printed["L_pct_printed"]).abs()
        assert {place + 1 for place in (gap > 0.006).arg_true()} == MISPRINTED_L

    def test_worked_example(self) -> None:
        result = approach_1(worked_example())
        assert result.total_uncertainty_pct == pytest.approx(4.528193, abs=1e-6)
        assert result.trend_pct == pytest.approx(25.517241, abs=1e-6)
        assert result.trend_uncertainty_pct == pytest.approx(4.001049, abs=1e-6)
        assert result.rows["variance_contribution"].to_list() == pytest.approx(
            [11.233547, 0.189349, 0.423741, 1.632653, 7.025238], abs=1e-6
        )
        assert result.rows["trend_variance_contribution"].to_list() == pytest.approx(
            [12.797231, 0.330105, 0.184579, 1.442034, 1.254443], abs=1e-6
        )

    def test_the_shares_of_variance_sum_to_100(self) -> None:
        assert approach_1(finland()).rows["variance_share_pct"].sum() == pytest.approx(100)

    def test_uncorrelated_factors_and_correlated_activities_change_places(self) -> None:
        turned = worked_example().with_columns(ef_correlated=pl.lit(value=False), ad_correlated=pl.lit(value=True))
        swapped = worked_example().rename(
            {"ad_uncertainty_pct": "ef_uncertainty_pct", "ef_uncertainty_pct": "ad_uncertainty_pct"}
        )
        assert approach_1(turned).trend_uncertainty_pct == pytest.approx(approach_1(swapped).trend_uncertainty_pct)

    def test_a_missing_base_year_leaves_the_trend_undetermined_and_says_so(self) -> None:
        rows = worked_example().with_columns(base_t=pl.when(pl.col("category") != "gas").then("base_t"))
        result = approach_1(rows)
        assert result.trend_uncertainty_pct is None
        assert result.trend_pct is None
        assert result.total_uncertainty_pct == pytest.approx(4.528193, abs=1e-6)
        assert any("base year" in note.en for note in result.notes)

    def test_totals_of_zero_have_tonnes_and_no_percentage(self) -> None:
        rows = pl.DataFrame(
            {
                "category": ["a", "b"],
                "gas": ["CO2", "CO2"],
                "base_t": [1.0, -1.0],
                "year_t": [10.0, -10.0],
                "ad_uncertainty_pct": [0.0, 0.0],
                "ef_uncertainty_pct": [30.0, 40.0],
            }
        )
        result = approach_1(rows)
        assert result.total_uncertainty_pct is None
        assert result.trend_uncertainty_pct is None
        assert result.total_uncertainty_t == pytest.approx(5.0)
        assert len(result.notes) >= 3

    def test_rows_that_share_a_factor_add_up_before_they_are_squared(self) -> None:
        rows = worked_example().head(2).with_columns(ef_uncertainty_pct=pl.lit(10.0), ad_uncertainty_pct=pl.lit(0.0))
        shared = rows.with_columns(factor_id=pl.lit("one factor"))
        assert approach_1(shared).total_uncertainty_pct == pytest.approx(10.0)
        alone = approach_1(rows).total_uncertainty_pct
        assert alone == pytest.approx(100 * math.hypot(610, 140) / 7500)

    @given(order=st.permutations(range(5)), wider=st.floats(1.0, 3.0))
    def test_order_does_not_matter_and_wider_inputs_are_never_surer(self, order: list[int], wider: float) -> None:
        rows = worked_example()
        result = approach_1(rows)
        assert approach_1(rows[order]).total_uncertainty_pct == pytest.approx(result.total_uncertainty_pct, rel=1e-12)
        wide = approach_1(rows.with_columns(pl.col("ef_uncertainty_pct") * wider))
        assert (wide.total_uncertainty_pct or 0) >= (result.total_uncertainty_pct or 0) - 1e-12
        assert (wide.trend_uncertainty_pct or 0) >= (result.trend_uncertainty_pct or 0) - 1e-12


class TestDistributions:
    @pytest.mark.parametrize(
        ("shape", "lower", "upper"),
        [
            ("normal", 30, 30), ("normal", 150, 150), ("normal_unbounded", 100, 100), ("lognormal", 80, 80),
            ("lognormal", 40, 90), ("triangular", 30, 60), ("triangular", 0, 50), ("uniform", 20, 50), ("auto", 50, 50),
            ("auto", 100, 100), ("auto", 50, 90), ("fixed", 0, 0),
        ],
    )  # fmt: skip
    def test_exact_moments_agree_with_draws(self, shape: str, lower: float, upper: float) -> None:
        what = multiplier(shape, lower, upper)
        out = np.empty(200_000)
        what.fill(stream(1, shape, 0), out)
        assert out.mean() == pytest.approx(what.mean, abs=5 * math.sqrt(what.variance / out.size) + 1e-12)
        assert out.var() == pytest.approx(what.variance, rel=0.05)

    def test_limits_hold_95_percent(self) -> None:
        out = np.empty(200_000)
        multiplier("lognormal", 40, 90).fill(stream(1, "x", 0), out)
        assert np.percentile(out, [2.5, 97.5]) == pytest.approx([0.6, 1.9], rel=0.01)
        multiplier("normal", 30).fill(stream(1, "x", 0), out)
        assert np.percentile(out, [2.5, 97.5]) == pytest.approx([0.7, 1.3], rel=0.01)

    def test_a_symmetric_lognormal_keeps_its_mean(self) -> None:
        what = multiplier("lognormal", 200)
        assert isinstance(what, Lognormal)
        assert what.mean == pytest.approx(1.0)
        assert math.sqrt(what.variance) == pytest.approx(2 / 1.96)

    def test_auto_is_normal_up_to_60_percent_and_lognormal_above(self) -> None:
        assert isinstance(multiplier("auto", 60), TruncatedNormal)
        assert isinstance(multiplier("auto", 61), Lognormal)
        assert isinstance(multiplier("auto", 0), Fixed)

    def test_a_cut_normal_has_no_negative_draw_and_no_heap_at_zero(self) -> None:
        out = np.empty(50_000)
        multiplier("normal", 200).fill(stream(1, "x", 0), out)
        assert out.min() >= 0
        assert np.count_nonzero(out == 0) < 2

    def test_an_empirical_sample_gives_only_its_values(self) -> None:
        what = multiplier("empirical", 0, 0, [0.5, 1.0, 1.5])
        out = np.empty(1000)
        what.fill(stream(1, "x", 0), out)
        assert set(out) == {0.5, 1.0, 1.5}
        assert (what.mean, what.variance) == (pytest.approx(1.0), pytest.approx(1 / 6))

    @pytest.mark.parametrize(
        ("shape", "lower", "upper"),
        [
            ("gauss", 1, 1),
            ("normal", 10, 20),
            ("lognormal", 100, 200),
            ("normal", -1, -1),
            ("normal", math.inf, math.inf),
            ("empirical", 0, 0),
        ],
    )
    def test_what_cannot_be_is_a_fault(self, shape: str, lower: float, upper: float) -> None:
        with pytest.raises(InvalidInput):
            multiplier(shape, lower, upper)


def tables(**changed: Any) -> dict[str, Any]:
    """Three sources, two coefficients (one shared), two pollutants, two groups."""
    activity = pl.DataFrame(
        {
            "activity_id": ["a1", "a2", "a3"],
            "coefficient_id": ["coal", "coal", "gas"],
            "sector": ["power", "industry", "industry"],
            "amount": [100.0, 50.0, 30.0],
            "distribution": ["normal", "normal", "lognormal"],
            "lower_pct": [5.0, 10.0, 20.0],
            "upper_pct": [5.0, 10.0, 20.0],
        }
    )
    coefficients = pl.DataFrame({"coefficient_id": ["coal", "gas"], "CO2": [2.0, 1.5], "SO2": [0.02, None]})
    factors = pl.DataFrame(
        {
            "coefficient_id": ["coal", "gas", "coal"],
            "pollutant": ["CO2", "CO2", "SO2"],
            "factor_id": ["f1", "f2", "f3"],
            "distribution": ["normal", "triangular", "lognormal"],
            "lower_pct": [5.0, 10.0, 40.0],
            "upper_pct": [5.0, 20.0, 80.0],
        }
    )
    made = {
        "activity": activity, "coefficients": coefficients, "factor_uncertainty": factors,
        "pollutants": ["CO2", "SO2"], "group_by": ["sector"],
    }  # fmt: skip
    return {**made, **changed}


def model(**changed: Any) -> Model:
    return build_model(**tables(**changed))


class TestMonteCarlo:
    def test_a_seed_repeats_and_another_does_not(self) -> None:
        first, again, other = (simulate(model(), draws=300, seed=seed).values for seed in (7, 7, 8))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)

    @given(order=st.permutations(range(3)), factor_order=st.permutations(range(3)))
    @settings(max_examples=10)
    def test_the_order_of_rows_changes_nothing(self, order: list[int], factor_order: list[int]) -> None:
        given_tables = tables()
        turned = model(
            activity=given_tables["activity"][order],
            coefficients=given_tables["coefficients"][::-1],
            factor_uncertainty=given_tables["factor_uncertainty"][factor_order],
        )
        expected = simulate(model(), draws=100, seed=1).values
        assert np.array_equal(simulate(turned, draws=100, seed=1).values, expected)

    def test_tiles_change_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = simulate(model(), draws=BLOCK + 10, seed=1).values
        monkeypatch.setattr(monte_carlo, "TILE_BYTES", 1)
        assert np.array_equal(simulate(model(), draws=BLOCK + 10, seed=1).values, whole)

    def test_more_draws_begin_with_the_same_blocks(self) -> None:
        short, long = (simulate(model(), draws=draws, seed=1).values for draws in (BLOCK, BLOCK + 500))
        assert np.array_equal(long[..., :BLOCK], short)
        assert block_sizes(BLOCK + 500) == [BLOCK, 500]

    def test_another_source_leaves_the_draws_of_the_others_alone(self) -> None:
        fewer = model(activity=tables()["activity"].filter(pl.col("activity_id") != "a2"))
        both, one = (simulate(each, draws=50, seed=1) for each in (model(), fewer))
        assert np.array_equal(both.values[1], one.values[1])

    def test_one_draw_of_an_activity_serves_every_pollutant(self) -> None:
        fixed = tables()["factor_uncertainty"].with_columns(distribution=pl.lit("fixed"))
        drawn = simulate(model(factor_uncertainty=fixed), draws=50, seed=1).values[1]
        assert drawn[0] == pytest.approx(100 * drawn[1])
        assert drawn[0].std() > 0

    def test_one_draw_of_a_factor_serves_every_source(self) -> None:
        fixed = (
            tables()["activity"].filter(pl.col("coefficient_id") == "coal").with_columns(distribution=pl.lit("fixed"))
        )
        drawn = simulate(model(activity=fixed), draws=50, seed=1).values[:, 0]
        assert drawn[1] == pytest.approx(2 * drawn[0])
        assert drawn[0].std() > 0

    def test_means_and_variances_are_the_exact_ones(self) -> None:
        made = model()
        drawn = simulate(made, draws=40_000, seed=3)
        for place, pollutant in itertools.product(range(2), ["CO2", "SO2"]):
            alone = np.eye(2)[place]
            exact = decompose(made, pollutants={pollutant: 1.0}, groups=alone)
            values = drawn.of({pollutant: 1.0})[place]
            assert values.mean() == pytest.approx(exact.mean, abs=5 * math.sqrt(exact.variance / 40_000))
            assert values.var() == pytest.approx(exact.variance, rel=0.05)

    def test_combinations_are_made_within_each_draw(self) -> None:
        drawn = simulate(model(), draws=100, seed=1)
        assert drawn.of({"CO2": 1.0, "SO2": 10.0}) == pytest.approx(drawn.values[:, 0] + 10 * drawn.values[:, 1])
        table = summarise(drawn, combinations={"mix": {"CO2": 1.0, "SO2": 10.0}})
        row = table.row(by_predicate=(pl.col("pollutant") == "mix") & (pl.col("sector") == "power"), named=True)
        assert row["estimate_t"] == pytest.approx(200 + 20)

    def test_missing_is_null_and_counted_unless_it_is_left_out_on_purpose(self) -> None:
        drawn = simulate(model(), draws=100, seed=1)
        where = (pl.col("pollutant") == "SO2") & (pl.col("sector") == "industry")
        row = summarise(drawn).row(by_predicate=where, named=True)
        assert (row["missing_rows"], row["mean_t"], row["p97.5_t"], row["estimate_t"]) == (1, None, None, None)
        left_out = summarise(drawn, leave_out_missing=True).row(by_predicate=where, named=True)
        assert (left_out["missing_rows"], left_out["estimate_t"]) == (1, pytest.approx(1.0))

    def test_a_missing_amount_is_missing_in_every_pollutant(self) -> None:
        rows = tables()["activity"].with_columns(amount=pl.when(pl.col("activity_id") != "a1").then("amount"))
        table = summarise(simulate(model(activity=rows), draws=10, seed=1))
        power = table.filter(pl.col("sector") == "power")
        assert power["mean_t"].null_count() == power.height == 2

    def test_the_grand_total_has_one_group(self) -> None:
        table = summarise(simulate(model(group_by=[], pollutants=["CO2"]), draws=10, seed=1))
        assert table["estimate_t"].to_list() == [pytest.approx(345.0)]

    @pytest.mark.parametrize("kind", ["pandas", "pyarrow", "lazy"])
    def test_other_engines_give_the_same(self, kind: str) -> None:
        change = {"pandas": pl.DataFrame.to_pandas, "pyarrow": pl.DataFrame.to_arrow, "lazy": pl.DataFrame.lazy}[kind]
        names = ("activity", "coefficients", "factor_uncertainty")
        moved = model(**{name: change(tables()[name]) for name in names})
        expected = simulate(model(), draws=20, seed=1).values
        assert np.array_equal(simulate(moved, draws=20, seed=1).values, expected)

    def test_group_columns_may_have_any_name(self) -> None:
        renamed = tables()["activity"].rename({"sector": "group"}).with_columns(coefficient=pl.lit("x"))
        found = simulate(model(activity=renamed, group_by=["group", "coefficient"]), draws=20, seed=1).values
        assert np.array_equal(found, simulate(model(), draws=20, seed=1).values)

    def test_faults_of_the_tables(self) -> None:
        given_tables = tables()
        with pytest.raises(InvalidInput, match="没有不确定性"):
            model(factor_uncertainty=given_tables["factor_uncertainty"].head(2))
        with pytest.raises(InvalidInput, match="键重复"):
            model(coefficients=pl.concat([given_tables["coefficients"]] * 2))
        with pytest.raises(MissingCoefficient):
            model(coefficients=given_tables["coefficients"].head(1))
        with pytest.raises(InvalidInput, match="缺少列"):
            model(activity=given_tables["activity"].drop("amount"))
        with pytest.raises(InvalidInput, match="两种分布"):
            model(activity=given_tables["activity"].with_columns(activity_id=pl.lit("same")))
        with pytest.raises(InvalidInput, match="抽样次数"):
            simulate(model(), draws=1, seed=1)
        with pytest.raises(InvalidInput, match="内存"):
            simulate(model(), draws=10**9, seed=1)


VALUES = st.lists(st.floats(0.2, 3.0), min_size=2, max_size=3)


class TestContributions:
    @given(
        samples=st.fixed_dictionaries(dict.fromkeys(("a1", "a2", "f1", "f2"), VALUES)),
        weights=st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
    )
    @settings(max_examples=40)
    def test_indices_are_those_of_full_enumeration(
        self, samples: dict[str, list[float]], weights: tuple[float, float]
    ) -> None:
        """Every combination of the sample values is worked out: variance and conditional variances are exact."""
        rows = pl.DataFrame(
            {
                "activity_id": ["a1", "a2", "a2"],
                "coefficient_id": ["x", "x", "y"],
                "amount": [10.0, 20.0, 5.0],
                "group": [0, 1, 1],
            }
        ).with_columns(distribution=pl.lit("empirical"), lower_pct=pl.lit(0.0), upper_pct=pl.lit(0.0))
        spread = pl.DataFrame(
            {"coefficient_id": ["x", "y"], "pollutant": ["CO2"] * 2, "factor_id": ["f1", "f2"]}
        ).with_columns(distribution=pl.lit("empirical"), lower_pct=pl.lit(0.0), upper_pct=pl.lit(0.0))
        table = pl.DataFrame({"coefficient_id": ["x", "y"], "CO2": [2.0, 3.0]})
        made = build_model(rows, table, spread, pollutants=["CO2"], group_by=["group"], samples=samples)
        found = decompose(made, pollutants={"CO2": 1.0}, groups=np.array(weights))
        names = ["a1", "a2", "f1", "f2"]
        grid = np.array(list(itertools.product(*(samples[name] for name in names)))).T.reshape(
            4, *(len(samples[name]) for name in names)
        )
        a1, a2, f1, f2 = grid
        total = weights[0] * 20 * a1 * f1 + weights[1] * (40 * a2 * f1 + 15 * a2 * f2)
        assert found.mean == pytest.approx(total.mean(), rel=1e-9, abs=1e-9)
        assert found.variance == pytest.approx(total.var(), rel=1e-9, abs=1e-9)
        first = [total.mean(axis=tuple(i for i in range(4) if i != axis)).var() for axis in range(4)]
        whole = [total.var(axis=axis).mean() for axis in range(4)]
        assert [*found.activity_first, *found.factor_first] == pytest.approx(first, rel=1e-9, abs=1e-9)
        assert [*found.activity_total, *found.factor_total] == pytest.approx(whole, rel=1e-9, abs=1e-9)

    def test_the_ranking_names_the_widest_first(self) -> None:
        table = rank_contributions(model(), pollutants={"SO2": 1.0})
        assert table.row(0, named=True)["variable_id"] == "f3"
        assert 95 < table["first_order_pct"].sum() <= 100

    def test_nothing_uncertain_has_no_shares(self) -> None:
        fixed = tables()
        for name in ("activity", "factor_uncertainty"):
            fixed[name] = fixed[name].with_columns(distribution=pl.lit("fixed"))
        assert rank_contributions(build_model(**fixed), pollutants={"CO2": 1.0})["total_order_pct"].null_count() == 6


class TestApproach2:
    def test_worked_example(self) -> None:
        result = approach_2(worked_example(), draws=40_000, seed=1)
        assert result.lower_t == pytest.approx(8715, rel=0.005)
        assert result.upper_t == pytest.approx(9542, rel=0.005)
        assert result.trend_lower_pct == pytest.approx(21.4, abs=0.2)
        assert result.trend_upper_pct == pytest.approx(29.8, abs=0.2)
        assert result.drift_pct is not None
        assert result.drift_pct < 1

    @pytest.mark.parametrize("correlated", [(False, True), (True, False), (True, True), (False, False)])
    def test_small_normal_uncertainties_come_to_approach_1(self, correlated: tuple[bool, bool]) -> None:
        small = (
            worked_example()
            .with_columns(
                base_t=pl.col("year_t") * pl.Series([0.95, 1.05, 1.02, 0.97, 1.0]),
                ad_uncertainty_pct=pl.col("ad_uncertainty_pct") / 10,
                ef_uncertainty_pct=pl.col("ef_uncertainty_pct") / 20,
                ad_correlated=pl.lit(correlated[0]),
                ef_correlated=pl.lit(correlated[1]),
                factor_id=pl.Series([None, "shared", None, "shared", None]),
            )
            .with_columns(
                ef_uncertainty_pct=pl.when(pl.col("factor_id").is_null()).then("ef_uncertainty_pct").otherwise(1.0)
            )
        )
        expected, found = approach_1(small), approach_2(small, draws=40_000, seed=5)
        assert found.total_uncertainty_pct == pytest.approx(expected.total_uncertainty_pct, rel=0.02)
        assert found.trend_uncertainty_pct == pytest.approx(expected.trend_uncertainty_pct, rel=0.02)
        assert found.rows["variance_share_pct"].to_list() == pytest.approx(
            expected.rows["variance_share_pct"].to_list(), abs=0.05
        )

    def test_batches_and_order_of_rows_change_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = approach_2(worked_example(), draws=500, seed=2)
        monkeypatch.setattr("cocontrol.inventory.uncertainty.approach2.ROWS_AT_ONCE", 2)
        parted = approach_2(worked_example()[[3, 1, 4, 0, 2]], draws=500, seed=2)
        assert parted.upper_t == pytest.approx(whole.upper_t, rel=1e-12)
        assert parted.trend_upper_pct == pytest.approx(whole.trend_upper_pct, rel=1e-12)

    def test_a_missing_base_year_leaves_the_trend_undetermined(self) -> None:
        rows = worked_example().with_columns(base_t=pl.when(pl.col("category") != "gas").then("base_t"))
        result = approach_2(rows, draws=100, seed=1)
        assert (result.trend_pct, result.trend_uncertainty_pct, result.base_t) == (None, None, None)
        assert result.mean_t > 0

    def test_rows_that_share_a_variable_must_agree_about_it(self) -> None:
        rows = worked_example().with_columns(activity_id=pl.lit("same"))
        with pytest.raises(InvalidInput, match="不一致"):
            approach_2(rows, draws=10, seed=1)

    def test_shares_of_variance_sum_to_100_when_variables_are_shared(self) -> None:
        rows = prepared(
            worked_example().with_columns(
                activity_id=pl.Series(["one", "one", None, None, None]),
                ad_uncertainty_pct=pl.Series([3.0, 3.0, 2.0, 20.0, 10.0]),
            )
        )
        assert variance_shares(rows).sum() == pytest.approx(100)
