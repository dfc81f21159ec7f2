"""Coefficients of waste: potential of a landfill, carbon and N2O of burning, biological treatment, wastewater."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cocontrol.core.notation import NotationKey
from cocontrol.core.text import Text
from cocontrol.inventory.agriculture.livestock import n2o_ratio
from cocontrol.inventory.derivation import Term, attempt, constant, derived, of_factor, of_input, product
from cocontrol.inventory.gas_coefficients import CO2_PER_CARBON
from cocontrol.inventory.lineage import Derived, not_estimated
from cocontrol.inventory.waste.landfill import METHANE_PER_CARBON
from cocontrol.reference.agriculture_land_waste import Ask, find_factor
from cocontrol.reference.factors import Factor

INERT_FOR_DECAY = frozenset({"plastics", "metal", "glass", "other_inert"})
"""Components without degradable carbon."""

WITHOUT_CARBON = frozenset({"metal", "glass"})
"""Components that hold no carbon that burns; Table 2.4 gives them none."""

RECOVERED = Text("回收的甲烷，从排放中扣除", "methane recovered, taken off the emission")


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a stream of waste and its share of the wet mass; `origin` is the cell of the table."""

    component: str
    share: float
    origin: str


@dataclass(frozen=True, slots=True)
class Local:
    """Values that the place itself gives for a row, by name; None is not given. `origin` is the cell of the row."""

    values: Mapping[str, float | None]
    origin: str

    def term(self, role: str, unit: str, factor: Sequence[Factor] = ()) -> Term | None:
        """The local value, or the factor given, or None."""
        value = self.values.get(role)
        if value is not None:
            return of_input(role, value, unit, self.origin)
        return of_factor(role, factor[0], unit) if factor else None


def _waste(ask: Ask, sector: str, parameter: str, **criteria: str | None) -> Factor:
    return find_factor(ask, sector, parameter, topic="waste", **criteria)


def _term(ask: Ask, local: Local, role: str, unit: str, sector: str, **criteria: str | None) -> Term:
    """The local value of a role or, where there is none, the factor of that name."""
    value = local.values.get(role)
    if value is not None:
        return of_input(role, value, unit, local.origin)
    return of_factor(role, _waste(ask, sector, role, **criteria), unit)


def landfill_oxidation(cover: str | None, local: Local, ask: Ask) -> Term:
    """OX: the local value, else that of the document by cover; raises where it depends on an unstated cover."""
    return _term(ask, local, "oxidation", "1", "landfill", technology=cover)


def landfill_methane(site: str, cover: str | None, composition: Sequence[Part], local: Local, ask: Ask) -> Derived:
    """t CH4 per t of waste landfilled, all of it counted in the year: MCF · DOC · DOCf · F · 16/12 · (1 − OX).

    Provincial guide 2011, ch. 5 (mass balance). DOC is the local one or Σ share · DOC over the composition.
    """
    if local.values.get("doc") is None and not composition:
        return not_estimated(_NO_COMPOSITION)

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        carbon, terms = _degradable(composition, local, ask)
        rest = [
            of_factor("mcf", _waste(ask, "landfill", "mcf", technology=site), "1"),
            _term(ask, local, "docf", "1", "landfill", item="any"),
            _term(ask, local, "methane_fraction", "1", "landfill"),
            constant("molar_ratio", METHANE_PER_CARBON, "t*CH4/t*C", "IPCC 2006 Guidelines", "Vol. 5, Ch. 3, Eq. 3.6"),
        ]
        oxidation = landfill_oxidation(cover, local, ask)
        value = carbon * math.prod(term.value for term in rest) * (1.0 - oxidation.value)
        formula = "mcf × doc × docf × methane_fraction × 16/12 × (1 − oxidation)"
        return derived(value, formula, *rest, oxidation, *terms)

    return attempt(make)


