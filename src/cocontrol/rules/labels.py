"""What the codes of rules are called: templates, parameters, strengths, and the columns and codes of registers."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from cocontrol.core.tables import TABLES, Column
from cocontrol.core.text import Language, Text, same
from cocontrol.reference.metrics import metric_name
from cocontrol.rules.templates import templates

MODALITY: Mapping[str, Text] = {
    "prohibit": Text("禁止", "prohibits"),
    "binding": Text("强制", "binding"),
    "in_principle": Text("原则上", "in principle"),
    "permit": Text("允许", "permits"),
    "goal": Text("目标", "goal"),
    "strive": Text("力争", "strives"),
    "encourage": Text("鼓励", "encourages"),
    "pilot": Text("试点", "pilot"),
    "promote": Text("推动", "promotes"),
}
"""How strongly a clause speaks."""

STATUS: Mapping[str, Text] = {
    "executable": Text("可执行", "executable"),
    "needs_parameter": Text("缺参数", "needs a parameter"),
}
"""Whether a rule instance can be judged."""

SIGNS: Mapping[str, Text] = {
    "==": same("="),
    "!=": same("≠"),
    "<": same("<"),
    "<=": same("≤"),
    ">": same(">"),
    ">=": same("≥"),
    "in": Text("属于", "among"),
    "names_one_of": Text("属于", "among"),
    "named_in": Text("列于", "named in"),
    "within": Text("属于", "within"),
    "change_pct": Text("变化（%）", "change in per cent"),
    "increasing": Text("上升", "increasing"),
    "decreasing": Text("下降", "decreasing"),
    "improving": Text("改善", "improving"),
}
"""How a condition compares, as people read it."""

_YES, _NO = Text("是", "yes"), Text("否", "no")


@lru_cache(maxsize=1)
def _parameters() -> Mapping[str, Text]:
    file = resources.files("cocontrol.rules").joinpath("data", "parameter_labels.csv")
    with file.open(encoding="utf-8") as stream:
        return {row["parameter"]: Text(row["label_zh"], row["label_en"]) for row in csv.DictReader(stream)}


def template_label(identifier: str) -> Text:
    """What a template is called; an unknown one stands for itself."""
    known = templates().get(identifier)
    return known.label if known else same(identifier)


def listed_templates(joined: str, language: Language) -> str:
    """The cell `templates` of a coverage table in words; a template that a clause needs n times is named once, × n."""
    found = Counter(filter(None, joined.split("、")))
    named = ((template_label(one).in_language(language), count) for one, count in found.items())
    return "、".join(label if count == 1 else f"{label} × {count}" for label, count in named)


def listed_missing(joined: str, language: Language) -> str:
    """The cell `missing_parameters` of a coverage table in words: 目录版本（两高一低）."""
    parts = (one.partition("（") for one in joined.split("、") if one)
    return "、".join(f"{parameter_label(name).in_language(language)}{mark}{word}" for name, mark, word in parts)


def parameter_label(name: str) -> Text:
    """What a parameter is called; the operator beside a figure is named after it, an unknown name stands for itself."""
    known = _parameters()
    if name.endswith("_operator") and (figure := known.get(name.removesuffix("_operator"))):
        return Text("{f}的关系", "operator of {f}").format(f=figure)
    return known.get(name) or same(name)


def full_parameter(identifier: str) -> Text:
    """What ``clause:template.parameter`` is called: 供热半径内整合：半径（km）; a word of a plan stays as it is."""
    clause, _, rest = identifier.rpartition(":")
    stem, _, name = rest.rpartition(".")
    template, _, measured = stem.partition(".")
    if template not in templates():
        return same(identifier)
    subject = metric_name(measured) if measured else template_label(template)
    whole = Text("{s}：{p}", "{s}: {p}").format(s=subject, p=parameter_label(name))
    return Text("{w}（条款 {c}）", "{w} (clause {c})").format(w=whole, c=clause) if clause else whole


@dataclass(frozen=True, slots=True)
class Words:
    """The labels of one register: columns by name, codes by column."""

    register: Text
    columns: Mapping[str, Column]

    def column(self, name: str) -> Text:
        """What a column is called."""
        known = self.columns.get(name)
        return known.label if known else same(name)

    def value(self, name: str, value: Any) -> Text:
        """A value of a column as people read it: the label of a code, a figure with its unit."""
        if isinstance(value, list | tuple):
            listed = [self.value(name, one) for one in value]
            return Text("、".join(one.zh for one in listed), ", ".join(one.en for one in listed))
        if isinstance(value, bool):
            return _YES if value else _NO
        known = self.columns.get(name)
        if known is not None and isinstance(value, str) and value in known.allowed:
            return known.allowed[value]
        written = f"{value:.10g}" if isinstance(value, float) else str(value)
        return same(f"{written} {known.unit}" if known and known.unit and not isinstance(value, str) else written)


@lru_cache(maxsize=64)
def words_of(register: str) -> Words:
    """The labels of a register; one that is not declared is called by its name."""
    if register not in TABLES.names():
        return Words(same(register), {})
    table = TABLES.get(register)
    return Words(table.label, {column.name: column for column in table.columns})
