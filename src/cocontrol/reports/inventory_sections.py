"""Inventory and indirect emissions of electricity."""

from __future__ import annotations

from typing import Any

import polars as pl

from cocontrol.io.results import CO2E_GASES, CO2E_MISSING, CO2E_PREFIX, applies, substance_columns, substance_symbol
from cocontrol.reference.scopes import TOTAL_NAMES, TotalScope, in_land_use, rows_in_scope
from cocontrol.reports.model import Bar, Block, ChartBlock, Heading, Paragraph, Section, TableBlock
from cocontrol.reports.source import Source
from cocontrol.reports.words import MISSING, mass, mass_unit, number

CHART_FUELS = 7
"""Fuels that a chart tells apart; the rest are summed."""


def inventory_section(source: Source) -> Section | None:
    """Emissions by sector and by fuel: table by pollutant; where the inventory has CO2, its chart and matrix."""
    if not source.has("emission"):
        return None
    emission = source.table("emission")
    blocks: list[Block] = []
    for period in emission.get_column("period").unique().sort().to_list():
        rows = emission.filter(pl.col("period") == period)
        tables: list[Block] = [_by_sector(source, rows, period), _by_fuel(source, rows, period)]
        if "CO2" in rows.columns and rows.get_column("CO2").count():
            tables = [_chart(source, rows, period), *tables, _matrix(source, rows, period)]
        blocks += tables
    return Section("inventory", source.say("排放清单", "Inventory"), tuple(blocks))


def _chart(source: Source, rows: pl.DataFrame, period: str) -> ChartBlock:
    sums = rows.group_by("category", "fuel", maintain_order=True).agg(pl.col("CO2").sum()).filter(pl.col("CO2") > 0)
    order = sums.group_by("fuel").agg(pl.col("CO2").sum()).sort("CO2", descending=True).get_column("fuel").to_list()
    main, rest = order[:CHART_FUELS], source.say("其他", "other")
    names = {fuel: source.labels.fuel(fuel) if fuel in main else rest for fuel in order}
    series = list(dict.fromkeys(names.values()))
    totals = sums.group_by("category").agg(pl.col("CO2").sum()).sort("CO2", descending=True)
    bars = []
    for category in totals.get_column("category"):
        parts = dict.fromkeys(series, 0.0)
        for row in sums.filter(pl.col("category") == category).iter_rows(named=True):
            parts[names[row["fuel"]]] += row["CO2"] / mass_unit("CO2")[1]
        label = source.labels.category(category).partition(" ")[2] or category
        bars.append(Bar(label, tuple((name, value) for name, value in parts.items() if value)))
    title = source.say("{y} 年分部门、分燃料 CO₂ 排放", "CO₂ by sector and fuel, {y}").format(y=period)
    return ChartBlock(title, mass_unit("CO2")[0].in_language(source.language), tuple(bars), tuple(series))


def _by_sector(source: Source, rows: pl.DataFrame, period: str) -> TableBlock:
    caption = source.say("{y} 年分部门排放", "Emissions by sector, {y}").format(y=period)
    return _grouped(source, rows, "category", caption, source.labels.category)


def _by_fuel(source: Source, rows: pl.DataFrame, period: str) -> TableBlock:
    caption = source.say("{y} 年分燃料排放", "Emissions by fuel, {y}").format(y=period)
    return _grouped(source, rows, "fuel", caption, source.labels.fuel)


def _grouped(source: Source, rows: pl.DataFrame, level: str, caption: str, label: Any) -> TableBlock:
    """Sums of every substance by one level; a sum that lacks a cell carries an asterisk.

    Substances that nothing estimates have no column; the note names them, and those that are generation.
    """
    known = [c for c in substance_columns(rows) if rows.get_column(c).null_count() < rows.height]
    columns = sorted(known, key=lambda c: (c not in CO2E_GASES, not c.startswith(CO2E_PREFIX)))
    sums = rows.group_by(level, maintain_order=True).agg(_sums(source, rows, columns))
    sums = sums.sort("CO2" if "CO2" in columns else level, descending=True)
    body = [_grouped_row(row, level, columns, label) for row in sums.iter_rows(named=True)]
    totals = _totals(source, rows, level, columns)
    body += [_grouped_row(row, level, columns, str) for row in totals]
    headings = (
        Heading(source.say("部门", "sector") if level == "category" else source.say("燃料", "fuel")),
        *source.masses(columns),
    )
    note = _grouped_note(source, columns, [c for c in substance_columns(rows) if c not in known])
    return TableBlock(caption, headings, tuple(body), frozenset(range(len(body) - len(totals), len(body))), note)


def _totals(source: Source, rows: pl.DataFrame, level: str, columns: list[str]) -> list[dict[str, Any]]:
    """The rows of totals: without land use, and with it where the rows hold land use; each named (`reference.scopes`)."""
    scopes = list(TotalScope) if rows.filter(in_land_use()).height else [TotalScope.WITHOUT_LAND_USE]
    made = []
    for scope in scopes:
        name = pl.lit(TOTAL_NAMES[scope].in_language(source.language)).alias(level)
        made += rows_in_scope(rows, scope).select(name, *_sums(source, rows, columns)).head(1).to_dicts()
    return made


