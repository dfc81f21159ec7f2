"""Co-control metrics of measures: quadrant, cross-elasticity, equivalents, unit cost, net benefit, layers.

Framework of Mao Xianqiang et al. (2011–2012; Tangshan 2020). Two defects of ratios are guarded against: a
measure of negative cost is never ranked by cost per tonne (Taylor 2012), and one that does not reduce is
never given a unit cost at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cocontrol.core.pollutants import printed
from cocontrol.core.text import Text
from cocontrol.measures.equivalents import WeightSet


class Quadrant(StrEnum):
    """Where a measure lies: air-pollutant reduction to the right, greenhouse-gas reduction upwards."""

    ONE = "I"
    TWO = "II"
    THREE = "III"
    FOUR = "IV"
    AXIS = "axis"

    @property
    def label(self) -> Text:
        """In plain words."""
        return _QUADRANTS[self]

    @property
    def short(self) -> Text:
        """In four Chinese characters, as the plane is labelled."""
        return _SHORT[self]

    @property
    def advice(self) -> Text:
        """What it means for somebody who chooses among measures."""
        return _ADVICE[self]


_QUADRANTS = {
    Quadrant.ONE: Text("协同：两者都减", "synergy: both fall"),
    Quadrant.TWO: Text("温室气体减、污染物增", "greenhouse gases fall, the pollutant rises"),
    Quadrant.THREE: Text("两者都增", "both rise"),
    Quadrant.FOUR: Text("污染物减、温室气体增", "the pollutant falls, greenhouse gases rise"),
    Quadrant.AXIS: Text("在轴上：对其中一方没有影响", "on an axis: one of them does not change"),
}

_SHORT = {
    Quadrant.ONE: Text("减污降碳", "less of both"),
    Quadrant.TWO: Text("增污降碳", "less carbon, more pollution"),
    Quadrant.THREE: Text("增污增碳", "more of both"),
    Quadrant.FOUR: Text("减污增碳", "less pollution, more carbon"),
    Quadrant.AXIS: Text("至多动一样", "at most one changes"),
}

_ADVICE = {
    Quadrant.ONE: Text("两样都减，先从这里选", "both fall: choose here first"),
    Quadrant.TWO: Text(
        "降了碳，污染物却多了，要同时配治理", "carbon falls, the pollutant rises: needs a device as well"
    ),
    Quadrant.THREE: Text("两样都多了，先看表中的原因", "both rise: see the reason in the table first"),
    Quadrant.FOUR: Text(
        "减了污染物，却因用电、药剂或多烧燃料多排温室气体，末端治理多在这里",
        "the pollutant falls, but electricity, reagents or fuel add greenhouse gases: typical for devices at the end of pipe",
    ),
    Quadrant.AXIS: Text("至少有一样不变", "one of them at least stays"),
}


def quadrant(air: float, greenhouse: float) -> Quadrant:
    """The quadrant of a pair of reductions (negative: an increase)."""
    if air == 0 or greenhouse == 0:
        return Quadrant.AXIS
    if greenhouse > 0:
        return Quadrant.ONE if air > 0 else Quadrant.TWO
    return Quadrant.FOUR if air > 0 else Quadrant.THREE


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure does in a year.

    `reductions` in t by pollutant, negative for an increase, None where nobody knows; `greenhouse` the
    reduction in t CO2e (of CO2 alone where no other gas is given: `greenhouse_name` says which); `cost` the net annual
    cost in CNY, None where unknown.
    """

    name: str
    reductions: Mapping[str, float | None]
    greenhouse: float | None
    cost: float | None
    greenhouse_name: str = "CO2"


@dataclass(frozen=True, slots=True)
class Baseline:
    """Emissions in t before any measure, of one scope for pollutants and greenhouse gases alike."""

    emissions: Mapping[str, float]
    greenhouse: float | None


