"""``settings.toml`` of a least-cost problem: periods, discount rate, whole plants or shares, gap."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cocontrol.core.errors import Fault, FaultCollector, Level, Location
from cocontrol.core.text import Text
from cocontrol.measures.portfolio.model import PeriodLabel, Settings

FILE = "settings.toml"


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """Settings as given: `periods` is a number or labels, None where the file does not say."""

    periods: int | tuple[PeriodLabel, ...] | None
    discount_rate: float
    solving: Settings
    discount_factors: tuple[float, ...] = ()
    period_years: tuple[float, ...] = ()


def read_settings(given: Mapping[str, object], faults: FaultCollector) -> ReadSettings:
    """The settings; what is wrong goes to `faults`, every key of it.

    Keys: `periods` (a whole number, or the labels of the periods), `discount_rate` (per period), `integer`, `gap`
    (relative), `time_limit` (seconds). Absent keys take 1 period, 0, true, 0.0005 and 300 s. `discount_factors` weighs the
    cost of each period and takes the place of `discount_rate`; `period_years` are the years that each period stands for,
    which budgets count (1 without them).
    """
    for name in given:
        if name not in _CHECKS:
            faults.add(_unknown(name, given[name]))
    taken = {}
    for name, (check, allowed) in _CHECKS.items():
        if name in given:
            value = _plain(name, given[name])
            if check(value):
                taken[name] = value
            else:
                words = Text("设置的值不对", "the setting cannot hold this")
                faults.add(_fault("portfolio.setting", words, name, given[name], allowed))
    return _typed(taken)


def _unknown(name: str, value: object) -> Fault:
    """A key that is no setting: misspelt, or a group of keys, it stops; else it is told and left aside."""
    near = difflib.get_close_matches(name, _CHECKS, 1)
    remedy = Text(f"是否为 {near[0]}？", f"did you mean {near[0]}?") if near else None
    if isinstance(value, Mapping):
        remedy = Text("设置写在最上层，不分组", "write the settings at the top, in no group")
    words = Text("没有这项设置，未采用", "no such setting; it was not used")
    fault = _fault("portfolio.setting_unknown", words, name, value, _KEYS, remedy)
    return fault if remedy else replace(fault, level=Level.LOW)


def _plain(name: str, value: object) -> object:
    """A number or truth value where it stands in quotes, or as 0 and 1 where true and false are asked for."""
    if name == "integer":
        return _TRUTHS.get(str(value).casefold(), value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


_TRUTHS = {"true": True, "false": False, "1": True, "0": False}


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
        _numbers(taken.get("discount_factors")),
        _numbers(taken.get("period_years")),
    )


def _numbers(value: object) -> tuple[float, ...]:
    return tuple(float(one) for one in value) if isinstance(value, list) else ()


def _are_weights(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_number(one) and one > 0 for one in value)


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
    "discount_factors": (_are_weights, Text("每期一个大于 0 的数", "a number above 0 for each period")),
    "period_years": (_are_weights, Text("每期一个大于 0 的年数", "years above 0 for each period")),
}

_KEYS = Text(", ".join(_CHECKS), ", ".join(_CHECKS))


def _fault(rule: str, message: Text, name: str, value: object, allowed: Text, remedy: Text | None = None) -> Fault:
    return Fault(rule, message, Location(file=FILE, column=name), value=str(value), allowed=allowed, remedy=remedy)
