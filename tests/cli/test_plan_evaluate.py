"""``cocontrol plan evaluate``: registers and parameters from files, verdicts by day and region, faults in lines."""

from __future__ import annotations

import json

import polars as pl
import pytest

from cocontrol.cli.main import main

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
def call(capsys, monkeypatch):
    monkeypatch.delenv("COCONTROL_LANGUAGE", raising=False)

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return caught.value.code or 0, printed.out, printed.err

    return run


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
