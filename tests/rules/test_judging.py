"""Parameters by day and place: what is set decides, what is not stays undetermined, and every verdict says by which row."""

from __future__ import annotations

import json
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.io.places import region_code
from cocontrol.io.rule_inputs import read_parameters
from cocontrol.rules.judging import judge, unread
from cocontrol.rules.parameters import (
    RuleParameters,
    given_parameter,
    open_parameters,
    parameter_frame,
    parameter_ids,
    resolve,
)

HEADINGS = "parameter_id,value,unit,effective_from,effective_to,jurisdiction,source,clause,status\n"
RADIUS = "heat_radius_consolidation.radius_km"
HEAT = {
    "id": "R17",
    "template": "heat_radius_consolidation",
    "parameters": {"min_mw": 300.0, "min_mw_operator": ">=", "radius_km": None},
    "missing": {"radius_km": "供热合理半径"},
    "clause_id": "T4.7",
    "modality": "binding",
}
PLACES = ["410902", "410902", "410922", "410922", "411002"]
DISTANCES = [14.9, 19.9, 29.9, 30.1, 5.0]
BOILERS = pl.DataFrame(
    {
        "subject_id": [str(d) for d in DISTANCES],
        "adcode": PLACES,
        "fuel": "coal",
        "nearest_chp_mw": 300.0,
        "chp_distance_km": DISTANCES,
        "status": "operating",
    }
)


def row(value="15", unit="km", begins=None, ends=None, place="100000", name=RADIUS, status="verified"):
    return given_parameter(
        {
            "parameter_id": name,
            "value": value,
            "unit": unit,
            "effective_from": begins,
            "effective_to": ends,
            "jurisdiction": place,
            "source": "示例文件",
            "clause": "第3条",
            "status": status,
            "origin": "params.csv!A2",
        }
    )


def judged(parameters, *, as_of=date(2025, 12, 31), region="100000", rule=HEAT, boilers=BOILERS):
    return judge([rule], {"boiler": boilers}, RuleParameters(tuple(parameters)), as_of=as_of, region=region)


def listed(table, value="violation"):
    return table.filter(pl.col("value") == value)["subject_id"].to_list()


YEARS = [
    row("15", begins=date(2016, 1, 1), ends=date(2023, 12, 31)),
    row("20", begins=date(2024, 1, 1)),
    row("30", place="410900", begins=date(2020, 1, 1)),
]


@pytest.mark.parametrize(
    ("as_of", "region", "found"),
    [
        (date(2023, 12, 31), "411000", ["5.0"]),
        (date(2023, 12, 31), "410900", ["14.9", "19.9", "29.9"]),
        (date(2019, 12, 31), "410900", ["14.9"]),
        (date(2024, 1, 1), "410000", ["14.9", "19.9", "29.9", "5.0"]),
    ],
)
def test_each_year_and_place_has_its_own_list(as_of, region, found):
    assert listed(judged(YEARS, as_of=as_of, region=region)) == found


def test_twenty_kilometres_where_the_city_has_no_value_of_its_own():
    boilers = BOILERS.with_columns(adcode=pl.lit("411002"))
    assert listed(judged(YEARS, boilers=boilers)) == ["14.9", "19.9", "5.0"]
    assert listed(judged(YEARS, boilers=boilers, as_of=date(2023, 1, 1))) == ["14.9", "5.0"]


def test_every_verdict_names_the_row_that_it_used():
    table = judged(YEARS, region="410900").filter(pl.col("subject_id") == "30.1")
    found = json.loads(table["parameters"][0])["set"]["radius_km"]
    assert (found["value"], found["unit"], found["jurisdiction"], found["origin"]) == (
        30.0,
        "km",
        "410900",
        "params.csv!A2",
    )
    assert table["parameter_rows"][0].startswith(f"{RADIUS} = 30 km [2020-01-01–…, 410900] 示例文件 第3条 (verified)")
    assert "410900" in table["reasons_zh"][0]
    assert "checked" in table["reasons_en"][0]


def test_a_value_nobody_checked_says_so_in_the_reasons():
    assert "未核对" in judged([row(status="recalled")])["reasons_zh"][0]


def test_without_a_value_the_verdict_is_undetermined_and_says_what_to_set_and_where():
    table = judged([row(place="410900", begins=date(2026, 1, 1))], region="410900")
    inside = table.filter(pl.col("subject_id") != "5.0")
    assert set(inside["value"]) == {"undetermined"}
    assert inside["parameter_rows"].null_count() == inside.height
    for word in ("供热合理半径", RADIUS, "410902"):
        assert word in inside["reasons_zh"][0]


