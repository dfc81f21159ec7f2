"""A least-cost plan to take away: a workbook, IAMC rows, and the folder that ``cocontrol optimise`` reads."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.io.exports import iamc
from cocontrol.io.measure_catalogue import write_portfolio
from cocontrol_web.scenarios.answers import Answer, timeline_rows
from cocontrol_web.scenarios.models import LeastCostPlan
from cocontrol_web.scenarios.solving import problem_of
from cocontrol_web.scenarios.summaries import summary


def sheets_of(plan: LeastCostPlan) -> dict[Text, pl.DataFrame]:
    """The answer as sheets: what was asked, its summary, plan, emissions, prices, what-ifs, curves, what was left out."""
    answer = plan.answer or {}
    asked = [{"field": key, "value": str(value)} for key, value in plan.request.items() if key != "ceilings"]
    told = ("status", "cost", "lower_bound", "gap", "synthetic", "sources", "measures")
    asked += [{"field": name, "value": str(answer.get(name))} for name in told]
    asked += [{"field": "run", "value": plan.run.run_id}]
    curves = [
        {"pollutant": pollutant, **point} for pollutant, points in answer.get("curves", {}).items() for point in points
    ]
    tables: dict[Text, Sequence[Mapping[str, Any]]] = {
        Text("说明", "summary"): [{"summary": line} for line in summary(answer)],
        Text("问题", "question"): asked,
        Text("上限", "ceilings"): answer.get("ceilings", ()),
        Text("方案", "plan"): answer.get("plan", ()),
        Text("时间表", "timeline"): _timeline(answer),
        Text("各年费用", "yearly cost"): answer.get("yearly", ()),
        Text("排放", "emissions"): answer.get("emissions", ()),
        Text("代价", "prices"): answer.get("prices", ()),
        Text("收紧", "tightened"): answer.get("tighten", ()),
        Text("主因", "drivers"): answer.get("drivers", ()),
        Text("协同", "synergy"): answer.get("dividend", ()),
        Text("冲突", "conflicts"): answer.get("conflicts", ()),
        Text("复核", "check"): answer.get("recheck", ()),
        Text("曲线", "curves"): curves,
        Text("未计入", "left out"): answer.get("left_out", ()),
    }
    return {title: pl.DataFrame(list(rows), infer_schema_length=None) for title, rows in tables.items() if rows}


def _timeline(answer: Answer) -> list[dict[str, Any]]:
    return [{"measure": row["measure"], **cell} for row in timeline_rows(answer) for cell in row["cells"]]


def iamc_rows(plan: LeastCostPlan) -> pl.DataFrame:
    """Emissions without measures and of the plan, and the cost, as long IAMC rows of the target years; two scenarios in one table.

    Species, units and region are those of the inventory's own IAMC table, so that both can be laid side by side.
    """
    answer = plan.answer or {}
    region = plan.run.workspace.region
    head = {"Model": iamc.MODEL, "Region": iamc.region_path(region), "Region Code": region}

    def row(scenario: str, variable: str, unit: str, year: int, value: float) -> dict[str, Any]:
        return {**head, "Scenario": scenario, "Variable": variable, "Unit": unit, "Year": year, "Value": value}

    made = []
    for one in answer.get("emissions", ()):
        species, unit, tonnes = iamc.species_of(one["pollutant"]) or (one["pollutant"], "t/yr", 1.0)
        variable, year = f"Emissions|{species}", one["period"]
        made.append(row("base", variable, unit, year, one["base_t"] / tonnes))
        if one["plan_t"] is not None:
            made.append(row(plan.title, variable, unit, year, one["plan_t"] / tonnes))
    made += [
        row(plan.title, "Policy Cost|Net Annual Cost", "CNY/yr", one["period"], one["cost"])
        for one in answer.get("yearly", ())
    ]
    return pl.DataFrame(made).select(*iamc.INDEX, *iamc.POINT)


def problem_folder(plan: LeastCostPlan) -> bytes:
    """The problem as a zipped folder, which ``cocontrol optimise`` solves to the same cost."""
    stream = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in write_portfolio(problem_of(plan), Path(folder) / "problem"):
            archive.write(path, path.name)
    return stream.getvalue()
