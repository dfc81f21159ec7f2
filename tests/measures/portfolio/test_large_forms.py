"""Prices, curves and conflicts of generated columns, beside those of the same problem enumerated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from benchmarks.portfolio import synthetic
from cocontrol.core.errors import InvalidInput
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.curve import abatement_curve
from cocontrol.measures.portfolio.large_curve import Effort
from cocontrol.measures.portfolio.limits import cumulative_budget
from cocontrol.measures.portfolio.model import Instance, Row
from cocontrol.measures.portfolio.search import Search, run_rounds
from cocontrol.measures.portfolio.solving import optimise
from tests.measures.portfolio.problems import build_instance, random_problem


def _shares(seed: int, **limits: int) -> Instance:
    instance = build_instance(random_problem(seed, combinations=400, **limits))
    return replace(instance, settings=replace(instance.settings, integer=False, gap=1e-6))


@pytest.mark.parametrize("seed", [6, 14, 21, 24])
def test_prices_on_both_sides_are_those_of_the_enumerated_problem(seed: int) -> None:
    instance = _shares(seed)
    exact = optimise(instance)
    assert sum(price.price > 0 for price in exact.prices) >= 3
    found = optimise(instance, column_limit=0)
    assert found.method == "columns"
    size = max(price.price for price in exact.prices) + 1e-9
    for one, other in zip(found.prices, exact.prices, strict=True):
        assert one.tightened == pytest.approx(other.tightened, rel=1e-3, abs=1e-4 * size)
        assert one.relaxed == pytest.approx(other.relaxed, rel=1e-3, abs=1e-4 * size)
        low, high = sorted((one.relaxed or 0.0, np.inf if one.tightened is None else one.tightened))
        assert low - 1e-4 * size <= one.price <= high + 1e-4 * size


@pytest.mark.parametrize("seed", [6, 14, 21])
def test_at_a_corner_of_the_curve_the_sides_of_a_price_are_its_slopes(seed: int) -> None:
    instance = _shares(seed)
    curve = abatement_curve(instance, "SO2")
    assert curve.height >= 3
    place = curve.height // 2
    others = tuple(row for row in instance.rows if row.pollutant != "SO2")
    budget = cumulative_budget(instance, "SO2", curve["emission_t"][place])
    price = optimise(instance.with_rows(*others, budget), column_limit=0).prices[-1]
    assert price.tightened == pytest.approx(curve["price"][place], rel=1e-3)
    assert price.relaxed == pytest.approx(curve["price"][place - 1], rel=1e-3)
    assert price.relaxed < price.tightened


@pytest.mark.parametrize(("seed", "periods"), [(1, 1), (2, 1), (3, 2), (8, 1)])
def test_the_curve_of_generated_columns_encloses_that_of_all_corners(seed: int, periods: int) -> None:
    instance = _shares(seed, periods=periods, sources=2 + seed % 3)
    exact = abatement_curve(instance, "SO2")
    found = abatement_curve(instance, "SO2", column_limit=0, effort=Effort(points=20))
    assert exact["exact"].all()
    assert not found["exact"].any()
    assert found["price"].drop_nulls().is_sorted()
    height = float(exact["cost"][-1] - exact["cost"][0]) + 1e-6
    ends = [(table["emission_t"][0], table["emission_t"][-1]) for table in (exact, found)]
    assert ends[1] == pytest.approx(ends[0], rel=2e-3, abs=1e-2)
    for emission, cost, bound, gap in found.select("emission_t", "cost", "lower_bound", "gap").iter_rows():
        true = _cost_at(exact, emission)
        assert bound - 1e-4 * height <= true <= cost + 1e-4 * height
        assert gap <= 0.05
    for emission, cost in exact.select("emission_t", "cost").iter_rows():
        assert _cost_at(found, emission) == pytest.approx(cost, abs=0.01 * height)


def _cost_at(curve: pl.DataFrame, emission: float) -> float:
    points = curve.sort("emission_t")
    return float(np.interp(emission, points["emission_t"].to_numpy(), points["cost"].to_numpy()))


def test_a_curve_ends_at_the_points_and_the_seconds_that_it_may_take() -> None:
    instance = _shares(8)
    few = abatement_curve(instance, "SO2", column_limit=0, effort=Effort(points=3, tolerance=0.0))
    assert 2 <= few.height <= 3
    ends = abatement_curve(instance, "SO2", column_limit=0, effort=Effort(seconds=0.0))
    assert 1 <= ends.height <= 2


def test_a_curve_under_ceilings_that_conflict_is_refused() -> None:
    instance = _shares(8)
    rows = tuple(replace(row, limit=1e-3) for row in instance.rows if row.pollutant != "SO2")
    for limit in (200_000, 0):
        with pytest.raises(InvalidInput, match="其余上限"):
            abatement_curve(instance.with_rows(*rows), "SO2", column_limit=limit)


@pytest.mark.parametrize("seed", range(8))
def test_conflicts_of_generated_columns_are_groups_that_conflict_and_none_can_be_left_out(seed: int) -> None:
    instance = _shares(seed)
    instance = instance.with_rows(*(replace(row, limit=row.limit * 0.7) for row in instance.rows))
    exact = optimise(instance, prices=False)
    found = optimise(instance, column_limit=0, prices=False)
    assert (found.status == "infeasible") == (exact.status == "infeasible")
    group = tuple(conflict.row for conflict in found.conflicts)
    if not group:
        return
    assert not _feasible(instance, group)
    for part in combinations(group, len(group) - 1):
        assert _feasible(instance, part)
    assert _feasible(
        instance, tuple(replace(c.row, limit=c.row.limit + c.relax * 1.001 + 1e-3) for c in found.conflicts)
    )
    for conflict in found.conflicts:
        assert conflict.relax_alone is not None
        others = tuple(row for row in group if row is not conflict.row)
        for share, fits in ((1.002, True), (0.99, False)):
            moved = replace(conflict.row, limit=conflict.row.limit + conflict.relax_alone * share)
            assert _feasible(instance, (moved, *others)) is fits


def _feasible(instance: Instance, rows: tuple[Row, ...]) -> bool:
    return optimise(instance.with_rows(*rows), prices=False).status != "infeasible"


def test_a_limit_that_moves_starts_from_the_columns_and_lines_that_are_known() -> None:
    instance = _shares(8)
    search = Search(instance)
    run_rounds(search)
    before = search.certify()
    tighter = instance.rows[0].limit * 0.99
    search.move_limit(0, tighter)
    assert search.bound >= before - 1e-9 * abs(before)
    answer = run_rounds(search)
    moved = optimise(instance.with_rows(replace(instance.rows[0], limit=tighter), *instance.rows[1:]), prices=False)
    assert moved.cost is not None
    assert answer.objective == pytest.approx(moved.cost, rel=1e-4)
    assert search.certify() <= moved.cost + 1e-6 * abs(moved.cost)


def _ending_at(step: str) -> Callable[[str, Text, int, int], None]:
    def progress(name: str, _label: Text, _done: int, _total: int) -> None:
        """Gives up at the step."""
        if name == step:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("step", ["price", "open", "whole", "prices"])
def test_a_search_can_be_cancelled_at_every_step(step: str) -> None:
    instance = synthetic(8, devices=(1, 1, 1, 1), options=3, periods=1)
    with pytest.raises(KeyboardInterrupt):
        optimise(instance, column_limit=0, progress=_ending_at(step))


def test_a_curve_can_be_cancelled() -> None:
    with pytest.raises(KeyboardInterrupt):
        abatement_curve(_shares(8), "SO2", column_limit=0, progress=_ending_at("curve"))


def test_where_most_sources_are_held_sides_of_prices_are_proven_or_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cocontrol.measures.portfolio.relaxation._OPEN_SOURCES", 10)
    instance = synthetic(30, devices=(2, 1, 1, 1), options=3, periods=1)
    instance = replace(instance, settings=replace(instance.settings, integer=False))
    found, exact = optimise(instance, column_limit=0), optimise(instance)
    size = max(price.price for price in exact.prices)
    for one, other in zip(found.prices, exact.prices, strict=True):
        assert one.price == pytest.approx(other.price, abs=0.1 * size)
        if one.tightened is not None:
            assert one.tightened == pytest.approx(other.tightened, abs=0.05 * size)


def test_a_whole_plan_improved_around_itself_keeps_every_limit_and_one_column_for_each_source() -> None:
    instance = synthetic(120, devices=(2, 1, 1, 1), options=3, periods=2)
    instance = replace(instance, settings=replace(instance.settings, gap=1e-6, time_limit_s=2.0))
    found = optimise(instance, column_limit=0, prices=False)
    assert found.cost is not None
    assert found.by_source is not None
    used = np.einsum("rip,ipt,rt->r", instance.emission_weights, found.by_source, instance.period_weights)
    assert (used <= instance.limits * (1 + 1e-9)).all()
    assert len(found.choices) == 120 * 2
    assert found.gap is not None
    assert found.gap < 0.05
