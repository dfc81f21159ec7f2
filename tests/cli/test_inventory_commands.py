"""The command group ``inventory``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from tests.inventory.golden_cases import FOLDER, finland, golden

from .conftest import Call

COLUMNS = [
    "category", "gas", "base_t", "year_t", "ad_uncertainty_pct", "ef_uncertainty_pct", "ad_correlated", "ef_correlated",
]  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Table 3.4 as people would bring it."""
    path = tmp_path / "finland.csv"
    rows = finland().with_columns(ad_correlated=pl.lit(value=False), ef_correlated=pl.lit(value=True))
    rows.select(COLUMNS).write_csv(path)
    return path


def test_uncertainty_approach_1_in_json(call: Call, table: Path) -> None:
    outcome = call("inventory", "uncertainty", table, "--approach", "1", "--format", "json")
    result = json.loads(outcome.out)
    assert outcome.code == 0
    assert result["total_uncertainty_pct"] == pytest.approx(15.876222, abs=1e-6)
    assert result["trend_uncertainty_pct"] == pytest.approx(18.695905, abs=1e-6)
    assert len(result["rows"]) == 100
    assert result["notes"]


def test_uncertainty_approach_2_repeats_with_its_seed(call: Call, table: Path) -> None:
    words = ("inventory", "uncertainty", table, "--approach", "2", "--draws", "500", "--format", "json", "--seed")
    first, again, other = (json.loads(call(*words, seed).out) for seed in (4, 4, 5))
    assert first == again
    assert first["total_uncertainty_pct"] != other["total_uncertainty_pct"]
    assert (first["draws"], first["seed"], len(first["rows"])) == (500, 4, 100)
    assert first["total_uncertainty_pct"] == pytest.approx(15.5, abs=2)


@pytest.mark.parametrize("approach", ["1", "2"])
@pytest.mark.parametrize("form", ["table", "csv"])
def test_uncertainty_in_other_formats(call: Call, table: Path, approach: str, form: str) -> None:
    outcome = call("inventory", "uncertainty", table, "--approach", approach, "--draws", 50, "--format", form)
    assert outcome.code == 0
    if form == "csv":
        assert len(list(csv.DictReader(io.StringIO(outcome.out)))) == 100
    else:
        assert "趋势不确定性" in outcome.out


def test_faults_are_located_and_in_both_languages(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(",".join(COLUMNS) + "\ncoal,CO2,1,x,-3,4,maybe,true\n", encoding="utf-8")
    outcome = call("inventory", "uncertainty", path, "--language", "en")
    assert (outcome.code, outcome.out, len(outcome.err.splitlines())) == (1, "", 3)
    assert all(cell in outcome.err for cell in ("D2", "E2", "G2"))
    faults = json.loads(call("inventory", "uncertainty", path, "--format", "json").out)["faults"]
    assert {fault["column"] for fault in faults} == {"year_t", "ad_uncertainty_pct", "ad_correlated"}
    assert all(fault["message_zh"] and fault["message_en"] for fault in faults)


def test_a_missing_column_is_named(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("category,gas,base_t,year_t\ncoal,CO2,1,2\n", encoding="utf-8")
    outcome = call("inventory", "uncertainty", path)
    assert outcome.code == 1
    assert "ad_uncertainty_pct" in outcome.err or "活动水平不确定性" in outcome.err


def test_key_categories_takes_the_same_file(call: Call, table: Path) -> None:
    result = json.loads(call("inventory", "key-categories", table, "--format", "json").out)
    assert result["approach"] == 1
    assert sum(row["is_key_level"] for row in result["rows"]) > 10
    assert result["joint"][0]["metric_count"] == 1
    rows = list(
        csv.DictReader(io.StringIO(call("inventory", "key-categories", table, "--approach", 2, "--format", "csv").out))
    )
    assert len(rows) == 100
    assert call("inventory", "key-categories", table).code == 0


@pytest.mark.parametrize("edition", [2006, 2019])
def test_landfill_reads_the_inputs_of_the_waste_model_and_prints_its_table(call: Call, edition: int) -> None:
    inputs = FOLDER / f"ipcc_waste_model_{edition}_inputs.csv"
    outcome = call("inventory", "landfill", inputs, "--recovered", "2000-2030=10", "--format", "csv")
    found, expected = pl.read_csv(io.StringIO(outcome.out)), golden(f"ipcc_waste_model_{edition}_expected")
    assert found.columns == expected.columns
    assert abs(found.to_numpy() - expected.to_numpy()).max() < 5.01e-11


def test_landfill_with_years_takes_its_range_from_them(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "deposits.csv"
    head = "component,year,deposited_Gg,doc,docf,mcf,k_per_year,methane_fraction,recovered_Gg\n"
    path.write_text(head + "food,2001,10,0.15,0.5,1,0.1,0.5,\nfood,2003,20,0.15,0.5,1,0.1,0.5,0.01\n", encoding="utf-8")
    rows = json.loads(call("inventory", "landfill", path, "--format", "json").out)
    assert [row["year"] for row in rows] == [2001, 2002, 2003]
    assert rows[2]["emitted_Gg"] == pytest.approx(rows[2]["total_generated_Gg"] - 0.01)


def test_landfill_refuses_a_recovery_it_cannot_read(call: Call) -> None:
    outcome = call(
        "inventory", "landfill", FOLDER / "ipcc_waste_model_2006_inputs.csv", "--recovered", "ten", "--language", "en"
    )
    assert outcome.code == 1
    assert "2000-2030=10" in outcome.err
