"""What a field of the question for the least-cost plan is called on the page, for faults that point at it."""

from __future__ import annotations

import re

from cocontrol.core.errors import Location
from cocontrol.core.text import Text
from cocontrol_web.analysis import labels
from cocontrol_web.language import say

_PLAIN = {
    "years": Text("目标年", "target years"),
    "growth": Text("活动量年均变化（%）", "change of activity per year (%)"),
    "output_change": Text("地区生产总值变化（%）", "change of GDP (%)"),
    "emission_change": Text(
        "清单年到目标基准年的排放变化（%）", "change of emissions to the base year of the target (%)"
    ),
    "discount_rate": Text("折现率（%）", "discount rate (%)"),
    "pm_now": Text("第 4 步：现状 PM₂.₅（µg/m³）", "step 4: PM₂.₅ today (µg/m³)"),
    "pm_background": Text("第 4 步：背景（µg/m³）", "step 4: background (µg/m³)"),
}

_OF_SUBSTANCE = {
    "reduction": Text("比清单年减（%）", "below the inventory (%)"),
    "cap": Text("上限（万吨）", "at most (10⁴ t)"),
    "budget": Text("累计预算（万吨）", "budget over all years (10⁴ t)"),
    "share": Text("第 4 步：对浓度的贡献（%）", "step 4: share in the concentration (%)"),
}

_CEILING = re.compile(
    r"(?:(?P<kind>reduction|cap|budget|share)_)?(?P<p>[A-Za-z0-9]+?)(?:_(?P<y>\d{4}))?(?:_(?P<r>\d{6}))?"
)
_GDP = re.compile(r"output_(\d{4})_(\d{4})")


def field_words(name: str) -> str:
    """The label of a field: ``SO₂ · 2025 · 洛阳市 · 比清单年减（%）`` for ``reduction_SO2_2025_410300``."""
    if name in _PLAIN:
        return say(_PLAIN[name])
    if found := _GDP.fullmatch(name):
        words = Text("{a}—{b} 年地区生产总值变化（%）", "change of GDP from {a} to {b} (%)")
        return say(words.format(a=found[1], b=found[2]))
    if name.startswith("growth_"):
        return f"{say(labels.category(name.removeprefix('growth_')))} · {say(_PLAIN['growth'])}"
    match = _CEILING.fullmatch(name)
    if match is None:
        return name
    place = say(labels.region(match["r"])) if match["r"] else ""
    kind = say(_OF_SUBSTANCE.get(match["kind"] or ""))
    return " · ".join(part for part in (labels.symbol(match["p"]), match["y"], place, kind) if part)


def at_field(name: str) -> Location:
    """The place of a fault in the form, as people see it."""
    return Location(file=field_words(name))
