"""Holding one target against one series: met, not met, on track, off track, or undetermined with reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cocontrol.assessment.comparison import Comparison, Outcome, Wording, compare
from cocontrol.assessment.observations import Observations
from cocontrol.assessment.target import Target
from cocontrol.assessment.trajectory import (
    Path,
    change_pct,
    required_annual_change_pct,
    required_change_pct,
    required_level,
)
from cocontrol.core.text import Text
from cocontrol.core.units import commensurable, factor
from cocontrol.core.verdicts import VerdictValue

NO_PATH = Text(
    "方案没有写基准年，目标年之前无法判定进度",
    "the plan writes no base year, so progress before the target year has no path",
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome under one boundary and variant, with what was read."""

    value: VerdictValue
    reasons: tuple[Text, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """A target whose numbers are known: what `judge_series` needs of it."""

    operator: str
    value: float
    unit: str
    base_year: int | None
    target_year: int | None
    wording: Wording
    paths: tuple[Path, ...]

    @property
    def is_change(self) -> bool:
        """Whether the target is a change from a base year."""
        return self.operator == "change_pct"


def terms_of(target: Target, value: float, operator: str, wording: Wording, paths: tuple[Path, ...]) -> Terms:
    """The terms of a target whose value and operator are known."""
    return Terms(operator, value, target.unit or "1", target.base_year, target.target_year, wording, paths)


def judge_series(terms: Terms, series: Observations, *, as_of: date) -> Judgement:
    """The target held against one series as known on `as_of`.

    After the end of the target year: ``met`` or ``not_met`` by the value of that year. Before: ``on_track``
    or ``off_track`` by the newest value against the path from the base year. A threshold without target
    year is held against the newest value. What is missing makes it ``undetermined``, with each reason.
    """
    if not terms.is_change and not commensurable(series.unit, terms.unit):
        reason = Text(
            "指标单位 {a} 与目标单位 {b} 不能换算", "unit {a} of the indicator does not convert to {b} of the target"
        )
        return _undetermined(reason.format(a=series.unit, b=terms.unit))
    if terms.target_year is None:
        known = series.known_years(as_of=as_of)
        if terms.is_change or not known:
            return _undetermined(Text("方案没有写目标年", "the plan writes no target year"))
        return _final(terms, series, known[-1])
    if date(terms.target_year, 12, 31) < as_of:
        return _final(terms, series, terms.target_year)
    return _progress(terms, series, terms.target_year, as_of)


def _undetermined(*reasons: Text, **facts: Any) -> Judgement:
    return Judgement(VerdictValue.UNDETERMINED, reasons, facts)


def _decide(comparison: Comparison, holds: VerdictValue, fails: VerdictValue, facts: dict[str, Any]) -> Judgement:
    if comparison.outcome is Outcome.OPEN and comparison.reason:
        return Judgement(VerdictValue.UNDETERMINED, (comparison.reason,), facts)
    return Judgement(holds if comparison.outcome is Outcome.HOLDS else fails, (), facts)


def _missing(terms: Terms, series: Observations, *years: int | None) -> tuple[Text, ...]:
    """Why a value that the terms need is not there, one reason a year."""
    reasons = [series.why_missing(year) for year in years if year is not None and series.value(year) is None]
    if terms.is_change and terms.base_year is None:
        reasons.append(Text("方案没有写基准年", "the plan writes no base year"))
    return tuple(dict.fromkeys(reasons))


def _uneven(terms: Terms, series: Observations, year: int) -> Text | None:
    """Why the change since the base year cannot be told though both years have a value; None where it can."""
    return series.uneven(terms.base_year, year) if terms.is_change and terms.base_year is not None else None


def _final(terms: Terms, series: Observations, year: int) -> Judgement:
    years = (terms.base_year, year) if terms.is_change else (year,)
    if reasons := _missing(terms, series, *years):
        return _undetermined(*reasons, values=[series.fact(y) for y in years if y is not None])
    facts: dict[str, Any] = {"values": [series.fact(y) for y in years if y is not None]}
    if reason := _uneven(terms, series, year):
        return _undetermined(reason, **facts)
    reached = _reached(terms, series, year)
    if reached is None:
        return _undetermined(
            Text("基准年数值不为正，变化率无定义", "the base value is not positive: no change is defined")
        )
    facts["change_pct" if terms.is_change else "value_in_target_unit"] = reached
    comparison = compare(reached, terms.operator, terms.value, terms.wording)
    return _decide(comparison, VerdictValue.MET, VerdictValue.NOT_MET, facts)


def _reached(terms: Terms, series: Observations, year: int) -> float | None:
    """The figure that is compared: change from the base year in percent, or level in the target's unit."""
    value = series.value(year)
    if value is None:
        return None
    if not terms.is_change:
        return value * factor(series.unit, terms.unit)
    base = series.value(terms.base_year) if terms.base_year is not None else None
    return change_pct(base, value) if base is not None and base > 0 else None


def _progress(terms: Terms, series: Observations, target_year: int, as_of: date) -> Judgement:
    after = [y for y in series.known_years(as_of=as_of) if terms.base_year is None or y > terms.base_year]
    if not after:
        return _undetermined(*_no_news(terms, series, target_year, as_of))
    newest = after[-1]
    if terms.is_change and (reasons := _missing(terms, series, terms.base_year)):
        return _undetermined(*reasons, values=[series.fact(newest)])
    if reason := _uneven(terms, series, newest):
        return _undetermined(reason, values=[series.fact(newest)])
    reached = _reached(terms, series, newest)
    if reached is None:
        return _undetermined(
            Text("基准年数值不为正，变化率无定义", "the base value is not positive: no change is defined")
        )
    facts: dict[str, Any] = {"values": [series.fact(newest)], "reached": reached, "target_year": target_year}
    comparison = compare(reached, terms.operator, terms.value, terms.wording)
    if comparison.outcome is Outcome.HOLDS:
        return Judgement(VerdictValue.ON_TRACK, (), facts)
    return _against_paths(terms, series, newest, reached, facts)


def _no_news(terms: Terms, series: Observations, target_year: int, as_of: date) -> tuple[Text, ...]:
    """Why nothing can be said about progress: the last year that should be known, and the base year."""
    last = min(target_year, as_of.year - 1)
    since = Text("{b} 年以后没有任何一年的数据", "no year after {b} has a value").format(b=terms.base_year or "…")
    return tuple(dict.fromkeys((since, *_missing(terms, series, terms.base_year, last))))


def _against_paths(terms: Terms, series: Observations, year: int, reached: float, facts: dict[str, Any]) -> Judgement:
    required = _required(terms, series, year)
    if not required:
        return _undetermined(NO_PATH, **facts)
    facts = {**facts, **_left(terms, reached, year), "required": {p.value: value for p, value in required.items()}}
    judged = {
        path: _decide(
            compare(reached, terms.operator, value, terms.wording), VerdictValue.ON_TRACK, VerdictValue.OFF_TRACK, facts
        )
        for path, value in required.items()
    }
    outcomes = {judgement.value for judgement in judged.values()}
    if len(outcomes) == 1:
        return next(iter(judged.values()))
    listed = Text(
        "、".join(f"{p.label.zh}：{j.value.label.zh}" for p, j in judged.items()),
        ", ".join(f"{p.label.en}: {j.value.label.en}" for p, j in judged.items()),
    )
    reason = Text("取决于进度路径（{l}；参数 progress.path）", "depends on the path ({l}; parameter progress.path)")
    return _undetermined(reason.format(l=listed), **facts)


def _required(terms: Terms, series: Observations, year: int) -> dict[Path, float]:
    """What each path asks for by that year; empty where the plan gives no base to start from."""
    if terms.base_year is None or terms.target_year is None or terms.operator == "==":
        return {}
    elapsed, span = year - terms.base_year, terms.target_year - terms.base_year
    base = series.value(terms.base_year)
    if span <= 0 or (base is None and not terms.is_change):
        return {}
    made = {}
    for path in terms.paths:
        if terms.is_change:
            if path is Path.LINEAR or terms.value > -100:
                made[path] = required_change_pct(terms.value, elapsed=elapsed, span=span, path=path)
        elif base is not None:
            start = base * factor(series.unit, terms.unit)
            if path is Path.LINEAR or (start > 0 and terms.value > 0):
                made[path] = required_level(start, terms.value, elapsed=elapsed, span=span, path=path)
    return made


def _left(terms: Terms, reached: float, year: int) -> dict[str, float]:
    """The yearly change that would still reach a target of change."""
    if not terms.is_change or terms.target_year is None or terms.target_year <= year or reached <= -100:
        return {}
    left = terms.target_year - year
    return {"required_annual_change_pct": required_annual_change_pct(terms.value, reached, years_left=left)}
