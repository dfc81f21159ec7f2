"""An energy balance file against its declared layout: units and names, each fault with its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from cocontrol.core.errors import Fault, Level, Location, NotFound
from cocontrol.core.table_faults import column_missing_at, more_faults
from cocontrol.core.tables import Table
from cocontrol.core.text import Text
from cocontrol.core.validation import FAULT_LIMIT, Validated, origin_cell
from cocontrol.inventory.balance import BalanceLayout, energy_balance_table, get_layout, list_layouts, unfit_cells

MOSTLY = 0.5
"""Share of rows that fit another layout from which on the other layout is named."""


def balance_layout_or_none(name: str | None) -> BalanceLayout | None:
    """The layout of that name; None where none is named or there is no such (the settings say so)."""
    try:
        return get_layout(name) if name else None
    except NotFound:
        return None


def table_of_layout(layout: BalanceLayout) -> Table:
    """The declaration that a balance of this layout is validated against."""
    return energy_balance_table(layout)


def fit_to_layout(validated: Validated, layout: BalanceLayout, *, fault_limit: int = FAULT_LIMIT) -> Validated:
    """The same table with a fault for every cell that the layout gives no meaning.

    Where most rows would fit another layout, a first fault says which. Cells that already have a fault are
    empty in the frame and are passed over.
    """
    if not validated.letters:
        return validated
    faults: list[Fault] = []
    if "amount" not in validated.letters:
        faults.append(
            column_missing_at(
                Location(validated.file, validated.sheet, validated.header_row), validated.table.column("amount")
            )
        )
    unfit = unfit_cells(validated.frame, layout)
    if (other := _layout_that_fits(validated.frame, layout, unfit)) is not None:
        faults.append(_wrong_layout(validated, layout, other))
    for rule in unfit.get_column("rule").unique(maintain_order=True):
        rows = unfit.filter(rule=rule)
        faults += [_fault(validated, layout, row) for row in rows.head(fault_limit).iter_rows(named=True)]
        if rows.height > fault_limit:
            faults.append(more_faults(rule, Location(validated.file, validated.sheet), rows.height - fault_limit))
    return replace(validated, faults=(*validated.faults, *faults))


def _layout_that_fits(frame: pl.DataFrame, layout: BalanceLayout, unfit: pl.DataFrame) -> BalanceLayout | None:
    """Another layout that knows the names of rows that this one mostly does not know."""
    if not frame.height or _unknown_rows(unfit) <= MOSTLY * frame.height:
        return None
    counted = Counter(
        {
            name: -_unknown_rows(unfit_cells(frame, get_layout(name)))
            for name in list_layouts()
            if "recovery" not in name
        }
    )
    best, lacking = counted.most_common(1)[0]
    fits = best != layout.layout_id and -lacking <= (1 - MOSTLY) * frame.height
    return get_layout(best) if fits else None


def _unknown_rows(unfit: pl.DataFrame) -> int:
    return unfit.filter(pl.col("rule").str.ends_with("_unknown")).get_column("row").n_unique()


def _wrong_layout(validated: Validated, layout: BalanceLayout, other: BalanceLayout) -> Fault:
    return Fault(
        "balance.layout_differs",
        Text(
            "声明的版式是“{a}”，表中名称多属于“{b}”",
            "the declared layout is “{a}”; most names in the file are those of “{b}”",
        ).format(a=layout.label, b=other.label),
        Location(validated.file, validated.sheet),
        value=layout.layout_id,
        allowed=Text("{i}", "{i}").format(i=other.layout_id),
        remedy=Text("改正 cocontrol.toml 中的 layout", "mend the layout in cocontrol.toml"),
    )


def _fault(validated: Validated, layout: BalanceLayout, row: Mapping[str, object]) -> Fault:
    column = str(row["column"])
    cell = origin_cell(validated, int(str(row["row"])), column).rsplit("!", 1)[-1]
    number = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    place = Location(
        validated.file,
        validated.sheet,
        int(number) if number.isdigit() else None,
        validated.headings.get(column, column),
        cell,
    )
    rule = str(row["rule"])
    messages = dict(_messages(layout, row))
    message, allowed, remedy = messages[rule if rule in messages else "unknown"]
    return Fault(rule, message, place, value=str(row["value"]), allowed=allowed, remedy=remedy, level=Level.ERROR)


def _messages(layout: BalanceLayout, row: Mapping[str, object]) -> Iterator[tuple[str, tuple[Text, Text, Text | None]]]:
    """What each rule says, what it allows, and the way out."""
    near = Text(str(row["nearest_zh"]), str(row["nearest_en"])) if row["nearest_zh"] else None
    yield (
        "unknown",
        (
            Text("版式“{l}”中没有这个名称", "the layout “{l}” has no such name").format(l=layout.label),
            Text("该版式的名称或本平台代码", "a name of the layout, or one of our codes"),
            Text("是否应为 {n}？", "is {n} meant?").format(n=near)
            if near
            else Text("检查版式声明，或更正名称", "check the declared layout, or correct the name"),
        ),
    )
    yield (
        "balance.unit_differs",
        (
            Text("该行单位与版式不符", "the row is in another unit than the layout"),
            Text("{u}", "{u}").format(u=layout.unit),
            Text("换算后填写，或改用该单位的版式", "convert it, or declare a layout in that unit"),
        ),
    )
    yield (
        "balance.negative_use",
        (
            Text("消费量或损失量为负", "use or loss below zero"),
            Text("不小于 0", "0 or more"),
            Text("核对原表；没有数值时留空", "check the source; leave the cell empty where there is no figure"),
        ),
    )
