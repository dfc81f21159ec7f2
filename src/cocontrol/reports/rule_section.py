"""What the rules of the plans came to, rule by rule, and whom they concern."""

from __future__ import annotations

import polars as pl

from cocontrol.core.verdicts import VerdictValue
from cocontrol.reports.model import Paragraph, Section, TableBlock
from cocontrol.reports.source import Source
from cocontrol.rules.wording import in_words

RULE_VERDICT = "rule_verdict"
SUBJECTS_SHOWN = 20
"""Subjects of one outcome that a report lists by name; the result table holds all of them."""

_NAMED = (VerdictValue.VIOLATION, VerdictValue.NOT_MET, VerdictValue.CANDIDATE, VerdictValue.NOT_YET_DUE)


def rule_section(source: Source) -> Section | None:
    """The rules of the plans with their outcomes over the registers; violations, candidates and what is due by name."""
    if not source.has(RULE_VERDICT) or source.table(RULE_VERDICT).is_empty():
        return None
    table = source.table(RULE_VERDICT)
    headings = (
        source.words("规则", "rule"),
        source.words("条款", "clause"),
        source.words("原文", "words"),
        source.words("判定", "verdicts"),
        source.words("对象", "subjects"),
        source.words("理由", "reasons"),
    )
    groups = table.group_by("rule_id", maintain_order=True)
    body = tuple(_rule_row(source, rows) for _, rows in groups)
    lead = source.say(
        "判定日 {d}：{p}。“未到期”指判定日早于条款写明的期限。",
        "As of {d}: {p}. “Not yet due”: the day of judgement lies before the day that the clause names.",
    ).format(d=source.run.manifest.get("as_of", ""), p=_counted(source, table))
    block = TableBlock(source.say("方案规则与判定", "rules of the plans and verdicts"), headings, body)
    return Section(
        "rules", source.say("方案规则判定", "Verdicts on the rules of plans"), (Paragraph(lead, "note"), block)
    )


def _rule_row(source: Source, rows: pl.DataFrame) -> tuple[str, ...]:
    first = next((row for row in rows.iter_rows(named=True) if row["value"] in _NAMED), rows.row(0, named=True))
    worded = in_words(first, source.language)
    named = rows.filter(pl.col("value").is_in([value.value for value in _NAMED]) & (pl.col("subject_id") != "*"))
    subjects = named.get_column("subject_id").to_list()
    more = (
        source.say(" 等 {n} 个", " and more, {n} in all").format(n=len(subjects))
        if len(subjects) > SUBJECTS_SHOWN
        else ""
    )
    return (
        worded.template,
        f"{first['document']} {first['clause']}",
        first["words"] or "",
        _counted(source, rows),
        source.say("、", ", ").join(subjects[:SUBJECTS_SHOWN]) + more,
        worded.reasons,
    )


def _counted(source: Source, rows: pl.DataFrame) -> str:
    counted = dict(rows.group_by("value").len().iter_rows())
    parts = [f"{v.label.in_language(source.language)} {counted[v.value]}" for v in VerdictValue if v.value in counted]
    return source.say("，", ", ").join(parts)
