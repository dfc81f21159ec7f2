"""Which results rest on which factor: the lineage read backwards, from factor to every figure it shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text
from cocontrol.inventory.combustion_checks import product_fuels
from cocontrol.io.cells import Cell
from cocontrol.io.lineage import factor_uses, factors_of, indicator_cell, inputs_of
from cocontrol.io.results import CO2E_GASES, CO2E_PREFIX, substance_columns
from cocontrol.io.runs import Run

AFFECTED_SCHEMA = {
    "table": pl.String,
    "cell": pl.String,
    "column": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "role": pl.String,
}
"""Columns of the answer; keyed (`table`, `cell`, `column`). `role` is what the factor does for the figure."""

ROUNDING = 1e-9
"""Share of a fuel's energy below which a term of its balance is noise of 64-bit sums, not content."""

Row = dict[str, Any]


def affected_by(run: Run, factor_id: str) -> pl.DataFrame:
    """The figures of a run that a change of the factor would change: table ``AFFECTED_SCHEMA``.

    Emission cells through their coefficients; CO2 equivalents through their gases and through the GWP
    values; sums by sector, indirect electricity, reference approach, findings and indicators through what
    they are made of. A cell without a value, or of zero activity, follows no factor and is
    not listed.

    Raises
    ------
    NotFound
        No result uses the factor; the message names some that are used.
    """
    uses = factor_uses(run.result("coefficient_lineage"))
    trace = _Trace(run, factor_id, uses.filter(pl.col("factor_id") == factor_id))
    made = pl.DataFrame([row for row in trace.rows() if row["value"]], schema=AFFECTED_SCHEMA)
    if made.is_empty():
        raise NotFound(_unused(factor_id, uses.get_column("factor_id").unique().sort().to_list()))
    return made


@dataclass(slots=True)
class _Trace:
    """One factor followed through one run."""

    run: Run
    factor_id: str
    uses: pl.DataFrame

    def rows(self) -> Iterator[Row]:
        """Every figure touched, table by table."""
        cells = list(self._emission())
        yield from (row for row, _ in cells)
        places = {(row["column"], source["adcode"], source["period"], source["category"]) for row, source in cells}
        yield from self._sectors(places)
        reference = list(self._reference_sources())
        yield from self._reference(reference)
        yield from self._findings({(s["adcode"], s["period"], s["fuel"]) for row, s in cells if row["column"] == "CO2"})
        indirect = list(self._electricity())
        yield from (row for row, _ in indirect)
        bought = [source for _, source in indirect]
        yield from self._indicators({place[:3] for place in places}, bought, reference)

    def _emission(self) -> Iterator[tuple[Row, Row]]:
        emission = self.run.result("emission")
        roles = {(row["coefficient_id"], row["pollutant"]): row["role"] for row in self.uses.iter_rows(named=True)}
        weighted = self._gwp_gases()
        columns = substance_columns(emission)
        for source in emission.iter_rows(named=True):
            for column in columns:
                role = _role(source, column, roles, weighted)
                if role is not None and source[column] is not None:
                    cell = Cell("emission", column, {"cell_id": source["cell_id"]})
                    yield _row("emission", str(cell), column, source[column], "t", role), source

    def _gwp_gases(self) -> set[str]:
        """Gases whose potential in the run's GWP set is the factor."""
        entries = self.run.manifest.get("gwp", {})
        return {gas for gas, entry in entries.items() if entry["factor_id"] == self.factor_id}

    def _sectors(self, places: set[tuple[str, str, str, str]]) -> Iterator[Row]:
        if not self.run.has("emission_by_sector"):
            return
        for source in self.run.result("emission_by_sector").iter_rows(named=True):
            keys = {key: source[key] for key in ("adcode", "period", "category")}
            for column in substance_columns(self.run.result("emission")):
                if (column, *keys.values()) in places:
                    cell = Cell("emission", column, keys)
                    yield _row("emission_by_sector", str(cell), column, source[column], "t", "sum")

    def _findings(self, burnt: set[tuple[str, str, str]]) -> Iterator[Row]:
        """Findings that weigh energy with the CO2 coefficient of a fuel: recovered gases, fuels used as products."""
        if not self.run.has("finding"):
            return
        fuels = {fuel for _, _, fuel in burnt}
        products = {(adcode, period) for adcode, period, fuel in burnt if fuel in product_fuels()}
        for source in self.run.result("finding").iter_rows(named=True):
            adcode, period, *rest = source["subject"].split("/")
            doubled = source["rule"] == "combustion.counted_twice" and rest[0] in fuels
            product = source["rule"] == "combustion.product_burnt" and (adcode, period) in products
            if doubled or product:
                cell = f"rule={source['rule']},subject={source['subject']}"
                yield _row("finding", cell, "found", source["found"], source["unit"], "factor")

    def _reference_sources(self) -> Iterator[Row]:
        """Rows of the reference approach whose CO2 coefficient uses the factor."""
        if not self.run.has("reference_approach"):
            return
        for source in self.run.result("reference_approach").iter_rows(named=True):
            if self._used(source["inputs"]) is not None and source["factor"] is not None:
                yield source

    def _reference(self, touched: list[Row]) -> Iterator[Row]:
        """Figures of those rows, and the causes they sum to."""
        for source in touched:
            cell = ",".join(f"{key}={source[key]}" for key in ("adcode", "period", "fuel"))
            for column in ("factor", "CO2_reference", "CO2_sectoral", "CO2_difference"):
                unit = "t/TJ" if column == "factor" else "t"
                yield _row("reference_approach", cell, column, source[column], unit, "factor")
        if self.run.has("reference_difference"):
            yield from self._reference_terms(touched)

    def _reference_terms(self, touched: list[Row]) -> Iterator[Row]:
        for source in self.run.result("reference_difference").iter_rows(named=True):
            term = f"{source['term']}_tj"
            same_place = [r for r in touched if (r["adcode"], r["period"]) == (source["adcode"], source["period"])]
            if any(abs(row[term]) > ROUNDING * abs(row["apparent_tj"]) for row in same_place):
                cell = ",".join(f"{key}={source[key]}" for key in ("adcode", "period", "term"))
                yield _row("reference_difference", cell, "CO2", source["CO2"], "t", "sum")

    def _electricity(self) -> Iterator[tuple[Row, Row]]:
        if not self.run.has("electricity_indirect"):
            return
        for source in self.run.result("electricity_indirect").drop_nulls("CO2").iter_rows(named=True):
            role = self._used(source["inputs"])
            if role is not None:
                keys = ("adcode", "period", "basis", "kind", "category")
                cell = Cell("electricity_indirect", "CO2", {key: source[key] for key in keys if source[key]})
                yield _row("electricity_indirect", str(cell), "CO2", source["CO2"], "t", role), source

    def _used(self, inputs: str | None) -> str | None:
        """What the factor does in a row's own inputs; None where it is not among them."""
        roles = [entry for entry in factors_of(inputs_of(inputs)) if entry["factor_id"] == self.factor_id]
        return str(roles[0].get("role") or "factor") if roles else None

    def _indicators(
        self, totals: set[tuple[str, str, str]], indirect: list[Row], reference: list[Row]
    ) -> Iterator[Row]:
        if not self.run.has("indicator"):
            return
        bought = {(row["kind"], row["adcode"], row["period"]) for row in indirect if row["basis"] == "net_import"}
        fuels = {(row["adcode"], row["period"], row["fuel"]) for row in reference}
        for source in self.run.result("indicator").drop_nulls("value").iter_rows(named=True):
            if any(_rests_on(entry, source, totals, bought, fuels) for entry in inputs_of(source["inputs"])):
                yield _row("indicator", indicator_cell(source), "value", source["value"], source["unit"], "input")


