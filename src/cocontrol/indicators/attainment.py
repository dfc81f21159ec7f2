"""Double attainment (双达) of an observed region: clean air and peaked CO2, each with its year, and the gap between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cocontrol.core.text import Text
from cocontrol.indicators.peak import USUAL, Peak, PeakRule, PeakStatus, assess_peak
from cocontrol.reference.air_quality import limit

MEAN_YEARS = 3


class DoubleState(StrEnum):
    """Which of the two is attained."""

    BOTH = "both"
    AIR_ONLY = "air_only"
    CO2_ONLY = "co2_only"
    NEITHER = "neither"
    UNDETERMINED = "undetermined"

    @property
    def label(self) -> Text:
        """The word that people see."""
        return {
            DoubleState.BOTH: Text("双达", "both attained"),
            DoubleState.AIR_ONLY: Text("仅空气质量达标", "air quality only"),
            DoubleState.CO2_ONLY: Text("仅碳达峰", "CO2 peak only"),
            DoubleState.NEITHER: Text("均未达到", "neither"),
            DoubleState.UNDETERMINED: Text("无法判定", "undetermined"),
        }[self]


@dataclass(frozen=True, slots=True)
class DoubleAttainment:
    """State with both years. `sync_gap` = CO2 year − air year: negative, CO2 came first."""

    state: DoubleState
    air_year: int | None
    co2_year: int | None
    sync_gap: int | None
    peak: Peak
    limits: Mapping[int, float]
    reasons: tuple[Text, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "state": self.state.value,
            "label": {"zh": self.state.label.zh, "en": self.state.label.en},
            "air_year": self.air_year,
            "co2_year": self.co2_year,
            "sync_gap": self.sync_gap,
            "peak": self.peak.as_dict(),
            "limits": {str(year): value for year, value in self.limits.items()},
            "reasons": [{"zh": reason.zh, "en": reason.en} for reason in self.reasons],
        }


def double_attainment(
    pm25: Mapping[int, float],
    co2: Mapping[int, float],
    *,
    limits: Mapping[int, float] | None = None,
    rule: PeakRule = USUAL,
    three_year_mean: bool = False,
) -> DoubleAttainment:
    """The 双达 state from yearly PM2.5 (µg/m³) and CO2 (any unit).

    Air year: the first year from which every later year is at or below its limit (of the series, or of its
    three-year means). CO2 year: t* where the status is ``peaked``. `limits` by year default to the class 2
    annual limit of GB 3095 in force at the end of the year. Without PM2.5, or where the peak cannot be
    judged, the state is undetermined.
    """
    series = three_year_means(pm25) if three_year_mean else dict(pm25)
    bounds = {year: (limits or {}).get(year, _annual_limit(year)) for year in series}
    air = attainment_year(series, bounds)
    peak = assess_peak(co2, rule=rule)
    carbon = peak.year if peak.status is PeakStatus.PEAKED else None
    reasons = list(peak.reasons)
    if not series:
        reasons.append(Text("没有 PM2.5 年均值", "there is no annual PM2.5"))
    state = _state(air, carbon) if series and peak.status is not PeakStatus.UNDETERMINED else DoubleState.UNDETERMINED
    gap = carbon - air if air is not None and carbon is not None else None
    return DoubleAttainment(state, air, carbon, gap, peak, bounds, tuple(reasons))


def attainment_year(series: Mapping[int, float], limits: Mapping[int, float]) -> int | None:
    """The first year from which every year of the series stays within its limit; None where the last does not."""
    found: int | None = None
    for year in sorted(series, reverse=True):
        if series[year] > limits[year]:
            break
        found = year
    return found


def three_year_means(series: Mapping[int, float]) -> dict[int, float]:
    """Mean of a year and the two before it, where all three are known."""
    spans = {year: [series[y] for y in range(year - MEAN_YEARS + 1, year + 1) if y in series] for year in series}
    return {year: sum(values) / MEAN_YEARS for year, values in spans.items() if len(values) == MEAN_YEARS}


def _annual_limit(year: int) -> float:
    return limit("PM25", "year", on=date(year, 12, 31)).value


def _state(air: int | None, carbon: int | None) -> DoubleState:
    if air is not None:
        return DoubleState.AIR_ONLY if carbon is None else DoubleState.BOTH
    return DoubleState.NEITHER if carbon is None else DoubleState.CO2_ONLY
