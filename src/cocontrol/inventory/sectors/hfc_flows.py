"""Banks of agents from flows by stage: filling, use and end of life (Tier 2 of the 2019 Refinement)."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cocontrol.core.common_columns import ADCODE, YEAR
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.tables import TABLES, Table
from cocontrol.core.text import Text
from cocontrol.inventory.lineage import local_input
from cocontrol.inventory.product_use.hfc_bank import TIER_2_FLOWS, tier_2_bank
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.columns import SOURCE, number
from cocontrol.inventory.sectors.hfc import (
    APPLICATION_COLUMN,
    APPLICATIONS,
    FLOW_TABLE,
    HFC_BANK_PARAMETER,
    HFC_MARKET,
    SUBSTANCE_COLUMN,
    SUBSTANCES,
    Row,
    Use,
    bank_parameters,
    estimate_uses,
    modelled_use,
    parameter_inputs,
    substances_by_category,
    years_without_rows,
)
from cocontrol.inventory.sectors.linear import Modelled, modelled_coefficient, modelled_result

KG_PER_TONNE = 1000.0

FLOWS: dict[str, Text] = {
    "produced": Text("生产量", "produced"),
    "imported_bulk": Text("散装进口量", "imported in bulk"),
    "exported_bulk": Text("散装出口量", "exported in bulk"),
    "imported_in_equipment": Text("随设备进口量", "imported in equipment"),
    "exported_in_equipment": Text("随设备出口量", "exported in equipment"),
    "recycled": Text("报废回收量", "recycled at end of life"),
    "destroyed": Text("报废销毁量", "destroyed at end of life"),
    "exported_used": Text("旧设备出口量", "exported in used equipment"),
}
"""Labels of `TIER_2_FLOWS`."""

HFC_FLOW = TABLES.declare(
    Table(
        name=FLOW_TABLE,
        label=Text("制冷剂流量", "flows of agents"),
        description=Text(
            "各用途每年的生产、进出口和报废回收，从开始使用的年份起逐年填写；没有填 0。同一用途只填本表或投放量表。",
            "Production, trade and recovery of each use, every year from the first; write 0 for none. A use stands "
            "either here or in the market table.",
        ),
        key=("adcode", "substance", "application", "year"),
        columns=(
            YEAR,
            ADCODE,
            SUBSTANCE_COLUMN,
            APPLICATION_COLUMN,
            *(number(name, FLOWS[name], Text("当年", "in the year"), "kg", required=True) for name in TIER_2_FLOWS),
            SOURCE,
        ),
    )
)


def estimate_flows(tables: Tables, context: SectorContext) -> SectorResult:
    """Emission of every substance and use, stage by stage (2019 Refinement, Vol. 3, Ch. 7, Tier 2; `tier_2_bank`).

    Parameters
    ----------
    tables : ``hfc_flow`` with every year from the first, ``hfc_bank_parameter`` with `fill_loss_share`

    Raises
    ------
    InvalidInput
        Uses without parameters, years with gaps, more agent leaving than there is, uses that the market table has, too.
    """
    _refuse_both(tables)
    return modelled_result("hfc_flow_bank", estimate_uses(tables, HFC_FLOW.name, context, _bank))


def _refuse_both(tables: Tables) -> None:
    market = tables.get(HFC_MARKET.name)
    if market is None:
        return
    keys = ["adcode", "substance", "application"]
    both = tables[HFC_FLOW.name].select(keys).unique(maintain_order=True).join(market, on=keys, how="semi")
    faults = [
        Fault(
            "hfc_bank.both_tables",
            Text("{s} 用于{a}在投放量表和流量表中都有，会重复计算", "{s} for {a} is in both tables and would count twice").format(
                s=substance, a=APPLICATIONS[application].label
            ),
            value=adcode,
            remedy=Text("只留一张表中的记录", "keep it in one table only"),
        )
        for adcode, substance, application in both.iter_rows()
    ]  # fmt: skip
    if faults:
        raise InvalidInput(*faults)


def _bank(use: Use, part: pl.DataFrame, row: Row, context: SectorContext) -> Iterator[Modelled]:
    parameters = bank_parameters(use, row, "fill_loss_share")
    bank = tier_2_bank(part.select("year", *(pl.col(name).cast(pl.Float64) for name in TIER_2_FLOWS)), parameters)
    origins = dict(zip(part["year"], part["origin"], strict=True)) if "origin" in part.columns else {}
    inputs = parameter_inputs(row, "fill_loss_share")
    for year in bank.filter(pl.col("year").is_in(context.years)).iter_rows(named=True):
        stages = [
            local_input(name, year[name], "kg", "tier_2_bank", "2019 Refinement, Vol. 3, Ch. 7") for name in _STAGES
        ]
        emitted, sold = year["total_emission_kg"] / KG_PER_TONNE, year["sales_kg"] / KG_PER_TONNE
        derived = modelled_coefficient(emitted, sold, f"({' + '.join(_STAGES)}) ÷ amount", [*inputs, *stages])
        yield modelled_use(use, year["year"], sold, emitted, derived, str(origins.get(year["year"]) or ""))
    yield from years_without_rows(use, part, context)


_STAGES = ("fill_emission_kg", "use_emission_kg", "end_of_life_emission_kg")

HFC_FLOW_BANK = SectorModule(
    sector_id="hfc_flow_bank",
    label=Text("制冷剂库（分环节）", "banks of agents by stage"),
    categories=tuple(dict.fromkeys(entry.category for entry in APPLICATIONS.values())),
    pollutants=tuple(SUBSTANCES),
    tables=(HFC_FLOW.name, HFC_BANK_PARAMETER.name),
    optional_tables=(HFC_MARKET.name,),
    method=Text("充灌 + 使用 + 报废环节排放", "emission when filling, in use and at end of life"),
    source=Text("IPCC 2006 指南 2019 修订版 第3卷第7章 方法2", "2019 Refinement of the IPCC Guidelines, Vol. 3, Ch. 7, Tier 2"),
    estimate=estimate_flows,
    by_category=substances_by_category(),
)  # fmt: skip
"""Emissions from banks of which the flows by stage are known."""
