"""The five documents against labels written by reading: offsets and values, no text."""

from __future__ import annotations

import pytest

from cocontrol.plans.clauses import undefined_words
from tests.plans.conftest import PLANS, labels
from tests.plans.scoring import Score

pytestmark = pytest.mark.shared


def departments(task):
    return {(r.department, r.role.value, r.open_list) for r in task.responsibilities}


@pytest.mark.parametrize(("name", "items"), list(zip(PLANS, (31, 29, 41, 23), strict=True)))
def test_every_item_is_found_where_it_stands(plans, name, items):
    expected = [(row["number"], int(row["start"])) for row in labels(name, "items")]
    assert len(expected) == items
    assert [(task.number.strip("（）"), task.start) for task in plans[name].tasks] == expected


@pytest.mark.parametrize("name", PLANS)
def test_responsibilities_are_exact(plans, name):
    expected: dict[int, set[tuple[str, str, bool]]] = {}
    for row in labels(name, "responsibilities"):
        expected.setdefault(int(row["item"]), set()).add((row["department"], row["role"], row["open_list"] == "true"))
    for index, task in enumerate(plans[name].tasks, 1):
        assert departments(task) == expected.get(index, set()), f"{name} item {index}"


def matches(label, target):
    overlap = target.start < int(label["end"]) and int(label["start"]) < target.end
    value = float(label["value"]) if label["value"] else None
    return overlap and (target.kind.value, target.metric, target.value) == (label["kind"], label["metric"], value)


def score(plan, rows):
    free = list(plan.targets)
    fields = 0
    missed = []
    for row in rows:
        target = next((t for t in free if matches(row, t)), None)
        if target is None:
            missed.append(f"{row['start']}:{row['kind']}:{row['metric']}")
            continue
        free.remove(target)
        fields += all(
            str(getattr(target, name) or "") == row[name] for name in ("operator", "unit", "base_year", "target_year")
        )
    made = Score(len(rows) - len(missed), len(rows), len(plan.targets), tuple(missed), tuple(t.text for t in free))
    return made, fields


@pytest.mark.parametrize("name", PLANS)
def test_targets_reach_the_precision_and_recall_asked_for(plans, name):
    found, fields = score(plans[name], labels(name, "targets"))
    assert found.recall >= 0.95, found.missed
    assert found.precision >= 0.95, found.extra
    assert fields >= 0.9 * found.hits


def test_the_kinds_that_carry_a_number_are_as_many_as_counted_by_hand(plans):
    kinds = [target.kind.value for name in PLANS for target in plans[name].targets]
    assert kinds.count("quantitative_target") == 23
    assert kinds.count("threshold") == 15
    assert kinds.count("stage_grade") == 5


def test_the_head_of_the_city_plan_is_read(plans):
    plan = plans["puyang_synergy"]
    assert (plan.title, plan.document_number) == ("濮阳市减污降碳协同增效行动方案", "濮环〔2024〕2号")
    assert (plan.issued_on, plan.region, plan.level, len(plan.issuers)) == ("2024-01-10", "濮阳市", "city", 8)


def test_inherited_duties_are_kept_beside_the_written_ones(plans):
    tasks = plans["henan_synergy"].tasks
    assert [r.department for r in tasks[5].inherited] == ["各地政府"]
    assert [r.department for r in plans["puyang_synergy"].tasks[5].inherited] == ["各县（区）政府", "管委会"]


def test_the_damaged_page_equals_the_clean_plan_and_names_its_lost_spots(plans):
    clean, damaged = plans["henan_synergy"], plans["henan_synergy_corrupted_page"]
    assert damaged.is_plan
    assert damaged.title == clean.title
    assert damaged.issued_on == "2023-03-01"
    assert [(t.number, t.title) for t in damaged.tasks] == [(t.number, t.title) for t in clean.tasks]
    assert [departments(t) for t in damaged.tasks] == [departments(t) for t in clean.tasks]
    keys = [[(t.kind, t.metric, t.operator, t.value, t.target_year) for t in plan.targets] for plan in (clean, damaged)]
    assert keys[0] == keys[1]
    body = [gap for gap in damaged.gaps if gap.start > damaged.tasks[0].start - 2000]
    assert len(body) == 5
    assert sum(w.rule == "plan.lost_characters" for w in damaged.warnings) == len(damaged.gaps)


def test_the_threshold_without_an_operator_says_that_it_is_recalled(plans):
    silent = [t for t in plans["henan_synergy"].targets if t.metric in {"annual_emission", "annual_energy_use"}]
    assert {t.operator_status for t in silent} == {"recalled"}
    assert {t.normalised_value for t in silent} == {26000.0, 10000.0}


def test_words_without_a_value_are_listed(plans):
    clause = next(c for c in plans["henan_synergy"].clauses if "供热合理半径" in c.text)
    assert "供热合理半径" in clause.undefined
    assert undefined_words("力争基本“清零”") == ("力争", "基本")


def test_modalities_of_well_known_clauses(plans):
    by_words = {c.text.replace("\n", ""): c.modality.value for c in plans["henan_synergy"].clauses}
    assert by_words["禁止新建自备燃煤机组"] == "prohibit"
    assert next(v for k, v in by_words.items() if k.startswith("原则上严禁新增钢铁")) == "in_principle"
    assert next(v for k, v in by_words.items() if "冲天炉" in k) == "encourage"
    assert next(v for k, v in by_words.items() if "可自主采取" in k) == "permit"