def _role(source: Row, column: str, roles: dict[tuple[str, str], str], weighted: set[str]) -> str | None:
    """What the factor does for one emission cell, None for nothing."""
    if not column.startswith(CO2E_PREFIX):
        return roles.get((source["coefficient_id"], column))
    if any(source.get(gas) for gas in weighted):
        return "gwp"
    gases = [gas for (coefficient, gas) in roles if coefficient == source["coefficient_id"]]
    held = [gas for gas in gases if source.get(gas) is not None and gas in CO2E_GASES]
    return roles[source["coefficient_id"], held[0]] if held else None


Places = set[tuple[str, str, str]]


def _rests_on(entry: Row, indicator: Row, totals: Places, bought: Places, fuels: Places) -> bool:
    """Whether one input of an indicator is a touched total, purchased electricity or fuel of the reference approach."""
    if entry.get("table") == "emission" and entry.get("cell"):
        measure, _, filters = str(entry["cell"]).partition("@")
        keys = dict(part.split("=", 1) for part in filters.split(","))
        return (measure, keys["adcode"], keys["period"]) in totals
    if entry.get("table") == "electricity_indirect":
        return (str(entry["kind"]), str(indicator["adcode"]), str(indicator["period"])) in bought
    if entry.get("table") == "reference_approach":
        place = str(indicator["adcode"]), str(indicator["period"])
        return any((*place, fuel) in fuels for fuel in entry["fuels"])
    return False


def _row(table: str, cell: str, column: str, value: float | None, unit: str, role: str) -> Row:
    return {"table": table, "cell": cell, "column": column, "value": value, "unit": unit, "role": role}


def _unused(factor_id: str, used: list[str]) -> Fault:
    listed = ", ".join(used[:20]) + (" …" if len(used) > 20 else "")
    return Fault(
        "lineage.unused",
        Text("没有结果用到该因子", "no result uses the factor"),
        value=factor_id,
        allowed=Text("用到的因子：{u}", "factors in use: {u}").format(u=listed),
    )
