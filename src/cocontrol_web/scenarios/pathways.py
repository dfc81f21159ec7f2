"""A pathway scenario for a page: read, computed once per text, and put into charts and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.core.text import Text, same
from cocontrol.pathways.examples import SCENARIOS, example
from cocontrol.pathways.results import Outlook, outlook
from cocontrol.pathways.scenario import Scenario, Target, parse_scenario
from cocontrol.pathways.scenario_checks import fuel_names
from cocontrol.pathways.sensitivity import without_policies
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.language import say

EXAMPLES: Mapping[str, str] = {f"example-{name}": file for name, file in SCENARIOS.items()}
"""Examples that everybody may open, all numbers made up; the first is shown where nothing is chosen."""

TEXT_LIMIT = 200_000
VALUES_LIMIT = 30_000_000
"""Values (draws × years × series) that a page computes while somebody waits."""

_KINDS = {
    "Emissions": Text("{n} 排放", "{n} emissions"),
    "Energy": Text("用能：{n}", "energy: {n}"),
    "Activity": Text("活动水平：{n}", "activity: {n}"),
    "Driver": Text("因素：{n}", "driver: {n}"),
    "Concentration": Text("{n} 浓度", "{n} concentration"),
}
_SYMBOLS = {pollutant.code: pollutant.symbol for pollutant in POLLUTANTS}


def example_text(name: str) -> str:
    """The text of an example."""
    return example(EXAMPLES[name])


@lru_cache(maxsize=24)
def outlook_of(text: str, off: frozenset[str] = frozenset()) -> Outlook:
    """The results of a scenario text, some of its policies switched off.

    Raises
    ------
    InvalidInput
        The faults of the scenario; a policy it does not have; or it is larger than a page computes.
    """
    file = "scenario.toml"
    if len(text) > TEXT_LIMIT:
        raise InvalidInput(_too_large(file, len(text)))
    scenario = parse_scenario(text.encode(), file)
    if (size := size_of(scenario)) > VALUES_LIMIT:
        raise InvalidInput(_too_large(file, size))
    return outlook(without_policies(scenario, off))


def size_of(scenario: Scenario) -> int:
    """About how many values the draws of a scenario hold."""
    draws = scenario.sampling.draws if scenario.sampling else 1
    pollutants = {name for sector in scenario.sector for fuel in sector.fuel for name in fuel.factors}
    series = 4 + len(scenario.driver) + len(scenario.sector) * (1 + len(pollutants))
    return draws * len(scenario.years) * series


def _too_large(file: str, size: int) -> Fault:
    return Fault(
        "pathway.too_large",
        Text("情景过大，网页上不计算", "the scenario is too large to be computed on a page"),
        Location(file=file, column="sampling.draws"),
        value=str(size),
        remedy=Text(
            "减少 draws，或用命令 cocontrol pathway 计算", "use fewer draws, or the command: cocontrol pathway"
        ),
    )


def title_of(scenario: Scenario) -> str:
    """What the scenario calls itself."""
    head = scenario.scenario
    return say(Text(head.title_zh or head.title_en or head.name, head.title_en or head.title_zh or head.name))


def variable_name(scenario: Scenario, variable: str) -> str:
    """A variable in words: ``Emissions|CO2|steel`` is the CO₂ emissions of steel."""
    kind, _, rest = variable.partition("|")
    first, *parts = rest.split("|")
    sectors = {s.id: Text(s.title_zh or s.title_en or s.id, s.title_en or s.title_zh or s.id) for s in scenario.sector}
    titles = {**fuel_names(scenario), **sectors}
    named = sectors.get(first) or (titles.get(first) if kind == "Energy" else None) or same(_SYMBOLS.get(first, first))
    words = _KINDS[kind].format(n=named) if kind in _KINDS else same(variable)
    return say(Text("，", ", ")).join([say(words), *(say(titles.get(part) or same(part)) for part in parts)])


def variables_of(result: Outlook) -> list[tuple[str, str]]:
    """The variables with their names, totals of pollutants first."""
    names = result.bands["variable"].unique(maintain_order=True).to_list()
    order = {"Emissions": 0, "Concentration": 1, "Energy": 3, "Activity": 4, "Driver": 5}

    def place(name: str) -> int:
        return 2 if name.startswith("Emissions") and name.count("|") > 1 else order.get(name.partition("|")[0], 6)

    return [(name, variable_name(result.scenario, name)) for name in sorted(names, key=place)]


def band_chart(result: Outlook, variable: str, beside: Outlook | None = None) -> Chart:
    """The path of modes with the 95 % band of the draws, limits of targets as lines.

    `beside` is the same scenario with its policies as they stand in its file; its path is dashed.
    """
    rows = result.bands.filter(pl.col("variable") == variable)
    series: dict[str, Any] = {
        "key": variable,
        "name": say(Text("众数路径", "path of modes")),
        "values": rows["central"].to_list(),
    }
    if rows["p2_5"].is_not_null().any():
        series |= {"lower": rows["p2_5"].to_list(), "upper": rows["p97_5"].to_list()}
    median = {"key": "p50", "name": say(Text("中位数", "median")), "values": rows["p50"].to_list(), "dashed": True}
    others = [] if beside is None else [{
        "key": "as-filed", "name": say(Text("全部政策", "all policies")), "dashed": True,
        "values": beside.bands.filter(pl.col("variable") == variable)["central"].to_list(),
    }]  # fmt: skip
    return {
        "type": "line", "title": variable_name(result.scenario, variable), "unit": rows["unit"][0],
        "categories": [str(year) for year in rows["year"]],
        "series": [*([series, median] if "lower" in series else [series]), *others],
        "reference": [
            {"name": f"{target.id} ({target.by})", "value": target.limit}
            for target in result.scenario.target
            if target.variable == variable and target.limit is not None
        ],
    }  # fmt: skip


def sector_chart(result: Outlook, pollutant: str) -> Chart | None:
    """What each sector makes of the emission on the path of modes; None where the scenario has no sectors."""
    beginning = f"Emissions|{pollutant}|"
    rows = result.bands.filter(pl.col("variable").str.starts_with(beginning))
    if rows.is_empty():
        return None
    parts = rows.partition_by("variable", maintain_order=True)
    names = {s.id: say(Text(s.title_zh or s.id, s.title_en or s.id)) for s in result.scenario.sector}
    words = Text("{p} 排放的部门构成", "{p} emissions by sector").format(p=_SYMBOLS.get(pollutant, pollutant))
    return {
        "type": "area", "stacked": True, "title": say(words), "unit": rows["unit"][0],
        "categories": [str(year) for year in parts[0]["year"]],
        "series": [
            {"key": sector, "name": names.get(sector, sector), "values": part["central"].to_list()}
            for part in parts
            for sector in [part["variable"][0].removeprefix(beginning)]
        ],
    }  # fmt: skip


def probability_chart(result: Outlook) -> Chart | None:
    """P(peak ≤ Y) by year for each pollutant; None without draws."""
    drawn = [peak for peak in result.peaks if peak.probability_by]
    if not drawn:
        return None
    years = list(drawn[0].probability_by or {})
    return {
        "type": "line", "title": say(Text("到某年为止已达峰的概率", "probability of having peaked by a year")), "unit": "%", "max": 100,
        "categories": [str(year) for year in years],
        "series": [
            {
                "key": peak.variable, "name": variable_name(result.scenario, peak.variable),
                "values": [100 * share for share in (peak.probability_by or {}).values()],
            }
            for peak in drawn
        ],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One target in words, and what the scenario says of it."""

    target: Target
    words: str
    unit: str
    met: bool
    value: float | None
    gap: float | None
    probability: float | None


