"""Coefficients of air pollutants from fuel burnt, in tonnes per TJ: generation, and emission where removal is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from cocontrol.core.errors import Ambiguous, CocontrolError, NotFound
from cocontrol.core.text import Text, same
from cocontrol.core.units import STANDARD_COAL_TJ_PER_T, commensurable
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.circumstances import TechnologyShare
from cocontrol.inventory.gas_coefficients import Question, mixture_formula, share_inputs
from cocontrol.inventory.lineage import EMISSION, GENERATION, Derived, Input, local_input, not_estimated
from cocontrol.reference.air_factors import air_factor, mass_balance_parameter
from cocontrol.reference.categories import category as category_row
from cocontrol.reference.categories import category_name
from cocontrol.reference.controls import COARSE, pm10_removal, removal_efficiency
from cocontrol.reference.factors import Factor
from cocontrol.reference.fuels import fuel_name, fuel_parameter, require_fuel

SULPHUR_TO_SO2 = 2.0
"""Mass of SO2 per mass of sulphur, 64/32 (T/CSES 144-2024, eq. 3)."""

_BASIS = "fleet_average"
"""Removal of the standard's annex A.1; design values are never mixed in."""

Ways = Sequence[tuple[TechnologyShare | None, str]]


def derive_air(category: str, fuel: str, pollutant: str, ask: Question) -> Derived:
    """t of an air pollutant per TJ of fuel burnt.

    T/CSES 144-2024: factor per mass or volume of fuel ÷ heating value; SO2 and particles of coal by mass
    balance from sulphur and ash; × (1 − Σ application rate × removal efficiency) where devices are given. The
    heating value is the one by which the balance was converted, so that the physical amount comes back.
    Without a device the value is generation (`stage`), which is never called emission.
    """
    sector = category_row(category)["air_sector"]
    local = ask.circumstances.technologies_of(category, fuel)
    ways: Ways = [(share, share.sector or sector or "") for share in local] or [(None, sector or "")]
    if not all(name for _, name in ways):
        return not_estimated(_NO_SECTOR.format(c=category_name(category), p=pollutant))
    generated = _by_factor(fuel, pollutant, ways, ask)
    if generated is None:
        generated = _by_mass_balance(category, fuel, pollutant, ways, ask)
    if generated.value is None:
        return generated
    return _after_removal(category, fuel, pollutant, generated, ask)


def _by_factor(fuel: str, pollutant: str, ways: Ways, ask: Question) -> Derived | None:
    """From the guide's factor; None where coal has none and the mass balance takes over."""
    parts: list[tuple[TechnologyShare | None, Factor, Input, float]] = []
    for share, sector in ways:
        found = _air_factor(fuel, pollutant, sector, share, ask)
        if found is _Absence.NONE:
            if _is_coal(fuel) and pollutant in _BALANCED:
                return None
            return not_estimated(_NO_FACTOR.format(f=fuel_name(fuel), s=_sector_name(sector), p=pollutant))
        if isinstance(found, _Absence):
            return not_estimated(_DEPENDS.format(f=fuel_name(fuel), p=pollutant))
        if found.value == 0:
            return not_estimated(
                _PRINTED_ZERO.format(f=fuel_name(fuel), p=pollutant), [found.as_input("generation_factor")]
            )
        per = "t" if commensurable(found.unit, f"t*{pollutant}/t") else "Nm3"
        heat = _energy_per(per, fuel, ask)
        if heat is None:
            return not_estimated(_NO_HEAT.format(f=fuel_name(fuel), u=per), [found.as_input("generation_factor")])
        value = found.value * unit_factor(found.unit, f"t*{pollutant}/{per}") / heat[0]
        parts.append((share, found, heat[1], value))
    inputs = tuple(e for share, f, h, _ in parts for e in share_inputs(share, f.as_input("generation_factor"), h))
    value = sum((share.share if share else 1.0) * value for share, _, _, value in parts)
    return Derived(value, mixture_formula("generation_factor ÷ ncv", ways), inputs, GENERATION)


_SECTORS = {
    "power": Text("电力", "power"),
    "heat_supply": Text("供热", "heat supply"),
    "industry": Text("工业", "industry"),
    "domestic": Text("民用", "domestic"),
    "mobile": Text("移动源", "mobile sources"),
}


def _sector_name(sector: str) -> Text:
    return _SECTORS.get(sector, same(sector))


class _Absence(StrEnum):
    """Why there is no factor: none is given, or several are and the technology would tell."""

    NONE = "none"
    SEVERAL = "several"


