"""A small declared table with one column of every kind, its code lists, and files of it made on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import polars as pl

from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text, same

FUEL_USE = Table(
    name="fuel_use_example",
    label=Text("燃料消费示例", "fuel use example"),
    description=Text("测试用表", "a table for tests"),
    key=("plant", "period"),
    columns=(
        Column("plant", Kind.TEXT, Text("企业", "plant"), same("d"), required=True),
        Column("period", Kind.PERIOD, Text("时段", "period"), same("d"), required=True),
        Column("fuel", Kind.TEXT, Text("燃料", "fuel"), same("d"), required=True, code_list="fuel"),
        Column("amount", Kind.NUMBER, Text("消费量", "amount"), same("d"), unit="t", minimum=0, accepts_notation=True),
        Column("share", Kind.NUMBER, Text("份额", "share"), same("d"), unit="%", minimum=0, maximum=100),
        Column("boilers", Kind.INTEGER, Text("锅炉数", "boilers"), same("d"), minimum=0),
        Column("day", Kind.DATE, Text("日期", "day"), same("d")),
        Column("measured", Kind.BOOLEAN, Text("实测", "measured"), same("d")),
        Column("industry", Kind.TEXT, Text("行业", "industry"), same("d"), pattern=r"[A-Z]\d{2}"),
        Column("note", Kind.TEXT, Text("备注", "note"), same("d")),
    ),
)

CODE_LISTS = {"fuel": {"raw_coal": Text("原煤", "raw coal"), "diesel": Text("柴油", "diesel oil")}}

HEADINGS = ("企业", "时段", "燃料", "消费量（t）", "份额 [%]", "锅炉数", "日期", "实测", "行业", "备注")

Row = Sequence[object]


def good_row(number: int) -> list[object]:
    """A row without fault; its key is its number."""
    return [f"plant {number}", "2013", "raw_coal", 1.5 * number, 20, 2, "2013-05-17", "是", "D44", None]


def bad_rows(column: str, value: object) -> list[list[object]]:
    """Three rows of which the second has that value in that column."""
    rows = [good_row(1), good_row(2), good_row(3)]
    rows[1][FUEL_USE.column_names.index(column)] = value
    return rows


def write_csv(
    path: Path,
    rows: Sequence[Row],
    headings: Row = HEADINGS,
    *,
    encoding: str = "utf-8",
    separator: str = ",",
    above: Sequence[str] = (),
) -> Path:
    """A text file of those rows; values with the separator, quotes or line ends are quoted."""

    def cell(value: object) -> str:
        text = "" if value is None else str(value)
        return (
            f'"{text.replace(chr(34), chr(34) * 2)}"' if any(sign in text for sign in (separator, '"', "\n")) else text
        )

    lines = [*above, *(separator.join(cell(value) for value in row) for row in (headings, *rows))]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def write_xlsx(
    path: Path, rows: Sequence[Row], headings: Row = HEADINGS, *, sheet: str = "数据", above: Sequence[Row] = ()
) -> Path:
    """A workbook with one sheet of those rows."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in (*above, headings, *rows):
        book.active.append(list(row))
    book.save(path)
    return path


def write_parquet(path: Path, rows: Sequence[Row]) -> Path:
    """A Parquet file of those rows, typed as Polars infers, under the declared names."""
    pl.DataFrame(
        [list(row) for row in rows], schema=list(FUEL_USE.column_names), orient="row", strict=False
    ).write_parquet(path)
    return path
