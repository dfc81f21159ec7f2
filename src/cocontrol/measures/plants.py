"""Coal-fired power of a region among its units: a split by capacity, where only the sum is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from cocontrol.core.text import Text
from cocontrol.measures.streams import Stream

POWER, UNIT_KIND, PLANT_KIND, OPERATING, COAL = "1A1ai", "coal_unit", "power_plant", "operating", "coal"

COLUMNS = ("source_id", "name_zh", "name_en", "adcode", "longitude", "latitude", "capacity", "basis")

ALLOCATED = "allocated"
"""The basis of sources whose activity is not their own record but a share of a total."""


def split_among_plants(
    streams: Sequence[Stream], facility: pl.DataFrame
) -> tuple[list[Stream], pl.DataFrame, tuple[Text, ...]]:
    """The main coal stream of power generation parted among the operating coal units, in proportion to capacity.

    Where no unit is known, among the coal-fired power plants that are not closed. Returns the streams, the places of the
    new sources (`COLUMNS`, `basis` ``allocated``), and what was assumed; nothing changes where neither is of known
    capacity. The parts add up to the whole. Capacity is not output: true loads need plant data.
    """
    units = _units(facility)
    power = [s for s in streams if s.category == POWER and s.fuel == "raw_coal" and s.amount]
    if units.is_empty() or not power:
        return list(streams), pl.DataFrame(schema=_SCHEMA), ()
    total = float(units["capacity"].sum())
    made = [stream for stream in streams if stream not in power]
    places = []
    for stream in power:
        for unit in units.iter_rows(named=True):
            name = f"{stream.source_id}@{unit['facility_id']}"
            amount = (stream.amount or 0.0) * unit["capacity"] / total
            made.append(replace(stream, source_id=name, adcode=unit["adcode"] or stream.adcode, amount=amount))
            places.append({column: unit.get(column) for column in COLUMNS} | {"source_id": name, "basis": ALLOCATED})
    located = sum(place["longitude"] is not None for place in places)
    note = Text(
        "煤电活动水平按装机容量分摊到 {n} 台在运机组（分摊 allocated，不是机组实绩）；其中 {m} 台有坐标",
        "coal power is allocated to {n} operating units by capacity, which is not what they really burned; {m} of them have "
        "coordinates",
    ).format(n=units.height, m=located)
    return made, pl.DataFrame(places, schema=_SCHEMA), (note,)


def _units(facility: pl.DataFrame) -> pl.DataFrame:
    """Operating coal units of known capacity; else coal-fired plants that nothing says are closed."""
    sized = facility.filter(pl.col("capacity") > 0).unique("facility_id", maintain_order=True)
    units = sized.filter((pl.col("kind") == UNIT_KIND) & (pl.col("status") == OPERATING))
    if units.height or "fuel" not in facility.columns:
        return units
    plants = (pl.col("kind") == PLANT_KIND) & (pl.col("fuel") == COAL)
    return sized.filter(plants & pl.col("status").fill_null(OPERATING).is_in([OPERATING, ""]))


_SCHEMA = {name: pl.Float64 if name in {"longitude", "latitude", "capacity"} else pl.String for name in COLUMNS}
