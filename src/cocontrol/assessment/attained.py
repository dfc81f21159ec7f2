"""Peak status and double attainment (双达) of a region from the indicators of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from cocontrol.assessment.observations import Observations, read_observations
from cocontrol.assessment.peaks import peak_of
from cocontrol.indicators.attainment import double_attainment
from cocontrol.indicators.catalogue import boundary_label

TOTALS, AIR = "co2_emission", "pm25"


def peak_rows(indicators: pl.DataFrame, adcode: str, *, as_of: date) -> list[dict[str, Any]]:
    """Peak status of the CO2 totals of a region under every boundary with a value, as plain values.

    Each row: ``boundary``, its label, ``unit``, ``points`` (year, value) and what `Peak.as_dict` gives.
    """
    return [
        {**_named(option, as_of), **peak_of(option, as_of=as_of).as_dict()}
        for option in _with_values(indicators, TOTALS, adcode, as_of)
    ]


def double_attainment_rows(indicators: pl.DataFrame, adcode: str, *, as_of: date) -> list[dict[str, Any]]:
    """The 双达 state of a region for every pair of a PM2.5 series and a CO2 boundary with values, as plain values.

    Each row: ``air`` and ``co2`` (boundary, label, points) and what `DoubleAttainment.as_dict` gives.
    """
    airs = _with_values(indicators, AIR, adcode, as_of)
    return [
        {
            "air": _named(air, as_of),
            "co2": _named(carbon, as_of),
            **double_attainment(_series(air, as_of), _series(carbon, as_of)).as_dict(),
        }
        for air in airs
        for carbon in _with_values(indicators, TOTALS, adcode, as_of)
    ]


def _with_values(indicators: pl.DataFrame, metric: str, adcode: str, as_of: date) -> Sequence[Observations]:
    return [o for o in read_observations(indicators, metric, adcode) if o.known_years(as_of=as_of)]


def _series(option: Observations, as_of: date) -> dict[int, float]:
    known = {year: option.value(year) for year in option.known_years(as_of=as_of)}
    return {year: value for year, value in known.items() if value is not None}


def _named(option: Observations, as_of: date) -> dict[str, Any]:
    return {
        "boundary": option.boundary,
        "boundary_label": asdict(boundary_label(option.boundary)),
        "variant": option.variant,
        "unit": option.unit,
        "points": [{"year": year, "value": value} for year, value in _series(option, as_of).items()],
    }
