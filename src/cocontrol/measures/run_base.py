"""The streams of an inventory run, on which measures act: coefficients, the devices already there, what is not known."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from cocontrol.core.errors import CocontrolError, Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.core.units import factor as unit_factor
from cocontrol.inventory.circumstances import (
    COAL_QUALITY,
    COMBUSTION_TECHNOLOGY,
    CONTROL,
    Circumstances,
    make_circumstances,
)
from cocontrol.inventory.coefficients import combustion_coefficients
from cocontrol.measures.catalogue import ELECTRICITY, Catalogue, shipped
from cocontrol.measures.plants import split_among_plants
from cocontrol.measures.streams import Coefficients, Stream, Surroundings
from cocontrol.reference.controls import removal_efficiency
from cocontrol.reference.electricity import electricity_factor
from cocontrol.reference.fuels import require_fuel

DEFAULT_POLLUTANTS = ("CO2", "SO2", "NOx", "PM25", "VOCs")

GRID_KINDS = ("average", "legacy_grid_average")
"""Kinds of grid factor, the first that holds for the year and place."""

OTHER_STAGE = "other"

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Local facts that fill coefficients which the run could not estimate; never those that it could."""

    circumstances: Circumstances
    controls: pl.DataFrame
    label: Text
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Base:
    """What measures start from.

    `unknown` names each source and pollutant without figure and why; `plants` the places of sources that are single
    plants (`plants.COLUMNS`; their activity is allocated by capacity); `notes` the assumptions made; `synthetic` says
    that some are invented.
    """

    streams: tuple[Stream, ...]
    pollutants: tuple[str, ...]
    around: Surroundings
    unknown: pl.DataFrame
    plants: pl.DataFrame
    notes: tuple[Text, ...]
    synthetic: bool

    @property
    def year(self) -> int:
        """The year of the inventory."""
        return int(self.streams[0].period[:4])

    @property
    def places(self) -> frozenset[str]:
        """The adcodes at which sources stand."""
        return frozenset(stream.adcode for stream in self.streams)


@cache
def demonstration_assumptions() -> Assumptions:
    """Invented technologies, coal quality and devices (status ``synthetic``), for a run that knows none of its own."""
    controls = shipped(CONTROL, "synthetic_control.csv")
    return Assumptions(
        make_circumstances(
            technologies=shipped(COMBUSTION_TECHNOLOGY, "synthetic_technology.csv"),
            coal_quality=shipped(COAL_QUALITY, "synthetic_coal_quality.csv"),
            controls=controls,
        ),
        controls,
        Text(
            "燃烧技术、煤质和治理设施为演示用虚构数据",
            "technologies, coal quality and devices are synthetic, for demonstration",
        ),
        synthetic=True,
    )


def base_from_run(
    tables: Tables,
    catalogue: Catalogue,
    *,
    profile: str,
    region: str,
    pollutants: Sequence[str] = DEFAULT_POLLUTANTS,
    period: str | None = None,
    assumptions: Assumptions | None = None,
    plants: bool = True,
) -> Base:
    """The streams of one period (None: the last) of a run.

    Parameters
    ----------
    tables : results of the run: ``emission``, ``coefficient``, and, where there are any, ``control`` and ``facility``
    catalogue : its new fuels need coefficients, made as the run makes them
    profile, region : document profile and adcode of the run
    assumptions : fill coefficients that the run lacks; None leaves them unknown
    plants : coal-fired power is split among the operating units of ``facility``, by capacity

    Raises
    ------
    InvalidInput
        The run has no emission of that period.
    """
    emission = tables["emission"]
    chosen = period or str(emission["period"].max())
    rows = emission.filter((pl.col("period") == chosen) & pl.col("amount").is_not_null())
    if rows.is_empty():
        raise InvalidInput(
            Fault(
                "measures.no_emission", Text("该期没有排放结果", "the run has no emission of the period"), value=chosen
            )
        )
    wanted = tuple(p for p in pollutants if p in tables["coefficient"].columns)
    known = {row["coefficient_id"]: row for row in tables["coefficient"].iter_rows(named=True)}
    fill = _Filled(rows, profile, region, wanted, assumptions)
    own = _removed(tables.get("control"), chosen, region)
    streams = [
        _stream(row, known.get(row["coefficient_id"]) or _implied(row, wanted), wanted, own, fill)
        for row in rows.iter_rows(named=True)
    ]
    places = pl.DataFrame(schema=dict.fromkeys(("source_id", "name_zh", "name_en"), pl.String))
    notes = [] if assumptions is None else [assumptions.label]
    if plants and "facility" in tables:
        streams, places, more = split_among_plants(streams, tables["facility"])
        notes.extend(more)
    grid, grid_note = _grid(region, chosen)
    around = Surroundings(_targets(streams, catalogue, chosen, fill), grid)
    synthetic = assumptions is not None and assumptions.synthetic
    return Base(tuple(streams), wanted, around, _unknown(streams, wanted), places, (*notes, grid_note), synthetic)


class _Filled:
    """Coefficients that the run lacks, under assumptions, before any device; with the devices that are then assumed."""

    def __init__(
        self, rows: pl.DataFrame, profile: str, region: str, pollutants: Sequence[str], given: Assumptions | None
    ) -> None:
        self.given = given
        self.profile, self.region, self.pollutants = profile, region, tuple(pollutants)
        pairs = rows.drop_nulls("fuel").select("category", "fuel", "period").unique()
        self.coefficients = {} if given is None else self.derive(pairs)
        periods = rows["period"].to_list()
        self.removed = {} if given is None else _removed(given.controls, periods[0], region)

    def derive(self, pairs: pl.DataFrame) -> dict[tuple[str, str], Coefficients]:
        """Coefficients by category and fuel, as the inventory derives them, without devices."""
        local = Circumstances() if self.given is None else replace(self.given.circumstances, controls=())
        activity = pairs.with_columns(
            pl.format("{}/{}/uncontrolled/{}", "category", "fuel", "period").alias("coefficient_id"),
            pl.lit("combusted").alias("use"),
        )
        made, _ = combustion_coefficients(
            activity, profile=self.profile, jurisdiction=self.region, circumstances=local, pollutants=self.pollutants
        )
        return {
            (row["category"], row["fuel"]): {p: row[p] for p in self.pollutants} for row in made.iter_rows(named=True)
        }


