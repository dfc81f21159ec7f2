"""Combustion factors of the IPCC 2006 Guidelines with their 95 % limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cocontrol.core.parameters import NATIONAL
from cocontrol.reference.factors import Factor, Question, select_factor
from cocontrol.reference.fuels import fuel_proxy, require_fuel

PROFILE = "IPCC_2006"

SECTORS = ("energy", "manufacturing", "commercial", "residential", "road")
"""Tables 2.2 to 2.5 of Vol. 2 Ch. 2 (``residential`` also holds agriculture), and 3.2.2 of Ch. 3."""


def combustion_factor(
    fuel_code: str,
    pollutant: str,
    sector: str,
    *,
    on: date,
    jurisdiction: str = NATIONAL,
    technology: str | None = None,
    use_proxy: bool = False,
) -> Factor:
    """kg of CO2, CH4 or N2O per TJ (net calorific) of a fuel burnt in a sector.

    IPCC 2006 Guidelines, Vol. 2, Tables 1.4 (CO2, the same in every sector), 2.2 to 2.5 and 3.2.2.
    CO2 of biogenic fuels is a memo item and stays out of totals. For ``road`` a `technology` may be
    needed (gasoline). With `use_proxy` a Chinese fuel that the Guidelines do not name takes its
    declared IPCC fuel; the factor then carries `proxy`.

    Raises
    ------
    NotFound, Ambiguous
        No value, or several (road vehicles by technology); the message lists the candidates.
    """
    require_fuel(fuel_code)
    proxy = fuel_proxy(fuel_code, "combustion", PROFILE) if use_proxy else None
    criteria = {
        "topic": "combustion",
        "fuel_code": proxy.proxy_fuel_code if proxy else fuel_code,
        "pollutant": pollutant,
        "sector": sector,
        "technology": technology,
    }
    factor = select_factor(Question(criteria, PROFILE, on, jurisdiction))
    return replace(factor, proxy=proxy.describe()) if proxy else factor
