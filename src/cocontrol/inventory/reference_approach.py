"""The reference approach: carbon from apparent consumption, beside the sectoral sum, the difference explained by fuel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from cocontrol.core.periods import year
from cocontrol.core.text import Text
from cocontrol.core.units import factor
from cocontrol.inventory.activity import CARRIERS, burnt
from cocontrol.inventory.balance_layout import BalanceLayout, Process, Role
from cocontrol.inventory.circumstances import Circumstances
from cocontrol.inventory.gas_coefficients import Question, derive_co2
from cocontrol.inventory.lineage import lineage_row
from cocontrol.reference.profiles import require_valid_profile

_TERMS = ("to_transformation_tj", "recovered_tj", "losses_tj", "statistical_difference_tj")


def reference_approach(
    balance: pl.DataFrame,
    activity: pl.DataFrame,
    layout: BalanceLayout,
    *,
    profile: str,
    jurisdiction: str,
    on: date | None = None,
) -> pl.DataFrame:
    """CO2 from apparent consumption by fuel, the sectoral CO2, and what makes the difference.

    IPCC 2006 Guidelines, Vol. 2, Ch. 6, Eq. 6.1: CO2 = (apparent consumption − excluded carbon) × carbon
    content × oxidation × 44/12. Apparent consumption is the total supply of the balance, trade between
    provinces included; excluded is the non-energy use. Secondary fuels are negative where they leave the
    province: their carbon came in with the primary fuel.

    The difference follows from the balance identity: net turned into other fuels (losses of transformation
    show in the sum over fuels) − recovered + losses + statistical difference; `unexplained_tj` is what the
    printed figures leave over, which is their rounding and their defects.

    Returns
    -------
    Table keyed (`adcode`, `period`, `fuel`): `apparent_tj`, `non_energy_tj`, `reference_tj`, `sectoral_tj`,
    `difference_tj`, the four terms, `unexplained_tj`, `factor` (t CO2 per TJ, null = none),
    `CO2_reference`, `CO2_sectoral`, `CO2_difference` (t), `inputs` (JSON), `status`, `notation`, reasons.

    Raises
    ------
    NotFound
        The profile does not exist or does not hold for the data.
    """
    per_unit = factor(layout.unit, "TJ")
    rows = []
    for key, cells in (
        balance.filter(~pl.col("is_aggregate"))
        .partition_by("adcode", "year", "fuel", as_dict=True, maintain_order=True)
        .items()
    ):
        adcode, period, fuel = str(key[0]), str(key[1]), str(key[2])
        if fuel in CARRIERS:
            continue
        amounts = {
            process: amount * per_unit for process, amount in cells.select("process", "amount").drop_nulls().iter_rows()
        }
        here = burnt(activity).filter(adcode=adcode, period=period, fuel=fuel)
        energy = _energy(amounts, layout, float(here["amount"].sum()))
        ask = Question(profile, on or year(int(period)).end, jurisdiction, Circumstances())
        require_valid_profile(profile, ask.on)
        derived = lineage_row("", "CO2", derive_co2(fuel, ask))
        facts = {name: derived[name] for name in ("inputs", "status", "notation", "reason_zh", "reason_en")}
        rows.append(
            {"adcode": adcode, "period": period, "fuel": fuel, **energy, **_carbon(energy, derived["value"]), **facts}
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _energy(amounts: dict[str, float], layout: BalanceLayout, sectoral: float) -> dict[str, float]:
    supply = [p for p in layout.components_of("total_supply") if p.code != layout.recovery]
    turned = [p for p in layout.of_role(Role.TRANSFORMATION) if p.category is None and p.code != layout.recovery]
    burning = [p for p in layout.of_role(Role.TRANSFORMATION) if p.category is not None]
    put_out = sum(max(amounts.get(p.code, 0.0), 0.0) for p in burning)
    apparent, non_energy = _sum(amounts, supply), amounts.get("non_energy_use", 0.0)
    terms = {
        "to_transformation_tj": 0.0 - _sum(amounts, turned) - put_out,
        "recovered_tj": 0.0 - amounts.get(layout.recovery, 0.0),
        "losses_tj": _sum(amounts, layout.of_role(Role.LOSS)),
        "statistical_difference_tj": amounts.get("statistical_difference", 0.0),
    }
    difference = apparent - non_energy - sectoral
    return {
        "apparent_tj": apparent,
        "non_energy_tj": non_energy,
        "reference_tj": apparent - non_energy,
        "sectoral_tj": sectoral,
        "difference_tj": difference,
        **terms,
        "unexplained_tj": difference - sum(terms.values()),
    }


def _sum(amounts: dict[str, float], processes: Sequence[Process]) -> float:
    return sum(amounts.get(process.code, 0.0) for process in processes)


def _carbon(energy: dict[str, float], per_tj: float | None) -> dict[str, float | None]:
    return {
        "factor": per_tj,
        **{
            f"CO2_{name}": None if per_tj is None else energy[f"{name}_tj"] * per_tj
            for name in ("reference", "sectoral", "difference")
        },
    }


def explain_difference(table: pl.DataFrame) -> pl.DataFrame:
    """Reference less sectoral CO2 of each region and period, split into its causes, in tonnes.

    Each term of `reference_approach` × the factor of its fuel, summed over the fuels that have one. Columns:
    `adcode`, `period`, `term`, `CO2`, `note_zh`, `note_en`; the terms and ``unexplained`` sum to the
    difference.
    """
    terms = (*_TERMS, "unexplained_tj")
    long = table.filter(pl.col("factor").is_not_null()).unpivot(
        terms, index=["adcode", "period", "factor"], variable_name="term", value_name="energy"
    )
    summed = long.group_by("adcode", "period", "term", maintain_order=True).agg(
        (pl.col("energy") * pl.col("factor")).sum().alias("CO2")
    )
    words = {language: {term: text.in_language(language) for term, text in _NOTES.items()} for language in ("zh", "en")}
    return summed.with_columns(
        pl.col("term").replace_strict(words["zh"]).alias("note_zh"),
        pl.col("term").replace_strict(words["en"]).alias("note_en"),
        pl.col("term").str.strip_suffix("_tj"),
    )


_NOTES = {
    "to_transformation_tj": Text(
        "净投入炼焦、洗选、炼油等转换：投入品种的碳多于产出品种的碳，差额为转换损失",
        "net input to coking, washing, refining …: carbon in less carbon out is the loss of transformation",
    ),
    "recovered_tj": Text(
        "回收能（高炉煤气等）不属于供应，其碳已随焦炭计入",
        "recovered energy (blast-furnace gas …) is no supply: its carbon came with the coke",
    ),
    "losses_tj": Text("运输和输配损失", "losses in transport and distribution"),
    "statistical_difference_tj": Text("统计差额", "statistical difference"),
    "unexplained_tj": Text("原表舍入和缺陷", "rounding and defects of the source"),
}
