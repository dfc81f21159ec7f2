"""Validation of a raw table against its declaration: typed columns out, every fault found in one pass.

All checks run over whole columns. Faults carry the address of the cell in the user's own file. What was
tidied or converted on the way is said too, as faults of level ``low``: nothing changes in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from cocontrol.core import table_faults
from cocontrol.core.cell_parsing import POLARS_TYPES
from cocontrol.core.code_matching import CodeList
from cocontrol.core.column_checks import CheckedColumn, check_column
from cocontrol.core.errors import Fault, InvalidInput, Level, Location
from cocontrol.core.raw import RawTable, locate_header, matched_columns, origin_in_column, required_columns
from cocontrol.core.table_faults import Place
from cocontrol.core.tables import Column, ForeignKey, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.units import factor as unit_factor

FAULT_LIMIT = 1000
"""Faults listed one by one for each rule; the rest are counted in one closing fault."""

ORIGIN = "origin"
"""Name of the column that says where a row comes from."""

CodeLists = Mapping[str, Mapping[str, Text] | Collection[str]]
"""Code lists by name: codes with their labels, or codes alone."""


@dataclass(frozen=True, slots=True)
class Validated:
    """A table after validation.

    `frame` has the declared columns in order and type, ``<name>_notation`` after each column that accepts
    notation keys, and `origin` (``file!sheet!A5``, the first cell of the row). Cells with a fault are
    null: use the frame only where `ok`. `letters` maps column names to the letters they stand under, `headings` to
    the words above them.
    """

    table: Table
    frame: pl.DataFrame
    faults: tuple[Fault, ...]
    file: str
    sheet: str | None = None
    sha256: str = ""
    header_row: int = 0
    letters: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that stop a run."""
        return tuple(fault for fault in self.faults if fault.level is Level.ERROR)

    @property
    def ok(self) -> bool:
        """Whether the frame may be used."""
        return not self.errors

    def raise_if_any(self) -> None:
        """Raise `InvalidInput` with every error, if there is one."""
        if self.errors:
            raise InvalidInput(*self.errors)

    def origin_expression(self, column: str) -> pl.Expr:
        """For each row, the origin of its cell in `column` (of the row itself where the file has no such column)."""
        letter = self.letters.get(column)
        if letter is None:
            return pl.col(ORIGIN)
        return pl.col(ORIGIN).str.replace(r"[A-Z]+(\d+)$", f"{letter}${{1}}")


def origin_cell(validated: Validated, row: int, column: str) -> str:
    """Where the value of one cell of the frame comes from, such as ``energy.xlsx!2013!D7``.

    `row` counts the rows of the frame from 0. Raises `NotFound` for a column that is not declared.
    """
    validated.table.column(column)
    origin = str(validated.frame[ORIGIN][row])
    letter = validated.letters.get(column)
    return origin_in_column(origin, letter) if letter else origin


def located(validated: Validated, origin: str, column: str) -> Location:
    """The place of the cell of a row in a column, by the origin of the row (``file!sheet!A5``)."""
    row = int("".join(character for character in origin.rpartition("!")[2] if character.isdigit()))
    letter = validated.letters.get(column)
    return Location(validated.file, validated.sheet, row, column, f"{letter}{row}" if letter else None)


def frame_schema(table: Table) -> dict[str, pl.DataType]:
    """Names and types of a validated frame of `table`."""
    made: dict[str, pl.DataType] = {}
    for column in table.columns:
        made[column.name] = POLARS_TYPES[column.kind]
        if column.accepts_notation:
            made[f"{column.name}_notation"] = pl.String()
    return {**made, ORIGIN: pl.String()}


def invalid(table: Table, file: str, *faults: Fault, sheet: str | None = None, sha256: str = "") -> Validated:
    """A validated table without rows, for a file that could not be read as a table at all."""
    return Validated(table, pl.DataFrame(schema=frame_schema(table)), faults, file, sheet, sha256)


