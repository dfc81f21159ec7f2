"""Energy flows of a run for a Sankey diagram, and the two other accounts of its carbon, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.text import Text, same
from cocontrol.core.units import factor
from cocontrol.inventory.balance import get_layout, list_layouts
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.language import say

UNIT = Text("万吨标准煤", "10⁴ tce")
NON_ENERGY = "non_energy"
SMALLEST_SHARE = 0.001
"""Flows below this share of the largest one are not drawn: they would be thinner than a line."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Energy from one node to another, in the unit of the activity table (TJ)."""

    source: str
    target: str
    amount: float


@dataclass(frozen=True, slots=True)
class Flows:
    """What is drawn, and how much is not: flows that would close a circle (a diagram must not have one)."""

    drawn: tuple[Flow, ...]
    left_out: float


def energy_flows(activity: pl.DataFrame) -> Flows:
    """Fuels into the processes that use them, and out of the processes that make them.

    Parameters
    ----------
    activity : table ``activity``; positive amounts go into a process, negative ones come out of it
    """
    sums = activity.drop_nulls("amount").group_by("fuel", "process", "use").agg(pl.col("amount").sum())
    flows = [_flow(row) for row in sums.iter_rows(named=True) if row["amount"]]
    largest = max((flow.amount for flow in flows), default=0.0)
    visible = [flow for flow in flows if flow.amount >= SMALLEST_SHARE * largest]
    return without_circles(sorted(visible, key=lambda flow: (-flow.amount, flow.source, flow.target)))


def _flow(row: Mapping[str, Any]) -> Flow:
    fuel = f"fuel:{row['fuel']}"
    process = f"process:{NON_ENERGY if row['use'] == NON_ENERGY else row['process']}"
    return Flow(fuel, process, row["amount"]) if row["amount"] > 0 else Flow(process, fuel, -row["amount"])


def without_circles(flows: Iterable[Flow]) -> Flows:
    """The flows in the order given, less each one that would close a circle with those before it."""
    drawn: list[Flow] = []
    onward: dict[str, set[str]] = {}
    left_out = 0.0
    for flow in flows:
        if _reaches(onward, flow.target, flow.source):
            left_out += flow.amount
            continue
        onward.setdefault(flow.source, set()).add(flow.target)
        drawn.append(flow)
    return Flows(tuple(drawn), left_out)


def _reaches(onward: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, waiting = set[str](), [start]
    while waiting:
        node = waiting.pop()
        if node == goal:
            return True
        if node not in seen:
            seen.add(node)
            waiting.extend(onward.get(node, ()))
    return False


def sankey(flows: Flows, title: str) -> Chart | None:
    """The flows as a Sankey description; None where there is nothing to draw."""
    if not flows.drawn:
        return None
    per_unit = factor("万吨标准煤", "TJ")
    nodes = dict.fromkeys(name for flow in flows.drawn for name in (flow.source, flow.target))
    return {
        "type": "sankey", "title": title, "unit": say(UNIT), "precision": 1,
        "nodes": [{"key": name.partition(":")[2] if name.startswith("fuel:") else name, "name": say(node_label(name))} for name in nodes],
        "links": [
            {"source": _key(f.source), "target": _key(f.target), "value": f.amount / per_unit, "cell": None}
            for f in flows.drawn
        ],
    }  # fmt: skip


def _key(node: str) -> str:
    """Fuels keep their code as key, so that one fuel has one colour in every chart of a page."""
    return node.removeprefix("fuel:")


def node_label(node: str) -> Text:
    """The name of a fuel or a process."""
    kind, _, code = node.partition(":")
    if kind == "fuel":
        return labels.fuel(code)
    return Text("非能源利用", "non-energy use") if code == NON_ENERGY else process_label(code)


def process_label(code: str) -> Text:
    """The name of a process of the energy balance; the code itself where no layout declares it."""
    return _processes().get(code) or same(code)


@lru_cache(maxsize=1)
def _processes() -> Mapping[str, Text]:
    layouts = [get_layout(name) for name in list_layouts()]
    return {code: process.label for layout in layouts for code, process in layout.processes.items()}


def flow_rows(activity: pl.DataFrame) -> list[dict[str, Any]]:
    """The same flows as rows for a table: fuel, process, what becomes of it, amount in 万吨标准煤."""
    per_unit = factor("万吨标准煤", "TJ")
    sums = activity.group_by("fuel", "process", "use", "reason_zh", "reason_en", maintain_order=True).agg(
        pl.col("amount").sum() / per_unit
    )
    ordered = sums.sort(pl.col("amount").abs(), "fuel", "process", descending=[True, False, False])
    return [{**row, "process_name": process_label(row["process"] or "")} for row in ordered.iter_rows(named=True)]
