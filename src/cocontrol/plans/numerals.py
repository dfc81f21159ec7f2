"""Chinese and Arabic numerals as plans write them: 2.6万, 百分之三十, 二十三, 5000亿, 1,000."""

from __future__ import annotations

import re

_DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4,
    "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

CHINESE = "零〇一二两三四五六七八九十百千万亿"
_ARABIC = re.compile(r"^(\d[\d,]*(?:\.\d+)?)([十百千万亿]*)$")
_ROMAN = {c: n for n, c in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", 1)}
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def number(text: str) -> float | None:
    """The value of a numeral, or None where `text` is none.

    >>> number("2.6万"), number("二十三"), number("1,000"), number("千万"), number("5000亿")
    (26000.0, 23.0, 1000.0, 10000000.0, 500000000000.0)
    >>> number("十三点五"), number("零点八")
    (13.5, 0.8)
    """
    cleaned = text.replace(" ", "").replace("，", ",")
    if match := _ARABIC.match(cleaned):
        value = float(match[1].replace(",", ""))
        for magnitude in match[2]:
            value *= _TENS.get(magnitude) or _MYRIADS[magnitude]
        return value
    whole, point, decimals = cleaned.partition("点")
    if point:
        return _decimal(whole, decimals)
    return _chinese(cleaned)


def _decimal(whole: str, decimals: str) -> float | None:
    """十三点五: the part before the point, and the digits behind it one by one."""
    value = _chinese(whole)
    if value is None or not decimals or any(c not in _DIGITS for c in decimals):
        return None
    return float(f"{int(value)}.{''.join(str(_DIGITS[c]) for c in decimals)}")


def ordinal(text: str) -> int | None:
    """The place that a heading's number names: ``三``, ``12``, ``③``, ``Ⅳ``; None for anything else."""
    if text in _ROMAN:
        return _ROMAN[text]
    if text and text in _CIRCLED:
        return _CIRCLED.index(text) + 1
    value = number(text)
    return int(value) if value is not None and value == int(value) else None


def _chinese(text: str) -> float | None:
    """Value of a numeral written in characters; a bare 千万 means 1 × 千万."""
    if not text or any(c not in _DIGITS and c not in _TENS and c not in _MYRIADS for c in text):
        return None
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    seen = False
    for c in text:
        if c in _DIGITS:
            digit, seen = _DIGITS[c], True
        elif c in _TENS:
            section += (digit if seen else 1) * _TENS[c]
            digit, seen = 0, False
        else:
            part = section + digit
            if c == "亿":
                total = (total + part or 1) * _MYRIADS[c]
            else:
                total += (part or (0 if total else 1)) * _MYRIADS[c]
            section, digit, seen = 0, 0, False
    return float(total + section + digit)
