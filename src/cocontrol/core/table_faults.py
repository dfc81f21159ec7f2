"""The faults of a whole table: headings, units, blank and merged parts, repeated keys. Each says the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

import polars as pl

from cocontrol.core.cell_parsing import strip_blanks
from cocontrol.core.errors import Fault, Level, Location
from cocontrol.core.provenance import column_letter
from cocontrol.core.raw import RawTable, required_columns
from cocontrol.core.tables import Column, Table
from cocontrol.core.text import Text

_HEADINGS_SHOWN = 8
_LEAST_FOR_A_LEAD = 2
_LENGTH_OF_A_DAY = len("2013-05-17")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a declared column stands in a file, and how many declared units make one unit of the file."""

    letter: str
    heading: str
    factor: float = 1.0


def more_faults(rule: str, place: Location, count: int) -> Fault:
    """The closing fault of a rule that more cells break than are listed."""
    message = Text("规则 {r} 另有 {n} 处，未逐条列出", "rule {r}: {n} more places, not listed one by one")
    return Fault(f"{rule}.more", message.format(r=rule, n=count), place, value=str(count))


def header_missing(raw: RawTable, table: Table) -> Fault:
    """No row of the first twenty names a column of the table."""
    wanted = required_columns(table) or table.columns
    found = "、".join(str(heading) for heading in raw.headings if heading)
    return Fault(
        "table.header_missing",
        Text("找不到表“{t}”的标题行", "no row holds the headings of the table “{t}”").format(t=table.label),
        raw.location(),
        value=found[:200] or None,
        allowed=_headings(wanted),
        remedy=Text(
            "检查是否选对了文件和工作表；用 cocontrol template {t} 生成模板",
            "check that it is the right file and sheet; cocontrol template {t} makes a template",
        ).format(t=table.name),
    )


def empty_table(raw: RawTable) -> Fault:
    """The file or sheet holds nothing."""
    return Fault(
        "table.empty",
        Text("文件或工作表是空的", "the file or sheet is empty"),
        raw.location(),
        remedy=Text("选择有数据的文件或工作表", "choose a file or sheet that holds data"),
    )


def no_rows(raw: RawTable) -> Fault:
    """There are headings, and nothing below them."""
    return Fault(
        "table.empty",
        Text("标题行之下没有数据", "there is no data below the headings"),
        raw.location(raw.header_row),
        remedy=Text(
            "填入数据，或从工作区设置中删去该表", "enter data, or remove the table from the workspace settings"
        ),
    )


def header_shifted(raw: RawTable, located: RawTable) -> Fault:
    """A note that the headings stand below other filled rows, which were not read."""
    return Fault(
        "table.header_shifted",
        Text("标题行在第 {n} 行，其上各行未读入", "the headings stand in row {n}; the rows above were not read").format(
            n=located.header_row
        ),
        located.location(located.header_row),
        value=next((str(heading) for heading in raw.headings if heading), None),
        level=Level.LOW,
    )


def title_unit_unused(located: RawTable) -> Fault:
    """A lead: a line above the headings states a unit, and the table has no, or more than one, column it fits."""
    return Fault(
        "unit.in_title",
        Text("标题行之上写有单位，未采用", "a line above the headings states a unit; it was not used"),
        located.location(located.header_row),
        value=located.title_unit,
        remedy=Text("把单位写进各列标题", "write the unit into the headings of the columns"),
        level=Level.MEDIUM,
    )


def column_missing(raw: RawTable, column: Column) -> Fault:
    """A required column has no heading in the file."""
    return column_missing_at(raw.location(raw.header_row), column)


def column_missing_at(place: Location, column: Column) -> Fault:
    """A column that must be there has no heading in the row of that place."""
    return Fault(
        "table.required",
        Text("缺少必需的列：{c}", "a required column is missing: {c}").format(c=column.label),
        replace(place, column=column.name),
        allowed=_headings((column,)),
        remedy=Text("在标题行中加上该列", "add the column to the heading row"),
    )


