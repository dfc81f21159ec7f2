"""Clauses of a task: where one ends, what sort it is, how strongly it speaks, how far it can be checked."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from cocontrol.plans.brackets import split_outside
from cocontrol.plans.context import LONGEST_SENTENCE
from cocontrol.plans.deadlines import dates_of_clauses
from cocontrol.plans.model import Clause, Modality
from cocontrol.plans.normalise import Normalised
from cocontrol.plans.vocabulary import any_of, pattern, words

_QUANTITY = re.compile(r"\d|百分之|全部|清零|一律|只减不增")
_ENDS_SENTENCE = re.compile("[。！？\n]")
_SOFT = re.compile(r"^(?:[^，。；]{0,14}?)(?:鼓励|支持|引导|倡导|提倡)")


def clause_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Offsets of the clauses between two offsets.

    A sentence is cut at 。；！？ and at a comma behind which a new predicate opens (a verb of the list,
    alone or after an adverb); commas inside brackets, quotes and titles never cut.
    """
    made: list[tuple[int, int]] = []
    for a, b in split_outside(text[start:end], "。；！？\n"):
        made += _at_commas(text, start + a, start + b)
    return [trimmed for a, b in made if (trimmed := _trim(text, a, b))[1] - trimmed[0] >= 4]


def _at_commas(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = split_outside(text[start:end], "，")
    made: list[tuple[int, int]] = []
    for a, b in pieces:
        piece = text[start + a : start + b].strip()
        previous = text[made[-1][0] : made[-1][1]] if made else ""
        opens = (
            bool(_opening().match(piece) or _OWN_PREDICATE.match(piece))
            and len(piece) >= 5
            and not _is_lead_in(previous)
        )
        if made and not opens:
            made[-1] = (made[-1][0], start + b)
        else:
            made.append((start + a, start + b))
    return made


@lru_cache(maxsize=1)
def _opening() -> re.Pattern[str]:
    w = words()["clauses"]
    return re.compile(rf"{any_of(w['adverbs'])}*{any_of(w['verbs'])}")


_OWN_PREDICATE = re.compile(
    r"[^，（]{0,4}(?:[^，（]|（[^）]*）){2,50}?(?:杜绝使用|严禁|禁止|只减不增|全面推广|全部(?:使用|采用|落实)|应(?:当)?(?:实现|达到|符合)|不低于|不超过|达到\d|下降\d)"
)
_LEAD_IN = re.compile(
    r"^(?:到|按照|根据|围绕|以|通过|依托|结合|立足|聚焦|针对|对|在|为|除|坚持|发挥|基于|综合考虑|充分考虑|至|力争到)[^，]*$"
    r"|^“?[十四五六]+五”?期间$|^\d{4}年[^，]{0,4}$|^其中$|^同时$|^此外$"
)


def _is_lead_in(piece: str) -> bool:
    """Whether the piece before only prepares what follows (到2025年, 按照……, 在……)."""
    return _LEAD_IN.match(piece) is not None


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " ，、；。\n":
        start += 1
    while end > start and text[end - 1] in " ，、；\n":
        end -= 1
    return start, end


def clauses_of(source: Normalised, task_id: str, spans: list[tuple[int, int]], original: str) -> tuple[Clause, ...]:
    """The clauses at the given spans of the readable text, judged."""
    made = []
    readables = [source.text[start : min(end, start + LONGEST_SENTENCE)] for start, end in spans]
    stops = [source.text[a:b] for (_, a), (b, _) in pairwise(spans)]
    goes_on = [False, *(not _ENDS_SENTENCE.search(stop) for stop in stops)]
    dates = dates_of_clauses(zip(readables, goes_on, strict=False))
    for index, ((start, end), readable, dated) in enumerate(zip(spans, readables, dates, strict=True), 1):
        begin, finish = source.span(start, end)
        kind, modality = clause_type(readable), modality_of(readable)
        undefined = undefined_words(readable)
        made.append(
            Clause(
                f"{task_id}.{index}",
                task_id,
                original[begin:finish],
                begin,
                finish,
                kind,
                modality,
                check_class(readable, kind, modality, undefined),
                undefined,
                dated.deadline.isoformat() if dated.deadline else None,
                dated.begins.isoformat() if dated.begins else None,
            )
        )
    return tuple(made)


def modality_of(text: str) -> Modality:  # noqa: PLR0911 - one return a strength, in order
    """How strongly a clause speaks: the strongest word that governs it.

    原则上 tempers a prohibition; a clause that opens with 鼓励 or 支持 never binds, whatever follows.
    """
    hit = {name: pattern("modality", name).search(text) for name in words()["modality"]}
    if hit["in_principle"]:
        return Modality.IN_PRINCIPLE
    if _SOFT.match(text) and not hit["prohibit"]:
        return Modality.ENCOURAGE
    if hit["prohibit"] and "逐步" not in text:
        return Modality.PROHIBIT
    if hit["permit"]:
        return Modality.PERMIT
    if hit["pilot"] and (hit["pilot"].start() <= 8 or not hit["binding"]):
        return Modality.PILOT
    if hit["encourage"]:
        return Modality.ENCOURAGE
    if hit["strive"]:
        return Modality.STRIVE
    if hit["binding"] and not _tempered(text, hit["binding"].start(), hit["promote_first"]):
        return Modality.BINDING
    if hit["goal"] and (_QUANTITY.search(text) or re.match(r"到20\d\d年", text)):
        return Modality.GOAL
    return Modality.PROMOTE


def _tempered(text: str, position: int, softener: re.Match[str] | None) -> bool:
    """Whether 推动, 加快, 逐步 … stand before the binding word and there is no figure to hold anyone to."""
    return softener is not None and softener.start() < position and not re.search(r"全部|清零|不低于|不超过|一律", text)


@lru_cache(maxsize=1)
def _types() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(any_of(listed))) for kind, listed in words()["clauses"]["types"].items())


