"""Quantities that indicators are made of, read from the canonical tables with where they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.errors import NotFound
from cocontrol.core.notation import NotationKey
from cocontrol.core.provenance import Status, weakest
from cocontrol.core.text import Text, same
from cocontrol.indicators.catalogue import DIRECT, DIRECT_PLUS_ELECTRICITY
from cocontrol.reference.fuels import fuel_name
from cocontrol.reference.scopes import TotalScope, in_land_use, rows_in_scope

Series = dict[str, dict[int, "Quantity"]]
"""Option (boundary or variant) → year → quantity. A year that is absent has no data."""

MONEY_BASES = ("current", "constant")

NET_IMPORT = "net_import"
"""The basis of indirect emissions that may stand beside direct ones without counting electricity twice."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit, the status of its weakest factor, its inputs for the provenance, and remarks.

    `value` None: the quantity exists but could not be determined; `notes` says why.
    """

    value: float | None
    unit: str
    inputs: tuple[dict[str, Any], ...]
    status: Status | None = None
    notes: tuple[Text, ...] = ()


def statistic(statistics: pl.DataFrame, indicator: str, *, adcode: str) -> Series:
    """The figures of one statistical indicator of one region: variant → year → quantity.

    The variant is the vintage, led by the price basis where the figure is money (``current_later``).
    `statistics` is the declared table ``provincial_statistics``. Empty values are left out: a gap is a
    gap.
    """
    rows = statistics.filter((pl.col("indicator") == indicator) & (pl.col("adcode") == adcode)).drop_nulls("value")
    series: Series = {}
    for row in rows.sort("year").iter_rows(named=True):
        money = row["price_basis"] in MONEY_BASES
        variant = f"{row['price_basis']}_{row['vintage']}" if money else row["vintage"]
        series.setdefault(variant, {})[int(row["year"])] = Quantity(
            row["value"], row["unit"], (_statistic_input(row, indicator),)
        )
    return series


def _statistic_input(row: dict[str, Any], indicator: str) -> dict[str, Any]:
    kept = ("value", "unit", "year", "price_basis", "vintage", "source", "origin")
    return {
        "role": indicator,
        "table": "provincial_statistics",
        **{name: row[name] for name in kept if row.get(name) is not None},
    }


def counted_rows(emission: pl.DataFrame, adcode: str) -> pl.DataFrame:
    """The rows of the region's inventory that its headline totals count: without land use, see `reference.scopes`."""
    return rows_in_scope(emission.filter(pl.col("adcode") == adcode), TotalScope.WITHOUT_LAND_USE)


def direct_emissions(emission: pl.DataFrame, lineage: pl.DataFrame, pollutant: str, *, adcode: str) -> Series:
    """Total of one pollutant of the region's inventory per year, boundary ``direct``, in tonnes.

    ``total = Σ emission`` over every row that has a value. Rows without one that the pollutant can arise from are never
    counted as zero: they are listed in the inputs, and a note says that the total leaves them out. Rows that do not give
    it off, or have it elsewhere (IE, NA, NO), leave nothing out.
    The total is without land use, see `cocontrol.reference.scopes`.

    Parameters
    ----------
    emission : table ``emission``, one column per pollutant in tonnes.
    lineage : table ``coefficient_lineage``; gives the status of each coefficient.
    """
    statuses = _coefficient_statuses(lineage, pollutant)
    rows = counted_rows(emission, adcode)
    beside = set(emission.filter((pl.col("adcode") == adcode) & in_land_use())["period"])
    series: Series = {DIRECT: {}}
    for (period,), group in rows.group_by(["period"], maintain_order=True):
        if str(period).isdigit():
            gaps = group.filter(pl.col(pollutant).is_null() & open_rows(lineage, pollutant))
            cell = f"{pollutant}@adcode={adcode},period={period}"
            if period in beside:
                cell += f",scope={TotalScope.WITHOUT_LAND_USE}"
            series[DIRECT][int(str(period))] = _emission_total(group, gaps, pollutant, cell, statuses)
    return series


_ANSWERED = (NotationKey.IE.value, NotationKey.NA.value, NotationKey.NO.value)
"""Notation keys of a row from which a total lacks nothing."""


def open_rows(lineage: pl.DataFrame, pollutant: str) -> pl.Expr:
    """Whether a row without a value leaves a gap: its coefficient has a line of the pollutant that no notation key answers.

    A row whose coefficient the lineage does not hold at all is a gap, too: nothing says why it has no value.
    """
    lines = lineage.filter(pl.col("pollutant") == pollutant)
    if "notation" in lines.columns:
        lines = lines.filter(pl.col("notation").is_null() | ~pl.col("notation").is_in(_ANSWERED))
    identifier = pl.col("coefficient_id")
    known = lineage["coefficient_id"].unique().to_list()
    lacking = lines["coefficient_id"].unique().to_list()
    return identifier.is_null() | identifier.is_in(lacking) | ~identifier.is_in(known)


