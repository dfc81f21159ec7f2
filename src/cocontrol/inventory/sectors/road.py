"""Road transport by vehicle class, China stage and fuel: pollutants and greenhouse gases from one distance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.errors import Ambiguous, NotFound
from cocontrol.core.text import Text
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.gas_coefficients import Question as Ask
from cocontrol.inventory.lineage import EMISSION, Derived, Input, local_input, not_estimated
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.linear import Line, linear_result
from cocontrol.inventory.sectors.mobile import FuelUse, gases_of, question, sulphur_dioxide
from cocontrol.inventory.sectors.road_corrections import PROFILE, REMARK, corrections, product_of
from cocontrol.inventory.sectors.road_tables import ROAD_CONDITION, ROAD_FLEET, RoadClass, fuel_group, road_classes
from cocontrol.reference.factors import Factor, Question, select_factor

POLLUTANTS = ("CO", "VOCs", "NOx", "PM25", "PM10")
"""Pollutants that the road guide gives per distance."""

LATER_STAGES = frozenset({"china_4", "china_5", "china_6"})

EVAPORATION = "on_road_evaporative_gasoline_vehicles"


def estimate_road(tables: Tables, context: SectorContext) -> SectorResult:
    """Emissions of the fleet: vehicles × annual distance × factor × corrections (公告2014年第92号).

    EF = base factor × environment × speed × sulphur × load. CO2, CH4, N2O and SO2 follow from the fuel consumption of the same
    row, so that gases and pollutants come from one activity. A row without vehicles or distance is not estimated. Gasoline
    vehicles evaporate: 11.6 g/h while driving (distance ÷ mean speed) and 6.5 g a day parked, where the speed is known.

    Parameters
    ----------
    tables : ``road_fleet``, and ``road_condition`` where there is one
    """
    conditions = {(row["adcode"], row["year"]): row for row in _rows(tables.get(ROAD_CONDITION.name))}
    lines: list[Line] = []
    for row in _rows(tables[ROAD_FLEET.name].filter(pl.col("year").is_in(context.years))):
        condition = conditions.get((row["adcode"], row["year"]))
        lines.append(_driving(row, condition, context))
        if row["fuel"] == "gasoline":
            lines.append(_evaporation(row, condition))
    return linear_result("road", lines)


def _rows(frame: pl.DataFrame | None) -> Iterator[dict[str, Any]]:
    if frame is not None:
        for row in frame.iter_rows(named=True):
            yield {"origin": "", **row}


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['vehicle_class']}.{row['fuel']}.{row['stage']}"


def _driving(row: Mapping[str, Any], condition: Mapping[str, Any] | None, context: SectorContext) -> Line:
    entry = road_classes().get((row["vehicle_class"], fuel_group(row["fuel"])))
    known = row["vehicles"] is not None and row["annual_km"] is not None
    amount = row["vehicles"] * row["annual_km"] if known else None
    ask = question(context.document_profile, date(row["year"], 12, 31), row["adcode"])
    derived = _pollutants(row, entry, condition, ask.on) | _from_fuel(row, entry, condition, ask)
    name = _name(row)
    return Line(
        f"{row['adcode']}:{name}", row["adcode"], str(row["year"]), _category(row), amount, "km",
        f"{name}/{row['adcode']}/{row['year']}", row["origin"], derived, fuel=row["fuel"], process=name,
    )  # fmt: skip


def _category(row: Mapping[str, Any]) -> str:
    return next(e.category for e in road_classes().values() if e.vehicle_class == row["vehicle_class"])


def _pollutants(
    row: Mapping[str, Any], entry: RoadClass | None, condition: Mapping[str, Any] | None, on: date
) -> dict[str, Derived]:
    if entry is None:
        return {p: not_estimated(_NO_CLASS.format(v=row["vehicle_class"], f=row["fuel"])) for p in POLLUTANTS}
    names = list(corrections(entry, row["stage"], row["fuel"], condition, row["load_percent"]))
    return {p: _pollutant(row, entry, p, names, on) for p in POLLUTANTS}


def _pollutant(row: Mapping[str, Any], entry: RoadClass, pollutant: str, names: list[str], on: date) -> Derived:
    try:
        base = _base(entry, row["stage"], pollutant, on)
    except (NotFound, Ambiguous):
        return not_estimated(_NO_STAGE.format(v=entry.label, s=row["stage"], f=row["fuel"]))
    total, inputs = product_of(names, row["fuel"], pollutant, on)
    value = base.value * unit_factor(base.unit, f"t*{pollutant}/km") * total
    formula = "base_factor × Π correction" if inputs else "base_factor"
    return Derived(value, formula, (base.as_input("base_factor"), *inputs), EMISSION, remark=REMARK)


@lru_cache(maxsize=1024)
def _base(entry: RoadClass, stage: str, pollutant: str, on: date) -> Factor:
    criteria: dict[str, str | int | None] = {
        "topic": "air",
        "parameter": "emission_factor",
        "kind": "base_factor",
        "sector": entry.factor_sector,
        "technology": stage,
        "pollutant": pollutant,
        "fuel_code": None if entry.fuel_group == "other" else entry.fuel_group,
        "item": "other_fuels_cng_lpg_etc" if entry.fuel_group == "other" else None,
    }
    return select_factor(Question(criteria, PROFILE, on))


def _from_fuel(
    row: Mapping[str, Any], entry: RoadClass | None, condition: Mapping[str, Any] | None, ask: Ask
) -> dict[str, Derived]:
    use = _fuel_use(row)
    made = gases_of(use, ask)
    for gas in ("CH4", "N2O"):
        by_distance = _gas_by_distance(row, entry, gas, ask.on)
        if by_distance is not None:
            made[gas] = by_distance
    known = condition or {}
    place = {"source": str(known.get("source") or ""), "origin": str(known.get("origin") or "")}
    made["SO2"] = sulphur_dioxide(use, known.get(f"{row['fuel']}_sulphur_ppm"), place)
    return made


def _fuel_use(row: Mapping[str, Any]) -> FuelUse | None:
    given = row["fuel_per_100_km"]
    if given is None:
        return None
    gaseous = row["fuel"] == "natural_gas"
    unit, label = ("Nm3", "Nm3/(100*km)") if gaseous else ("t", "kg/(100*km)")
    amount = given / 100.0 * (1.0 if gaseous else 1e-3)
    return FuelUse(
        row["fuel"], amount, unit, local_input("fuel_per_100_km", given, label, row["source"], row["origin"])
    )


def _gas_by_distance(row: Mapping[str, Any], entry: RoadClass | None, gas: str, on: date) -> Derived | None:
    """CH4 or N2O per distance of the land-transport guide, where it has one for the class and stage."""
    if entry is None or entry.gas_class is None:
        return None
    later = row["stage"] in LATER_STAGES
    for stage in ("all", "china_4_and_later" if later else "earlier_stages"):
        criteria: dict[str, str | int | None] = {
            "topic": "process", "parameter": "emission_factor", "sector": "road_transport", "pollutant": gas,
            "fuel_code": row["fuel"], "item": entry.gas_class, "technology": stage,
        }  # fmt: skip
        try:
            found = select_factor(Question(criteria, None, on))
        except NotFound:
            continue
        value = found.value * unit_factor(found.unit, f"t*{gas}/km")
        return Derived(value, "emission_factor", (found.as_input("emission_factor"),), EMISSION)
    return None


def _evaporation(row: Mapping[str, Any], condition: Mapping[str, Any] | None) -> Line:
    """VOCs that evaporate from a gasoline vehicle in a year: 11.6 g/h × distance ÷ speed + 6.5 g/d × 365."""
    name = f"{_name(row)}.evaporation"
    speed, distance = (condition or {}).get("speed_km_h"), row["annual_km"]
    on = date(row["year"], 12, 31)
    if not speed or distance is None:
        derived = not_estimated(_NO_SPEED)
    else:
        driving, parked = (_evaporative(way, on) for way in ("driving", "parked"))
        grams = driving.value * distance / speed + parked.value * 365
        inputs: tuple[Input, ...] = (
            driving.as_input("driving"), parked.as_input("parked"),
            local_input("annual_km", distance, "km", row["source"], row["origin"]),
            local_input("speed", speed, "km/hour", str((condition or {})["source"]), str((condition or {})["origin"])),
        )  # fmt: skip
        derived = Derived(grams * unit_factor("g", "t"), "driving × annual_km ÷ speed + parked × 365", inputs, EMISSION)
    return Line(
        f"{row['adcode']}:{name}", row["adcode"], str(row["year"]), "1A3bv", row["vehicles"], "vehicle",
        f"{name}/{row['adcode']}/{row['year']}", row["origin"], {"VOCs": derived}, fuel=row["fuel"], process=name,
    )  # fmt: skip


def _evaporative(way: str, on: date) -> Factor:
    criteria = {"topic": "air", "parameter": "emission_factor", "sector": EVAPORATION, "technology": way}
    return select_factor(Question(criteria, PROFILE, on))


_NO_CLASS = Text("道路指南没有 {v} 燃用 {f} 的系数", "the road guide has no factor of {v} on {f}")
_NO_STAGE = Text(
    "道路指南没有 {v}（{f}）{s} 阶段的可用系数；国六没有可核实的中国系数",
    "the road guide has no usable factor of {v} ({f}) at stage {s}; China 6 has no Chinese factor that could be verified",
)
_NO_SPEED = Text(
    "未给出平均车速或年均里程，汽油蒸发不估算", "without mean speed or distance evaporation is not estimated"
)

ROAD = SectorModule(
    sector_id="road",
    label=Text("道路交通", "road transport"),
    categories=("1A3bi", "1A3bii", "1A3biii", "1A3biv", "1A3bv"),
    pollutants=("CO2", "CH4", "N2O", "SO2", *POLLUTANTS),
    tables=(ROAD_FLEET.name,),
    optional_tables=(ROAD_CONDITION.name,),
    method=Text(
        "保有量 × 年均里程 × 基准系数 × 环境、速度、硫含量、载重修正；CO2 由同一行的油耗计算",
        "vehicles × distance × base factor × corrections for environment, speed, sulphur and load; CO2 from the fuel of the row",
    ),
    source=Text(
        "环境保护部公告2014年第92号；陆上交通运输企业核算指南 2015；IPCC 2006 第2卷第3章",
        "MEP announcement 2014 No. 92; NDRC land-transport guide 2015; IPCC 2006, Vol. 2, Ch. 3",
    ),
    estimate=estimate_road,
    overlaps=("1A",),
    by_category={"1A3bv": ("VOCs",)},
)
"""Road transport."""
