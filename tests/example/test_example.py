"""The Henan example: what it holds, where it comes from, and what stays wrong on purpose."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from datetime import date
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cocontrol.assessment.targets import judge_targets
from cocontrol.core.registers import FACILITY
from cocontrol.indicators.series import compute_indicators
from cocontrol.inventory.reconciliation.facilities import THRESHOLD
from cocontrol.io.inputs import Inputs, read_inputs
from cocontrol.io.workspace import load_workspace

PLAN = "plans/example_city_plan.md"


@pytest.fixture(scope="module")
def example(repository: Path) -> Path:
    return repository / "examples" / "henan"


@pytest.fixture(scope="module")
def inputs(example: Path) -> Inputs:
    return read_inputs(load_workspace(example))


@pytest.fixture(scope="module")
def frames(inputs: Inputs) -> dict[str, pl.DataFrame]:
    return inputs.frames()


@pytest.fixture(scope="module")
def plan(example: Path) -> str:
    return (example / PLAN).read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def prepare(example: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("henan_prepare", example / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_table_reads_without_an_error(inputs: Inputs) -> None:
    assert [fault.describe("en") for fault in inputs.errors] == []


def test_tables_hold_the_rows_that_the_readme_counts(frames: dict[str, pl.DataFrame]) -> None:
    compiled = {"plan_rule"}  # from the plan, not from a file
    brought = {name: frame.height for name, frame in frames.items() if name not in compiled}
    assert brought == {
        "energy_balance": 371,
        "provincial_statistics": 1298,
        "facility": 94 + 219 + 11,
        "air_quality_hourly": 9831,
        "target": 43,
        "population_grid": 889,
    }


def test_the_whole_example_stays_small(example: Path) -> None:
    written = [path for path in example.rglob("*") if path.is_file() and "runs" not in path.parts]
    assert sum(path.stat().st_size for path in written) < 4_000_000


def test_the_plan_says_that_it_is_fictitious(example: Path, plan: str) -> None:
    assert "虚构" in plan.splitlines()[0]
    assert "synthetic" in plan.splitlines()[0]
    (document,) = [d for d in load_workspace(example).settings.documents if d.kind == "plan"]
    assert document.synthetic


def test_every_target_of_the_plan_points_at_the_words_that_hold_its_numbers(
    frames: dict[str, pl.DataFrame], plan: str
) -> None:
    own = frames["target"].filter(pl.col("document") == PLAN)
    assert own.height == 30
    for row in own.iter_rows(named=True):
        words = plan[row["start"] : row["end"]]
        assert words == words.strip()
        numbers = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", words)}
        if row["value"] is not None and row["kind"] != "zero_rule":
            assert numbers & _as_written(row["value"]), (row["target_id"], words)
        if row["base_year"] is not None:
            assert float(row["base_year"]) in numbers, (row["target_id"], words)
        if row["qualifier"] is not None:
            assert row["qualifier"] in words, (row["target_id"], words)


def _as_written(value: float) -> set[float]:
    """The digits a plan may write for the value: itself, without sign, in 万, in 万千瓦."""
    size = abs(value)
    return {size, size / 1e4, size / 10}


def test_targets_of_real_plans_carry_facts_and_no_text(frames: dict[str, pl.DataFrame]) -> None:
    real = frames["target"].filter(pl.col("document") != PLAN)
    assert real.height == 13
    assert real["start"].null_count() == real["end"].null_count() == real.height
    assert set(real["adcode"]) == {"410000"}
    assert frames["target"].filter(pl.col("document") == PLAN)["adcode"].null_count() == 30


def test_counties_lie_in_their_city_and_province(frames: dict[str, pl.DataFrame], example: Path) -> None:
    features = json.loads((example / "boundaries" / "henan_counties.geojson").read_text(encoding="utf-8"))["features"]
    parents = {f["properties"]["adcode"]: f["properties"]["parent"] for f in features}
    located = frames["facility"].filter(pl.col("location_basis") == "coordinates")
    assert located.height == 105
    for row in located.iter_rows(named=True):
        parent = parents[row["adcode"]]
        assert row["city_adcode"] == (row["adcode"] if parent == "410000" else parent)
        assert row["province_adcode"] == "410000"


def test_units_without_a_match_are_kept_without_a_position(frames: dict[str, pl.DataFrame]) -> None:
    coal = frames["facility"].filter(pl.col("kind") == "coal_unit")
    assert coal.height == 219
    rest = coal.filter(pl.col("location_basis") == "published_place")
    assert rest.height == rest["longitude"].null_count() == rest["latitude"].null_count() == 86
    assert set(rest["adcode"]) == {"410000"}
    assert rest["location_note"].null_count() == 0


def test_matched_units_stand_where_the_plant_of_the_other_register_stands(frames: dict[str, pl.DataFrame]) -> None:
    facility = frames["facility"]
    units = facility.filter(pl.col("location_basis") == "matched")
    assert units.height == 133
    plants = facility.filter(pl.col("fuel") == "coal").select(
        "longitude", "latitude", "adcode", "city_adcode", location_facility_id="facility_id"
    )
    placed = units.join(plants, on="location_facility_id", suffix="_plant")
    assert placed.height == 133
    for column in ("longitude", "latitude", "adcode", "city_adcode"):
        assert (placed[column] == placed[f"{column}_plant"]).all()
    assert (units["location_probability"] >= THRESHOLD).all()
    assert units["location_note"].str.contains("name_similarity").all()


def test_the_conflict_of_wuyang_steel_stays_visible(frames: dict[str, pl.DataFrame]) -> None:
    (row,) = frames["facility"].filter(pl.col("name_zh") == "舞阳钢铁有限责任公司").iter_rows(named=True)
    assert row["published_place"].startswith("Anyang")
    assert (row["adcode"], row["city_adcode"]) == ("410481", "410400")


def test_the_defect_of_three_mtce_stays_in_the_balance(frames: dict[str, pl.DataFrame]) -> None:
    other = frames["energy_balance"].filter(pl.col("fuel") == "Other Energy")
    amounts = dict(other.select("process", "amount").iter_rows())
    parts = amounts["Industry"] + amounts["Residential consumption"]
    assert parts - amounts["Total Consumption"] == pytest.approx(3.0)


def test_two_vintages_of_gdp_differ(frames: dict[str, pl.DataFrame]) -> None:
    rows = frames["provincial_statistics"].filter(adcode="410000", year=2020, indicator="gdp").sort("vintage")
    assert rows["value"].to_list() == [54259.4, 54160.6]


def test_every_verdict_is_undetermined_with_reasons_where_there_is_no_inventory_of_2025(
    frames: dict[str, pl.DataFrame],
) -> None:
    inventory = pl.DataFrame(
        {
            "adcode": ["410000"],
            "period": ["2013"],
            "category": ["1A2"],
            "fuel": ["raw_coal"],
            "amount": [1.0],
            "unit": ["TJ"],
            "coefficient_id": ["c"],
            "CO2": [5e8],
        }
    )
    lineage = pl.DataFrame({"coefficient_id": ["c"], "pollutant": ["CO2"], "status": ["verified"]})
    indicators = compute_indicators(
        adcode="410000",
        statistics=frames["provincial_statistics"],
        emission=inventory,
        lineage=lineage,
        also_years=(2025,),
    )
    verdicts = judge_targets(frames["target"], indicators, as_of=date(2026, 6, 30))
    assert set(verdicts["value"]) == {"undetermined"}
    assert verdicts["reasons_zh"].null_count() == verdicts["reasons_en"].null_count() == 0
    (province,) = verdicts.filter(rule_id="HN-G1").iter_rows(named=True)
    assert "target.HN-G1.value" in province["reasons_en"]
    assert "no inventory for 2025" in province["reasons_en"]


def test_readme_checksums_are_those_of_the_originals(shared: Path, example: Path, prepare: ModuleType) -> None:
    readme = (example / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"`([0-9a-f]{64})`", readme)
    known = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (shared / "data").rglob("*") if path.is_file()}
    assert len(listed) == 11
    assert set(listed) <= known


def test_the_tables_can_be_made_again_from_the_originals(
    shared: Path, example: Path, prepare: ModuleType, tmp_path: Path
) -> None:
    prepare.main(shared / "data", tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) == 12
    for relative in made:
        if relative.suffix == ".parquet":
            assert_frame_equal(pl.read_parquet(tmp_path / relative), pl.read_parquet(example / relative))
        else:
            assert (tmp_path / relative).read_bytes() == (example / relative).read_bytes(), relative


def test_facility_files_hold_exactly_the_declared_columns(example: Path) -> None:
    for name in ("power_plants_wri", "coal_units_gem", "steel_plants_gem"):
        assert tuple(pl.read_csv(example / "tables" / f"{name}.csv", n_rows=1).columns) == FACILITY.column_names
