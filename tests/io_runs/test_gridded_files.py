"""Gridded files: what is written is read back, layouts are those of the formats, and bad files are refused."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import netCDF4
import numpy as np
import polars as pl
import pytest
import shapely

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.grid.coordinates import Datum, from_wgs84
from cocontrol.inventory.grid.cube import CMAQ_GAS, CMAQ_PARTICLE, FLUX, WRF_GAS, WRF_PARTICLE, Cube, mass_of
from cocontrol.inventory.grid.grids import Grid, Lambert, LonLat, lonlat_grid
from cocontrol.inventory.grid.temporal import hour_axis, month_axis
from cocontrol.io.exports.cmaq import read_griddesc, read_ioapi, write_ioapi
from cocontrol.io.exports.geojson import read_features, read_geojson, read_zones, write_geojson
from cocontrol.io.exports.geopackage import read_geopackage, write_geopackage
from cocontrol.io.exports.netcdf_cf import read_cf, write_cf
from cocontrol.io.exports.wrf_chem import read_wrf_chem, read_wrf_grid, write_wrf_chem, write_wrf_hours
from cocontrol.io.gridding import (
    Allocation,
    Output,
    Placement,
    grid_run,
    read_grid,
    read_proxy,
    time_axis,
    write_gridded,
)
from cocontrol.io.runs import Run

FLAT = lonlat_grid((112.0, 33.0, 112.3, 33.2), 0.1)
CONE = Grid(Lambert(25.0, 47.0, 34.0, 114.0), -27_000.0, -13_500.0, 27_000.0, 13_500.0, 3, 2)
HOURS, MONTHS = hour_axis(date(2013, 12, 31), 3), month_axis(2013)
STAMP = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def cube(grid: Grid, axis, units, tops=(), attributes=None) -> Cube:
    shape = (len(units), axis.steps, max(len(tops), 1), grid.rows, grid.columns)
    values = np.random.default_rng(1).lognormal(size=shape).astype("f4").astype("f8")
    values[:, :, :, 0, 1] = 0.0
    return Cube(grid, axis, tops, units, values, attributes or {"title": "test"})


@pytest.mark.parametrize("grid", [FLAT, CONE])
@pytest.mark.parametrize("tops", [(), (20.0, 92.0)])
@pytest.mark.parametrize("axis", [HOURS, MONTHS])
def test_cf_comes_back_as_it_was(tmp_path: Path, grid, tops, axis):
    written = cube(grid, axis, {"SO2": FLUX, "PM25": FLUX}, tops, {"title": "河南", "synthetic": "no"})
    write_cf(written, tmp_path / "a.nc")
    assert read_cf(tmp_path / "a.nc").equals(written)


@pytest.mark.parametrize("grid", [FLAT, CONE])
@pytest.mark.parametrize("tops", [(), (20.0, 92.0)])
def test_wrf_chem_and_ioapi_come_back_as_they_were(tmp_path: Path, grid, tops):
    wrf = cube(grid, HOURS, {"E_SO2": WRF_GAS, "E_ECJ": WRF_PARTICLE}, tops)
    write_wrf_chem(wrf, tmp_path / "wrfchemi_d01")
    assert read_wrf_chem(tmp_path / "wrfchemi_d01").equals(wrf)
    cmaq = cube(grid, HOURS, {"SO2": CMAQ_GAS, "PEC": CMAQ_PARTICLE}, tops)
    write_ioapi(cmaq, tmp_path / "a.ncf", written=STAMP)
    assert read_ioapi(tmp_path / "a.ncf").equals(cmaq)


@pytest.mark.parametrize(("write", "read"), [(write_geopackage, read_geopackage), (write_geojson, read_geojson)])
@pytest.mark.parametrize("grid", [FLAT, CONE])
@pytest.mark.parametrize("tops", [(), (20.0, 92.0)])
def test_map_formats_come_back_as_they_were(tmp_path: Path, write, read, grid, tops):
    written = cube(grid, MONTHS, {"SO2": "t", "PM25": "t"}, tops, {"title": "河南"})
    write(written, tmp_path / "a.file")
    assert read(tmp_path / "a.file").equals(written)


def test_cf_has_bounds_areas_grid_mapping_and_a_total(tmp_path: Path):
    flux = cube(FLAT, MONTHS, {"SO2": FLUX})
    write_cf(flux, tmp_path / "a.nc")
    with netCDF4.Dataset(tmp_path / "a.nc") as data:
        so2 = data["emi_SO2"]
        assert (data.Conventions, so2.units, so2.grid_mapping) == ("CF-1.10", "kg m-2 s-1", "crs")
        assert so2.dimensions == ("time", "lat", "lon")
        assert so2.standard_name == "tendency_of_atmosphere_mass_content_of_sulfur_dioxide_due_to_emission"
        assert data["crs"].grid_mapping_name == "latitude_longitude"
        assert (data["cell_area"].units, data["lon"].bounds) == ("m2", "lon_bnds")
        seconds = np.diff(data["time_bnds"][:], axis=1)[:, 0] * 3600
        mass = (so2[:].sum(axis=0) * 0 + (so2[:] * seconds[:, None, None]).sum(axis=0)) * data["cell_area"][:]
        assert float(data["emi_SO2_total"][...]) == pytest.approx(float(mass.sum()), rel=1e-12)
        assert float(mass.sum()) == pytest.approx(mass_of(flux, "SO2") * 1e3, rel=1e-12)


def test_a_cf_file_of_others_is_read_by_its_bounds(tmp_path: Path):
    write_cf(cube(FLAT, HOURS, {"SO2": FLUX}), tmp_path / "a.nc")
    with netCDF4.Dataset(tmp_path / "a.nc", "a") as data:
        data["crs"].delncattr("cocontrol_grid")
    grid = read_cf(tmp_path / "a.nc").grid
    assert (grid.columns, grid.rows) == (FLAT.columns, FLAT.rows)
    assert (grid.west, grid.dx) == pytest.approx((FLAT.west, FLAT.dx))


def test_wrf_chem_has_the_layout_that_the_model_reads(tmp_path: Path):
    (first, *_) = write_wrf_hours(cube(CONE, HOURS, {"E_SO2": WRF_GAS}), tmp_path / "hours")
    assert first.name == "wrfchemi_d01_2013-12-31_00-00-00"
    with netCDF4.Dataset(first) as data:
        assert b"".join(data["Times"][0].data) == b"2013-12-31_00:00:00"
        assert data["E_SO2"].dimensions == ("Time", "emissions_zdim", "south_north", "west_east")
        assert (data["E_SO2"].units, data["E_SO2"].MemoryOrder, data["E_SO2"].dtype) == (WRF_GAS, "XYZ", np.float32)
        assert (data.MAP_PROJ, data.DX, data.TRUELAT1) == (1, 27_000.0, 25.0)


@pytest.mark.parametrize("grid", [FLAT, CONE])
def test_the_grid_of_a_model_file_without_our_notes_is_found(tmp_path: Path, grid):
    write_wrf_chem(cube(grid, HOURS, {"E_SO2": WRF_GAS}), tmp_path / "wrfinput_d01")
    with netCDF4.Dataset(tmp_path / "wrfinput_d01", "a") as data:
        data.delncattr("COCONTROL_GRID")
    found = read_grid(tmp_path / "wrfinput_d01")
    assert (found.columns, found.rows) == (grid.columns, grid.rows)
    tolerance = 1e-5 if isinstance(grid.projection, LonLat) else 2.0
    assert (found.west, found.south) == pytest.approx((grid.west, grid.south), abs=tolerance)
    assert read_wrf_grid(tmp_path / "wrfinput_d01") == found


def test_ioapi_pads_its_text_with_blanks_and_flags_every_hour(tmp_path: Path):
    write_ioapi(cube(CONE, HOURS, {"SO2": CMAQ_GAS, "PEC": CMAQ_PARTICLE}), tmp_path / "a.ncf", written=STAMP)
    with netCDF4.Dataset(tmp_path / "a.ncf") as data:
        assert data.getncattr("VAR-LIST") == "SO2".ljust(16) + "PEC".ljust(16)
        assert (data["SO2"].units, data["SO2"].long_name) == ("moles/s".ljust(16), "SO2".ljust(16))
        assert len(data["SO2"].var_desc) == 80
        assert data["TFLAG"][:, 1].tolist() == [[2013365, 0], [2013365, 10000], [2013365, 20000]]
        assert (data.GDTYP, data.P_ALP, data.P_GAM, data.XORIG, data.NVARS) == (2, 25.0, 114.0, -27_000.0, 2)
        assert (data.SDATE, data.TSTEP, data.CDATE, data.CTIME) == (2013365, 10000, 2026002, 30405)
    assert b"\x00SO2" not in (tmp_path / "a.ncf").read_bytes().split(b"VAR-LIST")[1][:60].lstrip(b"\x00")[4:]


GRIDDESC = """' '
'LAM_CN'
  2  25.0  40.0  102.0  102.0  34.0D0 ! projection
