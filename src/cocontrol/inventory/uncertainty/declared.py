"""Uncertainties that a place declares for itself, used where the factor's own document gives no limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import polars as pl

from cocontrol.core.errors import CocontrolError, Fault, InvalidInput, Location
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.inventory.uncertainty.distributions import Multiplier, Shape, multiplier
from cocontrol.inventory.uncertainty.tables import LIMITED_SHAPES
from cocontrol.reference.categories import ancestors, categories

ACTIVITY, FACTOR = "activity", "factor"

QUANTITIES = {
    ACTIVITY: Text("活动水平", "activity data"),
    FACTOR: Text("排放系数", "emission factor"),
}


def _limit(name: str, label: Text) -> Column:
    text = Text("95% 界限到数值的距离，占数值的百分比", "distance of the 95 % limit from the value, percent of it")
    return Column(name, Kind.NUMBER, label, text, unit="%", required=True, minimum=0)


def _condition(name: str, label: Text, code_list: str | None = None) -> Column:
    return Column(name, Kind.TEXT, label, Text("空为不限", "empty: any"), code_list=code_list)


UNCERTAINTY_DEFAULT = TABLES.declare(
    Table(
        name="uncertainty_default",
        label=Text("不确定性缺省值", "default uncertainties"),
        description=Text(
            "因子文件没有给出界限时采用的不确定性，须注明来源。类别可写上级类别；越具体的行越优先。没有声明的从不假定。",
            "Uncertainties for what the documents of the factors leave without limits, each with its source. A category "
            "holds for those below it; the closer row wins. What is not declared is never assumed.",
        ),
        key=(),
        columns=(
            Column(
                "quantity", Kind.TEXT, Text("量", "quantity"), Text("活动水平或排放系数", "activity data or factor"),
                required=True, allowed=QUANTITIES,
            ),
            _condition("category", Text("源类别", "category"), "category"),
            _condition("fuel", Text("燃料", "fuel"), "fuel"),
            _condition("pollutant", Text("污染物", "pollutant")),
            _limit("lower_pct", Text("下限距离", "lower limit")),
            _limit("upper_pct", Text("上限距离", "upper limit")),
            Column(
                "distribution", Kind.TEXT, Text("分布", "distribution"), Text("空为 auto", "empty means auto"),
                allowed=LIMITED_SHAPES,
            ),
            Column(
                "source", Kind.TEXT, Text("来源", "source"), Text("文件和条款，或专家判断记录", "document and clause"),
                required=True,
            ),
        ),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    quantity: str
    category: str | None
    fuel: str | None
    pollutant: str | None
    what: Multiplier


Lookup = Callable[[str, str | None, str | None, str | None], Multiplier | None]
"""``lookup(quantity, category, fuel, pollutant)``: the declared distribution, None where none is declared."""


def declared_uncertainties(table: pl.DataFrame | None) -> Lookup:
    """The lookup of a table `uncertainty_default`; without a table nothing is ever found.

    Of the rows that fit, the one that names the pollutant wins, then the one that names the fuel, then the one whose
    category is closest above.

    Raises
    ------
    InvalidInput
        Limits that no distribution can have, or the same conditions twice; each row by its origin.
    """
    rows = _read(table) if table is not None else []

    @cache
    def find(quantity: str, category: str | None, fuel: str | None, pollutant: str | None) -> Multiplier | None:
        """The most specific declared uncertainty of such a quantity."""
        fitting = [
            (rank, row.what)
            for row in rows
            if row.quantity == quantity and (rank := _rank(row, category, fuel, pollutant)) is not None
        ]
        return max(fitting, key=lambda one: one[0])[1] if fitting else None

    return find


def _read(table: pl.DataFrame) -> list[_Row]:
    made, faults, seen = [], [], set()
    for row in table.iter_rows(named=True):
        place = Location(file=str(row.get("origin") or UNCERTAINTY_DEFAULT.name))
        key = tuple(row[name] for name in ("quantity", "category", "fuel", "pollutant"))
        if key in seen:
            faults.append(Fault("uncertainty.declared_twice", Text("条件重复", "the same conditions twice"), place))
        seen.add(key)
        try:
            what = multiplier(row.get("distribution") or Shape.AUTO, row["lower_pct"], row["upper_pct"])
        except CocontrolError as error:
            faults += [replace(fault, location=place) for fault in error.faults]
            continue
        made.append(_Row(row["quantity"], row["category"], row["fuel"], row["pollutant"], what))
    if faults:
        raise InvalidInput(*faults)
    return made


def _rank(row: _Row, category: str | None, fuel: str | None, pollutant: str | None) -> tuple[int, int, int] | None:
    """How closely a row fits; None where it does not."""
    if row.fuel not in {None, fuel} or row.pollutant not in {None, pollutant}:
        return None
    depth = 0
    if row.category is not None:
        line = _line(category)
        if row.category not in line:
            return None
        depth = len(line) - line.index(row.category)
    return (row.pollutant is not None, row.fuel is not None, depth)


@lru_cache(maxsize=512)
def _line(category: str | None) -> tuple[str, ...]:
    """A category and those above it, nearest first."""
    known = category is not None and category in categories()["category"]
    return (category, *ancestors(category)) if category is not None and known else (category or "",)