def _grouped_note(source: Source, columns: list[str], absent: list[str]) -> str:
    notes = [
        source.say("* 合计不含未估算的单元；– 全部未估算。", "* leaves out cells not estimated; – none estimated.")
    ]
    before = source.totals().filter(pl.col("generation") > 0).get_column("pollutant").to_list()
    for named, zh, en in (
        (
            [c for c in columns if c in before],
            "{n} 含产生量，未扣除治理。",
            "{n} hold generation, removal not deducted.",
        ),
        (absent, "{n} 全部未估算，不列。", "{n}: nothing estimated, no column."),
    ):
        if named:
            notes.append(source.say(zh, en).format(n=", ".join(map(substance_symbol, named))))
    return source.say("", " ").join(notes)


def _sums(source: Source, rows: pl.DataFrame, columns: list[str]) -> list[pl.Expr]:
    """The sum of each substance, how many cells have a value, and how many lack one or hold a lower bound."""
    made = [expression for c in columns for expression in (pl.col(c).sum(), pl.col(c).count().alias(f"{c}_known"))]
    lineage = source.table("coefficient_lineage")
    for column in columns:
        lacking = pl.col(column).is_null() & applies(column, lineage)
        if column.startswith(CO2E_PREFIX) and CO2E_MISSING in rows.columns:
            lacking |= pl.col(CO2E_MISSING).is_not_null()
        made.append(lacking.sum().alias(f"{column}_missing"))
    return made


def _grouped_row(row: dict[str, Any], level: str, columns: list[str], label: Any) -> tuple[str, ...]:
    cells = [
        mass(column, row[column]) + ("*" if row[f"{column}_missing"] else "") if row[f"{column}_known"] else MISSING
        for column in columns
    ]
    return (label(row[level]), *cells)


def _matrix(source: Source, rows: pl.DataFrame, period: str) -> TableBlock:
    """CO2 by fuel (rows) and sector (columns), without land use."""
    name = TOTAL_NAMES[TotalScope.WITHOUT_LAND_USE].in_language(source.language)
    rows = rows_in_scope(rows, TotalScope.WITHOUT_LAND_USE)
    sums = rows.drop_nulls("CO2").group_by("fuel", "category").agg(pl.col("CO2").sum()).filter(pl.col("CO2") != 0)
    cells = {(fuel, category): value for fuel, category, value in sums.iter_rows()}
    by_fuel = sums.group_by("fuel").agg(pl.col("CO2").sum()).sort("CO2", descending=True)
    sectors = (
        sums.group_by("category").agg(pl.col("CO2").sum()).sort("CO2", descending=True).get_column("category").to_list()
    )
    body = [
        (
            source.labels.fuel(fuel),
            *(mass("CO2", cells[fuel, s]) if (fuel, s) in cells else "" for s in sectors),
            mass("CO2", total),
        )
        for fuel, total in by_fuel.iter_rows()
    ]
    sector_sums = {s: sum(v for (_, c), v in cells.items() if c == s) for s in sectors}
    total_row = (
        name,
        *(mass("CO2", sector_sums[s]) for s in sectors),
        mass("CO2", sum(sector_sums.values())),
    )
    unit = mass_unit("CO2")[0].in_language(source.language)
    headings = (
        Heading(source.say("燃料", "fuel")),
        *(Heading(source.labels.category(s).partition(" ")[2] or s, s, numeric=True) for s in sectors),
        Heading(name, unit, numeric=True),
    )
    caption = source.say("{y} 年 CO₂ 排放：燃料 × 部门（{u}）", "CO₂ by fuel and sector, {y} ({u})").format(
        y=period, u=unit
    )
    return TableBlock(caption, headings, (*body, total_row), frozenset({len(body)}))


def electricity_section(source: Source) -> Section | None:
    """Indirect emissions of electricity, apart from the direct total: net imports, and consumption by sector."""
    if not source.has("electricity_indirect"):
        return None
    table = source.table("electricity_indirect")
    text = source.say(
        "间接排放与直接排放分开列示，从不加进直接排放合计；净调入与消费两种口径、各类因子并列，不相加。",
        "Indirect emissions stand apart and are never added to the direct total. Net imports and consumption, and the "
        "kinds of factor, stand side by side and are not added.",
    )
    captions = (
        ("net_import", source.say("净调入电力", "net imported electricity")),
        ("consumption", source.say("终端用电，按部门", "electricity consumed, by sector")),
    )
    blocks: list[Block] = [Paragraph(text, "note")]
    blocks += [
        _electricity_table(source, rows, caption)
        for basis, caption in captions
        if (rows := table.filter(pl.col("basis") == basis)).height
    ]
    return Section("electricity", source.say("电力间接排放", "Indirect emissions of electricity"), tuple(blocks))


def _electricity_table(source: Source, rows: pl.DataFrame, caption: str) -> TableBlock:
    by_sector = rows.get_column("category").is_not_null().any()
    headings = (
        source.words("时段", "period"),
        *([source.words("部门", "sector")] if by_sector else []),
        source.words("电网因子口径", "kind of grid factor"),
        source.numbers("电量", "electricity", "MWh"),
        *source.masses(["CO2"]),
        source.words("可靠程度或原因", "status or reason"),
    )
    body = tuple(
        (
            row["period"],
            *([source.labels.category(row["category"]) if row["category"] else ""] if by_sector else []),
            source.labels.grid_kind(row["kind"]),
            number(row["amount"]),
            mass("CO2", row["CO2"]),
            row[f"reason_{source.language}"] or source.labels.status(row["status"]),
        )
        for row in rows.iter_rows(named=True)
    )
    return TableBlock(caption, headings, body)
