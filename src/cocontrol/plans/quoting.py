"""Aims that a text states though it is no plan: a report that announces them, a speech, a table standing alone.

Whether a text is a plan and whether it states aims are two questions. What a sentence sets for a coming year is read
here whatever the text is; what it tells of the past is not, and a story sets no aims.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cocontrol.core.text import Text
from cocontrol.plans.context import Setting
from cocontrol.plans.judging import FEWEST_CHARACTERS, Evidence, tells_results
from cocontrol.plans.model import Notice, Target, TargetKind
from cocontrol.plans.normalise import Normalised
from cocontrol.plans.outline import lines_of
from cocontrol.plans.periods import RANGE_OF_VALUES, final_year, period_in
from cocontrol.plans.tables import Table, sets_aims, table_targets
from cocontrol.plans.targets import Scope, find_targets

_DOES = (
    r"(?=[^，。；]{0,4}(?:达|降|下降|控制|实现|完成|建成|新建|新增|提[高升]|增[加长]|减少|压减|削减|淘汰|保持|超过))"
)
_FOR_A_YEAR = re.compile(
    r"[到至]20\d\d年(?!的)|20\d\d年(?:\d{1,2}月)?(?:底|末|年底)?前|力争20\d\d年|20\d\d年?[-—~至]20\d\d年"
    rf"|20\d\d年[^。]{{0,160}}(?:年内|力争|确保|[将要]{_DOES})"
    rf"|“?十[一二三四五六]五”?(?:期?末|期间|时期)[^。]{{0,40}}(?:力争|确保|[将要]{_DOES})"
)
"""What makes a sentence set an aim for a year."""
_TOLD = re.compile(
    r"同比|截至|截止|以来|(?:统计|监测|预警中心|显示|公布的?|有关)数据|数据显示|据统计|已(?!有的|建的)|完成了|实现了|取得了|达到了"
    r"|(?:上升|下降|提高|增长|减少|降低|增加)了|比上年|较上年|比去年|较去年|超额|累计(?:完成|建成|下降|降低|淘汰)|首次|曾"
)
"""What makes a sentence tell results."""
_STORY = re.compile(r"(?m)^[ 　]*第[一二三四五六七八九十百\d]+[章回](?:[ 　]|$)|小说|话本")
_PERSONS = re.compile(r"[他她](?!们?的?[省市县区])")
_PERSONS_OF_A_STORY = 3
_DATE = re.compile(r"(?<!\d)(20\d\d)(?:年|[-/.])\d{1,2}(?:月|[-/.])\d{1,2}")
_YEAR = re.compile(r"(?<!\d)20\d\d(?=年)")
_HEAD = 600
_SENTENCE = re.compile(r"[^。！？\n]+")
_KINDS = {TargetKind.QUANTITATIVE, TargetKind.EXTERNAL, TargetKind.RELATIVE, TargetKind.DIRECTIONAL, TargetKind.ZERO}


def quoted_aims(
    source: Normalised, title: str | None, seen: Evidence, tables: list[Table], original: str
) -> list[Target]:
    """The targets that sentences and tables of a text that is no plan set for a coming year, without identifiers.

    A sentence counts where it names the year and does not tell results. In a report of results the year must also be
    later than every year of which the report tells. Of tables only those count that call their columns aims or their
    indicators binding or expected. Nothing is taken from a story, nor where no indicator is known by name.
    """
    if seen.characters < FEWEST_CHARACTERS or tells_a_story(source.text):
        return []
    earliest = _earliest(source.text, results=tells_results(seen))
    setting = Setting(None, _published(source.text), final_year(title))
    scopes = [
        Scope(a, b, None, goals=False, setting=setting)
        for line in lines_of(source.text, 0, len(source.text))
        for a, b in _sentences(line.text, line.start)
    ]
    prose = [t for t in find_targets(source, scopes, original) if t.kind in _KINDS and (t.target_year or 0) >= earliest]
    read = [table for table in tables if sets_aims(table)]
    prose = [t for t in prose if not any(x.start < t.end and t.start < x.end for x in tables)]
    tabled = table_targets(read, original, period=period_in(title or ""))
    found = [*prose, *(target for target in tabled if (target.target_year or earliest) >= earliest)]
    return found if speaks_of_the_field(found) else []


def speaks_of_the_field(found: Iterable[Target]) -> bool:
    """Whether at least one target is of an indicator that belongs to the field."""
    return any(target.metric not in _GENERIC for target in found)


_GENERIC = {"other", "share", "area", "investment", "mileage", "project_count", "mass", "stock", "new_construction"}
"""Metrics that any text may name; they alone do not show that a text speaks of the field."""


def quoted_notice() -> Notice:
    """Says that a text is no plan and that the targets are aims it quotes."""
    message = Text(
        "文本不是方案，但写有年份明确的目标，已按引述读取；数字以方案正文为准",
        "not a plan, but it states aims for named years: they are read as quoted, the plan itself decides",
    )
    return Notice("plan.quoted_aims", message)


def tells_a_story(text: str) -> bool:
    """Whether a text is fiction: it has chapters and persons that are only called he and she."""
    return _STORY.search(text) is not None and len(_PERSONS.findall(text)) >= _PERSONS_OF_A_STORY


def _sentences(line: str, start: int) -> list[tuple[int, int]]:
    """The sentences of a line that set an aim for a year and tell no results."""
    return [
        (start + match.start(), start + match.end())
        for match in _SENTENCE.finditer(line)
        if _FOR_A_YEAR.search(match.group()) and not _tells(match.group())
    ]


def _tells(sentence: str) -> bool:
    """Whether a sentence tells results, or goes from one figure to another without a word of the future."""
    ranged = RANGE_OF_VALUES.search(sentence) is not None and not re.search("将|力争|确保|目标|提出|明确", sentence)
    return ranged or _TOLD.search(sentence) is not None


def _published(text: str) -> int | None:
    """The year of the first whole date in the head of a text."""
    match = _DATE.search(text[:_HEAD])
    return int(match[1]) if match else None


def _earliest(text: str, *, results: bool) -> int:
    """The first year for which a text can set aims: that of its date; behind all years it tells of, if of results."""
    published = _published(text) or 0
    if not results:
        return published
    told = [piece for piece in _SENTENCE.findall(text) if not _FOR_A_YEAR.search(piece) or _tells(piece)]
    return max([published, *(int(year) + 1 for piece in told for year in _YEAR.findall(piece))])
