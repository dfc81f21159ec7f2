"""CO2 of pollution control itself: reagents of desulphurisation and denitration, burnt VOCs, auxiliary electricity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.common_columns import ADCODE, YEAR, choice
from cocontrol.core.errors import CocontrolError, Fault, FaultCollector, InvalidInput, Level, Location
from cocontrol.core.notation import NotationKey
from cocontrol.core.tables import TABLES, Table
from cocontrol.core.text import Text
from cocontrol.core.units import commensurable
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.findings import Finding
from cocontrol.inventory.lineage import EMISSION, Derived, local_input, not_estimated
from cocontrol.inventory.sectors.catalogue import SectorContext, SectorModule, SectorResult, Tables
from cocontrol.inventory.sectors.columns import AMOUNT, SOURCE, UNIT, number
from cocontrol.inventory.sectors.linear import Line, linear_result
from cocontrol.inventory.sectors.product_coefficients import mass_per_unit
from cocontrol.reference.electricity import electricity_factor
from cocontrol.reference.factors import factor_by_id

ELECTRICITY = "auxiliary_electricity"


@dataclass(frozen=True, slots=True)
class Operation:
    """One way in which pollution control gives off CO2: category, unit, factor (None: worked out otherwise)."""

    category: str
    unit: str
    factor_id: str | None
    label: Text
    needs_purity: bool = False


OPERATIONS: dict[str, Operation] = {
    "limestone_used": Operation(
        "2A4d", "t", "process:carbonates:carbonate_ef:caco3",
        Text("脱硫石灰石用量", "limestone used in desulphurisation"), needs_purity=True,
    ),
    "so2_removed_limestone": Operation(
        "2A4d", "t", "STOICHIOMETRY:CE0175", Text("石灰石-石膏法脱除的 SO2", "SO2 removed by limestone")
    ),
    "so2_removed_bicarbonate": Operation(
        "2A4b", "t", "STOICHIOMETRY:CE0177", Text("碳酸氢钠干法脱除的 SO2", "SO2 removed by sodium bicarbonate")
    ),
    "urea_stationary": Operation(
        "2D-U", "t", "STOICHIOMETRY:CE0180",
        Text("固定源脱硝尿素用量", "urea used in stationary denitration"), needs_purity=True,
    ),
    "urea_vehicles": Operation(
        "1A3bvi", "t", "STOICHIOMETRY:CE0180", Text("车用尿素溶液", "urea solution of vehicles"), needs_purity=True
    ),
    "vocs_burnt": Operation("2D3-O", "t", "STOICHIOMETRY:CE0186", Text("焚烧处理的 VOCs", "VOCs burnt in oxidisers")),
    ELECTRICITY: Operation("1A1ai", "kWh", None, Text("治污设施用电", "electricity of pollution control")),
}  # fmt: skip
"""What the table may hold, by code."""

CONTROL_OPERATION = TABLES.declare(
    Table(
        name="control_operation",
        label=Text("治污设施运行", "operation of pollution control"),
        description=Text(
            "治污设施的药剂用量、脱除量和用电量；用于计算治污自身的 CO2。",
            "Reagents, removal and electricity of pollution control, from which its own CO2 follows.",
        ),
        key=("year", "adcode", "operation"),
        columns=(
            YEAR,
            ADCODE,
            choice(
                "operation",
                Text("运行项目", "operation"),
                Text("同一脱硫设施只填用量或脱除量之一", "give the use or the removal of a plant, not both"),
                {code: entry.label for code, entry in OPERATIONS.items()},
            ),
            AMOUNT,
            UNIT,
            number(
                "purity",
                Text("纯度", "purity"),
                Text(
                    "药剂的有效成分质量分数，0–1；尿素溶液 32.5% 填 0.325",
                    "mass fraction of the reagent, 0–1; AUS32 is 0.325",
                ),
                "1",
                maximum=1,
            ),
            SOURCE,
        ),
    )
)


def estimate_control(tables: Tables, context: SectorContext) -> SectorResult:
    """CO2 of reagents and burnt VOCs: amount × purity × stoichiometric factor, each in a row of its own.

    Limestone: 44/100 of CaCO3 (IPCC 2006 Guidelines, Vol. 3, Ch. 2, 2.5, category 2A4d). Urea: 44/60 (Vol. 2, Ch. 3,
    Eq. 3.2.2). The CO2 of auxiliary electricity arises at the power plant and is counted there: the row carries IE, and a
    finding states how much it is by the average grid factor.

    Parameters
    ----------
    tables : ``control_operation``

    Raises
    ------
    InvalidInput
        A unit that does not fit; limestone given both as used and by the SO2 removed for one area and year.
    """
    rows = [
        {"origin": "", **row}
        for row in tables[CONTROL_OPERATION.name].filter(pl.col("year").is_in(context.years)).iter_rows(named=True)
    ]
    faults = FaultCollector()
    faults.extend(_unit_faults(rows))
    faults.extend(_double_faults(rows))
    faults.raise_if_any(InvalidInput)
    return linear_result("control", [_line(row) for row in rows], _memos(rows))


def _unit_faults(rows: list[dict[str, Any]]) -> Iterator[Fault]:
    for row in rows:
        entry = OPERATIONS[row["operation"]]
        if not commensurable(row["unit"], entry.unit):
            yield Fault(
                "control_operation.unit",
                Text("{l} 的单位不符", "the unit does not fit {l}").format(l=entry.label),
                Location(file=row["origin"] or None, column="unit"),
                value=row["unit"],
                allowed=Text("可换算为 {u}", "a unit that converts to {u}").format(u=entry.unit),
            )


def _double_faults(rows: list[dict[str, Any]]) -> Iterator[Fault]:
    seen: dict[tuple[str, int], set[str]] = {}
    for row in rows:
        seen.setdefault((row["adcode"], row["year"]), set()).add(row["operation"])
    for (adcode, year), held in seen.items():
        if {"limestone_used", "so2_removed_limestone"} <= held:
            yield Fault(
                "control_operation.limestone_twice",
                Text(
                    "{a} {y} 年同时填了石灰石用量和石灰石法脱除量，CO2 会重复计算",
                    "{a}, {y}: limestone is given both as used and by the SO2 removed: its CO2 would count twice",
                ).format(a=adcode, y=year),
                remedy=Text("只保留一项", "keep one of them"),
            )


def _line(row: Mapping[str, Any]) -> Line:
    entry = OPERATIONS[row["operation"]]
    amount = None if row["amount"] is None else row["amount"] * unit_factor(row["unit"], entry.unit)
    name = row["operation"]
    return Line(
        f"{row['adcode']}:{name}", row["adcode"], str(row["year"]), entry.category, amount, entry.unit,
        f"{name}/{row['adcode']}/{row['year']}", row["origin"], {"CO2": _derive(row, entry)}, process=name,
    )  # fmt: skip


def _derive(row: Mapping[str, Any], entry: Operation) -> Derived:
    if entry.factor_id is None:
        return not_estimated(_ELSEWHERE, key=NotationKey.IE)
    found = factor_by_id(entry.factor_id)
    value = found.value * mass_per_unit(found.unit, entry.unit)
    inputs = (found.as_input("emission_factor"),)
    if not entry.needs_purity:
        return Derived(value, "emission_factor", inputs, EMISSION)
    if row["purity"] is None:
        return not_estimated(_NO_PURITY.format(l=entry.label), inputs)
    purity = local_input("purity", row["purity"], "1", row["source"], row["origin"])
    return Derived(value * row["purity"], "emission_factor × purity", (*inputs, purity), EMISSION)


def _memos(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    for row in rows:
        if row["operation"] == ELECTRICITY and row["amount"] is not None:
            yield _memo(row)


def _memo(row: Mapping[str, Any]) -> Finding:
    """How much CO2 the electricity of pollution control stands for, by the average factor of its province and year."""
    energy = row["amount"] * unit_factor(row["unit"], "MWh")
    subject, origin = f"control:{row['adcode']}:{ELECTRICITY}@{row['year']}", (row["origin"],) if row["origin"] else ()
    try:
        found = electricity_factor(row["adcode"], row["year"], "average")
    except CocontrolError:
        return Finding("memo.auxiliary_electricity", Level.LOW, subject, None, None, "t*CO2", _NO_GRID, origin)
    tonnes = energy * found.value * unit_factor(found.unit, "t*CO2/MWh")
    return Finding("memo.auxiliary_electricity", Level.LOW, subject, None, tonnes, "t*CO2", _MEMO, origin)


_ELSEWHERE = Text(
    "治污用电的 CO2 计入发电，此处只作备注", "CO2 of this electricity is counted at the power plant; here it is a memo"
)
_NO_PURITY = Text("未给出{l}的纯度", "the purity of {l} is not given")
_MEMO = Text(
    "治污设施用电的间接 CO2（备注，不计入合计）", "indirect CO2 of pollution control's electricity (memo, in no total)"
)
_NO_GRID = Text(
    "该年没有所在省的平均电力因子，治污用电的 CO2 未算", "no average grid factor of the province for the year"
)

CONTROL = SectorModule(
    sector_id="pollution_control",
    label=Text("治污自身排放", "emissions of pollution control itself"),
    categories=tuple(dict.fromkeys(entry.category for entry in OPERATIONS.values())),
    pollutants=("CO2",),
    tables=(CONTROL_OPERATION.name,),
    optional_tables=(),
    method=Text(
        "药剂用量 × 纯度 × 化学计量因子；用电只作备注",
        "reagent × purity × stoichiometric factor; electricity as a memo",
    ),
    source=Text(
        "化学计量；IPCC 2006 第3卷第2章、第2卷第3章", "stoichiometry; IPCC 2006, Vol. 3, Ch. 2 and Vol. 2, Ch. 3"
    ),
    estimate=estimate_control,
)
"""CO2 that pollution control gives off itself."""
