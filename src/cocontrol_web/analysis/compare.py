"""Two runs side by side: what went into them that differs, and which figures differ by how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.reference.scopes import TotalScope, in_land_use, rows_in_scope
from cocontrol_web.analysis.emissions import pollutants_in

KEY = ("period", "adcode", "category", "fuel")
EQUAL_WITHIN = 1e-12
"""Relative difference below which two figures count as the same: the last bits of a sum."""


@dataclass(frozen=True, slots=True)
class InputChange:
    """An input that differs between two runs: a file, the code, the parameters or a setting."""

    what: str
    first: str
    second: str


def changed_inputs(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[InputChange]:
    """What differs between two manifests: settings, code, parameters, and files by checksum."""
    settings = ("years", "document_profile", "gwp_set", "code_version", "parameter_version")
    changes = [
        InputChange(name, str(first[name]), str(second[name])) for name in settings if first[name] != second[name]
    ]
    ours, theirs = ({entry["path"]: entry["sha256"] for entry in m["inputs"]} for m in (first, second))
    return changes + [
        InputChange(path, ours.get(path, ""), theirs.get(path, ""))
        for path in sorted({*ours, *theirs})
        if ours.get(path) != theirs.get(path)
    ]


def changed_figures(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Sums by period, region, category, fuel and pollutant that are not alike in the two emission tables.

    Returns
    -------
    Table keyed (period, adcode, category, fuel, pollutant) with first, second, difference (first − second,
    tonnes; null where one of them has no value) and relative (difference / second), largest difference first.
    """
    joined = _sums(first, "first").join(
        _sums(second, "second"), on=[*KEY, "pollutant"], how="full", coalesce=True, nulls_equal=True
    )
    difference = pl.col("first") - pl.col("second")
    larger = pl.max_horizontal(pl.col("first").abs(), pl.col("second").abs())
    alike = (difference.abs() <= EQUAL_WITHIN * larger) | (pl.col("first").is_null() & pl.col("second").is_null())
    return (
        joined.filter(~alike.fill_null(value=False))
        .with_columns(
            difference.alias("difference"),
            pl.when(pl.col("second") != 0).then(difference / pl.col("second")).alias("relative"),
        )
        .sort(
            pl.col("difference").abs(),
            "pollutant",
            *KEY,
            descending=[True, False, *[False] * len(KEY)],
            nulls_last=True,
        )
    )


def totals_side_by_side(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Totals by pollutant of two emission tables (tonnes): pollutant, first, second, difference, scope, cell.

    Without land use; with it in further rows where either table holds land use (`cocontrol.reference.scopes`).
    """
    either = any(frame.filter(in_land_use()).height for frame in (first, second))
    scopes = list(TotalScope) if either else [TotalScope.WITHOUT_LAND_USE]
    return pl.concat(
        _totals(rows_in_scope(first, scope), rows_in_scope(second, scope)).with_columns(
            scope=pl.lit(scope.value),
            cell=pl.format("{}@scope=" + scope.value, "pollutant") if either else pl.col("pollutant"),
        )
        for scope in scopes
    )


def _totals(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    made = [
        frame.select(
            pl.when(pl.col(p).count() > 0).then(pl.col(p).sum()).alias(p) for p in pollutants_in(frame)
        ).unpivot(variable_name="pollutant", value_name=name)
        for frame, name in ((first, "first"), (second, "second"))
    ]
    return (
        made[0]
        .join(made[1], on="pollutant", how="full", coalesce=True, maintain_order="left_right")
        .with_columns((pl.col("first") - pl.col("second")).alias("difference"))
    )


def _sums(emission: pl.DataFrame, name: str) -> pl.DataFrame:
    long = emission.select(*KEY, *pollutants_in(emission)).unpivot(
        index=KEY, variable_name="pollutant", value_name="value"
    )
    return long.group_by(*KEY, "pollutant").agg(
        pl.when(pl.col("value").count() > 0).then(pl.col("value").sum()).alias(name)
    )
