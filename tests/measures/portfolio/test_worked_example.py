"""The worked example of method sheet 05, printed figure by printed figure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cocontrol.io.portfolio_folder import read_portfolio
from cocontrol.measures.portfolio.curve import abatement_curve
from cocontrol.measures.portfolio.dividend import synergy_dividend
from cocontrol.measures.portfolio.generation import generate
from cocontrol.measures.portfolio.model import Instance, Solution
from cocontrol.measures.portfolio.solving import optimise

WORKED = Path(__file__).parent / "data" / "worked"

CASES = {
    "none": ((), -8.0, {"steel": "WHR"}, set()),
    "air": (("SO2", "NOx"), 44.0, {"steel": "WHR"}, {("power", "FGD"), ("power", "SCR"), ("steel", "FGD"), ("cement", "SCR")}),
    "carbon": (("CO2",), 112.0, {"power": "gas", "steel": "WHR"}, set()),
    "joint": (("SO2", "NOx", "CO2"), 138.0, {"power": "gas", "steel": "WHR"}, {("steel", "FGD"), ("cement", "SCR")}),
}  # fmt: skip


@pytest.fixture(scope="module")
def worked() -> Instance:
    return read_portfolio(WORKED)[0]


def _under(instance: Instance, pollutants: tuple[str, ...], *, integer: bool = True) -> Solution:
    part = instance.with_rows(*(row for row in instance.rows if row.pollutant in pollutants))
    return optimise(replace(part, settings=replace(part.settings, integer=integer)))


@pytest.mark.parametrize("case", CASES)
def test_every_case_has_its_cost_and_plan(worked: Instance, case: str) -> None:
    pollutants, cost, options, devices = CASES[case]
    solution = _under(worked, pollutants)
    assert solution.status == "optimal"
    assert solution.cost == pytest.approx(cost, abs=1e-9)
    assert solution.lower_bound == pytest.approx(cost, abs=1e-9)
    names = worked.sources
    chosen = {names[c.source]: worked.options.ids[c.option] for c in solution.choices}
    assert chosen == {**dict.fromkeys(names, "coal"), **options}
    assert {(names[c.source], worked.devices.ids[d]) for c in solution.choices for d in c.devices} == devices


def test_the_joint_plan_emits_what_the_sheet_prints(worked: Instance) -> None:
    assert _under(worked, ("SO2", "NOx", "CO2")).emissions[:, 0] == pytest.approx([27.58, 89.3, 15434])


def test_shares_have_the_cost_and_the_prices_of_the_sheet(worked: Instance) -> None:
    joint = _under(worked, ("SO2", "NOx", "CO2"), integer=False)
    assert joint.cost == pytest.approx(121.685879, abs=5e-7)
    assert [price.price for price in joint.prices] == pytest.approx([0.244550, 0.371241, 0.0237280], abs=5e-7)
    air = _under(worked, ("SO2", "NOx"), integer=False)
    assert air.cost == pytest.approx(31.243366, abs=5e-7)
    assert [price.price for price in air.prices] == pytest.approx([0.219036, 0.336700], abs=5e-7)
    carbon = _under(worked, ("CO2",), integer=False)
    assert carbon.cost == pytest.approx(93.777778, abs=5e-7)
    assert [price.price for price in carbon.prices] == pytest.approx([0.0288889], abs=5e-8)


def test_the_dividend_counts_no_regret_measures_once_and_sequential_plans_by_order(worked: Instance) -> None:
    table = synergy_dividend(worked, {"air": ("SO2", "NOx"), "carbon": ("CO2",)})
    rows = {row["case"]: row for row in table.to_dicts()}
    assert {case: row["cost"] for case, row in rows.items()} == pytest.approx(
        {"none": -8, "air": 44, "carbon": 112, "joint": 138, "air>carbon": 164, "carbon>air": 138}
    )
    assert rows["joint"]["dividend"] == pytest.approx(26)
    assert rows["joint"]["share"] == pytest.approx(0.1512, abs=5e-5)
    assert rows["air>carbon"]["dividend"] == pytest.approx(26)
    assert rows["carbon>air"]["dividend"] == 0


@pytest.mark.parametrize("factor", [1e9 / 3, 1e7 / 7, 1e8 / 11])
def test_plans_of_the_same_cost_save_nothing_whatever_the_rounding(worked: Instance, factor: float) -> None:
    dearer = replace(
        worked,
        options=replace(worked.options, cost=worked.options.cost * factor),
        devices=replace(worked.devices, cost=worked.devices.cost * factor),
    )
    table = synergy_dividend(dearer, {"air": ("SO2", "NOx"), "carbon": ("CO2",)})
    assert table.filter(case="carbon>air")["dividend"].item() == 0
    assert table.filter(case="joint")["dividend"].item() == pytest.approx(26 * factor)


def test_the_abatement_curve_passes_through_the_optimum_at_every_level(worked: Instance) -> None:
    curve = abatement_curve(worked, "CO2")
    assert curve["price"].drop_nulls().is_sorted()
    assert curve["cost"][0] == pytest.approx(31.243366, abs=5e-7)
    relaxed = replace(worked, settings=replace(worked.settings, integer=False))
    for emission, cost in curve.select("emission_t", "cost").iter_rows():
        rows = [replace(row, limit=emission * (1 + 1e-9)) if row.pollutant == "CO2" else row for row in worked.rows]
        assert optimise(relaxed.with_rows(*rows), prices=False).cost == pytest.approx(cost, abs=1e-3)


@pytest.mark.parametrize("integer", [True, False])
def test_generated_columns_come_to_the_same_optimum(worked: Instance, integer: bool) -> None:
    settings = replace(worked.settings, integer=integer, gap=1e-6, time_limit_s=2.0)
    solution = generate(replace(worked, settings=settings))
    assert solution.cost == pytest.approx(138 if integer else 121.685879, abs=1e-4)
    assert solution.lower_bound is not None
    assert solution.lower_bound <= 121.685879 + 1e-6
    assert solution.lower_bound == pytest.approx(121.685879, rel=2e-3)
