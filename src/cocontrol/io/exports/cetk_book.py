"""The cetk workbook itself: tables by sheet, and time profiles in blocks; writer and reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.io.exports.sheets import Cell, Rows, new_book, put_rows, read_sheets, word

TIMEVAR = "Timevar"

NUMBERS = frozenset({
    "lat", "lon", "chimney_height", "outer_diameter", "inner_diameter", "gas_speed", "gas_temperature[K]", "gas_temperature",
    "house_width", "house_height", "factor",
})  # fmt: skip
"""Columns of numbers; those that begin with ``subst:`` or ``act:`` are numbers as well."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "PointSource": ("facility_id", "source_name", "lat", "lon"),
    "AreaSource": ("facility_id", "source_name", "geometry"),
    "EmissionFactor": ("activity_name", "substance", "factor", "emissionfactor_unit", "activity_unit"),
    "CodeSet": ("name", "slug"),
    "ActivityCode": ("codeset_slug", "activitycode", "label"),
}
"""Columns without which a sheet cannot be read."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
HOURS = tuple(f"{hour:02d}-{hour + 1:02d}" for hour in range(24))


@dataclass(frozen=True, slots=True)
class TimeProfile:
    """Relative weights: 24 hours × 7 days (Monday first), and 12 months."""

    hours: tuple[tuple[float, ...], ...]
    months: tuple[float, ...]


FLAT = TimeProfile(((1.0,) * 7,) * 24, (1.0,) * 12)


@dataclass(frozen=True, slots=True)
class CetkBook:
    """Tables by sheet name (text and number columns), and time profiles by id."""

    sheets: Mapping[str, pl.DataFrame]
    timevars: Mapping[str, TimeProfile]


def write_cetk_book(book: CetkBook, path: Path) -> None:
    """Write every table as a sheet, and the profiles as blocks of the sheet ``Timevar``; no value is a blank cell."""
    with new_book(path, "cetk") as target:
        for name, table in book.sheets.items():
            sheet = target.add_worksheet(name)
            put_rows(sheet, [list(table.columns)])
            put_rows(sheet, table.iter_rows(), first=1)
        if book.timevars:
            put_rows(target.add_worksheet(TIMEVAR), _blocks(book.timevars))


def _blocks(timevars: Mapping[str, TimeProfile]) -> Rows:
    rows: Rows = []
    for identifier, profile in timevars.items():
        rows.append(["ID", "typeday", *DAYS])
        rows += [[identifier if at == 0 else None, hour, *profile.hours[at]] for at, hour in enumerate(HOURS)]
        rows += [[None, "month", *MONTHS], [None, None, *profile.months]]
    return rows


def read_cetk(path: Path) -> CetkBook:
    """The tables and profiles of a cetk workbook; sheets that are not known here are read as tables of text.

    Raises
    ------
    InvalidInput
        The file is no workbook, a sheet lacks a column, a number is none, or a profile is not complete; all at once.
    """
    faults: list[Fault] = []
    sheets: dict[str, pl.DataFrame] = {}
    timevars: dict[str, TimeProfile] = {}
    for name, rows in read_sheets(path).items():
        if name == TIMEVAR:
            timevars = _profiles(rows, path.name, faults)
        else:
            sheets[name] = _table(name, rows, path.name, faults)
    if faults:
        raise InvalidInput(*faults)
    return CetkBook(sheets, timevars)


def _is_number(column: str) -> bool:
    return column in NUMBERS or column.startswith(("subst:", "act:"))


def _table(name: str, rows: Rows, file: str, faults: list[Fault]) -> pl.DataFrame:
    heads = [word(value) for value in rows[0]] if rows else []
    columns = {head: at for at, head in enumerate(heads) if head}
    for wanted in REQUIRED.get(name, ()):
        if wanted not in columns:
            message = Text("缺少列", "a column is missing")
            faults.append(Fault("cetk.column", message, Location(file=file, sheet=name, column=wanted)))
    made = []
    for position, row in enumerate(rows[1:], start=2):
        if all(value is None for value in row):
            continue
        place = (file, name, position)
        made.append({head: _typed(row, at, head, place, faults) for head, at in columns.items()})
    return pl.DataFrame(made, schema={head: pl.Float64 if _is_number(head) else pl.String for head in columns})


def _typed(row: list[Cell], at: int, head: str, place: tuple[str, str, int], faults: list[Fault]) -> Cell:
    value = row[at] if at < len(row) else None
    if value is None or not _is_number(head):
        return None if value is None else word(value)
    if isinstance(value, int | float):
        return float(value)
    message = Text("不是数字", "not a number")
    location = Location(file=place[0], sheet=place[1], row=place[2], column=head)
    faults.append(Fault("cetk.number", message, location, value=word(value)))
    return None


def _profiles(rows: Rows, file: str, faults: list[Fault]) -> dict[str, TimeProfile]:
    """The blocks of the sheet: a heading, 24 hours with the id on the first, the months, their weights."""
    found: dict[str, TimeProfile] = {}
    for start, row in enumerate(rows):
        if not row or row[0] != "ID":
            continue
        block = rows[start + 1 : start + 27]
        hours = tuple(tuple(_weights(line, 7)) for line in block[:24])
        months = tuple(_weights(block[25], 12)) if len(block) == 26 else ()
        identifier = word(block[0][0]) if block else ""
        if len(hours) != 24 or any(len(day) != 7 for day in hours) or len(months) != 12 or not identifier:
            message = Text("时间廓线块不完整", "the block of a time profile is not complete")
            faults.append(
                Fault("cetk.timevar", message, Location(file=file, sheet=TIMEVAR, row=start + 1), value=identifier)
            )
            continue
        found[identifier] = TimeProfile(hours, months)
    return found


def _weights(row: list[Cell], count: int) -> Iterable[float]:
    return (float(value) for value in row[2 : 2 + count] if isinstance(value, int | float))
