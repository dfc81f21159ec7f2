"""The order of measures: steps add up, the end is the same where measures commute, and unit costs hang on the place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.measures.effects import Application, apply_measures
from cocontrol.measures.ordering import Order, order_table, study_order, unit_cost

from .streams import AROUND, COAL, POLLUTANTS, catalogue, plant


def study(*names: str, existing: float = 0.0) -> Order:
    streams = (plant(existing={"SO2": {"desulphurisation": existing}}), plant("b", 30.0))
    wanted = [Application(name) for name in names]
    return study_order(streams, catalogue(), wanted, AROUND, pollutants=POLLUTANTS, discount_rate=0.0)


@settings(max_examples=15, deadline=None)
@given(st.permutations(["saving", "fgd", "filter"]), st.sampled_from([None, 0.4]), st.sampled_from([0.0, 0.5]))
def test_the_end_is_the_same_in_any_order_of_commuting_measures(
    names: list[str], share: float | None, existing: float
) -> None:
    streams = (plant(existing={"SO2": {"desulphurisation": existing}}), plant("b", 30.0))
    ends = [
        apply_measures(
            streams, catalogue(), [Application(name, share=share) for name in order], AROUND, pollutants=POLLUTANTS,
            discount_rate=0.05,
        ).after
        for order in (names, ["saving", "fgd", "filter"])
    ]  # fmt: skip
    for pollutant in POLLUTANTS:
        assert ends[0][pollutant].sum() == pytest.approx(ends[1][pollutant].sum(), rel=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["gas", "saving", "fgd", "filter", "wet_esp"]), min_size=1, max_size=4, unique=True))
def test_the_steps_of_an_order_add_up_to_its_joint_reduction(names: list[str]) -> None:
    order = study(*names)
    for pollutant in POLLUTANTS:
        difference = order.effects.before[pollutant].sum() - order.effects.after[pollutant].sum()
        assert order.joint[pollutant] == pytest.approx(difference, abs=1e-9)


def test_together_less_than_the_sum_of_each_alone() -> None:
    order = study("saving", "fgd")
    # 130 t: a fifth, then 90 % of what is left; alone 26 + 117
    assert order.joint["SO2"] == pytest.approx(26 + 0.9 * 104)
    assert order.apart["SO2"] == pytest.approx(26 + 117)
    assert order.interaction["SO2"] == pytest.approx(-0.2 * 0.9 * 130)


def test_unit_costs_hang_on_the_place() -> None:
    order = study("saving", "fgd")
    saving, scrubber = order.places
    assert saving.first is saving.here
    assert scrubber.last is scrubber.here
    first, last = unit_cost(scrubber.first, "SO2"), unit_cost(scrubber.last, "SO2")
    # (100/10 + 3 + 2 MWh × 5) CNY per unit: 23 × 130 for 117 t, 23 × 104 for 93.6 t
    assert first == pytest.approx(23 / 0.9)
    assert last == pytest.approx(23 / 0.9)
    # 13 × 130 CNY less 26 TJ of coal for 26 t; behind the scrubber 52 MWh less as well, but only for 2.6 t
    assert unit_cost(saving.first, "SO2") == pytest.approx((1690 - 2600) / 26)
    assert unit_cost(saving.last, "SO2") == pytest.approx((1690 - 2600 - 260) / 2.6)
    assert unit_cost(scrubber.here, "CO2") is None


def test_a_source_without_figure_leaves_the_joint_effect_unknown_where_no_other_has_one() -> None:
    order = study_order(
        (plant(raw={**COAL, "SO2": None}),), catalogue(), [Application("fgd")], AROUND, pollutants=POLLUTANTS,
        discount_rate=0,
    )  # fmt: skip
    assert order.joint["SO2"] is None
    assert order.interaction["SO2"] is None


def test_the_table_has_every_place_of_a_measure() -> None:
    table = order_table(study("fgd", "saving"), "SO2")
    assert table["measure_id"].to_list() == ["fgd", "saving"]
    assert table["reduction_first_t"].to_list() == [pytest.approx(117), pytest.approx(26)]
    assert table["reduction_here_t"].to_list() == [pytest.approx(117), pytest.approx(2.6)]
    assert table["unit_cost_last_CNY_per_t"].null_count() == 0
