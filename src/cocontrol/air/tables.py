"""Declared tables of the plug-in: the source-receptor matrix, its receptors, and the people who breathe there."""

from __future__ import annotations

from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text


def _text(name: str, zh: str, en: str, *, required: bool = True, description: Text | None = None) -> Column:
    return Column(name, Kind.TEXT, Text(zh, en), description or Text(zh, en), required=required)


def _number(
    name: str, zh: str, en: str, unit: str | None = None, *, required: bool = True, minimum: float | None = None
) -> Column:
    return Column(name, Kind.NUMBER, Text(zh, en), Text(zh, en), unit=unit, required=required, minimum=minimum)


SOURCE_RECEPTOR = TABLES.declare(
    Table(
        name="source_receptor",
        label=Text("源—受体系数", "source-receptor coefficients"),
        description=Text(
            "每行一个源地区、污染物到一个受体的年均浓度系数；来源与基准年必填，没有矩阵就不输出浓度。",
            "One row per source, pollutant and receptor: annual mean per tonne. Source document and base year are required; "
            "without a matrix no concentration is printed.",
        ),
        key=("source", "receptor", "pollutant", "stack_class"),
        columns=(
            _text("source", "源地区", "source"),
            _text("receptor", "受体", "receptor"),
            _text("pollutant", "污染物", "pollutant"),
            Column(
                "stack_class",
                Kind.TEXT,
                Text("排放高度", "stack class"),
                Text("ground、low 或 high；不分时写 all", "ground, low or high; all where it is not told apart"),
                required=True,
            ),
            _number("coefficient", "系数", "coefficient", "ug/m3 per t/a"),
            _number("reference_emission", "基准排放", "reference emission", "t/a", minimum=0),
            Column(
                "valid_range",
                Kind.NUMBER,
                Text("适用变化幅度", "valid range"),
                Text("相对基准排放的最大变化，如 0.5", "largest relative change of the emission, such as 0.5"),
                required=True,
                minimum=0,
            ),
            Column("base_year", Kind.INTEGER, Text("基准年", "base year"), Text("系数的年份", "year"), required=True),
            Column(
                "primary",
                Kind.BOOLEAN,
                Text("一次颗粒物", "primary"),
                Text("一次颗粒物的系数不得为负", "coefficients of primary particles are not negative"),
                required=True,
            ),
            _text("source_document", "来源文件", "source document"),
        ),
    )
)

RECEPTOR = TABLES.declare(
    Table(
        name="receptor",
        label=Text("受体", "receptors"),
        description=Text(
            "每行一个受体的现状 PM2.5 年均浓度与背景值。", "One row per receptor: annual PM2.5 and its background."
        ),
        key=("receptor",),
        columns=(
            _text("receptor", "受体", "receptor"),
            _number("concentration", "现状浓度", "concentration", "ug/m3", minimum=0),
            _number("background", "背景值", "background", "ug/m3", minimum=0),
        ),
    )
)

EMISSION_CHANGE = TABLES.declare(
    Table(
        name="emission_change",
        label=Text("排放变化", "emission changes"),
        description=Text("每行一个源地区一种污染物的新排放量。", "One row per source and pollutant: its new emission."),
        key=("source", "pollutant", "stack_class"),
        columns=(
            _text("source", "源地区", "source"),
            _text("pollutant", "污染物", "pollutant"),
            _text("stack_class", "排放高度", "stack class"),
            _number("emission", "新排放量", "new emission", "t/a", minimum=0),
        ),
    )
)

EXPOSURE = TABLES.declare(
    Table(
        name="exposure",
        label=Text("暴露与死亡率", "exposure and mortality"),
        description=Text(
            "每行一个地区、年龄组、病因：人口、死亡率、治理前后的 PM2.5 年均浓度。",
            "One row per place, age group and cause: people, death rate, annual PM2.5 before and after.",
        ),
        key=("place", "ages", "cause"),
        columns=(
            _text("place", "地区", "place"),
            _text("ages", "年龄组", "ages"),
            Column(
                "cause",
                Kind.TEXT,
                Text("病因", "cause"),
                Text(
                    "ncd_lri，或 ihd、stroke、copd、lung_cancer、lri", "ncd_lri, or ihd, stroke, copd, lung_cancer, lri"
                ),
                required=True,
            ),
            _number("population", "人口", "population", minimum=0),
            Column(
                "mortality",
                Kind.NUMBER,
                Text("死亡率", "mortality"),
                Text("每人每年", "per person and year"),
                required=True,
                minimum=0,
                maximum=1,
            ),
            _number("before", "治理前浓度", "concentration before", "ug/m3", minimum=0),
            _number("after", "治理后浓度", "concentration after", "ug/m3", minimum=0),
        ),
    )
)
