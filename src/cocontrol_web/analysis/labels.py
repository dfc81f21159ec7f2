"""Names that people read for the codes in the tables: categories, fuels, pollutants, tables, columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from cocontrol.core.pollutants import CO2E_SYMBOL, POLLUTANTS
from cocontrol.core.tables import Table
from cocontrol.core.text import Text, same
from cocontrol.io.results import result_table
from cocontrol.reference import categories as reference_categories
from cocontrol.reference import electricity
from cocontrol.reference import fuels as reference_fuels
from cocontrol.reference import regions as reference_regions

CO2E_PREFIX = "CO2e_"
INPUTS = {
    "settings": Text("工作区设置", "workspace settings"),
    "document:plan": Text("方案文本", "plan document"),
    "document:boundaries": Text("行政区界", "boundaries"),
}
"""Inputs of a run that are no tables."""
_POLLUTANTS = {pollutant.code: pollutant for pollutant in POLLUTANTS}


@lru_cache(maxsize=1)
def _categories() -> Mapping[str, Text]:
    return _labels(reference_categories.categories(), "category")


@lru_cache(maxsize=1)
def _fuels() -> Mapping[str, Text]:
    return _labels(reference_fuels.fuels(), "fuel_code")


def _labels(frame: pl.DataFrame, key: str) -> Mapping[str, Text]:
    return {row[key]: Text(row["name_zh"], row["name_en"]) for row in frame.iter_rows(named=True)}


def factor_kind(code: str | None) -> Text:
    """What people call a kind of electricity factor; the code itself where it is unknown."""
    return electricity.KINDS.get(code) or same(code) if code else same("—")


def category(code: str) -> Text:
    """The name of a source category; the code itself where it is unknown."""
    return _categories().get(code) or same(code)


def fuel(code: str) -> Text:
    """The name of a fuel; the code itself where it is unknown."""
    return _fuels().get(code) or same(code)


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, Text]:
    named = reference_regions.regions().select("adcode", "name_zh", pl.coalesce("name_en", "name_zh").alias("name_en"))
    return _labels(named, "adcode")


@lru_cache(maxsize=1)
def category_order() -> Mapping[str, int]:
    """Where each source category stands in the printed order."""
    return dict(reference_categories.categories().select("category", "sort_order").rows())


@lru_cache(maxsize=1)
def fuel_order() -> Mapping[str, int]:
    """Where each fuel stands in the printed order: coals, coke and gases, oils, gas, others."""
    return {code: index for index, code in enumerate(reference_fuels.fuels()["fuel_code"].to_list())}


def region(adcode: str) -> Text:
    """The name of a region; the code itself where it is unknown."""
    return _regions().get(adcode) or same(adcode)


def measure(code: str) -> Text:
    """The name of a pollutant, or of CO2e under its GWP set."""
    if code.startswith(CO2E_PREFIX):
        return Text("二氧化碳当量（{s}）", "CO₂ equivalent ({s})").format(s=code.removeprefix(CO2E_PREFIX))
    known = _POLLUTANTS.get(code)
    return known.label if known else same(code)


def is_measure(name: str) -> bool:
    """Whether a column holds masses of a pollutant or of CO2e."""
    return name in _POLLUTANTS or name.startswith(CO2E_PREFIX)


def symbol(code: str) -> str:
    """The printed symbol of a pollutant or of CO2e."""
    if code.startswith(CO2E_PREFIX):
        return CO2E_SYMBOL.zh
    known = _POLLUTANTS.get(code)
    return known.symbol if known else code


def declaration(name: str, frame: pl.DataFrame) -> Table:
    """The declaration of a result table as it stands in `frame`: headings, units, help."""
    return result_table(name, frame)


def table(name: str) -> Text:
    """What people call a table or another input of a run; its name where no declaration gives one."""
    return INPUTS.get(name) or result_table(name, pl.DataFrame()).label
