"""Our inventory and another, cell by cell, with the reasons that are known for each difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text
from cocontrol.inventory.reconciliation.layouts import Layout
from cocontrol.inventory.reconciliation.mapping import Mapped, map_groups

CELL_SCHEMA: dict[str, Any] = {
    "adcode": pl.String,
    "year": pl.Int64,
    "pollutant": pl.String,
    "group": pl.String,
    "group_zh": pl.String,
    "group_en": pl.String,
    "our_categories": pl.List(pl.String),
    "their_sectors": pl.List(pl.String),
    "ours_t": pl.Float64,
    "theirs_t": pl.Float64,
    "difference_t": pl.Float64,
    "difference_pct": pl.Float64,
    "agrees": pl.Boolean,
    "ours_missing_rows": pl.Int64,
    "reasons_zh": pl.List(pl.String),
    "reasons_en": pl.List(pl.String),
}
"""Columns of a comparison; keyed (`adcode`, `year`, `pollutant`, `group`)."""

TOTAL = "total"
TOLERANCE = 0.05
"""Share by which two figures may differ and still count as alike; ours, not a standard."""

NOT_OURS = Text("清单没有估算这一组", "the inventory does not estimate this group")
NOT_THEIRS = Text("对方没有这一组", "the other inventory has no such group")
LEFT_OUT = Text("清单有 {n} 行未估算，不作零", "{n} rows of the inventory are not estimated, which is not zero")
UNMAPPED = Text("清单类别 {c} 没有对应，未比较", "categories {c} of the inventory have no counterpart, not compared")
ONLY_SHARED = Text("合计只含双方都有的组", "the total holds only groups that both have")


def compare_cells(
    emission: pl.DataFrame, theirs: pl.DataFrame, layout: Layout, *, tolerance: float = TOLERANCE
) -> pl.DataFrame:
    """Ours less theirs by region, year, pollutant and group; then a total over the groups that both have.

    Only regions, years and pollutants that both inventories hold are compared. A group that one side lacks has
    no difference: missing is not zero. `difference_pct` = 100 · (ours − theirs)/theirs.

    Parameters
    ----------
    emission : table ``emission`` (t).
    theirs : table of `layouts.OTHER_SCHEMA`.
    tolerance : share within which two figures agree.

    Returns
    -------
    Table with the columns of `CELL_SCHEMA`.
    """
    parts = theirs.filter(~pl.col("is_total"))
    ours = _long(emission)
    places = ours.select("adcode", "year", "pollutant").unique(maintain_order=True)
    shared = places.join(parts.select("adcode", "year", "pollutant").unique(), on=places.columns, how="semi")
    rows: list[dict[str, Any]] = []
    for adcode, year, pollutant in shared.sort("year", "adcode").iter_rows():
        key = {"adcode": adcode, "year": year, "pollutant": pollutant}
        mine, other = ours.filter(**key), parts.filter(**key)
        cells = list(_cells(mine, other, layout, pollutant, tolerance))
        rows += [{**key, **cell} for cell in (*cells, _total(cells, tolerance))]
    return pl.DataFrame(rows, schema=CELL_SCHEMA)


def _long(emission: pl.DataFrame) -> pl.DataFrame:
    present = [code for code in codes() if code in emission.columns]
    keyed = emission.filter(pl.col("period").str.contains(r"^\d{4}$")).with_columns(
        year=pl.col("period").cast(pl.Int64)
    )
    return keyed.unpivot(present, index=["adcode", "year", "category"], variable_name="pollutant", value_name="value")


def _cells(
    ours: pl.DataFrame, theirs: pl.DataFrame, layout: Layout, pollutant: str, tolerance: float
) -> Iterator[dict[str, Any]]:
    mapped = map_groups(layout.layout_id, pollutant, ours["category"].unique().sort(), theirs["sector"].unique().sort())
    grouped_ours = ours.with_columns(group=_to_group(pl.col("category"), mapped.ours)).drop_nulls("group")
    grouped_theirs = theirs.with_columns(group=_to_group(pl.col("sector"), mapped.theirs)).drop_nulls("group")
    for group in dict.fromkeys([*mapped.theirs.values(), *mapped.ours.values()]):
        mine = grouped_ours.filter(pl.col("group") == group)
        other = grouped_theirs.filter(pl.col("group") == group)
        yield _cell(group, mine, other, mapped, layout, pollutant, tolerance)


def _to_group(column: pl.Expr, names: Any) -> pl.Expr:
    return column.replace_strict(dict(names), default=None, return_dtype=pl.String)


def _cell(
    group: str,
    mine: pl.DataFrame,
    other: pl.DataFrame,
    mapped: Mapped,
    layout: Layout,
    pollutant: str,
    tolerance: float,
) -> dict[str, Any]:
    counted = mine.drop_nulls("value")
    ours = float(counted["value"].sum()) if counted.height else None
    theirs = float(other["value_t"].sum()) if other.height else None
    reasons = [*mapped.reasons.get(group, ()), *layout.notes_on(pollutant)]
    if mine.height > counted.height:
        reasons.insert(0, LEFT_OUT.format(n=mine.height - counted.height))
    if ours is None:
        reasons.insert(0, NOT_OURS)
    if theirs is None:
        reasons.insert(0, NOT_THEIRS)
    label = mapped.labels[group]
    return {
        **_figures(ours, theirs, tolerance),
        "ours_missing_rows": mine.height - counted.height,
        "group": group,
        "group_zh": label.zh,
        "group_en": label.en,
        "our_categories": sorted(set(counted["category"])),
        "their_sectors": sorted(set(other["sector"])),
        "reasons_zh": [reason.zh for reason in reasons],
        "reasons_en": [reason.en for reason in reasons],
        "_unmapped": [*mapped.unmapped_ours],
    }


def _figures(ours: float | None, theirs: float | None, tolerance: float) -> dict[str, Any]:
    difference = None if ours is None or theirs is None else ours - theirs
    share = difference / theirs if difference is not None and theirs else None
    return {
        "ours_t": ours,
        "theirs_t": theirs,
        "difference_t": difference,
        "difference_pct": None if share is None else 100 * share,
        "agrees": None if share is None else abs(share) <= tolerance,
    }


def _total(cells: Sequence[dict[str, Any]], tolerance: float) -> dict[str, Any]:
    """The sum over the groups that both have; what is left out of it is named."""
    both = [cell for cell in cells if cell["difference_t"] is not None]
    unmapped = sorted({category for cell in cells for category in cell.pop("_unmapped")})
    sums = [sum(cell[side] for cell in both) if both else None for side in ("ours_t", "theirs_t")]
    reasons = [ONLY_SHARED, *([UNMAPPED.format(c=", ".join(unmapped))] if unmapped else [])]
    return {
        **_figures(sums[0], sums[1], tolerance),
        "ours_missing_rows": sum(cell["ours_missing_rows"] for cell in both),
        "group": TOTAL,
        "group_zh": "合计",
        "group_en": "total",
        "our_categories": sorted({c for cell in both for c in cell["our_categories"]}),
        "their_sectors": sorted({s for cell in both for s in cell["their_sectors"]}),
        "reasons_zh": [reason.zh for reason in reasons],
        "reasons_en": [reason.en for reason in reasons],
    }


CHANGE_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "pollutant": pl.String,
        "sector": pl.String,
        "first_t": pl.Float64,
        "last_t": pl.Float64,
        "change_t": pl.Float64,
        "change_pct": pl.Float64,
        "share_of_change_pct": pl.Float64,
    }
)
"""Columns of a change by sector; keyed (`adcode`, `pollutant`, `sector`)."""


def sector_changes(theirs: pl.DataFrame, *, first: int, last: int) -> pl.DataFrame:
    """How each sector of an inventory changed between two years, and its part in the change of the sum.

    Rows that are totals of others are left out. A sector that one year lacks has no change.
    `share_of_change_pct` = 100 · change / Σ change over the sectors known in both years.

    Parameters
    ----------
    theirs : table of `layouts.OTHER_SCHEMA`.
    """
    parts = theirs.filter(~pl.col("is_total"))
    key = ["adcode", "pollutant", "sector"]
    sums = [
        parts.filter(pl.col("year") == year).group_by(key, maintain_order=True).agg(pl.col("value_t").sum().alias(name))
        for year, name in ((first, "first_t"), (last, "last_t"))
    ]
    both = sums[0].join(sums[1], on=key, how="full", coalesce=True, maintain_order="left_right")
    change = both.with_columns(change_t=pl.col("last_t") - pl.col("first_t"))
    whole = pl.col("change_t").sum().over("adcode", "pollutant")
    return change.with_columns(
        change_pct=pl.when(pl.col("first_t") != 0).then(100 * pl.col("change_t") / pl.col("first_t")),
        share_of_change_pct=pl.when(whole != 0).then(100 * pl.col("change_t") / whole),
    ).match_to_schema(CHANGE_SCHEMA)
