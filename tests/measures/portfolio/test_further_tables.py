"""Further files of a folder: caps of named sources, fuels, money, forced and forbidden measures; against enumeration."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from cocontrol.core.errors import CocontrolError, InvalidInput
from cocontrol.io.portfolio_folder import read_portfolio
from cocontrol.measures.portfolio.solving import optimise

OPTIONS = {
    "now": (0.0, {"SO2": 1.0, "CO2": 1.0}),
    "gas": (30.0, {"SO2": 0.1, "CO2": 0.6}),
    "biomass": (20.0, {"SO2": 0.5, "CO2": 0.3}),
}
DEVICE = (10.0, {"SO2": 0.1, "CO2": 1.01})
BASE = {"a": {"SO2": 100.0, "CO2": 1000.0}, "b": {"SO2": 60.0, "CO2": 700.0}, "c": {"SO2": 80.0, "CO2": 400.0}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sources = "source_id,region,SO2,CO2\n" + "".join(f"{s},x,{b['SO2']},{b['CO2']}\n" for s, b in BASE.items())
    options = "source_id,option_id,cost,SO2,CO2\n"
    for source, (name, (cost, kept)) in itertools.product(BASE, OPTIONS.items()):
        options += f"{source},{name},{cost},{kept['SO2']},{kept['CO2']}\n"
    devices = "source_id,stage,device_id,cost,SO2,CO2\n" + "".join(f"{s},SO2,FGD,10,0.9,-0.01\n" for s in BASE)
    files = {
        "sources.csv": sources, "options.csv": options, "devices.csv": devices, "settings.toml": "periods = 1\n",
        "caps.csv": "region,pollutant,period,cap_t\n*,CO2,1,1500\n*,SO2,1,100\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


Plan = dict[str, tuple[str, bool]]


def _emission(plan: Plan, source: str, pollutant: str) -> float:
    option, equipped = plan[source]
    return BASE[source][pollutant] * OPTIONS[option][1][pollutant] * (DEVICE[1][pollutant] if equipped else 1.0)


def _cost(plan: Plan) -> float:
    return sum(OPTIONS[option][0] + DEVICE[0] * equipped for option, equipped in plan.values())


def _fits(plan: Plan, table: str) -> bool:
    if table == "group_caps.csv":
        return sum(_emission(plan, s, "SO2") for s in "ac") <= 9
    if table == "fuels.csv":
        return sum({"gas": 4.0, "biomass": 9.0}.get(plan[s][0], 0.0) for s in BASE) <= 8
    if table == "spending.csv":
        return _cost(plan) <= 15
    if table == "measure_rules.csv":
        return plan["a"][0] == "gas" and plan["b"][1] and plan["c"][0] != "biomass"
    return True


def _enumerated(table: str) -> float | None:
    states = list(itertools.product(OPTIONS, (False, True)))
    plans = [dict(zip(BASE, choice, strict=True)) for choice in itertools.product(states, repeat=3)]
    costs = [
        _cost(plan)
        for plan in plans
        if sum(_emission(plan, s, "CO2") for s in BASE) <= 1500
        and sum(_emission(plan, s, "SO2") for s in BASE) <= 100
        and _fits(plan, table)
    ]
    return min(costs, default=None)


TABLES = {
    "none": "",
    "group_caps.csv": "group,sources,pollutant,period,cap_t\npark,a;c,SO2,1,9\n",
    "fuels.csv": "fuel,source_id,option_id,use,period,limit\n"
    + "".join(f"bio,{s},biomass,9,,8\nbio,{s},gas,4,,8\n" for s in BASE),
    "spending.csv": "period,limit\n1,15\n",
    "measure_rules.csv": "source_id,measure_id,rule\na,gas,forced\nb,FGD,forced\nc,biomass,forbidden\n",
}


@pytest.mark.parametrize("column_limit", [200_000, 0])
@pytest.mark.parametrize("table", TABLES)
def test_each_further_table_has_the_optimum_of_enumeration(folder: Path, table: str, column_limit: int) -> None:
    if table != "none":
        (folder / table).write_text(TABLES[table], encoding="utf-8")
    found = optimise(read_portfolio(folder)[0], column_limit=column_limit, prices=False)
    expected = _enumerated(table)
    assert (found.cost is None) == (expected is None)
    assert found.cost == pytest.approx(expected)


def test_the_tables_change_the_answer() -> None:
    costs = {table: _enumerated(table) for table in TABLES}
    assert costs["spending.csv"] is None
    assert all(costs[table] != costs["none"] for table in TABLES if table != "none")


def test_everything_wrong_in_a_further_table_is_located(folder: Path) -> None:
    wrong = {
        "group_caps.csv": "group,sources,pollutant,period,cap_t\npark,a;z,NH3,1,30\n",
        "fuels.csv": "fuel,source_id,option_id,use,period,limit\nbio,a,biomass,5,1,5\nbio,b,biomass,5,1,6\nbio,b,oil,5,1,5\n",
        "spending.csv": "period,limit\n9,60\n",
        "measure_rules.csv": "source_id,measure_id,rule\na,SCR,forced\na,gas,perhaps\n",
    }
    for name, text in wrong.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as raised:
        read_portfolio(folder)
    found = {(fault.location.file, fault.location.row, fault.location.column) for fault in raised.value.faults}
    assert {
        ("group_caps.csv", 2, "sources"), ("group_caps.csv", 2, "pollutant"), ("fuels.csv", 3, "limit"),
        ("fuels.csv", 4, "option_id"), ("spending.csv", 2, "period"), ("measure_rules.csv", 2, "measure_id"),
        ("measure_rules.csv", 3, "rule"),
    } <= found  # fmt: skip


def test_a_measure_cannot_be_both_forced_and_forbidden(folder: Path) -> None:
    text = "source_id,measure_id,rule\na,gas,forced\na,gas,forbidden\n"
    (folder / "measure_rules.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CocontrolError, match="既强制又禁止"):
        read_portfolio(folder)
