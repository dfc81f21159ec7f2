"""The scenario file: drivers, sectors, changes over time, policies, targets and how uncertainty is drawn."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Location
from cocontrol.core.settings_faults import bilingual_error, key_faults, syntax_fault
from cocontrol.core.text import Text

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Year = Annotated[int, Field(ge=1949, le=2150)]
Variable = Literal["activity", "intensity", "share", "factor", "removal"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True)


class Uncertain(_Part):
    """A value, or a triangle ``low, mode, high`` around its mode."""

    value: float | None = None
    low: float | None = None
    mode: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Uncertain:
        corners = (self.low, self.mode, self.high)
        if (self.value is None) == all(corner is None for corner in corners):
            raise bilingual_error("给 value，或给 low、mode、high", "give value, or low, mode and high")
        if self.value is None:
            if self.low is None or self.mode is None or self.high is None:
                raise bilingual_error("low、mode、high 要一起给", "give low, mode and high together")
            if not self.low <= self.mode <= self.high:
                raise bilingual_error("须 low ≤ mode ≤ high", "low ≤ mode ≤ high is needed")
        elif any(corner is not None for corner in corners):
            raise bilingual_error("value 与 low、mode、high 不能同时给", "give value, or low, mode and high, not both")
        return self

    @property
    def corners(self) -> tuple[float, float, float]:
        """(low, mode, high); three times the value where it is certain."""
        stated = 0.0 if self.value is None else self.value
        low, mode, high = (stated if corner is None else corner for corner in (self.low, self.mode, self.high))
        return (low, mode, high)


class Head(_Part):
    """``[scenario]``: its name, where, from when to when; `units` by pollutant are those of the results."""

    name: Name
    title_zh: Name | None = None
    title_en: Name | None = None
    region: Name = "China"
    region_code: str = ""
    model: Name = "Cocontrol"
    base_year: Year
    end_year: Year
    units: dict[str, str] = Field(default_factory=dict)
    source: str | None = None
    synthetic: bool = False


class Sampling(_Part):
    """``[sampling]``: the design must be named, for it changes P(peak ≤ Y) by tens of points.

    ``per_period``: one draw for each stated value, kept while it holds. ``per_year``: an independent draw
    each year, which averages out.
    """

    draws: Annotated[int, Field(ge=1, le=1_000_000)]
    seed: Annotated[int, Field(ge=0)] = 1
    design: Literal["per_period", "per_year"]


class Rate(Uncertain):
    """A yearly growth in per cent, from one year to another (both included), of a driver or a sector's variable."""

    from_year: Year = Field(alias="from")
    to_year: Year = Field(alias="to")


class Driver(_Part):
    """``[[driver]]``: one factor of the Kaya identity and its growth."""

    name: Name
    rate: Annotated[list[Rate], Field(min_length=1)]


class Base(_Part):
    """``[base]``: the emission that the drivers move (top-down scenario)."""

    pollutant: Name = "CO2"
    value: Annotated[float, Field(gt=0)]


class Fuel(_Part):
    """``[[sector.fuel]]``: its share of the sector's energy, tonnes per unit by pollutant, and removal by pollutant."""

    id: Name
    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    factors: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    removal: dict[str, Annotated[float, Field(le=1)]] = Field(default_factory=dict)


class Sector(_Part):
    """``[[sector]]``: activity × intensity × Σ share × factor × (1 − removal).

    One that `produces` a fuel (power, heat) has no activity of its own: it makes what the others use, and
    `loss` of it on the way. `balance` names the fuel that takes what the other shares leave.
    """

    id: Name
    title_zh: Name | None = None
    title_en: Name | None = None
    activity: Annotated[float, Field(ge=0)] | None = None
    activity_unit: str = ""
    intensity: Annotated[float, Field(ge=0)] = 1.0
    produces: Name | None = None
    loss: Annotated[float, Field(ge=0, lt=1)] = 0.0
    balance: Name | None = None
    fuel: Annotated[list[Fuel], Field(min_length=1)]


