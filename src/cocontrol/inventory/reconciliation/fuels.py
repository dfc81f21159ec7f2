"""One fuel three ways: the energy balance, the ledgers of enterprises, and what the inventory burnt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from cocontrol.core.common_columns import ADCODE
from cocontrol.core.errors import Fault, InvalidInput, Level
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.units import commensurable, factor
from cocontrol.inventory.findings import Finding, finding_table

ENTERPRISE_FUEL = TABLES.declare(
    Table(
        name="enterprise_fuel",
        label=Text("企业燃料台账", "fuel ledger of enterprises"),
        description=Text(
            "企业一年所用一种燃料。数量以能量计，或给出热值。",
            "One fuel of one enterprise in one year. Amounts are energy, or come with a heat value.",
        ),
        key=("source_id", "year", "fuel"),
        columns=(
            Column(
                "source_id", Kind.TEXT, Text("排放源编号", "source id"), Text("企业或设施", "enterprise"), required=True
            ),
            ADCODE,
            Column("year", Kind.INTEGER, Text("年份", "year"), Text("年份", "year"), required=True),
            Column(
                "fuel",
                Kind.TEXT,
                Text("燃料", "fuel"),
                Text("燃料代码", "code of the fuel"),
                required=True,
                code_list="fuel",
            ),
            Column("amount", Kind.NUMBER, Text("消费量", "amount"), Text("空白为缺", "empty is missing"), minimum=0),
            Column("unit", Kind.TEXT, Text("单位", "unit"), Text("如 t、TJ、tce", "such as t, TJ, tce"), required=True),
            Column(
                "heat_value",
                Kind.NUMBER,
                Text("热值", "heat value"),
                Text("每单位的吉焦数；单位是能量时不需", "GJ per unit; not needed where the unit is energy"),
                unit="GJ",
                minimum=0,
            ),
        ),
    )
)

FUEL_SCHEMA = pl.Schema(
    {
        "adcode": pl.String,
        "year": pl.Int64,
        "fuel": pl.String,
        "balance_tj": pl.Float64,
        "ledger_tj": pl.Float64,
        "ledger_sources": pl.Int64,
        "ledger_missing": pl.Int64,
        "ledger_residual_tj": pl.Float64,
        "ledger_coverage_pct": pl.Float64,
        "inventory_tj": pl.Float64,
        "inventory_residual_tj": pl.Float64,
    }
)
"""Columns of the three-way comparison; keyed (`adcode`, `year`, `fuel`). Residuals are of the balance."""

TOLERANCE = 1e-6

CONSUMPTION = ("total_consumption", "thermal_power", "heating_supply")
"""Processes of a balance that use a fuel without turning it into another: final use, power and heat."""


def ledger_energy(ledger: pl.DataFrame) -> pl.DataFrame:
    """The ledger with `energy_tj`: amount in TJ, by its unit or its heat value; null where the amount is.

    Raises
    ------
    InvalidInput
        Rows whose unit is no energy and that give no heat value; all listed.
    """
    units = {str(unit): str(unit) for unit in ledger["unit"].unique()}
    energy = {unit: factor(unit, "TJ") for unit in units if commensurable(unit, "TJ")}
    bare = ledger.filter(
        ~pl.col("unit").is_in(list(energy)) & pl.col("heat_value").is_null() & pl.col("amount").is_not_null()
    )
    if bare.height:
        raise InvalidInput(*(_no_heat(row["source_id"], row["fuel"], row["unit"]) for row in bare.to_dicts()))
    per_unit = pl.col("unit").replace_strict(energy, default=None, return_dtype=pl.Float64)
    return ledger.with_columns(
        energy_tj=pl.col("amount") * pl.coalesce(per_unit, pl.col("heat_value") * factor("GJ", "TJ"))
    )


def _no_heat(source: str, fuel: str, unit: str) -> Fault:
    return Fault(
        "reconciliation.heat_value",
        Text("数量不是能量，又没有热值", "the amount is no energy and has no heat value"),
        value=f"{source} {fuel} [{unit}]",
        remedy=Text("填写热值（GJ/单位），或改用能量单位", "give the heat value (GJ per unit), or an energy unit"),
    )


def reconcile_fuels(balance: pl.DataFrame, ledger: pl.DataFrame, activity: pl.DataFrame) -> pl.DataFrame:
    """Each fuel three ways, in TJ: what the balance says is used, what enterprises report, what the inventory holds.

    `balance_tj` = final use + |input to power and heat|. `ledger_residual_tj` = balance − Σ ledger: what
    nobody reported (households, small users). `inventory_residual_tj` = balance − Σ activity (burnt and
    non-energy use). Fuels that only one source has keep null for the others: missing is not zero.

    Parameters
    ----------
    balance : energy balance in codes (adcode, year, fuel, process, amount, unit, is_aggregate).
    ledger : table ``enterprise_fuel``.
    activity : table ``activity`` (TJ).

    Raises
    ------
    InvalidInput
        As `ledger_energy`.
    """
    key = ["adcode", "year", "fuel"]
    reported = ledger_energy(ledger).group_by(key).agg(
        ledger_tj=_sum("energy_tj"),
        ledger_sources=pl.col("source_id").n_unique().cast(pl.Int64),
        ledger_missing=pl.col("energy_tj").null_count().cast(pl.Int64),
    )  # fmt: skip
    used = activity.filter(pl.col("use").is_in(["combusted", "non_energy"])) if "use" in activity.columns else activity
    held = used.group_by("adcode", pl.col("period").cast(pl.Int64).alias("year"), "fuel").agg(
        inventory_tj=_sum("amount")
    )
    joined = _balance_use(balance).join(
        reported.with_columns(pl.col("year").cast(pl.Int64)), on=key, how="full", coalesce=True
    )
    whole = joined.join(held, on=key, how="full", coalesce=True)
    residual = pl.col("balance_tj") - pl.col("ledger_tj")
    return whole.with_columns(
        ledger_residual_tj=residual,
        ledger_coverage_pct=pl.when(pl.col("balance_tj") > 0).then(100 * pl.col("ledger_tj") / pl.col("balance_tj")),
        inventory_residual_tj=pl.col("balance_tj") - pl.col("inventory_tj"),
    ).select(FUEL_SCHEMA.names()).cast(FUEL_SCHEMA).sort(key)  # fmt: skip


def _sum(column: str) -> pl.Expr:
    """The sum of what is known; null where nothing is."""
    return pl.when(pl.col(column).is_not_null().any()).then(pl.col(column).sum())


def _balance_use(balance: pl.DataFrame) -> pl.DataFrame:
    units: Mapping[str, float] = {str(unit): factor(str(unit), "TJ") for unit in balance["unit"].unique()}
    rows = balance.filter(~pl.col("is_aggregate") & pl.col("process").is_in(CONSUMPTION)).drop_nulls("amount")
    energy = pl.col("amount").abs() * pl.col("unit").replace_strict(units, return_dtype=pl.Float64)
    return rows.group_by("adcode", pl.col("year").cast(pl.Int64), "fuel").agg(balance_tj=energy.sum())


def fuel_findings(table: pl.DataFrame, *, tolerance: float = TOLERANCE) -> pl.DataFrame:
    """What does not fit in a three-way comparison: table ``finding``.

    Enterprises report more than the balance holds (negative residual, high); the inventory holds more than
    the balance (high); a fuel that enterprises report and the balance lacks (medium); ledger rows without
    amount (low). `tolerance` is a share of the balance.
    """
    return finding_table(finding for row in table.iter_rows(named=True) for finding in _findings(row, tolerance))


def _findings(row: Mapping[str, float | str | int | None], tolerance: float) -> Iterator[Finding]:
    name = f"{row['adcode']} {row['year']} {row['fuel']}"
    balance, ledger, inventory = (_number(row[side]) for side in ("balance_tj", "ledger_tj", "inventory_tj"))
    if balance is not None and ledger is not None and ledger > balance * (1 + tolerance):
        message = Text(
            "企业台账合计超过平衡表，残差为负：重复填报、口径或热值有误",
            "enterprises report more than the balance holds: double reporting, boundary or heat value",
        )
        yield _finding("negative_residual", Level.HIGH, name, balance, ledger, message)
    if balance is not None and inventory is not None and inventory > balance * (1 + tolerance):
        message = Text("清单活动水平超过平衡表", "the inventory holds more than the balance")
        yield _finding("inventory_exceeds", Level.HIGH, name, balance, inventory, message)
    if balance is None and ledger is not None:
        message = Text("企业报了平衡表没有的燃料", "enterprises report a fuel that the balance lacks")
        yield _finding("not_in_balance", Level.MEDIUM, name, None, ledger, message)
    if row["ledger_missing"]:
        message = Text("台账有 {n} 行没有数量", "{n} ledger rows have no amount").format(n=row["ledger_missing"])
        yield _finding("ledger_gap", Level.LOW, name, None, None, message)


def _number(value: float | str | None) -> float | None:
    return None if value is None else float(value)


def _finding(
    rule: str, level: Level, subject: str, expected: float | None, found: float | None, message: Text
) -> Finding:
    return Finding(f"reconciliation.{rule}", level, subject, expected, found, "TJ", message, ())
