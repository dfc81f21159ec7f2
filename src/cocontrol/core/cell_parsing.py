"""Typed values from the text of cells, a column at a time; what cannot be read is marked, never guessed.

Tidying is limited to what cannot change a meaning: blanks around the text, full-width digits and Latin
letters, thousands separators in their right places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import InvalidInput
from cocontrol.core.notation import NotationKey
from cocontrol.core.periods import parse_period
from cocontrol.core.tables import Kind

BLANKS = (
    " \t\r\n\v\f\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff"
)
"""Every character that only takes up room."""

POLARS_TYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.INTEGER: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.BOOLEAN: pl.Boolean(),
    Kind.DATE: pl.Date(),
    Kind.PERIOD: pl.String(),
}
"""The column type of each kind of cell."""

TRUE_WORDS = ("true", "t", "yes", "y", "1", "是", "有", "√")
FALSE_WORDS = ("false", "f", "no", "n", "0", "否", "无", "×")

_WIDE = [chr(code) for code in range(0xFF01, 0xFF5F)]
_NARROW = [chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)]
_THOUSANDS = r"^[+-]?\d{1,3}(?:[, \u{2009}\u{202f}\u{a0}']\d{3})+(?:\.\d+)?$"
_NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"
_DATE = r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$"
_WHOLE_LIMIT = 2.0**53
_WHOLE_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column read: typed `values`, which cells were `unreadable`, which were `tidied` before they could be read."""

    values: pl.Series
    unreadable: pl.Series
    tidied: pl.Series


def strip_blanks(cells: pl.Series) -> pl.Series:
    """Text without blanks around it; null where nothing is left."""
    stripped = cells.str.strip_chars(BLANKS)
    return stripped.replace("", None)


def narrow(cells: pl.Series) -> pl.Series:
    """Full-width digits, letters and signs as their ASCII counterparts; other text unchanged."""
    if not cells.str.contains(r"[\u{ff01}-\u{ff5e}]").any():
        return cells
    return cells.str.replace_many(_WIDE, _NARROW)


def parse(cells: pl.Series, kind: Kind, factor: float = 1.0) -> Parsed:
    """The column as `kind`; numbers are multiplied by `factor` (the unit of the file in the declared unit)."""
    text = cells if cells.dtype == pl.String else None
    if kind in {Kind.NUMBER, Kind.INTEGER}:
        return _parse_numbers(cells, kind, factor)
    stripped = strip_blanks(cells.cast(pl.String) if text is None else text)
    if kind is Kind.TEXT:
        return _parsed(cells, stripped, stripped)
    tidy = narrow(stripped)
    values = {Kind.BOOLEAN: _booleans, Kind.DATE: _dates, Kind.PERIOD: _periods}[kind](tidy)
    return _parsed(cells, tidy, values)


def parse_code(cells: pl.Series) -> Parsed:
    """The column as codes: text without blanks around it and in narrow characters."""
    tidy = narrow(strip_blanks(cells.cast(pl.String)))
    return _parsed(cells, tidy, tidy)


