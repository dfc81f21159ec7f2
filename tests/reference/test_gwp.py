"""CO2 equivalents under named sets."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.reference.gwp import GWP_SETS, add_co2e, co2e_column, gwp_set

EMISSIONS = pl.DataFrame({"CO2": [1000.0, 10.0], "CH4": [2.0, 0.0], "N2O": [0.5, 1.0]})


def test_the_same_emissions_convert_differently_under_two_sets() -> None:
    second = add_co2e(EMISSIONS, "AR2GWP100")["CO2e_AR2GWP100"].to_list()
    fifth = add_co2e(EMISSIONS, "AR5GWP100")["CO2e_AR5GWP100"].to_list()
    assert second == [1000 + 2 * 21 + 0.5 * 310, 10 + 310]
    assert fifth == [1000 + 2 * 28 + 0.5 * 265, 10 + 265]


@pytest.mark.parametrize(
    ("set_name", "methane", "nitrous_oxide", "sulphur_hexafluoride"),
    [
        ("AR2GWP100", 21, 310, 23900),
        ("AR4GWP100", 25, 298, 22800),
        ("AR5GWP100", 28, 265, 23500),
        ("AR5GWP100CCFB", 34, 298, 26087),
        ("AR6GWP100", 27.9, 273, 25200),
        ("AR6GWP20", 81.2, 273, 18300),
    ],
)
def test_set_holds(set_name: str, methane: float, nitrous_oxide: float, sulphur_hexafluoride: float) -> None:
    potentials = gwp_set(set_name)
    assert potentials["CO2"].value == 1
    assert potentials["CH4"].value == methane
    assert potentials["N2O"].value == nitrous_oxide
    assert potentials["SF6"].value == sulphur_hexafluoride


def test_every_set_is_known_and_an_unknown_one_lists_them() -> None:
    assert all(len(gwp_set(name)) > 30 for name in GWP_SETS)
    with pytest.raises(NotFound, match="AR5GWP100"):
        gwp_set("AR5")


def test_a_gas_without_a_potential_is_absent_not_zero() -> None:
    assert "NF3" not in gwp_set("AR2GWP100")
    with pytest.raises(InvalidInput, match="NF3"):
        add_co2e(EMISSIONS.with_columns(NF3=1.0), "AR2GWP100", ("CO2", "NF3"))


def test_a_gas_that_was_not_estimated_leaves_the_sum_unknown() -> None:
    frame = EMISSIONS.with_columns(CH4=pl.Series([None, 1.0]))
    assert add_co2e(frame, "AR5GWP100")["CO2e_AR5GWP100"].to_list() == [None, 10 + 28 + 265]


def test_two_sets_never_stand_in_one_table() -> None:
    with pytest.raises(InvalidInput, match="CO2e_AR2GWP100"):
        add_co2e(add_co2e(EMISSIONS, "AR2GWP100"), "AR5GWP100")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InvalidInput, match="N2O"):
        add_co2e(EMISSIONS.drop("N2O"), "AR5GWP100")


def test_an_empty_list_of_gases_is_refused() -> None:
    with pytest.raises(InvalidInput):
        add_co2e(EMISSIONS, "AR5GWP100", ())


def _values(frame: Any, column: str) -> list[float]:
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()[column].to_list()
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return [row[0] for row in frame.select(f'"{column}"').fetchall()]
    return list(frame[column].to_pylist() if hasattr(frame[column], "to_pylist") else frame[column])


@pytest.mark.parametrize("kind", ["polars", "lazy", "pandas", "pyarrow", "duckdb"])
def test_every_kind_of_frame_comes_back_as_its_own_kind(kind: str) -> None:
    emissions = EMISSIONS.to_arrow()
    frame: Any = {
        "polars": lambda: EMISSIONS,
        "lazy": EMISSIONS.lazy,
        "pandas": EMISSIONS.to_pandas,
        "pyarrow": lambda: emissions,
        "duckdb": lambda: duckdb.connect().from_arrow(emissions),
    }[kind]()
    converted = add_co2e(frame, "AR4GWP100")
    assert type(converted) is type(frame)
    assert _values(converted, co2e_column("AR4GWP100")) == pytest.approx([1199.0, 308.0])


tonnes = st.floats(0, 1e9, allow_nan=False)


@given(st.lists(st.tuples(tonnes, tonnes, tonnes), min_size=1, max_size=20), st.sampled_from(GWP_SETS))
def test_the_sum_of_equivalents_is_the_equivalent_of_the_sum(rows: list[tuple[float, ...]], set_name: str) -> None:
    frame = pl.DataFrame(rows, schema=["CO2", "CH4", "N2O"], orient="row")
    parts = add_co2e(frame, set_name)[co2e_column(set_name)].sum()
    whole = add_co2e(frame.sum(), set_name)[co2e_column(set_name)].item()
    assert parts == pytest.approx(whole, rel=1e-12, abs=1e-6)
