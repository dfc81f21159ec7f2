"""One table under several methods and weightings at once: degrees, ranks, and where they disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text, same
from cocontrol.measures.synergy import Indicator, system_scores
from cocontrol.measures.synergy_methods import Degree, composite_degrees, coupling_degrees
from cocontrol.measures.synergy_tables import Scored, Values
from cocontrol.measures.weighting import critic_weights, entropy_weights, topsis

METHODS: Mapping[str, Text] = {
    "coupling": Text("耦合协调度", "coupling coordination"),
    "coupling-corrected": Text("耦合协调度（修正 C）", "coupling coordination, corrected C"),
    "composite-system": Text("复合系统协同度", "composite system"),
    "topsis": Text("TOPSIS 贴近度", "TOPSIS closeness"),
}

WEIGHTINGS: Mapping[str, Text] = {
    "given": Text("指标表的权重", "weights of the table"),
    "entropy": Text("熵权", "entropy"),
    "critic": Text("CRITIC", "CRITIC"),
}

ARROW = " → "


@dataclass(frozen=True, slots=True)
class Ranked:
    """A degree and its rank among the subjects of the same period, 1 for the highest, equal ones alike."""

    degree: Degree
    rank: int


Key = tuple[str, str | None]
"""Subject and period."""


@dataclass(frozen=True, slots=True)
class Column:
    """One method under one weighting: the weights of indicators within their systems, and the rows that it could rank."""

    method: str
    weighting: str
    weights: Mapping[str, float]
    rows: Mapping[Key, Ranked]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two columns over the pairs of rows of one period that both rank: how many they put in opposite order."""

    first: Column
    second: Column
    pairs: int
    opposite: tuple[tuple[Key, Key], ...]

    @property
    def tau(self) -> float | None:
        """(agreeing − opposite) / pairs: 1 where all agree, −1 where none does; None without pairs."""
        return None if not self.pairs else 1 - 2 * len(self.opposite) / self.pairs


@dataclass(frozen=True, slots=True)
class Study:
    """Every column over the same rows, in the order of the table."""

    keys: tuple[Key, ...]
    scores: Mapping[Key, Mapping[str, float]]
    columns: tuple[Column, ...]
    disagreements: tuple[Disagreement, ...]

    def ranks(self, key: Key) -> list[int]:
        """The ranks of a row under the columns that rank it."""
        return [column.rows[key].rank for column in self.columns if key in column.rows]


def study(
    rows: Sequence[Values], indicators: Sequence[Indicator], *, methods: Sequence[str], weightings: Sequence[str]
) -> Study:
    """Degrees and ranks of a table under every method and weighting.

    Weights are those of indicators within their system; systems weigh alike, and the range of a degree under other
    weights of systems stands with it (`Degree.lowest`, `highest`). Weights from the data hold for this table only.

    Raises
    ------
    InvalidInput
        Fewer than two methods, an unknown method or weighting, fewer than two systems, no rows, or data that a method
        cannot take (one period for the composite system, columns that do not vary for weights from the data).
    """
    _require(rows, indicators, methods, weightings)
    keys = tuple((row.subject, row.period) for row in rows)
    columns = []
    for weighting in weightings:
        weighted = weigh(rows, indicators, weighting)
        scored = [Scored(row.subject, row.period, *_scores(row, weighted)) for row in rows]
        shares = {item.name: item.weight for item in weighted}
        columns += [
            Column(method, weighting, shares, _ranked(_degrees(method, rows, scored, weighted))) for method in methods
        ]
    first = {key: _scores(row, indicators)[0] for key, row in zip(keys, rows, strict=True)}
    pairs = [_disagreement(a, b) for a, b in combinations(columns, 2)]
    return Study(keys, first, tuple(columns), tuple(pairs))


