"""Factors: values with unit, bounds, document, clause, validity and status; asked for, never assumed.

All factor files share one long layout. A question names a profile, a day, a jurisdiction and as many
criteria as are known. One value answers it; several different values are `Ambiguous` and none is
`NotFound`, both listing the candidates with the reason why each was not taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.errors import Ambiguous, Fault, InvalidInput, NotFound
from cocontrol.core.parameters import NATIONAL, jurisdictions_above
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text
from cocontrol.reference._data import data_files, optional_date, optional_number, read_text_table

FACTOR_FILES = (
    "fuel_parameters.csv",
    "ipcc_combustion.csv",
    "gwp.csv",
    "electricity_factors.csv",
    "air_factors.csv",
    "control_efficiencies.csv",
    "agriculture_land_waste_factors.csv",
    "process_factors.csv",
)

CRITERIA = (
    "topic", "parameter", "fuel_code", "pollutant", "sector", "technology",
    "item", "kind", "region", "data_year", "class_8", "class_10",
)  # fmt: skip

_AMBIGUOUS = "factor.ambiguous"

WILDCARDS = frozenset({"any", "all"})
"""A cell that says ``any`` (technology) or ``all`` (sector) answers every question in that column."""

FLAGS: Mapping[str, Text] = {
    "suspect": Text("疑似有误，须确认后使用", "suspect: used only when confirmed"),
    "printed_zero": Text("原文印 0，意为未给因子", "printed 0, which means that no factor is given"),
    "range_only": Text("只有范围", "a range only"),
    "not_found": Text("文件有此项，取值未能查得", "the document has it, its value was not at hand"),
}
"""Why a row does not answer by itself. Only ``suspect`` can be accepted by the caller."""

MAX_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Factor:
    """One value as its document gives it.

    `lower` and `upper` are the limits of the 95 % interval where the document prints one. `flag` is
    set where the value is suspect and the caller accepted it. `proxy` says for what the value stands
    in and why, where it was taken from another fuel or document by a declared proxy.
    """

    factor_id: str
    value: float
    unit: str
    lower: float | None
    upper: float | None
    document: str
    clause: str
    status: Status
    effective_from: date | None
    effective_to: date | None
    jurisdiction: str
    note: str
    flag: str | None = None
    proxy: Text | None = None

    def holds_on(self, day: date) -> bool:
        """Whether `day` lies in the span of validity (both ends inclusive, None is open)."""
        return _holds(self.effective_from, self.effective_to, day)

    def describe(self) -> str:
        """Identifier, value, unit, source and status in one line."""
        return f"{self.factor_id} = {self.value:g} {self.unit} ({self.document} {self.clause}, {self.status})"

    def as_input(self, role: str) -> dict[str, Any]:
        """The factor as one input of a coefficient's lineage; `role` says what it does in the formula."""
        made: dict[str, Any] = {
            "role": role,
            "factor_id": self.factor_id,
            "value": self.value,
            "unit": self.unit,
            "document": self.document,
            "clause": self.clause,
            "status": self.status.value,
        }
        if self.flag:
            made["flag"] = self.flag
        if self.proxy:
            made |= {"proxy_zh": self.proxy.zh, "proxy_en": self.proxy.en}
        return made


@dataclass(frozen=True, slots=True)
class _Row:
    factor_id: str
    profile: str
    value: float | None
    effective_from: date | None
    effective_to: date | None
    jurisdiction: str
    flag: str | None
    cells: Mapping[str, str | None]

    def describe(self) -> str:
        """Identifier, what it holds for, value and unit: one line in a list of candidates."""
        where = [self.cells.get(name) for name in ("sector", "technology", "item", "kind")]
        told = ", ".join(word for word in where if word)
        shown = "-" if self.value is None else f"{self.value:g}"
        return f"{self.factor_id}{f' [{told}]' if told else ''} = {shown} {self.cells['unit']}"


def _present() -> tuple[str, ...]:
    """The factor files of this folder; the snapshot of an older run lacks those that came later."""
    return tuple(name for name in FACTOR_FILES if name in data_files())


@lru_cache(maxsize=1)
def _all_rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(
            cells["factor_id"],
            cells["profile"],
            optional_number(cells["value"]),
            optional_date(cells["effective_from"]),
            optional_date(cells["effective_to"]),
            cells["jurisdiction"],
            cells["flag"],
            cells,
        )
        for name in _present()
        for cells in read_text_table(name).iter_rows(named=True)
    )


@lru_cache(maxsize=512)
def _rows_of(topic: str, profile: str | None) -> tuple[_Row, ...]:
    return tuple(
        row for row in _all_rows() if row.cells["topic"] == topic and (profile is None or row.profile == profile)
    )


