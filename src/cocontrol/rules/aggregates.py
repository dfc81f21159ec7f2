"""Tests over several rows of a register: shares, zeros, counts and indicators."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cocontrol.core.text import Text
from cocontrol.core.verdicts import VerdictValue
from cocontrol.reference.metrics import metric_name
from cocontrol.rules.conditions import check
from cocontrol.rules.labels import SIGNS, words_of
from cocontrol.rules.templates import Template

Judged = tuple[str, VerdictValue, tuple[Text, ...], dict[str, Any]]
Rows = Sequence[Mapping[str, Any]]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

NO_YEAR_VALUE = Text("目标年没有数据", "no value for the target year")
"""The reason of an indicator whose target year is not over, or not reported yet."""

_NO_LEVEL = Text("目标只有方向，没有可比的数值", "the target gives a direction and no level")


def _selected(kind: Template, rows: Rows, known: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    column, sign, wanted = kind.options["select"]
    words = words_of(kind.register)
    return [row for row in rows if check((column, sign, wanted), row, known, words).truth]


def share(kind: Template, rule: Mapping[str, Any], rows: Rows, known: Mapping[str, Any]) -> list[Judged]:
    """Share of qualifying pieces by organisation: Σ numerator / Σ denominator, in exact decimals.

    Pieces with an approved exception leave the denominator; an exception without approver counts like
    any other piece. An organisation with nothing to count is undetermined.
    """
    _ = rule
    by_group: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _selected(kind, rows, known):
        by_group[str(row.get(kind.options["group"]))].append(row)
    if not by_group:
        return [_nothing(kind, known)]
    return [_share_of(name, listed, kind, known) for name, listed in by_group.items()]


def _share_of(name: str, rows: Rows, kind: Template, known: Mapping[str, Any]) -> Judged:
    counted = [row for row in rows if not row.get("exception_approver")]
    parts = [(row.get(kind.options["numerator"]), row.get(kind.options["denominator"])) for row in counted]
    facts = {"rows": len(rows), "excepted": len(rows) - len(counted)}
    if any(a is None or b is None for a, b in parts):
        return name, VerdictValue.UNDETERMINED, (Text("数量缺失", "a quantity is missing"),), facts
    total = sum((Decimal(str(b)) for _, b in parts), Decimal(0))
    if total == 0:
        return name, VerdictValue.UNDETERMINED, (Text("没有可计的数量", "there is nothing to count"),), facts
    value = 100 * sum((Decimal(str(a)) for a, _ in parts), Decimal(0)) / total
    met = _COMPARE[known.get("operator") or ">="](value, Decimal(str(known["value"])))
    reason = Text("比例{v}%，要求{o}{w}%", "share {v} %, required {o} {w} %").format(
        v=f"{value:.4g}", o=SIGNS[known.get("operator") or ">="], w=f"{known['value']:g}"
    )
    return name, VerdictValue.CLEAR if met else VerdictValue.VIOLATION, (reason,), {**facts, "share_pct": float(value)}


def zero(kind: Template, rule: Mapping[str, Any], rows: Rows, known: Mapping[str, Any]) -> list[Judged]:
    """Whether anything was found that must be gone. Nothing found among N inspected is not proven zero."""
    _ = rule
    selected = _selected(kind, rows, known)
    if not selected:
        return [_nothing(kind, known)]
    made: list[Judged] = []
    for row in selected:
        found, inspected = row.get("found"), row.get("inspected")
        facts = {"found": found, "inspected": inspected}
        subject = str(row.get("subject_id"))
        if found is None or not inspected:
            made.append((subject, VerdictValue.UNDETERMINED, (Text("没有检查记录", "nothing was inspected"),), facts))
        elif found > 0:
            made.append((subject, VerdictValue.VIOLATION, (Text("发现{n}处", "{n} found").format(n=found),), facts))
        else:
            reason = Text(
                "检查{n}处未发现，不等于已为零", "nothing found among {n} inspected; that is not zero"
            ).format(n=inspected)
            made.append((subject, VerdictValue.CLEAR, (reason,), facts))
    return made


def count(kind: Template, rule: Mapping[str, Any], rows: Rows, known: Mapping[str, Any]) -> list[Judged]:
    """How many pieces stand, against how many the plan names."""
    _ = rule
    selected = _selected(kind, rows, known)
    if not selected:
        return [_nothing(kind, known)]
    built = [row for row in selected if row.get("status") in {"built", "operating"}]
    wanted = known.get("value")
    facts = {"listed": len(selected), "built": len(built)}
    if wanted is None:
        return [("*", VerdictValue.UNDETERMINED, (Text("没有数量要求", "no number is required"),), facts)]
    reason = Text("已建成{n}，要求{w}", "{n} built, {w} required").format(n=len(built), w=f"{wanted:g}")
    return [("*", VerdictValue.CLEAR if len(built) >= wanted else VerdictValue.VIOLATION, (reason,), facts)]


def indicator(kind: Template, rule: Mapping[str, Any], rows: Rows, known: Mapping[str, Any]) -> list[Judged]:
    """A target on an indicator: the value of the target year, against a level or against the base year."""
    _ = kind, rule
    by_place: dict[str, dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        if row.get("indicator_id") == known.get("metric"):
            held = by_place[str(row.get("adcode"))][str(row.get("period"))]
            held |= {row["value"]} if row.get("value") is not None else set()
    if not by_place:
        return [
            (
                "*",
                VerdictValue.UNDETERMINED,
                (Text("没有指标“{m}”", "there is no indicator {m}").format(m=metric_name(str(known.get("metric")))),),
                {},
            )
        ]
    return [_indicator_of(place, values, known) for place, values in by_place.items()]


def _indicator_of(place: str, listed: Mapping[str, set[Any]], known: Mapping[str, Any]) -> Judged:
    goal, sign = known.get("value"), known.get("operator")
    years = [str(known.get(name)) for name in ("target_year", "base_year")]
    if several := [year for year in years if len(listed.get(year, ())) > 1]:
        reason = Text(
            "{y} 年有几个不同的值（口径或版次不同），无法确定用哪一个",
            "{y} has several values (boundaries or vintages differ): which one counts is not said",
        ).format(y=several[0])
        return place, VerdictValue.UNDETERMINED, (reason,), {year: sorted(map(str, listed[year])) for year in several}
    values = {period: next(iter(held)) for period, held in listed.items() if len(held) == 1}
    end = values.get(str(known.get("target_year")))
    facts: dict[str, Any] = {"target_year_value": end}
    if sign is not None and sign != "change_pct" and sign not in _COMPARE:
        return place, VerdictValue.UNDETERMINED, (_NO_LEVEL,), facts
    if goal is None or sign is None:
        return place, VerdictValue.UNDETERMINED, (Text("目标值未设定", "the value of the target is not set"),), facts
    if end is None:
        return place, VerdictValue.UNDETERMINED, (NO_YEAR_VALUE,), facts
    actual = Decimal(str(end))
    if sign == "change_pct":
        base = values.get(str(known.get("base_year")))
        facts["base_year_value"] = base
        if not base:
            return place, VerdictValue.UNDETERMINED, (Text("基准年没有数据", "no value for the base year"),), facts
        actual = 100 * (actual / Decimal(str(base)) - 1)
        facts["change_pct"] = float(actual)
        met = actual <= Decimal(str(goal)) if goal < 0 else actual >= Decimal(str(goal))
    else:
        met = _COMPARE[sign](actual, Decimal(str(goal)))
    reason = Text("实际{a}，目标{s} {g}", "actual {a}, target {s} {g}").format(
        a=f"{float(actual):.6g}", s=SIGNS[sign], g=f"{goal:g}"
    )
    return place, VerdictValue.MET if met else VerdictValue.NOT_MET, (reason,), facts


def _nothing(kind: Template, known: Mapping[str, Any]) -> Judged:
    reason = Text("登记表“{r}”中没有“{s}”的记录", "register {r} holds nothing about {s}").format(
        r=words_of(kind.register).register, s=known.get("subject")
    )
    return "*", VerdictValue.UNDETERMINED, (reason,), {}


AGGREGATES: dict[str, Callable[[Template, Mapping[str, Any], Rows, Mapping[str, Any]], list[Judged]]] = {
    "share": share,
    "zero": zero,
    "count": count,
    "indicator": indicator,
}
"""Tests by the `kind` of the template."""