def column_twice(raw: RawTable, column: Column, letter: str, first: Place) -> Fault:
    """Two headings mean the same column."""
    return Fault(
        "table.column_twice",
        Text("两列都是“{c}”：{a} 和 {b}", "two columns are both “{c}”: {a} and {b}").format(
            c=column.label, a=f"{first.letter}{raw.header_row}", b=f"{letter}{raw.header_row}"
        ),
        raw.location(raw.header_row, letter, column.label.zh),
        remedy=Text("只保留一列", "keep one of them"),
    )


def column_unknown(raw: RawTable, letter: str, heading: str, table: Table) -> Fault:
    """A note that a column is not declared and was not read."""
    return Fault(
        "table.column_unknown",
        Text("表中没有声明这一列，未读入", "the table declares no such column; it was not read"),
        raw.location(raw.header_row, letter, heading),
        value=heading,
        allowed=_headings(table.columns),
        level=Level.LOW,
    )


def code_list_absent(raw: RawTable, place: Place, column: Column) -> Fault:
    """A note that codes could not be checked, because their list was not at hand."""
    return Fault(
        "table.code_list_absent",
        Text(
            "未提供代码清单 {c}，该列代码未核对", "the code list {c} was not given; the codes were not checked"
        ).format(c=column.code_list),
        raw.location(raw.header_row, place.letter, place.heading),
        level=Level.MEDIUM,
    )


def unit_wrong(place: Location, column: Column, fault: Fault) -> Fault:
    """The unit in the heading is unknown, or measures something else; `fault` says which."""
    message = Text("{m}：{c} 应以 {u} 计", "{m}: {c} is counted in {u}")
    return replace(fault, message=message.format(m=fault.message, c=column.label, u=column.unit), location=place)


def unit_converted(place: Location, column: Column, unit: str, factor: float) -> Fault:
    """A note that values were converted to the declared unit."""
    return Fault(
        "unit.converted",
        Text("已换算：1 {a} = {f} {b}", "converted: 1 {a} = {f} {b}").format(a=unit, f=f"{factor:.15g}", b=column.unit),
        place,
        value=unit,
        level=Level.LOW,
    )


def unit_assumed(place: Location, column: Column) -> Fault:
    """A note that the heading names no unit, so that the declared one was taken."""
    return Fault(
        "unit.assumed",
        Text("标题未写单位，按 {u} 读入", "the heading names no unit; read as {u}").format(u=column.unit),
        place,
        remedy=Text(
            "如单位不同，在标题中写明，如 {h}", "if it is another, write it in the heading, such as {h}"
        ).format(h=column.heading_with_unit()),
        level=Level.LOW,
    )


def unit_not_declared(place: Location, column: Column, unit: str) -> Fault:
    """A lead: the heading names a unit for a column whose unit is given elsewhere, or that has none."""
    return Fault(
        "unit.not_declared",
        Text(
            "该列单位另有规定，标题中的单位未采用",
            "the unit of this column is given elsewhere; that of the heading was not used",
        ),
        place,
        value=unit,
        remedy=Text("核对 {c} 的单位", "check the unit of {c}").format(c=column.label),
        level=Level.MEDIUM,
    )


def percent_as_share(raw: RawTable, place: Place, values: pl.Series) -> Iterator[Fault]:
    """A lead: all values of a column in percent lie between 0 and 1, as shares do.

    Spreadsheet programs show 0.2 as 20 % and keep 0.2; read as percent it would be a hundredth.
    """
    filled = values.drop_nulls()
    if filled.len() < _LEAST_FOR_A_LEAD or not filled.is_between(0, 1).all() or not (filled > 0).any():
        return
    yield Fault(
        "unit.percent_as_share",
        Text(
            "全部数值在 0 与 1 之间：是否为比例而非百分数？",
            "all values lie between 0 and 1: are they shares, not percent?",
        ),
        raw.location(raw.header_row, place.letter, place.heading),
        value=str(filled.cast(pl.String)[0]),
        remedy=Text(
            "如为比例，标题写明 [1]；如确为百分数，不必改动",
            "if they are shares, write [1] in the heading; if percent, leave it",
        ),
        level=Level.MEDIUM,
    )


