"""Rule instances on small registers with edge values."""

from __future__ import annotations

from datetime import date

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import NotFound
from cocontrol.rules import evaluate, template, templates
from cocontrol.rules.conditions import Outcome, all_of, any_of

DAY = date(2025, 12, 31)


def rule(name, modality="binding", **parameters):
    return {"id": "R1", "template": name, "parameters": parameters, "clause_id": "T1.1", "modality": modality}


def verdicts(rule, register, rows, **given):
    table = evaluate(
        [rule], {register: pl.DataFrame(rows, infer_schema_length=None)}, as_of=DAY, parameters={"R1": given}
    )
    return dict(zip(table["subject_id"], table["value"], strict=True))


UNIT = {
    "fuel": "coal",
    "unit_type": "condensing",
    "status": "operating",
    "design_life_end_year": 2020,
    "captive": False,
}


def test_condensing_units_at_the_edge_of_the_threshold():
    rows = [
        {**UNIT, "subject_id": "200.0", "capacity_mw": 200.0},
        {**UNIT, "subject_id": "200.1", "capacity_mw": 200.1},
        {**UNIT, "subject_id": "extraction", "capacity_mw": 100.0, "unit_type": "extraction_condensing"},
        {**UNIT, "subject_id": "life ends this year", "capacity_mw": 100.0, "design_life_end_year": 2025},
        {**UNIT, "subject_id": "life left", "capacity_mw": 100.0, "design_life_end_year": 2026},
        {**UNIT, "subject_id": "size unknown", "capacity_mw": None},
        {**UNIT, "subject_id": "gone", "capacity_mw": 100.0, "status": "retired"},
    ]
    found = verdicts(
        rule("retire_condensing_coal_units", max_mw=200.0, max_mw_operator="<=", life_expired=True),
        "generating_unit",
        rows,
    )
    assert found == {
        "200.0": "violation", "200.1": "clear", "extraction": "clear", "life ends this year": "violation", "life left": "clear",
        "size unknown": "undetermined", "gone": "clear",
    }  # fmt: skip


def test_boilers_below_35_are_in_and_35_itself_is_not():
    rows = [
        {"subject_id": str(size), "fuel": "coal", "capacity_tph": size, "status": "operating"} for size in (34.9, 35.0)
    ]
    found = verdicts(rule("retire_small_boilers", max_tph=35.0, max_tph_operator="<", fuel="coal"), "boiler", rows)
    assert found == {"34.9": "violation", "35.0": "clear"}


def test_cupolas_are_candidates_when_supported_and_violations_when_banned():
    rows = [
        {"subject_id": "10.0", "furnace_type": "cupola", "sector": "铸造", "capacity_tph": 10.0, "status": "operating"},
        {"subject_id": "10.1", "furnace_type": "cupola", "sector": "铸造", "capacity_tph": 10.1, "status": "operating"},
        {"subject_id": "wool", "furnace_type": "cupola", "sector": "岩棉", "capacity_tph": 50.0, "status": "operating"},
    ]
    parameters = {"max_tph": 10.0, "max_tph_operator": "<=", "sectors": ["铸造", "岩棉"]}
    supported = verdicts(rule("retire_cupolas", "encourage", **parameters), "furnace", rows)
    banned = verdicts(rule("retire_cupolas", "prohibit", **parameters), "furnace", rows)
    assert supported == {"10.0": "candidate", "10.1": "clear", "wool": "candidate"}
    assert banned == {"10.0": "violation", "10.1": "clear", "wool": "violation"}


def test_key_emitters_by_either_threshold():
    rows = [
        {"subject_id": "a", "sector": "电力", "co2e_t": 25_999.0, "energy_tce": 9_999.0},
        {"subject_id": "b", "sector": "电力", "co2e_t": 26_000.0, "energy_tce": 9_999.0},
        {"subject_id": "energy only", "sector": "造纸", "co2e_t": 100.0, "energy_tce": 10_000.0},
        {"subject_id": "airline", "sector": "航空", "co2e_t": 90_000.0, "energy_tce": 50_000.0},
        {"subject_id": "unknown", "sector": "电力", "co2e_t": None, "energy_tce": 1.0},
    ]
    parameters = {"co2e_t": 26000.0, "co2e_t_operator": ">=", "energy_tce": 10000.0, "energy_tce_operator": ">="}
    province = verdicts(rule("key_emitter", sectors=["电力", "造纸", "航空"], **parameters), "emitter", rows)
    city = verdicts(rule("key_emitter", sectors=["电力", "造纸"], **parameters), "emitter", rows)
    assert province == {
        "a": "clear",
        "b": "candidate",
        "energy only": "candidate",
        "airline": "candidate",
        "unknown": "undetermined",
    }
    assert city["airline"] == "clear"


