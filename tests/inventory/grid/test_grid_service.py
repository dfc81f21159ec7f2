"""From the emission table to the grid: a hand-made world, its ledger, and the map summary."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
import shapely

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.inventory.grid.cube import mass_of, rates, totals
from cocontrol.inventory.grid.grids import Grid, LonLat, cell_areas
from cocontrol.inventory.grid.service import MOST_VALUES, cube_of, gridded, species_cube
from cocontrol.inventory.grid.sources import emission_year, zone_of
from cocontrol.inventory.grid.speciation import speciation_table
from cocontrol.inventory.grid.summary import grid_summary
from cocontrol.inventory.grid.temporal import hour_axis, month_axis, year_axis
from cocontrol.inventory.grid.weights import Blank

GRID = Grid(LonLat(), 112.0, 33.0, 0.5, 0.5, 2, 2)
ZONES = {"410100": shapely.box(112.0, 33.0, 113.0, 33.5)}
FACILITY = pl.DataFrame({"facility_id": ["f1", "f2"], "longitude": [112.75, 90.0], "latitude": [33.75, 33.75]})
EMISSION = pl.DataFrame(
    {
        "source_id": ["f1", "f2", "r1", "r2", "r3"],
        "adcode": ["410100", "410100", "410100", "419999", "410100"],
        "period": ["2013", "2013", "2013", "2013", "2012"],
        "category": ["1A1ai", "1A1ai", "1A4b-U", "1A4b-U", "1A4b-U"],
        "SO2": [8.0, 4.0, 2.0, 1.0, 100.0],
        "NOx": [1.0, None, None, 3.0, 100.0],
        "COD": [1.0, 1.0, 1.0, 1.0, 1.0],
    }
)


def made(**changed):
    asked = {"grid": GRID, "zones": ZONES, "year": 2013, "facilities": FACILITY} | changed
    return gridded(EMISSION, **asked)


def test_facilities_stand_at_their_point_and_the_rest_in_the_area_of_its_code():
    result = made()
    assert result.total("SO2").tolist() == pytest.approx([1.0, 1.0, 0.0, 8.0])
    assert result.pollutants == ("SO2", "NOx")


def test_coordinates_in_the_rows_themselves_go_before_the_register():
    rows = EMISSION.with_columns(longitude=pl.Series([112.1, None, None, None, None]), latitude=33.1)
    result = gridded(rows, grid=GRID, zones=ZONES, year=2013, facilities=FACILITY)
    assert result.total("SO2")[0] == pytest.approx(8.0 + 4.0 / 2 + 1.0)


def test_a_source_outside_and_one_without_a_boundary_are_in_the_ledger_with_their_mass():
    ledger = made().ledger.filter((pl.col("pollutant") == "SO2") & (pl.col("dropped") != 0))
    assert dict(ledger.select("reason_en", "dropped").iter_rows()) == {
        "outside the grid": 4.0,
        "neither coordinates nor a boundary": 1.0,
    }
    assert ledger["stage"].unique().to_list() == ["grid"]


@pytest.mark.parametrize(("blank", "placed", "dropped"), [(Blank.LEDGER, 9.0, 1.0), (Blank.AREA, 10.0, 0.0)])
def test_a_blank_proxy_is_in_the_ledger_with_its_mass_dropped_or_placed_by_area(blank, placed, dropped):
    result = made(proxies={"*": np.array([np.nan, 2.0, 1.0, 1.0])}, blank=blank)
    assert result.total("SO2").sum() == pytest.approx(placed)
    told = result.ledger.filter(pl.col("reason_en").str.contains("proxy") & (pl.col("pollutant") == "SO2"))
    assert told["incoming"].to_list() == pytest.approx([1.0])
    assert told["dropped"].to_list() == pytest.approx([dropped])


def test_a_proxy_of_a_class_leaves_the_other_classes_alone():
    result = made(proxies={"power_generation": np.array([0.0, 1.0, 0, 0])})
    assert result.total("SO2").tolist() == pytest.approx([1.0, 1.0, 0.0, 8.0])


def test_the_ledger_adds_up_to_the_inventory_of_the_year():
    sums = made().ledger.group_by("pollutant").agg(pl.col("incoming", "outgoing", "dropped").sum())
    of = {row["pollutant"]: row for row in sums.iter_rows(named=True)}
    assert of["SO2"]["incoming"] == pytest.approx(15.0, rel=1e-12)
    assert of["NOx"]["incoming"] == pytest.approx(4.0, rel=1e-12)
    assert all(row["incoming"] == pytest.approx(row["outgoing"] + row["dropped"], rel=1e-12) for row in of.values())


@pytest.mark.parametrize("axis", [year_axis(2013), month_axis(2013)])
def test_the_cube_of_a_year_holds_the_placed_mass_as_amount_and_as_flux(axis):
    result = made()
    amounts, ledger = cube_of(result, axis)
    flux = rates(amounts, "flux")
    assert totals(amounts)["SO2"] == pytest.approx(10.0e6, rel=1e-12)
    assert mass_of(flux, "SO2") == pytest.approx(10.0, rel=1e-12)
    assert ledger["dropped"].to_list() == [0.0, 0.0]


def test_a_flux_by_hand():
    flux = rates(cube_of(made(), year_axis(2013))[0], "flux")
    assert flux.variable("SO2")[0, 0, 1, 1] == pytest.approx(8000.0 / (365 * 86400) / cell_areas(GRID)[3])


def test_hours_outside_the_file_and_mass_above_the_layers_are_in_the_ledger():
    cube, ledger = cube_of(made(), hour_axis(date(2013, 7, 1)), layer_tops=(92.0, 324.0))
    told = ledger.filter(pl.col("pollutant") == "SO2")
    assert told["incoming"].sum() == pytest.approx(10.0, rel=1e-12)
    assert told["reason_en"].drop_nulls().to_list() == [
        "times that the file does not cover",
        "above the highest layer",
    ]
    assert cube.variable("SO2")[:, 0, 1, 1].sum() == 0.0
    assert cube.variable("SO2")[:, 1, 1, 1].sum() > 0.0


def test_rates_of_both_models_by_hand():
    axis = hour_axis(date(2013, 7, 1), 1)
    for mechanism, species, name in (("wrfchem", "E_SO2", "wrfchem"), ("cmaq", "SO2", "cmaq")):
        amounts, _ = species_cube(made(), axis, speciation_table(mechanism))
        moles = amounts.variable(species)[0, 0, 1, 1]
        rate = rates(amounts, name).variable(species)[0, 0, 1, 1]
        by_hand = moles / (cell_areas(GRID)[3] * 1e-6) if name == "wrfchem" else moles / 3600
        assert rate == pytest.approx(by_hand, rel=1e-12)
    assert totals(rates(amounts, "cmaq"))["SO2"] == pytest.approx(totals(amounts)["SO2"], rel=1e-12)


def test_the_summary_of_a_map_holds_the_placed_mass_by_month():
    summary = grid_summary(made(), "SO2", month_axis(2013))
    assert sum(summary["step_totals"]) == pytest.approx(10.0)
    assert [feature["id"] for feature in summary["features"]] == [0, 1, 3]
    cell = summary["features"][2]
    assert sum(cell["properties"]["steps"]) == pytest.approx(cell["properties"]["t"]) == pytest.approx(8.0)
    assert shapely.Polygon(cell["geometry"]["coordinates"][0]).equals(shapely.box(112.5, 33.5, 113.0, 34.0))


def test_an_unknown_pollutant_or_year_is_not_found_and_no_emission_is_refused():
    with pytest.raises(NotFound, match="SO2, NOx"):
        made(pollutants=["SO3"])
    with pytest.raises(NotFound, match="2012, 2013"):
        emission_year(EMISSION, 2020)
    with pytest.raises(InvalidInput):
        made(year=1999)
    assert emission_year(EMISSION) == 2013


def test_more_values_than_fit_are_refused_before_they_are_made():
    tops = tuple(float(top) for top in range(1, MOST_VALUES // (8 * 8784) + 2))
    with pytest.raises(InvalidInput, match="过大"):
        cube_of(made(), hour_axis(date(2013, 1, 1), 8784), layer_tops=tops)


def test_a_code_without_a_boundary_is_the_union_of_its_parts_only_if_all_of_them_are_there():
    parts = {code: shapely.box(x, 35.0, x + 1, 36.0) for x, code in enumerate(["410902", "410922"])}
    assert zone_of("410900", parts, date(2013, 12, 31)) is None
    assert zone_of("410902", parts, date(2013, 12, 31)) is parts["410902"]
    assert zone_of("999999", parts, date(2013, 12, 31)) is None