class Change(Uncertain):
    """``[[change]]``: a variable of a sector reaches a value in `year`, or grows by per cent a year `from`–`to`."""

    sector: Name
    variable: Variable
    fuel: Name | None = None
    pollutant: Name | None = None
    year: Year | None = None
    from_year: Year | None = Field(default=None, alias="from")
    to_year: Year | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _one_time(self) -> Change:
        if (self.year is None) == (self.from_year is None or self.to_year is None):
            raise bilingual_error(
                "给 year（该年取值），或给 from 与 to（年增速，%）",
                "give year (the value then), or from and to (growth in per cent a year)",
            )
        return self

    @property
    def target(self) -> tuple[str, Variable, str | None, str | None]:
        """What is changed: sector, variable, fuel, pollutant."""
        return (self.sector, self.variable, self.fuel, self.pollutant)


class Effect(Uncertain):
    """``[[policy.effect]]``: a multiplier, phased in evenly from `from` to `full` (for a removal: of 1 − removal)."""

    sector: Name
    variable: Variable
    fuel: Name | None = None
    pollutant: Name | None = None
    from_year: Year = Field(alias="from")
    full: Year


class Policy(_Part):
    """``[[policy]]``: a named set of effects that can be switched off as a whole."""

    id: Name
    title_zh: Name | None = None
    title_en: Name | None = None
    on: bool = True
    effect: Annotated[list[Effect], Field(min_length=1)]


class Target(_Part):
    """``[[target]]``: ``peak`` (its year not after `by`), ``ceiling`` (value in `by` not above `limit`) or ``attain``
    (from `by` on never above `limit`), of a variable such as ``Emissions|SO2``.
    """

    id: Name
    kind: Literal["peak", "ceiling", "attain"]
    variable: Name = "Emissions|CO2"
    by: Year
    limit: float | None = None

    @model_validator(mode="after")
    def _limited(self) -> Target:
        if self.kind != "peak" and self.limit is None:
            raise bilingual_error("ceiling 与 attain 须给 limit", "a ceiling and an attainment need a limit")
        return self


class Concentration(_Part):
    """``[concentration]``: a linear source-receptor row: value + Σ coefficient × (emission − base emission)."""

    name: Name = "PM25"
    unit: str = "µg/m³"
    base: Annotated[float, Field(gt=0)]
    background: Annotated[float, Field(ge=0)] = 0.0
    coefficients: Annotated[dict[str, float], Field(min_length=1)]
    source: Name


class Budget(_Part):
    """``[budget]``: what a pollutant may come to over the years `from`–`to`."""

    pollutant: Name = "CO2"
    from_year: Year = Field(alias="from")
    to_year: Year = Field(alias="to")
    amount: Annotated[float, Field(gt=0)]


class Scenario(_Part):
    """A whole scenario: either a base with drivers (Kaya) or sectors."""

    scenario: Head
    sampling: Sampling | None = None
    base: Base | None = None
    driver: list[Driver] = Field(default_factory=list)
    sector: list[Sector] = Field(default_factory=list)
    change: list[Change] = Field(default_factory=list)
    policy: list[Policy] = Field(default_factory=list)
    target: list[Target] = Field(default_factory=list)
    concentration: Concentration | None = None
    budget: Budget | None = None

    @property
    def years(self) -> range:
        """Base year to end year."""
        return range(self.scenario.base_year, self.scenario.end_year + 1)


def parse_scenario(content: bytes, file: str) -> Scenario:
    """The scenario written in `content`.

    Raises
    ------
    InvalidInput
        Every fault, located by key: syntax, unknown or missing keys, names that nothing declares, growth and
        milestones mixed, periods that overlap, shares that do not sum to 1.
    """
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(syntax_fault(str(error), file, prefix="scenario")) from error
    try:
        made = Scenario.model_validate(raw)
    except ValidationError as error:
        raise InvalidInput(*key_faults(error, file, prefix="scenario")) from error
    faults = FaultCollector()
    faults.extend(_meaning_faults(made, file))
    faults.raise_if_any()
    return made


def _meaning_faults(given: Scenario, file: str) -> Iterable[Fault]:
    yield from _form_faults(given, file)
    yield from _sector_faults(given, file)
    yield from _reference_faults(given, file)
    yield from _time_faults(given, file)


def _fault(file: str, column: str, rule: str, message: Text, value: object = None) -> Fault:
    return Fault(
        f"scenario.{rule}", message, Location(file=file, column=column), value=None if value is None else str(value)
    )


