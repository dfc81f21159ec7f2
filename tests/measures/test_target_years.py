"""The workbench over target years, places, budgets and concentrations; what-ifs; and targets seen from another year."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.core.text import Text
from cocontrol.io.measure_catalogue import write_portfolio
from cocontrol.io.portfolio_folder import read_portfolio
from cocontrol.measures.ceilings import WHOLE, Budget, ReceptorLimit, rollback_limit
from cocontrol.measures.horizon import Horizon
from cocontrol.measures.plan_ceilings import Standpoint, base_year_remark, ceilings_from_targets
from cocontrol.measures.plants import split_among_plants
from cocontrol.measures.portfolio.solving import optimise
from cocontrol.measures.run_base import Base
from cocontrol.measures.streams import Stream
from cocontrol.measures.what_ifs import curve, drivers, joint_or_separate, recheck, relaxed, tighten
from cocontrol.measures.workbench import Ceiling, Limits, Problem, build, price_sentence, solve
from cocontrol.measures.years import Trials

from .streams import AROUND, POLLUTANTS, catalogue, plant

NOTHING = pl.DataFrame()
CITIES = (plant("zz", 60.0, adcode="410100"), plant("py", 40.0, adcode="410900"), plant("jy", 20.0, adcode="411000"))
LABEL = Text("等比例筛查", "rollback")


def base(*streams: Stream) -> Base:
    return Base(streams, POLLUTANTS, AROUND, NOTHING, NOTHING, (Text("注", "note"),), synthetic=False)


def problem(
    *ceilings: Ceiling, streams: tuple[Stream, ...] = CITIES, years: tuple[int, ...] = (2025, 2030),
    growth: dict[str, float] | None = None, limits: Limits | None = None,
) -> Problem:  # fmt: skip
    horizon = Horizon(years, 2020, growth or {})
    return build(base(*streams), catalogue(), ceilings, horizon=horizon, limits=limits)


def test_a_period_lasts_until_the_next_target_year_and_a_yuan_in_it_is_worth_less() -> None:
    horizon = Horizon((2025, 2030, 2040), 2020)
    assert horizon.lengths == (5, 10, 10)
    assert horizon.weights(0.0) == (5.0, 10.0, 10.0)
    first, second, _ = horizon.weights(0.05)
    assert first == pytest.approx(sum(1.05**-k for k in range(5)))
    assert second == pytest.approx(sum(1.05**-k for k in range(5, 15)))
    assert Horizon((2025,), 2020).weights(0.08) == (1.0,)


def test_lifetimes_in_years_become_periods() -> None:
    horizon = Horizon((2025, 2030, 2035), 2020)
    assert [horizon.periods_of(years) for years in (3.0, 5.0, 6.0, 20.0, None)] == [1, 1, 2, 4, None]


def test_growth_of_a_category_holds_for_those_below_and_the_nearest_counts() -> None:
    horizon = Horizon((2025,), 2020, {"*": 0.01, "1A2": 0.02})
    assert horizon.factors("1A2m") == (pytest.approx(1.02**5),)
    assert horizon.factors("1A3b") == (pytest.approx(1.01**5),)


@pytest.mark.parametrize("years", [(), (2030, 2025), (2025, 2025), (2019,)])
def test_target_years_that_mean_nothing_are_refused(years: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput):
        Horizon(years, 2020)


def test_each_ceiling_binds_in_its_own_year_and_growth_raises_base_and_cost() -> None:
    made = problem(
        Ceiling("SO2", reduction=0.3, period=2025), Ceiling("SO2", reduction=0.7, period=2030), growth={"*": 0.02}
    )
    answer = solve(made)
    rows = {(r["pollutant"], r["period"]): r for r in answer.emissions.iter_rows(named=True)}
    assert rows["SO2", 2025]["base_t"] == pytest.approx(120.0 * 1.02**5)
    assert rows["SO2", 2025]["plan_t"] <= 120.0 * 0.7 * (1 + 1e-9)
    assert rows["SO2", 2030]["plan_t"] <= 120.0 * 0.3 * (1 + 1e-9)
    yearly = answer.yearly.rows(named=True)
    assert answer.cost == pytest.approx(sum(row["cost"] * row["weight"] for row in yearly))
    assert answer.plan.filter(pl.col("period") == 2030)["cost"].sum() == pytest.approx(yearly[1]["cost"])
    assert set(answer.ceilings["period"]) == {2025, 2030}


def test_prices_are_those_of_a_tonne_in_one_year() -> None:
    made = problem(Ceiling("SO2", reduction=0.5, period=2030))
    answer = solve(made)
    (price,) = answer.prices.filter(pl.col("price") > 0).iter_rows(named=True)
    alone = solve(problem(Ceiling("SO2", reduction=0.5), years=(2030,)))
    assert price["price"] == pytest.approx(alone.prices["price"][0], rel=1e-6)
    assert price["period"] == 2030


def test_equipment_stays_for_its_life() -> None:
    """A device of ten years that only 2025 asks for still stands in 2030."""
    made = problem(Ceiling("PM25", reduction=0.9, period=2025))
    plan = solve(made).plan
    early = set(plan.filter(pl.col("period") == 2025)["measure_id"])
    assert made.choices.devices["lifetime"].unique().to_list() == [2]
    assert early <= set(plan.filter(pl.col("period") == 2030)["measure_id"])


def test_the_engine_confirms_every_period() -> None:
    made = problem(Ceiling("PM25", reduction=0.5), growth={"1A2": -0.01})
    checked = recheck(made, solve(made))
    assert checked["period"].unique().sort().to_list() == [2025, 2030]
    assert checked["difference_t"].abs().max() < 1e-6


def test_the_ceiling_of_a_city_binds_its_sources_alone() -> None:
    made = problem(Ceiling("SO2", reduction=0.6, region="410900"), years=(2025,))
    answer = solve(made)
    equipped = answer.plan.filter(pl.col("measure_id").is_in(["fgd", "dry_fgd", "gas"]))
    assert set(equipped["source_id"]) == {"py"}
    (row,) = answer.ceilings.iter_rows(named=True)
    assert (row["base"], row["region"]) == (pytest.approx(40.0), "410900")
    assert row["reached"] == pytest.approx(16.0)


def test_a_code_that_ends_in_zero_holds_its_own_city_alone() -> None:
    """411000 is one city: not every code that begins with 411."""
    streams = (*CITIES, plant("other", 30.0, adcode="411100"))
    made = problem(Ceiling("SO2", reduction=0.5, region="411000"), streams=streams, years=(2025,))
    assert made.caps["base_t"].to_list() == [pytest.approx(20.0)]


def test_a_place_without_sources_cannot_be_bounded() -> None:
    with pytest.raises(InvalidInput) as caught:
        problem(Ceiling("SO2", reduction=0.1, region="410500"), Ceiling("SO2", reduction=0.1, period=2028))
    assert [fault.rule for fault in caught.value.faults] == ["workbench.region", "workbench.period"]


def test_the_tighter_of_two_ceilings_counts_and_the_other_is_named() -> None:
    made = problem(Ceiling("SO2", reduction=0.2), Ceiling("SO2", reduction=0.4, target_id="T"), years=(2025,))
    assert made.caps["target_id"].to_list() == ["T"]
    assert made.looser["cap_t"].to_list() == [pytest.approx(96.0)]


def test_a_budget_bounds_the_years_together() -> None:
    free = problem(Ceiling("PM25", reduction=0.1))
    total = sum(solve(free).emissions.filter(pl.col("pollutant") == "CO2")["plan_t"]) * 5
    made = problem(Ceiling("PM25", reduction=0.1), limits=Limits(budgets=(Budget("CO2", 0.9 * total),)))
    answer = solve(made)
    spent = answer.emissions.filter(pl.col("pollutant") == "CO2")["plan_t"].sum() * 5
    assert spent <= 0.9 * total * (1 + 1e-9)
    assert answer.ceilings.filter(pl.col("kind") == "budget")["reached"][0] == pytest.approx(spent)
    words = answer.prices.filter(pl.col("kind") == "budget")["meaning_en"][0]
    assert "budget" in words


def particles(aim: float) -> ReceptorLimit:
    totals = {"PM25": 240.0, "SO2": 120.0}
    return rollback_limit(
        "example",
        aim=aim,
        concentration=50.0,
        background=10.0,
        shares={"PM25": 0.5, "SO2": 0.25},
        base=totals,
        label=LABEL,
    )


def test_a_concentration_that_follows_emissions_in_proportion() -> None:
    limit = particles(44.0)
    assert limit.constant == pytest.approx(10.0 + 40.0 * 0.25)
    made = problem(years=(2025,), limits=Limits(receptors=(limit,)))
    answer = solve(made)
    (row,) = answer.ceilings.iter_rows(named=True)
    assert (row["kind"], row["unit"]) == ("receptor", "ug/m3")
    assert row["base"] == pytest.approx(50.0)
    assert row["reached"] <= 44.0 + 1e-9
    assert "µg/m³" in answer.prices["meaning_zh"][0]


def test_an_aim_below_what_the_measures_can_do_is_a_conflict() -> None:
    answer = solve(problem(years=(2025,), limits=Limits(receptors=(particles(15.0),))))
    assert answer.status == "infeasible"
    assert answer.conflicts["name"].to_list() == ["example 2025"]


def test_the_folder_of_everything_solves_to_the_same_cost(tmp_path: Path) -> None:
    made = problem(
        Ceiling("SO2", reduction=0.4, period=2025), Ceiling("SO2", reduction=0.6, period=2030), Ceiling("CO2", reduction=0.05),
        Ceiling("NOx", reduction=0.1, region="410100"), growth={"*": 0.015},
        limits=Limits((Budget("CO2", 1e5),), (particles(45.0),)),
    )  # fmt: skip
    write_portfolio(made, tmp_path / "p")
    again, _ = read_portfolio(tmp_path / "p")
    assert (tmp_path / "p" / "growth.csv").is_file()
    assert optimise(again).cost == pytest.approx(solve(made).cost, rel=1e-9)


@pytest.mark.parametrize(
    ("file", "line", "rule"),
    [
        ("growth.csv", "nobody,2025,1.1", "portfolio.source_unknown"),
        ("growth.csv", "zz,1999,1.1", "portfolio.period_unknown"),
        ("budgets.csv", "*,Hg,5", "portfolio.not_found"),
        ("receptors.csv", "example,*,SO2,2025,1.0,7.0", "portfolio.receptor_limit"),
    ],
)
def test_further_tables_say_what_is_wrong_in_them(tmp_path: Path, file: str, line: str, rule: str) -> None:
    made = problem(growth={"*": 0.01}, limits=Limits((Budget("CO2", 1e5),), (particles(45.0),)))
    write_portfolio(made, tmp_path / "p")
    with (tmp_path / "p" / file).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    with pytest.raises(InvalidInput) as caught:
        read_portfolio(tmp_path / "p")
    assert rule in {fault.rule for fault in caught.value.faults}


def test_settings_need_one_number_for_each_period(tmp_path: Path) -> None:
    write_portfolio(problem(Ceiling("SO2", reduction=0.1)), tmp_path / "p")
    file = tmp_path / "p" / "settings.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("period_years = [5, 5]", "period_years = [5]"), encoding="utf-8"
    )
    with pytest.raises(InvalidInput):
        read_portfolio(tmp_path / "p")


def test_tightening_costs_more_the_tighter_and_a_slack_ceiling_costs_nothing() -> None:
    made = problem(Ceiling("SO2", reduction=0.5), Ceiling("NOx", cap_t=1e6), years=(2025,))
    found = tighten(made, solve(made))
    so2 = found.filter(pl.col("pollutant") == "SO2")["more_cost"].to_list()
    assert so2 == sorted(so2)
    assert so2[0] > 0
    assert found.filter(pl.col("pollutant") == "NOx")["more_cost"].to_list() == [0.0, 0.0, 0.0]


def test_the_driver_of_the_cost_is_named_first() -> None:
    made = problem(Ceiling("SO2", reduction=0.5), Ceiling("NOx", cap_t=1e6), years=(2025,))
    answer = solve(made)
    found = drivers(made, answer)
    assert found["pollutant"].to_list() == ["SO2", "NOx"]
    assert found["saved"][1] == 0
    without = solve(problem(Ceiling("NOx", cap_t=1e6), years=(2025,)))
    assert found["cost"][0] == pytest.approx(without.cost)


def test_trials_move_limits_back_and_agree_with_solving_anew() -> None:
    made = problem(Ceiling("SO2", reduction=0.4, period=2025), Ceiling("SO2", reduction=0.6, period=2030))
    trials = Trials(made.instance)
    whole = replace(made.instance, settings=replace(made.instance.settings, integer=False))
    limit = made.instance.rows[0].limit
    for limits in ({0: 0.8 * limit}, {1: None}, {}, {0: 0.0}):
        rows = [
            replace(row, limit=value)
            for place, row in enumerate(whole.rows)
            if (value := limits.get(place, row.limit)) is not None
        ]
        anew = optimise(whole.with_rows(*rows), prices=False)
        status, cost = trials.cost(limits)
        assert status == anew.status
        assert cost == (None if anew.cost is None else pytest.approx(anew.cost))


def test_a_conflict_of_one_year_is_found_before_the_years_are_solved_together() -> None:
    made = problem(Ceiling("CO2", cap_t=1.0, period=2030), Ceiling("SO2", reduction=0.2, period=2025))
    answer = solve(made)
    assert answer.status == "infeasible"
    assert answer.conflicts["name"].to_list() == ["* CO2 2030"]
    assert answer.conflicts["period"].to_list() == [2030]


def test_joint_planning_is_compared_with_separate_plans_in_both_orders() -> None:
    made = problem(Ceiling("SO2", reduction=0.5), Ceiling("CO2", reduction=0.2), years=(2025,))
    cases = {row["case"]: row for row in joint_or_separate(made).iter_rows(named=True)}
    assert set(cases) == {"none", "air", "carbon", "joint", "air>carbon", "carbon>air"}
    assert cases["joint"]["cost"] == pytest.approx(solve(made).cost)
    assert joint_or_separate(problem(Ceiling("SO2", reduction=0.5))).is_empty()


def test_what_conflicts_gives_way_and_can_then_be_met() -> None:
    made = problem(Ceiling("CO2", cap_t=1.0), Ceiling("SO2", cap_t=0.0), years=(2025,))
    found = relaxed(made, solve(made))
    assert (found["relaxed"] >= 0).all()
    caps = [Ceiling(row["pollutant"], cap_t=row["limit"]) for row in found.iter_rows(named=True)]
    assert solve(problem(*caps, years=(2025,))).status == "optimal"
    met = problem(Ceiling("CO2", reduction=0.0), years=(2025,))
    with pytest.raises(InvalidInput):
        relaxed(met, solve(met))


def test_a_curve_stands_for_one_year() -> None:
    made = problem(Ceiling("SO2", reduction=0.1), growth={"*": 0.02})
    assert curve(made, "SO2", year=2030)["emission_t"][0] <= 120 * 1.02**10 + 1e-9
    assert curve(made, "SO2").equals(curve(made, "SO2", year=2030))


def test_sentences_name_substance_place_and_year() -> None:
    words = price_sentence("SO2", 1234.0, region="410900", period=2030)
    assert "2030 年濮阳市" in words.zh
    assert "二氧化硫（SO₂）" in words.zh
    assert "Puyang" in words.en
    assert "SO₂" in price_sentence("SO2", 0.0, region=WHOLE).en


def target(**facts: object) -> pl.DataFrame:
    row = {"target_id": "T", "metric": "nox", "operator": "<=", "value": 1.0, "unit": "t", "adcode": None,
           "base_year": 2020, "target_year": 2025} | facts  # fmt: skip
    return pl.DataFrame([row], infer_schema_length=None)


TOTALS = {"NOx": 100.0, "CO2": 1000.0}


def stand(**facts: Any) -> Standpoint:
    given = Standpoint(TOTALS, region="410000", years=(2025, 2030), output={(2020, 2025): 0.3})
    return replace(given, **facts)


def test_a_target_falls_into_its_year_and_its_unit_is_read() -> None:
    (made,), _ = ceilings_from_targets(target(value=0.05, unit="kt"), stand())
    assert made == Ceiling("NOx", cap_t=50.0, target_id="T", period=2025)
    _, skipped = ceilings_from_targets(target(target_year=2035), stand())
    assert "2035" in skipped["reason_en"][0]
    _, skipped = ceilings_from_targets(target(unit="MW"), stand())
    assert "MW" in skipped["reason_en"][0]


def test_a_target_that_counts_from_another_year_takes_the_declared_change() -> None:
    facts = {"metric": "co2_per_gdp", "operator": "change_pct", "value": -20.0, "unit": "%"}
    (made,), _ = ceilings_from_targets(target(**facts), stand(emission_change=0.1))
    assert made.cap_t == pytest.approx(1000 * 1.1 * 0.8 * 1.3)
    remark = base_year_remark(target(**facts).row(0, named=True), 2013, 0.1)
    assert remark is not None
    assert "2013" in remark.zh
    assert base_year_remark(target(**facts).row(0, named=True), 2020) is None
    assert base_year_remark(target().row(0, named=True), 2013) is None


def test_the_target_of_a_city_bounds_the_city_or_says_that_it_cannot() -> None:
    inside = stand(within=lambda code: {"NOx": 40.0} if code == "410900" else {})
    facts = {"operator": "change_pct", "value": -10.0, "unit": "%"}
    (made,), _ = ceilings_from_targets(target(adcode="410900", **facts), inside)
    assert made == Ceiling("NOx", None, 0.1, "410900", "T", 2025)
    for code, word in (("410500", "410500"), ("130100", "another region")):
        _, skipped = ceilings_from_targets(target(adcode=code, **facts), inside)
        assert word in skipped["reason_en"][0]


@pytest.mark.parametrize(
    ("metric", "word"),
    [("pm25", "concentration"), ("good_air_days_share", "linear"), ("energy_per_industrial_value_added", "energy"),
     ("co2_peak_year", "pathways"), ("nev_share", "not a target of emissions")],
)  # fmt: skip
def test_what_is_no_ceiling_says_why(metric: str, word: str) -> None:
    made, skipped = ceilings_from_targets(target(metric=metric), stand())
    assert made == []
    assert word in skipped["reason_en"][0]


def test_units_without_a_list_are_taken_from_coal_fired_plants_and_called_allocated() -> None:
    facility = pl.DataFrame(
        {
            "facility_id": ["p", "q", "r"], "name_zh": [None] * 3, "name_en": ["P", "Q", "R"], "adcode": ["410100"] * 3,
            "longitude": [113.0, None, 113.0], "latitude": [34.0, None, 34.0], "kind": ["power_plant"] * 3,
            "fuel": ["coal"] * 3, "capacity": [300.0, 100.0, 50.0], "status": [None, "operating", "retired"],
        }
    )  # fmt: skip
    streams, places, notes = split_among_plants([plant("s", 40.0, category="1A1ai")], facility)
    assert sorted(stream.amount or 0 for stream in streams) == [10.0, 30.0]
    assert set(places["basis"]) == {"allocated"}
    assert "1 of them" in notes[0].en