CAR = {"organisation": "bureau", "exception_approver": None}


@pytest.mark.parametrize(
    ("qualifying", "total", "value"), [(2, 4, "clear"), (1, 3, "violation"), (0, 0, "undetermined")]
)
def test_half_of_the_official_cars(qualifying, total, value):
    rows = [{**CAR, "subject_id": "1", "category": "公务用车", "qualifying": qualifying, "total": total}]
    wanted = rule("min_share", metric="nev_share", subject="各级党政机关新增、更新公务用车", value=50.0, operator=">=")
    assert verdicts(wanted, "purchase", rows) == {"bureau": value}


def test_police_cars_count_in_both_shares_and_an_exception_needs_its_approver():
    rows = [
        {**CAR, "subject_id": "1", "category": "公务用车；执法执勤用车", "qualifying": 1, "total": 2},
        {**CAR, "subject_id": "2", "category": "公务用车", "qualifying": 1, "total": 1},
        {
            **CAR,
            "subject_id": "3",
            "category": "公务用车",
            "qualifying": 0,
            "total": 1,
            "exception_approver": "市机关事务管理局",
        },
    ]
    half = rule("min_share", subject="新增、更新公务用车", value=50.0, operator=">=")
    police = rule("min_share", subject="公安等执法执勤用车", value=60.0, operator=">=")
    assert verdicts(half, "purchase", rows) == {"bureau": "clear"}
    assert verdicts(police, "purchase", rows) == {"bureau": "violation"}


def test_an_unset_radius_is_undetermined_and_each_value_gives_its_own_list():
    rows = [
        {"subject_id": str(d), "fuel": "coal", "nearest_chp_mw": 300.0, "chp_distance_km": d, "status": "operating"}
        for d in (14.0, 29.9, 30.1)
    ]
    wanted = rule("heat_radius_consolidation", "promote", min_mw=300.0, min_mw_operator=">=", radius_km=None)
    assert set(verdicts(wanted, "boiler", rows).values()) == {"undetermined"}
    assert list(verdicts(wanted, "boiler", rows, radius_km=15).values()) == ["candidate", "clear", "clear"]
    assert list(verdicts(wanted, "boiler", rows, radius_km=30).values()) == ["candidate", "candidate", "clear"]


def test_new_capacity_province_and_city_differ():
    rows = [
        {"subject_id": "lead", "kind": "new", "sector": "铅锌冶炼", "capacity_added": 5.0, "exempt_by_text": None},
        {"subject_id": "arc furnace", "kind": "new", "sector": "钢铁", "capacity_added": 5.0, "exempt_by_text": True},
        {"subject_id": "steel", "kind": "expansion", "sector": "钢铁", "capacity_added": 5.0, "exempt_by_text": False},
        {"subject_id": "not said", "kind": "new", "sector": "钢铁", "capacity_added": 5.0, "exempt_by_text": None},
    ]
    province = rule(
        "ban_new_capacity", "in_principle", sectors=["钢铁", "铅锌冶炼"], **{"except": {"钢铁": "不含短流程"}}
    )
    city = rule("ban_new_capacity", "in_principle", sectors=["钢铁"], **{"except": {}})
    assert verdicts(province, "project", rows) == {
        "lead": "violation",
        "arc furnace": "clear",
        "steel": "violation",
        "not said": "undetermined",
    }
    assert verdicts(city, "project", rows) == {
        "lead": "clear",
        "arc furnace": "violation",
        "steel": "violation",
        "not said": "violation",
    }


def test_a_bank_without_a_distance_is_undetermined_never_clear():
    rows = [
        {"subject_id": str(d), "kind": "new", "subject_class": "“两高一低”项目", "bank_distance_km": d}
        for d in (0.99, 1.01)
    ]
    wanted = rule("ban_new_in_zone", "prohibit", classes=["“两高一低”项目及相关产业园区"], distance_km=None)
    assert set(verdicts(wanted, "project", rows).values()) == {"undetermined"}
    assert verdicts(wanted, "project", rows, distance_km=1.0) == {"0.99": "violation", "1.01": "clear"}


