"""Premature deaths avoided by cleaner air: the GEMM response with its uncertainty, and what they are worth.

Burnett et al. 2018 (GEMM). Two counts are in use and differ by tens of per cent: both are given, each by
its name.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import exp, log

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.text import Text

COUNTERFACTUAL = 2.4
"""µg/m³ of PM2.5 below which GEMM sees no effect."""

NORMAL_95 = 1.959963984540054
"""97.5 % point of the normal distribution."""

ALL_CAUSES = "ncd_lri"
"""The cause that already holds all the single ones."""


@dataclass(frozen=True, slots=True)
class Response:
    """A GEMM curve: hazard ratio against annual PM2.5. `theta_se` is None where the source gives none."""

    cause: str
    label: Text
    ages: str
    theta: float
    theta_se: float | None
    alpha: float
    mu: float
    nu: float
    status: str
    source: str

    def hazard_ratio(self, concentration: float, *, theta: float | None = None) -> float:
        """HR = exp{θ ln(z/α + 1) / (1 + exp[−(z − µ)/ν])}, z = max(0, C − 2.4)."""
        z = max(0.0, concentration - COUNTERFACTUAL)
        slope = self.theta if theta is None else theta
        return exp(slope * log(z / self.alpha + 1) / (1 + exp(-(z - self.mu) / self.nu)))

    def thetas(self) -> tuple[float, float, float] | None:
        """θ with the ends of its 95 % interval; None where no standard error is known."""
        if self.theta_se is None:
            return None
        half = NORMAL_95 * self.theta_se
        return (self.theta - half, self.theta, self.theta + half)


@cache
def responses() -> dict[str, Response]:
    """The curves that ship, by cause."""
    return {
        row["cause"]: Response(
            row["cause"],
            Text(row["name_zh"], row["name_en"]),
            row["ages"],
            float(row["theta"]),
            float(row["theta_se"]) if row["theta_se"] else None,
            float(row["alpha"]),
            float(row["mu"]),
            float(row["nu"]),
            row["status"],
            row["source"],
        )
        for row in _rows("gemm.csv")
    }


@cache
def age_responses() -> dict[tuple[str, str], Response]:
    """The curves of age groups of five years, by cause and ages; no standard error of them is known."""
    return {
        (row["cause"], row["ages"]): replace(
            responses()[row["cause"]],
            ages=row["ages"], theta=float(row["theta"]), theta_se=None, status=row["status"], source=row["source"],
        )
        for row in _rows("gemm_ages.csv")
    }  # fmt: skip


ALL_AGES = "25+"
"""The age group of the curves that are not told apart by age."""


def response(cause: str, ages: str = ALL_AGES) -> Response:
    """A curve by cause and age group; `NotFound` lists what there is."""
    if cause not in responses():
        raise NotFound(
            Fault(
                "health.cause",
                Text("没有这一病因的曲线", "there is no curve of that cause"),
                value=cause,
                allowed=Text("{c}", "{c}").format(c=", ".join(responses())),
            )
        )
    if ages == ALL_AGES:
        return responses()[cause]
    known = [group for of, group in age_responses() if of == cause]
    if ages not in known:
        raise NotFound(
            Fault(
                "health.ages",
                Text("这一病因没有该年龄组的曲线", "the cause has no curve of that age group"),
                value=f"{cause}: {ages}",
                allowed=Text("{c}", "{c}").format(c=", ".join([ALL_AGES, *known])),
                remedy=Text(
                    "合并成 25+，或用 ihd、stroke 的五岁组",
                    "put them together as 25+, or use groups of five years of ihd or stroke",
                ),
            )
        )
    return age_responses()[cause, ages]


@dataclass(frozen=True, slots=True)
class Avoided:
    """Deaths a year that a fall in PM2.5 avoids among people of the ages of the curve.

    `avoided` is consistent with the observed mortality, Pop y (1 − RR1/RR0), and is the one for a policy;
    `burden_difference`, Pop y (AF0 − AF1), is how burdens are reported. `interval` is the 95 % range of
    `avoided` from θ, None where the curve has no standard error.
    """

    cause: str
    avoided: float
    interval: tuple[float, float] | None
    burden_difference: float
    ratio_before: float
    ratio_after: float


def avoided_deaths(
    population: float, mortality: float, before: float, after: float, *, cause: str = ALL_CAUSES, ages: str = ALL_AGES
) -> Avoided:
    """Deaths avoided when annual PM2.5 goes from `before` to `after` (µg/m³); negative where it rises.

    `population` are people of the ages of the curve, `mortality` their yearly death rate from the cause.

    Raises
    ------
    InvalidInput
        A number below 0, or a rate above 1.
    NotFound
        No curve of that cause and age group.
    """
    _require(population, mortality, before, after)
    curve = response(cause, ages)
    zero, one = curve.hazard_ratio(before), curve.hazard_ratio(after)
    deaths = population * mortality
    bounds = curve.thetas()
    interval = None
    if bounds is not None:
        ends = [
            deaths * (1 - curve.hazard_ratio(after, theta=theta) / curve.hazard_ratio(before, theta=theta))
            for theta in (bounds[0], bounds[2])
        ]
        interval = (min(ends), max(ends))
    return Avoided(cause, deaths * (1 - one / zero), interval, deaths * (1 / one - 1 / zero), zero, one)


def _require(population: float, mortality: float, before: float, after: float) -> None:
    faults = [
        Fault(
            "health.value",
            Text("{n} 须是不小于 0 的数", "{n} must be a number not below 0").format(n=name),
            value=str(value),
        )
        for name, value in (("population", population), ("mortality", mortality), ("before", before), ("after", after))
        if not value >= 0
    ]
    if mortality > 1:
        faults.append(
            Fault(
                "health.rate",
                Text("死亡率是每人每年的比率，不大于 1", "mortality is per person and year, not above 1"),
                value=str(mortality),
            )
        )
    if faults:
        raise InvalidInput(*faults)


def total_interval(found: Iterable[Avoided]) -> tuple[float, float] | None:
    """95 % range of the sum of `found`; None where one of them has none.

    Places share the curve of a cause, so their errors move together and add; causes were fitted apart, so
    theirs add in squares.
    """
    by_cause: dict[str, list[float]] = {}
    total = 0.0
    for one in found:
        if one.interval is None:
            return None
        total += one.avoided
        halves = by_cause.setdefault(one.cause, [0.0, 0.0])
        halves[0] += one.avoided - one.interval[0]
        halves[1] += one.interval[1] - one.avoided
    below, above = (sum(halves[side] ** 2 for halves in by_cause.values()) ** 0.5 for side in (0, 1))
    return (total - below, total + above)


def require_disjoint(causes: Iterable[str]) -> None:
    """Raise `InvalidInput` where a cause is asked for beside the one that already holds it."""
    asked = set(causes)
    if ALL_CAUSES in asked and len(asked) > 1:
        raise InvalidInput(
            Fault(
                "health.causes_overlap",
                Text("NCD+LRI 已含各单一病因，不能相加", "NCD+LRI holds the single causes: they are not added to it"),
                value=", ".join(sorted(asked)),
                remedy=Text("只算 ncd_lri，或只算单一病因", "take ncd_lri alone, or the single causes alone"),
            )
        )


def require_ages_apart(ages: Iterable[str]) -> None:
    """Raise `InvalidInput` where an age group stands beside all adults, who hold it."""
    asked = set(ages)
    if ALL_AGES in asked and len(asked) > 1:
        raise InvalidInput(
            Fault(
                "health.ages_overlap",
                Text("25+ 已含各年龄组，不能相加", "25+ holds the age groups: they are not added to it"),
                value=", ".join(sorted(asked)),
                remedy=Text("只用 25+，或只用各年龄组", "take 25+ alone, or the age groups alone"),
            )
        )


@dataclass(frozen=True, slots=True)
class LifeValue:
    """A value of a statistical life in CNY of a price year."""

    level: str
    value: float
    price_year: int
    status: str
    source: str


@cache
def life_values() -> tuple[LifeValue, ...]:
    """Low, central and high value; benefits are shown under all three, and never with carbon merged in."""
    return tuple(
        LifeValue(row["level"], float(row["value_CNY"]), int(row["price_year"]), row["status"], row["source"])
        for row in _rows("statistical_life.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = files("cocontrol.air").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
