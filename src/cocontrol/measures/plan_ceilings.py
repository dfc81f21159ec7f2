"""Targets of a compiled plan as ceilings of a least-cost problem, and why the others are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from cocontrol.core.errors import CocontrolError
from cocontrol.core.text import Text
from cocontrol.core.units import factor as unit_factor
from cocontrol.measures.ceilings import WHOLE, Ceiling
from cocontrol.measures.portfolio.ceilings import members

LEVELS = {"co2_emission": "CO2", "so2": "SO2", "nox": "NOx", "vocs": "VOCs", "nh3": "NH3", "ch4": "CH4"}
"""Series of a plan that are tonnes of one pollutant."""

INTENSITIES = {"co2_per_gdp": "CO2"}
"""Series that are tonnes per output: a ceiling needs the change of output."""

REDUCTION = "_reduction"
"""Ends the name of a series of amounts saved."""

PM25 = "pm25"
CONCENTRATIONS = frozenset({PM25, "pm10", "o3", "ozone", "good_air_days_share", "heavy_pollution_days", "air_quality"})
ENERGY = ("energy", "coal_", "non_fossil", "renewable", "unit_product", "electrification", "new_energy", "clean_energy")

_NO_VALUE = Text("目标没有数值", "the target has no value")
_NO_OUTPUT = Text(
    "须先给出同期产出（GDP）变化，才能换算为排放上限", "the change of output (GDP) over the time must be given first"
)
_PM25 = Text(
    "PM₂.₅ 浓度目标须先换算成排放：填写第 4 步的浓度筛查参数，或用源-受体矩阵",
    "a PM₂.₅ concentration has to be turned into emissions: fill in the screening of step 4, or use a source-receptor matrix",
)
_AIR = Text(
    "空气质量目标与排放不成线性关系，须用空气质量模型，不能作为排放上限",
    "air quality is not linear in emissions: it takes an air-quality model and cannot be a ceiling",
)
_ENERGY = Text(
    "能耗、煤炭或能源结构目标约束能源而不是排放；最省方案只有排放上限",
    "a target of energy use or its mix bounds energy, not emissions, which is what ceilings bound",
)
_OTHER = Text("不是排放量目标", "not a target of emissions")
_PEAK = Text("达峰年是路径问题，见「路径与达峰」", "a peak year is a matter of pathways: see their page")
_RISES = Text("不是减排目标", "not a target to reduce")
_UNKNOWN_UNIT = Text("目标的单位 {u} 不能换算成吨", "the unit {u} of the target is no mass")
_ELSEWHERE = Text("目标约束的是别的地区（{r}）", "the target binds another region ({r})")
_NO_SOURCES = Text(
    "清单的源没有分到 {r}，不能给它定上限", "no source of the inventory stands in {r}: it cannot be bounded"
)
_OTHER_YEAR = Text("目标年 {y} 不在所选目标年之内", "its target year {y} is none of the years chosen")

Totals = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What targets are counted from.

    `totals` tonnes by pollutant of all sources, `within` those of a region in it (empty: no source stands there);
    `region` the adcode of the inventory (None: any target holds for all of it); `years` the target years (empty: any, and
    ceilings then hold in every period); `output` the change of output (GDP, share) by (base year, target year), the key
    (None, None) for all; `emission_change` that of emissions from the year of the inventory to the base year of a target.
    """

    totals: Totals
    within: Callable[[str], Totals] | None = None
    region: str | None = None
    years: Sequence[int] = ()
    output: Mapping[tuple[int | None, int | None], float] = field(default_factory=dict)
    emission_change: float = 0.0

    def output_of(self, row: Mapping[str, Any]) -> float | None:
        """The change of output over the time of a target."""
        span = (row.get("base_year"), row.get("target_year"))
        return self.output.get(span, self.output.get((None, None)))


def ceilings_from_targets(
    targets: pl.DataFrame, base: Totals | Standpoint, *, output_change: float | None = None
) -> tuple[list[Ceiling], pl.DataFrame]:
    """Ceilings of the targets that bound tonnes, and the others with the reason (`target_id`, `metric`, reasons).

    ``nox <= 100`` bounds tonnes; a change of −10 % takes 10 % of the base; a reduction of 500 t takes 500 t of it. An
    intensity target bounds base × (1 + change) × (1 + change of output). The base is the inventory × (1 + emission change)
    where the target counts from another year. A target of a region inside that of the inventory bounds this region.

    Parameters
    ----------
    targets : table ``target``
    base : tonnes of the base by pollutant, or a whole `Standpoint`
    output_change : where `base` is tonnes alone: change of output from base to target year as a share (0.3: 30 % more)
    """
    output: dict[tuple[int | None, int | None], float] = {}
    if output_change is not None:
        output[None, None] = output_change
    stand = base if isinstance(base, Standpoint) else Standpoint(base, output=output)
    made: list[Ceiling] = []
    skipped: list[tuple[str, str | None, str, str]] = []
    for row in targets.iter_rows(named=True):
        found = _ceiling(row, stand)
        if isinstance(found, Ceiling):
            made.append(found)
        else:
            skipped.append((row["target_id"], row["metric"], found.zh, found.en))
    schema = dict.fromkeys(("target_id", "metric", "reason_zh", "reason_en"), pl.String)
    return made, pl.DataFrame(skipped, schema=schema, orient="row")


