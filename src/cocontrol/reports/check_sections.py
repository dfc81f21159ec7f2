"""What the checks found: balance, reference approach, missing figures, conservation."""

from __future__ import annotations

from typing import Any

import polars as pl

from cocontrol.io.results import CO2E_PREFIX, can_arise, substance_columns, substance_symbol
from cocontrol.reports.model import Block, Paragraph, Section, TableBlock
from cocontrol.reports.source import Source
from cocontrol.reports.words import mass, mass_unit, number

FINDINGS_SHOWN = 60
"""Findings printed; what is left out is counted."""


def finding_section(source: Source) -> Section | None:
    """Findings of the balance checker, heaviest first. They are leads for a person, not corrections."""
    if not source.run.has("finding"):
        return None
    findings = source.table("finding")
    title = source.say("核查：平衡表与清单", "Checks of balance and inventory")
    if findings.is_empty():
        return Section("findings", title, (Paragraph(source.say("没有发现问题。", "Nothing was found."), "good"),))
    lead = source.say(
        "以下是线索，不是更正：数据按原表使用，合计未作增减；每条写明应有值、实有值和所涉单元格。",
        "These are leads, not corrections: the data are used as printed and no total is changed; each names the expected "
        "and the actual value and the cells.",
    )
    headings = (
        source.words("级别", "level"),
        source.words("说明", "message"),
        source.numbers("应为", "expected"),
        source.numbers("实为", "found"),
        source.numbers("差值", "difference"),
        source.words("单位", "unit"),
        source.words("单元格", "cells"),
    )
    body = tuple(_finding_row(source, row) for row in findings.head(FINDINGS_SHOWN).iter_rows(named=True))
    left = findings.height - len(body)
    note = (
        source.say("另有 {n} 条见结果表 finding。", "{n} more in the result table finding.").format(n=left)
        if left
        else ""
    )
    block = TableBlock(source.say("核查发现", "findings"), headings, body, note=note)
    return Section("findings", title, (Paragraph(lead, "note"), block))


def _finding_row(source: Source, row: dict[str, Any]) -> tuple[str, ...]:
    return (
        source.labels.level(row["level"]),
        row[f"message_{source.language}"],
        number(row["expected"]),
        number(row["found"]),
        number(row["difference"]),
        source.labels.unit(row["unit"] or ""),
        _shortened(row["origin"]),
    )


def _shortened(origin: str | None, limit: int = 3) -> str:
    """The first source cells, without the file where it repeats; the others are counted."""
    cells = [part.strip() for part in (origin or "").split(";") if part.strip()]
    if not cells:
        return ""
    shown = [cells[0], *(cell.rpartition("!")[2] for cell in cells[1:limit])]
    return ", ".join(shown) + (f" … (+{len(cells) - limit})" if len(cells) > limit else "")


def reference_section(source: Source) -> Section | None:
    """Reference approach against sectoral approach: by fuel, and what makes the difference."""
    if not source.has("reference_approach"):
        return None
    lead = source.say(
        "参考方法从表观消费量算起，部门方法从燃烧量算起；二者之差由加工转换、回收、损失和统计差额解释。",
        "The reference approach starts from apparent consumption, the sectoral approach from fuel burnt; transformation, "
        "recovery, losses and the statistical difference explain the gap.",
    )
    blocks: list[Block] = [Paragraph(lead, "note"), _reference_table(source)]
    if source.has("reference_difference"):
        blocks.append(_difference_table(source))
    return Section("reference", source.say("参考方法", "Reference approach"), tuple(blocks))


def _reference_table(source: Source) -> TableBlock:
    energy, carbon = (
        ("reference_tj", "sectoral_tj", "difference_tj"),
        ("CO2_reference", "CO2_sectoral", "CO2_difference"),
    )
    table = source.table("reference_approach")
    names = (("参考方法", "reference"), ("部门方法", "sectoral"), ("差", "difference"))
    unit = mass_unit("CO2")[0].in_language(source.language)
    headings = (
        source.words("燃料", "fuel"),
        *(source.numbers(f"热量：{zh}", f"energy: {en}", "TJ") for zh, en in names),
        *(source.numbers(f"CO₂：{zh}", f"CO₂: {en}", unit) for zh, en in names),
    )
    body = [
        (source.labels.fuel(row["fuel"]), *(number(row[c]) for c in energy), *(mass("CO2", row[c]) for c in carbon))
        for row in table.iter_rows(named=True)
    ]
    sums = table.select(pl.col(*energy, *carbon).sum()).row(0, named=True)
    total = (
        source.say("合计", "total"),
        *(number(sums[c]) for c in energy),
        *(mass("CO2", sums[c]) for c in carbon),
    )
    caption = source.say("参考方法与部门方法，按燃料", "reference and sectoral approach, by fuel")
    return TableBlock(caption, headings, (*body, total), frozenset({len(body)}))


def _difference_table(source: Source) -> TableBlock:
    headings = (source.words("原因", "cause"), *source.masses(["CO2"]))
    table = source.table("reference_difference")
    body = [(row[f"note_{source.language}"], mass("CO2", row["CO2"])) for row in table.iter_rows(named=True)]
    total = (source.say("合计", "total"), mass("CO2", float(table.get_column("CO2").sum())))
    caption = source.say("差额由何而来", "what makes the difference")
    return TableBlock(caption, headings, (*body, total), frozenset({len(body)}))


