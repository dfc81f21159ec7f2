"""The bulletin as a workbook: a cover sheet, and a sheet per table; writer and reader."""

from __future__ import annotations

from pathlib import Path

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.io.exports.bulletin_model import Bulletin, BulletinColumn, BulletinRow, BulletinTable, Value
from cocontrol.io.exports.sheets import Cell, Rows, new_book, put_rows, read_sheets, word

COVER = "公报"
_HEAD = 3
"""Columns of every row before its values: what the row is, Chinese, English."""


def write_bulletin_workbook(bulletin: Bulletin, path: Path) -> None:
    """Write the whole bulletin; the first column says what each row is, so that it can be read back."""
    with new_book(path, bulletin.title.zh) as book:
        bold = book.add_format({"bold": True})
        cover = book.add_worksheet(COVER)
        cover.set_column(1, 2, 60)
        put_rows(cover, _cover(bulletin))
        for table in bulletin.tables:
            sheet = book.add_worksheet(table.table_id[:31])
            sheet.set_column(0, 0, 14)
            sheet.set_column(1, 2, 34)
            sheet.set_column(3, 2 + len(table.columns), 16)
            sheet.freeze_panes(6, _HEAD)
            below = put_rows(sheet, _heading(table), style=bold)
            put_rows(sheet, _body(table), first=below)


def _cover(bulletin: Bulletin) -> Rows:
    head: Rows = [
        ["title", bulletin.title.zh, bulletin.title.en],
        ["run_id", bulletin.run_id],
        ["gwp_set", bulletin.gwp_set],
    ]
    return head + [["note", note.zh, note.en] for note in bulletin.notes]


def _heading(table: BulletinTable) -> Rows:
    return [
        ["title", table.title.zh, table.title.en],
        ["label_zh", None, None, *(column.label.zh for column in table.columns)],
        ["label_en", None, None, *(column.label.en for column in table.columns)],
        ["unit_zh", None, None, *(column.unit.zh if column.unit else None for column in table.columns)],
        ["unit_en", None, None, *(column.unit.en if column.unit else None for column in table.columns)],
        ["column_id", None, None, *(column.column_id for column in table.columns)],
    ]


def _body(table: BulletinTable) -> Rows:
    rows: Rows = [[f"row:{row.row_id}", row.label.zh, row.label.en, *row.values] for row in table.rows]
    return rows + [["note", note.zh, note.en] for note in table.notes]


def read_bulletin(path: Path) -> Bulletin:
    """The bulletin of a workbook that `write_bulletin_workbook` wrote.

    Raises
    ------
    InvalidInput
        The file is no workbook or has no cover sheet, or a sheet lacks a heading row; every one is listed.
    """
    sheets = dict(read_sheets(path))
    cover = sheets.pop(COVER, [])
    needed: dict[str, tuple[Rows, tuple[str, ...]]] = {COVER: (cover, ("title", "run_id", "gwp_set"))}
    needed |= {
        name: (rows, ("title", "label_zh", "label_en", "unit_zh", "unit_en", "column_id"))
        for name, rows in sheets.items()
    }
    faults = [
        Fault(
            "bulletin.row",
            Text("缺少行", "a row is missing"),
            Location(file=path.name, sheet=name),
            value=key,
        )
        for name, (rows, keys) in needed.items()
        for key in keys
        if not _named(rows, key)
    ]
    if faults:
        raise InvalidInput(*faults)
    return Bulletin(
        run_id=word(_named(cover, "run_id")[0][1]),
        title=_text(_named(cover, "title")[0]),
        gwp_set=word(_named(cover, "gwp_set")[0][1]),
        tables=tuple(_table(name, rows) for name, rows in sheets.items()),
        notes=tuple(_text(row) for row in _named(cover, "note")),
    )


def _named(rows: Rows, key: str) -> Rows:
    return [row for row in rows if row and row[0] == key]


def _text(row: list[Cell]) -> Text:
    return Text(word(row[1]), word(row[2]))


def _table(name: str, rows: Rows) -> BulletinTable:
    names = ("column_id", "label_zh", "label_en", "unit_zh", "unit_en")
    heads = zip(*(_named(rows, key)[0][_HEAD:] for key in names), strict=False)
    columns = tuple(
        BulletinColumn(word(code), Text(word(zh), word(en)), Text(word(unit_zh), word(unit_en)) if unit_zh else None)
        for code, zh, en, unit_zh, unit_en in heads
        if code is not None
    )
    width = len(columns)
    body = tuple(
        BulletinRow(
            word(row[0]).removeprefix("row:"), _text(row), tuple(_value(value) for value in row[_HEAD : _HEAD + width])
        )
        for row in rows
        if word(row[0]).startswith("row:")
    )
    return BulletinTable(
        name, _text(_named(rows, "title")[0]), columns, body, tuple(_text(r) for r in _named(rows, "note"))
    )


def _value(value: Cell) -> Value:
    return float(value) if isinstance(value, int) else value
