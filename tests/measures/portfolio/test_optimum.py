"""The optimum against enumeration of every combination, and what must hold for any problem."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.measures.portfolio.model import Instance, Solution
from cocontrol.measures.portfolio.result import solution_as_dict
from cocontrol.measures.portfolio.solving import optimise
from tests.measures.portfolio.problems import Problem, build_instance, enumerate_problem, random_problem

SEEDS = 300


def _same_cost(found: float | None, solution: Solution) -> bool:
    if found is None:
        return solution.status == "infeasible" and solution.cost is None
    return solution.cost is not None and abs(solution.cost - found) <= 1e-7 * max(1.0, abs(found))


def test_three_hundred_random_problems_have_the_optimum_of_full_enumeration() -> None:
    wrong, infeasible = [], 0
    for seed in range(SEEDS):
        problem = random_problem(seed, combinations=300)
        found = enumerate_problem(problem)
        infeasible += found.cost is None
        if not _same_cost(found.cost, optimise(build_instance(problem), prices=False)):
            wrong.append(seed)
    assert wrong == []
    assert 5 < infeasible < SEEDS / 2


@pytest.mark.parametrize("seed", range(24))
def test_trajectories_with_lifetimes_have_the_optimum_of_full_enumeration(seed: int) -> None:
    problem = random_problem(seed, periods=2 + seed % 2, sources=1 + seed % 2, combinations=10)
    assert _same_cost(enumerate_problem(problem).cost, optimise(build_instance(problem), prices=False))


@pytest.mark.parametrize("seed", range(3))
def test_the_reader_makes_the_arrays_that_are_made_row_by_row(seed: int) -> None:
    problem = random_problem(seed, periods=1 + seed)
    read, built = problem.instance(), build_instance(problem)
    for part in ("options", "devices"):
        for field in fields(getattr(read, part)):
            assert np.array_equal(
                getattr(getattr(read, part), field.name), getattr(getattr(built, part), field.name)
            ), field.name
    assert [row.name for row in read.rows] == [row.name for row in built.rows]
    assert np.array_equal(read.base, built.base)
    assert np.allclose(read.discount, built.discount)


def _emissions_of_plan(problem: Problem, plan: list[dict[str, object]]) -> dict[str, float]:
    """Single-period emissions by the rule of the method sheet, from the plan as printed."""
    totals = dict.fromkeys(problem.pollutants, 0.0)
    for row in plan:
        source = next(s for s in problem.sources if s["source_id"] == row["source_id"])
        mine = [o for o in problem.options if (o["source_id"], o["option_id"]) == (row["source_id"], row["option_id"])]
        for pollutant in problem.pollutants:
            kept = mine[0][pollutant] if mine else 1.0
            for device in problem.devices:
                if device["source_id"] == row["source_id"] and device["device_id"] in row["devices"]:  # type: ignore[operator]
                    kept *= 1 - device[pollutant]
            totals[pollutant] += source[pollutant] * kept
    return totals


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_printed_plan_gives_the_printed_emissions_and_keeps_every_ceiling(seed: int) -> None:
    problem = random_problem(seed, combinations=300)
    solution = optimise(build_instance(problem), prices=False)
    if solution.status == "infeasible":
        return
    made = solution_as_dict(solution)
    totals = _emissions_of_plan(problem, made["plan"])
    assert {p: by_period["1"] for p, by_period in made["emissions"].items()} == pytest.approx(totals)
    for cap in problem.caps:
        if cap["region"] == "*":
            assert totals[cap["pollutant"]] <= cap["cap_t"] * (1 + 1e-9)
    assert len(made["plan"]) == len(problem.sources)


@given(st.integers(0, 10_000), st.floats(0.7, 0.999))
@settings(max_examples=15, deadline=None)
def test_a_tighter_ceiling_never_costs_less(seed: int, share: float) -> None:
    instance = build_instance(random_problem(seed, combinations=300))
    rows = tuple(replace(row, limit=row.limit * share) for row in instance.rows)
    for integer in (True, False):
        made = replace(instance, settings=replace(instance.settings, integer=integer))
        loose, tight = optimise(made, prices=False), optimise(made.with_rows(*rows), prices=False)
        assert _not_below(tight, loose)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_another_measure_never_costs_more(seed: int) -> None:
    problem = random_problem(seed, combinations=300)
    fewer = replace_measures(problem)
    assert _not_below(optimise(build_instance(fewer), prices=False), optimise(build_instance(problem), prices=False))


def replace_measures(problem: Problem) -> Problem:
    """The problem without its last device, or else its last option."""
    devices = problem.devices[:-1]
    options = problem.options if problem.devices else problem.options[:-1]
    return Problem(problem.sources, options, devices, problem.caps, problem.settings)


def _not_below(dearer: Solution, cheaper: Solution) -> bool:
    if dearer.cost is None:
        return True
    return cheaper.cost is not None and dearer.cost >= cheaper.cost - 1e-7 * max(1.0, abs(cheaper.cost))


@given(st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_shares_never_cost_more_than_whole_plants_and_prices_equal_finite_differences(seed: int) -> None:
    instance = build_instance(random_problem(seed, combinations=300))
    whole = optimise(instance)
    relaxed = replace(instance, settings=replace(instance.settings, integer=False))
    solution = optimise(relaxed)
    assert _not_below(whole, solution)
    if solution.cost is None:
        return
    for place, price in enumerate(solution.prices):
        _check_price(relaxed, solution.cost, place, price.tightened, price.relaxed)


def _check_price(instance: Instance, cost: float, place: int, tightened: float | None, relaxed: float | None) -> None:
    for side, price in ((-1.0, tightened), (1.0, relaxed)):
        step = side * 1e-5 * instance.rows[place].limit
        rows = [replace(row, limit=row.limit + step) if i == place else row for i, row in enumerate(instance.rows)]
        moved = optimise(instance.with_rows(*rows), prices=False).cost
        if price is None:
            assert moved is None
        elif moved is not None:
            assert (cost - moved) / step == pytest.approx(price, rel=1e-3, abs=1e-4)
