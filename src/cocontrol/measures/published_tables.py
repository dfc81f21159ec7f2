"""Declared tables of published costs: figures as printed, exchange rates and price index, and the formulas between them."""

from __future__ import annotations

from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.measures.catalogue_tables import NO_SUBJECT, PARAMETERS, STATUSES

QUANTITIES = {
    "investment": Text("投资", "investment"),
    "operating": Text("运行费用", "operating cost"),
    "whole_cost": Text("总费用或补偿标准", "whole cost or compensation"),
    "unit_cost": Text("单位减排费用", "cost per tonne removed"),
    "price": Text("价格", "price"),
    "lifetime": Text("寿命", "lifetime"),
    "conversion": Text("换算参数", "conversion parameter"),
}
"""What a figure is about."""

USES = {
    "input": Text("用于“公开费用”目录", "used by the catalogue of published costs"),
    "ranking": Text("只供比较排序", "for ranking only"),
}

_SOURCE = Column("source", Kind.TEXT, Text("来源", "source"), Text("文件", "document"), required=True)

_CLAUSE = Column("clause", Kind.TEXT, Text("条款", "clause"), Text("条、表、页或编号", "clause, table or identifier"))

_STATUS = Column(
    "status", Kind.TEXT, Text("可靠程度", "status"), Text("这个数怎么来的", "how the number is known"), required=True,
    allowed=STATUSES,
)  # fmt: skip

_NOTE = Column("note", Kind.TEXT, Text("备注", "note"), Text("说明", "remark"))

_FORMULA = Column(
    "formula", Kind.TEXT, Text("换算式", "formula"),
    Text("费用数字编号的积、商、和、差", "products, quotients, sums and differences of figure identifiers"), required=True,
    pattern=r"[A-Z0-9_*/+\- ]+",
)  # fmt: skip

COST_FIGURE = Table(

        name="cost_figure",
        label=Text("费用数字", "cost figures"),
        description=Text(
            "每行一个公开的费用数字或换算参数，按原文的单位、币种和价格年份。",
            "One published figure or conversion parameter a row, in the unit, currency and price year of the document.",
        ),
        key=("figure_id",),
        columns=(
            Column(
                "figure_id", Kind.TEXT, Text("编号", "figure"), Text("唯一", "unique"), required=True, pattern=r"[A-Z0-9_]+"
            ),
            Column("technology_zh", Kind.TEXT, Text("技术", "technology (Chinese)"), Text("中文", "Chinese"), required=True),
            Column("technology_en", Kind.TEXT, Text("技术（英文）", "technology"), Text("英文", "English"), required=True),
            Column("applies_to", Kind.TEXT, Text("适用", "applies to"), Text("行业、规模", "industry, size")),
            Column(
                "quantity", Kind.TEXT, Text("性质", "quantity"), Text("什么数", "what it is"), required=True, allowed=QUANTITIES
            ),
            Column("pollutant", Kind.TEXT, Text("污染物", "pollutant"), Text("代码", "code")),
            Column("value", Kind.NUMBER, Text("数值", "value"), Text("原文数值", "as printed"), required=True),
            Column("lower", Kind.NUMBER, Text("下限", "lower"), Text("范围下限", "lower end")),
            Column("upper", Kind.NUMBER, Text("上限", "upper"), Text("范围上限", "upper end")),
            Column("unit", Kind.TEXT, Text("单位", "unit"), Text("原文单位", "as printed"), required=True),
            Column("price_year", Kind.INTEGER, Text("价格年份", "price year"), Text("币值的年份", "year of the money")),
            Column("place", Kind.TEXT, Text("国家", "country"), Text("ISO 代码", "ISO code")),
            _SOURCE,
            _CLAUSE,
            _STATUS,
            Column("use", Kind.TEXT, Text("用途", "use"), Text("能否用于求解", "what it may be used for"), required=True, allowed=USES),
            _NOTE,
        ),
)  # fmt: skip

PRICE_YEAR = Table(

        name="price_year",
        label=Text("汇率与物价", "exchange rates and prices"),
        description=Text(
            "逐年汇率和居民消费价格涨幅，用于把费用换成同一年的人民币。",
            "Yearly exchange rates and changes of consumer prices, to bring costs into yuan of one year.",
        ),
        key=("year",),
        columns=(
            Column("year", Kind.INTEGER, Text("年份", "year"), Text("公历年", "year"), required=True),
            Column("cny_per_usd", Kind.NUMBER, Text("元/美元", "CNY per USD"), Text("年均", "yearly average"), minimum=0),
            Column("eur_per_usd", Kind.NUMBER, Text("欧元/美元", "EUR per USD"), Text("年均", "yearly average"), minimum=0),
            Column("rate_source", Kind.TEXT, Text("汇率来源", "source of the rates"), Text("文件", "document")),
            Column("rate_status", Kind.TEXT, Text("汇率可靠程度", "status of the rates"), Text("同上", "the same"), allowed=STATUSES),
            Column("inflation", Kind.NUMBER, Text("物价涨幅", "inflation"), Text("比上年，%", "over the year before, %")),
            Column("inflation_source", Kind.TEXT, Text("物价来源", "source of inflation"), Text("文件", "document")),
            Column(
                "inflation_status", Kind.TEXT, Text("物价可靠程度", "status of inflation"), Text("同上", "the same"),
                allowed=STATUSES,
            ),
        ),
)  # fmt: skip

PUBLISHED_COST = Table(

        name="published_cost",
        label=Text("公开费用", "published costs"),
        description=Text(
            "措施的费用参数如何由费用数字换算而来。", "How cost numbers of measures follow from cost figures."
        ),
        key=("measure_id", "parameter", "subject"),
        columns=(
            Column("measure_id", Kind.TEXT, Text("措施编号", "measure"), Text("目录内", "of the catalogue"), required=True),
            Column(
                "parameter", Kind.TEXT, Text("参数", "parameter"), Text("哪个数", "which number"), required=True,
                allowed={name: entry.label for name, entry in PARAMETERS.items()},
            ),
            Column(
                "subject", Kind.TEXT, Text("对象", "subject"),
                Text(f"污染物代码；无则 {NO_SUBJECT}", f"pollutant code, {NO_SUBJECT} without"), required=True,
            ),
            _FORMULA,
            _NOTE,
        ),
)  # fmt: skip

PUBLISHED_PRICE = Table(

        name="published_price",
        label=Text("公开能源价格", "published energy prices"),
        description=Text(
            "能源价格如何由费用数字换算而来。", "How energy prices follow from cost figures."
        ),
        key=("carrier",),
        columns=(
            Column("carrier", Kind.TEXT, Text("能源品种", "carrier"), Text("燃料代码或 electricity", "fuel or electricity"), required=True),
            Column("unit", Kind.TEXT, Text("单位", "unit"), Text("目标单位", "unit of the price"), required=True),
            _FORMULA,
            _NOTE,
        ),
)  # fmt: skip
