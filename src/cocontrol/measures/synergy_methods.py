"""Every method of synergy over a whole table, with the sensitivity to weights and where methods disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text, same
from cocontrol.measures.synergy import composite_synergy, coordination
from cocontrol.measures.synergy_tables import Scored, period_order

WEIGHT_SHIFT = 0.1
"""How much weight is moved from one system to another to see what a degree owes to the weights."""


@dataclass(frozen=True, slots=True)
class Degree:
    """A degree by one method: its parts, its class where the method has classes.

    `lowest` and `highest` are its range under other weights of the systems, None where the method has no such weights.
    """

    subject: str
    period: str | None
    method: str
    degree: float
    coupling: float | None
    level: float | None
    grade: Text | None
    lowest: float | None
    highest: float | None
    notes: tuple[Text, ...]


def coupling_degrees(
    rows: Sequence[Scored], weights: Mapping[str, float] | None = None, *, corrected: bool = False
) -> list[Degree]:
    """Coupling coordination of every row, with D under weights shifted by `WEIGHT_SHIFT` between any two systems."""
    made = []
    for row in rows:
        systems = list(row.scores)
        shares = _shares(systems, weights)
        scores = list(row.scores.values())
        found = coordination(scores, shares, corrected=corrected)
        others = [coordination(scores, shifted, corrected=corrected).degree for shifted in shifted_weights(shares)]
        made.append(
            Degree(
                row.subject,
                row.period,
                "coupling-corrected" if corrected else "coupling",
                found.degree,
                found.coupling,
                found.level,
                found.grade,
                min([found.degree, *others]),
                max([found.degree, *others]),
                (*row.remarks, *found.notes),
            )
        )
    return made


def composite_degrees(rows: Sequence[Scored], *, chained: bool = False) -> list[Degree]:
    """Composite-system synergy of every subject against its first period, or year on year when `chained`.

    `InvalidInput` where a period is missing or no subject has two. The method has no weights between systems.
    """
    by_subject: dict[str, list[Scored]] = {}
    for row in rows:
        if row.period is None:
            raise InvalidInput(_no_period(row))
        by_subject.setdefault(row.subject, []).append(row)
    made = []
    for subject, series in by_subject.items():
        ordered = sorted(series, key=lambda row: period_order(row.period))
        pairs = list(pairwise(ordered)) if chained else [(ordered[0], later) for later in ordered[1:]]
        for before, after in pairs:
            value = composite_synergy(list(before.scores.values()), list(after.scores.values()))
            label = f"{before.period} → {after.period}"
            notes = (*before.remarks, *after.remarks)
            made.append(Degree(subject, label, "composite-system", value, None, None, None, None, None, notes))
    if not made:
        raise InvalidInput(
            Fault(
                "synergy.periods",
                Text(
                    "复合系统协同度要求每个对象至少两个时期", "composite-system synergy needs two periods of a subject"
                ),
                remedy=Text("补上 period 列和另一年的行", "add a column period and the rows of another year"),
            )
        )
    return made


def _no_period(row: Scored) -> Fault:
    return Fault(
        "synergy.period_missing",
        Text(
            "复合系统协同度要求每一行都有时期，每个对象至少两个时期",
            "composite-system synergy needs the period of every row, and two of a subject",
        ),
        value=row.subject,
        remedy=Text("补上 period 列", "fill in the column period"),
    )


def _shares(systems: Sequence[str], weights: Mapping[str, float] | None) -> list[float]:
    if weights is None:
        return [1 / len(systems)] * len(systems)
    if unknown := sorted(set(systems) ^ set(weights)):
        raise InvalidInput(
            Fault(
                "synergy.weight_names",
                Text("权重与子系统不对应", "the weights do not name the systems"),
                value=", ".join(unknown),
                allowed=same(", ".join(systems)),
                remedy=Text("每个子系统给一个权重", "give one weight for each system"),
            )
        )
    total = sum(weights.values())
    if not (all(value >= 0 for value in weights.values()) and 0 < total < float("inf")):
        raise InvalidInput(
            Fault(
                "synergy.weights",
                Text("权重不能为负，也不能全为零", "weights may not be negative, nor all zero"),
                value=", ".join(f"{name}={value:g}" for name, value in weights.items()),
                remedy=Text("如 pollution=0.5,carbon=0.5", "such as pollution=0.5,carbon=0.5"),
            )
        )
    return [weights[system] / total for system in systems]


def shifted_weights(shares: Sequence[float]) -> list[list[float]]:
    """The weights with `WEIGHT_SHIFT` (or all there is) moved from each system to each other one."""
    made = []
    for giver in range(len(shares)):
        for taker in range(len(shares)):
            if giver != taker:
                moved = min(WEIGHT_SHIFT, shares[giver])
                changed = list(shares)
                changed[giver] -= moved
                changed[taker] += moved
                made.append(changed)
    return made


def disagreements(first: Sequence[Degree], second: Sequence[Degree]) -> list[tuple[Degree, Degree]]:
    """Pairs of rows that the two methods put in opposite order, as the first method sees them."""
    other = {(item.subject, item.period): item.degree for item in second}
    known = [(item, other[item.subject, item.period]) for item in first if (item.subject, item.period) in other]
    return [(a, b) for (a, x), (b, y) in combinations(known, 2) if (a.degree - b.degree) * (x - y) < 0]
