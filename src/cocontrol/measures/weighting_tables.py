"""Tables of alternatives by indicator, as the methods of weighting take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.open_tables import NOTE, added_columns, with_number_columns
from cocontrol.core.raw import RawTable, locate_header, matched_columns
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.validation import ORIGIN, Validated, located, validate
from cocontrol.measures.weighting import Floats

ALTERNATIVES = Table(
    name="alternatives",
    label=Text("方案与指标", "alternatives by indicator"),
    description=Text("每行一个方案，每个指标一列数。", "One row per alternative, a number column per indicator."),
    key=("name",),
    columns=(
        Column(
            "name", Kind.TEXT, Text("名称", "name"), Text("方案名称", "name of the alternative"), required=True,
            aliases=("subject", "alternative", "plan", "region", "city", "id", "对象", "方案", "地区", "城市"),
        ),
        NOTE,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Values (rows by columns) with the names of both."""

    names: tuple[str, ...]
    indicators: tuple[str, ...]
    values: Floats


def read_alternatives(raw: RawTable) -> tuple[Alternatives, tuple[Fault, ...]]:
    """The table of a file, and the leads that stop nothing (columns of words, which are left aside).

    `InvalidInput` for every fault, an empty cell being one: missing is not zero.
    """
    declared = ALTERNATIVES if _has_names(raw) else _WITHOUT_NAMES
    opened = with_number_columns(declared, raw, Text("指标值", "value of the indicator"), may_describe=lambda _: True)
    found = validate(opened, raw)
    found.raise_if_any()
    indicators = added_columns(opened, declared)
    faults = _gaps(found, indicators)
    if not indicators or found.frame.height < 2:
        faults.append(
            Fault(
                "weighting.table",
                Text("至少要有两行和一个指标列", "two rows and a column of an indicator are needed at least"),
                raw.location(),
                value=f"{found.frame.height} × {len(indicators)}",
                remedy=Text(
                    "每个方案一行，每个指标一列数", "one row for each alternative, a number column for each indicator"
                ),
            )
        )
    if faults:
        raise InvalidInput(*faults)
    values = found.frame.select(indicators).to_numpy().astype(np.float64)
    names = found.frame["name"].to_list() if declared is ALTERNATIVES else [f"#{i + 1}" for i in range(len(values))]
    return Alternatives(tuple(names), indicators, values), tuple(found.faults)


_WITHOUT_NAMES = replace(ALTERNATIVES, key=(), columns=(NOTE,))


def _has_names(raw: RawTable) -> bool:
    """Whether a column names the alternatives; without one they are numbered."""
    located_raw, _ = locate_header(raw, ALTERNATIVES)
    return any(column.name == "name" for _, column, _ in matched_columns(located_raw.headings, ALTERNATIVES))


def _gaps(found: Validated, indicators: Sequence[str]) -> list[Fault]:
    return [
        Fault(
            "weighting.missing",
            Text("数值缺失；缺失不是零", "a value is missing; missing is not zero"),
            located(found, origin, name),
            remedy=Text("填入数值或删除该行", "fill it in, or delete the row"),
        )
        for name in indicators
        for (origin,) in found.frame.filter(pl.col(name).is_null()).select(ORIGIN).iter_rows()
    ]


def oriented(table: Alternatives, directions: Mapping[str, int]) -> Floats:
    """Every column scaled to 0–1 between its least and greatest value, turned where less is better.

    The scale is that of the sample: weights from it hold for this table and no other.
    """
    span = np.ptp(table.values, axis=0)
    scaled = np.divide(table.values - table.values.min(axis=0), span, out=np.zeros_like(table.values), where=span > 0)
    sign = np.array([directions.get(name, 1) for name in table.indicators])
    return np.asarray(np.where((sign < 0) & (span > 0), 1.0 - scaled, scaled))
