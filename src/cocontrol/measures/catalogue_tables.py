"""Declared tables of a measure catalogue: what a measure changes, every number of it with its source, energy prices."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text

NO_SUBJECT = "-"
"""Stands in `subject` where a number is about the measure as a whole."""


class MeasureKind(StrEnum):
    """What a measure changes; `ORDER` gives the order in which kinds act on one source."""

    ACTIVITY = "activity"
    FUEL = "fuel"
    PROCESS = "process"
    END_OF_PIPE = "end_of_pipe"


ORDER = (MeasureKind.ACTIVITY, MeasureKind.FUEL, MeasureKind.PROCESS, MeasureKind.END_OF_PIPE)

KINDS = {
    MeasureKind.ACTIVITY: Text("活动水平", "activity"),
    MeasureKind.FUEL: Text("燃料替代", "fuel"),
    MeasureKind.PROCESS: Text("工艺改造", "process"),
    MeasureKind.END_OF_PIPE: Text("末端治理", "end of pipe"),
}

STAGES = {
    "desulphurisation": Text("脱硫", "desulphurisation"),
    "denitrification": Text("脱硝", "denitrification"),
    "dedusting": Text("除尘", "dust removal"),
    "polishing": Text("湿式深度除尘", "wet polishing"),
    "voc_abatement": Text("VOCs 治理", "VOC abatement"),
    "gas_capture": Text("气体收集", "gas capture"),
    "other": Text("其他", "other"),
}
"""End-of-pipe stages; a source has at most one device in each."""

STATUSES = {
    "verified": Text("已核对原文", "seen in the source"),
    "recalled": Text("凭记忆待核对", "recalled, to be checked"),
    "declared": Text("用户给定", "declared by the user"),
    "synthetic": Text("虚构仅作演示", "synthetic, for demonstration"),
}


class Parameter(NamedTuple):
    """A number that a measure may have; `subject` says what its subject column names."""

    label: Text
    unit: str
    subject: str = ""
    lowest: float | None = None
    highest: float | None = None


PARAMETERS = {
    "activity_multiplier": Parameter(Text("活动水平剩余比例", "share of the activity that stays"), "1", lowest=0),
    "replacement_ratio": Parameter(
        Text("每单位原燃料所需新燃料", "new fuel per unit of the fuel replaced"), "1", lowest=0
    ),
    "removal": Parameter(Text("去除率", "removal, negative where it adds"), "1", "pollutant", highest=1),
    "fuel_penalty": Parameter(Text("燃料增加比例", "additional share of fuel burnt"), "1", lowest=0),
    "electricity_use": Parameter(Text("耗电量", "electricity used, negative where generated"), "MWh/unit"),
    "reagent_co2": Parameter(
        Text("每去除一吨该污染物的药剂 CO2", "reagent CO2 per tonne of the pollutant removed"), "t/t", "pollutant", 0
    ),
    "target_coefficient": Parameter(
        Text("新燃料的排放系数", "emission coefficient of the new fuel"), "t/unit", "pollutant", 0
    ),
    "max_application": Parameter(Text("最大适用比例", "largest share it may be applied to"), "1", "", 0, 1),
    "lifetime": Parameter(Text("寿命", "lifetime"), "year", lowest=1),
    "investment": Parameter(Text("单位活动投资", "investment per unit of yearly activity"), "CNY/unit", lowest=0),
    "operating_cost": Parameter(Text("不含能源的年运行费用", "yearly operating cost without energy"), "CNY/unit"),
    "all_in_cost": Parameter(
        Text("含投资折旧和能源的年总费用", "whole yearly cost with capital recovery and energy"), "CNY/unit"
    ),
    "removal_cost": Parameter(
        Text("每去除一吨该污染物的年费用", "yearly cost per tonne of the pollutant removed"), "CNY/t", "pollutant"
    ),
}
"""Numbers of a measure. ``unit`` in a unit is the unit of activity that the measure names."""


def unit_of(parameter: str, activity_unit: str) -> str:
    """The unit of a number of a measure whose activity is counted in `activity_unit`."""
    return PARAMETERS[parameter].unit.replace("unit", activity_unit)


_ID = Column(
    "measure_id", Kind.TEXT, Text("措施编号", "measure"), Text("目录内唯一", "unique in the catalogue"), required=True,
    pattern=r"[A-Za-z0-9_.\-]+", aliases=("CMAbbreviation",),
)  # fmt: skip

_STATUS = Column(
    "status", Kind.TEXT, Text("可靠程度", "status"), Text("这个数怎么来的", "how the number is known"), required=True,
    allowed=STATUSES,
)  # fmt: skip

_SOURCE = Column("source", Kind.TEXT, Text("来源", "source"), Text("文件或台账", "document or register"), required=True)

_NOTE = Column("note", Kind.TEXT, Text("备注", "note"), Text("说明", "remark"))


def _list(name: str, label: Text, text: Text) -> Column:
    return Column(name, Kind.TEXT, label, text)


MEASURE = Table(

        name="measure",
        label=Text("措施目录", "measure catalogue"),
        description=Text(
            "每行一项措施：改变什么、作用于哪些源。数值在“措施参数”表，每个数有来源。",
            "One row per measure: what it changes and which sources it acts on. Its numbers stand in the table of "
            "measure numbers, each with a source.",
        ),
        key=("measure_id",),
        columns=(
            _ID,
            Column("name_zh", Kind.TEXT, Text("名称", "name"), Text("中文名称", "name in Chinese"), required=True),
            Column("name_en", Kind.TEXT, Text("英文名称", "English name"), Text("英文名称", "name in English")),
            Column(
                "kind", Kind.TEXT, Text("类型", "kind"),
                Text("先活动水平、燃料、工艺，后末端", "activity, fuel and process come before end of pipe"),
                required=True, allowed={kind.value: label for kind, label in KINDS.items()},
            ),
            Column(
                "stage", Kind.TEXT, Text("治理环节", "stage"),
                Text("末端治理必填；同一环节至多一台", "required for end of pipe; one device in each stage"),
                allowed=STAGES,
            ),
            Column(
                "categories", Kind.TEXT, Text("源类别", "categories"),
                Text("类别代码，分号隔开；含其下级", "category codes parted by semicolons; those below are included"),
                required=True,
            ),
            _list("fuels", Text("燃料", "fuels"), Text("燃料代码，分号隔开；空为不限", "fuel codes; empty: any")),
            _list("target_fuel", Text("新燃料", "new fuel"), Text("燃料替代必填", "required for a change of fuel")),
            Column(
                "activity_unit", Kind.TEXT, Text("活动单位", "unit of activity"),
                Text("如 TJ、t、head", "such as TJ, t, head"), required=True,
            ),
            _list(
                "incompatible", Text("不能并用", "incompatible"),
                Text("措施编号，分号隔开", "measures that cannot be combined with it"),
            ),
            _list(
                "requires", Text("前提", "prerequisites"),
                Text("须先实施的措施编号", "measures that must come before it"),
            ),
            _SOURCE,
            _NOTE,
        ),
)  # fmt: skip

MEASURE_NUMBER = Table(

        name="measure_number",
        label=Text("措施参数", "measure numbers"),
        description=Text(
            "每行一个数：去除率、能耗、投资、费用、寿命等，各有来源。没有的数不填，不等于零。",
            "One number per row: removal, energy, investment, cost, lifetime, each with its source. A number that is "
            "not known is left out; it is not zero.",
        ),
        key=("measure_id", "parameter", "subject"),
        columns=(
            _ID,
            Column(
                "parameter", Kind.TEXT, Text("参数", "parameter"), Text("哪个数", "which number"), required=True,
                allowed={name: entry.label for name, entry in PARAMETERS.items()},
            ),
            Column(
                "subject", Kind.TEXT, Text("对象", "subject"),
                Text("污染物代码；无则填 -", "pollutant code; - where there is none"), required=True,
            ),
            Column(
                "value", Kind.NUMBER, Text("数值", "value"),
                Text("不填单位时按参数的单位，见说明文档", "without a unit in that of the parameter, see the documentation"),
                required=True,
            ),
            Column(
                "unit", Kind.TEXT, Text("单位", "unit"),
                Text(
                    "可不填；填了就换算，如 万元/TJ、kWh/TJ、%", "may be empty; a unit is converted, such as 万元/TJ, kWh/TJ, %"
                ),
            ),
            Column("lower", Kind.NUMBER, Text("下限", "lower"), Text("合理范围下限", "lower end of the range")),
            Column("upper", Kind.NUMBER, Text("上限", "upper"), Text("合理范围上限", "upper end of the range")),
            Column(
                "basis", Kind.TEXT, Text("口径", "basis"),
                Text("设计值或平均值，不能混用", "design or fleet average; the two are not mixed"),
                allowed={
                    "design": Text("设计值", "design"),
                    "fleet_average": Text("平均值", "fleet average"),
                },
            ),
            _SOURCE,
            Column("clause", Kind.TEXT, Text("条款", "clause"), Text("表号、页码或编号", "table, page or identifier")),
            _STATUS,
            _NOTE,
        ),
)  # fmt: skip

ENERGY_PRICE = Table(

        name="energy_price",
        label=Text("能源价格", "energy prices"),
        description=Text(
            "燃料每活动单位（多为 TJ）、电力每 MWh 的价格，用于措施的能源费用。",
            "Prices of fuels per unit of activity (mostly TJ) and of electricity per MWh, for the energy cost of measures.",
        ),
        key=("carrier",),
        columns=(
            Column(
                "carrier", Kind.TEXT, Text("能源品种", "carrier"),
                Text("燃料代码或 electricity", "fuel code or electricity"), required=True,
            ),
            Column(
                "price", Kind.NUMBER, Text("价格（元）", "price (CNY)"),
                Text("燃料：元/活动单位；电力：元/MWh", "fuels: CNY per unit of activity; electricity: CNY per MWh"),
                required=True, minimum=0,
            ),
            _SOURCE,
            _STATUS,
            _NOTE,
        ),
)  # fmt: skip
