"""Declared input of waste beyond first-order decay: sites, composition, burning, biological treatment, wastewater."""

from __future__ import annotations

from collections.abc import Mapping

from cocontrol.core.common_columns import choice
from cocontrol.core.tables import Column, Kind
from cocontrol.core.text import Text
from cocontrol.inventory.input_columns import quantity, share, year_table

SITES: Mapping[str, Text] = {
    "managed_anaerobic": Text("管理，厌氧", "managed, anaerobic"),
    "managed_semi_aerobic": Text("管理，半有氧", "managed, semi-aerobic"),
    "managed_semi_aerobic_well": Text("管理，半有氧（良好）", "managed well, semi-aerobic"),
    "managed_semi_aerobic_poorly": Text("管理，半有氧（不良）", "managed poorly, semi-aerobic"),
    "managed_active_aeration_well": Text("管理，主动通风（良好）", "managed well, active aeration"),
    "managed_active_aeration_poorly": Text("管理，主动通风（不良）", "managed poorly, active aeration"),
    "unmanaged_deep": Text("非管理，深（≥5米）或高水位", "unmanaged, deep (≥ 5 m) or high water table"),
    "unmanaged_shallow": Text("非管理，浅（<5米）", "unmanaged, shallow (< 5 m)"),
    "uncategorised": Text("未分类", "uncategorised"),
}
COVERS: Mapping[str, Text] = {
    "managed_with_cover": Text("管理并有氧化甲烷的覆盖层", "managed, with a cover that oxidises methane"),
    "other_sites": Text("其他场址", "other sites"),
}
COMPONENTS: Mapping[str, Text] = {
    "food": Text("食品垃圾", "food"),
    "garden": Text("庭园", "garden"),
    "paper": Text("纸张纸板", "paper and cardboard"),
    "wood": Text("木材", "wood"),
    "textiles": Text("纺织品", "textiles"),
    "nappies": Text("尿布", "nappies"),
    "rubber_leather": Text("橡胶皮革", "rubber and leather"),
    "plastics": Text("塑料", "plastics"),
    "metal": Text("金属", "metal"),
    "glass": Text("玻璃", "glass"),
    "other_inert": Text("其他惰性物", "other, inert"),
}
STREAMS: Mapping[str, Text] = {
    "landfilled": Text("填埋", "landfilled"),
    "incinerated": Text("焚烧", "incinerated"),
    "open_burnt": Text("露天燃烧", "burnt in the open"),
}
WASTE_TYPES: Mapping[str, Text] = {
    "municipal_solid_waste": Text("生活垃圾", "municipal solid waste"),
    "hazardous_waste": Text("危险废物", "hazardous waste"),
    "clinical_waste": Text("医疗废物", "clinical waste"),
    "industrial_waste": Text("工业固体废物", "industrial waste"),
    "sewage_sludge": Text("污水污泥", "sewage sludge"),
}
FURNACES: Mapping[str, Text] = {
    "continuous_stoker": Text("连续炉排炉", "continuous, stoker"),
    "continuous_fluidised_bed": Text("连续流化床", "continuous, fluidised bed"),
    "semi_continuous_stoker": Text("半连续炉排炉", "semi-continuous, stoker"),
    "semi_continuous_fluidised_bed": Text("半连续流化床", "semi-continuous, fluidised bed"),
    "batch_stoker": Text("间歇炉排炉", "batch, stoker"),
    "batch_fluidised_bed": Text("间歇流化床", "batch, fluidised bed"),
}
WASTEWATER_SYSTEMS: Mapping[str, Text] = {
    "national_average": Text("全国平均（省级指南2011）", "national mean (provincial guide 2011)"),
    "aerobic_plant": Text("集中好氧处理厂（2019年修订）", "centralised aerobic plant (2019 Refinement)"),
    "aerobic_plant_well_managed": Text("好氧处理厂（良好，2006）", "aerobic plant, well managed (2006)"),
    "aerobic_plant_overloaded": Text("好氧处理厂（超负荷，2006）", "aerobic plant, overloaded (2006)"),
    "anaerobic_digester": Text("污泥厌氧消化", "anaerobic digester of sludge"),
    "anaerobic_reactor": Text("厌氧反应器", "anaerobic reactor"),
    "anaerobic_shallow_lagoon": Text("厌氧浅塘", "anaerobic shallow lagoon"),
    "anaerobic_deep_lagoon": Text("厌氧深塘", "anaerobic deep lagoon"),
    "septic_tank": Text("化粪池", "septic tank"),
    "septic_system_with_land_dispersal": Text("化粪池加土地消纳", "septic system with land dispersal"),
    "latrine_dry_small": Text("旱厕（家庭）", "dry latrine, family"),
    "latrine_dry_communal": Text("旱厕（公用）", "dry latrine, communal"),
    "latrine_wet": Text("湿厕", "wet latrine"),
    "stagnant_sewer": Text("滞流明渠", "stagnant sewer"),
    "flowing_sewer": Text("流动管渠", "flowing sewer"),
    "discharge": Text("直接排入水体", "discharge to water"),
    "discharge_still_water": Text("排入湖库河口", "discharge to lakes, reservoirs, estuaries"),
    "discharge_flowing_water": Text("排入其他水体", "discharge to other water"),
}

