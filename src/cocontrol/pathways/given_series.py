"""A scenario that somebody else computed, as an IAMC table: its series, when they peak and what they sum to."""

from __future__ import annotations

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text, same
from cocontrol.pathways.results import Outlook, PeakOutlook
from cocontrol.pathways.scenario_model import Head, Scenario

NAMES = ("Model", "Scenario", "Region")


def given_outlook(long: pl.DataFrame, *, scenario: str | None = None, region: str | None = None) -> Outlook:
    """The outlook of one scenario and region of a long IAMC table (``Model … Variable, Unit, Year, Value``).

    Nothing is drawn, so there are no bands and no probabilities. Between the years of the table a series is
    taken as straight for the cumulative sum; the peak is the year of the table with the largest value.

    Raises
    ------
    InvalidInput
        No or several models, scenarios or regions fit, and which there are; fewer than two years.
    """
    rows = long
    for column, wanted in (("Scenario", scenario), ("Region", region)):
        rows = rows if wanted is None else rows.filter(pl.col(column) == wanted)
    found = rows.select(NAMES).unique(maintain_order=True)
    if found.height != 1:
        raise InvalidInput(
            _choice_fault(found if found.height else long.select(NAMES).unique(maintain_order=True), found.height)
        )
    years = sorted(rows["Year"].unique().to_list())
    if len(years) < 2:
        words = Text("至少要有两个年份", "two years are needed at least")
        raise InvalidInput(Fault("scenario.years", words, value=", ".join(map(str, years))))
    model, name, place = found.row(0)
    emissions = [
        v for v in rows["Variable"].unique(maintain_order=True) if v.startswith("Emissions|") and v.count("|") == 1
    ]
    head = Head(name=name, model=model, region=place, base_year=years[0], end_year=years[-1])
    return Outlook(
        Scenario(scenario=head), _bands(rows), tuple(_peak(v, _series(rows, v)) for v in emissions), (), None,
        {v: {"central": _cumulative(_series(rows, v))} for v in emissions}, None, (),
    )  # fmt: skip


def _choice_fault(listed: pl.DataFrame, fitting: int) -> Fault:
    words = (
        Text("表中不止一个情景或地区", "the table holds more than one scenario or region")
        if fitting
        else Text("表中没有这个情景或地区", "the table has no such scenario or region")
    )
    return Fault(
        "scenario.choice",
        words,
        value=str(fitting),
        allowed=same("; ".join(" / ".join(map(str, row)) for row in listed.head(20).iter_rows())),
        remedy=same("--scenario … --region …"),
    )


def _bands(rows: pl.DataFrame) -> pl.DataFrame:
    nothing = [pl.lit(None, dtype=pl.Float64).alias(name) for name in ("mean", "p2_5", "p50", "p97_5")]
    return rows.sort("Variable", "Year", maintain_order=True).select(
        pl.col("Variable").alias("variable"),
        pl.col("Unit").alias("unit"),
        pl.col("Year").alias("year"),
        pl.col("Value").alias("central"),
        *nothing,
    )


def _series(rows: pl.DataFrame, variable: str) -> dict[int, float]:
    return dict(rows.filter(pl.col("Variable") == variable).sort("Year").select("Year", "Value").iter_rows())


def _peak(variable: str, series: dict[int, float]) -> PeakOutlook:
    year = max(series, key=lambda one: (series[one], -one))
    within = year != max(series)
    return PeakOutlook(variable, year if within else None, series[year] if within else None, None, None, None)


def _cumulative(series: dict[int, float]) -> float:
    """Sum over the years after the first, straight lines between the years of the table."""
    years = list(series)
    every = np.arange(years[0] + 1, years[-1] + 1)
    return float(np.interp(every, years, list(series.values())).sum())
