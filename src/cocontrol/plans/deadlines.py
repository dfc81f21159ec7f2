"""The day by which a clause wants its matter done, and the day from which it holds."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cocontrol.plans.periods import BASE, years_in

_DATE = r"(?P<y>20\d\d)年(?:(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>[12]\d|3[01]|0?[1-9])日)?|(?P<half>上半年))?"
_FROM = re.compile(rf"(?:自|从|于)?{_DATE}起")
_BY = re.compile(rf"(?:到|至|力争|争取|确保|于|在)*{_DATE}(?:年?底|年?末|中)?(?:之前|以前|前|内|，|,)?")
_QUOTED = re.compile(r"《[^《》]*》|〔[^〔〕]*〕|[（(][^（）()前]*[）)]")
_LOOKS_BACK = re.compile(r"截至|截止|以来|同比")
_OPENING = 12
"""Characters of a clause within which its date opens it, and then governs the rest of the sentence."""


_NUMERIC = re.compile(r"(20\d\d)[-/.．](1[0-2]|0?[1-9])(?:[-/.．]([12]\d|3[01]|0?[1-9]))?(?!\d)")
_DUE = re.compile(
    r"(?:(?P<y>20\d\d)年?)?(?:(?P<m>1[0-2]|0?[1-9])月(?:份)?(?:(?P<d>[12]\d|3[01]|0?[1-9])[日号])?|第?(?P<q>[一二三四1-4])季度"
    r"|(?P<half>上半年)|(?P<end>年底|年末|全年|下半年|年内|(?<!月)[底末]))(?!起)|(?P<only>20\d\d)年?(?!\d|年?起)"
)
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True, slots=True)
class Dates:
    """`deadline` is the last day on which the matter may still be open; `begins` the first day of a rule's force."""

    deadline: date | None = None
    begins: date | None = None


def year_end(year: int) -> date:
    """The last day of a year: what a plan means by a year without a month."""
    return date(year, 12, 31)


def dates_in(clause: str) -> Dates:
    """The dates of one clause. What stands in titles and brackets, tells the past or is a base year does not count.

    A month means its last day and a year its last day, with 底, with 前 and without either: plans write 2025年前 and
    2025年底前 for the same day, and the later reading accuses nobody too early.

    >>> dates_in("2024年底前，35蒸吨/小时以下燃煤锅炉全部淘汰").deadline
    datetime.date(2024, 12, 31)
    >>> dates_in("2024年6月底前完成").deadline, dates_in("自2024年7月1日起禁止新建").begins
    (datetime.date(2024, 6, 30), datetime.date(2024, 7, 1))
    >>> dates_in("比2020年下降18%").deadline is None
    True
    """
    return _dates(clause)[0]


def dates_of_clauses(clauses: Iterable[tuple[str, bool]]) -> Iterator[Dates]:
    """The dates of the clauses of a task in order; the flag says whether a clause goes on in the sentence before it.

    A date that opens a clause governs the rest of its sentence: 2024年底前，淘汰A，完成B.
    """
    carried = Dates()
    for text, goes_on in clauses:
        own, opens = _dates(text)
        before = carried if goes_on else Dates()
        made = Dates(own.deadline or before.deadline, own.begins or before.begins)
        carried = made if opens or own == Dates() else before
        yield made


def _dates(clause: str) -> tuple[Dates, bool]:
    """The dates of a clause, and whether they open it."""
    plain = BASE.sub("", _QUOTED.sub("", re.sub(r"\s", "", clause)))
    if _LOOKS_BACK.search(plain):
        return Dates(), False
    first = _FROM.search(plain)
    begins = _first_day(first) if first else None
    rest = _FROM.sub("", plain)
    years = years_in(rest)
    if not years:
        return Dates(None, begins), first is not None and first.start() < _OPENING
    match = next((m for m in _BY.finditer(rest) if int(m["y"]) == years[-1]), None)
    deadline = _last_day(match) if match else year_end(years[-1])
    return Dates(deadline, begins), match is None or match.start() < _OPENING


def due_in_cell(cell: str, year: int | None = None) -> date | None:
    """The last day that the cell of a column of times (完成时限) names; None for 长期坚持 and for what begins.

    `year` is that of the plan, for cells that name a month only. Of a span the end counts.

    >>> due_in_cell("2025年6月底前"), due_in_cell("2025/3/15"), due_in_cell("9月底", 2025)
    (datetime.date(2025, 6, 30), datetime.date(2025, 3, 15), datetime.date(2025, 9, 30))
    >>> due_in_cell("2024—2025年"), due_in_cell("2025年3月-9月"), due_in_cell("2025年第三季度")
    (datetime.date(2025, 12, 31), datetime.date(2025, 9, 30), datetime.date(2025, 9, 30))
    >>> due_in_cell("长期坚持", 2025) is None, due_in_cell("2025年起") is None, due_in_cell("6月") is None
    (True, True, True)
    """
    plain = _NUMERIC.sub(lambda m: f"{m[1]}年{m[2]}月" + (f"{m[3]}日" if m[3] else ""), re.sub(r"\s", "", cell))
    found = None
    for match in _DUE.finditer(plain):
        year = int(match["y"] or match["only"] or year or 0) or None
        found = _last_named_day(match, year) if year else found
    return found


def _last_named_day(match: re.Match[str], year: int) -> date | None:
    if match["half"]:
        return date(year, 6, 30)
    quarter = match["q"]
    month = 3 * int(_QUARTERS.get(quarter, quarter)) if quarter else int(match["m"] or 12)
    return _day(year, month, int(match["d"] or monthrange(year, month)[1]))


def _first_day(match: re.Match[str]) -> date | None:
    return _day(int(match["y"]), int(match["m"] or 1), int(match["d"] or 1))


def _last_day(match: re.Match[str]) -> date | None:
    year = int(match["y"])
    if match["half"]:
        return date(year, 6, 30)
    month = int(match["m"] or 12)
    return _day(year, month, int(match["d"] or monthrange(year, month)[1]))


def _day(year: int, month: int, day: int) -> date | None:
    """The day; None for one that no calendar has (2月30日)."""
    return date(year, month, day) if day <= monthrange(year, month)[1] else None
