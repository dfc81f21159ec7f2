"""What each indicator is: unit, formula, meaning, and the choices under which it can be made."""

from __future__ import annotations

from dataclasses import dataclass

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.registers import PRICE_BASES, STATISTICS_INDICATORS
from cocontrol.core.text import Text, same
from cocontrol.reference.electricity import KINDS


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator that is a quotient of two quantities.

    `change_price_basis` names the price basis that a change over years must rest on; None where prices
    play no part.
    """

    indicator_id: str
    label: Text
    numerator: str
    numerator_unit: str
    denominator: str
    denominator_unit: str
    meaning: Text
    change_price_basis: str | None = None

    @property
    def unit(self) -> str:
        """Unit of the quotient, as `core.units` reads it."""
        return f"{self.numerator_unit}/{self.denominator_unit}"

    @property
    def formula(self) -> str:
        """The quotient in words, for the column ``formula``."""
        return f"{self.numerator} [{self.numerator_unit}] / {self.denominator} [{self.denominator_unit}]"


CO2_PER_GDP = Definition(
    "co2_per_gdp",
    Text("单位地区生产总值二氧化碳排放", "CO2 per GDP"),
    "CO2",
    "t",
    "gdp",
    "10^4 yuan",
    Text(
        "每万元地区生产总值的二氧化碳排放。考核降幅须用不变价；当年价序列只反映名义水平。",
        "CO2 per 10 000 yuan of gross regional product. A reduction is assessed at constant prices; a series at "
        "current prices shows nominal levels only.",
    ),
    change_price_basis="constant",
)

ENERGY_PER_GDP = Definition(
    "energy_per_gdp",
    Text("单位地区生产总值能耗", "energy per GDP"),
    "energy",
    "tce",
    "gdp",
    "10^4 yuan",
    Text(
        "每万元地区生产总值的能源消费。分母的价格基准与版次、分子的口径均须写明。",
        "Energy per 10 000 yuan of gross regional product; price basis, vintage and energy boundary are named.",
    ),
    change_price_basis="constant",
)

CO2_PER_CAPITA = Definition(
    "co2_per_capita",
    Text("人均二氧化碳排放", "CO2 per capita"),
    "CO2",
    "t",
    "population",
    "person",
    Text("二氧化碳排放除以年末常住人口。", "CO2 divided by the resident population at the end of the year."),
)

ENERGY_PER_CAPITA = Definition(
    "energy_per_capita",
    Text("人均能源消费", "energy per capita"),
    "energy",
    "tce",
    "population",
    "person",
    Text("能源消费除以年末常住人口。", "Energy divided by the resident population at the end of the year."),
)

DEFINITIONS = {d.indicator_id: d for d in (CO2_PER_GDP, ENERGY_PER_GDP, CO2_PER_CAPITA, ENERGY_PER_CAPITA)}
"""Every calculated indicator by id."""

DIRECT = "direct"
DIRECT_PLUS_ELECTRICITY = "direct_plus_electricity"
PRIMARY_SUPPLY = "primary_supply"
FINAL_CONSUMPTION = "final_consumption"
AS_PUBLISHED = "as_published"

BOUNDARIES: dict[str, Text] = {
    DIRECT: Text("仅境内直接排放", "direct emissions inside the region only"),
    DIRECT_PLUS_ELECTRICITY: Text(
        "境内直接排放加净调入电力", "direct emissions plus net purchased electricity from outside"
    ),
    PRIMARY_SUPPLY: Text(
        "可供本地区消费的能源量（平衡表合计行）", "energy available to the region, total row of the balance"
    ),
    FINAL_CONSUMPTION: Text("终端消费量（平衡表合计行）", "final consumption, total row of the balance"),
    AS_PUBLISHED: Text("来源所载", "as published"),
}
"""Named options for what an indicator counts. They stand side by side and are never mixed."""


VINTAGES: dict[str, Text] = {
    "earlier": Text("较早版次", "earlier vintage"),
    "later": Text("较新版次", "later vintage"),
}
"""Vintages of a statistic that was revised."""


def definition(indicator_id: str) -> Definition:
    """The definition of that id; `NotFound` lists what there is."""
    if indicator_id not in DEFINITIONS:
        raise NotFound(
            Fault(
                "indicator.unknown",
                Text("没有这个指标", "no such indicator"),
                value=indicator_id,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(sorted(DEFINITIONS))),
            )
        )
    return DEFINITIONS[indicator_id]


def indicator_label(indicator_id: str) -> Text:
    """What people call an indicator: calculated, a published statistic, or else its own id."""
    known = DEFINITIONS.get(indicator_id)
    return known.label if known else STATISTICS_INDICATORS.get(indicator_id, same(indicator_id))


def boundary_label(boundary: str) -> Text:
    """What people call a boundary, with the kind of grid factor after the colon (``…:average``)."""
    name, _, kind = boundary.partition(":")
    label = BOUNDARIES.get(name, same(name))
    if not kind:
        return label
    factor = KINDS.get(kind, same(kind))
    return Text(f"{label.zh}（{factor.zh}因子）", f"{label.en} (factor: {factor.en})")


def variant_label(variant: str) -> Text:
    """What people call a variant: ``current_later`` is current prices, vintage later."""
    basis, _, vintage = variant.partition("_")
    if basis not in PRICE_BASES:
        return Text("唯一版次", "only vintage") if variant == "single" else same(variant)
    label = PRICE_BASES[basis]
    if not vintage:
        return label
    named = VINTAGES.get(vintage, same(vintage))
    return Text(f"{label.zh}，{named.zh}", f"{label.en}, {named.en}")