def first_days_only(raw: RawTable, place: Place, values: pl.Series) -> Iterator[Fault]:
    """A lead: every day in a period column is the first of its month, as a program makes it of ``2013-05``."""
    days = values.filter(values.str.len_chars() == _LENGTH_OF_A_DAY)
    if raw.sheet is None or not days.len() or not days.str.ends_with("-01").all():
        return
    yield Fault(
        "period.first_days",
        Text("日期全为每月 1 日：是否本应为整月？", "every day is the first of its month: are whole months meant?"),
        raw.location(raw.header_row, place.letter, place.heading),
        value=str(days[0]),
        remedy=Text("整月写作文本 2013-05", "write whole months as text, such as 2013-05"),
        level=Level.MEDIUM,
    )


def cells_tidied(raw: RawTable, place: Place, tidied: pl.Series) -> Fault:
    """A note that blanks, full-width characters or thousands separators were taken out, and of how many cells."""
    first = int(tidied.arg_true()[0])
    return Fault(
        "cell.tidied",
        Text(
            "{n} 个单元格去除了空格、全角字符或千分位分隔符",
            "{n} cells were freed of blanks, full-width characters or thousands separators",
        ).format(n=int(tidied.sum())),
        raw.location(int(raw.rows[first]), place.letter, place.heading),
        value=str(raw.cells[place.letter][first]),
        level=Level.LOW,
    )


def merged_in_data(raw: RawTable, letters: set[str]) -> Iterator[Fault]:
    """A fault for every merged range that reaches into the data: all but its first cell read as empty."""
    for area in raw.merged:
        below = raw.rows.is_between(area.first_row, area.last_row).any()
        if below and area.touches(letters):
            yield Fault(
                "table.merged_cells",
                Text("数据区内有合并单元格 {a}", "merged cells inside the data: {a}").format(a=area),
                Location(raw.file, raw.sheet, area.first_row, cell=str(area)),
                value=str(area),
                remedy=Text("取消合并，并在每个单元格中填入数值", "unmerge them and fill in every cell"),
            )


def cells_beyond_headings(raw: RawTable) -> Iterator[Fault]:
    """A lead for every column of filled cells under no heading; they were not read."""
    for heading, letter in zip(raw.headings, raw.letters, strict=True):
        if not heading and raw.cells[letter].dtype == pl.String:
            filled = strip_blanks(raw.cells[letter]).is_not_null()
            if filled.any():
                yield _without_heading(raw, letter, filled)


def uneven_rows(raw: RawTable, limit: int) -> Iterator[Fault]:
    """Rows of a text file that have more or fewer cells than the headings.

    One cell more means a stray separator, often a thousands separator without quotes: all that follows
    stands under a wrong heading, so each such row is an error. (A separator at the end of every row is
    a habit of some programs and shifts nothing.) Fewer cells are one lead: a file cut off looks like this.
    """
    if raw.widths is None or raw.header_width is None or not raw.widths.len():
        return
    if raw.widths.n_unique() > 1 or _beyond_filled(raw, raw.header_width):
        yield from _shifted_rows(raw, raw.header_width, limit)
    short = (raw.widths < raw.header_width).arg_true()
    if len(short):
        yield Fault(
            "table.short_rows",
            Text(
                "{n} 行的单元格少于标题，缺少的按空单元格读入", "{n} rows have fewer cells than headings; read as empty"
            ).format(n=len(short)),
            raw.location(int(raw.rows[short[0]])),
            value=str(raw.widths[short[0]]),
            allowed=Text("{n} 个单元格", "{n} cells").format(n=raw.header_width),
            remedy=Text("检查文件是否完整、分隔符是否漏写", "check that the file is whole and no separator is missing"),
            level=Level.MEDIUM,
        )


def _beyond_filled(raw: RawTable, width: int) -> bool:
    return any(strip_blanks(raw.cells[letter]).is_not_null().any() for letter in raw.letters[width:])