_RECOVERED = quantity(
    "recovered_ch4_t", Text("甲烷回收量", "methane recovered"), "t", required=False,
    text=Text("利用或火炬燃烧的甲烷；空为无", "methane used or flared; empty for none"),
)  # fmt: skip


def _local(name: str, zh: str, en: str) -> Column:
    return share(
        name,
        Text(zh, en),
        Text("本地实测；空则取文件值", "measured; empty for the value of the document"),
        required=False,
    )


LANDFILL_MASS_BALANCE = year_table(
    "landfill_mass_balance",
    Text("填埋质量平衡", "landfill, mass balance"),
    Text(
        "每行一类场址当年的垃圾产生量和填埋比例。省级指南2011的方法；有逐年填埋量时应改用一阶衰减。",
        "Waste of the year and the share landfilled, by type of site: the method of the provincial guide of 2011. With "
        "deposits year by year first-order decay is the better method.",
    ),
    ("site_type",),
    choice("site_type", Text("场址类型", "type of site"), Text("甲烷修正因子按此取值", "MCF follows it"), SITES),
    quantity("waste_t", Text("垃圾产生量", "waste generated"), "t"),
    share("landfilled_share", Text("填埋比例", "share landfilled"), Text("占产生量", "of the waste generated")),
    _local("doc", "可降解有机碳", "degradable organic carbon"),
    _local("docf", "可分解比例", "fraction that decomposes"),
    _local("methane_fraction", "甲烷体积比", "methane fraction"),
    _local("oxidation", "氧化因子", "oxidation factor"),
    choice("cover", Text("覆盖", "cover"), Text("IPCC 氧化因子按此取值", "the IPCC oxidation factor follows it"), COVERS, required=False),
    _RECOVERED,
)  # fmt: skip

WASTE_COMPOSITION = year_table(
    "waste_composition",
    Text("垃圾组成", "composition of waste"),
    Text(
        "各去向垃圾的湿重组成，同一去向之和为 1。", "Wet composition of each stream; the shares of a stream sum to 1."
    ),
    ("stream", "component"),
    choice("stream", Text("去向", "stream"), Text("填埋、焚烧或露天燃烧", "where the waste goes"), STREAMS),
    choice("component", Text("成分", "component"), Text("成分", "component"), COMPONENTS),
    share("share", Text("湿重占比", "share of the wet mass"), Text("0–1", "0–1")),
)

WASTE_INCINERATION = year_table(
    "waste_incineration",
    Text("废弃物焚烧", "waste incineration"),
    Text(
        "每行一类废弃物在一种炉型的焚烧量（湿重）。只有化石碳的 CO2 计入合计；发电供热的焚烧应计入能源。",
        "Wet mass burnt by type of waste and furnace. Only CO2 of fossil carbon is in the total; incineration with use of the "
        "energy belongs to energy.",
    ),
    ("waste_type", "furnace"),
    choice("waste_type", Text("废弃物", "waste"), Text("种类", "type"), WASTE_TYPES),
    choice("furnace", Text("炉型", "furnace"), Text("焚烧炉", "incinerator"), FURNACES),
    quantity("amount_t", Text("焚烧量", "mass burnt"), "t"),
    _local("carbon_content", "含碳量", "carbon content"),
    _local("fossil_share", "化石碳比例", "fossil share of the carbon"),
    _local("combustion_efficiency", "燃烧效率", "combustion efficiency"),
    _local("dry_matter", "干物质比例", "dry matter"),
)