Removed = Mapping[tuple[str, str, str], Mapping[str, float]]
"""Application rate × removal efficiency by stage, keyed (category, fuel, pollutant)."""


def _stream(
    row: Mapping[str, Any], coefficient: Mapping[str, Any], pollutants: Sequence[str], own: Removed, fill: _Filled
) -> Stream:
    raw: dict[str, float | None] = {}
    existing: dict[str, Mapping[str, float]] = {}
    assumed = fill.coefficients.get((row["category"], row["fuel"]), {})
    for pollutant in pollutants:
        value = coefficient[pollutant]
        there = _find(own, row["category"], row["fuel"], pollutant)
        if value is None:
            raw[pollutant] = assumed.get(pollutant)
            there = _find(fill.removed, row["category"], row["fuel"], pollutant)
        else:
            raw[pollutant] = _before_devices(value, there, row, pollutant)
        if there:
            existing[pollutant] = there
    return Stream(
        row["source_id"], row["adcode"], row["period"], row["category"], row["fuel"], row["amount"], row["unit"],
        raw, existing,
    )  # fmt: skip


def _implied(row: Mapping[str, Any], pollutants: Sequence[str]) -> dict[str, float | None]:
    """Emission ÷ amount, for rows of models with memory that no coefficient stands behind; None for an amount of 0."""
    amount = row["amount"]
    return {p: None if row.get(p) is None or not amount else row[p] / amount for p in pollutants}


def _before_devices(value: float, there: Mapping[str, float], row: Mapping[str, Any], pollutant: str) -> float:
    """value / (1 − Σ rate × efficiency): what would leave without the devices."""
    left = 1.0 - sum(there.values())
    if left <= 0:
        raise InvalidInput(
            Fault(
                "measures.back_out",
                Text(
                    "现有设施去除 100%，无法还原产生量", "the devices remove all of it: generation cannot be backed out"
                ),
                value=f"{row['source_id']} {pollutant}",
            )
        )
    return value / left


def _find(removed: Removed, category: str, fuel: str | None, pollutant: str) -> Mapping[str, float]:
    if fuel is None:
        return {}
    for name in (fuel, require_fuel(fuel)["air_fuel_code"] or ""):
        if (category, name, pollutant) in removed:
            return removed[category, name, pollutant]
    return {}


def _removed(control: pl.DataFrame | None, period: str, region: str) -> Removed:
    made: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in () if control is None else control.iter_rows(named=True):
        efficiency = row["removal_efficiency"]
        if efficiency is None:
            on = date(int(period[:4]), 12, 31)
            efficiency = removal_efficiency(
                row["technology"], row["pollutant"], on=on, basis="fleet_average", jurisdiction=region
            ).value
        stages = made.setdefault((row["category"], row["fuel"], row["pollutant"]), {})
        stage = device_stages().get(row["technology"], OTHER_STAGE)
        stages[stage] = stages.get(stage, 0.0) + row["application_rate"] * efficiency
    return made


@cache
def device_stages() -> Mapping[str, str]:
    """The stage at the end of pipe that each technology of the control tables stands in."""
    content = (files("cocontrol.measures") / "data" / "device_stages.csv").read_text(encoding="utf-8")
    return {row["technology"]: row["stage"] for row in csv.DictReader(content.splitlines())}


def _targets(
    streams: Iterable[Stream],
    catalogue: Catalogue,
    period: str,
    fill: _Filled,
) -> dict[tuple[str, str], Coefficients]:
    """Coefficients of every new fuel in every category where a measure may bring it."""
    fuels = {measure.target_fuel for measure in catalogue.measures.values()} - {None, ELECTRICITY}
    burning = {stream.category for stream in streams if stream.fuel is not None}
    pairs = [(category, fuel, period) for category in sorted(burning) for fuel in sorted(map(str, fuels))]
    if not pairs:
        return {}
    frame = pl.DataFrame(pairs, schema=dict.fromkeys(("category", "fuel", "period"), pl.String), orient="row")
    return fill.derive(frame)


def _grid(region: str, period: str) -> tuple[float | None, Text]:
    """t CO2 per MWh of the grid, and what it is; None where no factor holds."""
    for kind in GRID_KINDS:
        try:
            found = electricity_factor(region, int(period[:4]), kind)
        except CocontrolError:
            continue
        value = found.value * unit_factor(found.unit, "t*CO2/MWh")
        note = Text("电力 {v:.4f} tCO2/MWh（{d}）", "electricity {v:.4f} t CO2/MWh ({d})")
        return value, note.format(v=value, d=found.document)
    return None, Text("没有该年的电网因子，电力 CO2 未知", "no grid factor holds: CO2 of electricity is unknown")


_NO_COEFFICIENT = Text("没有排放系数", "there is no coefficient")


def _unknown(streams: Iterable[Stream], pollutants: Sequence[str]) -> pl.DataFrame:
    rows = sorted(
        {
            (s.source_id, p, _NO_COEFFICIENT.zh, _NO_COEFFICIENT.en)
            for s in streams
            for p in pollutants
            if s.raw[p] is None
        }
    )
    schema = dict.fromkeys(("source_id", "pollutant", "reason_zh", "reason_en"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")
