"""The catalogue that ships, a user's own, and what is refused."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.core.pollutants import codes
from cocontrol.io.measure_catalogue import (
    catalogue_rows,
    read_catalogue,
    write_catalogue_tables,
    write_catalogue_templates,
)
from cocontrol.measures.catalogue import (
    built_in_catalogue,
    cost_is_known,
    demonstration_catalogue,
    make_catalogue,
    measure_table,
    number_table,
    require_known_costs,
)
from cocontrol.measures.costing import capital_recovery

from .streams import measures, numbers

OF_THE_PLANS = {
    "kiln_fuel_switch",
    "chp_consolidation",
    "small_boiler_retirement",
    "electric_arc_furnace",
    "waste_heat_recovery",
    "rail_shift",
    "new_energy_vehicle",
    "fertiliser_cut",
    "landfill_gas",
    "wet_fgd",
    "scr",
    "bag_filter",
    "power_ultra_low",
    "steel_ultra_low",
    "solar_power",
    "carbon_capture",
    "industrial_heat_pump",
    "electric_boiler",
    "clinker_ratio",
    "coal_mine_methane",
    "hfc_recovery",
    "straw_burning_ban",
    "low_voc_products",
    "residential_heat_pump",
}

NAMED_ONLY = {"green_power", "hydrogen_ironmaking"}
"""Measures of the plans for which no figure has a source: the catalogue names them and says so."""  # fmt: skip


def test_the_measures_of_the_plans_are_in_it_with_a_source_for_every_number() -> None:
    shipped = built_in_catalogue()
    assert set(shipped.measures) >= OF_THE_PLANS
    table = number_table(shipped.measures.values())
    assert table["source"].null_count() == 0
    assert set(table["status"]) == {"verified", "recalled"}
    assert {name for name, measure in shipped.measures.items() if not measure.numbers} == NAMED_ONLY


def test_a_measure_without_figures_has_no_status_to_show() -> None:
    table = measure_table(built_in_catalogue())
    assert set(table.filter(pl.col("status").is_null())["measure_id"]) == NAMED_ONLY


def test_no_cost_is_made_up_and_an_unknown_cost_stops_optimisation() -> None:
    shipped = built_in_catalogue()
    assert not any(cost_is_known(measure) for measure in shipped.measures.values())
    with pytest.raises(InvalidInput) as caught:
        require_known_costs(shipped.measures.values())
    assert len(caught.value.faults) == len(shipped.measures)


def test_invented_costs_say_that_they_are() -> None:
    made = demonstration_catalogue()
    filled = [measure for measure in made.measures.values() if cost_is_known(measure)]
    assert {measure.measure_id for measure in filled} > {"wet_fgd", "scr", "boiler_gas"}
    assert {measure.status for measure in filled} == {"synthetic"}
    assert {price.status for price in made.prices.values()} == {"synthetic"}


def test_efficiencies_agree_with_the_reference_tables() -> None:
    fgd = built_in_catalogue().get("wet_fgd")
    assert fgd.number("reagent_co2", "SO2") == 0.6869
    assert set(fgd.by_subject("removal")) <= set(codes())


def test_a_measure_applies_by_category_fuel_and_unit() -> None:
    switch = built_in_catalogue().get("kiln_fuel_switch")
    assert switch.applies_to("1A2m", "raw_coal", "TJ")
    assert not switch.applies_to("1A2m", "raw_coal", "t")
    assert not switch.applies_to("1A2m", "natural_gas", "TJ")
    assert not switch.applies_to("1A1ai", "raw_coal", "TJ")


def test_an_unknown_measure_is_not_found() -> None:
    with pytest.raises(NotFound):
        built_in_catalogue().get("magic")


def test_every_fault_of_a_catalogue_comes_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        make_catalogue(
            measures(
                ("a", "end_of_pipe", None, "9Z", "gold", None, "nobody", None),
                ("b", "fuel", None, "1A2", None, None, None, None),
            ),
            numbers(("a", "removal", "SO2", 1.2), ("a", "removal", "-", 0.5), ("c", "lifetime", "-", 10.0)),
        )
    assert sorted(fault.rule for fault in caught.value.faults) == [
        "measures.categories",
        "measures.fuels",
        "measures.incompatible",
        "measures.number_of_unknown",
        "measures.stage_absent",
        "measures.subject",
        "measures.target_fuel_absent",
        "measures.value",
    ]


def test_a_filled_template_comes_back_as_the_same_catalogue(tmp_path: Path) -> None:
    shipped = demonstration_catalogue()
    write_catalogue_templates(tmp_path, "zh", filled=shipped)
    found, _ = read_catalogue(tmp_path)
    assert found == shipped
    with pytest.raises(InvalidInput):
        write_catalogue_templates(tmp_path, "zh")


def test_own_costs_add_to_the_built_in_catalogue(tmp_path: Path) -> None:
    own = numbers(("scr", "investment", "-", 1.0), ("scr", "operating_cost", "-", 2.0), ("scr", "lifetime", "-", 3.0))
    write_catalogue_tables({"measure_numbers": own}, tmp_path)
    found, _ = read_catalogue(tmp_path)
    known = measure_table(found).filter(pl.col("cost_known"))
    assert known["measure_id"].to_list() == ["scr"]
    assert known["lifetime"].to_list() == [3.0]


def test_a_fault_names_file_and_row(tmp_path: Path) -> None:
    rows = catalogue_rows(built_in_catalogue())["measure_numbers"].with_columns(pl.lit(1.5).alias("value"))
    write_catalogue_tables({"measure_numbers": rows}, tmp_path)
    with pytest.raises(InvalidInput) as caught:
        read_catalogue(tmp_path)
    first = caught.value.faults[0]
    assert (first.rule, first.location.file, first.location.column) == (
        "measures.value",
        "measure_numbers.csv",
        "value",
    )
    assert first.location.row is not None


OWN = ("scr", "investment", "-", 1.0)


@pytest.mark.parametrize(
    ("row", "unit", "expected"),
    [
        (OWN, "万元/TJ", 1e4),
        (OWN, None, 1.0),
        (("scr", "electricity_use", "-", 500.0), "kWh/TJ", 0.5),
        (("scr", "removal", "NOx", 85.0), "%", 0.85),
        (("scr", "removal_cost", "NOx", 5.0), "元/kg", 5000.0),
        (("fertiliser_cut", "operating_cost", "-", 2.0), "万元/吨", 2e4),
    ],
)
def test_a_number_with_a_unit_is_brought_into_that_of_its_parameter(
    row: tuple[str, str, str, float], unit: str | None, expected: float
) -> None:
    made = built_in_catalogue().with_numbers(numbers(row).with_columns(pl.lit(unit, pl.String).alias("unit")))
    assert made.get(row[0]).number(row[1], row[2]) == pytest.approx(expected)


def test_a_unit_that_measures_something_else_is_refused_with_the_right_one() -> None:
    with pytest.raises(InvalidInput) as caught:
        built_in_catalogue().with_numbers(numbers(OWN).with_columns(pl.lit("元/kW").alias("unit")))
    (fault,) = caught.value.faults
    assert (fault.rule, fault.value, fault.location.column) == ("measures.unit", "元/kW", "unit")
    assert "CNY/TJ" in fault.message.zh


def test_a_price_of_what_is_no_fuel_is_refused(tmp_path: Path) -> None:
    prices = catalogue_rows(demonstration_catalogue())["energy_prices"].head(1)
    write_catalogue_tables({"energy_prices": prices.with_columns(pl.lit("gold").alias("carrier"))}, tmp_path)
    with pytest.raises(InvalidInput) as caught:
        read_catalogue(tmp_path)
    assert [(fault.rule, fault.value) for fault in caught.value.faults] == [("measures.carrier", "gold")]


def test_an_empty_folder_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_catalogue(tmp_path)


@pytest.mark.parametrize(("rate", "years", "expected"), [(0.0, 10, 0.1), (0.05, 20, 0.0802425872), (0.08, 1, 1.08)])
def test_capital_recovery(rate: float, years: float, expected: float) -> None:
    assert capital_recovery(rate, years) == pytest.approx(expected)
