"""What codes are called, in one language; a code without a name stands for itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cocontrol.core.errors import Level
from cocontrol.core.registers import PRICE_BASES
from cocontrol.core.text import Language, Text
from cocontrol.indicators.catalogue import BOUNDARIES, DEFINITIONS
from cocontrol.inventory.balance_layout import Process, get_layout, list_layouts
from cocontrol.reference import categories, fuels, regions
from cocontrol.reference.electricity import KINDS
from cocontrol.reference.metrics import metric_name

ROLES: dict[str, Text] = {
    "ncv": Text("低位发热量", "net calorific value"),
    "carbon_content": Text("单位热值含碳量", "carbon content"),
    "oxidation_factor": Text("碳氧化率", "oxidation factor"),
    "emission_factor": Text("排放因子", "emission factor"),
    "generation_factor": Text("产污系数", "generation factor"),
    "removal_efficiency": Text("去除效率", "removal efficiency"),
    "technology_share": Text("技术份额", "share of the technology"),
    "application_rate": Text("应用率", "application rate"),
    "molar_ratio": Text("二氧化碳与碳的质量比", "mass ratio of CO2 to carbon"),
    "standard_coal": Text("折标准煤系数", "standard coal coefficient"),
    "energy": Text("能源消费", "energy"),
    "emission": Text("排放量", "emission"),
    "gdp": Text("地区生产总值", "gross regional product"),
    "population": Text("常住人口", "resident population"),
    "purchased_electricity": Text("净调入电力", "net purchased electricity"),
    "grid_factor": Text("电网排放因子", "grid emission factor"),
}
"""What an input does in a formula."""

VINTAGES: dict[str, Text] = {
    "earlier": Text("较早版次", "earlier vintage"),
    "later": Text("较新版次", "later vintage"),
}

STATUSES: dict[str | None, Text] = {
    "verified": Text("已核实", "verified"),
    "recalled": Text("凭记忆录入，待核实", "recalled, to be checked"),
}

UNITS: dict[str, Text] = {
    "t/10^4 yuan": Text("吨/万元", "t/10⁴ yuan"),
    "tce/10^4 yuan": Text("吨标准煤/万元", "tce/10⁴ yuan"),
    "t/person": Text("吨/人", "t/person"),
    "tce/person": Text("吨标准煤/人", "tce/person"),
    "1": Text("（比值）", "(ratio)"),
    "t": Text("吨", "t"),
    "Mtce": Text("百万吨标准煤", "Mtce"),
}


@lru_cache(maxsize=1)
def _processes() -> Mapping[str, Process]:
    """Rows of an energy balance by code; every layout has the same codes."""
    return get_layout(list_layouts()[0]).processes


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of codes in one language."""

    language: Language

    def category(self, code: str) -> str:
        """A source category, its code first."""
        known = categories.categories().get_column("category")
        return f"{code} {categories.category_name(code).in_language(self.language)}" if code in known else code

    def fuel(self, code: str) -> str:
        """A fuel."""
        known = fuels.fuels().get_column("fuel_code")
        return fuels.fuel_name(code).in_language(self.language) if code in known else code

    def region(self, adcode: str) -> str:
        """An administrative area."""
        known = regions.regions().get_column("adcode")
        return regions.name(adcode, self.language) if adcode in known else adcode

    def role(self, role: str) -> str:
        """What an input does in a formula."""
        return ROLES[role].in_language(self.language) if role in ROLES else role.replace("_", " ")

    def formula(self, formula: str) -> str:
        """A formula with the names of its inputs in words."""
        return re.sub(r"[a-z]\w+", lambda word: self.role(word[0]) if word[0] in ROLES else word[0], formula)

    def process(self, code: str) -> str:
        """A row of an energy balance; a part that is taken off the row it belongs to is named so."""
        known = _processes().get(code)
        if known is None:
            return code
        name = known.label.in_language(self.language)
        is_deducted = known.part_of is not None and not known.is_share
        return {"zh": f"减：{name}", "en": f"less {name}"}[self.language] if is_deducted else name

    def indicator(self, indicator_id: str) -> str:
        """An indicator, or the metric of a target."""
        known = DEFINITIONS.get(indicator_id)
        return (known.label if known else metric_name(indicator_id)).in_language(self.language)

    def boundary(self, boundary: str) -> str:
        """A boundary; what stands after a colon (the kind of grid factor) stays a code."""
        name, _, kind = boundary.partition(":")
        label = BOUNDARIES[name].in_language(self.language) if name in BOUNDARIES else name
        return f"{label} ({self.grid_kind(kind)})" if kind else label

    def grid_kind(self, kind: str) -> str:
        """A kind of grid factor."""
        return KINDS[kind].in_language(self.language) if kind in KINDS else kind

    def variant(self, variant: str | None) -> str:
        """Price basis and vintage of a statistic; nothing where only one exists."""
        if variant in {None, "single"}:
            return ""
        basis, _, vintage = str(variant).partition("_")
        words = [PRICE_BASES[basis], VINTAGES.get(vintage)] if basis in PRICE_BASES else [VINTAGES.get(str(variant))]
        known = [word.in_language(self.language) for word in words if word is not None]
        return " · ".join(known) or str(variant)

    def status(self, status: str | None) -> str:
        """How well a parameter is known."""
        return STATUSES[status].in_language(self.language) if status in STATUSES else status or ""

    def level(self, level: str) -> str:
        """How much a finding weighs."""
        return Level(level).label.in_language(self.language) if level in set(Level) else level

    def unit(self, unit: str) -> str:
        """A unit as people of that language write it."""
        return (
            UNITS[unit].in_language(self.language) if unit in UNITS else unit.replace("10^4", "10⁴").replace("*", " ")
        )
