"""The answer of a least-cost plan for a page: rows in words, charts, points on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cocontrol.core.text import Text, same
from cocontrol.measures.ceilings import BUDGET, RECEPTOR, WHOLE
from cocontrol.measures.workbench import place_name
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.analysis.figures import MassUnit, fitting_unit, format_figure
from cocontrol_web.language import pick, say

MONEY = 1e8
"""Yuan in the unit of money of these pages (亿元)."""
MONEY_NAME = Text("亿元/年", "10⁸ CNY/year")
MONEY_TOTAL = Text("亿元（现值）", "10⁸ CNY (present value)")

STATUSES = {
    "optimal": Text("最优：已证明没有更省的方案", "optimal: proven that nothing is cheaper"),
    "feasible": Text("可行：差距如下", "feasible: with the gap stated"),
    "infeasible": Text("无解：这些上限不能同时满足", "no solution: these ceilings cannot be met together"),
}

MOST_IN_CHART = 12
"""Measures drawn one by one."""

Answer = Mapping[str, Any]
Rows = list[dict[str, Any]]


def years_of(answer: Answer) -> list[int]:
    """The target years of the answer."""
    return [row["period"] for row in answer["years"]]


def source_name(row: Mapping[str, Any]) -> str:
    """The plant where the source is one, else category and fuel in words."""
    if row.get("plant_zh") or row.get("plant_en"):
        return pick(row, "plant")
    fuel = say(labels.fuel(row["fuel"])) if row["fuel"] else ""
    return " · ".join(part for part in (say(labels.category(row["category"])), fuel) if part)


def limit_name(row: Mapping[str, Any]) -> Text:
    """A ceiling, a budget or a limit at a receptor in words: year, place, substance."""
    if row.get("kind") == RECEPTOR or (row.get("pollutant") is None and row.get("region")):
        return _AT_RECEPTOR.format(y=row.get("period") or "")
    symbol = labels.symbol(row["pollutant"])
    region = row.get("region")
    place = _EVERYWHERE if region in {None, "", WHOLE} else place_name(str(region))
    if row.get("kind") == BUDGET or row.get("period") is None:
        return _OVER_YEARS.format(p=symbol, r=place)
    return _IN_YEAR.format(p=symbol, r=place, y=row["period"])


_EVERYWHERE = Text("全域", "the whole area")
_IN_YEAR = Text("{y} 年{r} {p} 上限", "ceiling of {p} in {y}, {r}")
_OVER_YEARS = Text("{r} {p} 累计预算", "budget of {p}, {r}")
_AT_RECEPTOR = Text("{y} 年 PM₂.₅ 浓度目标（筛查）", "PM₂.₅ aim of {y} (screening)")


def plan_rows(answer: Answer) -> Rows:
    """One row per source, measure and target year, by year and dearest first."""
    rows = [
        {
            **row, "source_name": source_name(row), "measure": pick(row, "name"), "cost_shown": row["cost"] / MONEY,
            "is_plant": bool(row.get("plant_zh") or row.get("plant_en")), "is_allocated": row.get("basis") == "allocated",
        }
        for row in answer["plan"]
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["period"], -row["cost"]))


def measure_rows(answer: Answer, *, by: str = "cost", year: int | None = None) -> Rows:
    """One row per measure in a target year (None: the last): how many sources take it and what it costs a year, largest first."""
    chosen = year if year is not None else max(years_of(answer))
    made: dict[str, dict[str, Any]] = {}
    for row in answer["plan"]:
        if row["period"] != chosen:
            continue
        one = made.setdefault(
            row["measure_id"],
            {"measure": pick(row, "name"), "names": Text(row["name_zh"] or row["measure_id"], row["name_en"] or row["measure_id"]),
             "measure_id": row["measure_id"], "sources": 0, "cost": 0.0, "plants": 0},
        )  # fmt: skip
        one["sources"] += 1
        one["plants"] += bool(row.get("plant_zh") or row.get("plant_en"))
        one["cost"] += row["cost"]
    for one in made.values():
        one["cost_shown"] = one["cost"] / MONEY
    return sorted(made.values(), key=lambda one: -one[by])


def timeline_rows(answer: Answer) -> Rows:
    """What is installed when: by measure, the sources that take it in each target year, and how many of them are new then."""
    years = years_of(answer)
    taken: dict[str, dict[int, set[str]]] = {}
    names: dict[str, str] = {}
    for row in answer["plan"]:
        names[row["measure_id"]] = pick(row, "name")
        taken.setdefault(row["measure_id"], {year: set() for year in years})[row["period"]].add(row["source_id"])
    made = []
    for measure, by_year in taken.items():
        before: set[str] = set()
        cells = []
        for year in years:
            now = by_year[year]
            cells.append({"year": year, "sources": len(now), "new": len(now - before), "gone": len(before - now)})
            before = now
        first = next(cell["year"] for cell in cells if cell["sources"])
        made.append({"measure": names[measure], "first": first, "cells": cells})
    return sorted(made, key=lambda row: (row["first"], -sum(cell["sources"] for cell in row["cells"])))


def cost_chart(answer: Answer) -> Chart | None:
    """Net annual cost by measure in the last target year; measures that save money lie on the other side of zero."""
    title = Text("各措施的净年费用（{y} 年，负为省钱）", "net annual cost by measure ({y}; negative saves money)")
    rows = sorted(measure_rows(answer), key=lambda row: -abs(row["cost"]))[:MOST_IN_CHART]
    return _cost_bars(title, answer, [(row["measure"], row["cost"]) for row in rows])


def sector_chart(answer: Answer) -> Chart | None:
    """Where the plan acts when there is no map: net annual cost of the last target year by sector."""
    years = years_of(answer)
    cost: dict[str, float] = {}
    for row in answer["plan"]:
        if row["period"] == years[-1]:
            cost[row["category"]] = cost.get(row["category"], 0.0) + row["cost"]
    order = sorted(cost, key=lambda name: -abs(cost[name]))[:MOST_IN_CHART]
    title = Text("各行业的净年费用（{y} 年，负为省钱）", "net annual cost by sector ({y}; negative saves money)")
    return _cost_bars(title, answer, [(say(labels.category(name)), cost[name]) for name in order])


def _cost_bars(title: Text, answer: Answer, bars: Sequence[tuple[str, float]]) -> Chart | None:
    """Bars of yearly cost in the last target year; None without any."""
    if not bars:
        return None
    values = [cost / MONEY for _, cost in bars]
    return {
        "type": "bar", "orientation": "horizontal", "stacked": False, "unit": say(MONEY_NAME),
        "title": say(title.format(y=max(years_of(answer)))), "categories": [name for name, _ in bars],
        "series": [{"key": "cost", "name": say(Text("净年费用", "net annual cost")), "values": values}],
    }  # fmt: skip


def emission_rows(answer: Answer, year: int | None = None) -> Rows:
    """Base, ceiling and plan by pollutant in a target year (None: the last) in a fitting unit, and how much less the plan is."""
    chosen = year if year is not None else years_of(answer)[-1]
    made = []
    for row in answer["emissions"]:
        if row["period"] != chosen:
            continue
        unit = fitting_unit(row["base_t"])
        shown = {
            name: None if row[f"{name}_t"] is None else row[f"{name}_t"] / unit.tonnes
            for name in ("base", "cap", "plan")
        }
        less = None if row["plan_t"] is None or not row["base_t"] else 1 - row["plan_t"] / row["base_t"]
        binds = row["cap_t"] is not None and row["plan_t"] is not None and row["plan_t"] >= row["cap_t"] * (1 - 1e-6)
        made.append(
            {"pollutant": row["pollutant"], "year": chosen, **shown, "unit": unit, "less": less, "binds": binds}
        )
    return made


def emission_charts(answer: Answer) -> list[Chart]:
    """Base, plan and ceiling over the target years, a chart for each pollutant with a ceiling; none with one year."""
    years = years_of(answer)
    bound = dict.fromkeys(row["pollutant"] for row in answer["emissions"] if row["cap_t"] is not None)
    if len(years) < 2 or answer["cost"] is None:
        return []
    made = []
    for pollutant in bound:
        rows = {row["period"]: row for row in answer["emissions"] if row["pollutant"] == pollutant}
        unit = fitting_unit(max(row["base_t"] for row in rows.values()))
        title = Text("{p}：不采取措施、方案与上限", "{p}: without measures, plan and ceiling")
        names = (("base_t", _BASE), ("plan_t", _PLAN), ("cap_t", _CAP))
        series = [
            {"key": key, "name": say(name), "dashed": key == "cap_t",
             "values": [None if rows[year][key] is None else rows[year][key] / unit.tonnes for year in years]}
            for key, name in names
        ]  # fmt: skip
        made.append(
            {"type": "line", "orientation": "vertical", "title": say(title.format(p=labels.symbol(pollutant))),
             "unit": say(unit.label), "categories": [str(year) for year in years], "series": series}
        )  # fmt: skip
    return made


_BASE, _PLAN, _CAP = Text("不采取措施", "without measures"), Text("方案", "plan"), Text("上限", "ceiling")


def limit_rows(answer: Answer) -> Rows:
    """Every limit: its name, what it allows, what would be without measures, what the plan reaches, and whether it binds."""
    made = []
    words = {one["target_id"]: pick(one, "words") for one in answer.get("asked", ()) if one.get("target_id")}
    for row in answer["ceilings"]:
        unit = fitting_unit(row["base"]) if row["unit"] == "t" else MassUnit("ug/m3", same("µg/m³"), 1.0)
        values = {key: None if row[key] is None else row[key] / unit.tonnes for key in ("limit", "base", "reached")}
        binds = row["reached"] is not None and row["reached"] >= row["limit"] * (1 - 1e-6)
        made.append(
            {**row, **values, "title": say(limit_name(row)), "unit": unit, "binds": binds, "words": words.get(row["target_id"])}
        )  # fmt: skip
    return made


def price_rows(answer: Answer) -> Rows:
    """What one tonne less under each limit costs, in a sentence; those that bind first."""
    rows = [{**row, "meaning": pick(row, "meaning")} for row in answer["prices"]]
    return sorted(rows, key=lambda row: row["price"] <= 0)


def tighten_table(answer: Answer) -> tuple[list[float], list[tuple[str, list[float | None]]]]:
    """The shares by which each limit was tightened, and by limit what that costs more (None: cannot be met)."""
    shares = sorted({row["share"] for row in answer["tighten"]})
    found = {(row["name"], row["share"]): row["more_cost"] for row in answer["tighten"]}
    names = {row["name"]: say(limit_name(row)) for row in answer["tighten"]}
    rows = [
        (words, [None if (more := found.get((name, share))) is None else more / MONEY for share in shares])
        for name, words in names.items()
    ]
    return shares, rows


def driver_rows(answer: Answer) -> Rows:
    """What would be saved without each limit, dearest first; those that save nothing are left out."""
    return [
        {"title": say(limit_name(row)), "saved": row["saved"] / MONEY}
        for row in answer.get("drivers", ())
        if row["saved"]
    ]


CASES = {
    "none": Text("不设上限时的最省方案", "the cheapest plan without ceilings"),
    "air": Text("只减污", "air alone"),
    "carbon": Text("只降碳", "carbon alone"),
    "joint": Text("一起规划", "planned together"),
    "air>carbon": Text("先减污、后降碳", "air first, carbon after"),
    "carbon>air": Text("先降碳、后减污", "carbon first, air after"),
}


def dividend_rows(answer: Answer) -> Rows:
    """Costs of separate, joint and sequential plans, and what the joint one saves over them."""
    return [
        {
            "title": say(CASES[row["case"]]), "case": row["case"], "cost": None if row["cost"] is None else row["cost"] / MONEY,
            "saved": None if row["dividend"] is None else row["dividend"] / MONEY,
        }
        for row in answer.get("dividend", ())
    ]  # fmt: skip


_ALONE = Text("若只放宽这一个：须放宽 {v} {u}", "relaxing this one alone: by {v} {u}")
_CEILING = Text("{n}：不高于 {v} {u}", "{n}: at most {v} {u}")
_SHARED = Text("一起放宽时，放宽 {v} {u} 就够", "relaxed together: {v} {u} is enough")

_KEPT = Text("一起放宽时，这一个不用放宽", "relaxed together: this one stays as it is")


def conflict_rows(answer: Answer) -> Rows:
    """The smallest group of limits that cannot be met together, each with what would have to give."""
    made = []
    kinds = {row["name"]: row for row in answer["ceilings"]}
    for row in answer["conflicts"]:
        known = kinds.get(row["name"], {})
        is_mass = known.get("unit", "t") == "t"
        limit = known.get("limit", row["cap_t"])
        unit = fitting_unit(limit) if is_mass else MassUnit("ug/m3", same("µg/m³"), 1.0)
        name = limit_name({**known, **row})
        made.append(
            {
                "ceiling": _mass(_CEILING, limit, unit, name), "shared": _shared(row["relax_t"], limit, unit, name),
                "alone": _mass(_ALONE, row["relax_alone_t"], unit, name),
            }
        )  # fmt: skip
    return made


def _shared(tonnes: float | None, limit: float, unit: MassUnit, name: Text) -> str:
    """By how much a limit gives where all of the group give, or that it need not."""
    stays = tonnes is not None and tonnes <= NOTHING * limit
    return say(_KEPT) if stays else _mass(_SHARED, tonnes, unit, name)


NOTHING = 1e-9
"""Share of a limit that counts as no relaxation."""


def _mass(words: Text, tonnes: float | None, unit: MassUnit, name: Text) -> str:
    shown = None if tonnes is None else tonnes / unit.tonnes
    return "" if shown is None else say(words.format(n=name, v=format_figure(shown), u=unit.label))


def curve_charts(answer: Answer) -> list[Chart]:
    """The least cost against the emission of each pollutant with a ceiling in the last target year, and the plan's place on it."""
    made = []
    years = years_of(answer)
    reached = {row["pollutant"]: row["plan_t"] for row in answer["emissions"] if row["period"] == years[-1]}
    cost = answer["yearly"][-1]["cost"] if answer.get("yearly") else answer["cost"]
    for pollutant, points in answer["curves"].items():
        if len(points) < 2:
            continue
        unit = fitting_unit(points[0]["emission_t"])
        title = Text(
            "{y} 年 {p} 的最小费用曲线（其余上限不变）", "least cost of {p} in {y}, the other ceilings as they are"
        )
        axis = Text("{p} 排放（{u}）", "{p} emission ({u})")
        chart: Chart = {
            "type": "curve", "title": say(title.format(p=labels.symbol(pollutant), y=years[-1])), "unit": say(MONEY_NAME),
            "x": {"name": say(axis.format(p=labels.symbol(pollutant), u=unit.label))},
            "points": [[p["emission_t"] / unit.tonnes, p["cost"] / MONEY] for p in points],
        }  # fmt: skip
        if len(years) == 1:
            place = {"x": (reached[pollutant] or 0.0) / unit.tonnes, "y": (cost or 0.0) / MONEY}
            chart["mark"] = {**place, "name": say(Text("本方案", "this plan"))}
        made.append(chart)
    return made


def located(answer: Answer, base_url: str) -> dict[str, Any]:
    """The plants of the plan in its last target year as GeoJSON points: coloured by measure, named with its cost (万元)."""
    years = years_of(answer) if answer.get("years") else []
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
                "properties": {
                    "facility_id": f"{row['source_id']}:{row['measure_id']}", "name": source_name(row),
                    "kind": row["measure_id"], "kind_name": pick(row, "name"), "fuel": row["fuel"],
                    "fuel_name": say(labels.fuel(row["fuel"])) if row["fuel"] else None,
                    "capacity": row["capacity"], "capacity_unit": "MW", "status": "plan",
                    "status_name": f"{format_figure(row['cost'] / 1e4)} {say(Text('万元/年', '10⁴ CNY/year'))}",
                    "owner": None, "commissioned_year": None, "source": None, "synthetic": False, "url": base_url,
                },
            }
            for row in placed_rows(answer, years)
        ],
    }  # fmt: skip


def placed_rows(answer: Answer, years: Sequence[int]) -> Rows:
    """The rows of the last target year whose source has coordinates."""
    return [
        row
        for row in answer["plan"]
        if row.get("longitude") is not None and row.get("latitude") is not None and row["period"] == years[-1]
    ]
