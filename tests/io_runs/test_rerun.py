from __future__ import annotations

import csv
import shutil
from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.io.affected import affected_by
from cocontrol.io.comparison import compare_runs, compare_tables
from cocontrol.io.lake import read_parquet
from cocontrol.io.parameter_snapshot import SNAPSHOT, unpack_snapshot
from cocontrol.io.pipeline import run
from cocontrol.io.rerun import recompute_apart, rerun
from cocontrol.io.runs import Run
from cocontrol.io.workspace import load_workspace

from .conftest import BALANCE, make_workspace

OXIDATION = "NDRC_2013_2015:bituminous:oxidation_factor"
METHANE_GWP = "AR2GWP100:CH4"
DIESEL_NOX = "IPCC_2006:diesel:N2O:residential"


def test_a_run_is_reproduced_bit_for_bit(small_run: Run) -> None:
    outcome = rerun(small_run.folder)
    assert outcome.identical
    assert outcome.details["unlike_tables"] == []
    assert outcome.differences.is_empty()


def test_an_altered_input_copy_is_seen_and_named_as_data(own_run: Run) -> None:
    copy = own_run.folder / "inputs" / "tables" / "balance.csv"
    copy.write_text(copy.read_text(encoding="utf-8").replace("Agriculture,1.25", "Agriculture,2.25"), encoding="utf-8")
    outcome = rerun(own_run.folder / "manifest.json")
    assert not outcome.identical
    assert outcome.details["damaged"] == ["inputs/tables/balance.csv"]
    changed = outcome.differences.filter(pl.col("table") == "emission")
    assert set(changed.get_column("cause")) == {"data"}
    assert all("diesel" in cell for cell in changed.get_column("cell"))


def test_an_altered_result_is_seen(own_run: Run) -> None:
    path = own_run.folder / "results" / "emission.parquet"
    read_parquet(path).with_columns(pl.col("CO2") * 2).write_parquet(path)
    outcome = rerun(own_run.folder)
    assert not outcome.identical
    assert outcome.details["damaged"] == ["results/emission.parquet"]


def test_a_rerun_without_snapshot_says_the_way_out(own_run: Run) -> None:
    shutil.rmtree((own_run.folder / SNAPSHOT).parent)
    with pytest.raises(NotFound, match="--current-parameters"):
        rerun(own_run.folder)
    assert rerun(own_run.folder, current_parameters=True).identical


def test_input_that_no_longer_validates_is_a_fault(own_run: Run) -> None:
    copy = own_run.folder / "inputs" / "tables" / "balance.csv"
    copy.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=own_run.run_id):
        rerun(own_run.folder)


def reference_with(run_: Run, folder: Path, factor_id: str, scale: float) -> Path:
    """The run's own reference files with the value of one factor multiplied."""
    unpack_snapshot(run_.folder, folder)
    found = 0
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            if row.get("factor_id") == factor_id:
                row["value"] = repr(float(row["value"]) * scale)
                found += 1
        if found and any(row.get("factor_id") == factor_id for row in rows):
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
    assert found == 1
    return folder


RESULT_KEYS = {
    "emission": ("cell_id",),
    "emission_by_sector": ("adcode", "period", "category"),
    "electricity_indirect": ("adcode", "period", "basis", "kind", "category"),
    "reference_approach": ("adcode", "period", "fuel"),
    "reference_difference": ("adcode", "period", "term"),
    "indicator": ("indicator_id", "adcode", "period", "boundary", "variant"),
    "finding": ("rule", "subject"),
}


def changed_numbers(before: pl.DataFrame, after: pl.DataFrame, table: str) -> int:
    """How many numbers of a table differ by more than the noise of 64-bit sums."""
    keys = list(RESULT_KEYS[table])
    numbers = [name for name, kind in before.schema.items() if kind.is_float() and name not in keys]
    joined = before.join(after, on=keys, suffix="_after", nulls_equal=True, validate="1:1")
    assert joined.height == before.height == after.height
    pairs = [(joined[name], joined[f"{name}_after"]) for name in numbers]
    assert all(one.is_null().equals(other.is_null()) for one, other in pairs)
    return sum(int(((one - other).abs() > 1e-13 * one.abs()).sum()) for one, other in pairs)


