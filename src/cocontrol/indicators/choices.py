"""The choices behind a boundary: what each named option includes, so that a plan's silence can be named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cocontrol.core.text import Text
from cocontrol.indicators.catalogue import (
    APPARENT,
    APPARENT_PLUS_ELECTRICITY,
    DIRECT,
    DIRECT_PLUS_ELECTRICITY,
    ENERGY_ONLY,
    FINAL_CONSUMPTION,
    LOCAL_PRIMARY_ELECTRICITY,
    MONITORED,
    PLUS_FEEDSTOCK,
    PRIMARY_SUPPLY,
    SUPPLY_WITHOUT_FEEDSTOCK,
    WITHOUT_AVIATION,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One question that a plan may leave open: its name, its label, and the words by which a plan answers it."""

    choice_id: str
    label: Text
    words: tuple[str, ...] = ()

    def is_answered_by(self, text: str) -> bool:
        """Whether the words of a plan say something about the question."""
        return any(word in text for word in self.words)


PURCHASED_ELECTRICITY = Choice(
    "purchased_electricity",
    Text("是否计入净调入电力", "whether net purchased electricity counts"),
    ("电力调入", "调入电力", "外购电", "间接排放"),
)
AVIATION = Choice("aviation", Text("是否计入航空", "whether aviation counts"), ("航空", "民航"))
FEEDSTOCK = Choice(
    "feedstock", Text("是否计入原料用能", "whether feedstock (coal as raw material) counts"), ("原料用能", "原料煤")
)
PROCESSES = Choice(
    "processes",
    Text("是否计入工业过程等非能源活动", "whether industrial processes and other non-energy sources count"),
    ("工业过程", "能源活动"),
)
ACCOUNTING = Choice(
    "accounting",
    Text(
        "按国家考核方式（表观消费）还是地方分部门清单",
        "national style (apparent consumption) or local sectoral inventory",
    ),
    ("国家统一核算", "清单口径"),
)
PRICE_BASIS = Choice(
    "price_basis", Text("不变价还是当年价", "constant or current prices"), ("不变价", "可比价", "当年价", "现价")
)
GDP_VINTAGE = Choice("gdp_vintage", Text("用哪一版地区生产总值", "which vintage of GDP"), ("普查", "修订数"))
GRID_FACTOR = Choice("grid_factor", Text("用哪种电网因子", "which kind of grid factor"), ("电网因子", "电力排放因子"))
ENERGY_MEASURE = Choice(
    "energy_measure", Text("按能源供应总量还是终端消费", "total supply or final consumption"), ("终端", "消费总量")
)
IMPORTED_POWER = Choice(
    "imported_non_fossil_power",
    Text("是否计入调入的非化石电力", "whether imported non-fossil power counts"),
    ("外电", "绿电"),
)
STANDARD_EDITION = Choice(
    "standard_edition", Text("按哪一版空气质量标准", "which edition of the air-quality standard"), ("GB 3095", "HJ 633")
)

_CO2 = (PURCHASED_ELECTRICITY, GRID_FACTOR, AVIATION, FEEDSTOCK, PROCESSES, ACCOUNTING)
_GDP = (PRICE_BASIS, GDP_VINTAGE)

CHOICES: Mapping[str, tuple[Choice, ...]] = {
    "co2_per_gdp": (*_CO2, *_GDP),
    "co2_per_capita": _CO2,
    "co2_emission": _CO2,
    "co2_peak_year": _CO2,
    "energy_per_gdp": (ENERGY_MEASURE, FEEDSTOCK, *_GDP),
    "energy_per_capita": (ENERGY_MEASURE, FEEDSTOCK),
    "energy_consumption": (ENERGY_MEASURE, FEEDSTOCK),
    "non_fossil_share": (IMPORTED_POWER,),
    "good_air_days_share": (STANDARD_EDITION,),
}
"""What has to be chosen before a metric is one number."""

_IN, _OUT = "included", "excluded"

