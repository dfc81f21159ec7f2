"""Distributions of a multiplier: what a quantity may be, as a multiple of its best estimate.

A half-width is half of the 95 % confidence interval in percent of the estimate; the standard deviation is the
half-width / 1.96 (IPCC 2006 Guidelines, Vol. 1, Ch. 3, section 3.2.1.2 and Table 3.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text

Floats: TypeAlias = NDArray[np.float64]

Z_95 = 1.96
"""Half-width of a 95 % interval in standard deviations, as the Guidelines print it."""

SYMMETRIC_UP_TO_PCT = 60.0
"""Above this half-width (a standard deviation of 30 %) ``auto`` takes a lognormal: IPCC 2006, Vol. 1, section 3.2.2.4."""


class Shape(StrEnum):
    """Names of the distributions as tables write them."""

    AUTO = "auto"
    FIXED = "fixed"
    NORMAL = "normal"
    NORMAL_UNBOUNDED = "normal_unbounded"
    LOGNORMAL = "lognormal"
    TRIANGULAR = "triangular"
    UNIFORM = "uniform"
    EMPIRICAL = "empirical"


SHAPE_LABELS = {
    Shape.AUTO.value: Text("自动：不超过 60% 用正态，否则用对数正态", "automatic: normal up to 60 %, else lognormal"),
    Shape.FIXED.value: Text("无不确定性", "no uncertainty"),
    Shape.NORMAL.value: Text("正态，截去负值", "normal, cut at zero"),
    Shape.NORMAL_UNBOUNDED.value: Text("正态，可变号（净碳储量变化）", "normal, may change sign (net stock change)"),
    Shape.LOGNORMAL.value: Text("对数正态", "lognormal"),
    Shape.TRIANGULAR.value: Text("三角（界限为最小和最大值）", "triangular (limits are minimum and maximum)"),
    Shape.UNIFORM.value: Text("均匀（界限为最小和最大值）", "uniform (limits are minimum and maximum)"),
    Shape.EMPIRICAL.value: Text("经验样本", "empirical sample"),
}
"""Every shape with its name for people."""


class Multiplier(Protocol):
    """A random multiple of a best estimate, with its exact mean and variance."""

    @property
    def mean(self) -> float:
        """Expected value; 1 where the best estimate is the mean."""

    @property
    def variance(self) -> float:
        """Variance, without unit."""

    def fill(self, generator: np.random.Generator, out: Floats) -> None:
        """Fill `out` with independent draws."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always 1."""

    @property
    def mean(self) -> float:
        """1."""
        return 1.0

    @property
    def variance(self) -> float:
        """0."""
        return 0.0

    def fill(self, generator: np.random.Generator, out: Floats) -> None:  # noqa: ARG002 - one call for every shape
        """All ones; takes no random number."""
        out.fill(1.0)


@dataclass(frozen=True, slots=True)
class Normal:
    """1 + sd · z; may be negative."""

    deviation: float

    @property
    def mean(self) -> float:
        """1."""
        return 1.0

    @property
    def variance(self) -> float:
        """Square of the standard deviation."""
        return self.deviation**2

    def fill(self, generator: np.random.Generator, out: Floats) -> None:
        """Normal draws."""
        generator.standard_normal(out=out)
        out *= self.deviation
        out += 1.0


