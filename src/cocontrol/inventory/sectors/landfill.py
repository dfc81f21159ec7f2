"""Landfills by first-order decay as a sector, and which of the two landfill methods counts."""

from __future__ import annotations

from typing import Any

import polars as pl

from cocontrol.core.errors import Ambiguous, Fault, InvalidInput, Level, NotFound
from cocontrol.core.text import Text
from cocontrol.inventory.derivation import Term, of_input
from cocontrol.inventory.findings import Finding
from cocontrol.inventory.lineage import Derived, Input, local_input, not_estimated
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.input_rows import Row, ask_of, declared_number, origin_of
from cocontrol.inventory.sectors.linear import Modelled, modelled_coefficient, modelled_result
from cocontrol.inventory.waste import tables as declared  # noqa: F401 - declares the input table
from cocontrol.inventory.waste.factors import Local, landfill_oxidation
from cocontrol.inventory.waste.landfill import (
    DEFAULT_DELAY_MONTHS,
    DEPOSIT_COLUMNS,
    Decay,
    first_order_decay,
    recovered_by_year,
)

METHOD = "landfill.method"
"""Declared choice where a workspace has the input of both methods: ``first_order_decay`` or ``mass_balance``."""

DECAY, MASS_BALANCE = "first_order_decay", "mass_balance"

FIRST_YEAR, OXIDATION, COVER, DELAY = (
    "landfill.first_year", "landfill.oxidation", "landfill.cover", "landfill.delay_months",
)  # fmt: skip
"""Declared choices of first-order decay."""

TONNES_PER_GG = 1000.0

FORMULA = "first-order decay: Σ components (Σ deposits × doc × docf × mcf decayed by k) × methane_fraction × 16/12 − recovered, × (1 − oxidation)"  # fmt: skip


def first_order_counts(tables: Tables, context: SectorContext) -> bool:
    """Whether first-order decay is the method that counts where both have their input.

    The declared choice decides; without one the provincial guide of 2011 counts by its own mass balance and every other
    profile by first-order decay, which the IPCC Guidelines prefer.
    """
    if "landfill_deposit" not in tables:
        return False
    if "landfill_mass_balance" not in tables:
        return True
    default = MASS_BALANCE if context.document_profile == "PROV_GUIDE_2011" else DECAY
    chosen = context.parameters.get(METHOD, default)
    if chosen not in {DECAY, MASS_BALANCE}:
        message = Text("没有这种填埋方法", "no such landfill method")
        allowed = Text("{a}、{b}", "{a}, {b}").format(a=DECAY, b=MASS_BALANCE)
        raise InvalidInput(Fault("landfill.method", message, value=str(chosen), allowed=allowed))
    return bool(chosen == DECAY)


def not_counted(row: Row, methane_t: float | None, method: str) -> Finding:
    """The methane of the method that does not count, so that both can be compared and neither is added twice."""
    message = Text(
        "另一种填埋方法的结果，只作比较，不计入", "the result of the other landfill method, for comparison, not counted"
    )
    return Finding(
        "landfill.other_method", Level.LOW, f"{method}@{row['year']}", None, methane_t, "t*CH4", message,
        (origin_of(row),) if origin_of(row) else (),
    )  # fmt: skip


def landfill_decay(tables: Tables, context: SectorContext) -> SectorResult:
    """CH4 of landfills by first-order decay for each year of the inventory (`landfill.first_order_decay`).

    The activity of a year is the carbon that decomposes in it (t), which goes on after the last deposit.

    Raises `InvalidInput` as the model does, and where every deposit is a constant and the first year is not declared.
    """
    last = max(context.years)
    deposits = tables["landfill_deposit"].filter(pl.col("year").is_null() | (pl.col("year") <= last))
    if deposits.is_empty():
        return modelled_result("landfill_decay", [])
    first = _first_year(deposits, context)
    oxidation = _oxidation(context)
    share = oxidation.value if isinstance(oxidation, Term) else 0.0
    delay = declared_number(context, DELAY)
    decay = first_order_decay(
        deposits.select(DEPOSIT_COLUMNS),
        first=first,
        last=last,
        recovered=recovered_by_year(deposits, first=first, last=last),
        oxidation=share,
        delay_months=DEFAULT_DELAY_MONTHS if delay is None else int(delay),
    )
    rows = [_modelled(year, deposits, decay, oxidation, context) for year in context.years if year >= first]
    if first_order_counts(tables, context):
        return modelled_result("landfill_decay", rows)
    return modelled_result("landfill_decay", [], [_beside(row, oxidation) for row in rows])


