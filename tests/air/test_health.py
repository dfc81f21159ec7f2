"""GEMM and screening against the worked examples; what must be refused."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.air.health import avoided_deaths, life_values, require_disjoint, response, total_interval
from cocontrol.air.screening import fasst_china, rollback
from cocontrol.core.errors import InvalidInput, NotFound
from tests.conftest import Call


@pytest.mark.parametrize(("level", "ratio"), [(10, 1.118171), (35, 1.308554), (50, 1.412681), (100, 1.703919)])
def test_hazard_ratios(level: float, ratio: float) -> None:
    assert response("ncd_lri").hazard_ratio(level) == pytest.approx(ratio, abs=5e-7)


def test_the_interval_of_a_hazard_ratio() -> None:
    curve = response("ncd_lri")
    low, _, high = curve.thetas() or (0, 0, 0)
    assert curve.hazard_ratio(35, theta=low) == pytest.approx(1.224237, abs=2e-5)
    assert curve.hazard_ratio(35, theta=high) == pytest.approx(1.398678, abs=2e-5)


def test_both_counts_of_the_worked_example() -> None:
    found = avoided_deaths(6e6, 0.0085, 42, 35)
    assert found.burden_difference == pytest.approx(1407.71, abs=5e-3)
    assert found.avoided == pytest.approx(1842.07, abs=5e-3)
    central = next(value for value in life_values() if value.level == "central").value
    assert found.avoided * central == pytest.approx(8.768e9, rel=1e-4)
    assert found.interval is not None
    assert found.interval[0] < found.avoided < found.interval[1]


def test_a_curve_without_standard_error_has_no_interval() -> None:
    assert avoided_deaths(1e6, 0.001, 42, 35, cause="lri").interval is None


def test_causes_are_not_counted_twice() -> None:
    require_disjoint(["ihd", "stroke"])
    with pytest.raises(InvalidInput, match="NCD"):
        require_disjoint(["ncd_lri", "stroke"])


def test_bad_numbers_and_causes_are_told() -> None:
    with pytest.raises(InvalidInput) as raised:
        avoided_deaths(-1, 2, 42, 35)
    assert len(raised.value.faults) == 2
    with pytest.raises(NotFound, match="stroke"):
        avoided_deaths(1, 0.1, 42, 35, cause="flu")


def test_the_national_screening_of_the_worked_example() -> None:
    found = fasst_china({"SO2": -0.5, "NOx": -0.4, "BC": -0.3, "POM": -0.3})
    assert found.species == pytest.approx(
        {"SO4": -1.901277, "NO3": -0.627063, "NH4": -0.758053, "BC": -0.635502, "POM": -2.139309}, abs=6e-7
    )
    assert found.total == pytest.approx(-6.061204, abs=1e-6)
    assert "national" in found.remarks[0].en


def test_nitrate_rises_where_sulphur_alone_falls() -> None:
    found = fasst_china({"SO2": -0.2})
    assert found.species["NO3"] == pytest.approx(0.067910, abs=5e-7)
    assert found.total == pytest.approx(-0.898001, abs=5e-7)


def test_ozone_is_refused_and_wide_changes_are_told() -> None:
    with pytest.raises(InvalidInput, match="臭氧"):
        fasst_china({"O3": -0.1})
    assert len(fasst_china({"SO2": -0.8}).remarks) == 2


def test_rollback_moves_only_what_has_a_share() -> None:
    assert rollback(50, 10, {"SO2": 0.5, "NOx": 0.25}, {"SO2": 0.5, "NOx": 1.0}) == pytest.approx(10 + 40 * 0.75)
    with pytest.raises(InvalidInput):
        rollback(50, 60, {"SO2": 0.8, "NOx": 0.3}, {"SO2": 0.5})


levels = st.floats(0, 150)


@settings(max_examples=60, deadline=None)
@given(levels, levels)
def test_cleaner_air_never_costs_lives(before: float, after: float) -> None:
    found = avoided_deaths(1e6, 0.008, before, after)
    assert (found.avoided >= -1e-9) == (found.ratio_after <= found.ratio_before * (1 + 1e-15))
    if after <= before:
        assert found.avoided >= -1e-9
        assert found.avoided >= found.burden_difference - 1e-9


def test_age_groups_have_their_own_slope_and_no_other_group_has_one() -> None:
    young, old = (avoided_deaths(1e6, 1e-3, 42, 35, cause="ihd", ages=ages) for ages in ("25-29", "80+"))
    assert young.avoided > 2 * old.avoided
    assert young.interval is None
    with pytest.raises(NotFound, match="25-29"):
        avoided_deaths(1e6, 1e-3, 42, 35, cause="ihd", ages="0-4")
    with pytest.raises(NotFound, match=r"copd: 30-34"):
        avoided_deaths(1e6, 1e-3, 42, 35, cause="copd", ages="30-34")


def test_errors_of_places_add_and_those_of_causes_add_in_squares() -> None:
    heart = avoided_deaths(1e6, 1e-3, 42, 35, cause="ihd")
    lung = avoided_deaths(1e6, 1e-3, 42, 35, cause="copd")
    below = [one.avoided - (one.interval or (0, 0))[0] for one in (heart, lung)]
    places, causes = total_interval([heart, heart]), total_interval([heart, lung])
    assert places is not None
    assert causes is not None
    assert 2 * heart.avoided - places[0] == pytest.approx(2 * below[0])
    assert heart.avoided + lung.avoided - causes[0] == pytest.approx(math.hypot(*below))
    assert total_interval([heart, avoided_deaths(1e6, 1e-3, 42, 35, cause="lri")]) is None


def test_the_command_names_every_row_without_a_curve_and_counts_nobody_twice(tmp_path: Path, call: Call) -> None:
    head = "place,ages,cause,population,mortality,before,after\n"
    (tmp_path / "e.csv").write_text(head + "A,0-4,ihd,1e6,0.001,42,35\nB,25+,foo,1e6,0.001,42,35\n", encoding="utf-8")
    found = call("air", "health", tmp_path / "e.csv", "--language", "en")
    assert found.code == 1
    assert "A2" in found.err
    assert "A3" in found.err
    (tmp_path / "t.csv").write_text(head + "A,25+,ihd,1e6,0.001,42,35\nA,80+,ihd,1e5,0.01,42,35\n", encoding="utf-8")
    assert "25+" in call("air", "health", tmp_path / "t.csv").err
