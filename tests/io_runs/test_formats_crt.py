"""The CRT data-exchange JSON with a small made catalogue (synthetic: its identifiers belong to no reporting tool)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from cocontrol.core.errors import InvalidInput
from cocontrol.io.exports import export
from cocontrol.io.exports.crt import (
    crt_files,
    dropped_rows,
    emission_totals,
    key_sum,
    keys_of,
    read_crt,
    write_crt,
    write_crt_json,
)
from cocontrol.io.exports.crt_catalogue import crt_codes, read_catalogue
from cocontrol.io.exports.flows import data_table
from cocontrol.io.runs import Run
from tests.io_runs.formats_world import made_run, sums

CATALOGUE = """variable_uid,name
synthetic-1,[1.A.1.a.i Electricity][Total][Emissions][CO2][none][kt]
synthetic-2,[1.A.1.a.i Electricity][Total][Emissions][N2O][none][kt]
synthetic-3,[3.B Manure][Total][Emissions][CH4][none][kt]
synthetic-4,[5.A Disposal][Total][Emissions][CH4][none][kt]
synthetic-5,[5.D.1 Wastewater][Total][Emissions][N2O][none][kt]
synthetic-6,[2.B.9][Total][Emissions][HFC-23][none][t]
synthetic-7,[1.A.1.a.i Electricity][Total][Activity data][CO2][none][TJ]
synthetic-8,[1.A.2.g.viii][Total][Emissions][CO2][none][kt]
"""
KEYS = data_table("crt_keys.csv").get_column("key").to_list()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return made_run(tmp_path / "run")


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.csv"
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


def values(document: dict[str, Any], year: Any) -> dict[str, Any]:
    held = next(one for one in document["data"]["values"] if one["inventory_year"] == year)
    return {one["variable_uid"]: one["value"] for one in held["values"]}


def test_without_a_catalogue_nothing_is_written_and_the_way_out_is_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="--catalogue"):
        write_crt(run, tmp_path, "zh")


def test_the_file_holds_what_the_run_holds_less_the_named_drops(run: Run, catalogue: Path, tmp_path: Path) -> None:
    write_crt(run, tmp_path, "zh", catalogue=catalogue)
    expected = sums(run, dropped_rows(run, catalogue=catalogue))
    assert emission_totals(tmp_path, run) == pytest.approx(expected, rel=1e-12, abs=1e-9)
    assert expected["CO2"] == pytest.approx(198660.0)


@pytest.mark.parametrize("number_type", ["numeric", "number"])
def test_either_form_reads_back_equal(run: Run, catalogue: Path, tmp_path: Path, number_type: str) -> None:
    made = crt_files(run, catalogue, number_type=number_type)["410000"]
    write_crt_json(made, tmp_path / "t.json")
    read = read_crt(tmp_path / "t.json")
    assert_frame_equal(read.values, made.values, check_exact=True)
    assert (read.number_type, read.year_as_text, read.key_as_text) == (
        number_type,
        number_type == "number",
        number_type == "number",
    )
    assert read.version == made.version
    first = (tmp_path / "t.json").read_bytes()
    write_crt_json(read, tmp_path / "t.json")
    assert (tmp_path / "t.json").read_bytes() == first


def test_numbers_have_six_decimals_never_an_exponent_and_never_become_zero(
    run: Run, catalogue: Path, tmp_path: Path
) -> None:
    write_crt(run, tmp_path, "zh", catalogue=catalogue)
    text = (tmp_path / "crt_410000.json").read_text(encoding="utf-8")
    assert '"value": 0.000000000001\n' in text
    assert '"value": 0.123457\n' in text
    rounding = dropped_rows(run, catalogue=catalogue).filter(pl.col("reason_en").str.contains("decimals"))
    assert rounding.filter(pl.col("pollutant") == "HFC23").get_column("amount").to_list() == [
        pytest.approx(0.1234567891 - 0.123457)
    ]


def test_keys_are_bit_sums_with_their_explanation(run: Run, catalogue: Path, tmp_path: Path) -> None:
    write_crt(run, tmp_path, "zh", catalogue=catalogue)
    document = json.loads((tmp_path / "crt_410000.json").read_text(encoding="utf-8"))
    assert values(document, 2014)["synthetic-8"] == {"type": "NK", "value": 1024}
    assert values(document, 2014)["synthetic-5"] == {"type": "NK", "value": 2048}
    held = next(one for one in document["data"]["values"] if one["inventory_year"] == 2014)["values"]
    comments = {one["variable_uid"]: one.get("comments") for one in held}
    assert comments["synthetic-5"] == [
        {"comment": "does not occur", "time_stamp": "2026-01-01T00:00:00Z", "type": "nk_explanation"}
    ]


@settings(max_examples=40, deadline=None)
@given(keys=st.sets(st.sampled_from(KEYS), min_size=1))
def test_a_sum_of_keys_gives_the_keys_back(keys: set[str]) -> None:
    assert set(keys_of(key_sum(keys))) == keys


@pytest.mark.parametrize("total", [0, -1, 4096, 1 << 30])
def test_a_sum_with_a_bit_without_meaning_is_refused(total: int) -> None:
    with pytest.raises(InvalidInput):
        keys_of(total)


def test_categories_find_their_number_in_the_tables() -> None:
    assert crt_codes("1A1ai")[0] == "1a1ai"
    assert crt_codes("4D1")[0] == "5d1"
    assert crt_codes("3A2")[0] == "3b"
    assert crt_codes("1A2m")[0] == "1a2gviii"
    assert "2b" not in crt_codes("2B9")


def test_a_category_without_a_variable_is_named_with_its_mass(run: Run, catalogue: Path) -> None:
    dropped = dropped_rows(run, catalogue=catalogue).filter(pl.col("reason_en").str.contains("catalogue"))
    assert ("CO2", "1A3-P", 3630.0) in set(dropped.select("pollutant", "category", "amount").iter_rows())


def test_a_catalogue_may_be_json_and_faults_in_it_are_all_listed(tmp_path: Path) -> None:
    good = [{"uid": "synthetic-1", "category": "1.A.1.a", "gas": "CO2", "unit": "kt"}]
    (tmp_path / "c.json").write_text(json.dumps({"variables": good}), encoding="utf-8")
    assert read_catalogue(tmp_path / "c.json").row(0) == ("synthetic-1", "1a1a", "CO2", 1000.0)
    for entries in ([{"category": "1.A"}, {"category": "1.B"}], [*good, {**good[0], "uid": "synthetic-2"}]):
        (tmp_path / "c.json").write_text(json.dumps(entries), encoding="utf-8")
        with pytest.raises(InvalidInput) as caught:
            read_catalogue(tmp_path / "c.json")
        assert len(caught.value.faults) == 2
    (tmp_path / "c.csv").write_text("variable_uid,category,gas,unit\nx,1.A,CO2,TJ\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="没有可用"):
        read_catalogue(tmp_path / "c.csv")


def test_values_that_cannot_be_read_are_all_named(tmp_path: Path) -> None:
    held = [{"variable_uid": uid, "value": value} for uid, value in (
        ("a", {"type": "NK", "value": 4096}), ("b", {"type": "numeric", "value": "many"}), ("c", {"type": "dropdown", "value": "T1"}),
    )]  # fmt: skip
    document = {"version": {}, "data": {"values": [{"inventory_year": "2014", "values": held}]}}
    (tmp_path / "t.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_crt(tmp_path / "t.json")
    assert [fault.location.column for fault in caught.value.faults] == ["a", "b"]
    (tmp_path / "t.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InvalidInput):
        read_crt(tmp_path / "t.json")


def test_the_export_proves_its_totals_with_the_catalogue(small_run: Run, catalogue: Path, tmp_path: Path) -> None:
    report = export(small_run, "crt", tmp_path / "out", catalogue=catalogue)
    assert report.ledger.get_column("within_tolerance").all()
    assert {"crt_410000.json", "crt_variables.csv", "notation.csv"} == {str(file["path"]) for file in report.files}
