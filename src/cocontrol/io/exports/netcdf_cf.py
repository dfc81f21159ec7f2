"""CF NetCDF: fluxes on a grid with cell areas, bounds, grid mapping and the mass that the file holds.

CF Conventions 1.10. Variables are ``emi_<pollutant>`` in kg m⁻² s⁻¹; ``emi_<pollutant>_total`` is their mass.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from cocontrol.core.pollutants import POLLUTANTS
from cocontrol.inventory.grid.cube import FLUX, Cube, mass_of
from cocontrol.inventory.grid.description import grid_as_dict, grid_from_dict
from cocontrol.inventory.grid.grids import Grid, Lambert, LonLat, cell_areas
from cocontrol.inventory.grid.temporal import Frequency, TimeAxis
from cocontrol.io.atomic import whole_file
from cocontrol.io.exports.gridded_files import created, opened, refuse_units, required

CONVENTIONS = "CF-1.10"
PREFIX = "emi_"
_TOTAL = "_total"

STANDARD_NAMES = {
    "CO2": "carbon_dioxide", "CH4": "methane", "N2O": "nitrous_oxide", "SO2": "sulfur_dioxide",
    "NOx": "nox_expressed_as_nitrogen_dioxide", "CO": "carbon_monoxide", "NH3": "ammonia",
    "VOCs": "nmvoc", "PM25": "pm2p5_ambient_aerosol_particles", "PM10": "pm10_ambient_aerosol_particles",
    "BC": "elemental_carbon_dry_aerosol_particles", "OC": "particulate_organic_matter_dry_aerosol_particles",
}  # fmt: skip
"""Species in ``tendency_of_atmosphere_mass_content_of_<species>_due_to_emission``."""

_IN_TABLE = {"CO2", "CH4", "N2O", "SO2", "CO", "NH3", "BC"}
"""Those whose whole standard name is in the CF standard name table; the others get a long name only."""


def write_cf(cube: Cube, path: Path) -> None:
    """Write fluxes as CF NetCDF (netCDF-4, 64-bit values, lossless compression): whole or not at all.

    Raises
    ------
    InvalidInput
        A variable is not in kg m⁻² s⁻¹.
    """
    refuse_units(cube, (FLUX,), "CF")
    with whole_file(path) as building, created(building, "NETCDF4") as data:
        data.Conventions = CONVENTIONS
        for name, text in cube.attributes.items():
            data.setncattr(name, text)
        _write_time(data, cube.axis)
        dimensions = ("time", *_write_layers(data, cube.layer_tops), *_write_grid(data, cube.grid))
        for name in cube.names:
            _write_variable(data, cube, name, dimensions)


def _write_time(data: Any, axis: TimeAxis) -> None:
    data.createDimension("time", axis.steps)
    data.createDimension("bnds", 2)
    origin = axis.edges[0]
    hours = np.array([(edge - origin) / timedelta(hours=1) for edge in axis.edges])
    time = data.createVariable("time", "f8", ("time",))
    time.setncatts(
        {
            "standard_name": "time", "axis": "T", "calendar": "standard", "bounds": "time_bnds",
            "units": f"hours since {origin.isoformat(sep=' ')}",
            "long_name": "beginning of the step" + ("" if axis.utc_offset_hours else ", UTC"),
            "utc_offset_hours": axis.utc_offset_hours, "frequency": axis.frequency,
        }
    )  # fmt: skip
    time[:] = hours[:-1]
    bounds = data.createVariable("time_bnds", "f8", ("time", "bnds"))
    bounds[:] = np.stack([hours[:-1], hours[1:]], axis=1)


def _write_layers(data: Any, tops: tuple[float, ...]) -> tuple[str, ...]:
    if not tops:
        return ()
    data.createDimension("height", len(tops))
    edges = np.array([0.0, *tops])
    height = data.createVariable("height", "f8", ("height",))
    height.setncatts({"standard_name": "height", "units": "m", "positive": "up", "axis": "Z", "bounds": "height_bnds"})
    height[:] = 0.5 * (edges[:-1] + edges[1:])
    data.createVariable("height_bnds", "f8", ("height", "bnds"))[:] = np.stack([edges[:-1], edges[1:]], axis=1)
    return ("height",)


def _write_grid(data: Any, grid: Grid) -> tuple[str, str]:
    names = ("lat", "lon") if isinstance(grid.projection, LonLat) else ("y", "x")
    words = (("latitude", "degrees_north"), ("longitude", "degrees_east"))
    if isinstance(grid.projection, Lambert):
        words = (("projection_y_coordinate", "m"), ("projection_x_coordinate", "m"))
    for name, edges, (standard, unit), axis in zip(names, (grid.y_edges(), grid.x_edges()), words, "YX", strict=True):
        data.createDimension(name, len(edges) - 1)
        variable = data.createVariable(name, "f8", (name,))
        variable.setncatts({"standard_name": standard, "units": unit, "axis": axis, "bounds": f"{name}_bnds"})
        variable[:] = 0.5 * (edges[:-1] + edges[1:])
        data.createVariable(f"{name}_bnds", "f8", (name, "bnds"))[:] = np.stack([edges[:-1], edges[1:]], axis=1)
    if isinstance(grid.projection, Lambert):
        _write_lonlat(data, grid, names)
    crs = data.createVariable("crs", "i4")
    crs.setncatts({**_mapping(grid), "cocontrol_grid": json.dumps(grid_as_dict(grid))})
    area = data.createVariable("cell_area", "f8", names, zlib=True)
    area.setncatts(
        {"standard_name": "cell_area", "units": "m2", "long_name": "area of the cell", "grid_mapping": "crs"}
    )
    area[:] = cell_areas(grid).reshape(grid.rows, grid.columns)
    return names


def _write_lonlat(data: Any, grid: Grid, names: tuple[str, str]) -> None:
    for name, values, unit in zip(("lon", "lat"), grid.centres(), ("degrees_east", "degrees_north"), strict=True):
        variable = data.createVariable(name, "f8", names, zlib=True)
        variable.setncatts({"standard_name": "longitude" if name == "lon" else "latitude", "units": unit})
        variable[:] = values


def _mapping(grid: Grid) -> dict[str, Any]:
    """Attributes of the grid mapping (CF Conventions, appendix F)."""
    if isinstance(grid.projection, LonLat):
        return {
            "grid_mapping_name": "latitude_longitude",
            "semi_major_axis": 6378137.0,
            "inverse_flattening": 298.257223563,
            "longitude_of_prime_meridian": 0.0,
        }
    lambert = grid.projection
    return {
        "grid_mapping_name": "lambert_conformal_conic",
        "standard_parallel": [lambert.standard_parallel_1, lambert.standard_parallel_2],
        "latitude_of_projection_origin": lambert.origin_latitude,
        "longitude_of_central_meridian": lambert.central_meridian,
        "earth_radius": lambert.radius,
        "false_easting": 0.0,
        "false_northing": 0.0,
    }


def _write_variable(data: Any, cube: Cube, name: str, dimensions: tuple[str, ...]) -> None:
    label = next((p.label.en for p in POLLUTANTS if p.code == name), name)
    variable = data.createVariable(PREFIX + name, "f8", dimensions, zlib=True, complevel=4, fill_value=np.nan)
    attributes = {
        "long_name": f"emission of {label}", "units": FLUX, "grid_mapping": "crs",
        "cell_methods": "area: mean time: mean", "cell_measures": "area: cell_area",
    }  # fmt: skip
    if name in _IN_TABLE:
        attributes["standard_name"] = f"tendency_of_atmosphere_mass_content_of_{STANDARD_NAMES[name]}_due_to_emission"
    if "x" in dimensions:
        attributes["coordinates"] = "lon lat"
    variable.setncatts(attributes)
    values = cube.variable(name)
    variable[:] = values if cube.layer_tops else values[:, 0]
    total = data.createVariable(f"{PREFIX}{name}{_TOTAL}", "f8")
    yearly = cube.axis.frequency != "hour"
    total.setncatts(
        {"units": "kg yr-1" if yearly else "kg", "long_name": f"mass of {label} in this file, all cells and steps"}
    )
    total[...] = mass_of(cube, name) * 1e3


def read_cf(path: Path) -> Cube:
    """The cube of a file that `write_cf` wrote, or of one with the same variables on a regular longitude-latitude grid.

    Raises
    ------
    InvalidInput
        The file is no netCDF file, or lacks time, bounds or coordinates.
    """
    with opened(path) as data:
        names = [n for n in data.variables if n.startswith(PREFIX) and not n.endswith(_TOTAL)]
        tops = tuple(float(t) for t in data.variables["height_bnds"][:, 1]) if "height_bnds" in data.variables else ()
        grid, axis = _read_grid(data, path), _read_time(data, path)
        shape = (axis.steps, max(len(tops), 1), grid.rows, grid.columns)
        values = np.empty((len(names), *shape))
        for index, name in enumerate(names):
            values[index] = np.asarray(data.variables[name][:], dtype=np.float64).reshape(shape)
        units = {name.removeprefix(PREFIX): str(data.variables[name].units) for name in names}
        attributes = {name: str(data.getncattr(name)) for name in data.ncattrs() if name != "Conventions"}
    return Cube(grid, axis, tops, units, values, attributes)


def _read_grid(data: Any, path: Path) -> Grid:
    crs = data.variables.get("crs")
    if crs is not None and "cocontrol_grid" in crs.ncattrs():
        return grid_from_dict(json.loads(crs.cocontrol_grid))
    x, y = (np.asarray(required(data, name, path)[:], dtype=np.float64) for name in ("lon_bnds", "lat_bnds"))
    dx, dy = (float((bounds[-1, 1] - bounds[0, 0]) / len(bounds)) for bounds in (x, y))
    return Grid(LonLat(), float(x[0, 0]), float(y[0, 0]), dx, dy, len(x), len(y))


def _read_time(data: Any, path: Path) -> TimeAxis:
    time, bounds = required(data, "time", path), required(data, "time_bnds", path)
    origin = datetime.fromisoformat(str(time.units).removeprefix("hours since ").strip())
    hours = np.asarray(bounds[:], dtype=np.float64)
    edges = tuple(origin + timedelta(hours=float(hour)) for hour in (*hours[:, 0], hours[-1, 1]))
    known = time.ncattrs()
    frequency: Frequency = time.frequency if "frequency" in known else "hour"
    return TimeAxis(frequency, edges, int(time.utc_offset_hours) if "utc_offset_hours" in known else 0)
