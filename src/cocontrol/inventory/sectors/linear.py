"""Sectors that are amount × coefficient: from rows with their derived coefficients to the tables of a result.

Every such sector goes through the same engine (`estimation.estimate`); a sector module only says what its rows are and how
each coefficient comes about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from cocontrol.core.errors import Level
from cocontrol.core.notation import NotationKey
from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text
from cocontrol.inventory.activity import ACTIVITY_SCHEMA, UNCONTROLLED
from cocontrol.inventory.estimation import estimate
from cocontrol.inventory.findings import Finding, finding_table
from cocontrol.inventory.lineage import EMISSION, LINEAGE_SCHEMA, Derived, Input, lineage_row, not_estimated
from cocontrol.inventory.sectors.catalogue import COEFFICIENT_KEYS, EMISSION_KEYS, SectorResult

ESTIMATED = "sector"
"""The `use` of an activity row that a sector estimates; fuel burnt by the energy balance has ``combusted``."""

_REASON = Text("部门模块估算", "estimated by a sector module")


@dataclass(frozen=True, slots=True)
class Line:
    """One activity row of a sector with the coefficient of each pollutant, in t per `unit`.

    `key` names the coefficient; lines of one key must have the same coefficients. `amount` None is missing, never zero.
    `process` says what the row is in the words of the sector (product, vehicle class …).
    """

    source_id: str
    adcode: str
    period: str
    category: str
    amount: float | None
    unit: str
    key: str
    origin: str
    derived: Mapping[str, Derived]
    fuel: str | None = None
    process: str | None = None
    quality: str = "statistics"
    control_state: str = UNCONTROLLED


def linear_result(sector: str, lines: Sequence[Line], findings: Iterable[Finding] = ()) -> SectorResult:
    """The tables of a sector whose emissions are Σ amount × coefficient (IPCC 2006 Guidelines, Vol. 1, Ch. 1, Eq. 1.1).

    A pollutant of which a line has no coefficient is null; the lineage says why (notation key and reason). A missing amount
    makes every pollutant of the line null and is reported as a finding.

    Parameters
    ----------
    sector : identifier of the sector, first part of every id
    lines : rows with derived coefficients
    findings : what the sector noticed itself
    """
    named = [replace(line, source_id=f"{sector}:{line.source_id}", key=f"{sector}/{line.key}") for line in lines]
    pollutants = _pollutants(named)
    coefficient = _coefficients(named, pollutants)
    activity = pl.DataFrame([_activity(line) for line in named], schema=ACTIVITY_SCHEMA)
    rows = activity.select([name for name in EMISSION_KEYS if name != "cell_id"])
    emission = estimate(rows, coefficient, on=["coefficient_id"], pollutants=pollutants) if pollutants else rows
    cell = pl.format("{}@{}", "source_id", "period").alias("cell_id")
    noticed = [*findings, *(missing_amount(line) for line in named if line.amount is None)]
    return SectorResult(activity, coefficient, _lineage(named), emission.select(cell, pl.all()), finding_table(noticed))


def _pollutants(lines: Iterable[Line]) -> list[str]:
    held = {name for line in lines for name in line.derived}
    return [name for name in codes() if name in held]


def _activity(line: Line) -> dict[str, Any]:
    return {
        "source_id": line.source_id,
        "adcode": line.adcode,
        "period": line.period,
        "category": line.category,
        "fuel": line.fuel,
        "amount": line.amount,
        "unit": line.unit,
        "coefficient_id": line.key,
        "quality": line.quality,
        "origin": line.origin,
        "process": line.process,
        "use": ESTIMATED,
        "reason_zh": _REASON.zh,
        "reason_en": _REASON.en,
    }


def _firsts(lines: Iterable[Line]) -> Iterator[Line]:
    seen: set[str] = set()
    for line in lines:
        if line.key not in seen:
            seen.add(line.key)
            yield line


def _coefficients(lines: Sequence[Line], pollutants: Sequence[str]) -> pl.DataFrame:
    rows = [
        {
            "coefficient_id": line.key,
            "category": line.category,
            "fuel": line.fuel,
            "control_state": line.control_state,
            "unit": line.unit,
            **{name: derived.value for name, derived in line.derived.items()},
        }
        for line in _firsts(lines)
    ]
    return pl.DataFrame(rows, schema={**COEFFICIENT_KEYS, **dict.fromkeys(pollutants, pl.Float64)})


def _lineage(lines: Iterable[Line]) -> pl.DataFrame:
    rows = [
        lineage_row(line.key, name, derived, unit=line.unit)
        for line in _firsts(lines)
        for name, derived in line.derived.items()
    ]
    return pl.DataFrame(rows, schema=LINEAGE_SCHEMA)


def missing_amount(line: Line) -> Finding:
    """The finding that a row has no activity data: nothing is estimated, and nothing is filled in."""
    message = Text(
        "{s} {p} 年没有活动水平，不估算，也不取默认值",
        "{s}, {p}: no activity data; nothing is estimated and no default is taken",
    ).format(s=line.source_id, p=line.period)
    origin = (line.origin,) if line.origin else ()
    return Finding("sector.amount_missing", Level.MEDIUM, line.source_id, None, None, line.unit, message, origin)


@dataclass(frozen=True, slots=True)
class Modelled:
    """One emission that a model with memory gives (landfill, bank of equipment): no coefficient, but a lineage.

    `emitted` in t by pollutant; `derived` says by which formula and inputs.
    """

    source_id: str
    adcode: str
    period: str
    category: str
    amount: float | None
    unit: str
    origin: str
    emitted: Mapping[str, float | None]
    derived: Mapping[str, Derived] = field(default_factory=dict)
    process: str | None = None


def modelled_result(sector: str, rows: Sequence[Modelled], findings: Iterable[Finding] = ()) -> SectorResult:
    """The tables of a sector whose emissions a model with memory gives.

    The activity row holds what flowed in; the coefficient is the emission of the year per unit of it where it can be said
    (emission ÷ amount), so that amount × coefficient is the emission; where the amount is zero or missing, the row has its
    emission and a lineage, but no coefficient.
    """
    made = linear_result(sector, [_modelled_line(row) for row in rows], findings)
    columns = [name for name in codes() if name in made.emission.columns]
    own = {f"{sector}:{row.source_id}@{row.period}": row.emitted for row in rows}
    values = [
        pl.Series(name, [own[cell].get(name) for cell in made.emission["cell_id"]], dtype=pl.Float64)
        for name in columns
    ]
    return replace(made, emission=made.emission.with_columns(values))


def _modelled_line(row: Modelled) -> Line:
    return Line(
        row.source_id, row.adcode, row.period, row.category, row.amount, row.unit, f"{row.source_id}/{row.period}",
        row.origin, {name: row.derived[name] for name in row.emitted}, process=row.process, quality="model",
    )  # fmt: skip


def modelled_coefficient(emitted: float | None, amount: float | None, formula: str, inputs: Sequence[Input]) -> Derived:
    """Emission ÷ amount as a coefficient, with the model's formula; without an amount it is not defined (NA)."""
    if emitted is None or not amount:
        return replace(not_estimated(_NO_RATIO, inputs, NotationKey.NA), formula=formula)
    return Derived(emitted / amount, formula, tuple(inputs), EMISSION)


_NO_RATIO = Text(
    "当年没有流入量，排放来自库存，没有单位流入量的系数",
    "nothing flowed in this year: the emission comes from the bank and has no coefficient per inflow",
)
