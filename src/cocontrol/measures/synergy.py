"""Degrees of synergy between cutting pollution and cutting carbon, by named methods side by side.

No official formula exists (the national plan of 2022 asks for one), so a degree is never printed without
its method, and never by one method alone unless the user asks for that one. Every score is oriented before
it enters: more is better, so that lower emissions can never look like less synergy.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from math import prod

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text


@dataclass(frozen=True, slots=True)
class Coordination:
    """C (coupling), T (level) and D = √(C T), with the class of D.

    T always stands beside D: two systems that are equally bad have C = 1.
    """

    coupling: float
    level: float
    degree: float
    grade: Text
    notes: tuple[Text, ...] = ()


def coupling(scores: Sequence[float]) -> float:
    """C = n (Π U_i)^(1/n) / Σ U_i, in [0, 1]; 0 where a score is 0."""
    _require_scores(scores)
    total = sum(scores)
    return 0.0 if total == 0 else len(scores) * prod(scores) ** (1 / len(scores)) / total


def corrected_coupling(scores: Sequence[float]) -> float:
    """C' = √{[1 − Σ_{i>j} |U_i − U_j| / (n (n − 1) / 2)] [Π_i (U_i / max U)]^{1/(n − 1)}} (Wang Shujia et al. 2021).

    The product runs over all i, the greatest giving 1. Its values spread over [0, 1], where those of the
    usual form crowd near 1.
    """
    _require_scores(scores)
    greatest, pairs = max(scores), list(combinations(scores, 2))
    if greatest == 0:
        return 0.0
    spread = sum(abs(a - b) for a, b in pairs) / len(pairs)
    balance: float = prod(score / greatest for score in scores) ** (1 / (len(scores) - 1))
    return float((max(1 - spread, 0.0) * balance) ** 0.5)


def coordination(
    scores: Sequence[float], weights: Sequence[float] | None = None, *, corrected: bool = False
) -> Coordination:
    """Coupling coordination of oriented scores in [0, 1].

    `weights` α (Σ α = 1; equal by default) enter T = Σ α U only, never C. A score of zero keeps its true
    effect, C = 0, and is told.

    Raises
    ------
    InvalidInput
        Fewer than two scores, one outside [0, 1], or weights that do not fit them or do not sum to 1.
    """
    shares = _weights(weights, len(scores))
    c = corrected_coupling(scores) if corrected else coupling(scores)
    level = sum(share * score for share, score in zip(shares, scores, strict=True))
    degree = (c * level) ** 0.5
    notes = []
    if min(scores) == 0:
        notes.append(Text("有子系统得分为 0，耦合度为 0", "a score is 0, hence the coupling is 0"))
    if c > 0.95 and level < 0.3:
        notes.append(Text("耦合度高而水平低：两者同样差", "high coupling at a low level: the systems are equally bad"))
    return Coordination(c, level, degree, grade(degree), tuple(notes))


def _require_scores(scores: Sequence[float]) -> None:
    faults = [
        Fault(
            "synergy.score",
            Text("得分须在 0 到 1 之间", "a score lies between 0 and 1"),
            value=str(score),
            remedy=Text(
                "用指标表给出方向和上下限，由程序换算",
                "give direction and bounds in a table of indicators, then it is scaled",
            ),
        )
        for score in scores
        if not 0 <= score <= 1
    ]
    if len(scores) < 2:
        faults.append(Fault("synergy.systems", Text("至少要有两个子系统", "two systems are needed at least")))
    if faults:
        raise InvalidInput(*faults)


def _weights(weights: Sequence[float] | None, count: int) -> Sequence[float]:
    if weights is None:
        return [1 / max(count, 1)] * count
    if len(weights) != count or abs(sum(weights) - 1) > 1e-9 or min(weights) < 0:
        raise InvalidInput(
            Fault(
                "synergy.weights",
                Text("权重须与子系统一一对应、不为负且合计为 1", "one weight per system, none negative, summing to 1"),
                value=", ".join(map(str, weights)),
            )
        )
    return weights


@cache
def _grades() -> tuple[tuple[float, Text], ...]:
    text = files("cocontrol.measures").joinpath("data", "coordination_classes.csv").read_text(encoding="utf-8")
    return tuple(
        (float(row["upper"]), Text(row["name_zh"], row["name_en"])) for row in csv.DictReader(text.splitlines())
    )


def grade(degree: float) -> Text:
    """The class of a degree of coordination: ten classes of width 0.1, upper bounds included."""
    return next((label for upper, label in _grades() if degree <= upper + 1e-12), _grades()[-1][1])


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of a system: its direction (+1: more is better, −1: less is better) and frozen bounds.

    Bounds are given, not taken from the sample, so that a year added later changes no earlier score.
    """

    name: str
    system: str
    direction: int
    lower: float
    upper: float
    weight: float = 1.0

    def score(self, value: float) -> tuple[float, Text | None]:
        """(x − b)/(a − b) or (a − x)/(a − b), kept in [0, 1]; a remark where the value lies outside the bounds."""
        span = self.upper - self.lower
        raw = (value - self.lower) / span if self.direction > 0 else (self.upper - value) / span
        if 0 <= raw <= 1:
            return raw, None
        remark = Text(
            "{n} = {v} 超出上下限 {a}–{b}，按边界计", "{n} = {v} lies outside {a}–{b} and counts as the bound"
        )
        return min(max(raw, 0.0), 1.0), remark.format(n=self.name, v=value, a=self.lower, b=self.upper)