def _beside(row: Modelled, oxidation: Term | Derived) -> Finding:
    emitted = row.emitted["CH4"] if isinstance(oxidation, Term) else None
    return not_counted({"year": row.period, "origin": row.origin}, emitted, "first_order_decay")


def _first_year(deposits: pl.DataFrame, context: SectorContext) -> int:
    stated = declared_number(context, FIRST_YEAR)
    years = deposits["year"].drop_nulls()
    if stated is None and years.is_empty():
        message = Text("每年相同的填埋量没有起始年", "constant deposits have no first year")
        remedy = Text("在参数中声明 landfill.first_year", "declare landfill.first_year among the parameters")
        raise InvalidInput(Fault("landfill.first_year", message, remedy=remedy))
    return int(stated) if stated is not None else int(str(years.min()))


def _oxidation(context: SectorContext) -> Term | Derived:
    """OX as declared, or as the profile has it; not estimated where it depends on a cover that is not declared."""
    given = declared_number(context, OXIDATION)
    if given is not None:
        return of_input("oxidation", given, "1", OXIDATION)
    row: dict[str, Any] = {"year": max(context.years), "adcode": context.adcode}
    cover = context.parameters.get(COVER)
    try:
        return landfill_oxidation(cover, Local({}, ""), ask_of(row, context))
    except (NotFound, Ambiguous):
        return not_estimated(_NO_OXIDATION)


def _modelled(
    year: int, deposits: pl.DataFrame, decay: Decay, oxidation: Term | Derived, context: SectorContext
) -> Modelled:
    of_year = decay.components.filter(pl.col("year") == year)
    decomposed = float(of_year["carbon_decomposed_Gg"].sum()) * TONNES_PER_GG
    result = float(decay.years.filter(pl.col("year") == year)["methane_emitted_Gg"][0]) * TONNES_PER_GG
    if isinstance(oxidation, Term):
        inputs = [*_inputs(deposits), oxidation.entry]
        emitted, derived = result, modelled_coefficient(result, decomposed, FORMULA, inputs)
    else:
        emitted, derived = None, oxidation
    return Modelled(
        source_id=f"landfill/{context.adcode}",
        adcode=context.adcode,
        period=str(year),
        category="4A",
        amount=decomposed,
        unit="t",
        origin="; ".join(deposits["origin"].drop_nulls().unique(maintain_order=True)[:3]) if "origin" in deposits.columns else "",
        emitted={"CH4": emitted},
        derived={"CH4": derived},
        process="first_order_decay",
    )  # fmt: skip


def _inputs(deposits: pl.DataFrame) -> list[Input]:
    """The parameters of each component, once."""
    names = ("doc", "docf", "mcf", "k_per_year", "methane_fraction")
    units = {"k_per_year": "1/year"}
    made = []
    for row in deposits.unique(subset=["component", *names], maintain_order=True).iter_rows(named=True):
        for name in names:
            entry = local_input(name, row[name], units.get(name, "1"), "input", str(row.get("origin") or ""))
            made.append({**entry, "component": row["component"]})
    return made


_NO_OXIDATION = Text(
    "氧化因子随覆盖而异，须声明 landfill.cover 或 landfill.oxidation",
    "the oxidation factor depends on the cover: declare landfill.cover or landfill.oxidation",
)

LANDFILL = SectorModule(
    "landfill_decay",
    Text("填埋（一阶衰减）", "landfills (first-order decay)"),
    ("4A",), ("CH4",), ("landfill_deposit",), ("landfill_mass_balance",),
    Text("逐年填埋量的一阶衰减", "first-order decay of the deposits of all years"),
    Text("IPCC 2006 和 2019 年修订 第5卷第3章", "IPCC 2006 and 2019 Refinement, Vol. 5, Ch. 3"),
    landfill_decay,
)  # fmt: skip
