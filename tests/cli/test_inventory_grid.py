"""The command ``inventory grid``."""

from __future__ import annotations

import json
from pathlib import Path

import netCDF4
import pytest

from .conftest import Call

HENAN = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"adcode": "410000"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[110.4, 31.4], [116.6, 31.4], [116.6, 36.3], [110.4, 36.3], [110.4, 31.4]]],
            },
        }
    ],
}


@pytest.fixture
def asked(run_workspace: Path, tmp_path: Path) -> list[str]:
    """A run, its boundary and a coarse cell."""
    (tmp_path / "henan.geojson").write_text(json.dumps(HENAN), encoding="utf-8")
    return ["inventory", "grid", str(run_workspace), "--cell", "0.5", "--boundaries", str(tmp_path / "henan.geojson")]


def test_grid_writes_cf_and_prints_totals_and_ledger(call: Call, asked: list[str], tmp_path: Path) -> None:
    done = call(*asked, "--out", str(tmp_path / "a.nc"), "--format", "json")
    assert done.code == 0, done.err
    printed = json.loads(done.out)
    co2 = next(row for row in printed["totals"] if row["pollutant"] == "CO2")
    assert co2["placed_t"] == pytest.approx(co2["inventory_t"], rel=1e-9)
    assert all(line["within_tolerance"] for line in printed["ledger"])
    with netCDF4.Dataset(tmp_path / "a.nc") as data:
        assert float(data["emi_CO2_total"][...]) == pytest.approx(co2["placed_t"] * 1e3, rel=1e-9)
        assert data.synthetic == "no"


def test_what_is_recalled_is_named_in_the_file_and_in_what_is_printed(
    call: Call, asked: list[str], tmp_path: Path
) -> None:
    done = call(*asked, "--out", str(tmp_path / "a.nc"), "--format", "json")
    recalled = json.loads(done.out)["recalled"]
    assert set(recalled) == {"coefficients"}
    assert 0 < recalled["coefficients"]["CO2"] <= 1
    with netCDF4.Dataset(tmp_path / "a.nc") as data:
        assert data.recalled.startswith(f"coefficients: CO2 {recalled['coefficients']['CO2']:.1%}")


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "wrfchemi_d01"])
def test_the_suffix_chooses_the_format(call: Call, asked: list[str], tmp_path: Path, name: str) -> None:
    done = call(*asked, "--out", str(tmp_path / name), "--pollutants", "CO2,CH4", "--hours", "2")
    assert done.code == 0, done.err
    assert (tmp_path / name).is_file()


def test_a_mechanism_without_a_species_for_anything_asked_for_writes_nothing(
    call: Call, asked: list[str], tmp_path: Path
) -> None:
    done = call(*asked, "--out", str(tmp_path / "a.ncf"), "--pollutants", "CO2")
    assert done.code == 1
    assert "CO2" in done.err
    assert not (tmp_path / "a.ncf").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [("--extent", "1,2,3"), ("--layers", "a,b"), ("--pollutants", "XX"), ("--cell", "-1"), ("--year", "1990")],
)
def test_a_slip_in_an_option_is_one_line_and_writes_nothing(
    call: Call, asked: list[str], tmp_path: Path, option: str, value: str
) -> None:
    done = call(*asked, "--out", str(tmp_path / "a.nc"), option, value)
    assert done.code == 1
    assert value.partition(",")[0] in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "a.nc").exists()
