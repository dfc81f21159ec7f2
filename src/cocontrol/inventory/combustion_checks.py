"""Leads about an inventory of combustion: what may be counted twice."""

from __future__ import annotations

import polars as pl

from cocontrol.core.errors import Level
from cocontrol.core.text import Text
from cocontrol.inventory.activity import Use
from cocontrol.inventory.findings import Finding, finding_table
from cocontrol.reference.fuels import fuel_name, require_fuel


def check_recovered_gases(activity: pl.DataFrame, coefficients: pl.DataFrame) -> pl.DataFrame:
    """A finding for each gas recovered from a process whose own fuel is counted as burnt in full.

    Blast-furnace and converter gas carry carbon of the coke and iron that made them. The balance counts
    coke as final use of industry and the recovered gas again as fuel, so a sum over fuels holds that carbon
    twice (IPCC 2006 Guidelines, Vol. 3, Ch. 4.2, on iron and steel). The amount is an upper bound: recovered energy ×
    the gas's CO2 coefficient. Nothing is deducted.
    """
    recovered = activity.filter((pl.col("process") == "recovery") & (pl.col("use") == Use.TRANSFORMATION))
    by_fuel = dict(coefficients.filter(pl.col("CO2").is_not_null()).select("fuel", "CO2").iter_rows())
    return finding_table(
        _finding(row, by_fuel[row["fuel"]])
        for row in recovered.iter_rows(named=True)
        if row["fuel"] in by_fuel and row["amount"] is not None and _is_derived_gas(row["fuel"])
    )


def _is_derived_gas(fuel: str) -> bool:
    return require_fuel(fuel)["fuel_group"] == "derived_gas"


def _finding(row: dict[str, object], per_tj: float) -> Finding:
    fuel, energy = str(row["fuel"]), -float(str(row["amount"]))
    return Finding(
        "combustion.counted_twice",
        Level.MEDIUM,
        f"{row['adcode']}/{row['period']}/{fuel}/recovery",
        None,
        energy * per_tj,
        "t",
        Text(
            "{f}的碳来自已按全部燃烧计的焦炭和铁水：回收 {e:.6g} TJ，CO2 最多重复 {c:.4g} 万吨。合计未作扣除。",
            "the carbon of {f} comes from coke and iron counted as burnt in full: {e:.6g} TJ recovered, at most "
            "{m:.4g} Mt CO2 counted twice. Nothing is deducted.",
        ).format(f=fuel_name(fuel), e=energy, c=energy * per_tj / 1e4, m=energy * per_tj / 1e6),
        (str(row["origin"]),),
    )
