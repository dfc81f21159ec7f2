"""The words that tie a number to what it measures, and the comparison that they make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cocontrol.plans.periods import BASE
from cocontrol.plans.quantities import Value
from cocontrol.plans.vocabulary import any_of, words

FALL, RISE = "fall", "rise"
_OPERATOR_OF = {
    "at_least": ">=",
    "at_most": "<=",
    "above": ">",
    "below": "<",
    "fall_to": "<=",
    "rise_to": ">=",
    "reach": ">=",
    "keep": ">=",
}
POST_OPERATOR = {"及以上": ">=", "以上": ">=", "及以下": "<=", "以下": "<", "以内": "<=", "之内": "<=", "内": "<="}
_CHANGE_NAMED = re.compile(
    r"(?P<fall>(?:下降|降低|减少|削减|压减|减排)(?:率|幅度|比例|指标)?(?:累计)?(?:均|分别)?(?:达到?|为|不低于|不少于|超过|完成)?$)"
    r"|(?P<rise>(?:增长|增幅|增速|提高|提升)(?:率|幅度|速度)?(?:均|分别)?(?:达到?|保持在|不低于|超过|为)?$)"
)
_REDUCTION = re.compile(
    r"(?:减排|节能|节约|节水|减少|压减|削减|替代|去除|回收|利用|捕集|封存|治理|处置|收集|完成|达标|淘汰|退出)(?:能力|总|累计|规模)*(?:量|率|能力|规模|面积|比例)?$"
)
"""A noun that names how much is saved, cut or dealt with: more of it is better, whatever the substance."""
_TAIL = re.compile(
    rf"(?:{BASE.pattern.replace('?P<a>', '').replace('?P<b>', '').replace('?P<c>', '')}"
    r"|(?:到|至)?20\d\d年(?:底|末)?|力争|争取|累计|分别|均|也|要|应|将|年均|总计|合计|共|约|近|大约|、|，|（[^（）]*）)$"
)
_SAVED = re.compile(
    r"(?:减排|少排|节约|节省|捕集|封存|替代)(?:二氧化碳|温室气体|标准?煤|燃煤|散煤|能源)[^，。；、]{0,6}$"
)
"""A verb of saving in front of what is saved: 减排二氧化碳约1.3亿吨 is an amount to reach."""


@dataclass(frozen=True, slots=True)
class Verb:
    """The word that ties a number to what stands before it."""

    kind: str
    start: int
    named: str | None = None


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    w = words()["targets"]
    never = any_of(w["negations"])
    kinds = ["at_least", "at_most", "above", "below", "fall_to", "rise_to", "keep", "reach"]
    listed = {kind: any_of(w[kind]) for kind in kinds}
    listed["at_most"] = rf"(?:{listed['at_most']}|{never}{any_of(w['beyond'])})"
    listed["at_least"] = rf"(?:{listed['at_least']}|{never}{any_of(w['short_of'])})"
    parts = [rf"(?P<{kind}>{body})" for kind, body in listed.items()]
    parts += [rf"(?P<{FALL}>{any_of(w['falls'])})", rf"(?P<{RISE}>{any_of(w['rises'])})"]
    tail = r"(?:累计)?(?:约为|大约|约|近|至少|到|至|在|了|不少于|不低于|超过)?(?:20\d\d年的|(?:每[一-鿿]{1,5}){1,2})?"
    return re.compile(rf"(?:{'|'.join(parts)}){tail}$")


def verb_before(left: str) -> Verb | None:
    """The verb that closes `left`, directly before a number; None where there is none.

    A negation turns a bound round: 不突破, 不能超过 and 不应高于 are upper limits, 不得少于 is a lower one.
    """
    match = _pattern().search(left)
    if match is None:
        return _held(left)
    kind = next(k for k, v in match.groupdict().items() if v is not None)
    written = re.sub(r"20\d\d年的$", "", match.group())
    if kind in {FALL, RISE} and written.endswith(("到", "至", "约为")) and not match.group().endswith("约"):
        kind = "fall_to" if kind == FALL else "rise_to"
    return Verb(kind, match.start())


def _held(left: str) -> Verb | None:
    """A verb and its number with words between them: 控制在国家要求的…, 达到新车销量的…."""
    if held := re.search(r"(?P<verb>控制|稳定|保持|维持)[^，。；]{2,24}在$", left):
        return Verb("at_most" if held["verb"] == "控制" else "keep", len(left) - 1)
    if part := re.search(r"(?:达到|占到?)[^，。；\d]{2,24}的$", left):
        return Verb("reach", part.start())
    return None


def comparison(value: Value, verb: Verb | None, left: str, good: str) -> tuple[str, float, str]:
    """Operator, signed value and basis. A relative change is ``change_pct``; an absolute one keeps its operator.

    `good` is the direction in which the metric improves: ``down`` makes 达到 an upper limit, but only where the phrase
    names the level itself. Where it names how much is saved or cut (减排量), the basis is ``reduction``: such an
    amount must never be held against the level of the metric.
    """
    kind = verb.kind if verb else "reach"
    saved = _names_savings(left[: verb.start] if verb else left)
    basis = "reduction" if saved and good == "down" else "level"
    good = "up" if saved else good
    named = _CHANGE_NAMED.search(left)
    cut = verb is None and re.search(r"压减|削减|减少|化解|退出", left) is not None
    if kind == FALL or cut or (named and named["fall"] and kind in {"reach", "at_least", "above"}):
        return _change(value, -1.0)
    if kind == RISE or (named and named["rise"] and kind in {"reach", "at_least", "above", "keep"}):
        return _change(value, 1.0)
    post = POST_OPERATOR.get(value.post or "")
    if post is not None:
        return post, value.value, basis
    if kind in {"reach", "keep"}:
        return ("<=" if good == "down" else ">="), value.value, basis
    return _OPERATOR_OF[kind], value.value, basis


def _names_savings(phrase: str) -> bool:
    """Whether a phrase, without adverbs and comparisons at its end, names how much is saved, cut or dealt with."""
    plain = phrase
    while (shorter := _TAIL.sub("", plain)) != plain:
        plain = shorter
    return _REDUCTION.search(plain) is not None or _SAVED.search(plain) is not None


def operator_of(verb: Verb | None) -> str | None:
    """The operator that a verb by itself makes; None for verbs of change and for no verb."""
    return _OPERATOR_OF.get(verb.kind) if verb else None


def _change(value: Value, sign: float) -> tuple[str, float, str]:
    if value.unit.canonical == "%":
        return "change_pct", sign * value.value, "change"
    return ("<=" if sign < 0 else ">="), sign * value.value, "change"
