"""The workbench: the problem of a run, its plan, what it costs to tighten, and what cannot be met."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.core.text import Text
from cocontrol.io.measure_catalogue import write_portfolio
from cocontrol.io.portfolio_folder import read_portfolio
from cocontrol.measures.catalogue import built_in_catalogue
from cocontrol.measures.effects import Application, act_out
from cocontrol.measures.plan_ceilings import ceilings_from_targets
from cocontrol.measures.plants import split_among_plants
from cocontrol.measures.portfolio.solving import optimise
from cocontrol.measures.run_base import Base, base_from_run, demonstration_assumptions
from cocontrol.measures.streams import Stream, Surroundings
from cocontrol.measures.what_ifs import curve, recheck, tighten
from cocontrol.measures.workbench import Answer, Ceiling, Problem, build, price_sentence, solve

from .streams import AROUND, COAL, GAS, POLLUTANTS, catalogue, numbers, plant

NOTHING = pl.DataFrame()


def base(*streams: Stream) -> Base:
    return Base(streams, POLLUTANTS, AROUND, NOTHING, NOTHING, (Text("注", "note"),), synthetic=False)


def problem(*ceilings: Ceiling, streams: tuple[Stream, ...] = (), integer: bool = False) -> Problem:
    chosen = streams or (plant(), plant("b", 50.0))
    return build(base(*chosen), catalogue(), ceilings, discount_rate=0.05, integer=integer)


def test_the_plan_meets_the_ceilings_and_the_engine_agrees() -> None:
    made = problem(Ceiling("SO2", reduction=0.8), Ceiling("CO2", reduction=0.1))
    answer = solve(made)
    assert answer.status == "optimal"
    rows = {row["pollutant"]: row for row in answer.emissions.iter_rows(named=True)}
    for pollutant in ("SO2", "CO2"):
        assert rows[pollutant]["plan_t"] <= rows[pollutant]["cap_t"] * (1 + 1e-9)
    assert answer.cost == pytest.approx(answer.plan["cost"].sum())


def test_without_a_mixture_of_fuel_and_device_the_recheck_is_exact() -> None:
    made = problem(Ceiling("SO2", reduction=0.6), Ceiling("PM25", reduction=0.5), integer=True)
    checked = recheck(made, solve(made))
    assert checked["difference_t"].abs().max() < 1e-6


def without_so2_of_gas(*, share: float) -> tuple[Problem, Answer]:
    """A plan that must take gas, for which the inventory has no coefficient of SO2."""
    unknown = Surroundings({("1A2m", "natural_gas"): {**GAS, "SO2": None}}, 0.6)
    measures = catalogue().with_numbers(
        numbers(("gas", "max_application", "-", share), ("gas", "operating_cost", "-", -1e6))
    )
    given = replace(base(plant()), around=unknown)
    made = build(given, measures, [Ceiling("CO2", reduction=0.1)], discount_rate=0.05)
    return made, solve(made)


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_the_recheck_counts_what_the_new_fuel_has_no_coefficient_for_as_at_the_base(share: float) -> None:
    """Missing is not zero: SO2 stays at 100 t in the plan and in the engine, while CO2 falls."""
    made, answer = without_so2_of_gas(share=share)
    assert set(answer.plan["measure_id"]) == {"gas"}
    rows = {row["pollutant"]: row for row in recheck(made, answer).iter_rows(named=True)}
    assert rows["SO2"]["plan_t"] == rows["SO2"]["engine_t"] == pytest.approx(100.0)
    assert rows["CO2"]["engine_t"] == pytest.approx(9000.0 * (1 - share) + 0.9 * 5600.0 * share)
    assert rows["CO2"]["difference_t"] == pytest.approx(0.0, abs=1e-6)


def test_what_a_piece_was_adds_up_to_its_source() -> None:
    wanted = [Application("gas", share=0.4), Application("fgd"), Application("pump", share=0.5)]
    pieces = act_out(plant(), catalogue(), wanted, AROUND)
    assert sum(piece.before.amount or 0.0 for piece in pieces) == pytest.approx(100.0)


def test_a_device_that_cannot_stand_with_an_option_is_forbidden() -> None:
    devices = problem(Ceiling("SO2", reduction=0.1)).choices.devices
    assert set(devices.filter(pl.col("device_id") == "fgd")["forbids_options"]) == {"gas;pump"}


def test_a_prerequisite_that_is_not_there_is_named() -> None:
    left_out = problem(Ceiling("SO2", reduction=0.1)).choices.left_out
    assert set(left_out["measure_id"]) == {"wet_esp"}
    assert "fgd" in left_out["reason_en"][0]


def test_a_pollutant_without_figure_is_left_out_and_no_reduction_is_made_up() -> None:
    made = problem(Ceiling("CO2", reduction=0.1), streams=(plant(raw={**COAL, "SO2": None}), plant("b")))
    assert made.choices.sources["SO2"].to_list() == [0.0, 100.0]
    assert ("a", None, "SO2") in set(made.choices.left_out.select("source_id", "measure_id", "pollutant").iter_rows())
    fgd = made.choices.devices.filter((pl.col("device_id") == "fgd") & (pl.col("source_id") == "a"))
    assert fgd["SO2"].to_list() == [0.0]


def test_tightening_never_costs_less_and_the_price_says_how_much() -> None:
    made = problem(Ceiling("SO2", reduction=0.5))
    answer = solve(made)
    more = tighten(made, answer, (0.01, 0.05))["more_cost"].to_list()
    assert 0 <= more[0] <= more[1]
    price = answer.prices["price"][0]
    assert more[0] == pytest.approx(price * 0.01 * made.instance.rows[0].limit, rel=1e-6)
    assert "CNY a year" in answer.prices["meaning_en"][0]


def test_a_slack_price_is_said_in_words() -> None:
    assert "does not bind" in price_sentence("SO2", 0.0).en


def test_what_cannot_be_met_is_named_with_its_relaxation() -> None:
    answer = solve(problem(Ceiling("CO2", cap_t=1.0), Ceiling("SO2", reduction=0.1)))
    assert answer.status == "infeasible"
    assert answer.plan.is_empty()
    assert answer.conflicts["pollutant"].to_list() == ["CO2"]
    assert answer.conflicts["relax_t"][0] > 0
    assert recheck(problem(Ceiling("CO2", cap_t=1.0)), answer).is_empty()


def test_the_curve_of_a_pollutant_rises() -> None:
    made = curve(problem(Ceiling("SO2", reduction=0.1)), "SO2")
    assert made["cost"].is_sorted()


def test_the_folder_solves_to_the_same_plan(tmp_path: Path) -> None:
    made = problem(Ceiling("SO2", reduction=0.5), Ceiling("CO2", reduction=0.05))
    write_portfolio(made, tmp_path / "p")
    again, _ = read_portfolio(tmp_path / "p")
    assert optimise(again).cost == pytest.approx(solve(made).cost)


def test_ceilings_that_cannot_be_read_come_together() -> None:
    with pytest.raises(InvalidInput) as caught:
        problem(Ceiling("Hg", reduction=0.1), Ceiling("SO2"), Ceiling("SO2", cap_t=1.0, reduction=0.1))
    assert [fault.rule for fault in caught.value.faults] == [
        "workbench.pollutant",
        "workbench.ceiling",
        "workbench.ceiling",
    ]


def test_without_any_known_cost_the_user_is_told() -> None:
    with pytest.raises(InvalidInput) as caught:
        build(base(plant()), built_in_catalogue(), [Ceiling("SO2", reduction=0.1)])
    assert {fault.rule for fault in caught.value.faults} == {"measures.cost_unknown"}


def targets(*rows: tuple[str, str, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [(f"T{i}", *row) for i, row in enumerate(rows)],
        schema={"target_id": pl.String, "metric": pl.String, "operator": pl.String, "value": pl.Float64},
        orient="row",
    )


def test_targets_become_ceilings_or_say_why_not() -> None:
    given = targets(
        ("nox", "<=", 80.0),
        ("so2", "change_pct", -20.0),
        ("vocs_reduction", ">=", 5.0),
        ("co2_per_gdp", "change_pct", -18.0),
        ("pm25", "<=", 44.0),
        ("coal_consumption", "<=", 1.0),
        ("nox", ">=", 3.0),
        ("so2", "<=", None),
    )
    totals = {"NOx": 100.0, "SO2": 50.0, "VOCs": 30.0, "CO2": 1000.0}
    made, skipped = ceilings_from_targets(given, totals, output_change=0.3)
    assert made == [
        Ceiling("NOx", cap_t=80.0, target_id="T0"),
        Ceiling("SO2", reduction=0.2, target_id="T1"),
        Ceiling("VOCs", cap_t=25.0, target_id="T2"),
        Ceiling("CO2", cap_t=pytest.approx(1000 * 0.82 * 1.3), target_id="T3"),
    ]
    assert skipped["target_id"].to_list() == ["T4", "T5", "T6", "T7"]
    _, without = ceilings_from_targets(given, totals)
    assert "T3" in without["target_id"].to_list()


def test_power_is_split_by_capacity_and_adds_up() -> None:
    units = pl.DataFrame(
        {
            "facility_id": ["x", "y", "z"], "name_zh": [None] * 3, "name_en": ["X", "Y", "Z"], "adcode": ["410100"] * 3,
            "longitude": [113.0] * 3, "latitude": [34.0] * 3, "kind": ["coal_unit"] * 3, "capacity": [300.0, 100.0, 9.0],
            "status": ["operating", "operating", "retired"],
        }
    )  # fmt: skip
    streams, places, notes = split_among_plants([plant("p", 40.0, category="1A1ai"), plant()], units)
    assert {s.source_id: s.amount for s in streams} == {"a": 100.0, "p@x": 30.0, "p@y": 10.0}
    assert places["source_id"].to_list() == ["p@x", "p@y"]
    assert len(notes) == 1


def run_tables() -> dict[str, pl.DataFrame]:
    row = {
        "source_id": "i", "adcode": "410000", "period": "2013", "category": "1A2m", "fuel": "raw_coal", "amount": 10.0,
        "unit": "TJ", "coefficient_id": "1A2m/raw_coal/uncontrolled/2013",
    }  # fmt: skip
    known = {"CO2": 90.0, "NOx": 0.2, "SO2": None, "PM25": None}
    types = {"SO2": pl.Float64, "PM25": pl.Float64}
    return {
        "emission": pl.DataFrame([row]),
        "coefficient": pl.DataFrame([{"coefficient_id": row["coefficient_id"], **known}], schema_overrides=types),
        "control": pl.DataFrame(
            [
                {
                    "category": "1A2m", "fuel": "raw_coal", "pollutant": "NOx", "technology": "sncr",
                    "application_rate": 0.5, "removal_efficiency": 0.4,
                }
            ]
        ),
    }  # fmt: skip


def test_a_run_gives_its_devices_and_what_it_does_not_know() -> None:
    made = base_from_run(run_tables(), catalogue(), profile="PROV_GUIDE_2011", region="410000")
    stream = made.streams[0]
    assert stream.coefficient("NOx") == pytest.approx(0.2)
    assert stream.raw["NOx"] == pytest.approx(0.25)
    assert stream.existing == {"NOx": {"denitrification": pytest.approx(0.2)}}
    assert made.unknown["pollutant"].to_list() == ["PM25", "SO2"]
    assert not made.synthetic


def test_assumptions_fill_only_what_the_run_lacks() -> None:
    made = base_from_run(
        run_tables(),
        catalogue(),
        profile="PROV_GUIDE_2011",
        region="410000",
        assumptions=demonstration_assumptions(),
    )
    assert made.synthetic
    assert made.unknown.is_empty()
    assert made.streams[0].coefficient("NOx") == pytest.approx(0.2)
    assert made.streams[0].coefficient("SO2") == pytest.approx((made.streams[0].raw["SO2"] or 0) * (1 - 0.5 * 0.4))
    assert made.around.grid_co2 == pytest.approx(0.5257)
    assert ("1A2m", "natural_gas") in made.around.targets


def test_a_row_without_coefficient_keeps_its_emission() -> None:
    tables = run_tables()
    row = tables["emission"].with_columns(
        source_id=pl.lit("landfill"), category=pl.lit("4A"), fuel=pl.lit(None, pl.String), unit=pl.lit("t"),
        coefficient_id=pl.lit(None, pl.String), CO2=pl.lit(7.0),
    )  # fmt: skip
    both = pl.concat([tables["emission"].with_columns(CO2=pl.lit(900.0)), row], how="diagonal")
    made = base_from_run({**tables, "emission": both}, catalogue(), profile="PROV_GUIDE_2011", region="410000")
    assert made.streams[1].coefficient("CO2") == pytest.approx(0.7)
    assert made.streams[1].coefficient("NOx") is None


def test_a_period_without_emission_is_refused() -> None:
    with pytest.raises(InvalidInput):
        base_from_run(run_tables(), catalogue(), profile="PROV_GUIDE_2011", region="410000", period="1999")
