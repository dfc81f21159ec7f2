"""Coefficients of crops: rice CH4 by hectare, N2O and NH3 by tonne of nitrogen, straw burnt by tonne."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cocontrol.core.errors import NotFound
from cocontrol.core.notation import NotationKey
from cocontrol.core.text import Text
from cocontrol.inventory.agriculture.livestock import n2o_ratio
from cocontrol.inventory.derivation import BIOGENIC, Term, attempt, derived, of_factor, of_input, product
from cocontrol.inventory.lineage import Derived, not_estimated
from cocontrol.reference.agriculture_land_waste import Ask, find_factor
from cocontrol.reference.factors import Factor, get_factor

AMENDMENT_POWER = 0.59
"""Exponent of the organic amendment, IPCC 2006, Vol. 4, Ch. 5, Eq. 5.3."""

STRAW_ITEMS = ("agricultural_residues", "crop_residue")
"""What the documents call straw: the IPCC, which comes first, and the measured sets."""

STRAW_POLLUTANTS = ("CO2", "CH4", "N2O", "SO2", "NOx", "PM10", "PM25", "BC", "OC", "CO", "VOCs", "NH3")


@dataclass(frozen=True, slots=True)
class RiceField:
    """What the IPCC method asks of a group of fields; None where the table leaves it empty."""

    days: float | None
    water_regime: str | None
    pre_season: str | None
    amendment: str | None
    amendment_t_per_ha: float | None
    origin: str


def rice_methane(rice_type: str, field: RiceField, ask: Ask) -> Derived:
    """t CH4 per hectare and season.

    Provincial guides: the factor of rice type and region. IPCC 2006, Vol. 4, Ch. 5, Eq. 5.1–5.3, where the profile
    follows the Guidelines:

        EF = EFc · days · SFw · SFp · SFo,   SFo = (1 + ROA · CFOA)^0.59
    """
    if _follows_ipcc("rice_cultivation", ask):
        return _rice_by_regime(field, ask)

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = _agri(ask, "rice_cultivation", "emission_factor", item=rice_type, pollutant="CH4")
        return product("emission_factor", of_factor("emission_factor", factor, "t*CH4/hectare"))

    return attempt(make)


def _rice_by_regime(field: RiceField, ask: Ask) -> Derived:
    if field.days is None or field.water_regime is None or field.pre_season is None:
        return not_estimated(_NO_REGIME)
    if (field.amendment is None) != (field.amendment_t_per_ha is None):
        return not_estimated(_HALF_AMENDMENT)
    days, water, before = field.days, field.water_regime, field.pre_season

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        terms = [
            of_factor("baseline_factor", _rice(ask, "baseline_daily_factor"), "t*CH4/hectare/day"),
            of_input("days", days, "day", field.origin),
            of_factor("water_scaling", _rice(ask, "water_scaling", technology=water), "1"),
            of_factor("pre_season_scaling", _rice(ask, "pre_season_scaling", technology=before), "1"),
        ]
        value = math.prod(term.value for term in terms)
        formula = "baseline_factor × days × water_scaling × pre_season_scaling"
        if field.amendment is None or field.amendment_t_per_ha is None:
            return derived(value, formula, *terms, remark=_NO_AMENDMENT)
        rate = of_input("amendment_rate", field.amendment_t_per_ha, "t/hectare", field.origin)
        conversion = of_factor(
            "amendment_conversion", _rice(ask, "amendment_conversion", technology=field.amendment), "1"
        )
        value *= (1.0 + rate.value * conversion.value) ** AMENDMENT_POWER
        return derived(
            value,
            f"{formula} × (1 + amendment_rate × amendment_conversion)^{AMENDMENT_POWER}",
            *terms,
            rate,
            conversion,
        )

    return attempt(make)


def direct_n2o(source: str, land: str, ask: Ask) -> Derived:
    """t N2O per t of nitrogen that reaches the field: EF1 · 44/28 (IPCC 2006, Vol. 4, Ch. 11, Eq. 11.1).

    The provincial guide of 2011 has one factor for each zone of provinces (Table 3.4) for all land; the Guidelines tell
    flooded rice apart. Nitrogen that grazing animals leave on pasture has its own factor, EF3PRP (Table 11.1).
    """
    if source == "livestock_excretion":
        return not_estimated(_DEPOSITION_ONLY, key=NotationKey.NA)
    if source in GRAZING:
        return attempt(lambda: _grazing_n2o(source, ask))
    by_land = _follows_ipcc("managed_soils", ask)
    item = "flooded_rice" if by_land and land == "flooded_rice" else "nitrogen_input"

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = _soil(ask, "direct_n2o_share", item)
        return product("direct_n2o_share × 44/28", of_factor("direct_n2o_share", factor, "1"), n2o_ratio())

    return attempt(make)


GRAZING: Mapping[str, str] = {
    "grazing_cattle_poultry_pigs": "cattle_poultry_pigs",
    "grazing_sheep_and_other": "sheep_and_other",
}
"""Nitrogen that animals leave on pasture: the group of animals in the table of factors."""


def _grazing_n2o(source: str, ask: Ask) -> Derived:
    factor = _soil(ask, "grazing_n2o_share", GRAZING[source])
    return product("grazing_n2o_share × 44/28", of_factor("grazing_n2o_share", factor, "1"), n2o_ratio())


def deposited_n2o(source: str, ask: Ask) -> Derived:
    """t N2O per t of nitrogen through the air: share volatilised · EF4 · 44/28 (Eq. 11.9).

    The provincial guide of 2011 counts 10 % of all nitrogen brought to the field and 20 % of what livestock excretes;
    the Guidelines 10 % of fertiliser, 20 % of organic nitrogen, nothing of residues.
    """
    rules = VOLATILISED_2011 if ask.first_document("managed_soils") == "PROV_GUIDE_2011" else VOLATILISED_IPCC
    item = rules[source]
    if item is None:
        return not_estimated(_NOT_VOLATILE, key=NotationKey.NA)

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        return product(
            "volatilised_share × volatilised_n2o_share × 44/28",
            of_factor("volatilised_share", _soil(ask, "volatilised_share", item), "1"),
            of_factor("volatilised_n2o_share", _soil(ask, "volatilised_n2o_share"), "1"),
            n2o_ratio(),
        )

    return attempt(make)


def leached_n2o(source: str, ask: Ask) -> Derived:
    """t N2O per t of nitrogen through water: share leached · EF5 · 44/28 (Eq. 11.10)."""
    if source == "livestock_excretion":
        return not_estimated(_DEPOSITION_ONLY, key=NotationKey.NA)

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        return product(
            "leached_share × leached_n2o_share × 44/28",
            of_factor("leached_share", _soil(ask, "leached_share"), "1"),
            of_factor("leached_n2o_share", _soil(ask, "leached_n2o_share"), "1"),
            n2o_ratio(),
        )

    return attempt(make)


VOLATILISED_2011: Mapping[str, str | None] = {
    "synthetic_fertiliser": "synthetic_fertiliser",
    "organic_fertiliser": "synthetic_fertiliser",
    "crop_residue": "synthetic_fertiliser",
    "livestock_excretion": "organic_nitrogen",
    **dict.fromkeys(GRAZING),
}
"""Which share volatilises by source of nitrogen: provincial guide of 2011, ch. 3 (recalled)."""

VOLATILISED_IPCC: Mapping[str, str | None] = {
    "synthetic_fertiliser": "synthetic_fertiliser",
    "organic_fertiliser": "organic_nitrogen",
    "crop_residue": None,
    "livestock_excretion": None,
    **dict.fromkeys(GRAZING, "organic_nitrogen"),
}
"""The same in IPCC 2006, Vol. 4, Ch. 11, Eq. 11.9; what livestock excretes counts under manure management there."""


def fertiliser_ammonia(source: str, fertiliser: str, soil_ph: str | None, ask: Ask) -> Derived:
    """t NH3 per t of fertiliser nitrogen, by kind of fertiliser and pH of the soil (Tier 2)."""
    if source != "synthetic_fertiliser":
        return not_estimated(_ELSEWHERE, key=NotationKey.IE) if source != "crop_residue" else not_estimated(_NO_RESIDUE)
    if fertiliser in {"none", "not_divided"}:
        return not_estimated(_NO_KIND)
    technology = {"le7": "temperate_soil_ph_le7", "gt7": "temperate_soil_ph_gt7"}.get(soil_ph or "")

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = find_factor(
            ask, "ammonia", "emission_factor", topic="air", sector="mineral_fertiliser", item=fertiliser,
            pollutant="NH3", technology=technology, region=None,
        )  # fmt: skip
        return product("emission_factor", of_factor("emission_factor", factor, "t*NH3/t"))

    return attempt(make)


def dry_latrine_ammonia(ask: Ask) -> Derived:
    """t NH3 per person and year of those who use dry latrines."""

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = find_factor(
            ask, "ammonia", "emission_factor", topic="air", sector="waste_and_people",
            item="rural_people_using_dry_latrines", pollutant="NH3", region=None,
        )  # fmt: skip
        return product("emission_factor", of_factor("emission_factor", factor, "t*NH3/person/year"))

    return attempt(make)


def straw_efficiency(given: float | None, origin: str, ask: Ask) -> Term:
    """Share of the straw set on fire that burns: the user's own, else T/CSES 144-2024, eq. 77."""
    if given is not None:
        return of_input("combustion_efficiency", given, "1", origin)
    return of_factor("combustion_efficiency", _burn_efficiency(ask), "1")