def _degradable(composition: Sequence[Part], local: Local, ask: Ask) -> tuple[float, list[Term]]:
    given = local.term("doc", "1")
    if given is not None:
        return given.value, [given]
    pairs = [
        (_share(part), of_factor("doc", _waste(ask, "landfill", "doc", item=part.component, kind="wet"), "t*C/t"))
        for part in composition
        if part.component not in INERT_FOR_DECAY
    ]
    return math.fsum(share.value * doc.value for share, doc in pairs), [term for pair in pairs for term in pair]


def recovered_methane(oxidation: Term | None = None) -> Derived:
    """−1 t CH4 per t recovered, or −(1 − OX) where the cover would have oxidised a part of it (Eq. 3.1)."""
    if oxidation is None:
        return derived(-1.0, "−1", remark=RECOVERED)
    return derived(-(1.0 - oxidation.value), "−(1 − oxidation)", oxidation, remark=RECOVERED)


def fossil_carbon_dioxide(waste: str, local: Local, composition: Sequence[Part], burning: str, ask: Ask) -> Derived:
    """t of fossil CO2 per t of waste burnt (wet).

        CCW · FCF · EF · 44/12                           provincial guides, ch. 5; IPCC 2006, Vol. 5, Eq. 5.1
        Σ share · dm · CF · FCF · OF · 44/12             by component, Eq. 5.2

    The first where the document or the place gives the carbon of the whole waste, else the second.
    """
    return attempt(lambda: _carbon_dioxide(waste, local, composition, burning, ask, fossil=True))


def biogenic_carbon_dioxide(waste: str, local: Local, composition: Sequence[Part], burning: str, ask: Ask) -> Derived:
    """t of biogenic CO2 per t of waste burnt: the same with 1 − FCF. A memo item, never part of a total."""
    return attempt(lambda: _carbon_dioxide(waste, local, composition, burning, ask, fossil=False))


def _carbon_dioxide(
    waste: str, local: Local, composition: Sequence[Part], burning: str, ask: Ask, *, fossil: bool
) -> Derived:
    efficiency = _term(ask, local, "combustion_efficiency", "1", "incineration", technology=burning, item=waste)
    ratio = constant("molar_ratio", CO2_PER_CARBON, "t*CO2/t*C", "IPCC 2006 Guidelines", "Vol. 5, Ch. 5, Eq. 5.1")
    by_component = burning == "open_burning" or (
        ask.first_document("incineration") == "IPCC_2006" and waste == "municipal_solid_waste"
    )
    if by_component and local.values.get("carbon_content") is None:
        return _by_component(composition, efficiency, ratio, ask, fossil=fossil)
    share = _term(ask, local, "fossil_share", "1", "incineration", item=waste)
    part = share.value if fossil else 1.0 - share.value
    named = "fossil_share" if fossil else "(1 − fossil_share)"
    if local.values.get("carbon_content") is None and local.values.get("dry_matter") is not None:
        dry = of_input("dry_matter", local.values["dry_matter"] or 0.0, "1", local.origin)
        carbon = of_factor("carbon_share_dry", _waste(ask, "incineration", "carbon_share_dry", item=waste), "1")
        value = dry.value * carbon.value * part * efficiency.value * ratio.value
        formula = f"dry_matter × carbon_share_dry × {named} × combustion_efficiency × 44/12"
        return derived(value, formula, dry, carbon, share, efficiency, ratio)
    carbon = _term(ask, local, "carbon_content", "1", "incineration", item=waste)
    value = carbon.value * part * efficiency.value * ratio.value
    return derived(value, f"carbon_content × {named} × combustion_efficiency × 44/12", carbon, share, efficiency, ratio)


