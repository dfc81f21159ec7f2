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
    "molar_ratio": Text("摩尔质量比", "ratio of molar masses"),
    "standard_coal": Text("折标准煤系数", "standard coal coefficient"),
    "energy": Text("能源消费", "energy"),
    "emission": Text("排放量", "emission"),
    "gdp": Text("地区生产总值", "gross regional product"),
    "population": Text("常住人口", "resident population"),
    "purchased_electricity": Text("净调入电力", "net purchased electricity"),
    "apparent_consumption": Text("表观消费量的排放", "emission of apparent consumption"),
    "feedstock": Text("原料用能的排放", "emission of feedstock"),
    "aviation": Text("扣除航空", "less aviation"),
    "not_energy": Text("扣除非能源活动", "less what is no energy activity"),
    "monitoring": Text("空气质量监测", "air quality monitoring"),
    "incomplete_year": Text("有效日不足的年份", "year short of valid days"),
    "grid_factor": Text("电网排放因子", "grid emission factor"),
    "combustion_efficiency": Text("燃烧效率", "combustion efficiency"),
    "volatile_solids": Text("挥发性固体", "volatile solids"),
    "methane_potential": Text("最大产甲烷潜力", "maximum methane potential"),
    "methane_density": Text("甲烷密度", "density of methane"),
    "system_share": Text("管理方式占比", "share of the manure system"),
    "mcf": Text("甲烷转化或修正因子", "methane conversion or correction factor"),
    "nitrogen_excretion": Text("氮排泄量", "nitrogen excreted"),
    "direct_n2o_share": Text("直接排放系数（N2O-N/N）", "direct N2O-N per N"),
    "baseline_factor": Text("基准日排放因子", "baseline daily factor"),
    "water_scaling": Text("水分管理系数", "scaling factor of water"),
    "pre_season_scaling": Text("种前水分系数", "scaling factor before the season"),
    "amendment_rate": Text("有机添加量", "rate of organic amendment"),
    "amendment_conversion": Text("有机添加物折算系数", "conversion factor of the amendment"),
    "volatilised_share": Text("挥发比例", "share volatilised"),
    "volatilised_n2o_share": Text("沉降排放系数", "N2O-N per N deposited"),
    "leached_share": Text("淋溶径流比例", "share leached"),
    "leached_n2o_share": Text("淋溶排放系数", "N2O-N per N leached"),
    "doc": Text("可降解有机碳", "degradable organic carbon"),
    "docf": Text("可分解比例", "fraction that decomposes"),
    "methane_fraction": Text("甲烷体积比", "methane fraction"),
    "oxidation": Text("氧化因子", "oxidation factor of the cover"),
    "k_per_year": Text("降解速率", "decay rate"),
    "fossil_share": Text("化石碳比例", "fossil share of the carbon"),
    "carbon_share_dry": Text("干物质含碳率", "carbon of the dry matter"),
    "dry_matter": Text("干物质比例", "dry matter"),
    "bod_per_cod": Text("BOD/COD 比", "BOD per COD"),
    "protein": Text("人均蛋白质", "protein per person"),
    "nitrogen_per_protein": Text("蛋白质含氮率", "nitrogen per protein"),
    "non_consumed_protein": Text("非消费蛋白质系数", "factor of protein not eaten"),
    "industrial_commercial_protein": Text("工商业排入系数", "factor of industrial and commercial protein"),
    "effluent_n2o_share": Text("出水排放系数", "N2O-N per N of the effluent"),
    "stock_before": Text("转化前碳储量", "carbon stock before"),
    "stock_after": Text("转化后碳储量", "carbon stock after"),
    "transition_years": Text("转化年数", "years of transition"),
    "wood_density": Text("基本木材密度", "basic wood density"),
    "biomass_expansion": Text("生物量扩展系数", "biomass expansion factor"),
    "biomass_per_ha": Text("单位面积生物量", "biomass by area"),
    "carbon_fraction": Text("含碳率", "carbon fraction"),
}
"""What an input does in a formula."""

VINTAGES: dict[str, Text] = {
    "earlier": Text("较早版次", "earlier vintage"),
    "later": Text("较新版次", "later vintage"),
}

STATUSES: dict[str | None, Text] = {
    "verified": Text("已核实", "verified"),
    "declared": Text("本地填报", "declared locally"),
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
