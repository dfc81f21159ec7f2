"""Tables of an annual bulletin (公报): totals by substance, by sector, year-on-year change, intensity, and what to know of them.

`bulletin_tables` makes a plain model with figures; the workbook holds all of it and is read back, the Word
document is the same model printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.text import LANGUAGES, Language, Text, same
from cocontrol.inventory.uncertainty.of_inventory import TOTAL, WITH_LAND_USE
from cocontrol.io.exports.bulletin_model import Bulletin, BulletinColumn, BulletinRow, BulletinTable, Value
from cocontrol.io.exports.bulletin_sheets import read_bulletin, write_bulletin_workbook
from cocontrol.io.exports.flows import WHOLE_YEAR, flow_table, joint_key, write_notation
from cocontrol.io.labels import Labels
from cocontrol.io.results import CO2E_GASES, CO2E_PREFIX, substance_columns, substance_symbol
from cocontrol.io.run_completeness import COUNTED
from cocontrol.io.runs import Run
from cocontrol.reference import categories
from cocontrol.reference.scopes import TOTAL_NAMES, TotalScope, in_land_use, rows_in_scope
from cocontrol.reports.docx import render_docx
from cocontrol.reports.html import render_html
from cocontrol.reports.model import Heading, Paragraph, Report, Section, TableBlock
from cocontrol.reports.words import mass_unit, number

WORKBOOK, DOCUMENT, PAGE = "bulletin.xlsx", "bulletin.docx", "bulletin.html"

TOTALS = "totals"

AT_LEAST = "≥ "
"""Before an interval that leaves out sources without a declared uncertainty."""

_SECTOR_PARENTS = (None, "1", "1A")
"""A sector of the bulletin is the category just below one of these."""

_CHANGE_NOTE = Text(
    "同比只在两年都有数值、且缺失单元数相同时给出，否则留空：范围不同的两个数不可比。",
    "The change on the year before is given only where both years have a figure and lack as many cells: figures of "
    "different scope cannot be compared.",
)
_INTERVAL_NOTE = Text(
    "区间前的“≥”表示部分来源没有声明不确定性，区间至少这样宽。",
    "≥ before an interval: some sources have no declared uncertainty, it is at least as wide.",
)
_PARTIAL_NOTE = Text("缺失单元数不为零的数值是下限。", "A figure with missing cells is a lower bound.")


def bulletin_tables(run: Run) -> Bulletin:
    """The bulletin of a run: totals of every period, sectors and change of the last year, intensities, notes."""
    flows = flow_table(run).with_columns(
        pl.col("category").map_elements(sector_of, return_dtype=pl.String).alias("sector")
    )
    years = flows.filter(pl.col("period").str.contains(WHOLE_YEAR)).get_column("period").unique().sort().to_list()
    columns = substance_columns(run.result("emission"))
    gases = [c for c in columns if c in CO2E_GASES or c.startswith(CO2E_PREFIX)]
    air = [c for c in columns if c not in gases]
    tables = [
        _totals(run, flows, columns),
        *_sector_tables(flows, years, gases, "greenhouse_gas_by_sector", Text("分部门温室气体排放", "Greenhouse gases by sector")),
        *_sector_tables(flows, years, air, "pollutant_by_sector", Text("分部门大气污染物排放", "Air pollutants by sector")),
        *_intensity(run),
    ]  # fmt: skip
    place = Text(run.manifest["workspace"]["title_zh"], run.manifest["workspace"]["title_en"])
    listed = "、".join(years) or "-"
    title = Text(
        "{r}{y}年温室气体和大气污染物排放公报（表）", "{r} {y}: bulletin tables of greenhouse gases and air pollutants"
    )
    return Bulletin(
        run_id=run.run_id,
        title=title.format(r=place, y=listed),
        gwp_set=str(run.manifest["gwp_set"]),
        tables=tuple(tables),
        notes=tuple(_notes(run)),
    )


def sector_of(category: str) -> str:
    """The sector under which a bulletin prints a category: ``1A1``, ``1A2`` …, ``1B``, ``2``, ``3``, ``4``, or our own top ones."""
    known = categories.categories().get_column("category")
    if category not in known:
        return category
    chain = (category, *categories.ancestors(category))
    return next(code for code in chain if categories.category(code)["parent"] in _SECTOR_PARENTS)


def _totals(run: Run, flows: pl.DataFrame, columns: Sequence[str]) -> BulletinTable:
    """Every substance in every period: emission, amount before removal, missing cells, change, interval, recalled share."""
    periods = flows.get_column("period").unique().sort().to_list()
    headings: list[BulletinColumn] = []
    for period in periods:
        headings += [
            BulletinColumn(f"emission_{period}", Text(f"{period} 年排放量", f"emission {period}")),
            BulletinColumn(
                f"before_removal_{period}", Text(f"{period} 年产生量（未扣除治理）", f"before removal {period}")
            ),
            BulletinColumn(f"missing_{period}", Text("缺失单元数", "missing cells"), same("1")),
            BulletinColumn(f"change_{period}", Text("同比", "change"), same("%")),
            BulletinColumn(f"interval_{period}", Text("95% 区间", "95 % interval")),
        ]
    headings.append(BulletinColumn("recalled", Text("凭记忆参数份额", "share of recalled parameters"), same("%")))
    rows = tuple(
        _total_row(run, flows, column, periods, scope) for column in columns for scope in _scopes(flows, column)
    )
    title = Text("排放总量", "Totals")
    return BulletinTable(TOTALS, title, tuple(headings), rows, (_CHANGE_NOTE, _PARTIAL_NOTE, _INTERVAL_NOTE))


def _scopes(flows: pl.DataFrame, column: str) -> tuple[TotalScope, ...]:
    """The totals of a substance: without land use, and with it where land use holds an amount of it."""
    land = flows.filter(in_land_use() & (pl.col("pollutant") == column)).get_column("amount")
    return tuple(TotalScope) if land.count() else (TotalScope.WITHOUT_LAND_USE,)


def _total_row(run: Run, flows: pl.DataFrame, column: str, periods: Sequence[str], scope: TotalScope) -> BulletinRow:
    unit, tonnes = mass_unit(column)
    own = rows_in_scope(flows.filter(pl.col("pollutant") == column), scope)
    label, is_gas = _with_unit(column, unit), column in CO2E_GASES or column.startswith(CO2E_PREFIX)
    with_land = scope == TotalScope.WITH_LAND_USE
    values: list[Value] = []
    for period in periods:
        rows = own.filter(pl.col("period") == period)
        after, before = (rows.filter(pl.col("before_control") == flag) for flag in (False, True))
        emission = _sum(after)
        values += [
            emission / tonnes if isinstance(emission, float) else emission,
            _scaled(_sum(before), tonnes) if before.height else None,
            int(rows.get_column("missing_cells").sum()),
            _change(after, own.filter((pl.col("period") == _year_before(period)) & ~pl.col("before_control"))),
            _interval(run, column, period, tonnes, WITH_LAND_USE if with_land else TOTAL),
        ]
    share = None if with_land else run.manifest["recalled"].get(column)
    return BulletinRow(
        f"{column}_{scope.value}" if with_land else column,
        Text("{c}，{s}", "{c}, {s}").format(c=label, s=TOTAL_NAMES[scope]) if is_gas or with_land else label,
        (*values, None if share is None else share * 100),
    )


def _with_unit(column: str, unit: Text) -> Text:
    symbol = substance_symbol(column)
    return Text("{s}（{u}）", "{s} ({u})").format(s=symbol, u=unit)


def _scaled(value: Value, tonnes: float) -> Value:
    return value / tonnes if isinstance(value, float) else value


def _sum(rows: pl.DataFrame) -> Value:
    """The sum in tonnes, or the key that says why there is none."""
    held = rows.get_column("amount").drop_nulls()
    return float(held.sum()) if held.len() else joint_key(rows.get_column("notation"))


def _year_before(period: str) -> str:
    return str(int(period) - 1) if period.isdigit() else ""


def _change(now: pl.DataFrame, before: pl.DataFrame) -> float | None:
    """Change in percent; None where a figure is missing, was zero, or the two leave out different numbers of cells."""
    new, old = _sum(now), _sum(before)
    same_scope = now.get_column("missing_cells").sum() == before.get_column("missing_cells").sum()
    if not isinstance(new, float) or not isinstance(old, float) or old == 0 or not same_scope:
        return None
    return (new - old) / old * 100


def _interval(run: Run, column: str, period: str, tonnes: float, scope: str) -> str | None:
    if not run.has("uncertainty"):
        return None
    rows = run.result("uncertainty").filter(
        (pl.col("scope") == scope) & (pl.col("pollutant") == column) & (pl.col("period") == period)
    )
    known = rows.drop_nulls(["p2_5_t", "p97_5_t"])
    if known.height != 1:
        return None
    low, high = known.select("p2_5_t", "p97_5_t").row(0)
    mark = AT_LEAST if known["interval"][0] == "at_least" else ""
    return f"{mark}{number(low / tonnes)} – {number(high / tonnes)}"


def _sector_tables(
    flows: pl.DataFrame, years: Sequence[str], columns: Sequence[str], name: str, title: Text
) -> Iterable[BulletinTable]:
    """Emission by sector in the last whole year, with the change of each substance on the year before."""
    if not years or not columns:
        return
    year = years[-1]
    own = flows.filter(~pl.col("before_control") & pl.col("pollutant").is_in(list(columns)))
    held = own.filter((pl.col("period") == year) & pl.col("amount").is_not_null())
    shown = [column for column in columns if column in set(held.get_column("pollutant"))]
    headings = []
    for column in shown:
        symbol, unit = substance_symbol(column), mass_unit(column)[0]
        headings += [
            BulletinColumn(column, same(symbol), unit),
            BulletinColumn(f"{column}_change", Text("同比", "change"), same("%")),
        ]
    order = dict(categories.categories().select("category", "sort_order").iter_rows())
    sectors = sorted(set(held.get_column("sector")), key=lambda code: order.get(code, 0))
    labels = {language: Labels(language) for language in ("zh", "en")}
    rows = [
        BulletinRow(
            s,
            Text(labels["zh"].category(s), labels["en"].category(s)),
            tuple(_sector_values(own.filter(pl.col("sector") == s), shown, year)),
        )
        for s in sectors
    ]
    scopes = tuple(TotalScope) if held.filter(in_land_use()).height else (TotalScope.WITHOUT_LAND_USE,)
    rows += [
        BulletinRow(
            "total" if scope == TotalScope.WITHOUT_LAND_USE else f"total_{scope.value}",
            TOTAL_NAMES[scope],
            tuple(_sector_values(rows_in_scope(own, scope), shown, year)),
        )
        for scope in scopes
    ]
    note = Text("不含未扣除治理的产生量。", "Amounts before removal are left out.")
    yield BulletinTable(
        name, Text(f"{year} 年{title.zh}", f"{title.en}, {year}"), tuple(headings), tuple(rows), (note, _CHANGE_NOTE)
    )


def _sector_values(rows: pl.DataFrame, columns: Sequence[str], year: str) -> Iterable[Value]:
    for column in columns:
        own = rows.filter(pl.col("pollutant") == column)
        now, before = (own.filter(pl.col("period") == period) for period in (year, _year_before(year)))
        yield _scaled(_sum(now), mass_unit(column)[1])
        yield _change(now, before)


def _intensity(run: Run) -> Iterable[BulletinTable]:
    """Every intensity indicator that has a value, by boundary, in the last year that has one."""
    if not run.has("indicator"):
        return
    found = run.result("indicator").filter(pl.col("indicator_id").str.contains("_per_") & pl.col("value").is_not_null())
    rows = []
    keys = ("indicator_id", "adcode", "boundary", "variant")
    for key, own in found.sort("period").group_by(keys, maintain_order=True):
        last = own.row(-1, named=True)
        earlier = own.filter(pl.col("period") == _year_before(last["period"])).get_column("value").to_list()
        change = (last["value"] / earlier[0] - 1) * 100 if earlier and earlier[0] else None
        name = Text(*(_intensity_name(last, Labels(language)) for language in LANGUAGES))
        rows.append(BulletinRow(":".join(str(part) for part in key), name, (last["period"], last["value"], change)))
    if rows:
        yield BulletinTable("intensity", Text("排放强度", "Intensity"), _INTENSITY_COLUMNS, tuple(rows), ())


def _intensity_name(row: Mapping[str, Any], labels: Labels) -> str:
    """Indicator, boundary, variant, unit, and how well it is known."""
    what = (labels.indicator(row["indicator_id"]), labels.boundary(row["boundary"]), labels.variant(row["variant"]))
    known = (labels.unit(row["unit"]), labels.status(row["status"]))
    return f"{' · '.join(part for part in what if part)} [{' · '.join(part for part in known if part)}]"


_INTENSITY_COLUMNS = (
    BulletinColumn("period", Text("时段", "period")),
    BulletinColumn("value", Text("数值", "value")),
    BulletinColumn("change", Text("同比", "change"), same("%")),
)


def _notes(run: Run) -> Iterable[Text]:
    """GWP set, recalled and synthetic data, what is part of what, completeness and uncertainty."""
    manifest = run.manifest
    recalled = ", ".join(
        f"{substance_symbol(name)} {share:.1%}" for name, share in manifest["recalled"].items() if share
    )
    part_of = ", ".join(f"{p.symbol} ⊂ {substance_symbol(p.part_of)}" for p in POLLUTANTS if p.part_of)
    yield Text("二氧化碳当量按 {g} 计算。", "CO2 equivalents are under {g}.").format(g=manifest["gwp_set"])
    yield Text(
        "使用凭记忆录入、待核实参数的份额（按排放量）：{r}。",
        "Share of emissions that rests on recalled parameters, still to be checked: {r}.",
    ).format(r=recalled or "0")
    yield Text("包含关系（不可相加）：{p}。", "Parts of each other (never added): {p}.").format(p=part_of)
    if manifest.get("synthetic"):
        named = ", ".join(manifest["synthetic"])
        yield Text("含虚构（合成）数据：{s}。", "Contains synthetic data: {s}.").format(s=named)
    yield from _status_notes(run)


def _status_notes(run: Run) -> Iterable[Text]:
    """What the bulletin must say of completeness and uncertainty."""
    if run.has("completeness"):
        rows = run.result("completeness")
        covered = rows.filter(pl.col("state").is_in([state.value for state in COUNTED]))
        counted = dict(covered.drop_nulls("notation").group_by("notation").len().sort("notation").iter_rows())
        known = covered.filter(pl.col("notation").is_null()).height
        keys = ", ".join(f"{key} {count}" for key, count in counted.items()) or "-"
        yield Text(
            "完整性：方法所及的 {c} 个类别×物质中 {n} 个有数值；标记 {k}（NE 未估算，IE 计入他处，NO 未发生，NA 不适用，C 保密）。",
            "Completeness: of {c} categories × substances that a method covers {n} have figures; keys {k} (NE not "
            "estimated, IE included elsewhere, NO not occurring, NA not applicable, C confidential).",
        ).format(c=covered.height, n=known, k=keys)
    if not run.has("uncertainty") or run.result("uncertainty").drop_nulls(["p2_5_t", "p97_5_t"]).is_empty():
        yield Text("没有声明不确定性，不给区间。", "No uncertainty was declared: no interval is given.")


def bulletin_report(bulletin: Bulletin, language: Language) -> Report:
    """The bulletin as a printable report in one language; figures with four significant digits."""
    sections = [_section(table, language) for table in bulletin.tables]
    notes = tuple(Paragraph(note.in_language(language), "note") for note in bulletin.notes)
    heading = Text("说明", "Notes").in_language(language)
    facts = ((Text("运行编号", "run").in_language(language), bulletin.run_id), ("GWP", bulletin.gwp_set))
    subtitle = Text("预览稿，发布前须经主管部门审定", "preview; to be approved by the authority before publication")
    return Report(
        language, bulletin.title.in_language(language), subtitle.in_language(language),
        (*sections, Section("notes", heading, notes)), "", facts,
    )  # fmt: skip


def _section(table: BulletinTable, language: Language) -> Section:
    first = Heading(Text("项目", "item").in_language(language))
    numeric = [any(isinstance(row.values[at], float | int) for row in table.rows) for at in range(len(table.columns))]
    columns = [
        Heading(c.label.in_language(language), c.unit.in_language(language) if c.unit else "", numeric=n)
        for c, n in zip(table.columns, numeric, strict=True)
    ]
    body = tuple((row.label.in_language(language), *(_printed(value) for value in row.values)) for row in table.rows)
    last = frozenset(at for at, row in enumerate(table.rows) if row.row_id.split("_")[0] == "total")
    note = " ".join(one.in_language(language) for one in table.notes)
    title = table.title.in_language(language)
    return Section(table.table_id, title, (TableBlock(title, (first, *columns), body, last, note),))


def _printed(value: Value) -> str:
    return value if isinstance(value, str) else number(None if value is None else float(value))


def write_bulletin(run: Run, folder: Path, language: Language) -> None:
    """Write ``bulletin.xlsx`` (both languages), ``bulletin.docx`` and ``bulletin.html`` (one), and the reasons of the keys."""
    bulletin = bulletin_tables(run)
    write_bulletin_workbook(bulletin, folder / WORKBOOK)
    report = bulletin_report(bulletin, language)
    created = datetime.fromisoformat(run.manifest["created_at"])
    (folder / DOCUMENT).write_bytes(render_docx(report, created=created))
    (folder / PAGE).write_text(render_html(report), encoding="utf-8")
    write_notation(flow_table(run), folder)


def emission_totals(folder: Path, run: Run) -> dict[str, float]:
    """Tonnes per substance, read back from the table of totals: emission and amounts before removal, every period."""
    totals = dict.fromkeys(substance_columns(run.result("emission")), 0.0)
    table = next(table for table in read_bulletin(folder / WORKBOOK).tables if table.table_id == TOTALS)
    counted = [at for at, c in enumerate(table.columns) if c.column_id.startswith(("emission_", "before_removal_"))]
    for row in table.rows:
        held = (row.values[at] for at in counted)
        totals[row.row_id] += sum(value for value in held if isinstance(value, float)) * mass_unit(row.row_id)[1]
    return totals