def validate(
    table: Table,
    raw: RawTable,
    code_lists: CodeLists | None = None,
    *,
    fault_limit: int = FAULT_LIMIT,
) -> Validated:
    """The typed table and every fault of `raw` measured against `table`.

    `code_lists` gives the lists that columns name by `Column.code_list`. Of each rule at most
    `fault_limit` faults are listed, and a last one counts the others. Nothing is raised for bad input.
    """
    located, found = locate_header(raw, table)
    if not found:
        filled = raw.cells.height or any(raw.headings)
        fault = table_faults.header_missing(raw, table) if filled else table_faults.empty_table(raw)
        return invalid(table, raw.file, *raw.notes, fault, sheet=raw.sheet, sha256=raw.sha256)
    asked = {column.code_list for column in table.columns}
    lists = {name: CodeList.of(entries) for name, entries in (code_lists or {}).items() if name in asked}
    places, faults = _match_columns(located, table)
    faults = [*raw.notes, *faults, *_table_faults(raw, located, table, places, fault_limit)]
    if located.title_unit is not None and any(fault.rule == "unit.assumed" for fault in faults):
        faults.append(table_faults.title_unit_unused(located))
    faults += [
        table_faults.code_list_absent(located, places[column.name], column)
        for column in table.columns
        if column.name in places and column.code_list and _codes_of(column, lists) is None
    ]
    columns = [
        check_column(
            column, located, places.get(column.name), _codes_of(column, lists), is_key=column.name in table.key
        )
        for column in table.columns
    ]
    frame = _assemble(located, columns)
    faults += _leads(located, columns)
    found_faults = [fault for column in columns for fault in column.faults(located, fault_limit)]
    faults += [*found_faults, *table_faults.duplicate_keys(table.key, located, frame, places, fault_limit)]
    return Validated(
        table,
        frame,
        tuple(_in_reading_order(faults)),
        raw.file,
        raw.sheet,
        raw.sha256,
        located.header_row,
        {name: place.letter for name, place in places.items()},
        {name: place.heading for name, place in places.items()},
    )


def missing_references(
    validated: Validated, others: Mapping[str, pl.DataFrame], *, fault_limit: int = FAULT_LIMIT
) -> tuple[Fault, ...]:
    """A fault for every row whose foreign key occurs in none of the rows of the other table.

    `others` gives the referenced tables by name; a table that is not given is not checked. A key with an
    empty part refers to nothing and is passed over.
    """
    return tuple(
        fault
        for key in validated.table.foreign_keys
        if key.table in others
        for fault in _missing_keys(validated, key, others[key.table], fault_limit)
    )


def _missing_keys(validated: Validated, key: ForeignKey, other: pl.DataFrame, limit: int) -> Iterator[Fault]:
    columns = list(key.columns)
    parts = validated.frame.select(*columns, validated.origin_expression(columns[0]).alias(ORIGIN)).drop_nulls(columns)
    known = other.select(pl.col(key.reference[i]).alias(name) for i, name in enumerate(columns)).unique()
    lost = parts.join(known, on=columns, how="anti", maintain_order="left")
    place = Location(validated.file, validated.sheet)
    for row in lost.head(limit).iter_rows():
        *values, origin = row
        yield table_faults.reference_missing(place, origin, columns, values, key.table)
    if lost.height > limit:
        yield table_faults.more_faults("table.reference", replace(place, column=columns[0]), lost.height - limit)


def _codes_of(column: Column, lists: Mapping[str, CodeList]) -> CodeList | None:
    if column.allowed:
        return CodeList.of(column.allowed)
    return lists.get(column.code_list) if column.code_list else None


