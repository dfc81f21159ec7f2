"""Coefficients as products of factors: each term keeps its source, and what cannot be found keeps its reason."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from cocontrol.core.errors import Ambiguous, NotFound
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.lineage import EMISSION, Derived, Input, local_input, not_estimated
from cocontrol.reference.factors import Factor

BIOGENIC = Text("生物成因的 CO2 只作备注，不计入合计", "biogenic CO2 is a memo item outside the total")
"""Why the CO2 of biomass is not in a total (IPCC 2006 Guidelines, Vol. 1, Ch. 8)."""


@dataclass(frozen=True, slots=True)
class Term:
    """One number of a formula, in the unit of the formula, with the entry that the lineage keeps of it."""

    value: float
    entry: Input


def of_factor(role: str, factor: Factor, unit: str) -> Term:
    """A factor converted to `unit`; the lineage keeps it as its document prints it, with its 95 % limits."""
    entry = {**factor.as_input(role), "lower": factor.lower, "upper": factor.upper}
    return Term(factor.value * unit_factor(factor.unit, unit), entry)


def of_input(role: str, value: float, unit: str, origin: str) -> Term:
    """A value of the user's own table; `origin` is its cell."""
    return Term(value, local_input(role, value, unit, "input", origin))


def constant(role: str, value: float, unit: str, document: str, clause: str) -> Term:
    """A constant of nature or of a method: a ratio of molar masses, a density."""
    return Term(value, local_input(role, value, unit, document, clause, status=Status.VERIFIED))


def product(formula: str, *terms: Term, remark: Text | None = None) -> Derived:
    """Π terms, in the unit that the formula has."""
    return derived(math.prod(term.value for term in terms), formula, *terms, remark=remark)


def derived(value: float, formula: str, *terms: Term, remark: Text | None = None) -> Derived:
    """A value that is more than the product of its terms; `formula` says how it comes about."""
    return Derived(value, formula, tuple(term.entry for term in terms), EMISSION, remark=remark)


def attempt(make: Callable[[], Derived]) -> Derived:
    """What `make` derives, or not estimated (NE) with the reason why a factor was not found or not unique."""
    try:
        return make()
    except (NotFound, Ambiguous) as error:
        fault = error.faults[0]
        value = f" [{fault.value}]" if fault.value else ""
        allowed, remedy = fault.allowed, fault.remedy
        return not_estimated(
            Text(
                "；".join(part.zh for part in (fault.message, allowed, remedy) if part) + value,
                "; ".join(part.en for part in (fault.message, allowed, remedy) if part) + value,
            )
        )
