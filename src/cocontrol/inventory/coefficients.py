"""The coefficient table of fuel combustion and the lineage of every number in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from cocontrol.core.periods import parse_period
from cocontrol.inventory.activity import burnt
from cocontrol.inventory.air_coefficients import derive_air
from cocontrol.inventory.circumstances import Circumstances
from cocontrol.inventory.gas_coefficients import Question, derive_co2, derive_ipcc_gas
from cocontrol.inventory.lineage import LINEAGE_SCHEMA, Derived, lineage_row
from cocontrol.reference.profiles import require_valid_profile

COMBUSTION_POLLUTANTS = (
    "CO2", "CH4", "N2O", "SO2", "NOx", "PM10", "PM25", "BC", "OC", "CO", "VOCs", "NH3", "Hg",
)  # fmt: skip
"""What burning fuel gives off, in printed order."""

_KEYS = {"coefficient_id": pl.String, "category": pl.String, "fuel": pl.String, "control_state": pl.String}


def combustion_coefficients(
    activity: pl.DataFrame,
    *,
    profile: str,
    jurisdiction: str,
    on: date | None = None,
    circumstances: Circumstances | None = None,
    pollutants: tuple[str, ...] = COMBUSTION_POLLUTANTS,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row of coefficients for each category, fuel, state and period that is burnt, and where each comes from.

    Parameters
    ----------
    activity : table as `combustion_activity` makes it; rows not burnt are ignored
    profile : document profile of carbon content and oxidation (CH4 and N2O: IPCC 2006; air: T/CSES 144-2024)
    jurisdiction : adcode of the region
    on : day the factors must hold on; None for the last day of each row's period
    circumstances : local technologies, coal quality, devices and heating values
    pollutants : columns to make

    Returns
    -------
    coefficient
        keyed `coefficient_id`; `category`, `fuel`, `control_state`, `unit` (TJ) and a column in t per TJ for
        each pollutant; null where there is no factor, never 0
    coefficient_lineage
        `lineage.LINEAGE_SCHEMA`, keyed (`coefficient_id`, `pollutant`), a row for each null too

    Raises
    ------
    NotFound
        The profile does not exist or does not hold for the data; the message lists those that do.
    """
    wanted = burnt(activity).select("coefficient_id", "category", "fuel", "period").unique(maintain_order=True)
    rows: list[dict[str, Any]] = []
    lineage: list[dict[str, Any]] = []
    for row in wanted.iter_rows(named=True):
        day = on or parse_period(row["period"]).end
        require_valid_profile(profile, day)
        ask = Question(profile, day, jurisdiction, circumstances or Circumstances())
        derived = {name: _derive(row["category"], row["fuel"], name, ask) for name in pollutants}
        state = row["coefficient_id"].split("/")[2]
        key = {name: row[name] for name in ("coefficient_id", "category", "fuel")}
        rows.append({**key, "control_state": state, "unit": "TJ"} | {name: d.value for name, d in derived.items()})
        lineage.extend(lineage_row(row["coefficient_id"], name, d) for name, d in derived.items())
    schema = {**_KEYS, "unit": pl.String, **dict.fromkeys(pollutants, pl.Float64)}
    return pl.DataFrame(rows, schema=schema), pl.DataFrame(lineage, schema=LINEAGE_SCHEMA)


def _derive(category: str, fuel: str, pollutant: str, ask: Question) -> Derived:
    if pollutant == "CO2":
        return derive_co2(fuel, ask)
    if pollutant in {"CH4", "N2O"}:
        return derive_ipcc_gas(category, fuel, pollutant, ask)
    return derive_air(category, fuel, pollutant, ask)
