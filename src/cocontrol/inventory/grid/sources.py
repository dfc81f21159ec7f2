"""The emission table as sources with a place: facilities at points, everything else in the area of its code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import shapely

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.text import Text
from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.inventory.grid.grids import Grid
from cocontrol.inventory.grid.overlap import overlap
from cocontrol.inventory.grid.weights import Blank, Weights, joined, point_weights, unplaced, zone_weights
from cocontrol.reference import regions
from cocontrol.reference.temporal_profiles import temporal_class

Zones = Mapping[str, Any]
"""Polygons (longitude, latitude, WGS 84 or CGCS2000) by adcode."""

UNCLASSED = "unclassed"
"""The class of categories for which the temporal tables have none."""

Proxies = Mapping[str, Floats]
"""Density on the grid by temporal class; the key ``*`` stands for every other class."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Sources with a place and a class: `table` (`place`, `longitude`, `latitude`, `temporal_class`) and masses.

    `mass` is tonnes a year, sources × pollutants; a null of the emission table is unknown and adds nothing.
    """

    table: pl.DataFrame
    pollutants: tuple[str, ...]
    mass: Floats


def gridded_pollutants(emission: pl.DataFrame, wanted: Sequence[str] | None = None) -> tuple[str, ...]:
    """The columns to grid: those asked for, else every gas and particle with a value.

    Raises
    ------
    NotFound
        A pollutant asked for is no column of the table; the message lists what there is.
    """
    known = [
        p.code
        for p in POLLUTANTS
        if p.group != "water_pollutant" and p.code in emission.columns and emission[p.code].is_not_null().any()
    ]
    missing = [name for name in wanted or () if name not in known]
    if missing:
        raise NotFound(
            *(
                Fault(
                    "grid.pollutant",
                    Text("清单中没有这种污染物的排放", "the inventory has no emission of this pollutant"),
                    value=name,
                    allowed=Text("有：{k}", "there are: {k}").format(k=", ".join(known)),
                )
                for name in missing
            )
        )
    return tuple(dict.fromkeys(wanted)) if wanted else tuple(known)


def emission_year(emission: pl.DataFrame, wanted: int | None = None) -> int:
    """The year asked for, else the latest in the table.

    Raises
    ------
    NotFound
        The table has no row of that year, or none at all.
    """
    years = sorted({int(period[:4]) for period in emission["period"].drop_nulls().unique().to_list()})
    if not years or (wanted is not None and wanted not in years):
        raise NotFound(
            Fault(
                "grid.year",
                Text("清单中没有这一年的排放", "the inventory has no emission in this year"),
                value=None if wanted is None else str(wanted),
                allowed=Text("有：{k}", "there are: {k}").format(k=", ".join(map(str, years)) or "-"),
            )
        )
    return years[-1] if wanted is None else wanted


def read_sources(
    emission: pl.DataFrame, *, year: int, pollutants: Sequence[str], facilities: pl.DataFrame | None = None
) -> Sources:
    """One source for each place and temporal class, its masses summed over the rows of the year.

    A row is a point where it has `longitude` and `latitude`, or names a facility (`facility_id`, else `source_id`)
    that has them; otherwise its place is its `adcode`.
    """
    rows = emission.filter(pl.col("period").str.slice(0, 4) == str(year))
    located = _located(rows, facilities)
    classes = {code: _class(code) for code in located["category"].unique().to_list()}
    keys = ["place", "longitude", "latitude", "temporal_class"]
    summed = (
        located.with_columns(pl.col("category").replace_strict(classes, return_dtype=pl.String).alias("temporal_class"))
        .group_by(keys, maintain_order=True)
        .agg(pl.col(list(pollutants)).sum())
    )
    mass = summed.select(pl.col(list(pollutants)).cast(pl.Float64).fill_null(0.0)).to_numpy()
    return Sources(summed.select(keys), tuple(pollutants), np.ascontiguousarray(mass))


def _class(category: str) -> str:
    try:
        return temporal_class(category) or UNCLASSED
    except NotFound:
        return UNCLASSED


def _located(rows: pl.DataFrame, facilities: pl.DataFrame | None) -> pl.DataFrame:
    own = {"longitude", "latitude"} <= set(rows.columns)
    if own:
        made = rows.with_columns(pl.col("longitude", "latitude").cast(pl.Float64))
    elif facilities is not None and facilities.height:
        key = "facility_id" if "facility_id" in rows.columns else "source_id"
        places = facilities.select(pl.col("facility_id").alias(key), "longitude", "latitude").unique(
            key, keep="first", maintain_order=True
        )
        made = rows.join(places, on=key, how="left", maintain_order="left")
    else:
        empty = pl.lit(None, dtype=pl.Float64)
        made = rows.with_columns(empty.alias("longitude"), empty.alias("latitude"))
    return made.with_columns(
        pl.when(pl.col("longitude").is_null() | pl.col("latitude").is_null())
        .then(pl.col("adcode"))
        .otherwise(pl.lit("@point"))
        .alias("place")
    )


def zone_of(adcode: str, zones: Zones, on: date) -> Any | None:
    """The polygon of an area: its own, else the union of its parts where every part in force that day has one."""
    if adcode in zones:
        return zones[adcode]
    try:
        parts = regions.children(adcode, on=on)
    except NotFound:
        return None
    made = [zone_of(part, zones, on) for part in parts]
    return shapely.union_all(made) if made and all(part is not None for part in made) else None


def source_weights(
    sources: Sources, grid: Grid, zones: Zones, *, year: int, proxies: Proxies | None = None, blank: Blank
) -> Weights:
    """The share of every source in every cell, in the order of the sources.

    Overlaps are worked out once for each area, whatever the number of classes that use it.
    """
    table = sources.table.with_row_index("source")
    points = table.filter(pl.col("place") == "@point")
    rest = table.filter(pl.col("place") != "@point")
    shapes = {code: zone_of(code, zones, date(year, 12, 31)) for code in rest["place"].unique(maintain_order=True)}
    known = [code for code, shape in shapes.items() if shape is not None]
    areal, lost = (rest.filter(pl.col("place").is_in(known) == held) for held in (True, False))
    parts = [
        point_weights(grid, points["longitude"].to_numpy(), points["latitude"].to_numpy()),
        *_areal_weights(areal, grid, [shapes[code] for code in known], known, proxies or {}, blank),
        unplaced(lost.height, grid.size),
    ]
    order = np.concatenate([points["source"].to_numpy(), *_class_order(areal), lost["source"].to_numpy()])
    return _in_order(joined(parts, grid.size), order.astype(np.int64))


def _by_class(areal: pl.DataFrame) -> list[pl.DataFrame]:
    return areal.partition_by("temporal_class", maintain_order=True) if areal.height else []


def _class_order(areal: pl.DataFrame) -> list[Any]:
    return [part["source"].to_numpy() for part in _by_class(areal)]


def _areal_weights(
    areal: pl.DataFrame, grid: Grid, shapes: Sequence[Any], codes: Sequence[str], proxies: Proxies, blank: Blank
) -> list[Weights]:
    if areal.is_empty():
        return []
    areas = overlap(grid, shapes)
    position = {code: index for index, code in enumerate(codes)}
    made: dict[str, Weights] = {}
    parts = []
    for part in _by_class(areal):
        name = part["temporal_class"][0]
        key = name if name in proxies else "*" if "*" in proxies else ""
        if key not in made:
            made[key] = zone_weights(areas, proxies.get(key), blank=blank)
        parts.append(_in_order(made[key], np.array([position[code] for code in part["place"]]), select=True))
    return parts


def _in_order(weights: Weights, order: Any, *, select: bool = False) -> Weights:
    """Rows taken in an order (`select`), or put back to the places that `order` names."""
    rows = order if select else np.argsort(order)
    lost = {cause: share[rows] for cause, share in weights.lost.items()}
    return Weights(weights.matrix[rows], lost, weights.by_area[rows])


def refuse_empty(sources: Sources) -> None:
    """Nothing, if there is a source.

    Raises
    ------
    InvalidInput
        There is none: a grid of nothing would look like a grid of zero.
    """
    if sources.table.is_empty():
        raise InvalidInput(
            Fault(
                "grid.no_source",
                Text("没有可分配的排放", "there is no emission to place"),
                remedy=Text("检查年份和污染物", "check the year and the pollutants"),
            )
        )
