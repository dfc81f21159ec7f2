"""Units, checked once where data enters; inside the library plain numbers travel in declared units.

Built on Pint. Emitted substances are *dimensions*, so that a tonne of CH4 neither adds to nor compares
with a tonne of CO2: only a named GWP set joins them (`cocontrol.reference.gwp`).
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from tokenize import TokenError

import pint

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text

STANDARD_COAL_TJ_PER_T = 29.3076e-3
"""1 tce = 7 000 kcal(20 °C: 4.1868 J)/g × 1 t = 29.3076 GJ (GB/T 2589-2020, clause 3.10)."""

SUBSTANCES = (
    "CO2", "CH4", "N2O", "HFC", "PFC", "SF6", "NF3", "CO2e",
    "HFC23", "HFC32", "HFC41", "HFC125", "HFC134a", "HFC143a", "HFC152a", "HFC227ea", "HFC236fa", "HFC245fa", "HFC365mfc",
    "CF4", "C2F6", "C3F8", "cC4F8",
    "SO2", "NOx", "PM", "PM10", "PM25", "BC", "OC", "CO", "VOCs", "NH3", "Hg",
    "COD", "NH3N", "TN", "TP", "C", "S",
)  # fmt: skip

_DEFINITIONS = [
    "tce = 29.3076e9 joule = standard_coal",
    "@alias tce = tonne_of_standard_coal",
    "yuan = [money] = CNY",
    "person = [person] = head",
    "vehicle = [vehicle]",
    "normal_cubic_meter = [normal_volume] = Nm3",
    "count = [count]",
    "household = [household]",
    "TEU = [container]",
    # A difference of shares, a multiple of a base value and a grade convert to nothing else, least of all to a level.
    "percentage_point = [share_difference]",
    "multiple = [multiple]",
    "stage = [stage]",
    *(f"{name} = [{name}]" for name in SUBSTANCES),
]

_CHINESE = {
    "吨标准煤": "tce", "万吨标准煤": "1e4*tce", "亿吨标准煤": "1e8*tce", "千克标准煤": "1e-3*tce",
    "吨": "t", "万吨": "1e4*t", "亿吨": "1e8*t", "千克": "kg", "公斤": "kg", "克": "g",
    "立方米": "m^3", "万立方米": "1e4*m^3", "亿立方米": "1e8*m^3", "标准立方米": "Nm3",
    "万标准立方米": "1e4*Nm3", "千瓦时": "kWh", "万千瓦时": "1e4*kWh", "亿千瓦时": "1e8*kWh",
    "度": "kWh", "千瓦": "kW", "万千瓦": "1e4*kW", "兆瓦": "MW", "吉焦": "GJ", "百万千焦": "GJ", "太焦": "TJ",
    "千吨": "1e3*t", "百万吨": "1e6*t", "毫克": "mg", "微克": "microgram", "纳克": "nanogram", "升": "liter",
    "吨标煤": "tce", "万吨标煤": "1e4*tce", "千卡": "kcal", "千焦": "kJ", "兆焦": "MJ", "兆瓦时": "MWh",
    "摄氏度": "degC", "℃": "degC",
    "元": "yuan", "万元": "1e4*yuan", "亿元": "1e8*yuan", "人": "person", "万人": "1e4*person",
    "辆": "vehicle", "万辆": "1e4*vehicle", "平方米": "m^2", "万平方米": "1e4*m^2",
    "公顷": "hectare", "平方公里": "km^2", "公里": "km",
    "蒸吨/小时": "t/hour", "吨/小时": "t/hour", "小时": "hour", "天": "day", "年": "year",
    "头": "head", "只": "head", "羽": "head", "匹": "head",
    "个": "count", "家": "count", "台": "count", "座": "count", "项": "count", "套": "count",
}  # fmt: skip

_AMBIGUOUS = {
    "ton": Text("吨（t）、美制短吨（short_ton）或英制长吨（long_ton）", "tonne (t), short_ton or long_ton"),
    "tons": Text("吨（t）、美制短吨（short_ton）或英制长吨（long_ton）", "tonne (t), short_ton or long_ton"),
    "mt": Text("百万吨（Mt）或千克（kg）", "million tonnes (Mt) or kilogram (kg)"),
    "mtce": Text(
        "百万吨标准煤（Mtce）或千克标准煤（kgce）", "million tonnes (Mtce) or kilogram (kgce) of standard coal"
    ),
    "mtoe": Text("百万吨油当量（Mtoe）或千克油当量", "million tonnes (Mtoe) or kilogram of oil equivalent"),
}
"""Words that Pint knows as something else than most who write them mean; they are asked about, not taken."""

_MYRIADS = {"万": "1e4", "亿": "1e8"}
"""Number words that stand before a Latin unit: ``万kWh``."""

_WORD = r"[^\W\d]\w*|[°%‰]\w*"
_WRITTEN = re.compile(
    rf"(?:\d+(?:\.\d+)?(?:[eE][+-]?\d{{1,3}})?|{_WORD}|(?<!\))(?:\^|\*\*)-?\d{{1,2}}(?![\d^*])|[*/·() ])+(?<![*/·(])"
)
"""Products, quotients and small powers of words and numbers. Whatever else stands in brackets is no unit."""

_LONGEST = 80

_SPELLINGS = {
    "Mtce": "1e6*tce", "ktce": "1e3*tce", "10^4 tce": "1e4*tce", "Mt": "1e6*t", "kt": "1e3*t", "Gg": "1e3*t",
    "Tg": "1e6*t", "10^4 Nm3": "1e4*Nm3", "10^4Nm3": "1e4*Nm3", "10^4 t": "1e4*t", "10^4 m3": "1e4*m^3",
    "m2": "m^2", "m3": "m^3", "km2": "km^2", "CNY": "yuan", "%": "percent", "ug/m3": "microgram/m^3", "mg/m3": "mg/m^3",
    "kgce": "1e-3*tce", "gce": "1e-6*tce", "kwh": "kWh", "KWh": "kWh", "KWH": "kWh", "MTCE": "1e6*tce",
    "tCO2": "t*CO2", "tCO2e": "t*CO2e", "10kCNY": "1e4*yuan", "item": "count", "times": "multiple", "mu": "666.6666667*m^2",
    "个百分点": "percentage_point", "亩": "666.6666667*m^2", "万户": "1e4*household", "户": "household", "倍": "multiple",
    "1": "dimensionless", "": "dimensionless",
}  # fmt: skip


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[float]:
    """The one unit registry of the platform."""
    made: pint.UnitRegistry[float] = pint.UnitRegistry(on_redefinition="ignore")
    for definition in _DEFINITIONS:
        made.define(definition)
    return made


def spelling(unit: str) -> str:
    """The expression behind a unit as people write it, Chinese or English.

    A quotient may mix both: ``万元/吨``. An unknown word is handed on and judged by `factor`.
    """
    cleaned = unit.strip().replace("／", "/").replace("³", "3").replace("²", "2")
    known = _CHINESE.get(cleaned) or _SPELLINGS.get(cleaned)
    if known is not None:
        return known
    if "/" in cleaned and all(part.strip() for part in cleaned.split("/")):
        return "/".join(f"({spelling(part)})" for part in cleaned.split("/"))
    if cleaned[:1] in _MYRIADS and (rest := cleaned[1:].strip()):
        return f"{_MYRIADS[cleaned[0]]}*({spelling(rest)})"
    return cleaned


@lru_cache(maxsize=4096)
def factor(source: str, target: str) -> float:
    """How many `target` make one `source`.

    >>> factor("万吨标准煤", "TJ")
    293.076

    Raises
    ------
    InvalidInput
        A unit is unknown or ambiguous (``ton``), or the two measure different things.
    """
    units = registry()
    _refuse_ambiguous(source)
    _refuse_ambiguous(target)
    try:
        one = units.Quantity(1.0, "dimensionless")
        ratio = one * _parsed(source) / (one * _parsed(target))
        return float(ratio.to("dimensionless").magnitude)
    except pint.OffsetUnitCalculusError as error:
        # Scales with a zero of their own (°C, dB) convert to nothing but themselves.
        if spelling(source) == spelling(target):
            return 1.0
        raise InvalidInput(_fault(source, target, error)) from error
    except (pint.UndefinedUnitError, pint.DimensionalityError, pint.DefinitionSyntaxError) as error:
        raise InvalidInput(_fault(source, target, error)) from error


def _refuse_ambiguous(unit: str) -> None:
    meant = next((_AMBIGUOUS[word] for word in re.findall(_WORD, spelling(unit)) if word in _AMBIGUOUS), None)
    if meant is not None:
        raise InvalidInput(
            Fault(
                "unit.ambiguous",
                Text("单位含义不明", "the unit has more than one meaning"),
                value=unit,
                allowed=meant,
                remedy=Text("写明是哪一个", "write which one is meant"),
            )
        )


def _parsed(unit: str) -> pint.Quantity[float]:
    """The quantity that `unit` names; what is not written like a unit is undefined, never guessed."""
    written = spelling(unit)
    balanced = written.count("(") == written.count(")")
    named = re.search(_WORD, written) is not None
    if len(written) > _LONGEST or not balanced or not named or _WRITTEN.fullmatch(written) is None:
        raise pint.UndefinedUnitError(unit)
    try:
        quantity: pint.Quantity[float] = registry().Quantity(registry().parse_expression(written))
    except (TokenError, AssertionError, ValueError, ArithmeticError) as error:
        # What pint raises on words it cannot read depends on the word.
        raise pint.UndefinedUnitError(unit) from error
    if not (math.isfinite(quantity.magnitude) and quantity.magnitude > 0):
        raise pint.UndefinedUnitError(unit)
    return quantity


def convert(value: float, source: str, target: str) -> float:
    """`value` of unit `source` in unit `target`; raises as `factor` does."""
    return value * factor(source, target)


def commensurable(source: str, target: str) -> bool:
    """Whether the two units measure the same thing."""
    try:
        factor(source, target)
    except InvalidInput:
        return False
    return True


def _fault(source: str, target: str, error: Exception) -> Fault:
    unknown = isinstance(error, pint.UndefinedUnitError | pint.DefinitionSyntaxError)
    return Fault(
        "unit.unknown" if unknown else "unit.dimension",
        Text("无法识别的单位", "unknown unit")
        if unknown
        else Text("单位量纲不符", "the units measure different things"),
        value=source,
        allowed=Text("可换算为 {t} 的单位", "a unit that converts to {t}").format(t=target or "1"),
        remedy=Text(
            "检查表头中的单位；体积或质量与能量之间须先给出热值",
            "check the unit in the heading; mass or volume and energy need a calorific value first",
        ),
    )
