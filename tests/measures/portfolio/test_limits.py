"""Limits beyond ceilings, forced and barred measures, and plans under uncertain inventories."""

from __future__ import annotations

import pytest

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.measures.portfolio import limits
from cocontrol.measures.portfolio.model import Instance, Row
from cocontrol.measures.portfolio.robustness import reevaluate
from cocontrol.measures.portfolio.solving import optimise
from tests.measures.portfolio.test_reading import small


@pytest.fixture
def instance() -> Instance:
    problem = small()
    problem.settings = {"periods": 2}
    problem.caps = []
    return problem.instance()


def _cost(instance: Instance, *rows: Row, column_limit: int = 200_000) -> float | None:
    return optimise(instance.with_rows(*rows), column_limit=column_limit).cost


@pytest.mark.parametrize("column_limit", [200_000, 0])
def test_each_kind_of_limit_has_its_cost(instance: Instance, column_limit: int) -> None:
    budget = limits.cumulative_budget(instance, "SO2", 230.0)
    group = limits.source_group_cap(instance, "power", ["a"], "SO2", 1, 20.0)
    receptor = limits.receptor_limit(instance, "city", {("a", "SO2"): 0.01, ("b", "SO2"): 0.02}, 2, 1.2)
    assert _cost(instance, budget, column_limit=column_limit) == pytest.approx(10)
    assert _cost(instance, group, column_limit=column_limit) == pytest.approx(20)
    assert _cost(instance, receptor, column_limit=column_limit) == pytest.approx(10)


@pytest.mark.parametrize("column_limit", [200_000, 0])
def test_fuel_and_money_may_be_short(instance: Instance, column_limit: int) -> None:
    carbon = limits.source_group_cap(instance, "carbon", ["a"], "CO2", 2, 700.0)
    assert _cost(instance, carbon, column_limit=column_limit) == pytest.approx(30)
    gas = limits.fuel_availability(instance, "gas", {("a", "gas"): 4.0}, 2, 2.0)
    assert _cost(instance, carbon, gas, column_limit=column_limit) is None
    money = limits.spending_limit(instance, 2, 20.0)
    assert _cost(instance, carbon, money, column_limit=column_limit) is None


def test_forced_and_barred_measures_are_kept(instance: Instance) -> None:
    ceiling = limits.source_group_cap(instance, "power", ["a"], "SO2", 1, 20.0)
    barred = limits.forbid_measures(instance.with_rows(ceiling), [("a", "FGD")])
    assert optimise(barred).cost == pytest.approx(60)
    forced = limits.force_measures(instance, [("a", "FGD")])
    assert optimise(forced).cost == pytest.approx(20)
    assert optimise(forced, column_limit=0).cost == pytest.approx(20)
    assert optimise(limits.force_measures(instance, [("a", "gas")])).cost == pytest.approx(60)


def test_what_is_not_there_cannot_be_limited_or_barred(instance: Instance) -> None:
    with pytest.raises(NotFound, match="NH3"):
        limits.cumulative_budget(instance, "NH3", 1.0)
    with pytest.raises(NotFound, match="SCR"):
        limits.forbid_measures(instance, [("a", "SCR")])
    with pytest.raises(NotFound, match="b"):
        limits.forbid_measures(instance, [("b", "base")])


def test_a_plan_at_its_ceiling_holds_in_about_half_of_the_draws_and_one_far_below_in_all() -> None:
    problem = small()
    problem.caps = [
        {"region": "*", "pollutant": "SO2", "period": 1, "cap_t": 60.0},
        {"region": "*", "pollutant": "CO2", "period": 1, "cap_t": 9000},
    ]
    table = reevaluate(optimise(problem.instance()), {"SO2": 20.0, "CO2": 10.0})
    assert table["planned"].to_list() == pytest.approx([60.0, 1510.0])
    assert table["mean"].to_list() == pytest.approx([60.0, 1510.0], rel=0.01)
    assert 0.4 < table["probability_met"][0] < 0.65
    assert table["probability_met"][1] == 1.0
    with pytest.raises(InvalidInput):
        reevaluate(optimise(problem.instance()), {"XX": 20.0})
