"""GeoPackage of a grid: cells as polygons with their masses, written with the standard library alone.

OGC 12-128r18. Layer ``grid_cell`` has a column for each variable (tonnes in the whole file); table ``emission`` holds
every value that is not zero by cell, variable, step and layer; ``file_note`` what is needed to read it all back.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.inventory.grid.cube import Cube
from cocontrol.inventory.grid.description import axis_as_dict, axis_from_dict, grid_as_dict, grid_from_dict
from cocontrol.inventory.grid.grids import cell_areas
from cocontrol.inventory.grid.summary import cell_rings
from cocontrol.io.atomic import whole_file

_APPLICATION_ID = 0x47504B47
_VERSION = 10301
_WGS84 = 4326
_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
_SYSTEM = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
CREATE TABLE emission (id INTEGER PRIMARY KEY, cell INTEGER NOT NULL, variable TEXT NOT NULL, step INTEGER NOT NULL,
  layer INTEGER NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL);
CREATE TABLE file_note (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
"""


def write_geopackage(cube: Cube, path: Path, *, written: datetime | None = None) -> None:
    """Write amounts per step and cell, whole or not at all. `written` is the time that the contents table carries."""
    with whole_file(path) as building:
        building.unlink()
        with closing(sqlite3.connect(building)) as base, base:
            base.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            base.execute(f"PRAGMA user_version = {_VERSION}")
            base.executescript(_SYSTEM)
            base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", _reference_systems())
            _write_cells(base, cube)
            base.executemany(
                "INSERT INTO emission (cell, variable, step, layer, value, unit) VALUES (?,?,?,?,?,?)", _values(cube)
            )
            base.executemany("INSERT INTO file_note (name, value) VALUES (?, ?)", _notes(cube))
            _write_contents(base, written or datetime.now(UTC))


def _reference_systems() -> Iterable[tuple[Any, ...]]:
    return (
        ("Undefined Cartesian", -1, "NONE", -1, "undefined", None),
        ("Undefined geographic", 0, "NONE", 0, "undefined", None),
        ("WGS 84", _WGS84, "EPSG", _WGS84, _WKT, "longitude, latitude; CGCS2000 to within centimetres"),
    )


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _write_cells(base: sqlite3.Connection, cube: Cube) -> None:
    columns = ", ".join(f"{_quoted(name)} REAL" for name in cube.names)
    base.execute(
        "CREATE TABLE grid_cell (fid INTEGER PRIMARY KEY, geom POLYGON NOT NULL, cell INTEGER NOT NULL UNIQUE, "
        f"grid_row INTEGER NOT NULL, grid_column INTEGER NOT NULL, area_m2 REAL NOT NULL{', ' * bool(columns)}{columns})"
    )
    whole = cube.values.sum(axis=(1, 2)).reshape(len(cube.names), cube.grid.size)
    shapes: Any = shapely.polygons(cell_rings(cube.grid))
    blobs = shapely.to_wkb(shapes, byte_order=1)
    head = b"GP" + struct.pack("<BBi", 0, 1, _WGS84)
    places = zip(blobs, cell_areas(cube.grid).tolist(), whole.T.tolist(), strict=True)
    rows = (
        (cell + 1, head + blob, cell, *divmod(cell, cube.grid.columns), area, *values)
        for cell, (blob, area, values) in enumerate(places)
    )
    marks = ",".join("?" * (6 + len(cube.names)))
    base.executemany(f"INSERT INTO grid_cell VALUES ({marks})", rows)  # noqa: S608 (marks only)


def _values(cube: Cube) -> Iterator[tuple[Any, ...]]:
    for index, (name, unit) in enumerate(cube.units.items()):
        flat = cube.values[index].reshape(cube.axis.steps, cube.layers, cube.grid.size)
        steps, layers, cells = (axis.tolist() for axis in np.nonzero(flat))
        held = flat[steps, layers, cells].tolist()
        for step, layer, cell, value in zip(steps, layers, cells, held, strict=True):
            yield cell, name, step, layer, value, unit


def _notes(cube: Cube) -> Iterable[tuple[str, str]]:
    yield "grid", json.dumps(grid_as_dict(cube.grid))
    yield "axis", json.dumps(axis_as_dict(cube.axis))
    yield "layer_tops", json.dumps(list(cube.layer_tops))
    yield "units", json.dumps(dict(cube.units))
    yield "attributes", json.dumps(dict(cube.attributes), ensure_ascii=False)


def _write_contents(base: sqlite3.Connection, written: datetime) -> None:
    stamp = written.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    bounds = _bounds(base)
    rows: list[tuple[Any, ...]] = [("grid_cell", "features", "grid_cell", "", stamp, *bounds, _WGS84)]
    rows += [(name, "attributes", name, "", stamp, *(None,) * 5) for name in ("emission", "file_note")]
    base.executemany("INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
    base.execute("INSERT INTO gpkg_geometry_columns VALUES ('grid_cell', 'geom', 'POLYGON', ?, 0, 0)", (_WGS84,))


def _bounds(base: sqlite3.Connection) -> list[float]:
    blobs = [blob[8:] for (blob,) in base.execute("SELECT geom FROM grid_cell")]
    return [float(edge) for edge in shapely.total_bounds(shapely.from_wkb(blobs))]


def read_geopackage(path: Path) -> Cube:
    """The cube of a file that `write_geopackage` wrote.

    Raises
    ------
    InvalidInput
        The file is no GeoPackage, or holds no grid of ours.
    """
    try:
        with closing(sqlite3.connect(f"file:{path.resolve()}?mode=ro", uri=True)) as base:
            notes = {name: json.loads(value) for name, value in base.execute("SELECT name, value FROM file_note")}
            return _read(base, notes)
    except (sqlite3.Error, ValueError, KeyError) as error:
        raise InvalidInput(
            Fault(
                "geopackage.unreadable",
                Text("不是含网格排放的 GeoPackage", "not a GeoPackage with gridded emissions"),
                Location(file=path.name),
                value=str(error),
            )
        ) from error


def _read(base: sqlite3.Connection, notes: dict[str, Any]) -> Cube:
    grid, axis = grid_from_dict(notes["grid"]), axis_from_dict(notes["axis"])
    tops = tuple(notes["layer_tops"])
    place = {name: index for index, name in enumerate(notes["units"])}
    values = np.zeros((len(place), axis.steps, max(len(tops), 1), grid.size))
    for cell, name, step, layer, value in base.execute("SELECT cell, variable, step, layer, value FROM emission"):
        values[place[name], step, layer, cell] = value
    shaped = values.reshape(*values.shape[:3], grid.rows, grid.columns)
    return Cube(grid, axis, tops, notes["units"], shaped, notes["attributes"])
