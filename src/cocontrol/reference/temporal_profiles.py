"""Temporal profiles: shares of hours in a day, days in a week and months in a year, by source class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text
from cocontrol.reference._data import read_text_table
from cocontrol.reference.categories import category

Period = Literal["month", "weekday", "hour"]
SLOTS: dict[Period, int] = {"month": 12, "weekday": 7, "hour": 24}
"""Slots of each period: January first, Monday first, the hour from midnight first."""


@dataclass(frozen=True, slots=True)
class TemporalProfile:
    """Shares of the slots of one period, adding to 1.

    `published_sum` is what the printed shares add to; where it is not 1 (rounding, and monthly tables that add to
    0.98 or 1.02) the shares are the printed ones divided by it.
    """

    period: Period
    temporal_class: str
    jurisdiction: str | None
    shares: tuple[float, ...]
    published_sum: float
    document: str
    clause: str
    status: str


@lru_cache(maxsize=1)
def temporal_profiles() -> pl.DataFrame:
    """The printed shares, keyed (`period`, `temporal_class`, `jurisdiction`, `slot`): `share`, `document`, `clause`, `status`.

    `slot` counts months and weekdays from 1 (January, Monday) and hours from 0 (midnight to one o'clock, local time).
    `jurisdiction` is the province of a monthly profile of open burning; null: the whole country.
    """
    return read_text_table("temporal_profiles.csv").with_columns(
        pl.col("slot").cast(pl.Int32), pl.col("share").cast(pl.Float64)
    )


@lru_cache(maxsize=256)
def temporal_profile(period: Period, temporal_class: str, jurisdiction: str | None = None) -> TemporalProfile:
    """The profile of a class (T/CSES 144-2024, Tables B.1–B.3); a province's own before the country's.

    Raises
    ------
    NotFound
        Nothing is published for the class; the message lists the classes that have a profile of this period.
    """
    of_class = temporal_profiles().filter((pl.col("period") == period) & (pl.col("temporal_class") == temporal_class))
    own = of_class.filter(pl.col("jurisdiction").eq_missing(pl.lit(jurisdiction, dtype=pl.String)))
    rows = (own if own.height else of_class.filter(pl.col("jurisdiction").is_null())).sort("slot")
    if rows.height != SLOTS[period]:
        raise NotFound(_not_published(period, temporal_class, jurisdiction))
    total = float(rows["share"].sum())
    first = rows.row(0, named=True)
    return TemporalProfile(
        period,
        temporal_class,
        first["jurisdiction"],
        tuple(share / total for share in rows["share"].to_list()),
        total,
        first["document"],
        first["clause"],
        first["status"],
    )


def has_temporal_profile(period: Period, temporal_class: str, jurisdiction: str | None = None) -> bool:
    """Whether `temporal_profile` finds one."""
    try:
        temporal_profile(period, temporal_class, jurisdiction)
    except NotFound:
        return False
    return True


_BY_AIR_SECTOR = {"power": "power_generation", "heat_supply": "other_power_heat"}
_BY_CLASS_10 = {"storage_transport": "oil_storage_sale"}
_BY_CLASS_8 = {
    "power_heat": "other_power_heat",
    "industry": "industry",
    "mobile_oil": "mobile",
    "agriculture": "agriculture",
    "dust": "dust",
    "biomass_open_burning": "biomass_open_burning",
    "domestic": "domestic",
    "waste": "waste",
}


def temporal_class(category_code: str) -> str | None:
    """The class of the temporal tables that a source category belongs to; None where the standard has none.

    T/CSES 144-2024 parts power generation from other power and heat, and oil storage from vehicles; otherwise the
    class is that of its eight classes. `NotFound` where there is no such category.
    """
    row = category(category_code)
    return (
        _BY_AIR_SECTOR.get(row["air_sector"] or "")
        or _BY_CLASS_10.get(row["class_10"] or "")
        or _BY_CLASS_8.get(row["class_8"] or "")
    )


def _not_published(period: Period, name: str, jurisdiction: str | None) -> Fault:
    known = temporal_profiles().filter(pl.col("period") == period)["temporal_class"].unique().sort().to_list()
    return Fault(
        "temporal_profile.unknown",
        Text("没有这一类源的时间分配系数", "no temporal profile is published for this class"),
        value=f"{period} {name}" + (f" {jurisdiction}" if jurisdiction else ""),
        allowed=Text("有：{k}", "there are: {k}").format(k=", ".join(known)),
    )
