"""Degrees of synergy on a page: tables filled from a run, rows with their ranks, and where methods disagree in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.measures.synergy import Indicator
from cocontrol.measures.synergy_presets import SYSTEMS, Preset
from cocontrol.measures.synergy_study import METHODS, WEIGHTINGS, Column, Disagreement, Key, Study
from cocontrol.measures.synergy_tables import Values
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import optional_table
from cocontrol_web.language import say

Filled = tuple[list[Values], list[str]]
"""Rows that have every indicator, and remarks: what is missing, what a figure rests on."""

PER_OUTPUT = "_per_gdp"


def filled(record: RunRecord, preset: Preset) -> Filled:
    """The rows of a preset that a run can fill; none where the run lacks the results."""
    if preset.preset_id == "emission_intensity":
        return _intensities(record, preset)
    return _city_air(record, preset)


def _intensities(record: RunRecord, preset: Preset) -> Filled:
    """Emissions of every region and year ÷ its product at current prices, t per 10⁸ CNY."""
    emission, statistics = optional_table(record, "emission"), optional_table(record, "provincial_statistics")
    if emission is None or statistics is None:
        return [], []
    wanted = {item.name: item.name.removesuffix(PER_OUTPUT) for item in preset.indicators}
    pollutants = [p for p in wanted.values() if p in emission.columns]
    sums = emission.group_by("adcode", "period").agg(
        *(pl.col(p).sum().alias(p) for p in pollutants), *(pl.col(p).null_count().alias(f"{p}?") for p in pollutants)
    )
    output = (
        statistics.filter((pl.col("indicator") == "gdp") & (pl.col("price_basis") == "current"))
        .unique(["adcode", "year"], keep="last", maintain_order=True)
        .select("adcode", pl.col("year").cast(pl.String).alias("period"), pl.col("value").alias("gdp"))
    )
    joined = sums.join(output, on=["adcode", "period"], how="inner").drop_nulls("gdp").sort("adcode", "period")
    rows, remarks = [], []
    for row in joined.iter_rows(named=True):
        name = say(labels.region(row["adcode"]))
        values = {key: row[p] / row["gdp"] for key, p in wanted.items() if p in pollutants and row["gdp"]}
        remarks += [
            say(_UNCOUNTED.format(r=name, y=row["period"], n=row[f"{p}?"], p=labels.symbol(p)))
            for p in pollutants
            if row[f"{p}?"]
        ]
        if set(values) == set(wanted):
            rows.append(Values(name, row["period"], values))
    return rows, remarks


_UNCOUNTED = Text("{r} {y}：{n} 行没有 {p} 数值，合计偏低", "{r} {y}: {n} rows have no {p}: the sum is too low")


def _city_air(record: RunRecord, preset: Preset) -> Filled:
    """Mean measured air quality of every city, and the coal-fired capacity that operates in it."""
    air, facility = optional_table(record, "air_quality_hourly"), optional_table(record, "facility")
    measured = [item.name for item in preset.indicators if item.system == "pollution"]
    if air is None or facility is None or not set(measured) <= set(air.columns):
        return [], []
    units = facility.filter((pl.col("kind") == "coal_unit") & (pl.col("status") == "operating"))
    capacity = dict(units.drop_nulls("city_adcode").group_by("city_adcode").agg(pl.col("capacity").sum()).iter_rows())
    if not capacity:
        return [], [say(_NO_CITY.format(n=units.height))]
    astray = units["city_adcode"].null_count()
    means = (
        air.with_columns(pl.col("time").cast(pl.String).str.slice(0, 4).alias("period"))
        .group_by("adcode", "period")
        .agg(*(pl.col(p).mean() for p in measured), pl.col("time").n_unique().alias("hours"))
        .sort("adcode", "period")
    )
    rows, remarks = [], [say(_NO_CITY.format(n=astray))] if astray else []
    for row in means.iter_rows(named=True):
        name = say(labels.region(row["adcode"]))
        if any(row[p] is None for p in measured):
            remarks.append(say(_UNMEASURED.format(r=name)))
            continue
        if astray and row["adcode"] not in capacity:
            remarks.append(say(_UNKNOWN_UNITS.format(r=name)))
            continue
        values = {p: row[p] for p in measured} | {"coal_power": capacity.get(row["adcode"], 0.0)}
        rows.append(Values(name, row["period"], values))
    if rows:
        remarks.append(say(_HOURS.format(n=means["hours"].min())))
        bare = 0 if astray else sum(1 for adcode in means["adcode"] if adcode not in capacity)
        remarks += [say(_NO_UNITS.format(n=bare))] if bare else []
    return rows, remarks


_NO_CITY = Text(
    "{n} 台在运煤电机组没有所在城市，装机未计入", "{n} operating coal units have no city: their capacity is not counted"
)
_UNKNOWN_UNITS = Text(
    "{r}：没有定位到该市的煤电机组，装机未知，未列入",
    "{r}: no unit is placed there, its capacity is not known: left out",
)
_UNMEASURED = Text("{r}：有污染物没有监测值，未列入", "{r}: a pollutant has no measurement, left out")
_HOURS = Text("每市最少只有 {n} 小时监测，不代表全年", "as few as {n} hours for a city: no yearly mean")
_NO_UNITS = Text(
    "{n} 个城市在机组名录中没有在运煤电机组，装机按 0 计",
    "{n} cities have no operating coal unit in the register: 0 MW",
)


def key_name(key: Key) -> str:
    """A row in words."""
    return " ".join(part for part in key if part)


def column_name(column: Column) -> str:
    """A method and a weighting in words."""
    return f"{say(METHODS[column.method])} · {say(WEIGHTINGS[column.weighting])}"


def short_name(column: Column) -> str:
    """The same in few words, for the heads of columns."""
    return f"{say(_SHORT_METHODS[column.method])} · {say(_SHORT_WEIGHTINGS[column.weighting])}"


_SHORT_METHODS: Mapping[str, Text] = {
    "coupling": Text("耦合", "coupling"),
    "coupling-corrected": Text("修正耦合", "corrected"),
    "composite-system": Text("复合", "composite"),
    "topsis": Text("TOPSIS", "TOPSIS"),
}
_SHORT_WEIGHTINGS: Mapping[str, Text] = {
    "given": Text("给定", "given"),
    "entropy": Text("熵权", "entropy"),
    "critic": Text("CRITIC", "CRITIC"),
}


@dataclass(frozen=True, slots=True)
class SynergyLine:
    """A row: its scores by system, what each column finds, and the span of its ranks."""

    name: str
    scores: tuple[float, ...]
    cells: tuple[dict[str, Any] | None, ...]
    best: int | None
    worst: int | None

    @property
    def spread(self) -> int:
        """How many ranks the columns are apart."""
        return 0 if self.best is None or self.worst is None else self.worst - self.best


def lines(study: Study) -> list[SynergyLine]:
    """The rows of the table, in its order."""
    made = []
    for key in study.keys:
        ranks = study.ranks(key)
        cells = tuple(_cell(column, key) for column in study.columns)
        scores = tuple(study.scores[key].values())
        made.append(SynergyLine(key_name(key), scores, cells, min(ranks, default=None), max(ranks, default=None)))
    return made


def _cell(column: Column, key: Key) -> dict[str, Any] | None:
    found = column.rows.get(key)
    if found is None:
        return None
    degree = found.degree
    return {
        "degree": degree.degree, "rank": found.rank, "grade": "" if degree.grade is None else say(degree.grade),
        "lowest": degree.lowest, "highest": degree.highest, "level": degree.level,
        "moves": _moves(degree.lowest, degree.highest), "notes": "；".join(say(note) for note in degree.notes),
    }  # fmt: skip


def _moves(lowest: float | None, highest: float | None) -> bool:
    """Whether other weights of the systems change a degree visibly."""
    return lowest is not None and highest is not None and highest - lowest > SMALLEST_MOVE


SMALLEST_MOVE = 5e-4
"""Less than this does not show in three digits."""


def system_names(systems: Sequence[str]) -> list[str]:
    """Systems in words; a user's own keep their name."""
    return [say(SYSTEMS[name]) if name in SYSTEMS else name for name in systems]


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two columns, how far they agree, and the pairs of rows that they order differently."""

    first: str
    second: str
    tau: float | None
    opposite: int
    pairs: int
    examples: tuple[str, ...]


MOST_EXAMPLES = 3
MOST_PAIRS = 10
"""Pairs of methods that the page shows; an export has all of them."""


def pair_lines(disagreements: Sequence[Disagreement]) -> list[PairLine]:
    """Disagreements in words, those with the least agreement first; pairs of methods that agree are left out."""
    made = [
        PairLine(
            column_name(one.first), column_name(one.second), one.tau, len(one.opposite), one.pairs,
            tuple(f"{key_name(a)} / {key_name(b)}" for a, b in one.opposite[:MOST_EXAMPLES]),
        )
        for one in disagreements
        if one.opposite
    ]  # fmt: skip
    return sorted(made, key=lambda line: 2.0 if line.tau is None else line.tau)[:MOST_PAIRS]


def weight_rows(study: Study, indicators: Sequence[Indicator], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The weight of every indicator within its system under every weighting."""
    columns = {column.weighting: column.weights for column in study.columns}
    return [
        {"name": names.get(item.name, item.name), "system": system_names([item.system])[0],
         "direction": "+" if item.direction > 0 else "−", "lower": item.lower, "upper": item.upper,
         "weights": [weights[item.name] for weights in columns.values()]}
        for item in indicators
    ]  # fmt: skip