_TARGETS = {
    "peak": Text("{v}不晚于 {y} 年达峰", "{v}: peak not after {y}"),
    "ceiling": Text("{v} {y} 年不高于 {l} {u}", "{v}: not above {l} {u} in {y}"),
    "attain": Text("{v}自 {y} 年起不高于 {l} {u}", "{v}: not above {l} {u} from {y} on"),
}


def target_lines(result: Outlook) -> list[TargetLine]:
    """The targets as the page lists them."""
    units = dict(result.bands.select("variable", "unit").unique().rows())
    return [
        TargetLine(
            one.target,
            say(
                _TARGETS[one.target.kind].format(
                    v=variable_name(result.scenario, one.target.variable), y=one.target.by,
                    l=f"{one.target.limit:g}" if one.target.limit is not None else "", u=units.get(one.target.variable, ""),
                )
            ),
            "" if one.target.kind == "peak" else units.get(one.target.variable, ""),
            one.met, one.value, one.gap, one.probability,
        )
        for one in result.targets
    ]  # fmt: skip


def peak_lines(result: Outlook) -> list[dict[str, Any]]:
    """Peak year and level of each pollutant, with unit and the share of draws that have no peak before the end."""
    units = dict(result.bands.select("variable", "unit").unique().rows())
    return [
        {
            "name": variable_name(result.scenario, peak.variable), "variable": peak.variable, "year": peak.year,
            "level": peak.level, "unit": units[peak.variable], "none_within": peak.none_within,
            "low": (peak.level_percentiles or {}).get("p2_5"), "high": (peak.level_percentiles or {}).get("p97_5"),
            "falls_from_start": peak.year == result.scenario.scenario.base_year,
            "is_flat": result.bands.filter(variable=peak.variable)["central"].n_unique() == 1,
            "cumulative": result.cumulative[peak.variable],
        }
        for peak in result.peaks
    ]  # fmt: skip