def _coefficient_statuses(lineage: pl.DataFrame, pollutant: str) -> dict[str, Status]:
    known = lineage.filter(pl.col("pollutant") == pollutant).drop_nulls("status")
    return {row["coefficient_id"]: Status(row["status"]) for row in known.iter_rows(named=True)}


def sources_of() -> pl.Expr:
    """Category and fuel of a row in one word, by which years are compared."""
    return pl.format("{}/{}", "category", "fuel")


def _emission_total(
    group: pl.DataFrame,
    absent: pl.DataFrame,
    pollutant: str,
    cell: str,
    statuses: Mapping[str, Status],
) -> Quantity:
    """The total of a year, explained by `cell`; `absent` are the rows of `group` that leave a gap in it."""
    counted = group.drop_nulls(pollutant)
    value = float(counted[pollutant].sum()) if counted.height else None
    used = [statuses[c] for c in counted["coefficient_id"].drop_nulls().unique().sort() if c in statuses]
    entry = {
        "role": "emission",
        "table": "emission",
        "cell": cell,
        "value": value,
        "unit": "t",
        "rows": counted.height,
        "not_estimated": absent.select("category", "fuel", "amount", "unit").to_dicts(),
        "estimated": counted.select(sources_of()).to_series().unique().drop_nulls().sort().to_list(),
    }
    return Quantity(value, "t", (entry,), weakest(*used) if used else None, _emission_notes(absent, value))


def _emission_notes(absent: pl.DataFrame, value: float | None) -> tuple[Text, ...]:
    if value is None:
        return (Text("清单中没有一行有排放值", "no row of the inventory has a value"),)
    if not absent.height:
        return ()
    names = [_named(fuel) for fuel in sorted({str(fuel) for fuel in absent["fuel"]})]
    fuels = Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))
    return (
        Text("合计不含未估算的 {n} 行（{f}）", "the total leaves out {n} rows not estimated ({f})").format(
            n=absent.height, f=fuels
        ),
    )


def _named(fuel: str) -> Text:
    """The name of a fuel; a code that the reference does not hold stands for itself."""
    try:
        return fuel_name(fuel)
    except NotFound:
        return same(fuel)


def add_purchased_electricity(
    direct: Mapping[int, Quantity],
    electricity: pl.DataFrame | None,
    pollutant: str,
    *,
    adcode: str,
    boundary: str = DIRECT_PLUS_ELECTRICITY,
) -> Series:
    """Direct emissions plus those of net purchased electricity: `boundary` → year → quantity.

    ``total = direct + net imported electricity × grid factor``: the rows of basis ``net_import`` only, for
    the electricity that a region's own plants made is in its direct emissions already. Each kind of grid
    factor (``kind``) makes its own boundary ``<boundary>:<kind>``; they are never added to each other. Without such rows there is one boundary, whose every value is missing with the reason.
    """
    rows = _net_imports(electricity, adcode)
    if rows is None or rows.is_empty():
        absent = Text("没有净调入电力的间接排放表", "there is no table of indirect emissions of purchased electricity")
        return {boundary: {y: Quantity(None, "t", q.inputs, None, (absent,)) for y, q in direct.items()}}
    series: Series = {}
    for (kind, period), group in rows.group_by(["kind", "period"], maintain_order=True):
        year = int(str(period))
        if year in direct:
            series.setdefault(f"{boundary}:{kind}", {})[year] = _plus_electricity(direct[year], group, pollutant)
    return series


def _net_imports(electricity: pl.DataFrame | None, adcode: str) -> pl.DataFrame | None:
    if electricity is None:
        return None
    return electricity.filter((pl.col("adcode") == adcode) & (pl.col("basis") == NET_IMPORT))


def _plus_electricity(direct: Quantity, group: pl.DataFrame, pollutant: str) -> Quantity:
    rows = group.to_dicts()
    inputs = (*direct.inputs, *(_electricity_input(row, pollutant) for row in rows))
    if direct.value is None or any(row[pollutant] is None for row in rows):
        return Quantity(None, "t", inputs, None, (*direct.notes, *_why_no_electricity(rows)))
    statuses = [Status(row["status"]) for row in rows if row["status"]]
    status = weakest(*statuses, *([direct.status] if direct.status else []))
    return Quantity(direct.value + sum(row[pollutant] for row in rows), "t", inputs, status, direct.notes)


def _electricity_input(row: dict[str, Any], pollutant: str) -> dict[str, Any]:
    kept = ("kind", "amount", "factor_id", "origin")
    return {
        "role": "purchased_electricity",
        "table": "electricity_indirect",
        "value": row[pollutant],
        "unit": "t",
        "amount_unit": row["unit"],
        **{name: row[name] for name in kept if row[name] is not None},
    }


def _why_no_electricity(rows: Sequence[dict[str, Any]]) -> tuple[Text, ...]:
    reasons = [Text(row["reason_zh"], row["reason_en"]) for row in rows if row["reason_zh"] and row["reason_en"]]
    head = Text("净调入电力的间接排放未能确定", "indirect emissions of purchased electricity are not determined")
    return (head, *dict.fromkeys(reasons))