@lru_cache(maxsize=1)
def _rows_by_id() -> Mapping[str, _Row]:
    return {row.factor_id: row for row in _all_rows()}


@lru_cache(maxsize=1)
def factor_table() -> pl.DataFrame:
    """Every factor, one row each, keyed `factor_id`.

    Columns: the criteria, `profile`, `value`, `unit`, `lower`, `upper` (Float64, null = none),
    `document`, `clause`, `status`, `attribution`, `confidence`, `effective_from`, `effective_to`
    (Date), `jurisdiction`, `flag`, `note`. A null `value` has a `flag` that says why.
    """
    frames = [read_text_table(name) for name in _present()]
    return pl.concat(frames, how="diagonal").with_columns(
        pl.col("value", "lower", "upper").cast(pl.Float64),
        pl.col("data_year").cast(pl.Int32),
        pl.col("effective_from", "effective_to").str.to_date("%Y-%m-%d"),
    )


def factor_by_id(factor_id: str) -> Factor:
    """The factor of that identifier, whatever its validity; `NotFound` where there is none with a value."""
    row = _rows_by_id().get(factor_id)
    if row is None or row.value is None:
        raise NotFound(Fault("factor.unknown_id", Text("没有这个因子", "no such factor"), value=factor_id))
    return _factor(row)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: criteria, document, day and jurisdiction.

    `on` None leaves the dates out, which only a declared proxy may do. A criterion of None is open.
    """

    criteria: Mapping[str, str | int | None]
    profile: str | None
    on: date | None
    jurisdiction: str = NATIONAL
    accept_flagged: bool = False

    def asked(self) -> dict[str, str]:
        """The criteria that are given, as text."""
        return {name: str(value) for name, value in self.criteria.items() if value is not None}

    def describe(self) -> str:
        """The question in one line."""
        parts = [f"{name}={value}" for name, value in self.asked().items()]
        parts = [f"profile={self.profile or '*'}", *parts, f"on={self.on or '*'}"]
        return ", ".join([*parts, f"jurisdiction={self.jurisdiction}"])


def get_factor(
    *,
    profile: str | None,
    on: date,
    jurisdiction: str = NATIONAL,
    accept_flagged: bool = False,
    **criteria: str | int | None,
) -> Factor:
    """The one factor that answers the question.

    Parameters
    ----------
    profile : document the factor must come from (`factor_table()["profile"]`); None for any
    on : day of the data
    jurisdiction : GB/T 2260 code; the narrowest jurisdiction that has a value answers
    accept_flagged : also take a value flagged ``suspect`` (see `errata`); the factor keeps its flag
    criteria : `topic` and any of `CRITERIA`; None leaves a criterion open

    Rows that give the same value in the same unit are one answer, and the note names the others.

    Raises
    ------
    InvalidInput
        A criterion has an unknown name.
    NotFound
        Nothing holds there and then; the message lists the nearest rows, each with the reason.
    Ambiguous
        Several different values answer; the message lists them.
    """
    return select_factor(Question(criteria, profile, on, jurisdiction, accept_flagged))


def select_factor(question: Question) -> Factor:
    """The one factor that answers; raises as `get_factor`."""
    _check_criteria(question)
    asked = tuple(question.asked().items())
    answer = _answer(asked, question.profile, question.on, question.jurisdiction, question.accept_flagged)
    if isinstance(answer, Factor):
        return answer
    raise (Ambiguous if answer.rule == _AMBIGUOUS else NotFound)(answer)


@lru_cache(maxsize=1 << 14)
def _answer(
    asked: tuple[tuple[str, str], ...], profile: str | None, on: date | None, jurisdiction: str, accept_flagged: bool
) -> Factor | Fault:
    """The factor, or why there is none; kept, because an inventory asks the same question for many sources."""
    question = Question(dict(asked), profile, on, jurisdiction, accept_flagged)
    pool = _matching(_rows_of(question.asked()["topic"], profile), question.asked())
    usable = [row for row in pool if _refusal(row, question) is None]
    best = _narrowest(usable, jurisdiction)
    if not best:
        return _not_found(question, pool)
    if len({(row.value, row.cells["unit"]) for row in best}) > 1:
        return _ambiguous(question, best)
    return _with_equals(best)


def _check_criteria(question: Question) -> None:
    if unknown := sorted(set(question.criteria) - set(CRITERIA)):
        raise InvalidInput(
            Fault(
                "factor.criterion_unknown",
                Text("没有这个查询条件", "no such criterion"),
                value=", ".join(unknown),
                allowed=Text("条件：{k}", "criteria: {k}").format(k=", ".join(CRITERIA)),
            )
        )
    if "topic" not in question.asked():
        raise InvalidInput(Fault("factor.topic_missing", Text("须给出 topic", "a topic is needed")))


def _matching(rows: Iterable[_Row], asked: Mapping[str, str]) -> list[_Row]:
    """Rows that answer every criterion; a row that names a value beats one that says ``any``."""
    scored: list[tuple[int, _Row]] = []
    for row in rows:
        exact = 0
        for name, value in asked.items():
            cell = row.cells.get(name)
            if cell == value:
                exact += 1
            elif cell not in WILDCARDS:
                break
        else:
            scored.append((exact, row))
    most = max((score for score, _ in scored), default=0)
    return [row for score, row in scored if score == most]


def _holds(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def _refusal(row: _Row, question: Question) -> Text | None:
    """Why the row does not answer; None where it does."""
    accepted = question.accept_flagged and row.flag == "suspect" and row.value is not None
    if row.flag is not None and not accepted:
        return FLAGS[row.flag]
    if question.on is not None and not _holds(row.effective_from, row.effective_to, question.on):
        return Text("有效期 {a}–{b}", "valid {a}–{b}").format(a=row.effective_from or "…", b=row.effective_to or "…")
    if row.jurisdiction not in jurisdictions_above(question.jurisdiction):
        return Text("适用地区 {j}", "holds in {j}").format(j=row.jurisdiction)
    return None


def _narrowest(rows: list[_Row], jurisdiction: str) -> list[_Row]:
    for place in jurisdictions_above(jurisdiction):
        if holding := [row for row in rows if row.jurisdiction == place]:
            return holding
    return []


def _factor(row: _Row) -> Factor:
    cells = row.cells
    if row.value is None:
        raise ValueError(f"factor {row.factor_id} has no value")
    return Factor(
        factor_id=row.factor_id,
        value=row.value,
        unit=cells["unit"] or "",
        lower=optional_number(cells["lower"]),
        upper=optional_number(cells["upper"]),
        document=cells["document"] or "",
        clause=cells["clause"] or "",
        status=Status(cells["status"] or ""),
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        jurisdiction=row.jurisdiction,
        note=cells["note"] or "",
        flag=row.flag,
    )


def _with_equals(rows: list[_Row]) -> Factor:
    """The first row as a factor; a verified row comes before a recalled one, and the rest are named."""
    ordered = sorted(rows, key=lambda row: (row.cells["status"] != Status.VERIFIED, row.factor_id))
    factor = _factor(ordered[0])
    if len(ordered) == 1:
        return factor
    others = ", ".join(row.factor_id for row in ordered[1 : MAX_CANDIDATES + 1])
    return replace(factor, note="; ".join(part for part in (factor.note, f"= {others}") if part))


def _listed(lines: list[str]) -> str:
    shown = "; ".join(lines[:MAX_CANDIDATES])
    return f"{shown}; … ({len(lines)})" if len(lines) > MAX_CANDIDATES else shown or "-"


def _ambiguous(question: Question, rows: list[_Row]) -> Fault:
    differing = [name for name in CRITERIA if len({row.cells.get(name) for row in rows}) > 1]
    return Fault(
        _AMBIGUOUS,
        Text("有多个不同取值符合条件：{q}", "several different values answer: {q}").format(q=question.describe()),
        allowed=Text("候选：{c}", "candidates: {c}").format(c=_listed([row.describe() for row in rows])),
        remedy=Text("补充条件：{d}", "add a criterion: {d}").format(d=", ".join(differing) or "profile"),
    )


def _not_found(question: Question, pool: list[_Row]) -> Fault:
    refused = [(row, _refusal(row, question)) for row in pool or _nearest(question)]
    zh = [f"{row.describe()}（{why.zh}）" if why else row.describe() for row, why in refused]
    en = [f"{row.describe()} ({why.en})" if why else row.describe() for row, why in refused]
    return Fault(
        "factor.not_found",
        Text("没有符合条件的因子：{q}", "no factor answers: {q}").format(q=question.describe()),
        allowed=Text("候选：{z}", "candidates: {e}").format(z=_listed(zh), e=_listed(en)),
        remedy=Text(
            "改变条件、日期或文件口径，或在参数表中给出有来源的取值",
            "change a criterion, the day or the profile, or enter a value with its source in the parameter table",
        ),
    )


_RELAXED = ("kind", "item", "technology", "sector", "data_year", "region", "pollutant", "fuel_code")


def _nearest(question: Question) -> list[_Row]:
    """Rows that answer when one criterion after another is dropped: first in the document, then in any.

    The fuel is dropped last of all, so that other documents for the same fuel come before other fuels.
    """
    for drop_fuel in (False, True):
        for profile in dict.fromkeys((question.profile, None)):
            left = question.asked()
            for name in ("", *_RELAXED[: None if drop_fuel else -1]):
                left.pop(name, None)
                if found := _matching(_rows_of(left["topic"], profile), left):
                    return found
    return []
