"""Sums by any keys: the same on every engine, missing counted, mass conserved."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.totals import totals

LEDGER = pl.DataFrame(
    {
        "category": ["a", "a", "b", "b", "c"],
        "period": ["1", "2", "1", "1", "1"],
        "CO2": [1.0, 2.0, 4.0, None, None],
        "SO2": [0.5, None, 0.25, 0.25, 1.0],
    }
)
EXPECTED = {("a", "1"): (1.0, 0), ("a", "2"): (2.0, 0), ("b", "1"): (4.0, 1), ("c", "1"): (None, 1)}


def plain(frame: pl.DataFrame) -> dict[tuple[str, str], tuple[float | None, int]]:
    return {
        (row["category"], row["period"]): (row["CO2"], int(row["CO2_missing"])) for row in frame.iter_rows(named=True)
    }


@pytest.mark.parametrize("engine", ["polars", "lazy", "pandas", "pyarrow", "duckdb"])
def test_every_engine_gives_the_same(engine: str) -> None:
    made: dict[str, Any] = {
        "polars": LEDGER,
        "lazy": LEDGER.lazy(),
        "pandas": LEDGER.to_pandas(use_pyarrow_extension_array=True),
        "pyarrow": LEDGER.to_arrow(),
        "duckdb": duckdb.from_arrow(LEDGER.to_arrow()),
    }
    found = totals(made[engine], ["category", "period"], ["CO2"])
    assert type(found) is type(made[engine])
    if engine == "lazy":
        found = found.collect()
    elif engine == "duckdb":
        found = found.pl()
    elif engine != "polars":
        found = pl.DataFrame(found) if engine == "pyarrow" else pl.from_pandas(found)
    assert plain(found) == EXPECTED


@pytest.mark.spark
def test_spark_gives_the_same(spark: Any) -> None:
    found = totals(spark.createDataFrame(LEDGER.to_arrow()), ["category", "period"], ["CO2"])
    assert plain(pl.from_arrow(found.toArrow())) == EXPECTED  # type: ignore[arg-type]


def test_rows_are_kept_by_value() -> None:
    found = totals(LEDGER, ["period"], ["SO2"], where={"category": ["a", "b"]})
    assert found.sort("period")["SO2"].to_list() == [1.0, None]


def test_what_cannot_be_summed_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as raised:
        totals(LEDGER, ["category", "category"], ["NOx"])
    assert [fault.rule for fault in raised.value.faults] == ["totals.column", "totals.keys"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.none() | st.integers(-99, 99)), max_size=30)
)
def test_any_two_keys_hold_the_whole(rows: list[tuple[str, str, int | None]]) -> None:
    ledger = pl.DataFrame(rows, schema={"r": pl.String, "c": pl.String, "v": pl.Float64}, orient="row")
    found = totals(ledger, ["r", "c"], ["v"])
    assert found["v"].sum() == (ledger["v"].sum() or 0)
    assert found["v_missing"].sum() == ledger["v"].null_count()
