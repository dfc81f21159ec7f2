"""Numbers with units as they stand in a sentence: single ones, ranges, and lists behind 分别."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cocontrol.plans import numerals
from cocontrol.plans.vocabulary import Unit, any_of, units, words

_ARABIC = r"\d[\d,]*(?:\.\d+)?"
_PER = r"(?:吨标准煤|吨标煤|吨产品|吨|立方米|平方公里|平方米|公里|人|万元|小时|年|月|日|天|千瓦时|亩)"
_FRACTION = r"(?:[二三四五六七八九十]分之[一二三四五六七八九]|[一二三四五六七八九]成(?:[一二三四五六七八九](?![一二三四五六七八九]))?(?=以|左右|的|企业|$|[，。、；）])|一半(?=以|左右|的|$|，|。))"
_CHINESE = r"[一二两三四五六七八九十][一二两三四五六七八九十百千]*(?:点[零〇一二三四五六七八九]{1,3})?"


@dataclass(frozen=True, slots=True)
class Value:
    """One number of a group: its value as written, unit, post-qualifier and span."""

    value: float
    unit: Unit
    post: str | None
    start: int
    end: int
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers that stand together: one, or several joined by 、和 behind one verb."""

    values: tuple[Value, ...]
    start: int
    end: int
    bare: bool = False


_GRADE = "(?:级|档|等级|（[^（）]{1,8}）)"
"""What may stand between a unit and 以下: 30万千瓦级以下, 0.3%（1天）以内."""

_COUNTED = "[万亿]?(?:个|座|条|家|项|吨|千瓦|平方米|亩|公里|辆|台|户|立方米|微克|毫克|蒸吨|公顷|元|兆瓦)"
_MEASURED = "(?:平方米|千瓦|吨|立方米|亩)"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A group of numbers, and one number inside a group.

    A number has a unit, or stands in a list whose last number has one, or is a plain decimal behind a verb
    (a ratio). A year is no number. 年 is a unit in front of 以上 and 以下 only (使用15年以上).
    """
    post = any_of(words()["targets"]["qualifiers"])
    known = any_of(name for name in units() if name != "年")
    unit = rf"(?:{known}(?:/{_PER}(?:·{_PER})?)?|年(?={post}))"
    number = rf"(?!20\d\d年)(?:{_FRACTION}|百分之{_CHINESE}|{_ARABIC}|{_CHINESE}(?={_COUNTED}))"
    item = rf"{number}(?:{unit}?[-—~至到]{_ARABIC})?(?:{unit})?(?:{_GRADE}?{post})?"
    bare = rf"(?<![\d一二两三四五六七八九十百千万.])[十百千]?[万亿](?={_MEASURED}(?!级))(?:{unit})"
    group = re.compile(rf"(?<![\d.A-Za-z第国])(?:{item}(?:(?:、|和|及|以及|或){item})*|{bare})")
    single = re.compile(
        rf"(?P<num>{_FRACTION}|百分之{_CHINESE}|{_ARABIC}|{_CHINESE}(?={_COUNTED})|[十百千]?[万亿](?={_MEASURED}))"
        rf"(?:{unit}?[-—~至到](?P<upper>{_ARABIC}))?(?P<unit>{unit})?(?:{_GRADE}?(?P<post>{post}))?"
    )
    return group, single


def groups(text: str) -> list[Group]:
    """The groups of numbers in a piece of text. A number without a unit takes that of the next in its group;
    a group without any unit is none, unless it is one decimal that ends a phrase.

    >>> [v.value for g in groups("分别下降10、12个百分点") for v in g.values]
    [10.0, 12.0]
    """
    group_pattern, single = _patterns()
    made = []
    for match in group_pattern.finditer(text):
        found = [m for m in single.finditer(text, match.start(), match.end()) if m.end() > m.start()]
        values = _values(found, ends_phrase=text[match.end() : match.end() + 1] in set("，；。、）") | {""})
        if values and text[match.end() : match.end() + 1] not in {"/", "·"}:
            bare = re.match(r"[十百千]?[万亿]", match.group()) is not None
            made.append(Group(values, values[0].start, values[-1].end, bare))
    return made


def _values(found: list[re.Match[str]], *, ends_phrase: bool) -> tuple[Value, ...]:
    made: list[Value] = []
    unit: Unit | None = None
    for match in reversed(found):
        unit = _unit(match, unit, ends_phrase=ends_phrase)
        value = _number(match["num"])
        if unit is None or value is None:
            continue
        upper = numerals.number(match["upper"]) if match["upper"] else None
        made.append(Value(value, unit, match["post"], match.start(), match.end(), upper))
    return tuple(reversed(made))


_RATIO = Unit("", "1", 1.0, "ratio")


def _number(written: str) -> float | None:
    """The value of a numeral; a fraction in words (三分之一, 六成, 一半) is given in per cent."""
    if written == "一半":
        return 50.0
    if "成" in written:
        whole_tenths, _, rest = written.partition("成")
        tenths, hundredths = numerals.number(whole_tenths), numerals.number(rest)
        return None if tenths is None else 10 * tenths + (hundredths or 0.0)
    below, sign, above = written.partition("分之")
    if sign and below != "百":
        whole, part = numerals.number(below), numerals.number(above)
        return round(100 * part / whole, 6) if whole and part is not None else None
    return numerals.number(written.removeprefix("百分之"))


def _unit(match: re.Match[str], following: Unit | None, *, ends_phrase: bool) -> Unit | None:
    written, number = match["unit"], match["num"]
    if "分之" in number or "成" in number or number.endswith("一半"):
        return units()["%"]
    if written is not None:
        return units().get(written) or Unit(written, written, 1.0, "composite")
    if following is None and ends_phrase and re.fullmatch(r"\d+\.\d+", number):
        return _RATIO
    return following
