"""The target dashboard: verdicts, trajectories, boundaries, and what a plan leaves open."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.assessment.attained import double_attainment_rows, peak_rows
from cocontrol.assessment.dashboard import target_rows
from cocontrol.assessment.targets import judge_targets
from cocontrol.core.errors import NotFound
from cocontrol.core.parameters import Parameter, ParameterSet
from cocontrol.core.provenance import Status
from cocontrol.indicators.choices import METRIC_BOUNDARIES
from cocontrol.plans import parse
from cocontrol.plans.reading import read_document
from cocontrol.plans.target_table import target_table
from tests.assessment.test_targets import REGION, indicators, target

AFTER = date(2026, 6, 1)
BEFORE = date(2024, 6, 1)

INTENSITY: dict[str, Any] = {
    "target_id": "P1",
    "metric": "co2_per_gdp",
    "operator": "change_pct",
    "value": -20.0,
    "base_year": 2020,
    "document": "plan",
}


def intensity(boundary: str, values: dict[int, float | None], variant: str = "constant_later") -> pl.DataFrame:
    return indicators(values, metric="co2_per_gdp", unit="t/10^4 yuan", boundary=boundary, variant=variant)


THREE = pl.concat(
    [
        intensity("direct", {2020: 1.0, 2023: 0.86, 2025: 0.79}),
        intensity("direct_plus_electricity:average", {2020: 1.2, 2023: 1.1, 2025: 1.0}),
        intensity("direct_without_aviation", {2020: 0.95, 2023: 0.8, 2025: 0.75}),
        intensity("direct", {2020: 1.0, 2025: 0.6}, variant="current_later"),
    ]
)


def rows(targets: pl.DataFrame, table: pl.DataFrame, as_of: date = AFTER, **options: Any) -> list[dict[str, Any]]:
    return target_rows({"target": targets, "indicator": table}, as_of=as_of, **options)


def test_boundaries_that_disagree_are_listed_and_the_open_questions_named() -> None:
    row = rows(target(**INTENSITY), THREE)[0]
    counted = {(e["boundary"], e["variant"]): e["verdict"] for e in row["boundaries"] if e["counts"]}
    assert counted == {
        ("direct", "constant_later"): "met",
        ("direct_plus_electricity:average", "constant_later"): "not_met",
        ("direct_without_aviation", "constant_later"): "met",
    }
    assert row["verdict"] == "undetermined"
    assert row["depends_on_boundary"]
    assert "boundary" in row["because"][0]["en"]
    assert {one["choice"] for one in row["left_open"]} >= {"purchased_electricity", "aviation", "feedstock"}
    direct = next(e for e in row["boundaries"] if e["boundary"] == "direct" and e["counts"])
    assert direct["includes"]["purchased_electricity"] == "excluded"
    assert direct["value"] == pytest.approx(0.79)
    assert direct["change_pct"] == pytest.approx(-21.0)


def test_every_boundary_of_the_metric_is_listed_even_without_data() -> None:
    row = rows(target(**INTENSITY), THREE)[0]
    listed = {e["boundary"].partition(":")[0] for e in row["boundaries"]}
    assert listed >= set(METRIC_BOUNDARIES["co2_per_gdp"])
    absent = next(e for e in row["boundaries"] if e["boundary"] == "apparent_consumption")
    assert (absent["verdict"], absent["value"]) == ("undetermined", None)


def test_current_prices_are_shown_and_never_count() -> None:
    row = rows(target(**INTENSITY), THREE)[0]
    current = next(e for e in row["boundaries"] if e["variant"] == "current_later")
    assert (current["counts"], current["verdict"]) == (False, "undetermined")
    assert current["value"] == pytest.approx(0.6)


def test_one_boundary_can_be_asked_for() -> None:
    row = rows(target(**INTENSITY), THREE, boundary="direct_plus_electricity")[0]
    assert row["verdict"] == "not_met"
    assert row["indicator"]["boundary"] == "direct_plus_electricity:average"
    assert len([e for e in row["boundaries"] if e["counts"]]) == 3
    with pytest.raises(NotFound, match="direct_without_aviation"):
        rows(target(**INTENSITY), THREE, boundary="nowhere")


def test_a_parameter_chooses_the_boundary_for_good() -> None:
    chosen = Parameter("metric.co2_per_gdp.boundary", "direct", "1", None, None, REGION, "note", "", Status.VERIFIED)
    row = rows(target(**INTENSITY), THREE, parameters=ParameterSet((chosen,)))[0]
    assert row["verdict"] == "met"


def test_words_of_the_plan_answer_a_question() -> None:
    row = rows(target(**INTENSITY), THREE, words={"P1": "单位生产总值二氧化碳排放（不变价）"})[0]
    assert "price_basis" not in {one["choice"] for one in row["left_open"]}


def test_the_trajectory_holds_points_path_and_pace() -> None:
    row = rows(target(**INTENSITY), intensity("direct", {2020: 1.0, 2022: 0.95, 2023: 0.90}), BEFORE)[0]
    way = row["trajectory"]
    assert [p["year"] for p in way["points"]] == [2020, 2022, 2023]
    linear = {p["year"]: p for p in way["required"] if p["path"] == "linear"}
    assert linear[2023]["change_pct"] == pytest.approx(-12.0)
    assert linear[2025]["value"] == pytest.approx(0.8)
    assert way["target"] == {"year": 2025, "value": pytest.approx(0.8)}
    assert way["achieved_change_pct"] == pytest.approx(-10.0)
    assert way["years_left"] == 2
    assert way["required_annual_change_pct"] == pytest.approx(100 * ((0.8 / 0.9) ** 0.5 - 1))


def test_the_sheet_of_progress_is_met_to_its_digits() -> None:
    ratio = {2020: 300 / 10000, 2022: 318 / 11280, 2023: 322 / 11900}
    row = rows(target(**{**INTENSITY, "value": -18.0}), intensity("direct", dict(ratio)), BEFORE)[0]
    way = row["trajectory"]
    assert way["achieved_change_pct"] == pytest.approx(-9.803922, abs=1e-6)
    assert way["required_annual_change_pct"] == pytest.approx(-4.651668, abs=1e-6)
    at_three = {p["path"]: p["change_pct"] for p in way["required"] if p["year"] == 2023}
    assert at_three["linear"] == pytest.approx(-10.8)
    assert at_three["geometric"] == pytest.approx(-11.225484, abs=1e-6)


def test_a_level_has_a_yearly_step() -> None:
    wanted = target(metric="pm25", operator="<=", value=40.0, unit="ug/m3", base_year=2020)
    way = rows(wanted, indicators({2020: 60.0, 2023: 50.0}, metric="pm25", unit="ug/m3"), BEFORE)[0]["trajectory"]
    assert way["required_annual_step"] == pytest.approx(-5.0)
    assert {p["path"]: p["value"] for p in way["required"] if p["year"] == 2022}["linear"] == pytest.approx(52.0)


def test_a_target_on_a_part_of_the_region_is_not_judged_by_the_whole() -> None:
    part = target(**{**INTENSITY, "subject": "规模以上工业"})
    row = rows(part, THREE)[0]
    assert row["verdict"] == "undetermined"
    assert "规模以上工业" in row["because"][0]["zh"]


def test_a_fictitious_region_lists_its_boundaries_as_open() -> None:
    row = rows(target(**{**INTENSITY, "adcode": None}), THREE)[0]
    assert len(row["boundaries"]) >= 3
    assert {e["verdict"] for e in row["boundaries"]} == {"undetermined"}


PEAK: dict[str, Any] = {
    "kind": "directional_goal",
    "metric": "co2_peak_year",
    "operator": "<",
    "value": 2030.0,
    "unit": None,
    "target_year": 2030,
}
FALLING = dict(zip(range(2010, 2025), [70, 76, 83, 90, 97, 103, 108, 106, 104, 103, 99, 96, 94, 93, 90], strict=True))


def totals(values: dict[int, float]) -> pl.DataFrame:
    return indicators(dict(values), metric="co2_emission", unit="t", boundary="direct")


def test_a_confirmed_peak_meets_its_target_and_an_unconfirmed_one_stays_open() -> None:
    row = rows(target(**PEAK), totals(FALLING))[0]
    assert row["verdict"] == "met"
    assert row["boundaries"][0]["peak"]["year"] == 2016
    short = {year: value for year, value in FALLING.items() if year <= 2018}
    row = rows(target(**PEAK), totals(short))[0]
    assert row["verdict"] == "undetermined"
    assert any("2021" in reason["en"] for reason in row["because"])


def test_a_peak_after_the_target_year_misses_it() -> None:
    assert rows(target(**{**PEAK, "target_year": 2015}), totals(FALLING))[0]["verdict"] == "not_met"


def test_without_tables_there_is_nothing_to_show() -> None:
    assert target_rows({}, as_of=AFTER) == []
    assert target_rows({"target": target(**INTENSITY)}, as_of=AFTER)[0]["verdict"] == "undetermined"


ORDER = {"not_met": 0, "met": 1}


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 2.0), st.floats(0.1, 2.0))
def test_a_lower_intensity_never_turns_met_into_not_met(one: float, other: float) -> None:
    def verdict(value: float) -> int:
        table = intensity("direct", {2020: 1.0, 2025: value})
        return ORDER[judge_targets(target(**INTENSITY), table, as_of=AFTER)["value"].item()]

    low, high = sorted((one, other))
    assert verdict(low) >= verdict(high)


@pytest.mark.shared
def test_puyang_is_reported_under_at_least_three_boundaries_with_what_its_plan_left_open(shared: Path) -> None:
    path = shared / "plans" / "puyang_synergy.txt"
    text = read_document(path.read_bytes(), path.name).text
    targets = target_table(parse(text), document="puyang", adcode=REGION)
    wanted = targets.filter((pl.col("metric") == "co2_per_gdp") & (pl.col("value") == -20))
    assert wanted.height == 1
    words = text[wanted["start"].item() : wanted["end"].item()]
    row = rows(wanted, THREE, words={wanted["target_id"].item(): words})[0]
    assert (row["base_year"], row["target_year"]) == (2020, 2025)
    assert len({e["boundary"] for e in row["boundaries"] if e["counts"]}) >= 3
    assert {"purchased_electricity", "aviation", "feedstock"} <= {one["choice"] for one in row["left_open"]}
    assert all(e["verdict"] in {"met", "not_met", "undetermined"} for e in row["boundaries"])


def test_peak_and_double_attainment_of_a_region_come_from_its_indicators() -> None:
    air = indicators(
        {2014: 40.0, 2015: 34.0, 2016: 33.0, 2017: None}, metric="pm25", unit="ug/m3", boundary="monitored"
    )
    table = pl.concat([totals(FALLING), air])
    peak = peak_rows(table, REGION, as_of=AFTER)[0]
    assert (peak["boundary"], peak["status"], peak["year"]) == ("direct", "peaked", 2016)
    both = double_attainment_rows(table, REGION, as_of=AFTER)[0]
    assert (both["state"], both["air_year"], both["co2_year"], both["sync_gap"]) == ("both", 2015, 2016, 1)
    assert [point["year"] for point in both["air"]["points"]] == [2014, 2015, 2016]
    assert peak_rows(air, REGION, as_of=AFTER) == []
