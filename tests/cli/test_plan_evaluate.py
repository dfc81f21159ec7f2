"""``cocontrol plan evaluate``: registers and parameters from files, verdicts by day and region, faults in lines."""

from __future__ import annotations

import json

import polars as pl
import pytest

from cocontrol.io.runs import list_runs
from tests.io_runs.conftest import make_workspace

PLAN = """濮阳市协同增效实施方案

一、主要任务

1. 优化供热结构。推动30万千瓦及以上热电联产电厂供热合理半径范围内的燃煤锅炉关停整合。（市发展改革委负责）

2. 清理小型锅炉。2024年底前，35蒸吨/小时以下燃煤锅炉全部淘汰。淘汰20万千瓦及以下且设计寿命期满的纯凝燃煤机组。（市生态环境局负责）

3. 绿色采购。各级党政机关新增、更新公务用车新能源汽车比例不低于50%。（市机关事务中心负责）

4. 摸清排放底数。将年排放量2.6万吨二氧化碳当量或年综合能源消费量1万吨标准煤及以上的电力、化工企业纳入重点排放单位。（市生态环境局负责）
"""
PARAMETERS = """parameter_id,value,unit,effective_from,effective_to,jurisdiction,source,clause,status
heat_radius_consolidation.radius_km,15,km,2016-01-01,2023-12-31,410000,示例文件甲,第3条,verified
heat_radius_consolidation.radius_km,20,km,2024-01-01,,410000,示例文件乙,第5条,verified
heat_radius_consolidation.radius_km,30,km,2020-01-01,,410900,示例文件丙,第2条,recalled
"""
BOILERS = {
    "subject_id": ["b1", "b2", "b3", "b4"],
    "fuel": ["coal"] * 4,
    "capacity_tph": [34.9, 35.0, 80.0, 80.0],
    "status": ["operating"] * 4,
    "nearest_chp_mw": [300.0] * 4,
    "chp_distance_km": [14.9, 19.9, 29.9, 30.1],
}
UNITS = {
    "subject_id": ["200.0", "200.1"],
    "fuel": ["coal"] * 2,
    "unit_type": ["condensing"] * 2,
    "capacity_mw": [200.0, 200.1],
    "status": ["operating"] * 2,
    "design_life_end_year": [2020] * 2,
}
PURCHASES = {
    "subject_id": ["1", "2"],
    "organisation": ["half", "less"],
    "category": ["公务用车"] * 2,
    "qualifying": [50, 499],
    "total": [100, 1000],
}
EMITTERS = {
    "subject_id": ["25999", "26000", "energy"],
    "sector": ["电力"] * 3,
    "co2e_t": [25999, 26000, 1],
    "energy_tce": [9999, 9999, 10000],
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    (tmp_path / "params.csv").write_text(PARAMETERS, encoding="utf-8")
    pl.DataFrame(BOILERS).write_csv(tmp_path / "boiler.csv")
    pl.DataFrame(UNITS).write_parquet(tmp_path / "generating_unit.parquet")
    pl.DataFrame(PURCHASES).write_csv(tmp_path / "purchase.csv")
    pl.DataFrame(EMITTERS).write_csv(tmp_path / "emitter.csv")
    return tmp_path


def registers(folder, *names):
    return [part for name in names for part in ("--register", f"{name.partition('.')[0]}={folder / name}")]


def values(out, template):
    return {v["subject_id"]: v["value"] for v in json.loads(out) if v["template"] == template}


def test_edge_values_of_every_register_are_judged(call, folder):
    files = registers(folder, "boiler.csv", "generating_unit.parquet", "purchase.csv", "emitter.csv")
    code, out, err = call("plan", "evaluate", folder / "plan.txt", *files, "--as-of", "2025-12-31", "--format", "json")
    assert code == 0, err
    assert values(out, "retire_small_boilers") == {"b1": "violation", "b2": "clear", "b3": "clear", "b4": "clear"}
    assert values(out, "retire_condensing_coal_units") == {"200.0": "violation", "200.1": "clear"}
    assert values(out, "min_share") == {"half": "clear", "less": "violation"}
    assert values(out, "key_emitter") == {"25999": "clear", "26000": "candidate", "energy": "candidate"}
    assert set(values(out, "heat_radius_consolidation").values()) == {"undetermined"}


@pytest.mark.parametrize(
    ("as_of", "region", "found"),
    [
        ("2023-12-31", "410000", {"b1"}),
        ("2024-01-01", "410000", {"b1", "b2"}),
        ("2024-01-01", "410900", {"b1", "b2", "b3"}),
        ("2024-01-01", None, {"b1", "b2", "b3"}),
        ("2024-01-01", "430000", set()),
    ],
)
def test_the_radius_of_the_day_and_the_place_makes_the_list(call, folder, as_of, region, found):
    options = ["--parameters", folder / "params.csv", "--as-of", as_of, *(["--region", region] if region else [])]
    files = registers(folder, "boiler.csv")
    code, out, err = call("plan", "evaluate", folder / "plan.txt", *files, *options, "--format", "json")
    assert code == 0, err
    judged = values(out, "heat_radius_consolidation")
    assert {name for name, value in judged.items() if value == "candidate"} == found
    rows = {v["parameter_rows"] for v in json.loads(out) if v["template"] == "heat_radius_consolidation"}
    assert all(("params.csv!A" in (one or "")) == bool(found) for one in rows)


def test_faults_of_registers_and_parameters_are_listed_together(call, folder):
    (folder / "boiler.csv").write_text("subject_id,fuel\nb1,coke\n", encoding="utf-8")
    (folder / "params.csv").write_text(PARAMETERS.replace(",15,km", ",wide,km"), encoding="utf-8")
    options = ["--parameters", folder / "params.csv", "--as-of", "2025-12-31"]
    code, out, err = call("plan", "evaluate", folder / "plan.txt", *registers(folder, "boiler.csv"), *options)
    assert (code, out) == (1, "")
    assert "boiler.csv · B2" in err
    assert "params.csv · B2" in err


def test_unknown_registers_and_regions_are_told_with_what_there_is(call, folder):
    plan, boiler = folder / "plan.txt", folder / "boiler.csv"
    code, _, err = call("plan", "evaluate", plan, "--register", f"kettle={boiler}", "--as-of", "2025-12-31")
    assert (code, "boiler" in err) == (1, True)
    files = registers(folder, "boiler.csv")
    code, _, err = call("plan", "evaluate", plan, *files, "--as-of", "2025-12-31", "--region", "999999")
    assert (code, "999999" in err) == (1, True)


def test_a_parameter_that_no_rule_reads_is_told(call, folder):
    (folder / "params.csv").write_text(PARAMETERS.replace("radius_km", "radius"), encoding="utf-8")
    options = ["--parameters", folder / "params.csv", "--as-of", "2025-12-31"]
    code, _, err = call("plan", "evaluate", folder / "plan.txt", *registers(folder, "boiler.csv"), *options)
    assert code == 0
    assert "heat_radius_consolidation.radius" in err


def test_a_filled_template_is_read_back(call, folder):
    code, _, err = call("template", "boiler", "--to", folder / "boiler.xlsx")
    assert code == 0, err
    code, out, _ = call("template", "--format", "json")
    assert {"boiler", "project", "emitter", "rule_parameter"} <= {row["table"] for row in json.loads(out)}


def test_a_table_for_people_says_codes_columns_and_verdicts_in_words(call, folder):
    files = registers(folder, "boiler.csv")
    code, out, err = call("plan", "evaluate", folder / "plan.txt", *files, "--as-of", "2025-12-31")
    assert code == 0, err
    assert "违反" in out
    assert "淘汰小型燃煤锅炉" in out
    assert "额定蒸发量" in out
    assert "期限：2024-12-31" in out
    for word in ("capacity_tph", "retire_small_boilers", "violation", "operating", "nearest_chp_mw"):
        assert word not in out
    english = call("plan", "evaluate", folder / "plan.txt", *files, "--as-of", "2025-12-31", "--language", "en").out
    assert "retire small coal boilers" in english
    assert "capacity_tph" not in english


def test_reasons_in_data_call_columns_by_their_labels_too(call, folder):
    files = registers(folder, "boiler.csv")
    out = call("plan", "evaluate", folder / "plan.txt", *files, "--as-of", "2025-12-31", "--format", "json").out
    reasons = [
        v["reasons_zh"] for v in json.loads(out) if v["subject_id"] == "b2" and v["template"] == "retire_small_boilers"
    ]
    assert reasons == ["不在适用范围内；额定蒸发量 = 35 t/h，不满足 < 35 t/h"]


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2022-01-01", "not_yet_due"),
        ("2024-12-30", "not_yet_due"),
        ("2024-12-31", "violation"),
        ("2025-01-01", "violation"),
    ],
)
def test_a_deadline_decides_by_day(call, folder, day, value):
    files = registers(folder, "boiler.csv")
    out = call("plan", "evaluate", folder / "plan.txt", *files, "--as-of", day, "--format", "json").out
    assert values(out, "retire_small_boilers")["b1"] == value


