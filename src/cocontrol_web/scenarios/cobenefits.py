"""Measures on the plane of co-benefits: pollutants to the right, greenhouse gases upwards, and what may be said of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.measures.equivalents import WeightSet
from cocontrol.measures.metrics import AIR, Baseline, Elasticity, Evaluation, Measure, Quadrant, evaluate
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.analysis.figures import fitting_unit, format_figure
from cocontrol_web.language import say

MONEY = 1e4
"""Yuan in the unit of money that the pages show (万元)."""

_QUADRANT_ORDER = (Quadrant.ONE, Quadrant.TWO, Quadrant.FOUR, Quadrant.THREE, Quadrant.AXIS)


@dataclass(frozen=True, slots=True)
class About:
    """What a page says of a measure beside its numbers: its name, its page, and why it makes something rise."""

    name: str
    url: str | None = None
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: where it lies on the plane, and what the metrics say of it."""

    name: str
    x: float | None
    y: float | None
    quadrant: Quadrant | None
    words: str
    elasticity: Elasticity | None
    found: Evaluation
    reasons: tuple[str, ...]
    cost: float | None
    url: str | None = None
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def cost_shown(self) -> float | None:
        """The cost in the unit of the pages."""
        return None if self.cost is None else self.cost / MONEY


def quadrant_words(quadrant: Quadrant | None) -> str:
    """The quadrant with its number and in plain words."""
    if quadrant is None:
        return "—"
    return say(quadrant.short) if quadrant is Quadrant.AXIS else f"{quadrant.value} {say(quadrant.short)}"


def sides(measures: Sequence[Measure]) -> list[tuple[str, str]]:
    """What may stand on the axis of pollutants: the weighted sum, and every pollutant with a number."""
    held = {name for m in measures for name, amount in m.reductions.items() if amount is not None}
    names = [name for m in measures[:1] for name in m.reductions if name in held]
    return [
        (AIR, say(Text("大气污染物当量（加权）", "air pollutants, weighted"))),
        *((n, labels.symbol(n)) for n in names),
    ]


def lines(
    measures: Sequence[Measure],
    weights: WeightSet,
    baseline: Baseline | None,
    side: str,
    about: Mapping[str, About] | None = None,
) -> list[Line]:
    """The measures under one set of weights, in their order; those without rank come last."""
    known = about or {}
    made = [
        _line(measure, found, side, known.get(measure.name, About(measure.name)))
        for measure, found in zip(measures, evaluate(measures, weights, baseline), strict=True)
    ]
    return sorted(made, key=lambda line: line.found.rank or len(made) + 1)


def _line(measure: Measure, found: Evaluation, side: str, about: About) -> Line:
    x = found.air_equivalent if side == AIR else measure.reductions.get(side)
    elasticity = next((one for one in found.elasticities if one.numerator == side), None)
    quadrant = found.quadrant if side == AIR else (elasticity.quadrant if elasticity else None)
    return Line(
        about.name, x, measure.greenhouse, quadrant, quadrant_words(quadrant), elasticity, found,
        tuple(dict.fromkeys(say(reason) for reason in found.reasons)), measure.cost, about.url, about.why,
        about.notes,
    )  # fmt: skip


