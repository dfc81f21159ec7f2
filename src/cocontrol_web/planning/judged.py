"""Rules and verdicts as a page shows them: words for codes, the clause behind each, the parameter rows used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.tables import TABLES
from cocontrol.core.text import Text
from cocontrol.core.verdicts import VerdictValue
from cocontrol.plans.compiling import RuleInstance
from cocontrol.rules.changes import BEFORE, CHANGED
from cocontrol.rules.labels import parameter_label
from cocontrol.rules.parameters import RuleParameters, as_written, open_parameters, parameter_ids
from cocontrol.rules.templates import template
from cocontrol.rules.wording import in_words
from cocontrol_web.language import active_language, say
from cocontrol_web.planning.cards import Card, Label, Tag, rule_card
from cocontrol_web.planning.models import PlanDocument
from cocontrol_web.planning.parsing import review_of

ORDER = (VerdictValue.VIOLATION, VerdictValue.CANDIDATE, VerdictValue.UNDETERMINED, VerdictValue.NOT_MET,
         VerdictValue.NOT_YET_DUE, VerdictValue.MET, VerdictValue.CLEAR)  # fmt: skip
"""Verdicts in the order in which somebody wants to read them."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of a plan: what it asks, of which register, and what is still open."""

    rule: RuleInstance
    address: str
    heading: Label
    words: str
    task: str
    tags: tuple[Tag, ...]
    facts: tuple[tuple[Label, Label], ...]
    missing: tuple[tuple[str, Label, str, str], ...]
    register: str
    register_label: Label
    counts: tuple[tuple[str, int], ...]


def register_label(name: str) -> Text:
    """What a register is called."""
    return TABLES.get(name).label


def rule_lines(
    document: PlanDocument,
    rules: Sequence[RuleInstance],
    parameters: RuleParameters,
    counts: Mapping[str, Mapping[str, int]],
) -> list[RuleLine]:
    """The rules of a plan with the values set for what it leaves open; `counts` are verdicts by rule and value."""
    plan = review_of(document).plan
    return [_line(rule_card(rule, plan, document.text), rule, parameters, counts.get(rule.id, {})) for rule in rules]


def _line(card: Card, rule: RuleInstance, parameters: RuleParameters, counts: Mapping[str, int]) -> RuleLine:
    register = template(rule.template).register
    return RuleLine(
        rule, card.address, card.heading, card.words, card.task, card.tags, card.facts,
        tuple(_open(rule, name, word, parameters) for name, word in open_parameters(rule.as_dict()).items()),
        register, register_label(register),
        tuple((value.value, counts[value.value]) for value in ORDER if value.value in counts),
    )  # fmt: skip


def _open(rule: RuleInstance, name: str, word: str, parameters: RuleParameters) -> tuple[str, Label, str, str]:
    """Identifier, label, the plan's word, and the values set under any of its names."""
    names = parameter_ids(rule.as_dict(), name)
    rows = [g.parameter for g in parameters.given if g.parameter.parameter_id in names]
    values = "；".join(f"{as_written(p.value)} {p.unit}".strip() + f"（{p.jurisdiction}）" for p in rows)
    return names[1], parameter_label(name), word, values


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """One verdict in words."""

    value: str
    before: str | None
    subject: str
    rule: Mapping[str, Any]
    heading: Label
    address: str
    words: str
    reasons: str
    facts: tuple[tuple[str, str], ...]
    origin: str
    thresholds: tuple[tuple[str, str], ...]
    used: tuple[str, ...]


def shown_verdict(row: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]], text: str) -> ShownVerdict:
    """A row of the verdict table in words; `rules` are those it was judged by, `text` the text of the plan."""
    rule, worded = rules[row["rule_id"]], in_words(row, active_language())
    return ShownVerdict(
        value=row["value"],
        before=row[BEFORE] if row.get(CHANGED) else None,
        subject="" if row["subject_id"] == "*" else row["subject_id"],
        rule=rule,
        heading=worded.template,
        address=f"rule-{rule['start']}-{rule['end']}-{rule['id']}",
        words=text[rule["start"] : rule["end"]],
        reasons=worded.reasons,
        facts=worded.facts,
        origin=worded.origin,
        thresholds=worded.thresholds,
        used=worded.used,
    )


def fitting(table: pl.DataFrame, given: Mapping[str, str]) -> pl.DataFrame:
    """The verdicts that fit the filters `value`, `template`, `rule`, `changed`, `q`, those to act on first."""
    kept = table
    for name, column in (("value", "value"), ("template", "template"), ("rule", "rule_id")):
        if wanted := given.get(name):
            kept = kept.filter(pl.col(column) == wanted)
    if given.get("changed"):
        kept = kept.filter(pl.col(CHANGED))
    if search := given.get("q", "").strip():
        kept = kept.filter(
            pl.any_horizontal(
                pl.col(c).fill_null("").str.contains(search, literal=True)
                for c in ("subject_id", "reasons_zh", "reasons_en", "facts")
            )
        )
    order = {value.value: place for place, value in enumerate(ORDER)}
    rank = pl.col("value").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return kept.sort(rank, maintain_order=True)


def counts_by_rule(table: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Verdicts by rule and value."""
    made: dict[str, dict[str, int]] = {}
    for rule_id, value, count in table.group_by("rule_id", "value").len().iter_rows():
        made.setdefault(rule_id, {})[value] = count
    return made


EXPORT_HEADINGS = (
    Text("判定", "verdict"), Text("对象", "subject"), Text("规则", "rule"), Text("条款", "clause"), Text("原文", "words"),
    Text("理由", "reasons"), Text("事实", "facts"), Text("限值", "thresholds"), Text("所用参数", "parameters used"),
    Text("数据位置", "place in the register"), Text("上次判定（有变化时）", "verdict before, if changed"),
)  # fmt: skip


def export_row(one: ShownVerdict) -> list[str]:
    """A verdict as a row of the workbook."""
    pairs = ["；".join(f"{n}：{v}" for n, v in listed) for listed in (one.facts, one.thresholds)]
    return [
        say(VerdictValue(one.value).label), one.subject, say(one.heading), str(one.rule["clause_id"]), one.words, one.reasons,
        *pairs, "；".join(one.used), one.origin, say(VerdictValue(one.before).label) if one.before else "",
    ]  # fmt: skip
