"""A target before it is given an identifier and offsets into the original."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cocontrol.plans.model import TargetKind
from cocontrol.plans.vocabulary import any_of, metric_in, words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target with offsets into the readable text."""

    start: int
    end: int
    kind: TargetKind
    metric: str
    subject: str
    operator: str | None = None
    value: float | None = None
    unit: str | None = None
    base_year: int | None = None
    target_year: int | None = None
    qualifier: str | None = None
    basis: str = "level"
    operator_status: str = "written"
    clears: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A metric named in a phrase, with the subject before it and where the two begin."""

    metric: str
    subject: str
    start: int


@lru_cache(maxsize=1)
def _leading() -> re.Pattern[str]:
    w = words()
    listed = [*w["targets"]["adverbs"], *w["targets"]["direction_adverbs"], *w["targets"]["openers"]]
    adverbs = any_of(word for word in listed if len(word) > 1)
    return re.compile(
        rf"^(?:[ ，、：:；）”—–•·○●◆■▪\-①-⑳]|(?:力争|争取|确保)?(?:到|至|于|在)?20\d\d年(?:\d{{1,2}}月)?(?:底|末)?(?:前|之前)?|“?十[四五六]五”?(?:期间|时期|末)?"
        rf"|其中|同时|此外|并|且|使|年均|{adverbs}|一是|二是|三是|四是|五是|[（(][一二三四五六七八九十\d]+[）)])+"
    )


_TRAILING = re.compile(
    r"(?:[ ，、的]|(?:力争|争取|确保)?(?:到|至|于|在)?20\d\d年(?:\d{1,2}月)?(?:底|末)?(?:前|之前)?|“?十[四五六]五”?(?:期间|时期|末)?)+$"
)


_OTHER_HEAD = re.compile(r"(?:率|量|比例|占比|比重|系数|能力|次数|天数)$")
"""Behind a metric's name, the head of another one: 碳排放报告合格率 is no emission."""


def lead_in(text: str) -> int:
    """How many characters of time, order and adverb stand before the thing that is spoken of."""
    match = _leading().match(text)
    return match.end() if match else 0


def bare_end(text: str) -> int:
    """Where the phrase ends, left of trailing particles and times."""
    match = _TRAILING.search(text)
    return match.start() if match else len(text)


def named_metrics(phrase: str) -> list[Named]:
    """The metrics that a noun phrase names, first to last, with their common subject.

    A list shares its tail: 化肥、农药利用率 names two metrics. An empty list means none is known.
    """
    found = metric_in(phrase)
    if found is None:
        return []
    metric, start, end = found
    if metric == "major_pollutants" and phrase[:start].endswith("等") and (each := named_metrics(phrase[: start - 1])):
        return each
    if _OTHER_HEAD.search(phrase[end:]):
        return []
    made = [Named(metric, "", start)]
    while (before := _listed_before(phrase, made[0].start, phrase[start:end])) is not None:
        if any(named.metric == before.metric for named in made):
            break
        made.insert(0, before)
    made = _with_shared_head(phrase, made, end)
    first = made[0].start
    lead = min(lead_in(phrase[:first]), first)
    subject = _whole_subject(phrase[lead:first].strip(" 的、，和与及"), phrase[start:end])
    return [Named(_regional(named.metric, subject), subject, lead if subject else first) for named in made]


def _whole_subject(before: str, named: str) -> str:
    """The subject before the words that name a metric, with these words where they are part of it.

    >>> _whole_subject("新增", "光伏装机"), _whole_subject("淘汰火电", "机组"), _whole_subject("火电", "供电煤耗")
    ('新增光伏装机', '淘汰火电机组', '火电')
    """
    is_part = _ONLY_A_CHANGE.fullmatch(before) is not None or (bool(before) and named in _THINGS)
    return f"{before}{named}" if is_part else before


_ONLY_A_CHANGE = re.compile(r"(?:累计|每年|年|全[省市县区])*(?:新增|新建|扩建|新改扩建|淘汰|退出|压减|关停|替代)")
"""Words that say what is done, not to what: the metric's own words say that."""
_THINGS = frozenset({"机组"})
"""Words that name a metric (the capacity) by the thing that has it."""


def _regional(metric: str, subject: str) -> str:
    """An intensity of a whole region is the one per unit of GDP."""
    if re.fullmatch(r"(?:全[省市县区]|我[省市县区])?", subject):
        return {"co2_intensity": "co2_per_gdp", "energy_intensity": "energy_per_gdp"}.get(metric, metric)
    return metric


def _with_shared_head(phrase: str, made: list[Named], end: int) -> list[Named]:
    """A list may also share its head: 单位生产总值能耗和二氧化碳排放 means both per unit of GDP."""
    if len(made) < 2:
        return made
    first = phrase[made[0].start : made[1].start].rstrip("、和与及以")
    ends = [named.start for named in made[2:]] + [end]
    whole = [made[0]]
    for named, stop in zip(made[1:], ends, strict=True):
        own = phrase[named.start : stop].rstrip("、和与及以")
        metric = next(
            (
                m
                for cut in range(len(first) - 1, 1, -1)
                if (m := _covering(first[:cut] + own)) not in {None, made[0].metric}
            ),
            None,
        )
        whole.append(Named(metric or named.metric, named.subject, named.start))
    return whole


def _covering(phrase: str) -> str | None:
    found = metric_in(phrase, at_end=True)
    return found[0] if found and found[1] == 0 else None


def _listed_before(phrase: str, start: int, tail: str) -> Named | None:
    """The metric listed directly before `start`, complete by itself or with the tail of the one behind it."""
    match = re.search(r"(?P<item>[^、，和与及◇]{2,30}(?:（[^）]*）)?)(?:、|和|与|及|以及)$", phrase[:start])
    if match is None:
        return None
    item = match["item"]
    own = metric_in(item, at_end=True)
    if own is not None:
        return Named(own[0], "", match.start() + own[1])
    for cut in range(1, len(tail)):
        shared = metric_in(item + tail[cut:], at_end=True)
        if shared is not None and shared[1] < len(item) and shared[2] > len(item):
            return Named(shared[0], "", match.start() + shared[1])
    return None
