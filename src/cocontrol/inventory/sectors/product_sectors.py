"""The sectors whose emission is product × factor − recovery: fugitive, processes, solvents, storage, cooking, area dust."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Level, Location
from cocontrol.core.text import Text
from cocontrol.core.units import commensurable
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.activity import CONTROLLED, UNCONTROLLED
from cocontrol.inventory.findings import Finding
from cocontrol.inventory.lineage import EMISSION, Derived, local_input, not_estimated
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.linear import Line, linear_result
from cocontrol.inventory.sectors.product_coefficients import LocalFacts, derive_product, local_facts
from cocontrol.inventory.sectors.product_tables import PRODUCT_SECTORS, SHARED_TABLES
from cocontrol.inventory.sectors.products import (
    ProductLine,
    categories_of,
    lines_of,
    pollutants_by_category,
    pollutants_of,
    sector_products,
)
from cocontrol.reference.factors import factor_by_id

CH4_DENSITY = "process:refining:ch4_density:refining"
"""The factor that turns standard cubic metres of methane into tonnes."""


def estimate_products(sector_id: str, tables: Tables, context: SectorContext) -> SectorResult:
    """Emissions of one product sector: Σ amount × coefficient − recovery.

    Parameters
    ----------
    sector_id : one of `PRODUCT_SECTORS`; the table is ``<sector>_activity``
    tables : that table, and any of ``process_local_factor``, ``process_control``, ``process_recovery``

    Raises
    ------
    InvalidInput
        A unit that does not fit the product, contradictory local facts, more recovered than generated; all together.
    """
    local = local_facts(tables)
    rows = tables[f"{sector_id}_activity"].filter(pl.col("year").is_in(context.years))
    faults = FaultCollector()
    lines = [made for row in _rows(rows) for made in _lines(row, context, local, faults)]
    faults.raise_if_any(InvalidInput)
    recovered = _recovered(sector_id, tables.get("process_recovery"), context, lines)
    return linear_result(sector_id, [*lines, *recovered], _findings(sector_id, lines))


def _rows(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in frame.iter_rows(named=True):
        yield {"origin": "", **row}


def _lines(row: Mapping[str, Any], context: SectorContext, local: LocalFacts, faults: FaultCollector) -> Iterator[Line]:
    for line in lines_of(row["product"]):
        if not commensurable(row["unit"], line.unit):
            faults.add(_unit_fault(row, line))
            return
        amount = None if row["amount"] is None else row["amount"] * unit_factor(row["unit"], line.unit)
        state = CONTROLLED if local.has_control(line.product) else UNCONTROLLED
        name = line.product if line.line == "-" else f"{line.product}.{line.line}"
        yield Line(
            f"{row['adcode']}:{name}", row["adcode"], str(row["year"]), line.category, amount, line.unit,
            f"{line.category}/{name}/{state}/{context.document_profile}", row["origin"],
            derive_product(line, profile=context.document_profile, on=context.on, local=local),
            process=name, control_state=state,
        )  # fmt: skip


def _unit_fault(row: Mapping[str, Any], line: ProductLine) -> Fault:
    return Fault(
        "product.unit",
        Text("{p} 的单位不符", "the unit does not fit {p}").format(p=line.label),
        Location(file=row["origin"] or None, column="unit"),
        value=row["unit"],
        allowed=Text("可换算为 {u} 的单位", "a unit that converts to {u}").format(u=line.unit),
    )


def _recovered(sector_id: str, table: pl.DataFrame | None, context: SectorContext, lines: list[Line]) -> list[Line]:
    """A line for each recovery, with the coefficient −1: it is deducted where generation is estimated, and nowhere else."""
    if table is None:
        return []
    products = sector_products(sector_id)
    wanted = table.filter(pl.col("year").is_in(context.years) & pl.col("product").is_in(list(products)))
    generated = _generated(lines)
    faults, made = FaultCollector(), []
    for row in _rows(wanted):
        mass = _recovered_mass(row, faults)
        if mass is None:
            continue
        key = (row["adcode"], str(row["year"]), row["product"], row["pollutant"])
        have = generated.get(key)
        if have is not None and mass > have * (1 + 1e-9):
            faults.add(_too_much(row, mass, have))
        made.append(_recovery_line(row, mass, estimated=have is not None))
    faults.raise_if_any(InvalidInput)
    return made


def _generated(lines: list[Line]) -> dict[tuple[str, str, str, str], float]:
    parts: dict[tuple[str, str, str, str], list[float]] = defaultdict(list)
    for line in lines:
        for pollutant, derived in line.derived.items():
            if derived.value is not None and line.amount is not None:
                product = str(line.process).split(".")[0]
                parts[line.adcode, line.period, product, pollutant].append(derived.value * line.amount)
    return {key: math.fsum(values) for key, values in parts.items()}


def _recovered_mass(row: Mapping[str, Any], faults: FaultCollector) -> float | None:
    if commensurable(row["unit"], "t"):
        return float(row["recovered"]) * unit_factor(row["unit"], "t")
    density = factor_by_id(CH4_DENSITY)
    if row["pollutant"] == "CH4" and commensurable(row["unit"], "Nm3"):
        return float(row["recovered"]) * unit_factor(row["unit"], "1e4*Nm3") * density.value
    faults.add(
        Fault(
            "recovery.unit",
            Text("回收量的单位不可用", "the unit of the recovery cannot be used"),
            Location(file=row["origin"] or None, column="unit"),
            value=row["unit"],
            allowed=Text("质量单位；CH4 可用标准立方米", "a unit of mass; for CH4 also standard cubic metres"),
        )
    )
    return None


def _too_much(row: Mapping[str, Any], mass: float, have: float) -> Fault:
    return Fault(
        "recovery.exceeds_generation",
        Text("{p} 的 {g} 回收量超过产生量", "more {g} of {p} is recovered than generated").format(
            p=row["product"], g=row["pollutant"]
        ),
        Location(file=row["origin"] or None, column="recovered"),
        value=f"{mass:.6g} t",
        allowed=Text("不超过 {h:.6g} t", "at most {h:.6g} t").format(h=have),
        remedy=Text("核对回收量和因子", "check the recovery and the factor"),
    )


def _recovery_line(row: Mapping[str, Any], mass: float, *, estimated: bool) -> Line:
    line, pollutant = lines_of(row["product"])[0], row["pollutant"]
    entry = local_input("recovery", -1.0, f"t*{pollutant}/t", row["source"], row["origin"])
    derived = Derived(-1.0, "− recovery", (entry,), EMISSION) if estimated else not_estimated(_NOTHING_GENERATED)
    key = f"{line.category}/{line.product}/recovery/{pollutant}/{'deducted' if estimated else 'open'}"
    return Line(
        f"{row['adcode']}:{line.product}.recovery.{pollutant}", row["adcode"], str(row["year"]), line.category,
        mass, "t", key, row["origin"], {pollutant: derived}, process=f"{line.product}.recovery",
    )  # fmt: skip


def _findings(sector_id: str, lines: list[Line]) -> Iterator[Finding]:
    kilns = {line.process for line in lines if any(x.includes_fuel for x in lines_of(str(line.process).split(".")[0]))}
    for process in sorted(str(name) for name in kilns):
        origin = tuple(line.origin for line in lines if line.process == process and line.origin)
        subject = f"{sector_id}:{process}"
        yield Finding("sector.kiln_fuel", Level.LOW, subject, None, None, "", _KILN_FUEL.format(p=process), origin)


_NOTHING_GENERATED = Text(
    "产生量未估算，回收量不扣减", "the generation is not estimated, so the recovery is not deducted"
)
_KILN_FUEL = Text(
    "{p} 的大气污染物因子含窑炉燃料燃烧；能源平衡的工业燃烧若对同一燃料也给出因子，须在燃烧技术构成中扣除，以免重复",
    "the pollutant factors of {p} include the fuel of the kiln; where the energy balance gives the same fuel a factor in "
    "industry, take it out of the combustion technologies, or it counts twice",
)

_METHODS: dict[str, Text] = {
    "coal_mining": Text(
        "原煤产量 × 开采和矿后活动因子 − 回收利用（IPCC 2006 第2卷第4章；井工矿用实测因子）",
        "raw coal × factors of mining and post-mining − recovery (IPCC 2006, Vol. 2, Ch. 4; measured factors underground)",
    ),
    "oil_gas": Text("设施数或处理量 × 因子 − 回收", "number of facilities or throughput × factor − recovery"),
    "cooking": Text("活动水平 × 本地因子（参考数据无因子）", "activity × local factor (the reference has none)"),
    "dust_area": Text("面积 × 月数 × 本地因子", "area × months × local factor"),
}
_METHOD = Text(
    "产量或用量 × 因子 ×（1 − 应用率 × 去除效率）− 回收", "amount × factor × (1 − application × removal) − recovery"
)
_SOURCES: dict[str, Text] = {
    "coal_mining": Text(
        "煤炭生产企业核算指南 2014；省级清单指南；IPCC 2006", "NDRC coal guide 2014; provincial guide; IPCC 2006"
    ),
    "oil_gas": Text("石油天然气生产企业核算指南 2014；T/CSES 144-2024", "NDRC oil and gas guide 2014; T/CSES 144-2024"),
    "solvent": Text(
        "T/CSES 144-2024 表E.8；公告2014年第55号（回忆值）", "T/CSES 144-2024 Table E.8; MEP 2014 No. 55 (recalled)"
    ),
    "storage": Text("T/CSES 144-2024 表E.6", "T/CSES 144-2024 Table E.6"),
    "cooking": Text("无可用参考因子", "no usable reference factor"),
    "dust_area": Text("无可用参考因子", "no usable reference factor"),
}
_SOURCE = Text(
    "省级清单指南、行业核算指南、碳市场指南、IPCC 2006 第3卷；T/CSES 144-2024 表E.1",
    "provincial guide, NDRC guides, carbon-market guides, IPCC 2006 Vol. 3; T/CSES 144-2024 Table E.1",
)

PRODUCT_MODULES: tuple[SectorModule, ...] = tuple(
    SectorModule(
        sector_id=name,
        label=label,
        categories=categories_of(name),
        pollutants=pollutants_of(name),
        tables=(f"{name}_activity",),
        optional_tables=SHARED_TABLES,
        method=_METHODS.get(name, _METHOD),
        source=_SOURCES.get(name, _SOURCE),
        estimate=partial(estimate_products, name),
        by_category=pollutants_by_category(name),
    )
    for name, label in PRODUCT_SECTORS.items()
)
"""The sectors that are products × factors."""
