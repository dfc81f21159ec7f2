"""XLSX: one workbook with notes, provenance, and a sheet per result table; recalled figures are coloured."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from python_calamine import CalamineWorkbook

from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.text import Language, Text
from cocontrol.io.results import result_table, substance_columns, substance_symbol
from cocontrol.io.runs import Run
from cocontrol.io.templates import ExactNumber

FILE = "cocontrol.xlsx"

SHEET_ROWS = 1_048_575
"""Rows of a sheet below its heading; a longer table goes on in the next sheet."""

CELL_LIMIT = 32_767
"""Characters that a cell of a workbook can hold."""

CUT = " … [cut: the CSV and Parquet exports hold the whole text]"

LARGE = 1000.0
"""From this size on, a column of numbers is shown with separators and two decimals (the cells keep all digits)."""

EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Creation date written into the file, so that the same run gives the same bytes."""

_TITLES = {
    "notes": Text("说明", "Notes"),
    "provenance": Text("来源", "Provenance"),
}


def write_workbook(run: Run, folder: Path, language: Language) -> None:
    """Write ``cocontrol.xlsx``: notes, provenance of every input and version, then one sheet per table.

    Headings carry units; the second heading row holds the column names of the library. Cells of the
    emission sheet whose coefficient is ``recalled`` are coloured, and the notes say so.
    """
    with xlsxwriter.Workbook(
        folder / FILE,
        {"constant_memory": False, "nan_inf_to_errors": False, "strings_to_formulas": False, "strings_to_urls": False},
    ) as book:
        book.set_properties({"title": f"Cocontrol {run.run_id}", "created": EPOCH})
        styles = _styles(book)
        _notes_sheet(book, run, language, styles)
        _provenance_sheet(book, run, language, styles)
        for name in run.names():
            _table_sheets(book, run, name, language, styles)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "Microsoft YaHei", "font_size": 10}
    weak, separated = {"bg_color": "#FBE9C6"}, {"num_format": "#,##0.00"}
    return {
        "head": book.add_format({**base, "bold": True, "bg_color": "#E6EEF2", "border": 1, "text_wrap": True}),
        "code": book.add_format({**base, "italic": True, "font_color": "#667780"}),
        "text": book.add_format(base),
        "plain": book.add_format(base),
        "plain_recalled": book.add_format({**base, **weak}),
        "large": book.add_format({**base, **separated}),
        "large_recalled": book.add_format({**base, **separated, **weak}),
        "title": book.add_format({**base, "bold": True, "font_size": 14}),
    }


def _notes_sheet(book: Any, run: Run, language: Language, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(_TITLES["notes"].in_language(language))
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, f"{run.manifest['workspace'][f'title_{language}']} · {run.run_id}", styles["title"])
    for row, note in enumerate(export_notes(run), start=2):
        sheet.write_string(row, 0, note.in_language(language), styles["text"])


def export_notes(run: Run) -> list[Text]:
    """What a reader of exported tables must know: units, missing values, GWP set, recalled and synthetic data."""
    manifest = run.manifest
    recalled = ", ".join(f"{name} {share:.1%}" for name, share in manifest["recalled"].items() if share) or "0"
    part_of = ", ".join(f"{p.symbol} ⊂ {substance_symbol(p.part_of)}" for p in POLLUTANTS if p.part_of)
    notes = [
        Text(
            "排放量单位均为吨。空白表示缺失，不是零；原因见系数来历表的标记列。",
            "Emissions are in tonnes. A blank is missing, not zero; the reason is the notation key in the lineage table.",
        ),
        Text("二氧化碳当量按 {g} 计算。", "CO2 equivalents are under {g}.").format(g=manifest["gwp_set"]),
        Text(
            "使用凭记忆录入参数的份额（按排放量）：{r}。着色单元格即属此类。",
            "Share of emissions that rests on recalled parameters: {r}. Such cells are coloured.",
        ).format(r=recalled),
        Text("包含关系（不可相加）：{p}。", "Parts of each other (never added): {p}.").format(p=part_of),
        Text(
            "系数来历表中 stage 为 generation 的污染物是产生量，未扣除治理设施的去除。",
            "Pollutants whose stage in the lineage table is generation are amounts before removal, not emissions.",
        ),
    ]
    if manifest.get("synthetic"):
        notes.append(
            Text("含虚构（合成）数据：{s}。", "Contains synthetic data: {s}.").format(
                s=", ".join(manifest["synthetic"])
            )
        )
    return notes


