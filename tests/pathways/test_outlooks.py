"""Double attainment, what moves the outcome, the factors of a scenario, a scenario from an inventory or a table of others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.pathways.decomposition import decompose
from cocontrol.pathways.double_attainment import State, attainment_years
from cocontrol.pathways.examples import SCENARIOS, example
from cocontrol.pathways.given_series import given_outlook
from cocontrol.pathways.outside import compare, gcam_reference
from cocontrol.pathways.projection import Projection, project
from cocontrol.pathways.results import iamc_table, outlook
from cocontrol.pathways.scenario import Scenario, Target, parse_scenario
from cocontrol.pathways.scenario_checks import fuel_names, variables
from cocontrol.pathways.scenario_factors import change_factors
from cocontrol.pathways.sensitivity import sensitivity, without_policies
from cocontrol.pathways.starting import starting_scenario
from tests.conftest import Call


def shipped(name: str) -> Scenario:
    return parse_scenario(example(SCENARIOS[name]).encode(), name)


def test_a_limit_is_attained_from_the_year_after_which_it_is_never_exceeded() -> None:
    paths = np.array([[9, 5, 9, 5], [5, 5, 5, 5], [9, 9, 9, 9], [9, 9, 5, 5]], dtype=float)
    target = Target.model_validate({"id": "x", "kind": "attain", "variable": "a", "by": 2030, "limit": 5})
    found = attainment_years(Projection((2025, 2026, 2027, 2028), {"a": paths}), target)
    assert found.tolist() == [2028, 2025, 2029, 2027]


def test_both_are_counted_on_the_same_draws_and_not_multiplied() -> None:
    text = """[scenario]