_DIRECT = {
    PURCHASED_ELECTRICITY.choice_id: _OUT,
    AVIATION.choice_id: _IN,
    FEEDSTOCK.choice_id: _OUT,
    PROCESSES.choice_id: _IN,
    ACCOUNTING.choice_id: "local_sectoral",
}
_APPARENT = {**_DIRECT, PROCESSES.choice_id: _OUT, ACCOUNTING.choice_id: "national_apparent"}

BOUNDARY_CHOICES: Mapping[str, Mapping[str, str]] = {
    DIRECT: _DIRECT,
    DIRECT_PLUS_ELECTRICITY: {**_DIRECT, PURCHASED_ELECTRICITY.choice_id: _IN},
    ENERGY_ONLY: {**_DIRECT, PROCESSES.choice_id: _OUT},
    WITHOUT_AVIATION: {**_DIRECT, AVIATION.choice_id: _OUT},
    PLUS_FEEDSTOCK: {**_DIRECT, FEEDSTOCK.choice_id: _IN},
    APPARENT: _APPARENT,
    APPARENT_PLUS_ELECTRICITY: {**_APPARENT, PURCHASED_ELECTRICITY.choice_id: _IN},
    PRIMARY_SUPPLY: {ENERGY_MEASURE.choice_id: PRIMARY_SUPPLY, FEEDSTOCK.choice_id: _IN},
    SUPPLY_WITHOUT_FEEDSTOCK: {ENERGY_MEASURE.choice_id: PRIMARY_SUPPLY, FEEDSTOCK.choice_id: _OUT},
    FINAL_CONSUMPTION: {ENERGY_MEASURE.choice_id: FINAL_CONSUMPTION, FEEDSTOCK.choice_id: _IN},
    LOCAL_PRIMARY_ELECTRICITY: {IMPORTED_POWER.choice_id: _OUT},
    MONITORED: {},
}
"""What each boundary answers to each question."""

_CO2_BOUNDARIES = (
    DIRECT,
    DIRECT_PLUS_ELECTRICITY,
    ENERGY_ONLY,
    WITHOUT_AVIATION,
    PLUS_FEEDSTOCK,
    APPARENT,
    APPARENT_PLUS_ELECTRICITY,
)
_ENERGY_BOUNDARIES = (PRIMARY_SUPPLY, SUPPLY_WITHOUT_FEEDSTOCK, FINAL_CONSUMPTION)

METRIC_BOUNDARIES: Mapping[str, tuple[str, ...]] = {
    "co2_per_gdp": _CO2_BOUNDARIES,
    "co2_per_capita": _CO2_BOUNDARIES,
    "co2_emission": _CO2_BOUNDARIES,
    "co2_peak_year": _CO2_BOUNDARIES,
    "energy_per_gdp": _ENERGY_BOUNDARIES,
    "energy_per_capita": _ENERGY_BOUNDARIES,
    "energy_consumption": _ENERGY_BOUNDARIES,
    "non_fossil_share": (LOCAL_PRIMARY_ELECTRICITY,),
    "good_air_days_share": (MONITORED,),
}
"""Boundaries under which a metric can be made, whether or not a run holds the data."""


def choices_of(boundary: str, variant: str | None = None) -> dict[str, str]:
    """What a boundary and a variant answer to each question, by the id of the choice.

    ``…:average`` names the kind of grid factor; ``constant_later`` price basis and vintage.
    """
    name, _, kind = boundary.partition(":")
    made = dict(BOUNDARY_CHOICES.get(name, {}))
    if kind:
        made[GRID_FACTOR.choice_id] = kind
    basis, _, vintage = (variant or "").partition("_")
    if basis in {"current", "constant"}:
        made[PRICE_BASIS.choice_id] = basis
        if vintage:
            made[GDP_VINTAGE.choice_id] = vintage
    return made


def left_open(metric: str, text: str) -> tuple[Choice, ...]:
    """Questions about the metric that the words of a plan do not answer."""
    return tuple(choice for choice in CHOICES.get(metric, ()) if not choice.is_answered_by(text))
