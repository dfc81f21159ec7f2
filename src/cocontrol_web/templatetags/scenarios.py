"""Template tags of the pages of measures and least-cost plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cocontrol.measures.catalogue_tables import STATUSES
from cocontrol_web.analysis.figures import format_figure
from cocontrol_web.language import one_side, say
from cocontrol_web.scenarios.answers import MONEY

register = template.Library()

_BADGES = {"verified": "verified", "recalled": "recalled", "synthetic": "synthetic", "declared": "info"}


@register.simple_tag
def status_mark(status: str) -> SafeString:
    """How well a number of a measure is known, as a badge."""
    label = say(STATUSES[status])
    shown = status if status == "synthetic" else label
    return format_html('<span class="badge badge--{}" title="{}">{}</span>', _BADGES[status], label, shown)


@register.filter
def in_language(text: str | None) -> str:
    """The side of a ``中文 / English`` remark that fits the page."""
    return one_side(text)


@register.filter
def in_money(yuan: float | None) -> float | None:
    """Yuan in the unit of money of the pages."""
    return None if yuan is None else yuan / MONEY


@register.filter
def ten_thousands(tonnes: float | None) -> str:
    """Tonnes as 万吨."""
    return format_figure(None if tonnes is None else tonnes / 1e4)


@register.filter
def percent_field(share: float) -> str:
    """A share as the per cent that a field holds."""
    return f"{100 * share:.4g}"


@register.filter
def any_told(values: list[float | None]) -> bool:
    """Whether any of the values is known."""
    return any(value is not None for value in values)


@register.filter
def step_value(step: Mapping[str, Any]) -> float:
    """What a step of a waterfall says: a total, or how far a change goes."""
    return float(step["to"] - step["from"])
