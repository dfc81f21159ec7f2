"""Methane of landfills by first-order decay: IPCC 2006 Guidelines and 2019 Refinement, Vol. 5, Ch. 3.

Both editions share the equations; the Refinement gives DOCf by component (0.7, 0.5, 0.1) and MCF for aerated sites,
which are inputs here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.text import Text

METHANE_PER_CARBON = 16.0 / 12.0
"""Mass of CH4 per mass of C, as a fraction."""

DEFAULT_DELAY_MONTHS = 6
"""Months from deposit (on average mid-year) to the start of decay: decay starts on 1 January of the next year."""

DEPOSIT_COLUMNS = ("component", "year", "deposited_Gg", "doc", "docf", "mcf", "k_per_year", "methane_fraction")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decay:
    """First-order decay of all components.

    `components` is keyed (component, year), masses in Gg: deposited_Gg (waste), carbon_deposited_Gg (decomposable, DDOCm),
    carbon_decomposed_Gg, carbon_remaining_Gg (end of year, decomposable), carbon_stored_Gg (deposited in the year and never
    decomposing anaerobically), methane_generated_Gg. `years` is keyed year: methane_generated_Gg, methane_recovered_Gg,
    methane_emitted_Gg.
    """

    components: pl.DataFrame
    years: pl.DataFrame


def first_order_decay(
    deposits: pl.DataFrame,
    *,
    first: int,
    last: int,
    recovered: Mapping[int, float] | None = None,
    oxidation: float = 0.0,
    delay_months: int = DEFAULT_DELAY_MONTHS,
) -> Decay:
    """Methane generated, recovered and emitted from `first` to `last`.

    For each component (Eq. 3.2, 3A1.10 to 3A1.13), with D_t the decomposable carbon deposited in year t, H the
    carbon that remains at the end of a year and s = (6 − delay)/12 the part of the first year in which it decays:

        D_t = W_t · DOC · DOCf · MCF
        decomposed_t = H_{t−1} · (1 − e^−k) + D_t · (1 − e^−k·s)
        H_t          = H_{t−1} · e^−k       + D_t · e^−k·s
        CH4 generated_t = decomposed_t · F · 16/12                              (Eq. 3.6)
        CH4 emitted_t   = (Σ generated_t − recovered_t) · (1 − OX)              (Eq. 3.1)

    Parameters
    ----------
    deposits : table `landfill_deposit`; year null means every year. A year without a row has no deposit
    recovered : Gg of CH4 by year
    oxidation : OX, the share that the cover oxidises; 0 unless the site is managed and covered
    delay_months : 0 to 6

    Raises
    ------
    InvalidInput
        A component has more than one k, a row for a year and one for every year, or the same year twice; a year outside
        `first` … `last`; a missing number; more methane recovered than generated.
    """
    _check(deposits, first, last, oxidation, delay_months)
    span = np.arange(first, last + 1)
    parts = [
        _component(str(name), part, span, (6 - delay_months) / 12.0)
        for (name,), part in deposits.group_by(["component"], maintain_order=True)
    ]
    components = pl.concat(parts)
    generated = components.group_by("year", maintain_order=True).agg(pl.col("methane_generated_Gg").sum())
    taken = {int(year): value for year, value in (recovered or {}).items()}
    years = generated.with_columns(
        methane_recovered_Gg=pl.Series([float(taken.get(year, 0.0)) for year in generated["year"]], dtype=pl.Float64)
    )
    _check_recovered(years, taken)
    emitted = (pl.col("methane_generated_Gg") - pl.col("methane_recovered_Gg")) * (1.0 - oxidation)
    return Decay(components, years.with_columns(methane_emitted_Gg=emitted))


def _component(name: str, part: pl.DataFrame, span: NDArray[np.int64], first_year_part: float) -> pl.DataFrame:
    """One component over all years."""
    waste, carbon, decomposable, methane = _deposited(part, span)
    rate = float(part["k_per_year"][0])
    kept, kept_first = math.exp(-rate), math.exp(-rate * first_year_part)
    remaining, decomposed = np.zeros(len(span)), np.zeros(len(span))
    held = 0.0
    for place, mass in enumerate(decomposable.tolist()):
        decomposed[place] = -math.expm1(-rate) * held - math.expm1(-rate * first_year_part) * mass
        held = held * kept + mass * kept_first
        remaining[place] = held
    return pl.DataFrame(
        {
            "component": [name] * len(span),
            "year": span,
            "deposited_Gg": waste,
            "carbon_deposited_Gg": decomposable,
            "carbon_decomposed_Gg": decomposed,
            "carbon_remaining_Gg": remaining,
            "carbon_stored_Gg": carbon - decomposable,
            "methane_generated_Gg": decomposed * methane * METHANE_PER_CARBON,
        }
    )


def _deposited(part: pl.DataFrame, span: NDArray[np.int64]) -> tuple[Floats, Floats, Floats, float]:
    """By year: waste, its degradable carbon, what of it decomposes; and the methane fraction of the component."""
    carbon = pl.col("deposited_Gg") * pl.col("doc")
    rows = part.select("year", "deposited_Gg", carbon=carbon, decomposable=carbon * pl.col("docf") * pl.col("mcf"))
    made = []
    for name in ("deposited_Gg", "carbon", "decomposable"):
        values = np.zeros(len(span))
        for year, value in rows.select("year", name).iter_rows():
            if year is None:
                values[:] = value
            else:
                values[year - span[0]] = value
        made.append(values)
    return made[0], made[1], made[2], float(part["methane_fraction"][0])


def _check(deposits: pl.DataFrame, first: int, last: int, oxidation: float, delay_months: int) -> None:
    faults = FaultCollector()
    if not (0 <= oxidation <= 1 and 0 <= delay_months <= 6 and first <= last):
        message = Text("氧化因子、滞后月数或年份范围不可用", "oxidation, delay or years cannot be used")
        allowed = Text("0≤OX≤1，0≤滞后≤6，起≤止", "0 ≤ OX ≤ 1, 0 ≤ delay ≤ 6, first ≤ last")
        value = f"OX {oxidation}, {delay_months}, {first}–{last}"
        faults.add(Fault("landfill.options", message, value=value, allowed=allowed))
    for name in DEPOSIT_COLUMNS:
        if name not in deposits.columns or (name != "year" and deposits[name].null_count()):
            message = Text("缺少 {c}", "{c} is missing").format(c=name)
            faults.add(Fault("landfill.missing", message, remedy=Text("缺失不是零", "missing is not zero")))
    faults.raise_if_any(InvalidInput)
    for (name,), part in deposits.group_by(["component"], maintain_order=True):
        faults.extend(_component_faults(str(name), part, first, last))
    faults.raise_if_any(InvalidInput)


def _component_faults(name: str, part: pl.DataFrame, first: int, last: int) -> list[Fault]:
    found = []
    for column in ("k_per_year", "methane_fraction"):
        if part[column].n_unique() > 1:
            message = Text("成分 {n} 的 {c} 不止一个值", "component {n} has more than one {c}").format(n=name, c=column)
            found.append(Fault("landfill.parameter", message, value=str(part[column].unique().sort().to_list())))
    years = part["year"]
    if years.n_unique() < years.len() or (years.null_count() and years.len() > 1):
        message = Text("成分 {n} 的同一年份不止一行", "component {n} has more than one row for a year").format(n=name)
        found.append(Fault("landfill.year_twice", message))
    outside = [year for year in years if year is not None and not first <= year <= last]
    if outside:
        message = Text("成分 {n} 的年份超出计算范围", "component {n} has years outside the calculation").format(n=name)
        allowed = Text(f"{first} 至 {last}", f"{first} to {last}")
        found.append(Fault("landfill.year_outside", message, value=str(outside[:5]), allowed=allowed))
    return found


def _check_recovered(years: pl.DataFrame, taken: Mapping[int, float]) -> None:
    known = set(years["year"])
    faults = [
        Fault("landfill.recovered", Text("回收量的年份超出计算范围", "recovery in a year outside"), value=str(year))
        for year in taken
        if year not in known
    ]
    over = years.filter(pl.col("methane_recovered_Gg") > pl.col("methane_generated_Gg") * (1 + 1e-12))
    for year, generated, recovered in over.iter_rows():
        message = Text("{y} 年回收的甲烷多于产生的", "more methane is recovered in {y} than generated").format(y=year)
        faults.append(Fault("landfill.recovered", message, value=f"{recovered:g} > {generated:g} Gg"))
    if faults:
        raise InvalidInput(*faults)


def recovered_by_year(deposits: pl.DataFrame, *, first: int, last: int) -> dict[int, float]:
    """Methane recovered in each year, from the column recovered_Gg; a row without year counts every year."""
    if "recovered_Gg" not in deposits.columns:
        return {}
    rows = deposits.drop_nulls("recovered_Gg")
    every = math.fsum(rows.filter(pl.col("year").is_null())["recovered_Gg"])
    taken = dict.fromkeys(range(first, last + 1), every) if every else {}
    for year, amount in rows.drop_nulls("year").select("year", "recovered_Gg").iter_rows():
        taken[year] = taken.get(year, 0.0) + amount
    return taken


def wide_table(decay: Decay) -> pl.DataFrame:
    """One row per year as the IPCC waste model prints it: <component>_CH4_generated_Gg …, total, recovered, emitted."""
    parts = decay.components.pivot(on="component", index="year", values="methane_generated_Gg", maintain_order=True)
    named = parts.rename({name: f"{name}_CH4_generated_Gg" for name in parts.columns if name != "year"})
    return named.join(decay.years, on="year", how="left", maintain_order="left").rename(
        {
            "methane_generated_Gg": "total_generated_Gg",
            "methane_recovered_Gg": "recovered_Gg",
            "methane_emitted_Gg": "emitted_Gg",
        }
    )
