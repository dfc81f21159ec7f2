"""Tables whose number columns the user names: one per pollutant, factor or indicator, whatever their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from cocontrol.core.raw import RawTable, locate_header, matched_columns
from cocontrol.core.tables import Column, Kind, Table, split_heading
from cocontrol.core.text import Text, same

NOTE = Column(
    "note",
    Kind.TEXT,
    Text("备注", "note"),
    Text("不参与计算", "not used"),
    aliases=("remark", "comment", "status", "说明"),
)
"""A column of words that a table of numbers may hold."""


def with_number_columns(
    table: Table,
    raw: RawTable,
    description: Text,
    *,
    minimum: float | None = None,
    may_describe: Callable[[str], bool] | None = None,
    unit_of: Callable[[str], str | None] | None = None,
) -> Table:
    """The declaration with one number column more for every heading of `raw` that it does not know.

    A column of words alone that `may_describe` allows by its heading (a remark, a name) is left out: `core.validation`
    then tells that it was not read. `unit_of` gives the unit of a column by its heading, to
    which another one written there is converted. The new columns stand in the order of the file, named as the file names them, without a unit written in
    brackets; they come after the declared ones. Blank headings and headings named twice are left to
    `core.validation`, which reports them.
    """
    located, _ = locate_header(raw, table)
    known = {index for index, _, _ in matched_columns(located.headings, table)}
    added: dict[str, Column] = {}
    for index, heading in enumerate(located.headings):
        name = "" if heading is None or index in known else split_heading(heading)[0].strip()
        cells = located.cells[located.letters[index]]
        if name and may_describe is not None and may_describe(name) and _words_alone(cells):
            continue
        if name and name not in table.column_names:
            unit = None if unit_of is None else unit_of(name)
            added.setdefault(name, Column(name, Kind.NUMBER, same(name), description, unit=unit, minimum=minimum))
    return replace(table, columns=(*table.columns, *added.values()))


def _words_alone(cells: pl.Series) -> bool:
    """Whether there is something, and no digit in any of it."""
    found = cells.cast(pl.String).drop_nulls()
    return bool(len(found)) and not found.str.contains(r"\d").any()


def added_columns(opened: Table, declared: Table) -> tuple[str, ...]:
    """Names of the columns that `with_number_columns` added, in the order of the file."""
    return opened.column_names[len(declared.columns) :]
