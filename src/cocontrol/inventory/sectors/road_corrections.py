"""Correction factors of the road guide: environment, speed, sulphur and load, where the reference holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cocontrol.core.errors import NotFound
from cocontrol.core.text import Text
from cocontrol.inventory.lineage import Input
from cocontrol.inventory.sectors.road_tables import RoadClass
from cocontrol.reference.factors import Factor, Question, select_factor

PROFILE = "MEP_2014_92"
"""环境保护部公告2014年第92号, the road guide."""

COLD_C, WARM_C = 10.0, 25.0
"""Temperatures below and above which the guide corrects."""

HIGH_M = 1500.0
"""Altitude above which the guide corrects."""

HUMID_PERCENT = 50.0
"""Relative humidity that parts the two corrections of NOx."""

SPEEDS: tuple[tuple[float, str], ...] = ((20.0, "lt20"), (30.0, "20_30"), (40.0, "30_40"), (80.0, "40_80"))
"""Upper ends of the speed bands with their names; above the last it is ``gt80``."""

CLEAN_PPM = 10.0
"""Sulphur content for which the reference holds a correction."""

BASE_LOAD = "50"


def corrections(
    entry: RoadClass, stage: str, fuel: str, condition: Mapping[str, Any] | None, load: str | None
) -> Iterator[str]:
    """Names of the corrections that the conditions call for; a name without a row for a pollutant leaves it as it is."""
    known = condition or {}
    if (temperature := known.get("temperature_c")) is not None:
        yield from _temperature(entry, fuel, temperature)
    if (humidity := known.get("humidity_percent")) is not None:
        yield "relative_humidity_lt50" if humidity < HUMID_PERCENT else "relative_humidity_gt50"
    if (known.get("altitude_m") or 0.0) > HIGH_M:
        yield f"altitude_gt1500_m_{entry.weight_group}"
    if (speed := known.get("speed_km_h")) is not None:
        yield f"speed_{_band(speed)}_km_h_{_stages(fuel, stage)}"
    sulphur = known.get(f"{fuel}_sulphur_ppm")
    if sulphur is not None and sulphur <= CLEAN_PPM:
        yield f"fuel_sulphur_10_ppm_{stage}"
    if fuel == "diesel" and load not in {None, BASE_LOAD}:
        yield f"diesel_vehicles_load_{load}"


def _temperature(entry: RoadClass, fuel: str, temperature: float) -> Iterator[str]:
    side = "lt10" if temperature < COLD_C else "gt25" if temperature > WARM_C else None
    if side is None:
        return
    if fuel == "gasoline":
        yield f"temperature_{side}_c"
        return
    yield f"temperature_{side}_c_{entry.correction_group}"
    if side == "gt25" and entry.correction_group != "others":
        # The guide groups CO and NOx of warm diesel vehicles otherwise than their particles.
        yield f"temperature_gt25_c_{'small_light' if entry.weight_group == 'light' else 'others'}"


def _band(speed: float) -> str:
    return next((name for limit, name in SPEEDS if speed < limit), "gt80")


def _stages(fuel: str, stage: str) -> str:
    if fuel == "gasoline":
        return "all_stages"
    return "china_4_5" if stage in {"china_4", "china_5"} else "pre_china_1_to_china_3"


def correction(name: str, fuel: str, pollutant: str, on: date) -> Factor | None:
    """The multiplier of a pollutant under a named correction; None where the guide gives none.

    PM10 takes that of PM2.5, of which it nearly all consists; else PM2.5 could exceed PM10.
    """
    criteria = {
        "topic": "air",
        "parameter": "correction",
        "sector": "on_road_correction",
        "technology": name,
        "fuel_code": fuel,
        "pollutant": "PM25" if pollutant == "PM10" else pollutant,
    }
    try:
        return select_factor(Question(criteria, PROFILE, on))
    except NotFound:
        return None


def product_of(names: list[str], fuel: str, pollutant: str, on: date) -> tuple[float, tuple[Input, ...]]:
    """The product of the corrections that hold for a pollutant, with the input of each.

    Several names of one group may be given (warm diesel); each has a row for other pollutants, so none counts twice.
    """
    total, inputs = 1.0, []
    seen: set[str] = set()
    for name in names:
        found = correction(name, fuel, pollutant, on)
        group = name.split("_", 1)[0]
        if found is None or group in seen:
            continue
        seen.add(group)
        total *= found.value
        inputs.append(found.as_input(f"correction:{name}"))
    return total, tuple(inputs)


REMARK = Text(
    "未给出的条件不修正；参考数据没有劣化修正，含硫量只有 10 ppm 一档",
    "conditions that are not given are not corrected for; the reference has no degradation and only 10 ppm of sulphur",
)