def split_notation(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The cells without notation keys, and the keys (null elsewhere); case and width do not matter."""
    if cells.dtype != pl.String:
        return cells, pl.Series(cells.name, [None] * len(cells), dtype=pl.String)
    written = narrow(strip_blanks(cells)).str.to_uppercase()
    keys = written.set(~written.is_in([key.value for key in NotationKey]).fill_null(value=False), None)
    return cells.set(keys.is_not_null(), None), keys


def _parsed(cells: pl.Series, tidy: pl.Series, values: pl.Series) -> Parsed:
    unreadable = tidy.is_not_null() & values.is_null()
    if cells.dtype != pl.String:
        return Parsed(values, unreadable, pl.Series([False] * len(cells), dtype=pl.Boolean))
    return Parsed(values, unreadable, (values.is_not_null() & (tidy != cells)).fill_null(value=False))


def _parse_numbers(cells: pl.Series, kind: Kind, factor: float) -> Parsed:
    """Numbers; whole ones for `INTEGER`. Infinite and not-a-number are unreadable."""
    nothing = pl.Series([False] * len(cells), dtype=pl.Boolean)
    if cells.dtype.is_numeric() or cells.dtype.is_decimal():
        given, tidied = cells.is_not_null(), nothing
        exact, numbers = cells, cells.cast(pl.Float64)
    else:
        stripped = strip_blanks(cells.cast(pl.String))
        tidy = narrow(stripped)
        grouped = tidy.str.contains(_THOUSANDS).fill_null(value=False)
        if grouped.any():
            tidy = tidy.to_frame("t").select(
                pl.when(grouped).then(pl.col("t").str.replace_all(r"[^\d.+-]", "")).otherwise(pl.col("t"))
            )["t"]
        given = tidy.is_not_null()
        exact = tidy.set(~tidy.str.contains(_NUMBER).fill_null(value=False), None)
        numbers = exact.cast(pl.Float64, strict=False)
        tidied = (numbers.is_not_null() & (tidy != cells.cast(pl.String))).fill_null(value=False)
    numbers = numbers.set(~numbers.is_finite().fill_null(value=True), None)
    if factor != 1.0:
        numbers = numbers * factor
    values = numbers if kind is Kind.NUMBER else _whole(exact, numbers, factor)
    return Parsed(values, given & values.is_null(), tidied & values.is_not_null())


def _whole(exact: pl.Series, numbers: pl.Series, factor: float) -> pl.Series:
    """Whole numbers: digits as written where nothing was converted, else the nearest within rounding noise."""
    nearest = numbers.round(0)
    close = ((numbers - nearest).abs() <= nearest.abs() * _WHOLE_TOLERANCE) & (nearest.abs() < _WHOLE_LIMIT)
    rounded = nearest.set(~close.fill_null(value=False), None).cast(pl.Int64, strict=False)
    if factor != 1.0:
        return rounded
    return exact.cast(pl.Int64, strict=False).zip_with(_digits_only(exact), rounded)


def _digits_only(exact: pl.Series) -> pl.Series:
    if exact.dtype.is_integer():
        return exact.is_not_null()
    if exact.dtype != pl.String:
        return pl.Series([False] * len(exact), dtype=pl.Boolean)
    return exact.str.contains(r"^[+-]?\d+$").fill_null(value=False)


def _booleans(tidy: pl.Series) -> pl.Series:
    words = tidy.str.to_lowercase()
    truth = words.is_in(list(TRUE_WORDS))
    return truth.set(~(truth | words.is_in(list(FALSE_WORDS))).fill_null(value=False), None)


def _dates(tidy: pl.Series) -> pl.Series:
    """Dates written with -, /, . or 年月日; a time of midnight after the date is left out."""
    day_only = tidy.str.replace(r"[T ]00:00(:00(\.0+)?)?$", "")
    parts = day_only.str.replace(_DATE, "${1}-${2}-${3}")
    return parts.str.to_date("%Y-%m-%d", strict=False)


def _periods(tidy: pl.Series) -> pl.Series:
    """Canonical names of periods; years, quarters and months written with 年, 季度 and 月 are understood."""
    written = tidy.unique().drop_nulls()
    names = [_period_name(text) for text in written]
    return tidy.replace_strict(written, pl.Series(names, dtype=pl.String), default=None, return_dtype=pl.String)


_QUARTERS = {"一": "1", "二": "2", "三": "3", "四": "4"}


def _period_name(text: str) -> str | None:
    candidate = text
    if found := re.match(r"^(\d{4})年?第?\s*([一二三四1-4])季度$", text):
        candidate = f"{found[1]}Q{_QUARTERS.get(found[2], found[2])}"
    elif found := re.match(r"^(\d{4})年$", text):
        candidate = found[1]
    elif found := re.match(r"^(\d{4})(?:年|/|-)(\d{1,2})月?$", text):
        candidate = f"{found[1]}-{int(found[2]):02d}"
    elif found := re.match(r"^(\d{4})(?:年|/|-)(\d{1,2})(?:月|/|-)(\d{1,2})日?$", text):
        candidate = f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    try:
        return parse_period(candidate.upper()).name
    except InvalidInput:
        return None
