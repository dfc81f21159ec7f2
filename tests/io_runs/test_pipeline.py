from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.core.text import Text
from cocontrol.io.pipeline import check, run
from cocontrol.io.runs import Run
from cocontrol.io.steps import STEPS, add_co2_equivalent
from cocontrol.io.workspace import load_workspace

from .conftest import BALANCE, SETTINGS, STATISTICS, TARGETS, make_workspace


def test_raw_coal_of_thermal_power_is_energy_times_carbon_by_hand(small_run: Run) -> None:
    row = small_run.result("emission").filter(category="1A1ai", fuel="raw_coal").row(0, named=True)
    assert row["amount"] == pytest.approx(10e6 * 29.3076e-3, rel=1e-12)
    assert row["CO2"] == pytest.approx(10e6 * 29.3076e-3 * 26.1 * 0.93 * 44 / 12, rel=1e-12)


def test_the_sum_by_sector_is_the_sum_of_the_cells(small_run: Run) -> None:
    cells = small_run.result("emission").get_column("CO2").sum()
    assert small_run.result("emission_by_sector").get_column("CO2").sum() == pytest.approx(cells, rel=1e-12)


def test_missing_stays_missing_and_is_counted(small_run: Run) -> None:
    other = small_run.result("emission").filter(fuel="other_energy").row(0, named=True)
    assert other["CO2"] is None
    sector = small_run.result("emission_by_sector").filter(category="1A4c").row(0, named=True)
    assert sector["CO2_missing"] == 1
    assert small_run.manifest["counts"]["not_estimated"] > 0


def test_every_stage_is_in_the_ledger_and_holds(small_run: Run) -> None:
    ledger = small_run.result("ledger")
    assert set(ledger.get_column("stage")) == {"import", "activity", "compute", "aggregate"}
    assert ledger.get_column("within_tolerance").all()
    assert small_run.manifest["conservation_ok"] is True


def test_indirect_electricity_stays_apart_from_the_direct_total(small_run: Run) -> None:
    bought = small_run.result("electricity_indirect").filter(basis="net_import").row(0, named=True)
    assert bought["amount"] == pytest.approx(0.4e6 / 0.1229, rel=1e-9)
    assert "electricity" not in set(small_run.result("emission").get_column("fuel"))


def test_only_net_imports_enter_the_indicators(small_run: Run) -> None:
    bought = small_run.result("electricity_indirect").filter(basis="net_import").get_column("CO2").sum()
    direct = small_run.result("emission").get_column("CO2").sum()
    table = small_run.result("indicator").filter(indicator_id="co2_per_capita", period="2013").drop_nulls("value")
    value = table.filter(pl.col("boundary").str.starts_with("direct_plus_electricity")).get_column("value").item()
    assert value == pytest.approx((direct + bought) / 9500e4, rel=1e-9)


def test_verdicts_are_met_not_met_and_undetermined(small_run: Run) -> None:
    verdicts = dict(small_run.result("verdict").select("rule_id", "value").iter_rows())
    assert verdicts == {"t1": "met", "t2": "not_met", "t3": "undetermined"}


def test_a_value_set_in_the_settings_decides_a_goal_that_the_plan_leaves_open(tmp_path: Path) -> None:
    goal = "t4,k1,410000,external_value_goal,co2_per_capita,河南,<=,,t/person,2013,虚构方案\n"
    unset = run(load_workspace(make_workspace(tmp_path / "unset", targets=TARGETS + goal)))
    parameter = (
        '\n[[parameters]]\nparameter_id = "target.t4.value"\nvalue = 4.0\nunit = "t/person"\nsource = "letter 7"\n'
    )
    folder = make_workspace(tmp_path / "set", targets=TARGETS + goal, settings=SETTINGS + parameter)
    given = run(load_workspace(folder))
    values = [dict(one.result("verdict").select("rule_id", "value").iter_rows())["t4"] for one in (unset, given)]
    assert values == ["undetermined", "met"]


