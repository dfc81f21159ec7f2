"""Reading an energy balance: source spellings to codes, under a declared layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Location
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.inventory._engines import to_polars
from cocontrol.inventory.balance_layout import BalanceLayout
from cocontrol.reference.regions import regions

ENERGY_BALANCE = TABLES.declare(
    Table(
        name="energy_balance",
        label=Text("能源平衡表", "energy balance"),
        description=Text(
            "地区能源平衡表，一行一个单元格：地区、年份、能源品种、平衡项目和数量。",
            "A regional energy balance, one row for each cell: region, year, fuel, process and amount.",
        ),
        key=("region", "year", "fuel", "process"),
        columns=(
            Column(
                "region",
                Kind.TEXT,
                Text("地区", "region"),
                Text("六位行政区划代码或地区名称", "six-digit area code, or name of the area"),
                required=True,
                aliases=("province", "adcode", "省份", "行政区划代码"),
            ),
            Column(
                "year",
                Kind.INTEGER,
                Text("年份", "year"),
                Text("数据年份", "year of the data"),
                required=True,
                minimum=1949,
                maximum=2100,
            ),
            Column(
                "fuel",
                Kind.TEXT,
                Text("能源品种", "fuel"),
                Text("按所声明版式的名称，或本平台燃料代码", "name as in the declared layout, or our fuel code"),
                required=True,
                aliases=("energy", "品种"),
            ),
            Column(
                "process",
                Kind.TEXT,
                Text("平衡项目", "process"),
                Text("按所声明版式的名称，或本平台项目代码", "name as in the declared layout, or our process code"),
                required=True,
                aliases=("item", "项目"),
            ),
            Column(
                "amount",
                Kind.NUMBER,
                Text("数量", "amount"),
                Text(
                    "加工转换投入为负、产出为正；计量单位见所声明的版式",
                    "inputs to transformation negative, outputs positive; the unit is that of the declared layout",
                ),
                aliases=("mtce", "value", "标准量"),
            ),
        ),
    )
)
"""The table that a workspace brings."""

BALANCE_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "year": pl.Int32,
        "fuel": pl.String,
        "process": pl.String,
        "amount": pl.Float64,
        "unit": pl.String,
        "fuel_name": pl.String,
        "process_name": pl.String,
        "is_aggregate": pl.Boolean,
        "origin": pl.String,
    }
)
"""Columns of a balance that has been read; keyed (`adcode`, `year`, `fuel`, `process`)."""


def read_energy_balance(frame: IntoFrame, layout: BalanceLayout) -> pl.DataFrame:
    """The balance in our codes, in the unit of the layout, each amount with the cell it came from.

    Parameters
    ----------
    frame : table as `ENERGY_BALANCE` declares, with or without an `origin` column
    layout : what the rows and columns of the source mean

    Returns
    -------
    Table with the columns of `BALANCE_SCHEMA`, in source order; `fuel_name` and `process_name` keep
    the source's spelling. Rows without an amount are kept with a null: missing is not zero.

    Raises
    ------
    InvalidInput
        Regions, fuels or processes that the layout does not know, and keys that occur twice: all of them.
    """
    rows = _with_origin(to_polars(nw.from_native(frame)))
    faults = FaultCollector()
    codes = {
        "region": _decode(rows, "region", _region_codes(), faults),
        "fuel": _decode(rows, "fuel", {**_itself(layout.fuel_names.values()), **layout.fuel_names}, faults),
        "process": _decode(rows, "process", {**_itself(layout.processes), **layout.process_names}, faults),
    }
    faults.raise_if_any(InvalidInput)
    made = rows.select(
        codes["region"].alias("adcode"),
        pl.col("year").cast(pl.Int32),
        codes["fuel"].alias("fuel"),
        codes["process"].alias("process"),
        pl.col("amount").cast(pl.Float64),
        pl.lit(layout.unit).alias("unit"),
        pl.col("fuel").alias("fuel_name"),
        pl.col("process").alias("process_name"),
        codes["fuel"].is_in(list(layout.aggregate_fuels)).alias("is_aggregate"),
        pl.col("origin"),
    )
    _check_key(made, faults)
    faults.raise_if_any(InvalidInput)
    return made.match_to_schema(BALANCE_SCHEMA)


def _with_origin(rows: pl.DataFrame) -> pl.DataFrame:
    if "origin" in rows.columns:
        return rows
    return rows.with_columns(origin=pl.format("row {}", pl.int_range(2, pl.len() + 2)))


def _itself(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}


@lru_cache(maxsize=1)
def _region_codes() -> dict[str, str]:
    """Every code, and every name of a province or city with and without its class word, to the code."""
    names: dict[str, str] = {}
    for row in regions().filter(pl.col("valid_to").is_null()).iter_rows(named=True):
        names[row["adcode"]] = row["adcode"]
        if row["level"] in {"nation", "province", "city"}:
            short = row["name_zh"]
            for word in ("省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区"):
                short = short.removesuffix(word)
            for name in (row["name_zh"], short, row["name_en"]):
                if name:
                    names.setdefault(name, row["adcode"])
    return names


def _decode(rows: pl.DataFrame, column: str, codes: Mapping[str, str], faults: FaultCollector) -> pl.Series:
    folded = {_fold(name): code for name, code in codes.items()}
    words = rows[column].cast(pl.String)
    known = {word: folded.get(_fold(word)) for word in words.unique().drop_nulls()}
    for word in sorted(word for word, code in known.items() if code is None):
        where = rows.filter(words == word)["origin"]
        faults.add(
            Fault(
                f"balance.{column}_unknown",
                Text("版式中没有这个名称（{n} 行）", "the layout has no such name ({n} rows)").format(n=where.len()),
                location=Location(cell=where[0], column=column),
                value=word,
                allowed=Text("{k}", "{k}").format(k=", ".join(list(codes)[:80])),
                remedy=Text("检查版式声明，或更正名称", "check the declared layout, or correct the name"),
            )
        )
    return words.replace_strict(known, default=None, return_dtype=pl.String)


def _fold(word: str) -> str:
    return "".join(word.split()).casefold().replace("（", "(").replace("）", ")")


def _check_key(made: pl.DataFrame, faults: FaultCollector) -> None:
    key = ["adcode", "year", "fuel", "process"]
    repeated = made.group_by(key, maintain_order=True).agg(pl.col("origin")).filter(pl.col("origin").list.len() > 1)
    for row in repeated.iter_rows(named=True):
        faults.add(
            Fault(
                "balance.key_repeated",
                Text("同一地区、年份、品种和项目出现多次", "region, year, fuel and process occur more than once"),
                location=Location(cell=", ".join(row["origin"])),
                value=" / ".join(str(row[name]) for name in key),
                remedy=Text("只保留一行", "keep one row"),
            )
        )
