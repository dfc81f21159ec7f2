"""The substances of the inventory. In the engine each is a column; its name here is the column's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cocontrol.core.text import Text, same

Group = Literal["greenhouse_gas", "air_pollutant", "water_pollutant", "ozone_depleting_substance"]


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
    Pollutant("HFC23", "HFC-23", Text("三氟甲烷", "trifluoromethane"), "greenhouse_gas"),
    Pollutant("HFC32", "HFC-32", Text("二氟甲烷", "difluoromethane"), "greenhouse_gas"),
    Pollutant("HFC41", "HFC-41", Text("一氟甲烷", "fluoromethane"), "greenhouse_gas"),
    Pollutant("HFC125", "HFC-125", Text("五氟乙烷", "pentafluoroethane"), "greenhouse_gas"),
    Pollutant("HFC134a", "HFC-134a", Text("1,1,1,2-四氟乙烷", "1,1,1,2-tetrafluoroethane"), "greenhouse_gas"),
    Pollutant("HFC143a", "HFC-143a", Text("1,1,1-三氟乙烷", "1,1,1-trifluoroethane"), "greenhouse_gas"),
    Pollutant("HFC152a", "HFC-152a", Text("1,1-二氟乙烷", "1,1-difluoroethane"), "greenhouse_gas"),
    Pollutant("HFC227ea", "HFC-227ea", Text("七氟丙烷", "heptafluoropropane"), "greenhouse_gas"),
    Pollutant("HFC236fa", "HFC-236fa", Text("1,1,1,3,3,3-六氟丙烷", "1,1,1,3,3,3-hexafluoropropane"), "greenhouse_gas"),
    Pollutant("HFC245fa", "HFC-245fa", Text("1,1,1,3,3-五氟丙烷", "1,1,1,3,3-pentafluoropropane"), "greenhouse_gas"),
    Pollutant("HFC365mfc", "HFC-365mfc", Text("1,1,1,3,3-五氟丁烷", "1,1,1,3,3-pentafluorobutane"), "greenhouse_gas"),
    Pollutant("CF4", "CF₄", Text("四氟化碳", "tetrafluoromethane"), "greenhouse_gas"),
    Pollutant("C2F6", "C₂F₆", Text("六氟乙烷", "hexafluoroethane"), "greenhouse_gas"),
    Pollutant("C3F8", "C₃F₈", Text("八氟丙烷", "octafluoropropane"), "greenhouse_gas"),
    Pollutant("cC4F8", "c-C₄F₈", Text("八氟环丁烷", "octafluorocyclobutane"), "greenhouse_gas"),
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
    Pollutant("CFC11", "CFC-11", Text("一氟三氯甲烷", "trichlorofluoromethane"), "ozone_depleting_substance"),
    Pollutant("CFC12", "CFC-12", Text("二氟二氯甲烷", "dichlorodifluoromethane"), "ozone_depleting_substance"),
    Pollutant("HCFC22", "HCFC-22", Text("二氟一氯甲烷", "chlorodifluoromethane"), "ozone_depleting_substance"),
    Pollutant("HCFC123", "HCFC-123", Text("三氟二氯乙烷", "dichlorotrifluoroethane"), "ozone_depleting_substance"),
    Pollutant("HCFC141b", "HCFC-141b", Text("一氟二氯乙烷", "dichlorofluoroethane"), "ozone_depleting_substance"),
    Pollutant("HCFC142b", "HCFC-142b", Text("二氟一氯乙烷", "chlorodifluoroethane"), "ozone_depleting_substance"),
)

_BY_CODE = {pollutant.code: pollutant for pollutant in POLLUTANTS}

CO2E_SYMBOL = same("CO₂e")


def pollutant(code: str) -> Pollutant:
    """The pollutant of that column name; ``KeyError`` where there is none."""
    return _BY_CODE[code]


def printed(code: str) -> str:
    """How a pollutant is printed, ``PM₂.₅``; a name that is not one of ours as it is."""
    known = _BY_CODE.get(code)
    return known.symbol if known else code


def codes(group: Group | None = None) -> tuple[str, ...]:
    """Column names of one group, or of all, in printed order."""
    return tuple(p.code for p in POLLUTANTS if group is None or p.group == group)
