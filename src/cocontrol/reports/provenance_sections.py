"""Recalled parameters, inputs, documents: what the figures rest on."""

from __future__ import annotations

import polars as pl

from cocontrol.io.lineage import factor_uses
from cocontrol.io.results import substance_symbol
from cocontrol.reports.model import Block, Heading, Paragraph, Section, TableBlock
from cocontrol.reports.source import Source
from cocontrol.reports.words import number


def _uses(source: Source) -> pl.DataFrame:
    """Every factor in use, once, with the substances it serves."""
    keys = ("factor_id", "role", "value", "unit", "document", "clause", "status")
    return (
        factor_uses(source.table("coefficient_lineage"))
        .group_by(keys, maintain_order=True)
        .agg(pl.col("pollutant").unique(maintain_order=True).alias("pollutants"), pl.len().alias("uses"))
    )


def recalled_section(source: Source) -> Section | None:
    """Every recalled parameter that the figures rest on."""
    if not source.has("coefficient_lineage"):
        return None
    recalled = _uses(source).filter(pl.col("status") == "recalled")
    title = source.say("凭记忆录入的参数", "Recalled parameters")
    if recalled.is_empty():
        text = source.say("本次运行没有用到凭记忆录入的参数。", "The run uses no recalled parameter.")
        return Section("recalled", title, (Paragraph(text, "good"),))
    lead = source.say(
        "以下参数来自记忆而非所见原文，使用其数字前应核对原文。",
        "These parameters were entered from memory and not seen in the document; check them before relying on their figures.",
    )
    headings = (
        source.words("因子", "factor"), source.words("作用", "role"), source.numbers("数值", "value"),
        source.words("单位", "unit"), source.words("文件与条款", "document and clause"), source.words("用于", "used for"),
    )  # fmt: skip
    body = tuple(
        (
            row["factor_id"], source.labels.role(row["role"] or ""), number(row["value"]), source.labels.unit(row["unit"] or ""),
            " ".join(part for part in (row["document"], row["clause"]) if part),
            ", ".join(substance_symbol(p) for p in row["pollutants"]),
        )
        for row in recalled.iter_rows(named=True)
    )  # fmt: skip
    return Section("recalled", title, (Paragraph(lead, "warning"), TableBlock(title, headings, body)))


def provenance_section(source: Source) -> Section | None:
    """Input files with checksums, documents of the factors, and how to redo the run."""
    manifest = source.run.manifest
    headings = (
        source.words("表", "table"), source.words("文件", "file"),
        source.numbers("行数", "rows"), Heading("SHA-256"),
    )  # fmt: skip
    body = tuple(
        (
            entry["table"],
            entry["path"],
            number(entry["rows"]) if entry["rows"] is not None else "",
            entry["sha256"][:16] + "…",
        )
        for entry in manifest["inputs"]
    )
    redo = source.say(
        "重算并逐位比对：cocontrol rerun {r}；展开任一数字：cocontrol explain {r} CO2。",
        "Redo and compare bit for bit: cocontrol rerun {r}; open any figure: cocontrol explain {r} CO2.",
    )
    blocks: list[Block] = [TableBlock(source.say("输入文件", "input files"), headings, body)]
    if source.has("coefficient_lineage"):
        blocks.append(_documents(source))
    blocks.append(Paragraph(redo.format(r=manifest["run_id"]), "note"))
    return Section("provenance", source.say("数据来源", "Provenance"), tuple(blocks))


def _documents(source: Source) -> TableBlock:
    """The documents that factors were taken from, with the number of factors of each."""
    documents = _uses(source).drop_nulls("document").group_by("document", maintain_order=True).agg(
        pl.col("factor_id").n_unique().alias("factors"), (pl.col("status") == "recalled").sum().alias("recalled")
    )  # fmt: skip
    headings = (
        source.words("文件", "document"), source.numbers("用到的因子", "factors used"),
        source.numbers("其中凭记忆录入", "of these recalled"),
    )  # fmt: skip
    body = tuple(
        (row["document"], str(row["factors"]), str(row["recalled"])) for row in documents.iter_rows(named=True)
    )
    return TableBlock(source.say("因子出处", "documents of the factors"), headings, body)
