"""Small input tables for the sectors of agriculture, land use and waste; synthetic figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from cocontrol.core.tables import TABLES
from cocontrol.core.validation import frame_schema
from cocontrol.inventory.sectors import SECTORS
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorResult

HENAN = "410000"


def context(profile: str = "PROV_GUIDE_2011", *years: int, **parameters: Any) -> SectorContext:
    """The choices of a run over Henan."""
    held = years or (2013,)
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    return SectorContext(HENAN, held, profile, date(max(held), 12, 31), named)


def table(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """A validated-looking table: declared columns, Henan 2013 where a row does not say."""
    schema = frame_schema(TABLES.get(name))
    place = {key: value for key, value in {"adcode": HENAN, "year": 2013}.items() if key in schema}
    return pl.DataFrame(
        [{**place, "origin": f"{name}.csv!A{n}", **row} for n, row in enumerate(rows, 2)], schema=schema
    )


def run(sector: str, choices: SectorContext, *tables: pl.DataFrame, **named: pl.DataFrame) -> SectorResult:
    """One sector over its tables."""
    module = next(one for one in SECTORS if one.sector_id == sector)
    return module.estimate(named, choices)


def total(result: SectorResult, pollutant: str) -> float | None:
    """Sum of a pollutant over the emission rows; None where a row has none."""
    column = result.emission[pollutant]
    return None if column.null_count() else float(column.sum())


def reasons(result: SectorResult, pollutant: str) -> list[tuple[str | None, str | None]]:
    """Notation key and English reason of each coefficient of a pollutant that has no value."""
    rows = result.coefficient_lineage.filter((pl.col("pollutant") == pollutant) & pl.col("value").is_null())
    return rows.select("notation", "reason_en").rows()
