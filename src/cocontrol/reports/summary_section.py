"""The first page: headline figures, and what a reader must know before using them."""

from __future__ import annotations

from typing import Any

import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.io.results import substance_symbol
from cocontrol.reference.scopes import TOTAL_NAMES, TotalScope
from cocontrol.reports.model import Block, Figure, FigureBlock, Paragraph, Section
from cocontrol.reports.source import Source
from cocontrol.reports.words import mass, mass_unit, percent

HALF = 0.5
"""Below this share of the activity a sum is no total, and the report says so."""


def summary_section(source: Source) -> Section | None:
    """Headline figures and warnings."""
    blocks: list[Block] = []
    if source.has("emission"):
        totals = source.totals()
        is_air = pl.col("pollutant").is_in(list(codes("air_pollutant")))
        groups = (totals.filter(~is_air), totals.filter(is_air))
        blocks += [FigureBlock(tuple(_figure(source, row) for row in rows.iter_rows(named=True))) for rows in groups]
        blocks += _warnings(source)
    blocks += [_conservation(source), *_counted(source), *_skipped(source)]
    return Section("summary", source.say("摘要", "Summary"), tuple(blocks))


def _figure(source: Source, row: dict[str, Any]) -> Figure:
    unit = mass_unit(row["pollutant"])[0].in_language(source.language) if row["total"] is not None else ""
    return Figure(
        substance_symbol(row["pollutant"]),
        mass(row["pollutant"], row["total"]),
        unit,
        source.listed(*_notes(source, row)),
    )


def _notes(source: Source, row: dict[str, Any]) -> list[str]:
    """What limits a headline figure, weightiest first."""
    notes = []
    coverage = row["coverage"]
    if row["total"] is None:
        return [source.say("未估算", "not estimated"), *_with_land_use(source, row)]
    if row["generation"]:
        notes.append(source.say("产生量，未扣除治理", "generation, removal not deducted"))
    if coverage is not None and row["missing"]:
        notes.append(source.say("覆盖燃料热量的 {c}", "covers {c} of the fuel energy").format(c=percent(coverage)))
    if row["partial"]:
        text = source.say("{n} 个单元缺 CH₄ 或 N₂O，为下限", "lower bound: {n} cells lack CH₄ or N₂O")
        notes.append(text.format(n=row["partial"]))
    return [*notes, *_with_land_use(source, row)]


def _with_land_use(source: Source, row: dict[str, Any]) -> list[str]:
    """The other total, where the inventory holds land use of the substance."""
    if row["land_use"] is None:
        return []
    headline, other = TOTAL_NAMES[TotalScope.WITHOUT_LAND_USE], TOTAL_NAMES[TotalScope.WITH_LAND_USE]
    return [
        headline.in_language(source.language),
        f"{other.in_language(source.language)} {mass(row['pollutant'], row['total_with_land_use'])}",
    ]


def _warnings(source: Source) -> list[Block]:
    totals = source.totals()
    known = totals.drop_nulls("total")
    thin = known.filter(pl.col("coverage") < HALF).get_column("pollutant").to_list()
    before = totals.filter(pl.col("generation") > 0).get_column("pollutant").to_list()
    weak = totals.filter(pl.col("recalled") > 0)
    shares = [f"{substance_symbol(r['pollutant'])} {percent(r['recalled'])}" for r in weak.iter_rows(named=True)]
    sentences = (
        (
            thin,
            "{p} 只覆盖不到一半的燃料热量（缺灰分、硫分或因子，见「缺失与未估算」），不是合计。",
            "{p} cover less than half of the fuel energy (ash, sulphur or factors are missing, see “Missing and not "
            "estimated”): these are no totals.",
        ),
        (
            before,
            "{p} 为产生量：工作区没有该年治理设施数据，未扣除去除量，不得当作排放量引用。",
            "{p} are generation: the workspace has no control data for the year, so removal is not deducted. Do not "
            "quote them as emissions.",
        ),
    )
    blocks: list[Block] = [
        Paragraph(source.say(zh, en).format(p=", ".join(map(substance_symbol, names))), "warning")
        for names, zh, en in sentences
        if names
    ]
    if shares:
        text = source.say(
            "以下份额依赖凭记忆录入、尚未核对原文的参数：{s}。",
            "These shares rest on parameters entered from memory and not yet checked: {s}.",
        )
        blocks.append(Paragraph(text.format(s=source.say("，", ", ").join(shares)), "warning"))
    return blocks


def _conservation(source: Source) -> Paragraph:
    if source.run.manifest["conservation_ok"]:
        text = source.say(
            "守恒账平衡：每个环节的流入等于流出加已说明的剔除。",
            "The conservation ledger balances: at every stage what came in went out or was dropped with a reason.",
        )
        return Paragraph(text, "good")
    text = source.say("守恒账不平衡，结果不得发布。", "The conservation ledger does not balance: not to be published.")
    return Paragraph(text, "warning")


def _counted(source: Source) -> list[Block]:
    counts = source.run.manifest["counts"]
    sentences = (
        ("findings", "平衡表核查发现 {n} 条", "{n} findings of the balance check"),
        ("verdicts", "目标判定 {n} 项", "{n} targets judged"),
        ("rule_verdicts", "方案规则判定 {n} 项", "{n} verdicts on the rules of plans"),
        ("not_estimated", "未估算 (NE) 系数 {n} 个", "{n} coefficients not estimated (NE)"),
    )
    parts = [source.say(zh, en).format(n=counts[key]) for key, zh, en in sentences if counts.get(key)]
    return [Paragraph(source.listed(*parts) + source.say("。", "."), "note")] if parts else []


def _skipped(source: Source) -> list[Block]:
    return [
        Paragraph(
            source.say("未做「{l}」：缺少表 {m}。", "Not done, {l}: no table {m}.").format(
                l=step[f"label_{source.language}"], m=", ".join(step["missing"])
            ),
            "note",
        )
        for step in source.run.manifest.get("skipped", [])
    ]