def clause_type(text: str) -> str:
    """What sort of statement a clause is; figures make thresholds and targets, otherwise words decide."""
    if re.search(
        r"\d[\d.]*\s*(?:万|亿|蒸)?(?:千瓦|吨|℃)[^，。]*?(?:以上|以下|以内)|（[^）]*\d[^）]*(?:以上|以下)）|年排放", text
    ):
        return "threshold_rule"
    if re.search(
        r"(?:达到|下降|降至|提高到|不低于|不超过|控制在|比例|占比)[^，。]{0,12}\d|全部(?:使用|落实|采用|清零)"
        r"|(?:能耗|排放|强度|浓度|总量|用量|天数)(?:持续|明显|显著|稳步|逐步)?(?:下降|降低|减少)$",
        text,
    ):
        return "target"
    return next((kind for kind, words_of in _types() if words_of.search(text)), "campaign")


def undefined_words(text: str) -> tuple[str, ...]:
    """Words in the clause for which the plan writes no value, in order, each once."""
    found = dict.fromkeys(match.group() for match in pattern("undefined", "words").finditer(text))
    return tuple(found)


@lru_cache(maxsize=1)
def _evidence() -> re.Pattern[str]:
    return re.compile(any_of(words()["clauses"]["evidence_only"]["words"]))


def check_class(text: str, kind: str, modality: Modality, undefined: tuple[str, ...]) -> str:
    """How far the clause can be checked: ``full``, ``partly`` or ``evidence_only``.

    `full` needs a decidable statement (figure, ban, all) and no word without a value.
    """
    decidable = _QUANTITY.search(text) is not None or modality in {Modality.PROHIBIT, Modality.IN_PRINCIPLE}
    if decidable and kind != "campaign":
        hard = [word for word in undefined if word not in {"等行业", "原则上", "左右", "力争", "重点行业"}]
        return "partly" if hard else "full"
    if modality in {Modality.ENCOURAGE, Modality.PILOT}:
        return "evidence_only"
    if kind in {"campaign", "construction", "analysis"} and not modality.binds:
        return "evidence_only"
    if _evidence().search(text) and not modality.binds:
        return "evidence_only"
    return "partly"