@dataclass(frozen=True, slots=True)
class TruncatedNormal:
    """Normal around 1, given that it is not negative; the mean moves up as the deviation grows.

    With α = −1/sd and h = φ(α)/(1 − Φ(α)): mean 1 + sd·h, variance sd²·(1 + α·h − h²).
    """

    deviation: float

    def _hazard(self) -> float:
        start = -1.0 / self.deviation
        density = math.exp(-0.5 * start * start) / math.sqrt(2 * math.pi)
        return density / (0.5 * math.erfc(start / math.sqrt(2)))

    @property
    def mean(self) -> float:
        """Above 1 by what was cut."""
        return 1.0 + self.deviation * self._hazard()

    @property
    def variance(self) -> float:
        """Below the square of the deviation."""
        hazard = self._hazard()
        return self.deviation**2 * (1.0 - hazard / self.deviation - hazard * hazard)

    def fill(self, generator: np.random.Generator, out: Floats) -> None:
        """Normal draws; a negative one is drawn again, so the cut leaves no heap at zero."""
        generator.standard_normal(out=out)
        out *= self.deviation
        out += 1.0
        while out.min() < 0.0:
            negative = np.flatnonzero(out < 0.0)
            out[negative] = 1.0 + self.deviation * generator.standard_normal(negative.size)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """exp(log_mean + log_deviation · z)."""

    log_mean: float
    log_deviation: float

    @property
    def mean(self) -> float:
        """exp(μ + σ²/2)."""
        return math.exp(self.log_mean + 0.5 * self.log_deviation**2)

    @property
    def variance(self) -> float:
        """(exp(σ²) − 1) · mean²."""
        return math.expm1(self.log_deviation**2) * self.mean**2

    def fill(self, generator: np.random.Generator, out: Floats) -> None:
        """Lognormal draws."""
        generator.standard_normal(out=out)
        out *= self.log_deviation
        out += self.log_mean
        np.exp(out, out=out)


@dataclass(frozen=True, slots=True)
class Triangular:
    """Between `low` and `high` with the mode at 1."""

    low: float
    high: float

    @property
    def mean(self) -> float:
        """(low + 1 + high) / 3."""
        return (self.low + 1.0 + self.high) / 3.0

    @property
    def variance(self) -> float:
        """(a² + b² + c² − ab − ac − bc) / 18 with the mode c = 1."""
        a, b = self.low, self.high
        return (a * a + b * b + 1.0 - a * b - a - b) / 18.0

    def fill(self, generator: np.random.Generator, out: Floats) -> None:
        """By the inverse of the distribution function."""
        generator.random(out=out)
        width = self.high - self.low
        at_mode = (1.0 - self.low) / width
        rising = self.low + np.sqrt(out * (width * (1.0 - self.low)))
        falling = self.high - np.sqrt((1.0 - out) * (width * (self.high - 1.0)))
        np.copyto(out, np.where(out < at_mode, rising, falling))


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything between `low` and `high` alike."""

    low: float
    high: float

    @property
    def mean(self) -> float:
        """Middle of the limits."""
        return 0.5 * (self.low + self.high)

    @property
    def variance(self) -> float:
        """Square of the width / 12."""
        return (self.high - self.low) ** 2 / 12.0

    def fill(self, generator: np.random.Generator, out: Floats) -> None:
        """Uniform draws."""
        generator.random(out=out)
        out *= self.high - self.low
        out += self.low


@dataclass(frozen=True, slots=True)
class Empirical:
    """One of the values seen, each as likely as the others; values are multiples of the best estimate."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean of the values."""
        return math.fsum(self.values) / len(self.values)

    @property
    def variance(self) -> float:
        """Variance of the values as a whole population."""
        mean = self.mean
        return math.fsum((value - mean) ** 2 for value in self.values) / len(self.values)

    def fill(self, generator: np.random.Generator, out: Floats) -> None:
        """Values drawn with replacement."""
        np.take(np.asarray(self.values), generator.integers(0, len(self.values), out.size), out=out, mode="clip")


@dataclass(frozen=True, slots=True)
class Product:
    """Product of independent named multipliers; products that share a name share its draws in a simulation."""

    parts: tuple[tuple[str, Multiplier], ...]

    @property
    def mean(self) -> float:
        """Product of the means."""
        return math.prod(part.mean for _, part in self.parts)

    @property
    def variance(self) -> float:
        """Π(variance + mean²) − Π mean²."""
        squares = math.prod(part.variance + part.mean**2 for _, part in self.parts)
        return max(0.0, squares - self.mean**2)

    def fill(self, generator: np.random.Generator, out: Floats) -> None:
        """Draws of the parts from one generator, multiplied."""
        drawn = np.empty_like(out)
        out.fill(1.0)
        for _, part in self.parts:
            part.fill(generator, drawn)
            out *= drawn