def without_shared(shown: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """The lines without the remarks that most of them have, and those remarks, to be said once."""
    counts = Counter(reason for line in shown for reason in line.reasons)
    shared = [reason for reason, count in counts.items() if count > len(shown) / 2]
    kept = [replace(line, reasons=tuple(r for r in line.reasons if r not in shared)) for line in shown]
    return kept, shared


@dataclass(frozen=True, slots=True)
class Corner:
    """A quadrant of the plane: its number, short name, what it means, and how many measures lie there."""

    key: str
    name: str
    meaning: str
    count: int


def corners(shown: Sequence[Line]) -> list[Corner]:
    """The quadrants, best first; the axes only where a measure lies on one."""
    counts = Counter(line.quadrant for line in shown)
    return [
        Corner(one.value, say(one.short), say(one.advice), counts[one])
        for one in _QUADRANT_ORDER
        if one is not Quadrant.AXIS or counts[one]
    ]


def plane(shown: Sequence[Line], side: str, weights: WeightSet, scale: str) -> Chart:
    """The measures with both coordinates as points; a measure without one of them is only in the table."""
    points = [line for line in shown if line.x is not None and line.y is not None]
    x_unit = fitting_unit(max((abs(line.x or 0) for line in points), default=None))
    y_unit = fitting_unit(max((abs(line.y or 0) for line in points), default=None))
    weighted = Text("大气污染物减排（{w}）", "air pollutants reduced ({w})").format(w=weights.label.zh)
    weighted = Text(weighted.zh, f"air pollutants reduced ({weights.label.en})")
    single = Text("{p} 减排", "{p} reduced").format(p=labels.symbol(side))
    order = {quadrant: number for number, quadrant in enumerate(_QUADRANT_ORDER)}
    return {
        "type": "plane", "scale": scale, "unit": "",
        "title": say(Text("措施的协同效应：向右减污，向上降碳", "co-benefits: less pollution to the right, less carbon upwards")),
        "x": {"name": say(weighted if side == AIR else single), "unit": say(x_unit.label)},
        "y": {"name": say(Text("温室气体减排", "greenhouse gases reduced")), "unit": say(y_unit.label)},
        "quadrants": [{"key": one.value, "name": say(one.short)} for one in _QUADRANT_ORDER if one is not Quadrant.AXIS],
        "points": [
            {
                "name": line.name, "x": (line.x or 0) / x_unit.tonnes, "y": (line.y or 0) / y_unit.tonnes,
                "group": (line.quadrant or Quadrant.AXIS).value, "group_name": quadrant_words(line.quadrant),
                "facts": _facts(line), "url": line.url,
            }
            for line in sorted(points, key=lambda line: order[line.quadrant or Quadrant.AXIS])
        ],
    }  # fmt: skip


def _facts(line: Line) -> list[tuple[str, str]]:
    facts = []
    if line.cost is not None:
        words = f"{format_figure(line.cost / MONEY)} {say(Text('万元/年', '10⁴ CNY/year'))}"
        facts.append((say(Text("净年费用", "net annual cost")), words))
    if line.elasticity is not None and line.elasticity.value is not None:
        facts.append((say(Text("交叉弹性", "cross-elasticity")), format_figure(line.elasticity.value)))
    if line.found.group == "costed" and line.found.unit_cost is not None:
        words = f"{format_figure(line.found.unit_cost)} {say(Text('元/吨当量', 'CNY/t of equivalent'))}"
        facts.append((say(Text("单位费用", "unit cost")), words))
    facts += [(say(Text("为什么", "why")), one) for one in line.why[:MOST_REASONS]]
    return facts


MOST_REASONS = 3
"""Reasons that the tip of a point names; the table has them all."""


def order_by_set(
    measures: Sequence[Measure], sets: Mapping[str, WeightSet], about: Mapping[str, About]
) -> list[dict[str, Any]]:
    """The rank of every measure under every set of weights: a conclusion that hangs on one set is seen at once."""
    found = {name: evaluate(measures, weights) for name, weights in sets.items()}
    rows = [
        {
            "name": about[measure.name].name if measure.name in about else measure.name,
            "ranks": [found[name][index].rank for name in sets],
        }
        for index, measure in enumerate(measures)
    ]
    return sorted(rows, key=lambda row: [rank or len(rows) + 1 for rank in row["ranks"]])


def table_of(shown: Sequence[Line]) -> pl.DataFrame:
    """The lines as a table to take away."""
    return pl.DataFrame(
        [
            {
                "measure": line.name, "quadrant": line.quadrant.value if line.quadrant else None, "x_t": line.x,
                "greenhouse_t": line.y, "cost_CNY": line.cost, "LAPeq_t": line.found.air_equivalent,
                "IAPeq_t": line.found.equivalent, "unit_cost_CNY_per_t": line.found.unit_cost,
                "net_benefit_CNY": line.found.net_benefit, "rank": line.found.rank,
                "cross_elasticity": line.elasticity.value if line.elasticity else None, "why": "; ".join(line.why), "notes": "; ".join((*line.reasons, *line.notes)),
            }
            for line in shown
        ],
        infer_schema_length=None,
    )  # fmt: skip
