"""CO2 factors of electricity and heat by year, region and kind; kinds are never mixed up silently."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from cocontrol.core.errors import Ambiguous, Fault, NotFound
from cocontrol.core.parameters import NATIONAL, jurisdictions_above
from cocontrol.core.text import Text
from cocontrol.reference._data import read_text_table
from cocontrol.reference.factors import Factor, Question, factor_table, select_factor
from cocontrol.reference.regions import province

KINDS: Mapping[str, Text] = {
    "average": Text("全口径平均", "grid average"),
    "average_excl_traded_nonfossil": Text("扣除市场化交易非化石电量", "average without market-traded non-fossil power"),
    "fossil": Text("化石能源电力", "fossil power"),
    "ets_reporting": Text("全国碳市场核算用", "national carbon market reporting"),
    "legacy_grid_average": Text("六大区域电网平均（2010–2012）", "six regional grids (2010–2012)"),
    "carbon_footprint": Text("产品碳足迹（全生命周期）", "product carbon footprint (life cycle)"),
    "direct_nonfossil": Text("直供或自用非化石电量", "directly supplied or self-used non-fossil power"),
}

SIX_GRIDS, SEVEN_GRIDS = "six_grids", "seven_grids"

_TOPICS = {"carbon_footprint": "electricity_footprint", "direct_nonfossil": "electricity_rule"}
"""Kinds that never answer a question without a kind: they are no factors of a grid."""


def electricity_factor(region: str, data_year: int, kind: str | None = None) -> Factor:
    """CO2 per kWh of electricity used in a region in a year.

    `region` is a GB/T 2260 code (a city or county takes its province, ``100000`` is the nation) or a
    grid (``CN-CC``). `kind` is one of `KINDS`; without it the answer must not depend on it. For
    ``legacy_grid_average`` a province takes its regional grid; the 2012 values serve 2012–2018.
    Sources: MEE and NBS notices 2024 No. 12, 2024 No. 33, 2025 No. 47; carbon-market letters of 2022
    and 2023; NDRC regional grid factors 2010–2012.

    Raises
    ------
    NotFound
        No factor of the region holds in that year; the message lists what there is nearby.
    Ambiguous
        Several kinds hold (2023: 0.5306, 0.6096, 0.8273), or the province lies in two grids.
    """
    day = date(data_year, 12, 31)
    asked = grid_of(region, data_year, SIX_GRIDS) if kind == "legacy_grid_average" else _own_region(region)
    topic = _TOPICS.get(kind or "", "electricity")
    criteria: dict[str, str | int | None] = {"topic": topic, "region": asked, "kind": kind}
    try:
        return select_factor(Question(criteria, None, day, asked if asked.isdigit() else NATIONAL))
    except NotFound as absent:
        raise NotFound(_nothing_holds(asked, data_year, kind)) from absent


def heat_factor(on: date) -> Factor:
    """CO2 per GJ of purchased heat: the default of GB/T 32150-2025, 7.5.6 and 7.5.7."""
    return select_factor(Question({"topic": "heat", "fuel_code": "heat"}, None, on))


def grid_of(region: str, data_year: int, system: str | None = None) -> str:
    """The regional grid of a place in a year (`system` None: six grids to 2020, seven from 2021).

    A code that already names a grid comes back unchanged. Membership is recalled, not read in a source.

    Raises
    ------
    NotFound
        The system has no grid for the place.
    Ambiguous
        Inner Mongolia lies in two grids; ask for the grid itself.
    """
    if not region.isdigit():
        return region
    chosen = system or (SIX_GRIDS if data_year <= 2020 else SEVEN_GRIDS)
    grids = _grids(region, chosen)
    if len(grids) == 1:
        return grids[0]
    question = Text("{r} 所属区域电网（{y}，{s}）", "regional grid of {r} ({y}, {s})").format(
        r=region, y=data_year, s=chosen
    )
    fault = Fault(
        "electricity.grid",
        question,
        value=region,
        allowed=Text("{g}", "{g}").format(g=", ".join(grids or _grids(None, chosen))),
        remedy=Text("直接给出区域电网代码", "give the code of the grid itself"),
    )
    raise Ambiguous(fault) if grids else NotFound(fault)


def _grids(region: str | None, system: str) -> list[str]:
    """The grids of the province that holds a place; all grids of the system for None."""
    rows = read_text_table("grid_regions.csv").filter(pl.col("system") == system)
    if region is not None:
        rows = rows.filter(pl.col("adcode") == (province(region) or region))
    return rows["grid"].unique().sort().to_list()


def _own_region(region: str) -> str:
    """The province of a place below it; a province, the nation or a grid stays as it is."""
    return (province(region) or region) if region.isdigit() else region


def _nothing_holds(region: str, data_year: int, kind: str | None) -> Fault:
    places = [region, NATIONAL]
    if region.isdigit():
        places += [*jurisdictions_above(region), *_grids(region, SIX_GRIDS), *_grids(region, SEVEN_GRIDS)]
    table = factor_table().filter((pl.col("topic") == "electricity") & pl.col("region").is_in(places))
    near = table.sort((pl.col("data_year") - data_year).abs(), nulls_last=True).head(12)
    listed = "; ".join(f"{row['factor_id']} = {row['value']:g} {row['unit']}" for row in near.iter_rows(named=True))
    return Fault(
        "electricity.not_found",
        Text("{r} {y} 年没有该口径的电力因子：{k}", "{r} has no electricity factor of that kind for {y}: {k}").format(
            r=region, y=data_year, k=kind or "*"
        ),
        value=f"{region} {data_year} {kind or '*'}",
        allowed=Text("相近：{c}", "nearby: {c}").format(c=listed or "-"),
        remedy=Text("改用上述口径之一并在报告中写明", "use one of these and say so in the report"),
    )
