"""The commands on measures, co-control metrics and synergy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Call

METRICS = """measure,ΔSO2,ΔNOx,ΔPM,ΔCO2,C
baseline,1000,1500,600,2000000,
A,180,60,70,90000,45e6
B,250,0,20,-6000,6e6
C,20,25,6,40000,-12e6
D,40,50,12,80000,-12e6
"""


def write(folder: Path, text: str, name: str = "t.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def read_json(call: Call, *arguments: object) -> object:
    outcome = call(*arguments, "--format", "json")
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def test_metrics_give_the_worked_example_and_rank_no_ratio_of_a_loss(call: Call, tmp_path: Path) -> None:
    table = write(tmp_path, METRICS)
    made = read_json(call, "cocontrol-metrics", table, "--tax-rate", 1.2, "--carbon-price", 97.49)
    assert isinstance(made, dict)
    rows = {row["measure"]: row for row in made["measures"]}
    assert rows["A"]["unit_cost"] == pytest.approx(6235.57, abs=0.01)
    assert rows["A"]["IAPeq"] == pytest.approx(7216.667, abs=1e-3)
    assert rows["B"]["unit_cost"] is None
    assert rows["B"]["quadrant"] == "IV"
    assert made["weight_sets"][0]["order"] == ["D", "C", "A"]
    assert made["weight_sets"][0]["not_ranked"] == ["B"]
    elasticity = {item["numerator"]: item["value"] for item in rows["A"]["cross_elasticities"]}
    assert elasticity["SO2"] == pytest.approx(4.0)


def test_metrics_run_every_weight_set_without_a_choice(call: Call, tmp_path: Path) -> None:
    made = read_json(call, "cocontrol-metrics", write(tmp_path, METRICS))
    assert isinstance(made, dict)
    assert len(made["weight_sets"]) >= 2


def test_a_weight_set_with_parent_and_child_is_refused(call: Call, tmp_path: Path) -> None:
    table = write(tmp_path, METRICS)
    weights = write(tmp_path, "pollutant,weight\nPM10,1\nPM2.5,1\nCO2,0.1\n", "w.csv")
    outcome = call("cocontrol-metrics", table, "--weights", weights)
    assert outcome.code == 1
    assert "PM25" in outcome.err


def test_the_baseline_may_stand_in_a_file_of_its_own(call: Call, tmp_path: Path) -> None:
    lines = METRICS.splitlines()
    table = write(tmp_path, "\n".join([lines[0], *lines[2:]]) + "\n")
    baseline = write(tmp_path, "\n".join(lines[:2]) + "\n", "b.csv")
    alone = read_json(call, "cocontrol-metrics", table)
    both = read_json(call, "cocontrol-metrics", table, "--baseline", baseline)
    assert isinstance(alone, dict)
    assert isinstance(both, dict)
    assert all(item["value"] is None for item in alone["measures"][0]["cross_elasticities"])
    assert any(item["value"] is not None for item in both["measures"][0]["cross_elasticities"])


SCORES = "subject,period,pollution,carbon\nX,2015,0.62,0.48\nX,2020,0.70,0.60\nY,2015,0.9,0.1\nY,2020,0.8,0.3\n"


def test_synergy_gives_the_worked_example(call: Call, tmp_path: Path) -> None:
    made = read_json(call, "synergy", write(tmp_path, SCORES), "--method", "coupling")
    assert isinstance(made, dict)
    first = made["rows"][0]
    assert first["D"] == pytest.approx(0.738598, abs=5e-7)
    assert first["C"] == pytest.approx(0.991868, abs=5e-7)
    assert first["T"] == pytest.approx(0.55)
    assert first["D_low"] <= first["D"] <= first["D_high"]


def test_synergy_puts_methods_side_by_side_without_a_choice(call: Call, tmp_path: Path) -> None:
    made = read_json(call, "synergy", write(tmp_path, SCORES))
    assert isinstance(made, dict)
    assert made["methods"] == ["coupling", "coupling-corrected", "composite-system"]


@pytest.mark.parametrize("name", ["coupling_coordination", "CCD", "coupling-coordination"])
def test_synergy_knows_a_method_by_its_other_names(call: Call, tmp_path: Path, name: str) -> None:
    made = read_json(call, "synergy", write(tmp_path, SCORES), "--method", name)
    assert isinstance(made, dict)
    assert made["methods"] == ["coupling"]


def test_synergy_refuses_an_unknown_method_and_lists_the_others(call: Call, tmp_path: Path) -> None:
    outcome = call("synergy", write(tmp_path, SCORES), "--method", "magic")
    assert outcome.code == 1
    assert "tapio" in outcome.err


def test_decoupling_by_tapio(call: Call, tmp_path: Path) -> None:
    table = write(tmp_path, "subject,C0,C1,G0,G1\nX,100,104,100,110\n")
    made = read_json(call, "synergy", table, "--method", "tapio", "--language", "en")
    assert isinstance(made, dict)
    assert made["rows"][0]["elasticity"] == pytest.approx(0.4)
    assert "weak" in made["rows"][0]["state"]


def test_the_catalogue_is_listed_and_says_that_costs_are_unknown(call: Call) -> None:
    outcome = call("measures", "list", "--kind", "end_of_pipe", "--language", "en")
    assert outcome.code == 0
    assert "wet_fgd" in outcome.out
    assert "kiln_fuel_switch" not in outcome.out
    assert "cannot be optimised" in outcome.err + outcome.out
    found = read_json(call, "measures", "list", "--search", "脱硫", "--demonstration")
    assert isinstance(found, list)
    assert {row["status"] for row in found if row["cost_known"]} == {"synthetic"}
    assert "wet_fgd" in {row["measure_id"] for row in found if row["cost_known"]}


def test_every_number_shows_its_source(call: Call) -> None:
    found = read_json(call, "measures", "numbers", "wet_fgd")
    assert isinstance(found, list)
    assert {row["parameter"] for row in found} == {"removal", "reagent_co2", "fuel_penalty"}
    assert all(row["source"] and row["status"] for row in found)
    assert call("measures", "numbers", "magic").code == 1


def test_a_template_is_written_checked_and_stored(call: Call, tmp_path: Path) -> None:
    assert call("measures", "template", tmp_path / "t", "--filled").code == 0
    outcome = call("measures", "import", tmp_path / "t", "--output", tmp_path / "own")
    assert outcome.code == 0
    assert (tmp_path / "own" / "measures.csv").is_file()
    listed = read_json(call, "measures", "list", "--catalogue", tmp_path / "own")
    assert listed == read_json(call, "measures", "list")


def test_a_faulty_catalogue_names_the_cell(call: Call, tmp_path: Path) -> None:
    write(
        tmp_path,
        "measure_id,parameter,subject,value,source,status\nscr,removal,NOx,88,mine,declared\n",
        "measure_numbers.csv",
    )
    outcome = call("measures", "import", tmp_path)
    assert outcome.code == 1
    assert "measure_numbers.csv" in outcome.err
    assert "88" in outcome.err


def test_effects_of_a_run_keep_electricity_apart(call: Call, run_workspace: Path) -> None:
    options = ("effects", "latest", "--workspace", run_workspace, "--demonstration")
    rows = read_json(call, "measures", *options, "-m", "coal_unit_retrofit", "-m", "residential_heat_pump=0.2")
    assert isinstance(rows, list)
    assert [row["order"] for row in rows] == [1, 2]
    assert rows[0]["CO2"] > 0 == rows[0]["CO2_indirect"]
    assert rows[1]["CO2"] > 0 > rows[1]["CO2_indirect"]
    assert {"cost", "status"} <= set(rows[1])
    alone = read_json(call, "measures", *options, "--alone", "-m", "residential_heat_pump", "-m", "coal_unit_retrofit")
    assert isinstance(alone, list)
    assert alone[1]["CO2"] == pytest.approx(rows[0]["CO2"])
    assert call("measures", *options, "-m", "scr=much").code == 1


def test_a_problem_of_a_run_can_be_optimised(call: Call, run_workspace: Path, tmp_path: Path) -> None:
    options = ("--workspace", run_workspace, "--demonstration", "-c", "CO2=-1%")
    made = call("measures", "instance", "latest", tmp_path / "p", *options)
    assert made.code == 0, made.err
    solved = read_json(call, "optimise", tmp_path / "p")
    assert isinstance(solved, dict)
    assert solved["status"] == "optimal"


def test_a_problem_without_costs_says_which_are_missing(call: Call, run_workspace: Path, tmp_path: Path) -> None:
    made = call("measures", "instance", "latest", tmp_path / "p", "--workspace", run_workspace, "-c", "CO2=-1%")
    assert made.code == 1
    assert "coal_unit_retirement" in made.err


MATRIX = "a,b,c,d,e\n1,1/2,4,3,3\n2,1,7,5,5\n1/4,1/7,1,1/2,1/3\n1/3,1/5,2,1,1\n1/3,1/5,3,1,1\n"


def test_weights_by_hierarchy_give_the_check_values(call: Call, tmp_path: Path) -> None:
    made = read_json(call, "weights", write(tmp_path, MATRIX), "--method", "ahp")
    assert isinstance(made, dict)
    found = [row["weight"] for row in made["weights"]]
    assert found == pytest.approx([0.26360349, 0.47583538, 0.05381460, 0.09806829, 0.10867824], abs=5e-9)
    assert made["CR"] == pytest.approx(0.01609027, abs=5e-9)
    assert made["consistent"] is True


def test_a_matrix_names_the_cell_that_is_no_number(call: Call, tmp_path: Path) -> None:
    outcome = call("weights", write(tmp_path, MATRIX.replace("1/7", "many")), "--method", "ahp")
    assert outcome.code == 1
    assert "many" in outcome.err
    assert "B4" in outcome.err or "4" in outcome.err


def test_topsis_names_its_normalisation(call: Call, tmp_path: Path) -> None:
    table = write(tmp_path, "name,x,y\np,2,8\nq,5,1\nr,3,6\n")
    options = ("--method", "topsis", "--directions", "x=+,y=-", "--weights", "x=0.6,y=0.4")
    rows = read_json(call, "weights", table, *options)
    assert isinstance(rows, list)
    assert [row["closeness"] for row in rows] == pytest.approx([0, 1, 0.3111391], abs=5e-8)
    assert [row["rank"] for row in rows] == [3, 1, 2]
    other = read_json(call, "weights", table, *options, "--normalisation", "min-max")
    assert isinstance(other, list)
    assert other[2]["closeness"] == pytest.approx(0.319084, abs=5e-7)


@pytest.mark.parametrize("method", ["entropy", "critic"])
def test_weights_from_data_sum_to_one_and_a_constant_weighs_nothing(call: Call, tmp_path: Path, method: str) -> None:
    table = write(tmp_path, "name,x,y,z\np,2,8,1\nq,5,1,1\nr,3,6,1\n")
    rows = read_json(call, "weights", table, "--method", method)
    assert isinstance(rows, list)
    assert sum(row["weight"] for row in rows) == pytest.approx(1)
    assert rows[2]["weight"] == 0
    turned = read_json(call, "weights", table, "--method", method, "--directions", "y=-")
    assert isinstance(turned, list)
    assert sum(row["weight"] for row in turned) == pytest.approx(1)


def test_weights_refuse_what_they_do_not_know(call: Call, tmp_path: Path) -> None:
    table = write(tmp_path, "name,x,y\np,2,8\nq,5,1\n")
    assert call("weights", table, "--method", "magic").code == 1
    assert call("weights", table, "--method", "topsis", "--directions", "w=+").code == 1
    assert call("weights", table, "--method", "topsis", "--directions", "x=up").code == 1
    assert call("weights", write(tmp_path, "name,x\np,2\nq,\n"), "--method", "entropy").code == 1


def test_metrics_show_coordinates_elasticities_and_the_order_under_every_set(call: Call, tmp_path: Path) -> None:
    table = write(tmp_path, METRICS)
    outcome = call("cocontrol-metrics", table, "--language", "en")
    assert "LAPeq / CO2" in outcome.out
    assert "D > C > B > A" in outcome.out
    rows = call("cocontrol-metrics", table, "--format", "csv").out.splitlines()
    assert rows[0].startswith("measure,quadrant,GHG,")
    assert "cross_elasticity_SO2" in rows[0]
    made = read_json(call, "cocontrol-metrics", table)
    assert isinstance(made, dict)
    assert made["measures"][1]["coordinates"]["greenhouse"] == -6000
    assert made["measures"][1]["pollutant_costs"][1] == {
        "pollutant": "NOx", "value": None, "reason": made["measures"][1]["pollutant_costs"][1]["reason"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [("--price", 100), ("--weights", "w.csv", "--tax-rate", 2, "--carbon-price", 90), ("--baseline", "none.csv"), ("--tax-rate", 2)],
)  # fmt: skip
def test_options_of_metrics_that_do_not_fit_are_refused(
    call: Call, tmp_path: Path, options: tuple[object, ...]
) -> None:
    outcome = call("cocontrol-metrics", write(tmp_path, METRICS), *options, "--format", "json")
    assert outcome.code == 1
    assert json.loads(outcome.out)["faults"]


def test_a_baseline_alone_is_no_table_of_measures(call: Call, tmp_path: Path) -> None:
    assert call("cocontrol-metrics", write(tmp_path, "measure,SO2,CO2\nbaseline,1,2\n")).code == 1


EXAMPLES = [
    (("cocontrol-metrics", "--example"), ("cocontrol-metrics",)),
    (("synergy", "--example", "scores"), ("synergy",)),
    (("synergy", "--example", "tapio"), ("synergy", "--method", "tapio")),
    (("weights", "--example", "alternatives"), ("weights", "--method", "entropy")),
    (("weights", "--example", "alternatives"), ("weights", "--method", "critic", "--directions", "cost=-")),
    (("weights", "--example", "alternatives"), ("weights", "--method", "topsis", "--directions", "cost=-")),
    (("weights", "--example", "ahp"), ("weights", "--method", "ahp")),
]


@pytest.mark.parametrize(("printing", "using"), EXAMPLES)
def test_every_example_is_read_without_a_remark_on_the_table(
    call: Call, tmp_path: Path, printing: tuple[str, ...], using: tuple[str, ...]
) -> None:
    table = write(tmp_path, call(*printing).out)
    outcome = call(using[0], table, *using[1:])
    assert outcome.code == 0, outcome.err
    assert "t.csv" not in outcome.err


def test_the_examples_of_values_indicators_and_weights_go_together(call: Call, tmp_path: Path) -> None:
    values = write(tmp_path, call("synergy", "--example", "values").out, "v.csv")
    indicators = write(tmp_path, call("synergy", "--example", "indicators").out, "i.csv")
    assert call("synergy", values, "--indicators", indicators).code == 0
    measures = write(tmp_path, call("cocontrol-metrics", "--example").out, "m.csv")
    weights = write(tmp_path, call("weights", "--example", "pollutants").out, "w.csv")
    assert call("cocontrol-metrics", measures, "--weights", weights, "--price", 1200).code == 0


def test_the_example_of_a_problem_is_written_once_and_solved(call: Call, tmp_path: Path) -> None:
    assert call("optimise", "--example", tmp_path / "p").code == 0
    made = read_json(call, "optimise", tmp_path / "p")
    assert isinstance(made, dict)
    assert made["cost"] == pytest.approx(138)
    assert call("optimise", "--example", tmp_path / "p").code == 1


@pytest.mark.parametrize("command", ["optimise", "cocontrol-metrics", "synergy", "weights"])
def test_a_command_without_its_table_shows_how_to_get_an_example(call: Call, command: str) -> None:
    outcome = call(command)
    assert outcome.code == 1
    assert "--example" in outcome.err


def test_separators_of_a_chinese_keyboard_are_understood(call: Call, tmp_path: Path) -> None:
    assert call("optimise", "--example", tmp_path / "p").code == 0
    assert call("optimise", tmp_path / "p", "--dividend", "air=SO2，NOx；carbon=CO2").code == 0
    assert call("synergy", write(tmp_path, SCORES), "--weights", "pollution=0.7，carbon=0.3").code == 0
    assert call("synergy", write(tmp_path, SCORES), "--weights", "pollution=0，carbon=0").code == 1
    assert call("synergy", write(tmp_path, SCORES), "--weights", "pollution=1,pollution=1").code == 1


def test_equal_alternatives_share_a_rank_and_identical_ones_have_none(call: Call, tmp_path: Path) -> None:
    options = ("--method", "topsis", "--directions", "x=+,y=-")
    rows = read_json(call, "weights", write(tmp_path, "name,x,y\np,2,8\nq,2,8\nr,5,1\n"), *options)
    assert isinstance(rows, list)
    assert [row["rank"] for row in rows] == [2, 2, 1]
    alike = read_json(call, "weights", write(tmp_path, "name,x,y\np,2,8\nq,2,8\n"), *options)
    assert isinstance(alike, list)
    assert [(row["closeness"], row["rank"]) for row in alike] == [(None, None)] * 2


def test_assumed_directions_and_unused_options_are_told(call: Call, tmp_path: Path) -> None:
    table = write(tmp_path, "name,x,y\np,2,8\nq,5,1\nr,3,6\n")
    assert "x, y" in call("weights", table, "--method", "topsis").err
    assert call("weights", table, "--method", "TOPSIS", "--directions", "x=+,y=-").err == ""
    assert "--directions" in call("weights", table, "--method", "critic").err
    assert "--weights" in call("weights", table, "--method", "entropy", "--weights", "x=1,y=1").err
    assert call("weights", table, "--method", "topsis", "--weights", "x=1").code == 1


def test_a_missing_value_names_its_cell(call: Call, tmp_path: Path) -> None:
    outcome = call("weights", write(tmp_path, "name,x,y\np,2,\nq,5,1\n"), "--method", "entropy", "--format", "json")
    assert [fault["cell"] for fault in json.loads(outcome.out)["faults"]] == ["C2"]


def test_a_folder_in_place_of_a_table_is_told(call: Call, tmp_path: Path) -> None:
    outcome = call("cocontrol-metrics", tmp_path, "--language", "en")
    assert outcome.code == 1
    assert "folder" in outcome.err


def test_alternatives_without_names_are_numbered(call: Call, tmp_path: Path) -> None:
    options = ("--method", "topsis", "--directions", "x=+,y=-", "--weights", "x=0.6,y=0.4")
    rows = read_json(call, "weights", write(tmp_path, "x,y\n2,8\n5,1\n3,6\n"), *options)
    assert isinstance(rows, list)
    assert [row["name"] for row in rows] == ["#1", "#2", "#3"]
    assert rows[2]["closeness"] == pytest.approx(0.3111391, abs=5e-8)
