"""Air-pollutant factors per unit of fuel or product, before any control device."""

from __future__ import annotations

from datetime import date

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.parameters import NATIONAL
from cocontrol.core.text import Text
from cocontrol.reference.factors import Factor, Question, factor_table, select_factor
from cocontrol.reference.fuels import require_fuel

TCSES = "TCSES_144_2024"
"""T/CSES 144-2024, the city inventory guide; the first choice for fuel burnt in boilers and furnaces."""

MASS_BALANCE_PARAMETERS = ("sulphur_retention", "ash_retention", "particle_fraction", "share_of_pm25")


def air_factor(
    fuel_code: str,
    pollutant: str,
    *,
    sector: str,
    on: date,
    technology: str | None = None,
    item: str | None = None,
    kind: str | None = None,
    profile: str = TCSES,
    jurisdiction: str = NATIONAL,
    accept_flagged: bool = False,
) -> Factor:
    """Mass of pollutant per mass (or standard volume) of fuel, uncontrolled unless `kind` says otherwise.

    T/CSES 144-2024, Tables D.1 (``power``, ``heat_supply``) and E.7 (``industry``). The fuel is looked
    up under the guide's own fuel list (`fuels()["air_fuel_code"]`: every coal is ``coal``). Technologies
    are ``pulverised_coal``, ``circulating_fluidised_bed``, ``travelling_grate``, ``hand_fired_grate``,
    ``gas_boiler``, ``oil_boiler``; `item` is the unit-size band of coal-fired NOx
    (``unit_le_100_mw``, ``unit_100_300_mw``, ``unit_ge_300_mw``). NOx counts as NO2.

    SO2 and particles from coal have no factor here: they follow from sulphur and ash
    (`mass_balance_parameter`). A 0 printed in the tables means "no factor given" and is `NotFound`.

    Raises
    ------
    NotFound
        No factor, a printed 0, or a suspect value that was not accepted; the message says which.
    Ambiguous
        The value depends on a technology or size band that was not given; the message lists them.
    """
    listed = require_fuel(fuel_code)["air_fuel_code"]
    if listed is None:
        raise NotFound(
            Fault(
                "factor.fuel_not_listed",
                Text("{p} 的燃料表中没有该燃料", "the fuel lists of {p} do not hold this fuel").format(p=profile),
                value=fuel_code,
                allowed=Text("{k}", "{k}").format(k=", ".join(_listed_fuels(profile))),
            )
        )
    criteria: dict[str, str | int | None] = {
        "topic": "air",
        "parameter": "emission_factor",
        "fuel_code": listed,
        "pollutant": pollutant,
        "sector": sector,
        "technology": technology,
        "item": item,
        "kind": kind,
    }
    return select_factor(Question(criteria, profile, on, jurisdiction, accept_flagged))


def product_factor(
    item: str,
    pollutant: str,
    *,
    sector: str | None = None,
    technology: str | None = None,
    on: date,
    profile: str = TCSES,
    jurisdiction: str = NATIONAL,
    accept_flagged: bool = False,
) -> Factor:
    """Mass of pollutant per unit of product or other activity, before control (T/CSES 144-2024, Table E.1 …).

    `item` is the product as in `factor_table()` (``clinker``, ``sinter``, ``crude_steel``); stack and
    fugitive parts are separate technologies and add up. Raises as `air_factor`.
    """
    criteria: dict[str, str | int | None] = {
        "topic": "air",
        "parameter": "emission_factor",
        "item": item,
        "pollutant": pollutant,
        "sector": sector,
        "technology": technology,
    }
    return select_factor(Question(criteria, profile, on, jurisdiction, accept_flagged))


def mass_balance_parameter(
    parameter: str,
    pollutant: str,
    *,
    sector: str,
    technology: str | None = None,
    on: date,
    profile: str = TCSES,
    jurisdiction: str = NATIONAL,
) -> Factor:
    """A share (0–1) of the coal mass balances of T/CSES 144-2024, annex C.

    SO2: EF = 2 × S × (1 − ``sulphur_retention``). PM: EF = A × (1 − ``ash_retention``) ×
    ``particle_fraction`` of PM10 or PM25. BC and OC: PM25 × ``share_of_pm25``. S and A, the sulphur and
    ash of the coal, are local parameters and have no default. Raises as `air_factor`.
    """
    if parameter not in MASS_BALANCE_PARAMETERS:
        raise NotFound(
            Fault(
                "factor.parameter_unknown",
                Text("没有这个物料衡算参数", "no such mass-balance parameter"),
                value=parameter,
                allowed=Text("{k}", "{k}").format(k=", ".join(MASS_BALANCE_PARAMETERS)),
            )
        )
    criteria: dict[str, str | int | None] = {
        "topic": "air",
        "parameter": parameter,
        "fuel_code": "coal",
        "pollutant": pollutant,
        "sector": sector,
        "technology": technology,
    }
    return select_factor(Question(criteria, profile, on, jurisdiction))


def _listed_fuels(profile: str) -> list[str]:
    rows = factor_table().filter((pl.col("topic") == "air") & (pl.col("profile") == profile))
    return rows["fuel_code"].drop_nulls().unique().sort().to_list()
