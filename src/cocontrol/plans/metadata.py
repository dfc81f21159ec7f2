"""What a document is: title, number, issuers, date, region, level, and whether it is a plan at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cocontrol.plans.headings import marker_at
from cocontrol.plans.outline import Line, lines_of
from cocontrol.plans.places import place
from cocontrol.plans.vocabulary import any_of, words

_NUMBER = re.compile(r"(?<![一-鿿（“《])[一-鿿]{1,10}[〔（【]20\d\d[〕）】]\d{1,4}号")
_NUMBER_ANY = re.compile(r"[一-鿿]{1,10}[〔（【]20\d\d[〕）】]\d{1,4}号")
_NUMBER_TOLD = re.compile(
    r"(?:文号|字号|文件编号)[:：]?(?P<number>[一-鿿]{1,10}[〔（【]20\d\d[〕）】]\d{1,4}号)|的(?:通知|函|意见)（(?P<behind>[一-鿿]{1,10}〔20\d\d〕\d{1,4}号)）$"
)
_DATE = re.compile(r"(?P<y>20\d\d)[年\-./](?P<m>\d{1,2})[月\-./](?P<d>\d{1,2})日?")
_PUBLISHED = re.compile(r"(?:发布|发文|成文|印发)(?:时间|日期)[:：]\s*" + _DATE.pattern)
_CN_DATE = re.compile(
    r"(?P<y>20\d\d|二[〇○零Oo0]{1}[一二三四五六七八九〇○零]{2})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日"
)
_ISSUED_BY = re.compile(r"(?:印发|发布|发文|制定)(?:机关|机构|单位)[:：]\s*(?P<name>[一-鿿（）]{3,28})")
_LONGEST_HEAD_LINE = 40
"""Characters beyond which a line below the title belongs to the plan."""

_CLOCK = re.compile(r"\d{1,2}:\d\d")
_NUMBER_LABEL = re.compile(r"^[一-鿿]*?(?:文号|字号|编号|文件号|(?<=[府厅局委])以)")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The head of a document."""

    title: str | None
    document_number: str | None
    issuers: tuple[str, ...]
    issued_on: str | None
    region: str | None
    level: str | None


def read_metadata(text: str, body: int) -> Metadata:
    """Title, number, issuers, date, region and level from the readable text; `body` is where the plan begins."""
    head = lines_of(text, 0, body)
    title = _title(text, body, head)
    head += [line for line in lines_of(text, body)[:1] if title and line.text != title and line.text.endswith(title)]
    head += _below_title(text, body)
    closing = lines_of(text, max(body, len(text) - 400))[-8:]
    issuers = _issuers(head) or _issuers(closing)
    region, level = place(title or "", issuers, text)
    return Metadata(title, _document_number(head, title), issuers, _date(head, closing), region, level)


def _below_title(text: str, body: int) -> list[Line]:
    """The short lines between the title and the first words of the plan: date, number or source of the page."""
    made = []
    for line in lines_of(text, body)[1:6]:
        if len(line.text) > _LONGEST_HEAD_LINE or marker_at(line.text) is not None:
            break
        made.append(line)
    return made


def _title(text: str, body: int, head: list[Line]) -> str | None:
    """The plan's name: as the notice that hands it out writes it, else the line above the first section."""
    start = lines_of(text, body)[:2]
    opening = [line.text for line in [*head, *start]]
    lines = [*head, *start[:1]]
    own = next((name for line in start[:1] if (name := _named_line(line.text)) is not None), None)
    if own is not None and head and _begins_title(head[-1].text) and _named_line(head[-1].text + own):
        own = head[-1].text + own
    given = [name for line in lines_of(text)[:40] for name in _handed_out(line.text)]
    if own is not None and (not given or own in given or not any(own in name for name in given)):
        return own
    if given:
        return given[0]
    for before, line in zip([None, *lines], lines, strict=False):
        if (name := _named_line(line.text)) is not None:
            whole = before is not None and _begins_title(before.text) and _named_line(before.text + name)
            return whole or name
    if (
        own is None
        and len(opening) > 1
        and marker_at(opening[1]) is None
        and (name := _named_line(opening[0] + opening[1])) is not None
    ):
        return name
    first = start[0] if start else None
    return first.text if first is not None and _may_be_title(first.text) else None


def _begins_title(line: str) -> bool:
    """Whether a line is the first half of a broken title: it opens with a place and is no body, date or whole name."""
    if not 4 <= len(line) <= 30 or re.search(r"[：:。；，>]|\d日|号$", line) or _named_line(line):
        return False
    signed = line.endswith(tuple(words()["issuers"]["endings"]))
    return not signed and place(line, (), "")[0] is not None


def _may_be_title(line: str) -> bool:
    closed = line.endswith(("：", ":", "。", "；", "，"))
    return (
        len(line) <= 60
        and not closed
        and marker_at(line) is None
        and not line.startswith(("-", "·", "•", "各", "当前位置", "您现在", "首页", "索引号"))
    )


