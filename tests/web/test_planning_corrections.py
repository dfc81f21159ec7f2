"""Corrections laid over a parse: what people decided stands, follows its words, and is never lost in silence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocontrol.plans.model import Clause, Modality, Plan, Responsibility, Target, Task
from cocontrol.plans.parse import parse
from cocontrol_web.planning.corrections import Action, Correction, Reason, Review, quote_of, review
from cocontrol_web.planning.differences import changed_words
from cocontrol_web.planning.marks import Mark, segments
from cocontrol_web.planning.matrix import matrix_of
from cocontrol_web.planning.objects import KINDS, Item, State, items_of

from .planning_world import TEXT

PLAN = parse(TEXT)


def on(item: Item, action: Action, *, number: int = 1, text: str = TEXT, **more: Any) -> Correction:
    given_values = {"field": "", "value": None, "snapshot": item.values} | more
    quote = quote_of(item.kind, text, item.start, item.end)
    return Correction(number, item.kind, item.start, item.end, item.ordinal, quote, action, **given_values)


def only(found: Review | Plan, kind: str, words: str) -> Item:
    items = found.items if isinstance(found, Review) else items_of(found)
    (item,) = (i for i in items if i.kind == kind and words in (getattr(i.object, "text", "") or str(i.values)))
    return item


def test_without_corrections_the_plan_is_the_parse() -> None:
    assert review(PLAN, TEXT, []).plan == PLAN


def test_without_corrections_the_example_plan_is_the_parse(repository: Path) -> None:
    text = (repository / "examples" / "henan" / "plans" / "example_city_plan.md").read_text(encoding="utf-8")
    assert review(parse(text), text, []).plan == parse(text)


def test_no_two_objects_share_an_address() -> None:
    addresses = [item.address for item in items_of(PLAN)]
    assert len(addresses) == len(set(addresses))
    assert {item.kind for item in items_of(PLAN)} == set(KINDS)


def test_a_corrected_value_is_in_the_plan_with_its_normalised_value() -> None:
    target = only(PLAN, "target", "35蒸吨")
    made = review(PLAN, TEXT, [on(target, Action.SET, field="value", value=65.0)])
    found = only(made, "target", "35蒸吨")
    assert isinstance(found.object, Target)
    assert (found.object.value, found.object.normalised_value, found.object.normalised_unit) == (65.0, 65.0, "t/h")
    assert found.state is State.CORRECTED
    assert found.object in made.plan.targets


def test_a_correction_outlives_a_parser_that_proposes_something_else() -> None:
    target = only(PLAN, "target", "19%")
    decision = on(target, Action.SET, field="target_year", value=2026)
    newer = replace(
        PLAN, targets=tuple(replace(t, subject="别的") if t.start == target.start else t for t in PLAN.targets)
    )
    (found,) = (t for t in review(newer, TEXT, [decision]).plan.targets if t.start == target.start)
    assert (found.target_year, found.subject) == (2026, "别的")


def test_a_confirmed_object_keeps_its_values_when_the_parser_changes_its_mind() -> None:
    target = only(PLAN, "target", "19%")
    newer = replace(
        PLAN, targets=tuple(replace(t, value=-91.0) if t.start == target.start else t for t in PLAN.targets)
    )
    made = review(newer, TEXT, [on(target, Action.CONFIRM)])
    found = only(made, "target", "19%")
    assert found.values["value"] == -19.0
    assert found.state is State.CONFIRMED


def test_a_confirmed_object_stands_when_the_parser_no_longer_proposes_it() -> None:
    target = only(PLAN, "target", "80%")
    without = replace(PLAN, targets=tuple(t for t in PLAN.targets if t.start != target.start))
    made = review(without, TEXT, [on(target, Action.CONFIRM)])
    found = only(made, "target", "80%")
    assert found.kept
    assert isinstance(found.object, Target)
    assert (found.object.value, found.object.metric, found.object.task_id) == (
        80.0,
        "green_building_share",
        target.task,
    )


def test_an_object_whose_edges_moved_a_little_is_still_the_same() -> None:
    clause = only(PLAN, "clause", "自备燃煤机组")
    shorter = replace(clause, end=clause.end - 1)
    made = review(PLAN, TEXT, [on(shorter, Action.SET, field="modality", value="binding")])
    found = only(made, "clause", "自备燃煤机组")
    assert isinstance(found.object, Clause)
    assert found.object.modality is Modality.BINDING
    assert len(made.of_kind("clause")) == len(PLAN.clauses)


def test_a_rejected_object_is_listed_and_left_out_of_the_plan() -> None:
    target = only(PLAN, "target", "明显改善")
    made = review(PLAN, TEXT, [on(target, Action.REJECT)])
    assert only(made, "target", "明显改善").state is State.REJECTED
    assert len(made.plan.targets) == len(PLAN.targets) - 1


def test_rejecting_what_nobody_proposes_changes_nothing() -> None:
    nothing = Correction(1, "target", 0, 4, 0, TEXT[:4], Action.REJECT, "", None, {})
    made = review(PLAN, TEXT, [nothing])
    assert made.plan == PLAN
    assert made.orphans == ()


def test_the_last_decision_holds() -> None:
    target = only(PLAN, "target", "19%")
    made = review(PLAN, TEXT, [on(target, Action.REJECT, number=1), on(target, Action.CONFIRM, number=2)])
    found = only(made, "target", "19%")
    assert found.state is State.CONFIRMED
    assert found.decided == (1, 2)


def test_an_added_object_joins_the_task_that_holds_its_words() -> None:
    start = TEXT.index("市市场监管局")
    values = {"department": "市市场监管局", "role": "cooperate", "open_list": False}
    added = Correction(1, "responsibility", start, start + 6, 7, "市市场监管局", Action.ADD, "", None, values)
    made = review(PLAN, TEXT, [added])
    (task,) = (t for t in made.plan.tasks if t.number == "2")
    assert [(r.department, r.role) for r in task.responsibilities].count(("市市场监管局", "cooperate")) == 1


def test_clauses_of_a_rejected_task_go_to_the_task_added_in_its_place() -> None:
    task = only(PLAN, "task", "清理小型锅炉")
    values = {"number": "二", "title": "清理锅炉", "section_kind": "tasks"}
    added = Correction(
        2, "task", task.start, task.end, 1, TEXT[task.start : task.start + 9], Action.ADD, "", None, values
    )
    made = review(PLAN, TEXT, [on(task, Action.REJECT), added])
    (found,) = (t for t in made.plan.tasks if t.title == "清理锅炉")
    (before,) = (t for t in PLAN.tasks if t.number == "2")
    assert [clause.text for clause in found.clauses] == [clause.text for clause in before.clauses]
    assert all(clause.task_id == found.id for clause in found.clauses)


def test_a_decision_follows_its_words_in_a_new_text() -> None:
    target = only(PLAN, "target", "80%")
    longer = TEXT.replace("二、主要任务", "二、主要任务\n\n本市结合实际，提出以下任务。")
    made = review(parse(longer), longer, [on(target, Action.SET, field="value", value=85.0)])
    assert made.orphans == ()
    assert only(made, "target", "80%").values["value"] == 85.0


def test_a_decision_whose_words_are_gone_is_orphaned_and_says_why() -> None:
    target = only(PLAN, "target", "80%")
    changed = TEXT.replace("占比达到80%", "占比达到90%")
    made = review(parse(changed), changed, [on(target, Action.CONFIRM)])
    assert [(o.correction.id, o.reason) for o in made.orphans] == [(1, Reason.TEXT_CHANGED)]


def test_words_that_now_stand_twice_are_ambiguous() -> None:
    target = only(PLAN, "target", "80%")
    words = TEXT[target.start : target.end]
    twice = f"说明：{words}。\n\n{TEXT}"
    made = review(parse(twice), twice, [on(target, Action.CONFIRM)])
    assert [o.reason for o in made.orphans] == [Reason.AMBIGUOUS]


def test_an_edit_inside_a_task_does_not_orphan_a_decision_about_the_task() -> None:
    task = only(PLAN, "task", "发展绿色建筑")
    decision = on(task, Action.SET, field="title", value="绿色建筑")
    changed = TEXT.replace("达到80%。（市住房城乡建设局负责）", "达到80%以上。（市住房城乡建设局、市财政局负责）")
    made = review(parse(changed), changed, [decision])
    assert "绿色建筑" in [t.title for t in made.plan.tasks]


def test_a_code_that_the_vocabulary_dropped_orphans_the_decision() -> None:
    clause = only(PLAN, "clause", "自备燃煤机组")
    made = review(PLAN, TEXT, [on(clause, Action.SET, field="modality", value="commanded")])
    assert [o.reason for o in made.orphans] == [Reason.CODE_UNKNOWN]


def test_a_renamed_department_gets_its_entry_of_the_dictionary() -> None:
    found = only(PLAN, "responsibility", "市住房城乡建设局")
    made = review(PLAN, TEXT, [on(found, Action.SET, field="department", value="市交通运输局")])
    (named,) = (i.object for i in made.of_kind("responsibility") if i.values["department"] == "市交通运输局")
    assert isinstance(named, Responsibility)
    assert named.body == "transport"


ITEMS = items_of(PLAN)
decisions = st.lists(
    st.tuples(st.sampled_from(ITEMS), st.sampled_from([Action.CONFIRM, Action.REJECT, Action.SET])), max_size=8
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(decisions)
def test_any_decisions_leave_every_object_on_its_words(made: list[tuple[Item, Action]]) -> None:
    corrections = []
    for number, (item, action) in enumerate(made):
        name, value = next(iter(item.values.items()))
        more = {"field": name, "value": value} if action is Action.SET else {}
        corrections.append(on(item, action, number=number, **more))
    found = review(PLAN, TEXT, corrections)
    assert found.orphans == ()
    assert len(found.items) == len(ITEMS)
    for item in found.items:
        assert getattr(item.object, "text", TEXT[item.start : item.end]) == TEXT[item.start : item.end]
    rejected = sum(item.state is State.REJECTED for item in found.of_kind("target"))
    assert len(found.plan.targets) == len(PLAN.targets) - rejected


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8))
def test_segments_put_together_are_the_text_and_know_their_marks(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [Mark(f"m{i}", *sorted(span), "clause") for i, span in enumerate(spans)]
    made = segments(text, marks)
    assert "".join(segment.text for segment in made) == text
    for mark in marks:
        shown = "".join(s.text for s in made if mark in s.marks)
        assert shown == (text[mark.start : mark.end] if mark.start < mark.end <= len(text) else "")


def test_changed_words_are_marked_on_both_sides_and_line_breaks_are_no_change() -> None:
    mine, theirs = changed_words("比2020年下降\n20%", "比2020年下降 19%左右")
    assert [p.text for p in mine if p.changed] == ["20%"]
    assert [p.text for p in theirs if p.changed] == ["19%左右"]
    assert changed_words("甲乙\n丙 2020 年", "甲乙丙2020年")[0] == changed_words("甲乙丙2020年", "甲乙丙2020年")[0]
    assert all(not piece.changed for piece in changed_words("只有一边", None)[0])


def test_the_matrix_counts_duties_and_keeps_inherited_ones_apart() -> None:
    shared = replace(PLAN.tasks[0].responsibilities[0], department="各县（区）政府")
    plan = replace(PLAN, tasks=tuple(replace(task, inherited=(shared,)) for task in PLAN.tasks))
    matrix = matrix_of(plan)
    rows = {row.department: row for row in matrix.rows}
    assert rows["市生态环境局"].counts == (1, 1, 0)
    assert rows["各县（区）政府"].counts == (0, 0, 0)
    assert all(duty.inherited for duty in rows["各县（区）政府"].duties.values())
    assert "各县（区）政府" not in {row.department for row in matrix_of(plan, inherited=False).rows}
    assert {row.department for row in matrix_of(plan, role="cooperate").rows} == {"市发展改革委"}


@pytest.mark.parametrize(
    ("search", "departments"), [("住房", {"市住房城乡建设局"}), ("小型锅炉", {"市生态环境局", "市市场监管局"})]
)
def test_the_matrix_finds_departments_or_tasks(search: str, departments: set[str]) -> None:
    assert {row.department for row in matrix_of(PLAN, search=search).rows} == departments


def test_every_task_of_the_matrix_is_a_task_of_the_plan() -> None:
    assert all(isinstance(task, Task) for task in matrix_of(PLAN).tasks)
    assert matrix_of(PLAN).tasks == PLAN.tasks
