"""The conservation ledger: what went into each stage, what came out, what was dropped and why."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from cocontrol.core.errors import ConservationBroken, Fault
from cocontrol.core.text import Text
from cocontrol.core.units import factor
from cocontrol.inventory.activity import Use, burnt
from cocontrol.inventory.balance_layout import BalanceLayout, Role

TOLERANCE = 1e-9
"""Relative gap above which a stage has lost or gained something: rounding of 64-bit sums stays far below."""

LEDGER_SCHEMA = pl.Schema(
    {
        "stage": pl.String,
        "pollutant": pl.String,
        "sector": pl.String,
        "incoming": pl.Float64,
        "outgoing": pl.Float64,
        "dropped": pl.Float64,
        "reason_zh": pl.String,
        "reason_en": pl.String,
        "relative_gap": pl.Float64,
        "within_tolerance": pl.Boolean,
    }
)
"""Columns of the ledger. `pollutant` is a pollutant (tonnes) or ``energy_tj``."""

ENERGY = "energy_tj"


def ledger_entry(
    stage: str,
    pollutant: str,
    sector: str,
    *,
    incoming: float,
    outgoing: float,
    dropped: float = 0.0,
    reason: Text | None = None,
    scale: float | None = None,
) -> dict[str, Any]:
    """One line: gap = incoming − outgoing − dropped, relative to `scale` (the sum of magnitudes; |incoming| if none).

    A sum of large terms of either sign may be near zero, so the gap is measured against what was summed.
    """
    gap = abs(incoming - outgoing - dropped)
    base = max(abs(incoming), scale or 0.0)
    relative = gap / base if base else (0.0 if gap == 0 else math.inf)
    return {
        "stage": stage,
        "pollutant": pollutant,
        "sector": sector,
        "incoming": incoming,
        "outgoing": outgoing,
        "dropped": dropped,
        "reason_zh": reason.zh if reason else None,
        "reason_en": reason.en if reason else None,
        "relative_gap": relative,
        "within_tolerance": relative <= TOLERANCE,
    }


def ledger_table(entries: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """The lines as a table with the columns of `LEDGER_SCHEMA`."""
    return pl.DataFrame(list(entries), schema=LEDGER_SCHEMA)


def check_conservation(ledger: pl.DataFrame) -> None:
    """Nothing, if every line of the ledger holds.

    Raises
    ------
    ConservationBroken
        Every line whose gap is above tolerance: stage, pollutant, sector and the three amounts.
    """
    broken = ledger.filter(~pl.col("within_tolerance"))
    if broken.height:
        raise ConservationBroken(*(_broken(row) for row in broken.iter_rows(named=True)))


def _broken(row: dict[str, Any]) -> Fault:
    return Fault(
        "ledger.broken",
        Text(
            "{s} 环节 {p}（{c}）不守恒：流入 {i:.10g}，流出 {o:.10g}，剔除 {d:.10g}",
            "stage {s}, {p} ({c}) is not conserved: in {i:.10g}, out {o:.10g}, dropped {d:.10g}",
        ).format(
            s=row["stage"], p=row["pollutant"], c=row["sector"], i=row["incoming"], o=row["outgoing"], d=row["dropped"]
        ),
        value=f"{row['relative_gap']:.3g}",
        allowed=Text("相对差不超过 {t}", "a relative gap of at most {t}").format(t=TOLERANCE),
        remedy=Text("结果不得发布；检查该环节", "do not publish; look into the stage"),
    )


def activity_ledger(balance: pl.DataFrame, activity: pl.DataFrame, layout: BalanceLayout) -> pl.DataFrame:
    """Energy (TJ) from the balance into the activity, by process (stage ``activity``).

    Incoming: final use, losses and transformation (inputs positive) of every single fuel, from the balance.
    Outgoing: what the activity burns. Dropped: what it does not burn, by use, and the source's rounding
    between residential use and its urban and rural parts.
    """
    per_unit = factor(layout.unit, "TJ")
    single = balance.filter(~pl.col("is_aggregate") & pl.col("amount").is_not_null())
    entries = []
    for process in layout.of_role(Role.FINAL_USE, Role.TRANSFORMATION, Role.LOSS):
        sign = -per_unit if process.role is Role.TRANSFORMATION else per_unit
        amounts = [sign * amount for amount in single.filter(pl.col("process") == process.code)["amount"]]
        if amounts:
            shares = [part.code for part in layout.parts_of(process.code) if part.is_share]
            rows = activity.filter(pl.col("process").is_in([process.code, *shares]) & pl.col("amount").is_not_null())
            rounding = _rounding_of_parts(single, process.code, shares) * per_unit
            entries.append(_activity_entry(process.code, amounts, rows, rounding))
    return ledger_table(entries)


def _rounding_of_parts(single: pl.DataFrame, whole: str, shares: Sequence[str]) -> float:
    """What the printed whole has more than its parts, over the fuels that have parts."""
    parts = single.filter(pl.col("process").is_in(shares))
    wholes = single.filter((pl.col("process") == whole) & pl.col("fuel").is_in(parts["fuel"].implode()))
    return math.fsum(wholes["amount"]) - math.fsum(parts["amount"])


def _activity_entry(process: str, amounts: Sequence[float], rows: pl.DataFrame, rounding: float) -> dict[str, Any]:
    by_use: dict[str, float] = defaultdict(float)
    for use, amount in rows.select("use", "amount").iter_rows():
        by_use[use] += amount
    left = {use: amount for use, amount in by_use.items() if use != Use.COMBUSTED}
    if rounding:
        left["rounding"] = rounding
    return ledger_entry(
        "activity",
        ENERGY,
        process,
        incoming=math.fsum(amounts),
        outgoing=by_use.get(Use.COMBUSTED, 0.0),
        dropped=math.fsum(left.values()),
        reason=_dropped_reason(left),
        scale=math.fsum(abs(amount) for amount in amounts),
    )


_LEFT = {
    Use.NON_ENERGY.value: Text("非能源利用", "non-energy use"),
    Use.TRANSFORMATION.value: Text("转换为其他能源", "turned into other fuels"),
    Use.LOSS.value: Text("损失", "losses"),
    Use.CARRIER.value: Text("电力、热力", "electricity and heat"),
    "rounding": Text("原表分项舍入", "rounding of the parts in the source"),
}


def _dropped_reason(left: Mapping[str, float]) -> Text | None:
    if not left:
        return None
    zh = "；".join(f"{_LEFT[use].zh} {amount:.6g} TJ" for use, amount in left.items())
    en = "; ".join(f"{_LEFT[use].en} {amount:.6g} TJ" for use, amount in left.items())
    return Text(zh, en)


def compute_ledger(
    activity: pl.DataFrame, coefficients: pl.DataFrame, emission: pl.DataFrame, *, pollutants: Sequence[str]
) -> pl.DataFrame:
    """Tonnes from activity × coefficient into the emission table, by category (stage ``compute``).

    Incoming is worked out anew in long form, one product at a time, apart from `estimate`; outgoing is the
    sum of the emission column. Activity without coefficient has no tonnes to drop: the reason names its
    energy, so that a total over the estimated rows is never taken for the whole.
    """
    rows = burnt(activity).filter(pl.col("amount").is_not_null())
    long = coefficients.unpivot(pollutants, index="coefficient_id", variable_name="pollutant", value_name="value")
    joined = rows.join(long, on="coefficient_id", how="left", maintain_order="left")
    entries = []
    for (category, pollutant), part in joined.group_by("category", "pollutant", maintain_order=True):
        products = [a * v for a, v in part.select("amount", "value").iter_rows() if v is not None]
        blank = part.filter(pl.col("value").is_null())
        out = emission.filter(pl.col("category") == category)[str(pollutant)].drop_nulls()
        entries.append(
            ledger_entry(
                "compute",
                str(pollutant),
                str(category),
                incoming=math.fsum(products),
                outgoing=math.fsum(out),
                reason=_blank_reason(str(pollutant), blank),
                scale=math.fsum(abs(product) for product in products),
            )
        )
    return ledger_table(entries)


def _blank_reason(pollutant: str, blank: pl.DataFrame) -> Text | None:
    if not blank.height:
        return None
    words = Text(
        "{n} 行（{e:.6g} TJ）没有 {p} 因子，未估算", "{n} rows ({e:.6g} TJ) have no {p} factor and are not estimated"
    )
    return words.format(n=blank.height, e=math.fsum(blank["amount"]), p=pollutant)


def transfer_ledger(
    stage: str, before: pl.DataFrame, after: pl.DataFrame, *, pollutants: Sequence[str], sector: str
) -> pl.DataFrame:
    """Tonnes from one table into the next (``aggregate``, ``export`` …), by the column `sector` of both.

    Sums of known values; a null in either adds nothing. A sector that is in one table only shows as a gap.
    """
    entries = []
    for pollutant in pollutants:
        sums_before, sums_after = (_sums(table, sector, pollutant) for table in (before, after))
        for name in dict.fromkeys([*sums_before, *sums_after]):
            incoming, scale = sums_before.get(name, (0.0, 0.0))
            outgoing = sums_after.get(name, (0.0, 0.0))[0]
            entries.append(ledger_entry(stage, pollutant, name, incoming=incoming, outgoing=outgoing, scale=scale))
    return ledger_table(entries)


def _sums(table: pl.DataFrame, sector: str, column: str) -> dict[str, tuple[float, float]]:
    """For each sector the sum of the column and the sum of its magnitudes."""
    groups = table.filter(pl.col(column).is_not_null()).group_by(sector, maintain_order=True).agg(column)
    return {str(name): (math.fsum(v), math.fsum(abs(x) for x in v)) for name, v in groups.iter_rows()}