name = "one cause"
base_year = 2025
end_year = 2035
[sampling]
draws = 4000
seed = 5
design = "per_period"
[base]
value = 100
[[driver]]
name = "g"
rate = [{from = 2026, to = 2030, value = 1}, {from = 2031, to = 2035, low = -4, mode = 0, high = 4}]
[[target]]
id = "carbon"
kind = "peak"
by = 2030
[[target]]
id = "air"
kind = "attain"
variable = "Concentration|PM25"
by = 2035
limit = 35
[concentration]
base = 35
coefficients = {CO2 = 0.1}
source = "made for this test"
"""
    found = outlook(parse_scenario(text.encode(), "s.toml"))
    double = found.double
    assert double is not None
    assert double.carbon_by is not None
    assert double.air_by is not None
    assert double.both_by is not None
    # one draw g decides both: carbon peaks in 2030 where g < 0, air is back at its start where 1.01^5 (1 + g)^5 ≤ 1,
    # that is g ≤ −1/1.01 per cent; the triangle (−4, 0, 4) has P(g < 0) = 1/2 and P(g ≤ x) = (x + 4)² / 32
    threshold = 100 * (1 / 1.01 - 1)
    air = (threshold + 4) ** 2 / 32
    assert double.carbon_by[2030] == pytest.approx(0.5, abs=0.025)
    assert double.air_by[2035] == pytest.approx(air, abs=0.025)
    assert double.both_by[2035] == pytest.approx(air, abs=0.025)
    assert abs(double.both_by[2035] - double.carbon_by[2035] * double.air_by[2035]) > 0.08
    assert double.state is State.CARBON_ONLY
    assert double.gap is None


def test_without_a_limit_of_air_there_is_no_double_attainment() -> None:
    assert outlook(shipped("kaya")).double is None
    double = outlook(shipped("province")).double
    assert double is not None
    assert (double.carbon_year, double.air_year, double.gap, double.state) == (2030, 2035, -5, State.BOTH)


def test_what_moves_the_outcome_comes_widest_first_and_agrees_with_a_changed_file() -> None:
    swings = sensitivity(shipped("kaya"))
    assert [swing.spread for swing in swings] == sorted((swing.spread for swing in swings), reverse=True)
    growth = next(swing for swing in swings if swing.name.en.startswith("人均") and swing.name.en.endswith("2026–2030"))
    assert (growth.low, growth.high) == (3.8, 5.2)
    assert (growth.at_low.peak_year, growth.at_high.peak_year) == (2025, 2030)
    by_hand = example(SCENARIOS["kaya"]).replace("low = 3.8, mode = 4.6, high = 5.2", "value = 3.8")
    again = outlook(parse_scenario(by_hand.encode(), "k")).cumulative["Emissions|CO2"]["central"]
    assert growth.at_low.cumulative == pytest.approx(again)


def test_a_policy_is_a_swing_and_can_be_switched_off() -> None:
    province = shipped("province")
    policy = next(s for s in sensitivity(province, "Emissions|NOx") if s.low is None)
    off = outlook(without_policies(province, frozenset({"ultra_low"}))).cumulative["Emissions|NOx"]["central"]
    assert policy.at_low.cumulative == pytest.approx(off)
    assert policy.at_low.cumulative > policy.at_high.cumulative
    with pytest.raises(InvalidInput, match="ultra_low"):
        without_policies(province, frozenset({"nothing"}))
    with pytest.raises(InvalidInput, match="CO3"):
        sensitivity(province, "Emissions|CO3")


@pytest.mark.parametrize("pollutant", ["CO2", "SO2", "NOx"])
def test_source_and_end_of_pipe_make_the_whole_change(pollutant: str) -> None:
    province = shipped("province")
    table, factors = change_factors(province, pollutant, 2025, 2060)
    found = decompose(table, factors)
    series = project(province, certain=True).series[f"Emissions|{pollutant}"][0]
    assert found.steps[0].start == pytest.approx(series[0])
    assert sum(found.effects.values()) == pytest.approx(series[-1] - series[0])
    assert ("passed" in found.effects) == (pollutant != "CO2")
    if "passed" in found.effects:
        policies_off = without_policies(province, frozenset({"ultra_low"}))
        assert decompose(*change_factors(policies_off, pollutant, 2025, 2060)).effects["passed"] == pytest.approx(0)


EMISSION = pl.DataFrame(
    {
        "period": ["2020"] * 4,
        "category": ["1A1ai", "1A1ai", "1A2m", "2A1"],
        "fuel": ["raw_coal", "natural_gas", "raw_coal", None],
        "amount": [900.0, 100.0, 500.0, 40.0],
        "unit": ["TJ", "TJ", "TJ", "kt"],
        "CO2": [90e6, 5e6, 40e6, 20e6],
        "SO2": [1e3, None, 2e3, None],
    }
)


def test_an_inventory_begins_a_scenario_with_its_own_totals() -> None:
    start = starting_scenario(EMISSION, period="2020", name="x", region="Henan", region_code="410000", source="run 1")
    scenario = parse_scenario(start.text.encode(), "x.toml")
    found = outlook(scenario)
    for year in (2020, 2060):
        assert found.bands.filter(variable="Emissions|CO2", year=year)["central"].item() == pytest.approx(155)
    assert found.bands.filter(variable="Emissions|CO2|2A1-process", year=2020)["central"].item() == pytest.approx(20)
    assert scenario.scenario.source == "run 1"
    assert "Emissions|SO2" not in variables(scenario)
    assert "SO2" in start.remarks[0].en


def test_an_inventory_without_a_complete_substance_begins_nothing() -> None:
    with pytest.raises(InvalidInput, match="2019"):
        starting_scenario(EMISSION, period="2019", name="x", region="x", region_code="1", source="x")


def test_a_table_of_others_gives_its_peak_and_sum() -> None:
    long = pl.DataFrame(
        {
            "Model": ["m"] * 4,
            "Scenario": ["a", "a", "a", "b"],
            "Region": ["r"] * 4,
            "Variable": ["Emissions|CO2"] * 4,
            "Unit": ["Mt/yr"] * 4,
            "Year": [2020, 2025, 2030, 2020],
            "Value": [10.0, 20.0, 10.0, 1.0],
        }
    )
    found = given_outlook(long, scenario="a")
    assert (found.peaks[0].year, found.peaks[0].level) == (2025, 20.0)
    assert found.cumulative["Emissions|CO2"]["central"] == pytest.approx(
        12 + 14 + 16 + 18 + 20 + 18 + 16 + 14 + 12 + 10
    )
    for wanted in (None, "c"):
        with pytest.raises(InvalidInput, match="m / a / r"):
            given_outlook(long, scenario=wanted)


def test_the_shipped_reference_of_henan_peaks_in_2030() -> None:
    series = dict(gcam_reference("410000").select("year", "value").iter_rows())
    assert series[2015] == pytest.approx(562, rel=0.01)
    assert max(series, key=lambda year: series[year]) == 2030
    found = compare(outlook(shipped("province")).bands, gcam_reference("410000"), source="x")
    assert found.table["year"].to_list() == list(range(2025, 2061, 5))
    with pytest.raises(InvalidInput, match="410000"):
        gcam_reference("110000")


@pytest.mark.shared
def test_the_shipped_reference_is_the_sum_of_its_sectors(shared: Path) -> None:
    source = pl.read_csv(shared / "data/gcam_china_scenario/gcam_china_ref_co2_by_sector_henan_hunan.csv")
    for code in (410000, 430000):
        sums = source.filter(adcode=code).group_by("year").agg(pl.col("co2.emiss").sum() * 44 / 12).sort("year")
        assert gcam_reference(str(code))["value"].to_list() == pytest.approx(sums["co2.emiss"].to_list(), abs=1e-3)


def test_years_without_growth_are_told() -> None:
    text = example(SCENARIOS["kaya"]).replace(
        "{from = 2031, to = 2045, value = -0.2}", "{from = 2033, to = 2040, value = -0.2}"
    )
    remarks = outlook(parse_scenario(text.encode(), "k")).remarks
    assert "2031–2032, 2041–2045" in remarks[0].en


HEAD = '[scenario]\nname = "x"\nbase_year = 2025\nend_year = 2040\n'
STEEL = '[[sector]]\nid = "steel"\nactivity = 1\nfuel = [{id = "coal", factors = {CO2 = 1.0}}]\n'


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (STEEL + '[[target]]\nid = "t"\nkind = "peak"\nvariable = "Emissions|CO3"\nby = 2030\n', "target[0].variable"),
        (STEEL + '[[target]]\nid = "t"\nkind = "ceiling"\nby = 2050\nlimit = 1\n', "target[0].by"),
        (STEEL + "[budget]\nfrom = 2020\nto = 2030\namount = 1\n", "budget"),
        (STEEL + '[budget]\npollutant = "SO2"\nfrom = 2026\nto = 2030\namount = 1\n', "budget.pollutant"),
        (
            STEEL + '[concentration]\nbase = 1\nsource = "x"\ncoefficients = {SO2 = 1.0}\n',
            "concentration.coefficients.SO2",
        ),
        (STEEL + '[[change]]\nsector = "steel"\nvariable = "activity"\nyear = 2025\nvalue = 1\n', "change.year"),
        (
            STEEL
            + '[[change]]\nsector = "steel"\nvariable = "removal"\nfuel = "coal"\npollutant = "SO2"\nyear = 2030\nvalue = 1\n',
            "change[0].pollutant",
        ),
        ('[base]\nvalue = 1\n[[driver]]\nname = "g"\nrate = [{from = 2010, to = 2020, value = 1}]\n', "driver[0].rate"),
        (
            '[base]\nvalue = 1\n[[driver]]\nname = "g"\nrate = [{from = 2026, to = 2030, value = -100}]\n',
            "driver[0].rate",
        ),
        (
            STEEL
            + '[[policy]]\nid = "p"\neffect = [{sector = "steel", variable = "activity", from = 2030, full = 2028, value = 1}]\n',
            "policy[0].effect[0].full",
        ),
    ],
)
def test_what_would_change_nothing_or_means_nothing_is_refused_before_computing(text: str, column: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_scenario((HEAD + text).encode(), "s.toml")
    assert [(fault.location.file, fault.location.column) for fault in raised.value.faults] == [("s.toml", column)]


def test_the_iamc_table_has_no_empty_cell_beside_its_values() -> None:
    text = example(SCENARIOS["kaya"])
    assert not iamc_table(outlook(parse_scenario(text.encode(), "k"))).select(pl.all().is_null().any()).row(0)[0]
    coded = text.replace('region = "Synthetic province"', 'region = "Henan"\nregion_code = "410000"')
    assert "Region Code" in iamc_table(outlook(parse_scenario(coded.encode(), "k"))).columns


def test_the_command_reads_its_own_examples_and_tables(tmp_path: Path, call: Call) -> None:
    (tmp_path / "k.toml").write_text(call("pathway", "--example", "kaya").out, encoding="utf-8")
    made = call("pathway", tmp_path / "k.toml", "--iamc", tmp_path / "k.csv", "--sensitivity", "--format", "json")
    plain = json.loads(made.out)
    assert plain["sensitivity"][0]["at_high"]["peak_year"] == 2035
    assert plain["double_attainment"] is None
    again = json.loads(call("pathway", tmp_path / "k.csv", "--format", "json").out)
    assert again["peaks"][0]["year"] == plain["peaks"][0]["year"]
    assert again["cumulative"]["Emissions|CO2"]["central"] == pytest.approx(
        plain["cumulative"]["Emissions|CO2"]["central"]
    )
    beside = call("pathway", tmp_path / "k.toml", "--compare", "gcam", "--adcode", "410000", "--language", "en")
    assert "682.505" in beside.out
    assert "per_period" in beside.out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "Model,Scenario,Region,Variable,Unit,Year,Value\nm,s,r,Emissions|CO2,Mt,2020,abc\n", "abc"),
        ("b.csv", "x\n1\n", "Model"),
        ("c.toml", "[scenario]\n", "scenario.name"),
    ],
)
def test_the_command_says_what_a_file_lacks(tmp_path: Path, call: Call, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = call("pathway", tmp_path / name, "--language", "en")
    assert found.code == 1
    assert said in found.err
    assert "Traceback" not in found.err


def test_the_swings_and_fuels_of_the_example_are_named_in_words_not_by_code() -> None:
    scenario = shipped("province")
    names = [swing.name for swing in sensitivity(scenario)]
    assert any("可再生能源" in name.zh and "renewables" in name.en for name in names)
    assert not any("renewable" in name.zh or "electricity" in name.zh for name in names)
    assert fuel_names(scenario)["coal"].zh == "煤炭"
