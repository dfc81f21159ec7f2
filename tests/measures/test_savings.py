"""Measures that save money are named, and published costs for cars are not put on lorries."""

from __future__ import annotations

from cocontrol.measures.catalogue import built_in_catalogue
from cocontrol.measures.instance import Choices
from cocontrol.measures.savings import SAVINGS, saving_measures

from .test_workbench import problem


def test_only_measures_below_zero_save_and_the_largest_comes_first() -> None:
    choices = problem().choices
    found = saving_measures(choices)
    options = choices.options.filter(choices.options["option_id"] == "saving")
    assert found.to_dicts() == [
        {"measure_id": "saving", "sources": 2, "saved": -options["cost"].sum()},
    ]


def test_without_a_saving_nothing_is_named() -> None:
    choices = problem().choices
    none = Choices(choices.sources, choices.options.head(0), choices.devices, choices.left_out)
    assert saving_measures(none).is_empty()


def test_the_remark_says_that_ceilings_are_judged_by_what_they_add() -> None:
    words = SAVINGS.format(m="A", v="1")
    assert "without them" in words.en
    assert "多花多少" in words.zh


def test_the_measure_for_cars_leaves_diesel_to_the_one_for_lorries() -> None:
    """Its electricity and cost hold for a petrol car of 7 L per 100 km; at lorries they would turn a cost into a saving."""
    measures = built_in_catalogue().measures
    assert not measures["new_energy_vehicle"].applies_to("1A3b", "diesel", "TJ")
    assert measures["new_energy_vehicle"].applies_to("1A3b", "gasoline", "TJ")
    assert measures["electric_heavy_truck"].applies_to("1A3b", "diesel", "TJ")
