from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol_web.analysis.emissions import GAP_SCHEMA, find_gaps
from cocontrol_web.analysis.pivot import pivot

EMISSION = pl.DataFrame(
    {
        "coefficient_id": ["a", "b", "c", "d"],
        "category": ["1A1ai", "1A1ai", "1A2m", "1A2m"],
        "fuel": ["raw_coal", "diesel", "raw_coal", "other_energy"],
        "period": ["2013"] * 4,
        "adcode": ["410000"] * 4,
        "amount": [100.0, 20.0, 50.0, 7.0],
        "unit": ["TJ"] * 4,
        "CO2": [9000.0, 1500.0, 4500.0, None],
        "NOx": [30.0, None, 15.0, None],
    }
)
LINEAGE = pl.DataFrame(
    {
        "coefficient_id": ["d", "d", "b"],
        "pollutant": ["CO2", "NOx", "NOx"],
        "notation": ["NE", "NE", "NE"],
        "reason_zh": ["没有因子"] * 3,
        "reason_en": ["no factor"] * 3,
    }
)
GAPS = find_gaps(EMISSION, LINEAGE)


def test_cells_hold_sums_and_totals_add_up() -> None:
    table = pivot(EMISSION, GAPS, rows="category", columns="fuel", pollutants=["CO2"])
    assert table.rows == ("1A1ai", "1A2m")
    assert table.columns == ("raw_coal", "diesel", "other_energy")
    assert table.cells[0][0].value == 9000.0
    assert table.row_totals is not None
    assert [cell.value for cell in table.row_totals] == [10500.0, 4500.0]
    assert table.total is not None
    assert table.total.value == 15000.0


def test_a_figure_that_is_not_estimated_shows_its_notation_key_and_never_zero() -> None:
    table = pivot(EMISSION, GAPS, rows="category", columns="fuel", pollutants=["CO2"])
    missing = table.cells[1][2]
    assert (missing.value, missing.notation, missing.missing) == (None, "NE", 1)


def test_a_combination_that_does_not_occur_is_neither_zero_nor_a_gap() -> None:
    absent = pivot(EMISSION, GAPS, rows="category", columns="fuel", pollutants=["CO2"]).cells[1][1]
    assert (absent.value, absent.notation, absent.missing) == (None, None, 0)


def test_a_total_says_how_many_rows_it_leaves_out() -> None:
    table = pivot(EMISSION, GAPS, rows="category", columns="fuel", pollutants=["CO2"])
    assert table.total is not None
    assert table.total.missing == 1


def test_tonnes_of_different_substances_are_never_added() -> None:
    table = pivot(EMISSION, GAPS, rows="category", columns="pollutant", pollutants=["CO2", "NOx"])
    assert table.row_totals is None
    assert table.total is None
    assert table.column_totals is not None
    assert [cell.value for cell in table.column_totals] == [15000.0, 45.0]


def test_each_cell_names_the_figure_for_provenance() -> None:
    table = pivot(EMISSION, GAPS, rows="category", columns="fuel", pollutants=["CO2"], where={"period": "2013"})
    assert table.cells[0][0].explain == "CO2@period=2013,category=1A1ai,fuel=raw_coal"
    across = pivot(EMISSION, GAPS, rows="category", columns="pollutant", pollutants=["CO2", "NOx"])
    assert across.cells[0][1].explain == "NOx@category=1A1ai"


def test_conditions_narrow_the_whole_table() -> None:
    table = pivot(EMISSION, GAPS, rows="category", columns="fuel", pollutants=["CO2"], where={"fuel": "diesel"})
    assert table.rows == ("1A1ai",)
    assert table.columns == ("diesel",)


def test_rows_and_columns_must_differ() -> None:
    with pytest.raises(ValueError, match="must differ"):
        pivot(EMISSION, GAPS, rows="fuel", columns="fuel", pollutants=["CO2"])


def test_several_pollutants_need_a_dimension_of_their_own() -> None:
    with pytest.raises(ValueError, match="dimension of their own"):
        pivot(EMISSION, GAPS, rows="fuel", columns="category", pollutants=["CO2", "NOx"])


def test_a_gap_carries_the_reason_of_the_lineage() -> None:
    assert GAPS.columns == list(GAP_SCHEMA)
    assert GAPS.height == 3
    assert GAPS["reason_en"].to_list() == ["no factor"] * 3


rows = st.lists(
    st.tuples(
        st.sampled_from(["1A1ai", "1A2m", "1A4c"]),
        st.sampled_from(["raw_coal", "coke", "diesel"]),
        st.sampled_from(["2012", "2013"]),
        st.one_of(st.none(), st.floats(0, 1e9)),
    ),
    min_size=1,
    max_size=40,
)


@given(rows)
def test_every_arrangement_conserves_the_total(made: list[tuple[str, str, str, float | None]]) -> None:
    frame = pl.DataFrame(
        made, schema={"category": pl.String, "fuel": pl.String, "period": pl.String, "CO2": pl.Float64}, orient="row"
    ).with_columns(adcode=pl.lit("410000"))
    whole = sum(value for *_, value in made if value is not None)
    known = any(value is not None for *_, value in made)
    for first, second in (("category", "fuel"), ("fuel", "period"), ("period", "category")):
        table = pivot(frame, GAPS.clear(), rows=first, columns=second, pollutants=["CO2"])  # type: ignore[arg-type]
        cells = [cell.value for row in table.cells for cell in row if cell.value is not None]
        assert sum(cells) == pytest.approx(whole, rel=1e-12, abs=1e-9)
        assert table.total is not None
        assert (table.total.value is not None) == known
        assert table.total.missing == sum(value is None for *_, value in made)
