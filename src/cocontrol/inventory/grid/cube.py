"""What a gridded file holds: variables over time, layers, rows and columns, each with its unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.inventory.grid.grids import Grid, cell_areas
from cocontrol.inventory.grid.temporal import TimeAxis


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Values (variable × time × layer × row × column; row 0 in the south) and what they mean.

    `units` names the unit of each variable, in order; `layer_tops` are metres, empty for one layer without height.
    """

    grid: Grid
    axis: TimeAxis
    layer_tops: tuple[float, ...]
    units: Mapping[str, str]
    values: Floats
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the variables."""
        return tuple(self.units)

    @property
    def layers(self) -> int:
        """Number of layers."""
        return max(len(self.layer_tops), 1)

    def variable(self, name: str) -> Floats:
        """The values of one variable: time × layer × row × column."""
        return np.asarray(self.values[self.names.index(name)], dtype=np.float64)

    def equals(self, other: Cube) -> bool:
        """Whether both hold the same: grid, time, layers, units, attributes and every value."""
        return (
            (self.grid, self.axis, self.layer_tops) == (other.grid, other.axis, other.layer_tops)
            and list(self.units.items()) == list(other.units.items())
            and dict(self.attributes) == dict(other.attributes)
            and np.array_equal(self.values, other.values)
        )


AMOUNT_UNITS = {"t": 1e6, "g": 1.0, "mol": 1.0}
"""Units of amounts per step, and how many g (or mol) one is."""

FLUX = "kg m-2 s-1"
WRF_GAS, WRF_PARTICLE = "mol km^-2 hr^-1", "ug/m3 m/s"
CMAQ_GAS, CMAQ_PARTICLE = "moles/s", "g/s"

_RATES = {
    "flux": {"t": (FLUX, 1e-3, True), "g": (FLUX, 1e-3, True)},
    "wrfchem": {"mol": (WRF_GAS, 3600.0 * 1e6, True), "g": (WRF_PARTICLE, 1e6, True)},
    "cmaq": {"mol": (CMAQ_GAS, 1.0, False), "g": (CMAQ_PARTICLE, 1.0, False)},
}
"""For each kind of file and unit of amount: unit of the rate, factor from g (mol) per second, whether per m²."""


def rates(amounts: Cube, kind: str) -> Cube:
    """Rates from amounts per step: ``flux`` (kg m⁻² s⁻¹), ``wrfchem`` or ``cmaq``.

    rate = amount × factor / seconds of the step (/ cell area in m²). WRF-Chem: mol km⁻² h⁻¹ and µg m⁻² s⁻¹ (which it
    spells ``ug/m3 m/s``); CMAQ: moles/s and g/s for the whole cell.
    """
    area = cell_areas(amounts.grid).reshape(amounts.grid.rows, amounts.grid.columns)
    seconds = amounts.axis.seconds()[:, None, None, None]
    values, units = np.empty_like(amounts.values), {}
    for index, (name, unit) in enumerate(amounts.units.items()):
        units[name], factor, per_area = _RATES[kind][unit]
        rate = amounts.values[index] * (AMOUNT_UNITS[unit] * factor) / seconds
        values[index] = rate / area if per_area else rate
    return Cube(amounts.grid, amounts.axis, amounts.layer_tops, units, values, amounts.attributes)


_PER_BASE = {unit: (factor, per_area) for of in _RATES.values() for unit, factor, per_area in of.values()}


def totals(cube: Cube) -> dict[str, float]:
    """What each variable adds up to over cells, layers and steps, in g or mol, whether amounts or rates."""
    area = cell_areas(cube.grid).reshape(cube.grid.rows, cube.grid.columns)
    seconds, made = cube.axis.seconds(), {}
    for name, unit in cube.units.items():
        values = cube.variable(name)
        if unit in AMOUNT_UNITS:
            made[name] = float(values.sum()) * AMOUNT_UNITS[unit]
        else:
            factor, per_area = _PER_BASE[unit]
            of_steps = (values * area if per_area else values).sum(axis=(1, 2, 3))
            made[name] = float(of_steps @ seconds) / factor
    return made


def mass_of(flux: Cube, name: str) -> float:
    """Tonnes in the file of a variable given in kg m⁻² s⁻¹: Σ flux × cell area × seconds."""
    return (
        totals(Cube(flux.grid, flux.axis, flux.layer_tops, {name: flux.units[name]}, flux.variable(name)[None]))[name]
        / AMOUNT_UNITS["t"]
    )
