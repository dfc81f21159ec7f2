"""Verdicts of targets: golden cases small enough to check by hand."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.assessment.targets import judge_targets
from cocontrol.core.errors import InvalidInput
from cocontrol.core.parameters import Parameter, ParameterSet
from cocontrol.core.provenance import Status
from cocontrol.core.registers import TARGET
from cocontrol.core.verdicts import VERDICT

REGION = "410000"
AFTER = date(2026, 6, 1)
BEFORE = date(2024, 6, 1)

TARGET_SCHEMA: dict[str, Any] = dict.fromkeys(TARGET.column_names, pl.String) | {
    "value": pl.Float64,
    "base_year": pl.Int64,
    "target_year": pl.Int64,
    "start": pl.Int64,
    "end": pl.Int64,
}


def target(**given: Any) -> pl.DataFrame:
    row = {
        "target_id": "T1",
        "task_id": "一",
        "adcode": REGION,
        "kind": "quantitative_target",
        "metric": "green_share",
        "subject": "全市",
        "operator": ">=",
        "value": 50.0,
        "unit": "%",
        "base_year": None,
        "target_year": 2025,
        "qualifier": "",
        "start": None,
        "end": None,
        "document": "plan",
    }
    return pl.DataFrame([{**row, **given}], schema=TARGET_SCHEMA)


FALL = {"metric": "energy_use", "operator": "change_pct", "value": -18.0, "base_year": 2020}


def indicators(
    values: dict[int, float | None],
    *,
    metric: str = "green_share",
    unit: str = "%",
    boundary: str = "as_published",
    variant: str = "single",
) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "indicator_id": metric,
                "adcode": REGION,
                "period": str(year),
                "boundary": boundary,
                "variant": variant,
                "value": value,
                "unit": unit,
                "note_zh": None if value is not None else f"没有 {year} 年清单",
                "note_en": None if value is not None else f"no inventory for {year}",
            }
            for year, value in values.items()
        ],
        schema_overrides={"value": pl.Float64, "note_zh": pl.String, "note_en": pl.String},
    )


def judge(targets: pl.DataFrame, table: pl.DataFrame, *, as_of: date = AFTER, **set_values: Any) -> dict[str, Any]:
    parameters = ParameterSet(
        Parameter(name.replace("__", "."), value, "1", None, None, REGION, "set in this test", "", Status.VERIFIED)
        for name, value in set_values.items()
    )
    verdicts = judge_targets(targets, table, as_of=as_of, parameters=parameters)
    assert verdicts.height == 1
    return verdicts.to_dicts()[0]


@pytest.mark.parametrize(("value", "expected"), [(50.0, "met"), (50.1, "met"), (49.9, "not_met")])
def test_a_level_is_judged_by_the_value_of_the_target_year(value: float, expected: str) -> None:
    assert judge(target(), indicators({2024: 10.0, 2025: value}))["value"] == expected


@pytest.mark.parametrize(("value", "expected"), [(82.0, "met"), (81.9, "met"), (82.1, "not_met"), (118.0, "not_met")])
def test_a_fall_counts_as_negative_change_from_the_base_year(value: float, expected: str) -> None:
    verdict = judge(target(**FALL), indicators({2020: 100.0, 2025: value}, metric="energy_use", unit="tce"))
    assert verdict["value"] == expected


def test_units_are_converted_before_they_are_compared() -> None:
    wanted = target(metric="coal", operator="<=", value=1000.0, unit="万吨", target_year=2025)
    assert judge(wanted, indicators({2025: 1.0e7}, metric="coal", unit="t"))["value"] == "met"
    assert judge(wanted, indicators({2025: 1.1e7}, metric="coal", unit="t"))["value"] == "not_met"


def test_units_that_measure_different_things_are_undetermined() -> None:
    verdict = judge(target(unit="t"), indicators({2025: 60.0}, unit="km"))
    assert verdict["value"] == "undetermined"
    assert "km" in verdict["reasons_en"]


def test_without_a_target_year_inventory_it_is_undetermined_and_says_so() -> None:
    table = indicators({2013: 120.0, 2020: None, 2025: None}, metric="energy_use", unit="tce")
    verdict = judge(target(**FALL), table)
    assert verdict["value"] == "undetermined"
    assert verdict["reasons_en"] == "no inventory for 2020; no inventory for 2025"
    assert verdict["reasons_zh"] == "没有 2020 年清单；没有 2025 年清单"


def test_missing_is_never_met_even_where_another_year_would_do() -> None:
    assert judge(target(), indicators({2024: 99.0, 2026: 99.0}))["value"] == "undetermined"


def test_a_metric_without_any_indicator_is_undetermined() -> None:
    verdict = judge(target(metric="unheard_of"), indicators({2025: 60.0}))
    assert verdict["value"] == "undetermined"
    assert "unheard_of" in verdict["reasons_zh"]


def test_a_fictitious_region_is_undetermined() -> None:
    assert "fictitious" in judge(target(adcode=None), indicators({2025: 60.0}))["reasons_en"]


def test_a_value_set_elsewhere_is_undetermined_until_somebody_enters_it() -> None:
    goal = target(
        kind="external_value_goal", metric="energy_use", operator="change_pct", value=None, qualifier="达到国家要求"
    )
    table = indicators({2020: 100.0, 2025: 80.0}, metric="energy_use", unit="tce")
    verdict = judge(goal, table)
    assert verdict["value"] == "undetermined"
    assert "target.T1.value" in verdict["reasons_zh"]
    set_values = {"target__T1__value": -19.5, "target__T1__base_year": 2020}
    assert judge(goal, table, **set_values)["value"] == "met"
    assert judge(goal, table, **{**set_values, "target__T1__value": -20.5})["value"] == "not_met"


def test_an_unset_value_also_names_the_missing_year() -> None:
    goal = target(kind="external_value_goal", operator="change_pct", value=None, qualifier="达到国家要求")
    assert "no inventory for 2025" in judge(goal, indicators({2025: None}))["reasons_en"]


@pytest.mark.parametrize("kind", ["directional_goal", "relative_goal", "zero_rule", "stage_grade"])
def test_kinds_without_a_number_are_undetermined_with_a_reason(kind: str) -> None:
    verdict = judge(target(kind=kind, operator="decreasing", value=None, qualifier="持续"), indicators({2025: 1.0}))
    assert verdict["value"] == "undetermined"
    assert verdict["reasons_zh"]
    assert verdict["reasons_en"]


def test_a_direction_carries_what_is_known_so_far() -> None:
    goal = target(kind="directional_goal", operator="decreasing", value=None, qualifier="持续")
    verdict = judge(goal, indicators({2023: 3.0, 2024: 2.0, 2025: None, 2026: 1.0}))
    (option,) = json.loads(verdict["facts"])["options"]
    assert [(fact["period"], fact["value"]) for fact in option["values"]] == [("2023", 3.0), ("2024", 2.0)]


def test_a_peak_is_provisional() -> None:
    verdict = judge(target(kind="directional_goal", metric="co2_peak_year", value=2030.0), indicators({2025: 1.0}))
    assert "provisional" in verdict["reasons_en"]


def test_about_is_undetermined_unless_a_tolerance_is_set() -> None:
    about = target(value=15.0, qualifier="左右")
    assert judge(about, indicators({2025: 14.5}))["value"] == "undetermined"
    assert judge(about, indicators({2025: 15.0}))["value"] == "met"
    assert judge(about, indicators({2025: 14.5}), qualifier__左右__tolerance=1.0)["value"] == "met"
    assert judge(about, indicators({2025: 14.5}), target__T1__tolerance=0.2)["value"] == "not_met"


def test_a_bare_bound_at_the_number_is_undetermined_unless_somebody_decides() -> None:
    bound = target(value=68.0, qualifier="以上")
    assert judge(bound, indicators({2025: 68.0}))["value"] == "undetermined"
    assert judge(bound, indicators({2025: 68.0}), qualifier__以上__inclusive="yes")["value"] == "met"
    assert judge(bound, indicators({2025: 68.0}), qualifier__以上__inclusive="否")["value"] == "not_met"


def test_striving_is_judged_and_said_not_to_be_binding() -> None:
    verdict = judge(target(qualifier="力争"), indicators({2025: 40.0}))
    assert verdict["value"] == "not_met"
    assert "not binding" in verdict["reasons_en"]


@pytest.mark.parametrize(
    ("value_2023", "expected"),
    [
        (88.0, "on_track"),  # -12 %: beyond both paths
        (90.0, "off_track"),  # -10 %: short of both
        (81.0, "on_track"),  # target already reached
    ],
)
def test_before_the_target_year_the_newest_value_is_held_against_the_path(value_2023: float, expected: str) -> None:
    table = indicators({2020: 100.0, 2022: 95.0, 2023: value_2023}, metric="energy_use", unit="tce")
    assert judge(target(**FALL), table, as_of=BEFORE)["value"] == expected


def test_between_the_two_paths_it_is_undetermined_until_the_path_is_named() -> None:
    # after 3 of 5 years: linear asks for -10.8 %, geometric for -11.225 %; achieved -11 %
    table = indicators({2020: 100.0, 2023: 89.0}, metric="energy_use", unit="tce")
    verdict = judge(target(**FALL), table, as_of=BEFORE)
    assert verdict["value"] == "undetermined"
    assert "progress.path" in verdict["reasons_en"]
    assert judge(target(**FALL), table, as_of=BEFORE, progress__path="linear")["value"] == "on_track"
    assert judge(target(**FALL), table, as_of=BEFORE, progress__path="geometric")["value"] == "off_track"


def test_a_path_that_does_not_exist_is_refused() -> None:
    table = indicators({2020: 100.0, 2023: 89.0}, metric="energy_use", unit="tce")
    with pytest.raises(InvalidInput, match=r"progress\.path"):
        judge(target(**FALL), table, as_of=BEFORE, progress__path="sigmoid")


def test_a_level_without_base_year_has_no_path() -> None:
    verdict = judge(target(), indicators({2023: 40.0}), as_of=BEFORE)
    assert verdict["value"] == "undetermined"
    assert "base year" in verdict["reasons_en"]


def test_a_level_with_base_year_follows_a_path() -> None:
    rising = target(base_year=2020)
    assert judge(rising, indicators({2020: 20.0, 2023: 39.0}), as_of=BEFORE)["value"] == "on_track"
    assert judge(rising, indicators({2020: 20.0, 2023: 30.0}), as_of=BEFORE)["value"] == "off_track"


def test_the_value_of_a_year_that_has_not_ended_does_not_count() -> None:
    table = indicators({2020: 100.0, 2024: 50.0}, metric="energy_use", unit="tce")
    verdict = judge(target(**FALL), table, as_of=BEFORE)
    assert verdict["value"] == "undetermined"


def test_on_the_last_day_of_the_target_year_it_is_still_progress_and_the_day_after_it_is_final() -> None:
    table = indicators({2020: 100.0, 2024: 80.0, 2025: 90.0}, metric="energy_use", unit="tce")
    assert judge(target(**FALL), table, as_of=date(2025, 12, 31))["value"] == "on_track"
    assert judge(target(**FALL), table, as_of=date(2026, 1, 1))["value"] == "not_met"


def test_a_change_per_gdp_is_judged_at_constant_prices_only() -> None:
    wanted = target(metric="co2_per_gdp", operator="change_pct", value=-18.0, base_year=2020)
    current = indicators({2020: 2.0, 2025: 1.0}, metric="co2_per_gdp", unit="t/10^4 yuan", variant="current_later")
    nothing = indicators({2020: None, 2025: None}, metric="co2_per_gdp", unit="t/10^4 yuan", variant="constant")
    assert judge(wanted, pl.concat([current, nothing]))["value"] == "undetermined"
    assert judge(wanted, current)["value"] == "undetermined"
    constant = indicators(
        {2020: 2.0, 2025: 1.64}, metric="co2_per_gdp", unit="t/10^4 yuan", variant="constant_prices_2020"
    )
    assert judge(wanted, pl.concat([current, constant]))["value"] == "met"


def test_where_the_boundary_decides_the_verdict_is_open_until_one_is_chosen() -> None:
    table = pl.concat([indicators({2025: 55.0}, boundary="narrow"), indicators({2025: 45.0}, boundary="wide")])
    verdict = judge(target(), table)
    assert verdict["value"] == "undetermined"
    assert "narrow/single: met, wide/single: not met" in verdict["reasons_en"]
    assert judge(target(), table, metric__green_share__boundary="narrow")["value"] == "met"
    assert judge(target(), table, metric__green_share__boundary="wide")["value"] == "not_met"


def test_where_every_boundary_agrees_no_choice_is_needed() -> None:
    table = pl.concat([indicators({2025: 55.0}, boundary="narrow"), indicators({2025: 52.0}, boundary="wide")])
    assert judge(target(), table)["value"] == "met"


def test_a_threshold_without_target_year_is_held_against_the_newest_value() -> None:
    limit = target(kind="threshold", operator="<=", target_year=None)
    assert judge(limit, indicators({2023: 60.0, 2024: 40.0}))["value"] == "met"
    assert judge(limit, indicators({2023: 40.0, 2024: 60.0}))["value"] == "not_met"


def test_a_base_value_of_zero_gives_no_change() -> None:
    table = indicators({2020: 0.0, 2025: 5.0}, metric="energy_use", unit="tce")
    verdict = judge(target(**FALL), table)
    assert verdict["value"] == "undetermined"
    assert "not positive" in verdict["reasons_en"]


def test_a_verdict_carries_facts_parameters_and_clause() -> None:
    verdict = judge(
        target(start=10, end=20, **FALL), indicators({2020: 100.0, 2025: 80.0}, metric="energy_use", unit="tce")
    )
    facts = json.loads(verdict["facts"])["options"][0]
    assert facts["change_pct"] == pytest.approx(-20.0)
    assert [fact["period"] for fact in facts["values"]] == ["2020", "2025"]
    assert json.loads(verdict["parameters"])["value"] == -18.0
    assert verdict["clause"] == "plan 一 [10:20]"
    assert verdict["as_of"] == "2026-06-01"


def test_a_setting_that_was_used_is_shown_with_its_source() -> None:
    verdict = judge(target(value=15.0, qualifier="左右"), indicators({2025: 14.5}), qualifier__左右__tolerance=1.0)
    used = json.loads(verdict["parameters"])["qualifier.左右.tolerance"]
    assert used == {"source": "set in this test", "unit": "1", "value": 1.0}


def test_a_setting_outside_its_dates_counts_as_unset() -> None:
    late = Parameter("target.T1.tolerance", 5.0, "%", date(2030, 1, 1), None, REGION, "test", "", Status.VERIFIED)
    verdicts = judge_targets(
        target(value=15.0, qualifier="左右"), indicators({2025: 14.5}), as_of=AFTER, parameters=ParameterSet([late])
    )
    assert verdicts["value"].to_list() == ["undetermined"]


def test_every_target_gets_one_verdict_in_the_declared_columns() -> None:
    many = pl.concat([target(), target(target_id="T2", metric="unheard_of"), target(target_id="T3", kind="zero_rule")])
    verdicts = judge_targets(many, indicators({2025: 60.0}), as_of=AFTER)
    assert tuple(verdicts.columns) == VERDICT.column_names
    assert verdicts["rule_id"].to_list() == ["T1", "T2", "T3"]
    assert verdicts["value"].to_list() == ["met", "undetermined", "undetermined"]


@given(limit=st.floats(-1e6, 1e6), value=st.floats(-1e6, 1e6), step=st.floats(0, 1e6))
def test_a_tighter_limit_is_never_easier_to_meet(limit: float, value: float, step: float) -> None:
    def met(bound: float) -> bool:
        wanted = target(metric="m", operator="<=", value=bound, unit="t")
        return bool(judge(wanted, indicators({2025: value}, metric="m", unit="t"))["value"] == "met")

    assert met(limit) or not met(limit - step)


def with_sources(table: pl.DataFrame, lacking: dict[int, list[str]], estimated: dict[int, list[str]]) -> pl.DataFrame:
    """The table with the sources that the total of each year leaves out and holds, as indicators write them."""
    entries = [
        json.dumps([{
            "role": "emission", "estimated": estimated.get(int(year), []),
            "not_estimated": [dict(zip(("category", "fuel"), name.split("/"), strict=True)) for name in lacking.get(int(year), [])],
        }])
        for year in table["period"]
    ]  # fmt: skip
    return table.with_columns(pl.Series("inputs", entries))


@pytest.mark.parametrize("as_of", [AFTER, BEFORE])
def test_a_change_between_totals_that_hold_different_sources_is_undetermined(as_of: date) -> None:
    table = indicators({2020: 100.0, 2023: 70.0, 2025: 60.0}, metric="energy_use", unit="TJ")
    gap = with_sources(table, {2023: ["1A3c/diesel"], 2025: ["1A3c/diesel"]}, {2020: ["1A3c/diesel"]})
    verdict = judge_targets(target(**FALL), gap, as_of=as_of).row(0, named=True)
    assert verdict["value"] == "undetermined"
    assert "1A3c/diesel" in verdict["reasons_en"]
    same = with_sources(table, {year: ["1A3c/diesel"] for year in (2020, 2023, 2025)}, {})
    assert judge_targets(target(**FALL), same, as_of=as_of)["value"].to_list() in (["met"], ["on_track"])
