"""Reading a table from a file: CSV, Parquet or XLSX in, a validated table with every fault out."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cocontrol.core.errors import CocontrolError, InvalidInput
from cocontrol.core.provenance import column_letter, sha256_of
from cocontrol.core.raw import RawTable
from cocontrol.core.tables import TABLES, Table
from cocontrol.core.validation import FAULT_LIMIT, CodeLists, Validated, invalid, validate
from cocontrol.io.delimited import read_compressed, read_delimited
from cocontrol.io.file_kinds import FileKind, damaged, detect_kind
from cocontrol.io.limits import DEFAULT_LIMITS, Limits, too_large
from cocontrol.io.workbook import open_workbook, read_sheet, sheet_for

_PARQUET_HEADER_ROW = 1


def read_raw(
    path: str | Path, sheet: str | None = None, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> RawTable:
    """A file as a raw table: headings and text cells with their addresses.

    `sheet` picks a sheet of a workbook (default: the first visible one); `name` is the file name that
    faults and origins show (default: the name of the file). What the file is, is judged by its contents.

    Raises
    ------
    InvalidInput
        The file is missing, empty, too large, damaged, unsafe to open or no table.
    NotFound
        The workbook has no sheet of that name.
    """
    return _read(Path(path), sheet, None, name, limits)


def read_table(
    path: str | Path,
    table: Table | str,
    *,
    sheet: str | None = None,
    code_lists: CodeLists | None = None,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    fault_limit: int = FAULT_LIMIT,
) -> Validated:
    """A file as a validated table. Bad input raises nothing: the faults are in the result.

    `table` is a declaration or the name of a declared table (`NotFound` where there is none). Without
    `sheet` the sheet of a workbook is found by its headings.
    """
    declared = TABLES.get(table) if isinstance(table, str) else table
    shown = name or Path(path).name
    try:
        raw = _read(Path(path), sheet, declared, name, limits)
    except CocontrolError as error:
        return invalid(declared, shown, *error.faults, sheet=sheet)
    return validate(declared, raw, code_lists, fault_limit=fault_limit)


def sheet_names(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[str, ...]:
    """The visible sheets of a workbook; nothing for another kind of file.

    Raises
    ------
    InvalidInput
        The file is too large, damaged or unsafe.
    """
    kind, notes = detect_kind(path, path.name)
    if kind in {FileKind.DELIMITED, FileKind.GZIP, FileKind.PARQUET}:
        return ()
    with path.open("rb") as stream:
        sha256 = sha256_of(stream)
    return tuple(open_workbook(path, path.name, sha256, limits, notes).sheets)


def _read(path: Path, sheet: str | None, table: Table | None, name: str | None, limits: Limits) -> RawTable:
    file = name or path.name
    kind, notes = detect_kind(path, file)
    with path.open("rb") as stream:
        sha256 = sha256_of(stream)
    if kind is FileKind.DELIMITED:
        return read_delimited(path, file, sha256, limits, notes)
    if kind is FileKind.GZIP:
        return read_compressed(path, file, sha256, limits, notes)
    if kind is FileKind.PARQUET:
        return _read_parquet(path, file, sha256, limits)
    workbook = open_workbook(path, file, sha256, limits, notes)
    return sheet_for(workbook, table) if sheet is None and table is not None else read_sheet(workbook, sheet)


def _read_parquet(path: Path, file: str, sha256: str, limits: Limits) -> RawTable:
    """The raw table of a Parquet file; its columns keep their types, its names count as row 1."""
    if (size := path.stat().st_size) > limits.parquet_bytes:
        raise InvalidInput(too_large(file, size, limits.parquet_bytes))
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # The decoder panics, rather than fails, on some broken pages.
        raise InvalidInput(damaged(file, str(error)[:200])) from error
    first = _PARQUET_HEADER_ROW + 1
    rows = pl.int_range(first, first + frame.height, dtype=pl.UInt32, eager=True)
    letters = {heading: column_letter(index) for index, heading in enumerate(frame.columns)}
    return RawTable(file, None, sha256, tuple(frame.columns), _PARQUET_HEADER_ROW, frame.rename(letters), rows)
