"""Process factors: each with document and status, and equal to the collection they were carried over from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import Ambiguous
from cocontrol.reference.process_factors import process_factor, process_factors

DAY = date(2020, 12, 31)


def test_a_factor_is_asked_for_by_industry_parameter_and_item() -> None:
    found = process_factor("clinker_process_ef", sector="cement", item="portland_clinker", on=DAY)
    assert (found.value, found.unit, found.status) == (0.535, "t*CO2/t", "verified")
    with pytest.raises(Ambiguous, match="white_clinker"):
        process_factor("clinker_process_ef", sector="cement", on=DAY)


def test_every_factor_has_a_value_and_figures_from_memory_are_marked() -> None:
    table = process_factors()
    assert table.height > 300
    assert table["value"].null_count() == 0
    recalled = table.filter(pl.col("status") == "recalled")
    assert recalled.filter(pl.col("profile") == "PROV_GUIDE_2011").height == 19


@pytest.mark.shared
def test_every_factor_is_carried_over_with_its_status(shared: Path) -> None:
    source = pl.read_csv(shared / "reference/ghg/process.csv", infer_schema=False)
    numbers = source.with_columns(pl.col("value").cast(pl.Float64, strict=False)).drop_nulls("value")
    known = set(numbers.select("sector", "parameter", "value", "status").iter_rows())
    ours = process_factors().filter(pl.col("sector") != "road_transport")
    assert [row for row in ours.select("sector", "parameter", "value", "status").iter_rows() if row not in known] == []
    left = {(row["sector"], row["parameter"]) for row in numbers.iter_rows(named=True)} - set(
        ours.select("sector", "parameter").iter_rows()
    )
    assert {sector for sector, _ in left} <= {"aluminium", "electronics", "wastewater_enterprise"}
