"""Goals with a year or a rank of their own: peaks, doublings, the last of a row."""

from __future__ import annotations

import re
from dataclasses import replace

from cocontrol.plans import numerals
from cocontrol.plans.candidates import Candidate, lead_in, named_metrics
from cocontrol.plans.context import BASE, Chunk
from cocontrol.plans.model import TargetKind

_PEAK = re.compile(
    r"(?P<subject>[^，。；“]{0,30}?(?:二氧化碳|碳)排放(?:总?量)?)?(?:力争|确保)?(?:于|在|到)?(?P<year>20\d\d)年(?P<post>之前|以前|前|底前|左右)?"
    r"(?:如期|率先|稳妥)?(?:实现|达到)?(?P<subject2>[^，。；]{0,20}?)(?P<peak>碳达峰|达峰|达到峰值|峰值)(?!行动|工作|方案|试点|实施|、碳中和|碳中和|与)"
)
_YEAR_BEFORE = re.compile(r"(?:^|[^\d])(?P<year>20\d\d)年(?P<post>之前|以前|前|底前|左右|底|末)?$")
_PEAK_ALONE = re.compile(
    r"(?P<subject>[^，。；“]{0,40}?(?:二氧化碳|碳|温室气体)排放(?:总?量)?)(?:力争|确保)?(?:如期|率先|稳妥)?(?:实现|达到)?(?:达峰|峰值)(?!行动|工作|方案|试点|实施)"
)
_ORDINAL = re.compile(r"第(?P<n>[二三四五六七八九十]+)(?P<unit>条|座|台)(?P<object>[^，。；、]{2,24})")
_BUILDING = re.compile(r"谋划|布局|建设|推进|新建|开工|建成")


def make(
    chunk: Chunk,
    span: tuple[int, int],
    kind: TargetKind,
    metric: str,
    subject: str,
    operator: str | None,
    value: float | None = None,
    unit: str | None = None,
    qualifier: str | None = None,
) -> Candidate:
    """A candidate at `span` of the chunk, its leading stops left out, with the year that governs the chunk."""
    start, end = span
    while start < end and chunk.text[start] in " ，、；：的":
        start += 1
    return Candidate(
        chunk.start + start,
        chunk.start + end,
        kind,
        metric,
        subject.strip(" 的、，：；")[:120],
        operator,
        value,
        unit,
        None,
        chunk.years[-1] if chunk.years else None,
        qualifier,
    )


def from_lead(text: str, start: int) -> int:
    """`start` moved behind orders and adverbs."""
    return start + lead_in(text[start:])


def peaks(chunk: Chunk) -> list[Candidate]:
    """The year before which emissions peak."""
    text = chunk.text
    match = _PEAK.search(text)
    if match is None:
        return _peak_behind_year(chunk)
    if not re.search(r"碳|温室气体", text):
        return []
    start = from_lead(text, match.start()) if not re.match(r"20\d\d", text[match.start() :]) else match.start()
    start = min(start, match.start("year"))
    before = (match["post"] or "").endswith("前")
    subject = re.sub(
        r"(?:二氧化碳|碳)排放(?:总?量)?$",
        "",
        text[start : match.end("subject")] if match["subject"] else match["subject2"],
    )
    made = make(
        chunk, (start, match.end()), TargetKind.QUANTITATIVE, "co2_peak_year", subject, "<" if before else "<=",
        float(match["year"]), "年", match["post"],
    )  # fmt: skip
    return [replace(made, target_year=int(match["year"]))]


def _peak_behind_year(chunk: Chunk) -> list[Candidate]:
    """2030年前，全省工业领域碳排放达到峰值: the year stands in the piece before."""
    year = _YEAR_BEFORE.search(chunk.before)
    match = _PEAK_ALONE.search(chunk.text)
    if year is None or match is None or not re.search(r"碳|温室气体", match.group()):
        return []
    start = from_lead(chunk.text, match.start())
    subject = re.sub(r"(?:二氧化碳|碳|温室气体)排放(?:总?量)?$", "", chunk.text[start : match.end("subject")])
    operator = "<" if (year["post"] or "").endswith("前") else "<="
    made = make(chunk, (start, match.end()), TargetKind.QUANTITATIVE, "co2_peak_year", subject, operator,
                 float(year["year"]), "年", year["post"])  # fmt: skip
    return [replace(made, target_year=int(year["year"]))]


def doublings(chunk: Chunk) -> list[Candidate]:
    """翻一番 is a rise of 100 %."""
    made = []
    for match in re.finditer(r"翻(?P<n>一番|两番|一倍)", chunk.text):
        phrase = BASE.sub(lambda m: "，" * len(m.group()), chunk.text[: match.start()])
        factor = 300.0 if match["n"] == "两番" else 100.0
        for named in named_metrics(phrase)[-1:]:
            item = make(
                chunk,
                (named.start, match.end()),
                TargetKind.QUANTITATIVE,
                named.metric,
                named.subject,
                "change_pct",
                factor,
                "%",
            )
            made.append(replace(item, base_year=chunk.base, basis="change"))
    return made


def ordinals(chunk: Chunk) -> list[Candidate]:
    """第四条输电通道: a count by its last member."""
    text = chunk.text
    return [
        make(
            chunk,
            match.span(),
            TargetKind.COUNT,
            "project_count",
            match["object"],
            "==",
            numerals.number(match["n"]),
            match["unit"],
        )
        for match in _ORDINAL.finditer(text)
        if _BUILDING.search(text[: match.start()])
    ]
