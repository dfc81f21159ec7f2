"""The answer of a least-cost plan for a page: rows in words, charts, sheets, IAMC rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.analysis.figures import MassUnit, fitting_unit, format_figure
from cocontrol_web.language import pick, say
from cocontrol_web.scenarios.models import LeastCostPlan

MONEY = 1e8
"""Yuan in the unit of money of these pages (亿元)."""
MONEY_NAME = Text("亿元/年", "10⁸ CNY/year")

STATUSES = {
    "optimal": Text("最优：已证明没有更省的方案", "optimal: proven that nothing is cheaper"),
    "feasible": Text("可行：差距如下", "feasible: with the gap stated"),
    "infeasible": Text("无解：这些上限不能同时满足", "no solution: these ceilings cannot be met together"),
}

Answer = Mapping[str, Any]


def source_name(row: Mapping[str, Any]) -> str:
    """The plant where the source is one, else category and fuel in words."""
    if row.get("plant_zh") or row.get("plant_en"):
        return pick(row, "plant")
    fuel = say(labels.fuel(row["fuel"])) if row["fuel"] else ""
    return " · ".join(part for part in (say(labels.category(row["category"])), fuel) if part)


def plan_rows(answer: Answer) -> list[dict[str, Any]]:
    """One row per source and measure, dearest first."""
    rows = [
        {
            **row, "source_name": source_name(row), "measure": pick(row, "name"), "cost_shown": row["cost"] / MONEY,
            "is_plant": bool(row.get("plant_zh") or row.get("plant_en")),
        }
        for row in answer["plan"]
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row["cost"])


def measure_rows(answer: Answer) -> list[dict[str, Any]]:
    """One row per measure: how many sources take it and what it costs, dearest first."""
    made: dict[str, dict[str, Any]] = {}
    for row in answer["plan"]:
        one = made.setdefault(row["measure_id"], {"measure": pick(row, "name"), "sources": 0, "cost": 0.0, "plants": 0})
        one["sources"] += 1
        one["plants"] += bool(row.get("plant_zh") or row.get("plant_en"))
        one["cost"] += row["cost"]
    for one in made.values():
        one["cost_shown"] = one["cost"] / MONEY
    return sorted(made.values(), key=lambda one: -one["cost"])


def cost_chart(answer: Answer) -> Chart | None:
    """Net annual cost by measure; measures that save money lie on the other side of zero."""
    rows = measure_rows(answer)
    if not rows:
        return None
    title = say(Text("各措施的净年费用（负为省钱）", "net annual cost by measure (negative saves money)"))
    return {
        "type": "bar", "orientation": "horizontal", "stacked": False, "title": title, "unit": say(MONEY_NAME),
        "categories": [row["measure"] for row in rows],
        "series": [{"key": "cost", "name": say(Text("净年费用", "net annual cost")), "values": [row["cost_shown"] for row in rows]}],
    }  # fmt: skip


def emission_rows(answer: Answer) -> list[dict[str, Any]]:
    """Base, ceiling and plan by pollutant in a fitting unit, and how much less the plan is."""
    made = []
    for row in answer["emissions"]:
        unit = fitting_unit(row["base_t"])
        shown = {
            name: None if row[f"{name}_t"] is None else row[f"{name}_t"] / unit.tonnes
            for name in ("base", "cap", "plan")
        }
        less = None if row["plan_t"] is None or not row["base_t"] else 1 - row["plan_t"] / row["base_t"]
        binds = row["cap_t"] is not None and row["plan_t"] is not None and row["plan_t"] >= row["cap_t"] * (1 - 1e-6)
        made.append({"pollutant": row["pollutant"], **shown, "unit": unit, "less": less, "binds": binds})
    return made


def price_rows(answer: Answer) -> list[dict[str, Any]]:
    """What one tonne less under each ceiling costs, in a sentence."""
    return [
        {
            **row,
            "meaning": pick(row, "meaning").replace(f" {row['pollutant']} ", f" {labels.symbol(row['pollutant'])} "),
        }
        for row in answer["prices"]
    ]


def tighten_table(answer: Answer) -> tuple[list[float], list[tuple[str, list[float | None]]]]:
    """The shares by which each ceiling was tightened, and by pollutant what that costs more (None: cannot be met)."""
    shares = sorted({row["share"] for row in answer["tighten"]})
    found = {(row["pollutant"], row["share"]): row["more_cost"] for row in answer["tighten"]}
    names = dict.fromkeys(row["pollutant"] for row in answer["tighten"])
    rows = [
        (name, [None if (more := found.get((name, share))) is None else more / MONEY for share in shares])
        for name in names
    ]
    return shares, rows


_ALONE = Text("单靠放宽 {p}：须放宽 {v} {u}", "relaxing {p} alone: by {v} {u}")
_CEILING = Text("{p} 不高于 {v} {u}", "{p} at most {v} {u}")
_SHARED = Text("一起放宽时，{p} 放宽 {v} {u} 就够", "relaxed together: {p} by {v} {u} is enough")


def conflict_rows(answer: Answer) -> list[dict[str, Any]]:
    """The smallest group of ceilings that cannot be met together, each with what would have to give."""
    made = []
    for row in answer["conflicts"]:
        unit, symbol = fitting_unit(row["cap_t"]), labels.symbol(row["pollutant"])
        made.append(
            {
                "ceiling": _mass(_CEILING, symbol, row["cap_t"], unit),
                "shared": _mass(_SHARED, symbol, row["relax_t"], unit),
                "alone": _mass(_ALONE, symbol, row["relax_alone_t"], unit),
            }
        )
    return made


def _mass(words: Text, symbol: str, tonnes: float | None, unit: MassUnit) -> str:
    shown = None if tonnes is None else tonnes / unit.tonnes
    return "" if shown is None else say(words.format(p=symbol, v=format_figure(shown), u=unit.label))


def curve_charts(answer: Answer) -> list[Chart]:
    """The least cost against the emission of each pollutant with a ceiling, and the plan's place on it."""
    made = []
    reached = {row["pollutant"]: row["plan_t"] for row in answer["emissions"]}
    for pollutant, points in answer["curves"].items():
        if len(points) < 2:
            continue
        unit = fitting_unit(points[0]["emission_t"])
        title = Text("{p} 的最小费用曲线（其余上限不变）", "least cost of {p}, the other ceilings as they are")
        axis = Text("{p} 排放（{u}）", "{p} emission ({u})")
        made.append(
            {
                "type": "curve", "title": say(title.format(p=labels.symbol(pollutant))), "unit": say(MONEY_NAME),
                "x": {"name": say(axis.format(p=labels.symbol(pollutant), u=unit.label))},
                "points": [[p["emission_t"] / unit.tonnes, p["cost"] / MONEY] for p in points],
                "mark": {
                    "x": (reached[pollutant] or 0.0) / unit.tonnes, "y": (answer["cost"] or 0.0) / MONEY,
                    "name": say(Text("本方案", "this plan")),
                },
            }
        )  # fmt: skip
    return made


