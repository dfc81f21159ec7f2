"""From the emission table to masses on a grid, and on to cubes over time and layers.

::

    result = gridded(emission, grid=lonlat_grid(bounds, 0.05), zones=zones, facilities=facility, year=2013)
    amounts, ledger = cube_of(result, month_axis(2013))
    flux = rates(amounts, "flux")
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.inventory.grid.cube import Cube
from cocontrol.inventory.grid.geodesy import Floats
from cocontrol.inventory.grid.grids import Grid
from cocontrol.inventory.grid.sources import (
    UNCLASSED,
    Proxies,
    Sources,
    Zones,
    gridded_pollutants,
    read_sources,
    refuse_empty,
    source_weights,
)
from cocontrol.inventory.grid.speciation import speciate
from cocontrol.inventory.grid.temporal import TimeAxis, profile_of, time_shares
from cocontrol.inventory.grid.vertical import layer_shares
from cocontrol.inventory.grid.weights import Blank, Cause, Weights
from cocontrol.inventory.ledger import check_conservation, ledger_entry, ledger_table

MOST_VALUES = 150_000_000
"""Largest number of values of one cube (1.2 GB): above it the cube is asked for in parts."""


@dataclass(frozen=True, slots=True)
class Gridded:
    """Tonnes a year on a grid: `mass` is class × pollutant × cell; the ledger holds what reached no cell.

    `classes` are those of the temporal profiles; `province` chooses monthly profiles that differ by province.
    """

    grid: Grid
    year: int
    classes: tuple[str, ...]
    pollutants: tuple[str, ...]
    mass: Floats
    ledger: pl.DataFrame
    province: str | None = None

    def total(self, pollutant: str) -> Floats:
        """Tonnes a year of one pollutant in every cell, all classes together (flat)."""
        return np.asarray(self.mass[:, self.pollutants.index(pollutant)].sum(axis=0), dtype=np.float64)


def gridded(
    emission: pl.DataFrame,
    *,
    grid: Grid,
    zones: Zones,
    year: int,
    pollutants: Sequence[str] | None = None,
    facilities: pl.DataFrame | None = None,
    proxies: Proxies | None = None,
    blank: Blank = Blank.LEDGER,
    province: str | None = None,
) -> Gridded:
    """Masses on the grid from the canonical emission table.

    `zones` are polygons by adcode, `facilities` the facility table, `proxies` densities on the grid by class.
    Shares are worked out once and serve every pollutant. The ledger (stage ``grid``) has a line for each pollutant
    and class, and one for each cause of loss with its mass.

    Raises
    ------
    InvalidInput, NotFound
        No emission, an unknown pollutant, an unusable zone, or more values than fit into memory.
    ConservationBroken
        Masses in and out differ by more than the tolerance of the ledger.
    """
    names = gridded_pollutants(emission, pollutants)
    sources = read_sources(emission, year=year, pollutants=names, facilities=facilities)
    refuse_empty(sources)
    weights = source_weights(sources, grid, zones, year=year, proxies=proxies, blank=blank)
    classes = tuple(sources.table["temporal_class"].unique(maintain_order=True).to_list())
    refuse_too_large(len(classes) * len(names) * grid.size)
    mass = _placed(sources, weights, classes)
    ledger = placement_ledger(sources, weights, classes, mass)
    check_conservation(ledger)
    return Gridded(grid, year, classes, names, mass, ledger, province)


def refuse_too_large(values: int) -> None:
    """Nothing, if that many values fit.

    Raises
    ------
    InvalidInput
        They are more than `MOST_VALUES`.
    """
    if values > MOST_VALUES:
        raise InvalidInput(
            Fault(
                "grid.too_large",
                Text("网格数据过大", "the gridded data are too large"),
                value=f"{values:,}",
                allowed=Text("不超过 {n} 个值", "at most {n} values").format(n=f"{MOST_VALUES:,}"),
                remedy=Text(
                    "加大格距，或减少污染物、时段、层数",
                    "take larger cells, or fewer pollutants, time steps or layers",
                ),
            )
        )


def _placed(sources: Sources, weights: Weights, classes: Sequence[str]) -> Floats:
    """Class × pollutant × cell."""
    of_source = sources.table["temporal_class"].to_numpy()
    mass = np.zeros((len(classes), len(sources.pollutants), weights.matrix.shape[1]))
    for index, name in enumerate(classes):
        rows = np.flatnonzero(of_source == name)
        mass[index] = (weights.matrix[rows].T @ sources.mass[rows]).T
    return mass


_REASONS = {
    Cause.OUTSIDE: Text("在网格之外", "outside the grid"),
    Cause.NO_PLACE: Text("没有坐标，也没有行政区界", "neither coordinates nor a boundary"),
    Cause.BLANK_PROXY: Text("代理数据空白，未分配", "the proxy is blank: not placed"),
    Cause.BLANK_BY_AREA: Text(
        "代理数据空白，按声明改用面积分配", "the proxy is blank: placed by area instead, as declared"
    ),
}


def placement_ledger(sources: Sources, weights: Weights, classes: Sequence[str], mass: Floats) -> pl.DataFrame:
    """Stage ``grid``: by pollutant and class what was to be placed against what stands in the cells.

    A cause of loss has a line of its own whose `dropped` is its mass; mass that a declared fallback placed by area
    has one with `dropped` 0.
    """
    of_source = sources.table["temporal_class"].to_numpy()
    entries: list[dict[str, Any]] = []
    for at_class, name in enumerate(classes):
        rows = np.flatnonzero(of_source == name)
        for at, pollutant in enumerate(sources.pollutants):
            tonnes = sources.mass[rows, at]
            entries += _class_entries(pollutant, name, tonnes, weights, rows, mass[at_class, at])
    return ledger_table(entries)


def _class_entries(
    pollutant: str, name: str, tonnes: Floats, weights: Weights, rows: Any, cells: Floats
) -> Iterable[dict[str, Any]]:
    lost = {cause: math.fsum(share[rows] * tonnes) for cause, share in weights.lost.items()}
    lost = {cause: amount for cause, amount in lost.items() if amount}
    by_area = math.fsum(weights.by_area[rows] * tonnes)
    total, scale = math.fsum(tonnes), math.fsum(np.abs(tonnes))
    kept = total - math.fsum(lost.values()) - by_area
    yield ledger_entry("grid", pollutant, name, incoming=kept, outgoing=math.fsum(cells) - by_area, scale=scale)
    for cause, amount in lost.items():
        yield ledger_entry(
            "grid", pollutant, name, incoming=amount, outgoing=0.0, dropped=amount, reason=_REASONS[cause]
        )
    if by_area:
        reason = _REASONS[Cause.BLANK_BY_AREA]
        yield ledger_entry("grid", pollutant, name, incoming=by_area, outgoing=by_area, reason=reason)


def cube_of(
    result: Gridded, axis: TimeAxis, *, layer_tops: Sequence[float] = (), attributes: Mapping[str, str] | None = None
) -> tuple[Cube, pl.DataFrame]:
    """Tonnes in every step and layer, one variable for each pollutant, and the ledger of the stage ``time``."""
    units = dict.fromkeys(result.pollutants, "t")
    return _expanded(result, units, result.mass, axis, tuple(layer_tops), dict(attributes or {}))


def species_cube(
    result: Gridded,
    axis: TimeAxis,
    table: pl.DataFrame,
    *,
    layer_tops: Sequence[float] = (),
    attributes: Mapping[str, str] | None = None,
) -> tuple[Cube, pl.DataFrame]:
    """Amounts of the species of a mechanism (mol, g) in every step and layer, and the ledger of both stages."""
    made = speciate(result.pollutants, result.mass, result.classes, table)
    units = dict(zip(made.species, made.units, strict=True))
    cube, ledger = _expanded(result, units, made.amounts, axis, tuple(layer_tops), dict(attributes or {}))
    return cube, pl.concat([made.ledger, ledger])


def _expanded(
    result: Gridded,
    units: Mapping[str, str],
    amounts: Floats,
    axis: TimeAxis,
    tops: tuple[float, ...],
    attributes: Mapping[str, str],
) -> tuple[Cube, pl.DataFrame]:
    layers = max(len(tops), 1)
    grid = result.grid
    refuse_too_large(len(units) * axis.steps * layers * grid.size)
    time, height, above = _shares(result, axis, tops)
    both = (time[:, :, None] * height[:, None, :]).reshape(len(result.classes), axis.steps * layers)
    values = np.empty((len(units), axis.steps, layers, grid.rows, grid.columns))
    entries: list[dict[str, Any]] = []
    for index, (name, unit) in enumerate(units.items()):
        values[index] = (both.T @ amounts[:, index]).reshape(axis.steps, layers, grid.rows, grid.columns)
        annual = amounts[:, index].sum(axis=1)
        entries += _time_entries(
            name if unit == "t" else f"{name} ({unit})", annual, time.sum(axis=1), above, float(values[index].sum())
        )
    ledger = ledger_table(entries)
    check_conservation(ledger)
    return Cube(grid, axis, tops, dict(units), values, attributes), ledger


def _shares(result: Gridded, axis: TimeAxis, tops: tuple[float, ...]) -> tuple[Floats, Floats, Floats]:
    """By class: shares in time, shares of the layers, and the share above the last layer."""
    names = [None if name == UNCLASSED else name for name in result.classes]
    time = np.array([time_shares(profile_of(name, result.province), axis) for name in names])
    layers = [layer_shares(name, tops) for name in names]
    return time, np.array([inside for inside, _ in layers]), np.array([above for _, above in layers])


_NOT_COVERED = Text("文件时段以外的时间", "times that the file does not cover")
_ABOVE = Text("高于最高层", "above the highest layer")


def _time_entries(
    name: str, annual: Floats, covered: Floats, above: Floats, written: float
) -> Iterable[dict[str, Any]]:
    """All classes together: mass of the year, of other times, above the layers, in the cube; species with their unit."""
    other = math.fsum(annual * (1.0 - covered)) if (np.abs(1.0 - covered) > 1e-9).any() else 0.0
    lost = math.fsum(annual * covered * above)
    total = math.fsum(annual)
    yield ledger_entry(
        "time", name, "all",
        incoming=total - other - lost, outgoing=written, scale=math.fsum(np.abs(annual)),
    )  # fmt: skip
    for amount, reason in ((other, _NOT_COVERED), (lost, _ABOVE)):
        if amount:
            yield ledger_entry("time", name, "all", incoming=amount, outgoing=0.0, dropped=amount, reason=reason)
