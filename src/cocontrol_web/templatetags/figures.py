"""Template tags that draw figures: chart data, SVG, cells of cross tables and of the table browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from cocontrol.core.text import Text
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.cells import indicator_cell
from cocontrol_web.analysis.charts import Chart, dimension_label
from cocontrol_web.analysis.energy import process_label
from cocontrol_web.analysis.figures import MassUnit, format_exact, format_figure
from cocontrol_web.analysis.mapping import allowed_label
from cocontrol_web.analysis.pivot import PivotCell
from cocontrol_web.analysis.views.tables import READERS, Head
from cocontrol_web.charts.svg import draw
from cocontrol_web.language import say
from cocontrol_web.templatetags.cocontrol import explained, notation

register = template.Library()

register.filter("svg", draw)
register.simple_tag(dimension_label, name="dimension_label")
register.simple_tag(allowed_label, name="allowed_label")

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
ENERGY = Text("能源（TJ）", "energy (TJ)")
WRAPPED_TEXT, LONG_TEXT = 28, 120
"""From so many characters on a text cell wraps, and from so many on it is folded."""


@register.filter
def json_data(value: Any) -> SafeString:
    """Values as a JSON data block that no text inside can end."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_ESCAPES)
    return format_html('<script type="application/json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


@register.filter
def ledger_quantity(code: str) -> str:
    """What a row of the conservation ledger counts."""
    return say(ENERGY) if code == "energy_tj" else labels.symbol(code)


@register.filter
def ledger_sector(code: str | None) -> str:
    """The sector, process or input table of a row of the conservation ledger."""
    known = (labels.category(code or ""), process_label(code or ""), labels.table(code or "-"))
    return next((say(label) for label in known if label.zh != (code or "")), code or "") if code else ""


@register.filter
def chart_json(chart: Chart) -> SafeString:
    """A chart description as a JSON data block."""
    return json_data(chart)


@register.filter
def chart_rows(chart: Chart) -> list[tuple[str, list[float | None]]]:
    """The rows of the table behind a chart: one per category, one value per series."""
    return [(name, [s["values"][i] for s in chart["series"]]) for i, name in enumerate(chart["categories"])]


@register.simple_tag(takes_context=True)
def pivot_cell(context: template.Context, cell: PivotCell, unit: MassUnit, run_id: str | None = None) -> SafeString:
    """A cell of a cross table: figure with provenance, notation key, or a dash."""
    if cell.value is None:
        return format_html('<td class="num">{}</td>', notation(cell.notation))
    shown = cell.value / unit.tonnes
    mark = SafeString(' <span class="muted">*</span>') if cell.missing else ""
    link = explained(context, cell.explain, format_figure(shown), run_id)
    return format_html('<td class="num" data-value="{}">{}{}</td>', repr(shown), link, mark)


@register.simple_tag
def mass_cell(tonnes: float | None, unit: MassUnit) -> SafeString:
    """A cell with a mass that is not a figure of the run itself (a difference)."""
    if tonnes is None:
        return format_html('<td class="num">{}</td>', notation(None))
    return format_html(
        '<td class="num" data-value="{}">{}</td>', repr(tonnes / unit.tonnes), format_figure(tonnes / unit.tonnes)
    )


@register.simple_tag
def number_cell(value: float | None) -> SafeString:
    """A cell with a number that is read from a table as it is."""
    if value is None:
        return format_html('<td class="num">{}</td>', notation(None))
    return format_html('<td class="num" data-value="{}">{}</td>', repr(float(value)), format_figure(value))


@register.simple_tag(takes_context=True)
def table_cell(context: template.Context, row: Mapping[str, Any], head: Head) -> SafeString:
    """A cell of the table browser: numbers to the right, codes with their names, provenance where there is one."""
    name, value = head.column.name, row[head.column.name]
    if value is None or value == "":
        return format_html('<td{}><span class="null">—</span></td>', SafeString(' class="num"') if head.numeric else "")
    if head.numeric:
        text = str(value) if isinstance(value, int) else format_exact(value)
        cell = _cell_of(row, name)
        return format_html(
            '<td class="num" title="{}">{}</td>', value, explained(context, cell, text) if cell else text
        )
    if name in READERS:
        return format_html('<td><span title="{}">{}</span></td>', value, say(READERS[name](str(value))))
    return _text_cell(str(value), dict(head.options).get(str(value)))


def _cell_of(row: Mapping[str, Any], name: str) -> str | None:
    """The provenance cell of a number in a row of the emission or the indicator table."""
    if "cell_id" in row and labels.is_measure(name):
        return f"{name}@cell_id={row['cell_id']}"
    if "indicator_id" in row and name == "value":
        return indicator_cell(row)
    return None


def _text_cell(value: str, label: str | None) -> SafeString:
    shown = label or value
    if len(shown) > LONG_TEXT:
        return format_html(
            '<td class="wrap"><details><summary>{}…</summary>{}</details></td>', shown[:LONG_TEXT], shown
        )
    return format_html('<td class="{}">{}</td>', "wrap" if len(shown) > WRAPPED_TEXT else "nowrap", shown)