def _air_factor(
    fuel: str, pollutant: str, sector: str, share: TechnologyShare | None, ask: Question
) -> Factor | _Absence:
    technology, item = (share.technology, share.item) if share else (None, None)
    found = _look_up(fuel, pollutant, sector, technology, item, ask.on, ask.jurisdiction)
    if found is _Absence.NONE and item is not None:
        # Only coal-fired NOx is told apart by unit size; other pollutants have one factor for the technology.
        found = _look_up(fuel, pollutant, sector, technology, None, ask.on, ask.jurisdiction)
    return found


@lru_cache(maxsize=4096)
def _look_up(
    fuel: str, pollutant: str, sector: str, technology: str | None, item: str | None, on: date, jurisdiction: str
) -> Factor | _Absence:
    """The factor or why there is none; the tables do not change, and most questions come back for each category."""
    try:
        return air_factor(
            fuel, pollutant, sector=sector, on=on, technology=technology, item=item, jurisdiction=jurisdiction
        )
    except NotFound:
        return _Absence.NONE
    except Ambiguous:
        return _Absence.SEVERAL


_BALANCED = frozenset({"SO2", "PM10", "PM25", "BC", "OC"})


def _is_coal(fuel: str) -> bool:
    return require_fuel(fuel)["air_fuel_code"] == "coal"


def _by_mass_balance(category: str, fuel: str, pollutant: str, ways: Ways, ask: Question) -> Derived:
    """SO2 = 2·S·(1 − sr); PM = A·(1 − ar)·f; BC, OC = PM2.5 × share (T/CSES 144-2024, annex C)."""
    quality = ask.circumstances.quality_of(category, fuel)
    name = "sulphur_content" if pollutant == "SO2" else "ash_content"
    content = getattr(quality, name) if quality else None
    if content is None or quality is None:
        return not_estimated(_UNSET.format(f=fuel_name(fuel), q=_CONTENTS[name], k=same(name)))
    heat = _energy_per("t", fuel, ask)
    if heat is None:
        return not_estimated(_NO_HEAT.format(f=fuel_name(fuel), u="t"))
    own = local_input(name, content, "1", quality.source, quality.origin)
    total, inputs = 0.0, [own, heat[1]]
    for share, sector in ways:
        try:
            parameters = _balance_parameters(pollutant, sector, share.technology if share else None, ask)
        except NotFound:
            return not_estimated(_NO_BALANCE.format(s=_sector_name(sector), p=pollutant), [own])
        except Ambiguous:
            return not_estimated(_DEPENDS.format(f=fuel_name(fuel), p=pollutant), [own])
        kept = content * (SULPHUR_TO_SO2 if pollutant == "SO2" else 1.0)
        for role, parameter in parameters.items():
            kept *= 1.0 - parameter.value if role.endswith("retention") else parameter.value
        total += (share.share if share else 1.0) * kept
        inputs.extend(share_inputs(share, *(p.as_input(role) for role, p in parameters.items())))
    formula = " × ".join(
        _FORMULAS.get(role, role) for role in ("2" if pollutant == "SO2" else "", name, *parameters) if role
    )
    return Derived(total / heat[0], mixture_formula(f"{formula} ÷ ncv", ways), tuple(inputs), GENERATION)


_FORMULAS = {
    "sulphur_retention": "(1 − sulphur_retention)",
    "ash_retention": "(1 − ash_retention)",
}


def _balance_parameters(pollutant: str, sector: str, technology: str | None, ask: Question) -> dict[str, Factor]:
    particle = "PM25" if pollutant in {"BC", "OC"} else pollutant
    names = (
        [("sulphur_retention", "SO2")]
        if pollutant == "SO2"
        else [("ash_retention", "PM"), ("particle_fraction", particle)]
    )
    if pollutant in {"BC", "OC"}:
        names.append(("share_of_pm25", pollutant))
    return {
        name: mass_balance_parameter(
            name, of, sector=sector, technology=technology, on=ask.on, jurisdiction=ask.jurisdiction
        )
        for name, of in names
    }


def _energy_per(per: str, fuel: str, ask: Question) -> tuple[float, Input] | None:
    """TJ per tonne or standard cubic metre of the fuel, with its source.

    First the coefficient by which the balance itself was converted, then GB/T 2589-2020, then the NCV of the
    document profile; each only if it is per that unit.
    """
    own = ask.circumstances.standard_coal.get(fuel)
    if own and commensurable(own.unit, f"tce/{per}"):
        entry = local_input("standard_coal", own.coefficient, own.unit, own.source, "")
        return own.coefficient * unit_factor(own.unit, f"tce/{per}") * STANDARD_COAL_TJ_PER_T, entry
    for role in ("standard_coal", "ncv"):
        try:
            found = fuel_parameter(
                fuel, role, profile=ask.profile, on=ask.on, jurisdiction=ask.jurisdiction, use_proxy=True
            )
        except CocontrolError:
            continue
        if commensurable(found.unit, f"TJ/{per}"):
            return found.value * unit_factor(found.unit, f"TJ/{per}"), found.as_input(role)
    return None


