"""Declared input of agriculture: herds, manure systems, rice, nitrogen on fields, straw burnt, latrines."""

from __future__ import annotations

from collections.abc import Mapping

from cocontrol.core.common_columns import choice
from cocontrol.core.tables import Column, Kind
from cocontrol.core.text import Text
from cocontrol.inventory.input_columns import quantity, share, year_table
from cocontrol.reference.agriculture_land_waste import livestock_classes

UNDIVIDED = "any"
"""Stage of a herd that is not divided."""

STAGES: Mapping[str, Text] = {
    UNDIVIDED: Text("不分", "not divided"),
    "young_of_the_year": Text("当年生", "young of the year"),
    "other_adult": Text("其他成年畜", "other adult"),
    "breeding_female": Text("繁殖母畜", "breeding female"),
    "intensive": Text("规模化饲养", "intensive"),
    "household": Text("农户散养", "household"),
    "grazing": Text("放牧饲养", "grazing"),
}
"""Stages of GB/T 32151.22-2024 and rearing modes of the provincial guide of 2011."""

MANURE_SYSTEMS: Mapping[str, Text] = {
    "lagoon": Text("氧化塘", "lagoon"),
    "liquid_with_crust": Text("液体贮存（自然结壳）", "liquid storage with natural crust"),
    "liquid_without_crust": Text("液体贮存（无自然结壳）", "liquid storage without crust"),
    "solid_storage": Text("固体贮存", "solid storage"),
    "drylot": Text("自然风干", "drying in the open"),
    "pit_storage": Text("舍内粪坑贮存", "pit below the animals"),
    "daily_spread": Text("每日施肥", "daily spread"),
    "anaerobic_digester": Text("沼气池", "anaerobic digester"),
    "composting": Text("堆肥和沤肥", "composting"),
    "other": Text("其他", "other"),
}
"""Manure systems of GB/T 32151.22-2024, Tables C.6 and C.9."""

RICE_TYPES: Mapping[str, Text] = {
    "single_season_rice": Text("单季稻", "single-season rice"),
    "double_early_rice": Text("双季早稻", "early rice of two crops"),
    "double_late_rice": Text("双季晚稻", "late rice of two crops"),
}

WATER_REGIMES: Mapping[str, Text] = {
    "upland": Text("旱作", "upland"),
    "continuously_flooded": Text("持续淹水", "continuously flooded"),
    "single_aeration": Text("间歇灌溉（一次晒田）", "single aeration"),
    "multiple_aeration": Text("间歇灌溉（多次晒田）", "multiple aeration"),
    "irrigated_aggregated": Text("灌溉（不分）", "irrigated, not divided"),
    "regular_rainfed": Text("雨养（常年）", "regular rainfed"),
    "drought_prone": Text("雨养（易旱）", "drought prone"),
    "rainfed_aggregated": Text("雨养（不分）", "rainfed, not divided"),
    "deep_water": Text("深水", "deep water"),
}
PRE_SEASONS: Mapping[str, Text] = {
    "non_flooded_lt_180_d": Text("种前不淹水不足180天", "not flooded for less than 180 days"),
    "non_flooded_gt_180_d": Text("种前不淹水超过180天", "not flooded for more than 180 days"),
    "flooded_gt_30_d": Text("种前淹水超过30天", "flooded for more than 30 days"),
    "aggregated": Text("不分", "not divided"),
}
AMENDMENTS: Mapping[str, Text] = {
    "straw_lt_30_d": Text("种前30天内还田秸秆", "straw less than 30 days before"),
    "straw_gt_30_d": Text("种前30天以上还田秸秆", "straw more than 30 days before"),
    "compost": Text("堆肥", "compost"),
    "farmyard_manure": Text("农家肥", "farmyard manure"),
    "green_manure": Text("绿肥", "green manure"),
}

NITROGEN_SOURCES: Mapping[str, Text] = {
    "synthetic_fertiliser": Text("化肥氮", "synthetic fertiliser"),
    "organic_fertiliser": Text("施入农田的粪肥和有机肥氮", "manure and other organic nitrogen applied"),
    "crop_residue": Text("还田秸秆和根茬氮", "crop residues"),
    "grazing_cattle_poultry_pigs": Text("放牧排泄氮：牛、家禽、猪", "dung and urine on pasture: cattle, poultry, pigs"),
    "grazing_sheep_and_other": Text("放牧排泄氮：羊和其他畜", "dung and urine on pasture: sheep and other animals"),
    "livestock_excretion": Text("畜禽排泄氮（只用于大气沉降）", "nitrogen excreted by livestock (deposition only)"),
}

