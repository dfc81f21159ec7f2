from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from cocontrol.core.errors import InvalidInput
from cocontrol.io.exports.flows import NOTATION_FILE, flow_table, joint_key
from cocontrol.io.exports.primap2 import (
    Interchange,
    dropped_rows,
    emission_totals,
    entity_of,
    primap2_data,
    read_interchange,
    write_interchange,
    write_primap2,
)
from tests.io_runs.formats_world import EQUIVALENT, made_run, sums

DESCRIPTION = {
    "attrs": {"area": "area (ISO3)", "cat": "category (X)", "scen": "scenario (general)"},
    "dimensions": {"*": ["area (ISO3)", "category (X)", "entity", "scenario (general)", "source", "unit"]},
    "time_format": "%Y",
}
NAMES = ("source", "scenario (general)", "area (ISO3)", "entity", "unit", "category (X)")


def test_flows_keep_missing_apart_from_zero_and_generation_apart_from_emission(tmp_path: Path) -> None:
    flows = flow_table(made_run(tmp_path / "run"))
    missing = flows.filter((pl.col("category") == "1A2m") & (pl.col("pollutant") == "CO2")).row(0, named=True)
    assert (missing["amount"], missing["notation"], missing["reason_en"]) == (None, "NE", "no coefficient")
    before = flows.filter(pl.col("before_control"))
    assert set(before.select("category", "pollutant").iter_rows()) == {("1A1ai", "NOx")}
    declared = flows.filter(pl.col("category") == "4D1").row(0, named=True)
    assert (declared["amount"], declared["notation"]) == (None, "NO")


def test_the_key_of_a_sum_says_the_worst_that_is_known() -> None:
    assert joint_key(["NO", "NE", None]) == "NE"
    assert joint_key(["NA", "IE"]) == "IE"
    assert joint_key([None]) is None


def test_the_file_holds_what_the_run_holds_and_reads_back_equal(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run")
    write_primap2(run, tmp_path, "zh")
    assert emission_totals(tmp_path, run) == pytest.approx(sums(run, dropped_rows(run)), rel=1e-12)
    made, read = primap2_data(run), read_interchange(tmp_path / "primap2.yaml")
    assert_frame_equal(read.data, made.data, check_exact=True)
    assert read.metadata == made.metadata
    assert "NE" in (tmp_path / NOTATION_FILE).read_text(encoding="utf-8")


def test_entities_carry_the_gwp_set_and_one_unit_each() -> None:
    assert entity_of(EQUIVALENT) == ("KYOTOGHG (AR5GWP100)", "Gg CO2 / yr", 1e3)
    assert entity_of("CO2e_AR5GWP100CCFB") == ("KYOTOGHG (AR5CCFGWP100)", "Gg CO2 / yr", 1e3)
    assert entity_of("CO2e_OTHER") is None
    assert entity_of("PM25") == ("PM2.5", "Gg / yr", 1e3)


def test_a_file_is_written_quoted_sorted_and_with_sorted_keys(tmp_path: Path) -> None:
    rows = [
        ("s", "H", "FRA", "CO2", "Gg CO2 / yr", "2", 12.0, None),
        ("s", "H", "AUS", "CO2", "Gg CO2 / yr", "1", 4000.0000000000005, 6.0),
    ]
    data = pl.DataFrame(rows, schema=[*NAMES, "1991", "2000"], orient="row")
    write_interchange(Interchange(data, DESCRIPTION), tmp_path / "t")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == (
        '"source","scenario (general)","area (ISO3)","entity","unit","category (X)","1991","2000"\n'
        '"s","H","AUS","CO2","Gg CO2 / yr","1",4000.0000000000005,6.0\n'
        '"s","H","FRA","CO2","Gg CO2 / yr","2",12.0,""\n'
    )
    assert (tmp_path / "t.yaml").read_text(encoding="utf-8") == (
        "attrs:\n  area: area (ISO3)\n  cat: category (X)\n  scen: scenario (general)\ndata_file: t.csv\ndimensions:\n"
        "  '*':\n  - area (ISO3)\n  - category (X)\n  - entity\n  - scenario (general)\n  - source\n  - unit\n"
        "time_format: '%Y'\n"
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    values=st.dictionaries(
        st.sampled_from(["AUS", "CHN", "FRA", "ZAM"]),
        st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        min_size=1,
    )
)
def test_any_numbers_are_read_back_as_written(tmp_path: Path, values: dict[str, float | None]) -> None:
    rows = [("s", "H", area, "CO2", "Gg CO2 / yr", "1", value) for area, value in sorted(values.items())]
    data = pl.DataFrame(rows, schema={**dict.fromkeys(NAMES, pl.String), "2000": pl.Float64}, orient="row")
    write_interchange(Interchange(data, DESCRIPTION), tmp_path / "t")
    assert_frame_equal(read_interchange(tmp_path / "t.yaml").data, data, check_exact=True)


@pytest.mark.parametrize(
    ("csv", "rules"),
    [
        ("source,scenario (general),area (ISO3),entity,unit,2000\ns,H,A,CO2,Gg,1\n", {"primap2.dimension"}),
        (f"{','.join(NAMES)},2000,note\ns,H,A,CO2,Gg,1,5,x\n", {"primap2.time"}),
        (f"{','.join(NAMES)},2000\ns,H,A,CO2,Gg,1,five\n", {"primap2.number"}),
        (f"{','.join(NAMES)},2000\ns,H,A,CO2,Gg,1,5\ns,H,B,CO2,Mt,1,5\n", {"primap2.unit"}),
        (f"{','.join(NAMES)},2000\ns,H,A,CO2,Gg,1,5\ns,H,A,CO2,Gg,1,5\n", {"primap2.repeated"}),
    ],
)
def test_the_reader_names_every_fault(tmp_path: Path, csv: str, rules: set[str]) -> None:
    data = pl.DataFrame(schema=dict.fromkeys(NAMES, pl.String))
    write_interchange(Interchange(data, DESCRIPTION), tmp_path / "t")
    (tmp_path / "t.csv").write_text(csv, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_interchange(tmp_path / "t.yaml")
    assert {fault.rule for fault in caught.value.faults} == rules


def test_a_description_without_its_keys_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("attrs: {}\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_interchange(tmp_path / "t.yaml")
    assert [fault.value for fault in caught.value.faults] == ["dimensions", "time_format"]
