"""Administrative areas: the GB/T 2260 tree, its missing nodes, changes of code, statistical zones."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TypedDict, cast

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Language, Text
from cocontrol.reference._data import read_text_table

LEVELS = ("nation", "province", "city", "county", "zone", "grouping")


class Region(TypedDict):
    """One row of `regions`."""

    adcode: str
    name_zh: str
    name_en: str | None
    level: str
    parent: str | None
    code_system: str
    is_inserted: bool
    valid_from: date | None
    valid_to: date | None
    note: str | None


@lru_cache(maxsize=1)
def regions() -> pl.DataFrame:
    """Every area, keyed `adcode`: `name_zh`, `name_en` (null = none known), `level`, `parent`, `code_system`,
    `is_inserted`, `valid_from`, `valid_to`, `note`.

    `level` ``zone`` is a development zone with a statistical code only (410971); ``grouping`` a code
    that groups counties and is no area (110100 市辖区, 419000). Grouping codes that the source table
    lacks are inserted and marked. A directly administered county (``xx90xx``) has its province as
    parent. Codes ended by a change keep their row with `valid_to`.
    """
    return read_text_table("regions.csv").with_columns(
        (pl.col("is_inserted") == "true").alias("is_inserted"),
        pl.col("valid_from", "valid_to").str.to_date("%Y-%m-%d"),
    )


@lru_cache(maxsize=1)
def successions() -> pl.DataFrame:
    """Changes of code, keyed (`old_adcode`, `new_adcode`): `effective_on`, `kind`, `note`, `source`, `status`."""
    return read_text_table("region_successions.csv").with_columns(pl.col("effective_on").str.to_date("%Y-%m-%d"))


@lru_cache(maxsize=1)
def _rows() -> dict[str, Region]:
    return {row["adcode"]: cast("Region", row) for row in regions().iter_rows(named=True)}


def region(adcode: str) -> Region:
    """The row of an area; `NotFound` where there is none."""
    if adcode not in _rows():
        near = [code for code in _rows() if code.startswith(adcode[:4])][:12]
        raise NotFound(
            Fault(
                "region.unknown",
                Text("没有这个行政区划代码", "no such area code"),
                value=adcode,
                allowed=Text("相近：{k}", "near it: {k}").format(k=", ".join(near) or "-"),
                remedy=Text("核对 GB/T 2260 六位代码", "check the six digits of GB/T 2260"),
            )
        )
    return _rows()[adcode]


def name(adcode: str, language: Language = "zh") -> str:
    """The name of an area; the Chinese one where no English one is known. `NotFound` where there is no area."""
    row = region(adcode)
    return row["name_zh"] if language == "zh" else row["name_en"] or row["name_zh"]


def parent(adcode: str) -> str | None:
    """The area above, grouping codes left out (110101 → 110000); None for the nation."""
    above = region(adcode)["parent"]
    while above is not None and region(above)["level"] == "grouping":
        above = region(above)["parent"]
    return above


def ancestors(adcode: str) -> tuple[str, ...]:
    """The areas above, nearest first, up to the nation."""
    above: list[str] = []
    step = parent(adcode)
    while step is not None:
        above.append(step)
        step = parent(step)
    return tuple(above)


@lru_cache(maxsize=1)
def _children() -> dict[str, tuple[str, ...]]:
    made: dict[str, list[str]] = {}
    for adcode, row in _rows().items():
        if row["level"] != "grouping" and (above := parent(adcode)) is not None:
            made.setdefault(above, []).append(adcode)
    return {above: tuple(sorted(codes)) for above, codes in made.items()}


def children(adcode: str, *, on: date | None = None, with_zones: bool = False) -> tuple[str, ...]:
    """The areas directly below, by code; grouping codes left out, statistical zones too unless asked for.

    With `on`, only those whose code is in force that day.
    """
    region(adcode)
    return tuple(
        code
        for code in _children().get(adcode, ())
        if (with_zones or region(code)["level"] != "zone") and (on is None or is_in_force(code, on))
    )


def is_in_force(adcode: str, on: date) -> bool:
    """Whether the code is in use on a day; `valid_to` is the day on which it is succeeded."""
    row = region(adcode)
    start, end = row["valid_from"], row["valid_to"]
    return (start is None or start <= on) and (end is None or on < end)


def province(adcode: str) -> str | None:
    """The province that holds an area (itself for a province); None for the nation."""
    return next((code for code in (adcode, *ancestors(adcode)) if region(code)["level"] == "province"), None)


def current_code(adcode: str, on: date) -> str:
    """The code that an area goes by on a day: the code itself until it is succeeded, then its successor."""
    region(adcode)
    changed = successions().filter((pl.col("old_adcode") == adcode) & (pl.col("effective_on") <= on))
    return current_code(changed["new_adcode"][0], on) if len(changed) else adcode
