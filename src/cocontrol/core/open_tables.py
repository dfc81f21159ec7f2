"""Tables whose number columns the user names: one per pollutant, factor or indicator, whatever their names."""

from __future__ import annotations

from dataclasses import replace

from cocontrol.core.raw import RawTable, locate_header, matched_columns
from cocontrol.core.tables import Column, Kind, Table, split_heading
from cocontrol.core.text import Text, same


def with_number_columns(table: Table, raw: RawTable, description: Text, *, minimum: float | None = None) -> Table:
    """The declaration with one number column more for every heading of `raw` that it does not know.

    The new columns stand in the order of the file, named as the file names them, without a unit written in
    brackets; they come after the declared ones. Blank headings and headings named twice are left to
    `core.validation`, which reports them.
    """
    located, _ = locate_header(raw, table)
    known = {index for index, _, _ in matched_columns(located.headings, table)}
    added: dict[str, Column] = {}
    for index, heading in enumerate(located.headings):
        name = "" if heading is None or index in known else split_heading(heading)[0].strip()
        if name and name not in table.column_names:
            added.setdefault(name, Column(name, Kind.NUMBER, same(name), description, minimum=minimum))
    return replace(table, columns=(*table.columns, *added.values()))


def added_columns(opened: Table, declared: Table) -> tuple[str, ...]:
    """Names of the columns that `with_number_columns` added, in the order of the file."""
    return opened.column_names[len(declared.columns) :]
