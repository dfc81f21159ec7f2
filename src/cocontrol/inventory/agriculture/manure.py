"""Methane of manure management, Tier 2: IPCC 2006 Guidelines and 2019 Refinement, Vol. 4, Ch. 10."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.text import Text

METHANE_KG_PER_M3 = 0.67
"""Conversion of m³ CH4 to kg, Eq. 10.23."""

DAYS_PER_YEAR = 365

MONTHS = 12
SHARE_TOLERANCE = 1e-6
ZERO_CELSIUS_K = 273.15


@dataclass(frozen=True, slots=True)
class DecayConstants:
    """Constants of the temperature response f = exp(E · (T2 − T1) / (R · T1 · T2)).

    2019 Refinement, Vol. 4, Ch. 10, annex on the calculation of MCF. **Recalled**: known from public transcriptions, not
    checked against the printed annex; results that use them are recalled too.
    """

    activation_energy_cal_per_mol: float = 19_347.0
    reference_temperature_k: float = 308.16
    gas_constant_cal_per_mol_k: float = 1.987


RECALLED_CONSTANTS = DecayConstants()
"""The constants of the 2019 Refinement, as recalled."""


def decay_fraction(temperature_c: float, constants: DecayConstants = RECALLED_CONSTANTS) -> float:
    """Share of the volatile solids in the store that turns into methane within a month; at most 1."""
    kelvin, reference = temperature_c + ZERO_CELSIUS_K, constants.reference_temperature_k
    exponent = constants.activation_energy_cal_per_mol * (kelvin - reference)
    return min(1.0, math.exp(exponent / (constants.gas_constant_cal_per_mol_k * kelvin * reference)))


def methane_conversion_factor(
    manure_temperature_c: Sequence[float],
    emptied_in: Collection[int],
    *,
    emptied_share: float = 0.95,
    years: int = 3,
    constants: DecayConstants = RECALLED_CONSTANTS,
) -> float:
    """MCF of a liquid store that is filled evenly and emptied in some months, as a share of B0.

    A box model of volatile solids by month, from an empty store, run until it repeats itself:

        available_m = loaded_m + (available_{m−1} − consumed_{m−1}) · (1 − emptied share, in a month of emptying)
        consumed_m  = available_m · f(T_m)
        MCF = Σ consumed / Σ loaded over the last year

    (Mangino et al. 2001; 2019 Refinement, Vol. 4, Ch. 10, annex on MCF: three years, 95 % emptied.)

    Parameters
    ----------
    manure_temperature_c : twelve monthly temperatures of the manure, January first. Manure follows the air by about
        a month and does not fall far below freezing: both must already be in the figures
    emptied_in : months of emptying, 1 to 12; empty for never

    Raises
    ------
    InvalidInput
        Not twelve temperatures, a month outside 1–12, a share outside 0–1, less than one year.
    """
    months = set(emptied_in)
    if len(manure_temperature_c) != MONTHS or not months <= set(range(1, MONTHS + 1)) or years < 1:
        raise InvalidInput(_options_fault(f"{len(manure_temperature_c)}, {sorted(months)}, {years}"))
    if not 0 <= emptied_share <= 1:
        raise InvalidInput(_options_fault(f"{emptied_share}"))
    fractions = [decay_fraction(temperature, constants) for temperature in manure_temperature_c]
    left = consumed = 0.0
    for place in range(years * MONTHS):
        month = place % MONTHS
        carried = left * (1.0 - emptied_share) if month + 1 in months else left
        available = 1.0 + carried
        used = available * fractions[month]
        left = available - used
        consumed = used if month == 0 else consumed + used
    return consumed / MONTHS


def _options_fault(value: str) -> Fault:
    return Fault(
        "manure.options",
        Text("粪污储存参数不可用", "the parameters of the store cannot be used"),
        value=value,
        allowed=Text(
            "十二个月温度；月份 1–12；份额 0–1；至少一年",
            "twelve temperatures, months from 1 to 12, a share from 0 to 1, at least one year",
        ),
    )


def digester_conversion_factor(*, b0: float, produced: float, used_or_flared: float, storage_mcf: float) -> float:
    """MCF of an anaerobic digester with its store, as a share of B0.

        MCF = (produced − used or flared + MCF_storage · (B0 − produced)) / B0

    2006 Guidelines, Vol. 4, Ch. 10, Table 10.17, formula 1; B0, produced and used in m³ CH4 per kg of volatile solids.
    """
    if not (b0 > 0 and 0 <= used_or_flared <= produced <= b0 and 0 <= storage_mcf <= 1):
        raise InvalidInput(_digester_fault(b0, produced, used_or_flared, storage_mcf))
    return (produced - used_or_flared + storage_mcf * (b0 - produced)) / b0


def _digester_fault(*values: float) -> Fault:
    return Fault(
        "manure.digester",
        Text("沼气池参数不可用", "the parameters of the digester cannot be used"),
        value=", ".join(f"{value:g}" for value in values),
        allowed=Text("0 ≤ 利用 ≤ 产气 ≤ B0，MCF 0–1", "0 ≤ used ≤ produced ≤ B0, an MCF from 0 to 1"),
    )


def manure_methane(herds: pl.DataFrame, systems: pl.DataFrame) -> pl.DataFrame:
    """Methane of manure by herd.

        EF  = VS · 365 · B0 · 0.67 · Σ_S MCF_S · share_S        kg CH4 per head and year, Eq. 10.23
        CH4 = heads · EF / 1000                                  t, Eq. 10.22

    Parameters
    ----------
    herds : table keyed herd_id; heads, volatile_solids_kg_per_day (per head), b0_m3_per_kg
    systems : table keyed (herd_id, system); share of the manure (in sum 1 for each herd), mcf as a share of B0

    Returns
    -------
    The herds with weighted_mcf, ef_kg_per_head and methane_t; null where an input is missing.

    Raises
    ------
    InvalidInput
        Shares of a herd that do not sum to 1, a herd without systems, systems of no herd.
    """
    sums = systems.group_by("herd_id", maintain_order=True).agg(
        pl.col("share").sum().alias("shares"),
        pl.when(pl.col("share").null_count() + pl.col("mcf").null_count() == 0)
        .then((pl.col("share") * pl.col("mcf")).sum())
        .alias("weighted_mcf"),
    )
    _check_shares(herds, sums)
    factor = (
        pl.col("volatile_solids_kg_per_day") * DAYS_PER_YEAR * pl.col("b0_m3_per_kg") * METHANE_KG_PER_M3
    ) * pl.col("weighted_mcf")
    made = herds.join(sums.drop("shares"), on="herd_id", how="left", maintain_order="left")
    return made.with_columns(ef_kg_per_head=factor).with_columns(
        methane_t=pl.col("heads") * pl.col("ef_kg_per_head") / 1000.0
    )


def _check_shares(herds: pl.DataFrame, sums: pl.DataFrame) -> None:
    faults = FaultCollector()
    known, given = set(herds["herd_id"]), set(sums["herd_id"])
    for herd in sorted(known ^ given, key=str):
        message = Text("畜群与粪污管理方式对不上", "herds and manure systems do not match")
        faults.add(Fault("manure.herd", message, value=str(herd)))
    for herd, total in sums.select("herd_id", "shares").iter_rows():
        if abs(total - 1.0) > SHARE_TOLERANCE:
            message = Text("畜群 {h} 的份额之和不是 1", "the shares of herd {h} do not sum to 1").format(h=herd)
            faults.add(Fault("manure.shares", message, value=f"{total:g}"))
    faults.raise_if_any(InvalidInput)
