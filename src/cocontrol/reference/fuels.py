"""Fuels: codes, names in old and new statistics, and their parameters by document family."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TypedDict, cast

import polars as pl

from cocontrol.core.errors import CocontrolError, Fault, NotFound
from cocontrol.core.parameters import NATIONAL
from cocontrol.core.text import Text
from cocontrol.reference._data import read_text_table
from cocontrol.reference.factors import Factor, Question, select_factor
from cocontrol.reference.profiles import require_valid_profile

PARAMETERS = ("ncv", "carbon_content", "oxidation_factor", "standard_coal")

STANDARD_COAL_FAMILY = "GBT2589_2020"
"""Standard-coal coefficients come from one standard whatever the profile."""


class Fuel(TypedDict):
    """One row of `fuels`."""

    fuel_code: str
    name_zh: str
    name_en: str
    fuel_group: str
    physical_state: str
    is_biogenic: bool | None
    air_fuel_code: str | None


@dataclass(frozen=True, slots=True)
class Proxy:
    """A declared stand-in: where a document gives no value for a fuel, which value is taken and why."""

    profile: str
    fuel_code: str
    parameter: str
    proxy_profile: str
    proxy_fuel_code: str
    proxy_kind: str | None
    reason: Text

    def describe(self) -> Text:
        """What stands in for what, and why."""
        return Text("{f} 取 {p}:{q} 的值：{r}", "{f} takes the value of {p}:{q}: {r}").format(
            f=self.fuel_code, p=self.proxy_profile, q=self.proxy_fuel_code, r=self.reason
        )


@lru_cache(maxsize=1)
def fuels() -> pl.DataFrame:
    """The fuels, keyed `fuel_code`.

    Columns: `fuel_code`, `name_zh`, `name_en`, `fuel_group`, `physical_state` (solid, liquid, gas,
    carrier, aggregate …), `is_biogenic` (null where it does not apply) and `air_fuel_code`, the row
    of the T/CSES 144-2024 fuel lists under which the fuel falls (null = the lists have none).
    """
    return read_text_table("fuels.csv").with_columns((pl.col("is_biogenic") == "true").alias("is_biogenic"))


@lru_cache(maxsize=1)
def fuel_aliases() -> pl.DataFrame:
    """Names of fuels in statistics, keyed (`system`, `alias`): `language`, `fuel_code`, `note`."""
    return read_text_table("fuel_aliases.csv")


@lru_cache(maxsize=1)
def fuel_proxies() -> pl.DataFrame:
    """Every declared proxy, keyed (`profile`, `fuel_code`, `parameter`), with its reason."""
    return read_text_table("fuel_proxies.csv")


@lru_cache(maxsize=1)
def _fuel_rows() -> dict[str, Fuel]:
    return {row["fuel_code"]: cast("Fuel", row) for row in fuels().iter_rows(named=True)}


def require_fuel(fuel_code: str) -> Fuel:
    """The row of a fuel; `NotFound` lists the codes."""
    if fuel_code not in _fuel_rows():
        raise NotFound(
            Fault(
                "fuel.unknown",
                Text("没有这个燃料代码", "no such fuel code"),
                value=fuel_code,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(sorted(_fuel_rows()))),
            )
        )
    return _fuel_rows()[fuel_code]


def fuel_name(fuel_code: str) -> Text:
    """The name of a fuel in both languages; `NotFound` lists the codes."""
    row = require_fuel(fuel_code)
    return Text(row["name_zh"], row["name_en"])


def fuel_from_alias(alias: str, system: str) -> str:
    """The fuel code behind a name in a statistical system (``lbnl_databook_v9``, ``cesy``).

    Raises
    ------
    NotFound
        The system has no such name; the message lists its names.
    """
    known = _aliases(system)
    if alias.strip() not in known:
        raise NotFound(
            Fault(
                "fuel.alias_unknown",
                Text("{s} 中没有这个燃料名称", "{s} has no such fuel name").format(s=system),
                value=alias,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(known) or "-"),
                remedy=Text("在燃料别名表中登记该名称", "enter the name in the table of fuel aliases"),
            )
        )
    return known[alias.strip()]


@lru_cache(maxsize=16)
def _aliases(system: str) -> dict[str, str]:
    rows = fuel_aliases().filter(pl.col("system") == system)
    return dict(zip(rows["alias"].to_list(), rows["fuel_code"].to_list(), strict=True))


@lru_cache(maxsize=1)
def _proxies() -> dict[tuple[str, str, str], Proxy]:
    return {
        (row["profile"], row["fuel_code"], row["parameter"]): Proxy(
            row["profile"],
            row["fuel_code"],
            row["parameter"],
            row["proxy_profile"],
            row["proxy_fuel_code"],
            row["proxy_kind"],
            Text(row["reason_zh"], row["reason_en"]),
        )
        for row in fuel_proxies().iter_rows(named=True)
    }


def fuel_proxy(fuel_code: str, parameter: str, profile: str) -> Proxy | None:
    """The declared proxy of a fuel under a profile; None where none is declared.

    `parameter` is one of `PARAMETERS`, or ``combustion`` for the IPCC emission factors.
    """
    return _proxies().get((profile, fuel_code, parameter))


def fuel_parameter(
    fuel_code: str,
    parameter: str,
    *,
    profile: str,
    on: date,
    jurisdiction: str = NATIONAL,
    kind: str | None = None,
    equipment: str | None = None,
    use_proxy: bool = False,
    accept_flagged: bool = False,
) -> Factor:
    """One parameter of one fuel as the profile's document gives it.

    `parameter` is ``ncv`` (GJ/t or GJ/10^4 Nm3), ``carbon_content`` (t C per GJ), ``oxidation_factor``
    (1) or ``standard_coal`` (tce per unit; always GB/T 2589-2020). Read the factor's own unit. `kind`
    picks among rows such as ``min`` and ``max``; `equipment` among oxidation factors that the document
    gives by equipment. With `use_proxy` a fuel that the document leaves out takes its declared proxy
    (raw coal as bituminous …); the factor then carries `proxy`, which must travel with the figure.

    Raises
    ------
    NotFound
        Unknown fuel, profile or parameter, a day outside the profile's span, or no value; the message
        lists the candidates and names the declared proxy if there is one.
    Ambiguous
        Several values answer (``min`` and ``max``, oxidation by equipment); the message lists them.
    """
    fuel = require_fuel(fuel_code)
    _require_parameter(parameter)
    family = _family(parameter, profile, on)
    criteria = {
        "topic": "fuel",
        "parameter": parameter,
        "fuel_code": fuel_code,
        "kind": kind,
        "technology": equipment,
    }
    question = Question(criteria, family, on, jurisdiction, accept_flagged)
    try:
        return _direct(fuel, question)
    except NotFound as absent:
        proxy = None if kind or equipment else fuel_proxy(fuel_code, parameter, family)
        if proxy is None or not use_proxy:
            raise _with_proxy_hint(absent, proxy) from absent
    return _by_proxy(proxy, jurisdiction)


def _family(parameter: str, profile: str, on: date) -> str:
    if parameter == "standard_coal" or profile == STANDARD_COAL_FAMILY:
        return STANDARD_COAL_FAMILY
    return require_valid_profile(profile, on).fuel_family


def _direct(fuel: Fuel, question: Question) -> Factor:
    """The document's own row: of the fuel, else of the solid fuels as a whole (oxidation by equipment)."""
    try:
        return select_factor(question)
    except NotFound:
        is_oxidation = question.criteria["parameter"] == "oxidation_factor"
        if not (is_oxidation and fuel["physical_state"] == "solid" and _has_rows(question.profile, "solid_fuel")):
            raise
    return select_factor(replace(question, criteria={**question.criteria, "fuel_code": "solid_fuel"}))


