"""What a least-cost problem is bound by: tonnes in a place and year, tonnes over all years, concentrations at receptors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector
from cocontrol.core.text import Text, same
from cocontrol.measures.horizon import Horizon
from cocontrol.measures.portfolio.ceilings import members

WHOLE = "*"
"""All sources together."""

CAP, BUDGET, RECEPTOR = "ceiling", "budget", "receptor"
"""Kinds of limits."""

CAP_SCHEMA = {
    "region": pl.String, "pollutant": pl.String, "period": pl.Int64, "cap_t": pl.Float64, "base_t": pl.Float64,
    "target_id": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A limit in tonnes (`cap_t`), or as a reduction of the base in shares (0.1: ten per cent less).

    `region` an adcode, or ``*``; `period` a target year, None for each of them. The base is that of the inventory.
    """

    pollutant: str
    cap_t: float | None = None
    reduction: float | None = None
    region: str = WHOLE
    target_id: str | None = None
    period: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit of the tonnes of a pollutant over all years from the first target year on."""

    pollutant: str
    total_t: float
    region: str = WHOLE


@dataclass(frozen=True, slots=True)
class ReceptorLimit:
    """``constant + Σ coefficient × emission ≤ aim`` in µg/m³ in a target year; coefficients by (region, pollutant).

    `label` says what the straight line stands for: a matrix of one's own, or screening.
    """

    name: str
    coefficients: Mapping[tuple[str, str], float]
    constant: float
    aim: float
    label: Text
    period: int | None = None
    target_id: str | None = None

    @property
    def room(self) -> float:
        """What the emissions may add: aim − constant."""
        return self.aim - self.constant


def rollback_limit(
    name: str,
    *,
    aim: float,
    concentration: float,
    background: float,
    shares: Mapping[str, float],
    base: Mapping[str, float],
    label: Text,
    period: int | None = None,
    target_id: str | None = None,
) -> ReceptorLimit:
    """A concentration that follows emissions in proportion: ``C = bg + (C₀ − bg) (Σ s_p E_p/E⁰_p + 1 − Σ s_p)``.

    Parameters
    ----------
    aim, concentration, background : µg/m³: the target, today's C₀ and bg
    shares : s_p, the part of C₀ − bg that a pollutant stands behind; what no share names stays as it is
    base : E⁰_p in tonnes; shares of pollutants without emission stay as they are too
    """
    span = concentration - background
    moving = {p: share for p, share in shares.items() if base.get(p)}
    coefficients = {(WHOLE, p): span * share / base[p] for p, share in moving.items()}
    constant = background + span * (1.0 - math.fsum(moving.values()))
    return ReceptorLimit(name, coefficients, constant, aim, label, period, target_id)


def cap_table(
    ceilings: Sequence[Ceiling], sources: pl.DataFrame, pollutants: Sequence[str], horizon: Horizon
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ceilings by region, pollutant and target year, and those that a tighter one of the same makes needless.

    Raises
    ------
    InvalidInput
        All that cannot be read: unknown pollutant or year, neither or both of tonnes and reduction, a region that
        holds no source.
    """
    faults = FaultCollector()
    rows = [
        (ceiling.region, ceiling.pollutant, year, limit, total, ceiling.target_id)
        for ceiling in ceilings
        for limit, total in _limit(ceiling, sources, pollutants, horizon, faults)
        for year in (horizon.years if ceiling.period is None else (ceiling.period,))
    ]
    faults.raise_if_any()
    table = pl.DataFrame(rows, schema=CAP_SCHEMA, orient="row").with_row_index("place")
    first = table.sort("cap_t", maintain_order=True).unique(
        ["region", "pollutant", "period"], keep="first", maintain_order=True
    )
    kept = first.sort("period", "place")
    return kept.drop("place"), table.join(kept, on="place", how="anti").drop("place")


def _limit(
    ceiling: Ceiling, sources: pl.DataFrame, pollutants: Sequence[str], horizon: Horizon, faults: FaultCollector
) -> Iterable[tuple[float, float]]:
    """Limit and base in tonnes; nothing where there is a fault."""
    if ceiling.pollutant not in pollutants:
        allowed = same(", ".join(pollutants))
        faults.add(Fault("workbench.pollutant", _NO_POLLUTANT, value=ceiling.pollutant, allowed=allowed))
        return
    if (ceiling.cap_t is None) == (ceiling.reduction is None):
        faults.add(Fault("workbench.ceiling", _ONE_OF_TWO, value=ceiling.pollutant))
        return
    if ceiling.period is not None and ceiling.period not in horizon.years:
        allowed = same(", ".join(map(str, horizon.years)))
        faults.add(Fault("workbench.period", _NO_PERIOD, value=str(ceiling.period), allowed=allowed))
        return
    inside = inside_region(sources, ceiling.region)
    if inside.is_empty():
        faults.add(Fault("workbench.region", _NO_SOURCE, value=ceiling.region, remedy=_ONLY_ABOVE))
        return
    total = float(inside[ceiling.pollutant].sum())
    yield (total * (1.0 - ceiling.reduction) if ceiling.reduction is not None else float(ceiling.cap_t or 0.0), total)


_NO_POLLUTANT = Text("清单没有这种污染物", "the inventory has no such pollutant")
_ONE_OF_TWO = Text("上限吨数与削减比例须给且只给一个", "give either tonnes or a reduction, not both or neither")
_NO_PERIOD = Text("上限的年份不在目标年之内", "the year of the ceiling is none of the target years")
_NO_SOURCE = Text("没有排放源落在这个地区", "no source lies in this region")
_ONLY_ABOVE = Text(
    "清单只到上级地区时不能给下级地区定上限", "an inventory of the region above cannot bound the places in it"
)


def inside_region(sources: pl.DataFrame, region: str) -> pl.DataFrame:
    """The rows of sources (`region`: adcode) in a region or below it."""
    if region == WHOLE:
        return sources
    return sources.filter(pl.Series(members(region, [code or "" for code in sources["region"]]), dtype=pl.Boolean))
