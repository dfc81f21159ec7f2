"""The Henan example with the targets of its plan: from the balance to a least-cost plan that explains itself."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cocontrol.inventory.activity import combustion_activity
from cocontrol.inventory.balance import get_layout, read_energy_balance
from cocontrol.inventory.coefficients import combustion_coefficients
from cocontrol.inventory.combustion import combustion_emissions
from cocontrol.io.inputs import read_inputs
from cocontrol.io.workspace import load_workspace
from cocontrol.measures.catalogue import demonstration_catalogue
from cocontrol.measures.instance import tonnes_known
from cocontrol.measures.plan_ceilings import ceilings_from_targets
from cocontrol.measures.published import published_catalogue
from cocontrol.measures.run_base import Base, base_from_run, demonstration_assumptions
from cocontrol.measures.what_ifs import recheck
from cocontrol.measures.workbench import Answer, Ceiling, Problem, build, number_statuses, solve

PROFILE, HENAN = "PROV_GUIDE_2011", "410000"


@pytest.fixture(scope="module")
def tables(repository: Path) -> dict[str, pl.DataFrame]:
    frames = read_inputs(load_workspace(repository / "examples" / "henan")).frames()
    layout = get_layout("lbnl_databook_v9")
    activity = combustion_activity(read_energy_balance(frames["energy_balance"], layout), layout)
    coefficient, _ = combustion_coefficients(activity, profile=PROFILE, jurisdiction=HENAN)
    emission = combustion_emissions(activity, coefficient)
    return {
        "emission": emission, "coefficient": coefficient, "facility": frames["facility"], "target": frames["target"]
    }  # fmt: skip


@pytest.fixture(scope="module")
def base(tables: dict[str, pl.DataFrame]) -> Base:
    made = {name: frame for name, frame in tables.items() if name != "target"}
    return base_from_run(
        made, demonstration_catalogue(), profile=PROFILE, region=HENAN, assumptions=demonstration_assumptions()
    )


@pytest.fixture(scope="module")
def solved(base: Base, tables: dict[str, pl.DataFrame]) -> tuple[Problem, Answer]:
    plan = tables["target"].filter(pl.col("document") == "plans/example_city_plan.md")
    totals = {p: tonnes_known(base.streams, p) for p in base.pollutants}
    ceilings, skipped = ceilings_from_targets(plan, totals, output_change=0.15)
    assert [ceiling.pollutant for ceiling in ceilings] == ["CO2"]
    assert skipped.height == plan.height - 1
    air = [Ceiling("SO2", reduction=0.3), Ceiling("NOx", reduction=0.3), Ceiling("PM25", reduction=0.2)]
    problem = build(base, demonstration_catalogue(), [*ceilings, *air])
    return problem, solve(problem)


def test_coal_power_stands_plant_by_plant_and_nothing_is_lost(base: Base, tables: dict[str, pl.DataFrame]) -> None:
    assert base.plants.height > 50
    assert tonnes_known(base.streams, "CO2") == pytest.approx(tables["emission"]["CO2"].sum(), rel=1e-12)


def test_the_targets_of_the_plan_solve_and_the_plan_is_marked_synthetic(solved: tuple[Problem, Answer]) -> None:
    problem, answer = solved
    assert answer.status == "optimal"
    assert problem.synthetic
    emissions = answer.emissions.drop_nulls("cap_t")
    assert (emissions["plan_t"] <= emissions["cap_t"] * (1 + 1e-9)).all()
    assert answer.plan["measure_id"].n_unique() > 5
    assert answer.plan["plant_en"].null_count() < answer.plan.height
    binding = answer.prices.filter(pl.col("price") > 0)
    assert binding["meaning_en"].str.contains("CNY a year").all()


def test_the_engine_confirms_the_plan(solved: tuple[Problem, Answer]) -> None:
    checked = recheck(*solved)
    assert ((checked["difference_t"] / checked["plan_t"]).abs() < 5e-4).all()


def test_targets_out_of_reach_name_the_conflict(base: Base) -> None:
    answer = solve(
        build(base, demonstration_catalogue(), [Ceiling("CO2", reduction=0.5), Ceiling("SO2", reduction=0.3)])
    )
    assert answer.status == "infeasible"
    assert answer.conflicts["pollutant"].to_list() == ["CO2"]


def test_published_costs_alone_solve_and_a_measure_without_one_is_named(base: Base) -> None:
    problem = build(base, published_catalogue(), [Ceiling("CO2", reduction=0.02)])
    answer = solve(problem)
    assert answer.status == "optimal"
    assert number_statuses(problem.catalogue, answer.plan["measure_id"])["recalled"] > len(problem.catalogue.prices)
    unknown = problem.choices.left_out.filter(pl.col("reason_zh").str.contains("寿命未给出"))
    assert "electric_arc_furnace" in set(unknown["measure_id"])
    assert "scr" not in set(unknown["measure_id"])
