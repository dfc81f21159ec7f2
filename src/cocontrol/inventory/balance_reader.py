"""Reading an energy balance: source spellings to codes, under a declared layout."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from cocontrol.core.code_matching import CodeList
from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Location
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import LANGUAGES, Text
from cocontrol.core.units import commensurable, factor
from cocontrol.inventory._engines import to_polars
from cocontrol.inventory.balance_layout import BalanceLayout, Role
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
                aliases=("value", "标准量"),
                unit_headings=("Mtce", "万吨标准煤", "TJ", "PJ"),
            ),
            Column(
                "unit",
                Kind.TEXT,
                Text("计量单位", "unit"),
                Text(
                    "数量的计量单位；填写时须与所声明版式的单位一致",
                    "unit of the amount; where given it must be that of the declared layout",
                ),
                aliases=("单位",),
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


def energy_balance_table(layout: BalanceLayout) -> Table:
    """`ENERGY_BALANCE` with the amount in the unit of the layout, so that another unit in the file is converted or refused."""
    columns = tuple(
        replace(column, unit=layout.unit) if column.name == "amount" else column for column in ENERGY_BALANCE.columns
    )
    return replace(ENERGY_BALANCE, columns=columns)


UNFIT_SCHEMA = pl.Schema(
    {
        "row": pl.UInt32,
        "column": pl.String,
        "rule": pl.String,
        "value": pl.String,
        "nearest_zh": pl.String,
        "nearest_en": pl.String,
    }
)
"""Columns of the table of cells that do not fit a layout; `row` counts the rows of the frame from 0."""

NEGATIVE_USE = "balance.negative_use"
UNIT_DIFFERS = "balance.unit_differs"


def unfit_cells(frame: IntoFrame, layout: BalanceLayout) -> pl.DataFrame:
    """Every cell of a balance that the layout has no meaning for, as `UNFIT_SCHEMA`; empty cells are passed over.

    ``balance.<column>_unknown``: the region, fuel or process is none of the layout's; with the nearest known
    name, if one is near. ``balance.unit_differs``: the row is in another unit. ``balance.negative_use``:
    final use, a part of it or a loss below zero, which would make emissions below zero.
    """
    rows = to_polars(nw.from_native(frame))
    found = [_unknown(rows, column, codes) for column, codes in _known_names(layout).items()]
    if "unit" in rows.columns:
        found.append(_other_unit(rows, layout))
    uses = {process.code for process in layout.of_role(Role.FINAL_USE, Role.LOSS, Role.PART)}
    codes = _codes(rows["process"], _known_names(layout)["process"])
    below_zero = (codes.is_in(list(uses)) & (rows["amount"].cast(pl.Float64) < 0)).fill_null(value=False)
    found.append(_cells(rows, "amount", NEGATIVE_USE, below_zero))
    return pl.concat(found).sort("row", maintain_order=True)


def _known_names(layout: BalanceLayout) -> dict[str, Mapping[str, str]]:
    return {
        "region": _region_codes(),
        "fuel": {**_itself(layout.fuel_names.values()), **layout.fuel_names},
        "process": {**_itself(layout.processes), **layout.process_names},
    }


def _cells(rows: pl.DataFrame, column: str, rule: str, where: pl.Series) -> pl.DataFrame:
    indexes = where.arg_true()
    values = rows[column].cast(pl.String).gather(indexes)
    found = pl.DataFrame({"row": indexes, "value": values}).with_columns(
        pl.lit(column).alias("column"), pl.lit(rule).alias("rule"), nearest_zh=pl.lit(None), nearest_en=pl.lit(None)
    )
    return found.select(pl.col(name).cast(kind) for name, kind in UNFIT_SCHEMA.items())


def _unknown(rows: pl.DataFrame, column: str, names: Mapping[str, str]) -> pl.DataFrame:
    words = rows[column].cast(pl.String)
    found = _cells(rows, column, f"balance.{column}_unknown", words.is_not_null() & _codes(words, names).is_null())
    known = CodeList.of(list(names))
    nearest = {word: known.nearest(word) for word in found["value"].unique()}
    return found.with_columns(
        found["value"]
        .replace_strict(
            {word: near and near.in_language(language) for word, near in nearest.items()},
            default=None,
            return_dtype=pl.String,
        )
        .alias(f"nearest_{language}")
        for language in LANGUAGES
    )


def _other_unit(rows: pl.DataFrame, layout: BalanceLayout) -> pl.DataFrame:
    units = rows["unit"].cast(pl.String)
    same = {unit: _is_unit(unit, layout.unit) for unit in units.drop_nulls().unique()}
    differs = units.replace_strict(same, default=True, return_dtype=pl.Boolean).fill_null(value=True).not_()
    return _cells(rows, "unit", UNIT_DIFFERS, differs)


def _is_unit(unit: str, wanted: str) -> bool:
    return commensurable(unit, wanted) and math.isclose(factor(unit, wanted), 1.0, rel_tol=1e-12)


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
    codes = {column: _decode(rows, column, names, faults) for column, names in _known_names(layout).items()}
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
    words = rows[column].cast(pl.String)
    decoded = _codes(words, codes)
    for word in sorted(words.filter(decoded.is_null()).drop_nulls().unique()):
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
    return decoded


def _codes(words: pl.Series, names: Mapping[str, str]) -> pl.Series:
    """The code of every word, null where the layout has none."""
    folded = {_fold(name): code for name, code in names.items()}
    known = {word: folded.get(_fold(word)) for word in words.unique().drop_nulls()}
    return words.cast(pl.String).replace_strict(known, default=None, return_dtype=pl.String)


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
