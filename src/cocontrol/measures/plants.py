"""Coal-fired power of a region among its units: a split by capacity, where only the sum is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from cocontrol.core.text import Text
from cocontrol.measures.streams import Stream

POWER, UNIT_KIND, OPERATING = "1A1ai", "coal_unit", "operating"

COLUMNS = ("source_id", "name_zh", "name_en", "adcode", "longitude", "latitude", "capacity")


def split_among_plants(
    streams: Sequence[Stream], facility: pl.DataFrame
) -> tuple[list[Stream], pl.DataFrame, tuple[Text, ...]]:
    """The main coal stream of power generation parted among the operating coal units, in proportion to capacity.

    Returns the streams, the places of the new sources (`COLUMNS`), and what was assumed; nothing changes where no unit
    of known capacity operates. The parts add up to the whole. Capacity is not output: true loads need plant data.
    """
    units = facility.filter(
        (pl.col("kind") == UNIT_KIND) & (pl.col("status") == OPERATING) & (pl.col("capacity") > 0)
    ).unique("facility_id", maintain_order=True)
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
            places.append({column: unit.get(column) for column in COLUMNS} | {"source_id": name})
    note = Text(
        "煤电活动水平按装机容量分到 {n} 台在运机组", "coal power is split among {n} operating units by capacity"
    ).format(n=units.height)
    return made, pl.DataFrame(places, schema=_SCHEMA), (note,)


_SCHEMA = {name: pl.Float64 if name in {"longitude", "latitude", "capacity"} else pl.String for name in COLUMNS}
