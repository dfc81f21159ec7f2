"""What a scenario says: bands, peak and its probability, targets met together, cumulative emissions and budget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.pathways.double_attainment import DoubleAttainment, double_attainment, peak_years
from cocontrol.pathways.drawing import Floats
from cocontrol.pathways.projection import Projection, project
from cocontrol.pathways.scenario_checks import growth_gaps
from cocontrol.pathways.scenario_model import Scenario, Target

Booleans = NDArray[np.bool_]

PERCENTILES = (2.5, 50.0, 97.5)


@dataclass(frozen=True, slots=True)
class PeakOutlook:
    """When a series is largest.

    `year` and `level` on the path of modes (None where the maximum is the last year: no peak before the end);
    `probability_by` gives P(peak ≤ Y) by year, `none_within` the share of draws that still rise at the end.
    """

    variable: str
    year: int | None
    level: float | None
    probability_by: dict[int, float] | None
    none_within: float | None
    level_percentiles: dict[str, float] | None


@dataclass(frozen=True, slots=True)
class TargetOutlook:
    """Whether a target is met on the path of modes, by how much it is missed, and how probable it is."""

    target: Target
    met: bool
    value: float | None
    gap: float | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything a scenario says.

    `bands` has ``variable, unit, year, central, mean, p2_5, p50, p97_5`` (the last four null without
    sampling). `joint_probability` is the share of draws that meet every target, from the same draws: the
    targets move together, so it is not the product of theirs.
    """

    scenario: Scenario
    bands: pl.DataFrame
    peaks: tuple[PeakOutlook, ...]
    targets: tuple[TargetOutlook, ...]
    joint_probability: float | None
    cumulative: dict[str, dict[str, float]]
    budget: dict[str, float | None] | None
    remarks: tuple[Text, ...]
    double: DoubleAttainment | None = None


def outlook(scenario: Scenario) -> Outlook:
    """The results of a scenario; with `[sampling]` its draws are made, seeded, and summed up."""
    central = project(scenario, certain=True)
    drawn = None if scenario.sampling is None else project(scenario)
    met = {target.id: None if drawn is None else meets(target, drawn) for target in scenario.target}
    kept = [made for made in met.values() if made is not None]
    totals = [name for name in central.series if name.startswith("Emissions|") and name.count("|") == 1]
    return Outlook(
        scenario,
        _bands(scenario, central, drawn),
        tuple(_peak(name, central, drawn) for name in totals),
        tuple(_target(target, central, met[target.id]) for target in scenario.target),
        float(np.logical_and.reduce(kept).mean()) if kept else None,
        {name: _cumulative(name, central, drawn) for name in totals},
        _budget(scenario, central, drawn),
        (*central.remarks, *growth_gaps(scenario)),
        double_attainment(scenario, central, drawn),
    )


def _variable(projection: Projection, name: str) -> Floats:
    if name not in projection.series:
        raise InvalidInput(
            Fault(
                "scenario.variable",
                Text("没有这个变量", "there is no such variable"),
                value=name,
                allowed=Text("{v}", "{v}").format(v=", ".join(projection.series)),
            )
        )
    return projection.series[name]


def meets(target: Target, projection: Projection) -> Booleans:
    """Whether each draw meets a target."""
    if target.kind == "peak":
        return np.asarray(peak_years(projection, target.variable) <= target.by)
    values = _variable(projection, target.variable)
    years = np.array(projection.years)
    limit = np.inf if target.limit is None else target.limit
    if not years[0] <= target.by <= years[-1]:
        raise InvalidInput(
            Fault(
                "scenario.target_year",
                Text("目标年不在情景年份内", "the year of the target is outside"),
                value=str(target.by),
            )
        )
    chosen = years == target.by if target.kind == "ceiling" else years >= target.by
    return np.asarray((values[:, chosen] <= limit * (1 + 1e-12)).all(axis=1))


def _target(target: Target, central: Projection, drawn: Booleans | None) -> TargetOutlook:
    met = bool(meets(target, central)[0])
    probability = None if drawn is None else float(drawn.mean())
    if target.kind == "peak":
        year = int(peak_years(central, target.variable)[0])
        beyond = year > central.years[-1]
        return TargetOutlook(
            target, met, None if beyond else year, None if beyond else max(year - target.by, 0), probability
        )
    values = _variable(central, target.variable)[0]
    years = np.array(central.years)
    worst = float(values[years == target.by][0] if target.kind == "ceiling" else values[years >= target.by].max())
    return TargetOutlook(target, met, worst, max(worst - (target.limit or 0.0), 0.0), probability)


