"""Declared input of `cocontrol inventory landfill`: what was deposited, and what it is."""

from __future__ import annotations

from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text


def _share(name: str, label: Text, text: Text, *aliases: str) -> Column:
    return Column(name, Kind.NUMBER, label, text, required=True, minimum=0, maximum=1, aliases=aliases)


LANDFILL_DEPOSIT = TABLES.declare(
    Table(
        name="landfill_deposit",
        label=Text("填埋量", "landfill deposits"),
        description=Text(
            "每行一种垃圾成分一年的填埋量及其参数；年份为空表示每年相同。单位 Gg（千吨），与 IPCC 废弃物模型一致。",
            "One row per waste component and year: the mass deposited and what it is. An empty year means the same mass every "
            "year. Gg (thousand tonnes), as in the IPCC waste model.",
        ),
        key=(),
        columns=(
            Column(
                "component",
                Kind.TEXT,
                Text("垃圾成分", "waste component"),
                Text("如 food、paper、industry", "such as food, paper, industry"),
                required=True,
            ),
            Column(
                "year",
                Kind.INTEGER,
                Text("年份", "year"),
                Text("填埋年份；空为逐年相同", "year of deposit; empty for the same mass every year"),
                minimum=1800,
                maximum=2200,
            ),
            Column(
                "deposited_Gg",
                Kind.NUMBER,
                Text("填埋量", "mass deposited"),
                Text("湿重", "wet mass"),
                unit="Gg",
                required=True,
                minimum=0,
                aliases=("deposited_Gg_per_year_constant_1950_2030",),
            ),
            _share(
                "doc", Text("可降解有机碳", "degradable organic carbon"), Text("DOC，占湿重", "DOC, of the wet mass")
            ),
            _share("docf", Text("可分解比例", "fraction that decomposes"), Text("DOCf", "DOCf")),
            _share(
                "mcf",
                Text("甲烷修正因子", "methane correction factor"),
                Text("MCF；按场址类型加权", "MCF, weighted by type of site"),
            ),
            Column(
                "k_per_year",
                Kind.NUMBER,
                Text("降解速率", "decay rate"),
                Text("k = ln 2 / 半衰期；同一成分须不变", "k = ln 2 / half-life; one value for each component"),
                unit="1/a",
                required=True,
                minimum=0,
                exclusive_minimum=True,
                aliases=("k",),
            ),
            _share(
                "methane_fraction",
                Text("甲烷体积比", "methane fraction"),
                Text("填埋气中甲烷的体积比，常用 0.5", "methane in landfill gas by volume, usually 0.5"),
                "F",
            ),
            Column(
                "recovered_Gg",
                Kind.NUMBER,
                Text("甲烷回收量", "methane recovered"),
                Text("该行年份回收的甲烷；空为无", "methane recovered in the year of the row; empty for none"),
                unit="Gg",
                minimum=0,
            ),
        ),
    )
)
