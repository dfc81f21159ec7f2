"""Declared input of road transport: the fleet by class, fuel and stage, and the conditions it drives under."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

import polars as pl

from cocontrol.core.common_columns import ADCODE, YEAR, choice
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.inventory.sectors.columns import SOURCE, number

STAGES: dict[str, Text] = {
    "pre_china_1": Text("国0（国一前）", "pre-China 1"),
    **{f"china_{n}": Text(f"国{zh}", f"China {n}") for n, zh in enumerate("一二三四五六", start=1)},
}
"""China emission stages, in order."""

FUELS: dict[str, Text] = {
    "gasoline": Text("汽油", "gasoline"),
    "diesel": Text("柴油", "diesel"),
    "natural_gas": Text("天然气", "natural gas"),
    "lpg": Text("液化石油气", "LPG"),
}
"""Fuels that the fleet burns; vehicles on electricity emit nothing on the road and are not listed."""

LOADS: dict[str, Text] = {str(share): Text(f"{share}%", f"{share} %") for share in (0, 50, 60, 75, 100)}
"""Load of diesel vehicles for which the guide gives a correction; 50 % is the base."""


@dataclass(frozen=True, slots=True)
class RoadClass:
    """One vehicle class on one group of fuels, with where its factors stand and which corrections hold for it."""

    vehicle_class: str
    fuel_group: str
    factor_sector: str
    category: str
    weight_group: str
    correction_group: str
    gas_class: str | None
    label: Text


@lru_cache(maxsize=1)
def road_classes() -> dict[tuple[str, str], RoadClass]:
    """Vehicle classes by class and fuel group (gasoline, diesel, other)."""
    data = (files("cocontrol.inventory.sectors") / "data" / "road_classes.csv").read_bytes()
    made = {}
    for row in pl.read_csv(data, infer_schema=False).iter_rows(named=True):
        label = Text(row.pop("name_zh"), row.pop("name_en"))
        made[row["vehicle_class"], row["fuel_group"]] = RoadClass(**row, label=label)
    return made


def fuel_group(fuel: str) -> str:
    """The group of the factor tables: gasoline and diesel by themselves, every gas as ``other``."""
    return fuel if fuel in {"gasoline", "diesel"} else "other"


def _labels() -> dict[str, Text]:
    return {entry.vehicle_class: entry.label for entry in road_classes().values()}


ROAD_FLEET = TABLES.declare(
    Table(
        name="road_fleet",
        label=Text("道路机动车", "road fleet"),
        description=Text(
            "按车型、燃料和排放阶段的保有量与年均行驶里程；里程缺失不取默认值。",
            "Vehicles and annual distance by class, fuel and emission stage; a missing distance takes no default.",
        ),
        key=("year", "adcode", "vehicle_class", "fuel", "stage"),
        columns=(
            YEAR,
            ADCODE,
            choice(
                "vehicle_class", Text("车型", "vehicle class"), Text("从列表选择", "choose from the list"), _labels()
            ),
            choice("fuel", Text("燃料", "fuel"), Text("从列表选择", "choose from the list"), FUELS),
            choice("stage", Text("排放阶段", "stage"), Text("国0 至 国六", "pre-China 1 to China 6"), STAGES),
            number("vehicles", Text("保有量", "vehicles"), Text("在用车辆", "vehicles in use"), "vehicle"),
            number(
                "annual_km", Text("年均行驶里程", "annual distance"), Text("每车每年", "per vehicle and year"), "km"
            ),
            number(
                "fuel_per_100_km",
                Text("百公里燃料消费", "fuel per 100 km"),
                Text("液体燃料 kg，气体燃料标准立方米；空则不算 CO2", "kg of liquid fuel, Nm3 of gas; empty: no CO2"),
            ),
            choice(
                "load_percent", Text("载重率", "load"), Text("仅柴油车", "diesel vehicles only"), LOADS, required=False
            ),
            SOURCE,
        ),
    )
)

ROAD_CONDITION = TABLES.declare(
    Table(
        name="road_condition",
        label=Text("道路行驶条件", "road conditions"),
        description=Text(
            "修正因子所需的环境、速度和油品条件；空的一项不修正，并在系数来历中注明。",
            "Environment, speed and fuel quality for the corrections; an empty one is not corrected for, as the lineage says.",
        ),
        key=("year", "adcode"),
        columns=(
            YEAR,
            ADCODE,
            Column(
                "temperature_c", Kind.NUMBER, Text("年均气温", "temperature"), Text("年均", "annual mean"), unit="degC"
            ),
            number("humidity_percent", Text("相对湿度", "humidity"), Text("年均", "annual mean"), "%", maximum=100),
            Column("altitude_m", Kind.NUMBER, Text("海拔", "altitude"), Text("城区平均", "mean of the city"), unit="m"),
            number("speed_km_h", Text("平均车速", "mean speed"), Text("车队平均", "fleet mean"), "km/hour"),
            number(
                "gasoline_sulphur_ppm", Text("汽油含硫量", "sulphur of gasoline"), Text("质量比，ppm", "by mass, ppm")
            ),
            number("diesel_sulphur_ppm", Text("柴油含硫量", "sulphur of diesel"), Text("质量比，ppm", "by mass, ppm")),
            replace(SOURCE, required=True),
        ),
    )
)
