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


LEVELS: dict[str, Text] = {
    "co2_emission": Text("二氧化碳排放量", "CO2 emissions"),
    "energy_consumption": Text("能源消费总量", "total energy consumption"),
    "coal_consumption": Text("煤炭消费总量", "coal consumption"),
    "coal_share": Text("煤炭消费比重", "share of coal in energy use"),
    "non_fossil_share": Text("非化石能源消费比重", "share of non-fossil energy"),
    "pm25": Text("PM2.5 年均浓度", "annual mean PM2.5"),
    "pm10": Text("PM10 年均浓度", "annual mean PM10"),
    "so2_concentration": Text("SO2 年均浓度", "annual mean SO2"),
    "no2_concentration": Text("NO2 年均浓度", "annual mean NO2"),
    "co_concentration": Text("CO 日均值第 95 百分位", "95th percentile of daily CO"),
    "ozone": Text("O3 日最大 8 小时第 90 百分位", "90th percentile of daily maximum 8-hour O3"),
    "good_air_days_share": Text("空气质量优良天数比率", "share of days with good air"),
    "heavy_pollution_days": Text("重度及以上污染天数", "days of heavy pollution or worse"),
}
"""Indicators that are no quotient with GDP or people: levels, shares and figures of the monitoring network."""

DIRECT = "direct"
DIRECT_PLUS_ELECTRICITY = "direct_plus_electricity"
ENERGY_ONLY = "energy_only"
WITHOUT_AVIATION = "direct_without_aviation"
PLUS_FEEDSTOCK = "direct_plus_feedstock"
APPARENT = "apparent_consumption"
APPARENT_PLUS_ELECTRICITY = "apparent_plus_electricity"
PRIMARY_SUPPLY = "primary_supply"
SUPPLY_WITHOUT_FEEDSTOCK = "primary_supply_without_feedstock"
FINAL_CONSUMPTION = "final_consumption"
LOCAL_PRIMARY_ELECTRICITY = "local_primary_electricity"
MONITORED = "monitored"
MONTHLY_MEANS = "monthly_means"
AS_PUBLISHED = "as_published"

BOUNDARIES: dict[str, Text] = {
    DIRECT: Text("仅境内直接排放", "direct emissions inside the region only"),
    DIRECT_PLUS_ELECTRICITY: Text(
        "境内直接排放加净调入电力", "direct emissions plus net purchased electricity from outside"
    ),
    ENERGY_ONLY: Text("仅能源活动直接排放", "direct emissions of energy activities only"),
    WITHOUT_AVIATION: Text("境内直接排放，不含航空", "direct emissions without aviation"),
    PLUS_FEEDSTOCK: Text(
        "境内直接排放加原料用能（按全部氧化）", "direct emissions plus feedstock, taken as fully oxidised"
    ),
    APPARENT: Text("表观消费量（参考方法）", "apparent consumption (reference approach)"),
    APPARENT_PLUS_ELECTRICITY: Text(
        "表观消费量加净调入电力", "apparent consumption plus net purchased electricity from outside"
    ),
    PRIMARY_SUPPLY: Text(
        "可供本地区消费的能源量（平衡表合计行）", "energy available to the region, total row of the balance"
    ),
    SUPPLY_WITHOUT_FEEDSTOCK: Text(
        "可供本地区消费的能源量，扣除原料用能", "energy available to the region less energy used as feedstock"
    ),
    FINAL_CONSUMPTION: Text("终端消费量（平衡表合计行）", "final consumption, total row of the balance"),
    LOCAL_PRIMARY_ELECTRICITY: Text(
        "仅本地一次电力，不含调入的非化石电力", "local primary electricity only, without imported non-fossil power"
    ),
    MONITORED: Text("监测日值", "daily values of the monitoring network"),
    MONTHLY_MEANS: Text("按月均值折算", "from monthly means"),
    AS_PUBLISHED: Text("来源所载", "as published"),
}
"""Named options for what an indicator counts. They stand side by side and are never mixed."""


VINTAGES: dict[str, Text] = {
    "earlier": Text("较早版次", "earlier vintage"),
    "later": Text("较新版次", "later vintage"),
}
"""Vintages of a statistic that was revised."""

EDITIONS: dict[str, Text] = {
    "by_date": Text("按当日有效的标准", "edition in force on the day"),
    "hj633_2012": same("HJ 633-2012"),
    "hj633_2026": same("HJ 633-2026"),
}
"""Editions of the air-quality-index standard under which a year of days is judged."""


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
    if known:
        return known.label
    return LEVELS.get(indicator_id) or STATISTICS_INDICATORS.get(indicator_id, same(indicator_id))


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
    if variant in EDITIONS:
        return EDITIONS[variant]
    basis, _, vintage = variant.partition("_")
    if basis not in PRICE_BASES:
        return Text("唯一版次", "only vintage") if variant == "single" else same(variant)
    label = PRICE_BASES[basis]
    if not vintage:
        return label
    named = VINTAGES.get(vintage, same(vintage))
    return Text(f"{label.zh}，{named.zh}", f"{label.en}, {named.en}")
