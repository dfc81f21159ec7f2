"""GCJ-02 and BD-09 coordinates into WGS 84, and back for checking. Nothing is ever exported in them.

GCJ-02 shifts points in China by up to some hundred metres; BD-09 shifts GCJ-02 once more. The forward formulas are
public knowledge of long standing; the inverse has no closed form and is found by iteration to 10⁻¹⁰ degrees.
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cocontrol.core.text import Text
from cocontrol.inventory.grid.geodesy import Floats


class Datum(StrEnum):
    """What the coordinates of a file are given in. CGCS2000 differs from WGS 84 by centimetres: the same here."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"

    @property
    def label(self) -> Text:
        """What people call it."""
        return _LABELS[self]


_LABELS = {
    Datum.WGS84: Text("WGS 84", "WGS 84"),
    Datum.CGCS2000: Text("CGCS2000（国家大地坐标系）", "CGCS2000"),
    Datum.GCJ02: Text("GCJ-02（火星坐标）", "GCJ-02"),
    Datum.BD09: Text("BD-09（百度坐标）", "BD-09"),
}

_SEMI_MAJOR = 6_378_245.0
_ECCENTRICITY_2 = 0.00669342162296594323
"""The Krasovsky 1940 ellipsoid of the shift."""
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""The box in which GCJ-02 shifts; outside it coordinates are those of WGS 84."""
_BAIDU = math.pi * 3000.0 / 180.0
_ROUNDS = 12


def to_wgs84(longitude: ArrayLike, latitude: ArrayLike, datum: Datum) -> tuple[Floats, Floats]:
    """Longitude and latitude in WGS 84; unchanged where the datum already is, and outside China."""
    x, y = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
    if datum in {Datum.WGS84, Datum.CGCS2000}:
        return x, y
    if datum is Datum.BD09:
        x, y = _gcj_from_baidu(x, y)
    guess_x, guess_y = x, y
    for _ in range(_ROUNDS):
        moved_x, moved_y = _gcj_from_wgs(guess_x, guess_y)
        guess_x, guess_y = guess_x + (x - moved_x), guess_y + (y - moved_y)
    return guess_x, guess_y


def from_wgs84(longitude: ArrayLike, latitude: ArrayLike, datum: Datum) -> tuple[Floats, Floats]:
    """The coordinates that a map in `datum` shows for a WGS 84 point: for checking an import, not for export."""
    x, y = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
    if datum in {Datum.WGS84, Datum.CGCS2000}:
        return x, y
    moved = _gcj_from_wgs(x, y)
    return _baidu_from_gcj(*moved) if datum is Datum.BD09 else moved


def in_shift_box(longitude: Floats, latitude: Floats) -> NDArray[np.bool_]:
    """Where GCJ-02 shifts."""
    return (longitude >= _WEST) & (longitude <= _EAST) & (latitude >= _SOUTH) & (latitude <= _NORTH)


def _waves(x: Floats, *terms: tuple[float, float]) -> Floats:
    """Sum of amplitude · sin(frequency · π · x), times 2/3."""
    total = sum((a * np.sin(f * math.pi * x) for a, f in terms), np.zeros_like(x))
    return np.asarray(total * (2.0 / 3.0), dtype=np.float64)


def _gcj_from_wgs(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    east, north = x - 105.0, y - 35.0
    ripple, root = _waves(east, (20.0, 6.0), (20.0, 2.0)), np.sqrt(np.abs(east))
    up = -100.0 + 2.0 * east + 3.0 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * root + ripple
    up += _waves(north, (20.0, 1.0), (40.0, 1.0 / 3.0)) + _waves(north, (160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0))
    over = 300.0 + east + 2.0 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * root + ripple
    over += _waves(east, (20.0, 1.0), (40.0, 1.0 / 3.0)) + _waves(east, (150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0))
    phi = np.radians(y)
    magic = 1.0 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian = _SEMI_MAJOR * (1.0 - _ECCENTRICITY_2) / magic**1.5
    parallel = _SEMI_MAJOR / np.sqrt(magic) * np.cos(phi)
    shifted = in_shift_box(x, y)
    return (
        np.where(shifted, x + np.degrees(over / parallel), x),
        np.where(shifted, y + np.degrees(up / meridian), y),
    )


def _baidu_from_gcj(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU)
    shifted = in_shift_box(x, y)
    return (
        np.where(shifted, radius * np.cos(angle) + 0.0065, x),
        np.where(shifted, radius * np.sin(angle) + 0.006, y),
    )


def _gcj_from_baidu(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    guess_x, guess_y = x, y
    for _ in range(_ROUNDS):
        moved_x, moved_y = _baidu_from_gcj(guess_x, guess_y)
        guess_x, guess_y = guess_x + (x - moved_x), guess_y + (y - moved_y)
    return guess_x, guess_y