def multiplier(
    shape: str, lower_pct: float, upper_pct: float | None = None, sample: Sequence[float] = ()
) -> Multiplier:
    """The distribution that a table names by shape and limits.

    Parameters
    ----------
    shape : a name of `Shape`
    lower_pct, upper_pct : distance of the limits below and above the best estimate, in percent of it; `upper_pct`
        None is symmetric. For ``normal`` and ``lognormal`` the limits hold 95 %; for ``triangular`` and ``uniform``
        they are minimum and maximum. A symmetric ``lognormal`` keeps the best estimate as its mean (σ² = ln(1 + cv²),
        μ = −σ²/2, cv = half-width/1.96); one with two different limits has exactly these as its 2.5 and 97.5 %
        points (IPCC 2006 Guidelines, Vol. 1, section 3.2.2.4).
    sample : the multiples of the best estimate that ``empirical`` draws from

    Raises
    ------
    InvalidInput
        Unknown shape, negative or infinite limits, limits that the shape cannot have, an empty sample.
    """
    upper = lower_pct if upper_pct is None else upper_pct
    if shape not in SHAPE_LABELS:
        raise InvalidInput(_shape_fault(shape))
    if shape == Shape.EMPIRICAL:
        return _empirical(sample)
    if not (math.isfinite(lower_pct) and math.isfinite(upper) and lower_pct >= 0 and upper >= 0):
        raise InvalidInput(_limit_fault(shape, lower_pct, upper, Text("有限且不小于 0", "finite and at least 0")))
    if shape == Shape.FIXED or lower_pct == upper == 0:
        return Fixed()
    if shape == Shape.AUTO:
        symmetric = lower_pct == upper and upper <= SYMMETRIC_UP_TO_PCT
        return multiplier(Shape.NORMAL if symmetric else Shape.LOGNORMAL, lower_pct, upper)
    return _of_shape(Shape(shape), lower_pct / 100.0, upper / 100.0)


def _of_shape(shape: Shape, lower: float, upper: float) -> Multiplier:
    if shape is Shape.TRIANGULAR:
        return Triangular(1.0 - lower, 1.0 + upper)
    if shape is Shape.UNIFORM:
        return Uniform(1.0 - lower, 1.0 + upper)
    if shape is Shape.LOGNORMAL:
        return _lognormal(lower, upper)
    if lower != upper:
        allowed = Text("上下限相同；不对称用 lognormal", "equal limits; use lognormal where they differ")
        raise InvalidInput(_limit_fault(shape, lower * 100, upper * 100, allowed))
    return Normal(upper / Z_95) if shape is Shape.NORMAL_UNBOUNDED else TruncatedNormal(upper / Z_95)


def _lognormal(lower: float, upper: float) -> Lognormal:
    if lower == upper:
        log_variance = math.log1p((upper / Z_95) ** 2)
        return Lognormal(-0.5 * log_variance, math.sqrt(log_variance))
    if lower >= 1.0:
        allowed = Text("下限须小于 100%", "a lower limit below 100 %")
        raise InvalidInput(_limit_fault(Shape.LOGNORMAL, lower * 100, upper * 100, allowed))
    low, high = math.log1p(-lower), math.log1p(upper)
    return Lognormal(0.5 * (low + high), (high - low) / (2 * Z_95))


def _empirical(sample: Sequence[float]) -> Empirical:
    if not sample or not all(math.isfinite(value) for value in sample):
        raise InvalidInput(
            Fault(
                "uncertainty.sample",
                Text("经验分布需要有限的样本值", "an empirical distribution needs finite values"),
                value=str(list(sample)[:5]),
            )
        )
    return Empirical(tuple(float(value) for value in sample))


def _shape_fault(shape: str) -> Fault:
    known = ", ".join(SHAPE_LABELS)
    return Fault(
        "uncertainty.shape",
        Text("没有这种分布", "no such distribution"),
        value=shape,
        allowed=Text(f"现有：{known}", f"there are: {known}"),
    )


def _limit_fault(shape: str, lower: float, upper: float, allowed: Text) -> Fault:
    return Fault(
        "uncertainty.limits",
        Text("分布 {s} 的界限不可用", "the limits do not fit the distribution {s}").format(s=str(shape)),
        value=f"−{lower:g} %, +{upper:g} %",
        allowed=allowed,
    )
