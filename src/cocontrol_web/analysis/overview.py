"""Where we stand: totals, sectors, verdicts, findings and gaps of one run, as plain values for a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.pollutants import codes
from cocontrol.core.verdicts import VerdictValue
from cocontrol.io.results import applies, substance_totals
from cocontrol.io.sector_step import NO_FUEL
from cocontrol.reference.scopes import TotalScope
from cocontrol_web.analysis.cells import cell
from cocontrol_web.analysis.emissions import co2e_column, emission_of, gaps_of
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import optional_table, run_of, table_of

FIRST_REASONS = 6
ENERGY_UNIT = "TJ"
LEVEL_ORDER = ("error", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Total:
    """The total of one substance in tonnes, and what a reader must know beside it.

    `missing` counts emission rows without a value; `partial` counts rows whose CO2e lacks a gas (the total
    is then a lower bound). `covered_share` is the share of activity behind the total: where it is small, the
    total says little about the region. `generation_share` is the part before treatment: generation (产生量), not
    emission. `recalled_share` is the share that rests on recalled parameters. The total is without land use;
    `with_land_use` is the other one, None where the inventory holds no land use of the substance.
    """

    measure: str
    value: float | None
    missing: int
    partial: int
    covered_share: float
    generation_share: float
    recalled_share: float
    explain: str
    with_land_use: float | None = None
    explain_with_land_use: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is absent of one substance: how many figures, the share of activity behind them, fuels by size, reasons.

    `reasons` holds the first of `reason_count` reasons (``notation``, ``reason_zh``, ``reason_en``), most activity first.
    """

    pollutant: str
    figures: int
    activity_share: float
    fuels: tuple[str, ...]
    reasons: tuple[dict[str, Any], ...]
    reason_count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the overview page says about one year of one run."""

    period: str | None
    periods: tuple[str, ...]
    greenhouse_gases: tuple[Total, ...]
    air_pollutants: tuple[Total, ...]
    verdict_counts: Mapping[str, int]
    verdicts: tuple[dict[str, Any], ...]
    finding_counts: Mapping[str, int]
    findings: tuple[dict[str, Any], ...]
    gaps: tuple[Gap, ...]
    indicators: tuple[dict[str, Any], ...]
    ledger_breaks: tuple[dict[str, Any], ...]
    conservation_ok: bool


def overview(record: RunRecord, *, gwp_set: str, period: str | None = None) -> Overview:
    """The overview of a run for one period (the latest with emissions unless named) under one GWP set."""
    return _overview(record.path, record.digest, gwp_set, period)


@lru_cache(maxsize=64)
def _overview(path: str, digest: str, gwp_set: str, period: str | None) -> Overview:
    record = RunRecord(path=path, digest=digest)
    run = run_of(record)
    emission = emission_of(record, gwp_set)
    periods = tuple(emission["period"].drop_nulls().unique().sort().to_list())
    shown = period if period in periods else (periods[-1] if periods else None)
    year = emission.filter(pl.col("period") == shown) if shown else emission.clear()
    totals = totals_of(year, table_of(record, "coefficient_lineage"), shown)
    verdicts, findings, ledger = (_rows(record, name) for name in ("verdict", "finding", "ledger"))
    gases = {*codes("greenhouse_gas"), co2e_column(gwp_set)}
    return Overview(
        period=shown,
        periods=periods,
        greenhouse_gases=tuple(t for t in totals if t.measure in gases),
        air_pollutants=tuple(t for t in totals if t.measure not in gases),
        verdict_counts=_counts(verdicts, "value", [value.value for value in VerdictValue]),
        verdicts=tuple(verdicts),
        finding_counts=_counts(findings, "level", LEVEL_ORDER),
        findings=tuple(sorted(findings, key=_level_rank)),
        gaps=summarise_gaps(gaps_of(record).filter(pl.col("period") == shown), year),
        indicators=tuple(_rows(record, "indicator")),
        ledger_breaks=tuple(row for row in ledger if row["within_tolerance"] is False),
        conservation_ok=bool(run.manifest["conservation_ok"]),
    )


def totals_of(emission: pl.DataFrame, lineage: pl.DataFrame, period: str | None) -> tuple[Total, ...]:
    """One `Total` per substance of the emission table (tonnes), in printed order, CO2e last.

    A substance of which no row has a value has no total; it is not zero.
    """
    facts = substance_totals(emission, lineage)
    return tuple(
        _total(row, covered_share(emission, lineage, row["pollutant"]), period) for row in facts.iter_rows(named=True)
    )


def covered_share(emission: pl.DataFrame, lineage: pl.DataFrame, measure: str) -> float:
    """The share of the energy from which a substance can arise whose emission of it is estimated.

    Where no energy gives rise to it (HFCs), there is nothing to cover: 1 where the substance has a value, else 0.
    """
    rows = emission.filter(applies(measure, lineage))
    known, unit = rows.drop_nulls(measure), summed_unit(rows)
    whole = amount_of(rows, unit)
    return amount_of(known, unit) / whole if whole else float(known.height > 0)


def summed_unit(rows: pl.DataFrame) -> str | None:
    """The unit whose amounts add up to a size of the activity: energy (TJ), else the only one; None where they differ."""
    units = rows["unit"].drop_nulls().unique().to_list()
    return ENERGY_UNIT if ENERGY_UNIT in units else units[0] if len(units) == 1 else None


def amount_of(rows: pl.DataFrame, unit: str | None) -> float:
    """Sum of the activity amounts that are known in one unit; amounts in others do not add to it."""
    return float(rows.filter(pl.col("unit").eq_missing(pl.lit(unit, pl.String)))["amount"].sum())


def _total(facts: Mapping[str, Any], covered: float, period: str | None) -> Total:
    value, measure = facts["total"], facts["pollutant"]
    beside = facts["land_use"] is not None
    scoped = {"period": period, "scope": TotalScope.WITHOUT_LAND_USE.value if beside else None}
    return Total(
        measure=measure,
        value=value,
        missing=facts["missing"],
        partial=facts["partial"],
        covered_share=covered,
        generation_share=facts["generation"] / value if value else 0.0,
        recalled_share=facts["recalled"] or 0.0,
        explain=cell(measure, scoped),
        with_land_use=facts["total_with_land_use"],
        explain_with_land_use=cell(measure, {"period": period}),
    )


def summarise_gaps(gaps: pl.DataFrame, emission: pl.DataFrame) -> tuple[Gap, ...]:
    """Gaps by substance, in printed order: how many figures, how much activity, which fuels, which reasons.

    Parameters
    ----------
    gaps : table of `cocontrol_web.analysis.emissions.GAP_SCHEMA`
    emission : table ``emission`` of the same rows; sizes are in `summed_unit`
    """
    unit = summed_unit(emission)
    whole = amount_of(emission, unit)
    order = {code: index for index, code in enumerate(codes())}
    sized = gaps.with_columns(pl.when(pl.col("unit") == unit).then(pl.col("amount")).alias("size"))
    parts = sized.partition_by("pollutant", as_dict=True)
    return tuple(
        _gap(code, parts[(code,)], whole) for code in sorted((key[0] for key in parts), key=lambda c: order.get(c, 99))
    )


def _gap(pollutant: str, rows: pl.DataFrame, whole: float) -> Gap:
    by_fuel = rows.group_by("fuel").agg(pl.col("size").sum()).sort("size", "fuel", descending=[True, False])
    reasons = (
        rows.group_by("notation", "reason_zh", "reason_en")
        .agg(pl.col("size").sum())
        .sort("size", "reason_zh", descending=[True, False], nulls_last=True)
        .select("notation", "reason_zh", "reason_en")
    )
    return Gap(
        pollutant=pollutant,
        figures=rows.height,
        activity_share=float(rows["size"].sum()) / whole if whole else 0.0,
        fuels=tuple(fuel for fuel in by_fuel["fuel"].drop_nulls() if fuel != NO_FUEL),
        reasons=tuple(reasons.head(FIRST_REASONS).to_dicts()),
        reason_count=reasons.height,
    )


def _rows(record: RunRecord, name: str) -> list[dict[str, Any]]:
    frame = optional_table(record, name)
    return [] if frame is None else frame.to_dicts()


def _counts(rows: Sequence[Mapping[str, Any]], column: str, order: Sequence[str]) -> dict[str, int]:
    found = [row[column] for row in rows]
    return {value: found.count(value) for value in order if value in found}


def _level_rank(finding: Mapping[str, Any]) -> int:
    level = finding["level"]
    return LEVEL_ORDER.index(level) if level in LEVEL_ORDER else len(LEVEL_ORDER)