def system_scores(
    values: Mapping[str, float], indicators: Sequence[Indicator], *, geometric: bool = False
) -> tuple[dict[str, float], list[Text]]:
    """Score of every system from the values of its indicators, and the remarks.

    Weighted sum by default, weights scaled to 1 within a system; `geometric` takes the weighted geometric
    mean. `InvalidInput` lists indicators without a value.
    """
    if absent := [item.name for item in indicators if item.name not in values]:
        raise InvalidInput(
            Fault("synergy.value_missing", Text("指标没有数值", "an indicator has no value"), value=", ".join(absent))
        )
    remarks: list[Text] = []
    scores: dict[str, float] = {}
    for system in dict.fromkeys(item.system for item in indicators):
        parts = [item for item in indicators if item.system == system]
        total = sum(item.weight for item in parts)
        oriented = []
        for item in parts:
            score, remark = item.score(values[item.name])
            oriented.append((score, item.weight / total))
            remarks += [] if remark is None else [remark]
        scores[system] = (
            prod(score**share for score, share in oriented)
            if geometric
            else sum(score * share for score, share in oriented)
        )
    return scores, remarks


def composite_synergy(before: Sequence[float], after: Sequence[float]) -> float:
    """cS = θ (Π_s |u_s¹ − u_s⁰|)^(1/k), in [−1, 1] (Meng & Han 2000).

    θ = +1 only where every system's order rose, else −1: the product of two falls would be positive. 0 where
    one system did not change.
    """
    _require_scores(before)
    _require_scores(after)
    changes = [b - a for a, b in zip(before, after, strict=True)]
    size = prod(abs(change) for change in changes) ** (1 / len(changes))
    return float(size if min(changes) > 0 else -size) if size else 0.0


@dataclass(frozen=True, slots=True)
class Decoupling:
    """Tapio elasticity e = (ΔC/C0)/(ΔG/G0) and the name of its state; None with a reason where undefined."""

    elasticity: float | None
    state: Text
    defined: bool = True


UNCHANGED = 1e-9
"""Relative change of the economy below which the elasticity is undefined."""


def tapio(c0: float, c1: float, g0: float, g1: float) -> Decoupling:
    """Decoupling of emissions from a constant-price economy: eight states after Tapio (2005).

    `InvalidInput` where C0 or G0 is not above 0.
    """
    if not (c0 > 0 and g0 > 0):
        raise InvalidInput(
            Fault(
                "tapio.base",
                Text("基期值须大于 0", "the values of the base period must be above 0"),
                value=f"{c0}, {g0}",
            )
        )
    emissions, growth = (c1 - c0) / c0, (g1 - g0) / g0
    if abs(growth) < UNCHANGED:
        return Decoupling(
            None, Text("无定义：经济总量没有变化", "undefined: the economy did not change"), defined=False
        )
    elasticity = emissions / growth
    names = _EXPANSION if growth > 0 else _RECESSION
    return Decoupling(elasticity, next(name for upper, name in names if round(elasticity, 12) < upper))


_EXPANSION = (
    (0.0, Text("强脱钩", "strong decoupling")),
    (0.8, Text("弱脱钩", "weak decoupling")),
    (1.2 + 1e-11, Text("扩张连结", "expansive coupling")),
    (float("inf"), Text("扩张负脱钩", "expansive negative decoupling")),
)
_RECESSION = (
    (0.0, Text("强负脱钩", "strong negative decoupling")),
    (0.8, Text("弱负脱钩", "weak negative decoupling")),
    (1.2 + 1e-11, Text("衰退连结", "recessive coupling")),
    (float("inf"), Text("衰退脱钩", "recessive decoupling")),
)
