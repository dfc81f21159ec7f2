"""``inventory sectors`` and ``inventory sector``: the catalogue, and a sector from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cocontrol.inventory.sectors import SECTORS

from .conftest import Call

RICE = "行政区划代码,年份,稻型,田块分组,播种面积 [万亩]\n410000,2013,单季稻,all,960\n"


@pytest.fixture
def rice(tmp_path: Path) -> Path:
    path = tmp_path / "rice_cultivation.csv"
    path.write_text(RICE, encoding="utf-8")
    return path


def test_the_catalogue_lists_every_sector_with_its_tables(call: Call) -> None:
    listed = json.loads(call("inventory", "sectors", "--format", "json").out)
    assert [entry["sector"] for entry in listed] == [module.sector_id for module in SECTORS]
    rice = next(entry for entry in listed if entry["sector"] == "rice_cultivation")
    assert rice["tables"] == ["rice_cultivation"]
    assert rice["categories"] == ["3C7"]
    assert all(entry["method"] and entry["source"] for entry in listed)
    assert "rice_cultivation" in call("inventory", "sectors", "--language", "en").out


def test_a_sector_is_estimated_from_a_file_with_chinese_headings(call: Call, rice: Path) -> None:
    """960 · 10⁴ mu = 640 000 ha at 236.7 kg CH4."""
    made = call(
        "inventory", "sector", "rice_cultivation", str(rice), "--profile", "PROV_GUIDE_2011", "--format", "json"
    )
    answer = json.loads(made.out)
    assert answer["rows"][0]["CH4"] == pytest.approx(640_000 * 0.2367)
    assert answer["lineage"][0]["status"] == "recalled"
    assert answer["rows"][0]["origin"].startswith("rice_cultivation.csv!")


def test_what_is_not_estimated_is_said_beside_the_table(call: Call, rice: Path) -> None:
    made = call("inventory", "sector", "rice_cultivation", str(rice), "--profile", "IPCC_2006", "--language", "en")
    assert "NE · CH4 · the IPCC method needs days" in made.err
    lines = call("inventory", "sector", "rice_cultivation", str(rice), "--profile", "IPCC_2006", "--format", "csv").out
    assert lines.splitlines()[0].endswith("CH4")


def test_faults_name_sector_table_and_cell(call: Call, rice: Path, tmp_path: Path) -> None:
    unknown = call("inventory", "sector", "moon", str(rice), "--profile", "IPCC_2006")
    assert "rice_cultivation" in unknown.err
    absent = call("inventory", "sector", "land_conversion", f"land_transition={rice}", "--profile", "IPCC_2006")
    assert "land_carbon_stock" in absent.err
    odd = tmp_path / "x.csv"
    odd.write_text(RICE, encoding="utf-8")
    assert (
        "land_transition=FILE" in call("inventory", "sector", "land_conversion", str(odd), "--profile", "IPCC_2006").err
    )
    bad = tmp_path / "rice.csv"
    bad.write_text(RICE.replace("单季稻", "三季稻"), encoding="utf-8")
    assert "C2" in call("inventory", "sector", "rice_cultivation", str(bad), "--profile", "IPCC_2006").err
