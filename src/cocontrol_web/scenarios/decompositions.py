"""Which factor made how much of a change, as a waterfall: of a scenario, or of a table that somebody brings along."""

from __future__ import annotations

import polars as pl

from cocontrol.core.text import Text
from cocontrol.pathways.choices import Method
from cocontrol.pathways.decomposition import CELL, PERIOD, Decomposition, decompose
from cocontrol.pathways.results import Outlook
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.language import say

ACTIVITY, PER_ACTIVITY = "activity", "per_activity"
_NAMES = {
    ACTIVITY: Text("活动水平", "activity"),
    PER_ACTIVITY: Text("单位活动的排放", "emission per activity"),
}


def of_outlook(result: Outlook, pollutant: str, first: int, last: int) -> Decomposition | None:
    """The change of an emission on the path of modes between two years; None where it ends at zero or has one factor.

    A Kaya scenario is taken apart into its drivers; one of sectors into activity and emission per activity
    of each sector, which sum over the sectors (a sector that starts or ends without activity is kept, by the
    limits of the method).
    """
    scenario = result.scenario
    wide = result.bands.filter(pl.col("year").is_in([first, last]))
    values = {(row[0], row[1]): row[2] for row in wide.select("variable", "year", "central").iter_rows()}
    total = f"Emissions|{pollutant}"
    if any(not values.get((total, year)) for year in (first, last)):
        return None
    if scenario.base is not None:
        names = [driver.name for driver in scenario.driver]
        rows = [
            {
                CELL: "all",
                PERIOD: str(year),
                "base": scenario.base.value,
                **{n: values[f"Driver|{n}", year] for n in names},
            }
            for year in (first, last)
        ]
        return decompose(pl.DataFrame(rows), ("base", *names), method=Method.ADDITIVE)
    rows = []
    for sector in scenario.sector:
        for year in (first, last):
            activity, emission = (
                values.get((name, year)) for name in (f"Activity|{sector.id}", f"{total}|{sector.id}")
            )
            if activity is not None and emission is not None:
                rate = emission / activity if activity else 0.0
                rows.append({CELL: sector.id, PERIOD: str(year), ACTIVITY: activity, PER_ACTIVITY: rate})
    return decompose(pl.DataFrame(rows), (ACTIVITY, PER_ACTIVITY), method=Method.ADDITIVE)


def waterfall(result: Decomposition, unit: str, title: str) -> Chart:
    """From the first total over the effect of each factor to the last total; a factor without effect is left out."""
    level = result.steps[0].start
    steps = [{"name": result.steps[0].first, "from": 0.0, "to": level, "kind": "total"}]
    for factor, effect in result.effects.items():
        if effect:
            steps.append({"name": factor_name(factor), "from": level, "to": level + effect, "kind": "change"})
            level += effect
    last = result.steps[-1]
    steps.append({"name": last.last, "from": 0.0, "to": last.end, "kind": "total"})
    return {"type": "waterfall", "title": title, "unit": unit, "steps": steps}


def factor_name(name: str) -> str:
    """A factor in words; the names of people stay as they are."""
    return say(_NAMES[name]) if name in _NAMES else name


def effect_rows(result: Decomposition) -> list[dict[str, object]]:
    """One row per factor with its effect in every step and over all of them."""
    return [
        {
            "name": factor_name(factor),
            "effects": [step.effects[factor] for step in result.steps],
            "total": result.effects[factor],
            "share": result.effects[factor] / result.total if result.total else None,
        }
        for factor in result.factors
    ]
