"""Co-control metrics: the worked example, and what may never be ranked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.io.readers import read_raw
from cocontrol.measures.equivalents import own_weight_set, preset, presets, tax_weight_set
from cocontrol.measures.metrics import Baseline, Evaluation, Measure, Quadrant, evaluate, pareto_layers, quadrant
from cocontrol.measures.metrics_tables import MeasureTable, pollutant_of, read_measures, read_weights

EXAMPLE = """measure,ΔSO2,ΔNOx,ΔPM,ΔCO2,C
baseline,1000,1500,600,2000000,
A,180,60,70,90000,45e6
B,250,0,20,-6000,6e6
C,20,25,6,40000,-12e6
D,40,50,12,80000,-12e6
"""
TAX = tax_weight_set(1.2, 97.49)


def table(folder: Path, text: str, **options: str) -> MeasureTable:
    (folder / "m.csv").write_text(text, encoding="utf-8")
    return read_measures(read_raw(folder / "m.csv"), **options)


@pytest.fixture
def example(tmp_path: Path) -> dict[str, Evaluation]:
    found = table(tmp_path, EXAMPLE)
    return {item.measure: item for item in evaluate(found.measures, TAX, found.baseline)}


def elasticity(found: Evaluation, name: str) -> float | None:
    return next(item.value for item in found.elasticities if item.numerator == name)


@pytest.mark.parametrize(
    ("name", "so2", "air_ratio", "air", "greenhouse", "both", "unit_cost", "benefit", "where"),
    [
        ("A", 4.0, 2.1768, 270.505, 6946.162, 7216.667, 6235.57, -35_884_210, "I"),
        ("B", -83.3333, -31.2292, 258.716, -463.077, -204.362, None, -6_258_141, "IV"),
        ("C", 1.0, 0.8621, 47.615, 3087.183, 3134.798, -3828.00, 15_959_745, "I"),
        ("D", 1.0, 0.8621, 95.229, 6174.367, 6269.596, -1914.00, 19_919_490, "I"),
    ],
)
def test_the_worked_example(
    example: dict[str, Evaluation],
    name: str,
    so2: float,
    air_ratio: float,
    air: float,
    greenhouse: float,
    both: float,
    unit_cost: float | None,
    benefit: float,
    where: str,
) -> None:
    found = example[name]
    assert elasticity(found, "SO2") == pytest.approx(so2, abs=5e-5)
    assert elasticity(found, "LAPeq") == pytest.approx(air_ratio, abs=5e-5)
    assert found.air_equivalent == pytest.approx(air, abs=5e-4)
    assert found.greenhouse_equivalent == pytest.approx(greenhouse, abs=6e-4)
    assert found.equivalent == pytest.approx(both, abs=6e-4)
    assert found.unit_cost == (None if unit_cost is None else pytest.approx(unit_cost, abs=5e-3))
    assert found.net_benefit == pytest.approx(benefit, abs=0.5)
    assert found.quadrant == where


def test_the_weights_of_the_worked_example() -> None:
    assert TAX.weights["PM"] == pytest.approx(0.435779817)
    assert TAX.carbon == pytest.approx(0.077179583)
    assert TAX.price == pytest.approx(1263.157895)
    assert TAX.status == "recalled"


def test_the_measure_that_saves_as_much_and_reduces_more_comes_first(example: dict[str, Evaluation]) -> None:
    assert (example["D"].pareto_layer, example["C"].pareto_layer) == (1, 2)
    assert sorted((item for item in example.values() if item.rank), key=lambda item: item.rank or 0) == [
        example["D"],
        example["C"],
        example["A"],
    ]


def test_a_measure_without_net_reduction_has_no_unit_cost_and_no_rank(example: dict[str, Evaluation]) -> None:
    assert example["B"].rank is None
    assert example["B"].group == "not_ranked"
    assert "IAPeq" in example["B"].reasons[0].en


def test_no_effect_on_carbon_leaves_the_elasticity_undefined() -> None:
    (found,) = evaluate([Measure("x", {"SO2": 5.0}, 0.0, 1.0)], TAX, Baseline({"SO2": 10.0}, 100.0))
    assert found.quadrant is Quadrant.AXIS
    assert elasticity(found, "SO2") is None
    assert found.elasticities[0].reason is not None


def test_missing_is_not_zero(tmp_path: Path) -> None:
    found = table(tmp_path, "measure,SO2,CO2,cost\na,,5,3\nb,1,,3\nc,1,5,\n")
    first, second, third = evaluate(found.measures, TAX)
    assert first.air_equivalent is None
    assert second.greenhouse_equivalent is None
    assert third.equivalent is not None
    assert [item.unit_cost for item in (first, second, third)] == [None, None, None]
    assert [len(item.reasons) for item in (first, second, third)] == [1, 1, 1]


def test_a_pollutant_without_weight_is_told_and_left_out(tmp_path: Path) -> None:
    found = table(tmp_path, "measure,SO2,VOCs,CO2,cost\na,1,9,5,3\n")
    (item,) = evaluate(found.measures, TAX)
    assert item.air_equivalent == 1.0
    assert "VOCs" in item.reasons[0].en


def test_part_and_whole_are_not_both_weighed() -> None:
    with pytest.raises(InvalidInput, match="PM25, PM10"):
        own_weight_set({"PM10": 1.0, "PM25": 2.0})
    with pytest.raises(InvalidInput, match="BC, PM10"):
        own_weight_set({"PM10": 1.0, "BC": 2.0})


def test_own_weights_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("pollutant,weight\nSO2,1\nPM2.5,3\nCO2,0.1\n", encoding="utf-8")
    given_set = own_weight_set(read_weights(read_raw(tmp_path / "w.csv")), price=10.0)
    (found,) = evaluate([Measure("x", {"SO2": 1.0, "PM25": 2.0}, 30.0, 5.0)], given_set)
    assert (found.air_equivalent, found.equivalent, found.net_benefit) == (7.0, 10.0, 95.0)


def test_the_weight_of_carbon_falls_with_the_tax_rate() -> None:
    low, high = presets().values()
    assert low.carbon is not None
    assert high.carbon is not None
    assert low.carbon == pytest.approx(10 * high.carbon)
    assert preset("tax_low") is low


def test_other_gases_need_a_named_set(tmp_path: Path) -> None:
    text = "measure,SO2,CO2,CH4,cost\na,1,5,1,3\n"
    with pytest.raises(InvalidInput, match="--gwp-set"):
        table(tmp_path, text)
    assert table(tmp_path, text, gwp="AR5GWP100").measures[0].greenhouse == 33.0
    with pytest.raises(InvalidInput, match="CO2e"):
        table(tmp_path, "measure,CO2,CO2e\na,1,5\n")


@pytest.mark.parametrize("heading", ["SO2", "ΔSO2", "delta_SO2", "SO2_t", "d_so2", "SO₂", "SO2_reduction"])
def test_headings_that_mean_a_pollutant(heading: str) -> None:
    assert pollutant_of(heading) == "SO2"


def test_two_columns_of_one_pollutant_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="SO2"):
        table(tmp_path, "measure,SO2,delta_SO2,CO2\na,1,1,1\n")


reductions = st.floats(-1e3, 1e3).filter(lambda value: abs(value) > 1e-6)


@settings(max_examples=50, deadline=None)
@given(reductions, reductions, st.floats(-1e4, 1e4))
def test_a_rank_is_only_given_to_a_net_reduction(air: float, carbon: float, cost: float) -> None:
    (found,) = evaluate([Measure("x", {"SO2": air}, carbon, cost)], TAX)
    assert found.equivalent is not None
    assert (found.rank is not None) == (found.equivalent > 0)
    assert (found.pareto_layer is not None) == (found.equivalent > 0 and cost < 0)
    assert found.quadrant is quadrant(air, carbon)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8))
def test_nobody_in_a_layer_is_beaten_from_the_same_or_a_later_one(points: list[tuple[int, int]]) -> None:
    layers = pareto_layers(dict(enumerate((float(a), float(b)) for a, b in points)))
    for i, a in enumerate(points):
        for j, b in enumerate(points):
            if a[0] >= b[0] and a[1] >= b[1] and a != b:
                assert layers[i] < layers[j]


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("二氧化硫", "SO2"), ("SO2减排量", "SO2"), ("NOx削减量", "NOx"), ("CO₂排放量", "CO2"), ("PM₂.₅", "PM25"), ("VOC", "VOCs"),
        ("烟尘", "PM"), ("二氧化碳当量", "CO2e"), ("smell", "smell"),
    ],
)  # fmt: skip
def test_headings_of_people_are_pollutants(heading: str, code: str) -> None:
    assert pollutant_of(heading) == code


@pytest.mark.parametrize("names", [("PM", "PM25"), ("TSP", "PM10"), ("PM", "TSP"), ("TSP", "dust"), ("PM10", "BC")])
def test_a_set_that_weighs_particulates_and_a_part_of_them_is_refused(names: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput):
        own_weight_set(dict.fromkeys(names, 1.0))


def test_smoke_and_fugitive_dust_may_both_be_weighed() -> None:
    assert own_weight_set({"PM": 1.0, "dust": 0.5}).weights == {"PM": 1.0, "dust": 0.5}


def test_a_measure_without_effect_on_a_pollutant_has_an_elasticity_of_plain_zero(
    example: dict[str, Evaluation],
) -> None:
    found = next(item for item in example["B"].elasticities if item.numerator == "NOx")
    assert str(found.value) == "0.0"
    assert found.quadrant is Quadrant.AXIS
    assert found.reason is not None


def test_the_cost_of_a_pollutant_is_only_given_where_it_falls(example: dict[str, Evaluation]) -> None:
    costs = {item.pollutant: item for item in example["B"].pollutant_costs}
    assert costs["SO2"].value == pytest.approx(6e6 / 250)
    assert costs["NOx"].value is None
    assert costs["CO2"].value is None
    saving = {item.pollutant: item for item in example["C"].pollutant_costs}["SO2"]
    assert saving.value == pytest.approx(-12e6 / 20)
    assert saving.reason is not None


def test_the_upward_coordinate_and_its_name_are_those_of_the_gases(tmp_path: Path) -> None:
    found = table(tmp_path, "measure,SO2,CO2,CH4,cost\nbaseline,10,100,5,\nX,5,1,2,3\n", gwp="AR5GWP100")
    (made,) = evaluate(found.measures, TAX, found.baseline)
    assert made.greenhouse == pytest.approx(1 + 2 * 28)
    assert {item.denominator for item in made.elasticities} == {"CO2e"}


def test_a_negative_baseline_names_its_cell(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as raised:
        table(tmp_path, "measure,SO2,CO2,cost\nX,1,1,2\nbaseline,-5,100,\n")
    assert [fault.location.cell for fault in raised.value.faults] == ["B3"]


def test_a_misspelt_pollutant_is_told_and_words_are_left_aside(tmp_path: Path) -> None:
    found = table(tmp_path, "measure,S02,CO2,cost,note,owner\nX,5,1,2,synthetic,bureau\n")
    told = {remark.value: remark.remedy for remark in found.remarks}
    assert set(told) == {"S02", "owner"}
    assert told["S02"] is not None
    assert "SO2" in told["S02"].en


def test_units_in_headings_are_converted_and_a_year_in_them_is_understood(tmp_path: Path) -> None:
    found = table(tmp_path, "measure,SO2 (t/yr),NOx（吨/年）,CO2 (万吨),cost (万元/年)\nX,1,2,3,4\n")
    (made,) = found.measures
    assert made.reductions == {"SO2": 1.0, "NOx": 2.0}
    assert made.greenhouse == pytest.approx(30_000)
    assert made.cost == pytest.approx(40_000)
    with pytest.raises(InvalidInput):
        table(tmp_path, "measure,SO2 (MWh),CO2\nX,1,2\n")
