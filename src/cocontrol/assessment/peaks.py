"""Targets about a peak year, held against the totals of every year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cocontrol.assessment.judgement import Judgement
from cocontrol.assessment.observations import Observations
from cocontrol.assessment.target import Target
from cocontrol.core.text import Text
from cocontrol.core.verdicts import VerdictValue
from cocontrol.indicators.peak import Peak, PeakStatus, assess_peak

NO_TOTALS = Text(
    "达峰须有逐年排放总量，并由其后年份确认，此前只是暂定",
    "a peak needs the totals of every year and is provisional until later years confirm it",
)
TOO_LATE = Text("最高年 {y} 晚于目标", "the maximum of {y} lies after the target")


def is_peak(target: Target) -> bool:
    """Whether the target is about the year of a peak."""
    return target.metric.endswith("peak_year")


def peak_of(option: Observations, *, as_of: date) -> Peak:
    """The peak status of one series by the years known on `as_of`."""
    known = {year: option.value(year) for year in option.known_years(as_of=as_of)}
    return assess_peak({year: value for year, value in known.items() if value is not None})


def judge_peak(target: Target, options: Sequence[Observations], *, as_of: date) -> Judgement:
    """A peak target under every series of totals: met only where a confirmed peak lies early enough.

    ``met``: peaked, confirmed by later years, in or before the target year (before it where the plan says 前
    with ``<``). ``not_met``: peaked later, or no peak though the target year and the years of confirmation have
    passed. Else undetermined, with the status as it stands and the year that can confirm it.
    """
    judged = [(option, peak_of(option, as_of=as_of)) for option in options]
    if not judged or all(peak.status is PeakStatus.UNDETERMINED for _, peak in judged):
        reasons = tuple(dict.fromkeys(reason for _, peak in judged for reason in peak.reasons))
        return Judgement(VerdictValue.UNDETERMINED, (NO_TOTALS, *reasons), _facts(judged))
    values = {_verdict(target, peak, as_of) for _, peak in judged if peak.status is not PeakStatus.UNDETERMINED}
    reasons = tuple(dict.fromkeys(reason for _, peak in judged for reason in _said(target, peak)))
    if len(values) == 1:
        return Judgement(values.pop(), reasons, _facts(judged))
    depends = Text("取决于口径", "depends on the boundary")
    return Judgement(VerdictValue.UNDETERMINED, (depends, *reasons), _facts(judged))


def _verdict(target: Target, peak: Peak, as_of: date) -> VerdictValue:
    if peak.status is PeakStatus.PEAKED and peak.year is not None:
        if target.target_year is None:
            return VerdictValue.UNDETERMINED
        return VerdictValue.MET if _in_time(target, peak.year) else VerdictValue.NOT_MET
    confirmed = target.target_year is not None and as_of.year > target.target_year + peak.rule.years
    late = peak.year is not None and not _in_time(target, peak.year)
    return VerdictValue.NOT_MET if confirmed and late else VerdictValue.UNDETERMINED


def _in_time(target: Target, year: int) -> bool:
    if target.target_year is None:
        return False
    return year < target.target_year if target.operator == "<" else year <= target.target_year


def _said(target: Target, peak: Peak) -> tuple[Text, ...]:
    status = Text("目前：{s}", "so far: {s}").format(s=peak.status.label)
    if peak.year is not None and target.target_year is not None and not _in_time(target, peak.year):
        return (status, TOO_LATE.format(y=peak.year), *peak.reasons)
    return (status, *peak.reasons)


def _facts(judged: Sequence[tuple[Observations, Peak]]) -> dict[str, Any]:
    listed = [{"boundary": o.boundary, "variant": o.variant, "peak": peak.as_dict()} for o, peak in judged]
    return {"options": listed} if listed else {}