def _burn_efficiency(ask: Ask) -> Factor:
    return get_factor(
        profile="TCSES_144_2024", on=ask.on, jurisdiction=ask.jurisdiction, topic="air", parameter="activity_parameter",
        sector="crop_straw_open_burning", technology="burn_efficiency",
    )  # fmt: skip


def straw_gas(pollutant: str, ask: Ask) -> Derived:
    """t of a pollutant per t of dry matter burnt in the field.

    Greenhouse gases, CO and NOx of IPCC 2006, Vol. 4, Ch. 2, Table 2.5; other pollutants of measured sets. CO2 is
    biogenic: the crop took it up in the same year.
    """
    if pollutant == "CO2":
        return not_estimated(BIOGENIC, key=NotationKey.NA)

    def make() -> Derived:
        """The coefficient with its formula and inputs."""
        factor = _straw(pollutant, ask)
        return product("emission_factor", of_factor("emission_factor", factor, f"t*{pollutant}/t"))

    return attempt(make)


def straw_carbon_dioxide(ask: Ask) -> Derived:
    """Biogenic CO2 per t of dry matter burnt: a memo item, never part of a total."""
    return attempt(lambda: product("emission_factor", of_factor("emission_factor", _straw("CO2", ask), "t*CO2/t")))


def _straw(pollutant: str, ask: Ask) -> Factor:
    """The factor of crop straw, whatever its document calls it."""
    first, last = STRAW_ITEMS

    def find(item: str) -> Factor:
        """The factor of that item."""
        return find_factor(
            ask, "crop_residue_burning", "emission_factor", topic="air", sector="open_burning", pollutant=pollutant,
            region=None, item=item,
        )  # fmt: skip

    try:
        return find(first)
    except NotFound:
        return find(last)