FERTILISERS: Mapping[str, Text] = {
    "none": Text("非化肥", "no fertiliser"),
    "not_divided": Text("不分", "not divided"),
    "urea": Text("尿素", "urea"),
    "ammonium_bicarbonate": Text("碳酸氢铵", "ammonium bicarbonate"),
    "ammonium_nitrate": Text("硝酸铵", "ammonium nitrate"),
    "calcium_ammonium_nitrate": Text("硝酸铵钙", "calcium ammonium nitrate"),
    "ammonium_sulphate": Text("硫酸铵", "ammonium sulphate"),
    "map_dap": Text("磷酸一铵、磷酸二铵", "MAP, DAP"),
    "npk_nk_mixtures": Text("复合肥（NPK、NK）", "NPK and NK compounds"),
    "n_solutions": Text("氮溶液", "nitrogen solutions"),
    "anhydrous_ammonia": Text("液氨", "anhydrous ammonia"),
}

CROPS: Mapping[str, Text] = {
    "wheat": Text("小麦", "wheat"),
    "maize": Text("玉米", "maize"),
    "rice": Text("水稻", "rice"),
    "other": Text("其他作物", "other crops"),
}

_ANIMAL = choice(
    "animal",
    Text("畜种", "class of animals"),
    Text("畜种代码", "class of animals"),
    {code: one.label for code, one in livestock_classes().items()},
)
_STAGE = choice("stage", Text("饲养阶段或方式", "stage or rearing"), Text("文件口径的分组", "division"), STAGES)

LIVESTOCK = year_table(
    "livestock",
    Text("畜禽存栏", "livestock"),
    Text(
        "每行一个畜种一个阶段的年平均存栏。肠道发酵、粪便管理和氨排放都从这一张表计算。",
        "One row per class and stage: animals alive on the average of the year. Enteric fermentation, manure and ammonia "
        "are all estimated from this one table.",
    ),
    ("animal", "stage"),
    _ANIMAL,
    _STAGE,
    quantity("heads", Text("年平均存栏", "animals, average of the year"), "head"),
    Column(
        "temperature_c",
        Kind.NUMBER,
        Text("年平均气温", "mean temperature of the year"),
        Text("只在给出粪便管理方式时需要", "needed where manure systems are given"),
        unit="degC",
        minimum=-20,
        maximum=40,
    ),
)

MANURE_SYSTEM = year_table(
    "manure_system",
    Text("粪便管理方式", "manure systems"),
    Text(
        "每行一个畜种的一种粪便管理方式的占比；同一畜种各方式之和为 1。给出后改用方法2（VS、B0、MCF）。",
        "Share of the manure of a class that a system holds; the shares of a class sum to 1. With it the class is "
        "estimated by Tier 2 (VS, B0, MCF).",
    ),
    ("animal", "stage", "system"),
    _ANIMAL,
    _STAGE,
    choice("system", Text("管理方式", "system"), Text("粪便管理方式", "manure system"), MANURE_SYSTEMS),
    share("share", Text("占比", "share"), Text("占该畜种粪便的比例", "of the manure of the class")),
    share(
        "mcf",
        Text("甲烷转化因子", "methane conversion factor"),
        Text("实测或箱式模型所得；空则按气温取文件值", "measured or of the box model; empty for the document's value"),
        required=False,
    ),
    share(
        "volatilised_share",
        Text("氮挥发份额", "share of nitrogen volatilised"),
        Text("以 NH3 和 NOx 挥发；空则取 IPCC 2006 表10.22", "as NH3 and NOx; empty for IPCC 2006, Table 10.22"),
        required=False,
    ),
    share(
        "leached_share",
        Text("氮淋溶份额", "share of nitrogen leached"),
        Text("当地值；没有缺省值，空则不估算", "local; there is no default, not estimated where empty"),
        required=False,
    ),
)

