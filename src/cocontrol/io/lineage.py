"""The inputs that results carry along: which factors they name, and the names of the cells they make."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl


def inputs_of(text: str | None) -> list[dict[str, Any]]:
    """The inputs of a lineage or indicator row; a row without any has an empty list."""
    return list(json.loads(text)) if text else []


def factors_of(inputs: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every input that is a factor, those nested inside other inputs included."""
    for entry in inputs:
        if entry.get("factor_id"):
            yield entry
        nested = entry.get("inputs")
        yield from factors_of(nested if isinstance(nested, list) else inputs_of(nested))


def factor_uses(lineage: pl.DataFrame) -> pl.DataFrame:
    """Every use of a factor in the coefficients that have a value, with its role and the factor's own facts."""
    rows = [
        {
            "factor_id": entry["factor_id"],
            "coefficient_id": row["coefficient_id"],
            "pollutant": row["pollutant"],
            **{key: _plain(entry.get(key)) for key in ("role", "value", "unit", "document", "clause", "status")},
        }
        for row in lineage.drop_nulls("value").iter_rows(named=True)
        for entry in factors_of(inputs_of(row["inputs"]))
    ]
    schema = dict.fromkeys(
        ("factor_id", "coefficient_id", "pollutant", "role", "value", "unit", "document", "clause", "status"), pl.String
    )
    return pl.DataFrame(rows, schema={**schema, "value": pl.Float64})


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float) else str(value)


def indicator_cell(row: dict[str, Any]) -> str:
    """The cell name of an indicator row."""
    keys = ("adcode", "period", "boundary", "variant")
    filters = ",".join(f"{key}={row[key]}" for key in keys if row.get(key))
    return f"indicator:{row['indicator_id']}@{filters}"
