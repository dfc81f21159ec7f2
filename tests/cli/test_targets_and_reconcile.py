"""The commands ``targets`` and ``reconcile``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from .conftest import Call

REAS = """adcode,prov,species,sector,year,value,unit
410000,HA,CO2,PP-EXCL-BF,2013,20000,kt/year
410000,HA,CO2,IND-EXCL-BF,2010,10,kt/year
410000,HA,CO2,IND-EXCL-BF,2013,12,kt/year
410000,HA,CO2,RESI-EXCL-BF,2013,7000,kt/year
"""

LEDGER = """source_id,adcode,year,fuel,amount,unit,heat_value
a,410000,2013,raw_coal,1000000,t,21
b,410000,2013,raw_coal,100000,TJ,
"""


def test_targets_in_json_hold_verdict_trajectory_and_boundaries(call: Call, run_workspace: Path) -> None:
    outcome = call("targets", "latest", "--workspace", run_workspace, "--format", "json")
    view = json.loads(outcome.out)
    assert outcome.code == 0
    assert view["as_of"] == "2021-01-01"
    assert len(view["targets"]) == 3
    for row in view["targets"]:
        assert row["verdict"] in {"met", "not_met", "on_track", "off_track", "undetermined"}
        assert row["because"] or row["verdict"] != "undetermined"
        assert {"indicator", "trajectory", "boundaries", "left_open"} <= row.keys()


def test_the_day_and_the_boundary_can_be_given(call: Call, run_workspace: Path) -> None:
    words = ("targets", "latest", "--workspace", run_workspace, "--format", "json")
    view = json.loads(call(*words, "--as-of", "2019-06-30", "--boundary", "direct").out)
    assert (view["as_of"], view["boundary"]) == ("2019-06-30", "direct")
    wrong = call(*words, "--boundary", "everything", "--language", "en")
    assert wrong.code == 1
    assert "direct_plus_feedstock" in wrong.err


@pytest.mark.parametrize("extra", [(), ("--boundaries",)])
def test_targets_as_a_table_and_as_csv(call: Call, run_workspace: Path, extra: tuple[str, ...]) -> None:
    words = ("targets", "latest", "--workspace", run_workspace, *extra)
    assert "判定" in call(*words).out
    rows = list(csv.DictReader(io.StringIO(call(*words, "--format", "csv", "--language", "en").out)))
    assert {row["verdict"] for row in rows}
    assert len(rows) >= 3


def test_the_targets_of_a_plan_file_are_judged_instead(call: Call, run_workspace: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(
        "小省减污降碳协同增效实施方案\n\n一、目标\n\n到2025年，全省单位生产总值二氧化碳排放比2020年下降20%。\n",
        encoding="utf-8",
    )
    outcome = call(
        "targets", "latest", "--workspace", run_workspace, "--plan", plan, "--region", "410000", "--format", "json"
    )
    rows = json.loads(outcome.out)["targets"]
    assert [(row["metric"], row["value"], row["base_year"]) for row in rows] == [("co2_per_gdp", -20.0, 2020)]
    assert len({entry["boundary"] for entry in rows[0]["boundaries"]}) >= 3
    assert "purchased_electricity" in {one["choice"] for one in rows[0]["left_open"]}
    assert any(entry["boundary"] == "direct" and entry["value"] for entry in rows[0]["boundaries"])


def test_reconcile_compares_cells_with_reasons(call: Call, run_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "reas.csv"
    path.write_text("REAS v3.2 excerpt,,,,,,\n" + REAS, encoding="utf-8")
    words = ("reconcile", "latest", path, "--layout", "reas", "--workspace", run_workspace)
    view = json.loads(call(*words, "--format", "json").out)
    power = next(cell for cell in view["cells"] if cell["group"] == "power")
    assert power["theirs_t"] == pytest.approx(2e7)
    assert power["difference_t"] == pytest.approx(power["ours_t"] - 2e7)
    assert power["reasons_zh"]
    table = call(*words, "--changes", "2010-2013", "--language", "en", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(table.out)))
    assert float(next(row for row in rows if row["sector"] == "IND-EXCL-BF")["change_pct"]) == pytest.approx(20.0)
    assert call(*words, "--changes", "lately").code == 1
    assert "power" in call(*words, "--language", "en").out


def test_reconcile_refuses_a_file_of_another_layout(call: Call, run_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "reas.csv"
    path.write_text(REAS, encoding="utf-8")
    outcome = call("reconcile", "latest", path, "--layout", "ceads", "--workspace", run_workspace, "--language", "en")
    assert outcome.code == 1
    assert "mt_co2" in outcome.err


def test_enterprise_ledgers_are_held_against_the_balance(call: Call, run_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(LEDGER, encoding="utf-8")
    words = ("reconcile", "latest", path, "--layout", "ledger", "--workspace", run_workspace)
    view = json.loads(call(*words, "--format", "json").out)
    coal = next(row for row in view["fuels"] if row["fuel"] == "raw_coal")
    assert coal["ledger_tj"] == pytest.approx(121000.0)
    assert coal["ledger_residual_tj"] == pytest.approx(coal["balance_tj"] - 121000.0)
    assert "raw_coal" in call(*words).out
