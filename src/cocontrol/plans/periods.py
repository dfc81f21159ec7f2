"""Years as plans write them: target years, base years, plan periods, and what looks ahead or back."""

from __future__ import annotations

import re

_PLAN_PERIOD = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_PERIODS = "|".join(_PLAN_PERIOD)
BASE = re.compile(
    r"(?:与|同|和|以|在)(?P<a>20\d\d)年(?:底|末)?(?:的)?(?:相比|为基[准期数年]|基础上|水平上|同期相比)[，]?"
    r"|(?:相较于?|相比于?|对比|较之|较|(?<!占)比)(?P<b>20\d\d)年(?:底|末)?(?:水平|同期|基数)?"
    rf"|(?:较|(?<!占)比|与)(?P<c>“?(?:{_PERIODS})”?末|基准年)(?:相比)?"
)
_MULTIPLE = re.compile(r"(?P<y>20\d\d)年(?:的)?(?=\d+(?:\.\d+)?倍)")
_PERIOD_NAME = rf"“?(?:{_PERIODS})”?(?:期间|时期|末期?|期末)"
_PERIOD = re.compile(rf"“?(?P<p>{_PERIODS})”?(?:期间|时期|末期?|期末|规划期|收官|阶段)?")
_PERIODS_LISTED = re.compile(rf"(?:{_PERIOD_NAME})(?:[、和及](?:{_PERIOD_NAME}))+")
_RANGE = re.compile(r"(?P<a>20\d\d)(?:年)?[-—~至到](?P<b>20\d\d)年")
_LIST = re.compile(
    r"(?:到|至|力争)?20\d\d年?(?:底|末)?(?:[、，和及]|以及)(?:到|至|力争)?20\d\d年(?:(?:[、和及])20\d\d年)*"
)
_YEAR = re.compile(
    r"(?P<to>到|至|力争|争取|确保|截至|于)?(?:到)?(?P<y>20\d\d)年(?:\d{1,2}月)?(?P<end>底前?|末前?|年?底|年?末|前|之前|以前|期间|内)?(?P<next>[，：:、]?)"
)
_TOLD_OF = re.compile(
    r"年?目标|达|提高|提升|降|控制|实现|力争|全部|基本|分别|保持|(?:全[市省县区]|[^，。；\d]{0,12}?)(?:细颗粒物|PM|能耗|优良|浓度|单位|万元|非化石|煤炭|森林)"
)
_PAST_PERIOD = re.compile(rf"“?(?:{_PERIODS})”?(?:以来|(?:期间|时期)?(?:[^，。]{{0,12}})(?:成效|成就|取得了|完成情况))")
_OLD_PERIODS = ("十一五", "十二五", "十三五")
RANGE_OF_VALUES = re.compile(
    r"[由从][^，。；]{0,16}?\d[\d.]*[^，。；\d]{0,12}?(?:提[高升]|下?降低?|增[长加]?|上升|减少|扩大|优化|改善)[至到为]"
)
_AHEAD = re.compile(r"到20[1-9]\d年(?!底?[，]?已)|力争|确保|争取|年底前|目标(?:为|是)|将|[至到]20[1-9]\d年的?[\d.]+")


def base_in(text: str) -> int | None:
    """The base year that a sentence compares with.

    >>> base_in("比2020年下降18%"), base_in("达到2023年的2.5倍"), base_in("较“十三五”末提高5个百分点")
    (2020, 2023, 2020)
    """
    if multiple := _MULTIPLE.search(text):
        return int(multiple["y"])
    match = BASE.search(text)
    if match is None:
        return None
    written = match["a"] or match["b"]
    if written:
        return int(written)
    return next((year for name, year in _PLAN_PERIOD.items() if match["c"] and name in match["c"]), None)


def is_multiple(text: str) -> bool:
    """Whether the base year belongs to a multiple (2023年的2.5倍), which is its own and goes no further."""
    return _MULTIPLE.search(text) is not None


def stands_alone(text: str) -> bool:
    """Whether a piece is nothing but a comparison with a base year (与2020年相比)."""
    return BASE.sub("", text).strip(" ，、到") == ""


def years_in(text: str) -> tuple[int, ...]:
    """The target years named in a piece of text; base years, past periods and dates do not count.

    >>> years_in("到2025年、2030年"), years_in("比2020年下降18%"), years_in("“十五五”末")
    ((2025, 2030), (), (2030,))
    """
    plain = BASE.sub("", _PAST_PERIOD.sub("", _MULTIPLE.sub("", text)))
    if match := _LIST.search(plain):
        return tuple(int(y) for y in re.findall(r"20\d\d", match.group()))
    if match := _RANGE.search(plain):
        return (int(match["b"]),)
    for match in _YEAR.finditer(plain):
        opens = match.start() == 0 or plain[match.start() - 1] in "，：、（）.． —–-•·"
        opens = opens or plain.endswith("其中", 0, match.start())
        told = _TOLD_OF.match(plain[match.end() :])
        if match["to"] or match["end"] or opens or told:
            return (int(match["y"]),)
    if match := _PERIODS_LISTED.search(plain):
        return tuple(_PLAN_PERIOD[name] for name in re.findall(_PERIODS, match.group()))
    for match in _PERIOD.finditer(plain):
        if match["p"] not in _OLD_PERIODS or re.search(r"期间|时期|末", match.group()):
            return (_PLAN_PERIOD[match["p"]],)
    return ()


def looks_ahead(text: str, horizon: int | None = None) -> bool:
    """Whether words or years of a text point to the future; `horizon` is the year in which the plan was made."""
    if _AHEAD.search(text):
        return True
    return horizon is not None and any(year >= horizon for year in years_in(_RANGE.sub("", text)))


def final_year(title: str | None) -> int | None:
    """The last year of a span of years in a title.

    >>> final_year("行动方案（2022—2024年）"), final_year("2024年行动计划")
    (2024, None)
    """
    match = re.search(r"20\d\d(?:年)?[-—–~至](?P<y>20\d\d)(?:年|）)", title or "")
    return int(match["y"]) if match else None


def period_in(title: str) -> int | None:
    """The last year of the plan period that a title names, also of a past one.

    >>> period_in("“十三五”主要指标"), period_in("2024年行动计划")
    (2020, None)
    """
    match = _PERIOD.search(title)
    return _PLAN_PERIOD[match["p"]] if match else None


def annual_year(title: str | None) -> int | None:
    """The year of an annual plan, from its title; None for plans of several years and for 2030年前….

    >>> annual_year("松河市2024年蓝天保卫行动计划"), annual_year("2030年前碳达峰行动方案"), annual_year("行动方案（2018-2020年）")
    (2024, None, None)
    """
    name = title or ""
    if re.search(r"20\d\d年?[-—–~至]|十[一二三四五六]五|三年", name):
        return None
    match = re.search(r"(?P<y>20\d\d)年(?:度)?(?!前|以前|之前|底前|末前|版|本)", name)
    return int(match["y"]) if match else None
