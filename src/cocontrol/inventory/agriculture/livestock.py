"""Coefficients of livestock by head: enteric CH4, manure CH4 and N2O (Tiers 1 and 2), ammonia."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from cocontrol.core.errors import Ambiguous, NotFound
from cocontrol.core.notation import NotationKey
from cocontrol.core.text import Text
from cocontrol.inventory.agriculture.manure import DAYS_PER_YEAR, METHANE_KG_PER_M3
from cocontrol.inventory.agriculture.tables import STAGES, UNDIVIDED
from cocontrol.inventory.derivation import Term, attempt, constant, derived, of_factor, of_input, product
from cocontrol.inventory.lineage import Derived, not_estimated
from cocontrol.reference.agriculture_land_waste import Ask, find_factor, livestock_classes
from cocontrol.reference.factors import Factor

N2O_PER_NITROGEN = 44 / 28
"""Mass of N2O per mass of N2O-N, from the rounded molar masses that every guide uses."""

COLDEST, WARMEST = 10, 28
"""Ends (°C) of the temperatures of GB/T 32151.22-2024, Table C.6, which say “and below”, “and above”."""

PER_HEAD = "t*{gas}/head/year"


@dataclass(frozen=True, slots=True)
class System:
    """A manure system of a herd: its share, and its own values where there are some; `origin` is the cell of the table.

    `volatilised` and `leached` are shares of the nitrogen in the system.
    """

    system: str
    share: float
    mcf: float | None
    origin: str
    volatilised: float | None = None
    leached: float | None = None


def enteric_methane(animal: str, stage: str, ask: Ask) -> Derived:
    """t CH4 per head and year: the Tier 1 factor of class and stage (IPCC 2006, Vol. 4, Ch. 10, Eq. 10.19).

    Stages are those of the document: years of age in GB/T 32151.22-2024, rearing in the provincial guide of 2011.
    """

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        try:
            factor, remark = _enteric(animal, stage, ask)
        except Ambiguous:
            return not_estimated(_undivided(animal, ask))
        return product(
            "emission_factor", of_factor("emission_factor", factor, PER_HEAD.format(gas="CH4")), remark=remark
        )

    return attempt(make)


def _enteric(animal: str, stage: str, ask: Ask) -> tuple[Factor, Text | None]:
    return _by_class(
        ask, "enteric_fermentation", "emission_factor", animal, pollutant="CH4", technology=_open(stage)
    )  # fmt: skip


def _undivided(animal: str, ask: Ask) -> Text:
    """Why a herd that is not divided has no factor, with the stages of which the document has one each."""
    known = []
    for stage in (one for one in STAGES if one != UNDIVIDED):
        with suppress(NotFound):
            factor, _ = _enteric(animal, stage, ask)
            known.append((STAGES[stage], factor))
    return _DIVIDE.format(
        a=livestock_classes()[animal].label,
        s=Text("、".join(_valued(*one).zh for one in known), ", ".join(_valued(*one).en for one in known)),
    )


def _valued(stage: Text, factor: Factor) -> Text:
    return Text("{s} {v:g}", "{s} {v:g}").format(s=stage, v=factor.value)


def manure_gas(animal: str, gas: str, ask: Ask) -> Derived:
    """t of CH4 or N2O per head and year: the regional default (Tier 1; Eq. 10.22 and 10.25)."""

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor, remark = _by_class(ask, "manure_management", "emission_factor", animal, pollutant=gas)
        return product("emission_factor", of_factor("emission_factor", factor, PER_HEAD.format(gas=gas)), remark=remark)

    return attempt(make)


def manure_methane_by_system(animal: str, systems: Sequence[System], temperature_c: float | None, ask: Ask) -> Derived:
    """t CH4 per head and year from the systems that hold the manure (Tier 2, IPCC 2006, Vol. 4, Ch. 10, Eq. 10.23).

    EF = VS · 365 · B0 · 0.67 · Σ share · MCF / 1000
    """

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        solids, remark = _by_class(ask, "manure_management", "volatile_solids", animal)
        potential, _ = _by_class(ask, "manure_management", "methane_potential", animal)
        terms = [
            of_factor("volatile_solids", solids, "t/head/day"),
            constant("days", DAYS_PER_YEAR, "day/year", "IPCC 2006 Guidelines", "Vol. 4, Ch. 10, Eq. 10.23"),
            of_factor("methane_potential", potential, "m^3/t"),
            constant("methane_density", METHANE_KG_PER_M3 / 1000.0, "t*CH4/m^3", "IPCC 2006 Guidelines", "Eq. 10.23"),
        ]
        shares = [(_share_of(one), _conversion(one, temperature_c, ask)) for one in systems]
        weighted = math.fsum(share.value * mcf.value for share, mcf in shares)
        value = math.prod(term.value for term in terms) * weighted
        formula = "volatile_solids × days × methane_potential × methane_density × Σ system_share × mcf"
        return derived(value, formula, *terms, *(term for pair in shares for term in pair), remark=remark)

    if temperature_c is None and any(one.mcf is None for one in systems):
        return not_estimated(_NO_TEMPERATURE)
    return attempt(make)


def manure_n2o_by_system(animal: str, systems: Sequence[System], ask: Ask) -> Derived:
    """t N2O per head and year, direct (Tier 2, Eq. 10.25): Nex · Σ share · EF3 · 44/28 / 1000."""

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        nitrogen, remark = _by_class(ask, "manure_management", "nitrogen_excretion", animal)
        terms = [of_factor("nitrogen_excretion", nitrogen, "t/head/year"), n2o_ratio()]
        shares = [
            (
                _share_of(one),
                of_factor(
                    "direct_n2o_share",
                    _agri(ask, "manure_management", "direct_n2o_share", technology=one.system),
                    "1",
                ),
            )
            for one in systems
        ]
        weighted = math.fsum(share.value * part.value for share, part in shares)
        value = math.prod(term.value for term in terms) * weighted
        formula = "nitrogen_excretion × Σ system_share × direct_n2o_share × 44/28"
        return derived(value, formula, *terms, *(term for pair in shares for term in pair), remark=remark)

    return attempt(make)


def manure_n2o_by_air(animal: str, systems: Sequence[System], ask: Ask) -> Derived:
    """t N2O per head and year of what volatilises from stored manure (IPCC 2006, Vol. 4, Ch. 10, Eq. 10.26 and 10.27).

    Nex · Σ share · volatilised share · EF4 · 44/28. Included elsewhere (IE) under the provincial guide of 2011, whose
    deposition (3C5) already counts 20 % of what livestock excretes.
    """
    if ask.first_document("managed_soils") == "PROV_GUIDE_2011":
        return not_estimated(_IN_DEPOSITION, key=NotationKey.IE)

    def lost(one: System) -> Term:
        """The share of the nitrogen of a system that volatilises: the place's own, else that of Table 10.22."""
        if one.volatilised is not None:
            return of_input("volatilised_share", one.volatilised, "1", one.origin)
        factor, _ = _by_class(ask, "manure_indirect", "volatilised_share", animal, technology=one.system)
        return of_factor("volatilised_share", factor, "1")

    return attempt(lambda: _indirect(animal, systems, ask, lost, "volatilised_n2o_share"))


