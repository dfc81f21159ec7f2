"""Two judgements side by side: rules are found again although numbers, words and their order changed."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.rules.changes import beside, same_rules


def rule(identifier, template, **parameters):
    return {"id": identifier, "template": template, "parameters": parameters}


OLD = [
    rule("R1", "retire_small_boilers", max_tph=35.0, fuel="coal"),
    rule("R2", "min_share", subject="公务用车", value=50.0),
    rule("R3", "min_share", subject="公交车", value=100.0),
]


def test_a_changed_figure_or_date_leaves_the_rule_the_same():
    new = [rule("R1", "retire_small_boilers", max_tph=65.0, fuel="coal", deadline="2025-12-31"), *OLD[1:]]
    assert same_rules(OLD, new) == {"R1": "R1", "R2": "R2", "R3": "R3"}


def test_a_rule_put_in_front_moves_the_others_and_has_no_earlier_one():
    new = [rule("R1", "ban_reburn", subject="散煤"), *({**one, "id": f"N{i}"} for i, one in enumerate(OLD))]
    assert same_rules(OLD, new) == {"N0": "R1", "N1": "R2", "N2": "R3"}


def test_a_rule_left_out_is_not_taken_for_its_neighbour():
    assert same_rules(OLD, [OLD[0], {**OLD[2], "id": "R2"}]) == {"R1": "R1", "R2": "R3"}


def test_a_changed_subject_is_matched_by_template_and_place():
    new = [OLD[0], {**OLD[1], "parameters": {"subject": "党政机关公务用车", "value": 50.0}}, OLD[2]]
    assert same_rules(OLD, new)["R2"] == "R2"


def table(*rows):
    return pl.DataFrame(rows, schema=["rule_id", "subject_id", "value"], orient="row")


def test_old_verdicts_stand_beside_new_ones_and_new_subjects_have_none():
    made = beside(
        (OLD, table(("R1", "a", "clear"), ("R1", "b", "violation"))),
        (OLD, table(("R1", "a", "violation"), ("R1", "b", "violation"), ("R1", "c", "violation"))),
    )
    assert made.select("subject_id", "value_before", "changed").rows() == [
        ("a", "clear", True),
        ("b", "violation", False),
        ("c", None, False),
    ]


names = st.lists(st.sampled_from(["retire_small_boilers", "min_share", "ban_reburn"]), max_size=8)


@given(names)
def test_a_plan_beside_itself_has_every_rule_once(templates):
    rules = [rule(f"R{i}", name, subject=name) for i, name in enumerate(templates)]
    assert same_rules(rules, rules) == {one["id"]: one["id"] for one in rules}
