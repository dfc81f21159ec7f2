"""Declared input of the sectors that are products × factors: amounts, local factors, devices and recovery."""

from __future__ import annotations

from dataclasses import replace

from cocontrol.core.common_columns import ADCODE, YEAR, choice
from cocontrol.core.pollutants import codes
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.inventory.sectors.columns import AMOUNT, SOURCE, UNIT, number
from cocontrol.inventory.sectors.products import all_products, sector_products

PRODUCT_SECTORS: dict[str, Text] = {
    "coal_mining": Text("煤炭开采", "coal mining"),
    "oil_gas": Text("石油天然气系统", "oil and natural gas"),
    "mineral": Text("矿物工业", "mineral industry"),
    "chemical": Text("化学工业", "chemical industry"),
    "metal": Text("金属工业", "metal industry"),
    "electronics_power_equipment": Text("电子和电力设备", "electronics and electrical equipment"),
    "other_process": Text("其他工业过程", "other industrial processes"),
    "solvent": Text("溶剂使用", "solvent use"),
    "storage": Text("油气储运", "storage and distribution"),
    "cooking": Text("餐饮油烟", "cooking"),
    "aviation": Text("航空起降", "aviation, landing and take-off"),
    "dust_area": Text("施工和土壤扬尘", "construction and soil dust"),
}
"""Sectors of this kind with their names, in printed order. The table of each is ``<sector>_activity``."""

_PRODUCT_TEXT = Text("从列表选择", "choose from the list")


def _declare(sector_id: str, label: Text) -> Table:
    product = choice("product", Text("产品或活动", "product"), _PRODUCT_TEXT, sector_products(sector_id))
    return TABLES.declare(
        Table(
            name=f"{sector_id}_activity",
            label=Text("{l}活动水平", "{l}: activity").format(l=label),
            description=Text(
                "{l}每年的产量、用量或设施数，每行一个产品。",
                "Output, use or number of facilities, one row per product and year.",
            ).format(l=label),
            key=("year", "adcode", "product"),
            columns=(YEAR, ADCODE, product, AMOUNT, UNIT, SOURCE),
        )
    )


ACTIVITY_TABLES: tuple[Table, ...] = tuple(_declare(name, label) for name, label in PRODUCT_SECTORS.items())
"""The activity table of each product sector."""

_ANY_PRODUCT = choice("product", Text("产品或活动", "product"), _PRODUCT_TEXT, all_products())
_POLLUTANT = choice(
    "pollutant",
    Text("污染物", "pollutant"),
    Text("污染物代码", "pollutant code"),
    {code: same(code) for code in (*codes("greenhouse_gas"), *codes("air_pollutant"))},
)
_FLAG = Column(
    "after_control",
    Kind.BOOLEAN,
    Text("已含治理", "after control"),
    Text("是：因子为治理后排放，不再乘去除效率", "yes: the factor is after control, no removal is applied again"),
    required=True,
)

LOCAL_FACTOR = TABLES.declare(
    Table(
        name="process_local_factor",
        label=Text("本地过程因子", "local process factors"),
        description=Text(
            "实测或本地研究的因子，优先于参考数据。单位为每单位产品的污染物质量，如 kg/t、t/t。",
            "Measured or local factors; they come before the reference data. Mass of pollutant per unit of product, such as kg/t.",
        ),
        key=("product", "line", "pollutant"),
        columns=(
            _ANY_PRODUCT,
            Column(
                "line",
                Kind.TEXT,
                Text("环节", "line"),
                Text("煤矿为 mining 或 post_mining，其余填 -", "mining or post_mining for coal, else -"),
                required=True,
                pattern="-|mining|post_mining",
            ),
            _POLLUTANT,
            number("value", Text("因子", "factor"), Text("每单位活动水平", "per unit of activity"), required=True),
            replace(UNIT, description=Text("如 kg/t、t/t、kg/count", "such as kg/t, t/t, kg/count")),
            _FLAG,
            SOURCE,
        ),
    )
)

BASES: dict[str, Text] = {
    "fleet_average": Text("全国平均（含停运和低效）", "fleet average (downtime and weak units included)"),
    "design": Text("设计值", "design value"),
    "measured": Text("实测值", "measured"),
}
"""What a removal efficiency stands for. Averages and design values differ two to three times and never mix."""

PROCESS_CONTROL = TABLES.declare(
    Table(
        name="process_control",
        label=Text("过程治理设施", "control of processes"),
        description=Text(
            "各产品对某污染物的治理技术、应用率、去除效率和效率口径。同一污染物的各项技术用于不同的份额，应用率之和不超过 1。",
            "Devices, application rates, removal efficiencies and what they stand for, by product and pollutant. Devices for one "
            "pollutant serve different shares of the activity; the rates sum to at most 1.",
        ),
        key=("product", "pollutant", "technology"),
        columns=(
            _ANY_PRODUCT,
            _POLLUTANT,
            Column(
                "technology",
                Kind.TEXT,
                Text("治理技术", "device"),
                Text("治理技术代码，见去除效率表", "code of the device as in the efficiency table"),
                required=True,
            ),
            number(
                "application_rate",
                Text("应用率", "application rate"),
                Text("有该设施的活动份额，0–1", "share of the activity that has the device, 0–1"),
                "1",
                required=True,
                maximum=1,
            ),
            number(
                "removal_efficiency",
                Text("去除效率", "removal efficiency"),
                Text("0–1；空则按口径取参考值", "0–1; empty takes the reference value of the basis"),
                "1",
                maximum=1,
            ),
            choice(
                "basis",
                Text("效率口径", "basis"),
                Text("不得混用平均值与设计值", "averages and design values never mix"),
                BASES,
            ),
            SOURCE,
        ),
    )
)

PROCESS_RECOVERY = TABLES.declare(
    Table(
        name="process_recovery",
        label=Text("回收和销毁", "recovery and destruction"),
        description=Text(
            "从产生量中扣除的回收利用或销毁量，如抽采利用的煤层气、回收的 SF6。",
            "What is recovered, used or destroyed and so deducted: drained mine gas in use, recovered SF6.",
        ),
        key=("year", "adcode", "product", "pollutant"),
        columns=(
            YEAR,
            ADCODE,
            _ANY_PRODUCT,
            _POLLUTANT,
            replace(AMOUNT, name="recovered", label=Text("回收或销毁量", "recovered"), required=True),
            replace(UNIT, description=Text("质量单位；甲烷可用 万标准立方米", "mass; methane also as 1e4*Nm3")),
            SOURCE,
        ),
    )
)

SHARED_TABLES = (LOCAL_FACTOR.name, PROCESS_CONTROL.name, PROCESS_RECOVERY.name)
"""Optional tables that every product sector reads."""
