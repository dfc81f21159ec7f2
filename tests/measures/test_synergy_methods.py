"""Degrees over whole tables: layouts, weights, and where methods disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.io.readers import read_raw
from cocontrol.measures.synergy_methods import composite_degrees, coupling_degrees, disagreements, shifted_weights
from cocontrol.measures.synergy_tables import Scored, read_decoupling, read_indicators, read_scores

SCORES = "region,year,pollution,carbon\n甲,2020,0.62,0.48\n甲,2023,0.7,0.6\n乙,2020,0.9,0.1\n乙,2023,0.85,0.3\n"


def written(folder: Path, text: str, name: str = "t.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def scored(folder: Path, text: str) -> tuple[Scored, ...]:
    return read_scores(read_raw(written(folder, text)))[0]


def test_every_row_has_its_degree_and_its_range_under_other_weights(tmp_path: Path) -> None:
    first = coupling_degrees(scored(tmp_path, SCORES))[0]
    assert (first.subject, first.period) == ("甲", "2020")
    assert first.degree == pytest.approx(0.738598, abs=5e-7)
    assert first.lowest < first.degree < first.highest


def test_each_subject_is_compared_with_its_own_first_period(tmp_path: Path) -> None:
    one, other = composite_degrees(scored(tmp_path, SCORES))
    assert (one.subject, one.period) == ("甲", "2020 → 2023")
    assert one.degree == pytest.approx((0.08 * 0.12) ** 0.5)
    assert other.degree == pytest.approx(-((0.05 * 0.2) ** 0.5))


def test_one_period_is_too_few_for_the_composite(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="两个时期"):
        composite_degrees(scored(tmp_path, "region,pollution,carbon\n甲,0.6,0.5\n"))


def test_the_two_forms_may_disagree_and_it_is_found() -> None:
    rows = [Scored("a", None, {"p": 0.95, "k": 0.35}), Scored("b", None, {"p": 0.55, "k": 0.52})]
    usual, corrected = coupling_degrees(rows), coupling_degrees(rows, corrected=True)
    assert usual[0].degree > usual[1].degree
    assert corrected[0].degree < corrected[1].degree
    assert len(disagreements(usual, corrected)) == 1
    assert disagreements(usual, usual) == []


def test_weights_name_the_systems() -> None:
    rows = [Scored("a", None, {"p": 0.9, "k": 0.4})]
    assert coupling_degrees(rows, {"p": 3.0, "k": 1.0})[0].level == pytest.approx(0.775)
    with pytest.raises(InvalidInput, match="x"):
        coupling_degrees(rows, {"p": 0.5, "x": 0.5})


def test_shifted_weights_still_sum_to_one() -> None:
    for shares in ([0.5, 0.5], [0.05, 0.95], [0.2, 0.3, 0.5]):
        for shifted in shifted_weights(shares):
            assert sum(shifted) == pytest.approx(1)
            assert min(shifted) >= 0


def test_indicators_are_oriented_before_they_are_combined(tmp_path: Path) -> None:
    declared = "indicator,system,direction,lower,upper,weight\nPM25,pollution,-,15,75,1\nCO2,carbon,negative,0,10,1\n"
    known = read_indicators(read_raw(written(tmp_path, declared, "i.csv")))
    rows, _ = read_scores(read_raw(written(tmp_path, "city,PM25,CO2,other\n甲,45,5,9\n乙,15,10,9\n")), known)
    assert rows[0].scores == {"pollution": 0.5, "carbon": 0.5}
    assert rows[1].scores == {"pollution": 1.0, "carbon": 0.0}


def test_bounds_the_wrong_way_round_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="75"):
        read_indicators(read_raw(written(tmp_path, "indicator,system,direction,lower,upper\nPM25,p,-,75,15\n")))


def test_a_gap_is_named_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as raised:
        scored(tmp_path, "region,pollution,carbon\n甲,0.6,\n乙,,0.3\n")
    assert [(fault.location.row, fault.location.column) for fault in raised.value.faults] == [
        (3, "pollution"),
        (2, "carbon"),
    ]


def test_decoupling_reads_pairs_and_series(tmp_path: Path) -> None:
    pairs, _ = read_decoupling(read_raw(written(tmp_path, "C0,C1,G0,G1\n100,98,1000,1060\n")))
    assert pairs == [("all", None, (100.0, 98.0, 1000.0, 1060.0))]
    series, _ = read_decoupling(read_raw(written(tmp_path, "year,CO2,GDP\n2021,98,1060\n2020,100,1000\n")))
    assert series == [("all", "2020 → 2021", (100.0, 98.0, 1000.0, 1060.0))]
    with pytest.raises(InvalidInput, match="C0"):
        read_decoupling(read_raw(written(tmp_path, "C0,C1,G0\n100,98,1000\n")))


def refused(folder: Path, text: str) -> list[tuple[str, str | None]]:
    with pytest.raises(InvalidInput) as raised:
        scored(folder, text)
    return [(fault.rule, fault.location.cell) for fault in raised.value.faults]


def test_every_wrong_cell_of_the_scores_is_named_at_once(tmp_path: Path) -> None:
    text = "subject,period,a,b\nX,1,75,\nX,1,.4,-1\n"
    assert refused(tmp_path, text) == [
        ("synergy.score", "C2"), ("synergy.gap", "D2"), ("synergy.score", "D3"), ("synergy.period_twice", "B3"),
    ]  # fmt: skip
    assert refused(tmp_path, "subject,a\nX,.5\n") == [("synergy.systems", None)]


def test_columns_of_words_are_left_aside_with_a_remark(tmp_path: Path) -> None:
    rows, remarks = read_scores(read_raw(written(tmp_path, "subject,grade,a,b,note\nX,good,.5,.6,synthetic\n")))
    assert rows[0].scores == {"a": 0.5, "b": 0.6}
    assert [remark.value for remark in remarks] == ["grade"]


def test_periods_follow_each_other_by_number(tmp_path: Path) -> None:
    found = composite_degrees(scored(tmp_path, "subject,period,a,b\nX,10,.5,.5\nX,9,.4,.3\n"))
    assert [(item.period, item.degree > 0) for item in found] == [("9 → 10", True)]
    assert found[0].lowest is None


def test_the_composite_system_needs_the_period_of_every_row(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        composite_degrees(scored(tmp_path, "subject,a,b\nX,.5,.5\nX,.4,.3\n"))


@pytest.mark.parametrize(
    "weights", [{"a": 0.0, "b": 0.0}, {"a": -1.0, "b": 2.0}, {"a": float("nan"), "b": 1.0}, {"a": float("inf"), "b": 1}]
)
def test_weights_that_weigh_nothing_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        coupling_degrees([Scored("X", None, {"a": 0.5, "b": 0.6})], weights)


@pytest.mark.parametrize(("word", "direction"), [("负向", -1), ("逆向", -1), ("-1", -1), ("正向", 1), ("+", 1)])
def test_directions_may_be_written_in_words(tmp_path: Path, word: str, direction: int) -> None:
    text = f"indicator,system,direction,lower,upper\nSO2,pollution,{word},0,100\n"
    assert read_indicators(read_raw(written(tmp_path, text)))[0].direction == direction


def test_a_table_of_indicators_of_one_system_has_no_synergy(tmp_path: Path) -> None:
    indicators = read_indicators(
        read_raw(written(tmp_path, "indicator,system,direction,lower,upper\nSO2,pollution,-,0,100\n"))
    )
    with pytest.raises(InvalidInput, match=r"synergy|子系统"):
        read_scores(read_raw(written(tmp_path, "subject,SO2\nX,50\n")), indicators)


@pytest.mark.parametrize(
    ("text", "rule", "cell"),
    [
        ("subject,C0,C1,G0,G1\nX,0,1,2,3\n", "tapio.base", "B2"),
        ("subject,C0,C1,G0,G1\nX,1,,2,3\n", "synergy.gap", "C2"),
        ("subject,C0,C1\nX,1,2\n", "tapio.columns", None),
        ("period,C,G\n2015,1,2\n", "tapio.periods", None),
        ("period,C,G\n2015,1,2\n,2,3\n", "tapio.period", "A3"),
        ("period,C,G\n2015,1,2\n2015,2,3\n", "synergy.period_twice", "A3"),
    ],
)
def test_a_table_that_has_no_elasticity_says_where(tmp_path: Path, text: str, rule: str, cell: str | None) -> None:
    with pytest.raises(InvalidInput) as raised:
        read_decoupling(read_raw(written(tmp_path, text)))
    assert [(fault.rule, fault.location.cell) for fault in raised.value.faults] == [(rule, cell)]


def test_a_series_with_chinese_headings_is_put_in_order(tmp_path: Path) -> None:
    text = "地区,年份,碳排放,地区生产总值\nX,2020,98,1060\nX,2015,100,1000\n"
    assert read_decoupling(read_raw(written(tmp_path, text)))[0] == [
        ("X", "2015 → 2020", (100.0, 98.0, 1000.0, 1060.0))
    ]
