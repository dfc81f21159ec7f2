"""Boundaries of a workspace: the GeoJSON files that its settings list as documents of kind ``boundaries``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.io.workspace import load_workspace

LEVELS = ("province", "city", "county")
ATTRIBUTION = Text("边界数据：天地图", "Boundaries: Tianditu (天地图)")


@dataclass(frozen=True, slots=True)
class Boundary:
    """One area (or one drawn line, level ``boundary_line``) with its geometry as GeoJSON."""

    adcode: str
    name: str
    level: str
    parent: str
    label_point: tuple[float, float] | None
    geometry: dict[str, Any]

    def feature(self, **properties: Any) -> dict[str, Any]:
        """The area as a GeoJSON feature with further properties."""
        return {
            "type": "Feature",
            "id": int(self.adcode) if self.adcode.isdigit() else None,
            "properties": {
                "adcode": self.adcode, "name": self.name, "level": self.level, "parent": self.parent,
                **dict(zip(("cx", "cy"), self.label_point or (), strict=False)), **properties,
            },
            "geometry": self.geometry,
        }  # fmt: skip


def boundaries_of(folder: Path) -> tuple[Boundary, ...]:
    """Every boundary of the workspace in `folder`; where two files hold one area, the one listed first wins."""
    return _load(str(folder), _stamp(folder))


def _stamp(folder: Path) -> int:
    return (folder / "cocontrol.toml").stat().st_mtime_ns


@lru_cache(maxsize=8)
def _load(folder: str, _stamp: int) -> tuple[Boundary, ...]:
    workspace = load_workspace(folder)
    files = [workspace.file(d.path) for d in workspace.settings.documents if d.kind == "boundaries"]
    by_code: dict[str, Boundary] = {}
    for boundary in (b for file in files for b in read_boundaries(file)):
        by_code.setdefault(boundary.adcode or f"line:{len(by_code)}", boundary)
    return tuple(by_code.values())


def read_boundaries(file: Path) -> Iterable[Boundary]:
    """The features of one GeoJSON file.

    Raises
    ------
    InvalidInput
        The file is not a GeoJSON feature collection.
    """
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise InvalidInput(
            Fault(
                "boundary.geojson",
                Text("不是 GeoJSON 要素集合", "not a GeoJSON feature collection"),
                Location(file=file.name),
            )
        ) from error
    return [_boundary(feature) for feature in features]


def _boundary(feature: dict[str, Any]) -> Boundary:
    given = feature["properties"]
    point = (given["cx"], given["cy"]) if given.get("cx") is not None and given.get("cy") is not None else None
    return Boundary(
        adcode=str(given.get("adcode") or ""),
        name=given.get("name") or "",
        level=given.get("level") or "",
        parent=str(given.get("parent") or ""),
        label_point=point,
        geometry=feature["geometry"],
    )
