"""From sector to category to fuel to cell: one level of the inventory at a time, and the whole of it as a treemap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text, same
from cocontrol.reference.categories import ancestors, categories
from cocontrol.reference.scopes import TOTAL_NAMES, TotalScope, in_land_use
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.cells import cell
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.analysis.figures import MassUnit
from cocontrol_web.language import say


@dataclass(frozen=True, slots=True)
class Node:
    """A sector, category, fuel or cell: its sum in t (None without any value), what it leaves out, what is below.

    `level` is ``category``, ``fuel`` or ``cell``. `explain` names the figure where the run can trace it.
    """

    key: str
    name: Text
    level: str
    value: float | None
    cells: int
    missing: int
    explain: str | None = None
    children: tuple[Node, ...] = ()
    origin: str | None = None

    @property
    def share_of(self) -> float:
        """Its absolute size, for shares."""
        return abs(self.value or 0.0)


def sector_tree(emission: pl.DataFrame, measure: str, period: str) -> Node:
    """The whole inventory of one measure and year as a tree of source categories, with fuels and cells below.

    Parameters
    ----------
    emission : table `emission` with the column `measure`
    """
    rows = emission.filter(pl.col("period") == period).select(
        "cell_id", "source_id", "category", "fuel", "origin", pl.col(measure).alias("value")
    )
    leaves = {
        str(code): _category(str(code), part, measure, period)
        for (code,), part in rows.group_by(["category"], maintain_order=True)
    }
    roots = [node for code in _children("") if (node := _above(code, leaves)) is not None]
    scope = TotalScope.WITH_LAND_USE if rows.filter(in_land_use()).height else TotalScope.WITHOUT_LAND_USE
    return _sum("", TOTAL_NAMES[scope], "category", roots, cell(measure, {"period": period}))


def _above(code: str, leaves: dict[str, Node]) -> Node | None:
    """The node of a category with those below it; None where none of them has rows."""
    below = [node for child in _children(code) if (node := _above(child, leaves)) is not None]
    own = leaves.get(code)
    if not below:
        return own
    if own is not None:
        below = [own, *below]
    return _sum(code, labels.category(code), "category", below, None)


@lru_cache(maxsize=1)
def _tree() -> dict[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}
    for code, parent in categories().sort("sort_order").select("category", "parent").iter_rows():
        made[parent or ""] = (*made.get(parent or "", ()), code)
    return made


def _children(code: str) -> tuple[str, ...]:
    return _tree().get(code, ())


def _category(code: str, rows: pl.DataFrame, measure: str, period: str) -> Node:
    where = {"category": code, "period": period}
    fuels = [
        _fuel(fuel, part, measure, where) for (fuel,), part in rows.sort("fuel").group_by(["fuel"], maintain_order=True)
    ]
    return _sum(code, labels.category(code), "category", fuels, cell(measure, where))


def _fuel(fuel: Any, rows: pl.DataFrame, measure: str, where: dict[str, str]) -> Node:
    name = labels.fuel(str(fuel)) if fuel else Text("不按燃料", "not by fuel")
    cells = [
        Node(
            row["cell_id"], same(row["source_id"]), "cell", row["value"], 1, int(row["value"] is None),
            cell(measure, {"cell_id": row["cell_id"]}), origin=row["origin"],
        )
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    return _sum(str(fuel or "-"), name, "fuel", cells, cell(measure, {**where, "fuel": str(fuel)}) if fuel else None)


def _sum(key: str, name: Text, level: str, below: Sequence[Node], explain: str | None) -> Node:
    known = [node.value for node in below if node.value is not None]
    ordered = tuple(sorted(below, key=lambda node: -node.share_of))
    return Node(
        key, name, level, sum(known) if known else None, sum(n.cells for n in below), sum(n.missing for n in below),
        explain, ordered,
    )  # fmt: skip


def opened(root: Node, at: str, fuel: str) -> tuple[Node, ...]:
    """The way from the whole to what is opened; `InvalidInput` for a name that is not in this inventory.

    A level with a single entry is passed through: it would only repeat the figure above it.
    """
    trail = [root]
    if at:
        wanted = {at, *(ancestors(at) if at in set(categories()["category"]) else ())}
        while trail[-1].key != at:
            step = next((n for n in trail[-1].children if n.level == "category" and n.key in wanted), None)
            if step is None:
                raise InvalidInput(_unknown("at", at, [n.key for n in root.children]))
            trail.append(step)
    while trail[-1].level == "category" and len(trail[-1].children) == 1 and trail[-1].children[0].level == "category":
        trail.append(trail[-1].children[0])
    if fuel:
        step = next((n for n in trail[-1].children if n.level == "fuel" and n.key == fuel), None)
        if step is None:
            raise InvalidInput(_unknown("fuel", fuel, [n.key for n in trail[-1].children]))
        trail.append(step)
    return tuple(trail)


def _unknown(name: str, value: str, allowed: Sequence[str]) -> Fault:
    words = Text("清单中没有这一项", "the inventory does not hold this")
    return Fault("page.query", words, Location(column=name), value=value, allowed=same(", ".join(allowed)))


def treemap(root: Node, unit: MassUnit, title: str) -> Chart | None:
    """The tree from `root` on as a treemap; None without a positive figure. Removals have no area and are left out."""
    nodes = [node for child in root.children for node in _drawn(child, unit)]
    if not nodes:
        return None
    return {"type": "treemap", "title": title, "unit": say(unit.label), "nodes": nodes}


def _drawn(node: Node, unit: MassUnit) -> Iterator[dict[str, Any]]:
    if node.value is None or node.value <= 0:
        return
    while len(node.children) == 1 and node.children[0].level == "category":
        node = node.children[0]
    below = [made for child in node.children if child.level != "cell" for made in _drawn(child, unit)]
    made: dict[str, Any] = {"key": node.key, "name": say(node.name), "cell": node.explain}
    yield {**made, "children": below} if below else {**made, "value": (node.value or 0.0) / unit.tonnes}


def as_values(node: Node) -> dict[str, Any]:
    """The tree as plain values in tonnes, for the interface."""
    return {
        "key": node.key, "name_zh": node.name.zh, "name_en": node.name.en, "level": node.level, "value_t": node.value,
        "cells": node.cells, "missing_cells": node.missing, "explain": node.explain, "origin": node.origin,
        "children": [as_values(child) for child in node.children],
    }  # fmt: skip