@pytest.mark.parametrize("factor_id", [OXIDATION, METHANE_GWP, "electricity:2012:CN-CC:legacy_grid_average"])
def test_changing_one_factor_changes_exactly_the_cells_that_are_listed(
    small_run: Run, tmp_path: Path, factor_id: str
) -> None:
    reference = reference_with(small_run, tmp_path / "reference", factor_id, 1.01)
    recompute_apart(small_run, tmp_path / "after", reference)
    listed = affected_by(small_run, factor_id)
    for table in RESULT_KEYS:
        before, after = small_run.result(table), read_parquet(tmp_path / "after" / f"{table}.parquet")
        expected = listed.filter(pl.col("table") == table).height
        assert changed_numbers(before, after, table) == expected, table
    emission = compare_tables({**tables(small_run)}, {**folder_tables(tmp_path / "after")}).filter(table="emission")
    assert set(emission.get_column("cell")) == set(listed.filter(table="emission").get_column("cell"))
    assert set(emission.get_column("cause")) <= {"factor"}


def tables(run_: Run) -> dict[str, pl.DataFrame]:
    return {name: run_.result(name) for name in run_.names()}


def folder_tables(folder: Path) -> dict[str, pl.DataFrame]:
    return {path.stem: read_parquet(path) for path in folder.glob("*.parquet")}


def test_a_factor_that_nothing_uses_is_not_found_and_used_ones_are_named(small_run: Run) -> None:
    with pytest.raises(NotFound, match=OXIDATION):
        affected_by(small_run, "GBT32151_2024:anthracite:ncv")


def test_a_difference_splits_into_data_and_factor_without_rest(small_run: Run, tmp_path: Path) -> None:
    balance = BALANCE.replace("Thermal Power,-10", "Thermal Power,-11")
    other = run(load_workspace(make_workspace(tmp_path / "w", balance=balance)))
    outcome = compare_runs(small_run, other)
    assert outcome.details["changed_inputs"] == ["tables/balance.csv"]
    assert outcome.details["same_parameters"]
    assert set(outcome.differences.get_column("cause")) == {"data", "boundary"}
    row = outcome.differences.filter(table="emission", column="CO2").row(0, named=True)
    assert row["data_effect"] + row["factor_effect"] + row["method_effect"] == pytest.approx(
        row["difference"], rel=1e-9
    )
    assert row["difference"] == pytest.approx(1e6 * 29.3076e-3 * 26.1 * 0.93 * 44 / 12, rel=1e-9)


def test_a_mixed_change_is_split_by_the_mean_of_both_orders(small_run: Run, tmp_path: Path) -> None:
    reference = reference_with(small_run, tmp_path / "reference", OXIDATION, 1.1)
    recompute_apart(small_run, tmp_path / "after", reference)
    after = folder_tables(tmp_path / "after")
    after["emission"] = after["emission"].with_columns(pl.col("amount") * 2, pl.col("CO2") * 2)
    rows = compare_tables(tables(small_run), after).filter(table="emission", column="CO2")
    row = rows.filter(pl.col("cell").str.contains("thermal_power:raw_coal")).row(0, named=True)
    assert row["cause"] == "several"
    assert row["data_effect"] + row["factor_effect"] == pytest.approx(row["difference"], rel=1e-9)
    assert row["factor_effect"] == pytest.approx(0.1 * 1.5 * float(row["before"]), rel=1e-9)


def test_a_cell_in_one_run_only_is_a_boundary_difference(small_run: Run, tmp_path: Path) -> None:
    balance = BALANCE.replace("Henan,2013,Diesel Oil,Agriculture,1.25\n", "")
    other = run(load_workspace(make_workspace(tmp_path / "w", balance=balance)))
    diesel = compare_runs(small_run, other).differences.filter(pl.col("cell").str.contains("diesel"), table="emission")
    assert diesel.height
    assert set(diesel.get_column("cause")) == {"boundary"}


def test_two_equal_runs_compare_as_identical(small_run: Run) -> None:
    assert compare_runs(small_run, small_run).identical
