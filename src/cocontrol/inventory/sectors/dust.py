"""Road dust and storage-pile dust by the equations of US EPA AP-42, as the Chinese guide of 2014 uses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from cocontrol.core.common_columns import ADCODE, YEAR
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.lineage import EMISSION, Derived, Input, local_input, not_estimated
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.columns import AMOUNT, SOURCE, number
from cocontrol.inventory.sectors.linear import Line, linear_result
from cocontrol.reference.factors import Factor, Question, select_factor

POLLUTANTS = ("PM10", "PM25")
PROFILE = "US_EPA_AP42"
DAYS = 365.0


def _name(label: Text, text: Text) -> Column:
    return Column("name", Kind.TEXT, label, text, required=True)


ROAD_DUST = TABLES.declare(
    Table(
        name="road_dust",
        label=Text("道路扬尘", "road dust"),
        description=Text(
            "铺装道路按类型的车流里程、积尘负荷和平均车重。",
            "Paved roads by type: vehicle kilometres, silt loading and mean vehicle weight.",
        ),
        key=("year", "adcode", "name"),
        columns=(
            YEAR,
            ADCODE,
            _name(Text("道路类型", "road type"), Text("如 快速路、主干道", "such as expressway, trunk road")),
            replace(
                AMOUNT, name="vehicle_km", label=Text("车流里程", "vehicle kilometres"), unit="km",
                description=Text("年车公里；空为缺失", "per year; empty is missing"),
            ),
            number("silt_loading", Text("积尘负荷", "silt loading"), Text("实测", "measured"), "g/m^2"),
            number("mean_weight", Text("平均车重", "mean vehicle weight"), Text("车队平均", "fleet mean"), "t"),
            number("rain_days", Text("降水日数", "rain days"), Text("日降水量大于 0.25 mm", "above 0.25 mm"), "day", maximum=366),
            SOURCE,
        ),
    )
)  # fmt: skip

STORAGE_PILE = TABLES.declare(
    Table(
        name="storage_pile",
        label=Text("堆场扬尘", "storage piles"),
        description=Text(
            "物料装卸量、风速和含水率；不含风蚀。", "Material handled, wind speed and moisture; without wind erosion."
        ),
        key=("year", "adcode", "name"),
        columns=(
            YEAR,
            ADCODE,
            _name(Text("物料", "material"), Text("如 煤、矿石", "such as coal, ore")),
            replace(
                AMOUNT, name="handled", label=Text("装卸量", "handled"), unit="t",
                description=Text("每装或卸一次计一次；空为缺失", "each loading or unloading counts; empty is missing"),
            ),
            number("wind_speed", Text("平均风速", "mean wind speed"), Text("年均", "annual mean"), "m/s"),
            number("moisture", Text("含水率", "moisture"), Text("质量百分数", "per cent by mass"), "%", maximum=100),
            SOURCE,
        ),
    )
)  # fmt: skip


def estimate_dust(tables: Tables, context: SectorContext) -> SectorResult:
    """PM10 and PM2.5 of paved roads and of material handled at piles.

    Roads: E = k · sL^0.91 · W^1.02 · (1 − P/(4·365)) in g per vehicle km, sL in g/m², W in short tons, P rain days (AP-42,
    13.2.1). Piles: E = k · 0.0016 · (u/2.2)^1.3 ÷ (M/2)^1.4 in kg per t, u in m/s, M in per cent (AP-42, 13.2.4). A condition
    that is not given leaves the row without a coefficient.

    Parameters
    ----------
    tables : ``road_dust``, ``storage_pile`` or both
    """
    lines = [_road(row) for row in _rows(tables, ROAD_DUST.name, context)]
    lines += [_pile(row) for row in _rows(tables, STORAGE_PILE.name, context)]
    return linear_result("dust", lines)


def _rows(tables: Tables, name: str, context: SectorContext) -> Iterator[dict[str, Any]]:
    if name in tables:
        for row in tables[name].filter(pl.col("year").is_in(context.years)).iter_rows(named=True):
            yield {"origin": "", **row}


def _coefficient(sector: str, pollutant: str, on: date) -> Factor:
    criteria = {"topic": "air", "parameter": "equation_coefficient", "sector": sector, "pollutant": pollutant}
    return select_factor(Question(criteria, PROFILE, on))


def _given(row: Mapping[str, Any], units: Mapping[str, str]) -> tuple[Input, ...] | None:
    """The conditions of a row as inputs; None where one is missing."""
    if any(row[name] is None for name in units):
        return None
    return tuple(local_input(name, row[name], unit, row["source"], row["origin"]) for name, unit in units.items())


_ROAD_UNITS = {"silt_loading": "g/m^2", "mean_weight": "t", "rain_days": "day"}
_PILE_UNITS = {"wind_speed": "m/s", "moisture": "%"}


def _road(row: Mapping[str, Any]) -> Line:
    derived = {pollutant: _road_coefficient(row, pollutant) for pollutant in POLLUTANTS}
    return _line(row, "DUST-R", row["vehicle_km"], "km", derived)


def _road_coefficient(row: Mapping[str, Any], pollutant: str) -> Derived:
    given = _given(row, _ROAD_UNITS)
    if given is None:
        return not_estimated(_NO_ROAD)
    k = _coefficient("paved_road_dust", pollutant, date(row["year"], 12, 31))
    weight = row["mean_weight"] * unit_factor("t", "short_ton")
    wet = 1.0 - row["rain_days"] / (4.0 * DAYS)
    grams = k.value * row["silt_loading"] ** 0.91 * weight**1.02 * wet
    formula = "k × silt_loading^0.91 × mean_weight^1.02 × (1 − rain_days/(4 × 365))"
    return Derived(grams * unit_factor("g", "t"), formula, (k.as_input("k"), *given), EMISSION)


def _pile(row: Mapping[str, Any]) -> Line:
    derived = {pollutant: _pile_coefficient(row, pollutant) for pollutant in POLLUTANTS}
    return _line(row, "DUST-P", row["handled"], "t", derived)


def _pile_coefficient(row: Mapping[str, Any], pollutant: str) -> Derived:
    given = _given(row, _PILE_UNITS)
    if given is None or not row["moisture"]:
        return not_estimated(_NO_PILE)
    k = _coefficient("storage_pile_handling", pollutant, date(row["year"], 12, 31))
    kilograms = k.value * 0.0016 * (row["wind_speed"] / 2.2) ** 1.3 / (row["moisture"] / 2.0) ** 1.4
    formula = "k × 0.0016 × (wind_speed/2.2)^1.3 ÷ (moisture/2)^1.4"
    return Derived(kilograms * unit_factor("kg", "t"), formula, (k.as_input("k"), *given), EMISSION)


def _line(
    row: Mapping[str, Any], category: str, amount: float | None, unit: str, derived: Mapping[str, Derived]
) -> Line:
    name = f"{category}.{row['name']}"
    return Line(
        f"{row['adcode']}:{name}", row["adcode"], str(row["year"]), category, amount, unit,
        f"{name}/{row['adcode']}/{row['year']}", row["origin"], derived, process=row["name"],
    )  # fmt: skip


_NO_ROAD = Text(
    "缺少积尘负荷、平均车重或降水日数，不取默认值",
    "silt loading, vehicle weight or rain days missing; no default is taken",
)
_NO_PILE = Text("缺少风速或含水率，不取默认值", "wind speed or moisture missing; no default is taken")

_METHOD = Text("AP-42 经验式 × 活动水平", "AP-42 equation × activity")
_SOURCE = Text("US EPA AP-42 13.2.1、13.2.4（系数为回忆值）", "US EPA AP-42 13.2.1, 13.2.4 (coefficients recalled)")


def _module(sector_id: str, label: Text, category: str, table: str) -> SectorModule:
    return SectorModule(sector_id, label, (category,), POLLUTANTS, (table,), (), _METHOD, _SOURCE, _only(table))


def _only(table: str) -> Any:
    def estimate(tables: Tables, context: SectorContext) -> SectorResult:
        """The dust of one table, so that each table alone makes its sector run."""
        return estimate_dust({table: tables[table]}, context)

    return estimate


DUST = (
    _module("road_dust", Text("道路扬尘", "road dust"), "DUST-R", ROAD_DUST.name),
    _module("storage_pile", Text("堆场扬尘", "storage piles"), "DUST-P", STORAGE_PILE.name),
)
"""Road dust and storage piles."""
