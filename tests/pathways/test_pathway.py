"""Scenarios: the Kaya example, sectors with transformation, policies, draws, targets met together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.pathways.projection import project
from cocontrol.pathways.results import iamc_table, outlook
from cocontrol.pathways.scenario import Scenario, parse_scenario
from tests.conftest import Call

HEAD = '[scenario]\nname = "test"\nbase_year = 2025\nend_year = 2040\nsynthetic = true\nunits = {CO2 = "Mt CO2/yr"}\n'
RATES = {
    "P": (0.1, -0.1, -0.2),
    "A": (4.6, 4.0, 3.5),
    "E/G": (-3.0, -3.0, -2.8),
    "C/E": (-1.2, -2.0, -2.6),
}


def kaya(spread: float = 0.0, extra: str = "") -> str:
    text = HEAD + "[base]\nvalue = 300\n"
    for name, rates in RATES.items():
        text += f'[[driver]]\nname = "{name}"\nrate = ['
        for index, rate in enumerate(rates):
            first = 2026 + 5 * index
            form = f"low = {rate - spread}, mode = {rate}, high = {rate + spread}" if spread else f"value = {rate}"
            text += f"{{from = {first}, to = {first + 4}, {form}}},"
        text += "]\n"
    return text + extra


def read(text: str) -> Scenario:
    return parse_scenario(text.encode(), "s.toml")


SECTORS = (
    HEAD
    + """
[[sector]]
id = "steel"
activity = 10
activity_unit = "Mt"
intensity = 20
balance = "coal"
fuel = [{id = "coal", share = 0.8, factors = {CO2 = 0.1, SO2 = 0.5}, removal = {SO2 = 0.9}}, {id = "electricity", share = 0.2}]
[[sector]]
id = "power"
produces = "electricity"
loss = 0.2
intensity = 2.5
fuel = [{id = "coal", factors = {CO2 = 0.1, SO2 = 0.5}, removal = {SO2 = 0.8}}]
"""
)


def test_the_kaya_pathway_of_the_worked_example() -> None:
    found = outlook(read(kaya(extra='[[target]]\nid = "p"\nkind = "peak"\nby = 2030\n')))
    peak = found.peaks[0]
    assert (peak.year, peak.level) == (2030, pytest.approx(305.206275, abs=5e-7))
    last = found.bands.filter(variable="Emissions|CO2", year=2040)["central"].item()
    assert last == pytest.approx(256.4822, abs=5e-5)
    assert found.targets[0].met
    assert peak.probability_by is None


def test_a_rise_to_the_end_is_no_peak() -> None:
    text = HEAD + '[base]\nvalue = 1\n[[driver]]\nname = "x"\nrate = [{from = 2026, to = 2040, value = 1}]\n'
    found = outlook(read(text + '[[target]]\nid = "p"\nkind = "peak"\nby = 2040\n'))
    assert found.peaks[0].year is None
    assert not found.targets[0].met


def test_power_works_for_what_is_used_and_its_losses() -> None:
    series = project(read(SECTORS)).series
    used = 10 * 20 * 0.2
    assert series["Activity|power"][0, 0] == pytest.approx(used / 0.8)
    assert series["Energy|coal"][0, 0] == pytest.approx(160 + used / 0.8 * 2.5)
    assert series["Emissions|CO2"][0, 0] == pytest.approx((160 + 125) * 0.1)
    assert series["Emissions|SO2"][0, 0] == pytest.approx(160 * 0.5 * 0.1 + 125 * 0.5 * 0.2)


def test_one_change_moves_carbon_and_pollutants_together() -> None:
    change = '[[change]]\nsector = "steel"\nvariable = "activity"\nyear = 2035\nvalue = 5\n'
    series = project(read(SECTORS + change)).series
    for name in ("Emissions|CO2", "Emissions|SO2"):
        assert series[name][0, 10] == pytest.approx(series[name][0, 0] / 2)
        assert series[name][0, 5] == pytest.approx(series[name][0, 0] * 0.75)
        assert series[name][0, -1] == series[name][0, 10]


def test_a_share_is_taken_from_the_balancing_fuel() -> None:
    change = '[[change]]\nsector = "steel"\nvariable = "share"\nfuel = "electricity"\nyear = 2030\nvalue = 0.5\n'
    series = project(read(SECTORS + change)).series
    assert series["Energy|electricity"][0, -1] == pytest.approx(100)
    assert series["Activity|power"][0, -1] == pytest.approx(125)


def test_shares_that_leave_one_are_refused_without_a_balance() -> None:
    change = '[[change]]\nsector = "steel"\nvariable = "share"\nfuel = "electricity"\nyear = 2030\nvalue = 0.5\n'
    with pytest.raises(InvalidInput, match="steel"):
        project(read(SECTORS.replace('balance = "coal"\n', "") + change))


def test_a_policy_is_phased_in_and_can_be_switched_off() -> None:
    policy = """[[policy]]
