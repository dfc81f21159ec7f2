"""The checks of one column of a raw table, each over the whole column at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from cocontrol.core.cell_parsing import POLARS_TYPES, Parsed, parse, parse_code, split_notation, strip_blanks
from cocontrol.core.code_matching import CodeList
from cocontrol.core.errors import Fault
from cocontrol.core.notation import NotationKey
from cocontrol.core.raw import UNUSABLE, RawTable
from cocontrol.core.table_faults import Place, cells_tidied, more_faults
from cocontrol.core.tables import Column, Kind
from cocontrol.core.text import Text

DIMENSIONLESS = "1"
"""The unit of shares, which no bound is printed with."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule and the cells that break it. `remedy_for` makes the remedy from the text of the cell."""

    rule: str
    cells: pl.Series
    message: Text
    allowed: Text | None = None
    remedy: Text | None = None
    remedy_for: Callable[[str], Text | None] | None = None


@dataclass(frozen=True, slots=True)
class CheckedColumn:
    """One column read and checked: typed values (null where a rule is broken), notation keys, problems."""

    column: Column
    values: pl.Series
    notation: pl.Series | None = None
    place: Place | None = None
    problems: tuple[Problem, ...] = ()
    tidied: pl.Series | None = None

    def faults(self, raw: RawTable, limit: int) -> Iterator[Fault]:
        """A located fault for each broken cell, at most `limit` for each rule and then one that counts the rest."""
        if self.place is None:
            return
        for problem in self.problems:
            yield from _faults_of(problem, raw, self.place, limit)
        if self.tidied is not None and self.tidied.any():
            yield cells_tidied(raw, self.place, self.tidied)


def check_column(
    column: Column, raw: RawTable, place: Place | None, codes: CodeList | None, *, is_key: bool
) -> CheckedColumn:
    """The column typed, with every cell that breaks its declaration; all null where the file has no such column."""
    height = raw.cells.height
    if place is None:
        nothing = pl.Series(column.name, [None] * height, dtype=POLARS_TYPES[column.kind])
        notation = pl.Series([None] * height, dtype=pl.String) if column.accepts_notation else None
        return CheckedColumn(column, nothing, notation)
    cells, unusable = _take_unusable(raw.cells[place.letter])
    notation = None
    if column.accepts_notation:
        cells, notation = split_notation(cells)
    parsed, coded = _read(column, cells, place, codes)
    problems = [*unusable, *coded, *_content_problems(column, parsed)]
    if column.required or is_key:
        problems.append(_required(raw, place, notation))
    broken = [problem for problem in problems if problem.cells.any()]
    values = parsed.values
    for problem in broken:
        values = values.set(problem.cells & values.is_not_null(), None)
    return CheckedColumn(column, values, notation, place, tuple(broken), parsed.tidied)


def _read(column: Column, cells: pl.Series, place: Place, codes: CodeList | None) -> tuple[Parsed, list[Problem]]:
    if codes is not None and column.kind is Kind.TEXT:
        return _read_codes(cells, codes)
    if column.kind is Kind.TEXT and column.pattern:
        return parse_code(cells), []
    return parse(cells, column.kind, place.factor), []


def _read_codes(cells: pl.Series, codes: CodeList) -> tuple[Parsed, list[Problem]]:
    """The codes behind the words of a column, and the words that are not in the list."""
    parsed = parse_code(cells)
    words = parsed.values.unique().drop_nulls()
    known = pl.Series([codes.code(word) for word in words], dtype=pl.String)
    values = parsed.values.replace_strict(words, known, default=None, return_dtype=pl.String)
    unknown = parsed.values.is_not_null() & values.is_null()

    def remedy(value: str) -> Text | None:
        """The codes that share the name, else the nearest one; None where nothing is near."""
        if shared := codes.candidates(value):
            return Text("名称对应多个代码，请填代码：{c}", "several codes share this name; give the code: {c}").format(
                c=", ".join(shared)
            )
        near = codes.likely(value)
        if not near:
            return None
        said = Text("、".join(one.zh for one in near), ", ".join(one.en for one in near))
        if len(near) > 1:
            return Text("请从中选一个：{n}", "choose one of: {n}").format(n=said)
        return Text("是否为 {n}？", "did you mean {n}?").format(n=said)

    problem = Problem(
        "cell.code", unknown, Text("代码不在清单中", "the code is not in the list"), codes.describe(), remedy_for=remedy
    )
    return Parsed(values, unknown, parsed.tidied & values.is_not_null()), [problem]


def _take_unusable(cells: pl.Series) -> tuple[pl.Series, list[Problem]]:
    """The cells without those that the reader could not take, which come as problems."""
    if cells.dtype != pl.String:
        return cells, []
    marked = cells.str.starts_with(UNUSABLE).fill_null(value=False)
    if not marked.any():
        return cells, []
    formula = cells.str.starts_with(f"{UNUSABLE}=").fill_null(value=False)
    problems = [
        Problem(
            "cell.formula_uncached",
            formula,
            Text("公式没有保存计算结果", "the formula was saved without its result"),
            remedy=Text(
                "用电子表格软件打开并保存，或填入数值", "open and save it in a spreadsheet program, or enter the value"
            ),
        ),
        Problem(
            "cell.formula_error",
            marked & ~formula,
            Text("单元格是错误值", "the cell holds an error value"),
            remedy=Text("改正公式，或填入数值", "mend the formula, or enter the value"),
        ),
    ]
    return cells.set(marked, None), problems


