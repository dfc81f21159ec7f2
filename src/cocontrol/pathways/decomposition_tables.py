"""The layouts in which people keep the factors of a decomposition, read into one: ``cell, period``, factors."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.open_tables import added_columns, with_number_columns
from cocontrol.core.raw import RawTable
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.validation import Validated, validate
from cocontrol.pathways.decomposition import CELL, PERIOD

START, END = "0", "T"
"""Names of the two periods where the table names none."""

_CELL = Column(
    CELL,
    Kind.TEXT,
    Text("单元", "cell"),
    Text("部门、能源品种或地区；只有一个单元时可省", "sector, fuel or region; may be left out where there is one cell"),
    aliases=("sector", "fuel", "region", "category", "item", "部门", "能源", "地区", "类别", "名称"),
)
_VALUE = Column(
    "value",
    Kind.NUMBER,
    Text("总量", "value"),
    Text("各因素之积；给出时与乘积核对", "the product of the factors; checked where it is given"),
    aliases=("total", "V", "emission", "emissions", "合计", "排放量"),
)

DECOMPOSITION_INPUT = Table(
    name="decomposition_input",
    label=Text("因素分解输入", "factors to decompose"),
    description=Text(
        "每行一个单元的一个时期，其余数字列都是因素。",
        "One row per cell and period; every other number column is a factor.",
    ),
    key=(),
    columns=(
        _CELL,
        Column(
            PERIOD,
            Kind.TEXT,
            Text("时期", "period"),
            Text("年份，或 0 与 T", "year, or 0 and T"),
            required=True,
            aliases=("year", "time", "t", "年份", "年"),
        ),
        _VALUE,
    ),
)

FACTOR_ROWS = Table(
    name="decomposition_factor_rows",
    label=Text("因素分解输入（每行一个因素）", "factors to decompose (a row per factor)"),
    description=Text("每行一个因素的期初值和期末值。", "One row per factor with its first and its last value."),
    key=(),
    columns=(
        _CELL,
        Column(
            "factor",
            Kind.TEXT,
            Text("因素", "factor"),
            Text("因素名称", "its name"),
            required=True,
            aliases=("driver",),
        ),
        Column(
            "start",
            Kind.NUMBER,
            Text("期初", "start"),
            Text("期初值", "first value"),
            required=True,
            aliases=("base", "v0", "x0", "0", "from", "initial", "基期"),
        ),
        Column(
            "end",
            Kind.NUMBER,
            Text("期末", "end"),
            Text("期末值", "last value"),
            required=True,
            aliases=("vt", "xt", "T", "1", "to", "final", "target", "报告期"),
        ),
    ),
)

_SUFFIXED = re.compile(r"(?P<factor>.+?)[ _\-]?(?P<period>0|[Tt]|1|\d{4}|base|start|end)$")
_FACTOR = Text("因素", "a factor")


@dataclass(frozen=True, slots=True)
class Factors:
    """The one layout: `table` with ``cell, period`` and a column per name in `factors`."""

    table: pl.DataFrame
    factors: tuple[str, ...]


def read_factors(raw: RawTable) -> tuple[Factors, tuple[Fault, ...]]:
    """The factors of a file in any of three layouts, and the remarks that stop nothing.

    1. A row per cell and period, a column per factor (``cell, period, activity, intensity`` …).
    2. A row per cell, a column per factor and period (``activity_0, activity_T`` or ``activity_2020`` …).
    3. A row per factor (and cell): ``factor, start, end``.

    Raises
    ------
    InvalidInput
        The table fits none of them, a cell is unreadable, or a stated value is not the product of its factors.
    """
    if FACTOR_ROWS.column("factor").name in {
        match[0].name for heading in raw.headings if heading and (match := FACTOR_ROWS.match_heading(heading))
    }:
        return _from_factor_rows(_checked(validate(FACTOR_ROWS, raw)))
    opened = with_number_columns(DECOMPOSITION_INPUT, raw, _FACTOR)
    if not any(heading and _is_period(heading) for heading in raw.headings):
        return _from_suffixes(raw)
    found = _checked(validate(opened, raw))
    names = added_columns(opened, DECOMPOSITION_INPUT)
    frame = found.frame.with_columns(pl.col(CELL).fill_null(_VALUE_OF_ONE))
    _check_products(frame, names)
    return Factors(frame.select(CELL, PERIOD, *names), names), _remarks(found)


_VALUE_OF_ONE = "all"
"""Name of the only cell of a table without a column of cells."""


def _is_period(heading: str) -> bool:
    match = DECOMPOSITION_INPUT.match_heading(heading)
    return match is not None and match[0].name == PERIOD


def _checked(found: Validated) -> Validated:
    found.raise_if_any()
    return found


def _remarks(found: Validated) -> tuple[Fault, ...]:
    return tuple(found.faults)


def _from_factor_rows(found: Validated) -> tuple[Factors, tuple[Fault, ...]]:
    frame = found.frame.with_columns(pl.col(CELL).fill_null(_VALUE_OF_ONE))
    names = tuple(frame["factor"].unique(maintain_order=True).to_list())
    parts = []
    for column, period in (("start", START), ("end", END)):
        wide = frame.pivot("factor", index=CELL, values=column, aggregate_function="first", maintain_order=True)
        parts.append(wide.with_columns(pl.lit(period).alias(PERIOD)).select(CELL, PERIOD, *names))
    return Factors(pl.concat(parts), names), _remarks(found)


def _from_suffixes(raw: RawTable) -> tuple[Factors, tuple[Fault, ...]]:
    declared = Table(
        "decomposition_input",
        DECOMPOSITION_INPUT.label,
        DECOMPOSITION_INPUT.description,
        (),
        (_CELL,),
    )
    opened = with_number_columns(declared, raw, _FACTOR)
    split = {name: match for name in added_columns(opened, declared) if (match := _SUFFIXED.fullmatch(name))}
    periods = sorted({match["period"] for match in split.values()}, key=_order)
    names = tuple(dict.fromkeys(match["factor"] for match in split.values()))
    if len(periods) < 2 or any(f not in _named(split, p) for p in periods for f in names):
        raise InvalidInput(_no_layout(raw))
    found = _checked(validate(opened, raw))
    frame = found.frame.with_columns(pl.col(CELL).fill_null(_VALUE_OF_ONE))
    parts = [
        frame.select(
            CELL,
            pl.lit(period).alias(PERIOD),
            *(pl.col(column).alias(match["factor"]) for column, match in split.items() if match["period"] == period),
        ).select(CELL, PERIOD, *names)
        for period in periods
    ]
    return Factors(pl.concat(parts), names), _remarks(found)


def _named(split: dict[str, re.Match[str]], period: str) -> set[str]:
    return {match["factor"] for match in split.values() if match["period"] == period}


def _order(period: str) -> tuple[int, str]:
    """First periods before last ones, years by their number."""
    return ({"0": 0, "base": 0, "start": 0}.get(period, 1), period)


def _no_layout(raw: RawTable) -> Fault:
    return Fault(
        "decompose.layout",
        Text("表头不属于任何一种分解输入版式", "the headings fit no layout of a decomposition"),
        raw.location(raw.header_row),
        value=", ".join(heading for heading in raw.headings if heading),
        allowed=Text(
            "cell、period 加各因素列；或 因素_0、因素_T 成对的列；或 factor、start、end",
            "cell, period and a column per factor; or pairs of columns factor_0, factor_T; or factor, start, end",
        ),
    )


def _check_products(frame: pl.DataFrame, names: tuple[str, ...]) -> None:
    """A stated value must be the product of its factors, to one in a million."""
    product = frame.select(pl.reduce(lambda a, b: a * b, [pl.col(name) for name in names]).alias("p"))["p"]
    wrong = frame.with_columns(product.alias("product")).filter(
        (pl.col("value") - pl.col("product")).abs() > 1e-6 * pl.max_horizontal(pl.col("value").abs(), "product")
    )
    faults = [
        Fault(
            "decompose.product",
            Text(
                "单元 {c}、时期 {p} 的总量不是各因素之积", "the value of cell {c}, period {p}, is not the product"
            ).format(c=row[CELL], p=row[PERIOD]),
            value=f"{row['value']} ≠ {row['product']}",
            remedy=Text("检查单位或缺少的因素", "check the units, or a factor left out"),
        )
        for row in wrong.iter_rows(named=True)
    ]
    if faults:
        raise InvalidInput(*faults)
