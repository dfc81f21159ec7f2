"""Figures that go on with a statement: bounds behind brackets, values of further years, further things of a list."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from cocontrol.plans.candidates import Candidate, named_metrics
from cocontrol.plans.context import Chunk, years_in
from cocontrol.plans.model import TargetKind
from cocontrol.plans.operators import POST_OPERATOR, verb_before
from cocontrol.plans.quantities import Group, Value
from cocontrol.plans.vocabulary import any_of, metrics, units, words


@lru_cache(maxsize=1)
def building() -> re.Pattern[str]:
    """The verbs of building, clearing and founding (建设, 淘汰, 创建)."""
    return re.compile(any_of(words()["targets"]["build"]))


def in_unit_of(metric_unit: str, value: Value) -> bool:
    """Whether a figure in this unit can be a value of the metric: a share is no capacity."""
    shares = {"share", "share_change"}
    if value.unit.dimension in shares or metric_unit == "%":
        return metric_unit in {"%", "", "CNY", "d"} and value.unit.dimension in shares
    if value.unit.dimension in {"multiplier", "composite", "ratio"}:
        return True
    return (metric_unit == "MW") == (value.unit.dimension == "power")


YEAR_ALONE = re.compile(r"(?:[、和及，]|以及)(?:到|至)?(?:20\d\d年(?:底|末)?)(?:的|达到?|为|提高到|降至|增至)?(?:约)?")
"""What stands between two values of one statement: 提高到2025年的20%、2030年的26%."""
YEAR_BEHIND = re.compile(r"（20\d\d年(?:底)?）[、，和]")
"""What stands between two values whose years are behind them: 20%（2025年）、25%（2030年）."""
_FAR_BOUND = re.compile(r"（[^（）]*）(?P<post>及以上|及以下|以上|以下)")
_BOUND_BEHIND = re.compile(r"[^（）]{0,12}）(?P<post>及以上|及以下|以上|以下)")


def with_far_bound(text: str, group: Group) -> Group:
    """A bound behind a bracket holds for the figure before it and for the one inside.

    年排放2.6万吨二氧化碳当量（综合能源消费量约1万吨标准煤）及以上 makes both figures lower bounds.
    """
    if group.values[-1].post is not None:
        return group
    left, right = text[: group.start], text[group.end :]
    inside = left.count("（") > left.count("）")
    match = (_BOUND_BEHIND if inside else _FAR_BOUND).match(right)
    if match is None:
        return group
    return replace(group, values=(*group.values[:-1], replace(group.values[-1], post=match["post"])))


def following(last: Candidate, chunk: Chunk, group: Group, left: str) -> Candidate:
    """The next value of a statement, for another year: metric, operator and sign are those of the one before."""
    value = group.values[-1]
    sign = -1.0 if (last.value or 0.0) < 0 else 1.0
    return replace(
        last, start=chunk.start + group.start, end=chunk.start + value.end, value=sign * value.value, unit=value.unit.written,
        target_year=years_in(left.lstrip("、和及，"))[-1] if years_in(left.lstrip("、和及，")) else last.target_year,
        qualifier=value.post,
    )  # fmt: skip


def in_own_year(item: Candidate, chunk: Chunk, group: Group) -> Candidate:
    """A value with the year that stands in brackets behind it."""
    match = re.match(r"（(20\d\d)年(?:底)?）", chunk.text[group.end :])
    return replace(item, target_year=int(match[1])) if match and len(group.values) == 1 else item


_NEXT_OF_LIST = re.compile(r"(?:[、和及]|以及)(?P<noun>[^，。；、\d（）“”]{2,16})$")


def lists_on(last: Candidate, left: str, group: Group) -> bool:
    """Whether a figure goes on with a list: 压减粗钢产能527万吨、生铁产能175万吨 has one verb for both."""
    match = _NEXT_OF_LIST.fullmatch(left)
    if match is None or last.kind is not TargetKind.QUANTITATIVE or len(group.values) > 1 or verb_before(left):
        return False
    same = (known := units().get(last.unit or "")) is not None and known.dimension == group.values[0].unit.dimension
    return (
        same
        and known is not None
        and known.dimension not in {"count", "share"}
        and not building().search(match["noun"])
    )


def listed(last: Candidate, chunk: Chunk, group: Group, done: int, left: str) -> Candidate:
    """The next figure of a list: its own thing, with the operator, sign and year of the one before."""
    value = group.values[-1]
    noun = left.lstrip("、和及以")
    named = named_metrics(noun)
    fits = bool(named) and in_unit_of(metrics()[named[-1].metric].unit, value)
    sign = -1.0 if (last.value or 0.0) < 0 else 1.0
    return replace(
        last, start=chunk.start + done + len(left) - len(noun), end=chunk.start + value.end,
        metric=named[-1].metric if fits else last.metric, subject=noun.strip(" 的"), value=sign * value.value,
        unit=value.unit.written, operator=POST_OPERATOR.get(value.post or "") or last.operator, qualifier=value.post,
    )  # fmt: skip


def hourly(text: str, group: Group) -> Group:
    """每小时10蒸吨 is 10蒸吨/小时."""
    if not text[: group.start].endswith("每小时"):
        return group
    written = {unit: units()[f"{unit}/小时"] for unit in ("蒸吨", "吨")}
    values = tuple(replace(v, unit=written.get(v.unit.written, v.unit)) for v in group.values)
    return replace(group, values=values)