@dataclass(frozen=True, slots=True)
class Elasticity:
    """(ΔE_j / E_j) / (ΔE_k / E_k), never without its quadrant: (+,+) and (−,−) give the same sign."""

    numerator: str
    denominator: str
    value: float | None
    quadrant: Quadrant | None
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class PollutantCost:
    """C / ΔE_p in CNY/t with the whole cost charged to one pollutant; None with a reason where it does not fall.

    Joint products: these figures of one measure must not be added up.
    """

    pollutant: str
    value: float | None
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The metrics of one measure under one set of weights; what cannot be stated is None with a reason.

    `air_equivalent` (LAPeq), `greenhouse_equivalent` (GHGeq) and `equivalent` (IAPeq, their sum) in t of the
    reference pollutant; `greenhouse` is the reduction in t CO2e, the upward coordinate. `group` is ``no_regret`` (saves money, ranked by layers), ``costed`` (ranked by unit
    cost) or ``not_ranked``; `rank` counts from 1, equal within a layer.
    """

    measure: str
    quadrant: Quadrant | None
    elasticities: tuple[Elasticity, ...]
    air_equivalent: float | None
    greenhouse_equivalent: float | None
    equivalent: float | None
    unit_cost: float | None
    net_benefit: float | None
    group: str
    pareto_layer: int | None
    rank: int | None
    reasons: tuple[Text, ...]
    greenhouse: float | None = None
    pollutant_costs: tuple[PollutantCost, ...] = ()


_NO_COST = Text("费用缺失", "the cost is missing")
_NO_REDUCTION = Text("减排量缺失", "a reduction is missing")

AIR = "LAPeq"
"""Name of the weighted sum of air pollutants where it stands as a numerator."""


def evaluate(measures: Sequence[Measure], weights: WeightSet, baseline: Baseline | None = None) -> list[Evaluation]:
    """The metrics of every measure, in the order given.

    LAPeq = Σ_air w_p ΔE_p; GHGeq = w_CO2 ΔGHG; IAPeq = LAPeq + GHGeq; unit cost C / IAPeq only where
    IAPeq > 0; net benefit Π IAPeq − C with Π the price of an equivalent. Measures that cost less than
    nothing are put in Pareto layers (more reduction, more saving) and come first; the others follow by
    ascending unit cost.
    """
    made = [_evaluate(measure, weights, baseline) for measure in measures]
    layers = pareto_layers(
        {
            index: (found.equivalent, -cost)
            for index, (found, cost) in enumerate(zip(made, (m.cost for m in measures), strict=True))
            if found.group == "no_regret" and found.equivalent is not None and cost is not None
        }
    )
    deepest = max(layers.values(), default=0)
    costed = sorted({e.unit_cost for e in made if e.group == "costed" and e.unit_cost is not None})
    return [_ranked(found, layers.get(index), deepest, costed) for index, found in enumerate(made)]


def _ranked(found: Evaluation, layer: int | None, deepest: int, costed: list[float]) -> Evaluation:
    if layer is not None:
        return replace(found, pareto_layer=layer, rank=layer)
    if found.group == "costed" and found.unit_cost is not None:
        return replace(found, rank=deepest + 1 + costed.index(found.unit_cost))
    return found


def pareto_layers(points: Mapping[int, tuple[float, float]]) -> dict[int, int]:
    """Layer of every point, 1 for those that none beats; a point beats another when it is nowhere worse and once better."""
    left, layers, layer = dict(points), {}, 0
    while left:
        layer += 1
        front = [key for key, point in left.items() if not any(_beats(other, point) for other in left.values())]
        layers.update(dict.fromkeys(front, layer))
        left = {key: point for key, point in left.items() if key not in front}
    return layers


def _beats(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[0] >= b[0] and a[1] >= b[1] and a != b


def _evaluate(measure: Measure, weights: WeightSet, baseline: Baseline | None) -> Evaluation:
    reasons: list[Text] = []
    air = _air_equivalent(measure.reductions, weights, reasons)
    greenhouse = _greenhouse_equivalent(measure, weights, reasons)
    equivalent = None if air is None or greenhouse is None else air + greenhouse
    group, unit_cost = _unit_cost(measure.cost, equivalent, reasons)
    benefit = None
    if equivalent is not None and measure.cost is not None and weights.price is not None:
        benefit = weights.price * equivalent - measure.cost
    where = None if air is None or measure.greenhouse is None else quadrant(air, measure.greenhouse)
    return Evaluation(
        measure.name,
        where,
        tuple(_elasticities(measure, weights, baseline, air)),
        air,
        greenhouse,
        equivalent,
        unit_cost,
        benefit,
        group,
        None,
        None,
        tuple(reasons),
        measure.greenhouse,
        tuple(_pollutant_costs(measure)),
    )


def _pollutant_costs(measure: Measure) -> list[PollutantCost]:
    amounts = {**measure.reductions, measure.greenhouse_name: measure.greenhouse}
    return [_pollutant_cost(name, amount, measure.cost) for name, amount in amounts.items()]


def _pollutant_cost(name: str, amount: float | None, cost: float | None) -> PollutantCost:
    if amount is None or cost is None:
        return PollutantCost(name, None, _NO_COST if cost is None else _NO_REDUCTION)
    if amount <= 0:
        return PollutantCost(name, None, Text("没有减排，不计单位成本", "no reduction, hence no unit cost"))
    saves = Text("净费用为负：不用于排序", "it saves money: not for ranking") if cost < 0 else None
    return PollutantCost(name, cost / amount, saves)


def _air_equivalent(amounts: Mapping[str, float | None], weights: WeightSet, reasons: list[Text]) -> float | None:
    """Σ w_p ΔE_p over the weighted pollutants; unknown where one of them is unknown, or none is given."""
    weighed = {name: amount for name, amount in amounts.items() if name in weights.weights}
    missing = [name for name, amount in weighed.items() if amount is None]
    if missing:
        reasons.append(
            Text("{n} 的减排量缺失", "the reduction of {n} is missing").format(n=", ".join(map(printed, missing)))
        )
        return None
    if unweighted := [name for name in amounts if name not in weights.weights]:
        reasons.append(
            _with_label(
                Text("权重「{s}」没有 {n}，未计入当量", "no weight in “{s}”, not in the equivalents: {n}"),
                weights,
                n=", ".join(map(printed, unweighted)),
            )
        )
    if not weighed:
        return None
    return sum(weights.weights[name] * amount for name, amount in weighed.items() if amount is not None)


def _with_label(words: Text, weights: WeightSet, **more: str) -> Text:
    """The words with the name of the weights in each language."""
    return Text(words.zh.format(s=weights.label.zh, **more), words.en.format(s=weights.label.en, **more))


def _greenhouse_equivalent(measure: Measure, weights: WeightSet, reasons: list[Text]) -> float | None:
    if measure.greenhouse is None:
        reasons.append(Text("温室气体减排量缺失", "the greenhouse-gas reduction is missing"))
        return None
    if weights.carbon is None:
        reasons.append(_with_label(Text("权重「{s}」没有碳的权重", "“{s}” has no weight for carbon"), weights))
        return None
    return weights.carbon * measure.greenhouse


def _unit_cost(cost: float | None, equivalent: float | None, reasons: list[Text]) -> tuple[str, float | None]:
    if cost is None or equivalent is None:
        if cost is None:
            reasons.append(_NO_COST)
        return "not_ranked", None
    if equivalent <= 0:
        reasons.append(
            Text(
                "综合当量（IAPeq）不大于 0：没有净减排，不计单位成本",
                "the combined equivalents (IAPeq) are not above 0: no net reduction, hence no unit cost",
            )
        )
        return "not_ranked", None
    if cost < 0:
        reasons.append(
            Text(
                "净费用为负：单位成本不用于排序，按帕累托分层",
                "it saves money: ranked in Pareto layers, not by its cost per tonne",
            )
        )
        return "no_regret", cost / equivalent
    return "costed", cost / equivalent


def _elasticities(
    measure: Measure, weights: WeightSet, baseline: Baseline | None, air: float | None
) -> list[Elasticity]:
    pairs = [
        (name, amount, None if baseline is None else baseline.emissions.get(name))
        for name, amount in measure.reductions.items()
    ]
    whole = None
    if baseline is not None and all(n in baseline.emissions for n in measure.reductions if n in weights.weights):
        whole = sum(weights.weights[n] * baseline.emissions[n] for n in measure.reductions if n in weights.weights)
    base = None if baseline is None else baseline.greenhouse
    return [
        _elasticity((name, measure.greenhouse_name), amount, before, measure.greenhouse, base)
        for name, amount, before in [*pairs, (AIR, air, whole)]
    ]


def _elasticity(
    names: tuple[str, str], amount: float | None, before: float | None, greenhouse: float | None, base: float | None
) -> Elasticity:
    where = None if amount is None or greenhouse is None else quadrant(amount, greenhouse)
    reason = None
    if amount is None or greenhouse is None:
        reason = _NO_REDUCTION
    elif not before or not base:
        reason = Text("没有同一范围的基准排放", "there is no baseline emission of the same scope")
    elif greenhouse == 0:
        reason = Text("对温室气体没有影响", "no effect on greenhouse gases")
    if reason is not None or amount is None or greenhouse is None or not before or not base:
        return Elasticity(*names, None, where, reason)
    if amount == 0:
        return Elasticity(*names, 0.0, where, Text("对该污染物没有影响", "no effect on the pollutant"))
    return Elasticity(*names, (amount / before) / (greenhouse / base), where)
