"""Which column of a table of factors is the total, and in what unit it is, so that no total is taken for a factor."""

from __future__ import annotations

import re
from functools import reduce

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Level, Location
from cocontrol.core.pollutants import codes
from cocontrol.core.text import Text
from cocontrol.pathways.decomposition import CELL, PERIOD

VALUE = "value"
"""Column of a stated total."""

ROUNDING = 2e-3
"""How far a stated total may lie from the product of its factors, as a share of it, where both were rounded."""

EXACT = 1e-6
"""Share within which a column that nobody named a total is the product of all the others."""

_TOTAL_NAMES = {
    "co2e",
    "co2排放",
    "co2排放量",
    "co2emission",
    "co2emissions",
    "碳排放",
    "碳排放量",
    "二氧化碳排放量",
    "排放",
}


def settled(
    frame: pl.DataFrame, names: tuple[str, ...], place: Location, *, heading: str = VALUE
) -> tuple[pl.DataFrame, tuple[str, ...], tuple[Fault, ...], str | None]:
    """The factors without the total, in the unit of the total; remarks; the name of the total where there is one.

    The total is the column ``value``, else one that is named like an emission (``CO2``), else one that equals
    the product of all the others. It may be that product times one constant (other units, or a factor that
    does not change): the first factor then carries the constant, which no effect notices but its unit.

    Raises
    ------
    InvalidInput
        The total is not the product of the factors times one constant, with every row where it is not.
    """
    total = VALUE if VALUE in frame.columns else _named_total(names) or _product_total(frame, names)
    if total is None:
        return frame, names, (), None
    factors = tuple(name for name in names if name != total)
    if not factors:
        return frame, names, (), None
    stated = frame.filter(pl.col(total).is_not_null())
    ratio = stated.with_columns((pl.col(total) / _product(factors)).alias("ratio"))
    usable = ratio.filter(pl.col("ratio").is_finite() & (pl.col("ratio") > 0))["ratio"]
    constant = usable.median() if usable.len() else None
    scale = float(constant) if isinstance(constant, float) else 1.0
    scale = 1.0 if abs(scale - 1) <= ROUNDING else scale
    where = Location(place.file, place.sheet, column=heading if total == VALUE else total)
    _require_product(stated, factors, total, scale, where)
    widest = max((abs(value / scale - 1) for value in usable), default=0.0)
    remarks = _remarks(total, scale, widest, where)
    return frame.with_columns(pl.col(factors[0]) * scale), factors, remarks, total


def _product(names: tuple[str, ...]) -> pl.Expr:
    return reduce(lambda a, b: a * b, [pl.col(name) for name in names])


def _named_total(names: tuple[str, ...]) -> str | None:
    """The one name that is a substance or an emission and nothing else."""
    known = {code.casefold() for code in codes()} | _TOTAL_NAMES
    found = [name for name in names if re.sub(r"[\s_\-]", "", name).casefold() in known]
    return found[0] if len(found) == 1 and len(names) > 1 else None


def _product_total(frame: pl.DataFrame, names: tuple[str, ...]) -> str | None:
    """A column that is the product of all the others in every row, two of them at least not 1.

    Rows of ones (a base year set to 1) are equal by nature and prove nothing.
    """
    if len(names) < 3:  # of two equal columns neither is the other's total
        return None
    for name in names:
        others = tuple(other for other in names if other != name)
        pairs = frame.select(_product(others).alias("p"), pl.col(name).alias("v")).rows()
        equal = all(p is not None and v is not None and p > 0 and abs(v - p) <= EXACT * p for p, v in pairs)
        if equal and sum(abs(p - 1) > EXACT for p, _ in pairs) >= 2:
            return name
    return None


def _require_product(frame: pl.DataFrame, names: tuple[str, ...], total: str, scale: float, where: Location) -> None:
    rows = frame.with_columns((_product(names) * scale).alias("product")).iter_rows(named=True)
    faults = [
        Fault(
            "decompose.product",
            Text(
                "单元 {c}、时期 {p} 的总量不是各因素之积", "the value of cell {c}, period {p}, is not the product"
            ).format(c=row[CELL], p=row[PERIOD]),
            where,
            value=f"{row[total]:g} ≠ {row['product']:g}",
            allowed=Text("各行总量与乘积之比相同", "one ratio of total and product in all rows"),
            remedy=Text(
                "检查单位或缺少的因素；若 {t} 是因素，请换一个列名", "check the units, or a factor left out; if {t} is a factor, rename it"
            ).format(t=where.column),
        )
        for row in rows
        if abs(row[total] - row["product"]) > ROUNDING * max(abs(row[total]), row["product"])
    ]  # fmt: skip
    if faults:
        raise InvalidInput(*faults)


def _remarks(total: str, scale: float, widest: float, where: Location) -> tuple[Fault, ...]:
    found = []
    if total != VALUE:
        words = Text("这一列当作总量，不当作因素", "taken as the total, not as a factor")
        found.append(Fault("decompose.total_taken", words, where, value=total, level=Level.LOW))
    if scale != 1.0:
        words = Text(
            "总量是各因素之积的固定倍数，效应以总量的单位计",
            "the total is the product times a constant: effects come in the unit of the total",
        )
        found.append(Fault("decompose.total_scaled", words, where, value=f"{scale:g}", level=Level.LOW))
    elif widest > EXACT:
        words = Text(
            "总量与乘积因取整略有不同，按各因素之积计算", "the total was rounded: the product of the factors counts"
        )
        found.append(Fault("decompose.total_rounded", words, where, value=f"{100 * widest:.2g} %", level=Level.LOW))
    return tuple(found)
