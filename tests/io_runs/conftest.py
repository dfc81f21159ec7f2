"""A small world: one province, four fuels, two GDP figures, three targets; small enough to check by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cocontrol.io.pipeline import run
from cocontrol.io.runs import Run
from cocontrol.io.workspace import load_workspace

SETTINGS = """
[workspace]
name = "small"
title_zh = "小省"
title_en = "Small Province"
region = "410000"

[inventory]
years = [2013]
document_profile = "PROV_GUIDE_2011"
as_of = 2021-01-01

[[tables]]
table = "energy_balance"
path = "tables/balance.csv"
layout = "lbnl_databook_v9"

[[tables]]
table = "provincial_statistics"
path = "tables/statistics.csv"

[[tables]]
table = "target"
path = "tables/targets.csv"

[[documents]]
kind = "plan"
path = "plans/plan.md"
title_zh = "虚构方案"
title_en = "fictitious plan"
synthetic = true
"""

BALANCE = """province,year,fuel,process,mtce
Henan,2013,Coal Raw,Indigenous Production,12
Henan,2013,Coal Raw,Thermal Power,-10
Henan,2013,Coal Raw,Agriculture,0.5
Henan,2013,Coal Raw,Residential consumption - Urban,0.5
Henan,2013,Coal Raw,Residential consumption - Rural,1
Henan,2013,Coal Raw,Residential consumption,1.5
Henan,2013,Diesel Oil,Agriculture,1.25
Henan,2013,Natural Gas,Residential consumption - Urban,0.75
Henan,2013,Natural Gas,Residential consumption - Rural,0.25
Henan,2013,Natural Gas,Residential consumption,1
Henan,2013,Other Energy,Agriculture,0.2
Henan,2013,Electricity,Agriculture,0.3
Henan,2013,Electricity,Thermal Power,4
Henan,2013,Electricity,Interprovincial Imports,0.4
Henan,2013,Electricity,Total Consumption,0.9
"""

STATISTICS = """adcode,region,year,indicator,value,unit,price_basis,vintage,source
410000,河南,2013,gdp,30000,亿元,current,earlier,test
410000,河南,2013,gdp,31000,亿元,current,later,test
410000,河南,2013,population,9500,万人,none,single,test
410000,河南,2014,population,9600,万人,none,single,test
"""

TARGETS = """target_id,task_id,adcode,kind,metric,subject,operator,value,unit,target_year,document
t1,k1,410000,quantitative_target,co2_per_capita,河南,<=,4,t/person,2013,虚构方案
t2,k1,410000,quantitative_target,co2_per_capita,河南,<=,0.1,t/person,2013,虚构方案
t3,k2,410000,quantitative_target,forest_share,河南,>=,25,%,2020,虚构方案
"""


def make_workspace(folder: Path, **replaced: str) -> Path:
    """Write the small workspace; `replaced` gives other contents by file stem (settings, balance …)."""
    contents = {"settings": SETTINGS, "balance": BALANCE, "statistics": STATISTICS, "targets": TARGETS} | replaced
    (folder / "tables").mkdir(parents=True)
    (folder / "plans").mkdir()
    (folder / "cocontrol.toml").write_text(contents["settings"], encoding="utf-8")
    for name in ("balance", "statistics", "targets"):
        (folder / "tables" / f"{name}.csv").write_text(contents[name], encoding="utf-8")
    (folder / "plans" / "plan.md").write_text("虚构\n", encoding="utf-8")
    return folder


@pytest.fixture
def workspace_folder(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "small")


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One finished run of the small world; nobody writes to it."""
    return run(load_workspace(make_workspace(tmp_path_factory.mktemp("world") / "small")))


@pytest.fixture
def own_run(small_run: Run, tmp_path: Path) -> Run:
    """A copy of the finished run that a test may damage."""
    from cocontrol.io.runs import open_run

    target = tmp_path / "runs" / small_run.run_id
    shutil.copytree(small_run.folder, target)
    for path in target.rglob("*"):
        if path.is_file():
            path.chmod(0o644)
    return open_run(target)