def base_year_remark(row: Mapping[str, Any], year: int, emission_change: float = 0.0) -> Text | None:
    """What it means that a target counts from another year than the inventory; None where it does not."""
    base = row.get("base_year")
    counts = (row.get("metric") or "").endswith(REDUCTION) or row.get("operator") == "change_pct"
    if base is None or int(base) == year or not counts:
        return None
    given = {"b": int(base), "y": year}
    if not emission_change:
        return _STANDS_IN.format(**given)
    return _STANDS_IN_CHANGED.format(**given, c=f"{emission_change:+.1%}")


_STANDS_IN = Text(
    "目标以 {b} 年为基准，清单是 {y} 年：这里以 {y} 年排放代替 {b} 年。{b} 年实际排放每高 1 %，上限也应高 1 %",
    "the target counts from {b}, the inventory is of {y}: emissions of {y} stand in for {b}. For every 1 % by which {b} was "
    "higher, the ceiling should be 1 % higher",
)
_STANDS_IN_CHANGED = Text(
    "目标以 {b} 年为基准，清单是 {y} 年：{b} 年排放按 {y} 年的 {c} 计（填写值）",
    "the target counts from {b}, the inventory is of {y}: {b} is taken as {y} {c} (as declared)",
)


def _ceiling(row: Mapping[str, Any], stand: Standpoint) -> Ceiling | Text:
    metric, year = row["metric"] or "", row.get("target_year")
    pollutant = INTENSITIES.get(metric) or LEVELS.get(metric.removesuffix(REDUCTION))
    if pollutant is None or pollutant not in stand.totals:
        return _why_not(metric)
    if row["value"] is None:
        return _NO_VALUE
    if stand.years and year is not None and int(year) not in stand.years:
        return _OTHER_YEAR.format(y=int(year))
    place = _place(row.get("adcode"), stand)
    return place if isinstance(place, Text) else _bounded(row, pollutant, place, stand)


def _bounded(row: Mapping[str, Any], pollutant: str, place: tuple[str, Totals], stand: Standpoint) -> Ceiling | Text:
    """The ceiling of a target that names a pollutant, in its region."""
    metric, year, (region, totals) = row["metric"] or "", row.get("target_year"), place
    shift = stand.emission_change if row.get("base_year") else 0.0
    base = totals.get(pollutant, 0.0) * (1.0 + shift)
    made = _of_intensity(row, base, stand) if metric in INTENSITIES else _of_level(row, base, metric)
    period = int(year) if stand.years and year is not None else None
    if isinstance(made, Text):
        return made
    if isinstance(made, _Share):
        if not shift:
            return Ceiling(pollutant, None, made.reduction, region, row["target_id"], period)
        made = base * (1.0 - made.reduction)
    return Ceiling(pollutant, made, None, region, row["target_id"], period)


def _why_not(metric: str) -> Text:
    if metric == PM25:
        return _PM25
    if metric in CONCENTRATIONS:
        return _AIR
    if metric.endswith("peak_year"):
        return _PEAK
    return _ENERGY if metric.startswith(ENERGY) else _OTHER


def _place(adcode: str | None, stand: Standpoint) -> tuple[str, Totals] | Text:
    """The region that a target bounds with its tonnes, or why it cannot be bounded."""
    if not adcode or stand.region is None or adcode == stand.region:
        return WHOLE, stand.totals
    if not members(stand.region, [adcode]).any():
        return _ELSEWHERE.format(r=adcode)
    found = stand.within(adcode) if stand.within is not None else {}
    return (adcode, found) if found else _NO_SOURCES.format(r=adcode)


@dataclass(frozen=True, slots=True)
class _Share:
    """A reduction as a share of the base."""

    reduction: float


def _of_intensity(row: Mapping[str, Any], base: float, stand: Standpoint) -> float | Text:
    if row["operator"] != "change_pct":
        return _OTHER
    change = stand.output_of(row)
    if change is None:
        return _NO_OUTPUT
    return base * (1.0 + float(row["value"]) / 100.0) * (1.0 + change)


def _of_level(row: Mapping[str, Any], base: float, metric: str) -> float | _Share | Text:
    if row["operator"] == "change_pct":
        return _Share(-row["value"] / 100.0)
    tonnes = _tonnes(row)
    if isinstance(tonnes, Text):
        return tonnes
    if metric.endswith(REDUCTION):
        return base - tonnes
    return tonnes if row["operator"] in {"<=", "<"} else _RISES


def _tonnes(row: Mapping[str, Any]) -> float | Text:
    """The value in tonnes; ``tCO2`` are tonnes, a target without unit too."""
    unit = row.get("unit") or "t"
    try:
        return float(row["value"]) * unit_factor("t" if unit == "tCO2" else unit, "t")
    except CocontrolError:
        return _UNKNOWN_UNIT.format(u=unit)
