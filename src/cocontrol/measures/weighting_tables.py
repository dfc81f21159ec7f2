"""Tables of alternatives by indicator, and judgement matrices, as the methods of weighting take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.open_tables import added_columns, with_number_columns
from cocontrol.core.raw import RawTable
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.core.validation import validate
from cocontrol.measures.weighting import Floats

ALTERNATIVES = Table(
    name="alternatives",
    label=Text("方案与指标", "alternatives by indicator"),
    description=Text("每行一个方案，每个指标一列数。", "One row per alternative, a number column per indicator."),
    key=("name",),
    columns=(
        Column(
            "name", Kind.TEXT, Text("名称", "name"), Text("方案名称", "name of the alternative"), required=True,
            aliases=("subject", "alternative", "对象", "方案"),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Values (rows by columns) with the names of both."""

    names: tuple[str, ...]
    indicators: tuple[str, ...]
    values: Floats


def read_alternatives(raw: RawTable) -> Alternatives:
    """The table of a file; `InvalidInput` for every fault, an empty cell being one: missing is not zero."""
    opened = with_number_columns(ALTERNATIVES, raw, Text("指标值", "value of the indicator"))
    found = validate(opened, raw)
    found.raise_if_any()
    indicators = added_columns(opened, ALTERNATIVES)
    frame = found.frame.select(indicators)
    if not indicators or frame.select(pl.all().null_count()).row(0) != (0,) * len(indicators):
        raise InvalidInput(
            Fault("weighting.missing", Text("指标列不能缺失或为空", "an indicator is missing a value"), raw.location())
        )
    return Alternatives(tuple(found.frame["name"]), indicators, frame.to_numpy().astype(np.float64))


def oriented(table: Alternatives, directions: Mapping[str, int]) -> Floats:
    """Every column scaled to 0–1 between its least and greatest value, turned where less is better.

    The scale is that of the sample: weights from it hold for this table and no other.
    """
    span = np.ptp(table.values, axis=0)
    scaled = np.divide(table.values - table.values.min(axis=0), span, out=np.zeros_like(table.values), where=span > 0)
    sign = np.array([directions.get(name, 1) for name in table.indicators])
    return np.asarray(np.where((sign < 0) & (span > 0), 1.0 - scaled, scaled))


def read_matrix(raw: RawTable) -> tuple[tuple[str, ...], Floats]:
    """Names and judgement matrix of a file: names above, one row per name in the same order; ``1/7`` is a number.

    A first column of names is left out. Raises `InvalidInput` for cells that are no number, each with its place.
    """
    letters = list(raw.letters)
    if len(letters) == raw.cells.height + 1:
        letters = letters[1:]
    faults = FaultCollector()
    rows = [
        [_number(raw, place, letter, cell, faults) for letter, cell in row.items()]
        for place, row in zip(raw.rows, raw.cells.select(letters).iter_rows(named=True), strict=True)
    ]
    faults.raise_if_any()
    names = tuple(raw.headings[raw.letters.index(letter)] or letter for letter in letters)
    return names, np.array(rows, dtype=np.float64)


def _number(raw: RawTable, row: int, letter: str, cell: str | None, faults: FaultCollector) -> float:
    try:
        return float(Fraction((cell or "").strip()))
    except (ValueError, ZeroDivisionError):
        faults.add(
            Fault(
                "ahp.cell",
                Text("不是数字", "this is no number"),
                raw.location(row, letter),
                value=cell,
                allowed=same("3, 0.5, 1/7"),
            )
        )
        return float("nan")
