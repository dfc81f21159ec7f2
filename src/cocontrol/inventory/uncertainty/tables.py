"""Declared input of `cocontrol inventory uncertainty` and `key-categories`: one row per category and gas."""

from __future__ import annotations

from dataclasses import replace

from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.inventory.uncertainty.distributions import SHAPE_LABELS, Shape

DEFAULT_METRIC = "CO2e"
"""Metric of a row that names none."""

LIMITED_SHAPES = {code: label for code, label in SHAPE_LABELS.items() if code != Shape.EMPIRICAL}
"""Distributions that two limits describe."""

_CATEGORY = Column(
    "category",
    Kind.TEXT,
    Text("源类别", "category"),
    Text("源类别代码或名称；空时以行号标识", "code or name of the source category; empty rows go by their row number"),
)
_GAS = Column(
    "gas", Kind.TEXT, Text("气体或污染物", "gas or pollutant"), Text("如 CO2、CH4、SO2", "such as CO2, CH4, SO2")
)
_METRIC = Column(
    "metric",
    Kind.TEXT,
    Text("计量口径", "metric"),
    Text(
        "数值的计量口径：CO2e（缺省）或某种污染物当量；不同口径从不相加",
        "what the tonnes count: CO2e (default) or a pollutant equivalent; metrics are never added",
    ),
)
_BASE = Column(
    "base_t",
    Kind.NUMBER,
    Text("基准年排放量", "base year emission"),
    Text("基准年，吨；清除为负；未知留空", "base year, tonnes; removals negative; empty where unknown"),
    unit="t",
)
_YEAR = Column(
    "year_t",
    Kind.NUMBER,
    Text("本年排放量", "emission of the year"),
    Text("清单年，吨；清除为负", "inventory year, tonnes; removals negative"),
    unit="t",
    required=True,
)
_AD = Column(
    "ad_uncertainty_pct",
    Kind.NUMBER,
    Text("活动水平不确定性", "activity data uncertainty"),
    Text("95% 置信区间的一半，占数值的百分比", "half of the 95 % confidence interval, percent of the value"),
    unit="%",
    required=True,
    minimum=0,
)
_EF = Column(
    "ef_uncertainty_pct",
    Kind.NUMBER,
    Text("排放因子不确定性", "emission factor uncertainty"),
    Text("95% 置信区间的一半，占数值的百分比", "half of the 95 % confidence interval, percent of the value"),
    unit="%",
    required=True,
    minimum=0,
)
_AD_CORRELATED = Column(
    "ad_correlated",
    Kind.BOOLEAN,
    Text("活动水平两年相关", "activity data correlated between years"),
    Text("空为否（IPCC 缺省）", "empty means no (the default of the Guidelines)"),
)
_EF_CORRELATED = Column(
    "ef_correlated",
    Kind.BOOLEAN,
    Text("排放因子两年相关", "emission factor correlated between years"),
    Text("空为是（IPCC 缺省）", "empty means yes (the default of the Guidelines)"),
)
_SHAPES = (
    Column(
        "ad_distribution",
        Kind.TEXT,
        Text("活动水平分布", "distribution of the activity data"),
        Text("方法 2 所用；空为 auto", "for Approach 2; empty means auto"),
        allowed=LIMITED_SHAPES,
    ),
    Column(
        "ef_distribution",
        Kind.TEXT,
        Text("排放因子分布", "distribution of the emission factor"),
        Text("方法 2 所用；空为 auto", "for Approach 2; empty means auto"),
        allowed=LIMITED_SHAPES,
    ),
)
_SHARED = (
    Column(
        "activity_id",
        Kind.TEXT,
        Text("活动水平编号", "activity id"),
        Text(
            "同一编号的行共用同一活动水平（如同一燃料的各气体）",
            "rows of one id share their activity (the gases of one fuel)",
        ),
    ),
    Column(
        "factor_id",
        Kind.TEXT,
        Text("因子编号", "factor id"),
        Text("同一编号的行共用同一因子", "rows of one id share their emission factor"),
    ),
)

UNCERTAINTY_INPUT = TABLES.declare(
    Table(
        name="uncertainty_input",
        label=Text("不确定性输入", "uncertainty input"),
        description=Text(
            "每行一个类别和气体：两年排放量、活动水平和排放因子的不确定性、两年之间是否相关。全表须同一计量口径（CO2e 吨）。",
            "One row per category and gas: emissions of two years, uncertainty of activity data and emission factor, and "
            "whether they are correlated between the years. The whole table has one metric (tonnes of CO2e).",
        ),
        key=(),
        columns=(_CATEGORY, _GAS, _BASE, _YEAR, _AD, _EF, _AD_CORRELATED, _EF_CORRELATED, *_SHAPES, *_SHARED),
    )
)

KEY_CATEGORY_INPUT = TABLES.declare(
    Table(
        name="key_category_input",
        label=Text("关键类别输入", "key category input"),
        description=Text(
            "每行一个类别和气体：两年排放量；方法 2 还需两项不确定性。可含多个计量口径，分别判定后合并。",
            "One row per category and gas: emissions of two years; Approach 2 needs both uncertainties too. Several metrics "
            "may stand in one table: each is judged alone, then they are joined.",
        ),
        key=(),
        columns=(
            _CATEGORY,
            _GAS,
            _METRIC,
            _BASE,
            _YEAR,
            *(replace(column, required=False) for column in (_AD, _EF)),
            _AD_CORRELATED,
            _EF_CORRELATED,
            *_SHAPES,
            *_SHARED,
        ),
    )
)
"""Takes everything that `UNCERTAINTY_INPUT` takes, so that one file serves both commands."""