def _form_faults(given: Scenario, file: str) -> Iterable[Fault]:
    if given.scenario.end_year <= given.scenario.base_year:
        yield _fault(
            file,
            "scenario.end_year",
            "years",
            Text("末年须晚于基年", "the end year must come after the base year"),
            given.scenario.end_year,
        )
    if (given.base is None) == (not given.sector) or (given.base is None) != (not given.driver):
        yield _fault(
            file,
            "base",
            "form",
            Text("要么给 [base] 与 [[driver]]，要么给 [[sector]]", "give [base] with [[driver]], or [[sector]]"),
        )
    uncertain = [rate for driver in given.driver for rate in driver.rate] + list(given.change)
    effects = [effect for policy in given.policy for effect in policy.effect]
    if given.sampling is None and any(part.value is None for part in [*uncertain, *effects]):
        yield _fault(
            file,
            "sampling",
            "sampling",
            Text(
                "有不确定的取值时须写明 [sampling] 的 draws 与 design",
                "uncertain values need [sampling] with draws and design",
            ),
        )


def _sector_faults(given: Scenario, file: str) -> Iterable[Fault]:
    for kind, names in (
        ("sector", [sector.id for sector in given.sector]),
        ("driver", [driver.name for driver in given.driver]),
        ("policy", [policy.id for policy in given.policy]),
        ("target", [target.id for target in given.target]),
    ):
        for name in (name for name, count in Counter(names).items() if count > 1):
            yield _fault(file, kind, "twice", Text("名称重复", "the name is used twice"), name)
    for index, sector in enumerate(given.sector):
        place = f"sector[{index}]"
        if (sector.activity is None) == (sector.produces is None):
            yield _fault(
                file,
                place,
                "activity",
                Text(
                    "终端部门给 activity，转换部门给 produces",
                    "a final sector gives activity, a transformation gives produces",
                ),
                sector.id,
            )
        total = sum(fuel.share for fuel in sector.fuel)
        if abs(total - 1) > 1e-6:
            yield _fault(
                file, f"{place}.fuel", "shares", Text("各燃料占比合计须为 1", "the shares must sum to 1"), total
            )
        if sector.balance is not None and sector.balance not in {fuel.id for fuel in sector.fuel}:
            yield _fault(file, f"{place}.balance", "balance", Text("没有这种燃料", "no such fuel"), sector.balance)


def _reference_faults(given: Scenario, file: str) -> Iterable[Fault]:
    fuels = {sector.id: {fuel.id for fuel in sector.fuel} for sector in given.sector}
    parts: list[tuple[str, Change | Effect]] = [(f"change[{i}]", change) for i, change in enumerate(given.change)]
    for number, policy in enumerate(given.policy):
        parts += [(f"policy[{number}].effect[{i}]", effect) for i, effect in enumerate(policy.effect)]
    for place, part in parts:
        if part.sector not in fuels:
            yield _fault(file, f"{place}.sector", "sector", Text("没有这个部门", "no such sector"), part.sector)
            continue
        needs_fuel = part.variable in {"share", "factor", "removal"}
        if needs_fuel and part.fuel not in fuels[part.sector]:
            yield _fault(
                file, f"{place}.fuel", "fuel", Text("该部门没有这种燃料", "the sector has no such fuel"), part.fuel
            )
        if part.variable in {"factor", "removal"} and part.pollutant is None:
            yield _fault(file, f"{place}.pollutant", "pollutant", Text("须写明污染物", "the pollutant must be named"))


def _time_faults(given: Scenario, file: str) -> Iterable[Fault]:
    for index, driver in enumerate(given.driver):
        yield from _overlaps(driver.rate, file, f"driver[{index}].rate")
    by_target: dict[object, list[Change]] = {}
    for change in given.change:
        by_target.setdefault(change.target, []).append(change)
    for target, changes in by_target.items():
        growing = [change for change in changes if change.year is None]
        if growing and len(growing) != len(changes):
            yield _fault(
                file,
                "change",
                "mixed",
                Text("同一变量不能既给增速又给年份取值", "growth and milestones of one variable do not mix"),
                target,
            )
        yield from _overlaps(growing, file, "change")


def _overlaps(parts: Iterable[Rate | Change], file: str, column: str) -> Iterable[Fault]:
    spans = sorted((part.from_year or 0, part.to_year or 0) for part in parts)
    for (first, last), (start, _) in pairwise(spans):
        if start <= last:
            yield _fault(file, column, "overlap", Text("时段重叠", "the periods overlap"), f"{first}–{last}, {start}")
    for first, last in spans:
        if last < first:
            yield _fault(
                file,
                column,
                "period",
                Text("时段的起年晚于止年", "the period ends before it starts"),
                f"{first}–{last}",
            )
