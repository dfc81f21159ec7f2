"""Gap filling of whole tables: every series of a long table, each value with its method."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.series.gap_filling import extrapolate, interpolate, splice_overlap, surrogate
from cocontrol.inventory.series.values import CHAPTER, Filled, YearValue


class Technique(StrEnum):
    """Techniques of filling a table."""

    INTERPOLATION = "interpolation"
    EXTRAPOLATION = "extrapolation"
    SURROGATE = "surrogate"
    OVERLAP = "overlap"


_NEEDS_OTHER = {Technique.SURROGATE, Technique.OVERLAP}


def fill_table(
    table: pl.DataFrame,
    *,
    keys: Sequence[str],
    years: Iterable[int],
    technique: Technique,
    other: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every series of a long table over `years`, gaps filled by one technique.

    Parameters
    ----------
    table : keyed (`keys`…, `year`), with `value`; null or absent is a gap.
    other : same shape: the surrogate, or the series by the old method. A series without its counterpart
        stays unfilled, with the reason.

    Returns
    -------
    Keyed (`keys`…, `year`): `value`, `method`, `formula`, `inputs` (JSON: years and source), `note_zh`,
    `note_en`. Values that were there come back bit for bit, method ``reported``.

    Raises
    ------
    InvalidInput
        The technique needs `other`, or a series holds one year twice.
    """
    if technique in _NEEDS_OTHER and other is None:
        raise InvalidInput(
            Fault(
                "series.other_missing",
                Text("该方法须有替代数据或旧方法序列", "the technique needs surrogate data or the older series"),
                value=technique.value,
            )
        )
    asked = tuple(sorted(set(years)))
    beside = _series(other, keys) if other is not None else {}
    rows: list[dict[str, Any]] = []
    for key, series in _series(table, keys).items():
        filled = _filled(series, beside.get(key, {}), asked, technique)
        rows += [{**dict(zip(keys, key, strict=True)), **_row(value)} for value in filled.values()]
    schema: dict[str, Any] = {**{name: table.schema[name] for name in keys}, **_COLUMNS}
    return pl.DataFrame(rows, schema=schema)


_COLUMNS: dict[str, Any] = {
    "year": pl.Int64,
    "value": pl.Float64,
    "method": pl.String,
    "formula": pl.String,
    "inputs": pl.String,
    "note_zh": pl.String,
    "note_en": pl.String,
}


def _series(table: pl.DataFrame, keys: Sequence[str]) -> dict[tuple[Any, ...], dict[int, float | None]]:
    made: dict[tuple[Any, ...], dict[int, float | None]] = {}
    for *key, year, value in table.select(*keys, "year", "value").iter_rows():
        series = made.setdefault(tuple(key), {})
        if int(year) in series:
            raise InvalidInput(
                Fault(
                    "series.year_twice",
                    Text("同一序列的一年出现两次", "a series holds one year twice"),
                    value=f"{', '.join(map(str, key))} {year}",
                )
            )
        series[int(year)] = None if value is None else float(value)
    return made


def _filled(
    series: Mapping[int, float | None], other: Mapping[int, float | None], years: Sequence[int], technique: Technique
) -> Filled:
    match technique:
        case Technique.INTERPOLATION:
            return interpolate(series, years)
        case Technique.EXTRAPOLATION:
            return extrapolate(series, years)
        case Technique.SURROGATE:
            return surrogate(series, other, years)
        case Technique.OVERLAP:
            return splice_overlap(series, other, years)


def _row(value: YearValue) -> dict[str, Any]:
    inputs = {"years": list(value.rests_on), "source": CHAPTER} if value.rests_on else {}
    return {
        "year": value.year,
        "value": value.value,
        "method": value.method.value,
        "formula": value.formula or None,
        "inputs": json.dumps(inputs, ensure_ascii=False) if inputs else None,
        "note_zh": value.note.zh if value.note else None,
        "note_en": value.note.en if value.note else None,
    }
