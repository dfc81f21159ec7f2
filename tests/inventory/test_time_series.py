"""Gap filling, splicing, base-year consistency and the recalculation journal."""

from __future__ import annotations

import json
import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.series.base_year import check_base_year
from cocontrol.inventory.series.filling import Technique, fill_table
from cocontrol.inventory.series.gap_filling import extrapolate, interpolate, splice_overlap, surrogate
from cocontrol.inventory.series.recalculation import CAUSES, Split, journal_by, recalculation_journal
from cocontrol.inventory.series.values import Method

NUMBERS = st.floats(1, 1e6, allow_nan=False)
SERIES = st.dictionaries(st.integers(2000, 2020), st.one_of(st.none(), NUMBERS), max_size=12)


def test_a_gap_between_two_years_is_filled_on_the_straight_line() -> None:
    made = interpolate({2010: 10.0, 2014: 18.0}, range(2009, 2016))
    assert [made[y].value for y in range(2010, 2015)] == [10.0, 12.0, 14.0, 16.0, 18.0]
    assert (made[2012].method, made[2012].rests_on) == (Method.INTERPOLATED, (2010, 2014))
    assert made[2009].value is None
    assert made[2015].note is not None


def test_surrogate_data_follow_the_driver_and_meet_both_ends() -> None:
    made = surrogate({2010: 100.0, 2012: 240.0}, {2010: 10.0, 2011: 15.0, 2012: 20.0, 2013: 30.0}, range(2010, 2015))
    assert made[2013].value == pytest.approx(360.0)
    assert made[2011].value == pytest.approx(15 * 11.0)
    assert made[2014].value is None
    assert made[2012].method is Method.REPORTED


def test_a_trend_is_carried_on_for_a_short_span_only() -> None:
    made = extrapolate({2010: 10.0, 2011: 12.0, 2012: 14.0}, range(2008, 2018))
    assert made[2013].value == pytest.approx(16.0)
    assert made[2009].value == pytest.approx(8.0)
    assert made[2016].value is None
    assert extrapolate({2010: 4.0, 2011: 1.0}, [2012])[2012].value is None
    assert extrapolate({2010: 4.0}, [2011])[2011].value is None


def test_overlap_raises_the_old_method_to_the_new_level() -> None:
    made = splice_overlap(
        {2012: 110.0, 2013: 126.0}, {2010: 80.0, 2011: 90.0, 2012: 100.0, 2013: 120.0}, range(2009, 2014)
    )
    assert made[2010].value == pytest.approx(80 * (1.1 + 1.05) / 2)
    assert (made[2010].method, made[2010].rests_on) == (Method.OVERLAP, (2012, 2013))
    assert made[2009].value is None
    assert splice_overlap({2013: 1.0}, {2010: 2.0}, [2010])[2010].value is None


@settings(max_examples=60, deadline=None)
@given(SERIES, SERIES)
def test_what_was_observed_is_never_touched(series: dict[int, float | None], other: dict[int, float | None]) -> None:
    years = range(2000, 2021)
    for made in (
        interpolate(series, years),
        surrogate(series, other, years),
        extrapolate(series, years),
        splice_overlap(series, other, years),
    ):
        for year, value in series.items():
            if value is not None:
                assert made[year].value == value
                assert made[year].method is Method.REPORTED
        assert all(v.note is not None for v in made.values() if v.value is None)
        assert all(v.formula and v.rests_on for v in made.values() if v.method not in {Method.REPORTED, Method.MISSING})


def test_a_table_is_filled_series_by_series_with_the_method_beside_each_value() -> None:
    table = pl.DataFrame({"category": ["1A1a", "1A1a", "1A2"], "year": [2010, 2012, 2010], "value": [1.0, 3.0, 7.0]})
    made = fill_table(table, keys=["category"], years=range(2010, 2013), technique=Technique.INTERPOLATION)
    row = made.filter(category="1A1a", year=2011).to_dicts()[0]
    assert (row["value"], row["method"]) == (2.0, "interpolated")
    assert json.loads(row["inputs"])["years"] == [2010, 2012]
    assert made.filter(category="1A2", year=2011)["note_en"].item()
    with pytest.raises(InvalidInput):
        fill_table(table, keys=["category"], years=[2010], technique=Technique.SURROGATE)
    with pytest.raises(InvalidInput, match="2010"):
        fill_table(table, keys=[], years=[2010], technique=Technique.INTERPOLATION)


def test_a_base_year_made_otherwise_is_found() -> None:
    table = pl.DataFrame(
        {
            "category": ["1A1a"] * 3 + ["4A"] * 2,
            "pollutant": ["CO2"] * 3 + ["CH4"] * 2,
            "year": [2010, 2011, 2012, 2010, 2011],
            "value": [100.0, 105.0, 300.0, None, 5.0],
            "method": ["T1", "T1", "T2", "T1", "T1"],
            "gwp_set": ["AR4", "AR4", "AR4", "AR4", "AR4"],
        }
    )
    found = check_base_year(table, base_year=2010)
    assert found["rule"].to_list() == ["series.base_year.method", "series.base_year.break", "series.base_year.absent"]
    assert "2012" in found["message_en"][0]
    alike = table.filter(category="1A1a", method="T1")
    assert check_base_year(alike, base_year=2010).is_empty()