def test_nothing_found_is_not_called_zero():
    rows = [
        {"subject_id": "a", "subject": "散煤", "found": 0, "inspected": 40},
        {"subject_id": "b", "subject": "散煤", "found": 2, "inspected": 40},
        {"subject_id": "c", "subject": "散煤", "found": None, "inspected": 0},
    ]
    table = evaluate([rule("zero_stock", subject="平原地区散煤")], {"inspection": pl.DataFrame(rows)}, as_of=DAY)
    assert dict(zip(table["subject_id"], table["value"], strict=True)) == {
        "a": "clear",
        "b": "violation",
        "c": "undetermined",
    }
    assert "不等于" in table.filter(table["subject_id"] == "a")["reasons_zh"][0]


def test_a_missing_register_gives_one_undetermined_verdict():
    table = evaluate([rule("retire_small_boilers", max_tph=35.0, max_tph_operator="<", fuel="coal")], {}, as_of=DAY)
    assert table["value"].to_list() == ["undetermined"]
    assert "boiler" in table["reasons_zh"][0]


def test_any_frame_serves_as_register():
    frame = pd.DataFrame([{"subject_id": "x", "fuel": "coal", "capacity_tph": float("nan"), "status": "operating"}])
    table = evaluate(
        [rule("retire_small_boilers", max_tph=35.0, max_tph_operator="<", fuel="coal")], {"boiler": frame}, as_of=DAY
    )
    assert table["value"].to_list() == ["undetermined"]


@pytest.mark.parametrize(("end", "value"), [(0.80, "met"), (0.81, "not_met"), (None, "undetermined")])
def test_a_change_is_held_against_its_base_year(end, value):
    rows = [
        {"subject_id": "1", "indicator_id": "co2_per_gdp", "adcode": "410900", "period": "2020", "value": 1.0},
        {"subject_id": "2", "indicator_id": "co2_per_gdp", "adcode": "410900", "period": "2025", "value": end},
    ]
    wanted = rule(
        "indicator_target",
        "goal",
        metric="co2_per_gdp",
        operator="change_pct",
        value=-20.0,
        base_year=2020,
        target_year=2025,
    )
    assert verdicts(wanted, "indicator", rows) == {"410900": value}


@pytest.mark.parametrize(
    ("operator", "value", "said"), [("decreasing", None, "目标只有方向"), ("change_pct", -20.0, "实际-19.5，")]
)
def test_a_target_says_the_change_without_idle_zeros_and_a_direction_that_it_has_no_figure(operator, value, said):
    place = {"indicator_id": "co2_per_gdp", "adcode": "410900"}
    rows = [
        {**place, "subject_id": "1", "period": "2020", "value": 100.0},
        {**place, "subject_id": "2", "period": "2025", "value": 80.5},
    ]
    wanted = rule(
        "indicator_target",
        "goal",
        metric="co2_per_gdp",
        operator=operator,
        value=value,
        base_year=2020,
        target_year=2025,
    )
    table = evaluate([wanted], {"indicator": pl.DataFrame(rows)}, as_of=DAY)
    assert said in table["reasons_zh"][0]


def test_an_unknown_template_lists_what_there_is():
    with pytest.raises(NotFound, match="retire_small_boilers"):
        template("retire_everything")


outcomes = st.lists(st.sampled_from([True, False, None]).map(lambda t: Outcome(truth=t)), max_size=6)


@given(outcomes)
def test_conjunction_and_disjunction_are_dual(parts):
    negated = [Outcome(truth=None if p.truth is None else not p.truth) for p in parts]
    if parts:
        one, other = all_of(parts).truth, any_of(negated).truth
        assert (one is None and other is None) or one is (not other)


@pytest.mark.shared
def test_every_compiled_template_exists_and_binding_clauses_evaluate(shared):
    from cocontrol.plans import parse
    from cocontrol.plans.compiling import compile_plan

    evaluated = 0
    for name in ("henan_synergy", "puyang_synergy"):
        plan = parse((shared / "plans" / f"{name}.txt").read_text(encoding="utf-8"))
        binding = {clause.id for clause in plan.clauses if clause.modality.binds}
        found = [r.as_dict() for r in compile_plan(plan)]
        assert {r["template"] for r in found} <= set(templates())
        table = evaluate(
            found, {t.register: pl.DataFrame({"subject_id": ["x"]}) for t in templates().values()}, as_of=DAY
        )
        assert set(table["rule_id"]) == {r["id"] for r in found}
        evaluated += len({r["clause_id"] for r in found} & binding)
    assert evaluated >= 40