def test_a_county_may_set_its_own_value():
    table = judged([row("15"), row("30", place="410922")], region="410900")
    assert listed(table) == ["14.9", "29.9"]


def test_a_subject_outside_the_region_is_none_of_the_plans():
    table = judged([row("50")], region="410900").filter(pl.col("subject_id") == "5.0")
    assert table["value"].to_list() == ["clear"]
    assert "不在方案地区" in table["reasons_zh"][0]


def test_a_register_without_places_is_judged_for_the_region():
    assert listed(judged(YEARS, region="410900", boilers=BOILERS.drop("adcode"))) == ["14.9", "19.9", "29.9", "5.0"]


def test_units_of_a_value_are_converted_and_a_number_needs_one():
    assert row("15000", "m").parameter.value == 15.0
    assert row("15", "公里").parameter.value == 15.0
    for value, unit in (("15", ""), ("15", "kg"), ("abc", "km"), ("-1", "km"), ("nan", "km")):
        with pytest.raises(InvalidInput):
            row(value, unit)


def test_a_value_for_one_clause_goes_before_that_for_all_and_the_plans_word_comes_last():
    names = parameter_ids(HEAT, "radius_km")
    assert names == (f"T4.7:{RADIUS}", RADIUS, "供热合理半径")
    every = [row("15", name=RADIUS), row("30", name=f"T4.7:{RADIUS}"), row("20", name="供热合理半径")]
    for given_rows, value in ((every, 30.0), ((every[0], every[2]), 15.0), ((every[2],), 20.0)):
        found = resolve(HEAT, RuleParameters(tuple(given_rows)), on=date(2025, 1, 1), jurisdiction="410900")
        assert found.values == {"radius_km": value}


def test_a_word_that_stands_for_two_parameters_names_neither():
    zone = {**HEAT, "template": "ban_new_in_zone", "missing": {"zone": "具体范围", "distance_km": "具体范围"}}
    assert "具体范围" not in parameter_ids(zone, "distance_km")


def test_a_goal_whose_value_is_given_elsewhere_needs_value_and_operator_of_its_metric():
    goal = {
        "id": "R69",
        "template": "indicator_target",
        "parameters": {
            "metric": "co2_per_gdp",
            "operator": None,
            "value": None,
            "base_year": 2020,
            "target_year": 2025,
        },
        "missing": {"value": "国家要求"},
        "clause_id": "G1",
        "modality": "goal",
    }
    assert open_parameters(goal) == {"value": "国家要求", "operator": "国家要求"}
    stem = "indicator_target.co2_per_gdp"
    table = pl.DataFrame(
        {
            "indicator_id": "co2_per_gdp",
            "adcode": ["410000", "410000", "410900", "410900"],
            "period": ["2020", "2025"] * 2,
            "value": [1.0, 0.81, 1.0, 0.5],
        }
    )

    def verdicts(*rows):
        made = judge([goal], {"indicator": table}, RuleParameters(rows), as_of=date(2026, 1, 1), region="410000")
        return dict(made.select("subject_id", "value").rows())

    assert verdicts() == {"410000": "undetermined"}
    change = row("change_pct", "", name=f"{stem}.operator")
    assert verdicts(change, row("-19.5", "%", name=f"{stem}.value")) == {"410000": "not_met"}
    assert verdicts(change, row("-19", "%", name=f"{stem}.value")) == {"410000": "met"}
    with pytest.raises(InvalidInput):
        row("about", "", name=f"{stem}.operator")


def test_an_indicator_with_two_boundaries_is_undetermined_not_the_last_one_read():
    goal = {
        "id": "R1", "template": "indicator_target", "clause_id": "G1", "modality": "goal",
        "parameters": {"metric": "m", "operator": "<=", "value": 1.0, "target_year": 2025},
    }  # fmt: skip
    rows = pl.DataFrame({"indicator_id": "m", "adcode": "410000", "period": "2025", "value": [0.9, 1.1]})
    assert judge([goal], {"indicator": rows}, as_of=date(2026, 1, 1))["value"].to_list() == ["undetermined"]


def test_a_record_under_another_version_proves_nothing():
    rule = {
        "id": "R1", "template": "retire_backward_capacity", "clause_id": "T7", "modality": "binding",
        "parameters": {"catalogue_version": None}, "missing": {"catalogue_version": "落后产能"},
    }  # fmt: skip
    lines = pl.DataFrame(
        {"subject_id": list("abcd"), "backward_under": ["2024年本", "2011年本", "无", None], "status": "operating"}
    )
    version = row("2024年本", "", name="retire_backward_capacity.catalogue_version")
    made = judge([rule], {"facility_line": lines}, RuleParameters((version,)), as_of=date(2026, 1, 1))
    assert made["value"].to_list() == ["violation", "undetermined", "clear", "undetermined"]


