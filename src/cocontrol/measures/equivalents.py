"""Weights that put pollutants and carbon dioxide on one scale, each set with its name and its source.

There is no official scale. Under the tax form a tonne of SO2 is the unit: w_p = V_SO2 / V_p with the
equivalent values V (kg) of the Environmental Protection Tax Law, and w_CO2 = P / (1000 τ / V_SO2), so the
weight of carbon moves with the tax rate τ and the carbon price P: no result is shown under one set alone.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.text import Text

REFERENCE = "SO2"
GREENHOUSE = "CO2"
"""Key of the weight of one tonne of CO2e."""


@dataclass(frozen=True, slots=True)
class WeightSet:
    """A named scale.

    `weights` gives t of the reference pollutant (SO2) per t of each air pollutant; `carbon` the same per t
    CO2e (None: the set has no weight for carbon). `price` is CNY per t of the reference, None where the set
    has none: net benefits are then not stated.
    """

    name: str
    label: Text
    weights: Mapping[str, float]
    carbon: float | None
    price: float | None
    status: str
    source: Text

    def __post_init__(self) -> None:
        faults = [*_negative(self), *_parts_counted_twice(self)]
        if faults:
            raise InvalidInput(*faults)


def _negative(given: WeightSet) -> list[Fault]:
    weights = {**given.weights, GREENHOUSE: given.carbon}
    return [
        Fault("weights.negative", Text("权重不能为负", "a weight cannot be negative"), value=f"{name} = {value}")
        for name, value in weights.items()
        if value is not None and not value >= 0
    ]


_PARTS = {"PM10": ("PM", "TSP"), "PM": ("TSP",), "dust": ("TSP",)}
"""Wholes of particulate matter beyond those of `core.pollutants`: smoke dust (PM) and fugitive dust are total particulates."""


def _wholes(name: str) -> set[str]:
    """Everything that a pollutant is part of, at any depth."""
    above = {pollutant.code: pollutant.part_of for pollutant in POLLUTANTS}.get(name)
    direct = {*_PARTS.get(name, ()), *([above] if above else [])}
    return direct.union(*(_wholes(whole) for whole in direct))


def _parts_counted_twice(given: WeightSet) -> list[Fault]:
    """PM2.5 is part of PM10, PM10 of TSP, BC of PM2.5: a set that weighs both counts the part twice."""
    return [
        Fault(
            "weights.parent_and_part",
            Text("{n} 是 {p} 的一部分，不能同时加权", "{n} is part of {p}: not both may be weighed").format(
                n=name, p=whole
            ),
            value=f"{name}, {whole}",
            remedy=Text("只保留其中一个", "keep one of them"),
        )
        for name in given.weights
        for whole in sorted(_wholes(name) & set(given.weights))
    ]


@cache
def tax_equivalents() -> dict[str, tuple[float, str]]:
    """Equivalent value in kg and its status by pollutant (Environmental Protection Tax Law, annexed table 2)."""
    return {row["pollutant"]: (float(row["kg_per_equivalent"]), row["status"]) for row in _rows("tax_equivalents.csv")}


def tax_weight_set(
    tax_rate: float, carbon_price: float, *, name: str = "tax", label: Text | None = None, source: Text | None = None
) -> WeightSet:
    """The scale of the environmental protection tax.

    `tax_rate` in CNY per equivalent, `carbon_price` in CNY per t CO2e, both above 0. The price of a
    reference tonne is 1000 τ / V_SO2.
    """
    if not (tax_rate > 0 and carbon_price >= 0):
        raise InvalidInput(
            Fault(
                "weights.tax",
                Text("税额须大于 0，碳价不得为负", "the tax rate must be above 0 and the carbon price not below 0"),
                value=f"{tax_rate}, {carbon_price}",
            )
        )
    known = tax_equivalents()
    reference = known[REFERENCE][0]
    price = 1000 * tax_rate / reference
    return WeightSet(
        name,
        label
        or Text("环境保护税 {t} 元/当量、碳价 {p} 元/吨", "tax {t} CNY per equivalent, carbon {p} CNY/t").format(
            t=tax_rate, p=carbon_price
        ),
        {pollutant: reference / value for pollutant, (value, _) in known.items()},
        carbon_price / price,
        price,
        "recalled" if any(status == "recalled" for _, status in known.values()) else "verified",
        source
        or Text(
            "环境保护税法 附表二；税额与碳价由使用者给出",
            "Environmental Protection Tax Law, table 2; rate and price as given",
        ),
    )


def own_weight_set(weights: Mapping[str, float], *, price: float | None = None, name: str = "own") -> WeightSet:
    """A scale that the user gives: t of the reference per t of each pollutant, ``CO2`` for a tonne of CO2e."""
    air = {pollutant: value for pollutant, value in weights.items() if pollutant not in {GREENHOUSE, "CO2e"}}
    carbon = weights.get(GREENHOUSE, weights.get("CO2e"))
    words = Text("使用者给出的权重", "weights given by the user")
    return WeightSet(name, words, air, carbon, price, "declared", words)


@cache
def presets() -> dict[str, WeightSet]:
    """The sets that ship with the library, by name, the first being the one shown first."""
    return {
        row["name"]: tax_weight_set(
            float(row["tax_rate_CNY_per_equivalent"]),
            float(row["carbon_price_CNY_per_t"]),
            name=row["name"],
            label=Text(row["label_zh"], row["label_en"]),
            source=Text(row["source_zh"], row["source_en"]),
        )
        for row in _rows("weight_presets.csv")
    }


def preset(name: str) -> WeightSet:
    """A set by name; `NotFound` lists them."""
    if name not in presets():
        raise NotFound(
            Fault(
                "weights.unknown",
                Text("没有这组权重", "there is no such set of weights"),
                value=name,
                allowed=Text("{n}", "{n}").format(n=", ".join(presets())),
            )
        )
    return presets()[name]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("cocontrol.measures").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
