"""Which factor made how much of a change, as a waterfall: of a scenario, or of a table that somebody brings along."""

from __future__ import annotations

import polars as pl

from cocontrol.core.text import Text, same
from cocontrol.pathways.choices import Method
from cocontrol.pathways.decomposition import Decomposition, decompose
from cocontrol.pathways.results import Outlook
from cocontrol.pathways.scenario_factors import AT_SOURCE, NAMES, PASSED, change_factors
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.language import say

TOLD = 5e-4
"""Least share of a change that is worth a sentence."""


def of_outlook(result: Outlook, pollutant: str, first: int, last: int) -> Decomposition | None:
    """The change of an emission on the path of modes between two years; None where it starts or ends at zero, or nothing changes.

    A Kaya scenario is taken apart into its drivers, one of sectors into activity, energy intensity, fuel mix,
    emission factor and end-of-pipe removal.
    """
    values = result.bands.filter(variable=f"Emissions|{pollutant}").filter(pl.col("year").is_in([first, last]))
    if values.height < 2 or not values["central"].to_numpy().all():
        return None
    table, factors = change_factors(result.scenario, pollutant, first, last)
    found = decompose(table, factors, method=Method.ADDITIVE)
    return found if any(found.effects.values()) else None


def source_share(result: Decomposition) -> dict[str, float] | None:
    """Shares of a fall made at the source and at the end of the pipe; None where it rises or the pipe has no part.

    What activity adds counts against the source; a change of emission factors is in neither.
    """
    if result.total >= 0 or abs(result.effects.get(PASSED, 0.0)) < TOLD * abs(result.total):
        return None
    return {
        "source": sum(result.effects[name] for name in AT_SOURCE) / result.total,
        "pipe": result.effects[PASSED] / result.total,
    }


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
    return say(_KNOWN.get(name, same(name)))


_KNOWN = {
    **NAMES,
    **{words.en: words for words in NAMES.values()},
    "CO2 per energy": Text("单位能耗 CO₂", "CO₂ per unit of energy"),
}
"""Factors by their code, and by the English words of the example that ships."""


def ratio_chart(result: Decomposition, title: str) -> Chart:
    """By how many per cent each factor alone would change the total (multiplicative form)."""
    return {
        "type": "bar", "title": title, "unit": "%", "categories": [factor_name(name) for name in result.factors],
        "series": [{"key": "ratio", "name": title, "values": [100 * (result.effects[n] - 1) for n in result.factors]}],
    }  # fmt: skip


def effect_rows(result: Decomposition) -> list[dict[str, object]]:
    """One row per factor with its effect in every step and over all of them, and its share where effects add up."""
    adds = result.method is Method.ADDITIVE
    return [
        {
            "name": factor_name(factor),
            "effects": [step.effects[factor] for step in result.steps],
            "total": result.effects[factor],
            "share": result.effects[factor] / result.total if adds and result.total else None,
        }
        for factor in result.factors
    ]


def changes_of(result: Decomposition) -> list[float]:
    """What the effects of each step come to: a difference or a ratio."""
    adds = result.method is Method.ADDITIVE
    return [step.end - step.start if adds else step.end / step.start for step in result.steps]


def effect_sheets(result: Decomposition) -> dict[Text, pl.DataFrame]:
    """The decomposition as sheets: effects by factor and step, and the additive part of every cell."""
    effects = [
        {"from": step.first, "to": step.last, "factor": name, "effect": effect}
        for step in result.steps
        for name, effect in step.effects.items()
    ]
    ends = (result.steps[0].first, result.steps[-1].last)
    whole = [
        {"from": ends[0], "to": ends[1], "factor": name, "effect": effect} for name, effect in result.effects.items()
    ]
    whole.append({"from": ends[0], "to": ends[1], "factor": "Σ", "effect": result.total})
    cells = [
        step.cells.with_columns(pl.lit(step.first).alias("from"), pl.lit(step.last).alias("to"))
        for step in result.steps
    ]
    return {
        Text("效应", "effects"): pl.DataFrame(whole),
        Text("各步", "steps"): pl.DataFrame(effects),
        Text("各单元", "cells"): pl.concat(cells),
    }
