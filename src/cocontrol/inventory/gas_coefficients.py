"""Coefficients of greenhouse gases from fuel burnt, in tonnes per TJ (net calorific)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cocontrol.core.errors import Ambiguous, NotFound
from cocontrol.core.notation import NotationKey
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text, same
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.circumstances import Circumstances, TechnologyShare
from cocontrol.inventory.lineage import EMISSION, Derived, Input, local_input, not_estimated
from cocontrol.reference.categories import category as category_row
from cocontrol.reference.categories import category_name
from cocontrol.reference.factors import Factor
from cocontrol.reference.fuels import fuel_name, fuel_parameter, require_fuel
from cocontrol.reference.ipcc import combustion_factor
from cocontrol.reference.profiles import get_profile

CO2_PER_CARBON = 44 / 12
"""Mass of CO2 per mass of carbon, from the rounded molar masses that every guide uses."""


@dataclass(frozen=True, slots=True)
class Question:
    """What coefficients are asked for: under which document, for which day and place, with what local facts."""

    profile: str
    on: date
    jurisdiction: str
    circumstances: Circumstances


def derive_co2(fuel: str, ask: Question) -> Derived:
    """t CO2 per TJ: carbon content × oxidation factor × 44/12.

    省级温室气体清单编制指南（试行）2011, ch. 1; IPCC 2006 Guidelines, Vol. 2, Ch. 2, Eq. 2.1 and Table 1.4.
    """
    if require_fuel(fuel)["is_biogenic"] is True:
        return not_estimated(_MEMO, key=NotationKey.NA)
    found: dict[str, Factor] = {}
    for parameter in ("carbon_content", "oxidation_factor"):
        try:
            found[parameter] = fuel_parameter(
                fuel, parameter, profile=ask.profile, on=ask.on, jurisdiction=ask.jurisdiction, use_proxy=True
            )
        except (NotFound, Ambiguous) as error:
            words = _DEPENDS if isinstance(error, Ambiguous) else _NO_PARAMETER
            reason = words.format(d=get_profile(ask.profile).label, f=fuel_name(fuel), p=_PARAMETERS[parameter])
            return not_estimated(reason, (factor.as_input(role) for role, factor in found.items()))
    carbon, oxidation = found["carbon_content"], found["oxidation_factor"]
    value = carbon.value * unit_factor(carbon.unit, "t*C/TJ") * oxidation.value * CO2_PER_CARBON
    document, clause = "IPCC 2006 Guidelines", "Vol. 2, Ch. 1, Table 1.4"
    ratio = local_input("molar_ratio", CO2_PER_CARBON, "t*CO2/t*C", document, clause, status=Status.VERIFIED)
    inputs = (*(factor.as_input(role) for role, factor in found.items()), ratio)
    return Derived(value, "carbon_content × oxidation_factor × 44/12", inputs, EMISSION)


def derive_ipcc_gas(category: str, fuel: str, gas: str, ask: Question) -> Derived:
    """t of CH4 or N2O per TJ: the tier 1 default of the sector, with its 95 % limits in the lineage.

    IPCC 2006 Guidelines, Vol. 2, Ch. 2, Tables 2.2 to 2.5, and Ch. 3, Table 3.2.2 for ``road``. A category
    without a sector (statistical transport mixes road, rail, water, air and storage) has a factor only
    where the local technology table names one.
    """
    sector = category_row(category)["ipcc_sector"]
    local = ask.circumstances.technologies_of(category, fuel)
    if sector is None and not any(share.sector for share in local):
        return not_estimated(_NO_SECTOR.format(c=category_name(category)))
    ways: list[tuple[TechnologyShare | None, str]] = (
        [(None, sector)] if sector else [(s, s.sector or "") for s in local]
    )
    parts = []
    for share, name in ways:
        try:
            technology = share.technology if share else None
            parts.append((share, _gas_factor(fuel, gas, name, technology, ask)))
        except NotFound:
            return not_estimated(_NO_FACTOR.format(f=fuel_name(fuel), g=gas, s=name))
        except Ambiguous:
            return not_estimated(_DEPENDS.format(d=same("IPCC 2006"), f=fuel_name(fuel), p=same(gas)))
    value = sum((share.share if share else 1.0) * f.value * unit_factor(f.unit, f"t*{gas}/TJ") for share, f in parts)
    inputs = tuple(entry for share, f in parts for entry in share_inputs(share, _with_limits(f)))
    return Derived(value, mixture_formula("emission_factor", ways), inputs, EMISSION)


def _gas_factor(fuel: str, gas: str, sector: str, technology: str | None, ask: Question) -> Factor:
    return combustion_factor(
        fuel, gas, sector, on=ask.on, jurisdiction=ask.jurisdiction, technology=technology, use_proxy=True
    )


def _with_limits(factor: Factor) -> Input:
    return {**factor.as_input("emission_factor"), "lower": factor.lower, "upper": factor.upper}


def share_inputs(share: TechnologyShare | None, *inputs: Input) -> tuple[Input, ...]:
    """The inputs of one technology, with its share where the fuel is burnt by several."""
    if share is None:
        return inputs
    own = local_input("technology_share", share.share, "1", share.source, share.origin or share.technology)
    return (own, *inputs)


def mixture_formula(formula: str, ways: Sequence[tuple[TechnologyShare | None, str]]) -> str:
    """The formula as it stands, or as a sum over technologies weighted by their shares."""
    return formula if ways[0][0] is None else f"Σ technology_share × ({formula})"


_PARAMETERS = {
    "carbon_content": Text("单位热值含碳量", "carbon content"),
    "oxidation_factor": Text("碳氧化率", "oxidation factor"),
}
_MEMO = Text("生物质燃料的 CO2 只作备注，不计入合计", "CO2 of biogenic fuel is a memo item outside the total")
_NO_PARAMETER = Text("{d} 及其代用值中没有 {f} 的{p}", "{d} and its declared stand-ins give no {p} of {f}")
_DEPENDS = Text(
    "{d} 中 {f} 的{p}取值随设备或技术而异，而本地未给出设备或技术",
    "in {d} the {p} of {f} depends on equipment or technology, which is not given locally",
)
_NO_FACTOR = Text("IPCC 2006 没有 {f} 在部门 {s} 的 {g} 因子", "IPCC 2006 has no {g} factor of {f} in sector {s}")
_NO_SECTOR = Text(
    "{c}混合了多种运输方式，没有统一的 IPCC 部门因子；可在燃烧技术构成表中给出部门",
    "{c} mixes modes of transport and has no single IPCC sector; the technology table may name one",
)