def _match_columns(raw: RawTable, table: Table) -> tuple[dict[str, Place], list[Fault]]:
    """Where each declared column stands, with the factor of its unit; faults of headings and units."""
    places: dict[str, Place] = {}
    faults: list[Fault] = []
    known: set[int] = set()
    for index, column, unit in matched_columns(raw.headings, table):
        known.add(index)
        letter = raw.letters[index]
        heading = str(raw.headings[index])
        if column.name in places:
            faults.append(table_faults.column_twice(raw, column, letter, places[column.name]))
            continue
        title_unit = raw.title_unit if column == _only_unit_column(table) else None
        factor, found = _unit(raw, column, letter, heading, unit, title_unit)
        faults += found
        places[column.name] = Place(letter, heading, factor)
    faults += [
        table_faults.column_unknown(raw, raw.letters[index], heading, table)
        for index, heading in enumerate(raw.headings)
        if heading and index not in known
    ]
    return places, faults


def _only_unit_column(table: Table) -> Column | None:
    """The one column of the table that has a unit: what a unit in the title of a file is about."""
    with_unit = [column for column in table.columns if column.unit is not None]
    return with_unit[0] if len(with_unit) == 1 else None


def _unit(
    raw: RawTable, column: Column, letter: str, heading: str, unit: str | None, title_unit: str | None
) -> tuple[float, list[Fault]]:
    """How many declared units make one unit of the heading, and what is to be said about it."""
    place = raw.location(raw.header_row, letter, heading)
    numeric = column.kind in {Kind.NUMBER, Kind.INTEGER}
    if column.unit is None or not numeric:
        stated = unit if numeric and unit not in column.unit_headings else None
        return 1.0, [table_faults.unit_not_declared(place, column, stated)] if stated else []
    unit = unit or title_unit
    if unit is None:
        return 1.0, [] if heading.strip() == column.name else [table_faults.unit_assumed(place, column)]
    try:
        factor = unit_factor(unit, column.unit)
    except InvalidInput as error:
        return 1.0, [table_faults.unit_wrong(place, column, fault) for fault in error.faults]
    return factor, [] if factor == 1.0 else [table_faults.unit_converted(place, column, unit, factor)]


def _table_faults(
    raw: RawTable, located: RawTable, table: Table, places: Mapping[str, Place], fault_limit: int
) -> Iterator[Fault]:
    if located.header_row != raw.header_row:
        yield table_faults.header_shifted(raw, located)
    for column in required_columns(table):
        if column.name not in places:
            yield table_faults.column_missing(located, column)
    if not located.cells.height:
        yield table_faults.no_rows(located)
    yield from table_faults.merged_in_data(located, {place.letter for place in places.values()})
    yield from table_faults.cells_beyond_headings(located)
    yield from table_faults.uneven_rows(located, fault_limit)


def _leads(raw: RawTable, columns: list[CheckedColumn]) -> Iterator[Fault]:
    """What fits the declaration and is odd all the same."""
    for checked in columns:
        if checked.place is None:
            continue
        if checked.column.unit == "%" and checked.column.kind is Kind.NUMBER and checked.place.factor == 1.0:
            yield from table_faults.percent_as_share(raw, checked.place, checked.values)
        if checked.column.kind is Kind.PERIOD:
            yield from table_faults.first_days_only(raw, checked.place, checked.values)


def _assemble(raw: RawTable, columns: list[CheckedColumn]) -> pl.DataFrame:
    made: list[pl.Series] = []
    for checked in columns:
        made.append(checked.values.rename(checked.column.name))
        if checked.notation is not None:
            made.append(checked.notation.rename(f"{checked.column.name}_notation"))
    origins = pl.DataFrame({ORIGIN: raw.rows}).select(
        (pl.lit(f"{raw.prefix}A") + pl.col(ORIGIN).cast(pl.String)).alias(ORIGIN)
    )
    return pl.DataFrame(made).hstack(origins)


def _in_reading_order(faults: list[Fault]) -> list[Fault]:
    """Faults by row, then column letter; faults without a row first, in the order they were found."""

    def place(fault: Fault) -> tuple[int, int, str]:
        """Where the fault stands in the file."""
        letters = (fault.location.cell or "").rstrip("0123456789")
        return fault.location.row or 0, len(letters), letters

    return sorted(faults, key=place)
