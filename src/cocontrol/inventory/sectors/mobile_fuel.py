"""Rail, inland shipping, aviation and off-road machinery: fuel × factor, gases and pollutants from one amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import polars as pl

from cocontrol.core.common_columns import ADCODE, YEAR, choice
from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Location, NotFound
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.units import commensurable
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.lineage import EMISSION, Derived, not_estimated
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.columns import AMOUNT, SOURCE, UNIT, number
from cocontrol.inventory.sectors.linear import Line, linear_result
from cocontrol.inventory.sectors.mobile import FuelUse, gases_of, question, sulphur_dioxide
from cocontrol.reference.factors import Question, select_factor
from cocontrol.reference.fuels import fuel_name

POLLUTANTS = ("CO", "VOCs", "NOx", "PM25", "PM10")


@dataclass(frozen=True, slots=True)
class MobileSource:
    """A kind of mobile source, its category, and where its pollutant factors per fuel stand (None: nowhere)."""

    source_type: str
    category: str
    factor_profile: str | None
    factor_sector: str | None
    factor_technology: str | None
    label: Text


@lru_cache(maxsize=1)
def mobile_sources() -> dict[str, MobileSource]:
    """The kinds of mobile source off the road, by code."""
    data = (files("cocontrol.inventory.sectors") / "data" / "mobile_sources.csv").read_bytes()
    made = {}
    for row in pl.read_csv(data, infer_schema=False).iter_rows(named=True):
        label = Text(row.pop("name_zh"), row.pop("name_en"))
        made[row["source_type"]] = MobileSource(**row, label=label)
    return made


MOBILE_FUEL = TABLES.declare(
    Table(
        name="mobile_fuel",
        label=Text("非道路移动源燃料", "fuel of off-road mobile sources"),
        description=Text(
            "铁路、内河船舶、航空和非道路机械的燃料消费量。",
            "Fuel of rail, inland shipping, aviation and off-road machinery.",
        ),
        key=("year", "adcode", "source_type", "fuel"),
        columns=(
            YEAR,
            ADCODE,
            choice(
                "source_type",
                Text("移动源", "mobile source"),
                Text("从列表选择", "choose from the list"),
                {code: entry.label for code, entry in mobile_sources().items()},
            ),
            Column(
                "fuel", Kind.TEXT, Text("燃料", "fuel"), Text("燃料代码", "fuel code"), required=True, code_list="fuel"
            ),
            AMOUNT,
            replace(UNIT, description=Text("吨或标准立方米", "tonnes or standard cubic metres")),
            number(
                "sulphur_ppm",
                Text("含硫量", "sulphur"),
                Text("质量比，ppm；空则不算 SO2", "by mass, ppm; empty: no SO2"),
            ),
            SOURCE,
        ),
    )
)


def estimate_mobile_fuel(tables: Tables, context: SectorContext) -> SectorResult:
    """Emissions of mobile sources off the road: fuel × factor.

    CO2 = fuel × NCV × carbon content × oxidation × 44/12 under the document profile (IPCC 2006, Vol. 2, Ch. 3, Eq. 3.4.1); air
    pollutants per kg of fuel (公告2014年第92号, diesel); SO2 = 2 × fuel × sulphur.

    Parameters
    ----------
    tables : ``mobile_fuel``

    Raises
    ------
    InvalidInput
        A unit that is neither mass nor standard volume; every row is listed.
    """
    rows = tables[MOBILE_FUEL.name].filter(pl.col("year").is_in(context.years))
    faults = FaultCollector()
    lines = [_line({"origin": "", **row}, context, faults) for row in rows.iter_rows(named=True)]
    faults.raise_if_any(InvalidInput)
    return linear_result("mobile_fuel", [line for line in lines if line is not None])


def _line(row: Mapping[str, Any], context: SectorContext, faults: FaultCollector) -> Line | None:
    unit = next((u for u in ("t", "Nm3") if commensurable(row["unit"], u)), None)
    if unit is None:
        faults.add(_unit_fault(row))
        return None
    source = mobile_sources()[row["source_type"]]
    ask = question(context.document_profile, date(row["year"], 12, 31), row["adcode"])
    use = FuelUse(row["fuel"], 1.0, unit)
    derived = gases_of(use, ask, sector=source.source_type)
    derived["SO2"] = sulphur_dioxide(use, row["sulphur_ppm"], {"source": row["source"], "origin": row["origin"]})
    derived |= {p: _pollutant(source, row["fuel"], unit, p, ask.on) for p in POLLUTANTS}
    name = f"{row['source_type']}.{row['fuel']}"
    amount = None if row["amount"] is None else row["amount"] * unit_factor(row["unit"], unit)
    return Line(
        f"{row['adcode']}:{name}", row["adcode"], str(row["year"]), source.category, amount, unit,
        f"{name}/{row['adcode']}/{row['year']}", row["origin"], derived, fuel=row["fuel"], process=name,
    )  # fmt: skip


def _unit_fault(row: Mapping[str, Any]) -> Fault:
    return Fault(
        "mobile_fuel.unit",
        Text("燃料的单位不可用", "the unit of the fuel cannot be used"),
        Location(file=row["origin"] or None, column="unit"),
        value=row["unit"],
        allowed=Text("质量或标准立方米", "mass or standard cubic metres"),
    )


def _pollutant(source: MobileSource, fuel: str, unit: str, pollutant: str, on: date) -> Derived:
    criteria: dict[str, str | int | None] = {
        "topic": "air",
        "parameter": "emission_factor",
        "sector": source.factor_sector,
        "technology": source.factor_technology,
        "fuel_code": fuel,
        "pollutant": pollutant,
    }
    absent = not_estimated(_NO_FACTOR.format(s=source.label, f=fuel_name(fuel), p=pollutant))
    if source.factor_sector is None:
        return absent
    try:
        found = select_factor(Question(criteria, source.factor_profile, on))
    except NotFound:
        return absent
    if not commensurable(found.unit, f"t*{pollutant}/{unit}"):
        return absent
    value = found.value * unit_factor(found.unit, f"t*{pollutant}/{unit}")
    return Derived(value, "emission_factor", (found.as_input("emission_factor"),), EMISSION)


_NO_FACTOR = Text("参考数据没有 {s} 燃用 {f} 的 {p} 因子", "the reference has no {p} factor of {s} on {f}")

MOBILE = SectorModule(
    sector_id="mobile_fuel",
    label=Text("铁路、水运、航空和非道路机械", "rail, shipping, aviation and off-road machinery"),
    categories=tuple(dict.fromkeys(entry.category for entry in mobile_sources().values())),
    pollutants=("CO2", "CH4", "N2O", "SO2", *POLLUTANTS),
    tables=(MOBILE_FUEL.name,),
    optional_tables=(),
    method=Text("燃料消费量 × 因子；CO2 与污染物用同一活动水平", "fuel × factor; CO2 and pollutants from one activity"),
    source=Text(
        "环境保护部公告2014年第92号（回忆值）；IPCC 2006 第2卷第3章；各核算文件的热值和含碳量",
        "MEP announcement 2014 No. 92 (recalled); IPCC 2006, Vol. 2, Ch. 3; heating value and carbon of the document profile",
    ),
    estimate=estimate_mobile_fuel,
    overlaps=("1A",),
)
"""Mobile sources off the road, by fuel."""