def test_one_changed_number_shows_in_compare_and_the_old_verdict_stands_beside_the_new(call, folder):
    (folder / "new.txt").write_text(PLAN.replace("35蒸吨", "65蒸吨"), encoding="utf-8")
    compared = json.loads(call("plan", "compare", folder / "plan.txt", folder / "new.txt", "--format", "json").out)
    changes = [c for pair in compared["pairs"] for c in pair["changes"]]
    assert any("35蒸吨" in (c["parent_text"] or "") and "65蒸吨" in (c["child_text"] or "") for c in changes)
    options = [*registers(folder, "boiler.csv"), "--as-of", "2025-12-31", "--previous", folder / "plan.txt"]
    made = json.loads(call("plan", "evaluate", folder / "new.txt", *options, "--format", "json").out)
    boilers = {
        v["subject_id"]: (v["value_before"], v["value"], v["changed"])
        for v in made
        if v["template"] == "retire_small_boilers"
    }
    assert boilers == {
        "b1": ("violation", "violation", False),
        "b2": ("clear", "violation", True),
        "b3": ("clear", "clear", False),
        "b4": ("clear", "clear", False),
    }
    assert made[0]["changed"]
    shown = call("plan", "evaluate", folder / "new.txt", *options).out
    assert "旧判定" in shown


