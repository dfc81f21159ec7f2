"""Land use as sectors: land converted (3B1b … 3B6b) and forest remaining forest (3B1a). Removals are rows of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.notation import NotationKey
from cocontrol.core.text import Text
from cocontrol.inventory.land_use import stock_change
from cocontrol.inventory.land_use.stock_change import Change, Forest, Stock
from cocontrol.inventory.land_use.tables import LAND_CATEGORIES, POOLS
from cocontrol.inventory.lineage import Derived, not_estimated
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.input_rows import Row, ask_of, declared_number, key_of, origin_of, rows_of
from cocontrol.inventory.sectors.linear import Line, linear_result

TRANSITION_YEARS = "land_use.soil_transition_years"
"""Declared choice of the years in which the carbon of soil changes; 20 (IPCC default) where none is declared."""

CATEGORY = {name: f"3B{number}" for number, name in enumerate(LAND_CATEGORIES, start=1)}


def land_conversion(tables: Tables, context: SectorContext) -> SectorResult:
    """CO2 of land converted: area in transition × stock change, by pool; gains and losses are separate rows.

    Biomass and dead organic matter change in the year of conversion, soil over 20 years. Where growing stock is
    accounted (`forest_stock`), biomass gained by new forest is part of it (IE). The matrix is checked against the
    areas (`stock_change.check_areas`).

    Raises `InvalidInput` where an interval does not run forward.
    """
    changes = _changes(tables)
    stocks = _stocks(tables)
    wooded = {(row["adcode"], row["year"]) for row in rows_of(tables, "forest_stock", context)}
    lines = [
        line
        for year in context.years
        for change in changes
        if change.before != change.after
        for line in _conversion_lines(change, year, stocks, (change.adcode, year) in wooded, _transition(context))
    ]
    return linear_result("land_conversion", lines, stock_change.check_areas(changes, _areas(tables)))


def _transition(context: SectorContext) -> int:
    """Years of transition of soil; raises `InvalidInput` where the declared number is not a whole one above 0."""
    given = declared_number(context, TRANSITION_YEARS)
    if given is None:
        return stock_change.SOIL_TRANSITION_YEARS
    if given < 1 or given != int(given):
        message = Text("土壤转化年数须为正整数", "the years of transition of soil must be a whole number above 0")
        raise InvalidInput(Fault("land_use.transition_years", message, value=f"{given:g}"))
    return int(given)


def _changes(tables: Tables) -> list[Change]:
    faults, changes = FaultCollector(), []
    for row in tables["land_transition"].iter_rows(named=True):
        if row["start_year"] >= row["year"]:
            message = Text("转移矩阵的起始年须早于末年", "a matrix must start before it ends")
            faults.add(Fault("land_use.interval", message, value=f"{row['start_year']}–{row['year']}"))
        changes.append(
            Change(
                row["adcode"], row["start_year"], row["year"], row["from_category"], row["to_category"],
                row["area_ha"], origin_of(row),
            )
        )  # fmt: skip
    faults.raise_if_any(InvalidInput)
    return changes


def _stocks(tables: Tables) -> Mapping[tuple[str, str, str], Stock]:
    return {
        (row["adcode"], row["land_category"], row["pool"]): Stock(row["carbon_t_per_ha"], origin_of(row))
        for row in tables["land_carbon_stock"].iter_rows(named=True)
    }


def _areas(tables: Tables) -> dict[tuple[str, int, str], float]:
    if "land_area" not in tables:
        return {}
    rows = tables["land_area"].filter(pl.col("area_ha").is_not_null())
    return {(row["adcode"], row["year"], row["land_category"]): row["area_ha"] for row in rows.iter_rows(named=True)}


def _conversion_lines(
    change: Change, year: int, stocks: Mapping[tuple[str, str, str], Stock], wooded: bool, soil_years: int
) -> Iterator[Line]:
    for pool in POOLS:
        years = soil_years if pool == "soil" else 1
        if not change.years_within(year - years + 1, year):
            continue
        before, after = (stocks.get((change.adcode, name, pool)) for name in (change.before, change.after))
        derived = stock_change.conversion_factor(before, after, years)
        if wooded and pool == "biomass" and change.after == "forest_land":
            derived = not_estimated(_IN_GROWING_STOCK, key=NotationKey.IE)
        way = _way(derived)
        source = (change.before, change.after, pool, str(change.end))
        yield Line(
            source_id="/".join(["land", change.adcode, *source, way]),
            adcode=change.adcode,
            period=str(year),
            category=f"{CATEGORY[change.after]}b",
            amount=stock_change.area_in_transition(change, year, years),
            unit="hectare",
            key="/".join([CATEGORY[change.after], *source, change.adcode, str(year)]),
            origin=change.origin,
            derived={"CO2": derived},
            process=way,
        )


def _way(derived: Derived) -> str:
    """``removal`` for carbon gained, ``emission`` for carbon lost or unchanged, ``unknown`` without a value."""
    if derived.value is None:
        return "unknown"
    return "removal" if derived.value < 0 else "emission"


def forest_biomass(tables: Tables, context: SectorContext) -> SectorResult:
    """CO2 of forest biomass: growth is a removal, consumption an emission, each a row of its own (guide 2011, ch. 4)."""
    return linear_result(
        "forest_biomass",
        [line for row in rows_of(tables, "forest_stock", context) for line in _forest_lines(row, context)],
    )


def _forest_lines(row: Row, context: SectorContext) -> Iterable[Line]:
    ask, kind = ask_of(row, context), row["forest_type"]
    forest = Forest(
        kind, row.get("wood_density"), row.get("biomass_expansion"), row.get("biomass_per_ha"), row.get("carbon_fraction"),
        origin_of(row),
    )  # fmt: skip
    if kind == "arbor_forest":
        held = stock_change.stem_carbon_dioxide(forest, ask)
        growth, use = (_part(row.get("volume_m3"), row.get(rate)) for rate in ("growth_rate", "consumption_rate"))
        yield _forest_line(row, "growth", growth, "m^3", stock_change.opposite(held))
        yield _forest_line(row, "consumption", use, "m^3", held)
        return
    held = stock_change.stand_carbon_dioxide(forest, ask)
    change = row.get("area_change_ha")
    if change is None or change >= 0:
        yield _forest_line(row, "new_area", change, "hectare", stock_change.opposite(held))
    else:
        yield _forest_line(row, "lost_area", -change, "hectare", held)


def _part(whole: float | None, rate: float | None) -> float | None:
    return None if whole is None or rate is None else whole * rate


def _forest_line(row: Row, way: str, amount: float | None, unit: str, derived: Derived) -> Line:
    return Line(
        source_id=f"forest/{row['adcode']}/{row['forest_type']}/{way}",
        adcode=row["adcode"],
        period=str(row["year"]),
        category="3B1a",
        amount=amount,
        unit=unit,
        key=key_of(row, "3B1a", row["forest_type"], way),
        origin=origin_of(row),
        derived={"CO2": derived},
        process=way,
    )


_IN_GROWING_STOCK = Text(
    "新增林地的生物量已含在森林蓄积的生长中", "biomass of new forest is part of the growth of the growing stock"
)

LAND_USE: tuple[SectorModule, ...] = (
    SectorModule(
        "land_conversion",
        Text("土地利用转化", "land converted"),
        tuple(f"{code}b" for code in CATEGORY.values()),
        ("CO2",), ("land_transition", "land_carbon_stock"), ("land_area", "forest_stock"),
        Text("转移面积 × 碳储量变化 × 44/12；吸收为负，单列", "area × stock change × 44/12; removals negative, rows of their own"),
        Text("IPCC 2006 第4卷第2章 式2.15、2.16、2.25", "IPCC 2006, Vol. 4, Ch. 2, Eq. 2.15, 2.16, 2.25"),
        land_conversion,
    ),
    SectorModule(
        "forest_biomass",
        Text("森林生物量", "forest biomass"),
        ("3B1a",), ("CO2",), ("forest_stock",), (),
        Text("蓄积 × 生长率或消耗率 × 木材密度 × 扩展系数 × 含碳率 × 44/12", "stock × rate × density × expansion × carbon × 44/12"),
        Text("省级指南2011 第四章；IPCC 2006 第4卷第2章", "provincial guide 2011, ch. 4; IPCC 2006, Vol. 4, Ch. 2"),
        forest_biomass,
    ),
)  # fmt: skip
"""Sectors of land use in printed order."""
