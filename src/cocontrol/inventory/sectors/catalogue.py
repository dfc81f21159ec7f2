"""What a sector of the inventory is: the tables it needs, what it estimates, and how. The register is `sectors.SECTORS`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.inventory.activity import ACTIVITY_SCHEMA
from cocontrol.inventory.findings import FINDING_SCHEMA
from cocontrol.inventory.lineage import LINEAGE_SCHEMA

COEFFICIENT_KEYS = pl.Schema(
    {
        "coefficient_id": pl.String,
        "category": pl.String,
        "fuel": pl.String,
        "control_state": pl.String,
        "unit": pl.String,
    }
)
"""Columns of the coefficient table before its pollutant columns; keyed `coefficient_id`."""

EMISSION_KEYS = pl.Schema(
    {
        "cell_id": pl.String,
        "source_id": pl.String,
        "adcode": pl.String,
        "period": pl.String,
        "category": pl.String,
        "fuel": pl.String,
        "amount": pl.Float64,
        "unit": pl.String,
        "coefficient_id": pl.String,
        "origin": pl.String,
    }
)
"""Columns of the emission table before its pollutant columns (t); keyed `cell_id`."""

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class SectorContext:
    """The choices of a run that a sector sees: area, years, document profile, day of the data, declared choices.

    `on` is the last day of the last year of the inventory. `parameters` holds what the workspace declares, by
    identifier; a sector never has a silent default for one that it needs.
    """

    adcode: str
    years: tuple[int, ...]
    document_profile: str
    on: date
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SectorResult:
    """The tables of one sector, in the canonical columns, pollutants in t as columns of `coefficient` and `emission`."""

    activity: pl.DataFrame
    coefficient: pl.DataFrame
    coefficient_lineage: pl.DataFrame
    emission: pl.DataFrame
    finding: pl.DataFrame


Estimate = Callable[[Tables, SectorContext], SectorResult]


@dataclass(frozen=True, slots=True)
class SectorModule:
    """One sector: what it is called, covers and needs, and the function that estimates it.

    `tables` are the input tables of which each must be there; `optional_tables` refine. `overlaps` are categories of
    the energy balance that may already hold the fuel which the sector burns (by the beginning of their codes): where they have
    a figure, the sector's own is included elsewhere (IE) and not added a second time, see `io.sector_step`.
    """

    sector_id: str
    label: Text
    categories: tuple[str, ...]
    pollutants: tuple[str, ...]
    tables: tuple[str, ...]
    optional_tables: tuple[str, ...]
    method: Text
    source: Text
    estimate: Estimate
    overlaps: tuple[str, ...] = ()
    by_category: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def covers(self, category: str, pollutant: str) -> bool:
        """Whether the method estimates a pollutant of a category, given the data; `by_category` says it where it differs."""
        return category in self.categories and pollutant in self.by_category.get(category, self.pollutants)

    def can_run(self, held: Collection[str]) -> bool:
        """Whether every table that the sector needs is among those `held`."""
        return set(self.tables) <= set(held)


def join_results(results: Iterable[SectorResult]) -> SectorResult:
    """Several results as one: rows below each other, pollutant columns that a part lacks are null."""
    parts = list(results)
    return SectorResult(
        activity=_below(ACTIVITY_SCHEMA, (part.activity for part in parts)),
        coefficient=_below(COEFFICIENT_KEYS, (part.coefficient for part in parts)),
        coefficient_lineage=_below(LINEAGE_SCHEMA, (part.coefficient_lineage for part in parts)),
        emission=_below(EMISSION_KEYS, (part.emission for part in parts)),
        finding=_below(FINDING_SCHEMA, (part.finding for part in parts)),
    )


def empty_result() -> SectorResult:
    """A result without rows."""
    return join_results(())


def _below(schema: pl.Schema, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=schema), *frames], how="diagonal")
