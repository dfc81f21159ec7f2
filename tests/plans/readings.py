"""A sentence put into a small plan, and its targets as short text: how single readings are tested."""

from __future__ import annotations

from cocontrol.plans import Target, parse

PLAN = "{title}\n一、重点任务\n（一）推进治理。{sentence}。（省生态环境厅牵头）\n（二）加强领导。（省发展改革委牵头）\n"


def short(target: Target) -> str:
    """metric operator value unit [year] [base]"""
    value = "" if target.value is None else f"{target.value:g}{target.unit or ''}"
    year = f" y{target.target_year}" if target.target_year else ""
    base = f" b{target.base_year}" if target.base_year else ""
    return f"{target.metric} {target.operator or '-'} {value}".rstrip() + year + base


def readings(sentence: str, title: str = "东山省减污降碳实施方案") -> list[str]:
    """The targets of one sentence of a task."""
    return [short(target) for target in parse(PLAN.format(title=title, sentence=sentence)).targets]