_KINDS: dict[Kind, tuple[Text, Text]] = {
    Kind.NUMBER: (Text("不是数字", "not a number"), Text("数字，如 1234.5", "a number such as 1234.5")),
    Kind.INTEGER: (Text("不是整数", "not a whole number"), Text("整数，如 2013", "a whole number such as 2013")),
    Kind.BOOLEAN: (Text("不是是非值", "neither yes nor no"), Text("是、否、true 或 false", "yes, no, true or false")),
    Kind.DATE: (Text("不是有效日期", "not a date"), Text("日期，如 2013-05-17", "a date such as 2013-05-17")),
    Kind.PERIOD: (
        Text("不是有效时段", "not a period"),
        Text("2013、2013Q2、2013-05 或 2013-05-17", "2013, 2013Q2, 2013-05 or 2013-05-17"),
    ),
}


def _content_problems(column: Column, parsed: Parsed) -> Iterator[Problem]:
    if column.kind in _KINDS:
        message, allowed = _KINDS[column.kind]
        yield Problem(f"cell.{column.kind.value}", parsed.unreadable, message, allowed, _empty_remedy(column))
    if column.kind in {Kind.NUMBER, Kind.INTEGER}:
        yield from _bound_problems(column, parsed.values)
    if column.pattern and column.kind is Kind.TEXT:
        yield _pattern_problem(column.pattern, parsed.values)


def _empty_remedy(column: Column) -> Text | None:
    if column.kind not in {Kind.NUMBER, Kind.INTEGER}:
        return None
    if column.accepts_notation:
        keys = "、".join(key.value for key in NotationKey)
        return Text("没有数值时留空或填 {k}", "where there is no value, leave it empty or enter one of {k}").format(
            k=keys
        )
    return Text(
        "单元格只填数字；没有数值时留空，不填 - 或 …", "digits only; where there is no value leave it empty, not - or …"
    )


def _bound_problems(column: Column, values: pl.Series) -> Iterator[Problem]:
    unit = f" {column.unit}" if column.unit and column.unit != DIMENSIONLESS else ""
    if column.minimum is not None:
        low = values <= column.minimum if column.exclusive_minimum else values < column.minimum
        sign = ">" if column.exclusive_minimum else "≥"
        bound = f"{sign} {column.minimum:g}{unit}"
        yield Problem(
            "cell.minimum", low.fill_null(value=False), Text("数值过小", "the value is too small"), Text(bound, bound)
        )
    if column.maximum is not None:
        bound = f"≤ {column.maximum:g}{unit}"
        high = (values > column.maximum).fill_null(value=False)
        yield Problem("cell.maximum", high, Text("数值过大", "the value is too large"), Text(bound, bound))


def _pattern_problem(pattern: str, values: pl.Series) -> Problem:
    words = values.unique().drop_nulls()
    form = re.compile(pattern)
    wrong = words.filter(pl.Series([form.fullmatch(word) is None for word in words], dtype=pl.Boolean))
    return Problem(
        "cell.pattern",
        values.is_in(wrong.to_list()).fill_null(value=False),
        Text("格式不符", "the form does not fit"),
        Text("符合 {p}", "matching {p}").format(p=pattern),
    )


def _required(raw: RawTable, place: Place, notation: pl.Series | None) -> Problem:
    """Empty cells where none may be; cells under a merged range are left to the fault of the range."""
    cells = raw.cells[place.letter]
    empty = strip_blanks(cells).is_null() if cells.dtype == pl.String else cells.is_null()
    if notation is not None:
        empty = empty & notation.is_null()
    covered = [row for area in raw.merged for row in area.covered_rows(place.letter)]
    if covered:
        empty = empty & ~raw.rows.is_in(covered)
    return Problem(
        "cell.required",
        empty,
        Text("不能为空", "the cell may not be empty"),
        remedy=Text("填入数值或删除该行", "fill it in, or delete the row"),
    )


def _faults_of(problem: Problem, raw: RawTable, place: Place, limit: int) -> Iterator[Fault]:
    broken = problem.cells.arg_true()
    listed = broken.head(limit)
    texts = raw.cells[place.letter][listed].cast(pl.String)
    for row, text in zip(raw.rows[listed], texts, strict=True):
        value = text.removeprefix(UNUSABLE) if text is not None else None
        remedy = problem.remedy_for(value) if problem.remedy_for and value is not None else problem.remedy
        location = raw.location(row, place.letter, place.heading)
        yield Fault(problem.rule, problem.message, location, value, problem.allowed, remedy)
    if len(broken) > limit:
        yield more_faults(problem.rule, raw.location(column=place.heading), len(broken) - limit)
