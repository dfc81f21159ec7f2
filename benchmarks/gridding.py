"""How fast sources get onto a grid: points and county-like polygons, twelve pollutants, 24 hours, 0.05° provincial grid.

200,000 points and 3,000 polygons that tile a province (about 80 corners each, borders shared and wavy) onto
140 × 120 cells. Every subject starts from the same geometries in memory, in a process of its own, and ends with
an array pollutant × hour × cell. Mass in and out is compared to the last digits for each; ours must hold 1e-9 or the
script fails. ``geopandas`` intersects with ``overlay`` and joins points with ``sjoin``; ``emiproc`` remaps one inventory
with a category of points and one of areas, and its hours are multiplied out with NumPy as ours are. Nothing is asserted
about time.

    python benchmarks/gridding.py
    python benchmarks/gridding.py --emiproc-python .venv-emiproc/bin/python   where emiproc is installed apart
    python benchmarks/gridding.py --points 20000 --polygons 300               smaller
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

POLLUTANTS = ["CO2", "CH4", "N2O", "SO2", "NOx", "PM10", "PM25", "BC", "OC", "CO", "VOCs", "NH3"]
WEST, SOUTH, EAST, NORTH, CELL = 110.0, 31.0, 117.0, 37.0, 0.05
COLUMNS, ROWS, HOURS = 140, 120, 24
TOLERANCE = 1e-9


class Case:
    """Points and polygons with masses, and the share of each hour for both kinds of source; one fixed seed."""

    def __init__(self, points: int, polygons: int) -> None:
        draw = np.random.default_rng(20261121)
        self.x = draw.uniform(WEST, EAST, points)
        self.y = draw.uniform(SOUTH, NORTH, points)
        self.polygons = _tiles(draw, polygons)
        self.point_mass = draw.lognormal(0.0, 1.5, (points, len(POLLUTANTS)))
        self.polygon_mass = draw.lognormal(4.0, 1.0, (len(self.polygons), len(POLLUTANTS)))
        shares = draw.uniform(0.5, 1.5, (2, HOURS))
        self.hours = shares / shares.sum(axis=1, keepdims=True)

    def total(self) -> np.ndarray:
        return np.asarray(self.point_mass.sum(axis=0) + self.polygon_mass.sum(axis=0))


def _tiles(draw: np.random.Generator, count: int) -> np.ndarray:
    """Voronoi cells of the frame with borders bent alike on both sides."""
    frame = shapely.box(WEST, SOUTH, EAST, NORTH)
    seeds = shapely.MultiPoint(np.c_[draw.uniform(WEST, EAST, count), draw.uniform(SOUTH, NORTH, count)])
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    cells = shapely.segmentize(shapely.intersection(cells, frame), 0.007)

    def bent(points: np.ndarray) -> np.ndarray:
        x, y = points[:, 0], points[:, 1]
        inside = np.minimum.reduce([x - WEST, EAST - x, y - SOUTH, NORTH - y]) / (EAST - WEST)
        wave = 0.02 * np.clip(inside * 20, 0, 1)
        return np.c_[x + wave * np.sin(40 * y), y + wave * np.cos(37 * x)]

    return np.asarray(shapely.make_valid(shapely.transform(cells, bent)))


def with_hours(points: np.ndarray, areas: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Pollutant × hour × cell from pollutant × cell of both kinds of source."""
    return np.asarray(points[:, None, :] * hours[0][None, :, None] + areas[:, None, :] * hours[1][None, :, None])


def run_cocontrol(case: Case) -> Callable[[], np.ndarray]:
    from cocontrol.inventory.grid.grids import Grid, LonLat
    from cocontrol.inventory.grid.overlap import overlap
    from cocontrol.inventory.grid.weights import point_weights, zone_weights

    grid = Grid(LonLat(), WEST, SOUTH, CELL, CELL, COLUMNS, ROWS)

    def run() -> np.ndarray:
        points = point_weights(grid, case.x, case.y).place(case.point_mass).T
        areas = zone_weights(overlap(grid, case.polygons)).place(case.polygon_mass).T
        return with_hours(points, areas, case.hours)

    return run


def _cells() -> np.ndarray:
    column, row = np.meshgrid(np.arange(COLUMNS), np.arange(ROWS))
    x, y = WEST + CELL * column.ravel(), SOUTH + CELL * row.ravel()
    return np.asarray(shapely.box(x, y, x + CELL, y + CELL))


def run_geopandas(case: Case) -> Callable[[], np.ndarray]:
    import geopandas as gpd

    size = COLUMNS * ROWS
    cells = gpd.GeoDataFrame({"cell": np.arange(size)}, geometry=_cells())
    zones = gpd.GeoDataFrame({"zone": np.arange(len(case.polygons))}, geometry=case.polygons)
    points = gpd.GeoDataFrame({"point": np.arange(len(case.x))}, geometry=shapely.points(case.x, case.y))

    def run() -> np.ndarray:
        met = gpd.overlay(zones, cells, how="intersection", keep_geom_type=True)
        share = (met.area / zones.area.to_numpy()[met["zone"]]).to_numpy()
        at = gpd.sjoin(points, cells, predicate="intersects").drop_duplicates("point")
        areas, dots = np.zeros((len(POLLUTANTS), size)), np.zeros((len(POLLUTANTS), size))
        for index in range(len(POLLUTANTS)):
            mass = share * case.polygon_mass[met["zone"].to_numpy(), index]
            areas[index] = np.bincount(met["cell"], mass, minlength=size)
            dots[index] = np.bincount(at["cell"], case.point_mass[at["point"].to_numpy(), index], minlength=size)
        return with_hours(dots, areas, case.hours)

    return run


