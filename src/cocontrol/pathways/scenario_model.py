"""The scenario file: drivers, sectors, changes over time, policies, targets and how uncertainty is drawn."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cocontrol.core.settings_faults import bilingual_error

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
    title_zh: Name | None = None
    title_en: Name | None = None
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
