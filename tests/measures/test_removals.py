"""The removal of pollutants that a table does not name, and design values beside averages of the inventory."""

from __future__ import annotations

from cocontrol.measures.catalogue import CatalogueMeasure, built_in_catalogue
from cocontrol.measures.effects import Application, apply_measures
from cocontrol.measures.removals import basis_notes, removal_of

from .streams import AROUND, plant

AVERAGE = {"NOx": {"denitrification": 0.36}, "SO2": {"desulphurisation": 0.72}}


def scr() -> CatalogueMeasure:
    return built_in_catalogue().get("scr")


def test_carbon_particles_and_coarse_dust_take_the_removal_of_fine_dust() -> None:
    assert [removal_of({"PM25": 0.9}, p) for p in ("BC", "OC", "PM10", "SO2")] == [0.9, 0.9, 0.9, 0.0]


def test_a_design_value_that_replaces_an_average_says_so_with_both_figures() -> None:
    (note,) = basis_notes(scr(), [AVERAGE, {"NOx": {"denitrification": 0.42}}, {}])
    assert "88%" in note.zh
    assert "36–42%" in note.zh
    assert "2 sources" in note.en
    (same,) = basis_notes(scr(), [AVERAGE])
    assert "去除率 36%" in same.zh


def test_nothing_is_said_where_nothing_stands_or_the_basis_is_the_same() -> None:
    assert basis_notes(scr(), [{}]) == ()
    assert basis_notes(scr(), [{"NOx": {"desulphurisation": 0.3}}]) == ()
    assert basis_notes(built_in_catalogue().get("electrostatic_precipitator"), [{"PM25": {"dedusting": 0.9}}]) == ()
    assert basis_notes(built_in_catalogue().get("boiler_gas"), [AVERAGE]) == ()


def test_the_effect_of_a_device_carries_the_note() -> None:
    made = apply_measures(
        [plant("a", existing=AVERAGE)],
        built_in_catalogue(),
        [Application("scr")],
        AROUND,
        pollutants=("CO2", "NOx"),
        discount_rate=0.05,
    )
    assert any("设计去除率" in note.zh for note in made.steps[0].notes)