id = "ultra-low"
on = {on}
effect = [{{sector = "power", variable = "removal", fuel = "coal", pollutant = "SO2", from = 2026, full = 2029, value = 0.5}}]
"""
    on = project(read(SECTORS + policy.format(on="true"))).series["Emissions|SO2|power"][0]
    off = project(read(SECTORS + policy.format(on="false"))).series["Emissions|SO2|power"][0]
    assert on[[0, 1, 2, 3, 4, 9]] / off[0] == pytest.approx([1, 0.875, 0.75, 0.625, 0.5, 0.5])
    assert (off == off[0]).all()


UNCERTAIN = '[sampling]\ndraws = 400\nseed = 3\ndesign = "{design}"\n'


def test_the_design_of_the_draws_changes_the_spread() -> None:
    spreads = {}
    for design in ("per_period", "per_year"):
        drawn = project(read(kaya(1.0, UNCERTAIN.format(design=design)))).series["Emissions|CO2"]
        assert drawn.shape == (400, 16)
        spreads[design] = drawn[:, -1].std()
    assert spreads["per_period"] > 1.5 * spreads["per_year"]


def test_the_same_seed_gives_the_same_draws() -> None:
    text = kaya(1.0, UNCERTAIN.format(design="per_period"))
    first, second = (project(read(text)).series["Emissions|CO2"] for _ in range(2))
    assert np.array_equal(first, second)


def test_targets_are_judged_on_the_same_draws() -> None:
    targets = """[[target]]
id = "peak"
kind = "peak"
by = 2030
[[target]]
id = "low"
kind = "ceiling"
by = 2040
limit = 256.4822
[budget]
from = 2026
to = 2040
amount = 4400
"""
    found = outlook(read(kaya(1.0, UNCERTAIN.format(design="per_period") + targets)))
    single = [item.probability for item in found.targets]
    assert all(0 < chance < 1 for chance in single if chance is not None)
    assert found.joint_probability is not None
    assert found.joint_probability <= min(chance for chance in single if chance is not None)
    probabilities = list((found.peaks[0].probability_by or {}).values())
    assert probabilities == sorted(probabilities)
    assert probabilities[-1] + (found.peaks[0].none_within or 0) == pytest.approx(1)
    assert found.budget is not None
    assert found.budget["left"] == pytest.approx(4400 - (found.budget["used"] or 0))


def test_concentrations_need_a_row_with_a_source_and_stop_at_the_background() -> None:
    row = '[concentration]\nbase = 50\nbackground = 45\nsource = "made for this test"\ncoefficients = {SO2 = 1.0}\n'
    change = '[[change]]\nsector = "steel"\nvariable = "activity"\nyear = 2035\nvalue = 1\n'
    target = '[[target]]\nid = "air"\nkind = "attain"\nvariable = "Concentration|PM25"\nby = 2035\nlimit = 45\n'
    found = outlook(read(SECTORS + row + change + target))
    levels = found.bands.filter(variable="Concentration|PM25")["central"].to_list()
    assert (levels[0], levels[-1]) == (50.0, 45.0)
    assert found.targets[0].met
    assert found.remarks


def test_the_iamc_rows_hold_every_year_once() -> None:
    table = iamc_table(outlook(read(SECTORS)))
    assert table.columns == ["Model", "Scenario", "Region", "Variable", "Unit", "Year", "Value"]
    assert table.filter(Variable="Emissions|CO2").height == 16
    assert not table.select("Variable", "Year").is_duplicated().any()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (HEAD, "scenario.form"),
        (HEAD + "x = 1\n", "scenario.key_unknown"),
        ("[scenario\n", "scenario.syntax"),
        (SECTORS + '[[change]]\nsector = "tin"\nvariable = "activity"\nyear = 2030\nvalue = 1\n', "scenario.sector"),
        (
            SECTORS + '[[change]]\nsector = "steel"\nvariable = "share"\nfuel = "gas"\nyear = 2030\nvalue = 1\n',
            "scenario.fuel",
        ),
        (SECTORS + '[[change]]\nsector = "steel"\nvariable = "activity"\nyear = 2030\nlow = 1\n', "scenario.value"),
        (SECTORS.replace("share = 0.8", "share = 0.7"), "scenario.shares"),
        (kaya(1.0), "scenario.sampling"),
        (kaya().replace("from = 2031", "from = 2030"), "scenario.overlap"),
    ],
)
def test_faults_name_their_rule(text: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(text)
    assert rule in {fault.rule for fault in raised.value.faults}
    assert all(fault.location.file == "s.toml" for fault in raised.value.faults)


def test_a_circle_of_supply_is_told() -> None:
    heat = '[[sector]]\nid = "heat"\nproduces = "heat"\nfuel = [{id = "electricity"}]\n'
    with pytest.raises(InvalidInput, match="power, heat"):
        project(
            read(
                SECTORS.replace(
                    'fuel = [{id = "coal", factors = {CO2 = 0.1, SO2 = 0.5}, removal = {SO2 = 0.8}}]',
                    'fuel = [{id = "heat"}]',
                )
                + heat
            )
        )


def test_the_command_prints_one_object_and_writes_the_table(tmp_path: Path, call: Call) -> None:
    (tmp_path / "scenario.toml").write_text(kaya(), encoding="utf-8")
    found = call("pathway", tmp_path, "--format", "json", "--iamc", tmp_path / "iamc.csv")
    assert found.code == 0
    plain = json.loads(found.out)
    assert plain["peaks"][0]["year"] == 2030
    assert plain["synthetic"] is True
    assert (tmp_path / "iamc.csv").read_text().startswith("Model,Scenario,Region")
    assert call("pathway", tmp_path / "none.toml").code == 1