def _shifted_rows(raw: RawTable, width: int, limit: int) -> Iterator[Fault]:
    broken = (raw.widths > width).arg_true() if raw.widths is not None else pl.Series([], dtype=pl.UInt32)
    for index in broken.head(limit):
        yield Fault(
            "table.extra_cells",
            Text("该行单元格多于标题", "the row has more cells than there are headings"),
            raw.location(int(raw.rows[index]), column_letter(width)),
            value=" | ".join(str(cell) for cell in raw.cells.row(index) if cell is not None)[:200],
            allowed=Text("{n} 个单元格", "{n} cells").format(n=width),
            remedy=Text(
                "去掉多余的分隔符；含逗号的数字或文字加引号",
                "remove the stray separator; put quotes around text with commas",
            ),
        )
    if len(broken) > limit:
        yield more_faults("table.extra_cells", raw.location(), len(broken) - limit)


def _without_heading(raw: RawTable, letter: str, filled: pl.Series) -> Fault:
    first = int(filled.arg_true()[0])
    return Fault(
        "table.cells_without_heading",
        Text("{n} 个单元格上方没有标题，未读入", "{n} cells stand under no heading and were not read").format(
            n=int(filled.sum())
        ),
        raw.location(int(raw.rows[first]), letter),
        value=str(raw.cells[letter][first]),
        level=Level.MEDIUM,
    )


def duplicate_keys(
    key: Sequence[str], raw: RawTable, frame: pl.DataFrame, places: Mapping[str, Place], limit: int
) -> Iterator[Fault]:
    """A fault for every row whose key stood in an earlier row; both rows are named."""
    if not key or any(name not in places for name in key):
        return
    parts = list(key)
    keyed = frame.select(parts).with_columns(raw.rows.alias("row number")).drop_nulls(parts)
    if keyed.select(parts).n_unique() == keyed.height:
        return
    repeated = keyed.with_columns(pl.col("row number").min().over(parts).alias("first row")).filter(
        pl.col("row number") != pl.col("first row")
    )
    place = places[parts[0]]
    for *values, row, first in repeated.head(limit).iter_rows():
        yield Fault(
            "table.key_duplicate",
            Text("主键与第 {f} 行（{c}）重复", "the key stands already in row {f} ({c})").format(
                f=first, c=f"{place.letter}{first}"
            ),
            raw.location(row, place.letter, place.heading),
            value=" / ".join(str(value) for value in values),
            allowed=Text("{k} 的组合唯一", "each combination of {k} once").format(k=_listing(parts)),
            remedy=Text("删除或改正其中一行", "delete or mend one of the two rows"),
        )
    if repeated.height > limit:
        yield more_faults("table.key_duplicate", raw.location(column=place.heading), repeated.height - limit)


def reference_missing(
    place: Location, origin: str, columns: Sequence[str], values: Sequence[object], other: str
) -> Fault:
    """A key that no row of the other table has."""
    cell = origin.rsplit("!", 1)[-1]
    return Fault(
        "table.reference",
        Text("表 {t} 中没有这一行", "the table {t} has no such row").format(t=other),
        replace(place, row=int(cell.lstrip(ascii_uppercase)), column="、".join(columns), cell=cell),
        value=" / ".join(str(value) for value in values),
        remedy=Text("改正该值，或在表 {t} 中补上该行", "mend the value, or add the row to the table {t}").format(
            t=other
        ),
    )


def _headings(columns: Sequence[Column]) -> Text:
    shown = columns[:_HEADINGS_SHOWN]
    rest = len(columns) - len(shown)
    zh = "、".join(f"{c.heading_with_unit('zh')}（{c.name}）" for c in shown)
    en = ", ".join(f"{c.heading_with_unit('en')} ({c.name})" for c in shown)
    if rest:
        return Text(f"{zh} 等 {rest + len(shown)} 列", f"{en} and {rest} more")
    return Text(zh, en)


def _listing(words: Sequence[str]) -> Text:
    return Text("、".join(words), ", ".join(words))
