"""How sure the figures are: intervals of totals and categories, what they cover, and what makes them wide."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text, same
from cocontrol.inventory.uncertainty.of_inventory import AT_LEAST, FULL, TOTAL, UNKNOWN, WITH_LAND_USE
from cocontrol.reference.factors import factor_table
from cocontrol.reference.scopes import TOTAL_NAMES, TotalScope
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.cells import cell
from cocontrol_web.analysis.charts import Chart, dimension_label
from cocontrol_web.analysis.energy import process_label
from cocontrol_web.analysis.figures import MassUnit, fitting_unit
from cocontrol_web.language import say

INTERVALS: Mapping[str, Text] = {
    FULL: Text("完整区间", "full interval"),
    AT_LEAST: Text("至少这么宽", "at least this wide"),
    UNKNOWN: Text("未知", "unknown"),
}

ROLES: Mapping[str, Text] = {
    "activity": Text("活动水平", "activity data"),
    "factor": Text("排放系数", "coefficient"),
}

FACTOR_SECTORS: Mapping[str, Text] = {
    "energy": Text("能源工业", "energy industries"),
    "manufacturing": Text("制造业和建筑业", "manufacturing and construction"),
    "commercial": Text("商业和公共机构", "commercial and institutional"),
    "residential": Text("居民和农业", "residential and agriculture"),
    "road": Text("道路运输", "road transport"),
}
"""Sectors of the IPCC combustion tables."""

LEAST_CONTRIBUTION_PCT = 0.1
"""Smaller shares of the variance are not worth a line; the table of the run lists them."""

SCOPES: Mapping[str, Text] = {"category": Text("按部门", "by sector"), "fuel": Text("按燃料", "by fuel")}


def totals(table: pl.DataFrame, period: str) -> list[dict[str, Any]]:
    """The totals of the year: of each measure without land use, and with it where there is some; named, in a fitting unit."""
    order = {code: index for index, code in enumerate(codes())}
    rows = table.filter(pl.col("scope").is_in([TOTAL, WITH_LAND_USE]) & (pl.col("period") == period)).to_dicts()
    rows.sort(key=lambda row: (order.get(row["pollutant"], -1), row["scope"] == WITH_LAND_USE))
    beside = {row["pollutant"] for row in rows if row["scope"] == WITH_LAND_USE}
    made = []
    for row in rows:
        scope = None
        if row["pollutant"] in beside:
            scope = TotalScope.WITH_LAND_USE if row["scope"] == WITH_LAND_USE else TotalScope.WITHOUT_LAND_USE
        named = {"scope_name": TOTAL_NAMES[scope] if scope else None}
        made.append({**_in_unit(row, cell(row["pollutant"], {"period": period, "scope": scope})), **named})
    return made


def _in_unit(row: dict[str, Any], explain: str) -> dict[str, Any]:
    unit = fitting_unit(row["emission_t"])
    figures = {name: _scaled(row[f"{name}_t"], unit) for name in ("emission", "mean", "p2_5", "p97_5")}
    return {**row, **figures, "unit": unit, "explain": explain}


def _scaled(tonnes: float | None, unit: MassUnit) -> float | None:
    return None if tonnes is None else tonnes / unit.tonnes


def parts(table: pl.DataFrame, period: str, measure: str, scope: str) -> list[dict[str, Any]]:
    """Categories or fuels of one measure, the largest first, in the unit of the largest."""
    chosen = table.filter(
        (pl.col("scope") == scope) & (pl.col("period") == period) & (pl.col("pollutant") == measure)
    ).sort(pl.col("emission_t").abs(), descending=True, nulls_last=True)
    unit = fitting_unit(chosen["emission_t"][0] if chosen.height else None)
    return [
        {
            **row,
            **{name: _scaled(row[f"{name}_t"], unit) for name in ("emission", "p2_5", "p97_5")},
            "unit": unit,
            "name": dimension_label("category" if scope == "category" else "fuel", row[scope] or "-"),
            "explain": cell(measure, {scope: row[scope], "period": period}),
        }
        for row in chosen.iter_rows(named=True)
    ]


def bands(rows: list[dict[str, Any]], scope: str, title: str) -> Chart | None:
    """Bars with whiskers from the 2.5 to the 97.5 percentile; a bar without a known interval has none."""
    shown = [row for row in rows if row["emission"]]
    if not shown:
        return None
    return {
        "type": "bar", "orientation": "horizontal", "stacked": False, "title": title, "unit": say(shown[0]["unit"].label),
        "categories": [row["name"] for row in shown],
        "category_keys": [row[scope] or "-" for row in shown],
        "note": say(_NOTE),
        "series": [
            {
                "key": "emission",
                "name": say(_ESTIMATE),
                "values": [row["emission"] for row in shown],
                "cells": [row["explain"] for row in shown],
                "lower": [row["p2_5"] for row in shown],
                "upper": [row["p97_5"] for row in shown],
            }
        ],
    }  # fmt: skip


_ESTIMATE = Text("排放量", "emission")
_NOTE = Text(
    "细线为 95% 区间；没有细线的，多数排放的活动水平和系数都没有界限。",
    "Whiskers are 95 % intervals; without one, most of the emission has limits of neither activity nor coefficient.",
)


def contributions(table: pl.DataFrame, period: str, measure: str) -> list[dict[str, Any]]:
    """What makes the interval of a total wide, the most first, in words."""
    rows = table.filter((pl.col("period") == period) & (pl.col("pollutant") == measure)).sort("rank")
    rows = rows.filter(pl.col("total_order_pct") >= LEAST_CONTRIBUTION_PCT)
    return [{**row, "name": variable_name(row["role"], row["variable_id"])} for row in rows.iter_rows(named=True)]


def variable_name(role: str, variable_id: str) -> Text:
    """What people call a drawn variable: the process and fuel of a source, or the factor with its document."""
    if role == "activity":
        source = variable_id.partition("@")[0].split(":")
        return labels.fuel(source[-1]) if len(source) < 3 else _activity_name(source[1], source[2])
    known = _factor_words()
    pieces = [known.get(piece.strip(), Text(piece, piece)) for piece in _ids(variable_id)]
    return Text(" × ".join(one.zh for one in pieces), " × ".join(one.en for one in pieces))


def _ids(variable_id: str) -> list[str]:
    plain = variable_id.removeprefix("declared ")
    return plain.partition(" Lognormal(")[0].partition(" TruncatedNormal(")[0].partition(" Normal(")[0].split(" × ")


def _activity_name(process: str, fuel: str) -> Text:
    return Text("{p}·{f}", "{p}, {f}").format(p=process_label(process), f=labels.fuel(fuel))


@lru_cache(maxsize=1)
def _factor_words() -> Mapping[str, Text]:
    columns = ("factor_id", "fuel_code", "pollutant", "parameter", "sector")
    rows = factor_table().select(columns).drop_nulls("factor_id").iter_rows(named=True)
    return {row["factor_id"]: _factor_text(row) for row in rows}


def _factor_text(row: Mapping[str, Any]) -> Text:
    fuel = labels.fuel(row["fuel_code"]) if row["fuel_code"] else None
    what = labels.symbol(row["pollutant"]) if row["pollutant"] else str(row["parameter"] or "")
    sector = FACTOR_SECTORS.get(row["sector"] or "", same(str(row["sector"] or "")) if row["sector"] else None)
    parts_zh = [fuel.zh if fuel else "", what, sector.zh if sector else ""]
    parts_en = [fuel.en if fuel else "", what, sector.en if sector else ""]
    return Text(" ".join(filter(None, parts_zh)), " ".join(filter(None, parts_en)))