def _follows_ipcc(sector: str, ask: Ask) -> bool:
    """Whether the method of the sector is that of the IPCC Guidelines."""
    return (ask.first_document(sector) or "").startswith("IPCC")


def _agri(ask: Ask, sector: str, parameter: str, **criteria: str | None) -> Factor:
    return find_factor(ask, sector, parameter, topic="agriculture", **criteria)


def _rice(ask: Ask, parameter: str, technology: str | None = None) -> Factor:
    return _agri(ask, "rice_cultivation", parameter, technology=technology)


def _soil(ask: Ask, parameter: str, item: str = "nitrogen_input") -> Factor:
    return _agri(ask, "managed_soils", parameter, item=item, technology="aggregate")


_NO_REGIME = Text(
    "IPCC 口径需要生长期天数、水分管理和种前状态",
    "the IPCC method needs days, water regime and the state before the season",
)
_HALF_AMENDMENT = Text("有机添加物的种类和用量须同时给出", "kind and rate of the organic amendment go together")
_NO_AMENDMENT = Text("未给出有机添加物，按没有计", "no organic amendment is given: counted as none")
_DEPOSITION_ONLY = Text("畜禽排泄氮只用于大气沉降", "nitrogen excreted by livestock counts for deposition only")
_NOT_VOLATILE = Text("该口径下这种氮不计挥发", "this nitrogen does not volatilise under the document")
_ELSEWHERE = Text("粪肥的氨计入畜禽粪便链", "ammonia of manure is part of the manure chain of livestock")
_NO_RESIDUE = Text("没有秸秆还田的氨排放因子", "there is no ammonia factor of crop residues")
_NO_KIND = Text("氨排放随肥料品种而异，须给出品种", "ammonia depends on the kind of fertiliser, which is not given")