WASTE_OPEN_BURNING = year_table(
    "waste_open_burning",
    Text("垃圾露天燃烧", "open burning of waste"),
    Text("露天燃烧的垃圾量（湿重）；需要组成表中 open_burnt 的组成。", "Wet mass burnt in the open; needs the composition of that stream."),
    (),
    quantity("amount_t", Text("燃烧量", "mass burnt"), "t"),
)  # fmt: skip

BIOLOGICAL_TREATMENT = year_table(
    "biological_treatment",
    Text("生物处理", "biological treatment"),
    Text("堆肥和厌氧消化的处理量。", "Mass composted or digested."),
    ("treatment", "basis"),
    choice(
        "treatment",
        Text("处理方式", "treatment"),
        Text("处理方式", "treatment"),
        {"composting": Text("堆肥", "composting"), "anaerobic_digestion": Text("厌氧消化", "anaerobic digestion")},
    ),
    choice("basis", Text("重量基准", "basis"), Text("湿重或干重", "wet or dry mass"), {"wet": Text("湿", "wet"), "dry": Text("干", "dry")}),
    quantity("amount_t", Text("处理量", "mass treated"), "t"),
    _RECOVERED,
)  # fmt: skip

DOMESTIC_WASTEWATER = year_table(
    "domestic_wastewater",
    Text("生活污水", "domestic wastewater"),
    Text("每行一种处理或排放途径的有机物总量。", "Organic matter by way of treatment or discharge."),
    ("system", "measure"),
    choice("system", Text("途径", "way"), Text("甲烷修正因子按此取值", "MCF follows it"), WASTEWATER_SYSTEMS),
    choice("measure", Text("有机物指标", "measure"), Text("BOD 或 COD", "BOD or COD"), {"bod": Text("BOD", "BOD"), "cod": Text("COD", "COD")}),
    quantity("organic_t", Text("有机物总量", "organic matter"), "t"),
    quantity("sludge_t", Text("随污泥去除的有机物", "removed with sludge"), "t", required=False, text=Text("空为无", "empty for none")),
    _RECOVERED,
)  # fmt: skip

WASTEWATER_NITROGEN = year_table(
    "wastewater_nitrogen",
    Text("生活污水氮", "nitrogen of domestic wastewater"),
    Text("人口和人均蛋白质摄入量，用于污水 N2O。", "People and the protein they eat, for the N2O of wastewater."),
    (),
    quantity("people", Text("人口", "people"), "person"),
    quantity("protein_kg_per_person", Text("人均蛋白质", "protein per person"), "kg"),
    quantity("sludge_nitrogen_t", Text("随污泥去除的氮", "nitrogen removed with sludge"), "t", required=False, text=Text("空为无", "empty for none")),
    choice(
        "kitchen_waste",
        Text("厨余粉碎入管", "garbage disposals"),
        Text("IPCC 非消费蛋白质系数按此取值", "the IPCC factor of protein not eaten follows it"),
        {
            "without_garbage_disposals": Text("无", "without"),
            "with_garbage_disposals": Text("有", "with"),
        },
        required=False,
    ),
)  # fmt: skip

INDUSTRIAL_WASTEWATER = year_table(
    "industrial_wastewater",
    Text("工业废水", "industrial wastewater"),
    Text("分行业的可降解有机物（COD）和甲烷修正因子。", "Degradable organic matter (COD) and MCF by industry."),
    ("industry",),
    Column("industry", Kind.TEXT, Text("行业", "industry"), Text("行业名称或代码", "name or code"), required=True),
    quantity("cod_t", Text("COD 总量", "COD"), "t"),
    quantity("sludge_cod_t", Text("随污泥去除的 COD", "COD removed with sludge"), "t", required=False, text=Text("空为无", "empty for none")),
    share("mcf", Text("甲烷修正因子", "MCF"), Text("按处理方式；无缺省值", "by treatment; there is no default"), required=False),
    _RECOVERED,
)  # fmt: skip
