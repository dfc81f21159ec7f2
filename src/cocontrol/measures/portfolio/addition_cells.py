"""Cells of the further tables of a problem: complete rows, and the periods that a cell names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cocontrol.core.errors import Fault, FaultCollector
from cocontrol.core.text import Text
from cocontrol.core.validation import ORIGIN, Validated, located
from cocontrol.measures.portfolio.model import Instance

Rows = list[tuple[Any, ...]]


def cells_of(table: Validated, *names: str) -> Rows:
    """The complete rows; what is missing is a fault already."""
    needed = [column.name for column in table.table.columns if column.required and column.name in names]
    return table.frame.drop_nulls(needed).select(*names, ORIGIN).rows()


def periods_of(
    instance: Instance, table: Validated, period: object, origin: object, faults: FaultCollector
) -> Sequence[int]:
    """The places of the period that a cell names; all for an empty cell."""
    labels = [str(label) for label in instance.periods]
    if period is None:
        return range(len(labels))
    if str(period) in labels:
        return [labels.index(str(period))]
    words = Text("没有这个时期", "there is no such period")
    faults.add(Fault("portfolio.period_unknown", words, located(table, str(origin), "period"), value=str(period)))
    return []