def weigh(rows: Sequence[Values], indicators: Sequence[Indicator], weighting: str) -> tuple[Indicator, ...]:
    """The indicators with their weights within each system: those given, or by a method from the oriented scores."""
    made: dict[str, float] = {}
    for system in dict.fromkeys(item.system for item in indicators):
        parts = [item for item in indicators if item.system == system]
        if weighting == "given" or len(parts) == 1:
            total = sum(item.weight for item in parts)
            shares = [item.weight / total for item in parts]
        else:
            table = np.array([[item.score(row.values[item.name])[0] for item in parts] for row in rows])
            shares = list((entropy_weights if weighting == "entropy" else critic_weights)(table))
        made |= {item.name: float(share) for item, share in zip(parts, shares, strict=True)}
    # a weight of 0 would leave a system without weight only where all are constant, which the methods refuse
    return tuple(replace(item, weight=made[item.name]) for item in indicators)


def _scores(row: Values, indicators: Sequence[Indicator]) -> tuple[dict[str, float], tuple[Text, ...]]:
    scores, remarks = system_scores(row.values, indicators)
    return scores, tuple(remarks)


def _degrees(
    method: str, rows: Sequence[Values], scored: Sequence[Scored], indicators: Sequence[Indicator]
) -> list[Degree]:
    if method == "composite-system":
        return composite_degrees(scored)
    if method == "topsis":
        return _closeness(rows, indicators)
    return coupling_degrees(scored, corrected=method == "coupling-corrected")


def _closeness(rows: Sequence[Values], indicators: Sequence[Indicator]) -> list[Degree]:
    """Closeness of the oriented scores to the best, period by period; one row alone has none."""
    made = []
    systems = len({item.system for item in indicators})
    weights = [item.weight / systems for item in indicators]
    for period in dict.fromkeys(row.period for row in rows):
        part = [row for row in rows if row.period == period]
        if len(part) < 2:
            continue
        table = [[item.score(row.values[item.name])[0] for item in indicators] for row in part]
        found = topsis(table, [1] * len(indicators), weights)
        made += [
            Degree(row.subject, row.period, "topsis", float(value), None, None, None, None, None, ())
            for row, value in zip(part, found, strict=True)
            if np.isfinite(value)
        ]
    return made


def _ranked(degrees: Sequence[Degree]) -> dict[Key, Ranked]:
    """Ranks within each period; a change from one period to another stands at the later one."""
    made: dict[Key, Ranked] = {}
    ends = [(one.period or "").rpartition(ARROW)[2] or None for one in degrees]
    for degree, end in zip(degrees, ends, strict=True):
        better = sum(
            other.degree > degree.degree + 1e-12 for other, place in zip(degrees, ends, strict=True) if place == end
        )
        made[degree.subject, end] = Ranked(degree, better + 1)
    return made


def _disagreement(first: Column, second: Column) -> Disagreement:
    keys = [key for key in first.rows if key in second.rows]
    pairs = [(a, b) for a, b in combinations(keys, 2) if a[1] == b[1]]

    def sign(column: Column, pair: tuple[Key, Key]) -> int:
        return column.rows[pair[0]].rank - column.rows[pair[1]].rank

    opposite = tuple(pair for pair in pairs if sign(first, pair) * sign(second, pair) < 0)
    return Disagreement(first, second, len(pairs), opposite)


def _require(
    rows: Sequence[Values], indicators: Sequence[Indicator], methods: Sequence[str], weightings: Sequence[str]
) -> None:
    faults = []
    for names, known, rule in ((methods, METHODS, "synergy.method"), (weightings, WEIGHTINGS, "synergy.weighting")):
        unknown = [name for name in names if name not in known]
        words = Text("没有这种方法", "there is no such method")
        faults += [Fault(rule, words, value=name, allowed=same(", ".join(known))) for name in unknown]
    if len(set(methods)) < 2:
        faults.append(
            Fault(
                "synergy.one_method",
                Text("至少选两种方法：一种方法的次序不能当作结论", "choose two methods: one order is no finding"),
                value=", ".join(methods),
            )
        )
    if not weightings:
        faults.append(Fault("synergy.weighting", Text("至少选一种定权方法", "choose a weighting")))
    if len({item.system for item in indicators}) < 2:
        faults.append(Fault("synergy.systems", Text("至少要有两个子系统", "two systems are needed at least")))
    if not rows:
        faults.append(Fault("synergy.no_rows", Text("表中没有可用的行", "the table has no usable row")))
    if faults:
        raise InvalidInput(*faults)