def located(answer: Answer, base_url: str) -> dict[str, Any]:
    """The plants of the plan as GeoJSON points: coloured by measure, sized by cost (万元)."""
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
            for row in answer["plan"]
            if row.get("longitude") is not None and row.get("latitude") is not None
        ],
    }  # fmt: skip


def sheets_of(plan: LeastCostPlan) -> dict[Text, pl.DataFrame]:
    """The answer as sheets: what was asked, plan, emissions, prices, what-ifs, curves, what was left out."""
    answer = plan.answer or {}
    asked = [{"field": key, "value": str(value)} for key, value in plan.request.items() if key != "ceilings"]
    asked += [{"field": "status", "value": answer.get("status", "")}, {"field": "cost_CNY_per_year", "value": str(answer.get("cost"))},
              {"field": "lower_bound", "value": str(answer.get("lower_bound"))}, {"field": "run", "value": plan.run.run_id},
              {"field": "synthetic", "value": str(answer.get("synthetic"))}]  # fmt: skip
    tables: dict[Text, Sequence[Mapping[str, Any]]] = {
        Text("问题", "question"): asked,
        Text("上限", "ceilings"): answer.get("caps", ()),
        Text("方案", "plan"): answer.get("plan", ()),
        Text("排放", "emissions"): answer.get("emissions", ()),
        Text("代价", "prices"): answer.get("prices", ()),
        Text("收紧", "tightened"): answer.get("tighten", ()),
        Text("冲突", "conflicts"): answer.get("conflicts", ()),
        Text("复核", "check"): answer.get("recheck", ()),
        Text("曲线", "curves"): [
            {"pollutant": pollutant, **point}
            for pollutant, points in answer.get("curves", {}).items()
            for point in points
        ],
        Text("未计入", "left out"): answer.get("left_out", ()),
    }
    return {title: pl.DataFrame(list(rows), infer_schema_length=None) for title, rows in tables.items() if rows}


def iamc_rows(plan: LeastCostPlan) -> pl.DataFrame:
    """Emissions of base and plan, and the cost, as long IAMC rows of the run's last year; two scenarios in one table."""
    answer = plan.answer or {}
    year = max(int(one) for one in plan.run.years)
    head = {
        "Model": "Cocontrol",
        "Region": labels.region(plan.run.workspace.region).en,
        "Region Code": plan.run.workspace.region,
    }

    def row(scenario: str, variable: str, unit: str, value: float) -> dict[str, Any]:
        return {**head, "Scenario": scenario, "Variable": variable, "Unit": unit, "Year": year, "Value": value}

    made = []
    for one in answer.get("emissions", ()):
        made.append(row("base", f"Emissions|{one['pollutant']}", "t/yr", one["base_t"]))
        if one["plan_t"] is not None:
            made.append(row(plan.title, f"Emissions|{one['pollutant']}", "t/yr", one["plan_t"]))
    if answer.get("cost") is not None:
        made.append(row(plan.title, "Policy Cost|Net Annual Cost", "CNY/yr", answer["cost"]))
    order = ["Model", "Scenario", "Region", "Region Code", "Variable", "Unit", "Year", "Value"]
    return pl.DataFrame(made).select(order)