def _by_component(composition: Sequence[Part], efficiency: Term, ratio: Term, ask: Ask, *, fossil: bool) -> Derived:
    if not composition:
        return not_estimated(_NO_COMPOSITION)
    total, terms = 0.0, []
    for part in composition:
        if part.component in WITHOUT_CARBON:
            continue
        dry, carbon, share = (
            of_factor(role, _waste(ask, "incineration", role, item=part.component, kind="component"), "1")
            for role in ("dry_matter", "carbon_share_dry", "fossil_share")
        )
        own = _share(part)
        total += own.value * dry.value * carbon.value * (share.value if fossil else 1.0 - share.value)
        terms += [own, dry, carbon, share]
    formula = "Σ share × dry_matter × carbon_share_dry × {} × combustion_efficiency × 44/12"
    named = "fossil_share" if fossil else "(1 − fossil_share)"
    return derived(total * efficiency.value * ratio.value, formula.format(named), efficiency, ratio, *terms)


def incineration_gas(waste: str, furnace: str, gas: str, ask: Ask) -> Derived:
    """t of CH4 or N2O per t of waste (wet): IPCC 2006, Vol. 5, Tables 5.3 and 5.6, by furnace."""
    technology: str | None = furnace
    if gas == "N2O" and waste == "municipal_solid_waste":
        technology = "batch" if furnace.startswith("batch") else "continuous_and_semi_continuous"

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = _waste(
            ask, "incineration", "emission_factor", pollutant=gas, item=waste, technology=technology, kind="wet"
        )
        return product("emission_factor", of_factor("emission_factor", factor, f"t*{gas}/t"))

    return attempt(make)


def open_burning_n2o(composition: Sequence[Part], ask: Ask) -> Derived:
    """t N2O per t of waste burnt in the open (wet): the factor of dry waste · dry matter of the composition."""
    if not composition:
        return not_estimated(_NO_COMPOSITION)

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = of_factor(
            "emission_factor",
            _waste(
                ask, "incineration", "emission_factor", pollutant="N2O", item="municipal_solid_waste",
                technology="open_burning", kind="dry",
            ),
            "t*N2O/t",
        )  # fmt: skip
        pairs = [
            (
                _share(part),
                of_factor(
                    "dry_matter", _waste(ask, "incineration", "dry_matter", item=part.component, kind="component"), "1"
                ),
            )
            for part in composition
        ]
        dry = math.fsum(share.value * matter.value for share, matter in pairs)
        formula = "emission_factor × Σ share × dry_matter"
        return derived(factor.value * dry, formula, factor, *(term for pair in pairs for term in pair))

    return attempt(make)


def unlisted(pollutant: str, ask: Ask) -> Derived:
    """A pollutant of burning waste of which no declared document has a factor: NE with the reason."""
    return attempt(
        lambda: product(
            "emission_factor",
            of_factor("emission_factor", _waste(ask, "incineration", "emission_factor", pollutant=pollutant), "t/t"),
        )
    )


def waste_ammonia(item: str, unit: str, ask: Ask) -> Derived:
    """t NH3 per `unit` of waste landfilled, composted or incinerated, or of sewage treated."""

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = find_factor(
            ask, "ammonia", "emission_factor", topic="air", sector="waste_and_people", item=item, pollutant="NH3",
            region=None,
        )  # fmt: skip
        return product("emission_factor", of_factor("emission_factor", factor, f"t*NH3/{unit}"))

    return attempt(make)


def biological_gas(treatment: str, basis: str, gas: str, ask: Ask) -> Derived:
    """t of CH4 or N2O per t treated: IPCC 2006, Vol. 5, Ch. 4, Table 4.1."""

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = _waste(ask, "biological_treatment", "emission_factor", pollutant=gas, item=treatment, kind=basis)
        return product("emission_factor", of_factor("emission_factor", factor, f"t*{gas}/t"))

    return attempt(make)


