"""Explain a figure of a run: from a total down to source cell, factor, document and clause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.provenance import Status, weakest
from cocontrol.core.text import Language, Text
from cocontrol.core.units import commensurable
from cocontrol.core.units import factor as unit_factor
from cocontrol.io.affected import affected_by
from cocontrol.io.cells import ELECTRICITY, EMISSION, INDICATOR, Cell, parse_cell, rows_of
from cocontrol.io.explanation import Explanation, number_text
from cocontrol.io.labels import Labels
from cocontrol.io.lineage import indicator_cell, inputs_of
from cocontrol.io.results import CO2E_MISSING, CO2E_PREFIX, GENERATION, substance_columns, substance_symbol
from cocontrol.io.runs import Run
from cocontrol.reference.scopes import LAND_USE, TOTAL_NAMES, TotalScope, in_land_use, rows_in_scope

__all__ = ["affected_by", "explain"]

LEVELS = ("adcode", "period", "category", "fuel")
"""Columns by which a total is split, outermost first; a level with one value only is passed over."""

_STATUSES = frozenset(status.value for status in Status)

_NARROW = frozenset({"scope", "category", "fuel", "source_id", "cell_id"})
"""Filters that say which rows are meant, so that only one total can be."""

SIDE_BY_SIDE = 2
"""Levels opened where several figures stand side by side; each names its cell, to be opened by itself."""


def explain(run: Run, cell: str | Cell, language: Language = "zh", *, depth: int | None = None) -> Explanation:
    """The tree of one figure in one language; `depth` limits the levels that are opened.

    Raises
    ------
    InvalidInput
        `cell` is not of the form (see `cocontrol.io.cells`).
    NotFound
        The run has no such figure; the message lists what there is.
    """
    wanted = parse_cell(cell) if isinstance(cell, str) else cell
    explainer = Explainer(run, language)
    ways: dict[str, Callable[[Cell], Explanation]] = {
        EMISSION: explainer.emission,
        INDICATOR: explainer.indicator,
        ELECTRICITY: explainer.electricity,
    }
    tree = ways[wanted.subject](wanted)
    return tree if depth is None else tree.cut(depth)


@dataclass(slots=True)
class Explainer:
    """Explains figures of one run in one language. Tables are read once, when first needed."""

    run: Run
    language: Language
    labels: Labels
    _tables: dict[str, pl.DataFrame]
    _lineage: dict[tuple[str, str], dict[str, Any]] | None
    _sources: dict[str, dict[str, Any]] | None

    def __init__(self, run: Run, language: Language) -> None:
        self.run = run
        self.language = language
        self.labels = Labels(language)
        self._tables = {}
        self._lineage = None
        self._sources = None

    def say(self, zh: str, en: str) -> str:
        """One of two words."""
        return zh if self.language == "zh" else en

    def table(self, name: str) -> pl.DataFrame:
        """A result table, read once."""
        if name not in self._tables:
            self._tables[name] = self.run.result(name)
        return self._tables[name]

    def lineage(self, coefficient_id: str, pollutant: str) -> dict[str, Any]:
        """The lineage row of one coefficient and pollutant; empty where there is none."""
        if self._lineage is None:
            rows = self.table("coefficient_lineage").iter_rows(named=True)
            self._lineage = {(row["coefficient_id"], row["pollutant"]): row for row in rows}
        return self._lineage.get((coefficient_id, pollutant), {})

    # ------------------------------------------------------------------ emissions

    def emission(self, cell: Cell) -> Explanation:
        """A total of the inventory, or one cell of it."""
        emission = self.table("emission")
        if cell.measure not in substance_columns(emission):
            raise NotFound(_no_measure(cell.measure, substance_columns(emission)))
        rows = self._arising(rows_of(emission, cell), cell.measure)
        land = rows.filter(in_land_use()).height
        if not cell.filters.keys() & _NARROW and land:
            if land < rows.height:
                return self._both_totals(rows, cell)
            cell = cell.narrowed(scope=TotalScope.WITH_LAND_USE)
        return self._total(rows, cell, list(LEVELS), self._place(cell))

    def _both_totals(self, rows: pl.DataFrame, cell: Cell) -> Explanation:
        """The total with land use, made of the total without it and of land use."""
        without = cell.narrowed(scope=TotalScope.WITHOUT_LAND_USE)
        parts = (
            (rows_in_scope(rows, TotalScope.WITHOUT_LAND_USE), without, self._place(without)),
            (rows.filter(in_land_use()), cell.narrowed(category=LAND_USE), self.labels.category(LAND_USE)),
        )
        nodes = tuple(self._total(own, named, list(LEVELS), label) for own, named, label in parts)
        known = [node.value for node in nodes if node.value is not None]
        detail = self.say("两种口径并列：不含与含土地利用", "two scopes side by side: without and with LULUCF")
        whole = cell.narrowed(scope=TotalScope.WITH_LAND_USE)
        return Explanation(
            self._place(whole), sum(known) if known else None, "t", detail,
            _weakest_of(nodes) if known else "NE", str(whole), nodes,
        )  # fmt: skip

    def _arising(self, rows: pl.DataFrame, measure: str) -> pl.DataFrame:
        """The rows that give off the substance: those with a figure or with a line in the lineage; all where none has."""
        if measure.startswith(CO2E_PREFIX):
            return rows
        held = [bool(self.lineage(key, measure)) for key in rows.get_column("coefficient_id")]
        kept = rows.filter(pl.col(measure).is_not_null() | pl.Series(held, dtype=pl.Boolean))
        return rows if kept.is_empty() else kept

    def _total(self, rows: pl.DataFrame, cell: Cell, levels: list[str], label: str) -> Explanation:
        """Sum of `rows`, split by the first level that has several values; one row is opened itself."""
        if rows.height == 1:
            return self._row(rows.row(0, named=True), cell, label)
        while levels and rows.get_column(levels[0]).n_unique() == 1:
            levels = levels[1:]
        values = rows.get_column(cell.measure)
        children = self._parts(rows, cell, levels)
        missing = values.null_count()
        known = values.len() - missing
        detail = self.say(f"{known} 个单元之和", f"sum of {known} cells")
        if missing:
            detail += self.say(f"，另有 {missing} 个未估算", f"; {missing} not estimated")
        if cell.measure.startswith(CO2E_PREFIX) and CO2E_MISSING in rows.columns:
            partial = rows.drop_nulls(cell.measure).get_column(CO2E_MISSING).drop_nulls().len()
            if partial:
                detail += self.say(
                    f"；其中 {partial} 个缺气体，为下限", f"; {partial} of them lack a gas and are lower bounds"
                )
        if before := self._before_control(rows, cell.measure):
            detail += self.say(
                f"；其中 {before} 个是产生量，未扣除治理", f"; {before} of them generation, removal not deducted"
            )
        return Explanation(
            label,
            float(values.sum()) if known else None,
            "t",
            detail,
            _weakest_of(children) if known else "NE",
            str(cell),
            tuple(children),
        )

    def _before_control(self, rows: pl.DataFrame, measure: str) -> int:
        """How many cells hold what is generated, not what is emitted."""
        known = rows.drop_nulls(measure).get_column("coefficient_id")
        return sum(self.lineage(coefficient, measure).get("stage") == GENERATION for coefficient in known)

    def _parts(self, rows: pl.DataFrame, cell: Cell, levels: list[str]) -> list[Explanation]:
        if not levels:
            return self._ordered(
                [
                    self._row(row, cell.narrowed(cell_id=row["cell_id"]), str(row["source_id"]))
                    for row in rows.iter_rows(named=True)
                ]
            )
        level, rest = levels[0], levels[1:]
        return self._ordered(
            [
                self._total(group, cell.narrowed(**{level: str(value)}), rest, self._level_label(level, str(value)))
                for (value,), group in rows.group_by([level], maintain_order=True)
            ]
        )

    @staticmethod
    def _ordered(nodes: list[Explanation]) -> list[Explanation]:
        """Largest first, missing ones last."""
        return sorted(nodes, key=lambda node: (node.value is None, -abs(node.value or 0.0)))

    def _row(self, row: dict[str, Any], cell: Cell, label: str) -> Explanation:
        """One inventory cell: amount × coefficient, or gas × GWP for a CO2 equivalent."""
        if cell.measure.startswith(CO2E_PREFIX):
            return self._equivalent_row(row, cell, label)
        lineage = self.lineage(row["coefficient_id"], cell.measure)
        value = row[cell.measure]
        if value is None:
            known = lineage.get("value") is not None
            reason = None if known else lineage.get(f"reason_{self.language}")
            reason = reason or self.say("活动水平缺失", "the activity amount is missing")
            notation = lineage.get("notation") or "NE"
            return Explanation(label, None, "t", reason, notation, str(cell), (self._amount(row),))
        detail = self.say("活动水平 × 系数", "activity × coefficient")
        if lineage.get("stage") == GENERATION:
            detail += self.say("；产生量，未扣除治理", "; generation, removal not deducted")
        children = (self._amount(row), self._coefficient(row, lineage))
        return Explanation(label, value, "t", detail, lineage.get("status"), str(cell), children)

    def _equivalent_row(self, row: dict[str, Any], cell: Cell, label: str) -> Explanation:
        children = []
        for gas, entry in self.run.manifest.get("gwp", {}).items():
            if gas not in row:
                continue
            gas_cell = Cell(EMISSION, gas, {**cell.filters, "cell_id": row["cell_id"]})
            gas_node = self._row(row, gas_cell, substance_symbol(gas))
            factor = Explanation(
                self.say("全球变暖潜势", "global warming potential"), entry["value"], "t CO2e/t",
                self._citation(entry), entry.get("status"),
            )  # fmt: skip
            if row[gas] is None:
                children.append(gas_node)
                continue
            weight = row[gas] * entry["value"]
            children.append(
                Explanation(
                    f"{substance_symbol(gas)} × GWP", weight, "t CO2e", "", gas_node.status, None, (gas_node, factor)
                )
            )
        status = _weakest_of(children)
        detail = self.say("各气体 × 全球变暖潜势之和", "sum of gases × global warming potential")
        if row.get(CO2E_MISSING):
            lacking = row[CO2E_MISSING]
            detail += self.say(f"；下限，缺 {lacking}", f"; lower bound, without {lacking}")
        value = row[cell.measure]
        return Explanation(
            label, value, "t", detail, status if value is not None else "NE", str(cell), tuple(self._ordered(children))
        )

    def _amount(self, row: dict[str, Any]) -> Explanation:
        sources = tuple(self._source(origin, row) for origin in _origins(row["origin"]))
        return Explanation(
            self.say("活动水平", "activity amount"),
            row["amount"],
            row["unit"],
            self._activity_detail(row),
            None,
            None,
            sources,
        )

    def _activity_detail(self, row: dict[str, Any]) -> str:
        category, fuel = self.labels.category(row["category"]), self.labels.fuel(row["fuel"])
        return f"{category} · {fuel} · {row['period']}"

    def _source(self, origin: str, row: dict[str, Any]) -> Explanation:
        """The source cell: its raw value and unit, and how it became the amount of the row."""
        if self._sources is None:
            self._sources = self._source_index()
        if origin not in self._sources:
            return Explanation(self.say("来源单元格", "source cell"), None, "", origin)
        found = self._sources[origin]
        value, unit = found.get("amount", found.get("value")), str(found.get("unit") or "")
        words = {"fuel": self.labels.fuel, "process": self.labels.process, "indicator": self.labels.role}
        parts = [word(str(found[key])) for key, word in words.items() if found.get(key)]
        detail = f"{origin} · {' / '.join(parts)}"
        if value and unit and commensurable(unit, row["unit"]) and unit != row["unit"]:
            detail += f" · 1 {unit} = {number_text(unit_factor(unit, row['unit']))} {row['unit']}"
        return Explanation(self.say("来源单元格", "source cell"), value, unit, detail)

    def _source_index(self) -> dict[str, dict[str, Any]]:
        index: dict[str, dict[str, Any]] = {}
        for entry in self.run.manifest["inputs"]:
            name = entry["table"]
            if self.run.has(name) and name not in {"facility", "air_quality_hourly"}:
                index |= {row["origin"]: row for row in self.table(name).iter_rows(named=True) if row.get("origin")}
        return index

    def _coefficient(self, row: dict[str, Any], lineage: dict[str, Any]) -> Explanation:
        factors = tuple(self._input(entry) for entry in inputs_of(lineage.get("inputs")))
        unit = lineage.get("unit") or f"t/{row['unit']}"
        return Explanation(
            self.say("系数", "coefficient"), lineage.get("value"), unit, self.labels.formula(lineage.get("formula") or ""),
            lineage.get("status"), None, factors,
        )  # fmt: skip

    def _input(self, entry: dict[str, Any]) -> Explanation:
        label = self.labels.role(str(entry.get("role") or ""))
        value = entry.get("value")
        number = float(value) if isinstance(value, int | float) else None
        nested = entry.get("inputs")
        children = tuple(self._input(one) for one in nested) if isinstance(nested, list) else ()
        return Explanation(
            label, number, str(entry.get("unit") or ""), self._citation(entry), entry.get("status"), None, children
        )

    def _citation(self, entry: dict[str, Any]) -> str:
        parts = [entry.get("factor_id"), entry.get("document"), entry.get("clause"), entry.get("origin")]
        return " · ".join(str(part) for part in parts if part)

    # ------------------------------------------------------------------ indicators

    def indicator(self, cell: Cell) -> Explanation:
        """One indicator, or every variant of it that the filters leave."""
        table = self.table("indicator")
        named = table.filter(pl.col("indicator_id") == cell.measure)
        if named.is_empty():
            raise NotFound(_no_measure(cell.measure, table.get_column("indicator_id").unique().sort().to_list()))
        rows = rows_of(named, cell)
        if rows.height == 1:
            return self._indicator_row(rows.row(0, named=True))
        children = tuple(self._indicator_row(row).cut(SIDE_BY_SIDE) for row in rows.iter_rows(named=True))
        detail = self.say(
            "不同年份、口径和版次并列，不相加", "years, boundaries and variants side by side, never added"
        )
        return Explanation(self.labels.indicator(cell.measure), None, "", detail, None, str(cell), children)

    def _indicator_row(self, row: dict[str, Any]) -> Explanation:
        parts = [row["period"], self.labels.boundary(row["boundary"]), self.labels.variant(row.get("variant"))]
        label = f"{self.labels.indicator(row['indicator_id'])} · {' · '.join(str(p) for p in parts if p)}"
        note = row.get(f"note_{self.language}")
        detail = self.say("；", "; ").join(part for part in (self.labels.formula(row["formula"] or ""), note) if part)
        children = tuple(self._indicator_input(entry) for entry in inputs_of(row["inputs"]))
        status = row["status"] if row["value"] is not None else "NE"
        return Explanation(
            label, row["value"], self.labels.unit(row["unit"]), detail, status, indicator_cell(row), children
        )

    def _indicator_input(self, entry: dict[str, Any]) -> Explanation:
        if entry.get("table") == EMISSION and entry.get("cell"):
            return self.emission(parse_cell(str(entry["cell"])))
        value = entry.get("value")
        words: dict[str, Callable[[str], str]] = {
            "fuel": self.labels.fuel, "process": self.labels.process, "year": str, "price_basis": self.labels.variant,
            "vintage": self.labels.variant, "kind": self.labels.grid_kind, "source": str, "origin": str,
        }  # fmt: skip
        parts = [word(str(entry[key])) for key, word in words.items() if entry.get(key) not in (None, "")]
        nested = inputs_of(entry["inputs"]) if isinstance(entry.get("inputs"), str) else entry.get("inputs") or []
        return Explanation(
            self.labels.role(str(entry.get("role") or "")),
            float(value) if isinstance(value, int | float) else None,
            self.labels.unit(str(entry.get("unit") or "")),
            " · ".join(parts),
            entry.get("status"),
            None,
            tuple(self._input(one) for one in nested),
        )

    # ------------------------------------------------------------------ purchased electricity

    def electricity(self, cell: Cell) -> Explanation:
        """Indirect emissions of purchased electricity, by kind of grid factor, side by side."""
        table = self.table(ELECTRICITY)
        if cell.measure not in substance_columns(table):
            raise NotFound(_no_measure(cell.measure, substance_columns(table)))
        children = tuple(self._electricity_row(row, cell) for row in rows_of(table, cell).iter_rows(named=True))
        if len(children) == 1:
            return children[0]
        label = self.say("电力间接排放", "indirect emissions of electricity")
        detail = self.say("各类电网因子并列，不相加", "kinds of grid factor side by side, never added")
        return Explanation(label, None, "", detail, None, str(cell), children)

    def _electricity_row(self, row: dict[str, Any], cell: Cell) -> Explanation:
        amount = Explanation(
            self.say("电量", "electricity"), row.get("amount"), str(row.get("unit") or ""), str(row.get("origin") or "")
        )
        inputs = tuple(self._input(entry) for entry in inputs_of(row.get("inputs")))
        label = " · ".join([self.labels.grid_kind(str(row["kind"])), *self._electricity_place(row)])
        note = row.get(f"note_{self.language}") or row.get(f"reason_{self.language}") or ""
        value = row[cell.measure]
        return Explanation(
            f"{substance_symbol(cell.measure)} · {label}", value, "t", note,
            row.get("status") if value is not None else row.get("notation") or "NE", None, (amount, *inputs),
        )  # fmt: skip

    def _electricity_place(self, row: dict[str, Any]) -> list[str]:
        sector = [self.labels.category(row["category"])] if row.get("category") else []
        bases = {"net_import": self.say("净调入", "net import"), "consumption": self.say("消费", "consumption")}
        return [bases.get(str(row["basis"]), str(row["basis"])), *sector, str(row["period"])]

    # ------------------------------------------------------------------ words

    def _place(self, cell: Cell) -> str:
        region = self.labels.region(cell.filters.get("adcode", str(self.run.manifest["workspace"]["region"])))
        parts = [substance_symbol(cell.measure), region]
        parts += [self._level_label(key, value) for key, value in cell.filters.items() if key != "adcode"]
        return " · ".join(parts)

    def _level_label(self, level: str, value: str) -> str:
        words: dict[str, Callable[[str], str]] = {
            "category": self.labels.category,
            "fuel": self.labels.fuel,
            "adcode": self.labels.region,
            "scope": lambda scope: TOTAL_NAMES[TotalScope(scope)].in_language(self.language),
        }
        return words[level](value) if level in words else value


def _weakest_of(nodes: Sequence[Explanation]) -> str:
    """The weakest status of the parts that have one; a part without a value has a notation key instead."""
    return weakest(*(Status(node.status) for node in nodes if node.status in _STATUSES)).value


def _origins(origin: str | None) -> list[str]:
    """The source cells of an origin; several are separated by a semicolon."""
    return [part.strip() for part in (origin or "").split(";") if part.strip()]


def _no_measure(measure: str, known: list[str]) -> Fault:
    return Fault(
        "cell.measure",
        Text("结果中没有这一项", "the results hold no such measure"),
        value=measure,
        allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(known)),
    )
