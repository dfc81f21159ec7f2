"""Infeasible sets of limits: the smallest group, checked by solving again."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from cocontrol.measures.portfolio.model import Instance, Row
from cocontrol.measures.portfolio.solving import optimise
from tests.measures.portfolio.problems import Problem, build_instance, random_problem


def _feasible(instance: Instance, rows: tuple[Row, ...]) -> bool:
    return optimise(instance.with_rows(*rows), prices=False).status != "infeasible"


def _tight(seed: int) -> Instance:
    instance = build_instance(random_problem(seed, combinations=200))
    return instance.with_rows(*(replace(row, limit=row.limit * 0.72) for row in instance.rows))


@pytest.mark.parametrize("seed", range(12))
def test_the_group_conflicts_no_smaller_one_does_and_relaxing_it_helps(seed: int) -> None:
    instance = _tight(seed)
    solution = optimise(instance, prices=False)
    if solution.status != "infeasible":
        assert solution.conflicts == ()
        return
    group = tuple(conflict.row for conflict in solution.conflicts)
    assert not _feasible(instance, group)
    for size in range(1, len(group)):
        assert all(_feasible(instance, part) for part in combinations(instance.rows, size))
    together = tuple(replace(c.row, limit=c.row.limit + c.relax * (1 + 1e-6)) for c in solution.conflicts)
    assert _feasible(instance, together)
    for conflict in solution.conflicts:
        if conflict.relax_alone is not None:
            moved = replace(conflict.row, limit=conflict.row.limit + conflict.relax_alone * (1 + 1e-6))
            assert _feasible(instance, (moved, *(row for row in group if row is not conflict.row)))
            short = replace(conflict.row, limit=conflict.row.limit + conflict.relax_alone * 0.99)
            assert not _feasible(instance, (short, *(row for row in group if row is not conflict.row)))


def test_a_trade_off_between_dust_and_carbon_is_named_as_a_pair() -> None:
    problem = Problem(
        [{"source_id": "kiln", "region": "a", "SO2": 100, "CO2": 1000, "NOx": 10}],
        [],
        [{"source_id": "kiln", "stage": "SO2", "device_id": "FGD", "cost": 5, "SO2": 0.9, "CO2": -0.02, "NOx": 0}],
        [
            {"region": "*", "pollutant": "SO2", "period": 1, "cap_t": 50},
            {"region": "a", "pollutant": "CO2", "period": 1, "cap_t": 1000},
            {"region": "*", "pollutant": "NOx", "period": 1, "cap_t": 20},
        ],
    )
    conflicts = optimise(problem.instance()).conflicts
    assert [(c.row.region, c.row.pollutant) for c in conflicts] == [("*", "SO2"), ("a", "CO2")]
    assert [c.relax_alone for c in conflicts] == pytest.approx([50, 20])
    assert [c.relax for c in conflicts] == pytest.approx([0, 20])


def test_three_ceilings_of_which_any_two_can_be_met_are_named_together() -> None:
    """Each way of running the kiln keeps two of three pollutants low."""
    pollutants = ("SO2", "NOx", "CO2")
    ways = [
        {"source_id": "kiln", "option_id": f"high {p}", "cost": 1, **{q: 1.0 if q == p else 0.1 for q in pollutants}}
        for p in pollutants
    ]
    caps = [{"region": "*", "pollutant": p, "period": 1, "cap_t": 50} for p in pollutants]
    source = {"source_id": "kiln", "region": "a", **dict.fromkeys(pollutants, 100)}
    conflicts = optimise(Problem([source], ways, [], caps).instance()).conflicts
    assert [c.row.pollutant for c in conflicts] == list(pollutants)
    assert sum(c.relax > 0 for c in conflicts) == 1
    assert [c.relax_alone for c in conflicts] == pytest.approx([50, 50, 50])