def manure_n2o_by_water(animal: str, systems: Sequence[System], ask: Ask) -> Derived:
    """t N2O per head and year of what leaches from stored manure (Eq. 10.28 and 10.29): Nex · Σ share · leached share · EF5 · 44/28.

    The Guidelines have no default for the leached share; without local ones nothing is estimated.
    """
    if any(one.leached is None for one in systems):
        return not_estimated(_NO_LEACHED_SHARE)

    def lost(one: System) -> Term:
        """The leached share of a system, as the place gives it."""
        return of_input("leached_share", one.leached or 0.0, "1", one.origin)

    return attempt(lambda: _indirect(animal, systems, ask, lost, "leached_n2o_share"))


def _indirect(
    animal: str, systems: Sequence[System], ask: Ask, lost: Callable[[System], Term], parameter: str
) -> Derived:
    nitrogen, remark = _by_class(ask, "manure_management", "nitrogen_excretion", animal)
    factor = find_factor(_soils_of(ask), "managed_soils", parameter, topic="agriculture")
    terms = [of_factor("nitrogen_excretion", nitrogen, "t/head/year"), of_factor(parameter, factor, "1"), n2o_ratio()]
    shares = [(_share_of(one), lost(one)) for one in systems]
    weighted = math.fsum(share.value * part.value for share, part in shares)
    value = math.prod(term.value for term in terms) * weighted
    role = shares[0][1].entry["role"]
    formula = f"nitrogen_excretion × Σ system_share × {role} × {parameter} × 44/28"
    return derived(value, formula, *terms, *(term for pair in shares for term in pair), remark=remark)