def _suffixed() -> str:
    return rf"{any_of(words()['titles']['suffixes'])}(?:（[^）]*）)?"


def _named_line(line: str) -> str | None:
    """The line itself where it is the name of a plan, without what pages put before it."""
    own = re.sub(r"^(?:政策原文|文件原文|方案全文|原文|全文|标题|附件\d*|附)[:：]\s*", "", line)
    own = re.sub(r"^[一-鿿（）]{0,30}20\d\d年\d{1,2}月\d{1,2}日(?=[一-鿿])", "", own)
    own = re.sub(r"（20\d\d年\d{1,2}月\d{1,2}日）$", "", own)
    own = re.sub(r"^[一-鿿]{1,10}[〔（]20\d\d[〕）]\d{1,4}号[:：]?", "", own)
    if (
        not re.search(_suffixed() + "$", own)
        or not 4 < len(own) <= 80
        or re.search(r"[。；]|^根据|^为|关于(?:印发|转发)", own)
    ):
        return None
    return own if marker_at(own) is None else None


def _handed_out(line: str) -> list[str]:
    """Names of plans that a line hands out: 关于印发…的通知, 现将《…》印发给你们, 《…》已经…同意, 印发了《…》."""
    plain = re.sub(r"（[^（）]*〔20\d\d〕[^（）]*）", "", line)
    found = []
    for match in re.finditer(rf"《(?P<name>[^《》]{{4,80}}?{_suffixed()})》", plain):
        before, after = plain[: match.start()], plain[match.end() :]
        cited = re.search(r"(?:根据|按照|贯彻|落实|依据|精神|结合)[^。；]*$", before)
        handed = re.search(r"(?:印发|转发|发布|出台|制定)(?:了)?$|现将$|研究制定了$", before) or re.match(
            r"[^。]{0,30}(?:同意|通过|批准|印发给|印发)", after
        )
        if handed and not cited:
            found.append(match["name"])
    named = re.search(rf"关于(?:印发|转发)(?P<name>[^《》。]{{4,80}}?{_suffixed()})的(?:通知|函|公告)$", plain)
    return [*found, *([named["name"]] if named else [])]


def _document_number(head: list[Line], title: str | None) -> str | None:
    for line in head:
        if (match := _NUMBER_TOLD.search(line.text)) is not None:
            return match["number"] or match["behind"]
    for line in head:
        if (match := _NUMBER_ANY.fullmatch(line.text.strip())) or (
            len(line.text) <= 120 and "根据" not in line.text and (match := _NUMBER.search(line.text))
        ):
            return _NUMBER_LABEL.sub("", match.group())
    match = _NUMBER_ANY.search(title or "")
    return match.group() if match else None


def _issuers(lines: list[Line]) -> tuple[str, ...]:
    """The bodies that sign: lines that are nothing but the name of one; else the page's own statement."""
    w = words()["issuers"]
    name = re.compile(rf"^(?:[一-鿿（）]{{1,28}}{any_of(w['endings'])}|{any_of(w['whole'])})$")
    signed = dict.fromkeys(
        text
        for line in lines
        for part in _each_body(line.text.strip(" ?？·-"))
        if name.match(text := part) and not text.startswith(tuple(w["never"])) and len(text) > 2
    )
    told = dict.fromkeys(match["name"] for line in lines if (match := _ISSUED_BY.search(line.text)))
    return tuple(signed) or tuple(told)


def _each_body(line: str) -> list[str]:
    """The bodies that sign on one line without a blank between them: each begins with the same place."""
    match = re.match(r"[一-鿿]{2,8}?[省市县区州盟]", line)
    return re.split(rf"(?<=[厅局委会部办行府])(?={re.escape(match.group())})", line) if match else [line]


def _date(head: list[Line], closing: list[Line]) -> str | None:
    for line in [*reversed(head), *reversed(closing)]:
        if (told := _PUBLISHED.search(line.text)) is not None:
            return _iso(int(told["y"]), int(told["m"]), int(told["d"]))
        if len(line.text) > 60 or _CLOCK.search(line.text):
            continue
        if match := _DATE.search(line.text):
            return _iso(int(match["y"]), int(match["m"]), int(match["d"]))
        if match := _CN_DATE.search(line.text):
            return _cn_date(match)
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _cn_date(match: re.Match[str]) -> str | None:
    digits = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "O": 0, "o": 0, "0": 0}
    year = int("".join(str(digits.get(c, c)) for c in match["y"]))

    def number(text: str) -> int:
        """The month or day written in Chinese numerals, up to 三十一."""
        if "十" not in text:
            return digits[text]
        tens, _, ones = text.partition("十")
        return (digits[tens] if tens else 1) * 10 + (digits[ones] if ones else 0)

    return _iso(year, number(match["m"]), number(match["d"]))