def _after_removal(category: str, fuel: str, pollutant: str, generated: Derived, ask: Question) -> Derived:
    """The generation less what the devices take: × (1 − Σ application rate × removal efficiency)."""
    controls = ask.circumstances.controls_of(category, fuel, pollutant)
    if not controls:
        return generated
    removed, inputs = 0.0, list(generated.inputs)
    for control in controls:
        if control.removal_efficiency is None:
            efficiency = _standard_removal(category, fuel, control.technology, pollutant, ask)
            if efficiency is None:
                return not_estimated(_NO_REMOVAL.format(t=same(control.technology), p=pollutant), generated.inputs)
        else:
            given = local_input("removal_efficiency", control.removal_efficiency, "1", control.source, control.origin)
            efficiency = (control.removal_efficiency, (given,))
        rate = local_input("application_rate", control.application_rate, "1", control.source, control.origin)
        removed += control.application_rate * efficiency[0]
        inputs += [rate, *efficiency[1]]
    value = generated.value * (1.0 - removed) if generated.value is not None else None
    formula = f"({generated.formula}) × (1 − Σ application_rate × removal_efficiency)"
    return replace(generated, value=value, formula=formula, inputs=tuple(inputs), stage=EMISSION)


def _standard_removal(
    category: str, fuel: str, technology: str, pollutant: str, ask: Question
) -> tuple[float, tuple[Input, ...]] | None:
    try:
        if pollutant != "PM10":
            found = removal_efficiency(technology, pollutant, on=ask.on, basis=_BASIS, jurisdiction=ask.jurisdiction)
            return found.value, (found.as_input("removal_efficiency"),)
        fine, coarse = (
            removal_efficiency(technology, size, on=ask.on, basis=_BASIS, jurisdiction=ask.jurisdiction)
            for size in ("PM25", COARSE)
        )
    except CocontrolError:
        return None
    bare = replace(ask, circumstances=replace(ask.circumstances, controls=()))
    small, all_of_it = (derive_air(category, fuel, size, bare).value for size in ("PM25", "PM10"))
    if small is None or not all_of_it:
        return None
    inputs = (fine.as_input("removal_efficiency"), coarse.as_input("removal_efficiency"))
    return pm10_removal(small / all_of_it, fine.value, coarse.value), inputs


_CONTENTS = {
    "sulphur_content": Text("收到基硫分", "sulphur content"),
    "ash_content": Text("收到基灰分", "ash content"),
}
_NO_SECTOR = Text(
    "{c}没有按燃料消费量计的 {p} 因子（移动源因子按里程或油耗分车型给出）",
    "{c} has no {p} factor per fuel burnt (factors of mobile sources are per distance and vehicle)",
)
_NO_FACTOR = Text(
    "T/CSES 144-2024 没有 {f} 在部门 {s} 的 {p} 因子，或原文印 0（即未给因子）",
    "T/CSES 144-2024 has no {p} factor of {f} in sector {s}, or prints 0, which means none",
)
_PRINTED_ZERO = Text(
    "T/CSES 144-2024 中 {f} 的 {p} 因子印为 0，即未给因子",
    "T/CSES 144-2024 prints 0 as {p} factor of {f}: no factor is given",
)
_DEPENDS = Text(
    "{f} 的 {p} 因子随燃烧技术而异，燃烧技术构成表（combustion_technology）未给出",
    "the {p} factor of {f} depends on the technology, which no combustion_technology table gives",
)
_UNSET = Text(
    "未给出 {f} 的{q}（煤质表 coal_quality 的 {k}）", "the {q} of {f} is not set ({k} of the coal_quality table)"
)
_NO_BALANCE = Text(
    "T/CSES 144-2024 没有部门 {s} 的 {p} 物料衡算参数",
    "T/CSES 144-2024 has no mass-balance parameter of {p} in sector {s}",
)
_NO_HEAT = Text(
    "没有 {f} 每{u}的热值，不能换算为能量口径", "no heating value of {f} per {u}: the factor cannot be put per energy"
)
_NO_REMOVAL = Text(
    "治理表和标准都没有 {t} 对 {p} 的去除效率",
    "neither the control table nor the standard gives the removal of {p} by {t}",
)