def test_the_profile_decides_the_gwp_set_unless_the_settings_do(tmp_path: Path) -> None:
    settings = SETTINGS.replace("as_of", 'gwp_set = "AR5GWP100"\nas_of')
    made = run(load_workspace(make_workspace(tmp_path / "w", settings=settings)))
    assert made.manifest["gwp_set"] == "AR5GWP100"
    assert "CO2e_AR5GWP100" in made.result("emission").columns
    assert "CO2e_AR2GWP100" not in made.result("emission").columns


def test_a_co2_equivalent_names_the_gases_it_lacks() -> None:
    frame = pl.DataFrame({"CO2": [1.0, 1.0, None], "CH4": [1.0, None, None], "N2O": [0.0, 0.0, None]})
    made = add_co2_equivalent(frame, "AR4GWP100")
    assert made.get_column("CO2e_AR4GWP100").to_list() == [26.0, 1.0, None]
    assert made.get_column("CO2e_missing").to_list() == [None, "CH4", None]


def test_faults_of_all_files_come_together(tmp_path: Path) -> None:
    balance = BALANCE.replace("Agriculture,0.5", "Agriculture,many")
    statistics = STATISTICS.replace("410000,河南,2013,population", "999999,河南,2013,population")
    folder = make_workspace(tmp_path / "w", balance=balance, statistics=statistics)
    report = check(load_workspace(folder))
    assert not report.ok
    files = {fault.location.file for fault in report.faults if fault.level.value == "error"}
    assert files == {"tables/balance.csv", "tables/statistics.csv"}
    with pytest.raises(InvalidInput) as caught:
        run(load_workspace(folder))
    assert {fault.location.file for fault in caught.value.faults} == files
    assert not (folder / "runs").exists()


def test_the_same_key_in_two_files_is_a_fault_that_names_both(tmp_path: Path) -> None:
    extra = '\n[[tables]]\ntable = "provincial_statistics"\npath = "tables/more.csv"\n'
    folder = make_workspace(tmp_path / "w", settings=SETTINGS + extra)
    (folder / "tables" / "more.csv").write_text("\n".join(STATISTICS.splitlines()[:2]) + "\n", encoding="utf-8")
    report = check(load_workspace(folder))
    fault = next(fault for fault in report.faults if fault.rule == "table.key_in_two_files")
    assert "tables/more.csv" in str(fault.location.file)
    assert fault.allowed is not None
    assert "tables/statistics.csv" in fault.allowed.en


def test_balance_defects_are_findings_not_stops(small_run: Run) -> None:
    subjects = small_run.result("finding").get_column("subject").to_list()
    assert "410000/2013/electricity/total_consumption" in subjects


def test_a_balance_without_layout_is_a_fault(tmp_path: Path) -> None:
    settings = SETTINGS.replace('layout = "lbnl_databook_v9"\n', "")
    folder = make_workspace(tmp_path / "w", settings=settings)
    assert "workspace.layout_missing" in {fault.rule for fault in check(load_workspace(folder)).faults}


def test_a_year_without_balance_is_a_fault_not_an_empty_inventory(tmp_path: Path) -> None:
    settings = SETTINGS.replace("years = [2013]", "years = [2013, 2014]")
    with pytest.raises(InvalidInput, match="2014"):
        run(load_workspace(make_workspace(tmp_path / "w", settings=settings)))


def test_steps_without_their_tables_are_named_as_skipped(tmp_path: Path) -> None:
    head, *entries = SETTINGS.split("[[tables]]")
    settings = head + "[[tables]]" + entries[1]
    made = run(load_workspace(make_workspace(tmp_path / "w", settings=settings)))
    skipped = {step["step"]: step["missing"] for step in made.manifest["skipped"]}
    assert skipped["balance"] == ["energy_balance"]
    assert "verdicts" in skipped
    assert made.names() == ("provincial_statistics", "region")


def test_progress_tells_every_step_once_and_the_end(workspace_folder: Path) -> None:
    told: list[tuple[str, int, int]] = []

    def note(step_id: str, label: Text, done: int, total: int) -> None:
        assert label.zh
        told.append((step_id, done, total))

    run(load_workspace(workspace_folder), progress=note)
    steps = [one for one in told if one[0] != "read"]
    assert [one[0] for one in steps] == [*(step.step_id for step in STEPS), "done"]
    assert steps[-1] == ("done", len(STEPS), len(STEPS))
