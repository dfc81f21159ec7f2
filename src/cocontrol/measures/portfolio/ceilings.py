"""Ceilings as rows of the problem: which sources, which pollutant, which period."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from cocontrol.core.errors import Fault, FaultCollector
from cocontrol.core.text import Text, same
from cocontrol.core.validation import ORIGIN, Validated, located
from cocontrol.measures.portfolio.declarations import WHOLE_AREA
from cocontrol.measures.portfolio.model import Booleans, PeriodLabel, Row

_ADCODE = re.compile(r"[1-9]\d{5}")
_WHOLE = re.compile(r"([+-]?\d+)(?:\.0+)?")


def period_labels(
    given: int | tuple[PeriodLabel, ...] | None, caps: Validated, faults: FaultCollector
) -> tuple[PeriodLabel, ...]:
    """The labels of the periods in order, whole numbers where they look like it.

    A number n gives 1 … n, unless the ceilings count from 0 or name exactly n others (2025, 2030): those then.
    Without any the ceilings name them all. A ceiling for another period is a fault.
    """
    named = sorted({_label(text) for text in caps.frame["period"].drop_nulls()}, key=_order)
    if given is None:
        return tuple(named) or (1,)
    labels = tuple(_label(str(label)) for label in given) if isinstance(given, tuple) else _numbered(given, named)
    for text, origin in caps.frame.select("period", ORIGIN).drop_nulls().iter_rows():
        if _label(text) not in labels:
            faults.add(
                Fault(
                    "portfolio.period_unknown",
                    Text("没有这个时期", "there is no such period"),
                    located(caps, origin, "period"),
                    value=text,
                    allowed=_list_of(labels),
                    remedy=Text(
                        "改正，或在 settings.toml 中列出 periods", "mend it, or list the periods in settings.toml"
                    ),
                )
            )
    return labels


def _numbered(count: int, named: Sequence[PeriodLabel]) -> tuple[PeriodLabel, ...]:
    counted = tuple(range(1, count + 1))
    if set(named) <= set(counted):
        return counted
    if set(named) <= set(range(count)):
        return tuple(range(count))
    return tuple(named) if len(named) == count else counted


def _label(text: str) -> PeriodLabel:
    whole = _WHOLE.fullmatch(text)
    return int(whole[1]) if whole else text


def _order(label: PeriodLabel) -> tuple[bool, int, str]:
    return (True, 0, label) if isinstance(label, str) else (False, label, "")


def _list_of(values: Sequence[object]) -> Text | None:
    shown = ", ".join(str(value) for value in values[:30] if value != "")
    return same(shown) if shown else None


def is_whole_area(region: str | None) -> bool:
    """Whether a region stands for all sources together."""
    return (region or "").strip().casefold() in WHOLE_AREA


def members(region: str | None, regions: Sequence[str]) -> Booleans:
    """Which sources a region holds: all for the whole area, those of the same name, those below an adcode.

    An adcode of six digits holds what begins like it before its closing pairs of zeros (410000: all of 41).
    """
    if is_whole_area(region):
        return np.ones(len(regions), dtype=bool)
    name = str(region)
    if _ADCODE.fullmatch(name):
        prefix = re.sub(r"(00)+$", "", name)
        return np.array([bool(_ADCODE.fullmatch(r)) and r.startswith(prefix) for r in regions], dtype=bool)
    return np.array([r == name for r in regions], dtype=bool)


def ceiling_rows(
    caps: Validated,
    sources: Validated,
    pollutants: Sequence[str],
    periods: Sequence[PeriodLabel],
    faults: FaultCollector,
) -> tuple[Row, ...]:
    """One row for each ceiling and period; unknown regions and pollutants and repeated ceilings go to `faults`."""
    regions = [region or "" for region in sources.frame["region"]]
    made: list[Row] = []
    seen: set[tuple[str | None, str, PeriodLabel | None]] = set()
    columns = ("region", "pollutant", "period", "cap_t", ORIGIN)
    for region, pollutant, period, cap, origin in caps.frame.select(columns).iter_rows():
        found = list(_cap_faults(caps, region, pollutant, origin, regions, pollutants))
        key = (None if is_whole_area(region) else region, pollutant, None if period is None else _label(period))
        if key in seen:
            found.append(_repeated(caps, origin))
        seen.add(key)
        faults.extend(found)
        if found or cap is None or pollutant is None:
            continue
        wanted = periods if period is None else [_label(period)]
        made += [
            ceiling(region, pollutant, label, cap, regions, pollutants, periods) for label in wanted if label in periods
        ]
    return tuple(made)


def ceiling(
    region: str | None,
    pollutant: str,
    period: PeriodLabel,
    cap_t: float,
    regions: Sequence[str],
    pollutants: Sequence[str],
    periods: Sequence[PeriodLabel],
) -> Row:
    """The row ``Σ emission of the pollutant in the region and period ≤ cap_t``."""
    emission = np.zeros((len(regions), len(pollutants)))
    emission[members(region, regions), list(pollutants).index(pollutant)] = 1.0
    weights = np.array([1.0 if label == period else 0.0 for label in periods])
    shown = region or "*"
    return Row(
        f"{shown} {pollutant} {period}", cap_t, emission, weights, region=shown, pollutant=pollutant, period=period
    )


def _cap_faults(
    caps: Validated,
    region: str | None,
    pollutant: str | None,
    origin: str,
    regions: Sequence[str],
    pollutants: Sequence[str],
) -> list[Fault]:
    made = []
    if not members(region, regions).any():
        made.append(
            Fault(
                "portfolio.region_unknown",
                Text("没有排放源在这个区域", "no source lies in this region"),
                located(caps, origin, "region"),
                value=region,
                allowed=_list_of(sorted(set(regions))),
                remedy=Text("全部排放源写 *", "write * for all sources"),
            )
        )
    if pollutant is not None and pollutant not in pollutants:
        made.append(
            Fault(
                "portfolio.pollutant_unknown",
                Text("排放源表中没有这种污染物", "the sources have no such pollutant"),
                located(caps, origin, "pollutant"),
                value=pollutant,
                allowed=_list_of(pollutants),
            )
        )
    return made


def _repeated(caps: Validated, origin: str) -> Fault:
    return Fault(
        "portfolio.cap_repeated",
        Text("同一区域、污染物和时期的上限重复", "a second ceiling for the same region, pollutant and period"),
        located(caps, origin, "cap_t"),
        remedy=Text("只留一行", "keep one of them"),
    )
