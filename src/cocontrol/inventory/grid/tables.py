"""Declared inputs of gridding: the population grid of a workspace and the split of pollutants into species."""

from __future__ import annotations

from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text

POPULATION_GRID = TABLES.declare(
    Table(
        name="population_grid",
        label=Text("人口格网", "population grid"),
        description=Text(
            "规则经纬度格网的人口密度（格心坐标，WGS 84 或 CGCS2000），用作空间分配的代理。空白表示未知，0 表示无人。",
            "Population density on a regular grid (centres of the cells, WGS 84 or CGCS2000), a proxy for gridding. "
            "Blank means unknown, 0 means nobody.",
        ),
        key=("longitude", "latitude"),
        columns=(
            Column(
                "longitude",
                Kind.NUMBER,
                Text("经度", "longitude"),
                Text("格心", "centre of the cell"),
                unit="degree",
                required=True,
                minimum=-180,
                maximum=180,
                aliases=("lon",),
            ),
            Column(
                "latitude",
                Kind.NUMBER,
                Text("纬度", "latitude"),
                Text("格心", "centre of the cell"),
                unit="degree",
                required=True,
                minimum=-90,
                maximum=90,
                aliases=("lat",),
            ),
            Column(
                "persons_per_km2",
                Kind.NUMBER,
                Text("人口密度", "population density"),
                Text("每平方公里人数", "persons in a square kilometre"),
                unit="person/km2",
                minimum=0,
            ),
        ),
    )
)

SPECIATION = TABLES.declare(
    Table(
        name="speciation",
        label=Text("物种分配", "speciation"),
        description=Text(
            "污染物到化学机理物种的质量份额；同一源类、同一污染物的份额合计不超过 1，不足部分记入守恒账。",
            "Mass shares of a pollutant in the species of a mechanism. The shares of one class and pollutant add to at most 1; "
            "what is missing goes into the ledger.",
        ),
        key=("temporal_class", "pollutant", "species"),
        columns=(
            Column(
                "temporal_class",
                Kind.TEXT,
                Text("源类", "class"),
                Text("时间分配系数的源类；* 为全部", "a class of the temporal profiles; * for every one"),
                required=True,
            ),
            Column(
                "pollutant",
                Kind.TEXT,
                Text("污染物", "pollutant"),
                Text(
                    "清单列名；PM25_other 为 PM2.5 减 BC、OC，PM_coarse 为 PM10 减 PM2.5",
                    "column of the inventory; PM25_other is PM2.5 less BC and OC, PM_coarse is PM10 less PM2.5",
                ),
                required=True,
            ),
            Column(
                "species", Kind.TEXT, Text("物种", "species"), Text("文件变量名", "variable of the file"), required=True
            ),
            Column(
                "share",
                Kind.NUMBER,
                Text("质量份额", "mass share"),
                Text("占污染物质量", "of the mass of the pollutant"),
                required=True,
                minimum=0,
                maximum=1,
            ),
            Column(
                "molar_mass",
                Kind.NUMBER,
                Text("摩尔质量", "molar mass"),
                Text(
                    "按清单计量的化合物；颗粒物留空",
                    "of the compound as which the mass is counted; blank for particles",
                ),
                unit="g/mol",
                minimum=0,
                exclusive_minimum=True,
            ),
        ),
    )
)
