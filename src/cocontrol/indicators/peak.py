"""Peak status of an emission series: peaked, plateau or not peaked, and never more than provisional too early."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from cocontrol.core.text import Text
from cocontrol.indicators.trend import MINIMUM, Trend, hamed_rao, mann_kendall

SHOCK_YEARS = (2020, 2022)
"""Years whose emissions a pandemic bent; the test is also shown without them."""


class PeakStatus(StrEnum):
    """What the series says."""

    PEAKED = "peaked"
    PLATEAU = "plateau"
    NOT_PEAKED = "not_peaked"
    UNDETERMINED = "undetermined"

    @property
    def label(self) -> Text:
        """The word that people see."""
        return {
            PeakStatus.PEAKED: Text("已达峰", "peaked"),
            PeakStatus.PLATEAU: Text("平台期", "plateau"),
            PeakStatus.NOT_PEAKED: Text("未达峰", "not peaked"),
            PeakStatus.UNDETERMINED: Text("无法判定", "undetermined"),
        }[self]


@dataclass(frozen=True, slots=True)
class PeakRule:
    """Parameters of the judgement, none of which any plan writes.

    `years` observed after the maximum (usual: 5); `alpha` two-sided level of the test; `plateau` how far, as
    a share of the maximum, a plateau may fall below it.
    """

    years: int = 5
    alpha: float = 0.05
    plateau: float = 0.05


USUAL = PeakRule()
"""Five years, 5 %, 5 %: recalled from practice."""


@dataclass(frozen=True, slots=True)
class Peak:
    """Status with all that it rests on.

    `test` is on the maximum and what follows, `test_without_maximum` on what follows alone (the maximum was
    chosen because it is the largest, which bends `test` towards falling), `test_autocorrelated` the first
    with Hamed and Rao's variance, `without_shocks` the first without the shock years. `confirmed_from` is
    the first year whose figures could confirm the maximum.
    """

    status: PeakStatus
    year: int | None
    level: float | None
    years_after: int
    provisional: bool
    confirmed_from: int | None
    test: Trend | None
    test_without_maximum: Trend | None
    test_autocorrelated: Trend | None
    without_shocks: Trend | None
    rule: PeakRule
    reasons: tuple[Text, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        tests = ("test", "test_without_maximum", "test_autocorrelated", "without_shocks")
        return {
            "status": self.status.value,
            "label": asdict(self.status.label),
            "year": self.year,
            "level": self.level,
            "years_after": self.years_after,
            "provisional": self.provisional,
            "confirmed_from": self.confirmed_from,
            **{name: asdict(getattr(self, name)) if getattr(self, name) else None for name in tests},
            "rule": asdict(self.rule),
            "reasons": [asdict(reason) for reason in self.reasons],
        }


def assess_peak(series: Mapping[int, float], *, rule: PeakRule = USUAL, shocks: Iterable[int] = SHOCK_YEARS) -> Peak:
    """The peak status of yearly emissions (any unit).

    t* = the first year of the maximum. Peaked: at least `rule.years` years observed after t* and the series
    from t* falls (Mann–Kendall, two-sided `rule.alpha`). Plateau: as many years, no significant trend, and no
    year more than `rule.plateau` below the maximum. Else not peaked. Everything is provisional until
    `rule.years` years have passed after t*. Source: the conditional and Mann–Kendall test of Jiang et al.
    2021 (Clim. Change Res. 17(2):131–139); the three parameters are recalled.

    A gap between the first and the last year makes it undetermined: a year that is missing may be the peak.
    """
    years = sorted(series)
    if len(years) < MINIMUM:
        return _unknown(rule, Text("只有 {n} 年数据", "there are only {n} years").format(n=len(years)))
    if gaps := sorted(set(range(years[0], years[-1] + 1)) - set(years)):
        listed = ", ".join(map(str, gaps))
        return _unknown(rule, Text("缺 {y} 年，峰值可能在其中", "{y} missing: the peak may be there").format(y=listed))
    top = max(years, key=lambda year: (series[year], -year))
    after = [year for year in years if year > top]
    window = [series[year] for year in (top, *after)]
    test = _tested(window)
    status = _status(window, len(after), test, rule)
    provisional = len(after) < rule.years
    kept = [series[year] for year in (top, *after) if year not in set(shocks)]
    return Peak(
        status, top, series[top], len(after), provisional, top + rule.years, test, _tested(window[1:]),
        hamed_rao(window) if test else None, _tested(kept) if len(kept) < len(window) else None, rule,
        _reasons(status, top, len(after), test, _tested(window[1:]), rule),
    )  # fmt: skip


def _tested(values: Sequence[float]) -> Trend | None:
    return mann_kendall(values) if len(values) >= MINIMUM else None


def _status(window: Sequence[float], after: int, test: Trend | None, rule: PeakRule) -> PeakStatus:
    if after < rule.years or test is None:
        return PeakStatus.NOT_PEAKED
    if test.is_falling(rule.alpha):
        return PeakStatus.PEAKED
    stays = min(window) >= window[0] * (1 - rule.plateau)
    return PeakStatus.PLATEAU if stays and not test.is_significant(rule.alpha) else PeakStatus.NOT_PEAKED


_PROVISIONAL = True


def _unknown(rule: PeakRule, reason: Text) -> Peak:
    return Peak(PeakStatus.UNDETERMINED, None, None, 0, _PROVISIONAL, None, None, None, None, None, rule, (reason,))


def _reasons(
    status: PeakStatus, top: int, after: int, test: Trend | None, bare: Trend | None, rule: PeakRule
) -> tuple[Text, ...]:
    reasons = []
    if after < rule.years:
        short = Text(
            "最高年 {t} 之后只有 {n} 年，须满 {k} 年（到 {y} 年）才能确认，此前只是暂定",
            "only {n} years follow the maximum of {t}; {k} are needed (until {y}), so far it is provisional",
        )
        reasons.append(short.format(t=top, n=after, k=rule.years, y=top + rule.years))
    if status is PeakStatus.PEAKED and (bare is None or not bare.is_falling(rule.alpha)):
        reasons.append(
            Text(
                "去掉最高年后趋势不显著：结论依赖所选的最高年",
                "without the maximum the fall is not significant: the verdict leans on the chosen year",
            )
        )
    if test is not None and status is PeakStatus.NOT_PEAKED and after >= rule.years:
        reasons.append(
            Text(
                "最高年之后没有显著下降，也不在平台幅度内",
                "no significant fall after the maximum, and no plateau either",
            )
        )
    return tuple(reasons)
