"""A row of the verdict table in words: labels for codes, figures with units, the parameter rows that were used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cocontrol.core.registers import TARGET_OPERATORS
from cocontrol.core.text import Language, Text, same
from cocontrol.core.validation import ORIGIN
from cocontrol.core.verdicts import VerdictValue
from cocontrol.reference.metrics import metric_name
from cocontrol.rules.labels import Words, parameter_label, template_label, words_of
from cocontrol.rules.parameters import STATUSES, as_written
from cocontrol.rules.registers import conditions_of
from cocontrol.rules.templates import template

Pairs = tuple[tuple[str, str], ...]
_EMPTY: tuple[Any, ...] = (None, [], {}, "")


@dataclass(frozen=True, slots=True)
class WordedVerdict:
    """One verdict in one language. `facts` and `thresholds` are label and value; `origin` is the place of the row."""

    value: str
    template: str
    reasons: str
    facts: Pairs
    thresholds: Pairs
    used: tuple[str, ...]
    origin: str


def in_words(row: Mapping[str, Any], language: Language) -> WordedVerdict:
    """A row of the verdict table (`judging.judge`) in words; parameters that are empty or only operators are left out."""
    facts, parameters = json.loads(row["facts"]), json.loads(row["parameters"])
    used, unset = parameters.pop("set", {}), parameters.pop("unset", {})
    words = words_of(template(row["template"]).register)
    return WordedVerdict(
        value=VerdictValue(row["value"]).label.in_language(language),
        template=template_label(row["template"]).in_language(language),
        reasons=str(row["reasons_zh" if language == "zh" else "reasons_en"] or ""),
        facts=tuple(
            (_heading(words, name, language), _fact(words, name, value, language))
            for name, value in facts.items()
            if name != ORIGIN
        ),
        thresholds=tuple(
            (
                parameter_label(name).in_language(language),
                parameter_value(row["template"], name, value).in_language(language),
            )
            for name, value in parameters.items()
            if value not in _EMPTY and name not in used and name not in unset and not name.endswith("operator")
        ),
        used=tuple(used_line(name, one, language) for name, one in used.items()),
        origin=str(facts.get(ORIGIN) or ""),
    )


def parameter_value(identifier: str, name: str, value: Any) -> Text:
    """The value of a parameter of a template in words: metrics, operators and codes of its register by their labels."""
    if name == "metric":
        return metric_name(str(value))
    if name.endswith("operator") and str(value) in TARGET_OPERATORS:
        return TARGET_OPERATORS[str(value)]
    if isinstance(value, str):
        kind = template(identifier)
        compared = (condition[0] for condition in conditions_of(kind) if condition[2] == f"${name}")
        return words_of(kind.register).value(next(compared, ""), value)
    return same(plain(value))


def plain(value: Any) -> str:
    """A value without labels: a dash for nothing, marks for yes and no, lists and pairs joined."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dict):
        return "；".join(f"{k}：{v}" for k, v in value.items())
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def used_line(name: str, row: Mapping[str, Any], language: Language) -> str:
    """A parameter row in one line: value, jurisdiction, span, source, and whether it was checked."""
    span = f"{row['effective_from'] or '…'}–{row['effective_to'] or '…'}"
    value = f"{as_written(row['value'])} {row['unit']}".strip()
    status = STATUSES[row["status"]].in_language(language)
    source = f"{row['source']} {row['clause']}".strip()
    label = parameter_label(name).in_language(language)
    return f"{label} {value} · {row['jurisdiction']} · {span} · {source} · {status}"


def _heading(words: Words, name: str, language: Language) -> str:
    known = words.columns.get(name)
    return known.heading_with_unit(language) if known else _FACTS.get(name, Text(name, name)).in_language(language)


def _fact(words: Words, name: str, value: Any, language: Language) -> str:
    known = words.columns.get(name)
    if known is not None and isinstance(value, str) and value in known.allowed:
        return known.allowed[value].in_language(language)
    return plain(value)


_FACTS: Mapping[str, Text] = {
    "rows": Text("行数", "rows"),
    "excepted": Text("例外", "excepted"),
    "share_pct": Text("比例（%）", "share (%)"),
    "listed": Text("登记数", "listed"),
    "built": Text("已建成", "built"),
    "target_year_value": Text("目标年的值", "value of the target year"),
    "base_year_value": Text("基准年的值", "value of the base year"),
    "change_pct": Text("变化（%）", "change (%)"),
}
"""Facts that are no column of a register."""
