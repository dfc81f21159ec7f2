"""Road transport: base factors, corrections, gases from the same distance; nothing by silent default."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from cocontrol.inventory.sectors.catalogue import SectorContext, SectorResult
from cocontrol.inventory.sectors.road import ROAD
from cocontrol.inventory.sectors.road_corrections import corrections, product_of
from cocontrol.inventory.sectors.road_tables import FUELS, STAGES, fuel_group, road_classes

HENAN = "410000"
DAY = date(2013, 12, 31)
FLEET = {
    "year": pl.Int64, "adcode": pl.String, "vehicle_class": pl.String, "fuel": pl.String, "stage": pl.String,
    "vehicles": pl.Float64, "annual_km": pl.Float64, "fuel_per_100_km": pl.Float64, "load_percent": pl.String,
    "source": pl.String,
}  # fmt: skip
CONDITION = {
    "year": pl.Int64, "adcode": pl.String, "temperature_c": pl.Float64, "humidity_percent": pl.Float64,
    "altitude_m": pl.Float64, "speed_km_h": pl.Float64, "gasoline_sulphur_ppm": pl.Float64,
    "diesel_sulphur_ppm": pl.Float64, "source": pl.String,
}  # fmt: skip


def estimate(row: dict[str, Any], **condition: float | None) -> SectorResult:
    base = {"year": 2013, "adcode": HENAN, "vehicles": 1e6, "annual_km": 12000.0, "source": "synthetic"}
    tables = {"road_fleet": pl.DataFrame([{**dict.fromkeys(FLEET), **base, **row}], schema=FLEET)}
    if condition:
        given = {**dict.fromkeys(CONDITION), "year": 2013, "adcode": HENAN, "source": "synthetic", **condition}
        tables["road_condition"] = pl.DataFrame([given], schema=CONDITION)
    return ROAD.estimate(tables, SectorContext(HENAN, (2013,), "PROV_GUIDE_2011", DAY))


CAR = {"vehicle_class": "passenger_small", "fuel": "gasoline", "stage": "china_4"}
TRUCK = {"vehicle_class": "truck_heavy", "fuel": "diesel", "stage": "china_3", "vehicles": 1e5, "annual_km": 6e4}


def test_without_conditions_the_base_factor_stands_and_the_lineage_says_that_nothing_is_corrected() -> None:
    made = estimate(CAR)
    assert made.emission["NOx"][0] == pytest.approx(1e6 * 12000 * 0.032e-6)
    row = made.coefficient_lineage.row(by_predicate=pl.col("pollutant") == "NOx", named=True)
    assert row["formula"] == "base_factor"
    assert "degradation" in row["reason_en"]


def test_corrections_multiply_the_base_factor_as_worked_by_hand() -> None:
    made = estimate(CAR, temperature_c=5, humidity_percent=60, speed_km_h=35, gasoline_sulphur_ppm=10)
    # base 0.032 g/km × cold 1.15 × humid 0.92 × 30–40 km/h 0.9 × 10 ppm at stage 4 0.95
    assert made.emission["NOx"][0] == pytest.approx(1e6 * 12000 * 0.032e-6 * 1.15 * 0.92 * 0.9 * 0.95)


def test_load_and_stage_choose_the_corrections_of_diesel() -> None:
    entry = road_classes()["truck_heavy", "diesel"]
    names = list(corrections(entry, "china_3", "diesel", {"speed_km_h": 90.0, "temperature_c": 30.0}, "75"))
    assert names == ["temperature_gt25_c_others", "speed_gt80_km_h_pre_china_1_to_china_3", "diesel_vehicles_load_75"]
    assert product_of(names, "diesel", "NOx", DAY)[0] == pytest.approx(1.15 * 0.66 * 1.21)


def test_warm_diesel_takes_each_pollutant_from_one_group_only() -> None:
    entry = road_classes()["truck_light", "diesel"]
    names = list(corrections(entry, "china_4", "diesel", {"temperature_c": 30.0}, None))
    assert product_of(names, "diesel", "PM25", DAY)[0] == pytest.approx(0.9)
    assert product_of(names, "diesel", "CO", DAY)[0] == pytest.approx(1.33)


def test_pm10_is_corrected_as_pm25_so_that_it_stays_the_larger() -> None:
    made = estimate(TRUCK, speed_km_h=10, temperature_c=0).emission
    assert made["PM10"][0] > made["PM25"][0]
    assert product_of(["speed_lt20_km_h_china_4_5"], "diesel", "PM10", DAY)[0] == pytest.approx(1.36)


def test_a_missing_distance_takes_no_default() -> None:
    made = estimate({**CAR, "annual_km": None})
    assert made.emission["NOx"].to_list() == [None, None]
    assert "sector.amount_missing" in made.finding["rule"].to_list()


def test_china_6_has_no_factor_and_says_so() -> None:
    made = estimate({**TRUCK, "stage": "china_6"})
    assert made.emission["NOx"].to_list() == [None]
    row = made.coefficient_lineage.row(by_predicate=pl.col("pollutant") == "NOx", named=True)
    assert (row["notation"], "China 6" in row["reason_en"]) == ("NE", True)


def test_a_class_that_the_guide_does_not_know_on_a_fuel_is_not_estimated() -> None:
    made = estimate({"vehicle_class": "taxi", "fuel": "diesel", "stage": "china_4"})
    assert made.emission["NOx"].to_list() == [None]


def test_gases_and_so2_come_from_the_fuel_of_the_same_row() -> None:
    made = estimate({**TRUCK, "fuel_per_100_km": 28.0}, diesel_sulphur_ppm=350).emission
    tonnes = 1e5 * 6e4 * 28.0 / 100 / 1000
    assert made["SO2"][0] == pytest.approx(2 * tonnes * 350e-6)
    # diesel of the provincial guide: about 3.1 t CO2 per t
    assert 3.0 < made["CO2"][0] / tonnes < 3.25
    assert made["CH4"][0] == pytest.approx(6e9 * 175e-9)
    assert made["N2O"][0] == pytest.approx(6e9 * 30e-9)


def test_without_fuel_use_there_is_no_co2_and_the_reason_is_given() -> None:
    made = estimate(TRUCK)
    assert made.emission["CO2"].to_list() == [None]
    row = made.coefficient_lineage.row(by_predicate=pl.col("pollutant") == "CO2", named=True)
    assert "油耗" in row["reason_zh"]


def test_evaporation_needs_a_speed_and_follows_the_guide() -> None:
    assert estimate(CAR).emission.filter(pl.col("category") == "1A3bv")["VOCs"].to_list() == [None]
    made = estimate(CAR, speed_km_h=30).emission.filter(pl.col("category") == "1A3bv")
    assert made["VOCs"][0] == pytest.approx(1e6 * (11.6 * 12000 / 30 + 6.5 * 365) * 1e-6)


@pytest.mark.parametrize(("vehicle_class", "group"), list(road_classes()))
def test_every_class_has_factors_up_to_the_stages_the_guide_prints(vehicle_class: str, group: str) -> None:
    fuel = group if group != "other" else "natural_gas"
    assert fuel_group(fuel) == group
    for stage in list(STAGES)[:4]:
        made = estimate({"vehicle_class": vehicle_class, "fuel": fuel, "stage": stage})
        assert made.emission["NOx"][0] > 0, (vehicle_class, stage)
    assert set(FUELS) >= {fuel}
