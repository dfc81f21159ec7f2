"""``settings.toml`` of a least-cost problem: periods, discount rate, whole plants or shares, gap."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cocontrol.core.errors import Fault, FaultCollector, Location
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.model import PeriodLabel, Settings

FILE = "settings.toml"


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """Settings as given: `periods` is a number or labels, None where the file does not say."""

    periods: int | tuple[PeriodLabel, ...] | None
    discount_rate: float
    solving: Settings


def read_settings(given: Mapping[str, object], faults: FaultCollector) -> ReadSettings:
    """The settings; what is wrong goes to `faults`, every key of it.

    Keys: `periods` (a whole number, or the labels of the periods), `discount_rate` (per period), `integer`, `gap`
    (relative), `time_limit` (seconds). Absent keys take 1 period, 0, true, 0.0005 and 300 s.
    """
    for name in given:
        if name not in _CHECKS:
            near = difflib.get_close_matches(name, _CHECKS, 1)
            remedy = Text(f"是否为 {near[0]}？", f"did you mean {near[0]}?") if near else None
            faults.add(
                _fault(
                    "portfolio.setting_unknown",
                    Text("没有这项设置", "no such setting"),
                    name,
                    given[name],
                    _KEYS,
                    remedy,
                )
            )
    taken = {}
    for name, (check, allowed) in _CHECKS.items():
        if name in given:
            if check(given[name]):
                taken[name] = given[name]
            else:
                faults.add(
                    _fault(
                        "portfolio.setting",
                        Text("设置的值不对", "the setting cannot hold this"),
                        name,
                        given[name],
                        allowed,
                    )
                )
    return _typed(taken)


def _typed(taken: Mapping[str, object]) -> ReadSettings:
    standard = Settings()
    periods = taken.get("periods")
    labels = (
        tuple(label if isinstance(label, int) else str(label) for label in periods)
        if isinstance(periods, list)
        else None
    )
    return ReadSettings(
        int(periods) if isinstance(periods, int | float) else labels,
        _number(taken.get("discount_rate"), 0.0),
        Settings(
            bool(taken.get("integer", standard.integer)),
            _number(taken.get("gap"), standard.gap),
            _number(taken.get("time_limit"), standard.time_limit_s),
        ),
    )


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_periods(value: object) -> bool:
    if isinstance(value, list):
        labels = [str(label) for label in value]
        return bool(value) and len(set(labels)) == len(labels) and all(isinstance(v, int | str) for v in value)
    return _is_number(value) and float(str(value)).is_integer() and float(str(value)) >= 1


def _at_least(lowest: float, *, exclusive: bool = False) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        """Whether the setting can hold the value."""
        number = float(str(value)) if _is_number(value) else math.nan
        return number > lowest if exclusive else number >= lowest

    return check


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


_CHECKS: dict[str, tuple[Callable[[object], bool], Text]] = {
    "periods": (
        _is_periods,
        Text("不小于 1 的整数，或互不相同的时期名", "a whole number from 1, or different names of periods"),
    ),
    "discount_rate": (_at_least(-1.0, exclusive=True), Text("大于 -1 的数", "a number above -1")),
    "integer": (_is_boolean, Text("true 或 false", "true or false")),
    "gap": (_at_least(0.0), Text("不小于 0 的数", "a number not below 0")),
    "time_limit": (_at_least(0.0, exclusive=True), Text("大于 0 的秒数", "seconds above 0")),
}

_KEYS = Text(", ".join(_CHECKS), ", ".join(_CHECKS))


def _fault(rule: str, message: Text, name: str, value: object, allowed: Text, remedy: Text | None = None) -> Fault:
    return Fault(rule, message, Location(file=FILE, column=name), value=str(value), allowed=allowed, remedy=remedy)
