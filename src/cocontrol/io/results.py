"""Declarations of the tables that a run makes: headings in both languages, units, keys.

They feed the headings of exports and pages and the schemas of the data package. Pollutant columns are
made for the pollutants that a table really holds.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from cocontrol.core.notation import NotationKey
from cocontrol.core.pollutants import CO2E_SYMBOL, POLLUTANTS, codes, printed
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.io.declarations import declared_table
from cocontrol.reference.scopes import TotalScope, in_land_use, rows_in_scope

CO2E_PREFIX = "CO2e_"
"""Beginning of a CO2-equivalent column; the GWP set follows."""

CO2E_MISSING = "CO2e_missing"
"""Column naming the gases that a CO2 equivalent leaves out because they are not estimated."""

CO2E_GASES = codes("greenhouse_gas")
"""Gases that a CO2-equivalent column may hold."""

_T, _N, _I, _B = Kind.TEXT, Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN


def _column(name: str, kind: Kind, zh: str, en: str, unit: str | None = None) -> Column:
    return Column(name, kind, Text(zh, en), Text(zh, en), unit=unit)


_COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        _column("cell_id", _T, "单元编号", "cell id"),
        _column("source_id", _T, "排放源编号", "source id"),
        _column("adcode", _T, "行政区划代码", "adcode"),
        _column("period", _T, "时段", "period"),
        _column("category", _T, "源类别", "source category"),
        _column("fuel", _T, "燃料", "fuel"),
        _column("amount", _N, "活动水平", "activity amount"),
        _column("unit", _T, "单位", "unit"),
        _column(CO2E_MISSING, _T, "CO₂e 缺少的气体", "gases missing from CO₂e"),
        _column("coefficient_id", _T, "系数编号", "coefficient id"),
        _column("quality", _T, "数据质量", "data quality"),
        _column("origin", _T, "来源单元格", "source cell"),
        _column("control_state", _T, "治理状态", "control state"),
        _column("pollutant", _T, "污染物", "pollutant"),
        _column("value", _N, "数值", "value"),
        _column("formula", _T, "计算式", "formula"),
        _column("inputs", _T, "输入（JSON）", "inputs (JSON)"),
        _column("status", _T, "可靠程度", "status"),
        _column("notation", _T, "标记", "notation key"),
        _column("reason_zh", _T, "原因", "reason (Chinese)"),
        _column("reason_en", _T, "原因（英文）", "reason"),
        _column("stage", _T, "环节", "stage"),
        _column("sector", _T, "部门", "sector"),
        _column("incoming", _N, "流入", "incoming"),
        _column("outgoing", _N, "流出", "outgoing"),
        _column("dropped", _N, "剔除", "dropped"),
        _column("relative_gap", _N, "相对差", "relative gap"),
        _column("within_tolerance", _B, "在容差内", "within tolerance"),
        _column("rule", _T, "规则", "rule"),
        _column("level", _T, "级别", "level"),
        _column("subject", _T, "对象", "subject"),
        _column("expected", _N, "应为", "expected"),
        _column("found", _N, "实为", "found"),
        _column("difference", _N, "差值", "difference"),
        _column("message_zh", _T, "说明", "message (Chinese)"),
        _column("message_en", _T, "说明（英文）", "message"),
        _column("indicator_id", _T, "指标", "indicator"),
        _column("boundary", _T, "核算边界", "boundary"),
        _column("note_zh", _T, "备注", "note (Chinese)"),
        _column("note_en", _T, "备注（英文）", "note"),
        _column("rule_id", _T, "规则或目标编号", "rule or target id"),
        _column("subject_id", _T, "对象编号", "subject id"),
        _column("as_of", _T, "判定日", "as of"),
        _column("reasons_zh", _T, "理由", "reasons (Chinese)"),
        _column("reasons_en", _T, "理由（英文）", "reasons"),
        _column("facts", _T, "事实（JSON）", "facts (JSON)"),
        _column("parameters", _T, "参数（JSON）", "parameters (JSON)"),
        _column("clause", _T, "条款", "clause"),
        _column("template", _T, "规则模板", "rule template"),
        _column("missing", _T, "缺少的参数（JSON）", "missing parameters (JSON)"),
        _column("modality", _T, "约束力", "strength"),
        _column("document", _T, "文件", "document"),
        _column("words", _T, "原文", "words"),
        _column("start", _I, "起", "start"),
        _column("end", _I, "止", "end"),
        _column("region", _T, "地区", "region"),
        _column("parameter_rows", _T, "所用参数行", "parameter rows used"),
        _column("process", _T, "平衡项目", "process"),
        _column("use", _T, "用途", "use"),
        _column("basis", _T, "用电口径", "basis"),
        _column("kind", _T, "电网因子口径", "kind of grid factor"),
        _column("factor_id", _T, "因子编号", "factor id"),
        _column("fuel_name", _T, "原表燃料名", "fuel as printed"),
        _column("process_name", _T, "原表项目名", "process as printed"),
        _column("is_aggregate", _B, "是否合计品种", "is aggregate"),
        _column("term", _T, "差额项", "term"),
        _column("factor", _N, "排放系数", "coefficient", "t/TJ"),
        _column("apparent_tj", _N, "表观消费量", "apparent consumption", "TJ"),
        _column("non_energy_tj", _N, "非能源利用", "non-energy use", "TJ"),
        _column("reference_tj", _N, "参考方法热量", "energy, reference approach", "TJ"),
        _column("sectoral_tj", _N, "部门方法热量", "energy, sectoral approach", "TJ"),
        _column("difference_tj", _N, "热量差", "difference of energy", "TJ"),
        _column("to_transformation_tj", _N, "净投入转换", "net input to transformation", "TJ"),
        _column("recovered_tj", _N, "回收能", "recovered energy", "TJ"),
        _column("losses_tj", _N, "损失", "losses", "TJ"),
        _column("statistical_difference_tj", _N, "统计差额", "statistical difference", "TJ"),
        _column("unexplained_tj", _N, "未解释", "unexplained", "TJ"),
        _column("CO2_reference", _N, "CO₂ 参考方法", "CO₂, reference approach", "t"),
        _column("CO2_sectoral", _N, "CO₂ 部门方法", "CO₂, sectoral approach", "t"),
        _column("CO2_difference", _N, "CO₂ 差", "CO₂ difference", "t"),
        _column("name_zh", _T, "中文名称", "Chinese name"),
        _column("name_en", _T, "英文名称", "English name"),
        _column("parent", _T, "上级", "parent"),
        _column("scope", _T, "范围", "scope"),
        _column("emission_t", _N, "排放量", "emission", "t"),
        _column("mean_t", _N, "抽样均值", "mean of the draws", "t"),
        _column("p2_5_t", _N, "2.5% 分位", "2.5th percentile", "t"),
        _column("p97_5_t", _N, "97.5% 分位", "97.5th percentile", "t"),
        _column("half_width_pct", _N, "95% 区间半宽", "half-width of the 95 % interval", "%"),
        _column("drift_pct", _N, "界限漂移", "drift of the bounds", "%"),
        _column("interval", _T, "区间性质", "kind of interval"),
        _column("covered_share", _N, "两项界限都已知的份额", "share with limits of both", "1"),
        _column("activity_share", _N, "活动水平界限已知的份额", "share with limits of the activity", "1"),
        _column("factor_share", _N, "系数界限已知的份额", "share with limits of the coefficient", "1"),
        _column("variance_share", _N, "方差份额", "share of the variance", "1"),
        _column("draws", _I, "抽样次数", "draws"),
        _column("seed", _I, "随机种子", "seed"),
        _column("rank", _I, "名次", "rank"),
        _column("role", _T, "角色", "role"),
        _column("variable_id", _T, "变量", "variable"),
        _column("first_order_pct", _N, "一阶贡献", "first-order share", "%"),
        _column("total_order_pct", _N, "总贡献", "total-order share", "%"),
        _column("base_period", _T, "基准年", "base year"),
        _column("approach", _I, "方法", "approach"),
        _column("metric", _T, "计量口径", "metric"),
        _column("uncertainty_pct", _N, "合成不确定性", "combined uncertainty", "%"),
        _column("base_t", _N, "基准年排放", "emission of the base year", "t"),
        _column("year_t", _N, "本年排放", "emission of the year", "t"),
        _column("level_share", _N, "水平份额", "level share", "1"),
        _column("level_cumulative", _N, "水平累计", "cumulative level", "1"),
        _column("level_rank", _I, "水平名次", "level rank"),
        _column("trend", _N, "趋势评估值", "trend assessment"),
        _column("trend_share", _N, "趋势份额", "trend share", "1"),
        _column("trend_cumulative", _N, "趋势累计", "cumulative trend", "1"),
        _column("trend_rank", _I, "趋势名次", "trend rank"),
        _column("is_key_level", _B, "水平关键", "key by level"),
        _column("is_key_trend", _B, "趋势关键", "key by trend"),
        _column("metric_count", _I, "关键的口径数", "metrics in which it is key"),
        _column("metrics", _I, "口径总数", "metrics"),
        _column("is_key_in_all", _B, "各口径均关键", "key in every metric"),
        _column("key_for", _T, "关键原因", "key for"),
        _column("mean_level_share", _N, "平均水平份额", "mean level share", "1"),
        _column("state", _T, "状况", "state"),
        _column("pollutant_group", _T, "污染物组", "group"),
        _column("value_t", _N, "排放量", "emission", "t"),
        _column("cells", _I, "单元数", "cells"),
        _column("missing_cells", _I, "缺失单元数", "cells missing"),
        _column("owed_by_zh", _T, "数据责任部门", "department that owes the data (Chinese)"),
        _column("owed_by_en", _T, "数据责任部门（英文）", "department that owes the data"),
        _column("table", _T, "数据表", "table"),
        _column("code_system", _T, "代码体系", "code system"),
        _column("is_inserted", _B, "是否补入", "is inserted"),
        _column("valid_from", Kind.DATE, "生效日", "valid from"),
        _column("valid_to", Kind.DATE, "失效日", "valid to"),
        _column("note", _T, "备注", "note"),
    )
}

_LABELS: dict[str, Text] = {
    "activity": Text("活动水平", "activity data"),
    "coefficient": Text("排放系数", "coefficients"),
    "coefficient_lineage": Text("系数来历", "lineage of the coefficients"),
    "emission": Text("排放清单", "emission inventory"),
    "emission_by_sector": Text("分部门排放", "emissions by sector"),
    "ledger": Text("守恒账", "conservation ledger"),
    "finding": Text("平衡表核查结果", "findings of the balance check"),
    "indicator": Text("指标", "indicators"),
    "verdict": Text("判定", "verdicts"),
    "plan_rule": Text("方案规则", "rules of the plans"),
    "rule_verdict": Text("规则判定", "verdicts on rules"),
    "region": Text("行政区划", "regions"),
    "reference_approach": Text("参考方法", "reference approach"),
    "reference_difference": Text("参考方法与部门方法的差额", "gap between the approaches"),
    "electricity_indirect": Text("电力间接排放", "indirect emissions of electricity"),
    "uncertainty": Text("不确定性", "uncertainty"),
    "uncertainty_contribution": Text("不确定性贡献", "contributions to the uncertainty"),
    "key_category": Text("关键类别", "key categories"),
    "key_category_joint": Text("共同关键类别", "joint key categories"),
    "completeness": Text("完整性", "completeness"),
}

KEYS: dict[str, tuple[str, ...]] = {
    "activity": ("source_id", "period"),
    "coefficient": ("coefficient_id",),
    "coefficient_lineage": ("coefficient_id", "pollutant"),
    "emission": ("cell_id",),
    "emission_by_sector": ("adcode", "period", "category"),
    "indicator": ("indicator_id", "adcode", "period", "boundary", "variant"),
    "verdict": ("rule_id", "subject_id", "as_of"),
    "plan_rule": ("rule_id",),
    "rule_verdict": ("rule_id", "subject_id", "as_of"),
    "region": ("adcode",),
    "energy_balance": ("adcode", "year", "fuel", "process"),
    "reference_approach": ("adcode", "period", "fuel"),
    "reference_difference": ("adcode", "period", "term"),
    "uncertainty_contribution": ("adcode", "period", "pollutant", "rank"),
    "key_category": ("adcode", "approach", "metric", "category", "pollutant"),
    "key_category_joint": ("adcode", "category"),
    "completeness": ("adcode", "period", "category", "pollutant"),
}
"""Key columns of the result tables that have one."""

_EMISSION_TABLES = {"emission", "emission_by_sector", "electricity_indirect"}


def result_table(name: str, frame: pl.DataFrame) -> Table:
    """The declaration of a result table as it stands: known columns by declaration, others by their type.

    A table that repeats an input (``facility`` …) takes the declaration of that input.
    """
    declared = declared_table(name)
    known = {column.name: column for column in declared.columns} if declared else {}
    per_unit = name == "coefficient"
    columns = tuple(
        known.get(column)
        or _COLUMNS.get(column)
        or _substance_column(column, per_unit=per_unit)
        or _typed(column, kind)
        for column, kind in frame.schema.items()
    )
    wanted = KEYS.get(name) or (declared.key if declared else ())
    key = wanted if set(wanted) <= set(frame.columns) else ()
    label = declared.label if declared else _LABELS.get(name, same(name))
    description = declared.description if declared else label
    return Table(name, label, description, key, columns)


def substance_columns(frame: pl.DataFrame) -> list[str]:
    """The pollutant and CO2e columns of a wide table, in printed order."""
    known = [p.code for p in POLLUTANTS if p.code in frame.columns]
    return known + [c for c in frame.columns if c.startswith(CO2E_PREFIX) and frame.schema[c].is_float()]


def applies(name: str, lineage: pl.DataFrame, *, with_elsewhere: bool = False) -> pl.Expr:
    """Whether a substance can arise from a row at all: it has a value, or a line of its coefficient in the lineage.

    A table of many sectors has columns that most rows have nothing to do with (SF6 of coal burnt): their nulls are not missing,
    and neither is what is included elsewhere (IE), unless `with_elsewhere`. A substance that no line names may be in every row.
    """
    names = CO2E_GASES if name.startswith(CO2E_PREFIX) else (name,)
    lines = lineage.filter(pl.col("pollutant").is_in(names))
    if lines.is_empty():
        return pl.col(name).is_null() | pl.col(name).is_not_null()
    if not with_elsewhere and "notation" in lineage.columns:
        lines = lines.filter(pl.col("notation").ne_missing(NotationKey.IE.value))
    with_line = lines["coefficient_id"].unique().to_list()
    known = lineage["coefficient_id"].unique().to_list()
    identifier = pl.col("coefficient_id")
    return pl.col(name).is_not_null() | identifier.is_null() | identifier.is_in(with_line) | ~identifier.is_in(known)


def can_arise(values: pl.DataFrame, lineage: pl.DataFrame) -> pl.DataFrame:
    """The rows of a long table (coefficient_id, pollutant, …) whose pollutant can arise at all, see `applies`."""
    pairs = lineage.select("coefficient_id", "pollutant", pl.lit(value=True).alias("_has_line")).unique()
    joined = values.join(pairs, on=("coefficient_id", "pollutant"), how="left", maintain_order="left")
    identifier = pl.col("coefficient_id")
    unknown = identifier.is_null() | ~identifier.is_in(lineage["coefficient_id"].unique().to_list())
    return joined.filter(pl.col("_has_line").is_not_null() | unknown).drop("_has_line")


def substance_symbol(column: str) -> str:
    """How a pollutant column is printed: ``CO₂``, ``PM₂.₅``, ``CO₂e (AR5GWP100)``."""
    if column.startswith(CO2E_PREFIX):
        return f"{CO2E_SYMBOL.en} ({column.removeprefix(CO2E_PREFIX)})"
    return printed(column)


def column_label(name: str) -> Text:
    """The heading of a result column; the name itself where none is declared."""
    known = _COLUMNS.get(name)
    return known.label if known else same(substance_symbol(name))


def _substance_column(name: str, *, per_unit: bool) -> Column | None:
    unit = "t/unit" if per_unit else "t"
    if name.startswith(CO2E_PREFIX):
        label = same(substance_symbol(name))
        return Column(name, _N, label, Text("二氧化碳当量", "CO2 equivalent"), unit=unit)
    for pollutant in POLLUTANTS:
        if pollutant.code == name:
            return Column(name, _N, same(pollutant.symbol), pollutant.label, unit=unit)
    return None


def _companion(name: str) -> Column | None:
    """A column that says something about another: ``<substance>_missing``, ``<column>_notation``."""
    if name.endswith("_missing"):
        of = substance_symbol(name.removesuffix("_missing"))
        return _column(name, _I, f"{of} 缺失单元数", f"{of}: cells missing")
    if name.endswith("_notation"):
        return _column(name, _T, "标记", "notation key")
    return None


def _typed(name: str, kind: pl.DataType) -> Column:
    made = _B if kind == pl.Boolean else _I if kind.is_integer() else _N if kind.is_numeric() else _T
    made = Kind.DATE if kind == pl.Date else made
    return Column(name, made, same(name), same(name))


GENERATION = "generation"
"""Stage of coefficients that stop before removal: their product is generation (产生量), not emission."""


def generation_pairs(lineage: pl.DataFrame) -> pl.DataFrame:
    """Pairs of coefficient and pollutant whose product is generation before removal: ``coefficient_id, pollutant``."""
    if "stage" not in lineage.columns:
        return pl.DataFrame(schema={"coefficient_id": pl.String, "pollutant": pl.String})
    return lineage.filter(pl.col("stage") == GENERATION).select("coefficient_id", "pollutant")


TOTALS_SCHEMA = {
    "pollutant": pl.String, "total": pl.Float64, "land_use": pl.Float64, "total_with_land_use": pl.Float64,
    "cells": pl.Int64, "missing": pl.Int64, "partial": pl.Int64,
    "coverage": pl.Float64, "generation": pl.Float64, "recalled": pl.Float64,
}  # fmt: skip


def substance_totals(emission: pl.DataFrame, lineage: pl.DataFrame) -> pl.DataFrame:
    """One row per substance of the emission table: what is known of its total, and how well.

    Columns: ``pollutant``; ``total`` (t, sum of the cells that have a value, null where none has), without land use,
    see `cocontrol.reference.scopes`; ``land_use`` (t, of category 3B; null where it holds no value) and
    ``total_with_land_use`` (t, their sum; null where ``land_use`` is). What follows is of ``total``: ``cells``, ``missing`` (cells without a value) and ``partial`` (CO2 equivalents that lack a gas);
    ``coverage`` (share of the activity behind the cells that have a value; null where units differ);
    ``generation`` (t, the part before removal); ``recalled`` (share of the total that rests on a recalled
    parameter, null where the total is null or zero).
    """
    rows = [_substance_total(name, emission, lineage) for name in substance_columns(emission)]
    return pl.DataFrame(rows, schema=TOTALS_SCHEMA)


def _substance_total(name: str, emission: pl.DataFrame, lineage: pl.DataFrame) -> dict[str, Any]:
    emission = emission.filter(applies(name, lineage))
    land = emission.filter(in_land_use()).get_column(name).drop_nulls()
    land_use = float(land.sum()) if land.len() else None
    emission = rows_in_scope(emission, TotalScope.WITHOUT_LAND_USE)
    values = emission.select("coefficient_id", pl.col(name).alias("value")).drop_nulls("value")
    total = float(values.get_column("value").sum()) if values.height else None
    before = generation_pairs(lineage).filter(pl.col("pollutant") == name).get_column("coefficient_id")
    is_equivalent = name.startswith(CO2E_PREFIX)
    gases = {name, *(CO2E_GASES if is_equivalent else ())}
    weak = lineage.filter((pl.col("status") == "recalled") & pl.col("pollutant").is_in(sorted(gases)))
    recalled = _sum_of(values, weak.get_column("coefficient_id"))
    lacking = emission.get_column(CO2E_MISSING) if is_equivalent and CO2E_MISSING in emission.columns else None
    return {
        "pollutant": name,
        "total": total,
        "land_use": land_use,
        "total_with_land_use": None if land_use is None else (total or 0.0) + land_use,
        "cells": emission.height,
        "missing": emission.height - values.height,
        "partial": 0 if lacking is None else lacking.drop_nulls().len(),
        "coverage": _coverage(name, emission),
        "generation": _sum_of(values, before),
        "recalled": recalled / total if total else None,
    }


def _sum_of(values: pl.DataFrame, coefficient_ids: pl.Series) -> float:
    chosen = values.filter(pl.col("coefficient_id").is_in(coefficient_ids.implode()))
    return float(chosen.get_column("value").sum())


def _coverage(name: str, emission: pl.DataFrame) -> float | None:
    if not {"amount", "unit"} <= set(emission.columns) or emission.get_column("unit").n_unique() != 1:
        return None
    whole = float(emission.get_column("amount").abs().sum())
    known = float(emission.filter(pl.col(name).is_not_null()).get_column("amount").abs().sum())
    return known / whole if whole else None
