"""Recalled shares of species, layers and time are named with the species and classes that they touch."""

from __future__ import annotations

import numpy as np
import polars as pl

from cocontrol.inventory.grid.grids import lonlat_grid
from cocontrol.inventory.grid.recalled import recalled_shares
from cocontrol.inventory.grid.service import Gridded
from cocontrol.inventory.grid.speciation import speciation_table
from cocontrol.inventory.grid.temporal import year_axis

GRID = lonlat_grid((112.0, 33.0, 112.2, 33.2), 0.1)


def result(*classes: str) -> Gridded:
    return Gridded(GRID, 2013, classes, ("NOx",), np.ones((len(classes), 1, GRID.size)), pl.DataFrame())


def test_nothing_is_recalled_without_layers_and_species() -> None:
    assert recalled_shares(result("power_generation", "waste"), year_axis(2013)) == {}


def test_recalled_layers_name_the_classes_that_have_mass() -> None:
    made = result("power_generation", "waste", "dust")
    made.mass[2] = 0.0
    assert recalled_shares(made, year_axis(2013), layer_tops=(100.0, 500.0)) == {"vertical": ["waste"]}


def test_recalled_species_are_named_and_a_table_of_the_user_is_not_recalled() -> None:
    shipped = speciation_table("wrfchem").filter(pl.col("pollutant").is_in(["NOx", "SO2"]))
    assert recalled_shares(result("waste"), year_axis(2013), species=shipped) == {"speciation": ["E_NO", "E_NO2"]}
    assert recalled_shares(result("waste"), year_axis(2013), species=shipped.drop("status")) == {}