def _peak(name: str, central: Projection, drawn: Projection | None) -> PeakOutlook:
    values = central.series[name][0]
    year = int(peak_years(central, name)[0])
    within = year <= central.years[-1]
    if drawn is None:
        return PeakOutlook(name, year if within else None, float(values.max()) if within else None, None, None, None)
    years = peak_years(drawn, name)
    levels = drawn.series[name].max(axis=1)
    return PeakOutlook(
        name,
        year if within else None,
        float(values.max()) if within else None,
        {int(y): float((years <= y).mean()) for y in central.years},
        float((years > central.years[-1]).mean()),
        {_label(p): float(np.percentile(levels, p)) for p in PERCENTILES},
    )


def _label(percentile: float) -> str:
    return f"p{percentile:g}".replace(".", "_")


def _bands(scenario: Scenario, central: Projection, drawn: Projection | None) -> pl.DataFrame:
    frames = []
    for name, values in central.series.items():
        columns: dict[str, object] = {
            "variable": [name] * len(central.years),
            "unit": [_unit(scenario, name)] * len(central.years),
            "year": list(central.years),
            "central": values[0].tolist(),
        }
        spread = None if drawn is None else drawn.series[name]
        columns["mean"] = [None] * len(central.years) if spread is None else spread.mean(axis=0).tolist()
        for percentile in PERCENTILES:
            columns[_label(percentile)] = (
                [None] * len(central.years) if spread is None else np.percentile(spread, percentile, axis=0).tolist()
            )
        frames.append(pl.DataFrame(columns, schema_overrides=dict.fromkeys(_NUMBERS, pl.Float64)))
    return pl.concat(frames)


_NUMBERS = ("central", "mean", *(_label(p) for p in PERCENTILES))


def _unit(scenario: Scenario, name: str) -> str:
    parts = name.split("|")
    if parts[0] == "Concentration" and scenario.concentration is not None:
        return scenario.concentration.unit
    if parts[0] == "Activity":
        return next((s.activity_unit for s in scenario.sector if s.id == parts[1]), "")
    if parts[0] == "Driver":
        return f"{scenario.scenario.base_year} = 1"
    return scenario.scenario.units.get(parts[1], "")


def _cumulative(name: str, central: Projection, drawn: Projection | None) -> dict[str, float]:
    """Sum over the years after the base year."""
    made = {"central": float(central.series[name][0, 1:].sum())}
    if drawn is not None:
        sums = drawn.series[name][:, 1:].sum(axis=1)
        made |= {"mean": float(sums.mean()), **{_label(p): float(np.percentile(sums, p)) for p in PERCENTILES}}
    return made


def _budget(scenario: Scenario, central: Projection, drawn: Projection | None) -> dict[str, float | None] | None:
    given = scenario.budget
    if given is None:
        return None
    name = f"Emissions|{given.pollutant}"
    years = np.array(central.years)
    within = (years >= given.from_year) & (years <= given.to_year)
    used = float(_variable(central, name)[0, within].sum())
    chance = None
    if drawn is not None:
        chance = float((drawn.series[name][:, within].sum(axis=1) <= given.amount).mean())
    return {"amount": given.amount, "used": used, "left": given.amount - used, "probability": chance}


def iamc_table(result: Outlook) -> pl.DataFrame:
    """Long IAMC rows: ``Model, Scenario, Region, Variable, Unit, Year, Value``, percentiles as ``…|p2_5``.

    ``Region Code`` stands after ``Region`` where the scenario has one: readers of the format refuse empty cells
    in an extra column.
    """
    head = result.scenario.scenario
    long = result.bands.unpivot(
        on=list(_NUMBERS), index=["variable", "unit", "year"], variable_name="statistic", value_name="value"
    )
    central = pl.col("statistic") == "central"
    return long.drop_nulls("value").select(
        pl.lit(head.model).alias("Model"),
        pl.lit(head.name).alias("Scenario"),
        pl.lit(head.region).alias("Region"),
        *([pl.lit(head.region_code).alias("Region Code")] if head.region_code else []),
        pl.when(central).then("variable").otherwise(pl.col("variable") + "|" + pl.col("statistic")).alias("Variable"),
        pl.col("unit").alias("Unit"),
        pl.col("year").alias("Year"),
        pl.col("value").alias("Value"),
    )
