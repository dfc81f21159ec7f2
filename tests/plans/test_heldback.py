"""The parser on made-up texts, labelled by reading before it was run on them.

Places, departments and figures are invented; layouts and turns of phrase are those met in other provinces' and cities'
plans. Laid beside the parser for the first time (21 November 2026) it reached precision 0.94 and recall 0.82. Since
then the parser has been mended with these texts in view, so that they guard what was gained and measure nothing unseen;
what unseen plans give stands in docs/explanation/plan-compiler.md. Floors may be raised, never lowered; a label is
changed only when it misreads its sentence (three tasks of an annual plan now carry the year of its title).
"""

from __future__ import annotations

import pytest

from tests.plans.heldback_scoring import HELDBACK, LEVELS, Measure, measure_folder, read_expected, read_labels, report

FLOORS = {  # precision, recall
    "strict": (0.93, 0.93),
    "agree": (0.99, 0.99),
    "lenient": (0.99, 0.99),
    "tasks": (0.99, 0.99),
    "task titles": (0.99, 0.99),
    "responsibilities": (0.99, 0.99),
    "is_plan": (0.99, 0.99),
    "document_number": (0.99, 0.99),
    "title": (0.99, 0.99),
    "region": (0.99, 0.99),
    "issuers": (0.99, 0.99),
    "issued_on": (0.99, 0.99),
}


@pytest.fixture(scope="module")
def measure() -> Measure:
    return measure_folder(HELDBACK)


@pytest.mark.parametrize("name", FLOORS)
def test_the_set_is_read_no_worse_than_it_was(measure: Measure, name: str) -> None:
    scores = {
        **measure.targets,
        **measure.heads,
        "tasks": measure.tasks,
        "task titles": measure.task_titles,
        "responsibilities": measure.responsibilities,
    }
    precision, recall = FLOORS[name]
    assert scores[name].precision >= precision, report(measure, detail=True)
    assert scores[name].recall >= recall, report(measure, detail=True)


def test_the_held_back_set_is_large_and_varied_enough_to_mean_something() -> None:
    expected, labels = read_expected(HELDBACK), read_labels(HELDBACK)
    wanted = [label for found in labels.values() for label in found if not label.optional]
    assert len(expected) >= 36
    assert sum(1 for head in expected.values() if head["is_plan"] is False) >= 6
    assert len(wanted) >= 200
    assert len({label.kind for label in wanted}) == 8
    assert len({label.operator for label in wanted}) >= 9


def test_every_label_lies_inside_its_text_and_holds_its_figure() -> None:
    for name, labels in read_labels(HELDBACK).items():
        text = (HELDBACK / name).read_text(encoding="utf-8")
        for label in labels:
            assert 0 <= label.start < label.end <= len(text), label
            assert text[label.start : label.end].strip() == text[label.start : label.end], label


def test_the_levels_are_ordered_from_strict_to_lenient(measure: Measure) -> None:
    hits = [measure.targets[level].hits for level in LEVELS]
    assert hits == sorted(hits)
