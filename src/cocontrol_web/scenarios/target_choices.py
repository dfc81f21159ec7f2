"""The targets of plans that somebody may tick, with what they bound, what must be said beside them, or why they bind nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cocontrol.core.text import Text
from cocontrol.indicators.prices import gdp_series
from cocontrol.measures.ceilings import Ceiling
from cocontrol.measures.plan_ceilings import (
    INTENSITIES,
    PM25,
    Standpoint,
    base_year_remark,
    ceilings_from_targets,
)
from cocontrol.plans.target_table import target_table
from cocontrol.reference.metrics import metric_name
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import optional_table
from cocontrol_web.language import pick, say
from cocontrol_web.planning.parsing import review_of
from cocontrol_web.rights import Person, visible_plans

Span = tuple[int, int]
"""Base year and target year of a target."""


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """A target that somebody may tick, or that cannot be a ceiling and why.

    `aim` is a concentration in µg/m³, `remark` what a base year other than that of the run means.
    """

    target_id: str
    source: str
    words: Text
    ceiling: Ceiling | None
    reason: str
    needs_output: bool
    aim: float | None = None
    period: int | None = None
    remark: Text | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class OutputChange:
    """The change of GDP over the time of some targets: as statistics have it, and what was typed instead (%)."""

    span: Span
    found: float | None
    words: Text
    typed: str

    @property
    def name(self) -> str:
        """The name of its field."""
        return field_of(self.span)


def field_of(span: Span) -> str:
    """The name of the field of a change of GDP."""
    return f"output_{span[0]}_{span[1]}"


Named = tuple[str, pl.DataFrame]


def target_tables(person: Person, record: RunRecord) -> list[Named]:
    """The targets of the run and of the plans that the person may read, by where they stand.

    A plan of the workspace may stand in both: the run's own table goes first, and the same target of the same document is
    not listed again.
    """
    own = optional_table(record, "target")
    made = [] if own is None else [(say(Text("运行中的目标", "targets of the run")), own)]
    same_target = ("metric", "operator", "value", "target_year")
    seen = set() if own is None else set(own.select("document", *same_target).rows())
    for plan in visible_plans(person):
        table = target_table(review_of(plan).plan, document=plan.title[:24], adcode=plan.region)
        fresh = [(plan.source, *row) not in seen for row in table.select(same_target).iter_rows()]
        made.append((plan.title, table.filter(pl.Series(fresh, dtype=pl.Boolean))))
    return made


def target_years(tables: Iterable[Named], totals: Mapping[str, float], first: int) -> tuple[int, ...]:
    """The years of the targets that bound emissions, from `first` on: what a first proposal takes."""
    years = set()
    for _, table in tables:
        possible, _ = ceilings_from_targets(table, totals, output_change=0.0)
        names = {one.target_id for one in possible}
        rows = table.filter(pl.col("target_id").is_in(list(names)))
        years |= {int(year) for year in rows["target_year"].drop_nulls() if int(year) >= first}
    return tuple(sorted(years))


def spans_of(tables: Iterable[Named], years: Sequence[int]) -> list[Span]:
    """Base and target years of the intensity targets that fall into the target years."""
    made: dict[Span, None] = {}
    for _, table in tables:
        rows = table.filter(
            pl.col("metric").is_in(list(INTENSITIES))
            & (pl.col("operator") == "change_pct")
            & pl.col("value").is_not_null()
        ).drop_nulls(["base_year", "target_year"])
        for base, target in rows.select("base_year", "target_year").iter_rows():
            if int(target) in years:
                made[int(base), int(target)] = None
    return sorted(made)


def output_changes(record: RunRecord, spans: Iterable[Span], form: Mapping[str, Any]) -> list[OutputChange]:
    """The change of GDP of the region over each span from the statistics of the run, at constant prices where it has them."""
    statistics = optional_table(record, "provincial_statistics")
    series = {} if statistics is None else gdp_series(statistics, adcode=record.workspace.region)
    values = {variant: {y: q.value for y, q in by.items() if q.value} for variant, by in series.items()}
    return [_output_change(span, values, str(form.get(field_of(span)) or "")) for span in spans]


def _output_change(span: Span, series: Mapping[str, Mapping[int, float]], typed: str) -> OutputChange:
    base, target = span
    for variant in sorted(series, key=lambda one: (not one.startswith("constant"), one.endswith("earlier"))):
        years = [year for year in series[variant] if base < year <= target]
        if base in series[variant] and years:
            last = max(years)
            change = series[variant][last] / series[variant][base] - 1.0
            prices = _CONSTANT if variant.startswith("constant") else _CURRENT
            words = (_FOUND if last == target else _FOUND_UP_TO).format(
                b=base, y=last, t=target, p=prices, c=f"{change:+.1%}"
            )
            return OutputChange(span, change, words, typed)
    return OutputChange(span, None, _NOT_FOUND.format(b=base, t=target), typed)


_CONSTANT = Text("可比价", "constant prices")
_CURRENT = Text("现价，含物价变化；考核用可比价，有可比价增速时请改填", "current prices, which hold inflation; assessments use constant prices: type them where you know them")  # fmt: skip
_FOUND = Text("统计：{b}—{y} 年 {c}（{p}）", "statistics: {c} from {b} to {y} ({p})")
_FOUND_UP_TO = Text(
    "统计：{b}—{y} 年 {c}（{p}）；还没有 {t} 年数据", "statistics: {c} from {b} to {y} ({p}); {t} is not there yet"
)
_NOT_FOUND = Text(
    "统计表没有 {b}—{t} 年的地区生产总值，请填写", "the statistics have no GDP of {b} to {t}: type the change"
)


def target_choices(tables: Iterable[Named], stand: Standpoint, year: int) -> list[TargetChoice]:
    """The targets of some tables; those that bound emissions first."""
    made = [choice for source, table in tables for choice in _choices(source, table, stand, year)]
    return sorted(made, key=lambda one: (one.ceiling is None and one.aim is None, not one.needs_output))


def _choices(source: str, table: pl.DataFrame, stand: Standpoint, year: int) -> Iterable[TargetChoice]:
    ceilings, skipped = ceilings_from_targets(table, stand)
    possible, _ = ceilings_from_targets(table, Standpoint(
        stand.totals, stand.within, stand.region, stand.years, {(None, None): 0.0}, stand.emission_change
    ))  # fmt: skip
    by_target = {one.target_id: one for one in ceilings}
    could = {one.target_id for one in possible}
    reasons = {row["target_id"]: pick(row, "reason") for row in skipped.iter_rows(named=True)}
    for row in table.iter_rows(named=True):
        name = row["target_id"]
        period = row["target_year"] if row["target_year"] in stand.years else None
        span = (row["base_year"], row["target_year"]) if row["base_year"] and row["target_year"] else None
        yield TargetChoice(
            name, source, target_words(row), by_target.get(name), reasons.get(name, ""),
            name in could and name not in by_target, _concentration(row, stand), period,
            base_year_remark(row, year, stand.emission_change), span,
        )  # fmt: skip


def _concentration(row: Mapping[str, Any], stand: Standpoint) -> float | None:
    """The PM2.5 that a target allows in one of the target years."""
    if row["metric"] != PM25 or row["operator"] not in {"<=", "<"} or row["value"] is None:
        return None
    return float(row["value"]) if row["target_year"] is None or row["target_year"] in stand.years else None


_CHANGE = Text("{m}变化 {v} %", "{m}: change by {v} %")
_IN_YEAR = Text("{w}（{y}）", "{w} ({y})")
_SAVED = Text("{m}减排量", "reduction of {m}")
_SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "<": "<", ">": ">"}
_UNITS = {"ug/m3": "µg/m³"}


def target_words(row: Mapping[str, Any]) -> Text:
    """A target in a few words: metric, figure, years."""
    code = row["metric"] or ""
    metric = metric_name(code.removesuffix("_reduction")) if code else _UNNAMED
    words = _SAVED.format(m=metric) if code.endswith("_reduction") else metric
    if row["value"] is not None and row["operator"] == "change_pct":
        words = _CHANGE.format(m=words, v=f"{row['value']:g}".replace("-", "−"))
    elif row["value"] is not None:
        sign = _SIGNS.get(row["operator"] or "", row["operator"] or "")
        unit = _UNITS.get(row["unit"] or "", row["unit"] or "")
        figure = f"{row['value']:g}" if code.endswith("_year") and not unit else f"{row['value']:,.6g}"
        rest = " ".join(part for part in (sign, figure, unit) if part)
        words = Text(f"{words.zh} {rest}", f"{words.en} {rest}")
    if not row["target_year"]:
        return words
    years = f"{row['base_year']}→{row['target_year']}" if row["base_year"] else str(row["target_year"])
    return _IN_YEAR.format(w=words, y=years)


_UNNAMED = Text("未列指标", "a metric that has no name")
