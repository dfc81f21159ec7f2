"""Template tags of the pages about the inventory as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cocontrol.core.notation import NotationKey
from cocontrol.io.run_completeness import STATES, State
from cocontrol_web.analysis.figures import MassUnit, format_figure
from cocontrol_web.inventory_pages.completeness import MatrixCell
from cocontrol_web.inventory_pages.uncertainty import INTERVALS
from cocontrol_web.language import say
from cocontrol_web.templatetags.cocontrol import explained, notation

register = template.Library()

_UNCOVERED = {State.NOT_COVERED, State.NO_METHOD}
_BADGES = {"full": "ok", "at_least": "warn", "unknown": "notation"}


@register.filter
def state_name(code: str) -> str:
    """The word for a state of completeness."""
    return say(STATES[State(code)])


@register.simple_tag(takes_context=True)
def matrix_cell(
    context: template.Context, cell: MatrixCell, units: Mapping[str, MassUnit], pollutants: Sequence[str], at: int
) -> SafeString:
    """A cell of the completeness matrix: figure with provenance, notation key with its reason, or a quiet dot."""
    tone, title = cell.state.value.replace("_", "-"), say(cell.title)
    if cell.value is not None:
        shown = explained(context, cell.explain, format_figure(cell.value / units[pollutants[at]].tonnes))
        mark = SafeString('<span class="muted">*</span>') if cell.missing else ""
        return format_html('<td class="num state--{}" title="{}">{}{}</td>', tone, title, shown, mark)
    if cell.state in _UNCOVERED:
        return format_html('<td class="num state--{}"><abbr class="quiet" title="{}">·</abbr></td>', tone, title)
    return format_html('<td class="num state--{}">{}</td>', tone, notation(cell.notation, cell.title))


@register.simple_tag
def interval_badge(code: str) -> SafeString:
    """The kind of an interval as a badge."""
    return format_html('<span class="badge badge--{}">{}</span>', _BADGES[code], say(INTERVALS[code]))


@register.simple_tag
def interval_range(row: Mapping[str, Any]) -> SafeString | str:
    """``lower – upper`` with the digits of the figures; a dash where the interval is unknown."""
    if row["p2_5"] is None or row["p97_5"] is None:
        return notation(None)
    return f"{format_figure(row['p2_5'])} – {format_figure(row['p97_5'])}"


@register.simple_tag
def bulletin_cell(value: float | str | None) -> SafeString:
    """A cell of a bulletin table: figure, word, notation key with its meaning, or a dash."""
    if isinstance(value, str) and value not in set(NotationKey):
        return format_html('<td class="num">{}</td>', value)
    if value is None or isinstance(value, str):
        return format_html('<td class="num">{}</td>', notation(value))
    return format_html('<td class="num">{}</td>', str(value) if isinstance(value, int) else format_figure(value))