def test_without_any_register_the_way_out_is_told(call, folder):
    code, _, err = call("plan", "evaluate", folder / "plan.txt", "--as-of", "2025-12-31")
    assert code == 1
    assert "--register" in err
    assert "--workspace" in err


GOALS = """河南省协同增效实施方案

一、工作目标

到2013年，全省单位地区生产总值二氧化碳排放比2012年下降20%。

二、主要任务

1. 清理小型锅炉。2012年底前，35蒸吨/小时以下燃煤锅炉全部淘汰。（省生态环境厅负责）
"""


@pytest.fixture
def with_plan(tmp_path):
    """A workspace with a plan and a register of boilers, declared as tables and documents."""
    place = make_workspace(tmp_path / "small")
    settings = place / "cocontrol.toml"
    (place / "plan.txt").write_text(GOALS, encoding="utf-8")
    pl.DataFrame(BOILERS).write_csv(place / "tables" / "boiler.csv")
    settings.write_text(
        settings.read_text(encoding="utf-8")
        + '\n[[tables]]\ntable = "boiler"\npath = "tables/boiler.csv"\n\n[[documents]]\nkind = "plan"\npath = "plan.txt"\n',
        encoding="utf-8",
    )
    return place


def test_registers_and_indicators_come_from_the_workspace_and_its_latest_run(call, with_plan):
    options = ["--as-of", "2014-12-31", "--format", "json"]
    before = call("plan", "evaluate", with_plan / "plan.txt", *options)
    assert {v["template"] for v in json.loads(before.out)} == {"retire_small_boilers"}
    assert call("run", with_plan).code == 0
    after = call("plan", "evaluate", with_plan / "plan.txt", *options)
    assert "indicator（" in after.err
    found = [v for v in json.loads(after.out) if v["template"] == "indicator_target"]
    assert {v["subject_id"] for v in found} == {"410000"}
    elsewhere = with_plan.parent / "copy.txt"
    elsewhere.write_text(GOALS, encoding="utf-8")
    named = call("plan", "evaluate", elsewhere, "--workspace", with_plan, *options)
    assert json.loads(named.out) == json.loads(after.out)


def test_a_plan_that_cannot_be_read_is_a_remark_and_stops_no_run(call, with_plan):
    (with_plan / "plan.txt").write_bytes(b"\x89PNG....")
    checked = json.loads(call("check", with_plan, "--format", "json").out)
    assert checked["ok"]
    assert "document.image" in {fault["rule"] for fault in checked["faults"]}
    assert call("run", with_plan).code == 0


def test_a_run_judges_the_rules_of_the_plan_and_carries_them_into_report_and_exports(call, with_plan, tmp_path):
    assert call("run", with_plan).code == 0
    (made,) = list_runs(with_plan)
    table = made.result("rule_verdict")
    boilers = table.filter(pl.col("template") == "retire_small_boilers")
    assert dict(boilers.select("subject_id", "value").rows()) == {
        "b1": "violation",
        "b2": "clear",
        "b3": "clear",
        "b4": "clear",
    }
    assert set(boilers["rule_id"]) == {f"plan.txt-{one}" for one in ("R1",)}
    assert "35蒸吨" in boilers["words"][0]
    assert set(made.result("plan_rule")["template"]) == {"retire_small_boilers", "indicator_target"}
    assert made.manifest["counts"]["rule_verdicts_by_value"]["violation"] == 1
    report = (made.folder / "report" / "report.html").read_text(encoding="utf-8")
    assert "方案规则判定" in report
    assert "b1" in report
    assert call("export", with_plan, "--as", "csv", "--to", tmp_path / "out").code == 0
    assert list((tmp_path / "out").rglob("rule_verdict*.csv"))
