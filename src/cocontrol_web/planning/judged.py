"""Rules and verdicts as a page shows them: words for codes, the clause behind each, the parameter rows used."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.tables import TABLES, Table
from cocontrol.core.text import Text
from cocontrol.core.verdicts import VerdictValue
from cocontrol.plans.compiling import RuleInstance
from cocontrol.rules.judging import ORIGIN
from cocontrol.rules.parameters import RuleParameters, as_written, open_parameters, parameter_ids
from cocontrol.rules.templates import template
from cocontrol_web.language import active_language, say
from cocontrol_web.planning import labels
from cocontrol_web.planning.cards import Card, Label, Tag, rule_card
from cocontrol_web.planning.models import PlanDocument
from cocontrol_web.planning.parsing import review_of

_NAMES = re.compile(
    r"(?<![\w.])[a-z][a-z0-9]*_[a-z0-9_]+(?![\w.])|\b[a-z]+(?= = )|(?<=缺少“)[a-z]+(?=”)|\b[a-z]+(?= is missing)"
)
"""Columns and parameters in a reason: names with an underscore, and names where the reason puts a column."""

_VALUES = re.compile(r"(?<== )[a-z_]+")
"""Codes in a reason: what a column is, or should be."""

ORDER = (VerdictValue.VIOLATION, VerdictValue.CANDIDATE, VerdictValue.UNDETERMINED, VerdictValue.NOT_MET,
         VerdictValue.MET, VerdictValue.CLEAR)  # fmt: skip
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
    return names[1], labels.parameter(name), word, values


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """One verdict in words."""

    value: str
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
    rule = rules[row["rule_id"]]
    facts, parameters = json.loads(row["facts"]), json.loads(row["parameters"])
    used = parameters.pop("set", {})
    unset = parameters.pop("unset", {})
    register = TABLES.get(template(row["template"]).register)
    names = set(register.column_names)
    return ShownVerdict(
        value=row["value"],
        subject="" if row["subject_id"] == "*" else row["subject_id"],
        rule=rule,
        heading=labels.code(labels.TEMPLATE, row["template"]),
        address=f"rule-{rule['start']}-{rule['end']}-{rule['id']}",
        words=text[rule["start"] : rule["end"]],
        reasons=_in_words(reasons_of(row), register, rule),
        facts=tuple(
            (register.column(n).heading_with_unit(active_language()) if n in names else n, _said(v, n, register))
            for n, v in facts.items()
            if n != ORIGIN
        ),
        origin=str(facts.get(ORIGIN) or ""),
        thresholds=tuple(
            (say(labels.parameter(n)), _plain(v))
            for n, v in parameters.items()
            if v not in (None, [], {}, "") and n not in used and n not in unset and not n.endswith("operator")
        ),
        used=tuple(used_line(name, one) for name, one in used.items()),
    )


def _in_words(reasons: str, register: Table, rule: Mapping[str, Any]) -> str:
    """The reasons with columns, parameters and codes called by their labels; full names (template.parameter) stay."""
    names = {column.name: say(column.label) for column in register.columns}
    names |= {name: say(labels.parameter(name)) for name in rule["parameters"]}
    codes = {code: say(label) for column in register.columns for code, label in column.allowed.items()}
    with_codes = _VALUES.sub(lambda found: codes.get(found[0], found[0]), reasons)
    return _NAMES.sub(lambda found: names.get(found[0], found[0]), with_codes)


def reasons_of(row: Mapping[str, Any]) -> str:
    """The reasons of a verdict in the language of the page."""
    return str(row["reasons_zh" if active_language() == "zh" else "reasons_en"] or "")


def used_line(name: str, row: Mapping[str, Any]) -> str:
    """A parameter row in one line: value, span, jurisdiction, source, and whether it was checked."""
    span = f"{row['effective_from'] or '…'}–{row['effective_to'] or '…'}"
    value = f"{as_written(row['value'])} {row['unit']}".strip()
    status = say(labels.PARAMETER_STATUS[row["status"]])
    source = f"{row['source']} {row['clause']}".strip()
    return f"{say(labels.parameter(name))} {value} · {row['jurisdiction']} · {span} · {source} · {status}"


def _said(value: Any, name: str, register: Table) -> str:
    allowed = register.column(name).allowed if name in register.column_names else {}
    return say(allowed[value]) if isinstance(value, str) and value in allowed else _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dict):
        return "；".join(f"{k}：{v}" for k, v in value.items())
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def fitting(table: pl.DataFrame, given: Mapping[str, str]) -> pl.DataFrame:
    """The verdicts that fit the filters `value`, `template`, `rule`, `q`, those to act on first."""
    kept = table
    for name, column in (("value", "value"), ("template", "template"), ("rule", "rule_id")):
        if wanted := given.get(name):
            kept = kept.filter(pl.col(column) == wanted)
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
    Text("数据位置", "place in the register"),
)  # fmt: skip


def export_row(one: ShownVerdict) -> list[str]:
    """A verdict as a row of the workbook."""
    pairs = ["；".join(f"{n}：{v}" for n, v in listed) for listed in (one.facts, one.thresholds)]
    return [
        say(VerdictValue(one.value).label), one.subject, say(one.heading), str(one.rule["clause_id"]), one.words, one.reasons,
        *pairs, "；".join(one.used), one.origin,
    ]  # fmt: skip
