"""The effect engine: one causal chain, order, backed-out devices, energy penalties, and what is not known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.measures.causes import Cause
from cocontrol.measures.effects import Application, Effects, apply_measures, as_measures, each_alone, step_table
from cocontrol.measures.equivalents import presets
from cocontrol.measures.metrics import Quadrant, evaluate
from cocontrol.measures.streams import Stream, Surroundings, emissions

from .streams import AROUND, COAL, POLLUTANTS, catalogue, plant


def act(*names: str, streams: tuple[Stream, ...] | None = None, share: float | None = None) -> Effects:
    return apply_measures(
        streams or (plant(),),
        catalogue(),
        [Application(name, share=share) for name in names],
        AROUND,
        pollutants=POLLUTANTS,
        discount_rate=0.0,
    )


def total(effects: Effects, pollutant: str, when: str) -> float:
    return float(getattr(effects, when)[pollutant].sum())


def test_a_scrubber_with_a_power_penalty_raises_carbon_dioxide() -> None:
    step = act("fgd").steps[0]
    assert step.reductions["SO2"] == pytest.approx(90)
    # reagent 0.7 × 90 t at the source, 200 MWh × 0.6 at the power plant
    assert step.reductions["CO2"] == pytest.approx(-63)
    assert step.change.indirect == pytest.approx(-120)
    assert step.carbon == pytest.approx(-183)


def test_a_fuel_penalty_burns_more_of_everything() -> None:
    step = act("dry_fgd").steps[0]
    assert step.reductions["CO2"] == pytest.approx(-0.02 * 9000)
    assert step.reductions["NOx"] == pytest.approx(-0.02 * 50)
    assert step.reductions["SO2"] == pytest.approx(100 - 100 * 1.02 * 0.2)


def test_a_change_of_fuel_takes_the_coefficients_of_the_new_one() -> None:
    step = act("gas").steps[0]
    assert step.reductions["CO2"] == pytest.approx(9000 - 90 * 56)
    assert step.reductions["PM25"] == pytest.approx(200)


def test_two_orders_of_the_same_measures_give_different_unit_costs() -> None:
    first, second = act("saving", "fgd"), act("fgd", "saving")
    for when, pollutant in (("before", "SO2"), ("after", "SO2"), ("after", "PM25")):
        assert total(first, pollutant, when) == pytest.approx(total(second, pollutant, when))
    by_name = {step.measure.measure_id: step for step in first.steps}
    other = {step.measure.measure_id: step for step in second.steps}
    assert by_name["fgd"].reductions["SO2"] == pytest.approx(72)
    assert other["fgd"].reductions["SO2"] == pytest.approx(90)
    assert by_name["saving"].reductions["SO2"] == pytest.approx(20)
    assert other["saving"].reductions["SO2"] == pytest.approx(2)
    # saving: (100/10 + 3) × activity − 20 TJ of coal at 100 − 40 MWh of the scrubber at 5
    assert other["saving"].cost.total == pytest.approx(1300 - 2000 - 200)


def test_a_device_after_a_full_change_of_fuel_has_nothing_to_do() -> None:
    step = act("gas", "fgd").steps[1]
    assert step.sources == ()
    assert step.reductions["SO2"] == 0
    assert "no source" in step.notes[0].en


def test_the_device_that_is_replaced_is_backed_out() -> None:
    there = plant(existing={"SO2": {"desulphurisation": 0.5}, "PM25": {"dedusting": 0.9}})
    made = act("fgd", streams=(there,))
    assert total(made, "SO2", "before") == pytest.approx(50)
    assert total(made, "SO2", "after") == pytest.approx(10)
    # 0.5 of PM2.5 goes in the scrubber, behind the filter that stays
    assert total(made, "PM25", "after") == pytest.approx(200 * 0.1 * 0.5)
    # reagent only for the 40 t that are removed in addition
    assert made.steps[0].reductions["CO2"] == pytest.approx(-0.7 * 40)


def test_a_second_device_of_the_stage_takes_the_place_of_the_first() -> None:
    made = act("fgd", "dry_fgd")
    assert total(made, "SO2", "after") == pytest.approx(100 * 1.02 * 0.2)
    assert total(made, "PM25", "after") == pytest.approx(200 * 1.02)


@pytest.mark.parametrize("pollutant", POLLUTANTS)
def test_what_a_replaced_device_used_burnt_and_dosed_goes_with_it(pollutant: str) -> None:
    assert total(act("dry_fgd", "fgd"), pollutant, "after") == pytest.approx(total(act("fgd"), pollutant, "after"))
    assert total(act("fgd", "dry_fgd"), pollutant, "after") == pytest.approx(total(act("dry_fgd"), pollutant, "after"))
    assert total(act("fgd", "gas"), pollutant, "after") == pytest.approx(total(act("gas"), pollutant, "after"))


SCRUBBED = {"SO2": {"dedusting": 0.4}, "PM25": {"dedusting": 0.85}}
"""A wet scrubber that removes SO2 with the dust."""


def test_co_removal_of_a_replaced_device_is_named_with_its_tonnes() -> None:
    step = act("filter", streams=(plant(existing=SCRUBBED),)).steps[0]
    assert step.reductions["SO2"] == pytest.approx(-40)
    (rise,) = step.rises
    assert (rise.pollutant, rise.cause, rise.tonnes) == ("SO2", Cause.LOST_REMOVAL, pytest.approx(40))
    assert (rise.before, rise.after) == (pytest.approx(0.4), 0)
    assert "40 t less SO2 removed" in step.notes[0].en


def test_a_device_in_a_row_with_the_old_one_keeps_its_co_removal() -> None:
    made = each_alone(
        (plant(existing=SCRUBBED),), catalogue(), ["filter", "fgd"], AROUND, pollutants=POLLUTANTS, discount_rate=0,
        with_series=True,
    )  # fmt: skip
    assert [step.name for step in made.steps] == ["filter", "filter+series", "fgd"]
    behind = made.steps[1]
    assert behind.reductions["SO2"] == 0
    assert behind.reductions["PM25"] == pytest.approx(200 * 0.15 * 0.99)
    assert behind.rises == ()
    assert any("multiply" in note.en for note in behind.notes)


def test_the_parts_of_a_rise_add_up_to_it() -> None:
    there = plant(existing={"SO2": {"desulphurisation": 0.9}})
    step = act("dry_fgd", streams=(there,)).steps[0]
    parts = [rise.tonnes for rise in step.rises if rise.pollutant == "SO2"]
    assert {rise.cause for rise in step.rises if rise.pollutant == "SO2"} == {Cause.LOST_REMOVAL, Cause.FUEL}
    assert sum(parts) == pytest.approx(-(step.reductions["SO2"] or 0))
    carbon = act("fgd").steps[0]
    assert sum(rise.tonnes for rise in carbon.rises) == pytest.approx(-(carbon.carbon or 0))


def test_stranded_kit_of_the_old_fuel_is_named() -> None:
    step = act("gas", streams=(plant(existing={"NOx": {"denitrification": 0.9}}),)).steps[0]
    assert step.reductions["NOx"] == pytest.approx(5 - 9)
    assert [(rise.pollutant, rise.cause) for rise in step.rises] == [("NOx", Cause.STRANDED)]
    assert step.rises[0].tonnes == pytest.approx(0.9 * 9)


def test_what_cannot_stand_in_a_row_is_refused_with_the_reason() -> None:
    wanted = [Application("wet_esp", in_series=True), Application("gas", in_series=True)]
    with pytest.raises(InvalidInput) as caught:
        apply_measures((plant(),), catalogue(), wanted, AROUND, pollutants=POLLUTANTS, discount_rate=0)
    assert [fault.remedy.en for fault in caught.value.faults if fault.remedy] == [
        "wet polishing is the last stage",
        "it is no device at the end of pipe",
    ]


def test_a_measure_in_part_leaves_the_rest_as_it_is() -> None:
    assert total(act("fgd", share=0.25), "SO2", "after") == pytest.approx(100 - 0.25 * 90)


def test_incompatible_measures_do_not_meet_and_prerequisites_come_first() -> None:
    # the pump refuses what already burns gas
    assert act("gas", "pump").steps[1].sources == ()
    assert act("wet_esp").steps[0].sources == ()
    assert act("fgd", "wet_esp").steps[1].sources == ("a",)
    there = plant(existing={"SO2": {"desulphurisation": 0.5}})
    assert act("wet_esp", streams=(there,)).steps[0].sources == ("a",)


def test_unknown_is_counted_and_never_zero() -> None:
    blind = plant("b", raw={**COAL, "SO2": None})
    step = act("fgd", streams=(plant(), blind)).steps[0]
    assert step.reductions["SO2"] == pytest.approx(90)
    assert step.change.missing["SO2"] == 1
    assert any("SO2" in note.en and "1 sources" in note.en for note in step.notes)
    alone = act("fgd", streams=(blind,)).steps[0]
    assert alone.reductions["SO2"] is None
    assert any("reagent" in note.en for note in alone.notes)


def test_carbon_of_electricity_without_a_grid_factor_is_unknown() -> None:
    made = apply_measures(
        (plant(),), catalogue(), [Application("pump")], Surroundings(), pollutants=POLLUTANTS, discount_rate=0.05
    )
    assert made.steps[0].change.indirect is None
    assert made.steps[0].carbon is None
    assert made.steps[0].reductions["CO2"] == pytest.approx(9000)


def test_a_missing_cost_or_price_makes_the_cost_unknown() -> None:
    made = apply_measures(
        (plant(),),
        catalogue(costs=False),
        [Application("fgd")],
        AROUND,
        pollutants=POLLUTANTS,
        discount_rate=0.05,
    )
    cost = made.steps[0].cost
    assert cost.total is None
    assert {text.en for text in cost.unknown} == {
        "investment, operating cost or lifetime is not given",
        "there is no price of electricity",
    }
    assert step_table(made)["cost"].to_list() == [None]


def test_faults_are_raised_together() -> None:
    wanted = [Application("nothing"), Application("fgd", frozenset({"z"})), Application("fgd", share=2)]
    with pytest.raises(InvalidInput) as caught:
        apply_measures((plant(),), catalogue(), wanted, AROUND, pollutants=POLLUTANTS, discount_rate=0)
    assert [fault.rule for fault in caught.value.faults] == [
        "measures.unknown",
        "measures.source_unknown",
        "measures.share",
    ]


def test_a_fuel_without_coefficient_is_not_found() -> None:
    with pytest.raises(NotFound):
        apply_measures(
            (plant(),), catalogue(), [Application("gas")], Surroundings(), pollutants=POLLUTANTS, discount_rate=0
        )


def test_each_alone_holds_every_measure_against_the_base_and_feeds_the_metrics() -> None:
    made = each_alone((plant(),), catalogue(), ["fgd", "gas"], AROUND, pollutants=POLLUTANTS, discount_rate=0.05)
    assert [step.order for step in made.steps] == [1, 2]
    assert made.steps[1].reductions == act("gas").steps[0].reductions
    found = {item.measure: item for item in evaluate(as_measures(made), next(iter(presets().values())))}
    assert found["fgd"].quadrant is Quadrant.FOUR
    assert found["gas"].quadrant is Quadrant.ONE


NAMES = st.lists(st.sampled_from(["gas", "saving", "fgd", "dry_fgd", "filter", "wet_esp", "pump"]), max_size=6)


@settings(max_examples=20, deadline=None)
@given(NAMES, st.sampled_from([None, 0.3, 1.0]), st.sampled_from([0.0, 0.6]))
def test_the_steps_add_up_to_the_difference_of_the_run(names: list[str], share: float | None, old: float) -> None:
    streams = (plant(existing={"SO2": {"desulphurisation": old}}), plant("b", 30.0), plant("c", 5.0, category="1A1ai"))
    made = act(*names, streams=streams, share=share)
    for pollutant in POLLUTANTS:
        direct = sum(step.reductions[pollutant] or 0.0 for step in made.steps)
        used = sum(step.change.indirect or 0.0 for step in made.steps) if pollutant == "CO2" else 0.0
        difference = total(made, pollutant, "before") - total(made, pollutant, "after")
        assert direct + used == pytest.approx(difference, rel=1e-9, abs=1e-9)
    again = emissions(made.streams, POLLUTANTS)
    assert again.equals(made.after)
