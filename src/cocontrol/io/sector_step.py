"""The step of a run that estimates the sectors beyond the energy balance, and adds their rows to the tables of the run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

import polars as pl

from cocontrol.core.errors import CocontrolError, Fault, FaultCollector, InvalidInput
from cocontrol.core.notation import NotationKey
from cocontrol.core.text import Text
from cocontrol.inventory.ledger import ledger_entry, ledger_table
from cocontrol.inventory.sectors import SECTORS
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, join_results
from cocontrol.io.results import CO2E_GASES, CO2E_MISSING, substance_columns
from cocontrol.reference import gwp

Tables = Mapping[str, pl.DataFrame]

Cell = tuple[str, str, str, str]

CARBON = "CO2"

NO_FUEL = "no_fuel"
"""Fuel code of rows whose emission is not from fuel."""

_ELSEWHERE = Text(
    "该燃料的排放已计入能源平衡的 {c}，此处不重复计算",
    "the fuel is counted under {c} of the energy balance and not a second time here",
)


def run_sectors(tables: Tables, context: SectorContext, gwp_set: str) -> dict[str, pl.DataFrame]:
    """The tables of the run with the rows of every sector whose input tables are there; empty where there is none.

    Fuel that the energy balance holds already is included elsewhere (IE), see `SectorModule.overlaps`.

    Raises
    ------
    InvalidInput
        What is wrong with the input of any sector, all sectors together.
    """
    modules = [module for module in SECTORS if module.can_run(tables)]
    if not modules:
        return {}
    result = join_results(_estimates(modules, tables, context))
    emission = sector_co2e(result.emission, result.coefficient_lineage, gwp_set)
    made = {
        "activity": result.activity,
        "coefficient": result.coefficient,
        "coefficient_lineage": result.coefficient_lineage,
        "emission": emission,
        "finding": result.finding,
        "ledger": sector_ledger(result),
    }
    return {name: _below(tables.get(name), _with_fuel(frame)) for name, frame in made.items()}


def any_sector(tables: Tables) -> bool:
    """Whether there are the input tables of any sector."""
    return any(module.can_run(tables) for module in SECTORS)


def sector_faults(tables: Tables, context: SectorContext) -> tuple[Fault, ...]:
    """What any sector refuses in its input tables, all sectors together; empty where a run would take them."""
    try:
        _estimates((module for module in SECTORS if module.can_run(tables)), tables, context)
    except InvalidInput as error:
        return tuple(error.faults)
    return ()


def _with_fuel(frame: pl.DataFrame) -> pl.DataFrame:
    """Activities that burn nothing have the fuel code ``no_fuel``, so that tables by fuel hold them, too."""
    return frame.with_columns(pl.col("fuel").fill_null(NO_FUEL)) if "fuel" in frame.columns else frame


def _estimates(modules: Iterable[SectorModule], tables: Tables, context: SectorContext) -> list[SectorResult]:
    faults, made = FaultCollector(), []
    for module in modules:
        try:
            result = module.estimate(tables, context)
        except CocontrolError as error:
            faults.extend(_named(module, fault) for fault in error.faults)
        else:
            made.append(included_elsewhere(result, tables.get("emission"), module.overlaps))
    faults.raise_if_any(InvalidInput)
    return made


def _named(module: SectorModule, fault: Fault) -> Fault:
    return replace(fault, message=Text("{s}：{m}", "{s}: {m}").format(s=module.label, m=fault.message))


def _below(held: pl.DataFrame | None, added: pl.DataFrame) -> pl.DataFrame:
    return added if held is None else pl.concat([held, added], how="diagonal")


def included_elsewhere(result: SectorResult, held: pl.DataFrame | None, overlaps: tuple[str, ...]) -> SectorResult:
    """The result without what the energy balance has already: null with the notation IE where the balance has a figure.

    Compared by area, period and fuel, as the balance names it (`balance_fuels`). The balance holds all fuel of its area, so CO2 is in it as soon as any category that
    begins with one of `overlaps` has the CO2 of that fuel. Other substances depend on where the fuel burns: they are in it only
    where the category of the row itself, or one above it, has a figure. A coefficient of a sector that overlaps names its area
    and year, so that it can be marked as a whole.
    """
    if held is None or not overlaps:
        return result
    known = _figures(held, overlaps)
    marks: dict[tuple[str, str], str] = {}
    for row in result.emission.filter(pl.col("fuel").is_not_null()).iter_rows(named=True):
        for pollutant in substance_columns(result.emission):
            fuel = balance_fuels().get(row["fuel"], row["fuel"])
            categories = known.get((row["adcode"], row["period"], fuel, pollutant), [])
            own = [c for c in categories if _holds(c, row["category"])]
            if where := own or (categories if pollutant == CARBON else []):
                marks[row["coefficient_id"], pollutant] = ", ".join(dict.fromkeys(where))
    return _marked(result, marks) if marks else result


@lru_cache(maxsize=1)
def balance_fuels() -> dict[str, str]:
    """Fuels that energy statistics hold under another one: fuel code → fuel code of the balance."""
    data = (files("cocontrol.inventory") / "data" / "balance_fuels.csv").read_bytes()
    return dict(pl.read_csv(data).select("fuel", "balance_fuel").iter_rows())


def _holds(category: str, below: str) -> bool:
    """Whether a category of the balance is that of the row or one above; ``1A3-P`` stands for 1A3 as a whole."""
    return below.startswith(category.partition("-")[0])


def _figures(held: pl.DataFrame, overlaps: tuple[str, ...]) -> dict[Cell, list[str]]:
    rows = held.filter(pl.any_horizontal([pl.col("category").str.starts_with(start) for start in overlaps]))
    found: dict[Cell, list[str]] = {}
    for pollutant in substance_columns(held):
        for row in rows.drop_nulls(pollutant).iter_rows(named=True):
            fuel = balance_fuels().get(row["fuel"], row["fuel"])
            found.setdefault((row["adcode"], row["period"], fuel, pollutant), []).append(row["category"])
    return found


def _marked(result: SectorResult, marks: Mapping[tuple[str, str], str]) -> SectorResult:
    lineage = [_elsewhere(row, marks) for row in result.coefficient_lineage.iter_rows(named=True)]
    return replace(
        result,
        coefficient_lineage=pl.DataFrame(lineage, schema=result.coefficient_lineage.schema),
        coefficient=_blanked(result.coefficient, marks),
        emission=_blanked(result.emission, marks),
    )


def _elsewhere(row: dict[str, Any], marks: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    category = marks.get((row["coefficient_id"], row["pollutant"]))
    if category is None:
        return row
    reason = _ELSEWHERE.format(c=category)
    gone = {"value": None, "stage": None, "status": None, "notation": NotationKey.IE.value}
    return {**row, **gone, "reason_zh": reason.zh, "reason_en": reason.en}


def _blanked(frame: pl.DataFrame, marks: Mapping[tuple[str, str], str]) -> pl.DataFrame:
    pollutants = dict.fromkeys(pollutant for _, pollutant in marks)
    return frame.with_columns(
        pl.when(~pl.col("coefficient_id").is_in([key for key, name in marks if name == p])).then(pl.col(p)).alias(p)
        for p in pollutants
        if p in frame.columns
    )


def sector_co2e(emission: pl.DataFrame, lineage: pl.DataFrame, gwp_set: str) -> pl.DataFrame:
    """The emissions with ``CO2e_<set>`` (t) and ``CO2e_missing``, as the fuel burnt has them.

    A gas that does not arise from a row (no line in the lineage), occurs elsewhere or is a memo item is not missing; one that is
    not estimated (NE), has no amount or no potential in the set is.
    """
    gases = [gas for gas in CO2E_GASES if gas in emission.columns]
    potentials = gwp.gwp_set(gwp_set)
    weighted = [pl.col(gas) * potentials[gas].value for gas in gases if gas in potentials]
    if not weighted:
        empty = pl.lit(None, pl.Float64).alias(gwp.co2e_column(gwp_set))
        return emission.with_columns(empty, pl.lit(None, pl.String).alias(CO2E_MISSING))
    known = pl.any_horizontal([pl.col(gas).is_not_null() for gas in gases if gas in potentials])
    words = [pl.when(_is_missing(gas, lineage, gas in potentials)).then(pl.lit(gas)) for gas in gases]
    lacking = pl.concat_str(words, separator=",", ignore_nulls=True)
    return emission.with_columns(
        pl.when(known).then(pl.sum_horizontal(weighted)).alias(gwp.co2e_column(gwp_set)),
        pl.when(known & (lacking != "")).then(lacking).alias(CO2E_MISSING),
    )


def _is_missing(gas: str, lineage: pl.DataFrame, has_potential: bool) -> pl.Expr:
    rows = lineage.filter(pl.col("pollutant") == gas)
    open_ids = rows.filter(pl.col("notation") == NotationKey.NE.value)["coefficient_id"].unique().to_list()
    all_ids = rows["coefficient_id"].unique().to_list()
    not_estimated = pl.col(gas).is_null() & pl.col("coefficient_id").is_in(open_ids)
    no_amount = pl.col("amount").is_null() & pl.col(gas).is_null() & pl.col("coefficient_id").is_in(all_ids)
    return not_estimated | no_amount | (pl.col(gas).is_not_null() & (not has_potential))


def sector_ledger(result: SectorResult) -> pl.DataFrame:
    """Tonnes from amount × coefficient into the emissions of the sectors, by category (stage ``compute``).

    Incoming is worked out anew, one product at a time; rows of models with memory enter as they are. Rows without coefficient
    have no tonnes to drop: the reason counts them.
    """
    pollutants = substance_columns(result.emission)
    coefficient = {row["coefficient_id"]: row for row in result.coefficient.iter_rows(named=True)}
    entries = []
    for (category,), part in result.emission.group_by(["category"], maintain_order=True):
        rows = part.to_dicts()
        for pollutant in pollutants:
            products, blank = _products(rows, coefficient, pollutant)
            out = part[pollutant].drop_nulls()
            if products or len(out):
                entries.append(
                    ledger_entry(
                        "compute", pollutant, str(category), incoming=math.fsum(products), outgoing=math.fsum(out),
                        scale=math.fsum(abs(p) for p in products), reason=_blank(blank, pollutant),
                    )
                )  # fmt: skip
    return ledger_table(entries)


def _products(
    rows: list[dict[str, Any]], coefficient: Mapping[str, dict[str, Any]], pollutant: str
) -> tuple[list[float], int]:
    products, blank = [], 0
    for row in rows:
        per_unit = coefficient[row["coefficient_id"]].get(pollutant)
        if per_unit is not None and row["amount"] is not None:
            products.append(row["amount"] * per_unit)
        elif row[pollutant] is not None:
            products.append(row[pollutant])
        else:
            blank += 1
    return products, blank


def _blank(count: int, pollutant: str) -> Text | None:
    words = Text("{n} 行没有 {p} 的系数或活动水平", "{n} rows have no coefficient or amount for {p}")
    return words.format(n=count, p=pollutant) if count else None
