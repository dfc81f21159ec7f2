"""GeoJSON of a grid (RFC 7946, WGS 84 only), and points and areas from GeoJSON in any of the Chinese datums."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.inventory.grid.coordinates import Datum, to_wgs84
from cocontrol.inventory.grid.cube import Cube
from cocontrol.inventory.grid.description import axis_as_dict, axis_from_dict, grid_as_dict, grid_from_dict
from cocontrol.inventory.grid.summary import cell_rings
from cocontrol.io.atomic import whole_file

_DIGITS = 7
"""Digits of coordinates: a centimetre."""


def write_geojson(cube: Cube, path: Path) -> None:
    """Write the cells that hold anything: each variable's total and, with several steps or layers, all its values.

    The top-level member ``cocontrol`` describes grid, steps, layers and units, so that the cube can be read back.
    """
    flat = cube.values.reshape(len(cube.names), cube.axis.steps * cube.layers, cube.grid.size)
    held = np.flatnonzero(np.any(flat != 0, axis=(0, 1)))
    rings = np.round(cell_rings(cube.grid)[held], _DIGITS).tolist()
    document = {
        "type": "FeatureCollection",
        "cocontrol": {
            "grid": grid_as_dict(cube.grid),
            "axis": axis_as_dict(cube.axis),
            "layer_tops": list(cube.layer_tops),
            "units": dict(cube.units),
            "attributes": dict(cube.attributes),
        },
        "features": [
            _feature(int(cell), ring, flat[:, :, cell], cube.names) for cell, ring in zip(held, rings, strict=True)
        ],
    }
    with whole_file(path) as building:
        building.write_text(json.dumps(document, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def _feature(cell: int, ring: list[Any], values: Any, names: tuple[str, ...]) -> dict[str, Any]:
    properties: dict[str, Any] = {"cell": cell}
    for name, of_steps in zip(names, values, strict=True):
        properties[name] = float(of_steps.sum())
        if len(of_steps) > 1:
            properties[f"{name}_steps"] = of_steps.tolist()
    return {
        "type": "Feature", "id": cell, "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip


def read_geojson(path: Path) -> Cube:
    """The cube of a file that `write_geojson` wrote.

    Raises
    ------
    InvalidInput
        The file is no GeoJSON, or does not describe a grid.
    """
    document = _document(path)
    try:
        note = document["cocontrol"]
        grid, axis, tops = grid_from_dict(note["grid"]), axis_from_dict(note["axis"]), tuple(note["layer_tops"])
        layers = max(len(tops), 1)
        values = np.zeros((len(note["units"]), axis.steps * layers, grid.size))
        for feature in document["features"]:
            properties = feature["properties"]
            for index, name in enumerate(note["units"]):
                values[index, :, properties["cell"]] = properties.get(f"{name}_steps", properties[name])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InvalidInput(_unreadable(path, repr(error))) from error
    shaped = values.reshape(len(note["units"]), axis.steps, layers, grid.rows, grid.columns)
    return Cube(grid, axis, tops, note["units"], shaped, note["attributes"])


def read_features(path: Path, *, datum: Datum = Datum.WGS84) -> list[tuple[Any, dict[str, Any]]]:
    """Geometries in WGS 84 and properties of a GeoJSON file whose coordinates are given in `datum`.

    Raises
    ------
    InvalidInput
        The file is no feature collection, or a geometry cannot be read; every such feature is named by its place.
    """
    features = _document(path).get("features")
    if not isinstance(features, list):
        raise InvalidInput(_unreadable(path, None))
    made, faults = [], []
    for place, feature in enumerate(features):
        try:
            made.append((_in_wgs84(shape(feature["geometry"]), datum), dict(feature.get("properties") or {})))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, ShapelyError) as error:
            faults.append(_unreadable(path, f"features[{place}]: {error}"))
    if faults:
        raise InvalidInput(*faults)
    return made


def _in_wgs84(geometry: Any, datum: Datum) -> Any:
    return shapely.transform(geometry, lambda points: np.stack(to_wgs84(points[:, 0], points[:, 1], datum), axis=1))


def read_zones(paths: Iterable[Path], *, datum: Datum = Datum.WGS84) -> dict[str, Any]:
    """Polygons by adcode from GeoJSON files with the property ``adcode``; where two hold one area the first wins.

    Lines (such as the boundary lines of a map) and features without a code are left out.
    """
    zones: dict[str, Any] = {}
    for path in paths:
        for geometry, properties in read_features(path, datum=datum):
            code = properties.get("adcode")
            if code and geometry.geom_type in {"Polygon", "MultiPolygon"}:
                zones.setdefault(str(code), geometry)
    return zones


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InvalidInput(_unreadable(path, str(error))) from error
    if not isinstance(document, dict):
        raise InvalidInput(_unreadable(path, None))
    return document


def _unreadable(path: Path, value: str | None) -> Fault:
    return Fault(
        "geojson.unreadable",
        Text("不是可用的 GeoJSON 要素集合", "not a GeoJSON feature collection that can be used"),
        Location(file=path.name),
        value=value,
    )