def run_emiproc(case: Case) -> Callable[[], np.ndarray]:
    import geopandas as gpd
    from emiproc.grids import RegularGrid
    from emiproc.inventories import Inventory
    from emiproc.regrid import remap_inventory

    grid = RegularGrid(xmin=WEST, ymin=SOUTH, xmax=EAST, ymax=NORTH, nx=COLUMNS, ny=ROWS)
    mass = dict(zip(POLLUTANTS, case.polygon_mass.T, strict=True))
    zones = gpd.GeoDataFrame(mass, geometry=case.polygons, crs="EPSG:4326")
    points = gpd.GeoDataFrame(
        dict(zip(POLLUTANTS, case.point_mass.T, strict=True)), geometry=shapely.points(case.x, case.y), crs="EPSG:4326"
    )
    inventory = Inventory.from_gdf(gdfs={"area": zones, "point": points})

    def run() -> np.ndarray:
        made = remap_inventory(inventory, grid).gdf
        both = [np.array([made[(kind, name)].to_numpy() for name in POLLUTANTS]) for kind in ("point", "area")]
        return with_hours(*both, case.hours)

    return run


SUBJECTS: dict[str, Callable[[Case], Callable[[], np.ndarray]]] = {
    "cocontrol": run_cocontrol,
    "geopandas": run_geopandas,
    "emiproc": run_emiproc,
}


def measure(subject: str, points: int, polygons: int) -> dict[str, Any]:
    """In this process: seconds, peak memory and the largest relative error of a pollutant's mass."""
    case = Case(points, polygons)
    run = SUBJECTS[subject](case)
    before = peak_memory_mb()
    start = time.perf_counter()
    cube = run()
    seconds = time.perf_counter() - start
    error = np.abs(cube.sum(axis=(1, 2)) / case.total() - 1.0).max()
    return {"seconds": seconds, "peak_mb": peak_memory_mb(), "inputs_mb": before, "mass_error": float(error)}


def peak_memory_mb() -> float:
    """Peak resident memory of this process."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return float(line.split()[1]) / 1024


def run_apart(subject: str, python: str, asked: argparse.Namespace, repeat: int) -> dict[str, Any] | None:
    """`measure` in fresh processes, best of several; None where the subject takes longer than it may."""
    command = [python, __file__, "--subject", subject, "--points", str(asked.points), "--polygons", str(asked.polygons)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    results: list[dict[str, Any]] = []
    for _ in range(repeat):
        try:
            done = subprocess.run(
                command, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=asked.timeout
            )
        except subprocess.TimeoutExpired:
            return None
        results.append(json.loads(done.stdout.splitlines()[-1]))
    return min(results, key=lambda result: result["seconds"])


def interpreters(asked: argparse.Namespace) -> dict[str, str]:
    """The interpreter of each subject that is installed here."""
    made = {"cocontrol": sys.executable}
    if importlib.util.find_spec("geopandas"):
        made["geopandas"] = sys.executable
    if asked.emiproc_python:
        made["emiproc"] = asked.emiproc_python
    elif importlib.util.find_spec("emiproc"):
        made["emiproc"] = sys.executable
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=200_000)
    parser.add_argument("--polygons", type=int, default=3_000)
    parser.add_argument("--repeat", type=int, default=3, help="runs of our subject; the others run once")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds after which a baseline is given up")
    parser.add_argument("--emiproc-python", help="interpreter of an environment in which emiproc is installed")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--subject", choices=list(SUBJECTS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.subject:
        print(json.dumps(measure(asked.subject, asked.points, asked.polygons)))
        return
    print(
        f"{asked.points:,} points, {asked.polygons:,} polygons × {len(POLLUTANTS)} pollutants × {HOURS} h onto "
        f"{COLUMNS} × {ROWS} cells"
    )
    print(f"{'subject':<12}{'seconds':>9}{'× ours':>9}{'peak MB':>9}{'inputs MB':>11}{'mass error':>12}")
    results: dict[str, Any] = {}
    for subject, python in interpreters(asked).items():
        result = run_apart(subject, python, asked, asked.repeat if subject == "cocontrol" else 1)
        results[subject] = result
        if result is None:
            print(f"{subject:<12}  gave up after {asked.timeout:.0f} s", flush=True)
            continue
        ratio = result["seconds"] / results["cocontrol"]["seconds"]
        print(
            f"{subject:<12}{result['seconds']:>9.2f}{ratio:>9.1f}{result['peak_mb']:>9.0f}{result['inputs_mb']:>11.0f}"
            f"{result['mass_error']:>12.1e}",
            flush=True,
        )
    if results["cocontrol"]["mass_error"] > TOLERANCE:
        raise SystemExit("mass is not conserved")
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
