"""Declared input of land use: the matrix of land changes, areas, carbon stocks, forests."""

from __future__ import annotations

from collections.abc import Mapping

from cocontrol.core.common_columns import ADCODE, choice
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.inventory.input_columns import quantity, share, year_table

LAND_CATEGORIES: Mapping[str, Text] = {
    "forest_land": Text("林地", "forest land"),
    "cropland": Text("农地", "cropland"),
    "grassland": Text("草地", "grassland"),
    "wetlands": Text("湿地", "wetlands"),
    "settlements": Text("建设用地", "settlements"),
    "other_land": Text("其他土地", "other land"),
}
"""The six land categories of IPCC 2006, Vol. 4, Ch. 3, in the order of categories 3B1 to 3B6."""

POOLS: Mapping[str, Text] = {
    "biomass": Text("活生物量", "living biomass"),
    "dead_organic_matter": Text("死有机质", "dead organic matter"),
    "soil": Text("土壤有机碳", "soil organic carbon"),
}
"""Carbon pools (IPCC 2006, Vol. 4, Ch. 1, Table 1.1, above and below ground together)."""

FOREST_TYPES: Mapping[str, Text] = {
    "arbor_forest": Text("乔木林", "arbor forest"),
    "bamboo": Text("竹林", "bamboo"),
    "economic_forest": Text("经济林", "economic forest"),
    "shrub": Text("灌木林", "shrub"),
}

LAND_TRANSITION = year_table(
    "land_transition",
    Text("土地利用转移矩阵", "land-change matrix"),
    Text(
        "从 start_year 年末到 year 年末各类土地之间转移的面积，未变的面积也列（从与到相同）。各行之和为初期面积，各列之和为"
        "末期面积。",
        "Area that changed from one category to another between the ends of start_year and year; unchanged area stands on the "
        "diagonal. Rows sum to the areas at the start, columns to those at the end.",
    ),
    ("from_category", "to_category"),
    Column("start_year", Kind.INTEGER, Text("起始年", "start year"), Text("初期年份", "first year"), required=True, minimum=1900, maximum=2200),
    choice("from_category", Text("从", "from"), Text("初期类别", "category at the start"), LAND_CATEGORIES),
    choice("to_category", Text("到", "to"), Text("末期类别", "category at the end"), LAND_CATEGORIES),
    quantity("area_ha", Text("面积", "area"), "ha"),
)  # fmt: skip

LAND_AREA = year_table(
    "land_area",
    Text("土地面积", "land areas"),
    Text("各类土地年末面积，用于核对转移矩阵。", "Area of each category at the end of the year, to check the matrix."),
    ("land_category",),
    choice("land_category", Text("土地类别", "land category"), Text("类别", "category"), LAND_CATEGORIES),
    quantity("area_ha", Text("面积", "area"), "ha"),
)

LAND_CARBON = TABLES.declare(
    Table(
        "land_carbon_stock",
        Text("单位面积碳储量", "carbon stock by area"),
        Text(
            "各类土地各碳库的单位面积碳储量（本地调查或文献，无缺省值）。",
            "Carbon per area of each category and pool, of local surveys or literature; there is no default.",
        ),
        ("adcode", "land_category", "pool"),
        (
            ADCODE,
            choice("land_category", Text("土地类别", "land category"), Text("类别", "category"), LAND_CATEGORIES),
            choice("pool", Text("碳库", "pool"), Text("碳库", "carbon pool"), POOLS),
            quantity("carbon_t_per_ha", Text("碳储量", "carbon stock"), "t/ha"),
            Column("source", Kind.TEXT, Text("来源", "source"), Text("文献或调查", "survey or literature"), required=True),
        ),
    )
)  # fmt: skip

FOREST_STOCK = year_table(
    "forest_stock",
    Text("森林生物量", "forest biomass"),
    Text(
        "乔木林给蓄积量、年生长率和年消耗率；竹林、经济林、灌木林给当年面积净增（减少为负）。",
        "Arbor forest by growing stock with its rates of growth and consumption; bamboo, economic forest and shrub by the net "
        "change of area in the year (a loss is negative).",
    ),
    ("forest_type",),
    choice("forest_type", Text("森林类型", "type of forest"), Text("类型", "type"), FOREST_TYPES),
    quantity("volume_m3", Text("蓄积量", "growing stock"), "m3", required=False),
    share("growth_rate", Text("年生长率", "rate of growth"), Text("占蓄积量", "of the growing stock"), required=False),
    share("consumption_rate", Text("年消耗率", "rate of consumption"), Text("占蓄积量", "of the growing stock"), required=False),
    Column("area_change_ha", Kind.NUMBER, Text("面积净增", "net change of area"), Text("减少为负", "a loss is negative"), unit="ha"),
    quantity("wood_density", Text("基本木材密度", "basic wood density"), "t/m3", required=False),
    quantity("biomass_expansion", Text("生物量扩展系数", "biomass expansion factor"), "1", required=False),
    quantity("biomass_per_ha", Text("单位面积生物量", "biomass by area"), "t/ha", required=False),
    share("carbon_fraction", Text("含碳率", "carbon fraction"), Text("占干物质", "of dry matter"), required=False),
)  # fmt: skip
