"""Control devices: removal, capture and what they cost in energy, reagent and CO2."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import polars as pl

from cocontrol.core.parameters import NATIONAL
from cocontrol.reference._data import read_text_table
from cocontrol.reference.factors import Factor, Question, select_factor

TCSES = "TCSES_144_2024"

COARSE = "PM25_10"
"""The particles between 2.5 and 10 µm, for which annex A.1 gives an efficiency of its own."""


@lru_cache(maxsize=1)
def control_technologies() -> pl.DataFrame:
    """Control technologies, keyed `technology`: `name_zh` (null where the source has none), `name_en`."""
    return read_text_table("control_technologies.csv")


def removal_efficiency(
    technology: str,
    pollutant: str,
    *,
    on: date,
    basis: str | None = None,
    profile: str | None = TCSES,
    jurisdiction: str = NATIONAL,
    accept_flagged: bool = False,
) -> Factor:
    """The share (0–1) of a pollutant that a device removes from the gas that reaches it.

    T/CSES 144-2024, Table A.1 (`basis` ``fleet_average``: downtime and weak units included, two to
    three times below ``design``; the two are never mixed in one calculation). `pollutant` is a column
    name or ``PM25_10``; PM10 has no efficiency of its own (`pm10_removal`). The dust columns of SNCR
    and SCR are flagged ``suspect`` (they repeat those of wet desulphurisation).

    Raises
    ------
    NotFound, Ambiguous
        No efficiency, a suspect one not accepted, or several; the message lists them.
    """
    criteria = {"parameter": "removal", "technology": technology, "pollutant": pollutant, "kind": basis}
    return select_factor(Question({"topic": "control", **criteria}, profile, on, jurisdiction, accept_flagged))


def capture_efficiency(
    technology: str, pollutant: str, *, on: date, profile: str | None = TCSES, jurisdiction: str = NATIONAL
) -> Factor:
    """The share (0–1) of a solvent emission that is led to the device; raises as `removal_efficiency`.

    Overall control = capture × removal × operation rate (T/CSES 144-2024, Table A.1).
    """
    criteria = {"topic": "control", "parameter": "capture", "technology": technology, "pollutant": pollutant}
    return select_factor(Question(criteria, profile, on, jurisdiction))


def pm10_removal(fine_share: float, fine_removal: float, coarse_removal: float) -> float:
    """The removal of PM10 as a whole: Σ share × removal over PM2.5 and the coarse part.

    `fine_share` is the mass of PM2.5 in PM10 before the device (0–1). T/CSES 144-2024 gives the two
    efficiencies apart; the mean over the mass follows from the conservation of mass.
    """
    return fine_share * fine_removal + (1.0 - fine_share) * coarse_removal