RICE = year_table(
    "rice_cultivation",
    Text("水稻种植", "rice cultivation"),
    Text(
        "每行一种水稻的播种面积。指南口径按稻型和地区取因子；IPCC 口径另需天数、水分管理和种前状态。",
        "Area by type of rice. The provincial guides give factors by type and region; the IPCC method also needs days, water "
        "regime and the state before the season.",
    ),
    ("rice_type", "field"),
    choice("rice_type", Text("稻型", "type of rice"), Text("稻型", "type of rice"), RICE_TYPES),
    Column(
        "field",
        Kind.TEXT,
        Text("田块分组", "group of fields"),
        Text("自定；不分填 all", "own; all for one"),
        required=True,
    ),
    quantity("area_ha", Text("播种面积", "area sown"), "ha"),
    quantity("days", Text("淹水生长期天数", "days of cultivation"), "day", required=False),
    choice(
        "water_regime", Text("水分管理", "water regime"), Text("生长期", "in the season"), WATER_REGIMES, required=False
    ),
    choice(
        "pre_season",
        Text("种前状态", "before the season"),
        Text("种前水分", "water before"),
        PRE_SEASONS,
        required=False,
    ),
    choice("amendment", Text("有机添加物", "organic amendment"), Text("种类", "kind"), AMENDMENTS, required=False),
    quantity("amendment_t_per_ha", Text("有机添加量", "rate of amendment"), "t/ha", required=False),
)

CROPLAND_NITROGEN = year_table(
    "cropland_nitrogen",
    Text("农田氮输入", "nitrogen on cropland"),
    Text(
        "每行一种来源的纯氮量。一份活动水平同时计算直接和间接 N2O 以及化肥氨排放。",
        "Nitrogen by source. One activity gives direct and indirect N2O and the ammonia of fertiliser.",
    ),
    ("nitrogen_source", "fertiliser", "land"),
    choice("nitrogen_source", Text("氮来源", "source"), Text("氮的来源", "source of the nitrogen"), NITROGEN_SOURCES),
    choice("fertiliser", Text("肥料品种", "fertiliser"), Text("品种", "kind"), FERTILISERS),
    choice(
        "land",
        Text("农田", "land"),
        Text("旱地或稻田", "upland or flooded rice"),
        {"cropland": Text("旱地和不分", "upland, not divided"), "flooded_rice": Text("稻田", "flooded rice")},
    ),
    quantity("nitrogen_t", Text("纯氮量", "nitrogen"), "t"),
    choice(
        "soil_ph",
        Text("土壤酸碱", "soil pH"),
        Text("氨排放因子按此取值", "ammonia factors follow it"),
        {"le7": Text("pH≤7", "pH ≤ 7"), "gt7": Text("pH>7", "pH > 7")},
        required=False,
    ),
)

STRAW_BURNT = year_table(
    "crop_residue_burning",
    Text("秸秆露天焚烧", "crop residues burnt in the open"),
    Text(
        "每行一种作物的产量及焚烧参数。焚烧干物质 = 产量 × 草谷比 × 干物质比 × 露天焚烧比例 × 燃烧效率。",
        "Crop yield and what becomes of its straw. Dry matter burnt = yield × residue per yield × dry matter × share burnt × "
        "combustion efficiency.",
    ),
    ("crop",),
    choice("crop", Text("作物", "crop"), Text("作物", "crop"), CROPS),
    quantity("yield_t", Text("产量", "yield"), "t"),
    quantity("residue_per_yield", Text("草谷比", "residue per yield"), "1"),
    share("dry_matter", Text("干物质比例", "dry matter"), Text("秸秆中的干物质", "of the straw")),
    share("burnt_share", Text("露天焚烧比例", "share burnt"), Text("在田间焚烧的比例", "burnt in the field")),
    share(
        "combustion_efficiency",
        Text("燃烧效率", "combustion efficiency"),
        Text("空则取 T/CSES 144-2024 的值", "empty for the value of T/CSES 144-2024"),
        required=False,
    ),
)

LATRINES = year_table(
    "dry_latrine",
    Text("农村旱厕人口", "rural people using dry latrines"),
    Text("使用旱厕的农村常住人口。", "Rural residents who use dry latrines."),
    (),
    quantity("people", Text("人口", "people"), "person"),
)