def test_shares_are_taken_over_the_rows_inside_the_region():
    rule = {
        "id": "R1", "template": "min_share", "clause_id": "T1", "modality": "binding",
        "parameters": {"subject": "新增公务用车", "value": 50.0, "operator": ">="},
    }  # fmt: skip
    rows = pl.DataFrame(
        {
            "subject_id": ["1", "2"],
            "adcode": ["410902", "410102"],
            "organisation": "机关",
            "category": "公务用车",
            "qualifying": [1.0, 0.0],
            "total": [2.0, 2.0],
        }
    )
    for region, value in (("410900", "clear"), ("410000", "violation")):
        made = judge([rule], {"purchase": rows}, as_of=date(2026, 1, 1), region=region)
        assert made["value"].to_list() == [value]


def test_a_register_that_does_not_mention_the_subject_does_not_prove_that_nothing_was_built():
    rule = {
        "id": "R1", "template": "min_count", "clause_id": "T1", "modality": "binding",
        "parameters": {"subject": "直流特高压输电通道", "value": 2.0},
    }  # fmt: skip
    for category, status, value in (("绿色工厂", "built", "undetermined"), ("特高压输电通道", "planned", "violation")):
        rows = pl.DataFrame({"subject_id": ["1"], "category": [category], "status": [status]})
        made = judge([rule], {"built_project": rows}, as_of=date(2026, 1, 1))
        assert made["value"].to_list() == [value]


def parameters_file(folder, *lines):
    path = folder / "params.csv"
    path.write_text(HEADINGS + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_of_parameters_is_read_and_written_alike(tmp_path):
    path = parameters_file(
        tmp_path, f"{RADIUS},15000,m,2016-01-01,,410000,甲,第3条,verified", "左右,0.5,,,,100000,乙,,recalled"
    )
    first = read_parameters(path)
    parameter_frame(first.given).write_csv(path)
    again = read_parameters(path)
    assert [g.parameter for g in again.given] == [g.parameter for g in first.given]
    assert again.given[0].origin == "params.csv!A2"
    assert unread([HEAT], again) == ("左右",)


def test_all_faults_of_a_table_of_parameters_come_at_once_with_their_cells(tmp_path):
    path = parameters_file(
        tmp_path,
        f"{RADIUS},many,km,,,410000,甲,,verified",
        f"{RADIUS},15,kg,,,410100,甲,,verified",
        f"{RADIUS},15,km,2025-01-01,2024-01-01,410200,甲,,verified",
        f"{RADIUS},15,km,2020-01-01,2025-01-01,410900,甲,,verified",
        f"{RADIUS},20,km,2025-01-01,,410900,甲,,verified",
    )
    with pytest.raises(InvalidInput) as caught:
        read_parameters(path)
    assert {(f.rule, f.location.cell) for f in caught.value.faults} == {
        ("parameter.value", "B2"),
        ("unit.dimension", "B3"),
        ("parameter.span", "B4"),
        ("parameter.overlap", "B6"),
    }


def test_a_value_under_the_plans_word_that_its_rule_cannot_use_names_its_row():
    with pytest.raises(InvalidInput, match=r"params\.csv!A2"):
        judged([row("far", "", name="供热合理半径")])


@pytest.mark.parametrize(
    ("name", "code"),
    [("濮阳市", "410900"), ("河南省", "410000"), ("河南省濮阳市", "410900"), ("云港市", None), (None, None)],
)
def test_the_region_of_a_plan_has_one_code_or_none(name, code):
    assert region_code(name) == code


days = st.dates(date(2015, 1, 1), date(2030, 12, 31))


@given(days, st.integers(1, 2000), days)
def test_a_day_is_judged_by_the_value_in_force_that_day_and_by_no_other(begins, length, day):
    ends = begins + timedelta(days=length)
    rows = (row("15", ends=begins - timedelta(days=1)), row("20", begins=begins, ends=ends))
    found = resolve(HEAT, RuleParameters(rows), on=day, jurisdiction="410902")
    wanted = 15.0 if day < begins else 20.0 if day <= ends else None
    assert found.values.get("radius_km") == wanted
    assert bool(found.unset) == (wanted is None)


@given(st.floats(0, 60), st.floats(0, 60))
def test_a_boiler_is_in_exactly_where_its_distance_is_not_above_the_radius(distance, radius):
    one = BOILERS.head(1).with_columns(chp_distance_km=pl.lit(distance))
    assert bool(listed(judged([row(repr(radius))], boilers=one))) == (distance <= radius)