def emission(*rows: tuple[str, float, float | None, str]) -> pl.DataFrame:
    """Rows of (cell, amount, CO2, coefficient id)."""
    return pl.DataFrame(
        [
            {
                "cell_id": cell, "source_id": f"s-{cell}", "period": "2013", "category": "1A2", "fuel": "coke",
                "amount": amount, "coefficient_id": coefficient, "CO2": co2,
            }
            for cell, amount, co2, coefficient in rows
        ],
        schema_overrides={"CO2": pl.Float64},
    )  # fmt: skip


def lineage(*rows: tuple[str, float, str, float]) -> pl.DataFrame:
    """Rows of (coefficient id, value, formula, factor value)."""
    return pl.DataFrame(
        [
            {
                "coefficient_id": name, "pollutant": "CO2", "value": value, "formula": formula,
                "inputs": json.dumps([{"factor_id": "f", "value": factor}]),
            }
            for name, value, formula, factor in rows
        ]
    )  # fmt: skip


def journal(before: tuple[float, float], after: tuple[float, float], **options: Any) -> dict[str, Any]:
    """The journal of one cell: (amount, coefficient) before and after; options: formula, factor, corrections, split."""
    formula = str(options.pop("formula", "a"))
    factor = float(str(options.pop("factor", after[1])))
    found = recalculation_journal(
        emission(("x", before[0], before[0] * before[1], "c")),
        emission(("x", after[0], after[0] * after[1], "c")),
        lineage_before=lineage(("c", before[1], "a", before[1])),
        lineage_after=lineage(("c", after[1], formula, factor)),
        **options,
    )
    assert found.height == 1
    return found.to_dicts()[0]


def test_a_changed_amount_is_data_and_a_changed_factor_is_factor() -> None:
    assert journal((10.0, 2.0), (12.0, 2.0))["data_t"] == pytest.approx(4.0)
    made = journal((10.0, 2.0), (12.0, 3.0))
    assert (made["data_t"], made["factor_t"]) == (pytest.approx(5.0), pytest.approx(11.0))
    ordered = journal((10.0, 2.0), (12.0, 3.0), split=Split.SEQUENTIAL)
    assert (ordered["data_t"], ordered["factor_t"]) == (pytest.approx(4.0), pytest.approx(12.0))


def test_a_changed_formula_is_method_and_a_named_error_is_correction() -> None:
    assert journal((10.0, 2.0), (10.0, 3.0), formula="b", factor=2.0)["cause"] == "method"
    made = journal((10.0, 2.0), (12.0, 2.0), corrections={"s-x"})
    assert (made["correction_t"], made["data_t"], made["cause"]) == (pytest.approx(4.0), 0.0, "correction")


def test_a_cell_of_one_version_only_is_boundary() -> None:
    found = recalculation_journal(
        emission(("x", 1.0, 2.0, "c")),
        emission(("x", 1.0, 2.0, "c"), ("y", 5.0, 10.0, "c")),
        lineage_before=lineage(("c", 2.0, "a", 2.0)),
        lineage_after=lineage(("c", 2.0, "a", 2.0)),
    )
    assert found["cell_id"].to_list() == ["y"]
    assert (found["boundary_t"].item(), found["cause"].item()) == (10.0, "boundary")


def test_a_model_with_memory_goes_whole_to_what_changed() -> None:
    found = recalculation_journal(
        emission(("x", 1.0, 50.0, "c")),
        emission(("x", 1.0, 60.0, "c")),
        lineage_before=lineage(("c", 2.0, "a", 2.0)),
        lineage_after=lineage(("c", 2.0, "a", 3.0)),
    )
    assert found["factor_t"].item() == pytest.approx(10.0)


CELL = st.tuples(st.floats(0.1, 1e4), st.floats(0.1, 200), st.booleans(), st.booleans())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6), st.sampled_from(Split))
def test_the_causes_sum_to_the_difference(
    pairs: list[tuple[tuple[float, float, bool, bool], ...]], split: Split
) -> None:
    sides = [
        emission(*((str(i), p[k][0], p[k][0] * p[k][1] if p[k][2] else None, f"c{i}") for i, p in enumerate(pairs)))
        for k in (0, 1)
    ]
    lineages = [
        lineage(*((f"c{i}", p[k][1], "a" if p[k][3] else "b", p[k][1]) for i, p in enumerate(pairs))) for k in (0, 1)
    ]
    found = recalculation_journal(
        sides[0], sides[1], lineage_before=lineages[0], lineage_after=lineages[1], split=split, corrections={"s-0"}
    )
    for row in found.to_dicts():
        parts = math.fsum(row[f"{cause}_t"] for cause in CAUSES)
        assert parts == pytest.approx(row["difference_t"], rel=1e-12, abs=1e-9)
    sums = journal_by(found)
    if sums.height:
        whole = sum(sides[1]["CO2"].drop_nulls()) - sum(sides[0]["CO2"].drop_nulls())
        assert sums["difference_t"].item() == pytest.approx(whole, rel=1e-9, abs=1e-6)
