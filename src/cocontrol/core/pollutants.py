"""The substances of the inventory. In the engine each is a column; its name here is the column's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cocontrol.core.text import Text, same

Group = Literal["greenhouse_gas", "air_pollutant", "water_pollutant"]


@dataclass(frozen=True, slots=True)
class Pollutant:
    """One substance: column name, printed symbol, names, group, and what its mass is counted as.

    `counted_as` names the compound of the mass where the name leaves it open (NOx as NO2). `part_of`
    names the pollutant that already holds this one: PM2.5 is part of PM10 and is never added to it.
    """

    code: str
    symbol: str
    label: Text
    group: Group
    counted_as: str = ""
    part_of: str | None = None
    unit: str = "t"


POLLUTANTS: tuple[Pollutant, ...] = (
    Pollutant("CO2", "CO₂", Text("二氧化碳", "carbon dioxide"), "greenhouse_gas"),
    Pollutant("CH4", "CH₄", Text("甲烷", "methane"), "greenhouse_gas"),
    Pollutant("N2O", "N₂O", Text("氧化亚氮", "nitrous oxide"), "greenhouse_gas"),
    Pollutant("SF6", "SF₆", Text("六氟化硫", "sulphur hexafluoride"), "greenhouse_gas"),
    Pollutant("NF3", "NF₃", Text("三氟化氮", "nitrogen trifluoride"), "greenhouse_gas"),
    Pollutant("SO2", "SO₂", Text("二氧化硫", "sulphur dioxide"), "air_pollutant"),
    Pollutant("NOx", "NOₓ", Text("氮氧化物", "nitrogen oxides"), "air_pollutant", "NO2"),
    Pollutant("PM10", "PM₁₀", Text("可吸入颗粒物", "particulate matter ≤ 10 µm"), "air_pollutant"),
    Pollutant("PM25", "PM₂.₅", Text("细颗粒物", "particulate matter ≤ 2.5 µm"), "air_pollutant", part_of="PM10"),
    Pollutant("BC", "BC", Text("黑碳", "black carbon"), "air_pollutant", part_of="PM25"),
    Pollutant("OC", "OC", Text("有机碳", "organic carbon"), "air_pollutant", part_of="PM25"),
    Pollutant("CO", "CO", Text("一氧化碳", "carbon monoxide"), "air_pollutant"),
    Pollutant("VOCs", "VOCs", Text("挥发性有机物", "volatile organic compounds"), "air_pollutant"),
    Pollutant("NH3", "NH₃", Text("氨", "ammonia"), "air_pollutant"),
    Pollutant("Hg", "Hg", Text("汞", "mercury"), "air_pollutant"),
    Pollutant("COD", "COD", Text("化学需氧量", "chemical oxygen demand"), "water_pollutant"),
    Pollutant("NH3N", "NH₃-N", Text("氨氮", "ammonia nitrogen"), "water_pollutant"),
    Pollutant("TN", "TN", Text("总氮", "total nitrogen"), "water_pollutant"),
    Pollutant("TP", "TP", Text("总磷", "total phosphorus"), "water_pollutant"),
)

_BY_CODE = {pollutant.code: pollutant for pollutant in POLLUTANTS}

CO2E_SYMBOL = same("CO₂e")


def pollutant(code: str) -> Pollutant:
    """The pollutant of that column name; ``KeyError`` where there is none."""
    return _BY_CODE[code]


def codes(group: Group | None = None) -> tuple[str, ...]:
    """Column names of one group, or of all, in printed order."""
    return tuple(p.code for p in POLLUTANTS if group is None or p.group == group)