def _soils_of(ask: Ask) -> Ask:
    """The question for EF4 and EF5; the Guidelines answer where the document of the herds has no factors of soils."""
    if ask.chain("managed_soils"):
        return ask
    return replace(ask, choices={**ask.choices, "managed_soils": "IPCC_2006"})


def livestock_ammonia(animal: str, ask: Ask) -> Derived:
    """t NH3 per head and year over the whole chain of the manure (house, yard, store, spreading); Tier 1."""
    item = livestock_classes()[animal].ammonia_item
    if item is None:
        return not_estimated(_NO_AMMONIA.format(a=livestock_classes()[animal].label))

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = find_factor(
            ask, "ammonia", "emission_factor", topic="air", sector="livestock_whole_manure_chain", item=item,
            pollutant="NH3", region=None,
        )  # fmt: skip
        return product("emission_factor", of_factor("emission_factor", factor, PER_HEAD.format(gas="NH3")))

    return attempt(make)


def n2o_ratio() -> Term:
    """44/28, mass of N2O per mass of N2O-N."""
    return constant("molar_ratio", N2O_PER_NITROGEN, "t*N2O/t", "IPCC 2006 Guidelines", "Vol. 4, Ch. 11, Eq. 11.1")


def _conversion(one: System, temperature_c: float | None, ask: Ask) -> Term:
    if one.mcf is not None:
        return of_input("mcf", one.mcf, "1", one.origin)
    step = min(max(round(temperature_c or 0.0), COLDEST), WARMEST)
    band = {COLDEST: f"le_{COLDEST}", WARMEST: f"ge_{WARMEST}"}.get(step, str(step))
    factor = _agri(ask, "manure_management", "mcf", technology=one.system, kind=f"degc_{band}")
    return of_factor("mcf", factor, "1")


def _share_of(one: System) -> Term:
    return of_input("system_share", one.share, "1", one.origin)


def _open(stage: str) -> str | None:
    """Stage as a criterion; a herd that is not divided leaves it open, so that a divided table answers “several”."""
    return None if stage == UNDIVIDED else stage


def _agri(ask: Ask, sector: str, parameter: str, **criteria: str | None) -> Factor:
    return find_factor(ask, sector, parameter, topic="agriculture", **criteria)


def _by_class(ask: Ask, sector: str, parameter: str, animal: str, **criteria: str | None) -> tuple[Factor, Text | None]:
    """The factor of the class or, said so, of the class that stands in for it."""
    one = livestock_classes()[animal]
    try:
        return _agri(ask, sector, parameter, item=animal, **criteria), None
    except NotFound:
        if one.stands_in is None:
            raise
        factor = _agri(ask, sector, parameter, item=one.stands_in, **criteria)
        return factor, _STANDS_IN.format(a=one.label, b=livestock_classes()[one.stands_in].label)


_STANDS_IN = Text("因子表中没有{a}，取{b}的值", "the table lacks {a}; the value of {b} is taken")
_DIVIDE = Text(
    "{a}的因子按饲养阶段或方式不同（千克甲烷/头·年：{s}），本行写“不分”，无法取值；请分行填写各阶段的头数",
    "the factor of {a} differs by stage or rearing (kg CH4 per head and year: {s}); this row does not divide them. Give "
    "the heads of each stage in a row of its own",
)
_NO_AMMONIA = Text(
    "氨排放因子表没有{a}；猪须分母猪和育肥猪，家禽须分蛋鸡和肉鸡",
    "the ammonia tables lack {a}; swine are to be divided into sows and fattening pigs, poultry into hens and broilers",
)
_IN_DEPOSITION = Text(
    "2011年省级指南把畜禽排泄氮的挥发（20%）计入农用地间接排放（3C5），不重复计算",
    "the provincial guide of 2011 counts what volatilises of livestock nitrogen (20 %) in the indirect emission of soils "
    "(3C5); it is not counted twice",
)
_NO_LEACHED_SHARE = Text(
    "没有粪便贮存的氮淋溶份额；IPCC 2006 指南没有缺省值，请在粪便管理方式表中填写当地值",
    "no share of nitrogen leached from stored manure; the IPCC 2006 Guidelines have no default. Give the local one in the "
    "table of manure systems",
)
_NO_TEMPERATURE = Text(
    "给出了粪便管理方式，但没有气温，也没有甲烷转化因子",
    "manure systems are given, but neither temperature nor methane conversion factor",
)
