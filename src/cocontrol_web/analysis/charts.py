"""Chart descriptions (plain values for JSON) made from cross tables; the front end and the SVG drawer read them alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cocontrol.core.text import Text
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.emissions import emission_of, gaps_of
from cocontrol_web.analysis.figures import MassUnit, fitting_unit
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.pivot import Dimension, Pivot, PivotCell, pivot
from cocontrol_web.language import say

Chart = dict[str, Any]

MOST_SERIES = 9
"""Series drawn one by one; the smaller ones are drawn together as the tenth, so that colours stay apart."""

OTHERS = Text("其余", "others")


def dimension_label(dimension: Dimension, code: str) -> str:
    """The name of a code of a dimension in the active language."""
    made: Mapping[str, Callable[[str], Text]] = {
        "category": labels.category, "fuel": labels.fuel, "pollutant": labels.measure, "adcode": labels.region,
    }  # fmt: skip
    return say(made[dimension](code)) if dimension in made else code


def by_sector(record: RunRecord, gwp_set: str, measure: str, period: str | None) -> Chart | None:
    """Stacked bars of one substance by sector and fuel; None where the run has no figure for it."""
    emission = emission_of(record, gwp_set)
    if measure not in emission.columns:
        return None
    table = pivot(
        emission, gaps_of(record), rows="category", columns="fuel", pollutants=[measure],
        where={"period": period} if period else None,
    )  # fmt: skip
    unit = fitting_unit(largest(table))
    title = Text("分部门、分燃料：{m}", "By sector and fuel: {m}").format(m=labels.measure(measure))
    return stacked_bars(table, "category", "fuel", unit, say(title))


def largest(table: Pivot) -> float | None:
    """The largest figure of the table in absolute size; None where there is none."""
    values = [abs(c.value) for row in table.cells for c in row if c.value is not None]
    return max(values, default=None)


def stacked_bars(table: Pivot, rows: Dimension, columns: Dimension, unit: MassUnit, title: str) -> Chart | None:
    """Horizontal stacked bars: one bar per row, largest first; one series per column. None without figures."""
    row_order = _by_size([sum(c.value or 0 for c in row) for row in table.cells])
    sizes = [sum(abs(row[j].value or 0) for row in table.cells) for j in range(len(table.columns))]
    column_order = [j for j in _by_size(sizes) if sizes[j] > 0]
    row_order = [i for i in row_order if any(c.value for c in table.cells[i])]
    if not row_order or not column_order:
        return None
    alone, together = _split(column_order)
    series = [
        {
            "key": table.columns[j],
            "name": dimension_label(columns, table.columns[j]),
            "values": [_in_unit(table.cells[i][j], unit) for i in row_order],
            "cells": [_cell_name(table.cells[i][j]) for i in row_order],
        }
        for j in alone
    ]
    if together:
        series.append(_others(table, row_order, together, unit))
    return {
        "type": "bar", "orientation": "horizontal", "stacked": True, "title": title, "unit": say(unit.label),
        "categories": [dimension_label(rows, table.rows[i]) for i in row_order],
        "category_keys": [table.rows[i] for i in row_order],
        "series": series,
    }  # fmt: skip


def _split(order: list[int]) -> tuple[list[int], list[int]]:
    if len(order) <= MOST_SERIES + 1:
        return order, []
    return order[:MOST_SERIES], order[MOST_SERIES:]


def _others(table: Pivot, row_order: Sequence[int], together: Sequence[int], unit: MassUnit) -> dict[str, Any]:
    def total(i: int) -> float | None:
        values = [v for j in together if (v := table.cells[i][j].value) is not None]
        return sum(values) / unit.tonnes if values else None

    return {
        "key": "others",
        "name": say(OTHERS),
        "values": [total(i) for i in row_order],
        "cells": [None] * len(row_order),
    }


def heatmap(table: Pivot, rows: Dimension, columns: Dimension, unit: MassUnit, title: str) -> Chart | None:
    """Sector × fuel (or any other pair) as a heat map on a logarithmic scale. None without figures."""
    if largest(table) is None:
        return None
    return {
        "type": "heatmap", "title": title, "unit": say(unit.label), "scale": "log",
        "rows": [{"key": code, "name": dimension_label(rows, code)} for code in table.rows],
        "columns": [{"key": code, "name": dimension_label(columns, code)} for code in table.columns],
        "values": [[_in_unit(c, unit) for c in row] for row in table.cells],
        "cells": [[_cell_name(c) for c in row] for row in table.cells],
        "notations": [[c.notation for c in row] for row in table.cells],
    }  # fmt: skip


def lines(title: str, unit: str, periods: Sequence[str], series: Sequence[Mapping[str, Any]]) -> Chart:
    """A line chart over periods; a period without a value is a gap in the line."""
    return {
        "type": "line",
        "orientation": "vertical",
        "title": title,
        "unit": unit,
        "categories": list(periods),
        "series": list(series),
    }


def _in_unit(cell: PivotCell, unit: MassUnit) -> float | None:
    return None if cell.value is None else cell.value / unit.tonnes


def _cell_name(cell: PivotCell) -> str | None:
    return None if cell.value is None else cell.explain


def _by_size(sizes: Sequence[float]) -> list[int]:
    return sorted(range(len(sizes)), key=lambda i: -sizes[i])
