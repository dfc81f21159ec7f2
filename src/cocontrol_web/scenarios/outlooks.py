"""What a pathway page says beside its series: double attainment, what moves the outcome, policies, sheets to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.pathways.results import Outlook
from cocontrol.pathways.scenario_model import Scenario
from cocontrol.pathways.sensitivity import Swing, sensitivity
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.language import say
from cocontrol_web.scenarios.pathways import outlook_of, variable_name

MOST_SWINGS = 12
"""Values that the chart of what moves the outcome shows; the workbook holds all."""


def double_chart(result: Outlook) -> Chart | None:
    """P(carbon has peaked), P(air has attained) and P(both) by year; None without a limit of air or without draws."""
    double = result.double
    if double is None or double.carbon_by is None or double.air_by is None or double.both_by is None:
        return None
    names = (
        Text("碳已达峰", "carbon has peaked"), Text("空气已达标", "air meets its limit"), Text("双达：两者都已达到", "both"),
    )  # fmt: skip
    by = (double.carbon_by, double.air_by, double.both_by)
    return {
        "type": "line", "title": say(Text("到某年为止双达的概率", "probability of double attainment by a year")), "unit": "%", "max": 100,
        "categories": [str(year) for year in double.both_by],
        "series": [
            {"key": str(number), "name": say(name), "values": [100 * share for share in shares.values()], "dashed": number < 2}
            for number, (name, shares) in enumerate(zip(names, by, strict=True))
        ],
    }  # fmt: skip


_STATES = {
    "both": Text("末年前碳达峰、空气也达标", "carbon peaks and air meets its limit"),
    "carbon_only": Text("碳达峰，空气未达标", "carbon peaks, air does not meet its limit"),
    "air_only": Text("空气达标，碳未达峰", "air meets its limit, carbon does not peak"),
    "neither": Text("碳未达峰，空气也未达标", "neither carbon peaks nor air meets its limit"),
}
_YEARS = Text("碳 {c} 年，空气 {a} 年，相差 {g} 年", "carbon {c}, air {a}, {g} years apart")


def double_words(result: Outlook) -> str:
    """The double attainment of the path of modes in a sentence; empty where it is not asked for."""
    if result.double is None:
        return ""
    state = say(_STATES[result.double.state.value])
    if result.double.gap is None:
        return state
    years = _YEARS.format(c=result.double.carbon_year, a=result.double.air_year, g=abs(result.double.gap))
    return f"{state}{say(Text('：', ': '))}{say(years)}"


_DESIGNS = {
    "per_period": Text("每个取值抽一次，有效期内不变", "each value drawn once and kept"),
    "per_year": Text("每年独立抽取", "drawn anew each year"),
}


def sampling_words(scenario: Scenario) -> str:
    """How the draws were made; empty without any."""
    if scenario.sampling is None:
        return ""
    words = Text("{n} 次抽样（三角分布；{d}；种子 {s}）", "{n} draws (triangular; {d}; seed {s})")
    design = say(_DESIGNS[scenario.sampling.design])
    return say(words.format(n=scenario.sampling.draws, d=design, s=scenario.sampling.seed))


@lru_cache(maxsize=24)
def swings_of(text: str, off: frozenset[str], variable: str) -> tuple[Swing, ...]:
    """What moves a variable of a scenario, widest first."""
    return sensitivity(outlook_of(text, off).scenario, variable)


def tornado(swings: Iterable[Swing], unit: str, middle: float, title: str) -> Chart | None:
    """How far each value moves the cumulative emission from the path of modes, down and up; None where nothing does."""
    shown = [swing for swing in swings if swing.spread > 0][:MOST_SWINGS]
    if not shown:
        return None
    moves = [sorted((s.at_low.cumulative - middle, s.at_high.cumulative - middle)) for s in shown]
    return {
        "type": "bar", "title": title, "unit": unit, "stacked": True,
        "categories": [say(swing.name) for swing in shown],
        "series": [
            {"key": "less", "name": say(Text("减少", "less")), "values": [min(low, 0.0) for low, _high in moves]},
            {"key": "more", "name": say(Text("增加", "more")), "values": [max(high, 0.0) for _low, high in moves]},
        ],
    }  # fmt: skip


def swing_rows(swings: Iterable[Swing]) -> list[dict[str, Any]]:
    """The swings as the page lists them; a policy has no ends."""
    return [
        {
            "name": say(swing.name), "low": swing.low, "high": swing.high, "is_policy": swing.low is None,
            "years": (swing.at_low.peak_year, swing.at_high.peak_year),
            "cumulative": (swing.at_low.cumulative, swing.at_high.cumulative),
            "moves_peak": swing.at_low.peak_year != swing.at_high.peak_year,
        }
        for swing in swings
    ]  # fmt: skip


def policy_choices(scenario: Scenario, off: frozenset[str]) -> list[dict[str, Any]]:
    """The policies that somebody may switch off."""
    return [
        {"id": p.id, "words": say(Text(p.title_zh or p.id, p.title_en or p.id)), "on": p.on and p.id not in off}
        for p in scenario.policy
        if p.on or p.id in off
    ]


def notes_of(result: Outlook, off: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """What an export rests on: scenario, region, source, whether its numbers are made up, how it was drawn."""
    head = result.scenario.scenario
    rows = [
        (Text("情景", "scenario"), head.name), (Text("地区", "region"), f"{head.region} {head.region_code}".strip()),
        (Text("来源", "source"), head.source or "–"),
        (Text("合成数据", "synthetic"), say(Text("是", "yes") if head.synthetic else Text("否", "no"))),
        (Text("抽样", "draws"), sampling_words(result.scenario) or "–"),
        (Text("关闭的政策", "policies switched off"), ", ".join(sorted(off)) or "–"),
        *((Text("说明", "remark"), say(remark)) for remark in result.remarks),
    ]  # fmt: skip
    return [(say(label), words) for label, words in rows]


def sheets_of(result: Outlook, swings: Iterable[Swing] = ()) -> dict[Text, pl.DataFrame]:
    """The result as sheets: series with bands, peaks, targets, probabilities, budget, what moves the outcome."""
    sheets = {
        Text("序列", "series"): result.bands,
        Text("峰值", "peaks"): _frame(
            {
                "variable": p.variable, "year": p.year, "level": p.level, "no_peak_before_end": p.none_within,
                **{f"cumulative_{name}": value for name, value in result.cumulative[p.variable].items()},
            }
            for p in result.peaks
        ),
        Text("目标", "targets"): _frame(
            {
                "target": t.target.id, "kind": t.target.kind, "variable": t.target.variable, "by": t.target.by,
                "limit": t.target.limit, "met": t.met, "value": t.value, "gap": t.gap, "probability": t.probability,
            }
            for t in result.targets
        ),
        Text("逐年概率", "probabilities"): _frame(_probabilities(result)),
        Text("合计", "summary"): _frame(_summary(result)),
        Text("影响因素", "sensitivity"): _frame(
            {
                "value": say(s.name), "low": s.low, "high": s.high,
                "peak_year_low": s.at_low.peak_year, "peak_year_high": s.at_high.peak_year,
                "cumulative_low": s.at_low.cumulative, "cumulative_high": s.at_high.cumulative,
            }
            for s in swings
        ),
    }  # fmt: skip
    return {name: sheet for name, sheet in sheets.items() if sheet.height}


def _probabilities(result: Outlook) -> Iterable[Mapping[str, object]]:
    """One row per year: P(peak ≤ year) of every pollutant, and of double attainment."""
    peaks = {f"peak {p.variable}": p.probability_by for p in result.peaks if p.probability_by}
    double = result.double
    both = {} if double is None else {"air": double.air_by, "double attainment": double.both_by}
    columns = {name: by for name, by in {**peaks, **both}.items() if by}
    years = sorted({year for by in columns.values() for year in by})
    return ({"year": year, **{name: by.get(year) for name, by in columns.items()}} for year in years)


def _summary(result: Outlook) -> Iterable[Mapping[str, object]]:
    if result.joint_probability is not None:
        yield {"item": "joint_probability", "value": result.joint_probability}
    for name, value in (result.budget or {}).items():
        yield {"item": f"budget_{name}", "value": value}
    if result.double is not None:
        for name in ("carbon_year", "air_year", "gap"):
            yield {"item": name, "value": getattr(result.double, name)}


def _frame(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), infer_schema_length=None, strict=False)


def title_of_variable(result: Outlook, pollutant: str) -> str:
    """``CO₂ 排放``."""
    return variable_name(result.scenario, f"Emissions|{pollutant}")
