"""What matters most: categories by level and trend with their cumulated shares, and what is key for climate and air at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text
from cocontrol.inventory.key_categories import THRESHOLDS
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.cells import cell
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.analysis.figures import MassUnit, fitting_unit
from cocontrol_web.language import say

Criterion = Literal["level", "trend"]
CRITERIA: Mapping[str, Text] = {
    "level": Text("水平", "level"),
    "trend": Text("趋势", "trend"),
}
APPROACHES: Mapping[int, Text] = {
    1: Text("方法 1（排放量）", "Approach 1 (emission)"),
    2: Text("方法 2（计入不确定性）", "Approach 2 (with uncertainty)"),
}
EQUIVALENT = Text("污染物当量", "pollutant equivalents")
MOST_BARS = 15


def metric_name(metric: str) -> Text:
    """What people call a metric: CO2e under its set, a pollutant, or the declared equivalents."""
    return EQUIVALENT if metric == "pollutant_equivalent" else labels.measure(metric)


def metrics_in(table: pl.DataFrame) -> tuple[str, ...]:
    """The metrics of the run: CO2e first, then the pollutants as they are printed, then declared equivalents."""
    order = {code: index for index, code in enumerate(codes())}
    found = table["metric"].unique().to_list()
    return tuple(
        sorted(found, key=lambda name: (-1 if name.startswith("CO2e_") else order.get(name, len(order)), name))
    )


def assessed(table: pl.DataFrame, metric: str, approach: int, criterion: Criterion) -> list[dict[str, Any]]:
    """The categories of one metric in the order of the criterion; without figures where it is undetermined."""
    rows = table.filter((pl.col("metric") == metric) & (pl.col("approach") == approach)).sort(
        f"{criterion}_rank", pl.col("year_t").abs(), descending=[False, True], nulls_last=True
    )
    unit = fitting_unit(max((abs(value) for value in rows["year_t"].drop_nulls()), default=None))
    return [_row(row, criterion, unit) for row in rows.iter_rows(named=True)]


def _row(row: Mapping[str, Any], criterion: Criterion, unit: MassUnit) -> dict[str, Any]:
    where = {"category": row["category"], "period": row["period"]}
    several = row["metric"].startswith("CO2e_") or row["metric"] == "pollutant_equivalent"
    name = labels.category(row["category"])
    gas = labels.symbol(row["pollutant"])
    return {
        **row,
        "name": Text("{g} {c}", "{g} {c}").format(c=name, g=gas) if several else name,
        "year": None if row["year_t"] is None else row["year_t"] / unit.tonnes,
        "base": None if row["base_t"] is None else row["base_t"] / unit.tonnes,
        "share": row[f"{criterion}_share"],
        "cumulative": row[f"{criterion}_cumulative"],
        "is_key": row[f"is_key_{criterion}"],
        "unit": unit,
        "explain": cell(row["pollutant"], where),
    }


def cumulated(rows: Sequence[Mapping[str, Any]], approach: int, title: str) -> Chart | None:
    """Bars of the shares, the largest first, with the cumulated share and the line up to which categories are key."""
    shown = [row for row in rows if row["share"]][:MOST_BARS]
    if not shown:
        return None
    return {
        "type": "bar", "orientation": "horizontal", "stacked": False, "title": title, "unit": "%",
        "categories": [say(row["name"]) for row in shown],
        "category_keys": [f"{row['category']}/{row['pollutant']}" for row in shown],
        "series": [
            {
                "key": "share", "name": say(_SHARE), "values": [100 * row["share"] for row in shown],
                "cells": [row["explain"] for row in shown],
            }
        ],
        "cumulative": {
            "name": say(_CUMULATIVE),
            "values": [row["cumulative"] for row in shown],
            "threshold": THRESHOLDS[approach],
        },
    }  # fmt: skip


_SHARE = Text("份额", "share")
_CUMULATIVE = Text("累计份额", "cumulated share")


def joint(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Categories that are key in at least one metric, those of most metrics first, with the metrics in words."""
    return [
        {**row, "metrics_in_words": [_key_for(one) for one in row["key_for"].split("; ")]}
        for row in table.filter(pl.col("metric_count") > 0).iter_rows(named=True)
    ]


def _key_for(text: str) -> str:
    metric, _, why = text.partition(": ")
    trend = why.endswith("trend") or " trend," in why
    level = "level" in why
    words = [CRITERIA[name] for name, there in (("level", level), ("trend", trend)) if there]
    said = Text("、".join(one.zh for one in words), ", ".join(one.en for one in words))
    symbol = say(EQUIVALENT) if metric == "pollutant_equivalent" else labels.symbol(metric)
    return say(Text("{m}（{w}）", "{m} ({w})").format(m=symbol, w=said))
