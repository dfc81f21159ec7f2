"""Indicators and verdicts."""

from __future__ import annotations

from typing import Any

import polars as pl

from cocontrol.core.text import Language
from cocontrol.core.verdicts import VerdictValue
from cocontrol.indicators.catalogue import AS_PUBLISHED
from cocontrol.reports.model import Paragraph, Section, TableBlock
from cocontrol.reports.source import Source
from cocontrol.reports.words import choose, number


def indicator_section(source: Source) -> Section | None:
    """Calculated indicators that have a value, side by side; why the others have none, once per reason."""
    if not source.has("indicator"):
        return None
    calculated = source.table("indicator").filter(pl.col("boundary") != AS_PUBLISHED)
    if calculated.is_empty():
        return None
    headings = (
        source.words("指标", "indicator"),
        source.words("年份", "year"),
        source.words("口径", "boundary"),
        source.words("版次", "variant"),
        source.numbers("数值", "value"),
        source.words("单位", "unit"),
        source.words("可靠程度", "status"),
        source.words("备注", "note"),
    )
    body = tuple(_indicator_row(source, row) for row in calculated.drop_nulls("value").iter_rows(named=True))
    lead = source.say(
        "不同口径、价格基准和统计版次并列，不得混用；缺数据的年份为空，从不内插。",
        "Boundaries, price bases and vintages stand side by side and are not mixed; a year without data is empty, never "
        "interpolated.",
    )
    blocks = (
        Paragraph(lead, "note"),
        TableBlock(source.say("有数值的指标", "indicators with a value"), headings, body),
        _without_value(source, calculated),
    )
    return Section("indicators", source.say("指标", "Indicators"), blocks)


def _indicator_row(source: Source, row: dict[str, Any]) -> tuple[str, ...]:
    labels = source.labels
    return (
        labels.indicator(row["indicator_id"]),
        row["period"],
        labels.boundary(row["boundary"]),
        labels.variant(row["variant"]),
        number(row["value"]),
        labels.unit(row["unit"]),
        labels.status(row["status"]),
        row[f"note_{source.language}"] or "",
    )


def _without_value(source: Source, calculated: pl.DataFrame) -> TableBlock:
    gaps = (
        calculated.filter(pl.col("value").is_null())
        .group_by("indicator_id", "boundary", "variant", maintain_order=True)
        .agg(
            pl.col("period").min().alias("first"),
            pl.col("period").max().alias("last"),
            pl.len().alias("years"),
            pl.col(f"note_{source.language}").last().alias("reason"),
        )
    )
    headings = (
        source.words("指标", "indicator"),
        source.words("口径", "boundary"),
        source.words("版次", "variant"),
        source.numbers("缺值年数", "years missing"),
        source.words("跨度", "span"),
        source.words("原因（末年）", "reason (last year)"),
    )
    body = tuple(
        (
            source.labels.indicator(row["indicator_id"]),
            source.labels.boundary(row["boundary"]),
            source.labels.variant(row["variant"]),
            str(row["years"]),
            f"{row['first']}–{row['last']}",
            row["reason"] or "",
        )
        for row in gaps.iter_rows(named=True)
    )
    return TableBlock(source.say("没有数值的指标", "indicators without a value"), headings, body)


def verdict_section(source: Source) -> Section | None:
    """Targets with their verdicts and reasons."""
    if not source.has("verdict"):
        return None
    verdicts = source.table("verdict")
    targets = _targets(source)
    headings = (
        source.words("目标", "target"),
        source.words("对象", "subject"),
        source.words("指标", "metric"),
        source.words("要求", "requirement"),
        source.words("判定", "verdict"),
        source.words("理由", "reasons"),
        source.words("条款", "clause"),
    )
    body = tuple(_verdict_row(source, row, targets.get(row["rule_id"], {})) for row in verdicts.iter_rows(named=True))
    counted = verdicts.group_by("value", maintain_order=True).len()
    parts = [f"{VerdictValue(v).label.in_language(source.language)} {n}" for v, n in counted.iter_rows()]
    lead = source.say(
        "判定日 {d}：{p}。「无法判定」总写明原因，既不算达成，也不算未达成。",
        "As of {d}: {p}. “Undetermined” always says why and counts neither as met nor as not met.",
    ).format(d=source.run.manifest.get("as_of", ""), p=source.say("，", ", ").join(parts))
    block = TableBlock(source.say("目标与判定", "targets and verdicts"), headings, body)
    return Section("verdicts", source.say("目标判定", "Verdicts on targets"), (Paragraph(lead, "note"), block))


def _verdict_row(source: Source, row: dict[str, Any], target: dict[str, Any]) -> tuple[str, ...]:
    is_place = bool(target.get("adcode"))
    subject = source.labels.region(row["subject_id"]) if is_place else str(target.get("subject") or row["subject_id"])
    return (
        row["rule_id"],
        subject,
        source.labels.indicator(str(target.get("metric") or "")),
        requirement(target, source.language),
        VerdictValue(row["value"]).label.in_language(source.language),
        row[f"reasons_{source.language}"] or "",
        row["clause"] or "",
    )


def _targets(source: Source) -> dict[str, dict[str, Any]]:
    if not source.has("target"):
        return {}
    return {row["target_id"]: row for row in source.table("target").iter_rows(named=True)}


_OPERATORS: dict[str, tuple[str, str]] = {
    ">=": ("≥", "≥"),
    "<=": ("≤", "≤"),
    "==": ("=", "="),
    "increasing": ("上升", "increasing"),
    "decreasing": ("下降", "decreasing"),
    "improving": ("改善", "improving"),
}


def requirement(target: dict[str, Any], language: Language) -> str:
    """A target as a short formula: operator, value, unit, base and target year, qualifier."""
    parts = [_operator(target, language)]
    is_year = target.get("unit") in {None, ""} and str(target.get("metric")).endswith("year")
    if target.get("value") is not None:
        value = abs(target["value"]) if target.get("operator") == "change_pct" else target["value"]
        parts.append(f"{value:.10g}" if is_year else f"{value:,.10g} {target.get('unit') or ''}".strip())
    if target.get("base_year"):
        parts.append(choose(language, f"较 {target['base_year']} 年", f"against {target['base_year']}"))
    if target.get("target_year") and not (is_year and target.get("value") is not None):
        parts.append(choose(language, f"到 {target['target_year']} 年", f"by {target['target_year']}"))
    if target.get("qualifier"):
        parts.append(f"「{target['qualifier']}」")
    return " ".join(part for part in parts if part)


def _operator(target: dict[str, Any], language: Language) -> str:
    """The relation in words or signs; a change says its direction."""
    operator = target.get("operator") or ""
    if operator == "change_pct":
        if target.get("value") is None:
            return choose(language, "变化幅度未写明", "a change not stated")
        return choose(language, "下降", "a fall of") if target["value"] < 0 else choose(language, "上升", "a rise of")
    return choose(language, *_OPERATORS[operator]) if operator in _OPERATORS else operator
