"""The stretches of a plan in which targets are looked for, each with the years that govern it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cocontrol.plans.brackets import hide, split_outside
from cocontrol.plans.periods import BASE, RANGE_OF_VALUES, base_in, is_multiple, looks_ahead, stands_alone, years_in
from cocontrol.plans.vocabulary import any_of, metric_in, pattern, words

LONGEST_SENTENCE = 1500
"""Characters of a piece between two stops beyond which it is no sentence and is judged by its beginning only."""

_LONGEST_HEADING = 30
_TITLES = re.compile(
    r"《[^《》\n]{0,80}》(?:（[^（）\n]{0,12}(?:年本|年版|年修订|年修正|试行)[^（）\n]{0,6}）)?|20\d\d年(?:版|本)(?![市地级])"
    r"|[一-鿿]{1,10}[〔（]20\d\d[〕）]\d{1,4}号|20\d\d年\d{1,2}月(?!底|末|前)(?:\d{1,2}日)?(?!前)"
)
_TOLD = re.compile(r"截至|截止|同比|以来")
_COMPARED = re.compile("同比|比上年|较上年|比去年|较去年")
_LAST_YEAR = re.compile("(?:较|比|与)(?:上年|去年|上一年)(?:度)?")
_LATER_IN_BRACKETS = re.compile(
    r"(?<=[\d%一-鿿])（(?:到|至)?20\d\d年(?:底)?[^（）]{0,12}\d[^（）]*）|(?<=[%吨米时瓦])（20\d\d年）"
)
"""A later year in brackets behind a figure governs what stands in the brackets only: 达到20%（2030年达到25%）."""
_EFFORTS = re.compile(
    r"(?:经过|通过)[三四五3-5]年(?:时间|的)?(?:努力|奋战|集中攻坚|攻坚)|^(?:未来|今后)(?:五年|5年)$|^到?规划期(?:内|末)$"
)
_LASTING = re.compile(r"截至|截止(?:到)?20|以来|^20\d\d年以来")

__all__ = ["BASE", "Chunk", "Setting", "base_in", "chunks", "is_past", "years_in"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the document as a whole says about time: the year of an annual plan, the year it was issued in, and the
    last year that its title names (2022—2024年)."""

    annual: int | None = None
    issued: int | None = None
    final: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a sentence between commas, with what governs it.

    `text` has titles, document numbers and dates painted over, at unchanged length; `years` are the
    target years in force (more than one only for 分别), `stated` whether the sentence or its heading names them;
    `base` the base year written in the sentence; `before` what stands before it since the last ； .
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
    stated: bool = True
    guiding: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    """What is in force while a sentence is read from comma to comma."""

    years: tuple[int, ...]
    stated: bool
    base: int | None = None
    base_years: tuple[int, ...] = ()
    base_alone: bool = False
    aside: bool = False
    told: bool = False


def chunks(
    text: str,
    start: int,
    end: int,
    *,
    hidden: tuple[tuple[int, int], ...],
    goals: bool,
    setting: Setting | None = None,
    opened: tuple[int, ...] = (),
) -> Iterator[Chunk]:
    """The chunks of ``text[start:end]`` in order.

    A year holds until the sentence ends (in the aims: until the paragraph ends, or orders follow the aims), or
    another is named. A heading or opening words such as 到2025年： govern what follows them in the paragraph. In an
    annual plan its year governs what names none. `opened` are years that govern from the start.
    """
    where = setting or Setting()
    painted = _painted(text, start, end, hidden)
    heading = opened
    number = 0
    for a, b in split_outside(painted, "\n"):
        line = painted[a:b]
        carried: tuple[int, ...] = heading if goals else ()
        if len(line) <= _LONGEST_HEADING and "。" not in line:
            heading = years_in(line) or (heading if goals else ())
            carried = heading
        guiding = _guides(line)
        for c, d in split_outside(line, "。！？"):
            number += 1
            sentence = line[c:d]
            if (not goals and not _goes_on(sentence)) or _orders().match(sentence):
                carried = heading
            last = None
            for chunk in _sentence(sentence, number, goals, carried, heading, where):
                last = chunk
                if len(chunk.text) <= LONGEST_SENTENCE:
                    place = start + a + c
                    yield replace(chunk, start=place + chunk.start, end=place + chunk.end, guiding=guiding)
            carried = last.years if last is not None and last.years else carried


def _sentence(
    sentence: str, number: int, goals: bool, carried: tuple[int, ...], heading: tuple[int, ...], setting: Setting
) -> Iterator[Chunk]:
    """The chunks of one sentence with offsets in it."""
    annual = (setting.annual,) if setting.annual else ()
    state = _State(carried or annual, stated=not carried or carried == heading)
    told = _TOLD.search(sentence) is not None and is_past(sentence, setting)
    before = ""
    for a, b in split_outside(sentence, "，；：:"):
        piece = sentence[a:b]
        before = "" if a and sentence[a - 1] == "；" else before
        state = _moved_on(state, piece, setting)
        past = told or state.told or is_past(piece, setting) or _past_range(piece, sentence, state, setting)
        past = past and not _compares_ahead(sentence, state, setting, goals=goals)
        yield Chunk(a, b, piece, number, state.years, state.base, past, goals, before, state.stated)
        before += piece


