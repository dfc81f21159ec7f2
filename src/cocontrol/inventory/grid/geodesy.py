"""Areas and lengths on the ellipsoid: the two things that a share of a polygon or of a road is measured in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SEMI_MAJOR_M = 6_378_137.0
"""Equatorial radius of CGCS2000 and WGS 84 (GB 22021-2008; NIMA TR8350.2)."""
SEMI_MINOR_M = 6_356_752.314245
"""Polar radius of WGS 84; that of CGCS2000 differs by 0.1 mm."""
_E2 = 1.0 - (SEMI_MINOR_M / SEMI_MAJOR_M) ** 2
_E = math.sqrt(_E2)


def zone_ordinate(latitude: ArrayLike) -> Floats:
    """Area (m²) between the equator and a latitude (degrees) for one radian of longitude, on the ellipsoid.

    A(φ) = b²/2 · [sin φ / (1 − e² sin² φ) + artanh(e sin φ) / e] (authalic latitude: Snyder 1987, eq. 3-12).
    The difference of two values times the width in radians is the exact area of a cell of longitude and latitude.
    """
    sine = np.sin(np.radians(np.asarray(latitude, dtype=np.float64)))
    area = 0.5 * SEMI_MINOR_M**2 * (sine / (1.0 - _E2 * sine**2) + np.arctanh(_E * sine) / _E)
    return np.asarray(area, dtype=np.float64)


def sphere_ordinate(latitude: ArrayLike, radius: float) -> Floats:
    """As `zone_ordinate`, on a sphere: R² sin φ."""
    return np.asarray(radius**2 * np.sin(np.radians(np.asarray(latitude, dtype=np.float64))), dtype=np.float64)


def segment_lengths(longitude_1: Floats, latitude_1: Floats, longitude_2: Floats, latitude_2: Floats) -> Floats:
    """Lengths (m) of short segments between points in degrees, from the radii of curvature at their middle.

    s² = (M Δφ)² + (N cos φ Δλ)². For segments of a cell (below 0.5°) the error is under 10⁻⁶ of the length.
    """
    middle = np.radians(0.5 * (latitude_1 + latitude_2))
    w2 = 1.0 - _E2 * np.sin(middle) ** 2
    meridian = SEMI_MAJOR_M * (1.0 - _E2) / w2**1.5 * np.radians(latitude_2 - latitude_1)
    parallel = SEMI_MAJOR_M / np.sqrt(w2) * np.cos(middle) * np.radians(longitude_2 - longitude_1)
    return np.asarray(np.hypot(meridian, parallel), dtype=np.float64)
