"""The example of Henan 2013, end to end on a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from cocontrol.io.affected import affected_by
from cocontrol.io.explain import explain
from cocontrol.io.exports import FORMATS, export
from cocontrol.io.rerun import rerun
from cocontrol.io.runs import Run, list_runs


@pytest.fixture(scope="module")
def henan(example_with_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = shutil.copytree(example_with_run, tmp_path_factory.mktemp("example") / "henan")
    (made,) = list_runs(folder)
    return made


def test_raw_coal_of_thermal_power_agrees_with_the_sum_by_hand(henan: Run) -> None:
    row = henan.result("emission").filter(category="1A1ai", fuel="raw_coal").row(0, named=True)
    assert row["amount"] == pytest.approx(82.9591602e6 * 29.3076e-3, rel=1e-12)
    assert row["CO2"] == pytest.approx(82.9591602e6 * 29.3076e-3 * 26.1 * 0.93 * 44 / 12, rel=1e-12)


def test_the_known_defect_of_three_million_tonnes_is_reported_with_its_cells(henan: Run) -> None:
    found = henan.result("finding").filter(pl.col("difference").abs().is_between(2.9999, 3.0001), level="high")
    row = found.row(0, named=True)
    assert row["subject"] == "410000/2013/other_energy/total_consumption"
    assert "tables/energy_balance_2013.csv!E274" in row["origin"]


def test_nothing_is_lost_between_file_and_sums(henan: Run) -> None:
    assert henan.manifest["conservation_ok"] is True
    assert henan.result("ledger").height > 50


def test_targets_after_the_inventory_are_never_called_met(henan: Run) -> None:
    verdicts = henan.result("verdict")
    assert verdicts.height > 20
    assert set(verdicts.get_column("value")) == {"undetermined"}
    assert verdicts.get_column("reasons_zh").null_count() == 0


def test_it_is_redone_bit_for_bit(henan: Run) -> None:
    assert rerun(henan.folder).identical


def test_the_total_opens_to_every_cell_of_the_inventory(henan: Run) -> None:
    tree = explain(henan, "CO2", "en")
    rows = [node for _, node in tree.walk() if node.label == "source cell"]
    assert len(rows) >= henan.result("emission").height
    assert all("tables/energy_balance_2013.csv!E" in node.detail and node.value is not None for node in rows)


def test_a_recalled_factor_leads_to_indicators(henan: Run) -> None:
    touched = affected_by(henan, "PROV_GUIDE_2011:bituminous:carbon_content")
    assert {"emission", "emission_by_sector", "reference_approach", "indicator"} <= set(touched.get_column("table"))


@pytest.mark.parametrize("form", sorted(name for name, form in FORMATS.items() if not form.needs))
def test_every_export_adds_up(henan: Run, tmp_path: Path, form: str) -> None:
    assert export(henan, form, tmp_path / "out").ledger.get_column("within_tolerance").all()