@lru_cache(maxsize=64)
def _has_rows(family: str | None, fuel_code: str) -> bool:
    table = read_text_table("fuel_parameters.csv")
    return not table.filter((pl.col("profile") == family) & (pl.col("fuel_code") == fuel_code)).is_empty()


def _by_proxy(proxy: Proxy, jurisdiction: str) -> Factor:
    """The value that stands in; a proxy is declared for the profile, so the other document's dates are left out."""
    criteria = {
        "topic": "fuel",
        "parameter": proxy.parameter,
        "fuel_code": proxy.proxy_fuel_code,
        "kind": proxy.proxy_kind,
    }
    factor = select_factor(Question(criteria, proxy.proxy_profile, None, jurisdiction))
    return replace(factor, proxy=proxy.describe())


def _require_parameter(parameter: str) -> None:
    if parameter not in PARAMETERS:
        raise NotFound(
            Fault(
                "fuel.parameter_unknown",
                Text("没有这个燃料参数", "no such fuel parameter"),
                value=parameter,
                allowed=Text("{k}", "{k}").format(k=", ".join(PARAMETERS)),
            )
        )


def _with_proxy_hint(error: CocontrolError, proxy: Proxy | None) -> NotFound:
    if proxy is None:
        return NotFound(*error.faults)
    hint = Text("已声明代用：{p}；须明示 use_proxy", "a proxy is declared: {p}; ask for it with use_proxy").format(
        p=proxy.describe()
    )
    return NotFound(*(replace(fault, remedy=hint) for fault in error.faults))
