"""The target dashboard: every target with its verdict, its way, and what each boundary would make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from cocontrol.core.text import Text
from cocontrol.io.target_view import target_view
from cocontrol_web.analysis.charts import Chart, lines
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import run_of
from cocontrol_web.language import active_language, say

PATHS: Mapping[str, Text] = {
    "linear": Text("所需（直线）", "needed (straight line)"),
    "constant_rate": Text("所需（等速）", "needed (constant rate)"),
}
OBSERVED = Text("已有数值", "observed")
CACHED_VIEWS = 32
MOST_ROWS = 8
"""Boundaries listed at once; where more of them agree, they are folded."""
MOST_SERIES = 6
"""Series drawn where no boundary decides; the table has them all."""


@lru_cache(maxsize=CACHED_VIEWS)
def _view(path: str, digest: str, boundary: str | None) -> Mapping[str, Any]:
    return target_view(run_of(RunRecord(path=path, digest=digest)), boundary=boundary)


def dashboard(record: RunRecord, boundary: str | None) -> Mapping[str, Any]:
    """What `cocontrol targets` says about the run, under one boundary or under the leading one of each metric."""
    return _view(record.path, record.digest, boundary)


def said(words: Mapping[str, str] | None) -> str:
    """A ``{"zh": …, "en": …}`` of the view in the active language."""
    return "" if words is None else words[active_language()]


def boundaries_in(view: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every boundary that some target has data under, with its name; grid factors are kept together."""
    found: dict[str, str] = {}
    for row in view["targets"]:
        for entry in row["boundaries"]:
            if entry["trajectory"] is not None:
                found.setdefault(entry["boundary"], said(entry["boundary_label"]))
    return sorted(found.items(), key=lambda one: (one[0] != "direct", one[0]))


def tiles(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The targets ready to print: those that an indicator measures first, then the others."""
    made = [_tile(row) for row in view["targets"]]
    return sorted(made, key=lambda tile: (not tile["is_measured"], tile["verdict"] == "undetermined"))


def _tile(row: Mapping[str, Any]) -> dict[str, Any]:
    measured = [entry for entry in row["boundaries"] if entry["value"] is not None]
    return {
        **row,
        "is_measured": bool(measured),
        "metric_name": said(row["metric_label"]),
        "kind_name": said(row["kind_label"]),
        "reasons": [said(reason) for reason in row["because"]],
        "open_questions": [said(one["label"]) for one in row["left_open"]],
        "chart": _chart(row, [entry for entry in measured if entry["counts"]] or measured[:MOST_SERIES]),
        "is_long": sum(entry["counts"] for entry in row["boundaries"]) > MOST_ROWS,
        "deciding": [_entry(entry) for entry in row["boundaries"] if entry["counts"]],
        "informing": [_entry(entry) for entry in row["boundaries"] if not entry["counts"]],
        "trajectory": row["trajectory"] or {},
    }


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **entry,
        "name": said(entry["boundary_label"]),
        "variant_name": said(entry["variant_label"]),
        "reasons": [said(reason) for reason in entry["because"]],
        "pace": (entry["trajectory"] or {}).get("required_annual_change_pct"),
    }


def _chart(row: Mapping[str, Any], measured: Sequence[Mapping[str, Any]]) -> Chart | None:
    """Observed values under every boundary beside the way that the target asks for; None with fewer than two points."""
    way = row["trajectory"]
    series = {_series_name(entry): _points(entry["trajectory"]["points"]) for entry in measured if entry["trajectory"]}
    required = {
        say(PATHS.get(path, Text(path, path))): _points([p for p in way["required"] if p["path"] == path])
        for path in sorted({point["path"] for point in (way or {}).get("required", ())})
    }
    required = {name: points for name, points in required.items() if any(v is not None for v in points.values())}
    goal = (way or {}).get("target") or {}
    years = sorted({year for points in (*series.values(), *required.values()) for year in points})
    if not required and all(len(points) < 2 for points in series.values()):
        return None
    if goal.get("year"):
        years = list(range(min(years), max(*years, goal["year"]) + 1))
    drawn = [
        {"key": name, "name": name, "values": [points.get(year) for year in years], "dashed": name in required}
        for name, points in (*series.items(), *required.items())
    ]
    made = lines(said(row["metric_label"]), (way or measured[0])["unit"] or "", [str(year) for year in years], drawn)
    if goal.get("value") is not None:
        label = say(Text("{y} 年目标", "target {y}")).format(y=goal["year"])
        made["reference"] = [{"name": label, "value": goal["value"]}]
    return made


def _series_name(entry: Mapping[str, Any]) -> str:
    variant = said(entry["variant_label"])
    name = said(entry["boundary_label"])
    return say(Text("{n}（{v}）", "{n} ({v})").format(n=name, v=variant)) if variant else name


def _points(points: Sequence[Mapping[str, Any]]) -> dict[int, float | None]:
    return {point["year"]: point.get("value") for point in points}
