"""Stock change on converted land and of forests: IPCC 2006 Guidelines, Vol. 4, Ch. 2; provincial guide 2011, ch. 4.

Sign: carbon gained by the land is a removal, negative CO2; carbon lost is an emission, positive CO2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cocontrol.core.errors import Level
from cocontrol.core.parameters import NATIONAL
from cocontrol.core.text import Text
from cocontrol.inventory.derivation import Term, attempt, constant, derived, of_factor, of_input
from cocontrol.inventory.findings import Finding
from cocontrol.inventory.gas_coefficients import CO2_PER_CARBON
from cocontrol.inventory.land_use.tables import LAND_CATEGORIES
from cocontrol.inventory.lineage import Derived, not_estimated
from cocontrol.reference.agriculture_land_waste import Ask, find_factor

SOIL_TRANSITION_YEARS = 20
"""Years in which the carbon of soil moves from one equilibrium to the next (Vol. 4, Ch. 2, Eq. 2.25, default of D)."""

AREA_TOLERANCE = 1e-6
"""Relative gap between the sums of a matrix and the areas that counts as rounding."""


@dataclass(frozen=True, slots=True)
class Change:
    """Area (ha) that went from one category to another after the end of `start` and until the end of `end`."""

    adcode: str
    start: int
    end: int
    before: str
    after: str
    area_ha: float | None
    origin: str

    @property
    def per_year(self) -> float | None:
        """Area that changes in each year of the interval; all years alike."""
        return None if self.area_ha is None else self.area_ha / (self.end - self.start)

    def years_within(self, first: int, last: int) -> int:
        """How many years of the interval lie in `first` … `last`."""
        return max(0, min(self.end, last) - max(self.start + 1, first) + 1)


@dataclass(frozen=True, slots=True)
class Stock:
    """Carbon (t/ha) of a pool of a category; `origin` is its cell."""

    carbon_t_per_ha: float | None
    origin: str


def area_in_transition(change: Change, year: int, years: int) -> float | None:
    """Area (ha) of a change that counts in `year`: what changed in the last `years` years up to it.

    With `years` = 1 this is the area that changes in the year itself.
    """
    per_year = change.per_year
    return None if per_year is None else per_year * change.years_within(year - years + 1, year)


def conversion_factor(before: Stock | None, after: Stock | None, years: int) -> Derived:
    """t CO2 per ha in transition and year: −(C_after − C_before) / years · 44/12 (Eq. 2.15, 2.16, 2.25).

    A pool without a stock on either side is not estimated: no carbon is not the same as not measured.
    """
    if before is None or after is None or before.carbon_t_per_ha is None or after.carbon_t_per_ha is None:
        return not_estimated(_NO_STOCK)
    lost = (before.carbon_t_per_ha - after.carbon_t_per_ha) / years
    return derived(
        lost * CO2_PER_CARBON,
        "(stock_before − stock_after) / transition_years × 44/12",
        of_input("stock_before", before.carbon_t_per_ha, "t*C/hectare", before.origin),
        of_input("stock_after", after.carbon_t_per_ha, "t*C/hectare", after.origin),
        constant("transition_years", float(years), "year", "IPCC 2006 Guidelines", "Vol. 4, Ch. 2, Eq. 2.25"),
        carbon_ratio(),
    )


def check_areas(changes: Iterable[Change], areas: Mapping[tuple[str, int, str], float]) -> list[Finding]:
    """What does not add up in a matrix: row sums against areas at the start, column sums against areas at the end.

    `areas` is keyed (adcode, year, category). A matrix for which an area is not given is reported as not checked.
    """
    sums: dict[tuple[str, int, str], list[float]] = {}
    for change in changes:
        if change.area_ha is not None:
            sums.setdefault((change.adcode, change.start, change.before), []).append(change.area_ha)
            sums.setdefault((change.adcode, change.end, change.after), []).append(change.area_ha)
    held = [(key, math.fsum(parts)) for key, parts in sums.items()]
    known = {key[:2] for key in areas}
    places = sorted({key[:2] for key in sums})
    made = [_unchecked(place) for place in places if place not in known]
    complete = {key: found for key, found in held if key[:2] in known}
    complete |= {key: 0.0 for key in areas if key[:2] in set(places) and key not in complete}
    for key, found in complete.items():
        expected = areas.get(key, 0.0)
        if abs(found - expected) > AREA_TOLERANCE * max(abs(found), abs(expected)):
            made.append(_area_gap(key, expected, found))
    return made


def _area_gap(key: tuple[str, int, str], expected: float, found: float) -> Finding:
    message = Text(
        "转移矩阵之和与 {y} 年{c}面积不符", "the sum of the matrix differs from the area of {c} in {y}"
    ).format(y=key[1], c=LAND_CATEGORIES[key[2]])
    subject = "/".join(str(part) for part in key)
    return Finding("land_use.area", Level.HIGH, subject, expected, found, "ha", message, ())


def _unchecked(place: tuple[str, int]) -> Finding:
    message = Text("没有 {y} 年末的土地面积，转移矩阵未核对", "no areas of {y}: the matrix is not checked").format(
        y=place[1]
    )
    return Finding("land_use.area_unchecked", Level.LOW, f"{place[0]}/{place[1]}", None, None, "ha", message, ())


@dataclass(frozen=True, slots=True)
class Forest:
    """What the table gives of a type of forest; None is not given."""

    forest_type: str
    wood_density: float | None
    biomass_expansion: float | None
    biomass_per_ha: float | None
    carbon_fraction: float | None
    origin: str


def stem_carbon_dioxide(forest: Forest, ask: Ask) -> Derived:
    """t CO2 held in 1 m³ of growing stock: SVD · BEF · CF · 44/12 (provincial guide 2011, ch. 4; IPCC Eq. 2.8)."""

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        density = _forest_term("wood_density", forest.wood_density, "t/m^3", "basic_wood_density", forest, ask)
        expansion = _forest_term(
            "biomass_expansion", forest.biomass_expansion, "1", "biomass_expansion_whole", forest, ask
        )
        return _times_carbon("wood_density × biomass_expansion", [density, expansion], forest, ask)

    return attempt(make)


def stand_carbon_dioxide(forest: Forest, ask: Ask) -> Derived:
    """t CO2 held in the biomass of 1 ha of bamboo, economic forest or shrub: B · CF · 44/12."""

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        biomass = _forest_term(
            "biomass_per_ha", forest.biomass_per_ha, "t/hectare", "biomass_per_ha_whole", forest, ask
        )
        return _times_carbon("biomass_per_ha", [biomass], forest, ask)

    return attempt(make)


def opposite(one: Derived) -> Derived:
    """The same carbon going the other way: growth takes up what consumption gives off."""
    if one.value is None:
        return one
    return Derived(-one.value, f"−({one.formula})", one.inputs, one.stage, one.notation, one.remark)


def carbon_ratio() -> Term:
    """44/12, mass of CO2 per mass of carbon."""
    return constant("molar_ratio", CO2_PER_CARBON, "t*CO2/t*C", "IPCC 2006 Guidelines", "Vol. 4, Ch. 2")


def _times_carbon(formula: str, terms: list[Term], forest: Forest, ask: Ask) -> Derived:
    given = forest.carbon_fraction
    if given is not None:
        carbon = of_input("carbon_fraction", given, "t*C/t", forest.origin)
    else:
        carbon = of_factor(
            "carbon_fraction", find_factor(ask, "forest_biomass", "carbon_fraction", topic="land_use"), "t*C/t"
        )
    every = [*terms, carbon, carbon_ratio()]
    national = any(term.entry.get("national_mean") for term in terms)
    value = math.prod(term.value for term in every)
    return derived(value, f"{formula} × carbon_fraction × 44/12", *every, remark=_NATIONAL if national else None)


def _forest_term(role: str, given: float | None, unit: str, parameter: str, forest: Forest, ask: Ask) -> Term:
    if given is not None:
        return of_input(role, given, unit, forest.origin)
    factor = find_factor(ask, "forest_biomass", parameter, topic="land_use", item=forest.forest_type)
    term = of_factor(role, factor, unit)
    national = factor.jurisdiction == NATIONAL and ask.jurisdiction != NATIONAL
    return Term(term.value, {**term.entry, "national_mean": True}) if national else term


_NO_STOCK = Text("该碳库没有单位面积碳储量", "no carbon stock is given for the pool")
_NATIONAL = Text(
    "取全国平均值；指南另有分省值，未能查得", "national mean; the guide has provincial values that were not at hand"
)