def _provenance_sheet(book: Any, run: Run, language: Language, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(_TITLES["provenance"].in_language(language))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 3, 44)
    plain = ("run_id", "created_at", "code_version", "parameter_version", "document_profile", "gwp_set")
    for row, key in enumerate(plain):
        sheet.write_string(row, 0, key, styles["head"])
        sheet.write_string(row, 1, str(run.manifest[key]), styles["text"])
    start = len(plain) + 1
    for column, heading in enumerate(("table", "path", "sha256", "rows")):
        sheet.write_string(start, column, heading, styles["head"])
    for row, entry in enumerate(run.manifest["inputs"], start=start + 1):
        for column, key in enumerate(("table", "path", "sha256", "rows")):
            sheet.write_string(row, column, str(entry[key]), styles["text"])


def _table_sheets(book: Any, run: Run, name: str, language: Language, styles: dict[str, Any]) -> None:
    frame = run.result(name)
    for part, start in enumerate(range(0, max(frame.height, 1), SHEET_ROWS - 1)):
        title = name[:28] + (f"_{part + 1}" if part else "")
        _table_sheet(book.add_worksheet(title), run, name, frame.slice(start, SHEET_ROWS - 1), language, styles)


def _table_sheet(
    sheet: Any, run: Run, name: str, frame: pl.DataFrame, language: Language, styles: dict[str, Any]
) -> None:
    """Headings with units, column names below them, then the rows; widths and number formats by column."""
    table = result_table(name, frame)
    sheet.freeze_panes(2, 1)
    for index, column in enumerate(table.columns):
        values = frame.get_column(column.name)
        heading = column.heading_with_unit(language)
        sheet.write_string(0, index, heading, styles["head"])
        sheet.write_string(1, index, column.name, styles["code"])
        sheet.set_column(index, index, _width(heading, column.name, values))
        form = _number_form(values)
        recalled = _recalled_rows(run, name, column.name, frame)
        for row, value in enumerate(values.to_list(), start=2):
            _write_cell(sheet, row, index, value, styles[f"{form}{'_recalled' if row - 2 in recalled else ''}"])
    sheet.autofilter(1, 0, max(frame.height + 1, 1), max(len(table.columns) - 1, 0))


def _number_form(values: pl.Series) -> str:
    """How a column is shown: words and whole numbers as they are, large numbers with separators, small ones in full."""
    if not values.dtype.is_float():
        return "plain"
    largest = values.abs().max()
    return "large" if isinstance(largest, float) and largest >= LARGE else "plain"


def _width(heading: str, name: str, values: pl.Series) -> int:
    """Columns that hold the heading and most of the values, within bounds."""
    if values.dtype.is_numeric():
        return max(14, min(24, len(name) + 2))
    longest = values.head(200).cast(pl.String).str.len_chars().max()
    return max(10, min(48, max(len(heading) * 2, len(name), longest if isinstance(longest, int) else 0) + 2))


def _write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """One cell; a missing value stays blank, a number keeps all its digits, a text that is too long says so."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, ExactNumber(value) if isinstance(value, float) else value, style)
    else:
        text = str(value)
        sheet.write_string(row, column, text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - len(CUT)] + CUT, style)


def _recalled_rows(run: Run, name: str, column: str, frame: pl.DataFrame) -> set[int]:
    """Positions of the emission rows whose coefficient of that pollutant is recalled."""
    if name != "emission" or not run.has("coefficient_lineage"):
        return set()
    recalled = (
        run.result("coefficient_lineage")
        .filter((pl.col("pollutant") == column) & (pl.col("status") == "recalled"))
        .get_column("coefficient_id")
    )
    marked = frame.get_column("coefficient_id").is_in(recalled.implode())
    return set(marked.arg_true().to_list())


def emission_totals(folder: Path, run: Run) -> dict[str, float]:
    """Sums of the pollutant columns of the emission sheets, read back from the file."""
    book = CalamineWorkbook.from_path(folder / FILE)
    totals = dict.fromkeys(substance_columns(run.result("emission")), 0.0)
    for title in book.sheet_names:
        if re.fullmatch(r"emission(_\d+)?", title):
            rows = book.get_sheet_by_name(title).to_python()
            for position, code in enumerate(rows[1]):
                if code in totals:
                    totals[str(code)] += math.fsum(_numbers(row[position] for row in rows[2:]))
    return totals


def _numbers(cells: Iterable[Any]) -> Iterator[float]:
    return (float(cell) for cell in cells if isinstance(cell, int | float))
