"""The names of result cells.

``CO2``, ``CO2@category=1A1ai,fuel=raw_coal,period=2013``, ``indicator:co2_per_gdp@period=2013``,
``electricity_indirect:CO2@basis=net_import``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, NotFound
from cocontrol.core.text import Text
from cocontrol.reference import categories
from cocontrol.reference.scopes import TotalScope, rows_in_scope

EMISSION = "emission"
INDICATOR = "indicator"
ELECTRICITY = "electricity_indirect"

SUBJECTS = (EMISSION, INDICATOR, ELECTRICITY)
"""Result tables whose figures can be explained; ``emission`` is meant where none is written."""

FILTERS: dict[str, tuple[str, ...]] = {
    EMISSION: ("adcode", "period", "scope", "category", "fuel", "source_id", "cell_id"),
    INDICATOR: ("adcode", "period", "boundary", "variant"),
    ELECTRICITY: ("adcode", "period", "basis", "kind", "category"),
}
"""Columns that may stand after ``@``, in printed order; ``scope`` is what a total counts, see `reference.scopes`."""

SCOPE = "scope"

_CELL = re.compile(r"^(?:(?P<subject>[a-z_]+):)?(?P<measure>[A-Za-z0-9_]+)(?:@(?P<filters>.*))?$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a run: the table it stands in, the measure (pollutant or indicator), and what narrows it."""

    subject: str
    measure: str
    filters: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The written form; `parse_cell` reads it back."""
        head = self.measure if self.subject == EMISSION else f"{self.subject}:{self.measure}"
        known = [key for key in FILTERS[self.subject] if key in self.filters]
        tail = ",".join(f"{key}={self.filters[key]}" for key in known)
        return f"{head}@{tail}" if tail else head

    def narrowed(self, **filters: str) -> Cell:
        """The same cell with more filters."""
        return Cell(self.subject, self.measure, {**self.filters, **filters})


def parse_cell(text: str) -> Cell:
    """The cell that `text` names.

    Raises
    ------
    InvalidInput
        The text is not of the form, names an unknown subject, or filters by an unknown column; the
        message shows the form and the columns there are.
    """
    match = _CELL.match(text.strip())
    subject = (match["subject"] or EMISSION) if match else ""
    if match is None or subject not in SUBJECTS:
        raise InvalidInput(_form_fault(text))
    filters: dict[str, str] = {}
    for part in (match["filters"] or "").split(","):
        if not part.strip():
            continue
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value or key in filters or key not in FILTERS[subject]:
            raise InvalidInput(_form_fault(text, part, subject))
        filters[key] = value
    return Cell(subject, match["measure"], filters)


def _form_fault(text: str, part: str | None = None, subject: str = EMISSION) -> Fault:
    example = "CO2@category=1A1ai,fuel=raw_coal,period=2013"
    return Fault(
        "cell.form",
        Text("不是有效的结果单元名", "not the name of a result cell"),
        value=part or text,
        allowed=Text("形如 {e}；可用筛选：{k}", "such as {e}; filters: {k}").format(
            e=example, k=", ".join(FILTERS[subject])
        ),
    )


def rows_of(table: pl.DataFrame, cell: Cell) -> pl.DataFrame:
    """The rows of `table` that the cell's filters leave.

    A category stands for itself and everything below it (``1A1`` holds ``1A1ai``).

    Raises
    ------
    NotFound
        A filter leaves no row; the message lists the values there are.
    InvalidInput
        There is no such scope of a total.
    """
    for key, value in cell.filters.items():
        if key == SCOPE:
            table = _in_scope(table, cell, value)
            continue
        kept = table.filter(pl.col(key).cast(pl.String).is_in(_meant(table, key, value)))
        if kept.is_empty():
            raise NotFound(_empty_fault(cell, key, value, table))
        table = kept
    return table


def _in_scope(table: pl.DataFrame, cell: Cell, value: str) -> pl.DataFrame:
    scopes = [scope.value for scope in TotalScope]
    if value not in scopes:
        fault = Fault(
            "cell.scope",
            Text("没有这个合计口径", "there is no such scope of a total"),
            value=str(cell),
            allowed=Text("{s}", "{s}").format(s=", ".join(scopes)),
        )
        raise InvalidInput(fault)
    return rows_in_scope(table, TotalScope(value))


def _meant(table: pl.DataFrame, key: str, value: str) -> list[str]:
    """The values of the column that a filter means: the value, and for a category everything below it."""
    if key != "category":
        return [value]
    known = set(categories.categories().get_column("category").to_list())
    there = table.get_column(key).drop_nulls().unique().to_list()
    return [code for code in there if code == value or (code in known and value in categories.ancestors(code))]


def _empty_fault(cell: Cell, key: str, value: str, table: pl.DataFrame) -> Fault:
    there = table.get_column(key).cast(pl.String).unique().sort().drop_nulls().to_list()
    listed = ", ".join(there[:40]) + (" …" if len(there) > 40 else "")
    return Fault(
        "cell.not_found",
        Text("结果中没有 {k} = {v}", "no result with {k} = {v}").format(k=key, v=value),
        value=str(cell),
        allowed=Text("现有：{t}", "there are: {t}").format(t=listed),
    )
