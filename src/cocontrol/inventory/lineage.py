"""How a coefficient came about: formula, inputs with their documents, status; or why there is none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.notation import Notation, NotationKey
from cocontrol.core.provenance import Status, weakest
from cocontrol.core.text import Text

LINEAGE_SCHEMA = pl.Schema(
    {
        "coefficient_id": pl.String,
        "pollutant": pl.String,
        "value": pl.Float64,
        "unit": pl.String,
        "stage": pl.String,
        "formula": pl.String,
        "inputs": pl.String,
        "status": pl.String,
        "notation": pl.String,
        "reason_zh": pl.String,
        "reason_en": pl.String,
    }
)
"""Columns of the lineage table; keyed (`coefficient_id`, `pollutant`).

`stage` is ``generation`` where no removal is known (产生量) and ``emission`` where it is deducted or does not arise.
`inputs` is a JSON list of {role, factor_id, value, unit, document, clause, status, …}.
"""

GENERATION, EMISSION = "generation", "emission"

Input = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Derived:
    """One coefficient in t per TJ with its derivation; without a value it carries the notation key and reason."""

    value: float | None
    formula: str
    inputs: tuple[Input, ...]
    stage: str
    notation: Notation | None = None
    remark: Text | None = None

    @property
    def status(self) -> Status | None:
        """The weakest of the inputs; None where there is no value."""
        return weakest(*(Status(entry["status"]) for entry in self.inputs)) if self.value is not None else None


def not_estimated(reason: Text, inputs: Iterable[Input] = (), key: NotationKey = NotationKey.NE) -> Derived:
    """No coefficient, with notation key and reason (IPCC 2006 Guidelines, Vol. 1, Ch. 8, Table 8.1)."""
    return Derived(None, "", tuple(inputs), EMISSION, Notation(key, reason))


def local_input(
    role: str, value: float, unit: str, document: str, clause: str, *, status: Status = Status.DECLARED
) -> Input:
    """An input that no factor table holds: a value that the place itself gave, or (``verified``) a constant."""
    return {
        "role": role,
        "factor_id": None,
        "value": value,
        "unit": unit,
        "document": document,
        "clause": clause,
        "status": status.value,
    }


def lineage_row(coefficient_id: str, pollutant: str, derived: Derived, *, unit: str = "TJ") -> dict[str, Any]:
    """The row of the lineage table (`LINEAGE_SCHEMA`) for one derived coefficient, in t per `unit` of activity."""
    reason = derived.notation.reason if derived.notation else derived.remark
    return {
        "coefficient_id": coefficient_id,
        "pollutant": pollutant,
        "value": derived.value,
        "unit": f"t*{pollutant}/{unit}",
        "stage": derived.stage if derived.value is not None else None,
        "formula": derived.formula or None,
        "inputs": json.dumps(derived.inputs, ensure_ascii=False),
        "status": derived.status.value if derived.status else None,
        "notation": derived.notation.key.value if derived.notation else None,
        "reason_zh": reason.zh if reason else None,
        "reason_en": reason.en if reason else None,
    }
