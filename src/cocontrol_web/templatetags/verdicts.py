"""Template filters for verdicts, their facts, indicators and gaps."""

from __future__ import annotations

import json
from typing import Any

from django import template

from cocontrol.core.registers import TARGET
from cocontrol_web.analysis.figures import format_figure
from cocontrol_web.language import say

register = template.Library()


@register.filter
def target_kind(code: str | None) -> str:
    """What kind of target it is."""
    label = TARGET.column("kind").allowed.get(code or "")
    return say(label) if label else (code or "")


@register.filter
def fact(value: Any) -> str:
    """A fact or parameter of a verdict, short."""
    if isinstance(value, float):
        return format_figure(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
