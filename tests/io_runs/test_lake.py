from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from cocontrol.core.errors import InvalidInput
from cocontrol.io.lake import file_sha256, read_parquet, store_tables, write_parquet

ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.text(max_size=5)), st.one_of(st.none(), st.floats(allow_nan=False)), st.booleans()
    ),
    max_size=30,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS)
def test_the_same_rows_give_the_same_bytes_and_come_back(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Float64, "c": pl.Boolean}, orient="row")
    halves = pl.concat([frame.slice(0, len(rows) // 2), frame.slice(len(rows) // 2)], rechunk=False)
    write_parquet(frame, tmp_path / "one.parquet")
    write_parquet(halves, tmp_path / "two.parquet")
    assert file_sha256(tmp_path / "one.parquet") == file_sha256(tmp_path / "two.parquet")
    assert_frame_equal(read_parquet(tmp_path / "one.parquet"), frame)


def test_stored_tables_are_listed_with_checksum_and_rows(tmp_path: Path) -> None:
    stored = store_tables({"b": pl.DataFrame({"x": [1, 2]}), "a": pl.DataFrame({"x": [1]})}, tmp_path / "results")
    assert [(one.name, one.path, one.rows) for one in stored] == [
        ("a", "results/a.parquet", 1),
        ("b", "results/b.parquet", 2),
    ]
    assert stored[0].sha256 == file_sha256(tmp_path / "results" / "a.parquet")


def test_a_damaged_file_is_a_located_fault(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(InvalidInput, match=r"x\.parquet"):
        read_parquet(tmp_path / "x.parquet")
