"""Clauses become rule instances with parameters from the text."""

from __future__ import annotations

import pytest

from cocontrol.plans import parse
from cocontrol.plans.compiling import compile_plan
from cocontrol.plans.coverage import coverage, summary

pytestmark = pytest.mark.shared


def rules(plan, template):
    return [rule for rule in compile_plan(plan) if rule.template == template]


def test_parameters_come_from_the_text(plans):
    henan, puyang = plans["henan_synergy"], plans["puyang_synergy"]
    retire = rules(henan, "retire_condensing_coal_units")[0]
    assert retire.parameters == {"max_mw": 200.0, "max_mw_operator": "<=", "life_expired": True}
    ban = rules(henan, "ban_new_capacity")[0]
    assert ban.modality == "in_principle"
    assert "铅锌冶炼" in ban.parameters["sectors"]
    assert "短流程" in ban.parameters["except"]["钢铁"]
    assert "铅锌冶炼" not in rules(puyang, "ban_new_capacity")[0].parameters["sectors"]
    emitter = rules(henan, "key_emitter")[0].parameters
    assert (emitter["co2e_t"], emitter["energy_tce"], emitter["co2e_t_operator"]) == (26000.0, 10000.0, ">=")
    assert "航空" in emitter["sectors"]
    assert "航空" not in rules(puyang, "key_emitter")[0].parameters["sectors"]
    assert [r.parameters["value"] for r in rules(puyang, "min_share")] == [100.0, 100.0, 50.0, 60.0, 100.0]


def test_words_without_a_value_are_missing_parameters(plans):
    radius = rules(plans["henan_synergy"], "heat_radius_consolidation")[0]
    assert radius.status == "needs_parameter"
    assert radius.missing == {"radius_km": "供热合理半径"}


def test_at_least_forty_binding_clauses_of_the_two_synergy_plans_compile(plans):
    compiled = set()
    for name in ("henan_synergy", "puyang_synergy"):
        binding = {clause.id for clause in plans[name].clauses if clause.modality.binds}
        compiled |= {(name, rule.clause_id) for rule in compile_plan(plans[name]) if rule.clause_id in binding}
    assert len(compiled) >= 40


def test_an_edited_number_changes_the_rule(plan_text):
    edited = parse(plan_text("henan_synergy").replace("20 万千瓦及以下", "30 万千瓦及以下"))
    assert rules(edited, "retire_condensing_coal_units")[0].parameters["max_mw"] == 300.0


def test_coverage_has_one_row_a_clause_and_names_what_is_missing(plans):
    table = coverage({"henan": plans["henan_synergy"], "puyang": plans["puyang_synergy"]})
    assert table.height == len(plans["henan_synergy"].clauses) + len(plans["puyang_synergy"].clauses)
    assert set(table["coverage"]) == {"executable", "needs_parameter", "evidence_only", "not_compiled"}
    lacking = table.filter(table["coverage"] == "needs_parameter")
    assert all(lacking["missing_parameters"].str.len_chars() > 0)
    assert summary(table)["clauses"].sum() == table.height
