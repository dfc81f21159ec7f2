"""CMAQ emission files in the Models-3 I/O API form (gridded data): moles/s and g/s, hourly.

Text fields are padded with blanks, never with NUL: readers in Fortran compare them with blanks.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.inventory.grid.cube import CMAQ_GAS, CMAQ_PARTICLE, Cube
from cocontrol.inventory.grid.grids import MODEL_SPHERE_M, Grid, Lambert, LonLat
from cocontrol.inventory.grid.temporal import TimeAxis
from cocontrol.io.atomic import whole_file
from cocontrol.io.exports.gridded_files import CLASSIC, created, opened, refuse_not_hourly, refuse_units, required

NAME, LINE = 16, 80
"""Characters of a name or unit, and of a description."""

_GRIDDED, _LONLAT, _LAMBERT = 1, 1, 2
_HEIGHT_ABOVE_GROUND, _NO_VERTICAL = 6, -9999
_BAD = -9.999e36


def write_ioapi(cube: Cube, path: Path, *, grid_name: str = "COCONTROL", written: datetime | None = None) -> None:
    """Write the hours of the cube (32-bit values, classic 64-bit-offset form), whole or not at all.

    `written` is the time of writing that the header carries (UTC; default: now).

    Raises
    ------
    InvalidInput
        The steps are not hours, a unit is neither moles/s nor g/s, a name is longer than 16 characters, or the
        radius of the projection is not that of CMAQ.
    """
    refuse_not_hourly(cube, "CMAQ")
    refuse_units(cube, (CMAQ_GAS, CMAQ_PARTICLE), "CMAQ")
    _refuse_unfit(cube, grid_name)
    with whole_file(path) as building, created(building, CLASSIC) as data:
        sizes = {
            "TSTEP": None, "DATE-TIME": 2, "LAY": cube.layers, "VAR": len(cube.names),
            "ROW": cube.grid.rows, "COL": cube.grid.columns,
        }  # fmt: skip
        for name, size in sizes.items():
            data.createDimension(name, size)
        for name, value in _globals(cube, grid_name, written or datetime.now(UTC)).items():
            data.setncattr(name, value)
        data.setncatts(dict(cube.attributes))
        flags = data.createVariable("TFLAG", "i4", ("TSTEP", "VAR", "DATE-TIME"))
        _describe(flags, "TFLAG", "<YYYYDDD,HHMMSS>", "Timestep-valid flags:  (1) YYYYDDD or (2) HHMMSS")
        for name, unit in cube.units.items():
            variable = data.createVariable(name, "f4", ("TSTEP", "LAY", "ROW", "COL"))
            _describe(variable, name, unit, f"emission of {name}")
        for step, start in enumerate(cube.axis.starts):
            flags[step] = np.tile(np.array(_date_time(start), dtype="i4"), (len(cube.names), 1))
        for name in cube.names:
            data.variables[name][: cube.axis.steps] = cube.variable(name)


def _describe(variable: Any, name: str, unit: str, text: str) -> None:
    variable.setncatts({"units": unit.ljust(NAME), "long_name": name.ljust(NAME), "var_desc": text.ljust(LINE)[:LINE]})


def _date_time(moment: datetime) -> tuple[int, int]:
    return int(moment.strftime("%Y%j")), int(moment.strftime("%H%M%S"))


def _globals(cube: Cube, grid_name: str, written: datetime) -> dict[str, Any]:
    whole = [np.int32(number) for number in (*_date_time(written), *_date_time(cube.axis.starts[0]))]
    tops = cube.layer_tops
    return {
        "IOAPI_VERSION": "1.0 1997349 (Dec. 15, 1997)".ljust(LINE),
        "EXEC_ID": "????????????????".ljust(LINE),
        "FTYPE": np.int32(_GRIDDED),
        "CDATE": whole[0], "CTIME": whole[1], "WDATE": whole[0], "WTIME": whole[1],
        "SDATE": whole[2], "STIME": whole[3], "TSTEP": np.int32(10000), "NTHIK": np.int32(1),
        "NCOLS": np.int32(cube.grid.columns), "NROWS": np.int32(cube.grid.rows),
        "NLAYS": np.int32(cube.layers), "NVARS": np.int32(len(cube.names)),
        **_projection(cube.grid),
        "VGTYP": np.int32(_HEIGHT_ABOVE_GROUND if tops else _NO_VERTICAL),
        "VGTOP": np.float32(_BAD),
        "VGLVLS": np.array([0.0, *tops] if tops else [0.0, 0.0], dtype="f4"),
        "GDNAM": grid_name.ljust(NAME), "UPNAM": "COCONTROL".ljust(NAME),
        "VAR-LIST": "".join(name.ljust(NAME) for name in cube.names),
        "FILEDESC": "hourly emissions, written by cocontrol".ljust(LINE),
        "HISTORY": "".ljust(LINE),
    }  # fmt: skip


def _projection(grid: Grid) -> dict[str, Any]:
    origin = {
        "XORIG": np.float64(grid.west), "YORIG": np.float64(grid.south),
        "XCELL": np.float64(grid.dx), "YCELL": np.float64(grid.dy),
    }  # fmt: skip
    names = ("P_ALP", "P_BET", "P_GAM", "XCENT", "YCENT")
    if isinstance(grid.projection, LonLat):
        return {"GDTYP": np.int32(_LONLAT), **dict.fromkeys(names, np.float64(0.0)), **origin}
    lambert = grid.projection
    values = (
        lambert.standard_parallel_1, lambert.standard_parallel_2, lambert.central_meridian,
        lambert.central_meridian, lambert.origin_latitude,
    )  # fmt: skip
    return {"GDTYP": np.int32(_LAMBERT), **dict(zip(names, map(np.float64, values), strict=True)), **origin}


def _refuse_unfit(cube: Cube, grid_name: str) -> None:
    faults = [
        Fault(
            "ioapi.name",
            Text("名称超过 16 个字符", "the name is longer than 16 characters"),
            value=name,
        )
        for name in (*cube.names, grid_name)
        if len(name) > NAME
    ]
    if isinstance(cube.grid.projection, Lambert) and cube.grid.projection.radius != MODEL_SPHERE_M:
        faults.append(
            Fault(
                "ioapi.radius",
                Text("CMAQ 的地球半径固定", "CMAQ has one radius of the earth"),
                value=str(cube.grid.projection.radius),
                allowed=Text("{r} 米", "{r} m").format(r=MODEL_SPHERE_M),
            )
        )
    if faults:
        raise InvalidInput(*faults)


def read_ioapi(path: Path) -> Cube:
    """The cube of a gridded I/O API file.

    Raises
    ------
    InvalidInput
        The file is no netCDF file, lacks ``TFLAG``, or its grid is neither Lambert nor longitude-latitude.
    """
    with opened(path) as data:
        flags = np.asarray(required(data, "TFLAG", path)[:, 0, :])
        starts = [datetime.strptime(f"{day:07d}{time:06d}", "%Y%j%H%M%S") for day, time in flags.tolist()]
        names = [name for name in data.variables if name != "TFLAG"]
        values = np.array([np.asarray(data.variables[name][:], dtype=np.float64) for name in names])
        units = {name: str(data.variables[name].units).strip() for name in names}
        head = {name: data.getncattr(name) for name in data.ncattrs()}
    grid = _grid(head, int(head["NCOLS"]), int(head["NROWS"]), path.name)
    levels = np.atleast_1d(head["VGLVLS"])
    tops = tuple(float(level) for level in levels[1:]) if int(head["VGTYP"]) == _HEIGHT_ABOVE_GROUND else ()
    axis = TimeAxis("hour", (*starts, starts[-1] + timedelta(hours=1)), 0)
    own = _globals(Cube(grid, axis, tops, {}, np.empty(0)), "", starts[0])
    attributes = {name: str(value) for name, value in head.items() if name not in own}
    return Cube(grid, axis, tops, units, values, attributes)


def _grid(head: dict[str, Any], columns: int, rows: int, file: str) -> Grid:
    code = int(head["GDTYP"])
    west, south, dx, dy = (float(head[name]) for name in ("XORIG", "YORIG", "XCELL", "YCELL"))
    if code == _LONLAT:
        return Grid(LonLat(), west, south, dx, dy, columns, rows)
    if code != _LAMBERT:
        raise InvalidInput(_unsupported(code, file))
    lambert = Lambert(*(float(head[name]) for name in ("P_ALP", "P_BET", "YCENT", "P_GAM")))
    return Grid(lambert, west, south, dx, dy, columns, rows)


def _unsupported(code: int, file: str) -> Fault:
    return Fault(
        "ioapi.grid",
        Text("不支持的网格类型", "the type of grid is not supported"),
        Location(file=file),
        value=f"GDTYP = {code}",
        allowed=Text("1（经纬度）或 2（Lambert）", "1 (longitude-latitude) or 2 (Lambert)"),
    )


def read_griddesc(path: Path, name: str | None = None) -> Grid:
    """The grid of that name in a ``GRIDDESC`` file; without a name the first.

    Raises
    ------
    InvalidInput
        The file cannot be read as a grid description, or has no grid of that name.
    """
    try:
        systems, grids = _parsed(path.read_text(encoding="utf-8", errors="replace").splitlines())
    except (ValueError, IndexError) as error:
        raise InvalidInput(_bad_griddesc(path, str(error), None)) from error
    chosen = name or next(iter(grids), None)
    if chosen not in grids or grids[chosen][0] not in systems:
        raise InvalidInput(_bad_griddesc(path, chosen, list(grids)))
    system, numbers, (columns, rows) = grids[chosen]
    kind, *projection = systems[system]
    keys = ("P_ALP", "P_BET", "P_GAM", "XCENT", "YCENT", "XORIG", "YORIG", "XCELL", "YCELL")
    head = {"GDTYP": kind, **dict(zip(keys, (*projection, *numbers), strict=True))}
    return _grid(head, columns, rows, path.name)


_Grids = dict[str, tuple[str, list[float], tuple[int, int]]]


def _parsed(lines: Sequence[str]) -> tuple[dict[str, list[float]], _Grids]:
    """Coordinate systems and grids: a name on a line, its numbers on the next; a blank name ends a block."""
    words = [shlex.split(line.split("!")[0].replace(",", " ")) for line in lines if line.split("!")[0].strip()]
    systems: dict[str, list[float]] = {}
    grids: _Grids = {}
    rows = iter(words)
    for row in rows:
        if not row[0].strip():
            continue
        if len(row) > 1:
            raise ValueError(" ".join(row))
        values = next(rows, [])
        if values and _is_number(values[0]):
            systems[row[0].strip()] = [_number(value) for value in values[:6]]
        else:
            columns, count = (int(value) for value in values[5:7])
            grids[row[0].strip()] = (values[0].strip(), [_number(value) for value in values[1:5]], (columns, count))
    return systems, grids


def _number(text: str) -> float:
    return float(text.upper().replace("D", "E"))


def _is_number(text: str) -> bool:
    try:
        _number(text)
    except ValueError:
        return False
    return True


def _bad_griddesc(path: Path, value: str | None, known: list[str] | None) -> Fault:
    return Fault(
        "griddesc.grid",
        Text("GRIDDESC 中读不到网格", "no grid can be read from the GRIDDESC file"),
        Location(file=path.name),
        value=value,
        allowed=Text("有：{k}", "there are: {k}").format(k=", ".join(known)) if known else None,
    )
