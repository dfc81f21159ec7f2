"""The stretches of a plan in which targets are looked for, each with the years that govern it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cocontrol.plans.brackets import hide, split_outside
from cocontrol.plans.vocabulary import pattern

LONGEST_SENTENCE = 1500
"""Characters of a piece between two stops beyond which it is no sentence and is judged by its beginning only."""

_TITLES = re.compile(
    r"《[^《》\n]{0,80}》|[一-鿿]{1,10}[〔（]20\d\d[〕）]\d{1,4}号|20\d\d年\d{1,2}月(?!底|末|前)(?:\d{1,2}日)?(?!前)"
)
BASE = re.compile(
    r"(?:与|同|和|以|在)(?P<a>20\d\d)年(?:底|末)?(?:的)?(?:相比|为基[准期数年]|基础上|水平上|同期相比)[，]?"
    r"|(?:相较于?|相比于?|对比|较之|较|(?<!占)比)(?P<b>20\d\d)年(?:底|末)?(?:水平|同期|基数)?"
    r"|(?:较|(?<!占)比|与)(?P<c>“?十三五”?末|“?十四五”?末|基准年)(?:相比)?"
)
_MULTIPLE = re.compile(r"(?P<y>20\d\d)年(?:的)?(?=\d+(?:\.\d+)?倍)")
_PLAN_PERIOD = {"十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_PERIOD = re.compile(r"“?(?P<p>十[四五六]五)”?(?:期间|时期|末期?|期末|规划期|收官|阶段)?")
_RANGE = re.compile(r"(?P<a>20\d\d)(?:年)?[-—~至到](?P<b>20\d\d)年")
_LIST = re.compile(
    r"(?:到|至|力争)?20\d\d年?(?:底|末)?(?:[、，和及]|以及)(?:到|至|力争)?20\d\d年(?:(?:[、和及])20\d\d年)*"
)
_YEAR = re.compile(
    r"(?P<to>到|至|力争|争取|确保|截至|于)?(?:到)?(?P<y>20\d\d)年(?:\d{1,2}月)?(?P<end>底前?|末前?|年?底|年?末|前|之前|以前|期间|内)?(?P<next>[，：:、]?)"
)
_PAST_PERIOD = re.compile(r"“?十[一二三]五”?(?:期间|时期|以来|末)|“?十四五”?以来")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a sentence between commas, with what governs it.

    `text` has titles, document numbers and dates painted over, at unchanged length; `years` are the
    target years in force (more than one only for 分别); `base` the base year written in the sentence; `before` what stands before it since the last ； .
    """

    start: int
    end: int
    text: str
    sentence: int
    years: tuple[int, ...]
    base: int | None
    past: bool
    goals: bool
    before: str


def chunks(text: str, start: int, end: int, *, hidden: tuple[tuple[int, int], ...], goals: bool) -> Iterator[Chunk]:
    """The chunks of ``text[start:end]`` in order.

    A year holds until the sentence ends (in the aims: until the paragraph ends), or another is named.
    A heading or opening words such as 到2025年： govern what follows them in the paragraph.
    """
    painted = _painted(text, start, end, hidden)
    heading: tuple[int, ...] = ()
    number = 0
    for a, b in split_outside(painted, "\n"):
        line = painted[a:b]
        years: tuple[int, ...] = heading if goals else ()
        if len(line) <= 30 and "。" not in line:
            heading = years_in(line) or (heading if goals else ())
            years = heading
        for c, d in split_outside(line, "。！？"):
            number += 1
            if not goals:
                years = heading
            sentence = line[c:d]
            base = None
            told = re.search(r"截至|同比|以来", sentence) is not None and is_past(sentence)
            before = ""
            for e, f in split_outside(sentence, "，；：:"):
                years = years_in(sentence[e:f]) or years
                place = a + c + e
                before = "" if e and sentence[e - 1] == "；" else before
                base = base_in(sentence[e:f]) or base
                past = told or is_past(sentence[e:f])
                if f - e > LONGEST_SENTENCE:
                    continue
                yield Chunk(
                    start + place,
                    start + a + c + f,
                    painted[place : a + c + f],
                    number,
                    years,
                    base,
                    past,
                    goals,
                    before,
                )
                before += sentence[e:f]


def _painted(text: str, start: int, end: int, hidden: tuple[tuple[int, int], ...]) -> str:
    body = text[start:end]
    spans = [(max(a, start) - start, min(b, end) - start) for a, b in hidden if a < end and b > start]
    spans += [match.span() for match in _TITLES.finditer(body)]
    return hide(body, spans)


def base_in(text: str) -> int | None:
    """The base year that a sentence compares with."""
    if multiple := _MULTIPLE.search(text):
        return int(multiple["y"])
    match = BASE.search(text)
    if match is None:
        return None
    written = match["a"] or match["b"]
    if written:
        return int(written)
    return next((year for name, year in _PLAN_PERIOD.items() if match["c"] and name in match["c"]), None)


def years_in(text: str) -> tuple[int, ...]:
    """The target years named in a piece of text; base years, past periods and dates do not count.

    >>> years_in("到2025年、2030年"), years_in("比2020年下降18%"), years_in("“十四五”期间")
    ((2025, 2030), (), (2025,))
    """
    plain = BASE.sub("", _PAST_PERIOD.sub("", _MULTIPLE.sub("", text)))
    if match := _LIST.search(plain):
        return tuple(int(y) for y in re.findall(r"20\d\d", match.group()))
    if match := _RANGE.search(plain):
        return (int(match["b"]),)
    for match in _YEAR.finditer(plain):
        opens = match.start() == 0 or plain[match.start() - 1] in "，：、（）.． "
        told = re.match(r"年?目标|达|提高|提升|降|控制|实现|力争|全部|基本|分别|保持", plain[match.end() :])
        if match["to"] or match["end"] or opens or told:
            return (int(match["y"]),)
    if match := _PERIOD.search(plain):
        return (_PLAN_PERIOD[match["p"]],)
    return ()


def is_past(sentence: str) -> bool:
    """Whether a sentence tells what has been, not what shall be."""
    if re.search(r"到20[2-9]\d年|力争|确保|争取", sentence):
        return False
    return pattern("targets", "past").search(sentence) is not None and not re.search(
        r"已(?:有|建|纳|开|投)[^，。]{0,6}的", sentence
    )