def missing_section(source: Source) -> Section | None:
    """What has no figure, fuel by fuel, and why: never counted as zero."""
    if not source.has("emission", "coefficient_lineage"):
        return None
    rows = _missing_cells(source)
    if rows.is_empty():
        return None
    lead = source.say(
        "缺失不等于零。下表按燃料列出没有数值的污染物；原因取热量最大的一项，全部原因见结果表 coefficient_lineage。",
        "Missing is not zero. The table lists by fuel what has no figure; the reason shown is that of the largest amount "
        "of energy, all are in the result table coefficient_lineage.",
    )
    headings = (
        source.words("燃料", "fuel"),
        source.words("全部未估算", "not estimated at all"),
        source.words("部分部门未估算", "not estimated in some sectors"),
        source.numbers("单元数", "cells"),
        source.words("主要原因", "main reason"),
        source.numbers("其他原因数", "other reasons"),
    )
    fuels = rows.group_by("fuel", maintain_order=True).agg(pl.col("amount").max()).sort("amount", descending=True)
    body = tuple(_missing_row(source, fuel, rows.filter(pl.col("fuel") == fuel)) for fuel in fuels.get_column("fuel"))
    block = TableBlock(source.say("未估算的内容", "what is not estimated"), headings, body)
    return Section("missing", source.say("缺失与未估算", "Missing and not estimated"), (Paragraph(lead, "note"), block))


def _missing_row(source: Source, fuel: str, rows: pl.DataFrame) -> tuple[str, ...]:
    lacking = rows.group_by("pollutant", maintain_order=True).agg(pl.len(), pl.col("cells").first())
    whole = [substance_symbol(p) for p, count, cells in lacking.iter_rows() if count == cells]
    partly = [substance_symbol(p) for p, count, cells in lacking.iter_rows() if count < cells]
    reasons = rows.sort("amount", descending=True, nulls_last=True).get_column("reason").unique(maintain_order=True)
    return (
        source.labels.fuel(fuel),
        ", ".join(whole),
        ", ".join(partly),
        str(rows.height),
        reasons[0],
        str(reasons.len() - 1),
    )


def _missing_cells(source: Source) -> pl.DataFrame:
    """One row per cell and pollutant without a value: fuel, pollutant, amount, cells of the fuel, reason."""
    emission = source.table("emission")
    pollutants = [c for c in substance_columns(emission) if not c.startswith(CO2E_PREFIX)]
    keys = ("coefficient_id", "fuel", "amount", "cells")
    long = emission.with_columns(pl.len().over("fuel").alias("cells")).unpivot(
        index=keys, on=pollutants, variable_name="pollutant", value_name="value"
    )
    long = can_arise(long, source.table("coefficient_lineage"))
    lineage = source.table("coefficient_lineage").select(
        "coefficient_id", "pollutant", pl.col(f"reason_{source.language}").alias("reason")
    )
    lacking = source.say("活动水平缺失", "the activity amount is missing")
    joined = long.filter(pl.col("value").is_null()).join(
        lineage, on=("coefficient_id", "pollutant"), how="left", maintain_order="left"
    )
    return joined.with_columns(pl.col("reason").fill_null(lacking))


def ledger_section(source: Source) -> Section | None:
    """The conservation ledger, summed over sectors."""
    if not source.has("ledger"):
        return None
    sums = (
        source.table("ledger")
        .group_by("stage", "pollutant", maintain_order=True)
        .agg(pl.col("incoming", "outgoing", "dropped").sum(), pl.col("relative_gap").max())
    )
    headings = (
        source.words("环节", "stage"),
        source.words("物质", "substance"),
        source.numbers("流入", "incoming"),
        source.numbers("流出", "outgoing"),
        source.numbers("剔除", "dropped"),
        source.numbers("最大相对差", "largest relative gap"),
    )
    body = tuple(_ledger_row(source, row) for row in sums.iter_rows(named=True))
    note = source.say(
        "能量以 TJ 计，CO₂ 和 CO₂e 以{u}计，其他以吨计。各部门的剔除原因见结果表 ledger。",
        "Energy in TJ, CO₂ and CO₂e in {u}, the rest in t. Reasons by sector are in the result table ledger.",
    ).format(u=mass_unit("CO2")[0].in_language(source.language))
    block = TableBlock(source.say("各环节收支（各部门合计）", "by stage, all sectors"), headings, body, note=note)
    return Section("ledger", source.say("守恒账", "Conservation ledger"), (block,))


_STAGES = {
    "import": ("导入", "import"),
    "activity": ("活动水平", "activity"),
    "compute": ("计算", "compute"),
    "aggregate": ("汇总", "aggregate"),
    "export": ("导出", "export"),
}


def _ledger_row(source: Source, row: dict[str, Any]) -> tuple[str, ...]:
    is_energy = row["pollutant"].startswith("energy")
    amounts = [row[key] for key in ("incoming", "outgoing", "dropped")]
    shown = [number(value) if is_energy else mass(row["pollutant"], value) for value in amounts]
    stage = source.say(*_STAGES[row["stage"]]) if row["stage"] in _STAGES else row["stage"]
    name = source.say("能量", "energy") if is_energy else substance_symbol(row["pollutant"])
    return (stage, name, *shown, f"{row['relative_gap']:.1e}")
