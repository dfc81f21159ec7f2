"""WRF-Chem anthropogenic emission files (``wrfchemi``): gases in mol km⁻² h⁻¹, particles in µg m⁻² s⁻¹."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.inventory.grid.cube import WRF_GAS, WRF_PARTICLE, Cube
from cocontrol.inventory.grid.description import grid_as_dict, grid_from_dict
from cocontrol.inventory.grid.grids import MODEL_SPHERE_M, Grid, Lambert, LonLat
from cocontrol.inventory.grid.temporal import TimeAxis
from cocontrol.io.atomic import whole_file
from cocontrol.io.exports.gridded_files import CLASSIC, created, opened, refuse_not_hourly, refuse_units, required

DIMENSIONS = ("Time", "emissions_zdim", "south_north", "west_east")
_STAMP = "%Y-%m-%d_%H:%M:%S"
_GRID, _TOPS = "COCONTROL_GRID", "COCONTROL_LAYER_TOPS"
_LAMBERT_CODE, _LONLAT_CODE = 1, 6


def write_wrf_chem(cube: Cube, path: Path) -> None:
    """Write one file with all hours of the cube (32-bit values, classic 64-bit-offset form), whole or not at all.

    Raises
    ------
    InvalidInput
        The steps are not hours, or a variable is neither in mol km⁻² h⁻¹ nor in µg m⁻² s⁻¹.
    """
    refuse_not_hourly(cube, "WRF-Chem")
    refuse_units(cube, (WRF_GAS, WRF_PARTICLE), "WRF-Chem")
    with whole_file(path) as building, created(building, CLASSIC) as data:
        sizes = (None, cube.layers, cube.grid.rows, cube.grid.columns)
        for name, size in zip(DIMENSIONS, sizes, strict=True):
            data.createDimension(name, size)
        data.createDimension("DateStrLen", 19)
        data.setncatts({**_globals(cube), **cube.attributes})
        times = data.createVariable("Times", "S1", ("Time", "DateStrLen"))
        _write_coordinates(data, cube)
        for step, start in enumerate(cube.axis.starts):
            times[step] = np.array(list(start.strftime(_STAMP)), dtype="S1")
        for name in cube.names:
            _write_variable(data, cube, name)


def write_wrf_hours(cube: Cube, folder: Path, *, domain: int = 1, separator: str = "-") -> tuple[Path, ...]:
    """Write one file an hour, ``wrfchemi_d<nn>_YYYY-mm-dd_HH-MM-SS``; the paths written.

    `separator` ``:`` gives the name as WRF writes it; not every file system takes it.
    """
    written = []
    for step, start in enumerate(cube.axis.starts):
        axis = TimeAxis("hour", (start, cube.axis.edges[step + 1]), cube.axis.utc_offset_hours)
        hour = Cube(cube.grid, axis, cube.layer_tops, cube.units, cube.values[:, step : step + 1], cube.attributes)
        path = folder / f"wrfchemi_d{domain:02d}_{start.strftime(_STAMP).replace(':', separator)}"
        write_wrf_chem(hour, path)
        written.append(path)
    return tuple(written)


def _write_variable(data: Any, cube: Cube, name: str) -> None:
    variable = data.createVariable(name, "f4", DIMENSIONS)
    variable.setncatts(
        {
            "FieldType": np.int32(104), "MemoryOrder": "XYZ", "description": "EMISSIONS",
            "units": cube.units[name], "stagger": "", "coordinates": "XLONG XLAT",
        }
    )  # fmt: skip
    variable[: cube.axis.steps] = cube.variable(name)


def _write_coordinates(data: Any, cube: Cube) -> None:
    longitude, latitude = cube.grid.centres()
    for name, values, unit in (("XLONG", longitude, "degree_east"), ("XLAT", latitude, "degree_north")):
        variable = data.createVariable(name, "f4", ("Time", "south_north", "west_east"))
        variable.setncatts({"FieldType": np.int32(104), "MemoryOrder": "XY ", "units": unit, "stagger": ""})
        variable[: cube.axis.steps] = np.broadcast_to(values, (cube.axis.steps, *values.shape))


def _globals(cube: Cube) -> dict[str, Any]:
    """Global attributes as in a ``wrfinput`` of this grid."""
    grid = cube.grid
    x, y = grid.west + grid.dx * grid.columns / 2, grid.south + grid.dy * grid.rows / 2
    longitude, latitude = (float(value) for value in grid.to_lonlat(x, y))
    made: dict[str, Any] = {
        "TITLE": "anthropogenic emissions for WRF-Chem",
        "START_DATE": cube.axis.starts[0].strftime(_STAMP),
        "WEST-EAST_GRID_DIMENSION": np.int32(grid.columns + 1),
        "SOUTH-NORTH_GRID_DIMENSION": np.int32(grid.rows + 1),
        "BOTTOM-TOP_GRID_DIMENSION": np.int32(cube.layers + 1),
        "CEN_LAT": np.float32(latitude), "CEN_LON": np.float32(longitude),
        "POLE_LAT": np.float32(90), "POLE_LON": np.float32(0),
        _GRID: json.dumps(grid_as_dict(grid)), _TOPS: json.dumps(list(cube.layer_tops)),
    }  # fmt: skip
    if isinstance(grid.projection, Lambert):
        return made | _lambert_globals(grid, grid.projection)
    metres = math.radians(1.0) * MODEL_SPHERE_M
    return made | {
        "MAP_PROJ": np.int32(_LONLAT_CODE), "DX": np.float32(grid.dx * metres), "DY": np.float32(grid.dy * metres),
        "MOAD_CEN_LAT": np.float32(latitude), "STAND_LON": np.float32(longitude),
    }  # fmt: skip


def _lambert_globals(grid: Grid, lambert: Lambert) -> dict[str, Any]:
    return {
        "MAP_PROJ": np.int32(_LAMBERT_CODE), "DX": np.float32(grid.dx), "DY": np.float32(grid.dy),
        "TRUELAT1": np.float32(lambert.standard_parallel_1), "TRUELAT2": np.float32(lambert.standard_parallel_2),
        "MOAD_CEN_LAT": np.float32(lambert.origin_latitude), "STAND_LON": np.float32(lambert.central_meridian),
    }  # fmt: skip


def read_wrf_chem(path: Path) -> Cube:
    """The cube of an emission file; its grid from our attributes, else as `read_wrf_grid` does.

    Raises
    ------
    InvalidInput
        The file is no netCDF file, lacks ``Times``, or its projection is neither Lambert nor longitude-latitude.
    """
    with opened(path) as data:
        stamps = ["".join(c.decode() for c in row) for row in required(data, "Times", path)[:]]
        starts = [datetime.strptime(stamp, _STAMP) for stamp in stamps]
        names = [name for name, v in data.variables.items() if v.dimensions == DIMENSIONS]
        values = np.array([np.asarray(data.variables[name][:], dtype=np.float64) for name in names])
        units = {name: str(data.variables[name].units) for name in names}
        known = data.ncattrs()
        tops = tuple(json.loads(data.getncattr(_TOPS))) if _TOPS in known else ()
        grid = grid_from_dict(json.loads(data.getncattr(_GRID))) if _GRID in known else _model_grid(data, path)
        axis = TimeAxis("hour", (*starts, starts[-1] + timedelta(hours=1)), 0)
        own = {*_globals(Cube(grid, axis, tops, {}, np.empty(0))), *_MODEL_ATTRIBUTES}
        attributes = {name: str(data.getncattr(name)) for name in known if name not in own}
    return Cube(grid, axis, tops, units, values, attributes)


_MODEL_ATTRIBUTES = ("TRUELAT1", "TRUELAT2", "SIMULATION_START_DATE", "GRID_ID", "I_PARENT_START", "J_PARENT_START")


def read_wrf_grid(path: Path) -> Grid:
    """The mass grid of a ``wrfinput`` or ``wrfchemi`` file.

    Raises
    ------
    InvalidInput
        The file is no netCDF file, or its projection is neither Lambert nor longitude-latitude.
    """
    with opened(path) as data:
        return _model_grid(data, path)


def _model_grid(data: Any, path: Path) -> Grid:
    longitude, latitude = (np.asarray(required(data, name, path)[0], dtype=np.float64) for name in ("XLONG", "XLAT"))
    rows, columns = longitude.shape
    code = int(data.getncattr("MAP_PROJ"))
    if code == _LONLAT_CODE:
        dx = float(longitude[0, -1] - longitude[0, 0]) / max(columns - 1, 1)
        dy = float(latitude[-1, 0] - latitude[0, 0]) / max(rows - 1, 1)
        west, south = float(longitude[0, 0]) - dx / 2, float(latitude[0, 0]) - dy / 2
        return Grid(LonLat(), round(west, 6), round(south, 6), round(dx, 6), round(dy, 6), columns, rows)
    if code != _LAMBERT_CODE:
        raise InvalidInput(
            Fault(
                "wrf.projection",
                Text("不支持的地图投影", "the map projection is not supported"),
                Location(file=path.name),
                value=f"MAP_PROJ = {code}",
                allowed=Text("1（Lambert）或 6（经纬度）", "1 (Lambert) or 6 (longitude-latitude)"),
            )
        )
    names = ("TRUELAT1", "TRUELAT2", "MOAD_CEN_LAT", "STAND_LON")
    projection = Lambert(*(float(data.getncattr(name)) for name in names))
    dx, dy = float(data.getncattr("DX")), float(data.getncattr("DY"))
    x, y = Grid(projection, 0.0, 0.0, 1.0, 1.0, 1, 1).to_cells(longitude, latitude)
    west = float(np.mean(x - dx * np.arange(columns)[None, :])) - dx / 2
    south = float(np.mean(y - dy * np.arange(rows)[:, None])) - dy / 2
    return Grid(projection, west, south, dx, dy, columns, rows)
