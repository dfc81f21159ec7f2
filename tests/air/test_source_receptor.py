"""Concentrations only from a sound matrix, and only within its range."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from cocontrol.air.source_receptor import concentrations, matrix_faults
from cocontrol.core.errors import InvalidInput
from tests.conftest import Call

RECEPTORS = pl.DataFrame({"receptor": ["a", "b"], "concentration": [50.0, 36.0], "background": [8.0, 8.0]})


def matrix(**changed: object) -> pl.DataFrame:
    rows = [
        {
            "source": source,
            "receptor": receptor,
            "pollutant": pollutant,
            "stack_class": "all",
            "coefficient": (2e-4 if source == receptor else 5e-5) * (1 if pollutant == "PM25" else 0.4),
            "reference_emission": 40_000.0,
            "valid_range": 0.5,
            "base_year": 2020,
            "primary": pollutant == "PM25",
            "source_document": "synthetic",
        }
        for source in "ab"
        for receptor in "ab"
        for pollutant in ("PM25", "SO2")
    ]
    return pl.DataFrame(
        [{**row, **(changed if (row["source"], row["receptor"]) == ("a", "a") else {})} for row in rows]
    )


def change(emission: float, pollutant: str = "PM25") -> pl.DataFrame:
    return pl.DataFrame({"source": ["a"], "pollutant": [pollutant], "stack_class": ["all"], "emission": [emission]})


def test_a_cut_lowers_each_receptor_by_its_coefficient() -> None:
    found = concentrations(matrix(), RECEPTORS, change(30_000.0), limit=35.0).table
    assert found["after"].to_list() == pytest.approx([48.0, 35.5])
    assert found["attained"].to_list() == [False, False]
    assert concentrations(matrix(), RECEPTORS, change(20_000.0), limit=35.0).table["attained"].to_list() == [
        False,
        True,
    ]


def test_beyond_the_valid_range_nothing_is_computed() -> None:
    with pytest.raises(InvalidInput, match="适用范围"):
        concentrations(matrix(), RECEPTORS, change(10_000.0))


def test_nothing_falls_below_the_background() -> None:
    one = RECEPTORS.head(1).with_columns(concentration=pl.lit(10.0))
    signs = pl.when(pl.col("primary")).then(5e-5).otherwise(-4e-5)
    own = matrix().filter(source="a", receptor="a").with_columns(signs.alias("coefficient"), valid_range=pl.lit(1.0))
    found = concentrations(own, one, pl.concat([change(0.0), change(80_000.0, "SO2")]))
    assert found.table["after"].to_list() == [8.0]
    assert [fault.rule for fault in found.remarks] == ["receptor.background"]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"coefficient": -1e-6}, "receptor.negative"),
        ({"pollutant": "O3"}, "receptor.ozone"),
        ({"coefficient": 1.0}, "receptor.too_much"),
        ({"coefficient": 1e-6}, "receptor.self"),
    ],
)
def test_a_matrix_that_cannot_be_is_told(changed: dict[str, object], rule: str) -> None:
    assert rule in {fault.rule for fault in matrix_faults(matrix(**changed), RECEPTORS)}


def test_a_missing_coefficient_is_not_zero() -> None:
    holes = matrix().filter(~((pl.col("source") == "b") & (pl.col("receptor") == "a")))
    assert [fault.rule for fault in matrix_faults(holes, RECEPTORS)] == ["receptor.uncovered"] * 2


def test_an_unknown_source_is_told() -> None:
    with pytest.raises(InvalidInput, match="NOx"):
        concentrations(matrix(), RECEPTORS, change(1.0, "NOx"))


def test_the_commands(tmp_path: Path, call: Call) -> None:
    matrix().write_csv(tmp_path / "m.csv")
    RECEPTORS.write_csv(tmp_path / "r.csv")
    change(30_000.0).write_csv(tmp_path / "e.csv")
    found = call(
        "air",
        "concentrations",
        tmp_path / "m.csv",
        tmp_path / "r.csv",
        tmp_path / "e.csv",
        "--on",
        "2025-01-01",
        "--format",
        "json",
    )
    assert found.code == 0, found.err
    assert json.loads(found.out)[0]["limit"] == 35
    screened = json.loads(call("air", "screening", "SO2=-0.2", "--format", "json").out)
    assert screened["total"] == pytest.approx(-0.898001, abs=5e-7)
    assert call("air", "screening", "SO2").code == 1
    (tmp_path / "x.csv").write_text(
        "place,ages,cause,population,mortality,before,after\nx,25+,ncd_lri,6000000,0.0085,42,35\n"
    )
    assert json.loads(call("air", "health", tmp_path / "x.csv", "--format", "json").out)["avoided"] == pytest.approx(
        1842.07, abs=5e-3
    )
