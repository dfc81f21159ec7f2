"""What the files of a problem may hold, and how everything wrong in them is said at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.measures.portfolio.solving import optimise
from tests.measures.portfolio.problems import Problem


def small() -> Problem:
    return Problem(
        [
            {"source_id": "a", "region": "410100", "SO2": 100, "CO2": 1000},
            {"source_id": "b", "region": "410200", "SO2": 50, "CO2": 500},
        ],
        [
            {"source_id": "a", "option_id": "now", "cost": 0, "SO2": 1, "CO2": 1},
            {"source_id": "a", "option_id": "gas", "cost": 30, "SO2": 0.1, "CO2": 0.6},
        ],
        [{"source_id": "a", "stage": "SO2", "device_id": "FGD", "cost": 10, "SO2": 0.9, "CO2": -0.01}],
        [{"region": "*", "pollutant": "SO2", "period": 1, "cap_t": 80}],
        {"periods": 1},
    )


def faults_of(problem: Problem) -> list[tuple[str | None, int | None, str | None, str]]:
    with pytest.raises(InvalidInput) as raised:
        problem.instance()
    return [(f.location.file, f.location.row, f.location.column, f.rule) for f in raised.value.faults]


def test_a_source_without_options_keeps_its_base_at_no_cost() -> None:
    instance = small().instance()
    assert instance.options.ids == ("now", "gas", "base")
    assert optimise(instance).cost == 10


def test_all_faults_of_all_files_come_at_once_with_file_row_and_column() -> None:
    problem = small()
    problem.sources[0]["SO2"] = -5
    problem.sources[1]["CO2"] = None
    problem.options.append({"source_id": "ghost", "option_id": "x", "cost": 1, "SO2": -1, "CO2": 1})
    problem.options.append({"source_id": "a", "option_id": "gas", "cost": None, "SO2": 1, "CO2": 1})
    problem.devices.append(
        {"source_id": "a", "stage": "NOx", "device_id": "SCR", "cost": 1, "SO2": 1.2, "forbids_options": "gas;oil"}
    )
    problem.caps.append({"region": "nowhere", "pollutant": "NOx", "period": 4, "cap_t": "many"})
    problem.settings = {"periods": 0, "integr": True}
    found = faults_of(problem)
    for place in (
        ("settings.toml", None, "integr", "portfolio.setting_unknown"),
        ("settings.toml", None, "periods", "portfolio.setting"),
        ("options.csv", 4, "source_id", "portfolio.source_unknown"),
        ("devices.csv", 3, "forbids_options", "portfolio.option_unknown"),
        ("caps.csv", 3, "region", "portfolio.region_unknown"),
        ("caps.csv", 3, "pollutant", "portfolio.pollutant_unknown"),
    ):
        assert place in found
    cells = {(file, row, column) for file, row, column, _ in found}
    assert {
        ("sources.csv", 2, "SO2"), ("sources.csv", 3, "CO2"), ("options.csv", 4, "SO2"), ("options.csv", 5, "cost"),
        ("devices.csv", 3, "SO2"), ("caps.csv", 3, "cap_t"),
    } <= cells  # fmt: skip


def test_repeated_keys_missing_columns_and_unknown_pollutants_are_faults() -> None:
    problem = small()
    problem.sources.append({"source_id": "a", "region": "410100", "SO2": 1, "CO2": 1})
    problem.caps.append({"region": "all", "pollutant": "SO2", "period": 1, "cap_t": 70})
    for row in problem.options:
        row["NOx"] = 0.5
    for row in problem.devices:
        del row["cost"]
    rules = {(file, rule) for file, _, _, rule in faults_of(problem)}
    assert ("caps.csv", "portfolio.cap_repeated") in rules
    assert ("options.csv", "table.column_unknown") in rules
    assert ("devices.csv", "table.required") in rules
    assert any(file == "sources.csv" for file, _ in rules)


@pytest.mark.parametrize("region", ["*", "all", None, "410000", "全部"])
def test_a_ceiling_may_hold_for_the_whole_area(region: str | None) -> None:
    problem = small()
    problem.caps[0]["region"] = region
    assert problem.instance().rows[0].emission[:, 0].tolist() == [1.0, 1.0]


def test_a_ceiling_of_a_city_holds_for_its_sources_alone() -> None:
    problem = small()
    problem.caps[0]["region"] = "410200"
    assert problem.instance().rows[0].emission[:, 0].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("given", "caps", "labels"),
    [
        (2, ["1"], (1, 2)), (2, ["0", "1"], (0, 1)), (2, ["2025", "2030"], (2025, 2030)), ([2025, 2030], ["2030"], (2025, 2030)),
        (None, ["2030", "2025"], (2025, 2030)), (3, [None], (1, 2, 3)),
    ],
)  # fmt: skip
def test_periods_are_counted_or_named(given: Any, caps: list[str | None], labels: tuple[int, ...]) -> None:
    problem = small()
    problem.settings = {} if given is None else {"periods": given}
    problem.caps = [{"region": "*", "pollutant": "SO2", "period": period, "cap_t": 90} for period in caps]
    instance = problem.instance()
    assert instance.periods == labels
    assert len(instance.rows) == (len(labels) if caps == [None] else len(caps))


def test_costs_of_later_periods_are_discounted_and_equipment_stays() -> None:
    problem = small()
    problem.settings = {"periods": 3, "discount_rate": 0.1}
    problem.caps = [{"region": "*", "pollutant": "SO2", "period": 2, "cap_t": 80}]
    solution = optimise(problem.instance())
    assert solution.cost == pytest.approx(10 / 1.1 + 10 / 1.21)
    problem.devices[0]["lifetime"] = 1
    assert optimise(problem.instance()).cost == pytest.approx(10 / 1.1)


def test_a_closed_source_takes_no_device_and_stays_closed() -> None:
    problem = small()
    problem.options[1].update(SO2=0, CO2=0, cost=1, lifetime=1)
    problem.settings = {"periods": 2}
    problem.caps = [{"region": "*", "pollutant": "SO2", "period": 1, "cap_t": 80}]
    solution = optimise(problem.instance())
    assert solution.cost == pytest.approx(2)
    assert [choice.devices for choice in solution.choices] == [(), (), (), ()]


def test_a_forbidden_pair_is_never_chosen() -> None:
    problem = small()
    problem.caps[0]["cap_t"] = 52
    assert optimise(problem.instance()).cost == 40
    problem.devices[0]["forbids_options"] = "gas"
    assert optimise(problem.instance()).status == "infeasible"


def test_removal_above_one_is_refused_and_an_empty_effect_changes_nothing() -> None:
    problem = small()
    problem.devices[0]["CO2"] = None
    instance = problem.instance()
    assert instance.devices.kept[0].tolist() == pytest.approx([0.1, 1.0])
    problem.devices[0]["SO2"] = 1.01
    assert ("devices.csv", 2, "SO2") in {place[:3] for place in faults_of(problem)}


def test_shares_need_no_whole_plant() -> None:
    instance = small().instance()
    shares = replace(instance, settings=replace(instance.settings, integer=False))
    assert optimise(shares).cost == pytest.approx(10 * 70 / 90)
