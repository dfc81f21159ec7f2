"""GDP at constant prices from a chained index, where the statistics hold one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

import polars as pl

from cocontrol.core.text import Text
from cocontrol.core.units import convert
from cocontrol.indicators.quantities import Quantity, Series, statistic

GDP, GDP_INDEX = "gdp", "gdp_index"

BASE_STEP = 5
"""Price bases of the national accounts change in years divisible by five."""


def gdp_series(statistics: pl.DataFrame, *, adcode: str) -> Series:
    """GDP of a region: variant → year → quantity, with ``constant_<vintage>`` chained where it is not published.

    ``G(t) = G(t−1) · I(t)`` forward and ``G(t−1) = G(t) / I(t)`` backward from a base year b in which GDP is at
    current prices; I is the index ``gdp_index`` (previous year = 100). b is the newest year divisible by
    five that the chain reaches, else the first year of GDP. The chain ends at the first missing index. A
    published constant-price series is never replaced. The choice of b scales the series and leaves every
    change over years as it is.
    """
    series = statistic(statistics, GDP, adcode=adcode)
    indices = statistic(statistics, GDP_INDEX, adcode=adcode)
    if any(variant.startswith("constant") for variant in series):
        return series
    chained: Series = {}
    for variant, by_year in series.items():
        _, _, vintage = variant.partition("_")
        index = indices.get(vintage) or indices.get("single")
        if index is None and len(indices) == 1:
            index = next(iter(indices.values()))
        if made := _chain(by_year, index or {}):
            chained[f"constant_{vintage}"] = made
    return {**series, **chained}


def _chain(current: Mapping[int, Quantity], index: Mapping[int, Quantity]) -> dict[int, Quantity]:
    base = _base_year(current, index)
    if base is None:
        return {}
    made = {base: _stated(current[base], base, ())}
    for year in count(base + 1):
        if year not in index:
            break
        made[year] = _linked(made[year - 1], _growth(index[year]), base, index[year])
    for year in count(base, -1):
        if year not in index:
            break
        made[year - 1] = _linked(made[year], 1 / _growth(index[year]), base, index[year])
    return dict(sorted(made.items()))


def _base_year(current: Mapping[int, Quantity], index: Mapping[int, Quantity]) -> int | None:
    linked = [year for year in sorted(current) if year in index or year + 1 in index]
    round_years = [year for year in linked if year % BASE_STEP == 0]
    return round_years[-1] if round_years else next(iter(linked), None)


def _growth(index: Quantity) -> float:
    """The index as a ratio; an index of 106.3 is written with unit ``%`` or with unit ``1``."""
    value = convert(index.value or 0.0, index.unit, "1")
    ratio = value / 100 if value > 10 else value
    if ratio <= 0:
        raise ValueError(f"a GDP index must be positive: {index.value} {index.unit}")
    return ratio


def _linked(neighbour: Quantity, ratio: float, base: int, index: Quantity) -> Quantity:
    value = (neighbour.value or 0.0) * ratio
    return _stated(Quantity(value, neighbour.unit, neighbour.inputs), base, index.inputs)


def _stated(quantity: Quantity, base: int, inputs: tuple[dict[str, object], ...]) -> Quantity:
    note = Text("{b} 年价格，由指数环比连乘", "at prices of {b}, chained from the yearly index").format(b=base)
    return Quantity(quantity.value, quantity.unit, (*quantity.inputs, *inputs), quantity.status, (note,))
