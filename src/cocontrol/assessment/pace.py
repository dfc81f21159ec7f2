"""The way of a target: what was observed, what each path asks for year by year, and the pace still needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from cocontrol.assessment.observations import Observations
from cocontrol.assessment.target import Target
from cocontrol.assessment.trajectory import (
    Path,
    change_pct,
    required_annual_change_pct,
    required_change_pct,
    required_level,
)
from cocontrol.core.units import commensurable, factor


def trajectory(
    target: Target, series: Observations, *, as_of: date, paths: Iterable[Path] = tuple(Path)
) -> dict[str, Any]:
    """Points, required path and pace of one target under one series, as plain values.

    ``points``: every year with a value that had ended by `as_of`. ``required``: for each path and year from
    base to target year the value (unit of the series; None without a base value) and, for a target of change,
    the cumulative change in percent. ``achieved_change_pct`` by the newest year; ``required_annual_change_pct``
    = ((1 + T)/(1 + achieved))^(1/m) − 1 over the m years left, for a level ((target/value)^(1/m) − 1);
    ``required_annual_step`` = (target − value)/m in the unit of the target, for a level. None where undefined.
    """
    known = series.known_years(as_of=as_of)
    since = [year for year in known if target.base_year is None or year >= target.base_year]
    newest = since[-1] if since else None
    return {
        "unit": series.unit,
        "points": [{"year": year, "value": series.value(year)} for year in known],
        "base": _point(series, target.base_year),
        "latest": _point(series, newest),
        "target": {"year": target.target_year, "value": _target_level(target, series)},
        "required": required_path(target, series, paths),
        **_pace(target, series, newest),
    }


def _point(series: Observations, year: int | None) -> dict[str, Any] | None:
    return None if year is None else {"year": year, "value": series.value(year)}


def _base(target: Target, series: Observations) -> float | None:
    return None if target.base_year is None else series.value(target.base_year)


def _target_level(target: Target, series: Observations) -> float | None:
    """The value in the unit of the series at which the target is reached."""
    if target.value is None:
        return None
    if target.operator == "change_pct":
        base = _base(target, series)
        return None if base is None else base * (1 + target.value / 100)
    unit = target.unit or "1"
    return target.value * factor(unit, series.unit) if commensurable(unit, series.unit) else None


def required_path(target: Target, series: Observations, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """What each path asks for in every year from base to target year; empty where the plan names no base year."""
    if target.base_year is None or target.target_year is None or target.value is None or target.operator == "==":
        return []
    span = target.target_year - target.base_year
    if span <= 0:
        return []
    made = []
    for path in paths:
        for elapsed in range(span + 1):
            step = _required(target, series, elapsed, span, path)
            if step is not None:
                made.append({"year": target.base_year + elapsed, "path": path.value, **step})
    return made


def _required(
    target: Target, series: Observations, elapsed: int, span: int, path: Path
) -> dict[str, float | None] | None:
    base = _base(target, series)
    if target.operator == "change_pct" and target.value is not None:
        if path is Path.GEOMETRIC and target.value <= -100:
            return None
        change = required_change_pct(target.value, elapsed=elapsed, span=span, path=path)
        return {"change_pct": change, "value": None if base is None else base * (1 + change / 100)}
    level = _target_level(target, series)
    if base is None or level is None or (path is Path.GEOMETRIC and (base <= 0 or level <= 0)):
        return None
    return {"change_pct": None, "value": required_level(base, level, elapsed=elapsed, span=span, path=path)}


def _pace(target: Target, series: Observations, newest: int | None) -> dict[str, float | int | None]:
    nothing: dict[str, float | int | None] = {
        "achieved_change_pct": None,
        "years_left": None,
        "required_annual_change_pct": None,
        "required_annual_step": None,
    }
    value = None if newest is None else series.value(newest)
    if newest is None or value is None:
        return nothing
    base = _base(target, series)
    even = target.base_year is None or series.uneven(target.base_year, newest) is None
    achieved = change_pct(base, value) if even and base is not None and base > 0 else None
    left = None if target.target_year is None else max(0, target.target_year - newest)
    made = {**nothing, "achieved_change_pct": achieved, "years_left": left}
    level = _target_level(target, series)
    if not left or target.value is None:
        return made
    if target.operator == "change_pct":
        defined = achieved is not None and achieved > -100 and target.value > -100
        pace = (
            required_annual_change_pct(target.value, achieved, years_left=left)
            if defined and achieved is not None
            else None
        )
        return {**made, "required_annual_change_pct": pace}
    if level is None:
        return made
    pace = 100 * ((level / value) ** (1 / left) - 1) if value > 0 and level > 0 else None
    return {**made, "required_annual_change_pct": pace, "required_annual_step": (level - value) / left}
