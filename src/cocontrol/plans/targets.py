"""From candidates to targets: found in the aims and in every task, without doubles, with offsets into the original."""

from __future__ import annotations

from dataclasses import dataclass

from cocontrol.plans.candidates import Candidate
from cocontrol.plans.context import Setting, chunks
from cocontrol.plans.figures import figures
from cocontrol.plans.goals import goals
from cocontrol.plans.model import Target, TargetKind
from cocontrol.plans.normalise import Normalised
from cocontrol.plans.vocabulary import units


@dataclass(frozen=True, slots=True)
class Scope:
    """A stretch of readable text in which targets are looked for; `hidden` parts name departments.

    `years` are those of the words that open a numbered list of aims (到2025年，实现以下目标：).
    """

    start: int
    end: int
    task_id: str | None
    goals: bool
    hidden: tuple[tuple[int, int], ...] = ()
    setting: Setting | None = None
    years: tuple[int, ...] = ()


def find_targets(source: Normalised, scopes: list[Scope], original: str) -> tuple[Target, ...]:
    """The targets of all scopes, in the order of the text, numbered ``G1`` …"""
    found = [(candidate, scope.task_id) for scope in scopes for candidate in candidates(source.text, scope)]
    found.sort(key=lambda pair: (pair[0].start, pair[0].end))
    return tuple(
        _target(f"G{index}", candidate, task_id, source, original)
        for index, (candidate, task_id) in enumerate(found, 1)
    )


def candidates(text: str, scope: Scope) -> list[Candidate]:
    """The candidates of one scope, doubles removed."""
    found = list(
        chunks(
            text,
            scope.start,
            scope.end,
            hidden=scope.hidden,
            goals=scope.goals,
            setting=scope.setting,
            opened=scope.years,
        )
    )
    made = figures(found)
    for chunk in found:
        made += goals(chunk)
    return _without_doubles(made)


def _without_doubles(found: list[Candidate]) -> list[Candidate]:
    """One candidate for one statement: figures win over grades, grades over zero rules, and longer over shorter."""
    rank = {
        TargetKind.QUANTITATIVE: 0, TargetKind.RELATIVE: 1, TargetKind.EXTERNAL: 1, TargetKind.STAGE: 2,
        TargetKind.THRESHOLD: 2, TargetKind.COUNT: 3, TargetKind.ZERO: 4, TargetKind.DIRECTIONAL: 5,
    }  # fmt: skip
    kept: list[Candidate] = []
    cleared = [item for item in found if item.kind is TargetKind.ZERO and item.clears]
    found = [
        item for item in found if item.kind is not TargetKind.STAGE or not any(_inside(item, zero) for zero in cleared)
    ]
    for item in sorted(found, key=lambda c: (rank[c.kind], c.start - c.end)):
        if not any(_same(item, other) for other in kept):
            kept.append(item)
    return kept


def _inside(one: Candidate, other: Candidate) -> bool:
    """Whether one stands in the other: the grade of 国三及以下…清零 only says which vehicles."""
    return other.start <= one.start and one.end <= other.end


def _same(one: Candidate, other: Candidate) -> bool:
    overlap = one.start < other.end and other.start < one.end
    if not overlap:
        return False
    if one.kind is other.kind is TargetKind.QUANTITATIVE and one.value == other.value == 100 and one.unit == "%":
        return True
    if one.kind is other.kind:
        return one.metric == other.metric and one.value == other.value and one.subject == other.subject
    if one.kind is TargetKind.ZERO and other.kind is TargetKind.QUANTITATIVE and other.unit == "%":
        return other.start <= one.start and one.end <= other.end
    soft = {TargetKind.DIRECTIONAL, TargetKind.ZERO}
    hard = {TargetKind.QUANTITATIVE, TargetKind.EXTERNAL, TargetKind.RELATIVE}
    if one.kind is TargetKind.DIRECTIONAL:
        return other.kind in hard
    return one.kind in soft and other.kind is TargetKind.STAGE


def _target(identifier: str, item: Candidate, task_id: str | None, source: Normalised, original: str) -> Target:
    start, end = source.span(item.start, item.end)
    unit = units().get(item.unit or "")
    value = item.value
    return Target(
        id=identifier,
        task_id=task_id,
        text=original[start:end],
        start=start,
        end=end,
        kind=item.kind,
        metric=item.metric,
        subject=item.subject,
        operator=item.operator,
        value=value,
        unit=item.unit,
        normalised_value=round(value * unit.factor, 9) if value is not None and unit else value,
        normalised_unit=unit.canonical if unit else item.unit,
        base_year=item.base_year,
        target_year=item.target_year,
        qualifier=item.qualifier,
        basis=item.basis,
        operator_status=item.operator_status,
    )