def _moved_on(state: _State, piece: str, setting: Setting) -> _State:
    """What is in force from `piece` on: its own years and base year, and whether it tells what has been.

    A base year ends where another target year is named, unless it stood alone (与2020年相比，…).
    """
    own, base = years_in(_LATER_IN_BRACKETS.sub("", piece)), base_in(piece) or _year_before(piece, setting)
    own = own or ((setting.final,) if setting.final and _EFFORTS.search(piece) else ())
    told = (state.told or _LASTING.search(piece) is not None) and not looks_ahead(piece, _horizon(setting))
    if base is not None:
        aside = _in_brackets(piece) or is_multiple(piece)
        return replace(state, years=own or state.years, stated=state.stated or bool(own), base=base, aside=aside,
                       base_years=own or state.years, base_alone=stands_alone(piece), told=told)  # fmt: skip
    if state.aside:
        state = replace(state, base=None, aside=False)
    if own and state.base is not None and not state.base_alone and own != state.base_years and state.base_years:
        state = replace(state, base=None)
    return replace(state, years=own or state.years, stated=state.stated or bool(own), told=told)


def _year_before(piece: str, setting: Setting) -> int | None:
    """The base year of 较上年 in the plan of one year: the year before it."""
    return setting.annual - 1 if setting.annual and _LAST_YEAR.search(piece) else None


def _in_brackets(piece: str) -> bool:
    """Whether the comparison stands in brackets behind its figure: 降低14%（较2020年）. It goes no further."""
    match = BASE.search(piece)
    return match is not None and piece.count("（", 0, match.start()) > piece.count("）", 0, match.start())


def _horizon(setting: Setting) -> int | None:
    return setting.annual or setting.issued


def _compares_ahead(sentence: str, state: _State, setting: Setting, *, goals: bool) -> bool:
    """同比 in a plan of one year, or in aims that name their year: what it compares is the year to come, unless the
    sentence tells results besides."""
    compared = _COMPARED.sub("", sentence)
    horizon = _horizon(setting)
    ahead = goals and state.stated if horizon is None else bool(state.years) and state.years[-1] >= horizon
    governed = bool(state.years) and ahead
    return governed and compared != sentence and not is_past(compared, setting) and not RANGE_OF_VALUES.search(sentence)


def _past_range(piece: str, sentence: str, state: _State, setting: Setting) -> bool:
    """由A提升至B in a year that is over, or in a sentence without any sign of the future."""
    if not RANGE_OF_VALUES.search(piece) or looks_ahead(sentence, _horizon(setting)):
        return False
    horizon = _horizon(setting)
    return bool(state.years) and (horizon is None or state.years[-1] < horizon)


def _goes_on(sentence: str) -> bool:
    """Whether a sentence of a task opens with an indicator and a figure: the year of the one before still governs it."""
    match = re.match(r"[^，。；\d]{2,24}", sentence)
    return match is not None and re.search(r"\d", sentence) is not None and metric_in(match.group()) is not None


def _guides(line: str) -> bool:
    """Whether a paragraph is the guiding thought of a plan: what it says of directions is no aim of its own."""
    return (
        re.match(
            r"(?:（[一二三]）)?(?:指导思想[。：]?)?(?:坚持)?(?:以.{2,40}?为指导|全面贯彻|深入贯彻|认真贯彻|全面落实党)",
            line,
        )
        is not None
    )


def _orders() -> re.Pattern[str]:
    """A sentence of the aims that gives an order ends the reach of the year named before."""
    return re.compile(rf"[ ]*{any_of(words()['context']['orders'])}")


def _painted(text: str, start: int, end: int, hidden: tuple[tuple[int, int], ...]) -> str:
    body = text[start:end]
    spans = [(max(a, start) - start, min(b, end) - start) for a, b in hidden if a < end and b > start]
    spans += [match.span() for match in _TITLES.finditer(body)]
    return _listed(hide(body, spans))


_YEARS_IN_A_ROW = re.compile(r"(?<=20\d\d年)，(?=(?:到|至)?20\d\d年(?:底|末)?[，、和][^。；]{0,80}分别)")
_VALUES_IN_A_ROW = re.compile(r"(?<=分别)[^。；\n]{0,120}")
_NEXT_VALUE = re.compile(
    r"(?<=[%‰一-鿿])，(?=约?\d[\d.]*[%‰个万亿吨千立微毫克]?[^，。；、\d的]{0,8}(?:[，。；、和]|$))"
)


_YEARS_IN_BRACKETS = re.compile(r"(?P<one>20\d\d年(?:底)?)（(?P<two>20\d\d年?(?:底)?)）(?P<rest>[^。\n]*)")
_FIGURE = r"\d[\d,]*(?:\.\d+)?[^，。；、（）\d]{0,8}"
_VALUES_IN_BRACKETS = re.compile(rf"(?P<one>{_FIGURE})（(?P<two>{_FIGURE})）")


def _listed(body: str) -> str:
    """`body` with the commas of one list as 、, at unchanged length: 到2025年，2030年，…分别为36%，37%.

    A second year in brackets goes with the figures in brackets: 2025年（2030年）达到80%（100%）.
    """
    body = _YEARS_IN_BRACKETS.sub(_without_brackets, body)
    return _VALUES_IN_A_ROW.sub(lambda m: _NEXT_VALUE.sub("、", m.group()), _YEARS_IN_A_ROW.sub("、", body))


def _without_brackets(match: re.Match[str]) -> str:
    rest = _VALUES_IN_BRACKETS.sub(lambda m: f"{m['one']}、{m['two']} ", match["rest"])
    return match.group() if rest == match["rest"] else f"{match['one']}、{match['two']} {rest}"


def is_past(sentence: str, setting: Setting | None = None) -> bool:
    """Whether a sentence tells what has been, not what shall be."""
    if looks_ahead(sentence, _horizon(setting or Setting())):
        return False
    return pattern("targets", "past").search(sentence) is not None and not re.search(
        r"已(?:有|建|纳|开|投)[^，。]{0,6}的", sentence
    )
