"""Generated columns: the bound is never above the optimum, the plan keeps every limit, conflicts are proven."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.portfolio import synthetic
from cocontrol.measures.portfolio.bounding import bound_sources
from cocontrol.measures.portfolio.columns import enumerate_columns, evaluate
from cocontrol.measures.portfolio.model import Instance
from cocontrol.measures.portfolio.pricing import Pricer
from cocontrol.measures.portfolio.solving import optimise
from tests.measures.portfolio.problems import build_instance, random_problem


def _quick(instance: Instance) -> Instance:
    return replace(instance, settings=replace(instance.settings, gap=1e-5, time_limit_s=0.4))


@pytest.mark.parametrize("seed", range(10))
def test_the_bound_is_below_and_the_plan_not_below_the_optimum(seed: int) -> None:
    instance = _quick(
        build_instance(random_problem(seed, combinations=400, periods=1 + seed % 3, sources=2 + seed % 3))
    )
    exact = optimise(instance, prices=False)
    if exact.cost is None:
        return
    found = optimise(instance, column_limit=0)
    assert found.method == "columns"
    assert found.cost is not None
    assert found.lower_bound is not None
    assert found.lower_bound <= exact.cost + 1e-6 * max(1.0, abs(exact.cost))
    assert found.cost >= exact.cost - 1e-6 * max(1.0, abs(exact.cost))
    relaxed = replace(instance, settings=replace(instance.settings, integer=False))
    shares = optimise(relaxed, column_limit=0, prices=False).cost
    assert shares == pytest.approx(optimise(relaxed, prices=False).cost, rel=1e-3, abs=1e-3)


def test_pricing_and_its_bound_enclose_the_least_value_of_every_source() -> None:
    instance = synthetic(12, devices=(2, 1, 2, 1), options=3, periods=2)
    prices = np.random.default_rng(2).uniform(0, 2, len(instance.rows)) * 30 / np.maximum(instance.limits, 1.0)
    pricer = Pricer(instance)
    weights = pricer.weights(prices)
    state = pricer.price(weights)
    state = pricer.price(weights)
    found = evaluate(instance, np.arange(12), state)
    value = found.cost + found.usage @ prices
    bound = bound_sources(instance, pricer, weights, value)
    columns = enumerate_columns(instance)
    least = np.full(12, np.inf)
    np.minimum.at(least, columns.source, columns.cost + columns.usage @ prices)
    size = np.abs(least)
    assert (bound <= least + 1e-9 * size).all()
    assert (value >= least - 1e-9 * size).all()
    assert (value - bound).sum() <= 0.002 * size.sum()


def test_limits_that_cannot_be_met_are_named_with_their_excess() -> None:
    instance = _quick(build_instance(random_problem(6, combinations=400)))
    first = replace(instance.rows[0], limit=1e-3)
    found = optimise(instance.with_rows(first, *instance.rows[1:]), column_limit=0)
    assert found.status == "infeasible"
    assert [conflict.row.name for conflict in found.conflicts] == [first.name]
    columns = enumerate_columns(instance)
    least = np.full(len(instance.sources), np.inf)
    np.minimum.at(least, columns.source, columns.usage[:, 0])
    assert found.conflicts[0].relax == pytest.approx(least.sum() - 1e-3, rel=1e-3)


def test_a_synthetic_problem_of_fifty_measures_ends_with_a_small_proven_gap() -> None:
    instance = synthetic(40)
    instance = replace(instance, settings=replace(instance.settings, integer=False))
    found = optimise(instance, prices=False)
    assert found.method == "columns"
    assert found.gap is not None
    assert found.gap < 2e-3
    assert found.by_source is not None
    used = np.einsum("rip,ipt,rt->r", instance.emission_weights, found.by_source, instance.period_weights)
    assert (used <= instance.limits * (1 + 1e-7)).all()
