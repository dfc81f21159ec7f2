"""Noise of scraped pages and of converted files taken out, and fields that only blanks part, parted by signs."""

from __future__ import annotations

import re
from functools import lru_cache

from cocontrol.plans.mapped import Mapped, delete, substitute
from cocontrol.plans.vocabulary import any_of, words

_HAN = "㐀-䶿一-鿿"
_SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])?"
    r"(?:i?ao|i?ang?|i?ong|uang?|uai|u?ei|u?o|i?e|e[nr]g?|i?a|i?u|ing?|ai|ou|ui|un|ue|[aeiouv])"
)
_TONELESS = re.compile(rf"(?<=[{_HAN}）])[（(【〔]{_SYLLABLE}[）)】〕]")
_NAMES_IN_BRACKET = re.compile(
    rf"(?<=[厅局委办部])[ ]+(?=(?:[省市县区州国]|人民银行|国网|中国|金融监管)[{_HAN}]{{1,14}}[厅局委办部会行司][ 、，）〕】)]|各[{_HAN}（）、]{{1,10}}政府)"
)
_FEWEST_READINGS = 2
"""Bracketed syllables below this number may be abbreviations; from it on they are readings."""

_DEBRIS = re.compile(
    r"@{2,}"  # 排放@@
    r"|(?<=[，,])[，,]+|[，,]+(?=[、。；])|(?<=[、])[、，,]+"  # doubled stops, 一,、
    r"|(?m:^[ ]*[?？][ ?？]*$)|(?m:^[ ]*(?:[?？][ ]*){2,})|(?m:[ ]*(?:[?？]){2,}[ ]*$)"  # blanks that became question marks
    rf"|(?<=[{_HAN}，。；、%\d])[ ]+[—–-]{{1,2}}[ ]?\d{{1,3}}[ ]?[—–-]{{1,2}}[ ]+(?=[{_HAN}\d])"  # page marks inside a line
)


def without_debris(source: Mapped) -> Mapped:
    """`source` without doubled stops, strings of ``@`` or ``?``, page marks inside lines and toneless readings."""
    made = delete(source, _DEBRIS)
    if len(_TONELESS.findall(made.text)) >= _FEWEST_READINGS:
        previous = None
        while previous is not made:
            previous, made = made, delete(made, _TONELESS)
    return made


@lru_cache(maxsize=1)
def _field() -> re.Pattern[str]:
    w = words()
    duties = any_of(word for name in ("label_lead", "label_cooperate", "label_responsible")
                    for word in w["responsibility"][name] if len(word) > 2)  # fmt: skip
    return re.compile(
        rf"(?P<duty>(?<=\S)[ ]+(?={duties}[:：]))|(?P<page>(?<=\S)[ ]+(?={any_of(w['page_labels']['words'])}[:：]))"
    )


@lru_cache(maxsize=1)
def _body_name() -> re.Pattern[str]:
    return re.compile(
        rf"[{_HAN}（）]{{1,28}}{any_of(words()['issuers']['endings'])}|{any_of(words()['issuers']['whole'])}"
    )


def parted(source: Mapped) -> Mapped:
    """`source` with a sign where only blanks part fields.

    A duty label behind blanks gets a semicolon, a label of the page (发布时间：) a line of its own, and so does each
    name of a line that holds nothing but names of issuing bodies.
    """
    made = substitute(source, _field(), lambda m: "；" if m["duty"] else "\n")
    made = substitute(made, re.compile(r"(?m)^[^\n。：:]{4,200}$"), _names_apart)
    return substitute(made, _NAMES_IN_BRACKET, lambda _: "、")


def _names_apart(match: re.Match[str]) -> str:
    line = match.group()
    names = line.split()
    if len(names) < 2 or not all(_body_name().fullmatch(name) for name in names):
        return line
    return re.sub(r"(?<=\S) (?= *\S)", "\n", line)
