"""Numbers at the head of a line, in every habit of Chinese official writing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cocontrol.plans import numerals

_CN = "零〇一二三四五六七八九十百"
_OPEN, _CLOSE = "（〔【〈", "）〕】〉"

_STYLES: tuple[tuple[str, str], ...] = (
    ("chapter", rf"第(?P<chapter>[{_CN}\d]+)[章篇编](?:[、:： ]|(?=[一-鿿]))"),
    ("part", rf"第(?P<part>[{_CN}\d]+)(?:部分|节)(?:[、:： ]|(?=[一-鿿]))"),
    ("article", rf"第(?P<article>[{_CN}\d]+)条(?:[、:： ]|(?=[一-鿿]))"),
    ("label", rf"(?:任务|专栏|举措|工程|行动)(?P<label>[{_CN}\d]+)[、:：.． ]"),
    ("cn_paren", rf"[{_OPEN}](?P<cn_paren>[{_CN}]+)[{_CLOSE}][、.．:：]?"),
    ("cn_dot", rf"(?P<cn_dot>[{_CN}]+)[、.．]"),
    ("multi", r"(?P<multi>\d{1,2}(?:[.．]\d{1,2}){1,3})[.．、]?(?=\s*[“《（【一-鿿])"),
    ("num_paren", rf"[{_OPEN}](?P<num_paren>\d{{1,3}})[{_CLOSE}][、.．]?|(?P<num_close>\d{{1,3}})）[、.．]?"),
    ("num_dot", r"(?P<num_dot>\d{1,3})(?:[.．](?!\d)|、)"),
    ("num_space", r"(?P<num_space>0?\d{1,2})(?=[ \t]+[一-鿿])"),
    ("circle", r"(?P<circle>[①-⑳❶-❿])、?|(?P<brackets>[⑴-⒇])"),
    ("roman", r"(?P<roman>[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ])[.．、]"),
)
_MARKER = re.compile(r"\s*(?:" + "|".join(rf"(?P<s_{name}>{body})" for name, body in _STYLES) + r")\s*")

_UNIT_FOLLOWS = re.compile(r"(?:%|‰|万|亿|千瓦|吨|微克|毫克|个|度|元|公里|倍|年|月|日|克|平方|立方|蒸吨|以上|以下)")
INLINE = re.compile(
    r"(?<=[。；：）〕】])\s*(?=[（〔【〈]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[）〕】〉.．、](?!\d)\s*[“一-鿿])"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """The number at the head of a line: its habit, its value, how it is written and where the words begin."""

    style: str
    value: int
    written: str
    end: int
    parts: tuple[int, ...] = ()


def marker_at(line: str) -> Marker | None:
    """The number that heads `line`, or None.

    ``2.6万吨……`` is a quantity and no heading: what follows a dotted number must be words that are no unit.
    """
    match = _MARKER.match(line)
    if match is None:
        return None
    style = next(name for name, _ in _STYLES if match[f"s_{name}"] is not None)
    digits = next(v for k, v in match.groupdict().items() if v is not None and not k.startswith("s_"))
    rest = line[match.end() :]
    if style in {"multi", "num_space"} and _UNIT_FOLLOWS.match(rest):
        return None
    if style == "multi":
        parts = tuple(int(p) for p in re.split(r"[.．]", digits))
        return Marker(f"multi{len(parts)}", parts[-1], digits, match.end(), parts)
    value = ord(digits) - ord("⑴") + 1 if match["brackets"] else numerals.ordinal(digits)
    if value is None:
        value = ord(digits) - ord("❶") + 1 if "❶" <= digits <= "❿" else 0
    written = match[f"s_{style}"].strip().rstrip("、.．:： ")
    return Marker(style, value, written, match.end())