def shared_variables(results: list[Outlook]) -> list[tuple[str, str]]:
    """The variables that all scenarios have."""
    held = [set(result.bands["variable"]) for result in results]
    return [pair for pair in variables_of(results[0]) if all(pair[0] in names for names in held)]


def _as_bands(table: pl.DataFrame, variable: str, unit: str) -> pl.DataFrame:
    """A series of others in the columns of ours, its years joined by straight lines; it has no band."""
    mine = table.filter(pl.col("variable") == variable).sort("year")
    years = pl.int_range(mine["year"][0], mine["year"][-1] + 1, eager=True, dtype=pl.Int64).alias("year")
    every = years.to_frame().join(mine.select(pl.col("year").cast(pl.Int64), "value"), on="year", how="left")
    nothing = pl.lit(None, dtype=pl.Float64)
    return every.sort("year").select(
        pl.lit(variable).alias("variable"), pl.lit(unit).alias("unit"), "year", pl.col("value").interpolate().alias("central"),
        nothing.alias("p2_5"), nothing.alias("p97_5"),
    )  # fmt: skip


def told_apart(titles: Sequence[str]) -> list[str]:
    """The titles; one that comes again is counted, ``我的路径 (2)``, so that a chart holds both."""
    return [
        title if (before := titles[:place].count(title)) == 0 else f"{title} ({before + 1})"
        for place, title in enumerate(titles)
    ]


def beside_chart(
    sides: list[tuple[str, Outlook]], variable: str, outside: Sequence[tuple[str, pl.DataFrame]] = ()
) -> Chart:
    """One variable of several scenarios, each with its band, and of scenarios that others computed.

    `outside` are tables of ``variable, year, value``. Years that a scenario does not cover stay empty.
    """
    tables = [(title, result.bands.filter(pl.col("variable") == variable)) for title, result in sides]
    tables += [(title, _as_bands(table, variable, tables[0][1]["unit"][0])) for title, table in outside]
    held = [year for _title, table in tables for year in table["year"]]
    years = list(range(min(held), max(held) + 1))
    series = []
    for number, (title, table) in enumerate(tables):
        rows = {row["year"]: row for row in table.iter_rows(named=True)}
        columns = {
            name: [rows[year][name] if year in rows else None for year in years]
            for name in ("central", "p2_5", "p97_5")
        }
        one: dict[str, Any] = {"key": f"side-{number}", "name": title, "values": columns["central"]}
        if any(value is not None for value in columns["p2_5"]):
            one |= {"lower": columns["p2_5"], "upper": columns["p97_5"]}
        series.append(one)
    units = sorted({unit for _title, table in tables for unit in table["unit"]})
    return {
        "type": "line", "title": variable_name(sides[0][1].scenario, variable), "unit": " / ".join(units),
        "categories": [str(year) for year in years], "series": series,
    }  # fmt: skip
