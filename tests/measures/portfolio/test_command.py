"""The command ``optimise``: its JSON is the interface that other programs rely on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cocontrol.cli.main import main

WORKED = Path(__file__).parent / "data" / "worked"


def _run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["optimise", *arguments])
    assert (ended.value.code or 0) == code
    return capsys.readouterr().out


def test_the_json_has_the_names_of_the_interface(capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(_run(capsys, str(WORKED), "--format", "json"))
    assert made["status"] == "optimal"
    assert made["cost"] == pytest.approx(138)
    assert made["lower_bound"] == pytest.approx(138)
    assert made["gap"] == 0
    assert made["emissions"]["CO2"] == {"1": pytest.approx(15434)}
    assert made["plan"] == [
        {"source_id": "power", "option_id": "gas", "devices": []},
        {"source_id": "steel", "option_id": "WHR", "devices": ["FGD"]},
        {"source_id": "cement", "option_id": "coal", "devices": ["SCR"]},
    ]
    assert made["duals"][0]["price"] == pytest.approx(0.244550, abs=5e-7)
    assert made["conflicts"] == []


def test_shares_name_their_part_of_a_source(capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(_run(capsys, str(WORKED), "--shares", "--format", "json"))
    totals: dict[str, float] = {}
    for row in made["plan"]:
        totals[row["source_id"]] = totals.get(row["source_id"], 0.0) + row["share"]
    assert totals == pytest.approx({"power": 1, "steel": 1, "cement": 1})


def test_an_infeasible_problem_answers_with_its_conflict(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "tight"
    shutil.copytree(WORKED, folder)
    (folder / "caps.csv").write_text("region,pollutant,period,cap_t\n*,NOx,1,-1\n*,CO2,1,9999\n", encoding="utf-8")
    made = json.loads(_run(capsys, str(folder), "--format", "json"))
    assert made["status"] == "infeasible"
    assert made["cost"] is None
    assert [(row["pollutant"], row["cap_t"]) for row in made["conflicts"]] == [("NOx", -1)]
    assert made["conflicts"][0]["relax_alone_t"] > 1


def test_every_other_view_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert "gas" in _run(capsys, str(WORKED), "--language", "en")
    assert _run(capsys, str(WORKED), "--format", "csv").startswith("source_id,option_id,devices")
    curve = json.loads(_run(capsys, str(WORKED), "--curve", "CO2", "--format", "json"))
    assert curve[0]["emission_t"] > curve[-1]["emission_t"]
    table = json.loads(_run(capsys, str(WORKED), "--dividend", "air=SO2,NOx;carbon=CO2", "--format", "json"))
    assert {row["case"]: row["cost"] for row in table}["air>carbon"] == pytest.approx(164)


def test_faults_of_the_files_end_with_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert _run(capsys, str(tmp_path), "--format", "json", code=1)
    folder = tmp_path / "broken"
    shutil.copytree(WORKED, folder)
    (folder / "settings.toml").write_text("periods = ", encoding="utf-8")
    made = json.loads(_run(capsys, str(folder), "--format", "json", code=1))
    assert [fault["file"] for fault in made["faults"]] == ["settings.toml"]


@pytest.mark.parametrize(("form", "word"), [("table", "不能同时满足"), ("csv", "NOx"), ("json", "infeasible")])
def test_a_conflict_shows_in_every_form_of_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str, word: str
) -> None:
    folder = tmp_path / "tight"
    shutil.copytree(WORKED, folder)
    (folder / "caps.csv").write_text("region,pollutant,period,cap_t\n*,NOx,1,-1\n", encoding="utf-8")
    assert word in _run(capsys, str(folder), "--format", form)


def test_a_plan_is_evaluated_anew_under_an_uncertain_inventory(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(_run(capsys, str(WORKED), "--robust", "SO2=20，CO2=5", "--format", "json"))
    assert [row["name"] for row in rows] == ["* SO2 1", "* NOx 1", "* CO2 1"]
    assert rows[2]["planned"] == pytest.approx(15434)
    assert rows[0]["probability_met"] == 1.0
    assert 0.5 < rows[2]["probability_met"] < 0.9
    for wrong in ("SO2", "NH3=5", "SO2=-3", ""):
        assert _run(capsys, str(WORKED), "--robust", wrong, "--format", "json", code=1)


def test_a_curve_says_that_it_is_exact(capsys: pytest.CaptureFixture[str]) -> None:
    curve = json.loads(_run(capsys, str(WORKED), "--curve", "CO2", "--format", "json"))
    assert all(row["exact"] and row["gap"] == 0 and row["lower_bound"] == row["cost"] for row in curve)