def wastewater_methane(system: str, measure: str, ask: Ask) -> Derived:
    """t CH4 per t of BOD or COD: Bo · MCF (IPCC 2006, Vol. 5, Ch. 6, Eq. 6.2).

    The provincial guide of 2011 turns COD into BOD by the ratio of the region (Table 5.5).
    """
    by_ratio = measure == "cod" and ask.first_document("wastewater") == "PROV_GUIDE_2011"

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        kind = "bod" if by_ratio else measure
        terms = [
            of_factor("methane_potential", _waste(ask, "wastewater", "methane_potential", kind=kind, item="domestic"), "t*CH4/t"),
            of_factor("mcf", _waste(ask, "wastewater", "mcf", technology=system), "1"),
        ]  # fmt: skip
        if by_ratio:
            terms.append(of_factor("bod_per_cod", _waste(ask, "wastewater", "bod_per_cod"), "1"))
        return product(" × ".join(str(term.entry["role"]) for term in terms), *terms)

    return attempt(make)


def industrial_wastewater_methane(mcf: float | None, origin: str, ask: Ask) -> Derived:
    """t CH4 per t of COD: Bo · MCF; the MCF of the treatment has no default and must be given."""
    if mcf is None:
        return not_estimated(_NO_MCF)

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        potential = _waste(ask, "wastewater", "methane_potential", kind="cod", item="industrial")
        return product(
            "methane_potential × mcf",
            of_factor("methane_potential", potential, "t*CH4/t"),
            of_input("mcf", mcf, "1", origin),
        )

    return attempt(make)


def _effluent(ask: Ask) -> Term:
    return of_factor("effluent_n2o_share", _waste(ask, "wastewater", "effluent_n2o_share"), "1")


def wastewater_n2o(protein_kg: float | None, kitchen_waste: str | None, origin: str, ask: Ask) -> Derived:
    """t N2O per person and year: protein · FNPR · FNON_CON · FIND_COM · EF · 44/28 (Eq. 6.7, 6.8)."""
    if protein_kg is None:
        return not_estimated(_NO_PROTEIN)

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        terms = [
            of_input("protein", protein_kg / 1000.0, "t/person/year", origin),
            of_factor("nitrogen_per_protein", _waste(ask, "wastewater", "nitrogen_per_protein"), "1"),
            of_factor(
                "non_consumed_protein",
                _waste(ask, "wastewater", "non_consumed_protein", technology=kitchen_waste),
                "1",
            ),
            of_factor("industrial_commercial_protein", _waste(ask, "wastewater", "industrial_commercial_protein"), "1"),
            _effluent(ask),
            n2o_ratio(),
        ]
        formula = (
            "protein × nitrogen_per_protein × non_consumed_protein × industrial_commercial_protein × "
            "effluent_n2o_share × 44/28"
        )
        return product(formula, *terms)

    return attempt(make)


def sludge_n2o(ask: Ask) -> Derived:
    """−EF · 44/28 per t of nitrogen that leaves with sludge and so never reaches the water."""
    return attempt(
        lambda: product(
            "−1 × effluent_n2o_share × 44/28", constant("sign", -1.0, "1", "IPCC 2006 Guidelines", "Vol. 5, Eq. 6.8"),
            _effluent(ask), n2o_ratio(),
        )
    )  # fmt: skip


def only_methane() -> Derived:
    """The note of a line of methane recovered under the other pollutants: it changes nothing there."""
    return not_estimated(_ONLY_METHANE, key=NotationKey.NA)


def _share(part: Part) -> Term:
    return of_input("share", part.share, "1", part.origin)


_NO_COMPOSITION = Text(
    "没有这股垃圾的组成，也没有实测值", "neither the composition of the stream nor a measured value is given"
)
_NO_MCF = Text(
    "没有该行业废水的甲烷修正因子，指南中的行业值未能查得",
    "no MCF is given; those of the guide by industry were not at hand",
)
_NO_PROTEIN = Text("没有人均蛋白质摄入量", "protein per person is not given")
_ONLY_METHANE = Text("甲烷回收只影响 CH4", "recovery of methane concerns CH4 alone")
