"""The layouts in which people keep the factors of a decomposition, read into one: ``cell, period``, factors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Level, Location
from cocontrol.core.open_tables import added_columns, with_number_columns
from cocontrol.core.raw import RawTable, locate_header, matched_columns
from cocontrol.core.tables import Column, Kind, Table, split_heading
from cocontrol.core.text import Text, same
from cocontrol.core.validation import ORIGIN, Validated, located, validate
from cocontrol.pathways.decomposition import CELL, PERIOD, absent_fault, periods_fault, value_fault
from cocontrol.pathways.decomposition_totals import VALUE, settled

START, END = "0", "T"
"""Names of the two periods where the table names none."""

ONE_CELL = "all"
"""Name of the only cell of a table without a column of cells."""


def _label(name: str, zh: str, en: str, *aliases: str) -> Column:
    """A column of text that may be left out."""
    return Column(name, Kind.TEXT, Text(zh, en), Text("可省", "may be left out"), aliases=aliases)


_CELL_COLUMNS = (
    _label(CELL, "单元", "cell", "item", "name", "名称"),
    _label("region", "地区", "region", "province", "city", "adcode", "省份", "城市"),
    _label("sector", "部门", "sector", "industry", "category", "行业", "产业", "类别"),
    _label("fuel", "能源", "fuel", "能源品种", "燃料"),
)
"""Together they name the cell."""

_ASIDE = (
    _label("unit", "单位", "unit", "units", "计量单位"),
    _label("note", "备注", "note", "notes", "remark", "remarks", "comment", "说明"),
    _label("source", "来源", "source", "数据来源"),
)
"""Columns that may stand in a table and say nothing of the factors."""

_PERIOD = Column(
    PERIOD,
    Kind.TEXT,
    Text("时期", "period"),
    Text("年份，或 0 与 T", "year, or 0 and T"),
    required=True,
    aliases=("year", "time", "t", "年份", "年", "年度"),
)
_VALUE = Column(
    VALUE,
    Kind.NUMBER,
    Text("总量", "value"),
    Text("各因素之积；给出时与乘积核对", "the product of the factors; checked where it is given"),
    aliases=("total", "V", "emission", "emissions", "合计", "排放量"),
)
_NAME = Column(
    "factor",
    Kind.TEXT,
    Text("因素", "factor"),
    Text("因素名称", "its name"),
    required=True,
    aliases=("driver", "variable", "indicator", "指标", "变量"),
)


def _end(name: str, zh: str, *aliases: str) -> Column:
    """The first or last value of a factor."""
    return Column(name, Kind.NUMBER, Text(zh, name), Text(f"{zh}值", f"{name} value"), required=True, aliases=aliases)


def _table(name: str, label: Text, description: Text, *columns: Column) -> Table:
    return Table(name=name, label=label, description=description, key=(), columns=(*_CELL_COLUMNS, *_ASIDE, *columns))


DECOMPOSITION_INPUT = _table(
    "decomposition_input",
    Text("因素分解输入", "factors to decompose"),
    Text(
        "每行一个单元的一个时期，其余数字列都是因素。",
        "One row per cell and period; every other number column is a factor.",
    ),
    _PERIOD,
    _VALUE,
)

FACTOR_ROWS = _table(
    "decomposition_factor_rows",
    Text("因素分解输入（每行一个因素）", "factors to decompose (a row per factor)"),
    Text("每行一个因素的期初值和期末值。", "One row per factor with its first and its last value."),
    _NAME,
    _end("start", "期初", "base", "v0", "x0", "0", "from", "initial", "基期"),
    _end("end", "期末", "vt", "xt", "T", "1", "to", "final", "target", "报告期"),
)

_FACTOR_NAMES = _table("decomposition_factor_years", FACTOR_ROWS.label, FACTOR_ROWS.description, _NAME)
_FACTOR_PERIODS = _table(
    "decomposition_factor_periods",
    FACTOR_ROWS.label,
    Text("每行一个因素在一个时期的值。", "One row per factor and period."),
    _NAME,
    _PERIOD,
    replace(_VALUE, required=True, aliases=("amount", "数值", "值")),
)
_NO_PERIOD = _table("decomposition_pairs", DECOMPOSITION_INPUT.label, DECOMPOSITION_INPUT.description)

_SUFFIXED = re.compile(r"(?P<factor>.+?)(?:[ _\-]|(?=[01T\d]))(?P<period>0|[Tt]|1|\d{4}|base|start|end)$")
_YEAR = re.compile(r"\s*(?P<year>\d{4})(?:\.0+)?\s*年?\s*")
_FACTOR = Text("因素", "a factor")


@dataclass(frozen=True, slots=True)
class Factors:
    """The one layout: `table` with ``cell, period`` and a column per name in `factors`; `unit` of the total if told."""

    table: pl.DataFrame
    factors: tuple[str, ...]
    unit: str = ""


def read_factors(raw: RawTable) -> tuple[Factors, tuple[Fault, ...]]:
    """The factors of a file in any of five layouts, and the remarks that stop nothing.

    1. A row per cell and period, a column per factor (``cell, period, activity, intensity`` …).
    2. A row per cell, a column per factor and period (``activity_0, activity_T`` or ``activity_2020`` …).
    3. A row per factor (and cell): ``factor, start, end``.
    4. The same with years as columns: ``factor, 2015, 2020`` …
    5. A row per factor and period: ``factor, period, value``.

    Cells are named by ``cell, region, sector, fuel`` together, and by any other column that holds words only.
    Years come in their order, whatever that of the rows. A column that is the product of all the others is
    the total, not a factor, and the effects come in its unit (see `decomposition_totals.settled`).

    Raises
    ------
    InvalidInput
        The table fits no layout; every cell that is unreadable, missing, negative or there twice, with its
        place; a cell without one of the periods; a stated total that is not the product of its factors.
    """
    rows, _ = locate_header(raw, FACTOR_ROWS)
    if _names(rows, FACTOR_ROWS) >= {"factor"}:
        long, names, found = _factor_layout(rows)
    else:
        rows, _ = locate_header(raw, DECOMPOSITION_INPUT)
        long, names, found = _rows(rows) if PERIOD in _names(rows, DECOMPOSITION_INPUT) else _pairs(rows)
    long = _in_order(long)
    _require_cells(long, found)
    long, names, remarks, total = settled(
        long, names, Location(file=raw.file, sheet=raw.sheet), heading=found.headings.get(VALUE, VALUE)
    )
    unit = split_heading(found.headings.get(total, total) if total else "")[1] or ""
    return Factors(long.select(CELL, PERIOD, *names), names, unit), (*_remarks(found), *remarks)


def _names(raw: RawTable, table: Table) -> set[str]:
    return {column.name for _, column, _ in matched_columns(raw.headings, table)}


def _rows(raw: RawTable) -> tuple[pl.DataFrame, tuple[str, ...], Validated]:
    table = _with_labels(DECOMPOSITION_INPUT, raw)
    opened = with_number_columns(table, raw, _FACTOR)
    found = validate(opened, raw)
    names = added_columns(opened, table)
    frame = _checked(found, names, (CELL, PERIOD))
    stated = [pl.col(VALUE)] if VALUE in found.letters else []
    return frame.select(CELL, PERIOD, *names, *stated), names, found


def _pairs(raw: RawTable) -> tuple[pl.DataFrame, tuple[str, ...], Validated]:
    table = _with_labels(_NO_PERIOD, raw)
    opened = with_number_columns(table, raw, _FACTOR)
    added = added_columns(opened, table)
    split = {name: match for name in added if (match := _SUFFIXED.fullmatch(name))}
    periods = sorted({match["period"] for match in split.values()}, key=_order)
    names = tuple(dict.fromkeys(match["factor"] for match in split.values()))
    pairs = {(match["factor"], match["period"]): column for column, match in split.items()}
    if len(periods) < 2 or any((name, period) not in pairs for name in names for period in periods):
        raise InvalidInput(_no_layout(raw))
    found = validate(opened, raw)
    frame = _checked(found, tuple(split), (CELL,), unused=[name for name in added if name not in split])
    parts = [
        frame.select(
            CELL,
            pl.lit(period).alias(PERIOD),
            *(pl.col(pairs[name, period]).alias(_total_name(name)) for name in names),
        )
        for period in periods
    ]
    factors = tuple(name for name in names if _total_name(name) != VALUE)
    return pl.concat(parts), factors, found


def _total_name(name: str) -> str:
    """``value`` for a heading that means the total, else the name as it is."""
    match = DECOMPOSITION_INPUT.match_heading(name)
    return VALUE if match is not None and match[0].name == VALUE else name


def _factor_layout(raw: RawTable) -> tuple[pl.DataFrame, tuple[str, ...], Validated]:
    """Layouts with the names of the factors in a column."""
    years = {index: match["year"] for index, h in enumerate(raw.headings) if h and (match := _YEAR.fullmatch(h))}
    periods = _names(raw, _FACTOR_PERIODS)
    if len(years) >= 2:
        opened = with_number_columns(_with_labels(_FACTOR_NAMES, raw), raw, _FACTOR)
        columns = {str(raw.headings[index]).strip(): year for index, year in years.items()}
    elif {PERIOD, VALUE} <= periods and not {"start", "end"} <= _names(raw, FACTOR_ROWS):
        return _factor_periods(raw)
    else:
        opened = _with_labels(FACTOR_ROWS, raw)
        columns = {"start": START, "end": END}
    found = validate(opened, raw)
    unused = [c.name for c in opened.columns if c.kind is Kind.NUMBER and c.name not in columns]
    frame = _checked(found, tuple(columns), (CELL, "factor"), unused=unused)
    long = pl.concat(
        [frame.select(CELL, "factor", pl.lit(period).alias(PERIOD), pl.col(column).alias("number"))
         for column, period in columns.items()]
    )  # fmt: skip
    return (*_spread(long), found)


def _factor_periods(raw: RawTable) -> tuple[pl.DataFrame, tuple[str, ...], Validated]:
    found = validate(_with_labels(_FACTOR_PERIODS, raw), raw)
    frame = _checked(found, (VALUE,), (CELL, "factor", PERIOD))
    return (*_spread(frame.select(CELL, "factor", PERIOD, pl.col(VALUE).alias("number"))), found)


def _spread(long: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """A column per factor from a row per factor; a factor that a cell lacks stays missing."""
    named = long.with_columns(pl.col("factor").map_elements(_total_name, return_dtype=pl.String))
    wide = named.pivot("factor", index=[CELL, PERIOD], values="number", maintain_order=True)
    names = tuple(name for name in wide.columns if name not in {CELL, PERIOD, VALUE})
    return wide, names


def _with_labels(table: Table, raw: RawTable) -> Table:
    """The table with one column of text more for every unknown heading under which stand words and no digit."""
    known = {index for index, _, _ in matched_columns(raw.headings, table)}
    added = []
    for index, heading in enumerate(raw.headings):
        if index in known or not heading or raw.cells.dtypes[index] != pl.String:
            continue
        cells = raw.cells.to_series(index).drop_nulls()
        if cells.len() and not cells.str.contains(r"\d").any():
            name = split_heading(heading)[0].strip()
            added.append(Column(name, Kind.TEXT, same(name), Text("单元的名称", "names the cell")))
    return replace(table, columns=(*table.columns, *added))


def _celled(found: Validated) -> pl.DataFrame:
    """The frame with one column that names the cell, made of all columns that do."""
    aside = {column.name for column in (*_ASIDE, _PERIOD, _NAME)}
    labels = [
        c.name for c in found.table.columns if c.kind is Kind.TEXT and c.name in found.letters and c.name not in aside
    ]
    cell = pl.concat_str(labels, separator=" / ", ignore_nulls=True) if labels else pl.lit(None, dtype=pl.String)
    named = found.frame.with_columns(cell.replace("", None).fill_null(ONE_CELL).alias("_cell"))
    return named.drop(CELL).rename({"_cell": CELL})


def _in_order(long: pl.DataFrame) -> pl.DataFrame:
    """Rows by their period where all periods are years or marked as first and last; else as they stand."""
    periods = long[PERIOD].unique(maintain_order=True).to_list()
    years = {period: match["year"] for period in periods if (match := _YEAR.fullmatch(str(period)))}
    if len(years) == len(periods):
        long = long.with_columns(pl.col(PERIOD).replace_strict(years, return_dtype=pl.String))
        return long.sort(PERIOD, maintain_order=True)
    if {str(period).casefold() for period in periods} == {"0", "t"}:
        return long.sort(pl.col(PERIOD) != START, maintain_order=True)
    return long


def _order(period: str) -> tuple[int, str]:
    """First periods before last ones, years by their number."""
    return ({"0": 0, "base": 0, "start": 0}.get(period, 1), period)


def _checked(
    found: Validated, numbers: Sequence[str], key: tuple[str, ...], *, unused: Iterable[str] = ()
) -> pl.DataFrame:
    """The frame with its cells named, or `InvalidInput` with every fault of it at once."""
    if found.frame.is_empty():
        found.raise_if_any()
    frame = _celled(found)
    read = {(fault.location.row, fault.location.column) for fault in found.errors}
    own = [*_number_faults(found, numbers), *_repeated(frame, found, key), *_unplaced(found, unused)]
    faults = [*found.errors, *(f for f in own if (f.location.row, f.location.column) not in read)]
    if faults:
        raise InvalidInput(*faults)
    return frame


def _remarks(found: Validated) -> tuple[Fault, ...]:
    """What the reader noticed, and which columns of words name the cells; the unit of a factor is its own matter."""
    known = {column.name for column in (*DECOMPOSITION_INPUT.columns, _NAME)}
    labels = [c.name for c in found.table.columns if c.kind is Kind.TEXT and c.name not in known]
    words = Text(
        "这一列只有文字，当作单元的名称，不当作因素",
        "the column holds words only: taken as a name of the cell, not as a factor",
    )
    named = [
        Fault(
            "decompose.label_taken", words, Location(found.file, found.sheet, found.header_row, name), level=Level.LOW
        )
        for name in labels
    ]
    return (*(fault for fault in found.faults if fault.rule != "unit.not_declared"), *named)


def _number_faults(found: Validated, names: Sequence[str]) -> Iterator[Fault]:
    """One fault per number of a factor that is missing or negative."""
    for row in found.frame.iter_rows(named=True):
        for name in names:
            if row[name] is None:
                yield value_fault(None, located(found, row[ORIGIN], name))
            elif not row[name] >= 0:
                yield value_fault(row[name], located(found, row[ORIGIN], name))


def _repeated(frame: pl.DataFrame, found: Validated, key: tuple[str, ...]) -> list[Fault]:
    """One fault per row whose key an earlier row has."""
    again = frame.filter(~pl.struct(key).is_first_distinct())
    return [
        Fault(
            "decompose.duplicate",
            Text("同一单元、同一时期（或因素）出现两次", "a cell stands twice in one period (or with one factor)"),
            located(found, row[ORIGIN], key[-1]),
            value=", ".join(str(row[name]) for name in key),
            remedy=Text("合并或删去重复的行", "put the rows together or take one out"),
        )
        for row in again.iter_rows(named=True)
    ]


def _unplaced(found: Validated, unused: Iterable[str]) -> list[Fault]:
    """One fault per number column without a period, which cannot be placed."""
    return [
        Fault(
            "decompose.column_unused",
            Text("这一列没有写明时期", "the column names no period"),
            Location(found.file, found.sheet, found.header_row, found.headings.get(name, name)),
            allowed=Text("因素_0、因素_T，或以年份结尾", "factor_0, factor_T, or ending in a year"),
            remedy=Text("改列名，或删去这一列", "rename the column, or take it out"),
        )
        for name in unused
        if name in found.letters
    ]


def _require_cells(long: pl.DataFrame, found: Validated) -> None:
    """At least two periods, and every cell in each of them."""
    place = Location(found.file, found.sheet)
    periods = long[PERIOD].unique(maintain_order=True).to_list()
    faults = []
    if len(periods) < 2:
        faults.append(periods_fault(periods, replace(place, column=found.headings.get(PERIOD, PERIOD))))
    for cell, has in long.group_by(CELL, maintain_order=True).agg(PERIOD).iter_rows():
        if missing := [period for period in periods if period not in has]:
            faults.append(absent_fault(cell, missing, place))
    if faults:
        raise InvalidInput(*faults)


def _no_layout(raw: RawTable) -> Fault:
    return Fault(
        "decompose.layout",
        Text("表头不属于任何一种分解输入版式", "the headings fit no layout of a decomposition"),
        raw.location(raw.header_row),
        value=", ".join(heading for heading in raw.headings if heading),
        allowed=Text(
            "cell、period 加各因素列；或 因素_0、因素_T 成对的列；或 factor、start、end；或 factor 加年份列；"
            "或 factor、period、value",
            "cell, period and a column per factor; or pairs of columns factor_0, factor_T; or factor, start, end; "
            "or factor and a column per year; or factor, period, value",
        ),
        remedy=Text(
            "照样表填写（网页上的“样表”，命令行的 --example）", "fill in the example (of the page, or of --example)"
        ),
    )
