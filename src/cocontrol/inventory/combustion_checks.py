"""Leads about an inventory of combustion: what may be counted twice, and what may not burn at all."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import polars as pl

from cocontrol.core.errors import Level
from cocontrol.core.text import Text
from cocontrol.inventory.activity import Use, burnt
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


@lru_cache(maxsize=1)
def product_fuels() -> Mapping[str, Mapping[str, str]]:
    """Fuels that are mainly used as a product: code → use (zh, en), document, clause and status."""
    with files("cocontrol.inventory").joinpath("data", "product_fuels.csv").open(encoding="utf-8") as stream:
        return {row["fuel"]: row for row in csv.DictReader(stream)}


def check_product_fuels(activity: pl.DataFrame, coefficients: pl.DataFrame) -> pl.DataFrame:
    """A finding for each region and period where lubricants, bitumen, solvents … are counted as burnt.

    A balance that prints no use as raw material of such a product has it in final use, and final use is
    counted as burnt in full. Most of it is no fuel (IPCC 2006 Guidelines, Vol. 3, Ch. 5 and 3.9): the CO2 of
    those rows, energy × coefficient, is the most that combustion is too high by. Nothing is deducted;
    what the balance prints as used for materials never gets here. Levels and columns as in `finding_table`.
    """
    held = burnt(activity).filter(pl.col("fuel").is_in(list(product_fuels())), pl.col("amount") > 0)
    made = held.join(coefficients.select("coefficient_id", per_tj="CO2"), on="coefficient_id").drop_nulls("per_tj")
    groups = made.with_columns(CO2=pl.col("amount") * pl.col("per_tj")).partition_by(
        "adcode", "period", maintain_order=True
    )
    return finding_table(_product_finding(rows) for rows in groups)


def _product_finding(rows: pl.DataFrame) -> Finding:
    fuels = [fuel for fuel in product_fuels() if fuel in set(rows["fuel"])]
    named = [
        Text(f"{fuel_name(fuel).zh}（{product_fuels()[fuel]['use_zh']}）", f"{fuel_name(fuel).en} ({use})")
        for fuel, use in ((fuel, product_fuels()[fuel]["use_en"]) for fuel in fuels)
    ]
    energy, mass = float(rows["amount"].sum()), float(rows["CO2"].sum())
    return Finding(
        "combustion.product_burnt",
        Level.MEDIUM,
        f"{rows['adcode'][0]}/{rows['period'][0]}/products",
        None,
        mass,
        "t",
        Text(
            "{z}多作产品或原料使用，平衡表没有列出其“用作原料、材料”的量，按全部燃烧计：{n:.6g} TJ，"
            "CO2 最多多计 {c:.4g} 万吨。合计未作扣除。",
            "{e} are mainly used as products or feedstock; the balance prints no such use of them, so all of it counts "
            "as burnt: {n:.6g} TJ, at most {m:.4g} Mt CO2 too much. Nothing is deducted.",
        ).format(
            z="、".join(name.zh for name in named),
            e=", ".join(name.en for name in named),
            n=energy,
            c=mass / 1e4,
            m=mass / 1e6,
        ),
        tuple(dict.fromkeys(rows["origin"])),
    )