' '
'CN27km'
'LAM_CN'  -2511000.0, -1775000.0  27000.0  27000.0  186  156  1
' '
"""


def test_a_griddesc_gives_its_grid_and_names_those_it_has(tmp_path: Path):
    path = tmp_path / "GRIDDESC"
    path.write_text(GRIDDESC, encoding="utf-8")
    grid = Grid(Lambert(25.0, 40.0, 34.0, 102.0), -2_511_000.0, -1_775_000.0, 27_000.0, 27_000.0, 186, 156)
    assert read_griddesc(path) == grid
    assert read_grid(path, "CN27km") == grid
    with pytest.raises(InvalidInput, match="CN27km"):
        read_griddesc(path, "CN9km")
    path.write_text("nothing here", encoding="utf-8")
    with pytest.raises(InvalidInput):
        read_griddesc(path)


def test_months_and_wrong_units_are_refused_and_nothing_is_left(tmp_path: Path):
    with pytest.raises(InvalidInput, match="小时"):
        write_wrf_chem(cube(FLAT, MONTHS, {"E_SO2": WRF_GAS}), tmp_path / "a")
    with pytest.raises(InvalidInput, match="单位"):
        write_ioapi(cube(FLAT, HOURS, {"SO2": "t"}), tmp_path / "a")
    with pytest.raises(InvalidInput, match="16"):
        write_ioapi(cube(FLAT, HOURS, {"A_NAME_TOO_LONG_FOR_IT": CMAQ_GAS}), tmp_path / "a")
    ball = replace(CONE, projection=replace(CONE.projection, radius=6_371_000.0))
    with pytest.raises(InvalidInput, match="半径"):
        write_ioapi(cube(ball, HOURS, {"SO2": CMAQ_GAS}), tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_geopackage_says_so_and_its_geometries_carry_a_header(tmp_path: Path):
    write_geopackage(cube(FLAT, MONTHS, {"SO2": "t"}), tmp_path / "a.gpkg", written=STAMP)
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base:
        assert base.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        contents = dict(base.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert contents == {"grid_cell": "features", "emission": "attributes", "file_note": "attributes"}
        (blob,) = base.execute("SELECT geom FROM grid_cell WHERE cell = 0").fetchone()
    assert blob[:2] == b"GP"
    assert shapely.normalize(shapely.from_wkb(blob[8:])).equals_exact(
        shapely.normalize(shapely.box(112.0, 33.0, 112.1, 33.1)), 1e-9
    )


@pytest.mark.parametrize("read", [read_cf, read_wrf_chem, read_ioapi, read_geopackage, read_geojson, read_features])
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, read):
    (tmp_path / "note.txt").write_text("just words", encoding="utf-8")
    with pytest.raises(InvalidInput, match="note"):
        read(tmp_path / "note.txt")
    with pytest.raises(InvalidInput):
        read(tmp_path / "absent.nc")


def collection(*features) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(geometry)}


def test_coordinates_in_gcj_02_are_converted_on_import(tmp_path: Path):
    x, y = from_wgs84(113.6, 34.7, Datum.GCJ02)
    path = tmp_path / "points.geojson"
    path.write_text(collection(feature(shapely.Point(float(x), float(y)), name="a")), encoding="utf-8")
    ((point, properties),) = read_features(path, datum=Datum.GCJ02)
    assert (point.x, point.y) == pytest.approx((113.6, 34.7), abs=1e-9)
    assert properties == {"name": "a"}


def test_zones_are_polygons_with_a_code_and_the_first_file_wins(tmp_path: Path):
    first, second = shapely.box(112, 33, 113, 34), shapely.box(100, 20, 101, 21)
    line = shapely.LineString([(1, 1), (2, 2)])
    (tmp_path / "a.json").write_text(
        collection(feature(first, adcode=410100), feature(line, adcode="x")), encoding="utf-8"
    )
    (tmp_path / "b.json").write_text(collection(feature(second, adcode="410100"), feature(second)), encoding="utf-8")
    assert read_zones([tmp_path / "a.json", tmp_path / "b.json"]) == {"410100": first}
    (tmp_path / "b.json").write_text(collection({"geometry": {"type": "Blob"}}), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"features\[0\]"):
        read_zones([tmp_path / "b.json"])


def test_proxies_are_read_from_tables_points_and_lines(tmp_path: Path):
    grid = lonlat_grid((112.0, 33.0, 113.0, 34.0), 0.5)
    rows = {
        "lon": [112.25, 112.75, 112.25, 112.75],
        "lat": [33.25, 33.25, 33.75, 33.75],
        "persons_per_km2": [1, 2, 3, None],
    }
    pl.DataFrame(rows).write_csv(tmp_path / "people.csv")
    pl.DataFrame(rows).write_parquet(tmp_path / "people.parquet")
    for name in ("people.csv", "people.parquet"):
        density = read_proxy(tmp_path / name, grid)
        assert density[:3] == pytest.approx([1.0, 2.0, 3.0])
        assert np.isnan(density[3])
    road = shapely.LineString([(112.1, 33.1), (112.4, 33.1)])
    (tmp_path / "p.geojson").write_text(
        collection(feature(shapely.Point(112.6, 33.6), value=2), feature(road, traffic=5)), encoding="utf-8"
    )
    assert (read_proxy(tmp_path / "p.geojson", grid) > 0).tolist() == [True, False, False, True]
    pl.DataFrame({"a": [1], "b": [2]}).write_csv(tmp_path / "bad.csv")
    with pytest.raises(InvalidInput, match="longitude"):
        read_proxy(tmp_path / "bad.csv", grid)


@pytest.fixture
def henan(tmp_path: Path) -> Path:
    path = tmp_path / "henan.geojson"
    path.write_text(collection(feature(shapely.box(110.4, 31.4, 116.6, 36.3), adcode="410000")), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["cf", "wrfchem", "ioapi", "geopackage", "geojson"])
def test_every_format_of_a_run_balances_its_ledger(small_run: Run, henan: Path, tmp_path: Path, form):
    result = grid_run(small_run, Placement(cell=1.0, boundaries=(henan,)))
    frequency = "hour" if form in {"wrfchem", "ioapi"} else "month"
    axis = time_axis(2013, frequency=frequency, hours=2)
    shares = pl.DataFrame(
        {"temporal_class": "*", "pollutant": "CO2", "species": "CO2", "share": 1.0, "molar_mass": [44.009]}
    )
    asked = Output(form, axis, speciation=shares if form == "ioapi" else None)
    made = write_gridded(small_run, result, asked, tmp_path / "wrfchemi_out")
    assert made.ledger["within_tolerance"].all()
    assert {"grid", "time", "export"} <= set(made.ledger["stage"])
    assert result.total("CO2").sum() == pytest.approx(small_run.result("emission")["CO2"].sum(), rel=1e-12)


def test_a_run_without_boundaries_says_what_to_give(small_run: Run):
    with pytest.raises(InvalidInput, match="--boundaries"):
        grid_run(small_run, Placement())


def test_without_a_boundary_an_extent_puts_the_whole_mass_into_the_ledger(small_run: Run):
    result = grid_run(small_run, Placement(cell=1.0, extent=(110, 31, 117, 37)))
    assert result.total("CO2").sum() == 0
    assert result.ledger.filter(pl.col("pollutant") == "CO2")["dropped"].sum() > 0


def test_a_given_proxy_drops_its_blanks_unless_told_otherwise(small_run: Run, henan: Path, tmp_path: Path):
    pl.DataFrame({"lon": [111.0, 115.0], "lat": [32.0, 36.0], "density": [1.0, None]}).write_csv(tmp_path / "p.csv")
    place = Placement(cell=1.0, boundaries=(henan,))
    dropped = grid_run(small_run, place, allocation=Allocation({"*": tmp_path / "p.csv"}))
    assert dropped.ledger["reason_en"].str.contains("proxy is blank").any()
    assert dropped.total("CO2").sum() < small_run.result("emission")["CO2"].sum()
