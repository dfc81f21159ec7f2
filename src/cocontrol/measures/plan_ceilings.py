"""Targets of a compiled plan as ceilings of a least-cost problem, and why the others are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.measures.workbench import Ceiling

LEVELS = {"co2_emission": "CO2", "so2": "SO2", "nox": "NOx", "vocs": "VOCs", "nh3": "NH3", "ch4": "CH4"}
"""Series of a plan that are tonnes of one pollutant."""

INTENSITIES = {"co2_per_gdp": "CO2"}
"""Series that are tonnes per output: a ceiling needs the change of output."""

REDUCTION = "_reduction"
"""Ends the name of a series of amounts saved."""

CONCENTRATIONS = frozenset({"pm25", "pm10", "o3", "good_air_days_share", "air_quality"})

_NO_VALUE = Text("目标没有数值", "the target has no value")
_NO_OUTPUT = Text(
    "须先给出同期产出（GDP）变化，才能换算为排放上限", "the change of output (GDP) over the time must be given first"
)
_CONCENTRATION = Text("浓度目标须经源-受体矩阵换算", "a concentration needs a source-receptor matrix")
_OTHER = Text("不是排放量目标", "not a target of emissions")
_RISES = Text("不是减排目标", "not a target to reduce")


def ceilings_from_targets(
    targets: pl.DataFrame, base: Mapping[str, float], *, output_change: float | None = None
) -> tuple[list[Ceiling], pl.DataFrame]:
    """Ceilings of the targets that bound tonnes, and the others with the reason (`target_id`, `metric`, reasons).

    ``nox <= 100`` bounds tonnes; a change of −10 % takes 10 % of the base; a reduction of 500 t takes 500 t of it. An
    intensity target bounds base × (1 + change) × (1 + `output_change`), `output_change` the change of output from base
    to target year as a share (0.3: 30 % more), which the user declares.

    Parameters
    ----------
    targets : table ``target``
    base : tonnes of the base by pollutant
    """
    made: list[Ceiling] = []
    skipped: list[tuple[str, str | None, str, str]] = []
    for row in targets.iter_rows(named=True):
        found = _ceiling(row, base, output_change)
        if isinstance(found, Ceiling):
            made.append(found)
        else:
            skipped.append((row["target_id"], row["metric"], found.zh, found.en))
    schema = dict.fromkeys(("target_id", "metric", "reason_zh", "reason_en"), pl.String)
    return made, pl.DataFrame(skipped, schema=schema, orient="row")


def _ceiling(row: Mapping[str, Any], base: Mapping[str, float], output_change: float | None) -> Ceiling | Text:
    metric = row["metric"] or ""
    if metric in CONCENTRATIONS:
        return _CONCENTRATION
    reduction = metric.endswith(REDUCTION)
    pollutant = INTENSITIES.get(metric) or LEVELS.get(metric.removesuffix(REDUCTION))
    if pollutant is None or pollutant not in base:
        return _OTHER
    if row["value"] is None:
        return _NO_VALUE
    if metric in INTENSITIES:
        return _of_intensity(row, pollutant, base[pollutant], output_change)
    return _of_level(row, pollutant, base[pollutant], reduction=reduction)


def _of_intensity(row: Mapping[str, Any], pollutant: str, base: float, output_change: float | None) -> Ceiling | Text:
    if row["operator"] != "change_pct":
        return _OTHER
    if output_change is None:
        return _NO_OUTPUT
    limit = base * (1.0 + row["value"] / 100.0) * (1.0 + output_change)
    return Ceiling(pollutant, cap_t=limit, target_id=row["target_id"])


def _of_level(row: Mapping[str, Any], pollutant: str, base: float, *, reduction: bool) -> Ceiling | Text:
    if reduction:
        return Ceiling(pollutant, cap_t=base - row["value"], target_id=row["target_id"])
    if row["operator"] == "change_pct":
        return Ceiling(pollutant, reduction=-row["value"] / 100.0, target_id=row["target_id"])
    if row["operator"] in {"<=", "<"}:
        return Ceiling(pollutant, cap_t=row["value"], target_id=row["target_id"])
    return _RISES