def rank_map(study: Study) -> Chart:
    """Ranks by row and column as a heat map."""
    return {
        "type": "heatmap", "title": say(Text("各方法下的名次（1 为最高）", "ranks by method (1 is the highest)")),
        "unit": say(Text("名次", "rank")), "precision": 0, "scale": "linear",
        "rows": [{"key": key_name(key), "name": key_name(key)} for key in study.keys],
        "columns": [{"key": str(n), "name": short_name(column)} for n, column in enumerate(study.columns)],
        "values": [
            [column.rows[key].rank if key in column.rows else None for column in study.columns] for key in study.keys
        ],
    }  # fmt: skip


def degree_table(study: Study) -> pl.DataFrame:
    """One line per row and column, to take away."""
    rows = [
        {
            "subject": key[0], "period": found.degree.period, "method": column.method, "weighting": column.weighting,
            "C": found.degree.coupling, "T": found.degree.level, "degree": found.degree.degree, "rank": found.rank,
            "class": None if found.degree.grade is None else say(found.degree.grade),
            "degree_low": found.degree.lowest, "degree_high": found.degree.highest,
            "notes": "; ".join(say(note) for note in found.degree.notes) or None,
        }
        for column in study.columns
        for key, found in column.rows.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def weight_table(study: Study) -> pl.DataFrame:
    """The weights of indicators within their systems, by weighting."""
    weightings = {column.weighting: column.weights for column in study.columns}
    return pl.DataFrame(
        [
            {"weighting": weighting, "indicator": name, "weight": weight}
            for weighting, weights in weightings.items()
            for name, weight in weights.items()
        ]
    )


def disagreement_table(study: Study) -> pl.DataFrame:
    """Two columns a line: agreement (tau), pairs in opposite order, all of them named."""
    rows = [
        {
            "first": f"{one.first.method}/{one.first.weighting}", "second": f"{one.second.method}/{one.second.weighting}",
            "tau": one.tau, "opposite": len(one.opposite), "pairs": one.pairs,
            "which": "; ".join(f"{key_name(a)} / {key_name(b)}" for a, b in one.opposite) or None,
        }
        for one in study.disagreements
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)
